//! What stands at the top of a file: messages, errors, pools, lanes, and the processes themselves.

use std::collections::HashMap;
use std::sync::Arc;

use super::problem::shown;
use super::reader::{
    FileFacts, MessageDef, Reader, attribute, extension, one_line, reference, without_prefix,
};
use super::{BPMN, Q, ZEEBE};
use crate::{ElementId, Participant};

/// Reads one file into the reader.
pub(crate) fn read(reader: &mut Reader, file: &Arc<str>, definitions: xml::Element<'_>) {
    let mut facts = FileFacts {
        file: file.clone(),
        messages: HashMap::new(),
        errors: HashMap::new(),
        pools: HashMap::new(),
        lanes: HashMap::new(),
    };
    duplicate_ids(reader, &facts, definitions);
    for child in definitions.children().filter(|child| child.namespace() == Some(BPMN)) {
        match child.local_name() {
            "message" => message(reader, &mut facts, child),
            "error" => {
                if let Some(id) = attribute(child, "id") {
                    facts.errors.insert(id, attribute(child, "errorCode"));
                }
            }
            "collaboration" => pools(reader, &mut facts, child),
            _ => {}
        }
    }
    let processes = definitions.children().filter(|child| child.is(BPMN, "process"));
    for process in processes {
        lanes(&mut facts, process);
        super::process::read(reader, &facts, process);
    }
}

/// XML ids are unique in a file, whatever they belong to.
fn duplicate_ids(reader: &mut Reader, facts: &FileFacts<'_>, definitions: xml::Element<'_>) {
    let mut seen: HashMap<&str, usize> = HashMap::new();
    for element in definitions.descendants().filter(|element| element.namespace() == Some(BPMN)) {
        let Some(id) = attribute(element, "id") else { continue };
        if let Some(line) = seen.insert(id, element.line()) {
            let what = format!("the id `{}` stands in line {line} already", shown(id));
            reader.report.at(&facts.file, element, what, "give each element an id of its own");
        }
    }
}

fn message<'d>(reader: &mut Reader, facts: &mut FileFacts<'d>, at: xml::Element<'d>) {
    let Some(id) = attribute(at, "id") else {
        reader.report.at(&facts.file, at, "a message without id", "give it an id");
        return;
    };
    let key = extension(at, ZEEBE, "subscription").and_then(|found| attribute(found, "correlationKey"));
    facts.messages.insert(id, MessageDef { name: attribute(at, "name").unwrap_or_default(), key, at });
}

fn pools<'d>(reader: &mut Reader, facts: &mut FileFacts<'d>, collaboration: xml::Element<'d>) {
    for pool in collaboration.children().filter(|child| child.is(BPMN, "participant")) {
        let Some(element) = attribute(pool, "id") else {
            reader.report.at(&facts.file, pool, "a pool without id", "give it an id");
            continue;
        };
        let name = one_line(attribute(pool, "name").unwrap_or_default());
        let named = extension(pool, Q, "participant").and_then(|found| attribute(found, "id"));
        let process = reference(pool, "processRef");
        if let Some(process) = process {
            facts.pools.insert(process, reader.participants.len());
        }
        reader.participants.push(Participant {
            element: ElementId::from(element),
            id: named.map_or_else(|| name.clone(), str::to_owned),
            name,
            process: process.map(ElementId::from),
        });
    }
}

/// Lanes by the nodes in them; nested lanes stand after their parents and so prevail.
fn lanes(facts: &mut FileFacts<'_>, process: xml::Element<'_>) {
    for lane in process.descendants().filter(|element| element.is(BPMN, "lane")) {
        let name = one_line(attribute(lane, "name").unwrap_or_default());
        for node in lane.children().filter(|child| child.is(BPMN, "flowNodeRef")) {
            let id = node.text();
            facts.lanes.insert(without_prefix(id.trim()).to_owned(), name.clone());
        }
    }
}
