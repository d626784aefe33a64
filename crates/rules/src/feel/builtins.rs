//! The built-in functions of DMN 1.5.
//!
//! Every function gets its arguments in order, checks their types itself and answers null with a warning for what it
//! does not take. Work that grows with the data costs fuel.

mod contexts;
mod conversion;
mod lists;
mod numbers;
mod patterns;
mod ranges;
mod statistics;
mod strings;
mod temporal;

pub(crate) use conversion::at_literal;

use super::Failure;
use super::session::Session;
use crate::Value;
use std::collections::HashMap;
use std::fmt;
use std::sync::LazyLock;

pub(super) type Outcome = Result<Value, Failure>;
type Run = fn(&[Value], &Session<'_>) -> Outcome;
/// Name, parameters (forms separated by `|`, optional ones marked `?`, a repeated last one `...`), body.
type Entry = (&'static str, &'static str, Run);

/// A built-in function.
pub(crate) struct Builtin {
    pub(crate) name: &'static str,
    pub(crate) forms: Vec<Form>,
    pub(crate) run: Run,
}

/// One way to call a function.
pub(crate) struct Form {
    pub(crate) parameters: Vec<&'static str>,
    /// How many parameters must be given.
    pub(crate) required: usize,
    /// Whether the last parameter may be repeated.
    repeated: bool,
}

impl Builtin {
    /// Whether the function can be called with so many arguments.
    pub(crate) fn accepts(&self, count: usize) -> bool {
        self.forms
            .iter()
            .any(|form| count >= form.required && (form.repeated || count <= form.parameters.len()))
    }
}

impl fmt::Debug for Builtin {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name)
    }
}

impl Form {
    fn read(text: &'static str) -> Form {
        let mut form = Form { parameters: Vec::new(), required: 0, repeated: false };
        for parameter in text.split(',').map(str::trim).filter(|parameter| !parameter.is_empty()) {
            if let Some(name) = parameter.strip_suffix('?') {
                form.parameters.push(name);
            } else if let Some(name) = parameter.strip_suffix("...") {
                form.parameters.push(name);
                form.required += 1;
                form.repeated = true;
            } else {
                form.parameters.push(parameter);
                form.required += 1;
            }
        }
        form
    }
}

static TABLE: LazyLock<HashMap<&'static str, Builtin>> = LazyLock::new(|| {
    let groups: [&[Entry]; 9] = [
        conversion::TABLE,
        strings::TABLE,
        patterns::TABLE,
        numbers::TABLE,
        lists::TABLE,
        statistics::TABLE,
        temporal::TABLE,
        ranges::TABLE,
        contexts::TABLE,
    ];
    let entries = groups.into_iter().flatten();
    entries
        .map(|(name, forms, run)| {
            (*name, Builtin { name, forms: forms.split('|').map(Form::read).collect(), run: *run })
        })
        .collect()
});

/// The built-in function of that name.
pub(crate) fn find(name: &str) -> Option<&'static Builtin> {
    TABLE.get(name)
}

/// The names of all built-in functions.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    TABLE.keys().copied()
}

/// Null for arguments a function does not take.
fn refused(function: &str, arguments: &[Value], session: &Session<'_>) -> Outcome {
    let types: Vec<&str> = arguments.iter().map(Value::type_name).collect();
    Ok(session.null(format!("{function}({}) has no value", types.join(", "))))
}

/// The value, or null with a warning that the function has none for these arguments.
fn or_refused(value: Option<Value>, function: &str, arguments: &[Value], session: &Session<'_>) -> Outcome {
    match value {
        Some(value) => session.bounded(value),
        None => refused(function, arguments, session),
    }
}

/// An optional argument that may be left out; null counts as left out.
fn optional(arguments: &[Value], place: usize) -> Option<&Value> {
    arguments.get(place).filter(|value| !value.is_null())
}
