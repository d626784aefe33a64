//! What a model says about an element beside how it behaves: names, law, open points, where it stands.

use std::fmt;
use std::sync::Arc;

use civic::{LawRef, OpenPoint};
use serde::{Deserialize, Serialize};

use crate::ElementId;

/// What stands in the model about a process, flow node or sequence flow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element {
    /// The id.
    pub id: ElementId,
    /// What it is.
    pub kind: ElementKind,
    /// The name; may be empty.
    pub name: String,
    /// The documentation; may be empty.
    pub documentation: String,
    /// The paragraphs that it carries out.
    pub law: Vec<LawRef>,
    /// The open points whose defaults it rests on.
    pub open_points: Vec<OpenPoint>,
    /// The terminal outcome that it stands for (end events).
    pub outcome: Option<String>,
    /// The process it belongs to.
    pub process: ElementId,
    /// The name of its lane; of the innermost one, where lanes nest.
    pub lane: Option<String>,
    /// The name of its pool.
    pub pool: Option<String>,
    /// The file it stands in.
    pub file: Arc<str>,
    /// The line in the file, from 1.
    pub line: usize,
}

impl Element {
    /// The name, or the id where there is none: for people.
    pub fn title(&self) -> &str {
        if self.name.is_empty() { &self.id } else { &self.name }
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident $tag:literal)*) => {
        /// What an element is.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "camelCase")]
        pub enum ElementKind {
            $($(#[$doc])* $name,)*
        }

        impl ElementKind {
            /// The name of the BPMN element.
            pub fn tag(self) -> &'static str {
                match self { $(ElementKind::$name => $tag,)* }
            }

            pub(crate) fn of_tag(tag: &str) -> Option<ElementKind> {
                match tag { $($tag => Some(ElementKind::$name),)* _ => None }
            }
        }
    };
}

kinds! {
    /// A process.
    Process "process"
    /// A start event.
    StartEvent "startEvent"
    /// An end event.
    EndEvent "endEvent"
    /// An event that is waited for.
    IntermediateCatchEvent "intermediateCatchEvent"
    /// An event that is brought about.
    IntermediateThrowEvent "intermediateThrowEvent"
    /// An event on the boundary of an activity.
    BoundaryEvent "boundaryEvent"
    /// A task of no particular kind: passed through.
    Task "task"
    /// Done without the system: passed through.
    ManualTask "manualTask"
    /// A call to a system.
    ServiceTask "serviceTask"
    /// A message sent.
    SendTask "sendTask"
    /// A message waited for.
    ReceiveTask "receiveTask"
    /// Done by a person.
    UserTask "userTask"
    /// A decision by rules.
    BusinessRuleTask "businessRuleTask"
    /// An expression computed.
    ScriptTask "scriptTask"
    /// Another process carried out.
    CallActivity "callActivity"
    /// A process inside the process.
    SubProcess "subProcess"
    /// One way of several.
    ExclusiveGateway "exclusiveGateway"
    /// All ways at once.
    ParallelGateway "parallelGateway"
    /// Some ways of several.
    InclusiveGateway "inclusiveGateway"
    /// The way of the event that comes first.
    EventBasedGateway "eventBasedGateway"
    /// A sequence flow.
    SequenceFlow "sequenceFlow"
}

impl ElementKind {
    /// Whether boundary events, repetition and input mappings can stand at it.
    pub fn is_activity(self) -> bool {
        use ElementKind::*;
        matches!(
            self,
            Task | ManualTask
                | ServiceTask
                | SendTask
                | ReceiveTask
                | UserTask
                | BusinessRuleTask
                | ScriptTask
                | CallActivity
                | SubProcess
        )
    }

    /// Whether it is one of the gateways.
    pub fn is_gateway(self) -> bool {
        use ElementKind::*;
        matches!(self, ExclusiveGateway | ParallelGateway | InclusiveGateway | EventBasedGateway)
    }
}

impl fmt::Display for ElementKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.tag())
    }
}
