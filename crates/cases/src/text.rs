//! `local:text`: words a message of the service in a language, from the texts of the bundle that the case is pinned to.
//!
//! Request `{id, language, arguments}`; response `{text}`. A text with a hole in it is never given: a missing text or argument is
//! an incident that names it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use engine::bundle::Bundle;
use engine::locals::{LocalCall, LocalOutcome, LocalTask, LocalTools, text};
use notify::texts::{Argument, Arguments, LANGUAGES, Texts};
use rules::{Context, Value};

/// Longest text that is given, in bytes: far above any SMS.
const LONGEST: usize = 64 * 1024;

/// The task; keeps the texts of bundles it has read.
#[derive(Debug, Default)]
pub struct TextTask {
    read: Mutex<BTreeMap<String, Arc<Texts>>>,
}

impl TextTask {
    fn texts(&self, bundle: &Bundle) -> Result<Arc<Texts>, String> {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = read.get(&bundle.hash) {
            return Ok(Arc::clone(known));
        }
        let texts = Arc::new(texts_of(bundle)?);
        read.insert(bundle.hash.clone(), Arc::clone(&texts));
        Ok(texts)
    }
}

/// The texts of a bundle, of the service and the shared ones together.
///
/// # Errors
/// In words: the file is not UTF-8, or what Fluent refuses.
pub fn texts_of(bundle: &Bundle) -> Result<Texts, String> {
    let mut files = Vec::new();
    for (language, ending) in LANGUAGES.into_iter().zip(["texts/kk.ftl", "texts/ru.ftl", "texts/en.ftl"]) {
        for (name, bytes) in bundle.files(ending) {
            let source = std::str::from_utf8(bytes).map_err(|_| format!("{name} is not UTF-8"))?;
            files.push((language, source));
        }
    }
    Texts::load(files).map_err(|error| error.to_string())
}

impl LocalTask for TextTask {
    fn perform(&self, call: &LocalCall<'_>, tools: &mut LocalTools<'_>) -> Result<LocalOutcome, String> {
        let (id, language) = (text(&call.request, "id")?, text(&call.request, "language")?);
        let mut arguments = Arguments::new();
        if let Some(given) = call.request.get("arguments").and_then(Value::as_context) {
            for (name, value) in given.iter() {
                arguments.insert(name.to_string(), argument(name, value)?);
            }
        }
        let text = self
            .texts(tools.bundle())?
            .render(&language, &id, &arguments)
            .map_err(|error| error.to_string())?;
        if text.len() > LONGEST {
            return Err(format!(
                "text `{id}` has {} bytes with these arguments, at most {LONGEST} are given",
                text.len()
            ));
        }
        Ok(LocalOutcome::Done(Context::new().with("text", text).into()))
    }
}

/// A value as a text shows it: whole numbers choose plural forms, days are written as people write them.
fn argument(name: &str, value: &Value) -> Result<Argument, String> {
    Ok(match value {
        Value::String(text) => Argument::Text(text.to_string()),
        Value::Number(number) => match number.to_i64() {
            Some(_) => Argument::Number(number.to_f64()),
            None => Argument::Text(number.to_string()),
        },
        Value::Date(date) => {
            Argument::Text(format!("{:02}.{:02}.{:04}", date.day(), date.month(), date.year()))
        }
        Value::DateTime(at) => {
            let (date, time) = (at.date(), at.time());
            let (hour, minute) = (time.hour(), time.minute());
            Argument::Text(format!(
                "{:02}.{:02}.{:04} {hour:02}:{minute:02}",
                date.day(),
                date.month(),
                date.year()
            ))
        }
        other => {
            return Err(format!(
                "`request.arguments.{name}` is a {}: give a text, a number or a day",
                other.type_name()
            ));
        }
    })
}
