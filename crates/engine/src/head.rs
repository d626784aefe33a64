//! The head of a case: its state as of the last transition, and what the engine needs beside it.
//!
//! Stored sealed with the case's key in the same commit as the journal record it follows from. The stored form is JSON with a
//! format number; an older number is lifted on reading, a newer one is refused.

use std::collections::BTreeMap;

use flow::CaseState;
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

/// The format this build writes.
pub const FORMAT: u16 = 1;

/// A case as of its last transition.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Head {
    /// Number of the stored format.
    pub format: u16,
    /// Content hash of the bundle that the case is pinned to.
    pub bundle: String,
    /// The service, e.g. `large-family-allowance`.
    pub service: String,
    /// The process of this participant's pool.
    pub process: String,
    /// The business key shared by all participants.
    pub case_ref: String,
    /// When it started here (legal time).
    pub started: Timestamp,
    /// The date by which dated parameters are resolved: the date of the fact, or of the start.
    pub effective: Date,
    /// The state of the procedure.
    pub state: CaseState,
    /// Keys that the case holds or waits for exclusively.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub locks: Vec<String>,
    /// Calls that an outside system has not answered: the case waits, and says for whom.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub troubles: BTreeMap<u32, Trouble>,
}

/// An unanswered call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trouble {
    /// The element that waits.
    pub element: String,
    /// What it asks for, e.g. `gateway:MAB_PHONE`.
    pub task_type: String,
    /// What happened last.
    pub reason: String,
    /// Since when.
    pub since: Timestamp,
    /// How many attempts failed.
    pub attempts: u32,
}

/// A stored head that this build cannot read.
#[derive(Debug, thiserror::Error)]
pub enum HeadError {
    /// Written by a newer build.
    #[error(
        "the head of the case has format {found}, this build knows up to {FORMAT}: run the build that wrote it, or a newer one"
    )]
    Newer {
        /// The number found.
        found: u16,
    },
    /// Not what was written.
    #[error("the head of the case cannot be read: {0}")]
    Malformed(#[from] serde_json::Error),
}

impl Head {
    /// The stored form.
    ///
    /// # Errors
    /// When a value of the state has no stored form (a function).
    pub fn to_bytes(&self) -> Result<Vec<u8>, HeadError> {
        Ok(serde_json::to_vec(self)?)
    }

    /// Reads a stored head.
    ///
    /// # Errors
    /// [`HeadError`] for a newer format or damage.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, HeadError> {
        #[derive(Deserialize)]
        struct Numbered {
            format: u16,
        }
        let Numbered { format } = serde_json::from_slice(bytes)?;
        if format > FORMAT {
            return Err(HeadError::Newer { found: format });
        }
        Ok(serde_json::from_slice(bytes)?)
    }
}
