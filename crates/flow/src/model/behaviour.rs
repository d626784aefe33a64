//! What each kind of node does when a token comes to it.

use calendar::{Count, Unit};
use rules::feel::Expression;

use super::{NodeIndex, ScopeIndex};
use crate::ElementId;

/// A FEEL expression with its text, for messages.
#[derive(Debug)]
pub(crate) struct Feel {
    pub source: String,
    pub expression: Expression,
}

/// A text that is fixed or computed (`=FEEL`).
#[derive(Debug)]
pub(crate) enum Text {
    Fixed(String),
    Computed(Feel),
}

impl Text {
    /// The text as it stands in the file.
    pub fn written(&self) -> &str {
        match self {
            Text::Fixed(text) => text,
            Text::Computed(feel) => &feel.source,
        }
    }
}

/// `zeebe:input` or `zeebe:output`: a value put under a name, or under a path of names.
#[derive(Debug)]
pub(crate) struct Mapping {
    pub source: Text,
    /// At least one name.
    pub target: Vec<String>,
}

#[derive(Debug)]
pub(crate) enum Behaviour {
    /// Without a trigger it begins its scope at once.
    Start(Option<Trigger>),
    Catch(Trigger),
    Boundary {
        trigger: Trigger,
        attached_to: NodeIndex,
        interrupting: bool,
    },
    /// Passed through: tasks of no kind, manual tasks, plain intermediate throw and end events.
    Pass,
    Terminate,
    ThrowError {
        code: String,
    },
    /// Service and send tasks, message throw and end events.
    Call(CallRequest),
    User(UserTask),
    Receive(MessageWait),
    Decide(DecisionCall),
    Script(Script),
    CallProcess(ProcessCall),
    SubProcess(ScopeIndex),
    EventSubProcess {
        inside: ScopeIndex,
        interrupting: bool,
    },
    Exclusive,
    Parallel,
    Inclusive,
    EventBased,
}

impl Behaviour {
    pub fn call(&self) -> Option<&CallRequest> {
        match self {
            Behaviour::Call(call) => Some(call),
            _ => None,
        }
    }

    /// What a catching event waits for.
    pub fn trigger(&self) -> Option<&Trigger> {
        match self {
            Behaviour::Start(trigger) => trigger.as_ref(),
            Behaviour::Catch(trigger) | Behaviour::Boundary { trigger, .. } => Some(trigger),
            _ => None,
        }
    }
}

/// What sets off an event.
#[derive(Debug)]
pub(crate) enum Trigger {
    Message(MessageWait),
    Timer(TimerRule),
    /// A business error of this code, or of any.
    Error(Option<String>),
}

#[derive(Debug)]
pub(crate) struct MessageWait {
    pub name: Text,
    /// Absent only at start events of processes, which need no key.
    pub key: Option<Feel>,
}

#[derive(Debug)]
pub(crate) enum TimerRule {
    Date(Text),
    Duration(Text),
    Cycle(Text),
    Term(Term),
}

/// `q:deadline`.
#[derive(Debug)]
pub(crate) struct Term {
    pub amount: Text,
    pub unit: Unit,
    pub count: Count,
    pub from: Option<Feel>,
    pub paragraph: Option<String>,
}

#[derive(Debug)]
pub(crate) struct CallRequest {
    pub task_type: String,
    pub retries: Option<u32>,
    pub headers: Vec<(String, String)>,
}

#[derive(Debug)]
pub(crate) struct UserTask {
    pub candidate_groups: Option<Text>,
    pub assignee: Option<Text>,
    pub form: Option<String>,
    pub due: Option<Text>,
}

#[derive(Debug)]
pub(crate) struct DecisionCall {
    pub decision: String,
    pub result: String,
}

#[derive(Debug)]
pub(crate) struct Script {
    pub expression: Feel,
    pub result: String,
}

#[derive(Debug)]
pub(crate) struct ProcessCall {
    pub process: ElementId,
    /// Whether the called process gets every variable that is visible here, or only those of the input mappings.
    pub hands_down_all: bool,
    /// Whether every variable of the called process comes back when there are no output mappings.
    pub hands_back_all: bool,
}

/// `zeebe:loopCharacteristics`.
#[derive(Debug)]
pub(crate) struct Repeat {
    pub sequential: bool,
    pub collection: Feel,
    /// The variable that holds the item of a round.
    pub item: Option<String>,
    pub output: Option<RepeatOutput>,
    /// Ends the repetition early.
    pub completion: Option<Feel>,
}

#[derive(Debug)]
pub(crate) struct RepeatOutput {
    /// The variable that holds the list of outputs.
    pub collection: String,
    pub element: Feel,
    /// The variable, when the element is nothing but a variable: it is then local to the round.
    pub variable: Option<String>,
}
