//! What the page of a task shows of the case and of the form: people, decisions of rules line by line, values that are not from the
//! act, fields with their choices. Only reads; the access was recorded when the file was opened.

use std::sync::Arc;

use engine::bundle::Bundle;
use flow::Fact;
use rules::{Context, Value};

use super::Opened;
use crate::ask::Ask;
use crate::forms::{Kind, Problem};
use crate::pages::case::cases_partition;
use crate::values::{self, Line};

pub(super) struct DecisionView {
    pub name: String,
    pub paragraphs: Vec<String>,
    pub inputs: Vec<Line>,
    pub rules: String,
    pub outputs: Vec<Line>,
}

pub(super) struct ParameterView {
    pub name: String,
    pub value: String,
    pub about: String,
}

pub(super) struct FieldView {
    pub name: String,
    pub title: String,
    pub hint: String,
    pub problem: String,
    pub kind: &'static str,
    pub choices: Vec<ChoiceView>,
    pub value: String,
    pub longest: usize,
    pub required: bool,
}

pub(super) struct ChoiceView {
    pub value: String,
    pub text: String,
    pub chosen: bool,
}

pub(super) struct ProblemView {
    pub field: String,
    pub title: String,
    pub text: String,
}

/// The facts an official looks at first: the people and the account.
pub(super) fn people(ask: &Ask, facts: &Context) -> Vec<Line> {
    let wanted = ["recipient", "child", "children", "account", "phone", "factDate"];
    let shown = facts.iter().filter(|(name, _)| wanted.contains(&&***name));
    let shown: Context = shown.map(|(name, value)| (Arc::clone(name), value.clone())).collect();
    values::lines(&ask.words, &shown)
}

/// What rules decided in this case, line by line: what they saw, which rules matched, what came out.
pub(super) fn decisions(ask: &Ask, opened: &Opened<'_>) -> Vec<DecisionView> {
    let names = ask.names();
    let events = opened.file.history.iter().flat_map(|recorded| recorded.events.iter().flatten());
    let values_at = parameters_at(ask, opened);
    // Small numbers are equal by chance; a context or an amount is not.
    let telling = |value: &&Value| match value {
        Value::Context(_) => true,
        Value::Number(number) => number.abs() >= rules::Decimal::from(100),
        _ => false,
    };
    let illustrative = opened.bundle.parameters.all().iter().filter(|parameter| parameter.illustrative);
    let values = illustrative.filter_map(|parameter| values_at.get(&parameter.name));
    let marked: Vec<&Value> = values.filter(telling).collect();
    let mut views = Vec::new();
    for event in events {
        let Fact::Decided { element, value, trace, .. } = &event.fact else { continue };
        let model = opened.bundle.program.element(element);
        let rules = trace.iter().flat_map(|trace| &trace.tables).flat_map(|table| &table.rules).map(|rule| {
            let law: Vec<String> = rule.law.iter().map(|law| ask.words.par(&law.par)).collect();
            if law.is_empty() {
                rule.number.to_string()
            } else {
                format!("{} ({})", rule.number, law.join(", "))
            }
        });
        let mut inputs = Context::new();
        for trace in trace {
            for (name, value) in trace.inputs.iter().filter(|(name, _)| name.as_ref() != "parameters") {
                inputs.insert(Arc::clone(name), value.clone());
            }
        }
        let outputs = match value {
            Value::Context(context) => context.clone(),
            other => Context::new().with("result", other.clone()),
        };
        views.push(DecisionView {
            name: names.element(opened.bundle, element),
            paragraphs: model
                .map(|model| model.law.iter().map(|law| law.paragraph().to_string()).collect())
                .unwrap_or_default(),
            inputs: values::marked_lines(&ask.words, &inputs, |value| marked.contains(&value)),
            rules: rules.collect::<Vec<_>>().join(", "),
            outputs: values::lines(&ask.words, &outputs),
        });
    }
    // What was computed last stands nearest to the decision.
    views.reverse();
    views
}

/// The parameters as they hold for the case: by the date of its fact.
pub(super) fn parameters_at(ask: &Ask, opened: &Opened<'_>) -> Context {
    let head = opened.engine.head(opened.case.case, cases_partition(&opened.case));
    let effective = head.ok().flatten().map(|head| head.effective);
    let day = effective.unwrap_or_else(|| ask.now.to_zoned_datetime(calendar::almaty()).date());
    opened.bundle.parameters.at(day)
}

/// Parameters of the service that are not from the act, as they hold for this case.
pub(super) fn illustrative(ask: &Ask, opened: &Opened<'_>) -> Vec<ParameterView> {
    let values_at = parameters_at(ask, opened);
    let marked = opened.bundle.parameters.all().iter().filter(|parameter| parameter.illustrative);
    let view = |parameter: &engine::bundle::Parameter| {
        let value = values_at.get(&parameter.name)?;
        let written = values::written(&ask.words, &parameter.name, value);
        let unit = parameter.unit.as_deref().map(|unit| values::unit(&ask.words, unit)).unwrap_or_default();
        Some(ParameterView {
            name: parameter.name.clone(),
            value: format!("{written} {unit}"),
            about: parameter.about.clone(),
        })
    };
    marked.filter_map(view).collect()
}

pub(super) fn fields(ask: &Ask, opened: &Opened<'_>, problems: &[Problem]) -> Vec<FieldView> {
    let (lang, form) = (ask.words.lang.code(), &opened.form);
    let title = |name: &str| {
        form.fields
            .iter()
            .find(|field| field.name == name)
            .and_then(|field| field.title.get(lang))
            .unwrap_or(name)
            .to_owned()
    };
    let view = |field: &crate::forms::Field| {
        let sent = |value: &str| ask.fields.all(&field.name).any(|known| known == value);
        let choice = |(value, titles): &(String, crate::forms::Titles)| ChoiceView {
            text: choice_text(ask, opened.bundle, &field.name, value, titles.get(lang)),
            chosen: sent(value),
            value: value.clone(),
        };
        let (kind, choices, longest) = match &field.kind {
            Kind::One(values) => ("one", values.iter().map(choice).collect(), 0),
            Kind::Some(values) => ("some", values.iter().map(choice).collect(), 0),
            Kind::Text(longest) => ("text", Vec::new(), *longest),
        };
        let needed = form.needed_when(&field.name).map(|(other, value)| {
            let named =
                form.fields.iter().find(|field| field.name == other).and_then(|field| match &field.kind {
                    Kind::One(values) => {
                        values.iter().find(|(known, _)| known == value).map(|(known, titles)| {
                            choice_text(ask, opened.bundle, other, known, titles.get(lang))
                        })
                    }
                    _ => None,
                });
            let answer = format!("{}: {}", title(other), named.unwrap_or_else(|| value.to_owned()));
            ask.words.one("form-needed-when", "answer", answer)
        });
        FieldView {
            title: title(&field.name),
            hint: needed.unwrap_or_default(),
            problem: problems
                .iter()
                .find(|problem| problem.field == field.name)
                .map(|problem| problem.text.clone())
                .unwrap_or_default(),
            kind,
            choices,
            value: ask.fields.get(&field.name).unwrap_or_default().to_owned(),
            longest,
            required: field.required,
            name: field.name.clone(),
        }
    };
    form.fields.iter().map(view).collect()
}

/// The words of a choice: from the form, else a text of the service (`ground-other` for a value of `grounds`), else the value.
pub(super) fn choice_text(
    ask: &Ask,
    bundle: &Bundle,
    field: &str,
    value: &str,
    title: Option<&str>,
) -> String {
    let singular = field.strip_suffix('s').unwrap_or(field);
    let text = || ask.names().text(bundle, &format!("{singular}-{value}"));
    title.map(str::to_owned).or_else(text).unwrap_or_else(|| value.to_owned())
}

/// The ruling in the words of the form.
pub(super) fn ruling_lines(ask: &Ask, opened: &Opened<'_>, answers: &Context) -> Vec<Line> {
    let lang = ask.words.lang.code();
    let said = |field: &crate::forms::Field, value: &Value| -> String {
        let (Kind::One(values) | Kind::Some(values)) = &field.kind else {
            return values::written(&ask.words, &field.name, value);
        };
        let text = |value: &Value| {
            let value = value.as_str().unwrap_or_default();
            let titles = values.iter().find(|(known, _)| known == value).map(|(_, titles)| titles);
            choice_text(ask, opened.bundle, &field.name, value, titles.and_then(|titles| titles.get(lang)))
        };
        match value {
            Value::List(items) if !items.is_empty() => items.iter().map(text).collect::<Vec<_>>().join(", "),
            Value::String(_) => text(value),
            other => values::written(&ask.words, &field.name, other),
        }
    };
    let line = |field: &crate::forms::Field| {
        let value = answers.get(&field.name)?;
        let name = field.title.get(lang).unwrap_or(&field.name).to_owned();
        Some(Line { depth: 0, name, value: said(field, value), illustrative: false })
    };
    opened.form.fields.iter().filter_map(line).collect()
}
