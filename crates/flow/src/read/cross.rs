//! What holds between the files of a bundle: ids, called processes, called decisions, messages that begin processes.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rules::dmn::Model;

use super::problem::{Report, shown};
use super::reader::Reader;
use crate::model::{Behaviour, Node, ProcessCall, Trigger};
use crate::{Element, Process};

/// Checks everything that needs the whole bundle.
pub(crate) fn check(reader: &mut Reader, decisions: &BTreeMap<String, Model>) {
    let mut report = std::mem::take(&mut reader.report);
    unique_ids(reader, &mut report);
    let processes: HashMap<&str, &Process> =
        reader.processes.iter().map(|process| (process.id().as_str(), process)).collect();
    for node in &reader.nodes {
        match &node.behaviour {
            Behaviour::CallProcess(call) => called_process(reader, &processes, node, call, &mut report),
            Behaviour::Decide(call) if !decisions.contains_key(&call.decision) => {
                let what = format!("no DMN file of the bundle has a decision `{}`", shown(&call.decision));
                report.of(&node.element, what, "add the file, or correct decisionId");
            }
            _ => {}
        }
    }
    message_starts(reader, &mut report);
    reader.report = report;
}

/// State and history name elements by id alone, so an id is unique in the whole bundle.
fn unique_ids(reader: &Reader, report: &mut Report) {
    let mut seen: HashMap<&str, &Element> = HashMap::new();
    let processes = reader.processes.iter().map(|process| &process.element);
    let nodes = reader.nodes.iter().map(|node| &node.element);
    for element in processes.chain(nodes).chain(reader.flows.iter().map(|flow| &flow.element)) {
        if let Some(first) = seen.insert(&element.id, element) {
            let what = format!("the id stands in {}:{} already", first.file, first.line);
            report.of(
                element,
                what,
                "give each element of the bundle an id of its own: history names elements by it",
            );
        }
    }
}

fn called_process(
    reader: &Reader,
    processes: &HashMap<&str, &Process>,
    node: &Node,
    call: &ProcessCall,
    report: &mut Report,
) {
    let Some(called) = processes.get(call.process.as_str()) else {
        let what = format!("the bundle has no executable process `{}`", shown(&call.process));
        report.of(&node.element, what, "add its file, or correct processId");
        return;
    };
    let starts = &reader.scopes[called.scope.0 as usize].starts;
    let plain =
        starts.iter().any(|start| matches!(reader.nodes[start.0 as usize].behaviour, Behaviour::Start(None)));
    if !plain {
        let what = format!("the called process `{}` has no plain start event", shown(&call.process));
        report.of(&node.element, what, "give it one");
    }
    let participant = |process: &Process| process.participant.and_then(|at| reader.participants.get(at));
    let caller = processes.get(node.element.process.as_str()).and_then(|process| participant(process));
    if let (Some(caller), Some(callee)) = (caller, participant(called))
        && caller.id != callee.id
    {
        let what = format!("it calls from the pool of `{}` into that of `{}`", caller.id, callee.id);
        report.of(&node.element, what, "send a message: pools talk only by messages");
    }
}

/// One message begins one process of a participant; else it would not be known which.
fn message_starts(reader: &Reader, report: &mut Report) {
    let mut seen: BTreeSet<(Option<&str>, &str)> = BTreeSet::new();
    for process in &reader.processes {
        let participant = process
            .participant
            .and_then(|at| reader.participants.get(at))
            .map(|participant| participant.id.as_str());
        for start in &reader.scopes[process.scope.0 as usize].starts {
            let node = &reader.nodes[start.0 as usize];
            let Behaviour::Start(Some(Trigger::Message(message))) = &node.behaviour else { continue };
            if !seen.insert((participant, message.name.written())) {
                let what =
                    format!("the message `{}` begins another process already", shown(message.name.written()));
                report.of(&node.element, what, "give the messages different names");
            }
        }
    }
}
