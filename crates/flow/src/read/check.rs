//! What the standard and common sense ask of the graph of each process, beyond what single elements say.

use super::problem::Report;
use super::reader::Reader;
use crate::ElementKind;
use crate::model::{Behaviour, FlowIndex, Node, NodeIndex, Scope, Trigger};

/// Sequence flows into or out of one node: a join looks at all of them for each token.
const MOST_FLOWS: usize = 200;

/// Checks every scope of every process.
pub(crate) fn check(reader: &mut Reader) {
    let mut report = std::mem::take(&mut reader.report);
    let graph = Graph { reader };
    for process in &reader.processes {
        let scope = graph.scope(process.scope.0);
        if scope.starts.is_empty() {
            report.of(&process.element, "no start event", "draw where it begins");
        }
        one_plain_start(&graph, scope, &mut report);
    }
    for node in &reader.nodes {
        node_checks(&graph, node, &mut report);
    }
    for scope in &reader.scopes {
        if !scope.refused {
            reachable(&graph, scope, &mut report);
        }
    }
    for (at, _) in (0..).zip(&reader.flows) {
        condition(&graph, FlowIndex(at), &mut report);
    }
    reader.report = report;
}

struct Graph<'r> {
    reader: &'r Reader,
}

impl Graph<'_> {
    fn node(&self, at: NodeIndex) -> &Node {
        &self.reader.nodes[at.0 as usize]
    }

    fn scope(&self, at: u32) -> &Scope {
        &self.reader.scopes[at as usize]
    }

    fn target(&self, flow: FlowIndex) -> NodeIndex {
        self.reader.flows[flow.0 as usize].target
    }
}

fn one_plain_start(graph: &Graph<'_>, scope: &Scope, report: &mut Report) {
    let plain = |start: &&NodeIndex| matches!(graph.node(**start).behaviour, Behaviour::Start(None));
    if let Some(second) = scope.starts.iter().filter(plain).nth(1) {
        let instead = "draw one, and a gateway behind it";
        report.of(&graph.node(*second).element, "a second plain start event", instead);
    }
}

fn node_checks(graph: &Graph<'_>, node: &Node, report: &mut Report) {
    let element = &node.element;
    if node.incoming.len().max(node.outgoing.len()) > MOST_FLOWS {
        report.of(element, format!("more than {MOST_FLOWS} sequence flows"), "put gateways between");
    }
    let is_event_sub_process = matches!(node.behaviour, Behaviour::EventSubProcess { .. });
    match element.kind {
        ElementKind::StartEvent | ElementKind::BoundaryEvent => {
            if !node.incoming.is_empty() {
                report.of(element, "a sequence flow leads to it", "lead it to the element behind");
            }
            if node.outgoing.is_empty() {
                report.of(element, "no sequence flow leaves it", "draw what follows");
            }
        }
        ElementKind::EndEvent if !node.outgoing.is_empty() => {
            report.of(element, "a sequence flow leaves it", "use an intermediate throw event");
        }
        kind if kind.is_gateway() && node.outgoing.is_empty() => {
            report.of(element, "no sequence flow leaves it", "draw what follows, or use an end event");
        }
        _ if is_event_sub_process && !(node.incoming.is_empty() && node.outgoing.is_empty()) => {
            report.of(element, "an event sub-process has no sequence flows", "remove them");
        }
        _ => {}
    }
    if is_event_sub_process && node.repeat.is_some() {
        report.of(element, "an event sub-process cannot be multi-instance", "put one inside it");
    }
    if element.outcome.is_some() && element.kind != ElementKind::EndEvent {
        report.of(element, "q:outcome stands for the end of a case", "move it to an end event");
    }
    inside(graph, node, report);
    if matches!(node.behaviour, Behaviour::EventBased) {
        event_gateway(graph, node, report);
    }
    default_flow(node, report);
}

/// The start events of sub-processes.
fn inside(graph: &Graph<'_>, node: &Node, report: &mut Report) {
    let (Behaviour::SubProcess(scope) | Behaviour::EventSubProcess { inside: scope, .. }) = &node.behaviour
    else {
        return;
    };
    let scope = graph.scope(scope.0);
    let what = match (scope.starts.len(), scope.refused) {
        (1, _) | (0, true) => return,
        (0, false) => "no start event inside",
        _ => "several start events inside",
    };
    report.of(&node.element, what, "draw one");
}

fn event_gateway(graph: &Graph<'_>, node: &Node, report: &mut Report) {
    if node.outgoing.len() < 2 {
        report.of(&node.element, "fewer than two events to choose from", "draw at least two catching events");
    }
    for flow in &node.outgoing {
        let follower = graph.node(graph.target(*flow));
        let catches = match &follower.behaviour {
            Behaviour::Catch(Trigger::Message(_) | Trigger::Timer(_)) => true,
            Behaviour::Receive(_) => follower.boundaries.is_empty() && follower.repeat.is_none(),
            _ => graph.scope(follower.scope.0).refused,
        };
        if !catches {
            let instead =
                "put a message or timer catch event, or a receive task without boundary events, there";
            report.of(&follower.element, "an event-based gateway cannot wait for it", instead);
        }
        if follower.incoming.len() > 1 {
            let instead = "let nothing but the gateway lead to it";
            report.of(&follower.element, "other flows than the gateway's lead to it", instead);
        }
    }
}

fn default_flow(node: &Node, report: &mut Report) {
    let chooses = matches!(node.behaviour, Behaviour::Exclusive | Behaviour::Inclusive);
    if node.default.is_some() && !chooses {
        let instead = "put an exclusive gateway behind it";
        report.of(&node.element, "only exclusive and inclusive gateways have a default flow", instead);
    }
}

/// Conditions stand where a choice is made, and nowhere else.
fn condition(graph: &Graph<'_>, at: FlowIndex, report: &mut Report) {
    let flow = &graph.reader.flows[at.0 as usize];
    let source = graph.node(flow.source);
    let chooses = matches!(source.behaviour, Behaviour::Exclusive | Behaviour::Inclusive);
    let is_default = source.default == Some(at);
    let (what, instead) = match &flow.condition {
        Some(_) if !chooses => {
            ("a condition where nothing is chosen", "let it leave an exclusive or inclusive gateway")
        }
        Some(_) if is_default => ("a condition on the default flow", "remove the condition"),
        None if chooses && !is_default && !flow.condition_refused && source.outgoing.len() > 1 => {
            ("no condition", "add one, or make this the default flow of the gateway")
        }
        _ => return,
    };
    report.of(&flow.element, what, instead);
}

/// Every node can be come to from a start, a boundary event or an event sub-process.
fn reachable(graph: &Graph<'_>, scope: &Scope, report: &mut Report) {
    let mut reached = std::collections::HashSet::new();
    let mut open: Vec<NodeIndex> = scope.starts.iter().chain(&scope.event_sub_processes).copied().collect();
    while let Some(at) = open.pop() {
        if reached.insert(at) {
            let node = graph.node(at);
            open.extend(node.outgoing.iter().map(|flow| graph.target(*flow)));
            open.extend(&node.boundaries);
        }
    }
    if scope.starts.is_empty() {
        return;
    }
    for at in &scope.nodes {
        let node = graph.node(*at);
        let detached = node.element.kind == ElementKind::BoundaryEvent;
        if !reached.contains(at) && !detached {
            let instead = "connect it, or remove it";
            report.of(&node.element, "no token can come to it", instead);
        }
    }
}
