//! Processes and sub-processes: their nodes, then the sequence flows between them.

use std::collections::HashMap;

use super::problem::shown;
use super::reader::{FileFacts, Reader, attribute, flag, reference, without_prefix};
use super::{BPMN, activity, event};
use crate::model::{Behaviour, Flow, FlowIndex, Node, NodeIndex, Scope, ScopeIndex, Trigger};
use crate::{ElementId, ElementKind, Process};

/// What may stand in a process and is not carried out.
const ONLY_DESCRIBES: &[&str] = &[
    "documentation",
    "extensionElements",
    "auditing",
    "monitoring",
    "property",
    "laneSet",
    "dataObject",
    "dataObjectReference",
    "dataStoreReference",
    "dataInputAssociation",
    "dataOutputAssociation",
    "ioSpecification",
    "ioBinding",
    "textAnnotation",
    "association",
    "group",
    "artifact",
    "incoming",
    "outgoing",
    "performer",
    "potentialOwner",
    "humanPerformer",
    "resourceRole",
    "correlationSubscription",
    "supports",
    "supportedInterfaceRef",
    "standardLoopCharacteristics",
    "multiInstanceLoopCharacteristics",
];

/// What BPMN has and this dialect does not execute, with what to use instead.
const NOT_EXECUTABLE: &[(&str, &str)] = &[
    ("complexGateway", "use an inclusive gateway, or an exclusive one with conditions"),
    ("transaction", "use a subProcess with error boundary events and draw the undoing"),
    ("adHocSubProcess", "use a subProcess with its order drawn, or a multi-instance task"),
    ("choreographyTask", "use a collaboration of pools"),
    ("subChoreography", "use a collaboration of pools"),
    ("callChoreography", "use a collaboration of pools"),
];

/// Reads a process, if it is to be executed.
pub(crate) fn read(reader: &mut Reader, facts: &FileFacts<'_>, at: xml::Element<'_>) {
    match attribute(at, "isExecutable") {
        Some("true" | "1") => {}
        // Said to be only a drawing.
        Some(_) => return,
        None => {
            let instead = "set isExecutable=\"true\" to carry it out, or \"false\" to only draw it";
            reader.report.at(&facts.file, at, "it is not said whether the process is executable", instead);
            return;
        }
    }
    let id = ElementId::from(attribute(at, "id").unwrap_or_default());
    let element = reader.element(facts, at, ElementKind::Process, &id);
    let participant = facts.pools.get(&*id).copied();
    let scope = reader.push_scope();
    reader.processes.push(Process { element, scope, participant });
    let mut inside = Inside { process: &id, is_process: true, by_event: false };
    read_scope(reader, facts, at, scope, &mut inside);
}

/// Which kind of scope is being read.
pub(super) struct Inside<'p> {
    pub process: &'p ElementId,
    /// The process itself, not a sub-process.
    pub is_process: bool,
    /// An event sub-process.
    pub by_event: bool,
}

fn read_scope(
    reader: &mut Reader,
    facts: &FileFacts<'_>,
    at: xml::Element<'_>,
    scope: ScopeIndex,
    inside: &mut Inside<'_>,
) {
    let mut nodes: HashMap<&str, NodeIndex> = HashMap::new();
    let mut flows = Vec::new();
    let mut waiting = Vec::new();
    for child in at.children().filter(|child| child.namespace() == Some(BPMN)) {
        let tag = child.local_name();
        match ElementKind::of_tag(tag) {
            Some(ElementKind::SequenceFlow) => flows.push(child),
            Some(kind) if kind != ElementKind::Process => {
                let node = read_node(reader, facts, child, kind, scope, inside);
                if let Some(id) = attribute(child, "id") {
                    nodes.insert(id, node);
                }
                waiting.push((child, node));
            }
            _ => {
                reader.not_a_node(facts, child, tag);
                if NOT_EXECUTABLE.iter().any(|(name, _)| *name == tag)
                    && let Some(id) = attribute(child, "id")
                {
                    nodes.insert(id, stand_in(reader, facts, child, scope, inside));
                }
            }
        }
    }
    let by_id = read_flows(reader, facts, &flows, &nodes, inside);
    for (child, node) in waiting {
        attach(reader, facts, child, node, &nodes);
        order_outgoing(reader, child, node, &by_id);
        default_flow(reader, facts, child, node, &by_id);
    }
}

fn read_node(
    reader: &mut Reader,
    facts: &FileFacts<'_>,
    at: xml::Element<'_>,
    kind: ElementKind,
    scope: ScopeIndex,
    inside: &Inside<'_>,
) -> NodeIndex {
    let element = reader.element(facts, at, kind, inside.process);
    let (inputs, outputs) = reader.mappings(facts, at);
    let repeat = activity::repeat(reader, facts, at, kind);
    let behaviour = match kind {
        ElementKind::SubProcess => sub_process(reader, facts, at, inside),
        kind if kind.is_activity() => activity::behaviour(reader, facts, at, kind),
        ElementKind::ExclusiveGateway => Some(Behaviour::Exclusive),
        ElementKind::ParallelGateway => Some(Behaviour::Parallel),
        ElementKind::InclusiveGateway => Some(Behaviour::Inclusive),
        ElementKind::EventBasedGateway => event::event_gateway(reader, facts, at),
        _ => event::behaviour(reader, facts, at, kind, inside),
    };
    let refused = behaviour.is_none();
    let behaviour = behaviour.unwrap_or(Behaviour::Pass);
    let starts = kind == ElementKind::StartEvent;
    let by_event = matches!(behaviour, Behaviour::EventSubProcess { .. });
    let within = match behaviour {
        Behaviour::SubProcess(within) | Behaviour::EventSubProcess { inside: within, .. } => Some(within),
        _ => None,
    };
    let node = reader.push_node(Node { inputs, outputs, repeat, ..Node::new(element, scope, behaviour) });
    if let Some(within) = within {
        reader.scope_mut(within).owner = Some(node);
    }
    let Scope { nodes, starts: start_nodes, event_sub_processes, refused: broken, .. } =
        reader.scope_mut(scope);
    nodes.push(node);
    *broken |= refused;
    if starts {
        start_nodes.push(node);
    }
    if by_event {
        event_sub_processes.push(node);
    }
    node
}

/// What was refused still takes its place in the graph, so that its neighbours are judged rightly.
fn stand_in(
    reader: &mut Reader,
    facts: &FileFacts<'_>,
    at: xml::Element<'_>,
    scope: ScopeIndex,
    inside: &Inside<'_>,
) -> NodeIndex {
    let element = reader.element(facts, at, ElementKind::Task, inside.process);
    let node = reader.push_node(Node::new(element, scope, Behaviour::Pass));
    reader.scope_mut(scope).nodes.push(node);
    reader.scope_mut(scope).refused = true;
    node
}

fn sub_process(
    reader: &mut Reader,
    facts: &FileFacts<'_>,
    at: xml::Element<'_>,
    inside: &Inside<'_>,
) -> Option<Behaviour> {
    let by_event = flag(at, "triggeredByEvent", false);
    let scope = reader.push_scope();
    let mut inner = Inside { process: inside.process, is_process: false, by_event };
    read_scope(reader, facts, at, scope, &mut inner);
    if !by_event {
        return Some(Behaviour::SubProcess(scope));
    }
    let start = at.children().find(|child| child.is(BPMN, "startEvent"));
    let interrupting = start.is_none_or(|start| flag(start, "isInterrupting", true));
    Some(Behaviour::EventSubProcess { inside: scope, interrupting })
}

impl Reader {
    fn not_a_node(&mut self, facts: &FileFacts<'_>, at: xml::Element<'_>, tag: &str) {
        if ONLY_DESCRIBES.contains(&tag) {
            return;
        }
        let known = NOT_EXECUTABLE.iter().find(|(name, _)| *name == tag);
        let instead = known.map_or("remove it, or use an element that is executed", |(_, instead)| instead);
        self.report.at(&facts.file, at, format!("{} is not executable", shown(tag)), instead);
    }
}

fn read_flows<'d>(
    reader: &mut Reader,
    facts: &FileFacts<'_>,
    flows: &[xml::Element<'d>],
    nodes: &HashMap<&str, NodeIndex>,
    inside: &Inside<'_>,
) -> HashMap<&'d str, FlowIndex> {
    let mut by_id = HashMap::new();
    for at in flows.iter().copied() {
        let element = reader.element(facts, at, ElementKind::SequenceFlow, inside.process);
        let source = flow_end(reader, facts, at, "sourceRef", nodes);
        let target = flow_end(reader, facts, at, "targetRef", nodes);
        // Modellers leave an empty expression behind.
        let written =
            at.child(BPMN, "conditionExpression").filter(|condition| !condition.text().trim().is_empty());
        let condition = written.and_then(|condition| reader.feel(facts, condition, &condition.text()));
        let condition_refused = written.is_some() && condition.is_none();
        let (Some(source), Some(target)) = (source, target) else { continue };
        let flow = reader.push_flow(Flow { element, source, target, condition, condition_refused });
        reader.node_mut(source).outgoing.push(flow);
        reader.node_mut(target).incoming.push(flow);
        if let Some(id) = attribute(at, "id") {
            by_id.insert(id, flow);
        }
    }
    by_id
}

fn flow_end(
    reader: &mut Reader,
    facts: &FileFacts<'_>,
    at: xml::Element<'_>,
    end: &str,
    nodes: &HashMap<&str, NodeIndex>,
) -> Option<NodeIndex> {
    let Some(id) = reference(at, end) else {
        reader.report.at(&facts.file, at, format!("no {end}"), "connect both ends");
        return None;
    };
    let found = nodes.get(id).copied();
    if found.is_none() {
        let what =
            format!("{end} names `{}`, which is not a node of the same process or sub-process", shown(id));
        let instead = "connect it inside; between pools use messages, out of a sub-process use events";
        reader.report.at(&facts.file, at, what, instead);
    }
    found
}

/// Boundary events know their activity, and the activity its boundary events.
fn attach(
    reader: &mut Reader,
    facts: &FileFacts<'_>,
    at: xml::Element<'_>,
    node: NodeIndex,
    nodes: &HashMap<&str, NodeIndex>,
) {
    if reader.node_mut(node).element.kind != ElementKind::BoundaryEvent {
        return;
    }
    let host = reference(at, "attachedToRef").and_then(|id| nodes.get(id).copied());
    let fits = host.filter(|host| reader.node_mut(*host).element.kind.is_activity());
    let Some(host) = fits else {
        let what = "it is not attached to an activity of the same process or sub-process";
        reader.report.at(&facts.file, at, what, "attach it to a task, sub-process or call activity");
        return;
    };
    if let Behaviour::Boundary { attached_to, .. } = &mut reader.node_mut(node).behaviour {
        *attached_to = host;
    }
    reader.node_mut(host).boundaries.push(node);
    if let Behaviour::EventSubProcess { .. } = reader.node_mut(host).behaviour {
        let instead = "put another event sub-process beside it, or the event on the sub-process around it";
        reader.report.at(&facts.file, at, "an event sub-process has no boundary events", instead);
    }
}

/// Conditions are tried in the order in which the node lists its outgoing flows.
fn order_outgoing(
    reader: &mut Reader,
    at: xml::Element<'_>,
    node: NodeIndex,
    by_id: &HashMap<&str, FlowIndex>,
) {
    let mut listed = HashMap::new();
    for (place, outgoing) in at.children().filter(|child| child.is(BPMN, "outgoing")).enumerate() {
        let id = outgoing.text();
        if let Some(flow) = by_id.get(without_prefix(id.trim())) {
            listed.entry(*flow).or_insert(place);
        }
    }
    let order = |flow: &FlowIndex| listed.get(flow).copied().unwrap_or(usize::MAX);
    reader.node_mut(node).outgoing.sort_by_key(order);
}

fn default_flow(
    reader: &mut Reader,
    facts: &FileFacts<'_>,
    at: xml::Element<'_>,
    node: NodeIndex,
    by_id: &HashMap<&str, FlowIndex>,
) {
    let Some(id) = reference(at, "default") else { return };
    let found = by_id.get(id).copied().filter(|flow| reader.node_mut(node).outgoing.contains(flow));
    if found.is_none() {
        let what = format!("its default flow `{}` does not leave it", shown(id));
        reader.report.at(&facts.file, at, what, "choose one of its outgoing flows as default");
    }
    reader.node_mut(node).default = found;
}

/// Whether an event of this trigger at the start of a scope fits there.
pub(super) fn start_fits(
    inside: &Inside<'_>,
    trigger: Option<&Trigger>,
) -> Result<(), (&'static str, &'static str)> {
    match trigger {
        None if inside.by_event => Err((
            "an event sub-process begins with an event",
            "make it a message, timer or error start event",
        )),
        Some(Trigger::Error(_)) if inside.is_process => {
            Err(("a process cannot begin with an error", "use an event sub-process"))
        }
        Some(_) if !inside.is_process && !inside.by_event => {
            Err(("an embedded sub-process begins with a plain start event", "use an event sub-process"))
        }
        _ => Ok(()),
    }
}
