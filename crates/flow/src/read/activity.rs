//! Tasks and call activities, and how often they are carried out.

use super::problem::shown;
use super::reader::{FileFacts, Reader, attribute, extension, flag};
use super::{BPMN, ZEEBE, event};
use crate::ElementKind;
use crate::model::{
    Behaviour, CallRequest, DecisionCall, ProcessCall, Repeat, RepeatOutput, Script, Text, UserTask,
};

/// What an activity of that kind does; none when it was refused.
pub(super) fn behaviour(
    reader: &mut Reader,
    facts: &FileFacts<'_>,
    at: xml::Element<'_>,
    kind: ElementKind,
) -> Option<Behaviour> {
    if flag(at, "isForCompensation", false) {
        let instead = "draw the undoing as tasks of its own";
        reader.report.at(&facts.file, at, "compensation is not executable", instead);
        return None;
    }
    match kind {
        ElementKind::ServiceTask | ElementKind::SendTask => {
            let instead = "add zeebe:taskDefinition with a type such as gateway:SERVICE_ID";
            call(reader, facts, at, "it does not say what it calls", instead)
        }
        ElementKind::ReceiveTask => {
            if flag(at, "instantiate", false) {
                let instead = "begin the process with a message start event";
                reader.report.at(&facts.file, at, "a receive task cannot begin a process", instead);
                return None;
            }
            event::message(reader, facts, at, true).map(Behaviour::Receive)
        }
        ElementKind::UserTask => user_task(reader, facts, at),
        ElementKind::BusinessRuleTask => decision(reader, facts, at),
        ElementKind::ScriptTask => script(reader, facts, at),
        ElementKind::CallActivity => process_call(reader, facts, at),
        _ => Some(Behaviour::Pass),
    }
}

/// `zeebe:taskDefinition` with its headers; `missing` and `instead` say what is wrong without it.
pub(super) fn call(
    reader: &mut Reader,
    facts: &FileFacts<'_>,
    at: xml::Element<'_>,
    missing: &str,
    instead: &str,
) -> Option<Behaviour> {
    let definition = extension(at, ZEEBE, "taskDefinition");
    let Some((definition, task_type)) =
        definition.and_then(|definition| Some((definition, attribute(definition, "type")?)))
    else {
        reader.report.at(&facts.file, at, missing, instead);
        return None;
    };
    if task_type.starts_with('=') {
        let instead = "write it; where several are possible use a gateway";
        reader.report.at(&facts.file, definition, "the type of a task cannot be computed", instead);
        return None;
    }
    let retries = match attribute(definition, "retries") {
        Some(text) => match text.parse::<u32>() {
            Ok(retries) if retries <= 1000 => Some(retries),
            _ => {
                let what = format!("retries `{}` is not a whole number up to 1000", shown(text));
                reader.report.at(&facts.file, definition, what, "write a number");
                return None;
            }
        },
        None => None,
    };
    let headers = extension(at, ZEEBE, "taskHeaders").into_iter().flat_map(|headers| headers.children());
    let headers = headers
        .filter(|header| header.is(ZEEBE, "header"))
        .map(|header| {
            let text = |name| header.attribute("", name).unwrap_or_default().to_owned();
            (text("key"), text("value"))
        })
        .collect();
    Some(Behaviour::Call(CallRequest { task_type: task_type.to_owned(), retries, headers }))
}

fn user_task(reader: &mut Reader, facts: &FileFacts<'_>, at: xml::Element<'_>) -> Option<Behaviour> {
    let assignment = extension(at, ZEEBE, "assignmentDefinition");
    let of = |name| assignment.and_then(|assignment| attribute(assignment, name));
    let (groups, assignee) = (of("candidateGroups"), of("assignee"));
    if groups.is_none() && assignee.is_none() {
        let instead = "add zeebe:assignmentDefinition candidateGroups=\"…\"";
        reader.report.at(&facts.file, at, "it does not say who may do it, so nobody would see it", instead);
        return None;
    }
    let form = extension(at, ZEEBE, "formDefinition")
        .and_then(|form| attribute(form, "formId").or_else(|| attribute(form, "formKey")));
    let due = extension(at, ZEEBE, "taskSchedule").and_then(|schedule| attribute(schedule, "dueDate"));
    let due = match due {
        Some(due) => Some(reader.text(facts, at, due)?),
        None => None,
    };
    if let Some(Text::Fixed(fixed)) = &due
        && crate::step::moment::date(fixed).is_none()
    {
        let what = format!("the due date `{}` is no date and time of ISO 8601", shown(fixed));
        reader.report.at(&facts.file, at, what, "write it so, or FEEL after `=`");
        return None;
    }
    Some(Behaviour::User(UserTask {
        candidate_groups: reader.optional_text(facts, at, groups),
        assignee: reader.optional_text(facts, at, assignee),
        form: form.map(str::to_owned),
        due,
    }))
}

fn decision(reader: &mut Reader, facts: &FileFacts<'_>, at: xml::Element<'_>) -> Option<Behaviour> {
    let Some(called) = extension(at, ZEEBE, "calledDecision") else {
        let instead = "add zeebe:calledDecision decisionId=\"…\" resultVariable=\"…\"";
        return call(reader, facts, at, "it does not say which decision it makes", instead);
    };
    let Some(id) = attribute(called, "decisionId").filter(|id| !id.starts_with('=')) else {
        reader.report.at(
            &facts.file,
            called,
            "decisionId is missing or computed",
            "write the id of the decision",
        );
        return None;
    };
    let result = reader.variable(facts, called, attribute(called, "resultVariable").unwrap_or_default())?;
    Some(Behaviour::Decide(DecisionCall { decision: id.to_owned(), result }))
}

fn script(reader: &mut Reader, facts: &FileFacts<'_>, at: xml::Element<'_>) -> Option<Behaviour> {
    let Some(script) = extension(at, ZEEBE, "script") else {
        let instead = "add zeebe:script expression=\"=…\" resultVariable=\"…\" (FEEL)";
        return call(reader, facts, at, "it has no FEEL script", instead);
    };
    let expression = reader.feel(facts, script, script.attribute("", "expression").unwrap_or_default())?;
    let result = reader.variable(facts, script, attribute(script, "resultVariable").unwrap_or_default())?;
    Some(Behaviour::Script(Script { expression, result }))
}

fn process_call(reader: &mut Reader, facts: &FileFacts<'_>, at: xml::Element<'_>) -> Option<Behaviour> {
    let called = extension(at, ZEEBE, "calledElement");
    let id = called.and_then(|called| attribute(called, "processId")).filter(|id| !id.starts_with('='));
    let Some((called, id)) = called.zip(id) else {
        let instead =
            "add zeebe:calledElement processId=\"…\" with a fixed id; choose between several with a gateway";
        reader.report.at(&facts.file, at, "it does not say which process it calls", instead);
        return None;
    };
    Some(Behaviour::CallProcess(ProcessCall {
        process: id.into(),
        hands_down_all: flag(called, "propagateAllParentVariables", true),
        hands_back_all: flag(called, "propagateAllChildVariables", true),
    }))
}

/// Multi-instance characteristics, if the activity has any that are executable.
pub(super) fn repeat(
    reader: &mut Reader,
    facts: &FileFacts<'_>,
    at: xml::Element<'_>,
    kind: ElementKind,
) -> Option<Repeat> {
    if !kind.is_activity() {
        return None;
    }
    if let Some(looped) = at.child(BPMN, "standardLoopCharacteristics") {
        let instead = "draw the loop with an exclusive gateway, or use a multi-instance activity";
        reader.report.at(&facts.file, looped, "a standard loop is not executable", instead);
        return None;
    }
    let repeated = at.child(BPMN, "multiInstanceLoopCharacteristics")?;
    let zeebe = extension(repeated, ZEEBE, "loopCharacteristics");
    let Some((zeebe, collection)) =
        zeebe.and_then(|zeebe| Some((zeebe, attribute(zeebe, "inputCollection")?)))
    else {
        let instead = "add zeebe:loopCharacteristics inputCollection=\"=…\" inputElement=\"…\"";
        reader.report.at(&facts.file, repeated, "it does not say over which list it runs", instead);
        return None;
    };
    let collection = reader.feel(facts, zeebe, collection)?;
    let item = match attribute(zeebe, "inputElement") {
        Some(item) => Some(reader.variable(facts, zeebe, item)?),
        None => None,
    };
    let output = repeat_output(reader, facts, zeebe);
    let completion = match repeated.child(BPMN, "completionCondition") {
        Some(condition) => Some(reader.feel(facts, condition, &condition.text())?),
        None => None,
    };
    Some(Repeat { sequential: flag(repeated, "isSequential", false), collection, item, output, completion })
}

fn repeat_output(
    reader: &mut Reader,
    facts: &FileFacts<'_>,
    zeebe: xml::Element<'_>,
) -> Option<RepeatOutput> {
    match (attribute(zeebe, "outputCollection"), attribute(zeebe, "outputElement")) {
        (Some(collection), Some(element)) => {
            let collection = reader.variable(facts, zeebe, collection)?;
            let element = reader.feel(facts, zeebe, element)?;
            let plain = element.source.chars().all(|letter| letter.is_alphanumeric() || letter == '_')
                && !element.source.starts_with(|first: char| first.is_ascii_digit());
            let variable = plain.then(|| element.source.clone());
            Some(RepeatOutput { collection, element, variable })
        }
        (None, None) => None,
        _ => {
            let instead = "write both outputCollection and outputElement, or neither";
            reader.report.at(&facts.file, zeebe, "half of an output", instead);
            None
        }
    }
}
