//! `local:document`: a document of the case file: canonical JSON, sealed, with its digest.
//!
//! Request `{kind, title, content}`; response `{id, digest, at}`. The bytes are never changed afterwards: what is signed or referred
//! to by its digest stays what it was. A row beside the case lists its documents, sealed too.

use engine::locals::{LocalCall, LocalOutcome, LocalTask, LocalTools, text};
use jiff::{Span, Timestamp};
use rules::temporal::DateTime;
use rules::{Context, Value};
use serde::{Deserialize, Serialize};
use store::Id;

use crate::canonical;

/// Documents of a case: key = case and work, value = sealed [`Row`].
pub(crate) const DOCUMENTS: &str = "case-documents";
/// Most bytes of one document.
const LONGEST: usize = 4 * 1024 * 1024;
/// Longest kind and title, in characters.
const LONGEST_NAME: usize = 500;
/// How long a document is kept when the service has no parameter `document retention years`. The act is silent.
const RETENTION_YEARS: i64 = 5;

/// The task.
#[derive(Debug, Clone, Copy)]
pub struct DocumentTask;

/// A line of the list of documents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Row {
    pub id: Id,
    pub kind: String,
    pub title: String,
    pub digest: String,
    pub at: Timestamp,
    /// The element that made it: its source.
    pub element: String,
}

/// A document of a case file, opened.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseDocument {
    /// Its id.
    pub id: civic::DocumentId,
    /// What it is: `application`, `case-file`, `decision-project`, `decision`, …
    pub kind: String,
    /// Its title.
    pub title: String,
    /// SHA-256 of its text, in hexadecimal digits.
    pub digest: String,
    /// Legal time of its making.
    pub at: Timestamp,
    /// The element of the model that made it.
    pub element: String,
    /// The participant whose file it stands in.
    pub participant: String,
    /// What it says.
    pub content: Content,
}

/// What is left of the bytes of a document.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// Whole: the text is the one that the digest was made of.
    Whole {
        /// The canonical text.
        text: String,
        /// The same, read; what the model gave stands under `content`.
        value: serde_json::Value,
    },
    /// The stored bytes do not have the digest that was recorded.
    Damaged,
    /// Its retention is over.
    Gone,
    /// Its key was destroyed.
    Erased {
        /// When.
        at: Timestamp,
    },
}

impl CaseDocument {
    /// What the model put into it; null when it cannot be read any more.
    pub fn body(&self) -> &serde_json::Value {
        match &self.content {
            Content::Whole { value, .. } => &value["content"],
            _ => &serde_json::Value::Null,
        }
    }
}

/// The text of a document, in the members that the canonical form sorts.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Written<'a> {
    at: Timestamp,
    case_ref: &'a str,
    content: &'a Context,
    kind: &'a str,
    participant: &'a str,
    service: &'a str,
    title: &'a str,
}

impl LocalTask for DocumentTask {
    fn perform(&self, call: &LocalCall<'_>, tools: &mut LocalTools<'_>) -> Result<LocalOutcome, String> {
        let (kind, title) = (name(&call.request, "kind")?, name(&call.request, "title")?);
        let Some(content) = call.request.get("content").and_then(Value::as_context) else {
            return Err("`request.content` is missing or not a context".into());
        };
        let written = Written {
            at: call.now,
            case_ref: tools.case_ref(),
            content,
            kind: &kind,
            participant: tools.participant(),
            service: tools.service(),
            title: &title,
        };
        let text = canonical::text(&written).map_err(|error| error.to_string())?;
        if text.len() > LONGEST {
            return Err(format!("the document has {} bytes, at most {LONGEST} are kept", text.len()));
        }
        let digest = canonical::digest(text.as_bytes());
        let id = civic::DocumentId::derive(tools.case(), &format!("document/{}", call.work));
        let sealed = tools.seal(&purpose(&id), text.as_bytes()).map_err(|error| error.to_string())?;
        tools.put_document(id.into_bytes(), sealed, retention(call.now, tools));
        let row = Row {
            id: id.into_bytes(),
            kind,
            title,
            digest: digest.clone(),
            at: call.now,
            element: call.element.to_owned(),
        };
        let row = serde_json::to_vec(&row).map_err(|error| error.to_string())?;
        let row = tools.seal(ROW_PURPOSE, &row).map_err(|error| error.to_string())?;
        let mut key = tools.case().to_vec();
        key.extend(call.work.0.to_be_bytes());
        tools.put_row(DOCUMENTS, key, row);
        let at = DateTime::from_timestamp(call.now, &calendar::almaty());
        Ok(LocalOutcome::Done(
            Context::new().with("id", id.to_string()).with("digest", digest).with("at", at).into(),
        ))
    }
}

/// What the row of a document is sealed for.
pub(crate) const ROW_PURPOSE: &str = "document-row";

/// What a document is sealed for.
pub(crate) fn purpose(id: &civic::DocumentId) -> String {
    format!("document {id}")
}

fn name(request: &Context, field: &str) -> Result<String, String> {
    let found = text(request, field)?;
    match found.chars().count() {
        1..=LONGEST_NAME => Ok(found),
        count => Err(format!("`request.{field}` has {count} characters: give 1 to {LONGEST_NAME}")),
    }
}

fn retention(now: Timestamp, tools: &LocalTools<'_>) -> i64 {
    let zone = calendar::almaty();
    let today = now.to_zoned_datetime(zone.clone());
    let parameters = tools.bundle().parameters.at(today.date());
    let years = parameters
        .get("document retention years")
        .and_then(Value::as_number)
        .and_then(|years| years.to_i64());
    let years = years.filter(|years| (1..=200).contains(years)).unwrap_or(RETENTION_YEARS);
    let until = Span::new().try_years(years).and_then(|span| today.checked_add(span));
    until.map_or(i64::MAX, |until| until.timestamp().as_millisecond())
}
