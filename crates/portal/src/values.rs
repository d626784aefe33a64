//! Values of a case as people read them: names in words, days and amounts written out, nesting as steps.

use civic::Money;
use rules::{Context, Value};

use crate::words::Words;

/// Most lines of one value.
const MOST: usize = 2_000;
/// Longest text of a line, in characters.
const LONGEST: usize = 2_000;

/// A line: a name and a value, or a name over the lines below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    /// How far it stands in, from 0.
    pub depth: usize,
    pub name: String,
    pub value: String,
    /// Whether the value is not from the act.
    pub illustrative: bool,
}

impl Line {
    fn new(depth: usize, name: String, value: String) -> Line {
        Line { depth, name, value, illustrative: false }
    }
}

/// The lines of a context.
pub(crate) fn lines(words: &Words, context: &Context) -> Vec<Line> {
    let mut out = Vec::new();
    for (name, value) in context.iter() {
        add(words, name, value, 0, &mut out);
    }
    out
}

/// The lines of a context in which the values that `illustrative` holds are marked.
pub(crate) fn marked_lines(
    words: &Words,
    context: &Context,
    illustrative: impl Fn(&Value) -> bool,
) -> Vec<Line> {
    let mut out = Vec::new();
    for (name, value) in context.iter() {
        let at = out.len();
        add(words, name, value, 0, &mut out);
        if let (Some(line), true) = (out.get_mut(at), illustrative(value)) {
            line.illustrative = true;
        }
    }
    out
}

/// The lines of stored JSON, in the order it was written.
pub(crate) fn lines_of_json(words: &Words, json: &serde_json::Value) -> Vec<Line> {
    match serde_json::from_value::<Value>(json.clone()) {
        Ok(Value::Context(context)) => lines(words, &context),
        _ => Vec::new(),
    }
}

fn add(words: &Words, name: &str, value: &Value, depth: usize, out: &mut Vec<Line>) {
    if out.len() >= MOST {
        return;
    }
    let said = label(words, name);
    match value {
        Value::Context(context) if !context.is_empty() => {
            out.push(Line::new(depth, said, String::new()));
            for (name, value) in context.iter() {
                add(words, name, value, depth + 1, out);
            }
        }
        Value::List(items) if items.iter().any(|item| matches!(item, Value::Context(_) | Value::List(_))) => {
            for (at, item) in items.iter().enumerate() {
                add(words, &format!("{said} {}", at + 1), item, depth, out);
            }
        }
        _ => out.push(Line::new(depth, said, written(words, name, value))),
    }
}

/// A value in one line.
pub(crate) fn written(words: &Words, name: &str, value: &Value) -> String {
    let text = match value {
        Value::Null => words.t("value-none"),
        Value::Bool(true) => words.t("value-yes"),
        Value::Bool(false) => words.t("value-no"),
        Value::String(text) => text.to_string(),
        Value::Number(number) => match number.to_i64().filter(|_| name.ends_with("iyn")) {
            Some(tiyn) => Money::from_tiyn(tiyn).typeset(),
            None => number.to_string(),
        },
        Value::Date(date) => format!("{:02}.{:02}.{:04}", date.day(), date.month(), date.year()),
        Value::DateTime(at) => match at.to_timestamp() {
            Some(at) => words.exact(&at),
            None => at.to_string(),
        },
        Value::List(items) if items.is_empty() => words.t("value-none"),
        Value::List(items) => {
            items.iter().map(|item| written(words, name, item)).collect::<Vec<_>>().join(", ")
        }
        Value::Context(context) if context.is_empty() => words.t("value-none"),
        Value::Context(context) => {
            let parts = context
                .iter()
                .map(|(name, value)| format!("{}: {}", label(words, name), written(words, name, value)));
            parts.collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    };
    match text.char_indices().nth(LONGEST) {
        None => text,
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}

/// A unit of a parameter in words.
pub(crate) fn unit(words: &Words, unit: &str) -> String {
    let text = format!("unit-{}", unit.replace(' ', "-"));
    if words.has(&text) { words.t(&text) } else { unit.to_owned() }
}

/// The name of a variable for people: its text, else its words taken apart.
pub(crate) fn label(words: &Words, name: &str) -> String {
    let id = format!("field-{}", name.replace(' ', "-"));
    let plain = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if plain && words.has(&id) {
        return words.t(&id);
    }
    let mut out = String::with_capacity(name.len() + 4);
    for letter in name.chars() {
        if letter.is_uppercase()
            && !out.is_empty()
            && !out.ends_with(|last: char| last.is_uppercase() || last == ' ')
        {
            out.push(' ');
            out.extend(letter.to_lowercase());
        } else {
            out.push(letter);
        }
    }
    out
}
