//! Mutations of procedures: terms, guards, messages, tasks, outcomes, mappings, events.

use std::collections::BTreeSet;

use xml::{Document, Element, Limits};

use super::wording::{mistaken_operators, mistaken_words};
use super::{Mutation, Place};

const BPMN: &str = "http://www.omg.org/spec/BPMN/20100524/MODEL";
const ZEEBE: &str = "http://camunda.org/schema/zeebe/1.0";
const Q: &str = "https://qyzmet.kz/schema/bpmn/1.0";

/// Elements of a procedure that a token can stand at.
const NODES: &[&str] = &[
    "startEvent",
    "endEvent",
    "intermediateCatchEvent",
    "intermediateThrowEvent",
    "boundaryEvent",
    "serviceTask",
    "sendTask",
    "receiveTask",
    "userTask",
    "scriptTask",
    "businessRuleTask",
    "callActivity",
    "subProcess",
    "exclusiveGateway",
    "parallelGateway",
    "eventBasedGateway",
    "inclusiveGateway",
];

/// Tasks that can be left out, and what was left out then.
const LEFT_OUT: &[(&str, &str)] = &[
    ("sendTask", "the message is not sent"),
    ("serviceTask", "the task is left out"),
    ("callActivity", "the procedure is not called"),
    ("userTask", "no person is asked"),
    ("businessRuleTask", "nothing is decided"),
];

pub(super) fn mutations(file: &str, text: &str, all: &mut Vec<Mutation>) {
    let Ok(document) = Document::parse(text.as_bytes(), &Limits::model()) else { return };
    for element in document.elements() {
        if element.namespace() == Some(BPMN) {
            match element.local_name() {
                "conditionExpression" => guard(file, &document, element, all),
                "timeDuration" | "timeDate" => moment(file, element, all),
                "boundaryEvent" => boundary(file, element, all),
                name => {
                    if let Some((_, what)) = LEFT_OUT.iter().find(|(kind, _)| *kind == name) {
                        left_out(file, element, what, all);
                    }
                }
            }
        } else if element.is(Q, "deadline") {
            deadline(file, element, all);
        } else if element.is(Q, "outcome") {
            outcome(file, element, all);
        } else if element.namespace() == Some(ZEEBE) {
            match element.local_name() {
                "output" => output(file, element, all),
                "input" => input(file, element, all),
                "script" => script(file, element, all),
                "subscription" => subscription(file, &document, element, all),
                "loopCharacteristics" => rounds(file, element, all),
                _ => {}
            }
        }
    }
}

/// The element of the procedure that something stands in.
fn owner(element: Element<'_>) -> Option<Element<'_>> {
    let node = |one: &Element<'_>| one.namespace() == Some(BPMN) && NODES.contains(&one.local_name());
    element.ancestors().find(node)
}

fn id<'d>(element: Element<'d>) -> &'d str {
    attribute(element, "id").unwrap_or_default()
}

fn attribute<'d>(element: Element<'d>, name: &str) -> Option<&'d str> {
    element
        .attributes()
        .find(|attribute| attribute.qualified_name() == name)
        .map(|attribute| attribute.value())
}

/// The element with one attribute as written changed; nothing when it is not written so.
fn rewritten(element: Element<'_>, name: &str, change: impl Fn(&str) -> Option<String>) -> Option<String> {
    let source = element.source();
    for quote in ['"', '\''] {
        let opening = format!(" {name}={quote}");
        let Some(at) = source.find(&opening) else { continue };
        let begins = at + opening.len();
        let ends = begins + source[begins..].find(quote)?;
        let changed = change(&source[begins..ends])?;
        return Some(format!("{}{changed}{}", &source[..begins], &source[ends..]));
    }
    None
}

/// Where the value of an attribute begins in the file, and the value as written.
fn written<'d>(element: Element<'d>, name: &str) -> Option<(usize, &'d str)> {
    let source = element.source();
    for quote in ['"', '\''] {
        let opening = format!(" {name}={quote}");
        let Some(at) = source.find(&opening) else { continue };
        let begins = at + opening.len();
        let ends = begins + source[begins..].find(quote)?;
        return Some((element.byte_range().start + begins, &source[begins..ends]));
    }
    None
}

fn guard(file: &str, document: &Document, element: Element<'_>, all: &mut Vec<Mutation>) {
    let Some(flow) = element.parent() else { return };
    let source = attribute(flow, "sourceRef").unwrap_or_default();
    let mut place = Place::at(file, source);
    place.reach.insert(id(flow).to_owned());
    let target = document.elements().find(|one| id(*one) == attribute(flow, "targetRef").unwrap_or_default());
    let to = target.and_then(|target| attribute(target, "id")).unwrap_or_default();
    let inner = element.inner_source();
    let Some(condition) = inner.strip_prefix('=') else { return };
    all.push(place.change(
        element.inner_range(),
        format!("=not({condition})"),
        format!("the guard to `{to}` is flipped"),
    ));
    for (range, instead, words) in mistaken_operators(inner, element.inner_range().start) {
        // A lone comparison turned round is the guard flipped.
        let same = words.starts_with("`=`") && !condition.contains(" and ") && !condition.contains(" or ");
        if !same {
            all.push(place.change(range, instead, format!("guard to `{to}`: {words}")));
        }
    }
}

fn moment(file: &str, element: Element<'_>, all: &mut Vec<Mutation>) {
    let Some(owner) = owner(element) else { return };
    let place = Place::at(file, id(owner));
    let inner = element.inner_source();
    let later = match inner.strip_prefix('=') {
        Some(expression) => format!("=({expression}) + duration(\"PT1H\")"),
        None => inner.replace("PT24H", "PT240H"),
    };
    if later != inner {
        all.push(place.change(element.inner_range(), later, "the moment is later"));
    }
}

fn boundary(file: &str, element: Element<'_>, all: &mut Vec<Mutation>) {
    let place = Place::at(file, id(element));
    // An error always interrupts.
    if element.children().any(|child| child.local_name() == "errorEventDefinition") {
        return;
    }
    let source = element.source();
    let (changed, words) = if source.contains(" cancelActivity=\"false\"") {
        (source.replacen(" cancelActivity=\"false\"", "", 1), "the event ends what it is attached to")
    } else {
        (
            source.replacen(" id=", " cancelActivity=\"false\" id=", 1),
            "the event no longer ends what it is attached to",
        )
    };
    all.push(place.change(element.byte_range(), changed, words));
}

fn left_out(file: &str, element: Element<'_>, what: &str, all: &mut Vec<Mutation>) {
    let name = element.qualified_name();
    let mut text = element.source().to_owned();
    for child in element.descendants().filter(|one| one.namespace() == Some(ZEEBE)) {
        let asked = match child.local_name() {
            "taskDefinition" | "calledElement" | "calledDecision" | "userTask" => {
                Some("<zeebe:script expression=\"=null\" resultVariable=\"response\" />")
            }
            "assignmentDefinition" | "formDefinition" | "taskHeaders" | "input" => Some(""),
            _ => None,
        };
        if let Some(instead) = asked {
            text = text.replacen(child.source(), instead, 1);
        }
    }
    text = text
        .replacen(&format!("<{name}"), "<bpmn:scriptTask", 1)
        .replace(&format!("</{name}>"), "</bpmn:scriptTask>");
    all.push(Place::at(file, id(element)).change(element.byte_range(), text, what));
}

fn deadline(file: &str, element: Element<'_>, all: &mut Vec<Mutation>) {
    let Some(owner) = owner(element) else { return };
    let place = Place::at(file, id(owner));
    let mut add = |changed: Option<String>, words: &str| {
        if let Some(changed) = changed {
            all.push(place.change(element.byte_range(), changed, words));
        }
    };
    let more = |amount: &str| {
        let expression = amount.strip_prefix('=').map(|amount| format!("=({amount}) + 1"));
        expression.or_else(|| amount.parse::<i64>().ok().map(|amount| (amount + 1).to_string()))
    };
    add(rewritten(element, "amount", more), "the term is one longer");
    let less = |amount: &str| amount.strip_prefix('=').map(|amount| format!("=({amount}) - 1"));
    add(rewritten(element, "amount", less), "the term is one shorter");
    let other = |count: &str| Some(if count == "after" { "from".to_owned() } else { "after".to_owned() });
    add(rewritten(element, "count", other), "the first day is counted otherwise");
    let now = |from: &str| (from != "=now()").then(|| "=now()".to_owned());
    add(rewritten(element, "from", now), "the term begins when it is set");
    let calendar = |unit: &str| (unit == "working-days").then(|| "calendar-days".to_owned());
    add(rewritten(element, "unit", calendar), "holidays are counted");
}

fn outcome(file: &str, element: Element<'_>, all: &mut Vec<Mutation>) {
    let Some(owner) = owner(element) else { return };
    let other = |code: &str| Some(if code == "T08" { "T09".to_owned() } else { "T08".to_owned() });
    if let Some(changed) = rewritten(element, "code", other) {
        all.push(Place::at(file, id(owner)).change(element.byte_range(), changed, "the outcome is another"));
    }
}

fn output(file: &str, element: Element<'_>, all: &mut Vec<Mutation>) {
    let Some(owner) = owner(element) else { return };
    let place = Place::at(file, id(owner));
    let Some((from, source)) = written(element, "source") else { return };
    let target = attribute(element, "target").unwrap_or_default();
    for (range, instead, words) in mistaken_words(source, from) {
        all.push(place.change(range, instead, format!("`{target}`: {words}")));
    }
    // What is null or is there already under this name is not lost.
    if source != "=null" && source.strip_prefix('=') != Some(target) {
        all.push(place.change(element.byte_range(), String::new(), format!("`{target}` is not kept")));
    }
}

fn input(file: &str, element: Element<'_>, all: &mut Vec<Mutation>) {
    let Some(owner) = owner(element) else { return };
    let place = Place::at(file, id(owner));
    let Some((from, source)) = written(element, "source") else { return };
    let target = attribute(element, "target").unwrap_or_default();
    for (range, instead, words) in mistaken_words(source, from) {
        all.push(place.change(range, instead, format!("`{target}`: {words}")));
    }
    // What the rounds go through is handed over in any case.
    let of_the_round = owner.descendants().any(|one| attribute(one, "inputElement") == Some(target));
    if owner.local_name() == "callActivity" && !of_the_round {
        all.push(place.change(element.byte_range(), String::new(), format!("`{target}` is not handed over")));
    }
    if source.contains("formatVersion: parameters.status format version") {
        let lost = "formatVersion: parameters.status format version";
        if let Some(at) = source.find(lost) {
            let range = from + at..from + at + lost.len();
            let quote = if element.source().contains("source='") { "\"" } else { "&quot;" };
            all.push(place.change(
                range,
                format!("formatVersion: {quote}0{quote}"),
                "another version of the format",
            ));
        }
    }
}

fn script(file: &str, element: Element<'_>, all: &mut Vec<Mutation>) {
    let Some(owner) = owner(element) else { return };
    let place = Place::at(file, id(owner));
    let Some((from, expression)) = written(element, "expression") else { return };
    let whole = from..from + expression.len();
    let words = mistaken_words(expression, from);
    if words.is_empty() {
        let instead = match expression {
            "=true" => "=false",
            "=false" => "=true",
            _ => "=null",
        };
        all.push(place.change(
            whole,
            instead.to_owned(),
            format!("the result is `{}`", instead.trim_start_matches('=')),
        ));
    }
    for (range, instead, words) in words {
        all.push(place.change(range, instead, words));
    }
    for (range, instead, words) in mistaken_operators(expression, from) {
        all.push(place.change(range, instead, words));
    }
    for (word, other) in [("answered: false", "answered: true"), ("answered: true", "answered: false")] {
        if let Some(at) = expression.find(word) {
            let range = from + at..from + at + word.len();
            all.push(place.change(range, other.to_owned(), format!("`{word}` became `{other}`")));
        }
    }
}

fn subscription(file: &str, document: &Document, element: Element<'_>, all: &mut Vec<Mutation>) {
    let Some(message) = element.ancestors().find(|one| one.local_name() == "message") else { return };
    let mut reach = BTreeSet::new();
    for one in document.elements() {
        if attribute(one, "messageRef") == Some(id(message)) {
            let node = if NODES.contains(&one.local_name()) { Some(one) } else { owner(one) };
            reach.extend(node.map(|node| id(node).to_owned()));
        }
    }
    let Some(first) = reach.first().cloned() else { return };
    let place = Place { file, element: &first, reach };
    let quoted = if element.source().contains("correlationKey='") { "\"x\"" } else { "&quot;x&quot;" };
    let other = |key: &str| key.strip_prefix('=').map(|key| format!("=({key}) + {quoted}"));
    if let Some(changed) = rewritten(element, "correlationKey", other) {
        all.push(place.change(element.byte_range(), changed, "the message is awaited under another key"));
    }
}

fn rounds(file: &str, element: Element<'_>, all: &mut Vec<Mutation>) {
    let Some(owner) = owner(element) else { return };
    let first = |list: &str| match list.strip_prefix('=') {
        // One language is configured: its first is all of it.
        Some(list) if !list.contains("sms languages") => Some(format!("=sublist({list}, 1, 1)")),
        _ => None,
    };
    if let Some(changed) = rewritten(element, "inputCollection", first) {
        all.push(Place::at(file, id(owner)).change(
            element.byte_range(),
            changed,
            "only the first is dealt with",
        ));
    }
}
