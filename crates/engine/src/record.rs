//! The journal records of the engine: what stands in the open header and what is sealed.
//!
//! The header holds nothing personal: process, elements, numbers. The body is the list of events, sealed with the case's key.

use flow::{Event, Fact};
use serde::{Deserialize, Serialize};

use crate::head::Head;

/// A transition of a case; the body holds its events.
pub const KIND_TRANSITION: u16 = 1;
/// An input that no longer concerns a case (a late answer); the header says which.
pub const KIND_IGNORED: u16 = 2;
/// An outside system did not answer; the case waits.
pub const KIND_TROUBLE: u16 = 3;
/// A message that is kept until a case asks for it.
pub const KIND_HELD: u16 = 4;
/// A lock was asked for, granted or given back.
pub const KIND_LOCK: u16 = 5;
/// An input that cannot be applied was put aside for an operator.
pub const KIND_POISONED: u16 = 6;

/// The open part of a record.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Header {
    /// Format of the record's body.
    pub format: u16,
    /// The service.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub service: String,
    /// The process.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub process: String,
    /// The business key.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub case_ref: String,
    /// Elements that were entered, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entered: Vec<String>,
    /// The outcome, in the record that ends the case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
    /// In words, for records that are not transitions.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

impl Header {
    /// The header of a transition.
    pub(crate) fn of(head: &Head, events: &[Event]) -> Self {
        let entered = events
            .iter()
            .filter_map(|event| match &event.fact {
                Fact::Entered { element, .. } => Some(element.as_str().to_owned()),
                _ => None,
            })
            .collect();
        let outcome = head.state.has_ended().then(|| head.state.outcome.clone()).flatten();
        Self {
            format: 1,
            service: head.service.clone(),
            process: head.process.clone(),
            case_ref: head.case_ref.clone(),
            entered,
            outcome,
            note: String::new(),
        }
    }

    /// The header of a record that only says something.
    pub(crate) fn note(case_ref: &str, note: impl Into<String>) -> Self {
        Self { format: 1, case_ref: case_ref.to_owned(), note: note.into(), ..Self::default() }
    }
}
