//! The reader: what it has read so far, and how it reads the small things that stand everywhere (texts, expressions, law).

use std::collections::HashMap;
use std::sync::Arc;

use civic::{LawRef, OpenPoint};
use rules::feel::Expression;

use super::problem::{Report, shown};
use super::{BPMN, Q, ZEEBE};
use crate::model::{Feel, Flow, FlowIndex, Mapping, Node, NodeIndex, Scope, ScopeIndex, Text};
use crate::{Element, ElementId, ElementKind, Participant, Process};

/// Our own extension elements.
const Q_ELEMENTS: &[&str] = &["law", "default", "deadline", "outcome", "participant"];
/// The extension elements of Camunda 8 that are carried out, or that only tell a modeller or a form something.
const ZEEBE_ELEMENTS: &[&str] = &[
    "taskDefinition",
    "taskHeaders",
    "ioMapping",
    "calledElement",
    "calledDecision",
    "script",
    "subscription",
    "userTask",
    "assignmentDefinition",
    "formDefinition",
    "taskSchedule",
    "priorityDefinition",
    "loopCharacteristics",
    "properties",
    "userTaskForm",
    "versionTag",
];

/// A message of a file.
#[derive(Clone)]
pub(crate) struct MessageDef<'d> {
    pub name: &'d str,
    pub key: Option<&'d str>,
    pub at: xml::Element<'d>,
}

/// What the file at hand says outside its processes.
pub(crate) struct FileFacts<'d> {
    pub file: Arc<str>,
    pub messages: HashMap<&'d str, MessageDef<'d>>,
    /// Error ids with their codes.
    pub errors: HashMap<&'d str, Option<&'d str>>,
    /// Process ids with the place of their participant.
    pub pools: HashMap<&'d str, usize>,
    /// Flow node ids with the name of their lane.
    pub lanes: HashMap<String, String>,
}

/// Everything that has been read of a bundle.
#[derive(Default)]
pub(crate) struct Reader {
    pub report: Report,
    pub processes: Vec<Process>,
    pub participants: Vec<Participant>,
    pub nodes: Vec<Node>,
    pub flows: Vec<Flow>,
    pub scopes: Vec<Scope>,
}

/// An attribute without namespace, trimmed; none when it is absent or empty.
pub(crate) fn attribute<'d>(element: xml::Element<'d>, name: &str) -> Option<&'d str> {
    element.attribute("", name).map(str::trim).filter(|value| !value.is_empty())
}

/// A reference by id; files of some tools write a prefix before it.
pub(crate) fn reference<'d>(element: xml::Element<'d>, name: &str) -> Option<&'d str> {
    attribute(element, name).map(without_prefix)
}

/// The local part of a qualified name.
pub(crate) fn without_prefix(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

/// Whether a switch is on, with what it means when it is not written.
pub(crate) fn flag(element: xml::Element<'_>, name: &str, unwritten: bool) -> bool {
    attribute(element, name).map_or(unwritten, |value| value == "true" || value == "1")
}

/// The children of the element's `extensionElements` in that namespace.
pub(crate) fn extensions<'d>(
    element: xml::Element<'d>,
    namespace: &'static str,
) -> impl Iterator<Item = xml::Element<'d>> {
    element
        .child(BPMN, "extensionElements")
        .into_iter()
        .flat_map(|extension| extension.children())
        .filter(move |child| child.namespace() == Some(namespace))
}

/// The first extension element of that name.
pub(crate) fn extension<'d>(
    element: xml::Element<'d>,
    namespace: &'static str,
    name: &str,
) -> Option<xml::Element<'d>> {
    extensions(element, namespace).find(|child| child.local_name() == name)
}

impl Reader {
    /// An expression, given with or without its leading `=`.
    pub fn expression(&mut self, facts: &FileFacts<'_>, at: xml::Element<'_>, source: &str) -> Option<Feel> {
        match Expression::parse(source) {
            Ok(expression) => Some(Feel { source: source.trim().to_owned(), expression }),
            Err(error) => {
                let what = format!("the FEEL expression `{}` cannot be read: {error}", shown(source.trim()));
                self.report.at(&facts.file, at, what, "");
                None
            }
        }
    }

    /// An expression that has to begin with `=`.
    pub fn feel(&mut self, facts: &FileFacts<'_>, at: xml::Element<'_>, raw: &str) -> Option<Feel> {
        match raw.trim().strip_prefix('=') {
            Some(source) => self.expression(facts, at, source),
            None => {
                let what = format!("`{}` is not an expression", shown(raw.trim()));
                self.report.at(&facts.file, at, what, "write FEEL after a leading `=`");
                None
            }
        }
    }

    /// A fixed text, or an expression after a leading `=`.
    pub fn text(&mut self, facts: &FileFacts<'_>, at: xml::Element<'_>, raw: &str) -> Option<Text> {
        match raw.trim().strip_prefix('=') {
            Some(source) => self.expression(facts, at, source).map(Text::Computed),
            None => Some(Text::Fixed(raw.trim().to_owned())),
        }
    }

    /// A text that may be absent.
    pub fn optional_text(
        &mut self,
        facts: &FileFacts<'_>,
        at: xml::Element<'_>,
        raw: Option<&str>,
    ) -> Option<Text> {
        raw.and_then(|raw| self.text(facts, at, raw))
    }

    /// The name of a variable, where only a plain name makes sense.
    pub fn variable(&mut self, facts: &FileFacts<'_>, at: xml::Element<'_>, raw: &str) -> Option<String> {
        let name = raw.trim();
        let plain = !name.is_empty()
            && name.len() <= 200
            && !name.starts_with(|first: char| first == '=' || first.is_ascii_digit())
            && !name.contains(['.', '{', '}', '(', ')', '[', ']', '"', ',', ':', '=', '<', '>', '\n']);
        if plain {
            return Some(name.to_owned());
        }
        let what = format!("`{}` is not the name of a variable", shown(name));
        self.report.at(&facts.file, at, what, "write a name without points, brackets and signs");
        None
    }

    /// `zeebe:ioMapping`: input mappings and output mappings.
    pub fn mappings(
        &mut self,
        facts: &FileFacts<'_>,
        element: xml::Element<'_>,
    ) -> (Vec<Mapping>, Vec<Mapping>) {
        let (mut inputs, mut outputs) = (Vec::new(), Vec::new());
        for mapping in extensions(element, ZEEBE).filter(|child| child.local_name() == "ioMapping") {
            for child in mapping.children() {
                let list = match (child.namespace(), child.local_name()) {
                    (Some(ZEEBE), "input") => &mut inputs,
                    (Some(ZEEBE), "output") => &mut outputs,
                    _ => continue,
                };
                list.extend(self.mapping(facts, child));
            }
        }
        (inputs, outputs)
    }

    fn mapping(&mut self, facts: &FileFacts<'_>, at: xml::Element<'_>) -> Option<Mapping> {
        let source = at.attribute("", "source").unwrap_or_default();
        let Some(target) = attribute(at, "target") else {
            self.report.at(&facts.file, at, "a mapping without a target", "name the variable it sets");
            return None;
        };
        let names = target.split('.').map(|name| self.variable(facts, at, name)).collect::<Option<Vec<_>>>();
        let source = self.text(facts, at, source);
        Some(Mapping { source: source?, target: names? })
    }

    /// What every element may say about itself.
    pub fn element(
        &mut self,
        facts: &FileFacts<'_>,
        at: xml::Element<'_>,
        kind: ElementKind,
        process: &ElementId,
    ) -> Element {
        let id = match attribute(at, "id") {
            Some(id) if id.len() <= 200 => ElementId::from(id),
            Some(_) => {
                self.report.at(&facts.file, at, "an id of more than 200 bytes", "shorten it");
                ElementId::from(format!("(long id, line {})", at.line()))
            }
            None => {
                self.report.at(
                    &facts.file,
                    at,
                    "no id",
                    "give it an id: state and history name elements by it",
                );
                ElementId::from(format!("(no id, {}:{})", facts.file, at.line()))
            }
        };
        self.known_extensions(facts, at);
        let documentation = at.child(BPMN, "documentation").map(|child| child.text().trim().to_owned());
        let pool = facts.pools.get(&**process).and_then(|at| Some(self.participants.get(*at)?.name.clone()));
        Element {
            lane: lane(facts, at),
            id,
            kind,
            name: one_line(at.attribute("", "name").unwrap_or_default()),
            documentation: documentation.unwrap_or_default(),
            law: self.law(facts, at),
            open_points: self.open_points(facts, at),
            outcome: extension(at, Q, "outcome")
                .and_then(|outcome| attribute(outcome, "code"))
                .map(str::to_owned),
            process: process.clone(),
            pool,
            file: facts.file.clone(),
            line: at.line(),
        }
    }

    /// A misspelt extension element would silently change what is carried out.
    fn known_extensions(&mut self, facts: &FileFacts<'_>, at: xml::Element<'_>) {
        for (namespace, prefix, known) in [(Q, "q", Q_ELEMENTS), (ZEEBE, "zeebe", ZEEBE_ELEMENTS)] {
            for child in extensions(at, namespace) {
                if !known.contains(&child.local_name()) {
                    let what = format!("{prefix}:{} has no effect here", shown(child.local_name()));
                    let instead = format!("remove it, or write one of {}", known.join(", "));
                    self.report.at(&facts.file, child, what, instead);
                }
            }
        }
    }

    fn law(&mut self, facts: &FileFacts<'_>, at: xml::Element<'_>) -> Vec<LawRef> {
        let mut law = Vec::new();
        for child in extensions(at, Q).filter(|child| child.local_name() == "law") {
            let (act, par) = (attribute(child, "act"), attribute(child, "par"));
            match LawRef::new(act.unwrap_or_default(), par.unwrap_or_default()) {
                Ok(reference) => law.push(reference),
                Err(error) => self.report.at(&facts.file, child, error.to_string(), ""),
            }
        }
        law
    }

    fn open_points(&mut self, facts: &FileFacts<'_>, at: xml::Element<'_>) -> Vec<OpenPoint> {
        let mut points = Vec::new();
        for child in extensions(at, Q).filter(|child| child.local_name() == "default") {
            match attribute(child, "point").unwrap_or_default().parse() {
                Ok(point) => points.push(point),
                Err(error) => self.report.at(&facts.file, child, civic::LawError::to_string(&error), ""),
            }
        }
        points
    }

    pub fn push_node(&mut self, node: Node) -> NodeIndex {
        let index = NodeIndex(small(self.nodes.len()));
        self.nodes.push(node);
        index
    }

    pub fn push_flow(&mut self, flow: Flow) -> FlowIndex {
        let index = FlowIndex(small(self.flows.len()));
        self.flows.push(flow);
        index
    }

    pub fn push_scope(&mut self) -> ScopeIndex {
        let index = ScopeIndex(small(self.scopes.len()));
        self.scopes.push(Scope::default());
        index
    }

    pub fn node_mut(&mut self, at: NodeIndex) -> &mut Node {
        &mut self.nodes[at.0 as usize]
    }

    pub fn scope_mut(&mut self, at: ScopeIndex) -> &mut Scope {
        &mut self.scopes[at.0 as usize]
    }
}

/// The lane of an element; what stands in a sub-process stands in the lane of the sub-process.
fn lane(facts: &FileFacts<'_>, at: xml::Element<'_>) -> Option<String> {
    let around = std::iter::once(at).chain(at.ancestors());
    around.filter_map(|element| attribute(element, "id")).find_map(|id| facts.lanes.get(id)).cloned()
}

/// The reader's bounds on bytes and files keep every count far below this.
fn small(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// Modellers write line breaks in names; a name is one line.
pub(crate) fn one_line(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}
