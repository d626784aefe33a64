//! Events: what sets them off, and what they bring about.

use super::problem::shown;
use super::process::{Inside, start_fits};
use super::reader::{FileFacts, MessageDef, Reader, attribute, flag, reference};
use super::{BPMN, activity, timer};
use crate::ElementKind;
use crate::model::{Behaviour, MessageWait, NodeIndex, Text, TimerRule, Trigger};

/// Event definitions that are not executed, with what to use instead.
const NOT_EXECUTABLE: &[(&str, &str)] = &[
    ("signalEventDefinition", "use a message to each receiver"),
    ("escalationEventDefinition", "use an error event, or a message"),
    ("compensateEventDefinition", "draw the undoing as tasks of its own"),
    ("conditionalEventDefinition", "use a message, or a gateway with conditions"),
    ("linkEventDefinition", "draw a sequence flow"),
    ("cancelEventDefinition", "use an error event"),
];

/// What an event of that kind does; none when it was refused.
pub(super) fn behaviour(
    reader: &mut Reader,
    facts: &FileFacts<'_>,
    at: xml::Element<'_>,
    kind: ElementKind,
    inside: &Inside<'_>,
) -> Option<Behaviour> {
    let definition = definition(reader, facts, at)?;
    match kind {
        ElementKind::StartEvent => start(reader, facts, at, definition, inside),
        ElementKind::BoundaryEvent => boundary(reader, facts, at, definition),
        ElementKind::IntermediateCatchEvent => {
            let Some(definition) = definition else {
                let instead = "give it a message or timer definition";
                reader.report.at(&facts.file, at, "it does not say what it waits for", instead);
                return None;
            };
            match trigger(reader, facts, definition, true, false)? {
                Trigger::Error(_) => {
                    let instead = "catch errors on the boundary of an activity";
                    reader.report.at(&facts.file, at, "an intermediate event cannot catch errors", instead);
                    None
                }
                trigger => Some(Behaviour::Catch(trigger)),
            }
        }
        _ => thrown(reader, facts, at, kind, definition),
    }
}

/// The one event definition; outer none when it was refused, inner none when there is none.
#[expect(clippy::option_option, reason = "refused and absent are told apart")]
fn definition<'d>(
    reader: &mut Reader,
    facts: &FileFacts<'_>,
    at: xml::Element<'d>,
) -> Option<Option<xml::Element<'d>>> {
    let mut definitions = at.children().filter(|child| {
        child.namespace() == Some(BPMN)
            && (child.local_name().ends_with("EventDefinition") || child.local_name() == "eventDefinitionRef")
    });
    let Some(first) = definitions.next() else { return Some(None) };
    if definitions.next().is_some() {
        reader.report.at(&facts.file, at, "several event definitions", "draw one event for each");
        return None;
    }
    let tag = first.local_name();
    if let Some((_, instead)) = NOT_EXECUTABLE.iter().find(|(name, _)| *name == tag) {
        reader.report.at(&facts.file, first, format!("{tag} is not executable"), *instead);
        return None;
    }
    Some(Some(first))
}

fn start(
    reader: &mut Reader,
    facts: &FileFacts<'_>,
    at: xml::Element<'_>,
    definition: Option<xml::Element<'_>>,
    inside: &Inside<'_>,
) -> Option<Behaviour> {
    let interrupting = flag(at, "isInterrupting", true);
    // Messages that begin a process need no key: there is no case yet that they could belong to.
    let needs_key = !inside.is_process;
    let cycle = inside.is_process || !interrupting;
    let trigger = match definition {
        Some(definition) => Some(trigger(reader, facts, definition, needs_key, cycle)?),
        None => None,
    };
    if let Err((what, instead)) = start_fits(inside, trigger.as_ref()) {
        reader.report.at(&facts.file, at, what, instead);
        return None;
    }
    match &trigger {
        Some(Trigger::Error(_)) if !interrupting => {
            reader.report.at(
                &facts.file,
                at,
                "an error always interrupts",
                "make the start event interrupting",
            );
            None
        }
        Some(Trigger::Message(MessageWait { name: Text::Computed(_), .. })) if inside.is_process => {
            let what = "the name of a message that begins a process cannot be computed";
            reader.report.at(&facts.file, at, what, "write the name");
            None
        }
        _ => Some(Behaviour::Start(trigger)),
    }
}

fn boundary(
    reader: &mut Reader,
    facts: &FileFacts<'_>,
    at: xml::Element<'_>,
    definition: Option<xml::Element<'_>>,
) -> Option<Behaviour> {
    let interrupting = flag(at, "cancelActivity", true);
    let Some(definition) = definition else {
        let instead = "give it a message, timer or error definition";
        reader.report.at(&facts.file, at, "it does not say what it waits for", instead);
        return None;
    };
    let trigger = trigger(reader, facts, definition, true, !interrupting)?;
    if matches!(trigger, Trigger::Error(_)) && !interrupting {
        reader.report.at(&facts.file, at, "an error always interrupts", "set cancelActivity=\"true\"");
        return None;
    }
    // The real host is set when all nodes of the scope are known.
    Some(Behaviour::Boundary { trigger, attached_to: NodeIndex(0), interrupting })
}

fn thrown(
    reader: &mut Reader,
    facts: &FileFacts<'_>,
    at: xml::Element<'_>,
    kind: ElementKind,
    definition: Option<xml::Element<'_>>,
) -> Option<Behaviour> {
    let Some(definition) = definition else { return Some(Behaviour::Pass) };
    match (definition.local_name(), kind) {
        ("messageEventDefinition", _) => {
            let instead = "add zeebe:taskDefinition with the type that sends the message";
            activity::call(reader, facts, at, "it does not say how its message is sent", instead)
        }
        ("errorEventDefinition", ElementKind::EndEvent) => match error_code(reader, facts, definition)? {
            Some(code) => Some(Behaviour::ThrowError { code }),
            None => {
                let instead = "choose an error that has a code";
                reader.report.at(&facts.file, definition, "it does not say which error it throws", instead);
                None
            }
        },
        ("terminateEventDefinition", ElementKind::EndEvent) => Some(Behaviour::Terminate),
        (tag, _) => {
            let what = format!("{} does not fit a {kind}", shown(tag));
            reader.report.at(&facts.file, definition, what, "use an event that BPMN allows here");
            None
        }
    }
}

/// What a catching event waits for. `cycle`: whether it may be set off again and again.
fn trigger(
    reader: &mut Reader,
    facts: &FileFacts<'_>,
    definition: xml::Element<'_>,
    needs_key: bool,
    cycle: bool,
) -> Option<Trigger> {
    match definition.local_name() {
        "messageEventDefinition" => message(reader, facts, definition, needs_key).map(Trigger::Message),
        "timerEventDefinition" => {
            let rule = timer::rule(reader, facts, definition)?;
            if matches!(rule, TimerRule::Cycle(_)) && !cycle {
                let instead = "use timeDuration, or make the event non-interrupting";
                reader.report.at(
                    &facts.file,
                    definition,
                    "it can fire only once, so a cycle means nothing",
                    instead,
                );
                return None;
            }
            Some(Trigger::Timer(rule))
        }
        "errorEventDefinition" => error_code(reader, facts, definition).map(Trigger::Error),
        tag => {
            let what = format!("nothing can wait for a {}", shown(tag));
            reader.report.at(&facts.file, definition, what, "use a message, timer or error");
            None
        }
    }
}

/// The message that `messageRef` names.
pub(super) fn message(
    reader: &mut Reader,
    facts: &FileFacts<'_>,
    at: xml::Element<'_>,
    needs_key: bool,
) -> Option<MessageWait> {
    let Some(MessageDef { name, key, at: defined }) =
        reference(at, "messageRef").and_then(|id| facts.messages.get(id)).cloned()
    else {
        let instead = "create a bpmn:message in the file and name it in messageRef";
        reader.report.at(&facts.file, at, "it does not say which message it waits for", instead);
        return None;
    };
    if name.is_empty() {
        reader.report.at(&facts.file, defined, "the message has no name", "name it");
        return None;
    }
    let name = reader.text(facts, defined, name);
    let key = match key.filter(|_| needs_key) {
        Some(key) => Some(reader.feel(facts, defined, key)?),
        None if needs_key => {
            let what = "the message has no correlation key, so that no case would know its messages";
            let instead = "add zeebe:subscription correlationKey=\"=caseRef\" to the bpmn:message";
            reader.report.at(&facts.file, at, what, instead);
            return None;
        }
        None => None,
    };
    Some(MessageWait { name: name?, key })
}

/// The code of the error that `errorRef` names; inner none = every error.
#[expect(clippy::option_option, reason = "refused and any error are told apart")]
fn error_code(
    reader: &mut Reader,
    facts: &FileFacts<'_>,
    definition: xml::Element<'_>,
) -> Option<Option<String>> {
    let Some(id) = reference(definition, "errorRef") else { return Some(None) };
    let what = match facts.errors.get(id) {
        Some(Some(code)) if !code.starts_with('=') => return Some(Some((*code).to_owned())),
        Some(Some(_)) => "the code of an error cannot be computed".to_owned(),
        Some(None) => format!("the error `{}` has no errorCode", shown(id)),
        None => format!("there is no error `{}` in the file", shown(id)),
    };
    reader.report.at(&facts.file, definition, what, "give the bpmn:error a fixed errorCode");
    None
}

/// Event-based gateways: only the exclusive kind that does not begin a process.
pub(super) fn event_gateway(
    reader: &mut Reader,
    facts: &FileFacts<'_>,
    at: xml::Element<'_>,
) -> Option<Behaviour> {
    if flag(at, "instantiate", false) {
        let instead = "begin the process with message start events";
        reader.report.at(&facts.file, at, "an event-based gateway cannot begin a process", instead);
        return None;
    }
    if attribute(at, "eventGatewayType").is_some_and(|kind| kind != "Exclusive") {
        let instead = "use a parallel gateway before the catching events";
        reader.report.at(&facts.file, at, "a parallel event-based gateway is not executable", instead);
        return None;
    }
    Some(Behaviour::EventBased)
}
