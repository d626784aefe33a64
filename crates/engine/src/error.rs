//! What can go wrong in the engine itself; what goes wrong in a model or a case is an incident of the case.

use flow::StepError;
use store::{CommitError, ReadError};

/// The engine could not do its part; nothing has happened.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] ReadError),
    /// The store refused a commit.
    #[error("the store refused the commit: {0}")]
    Commit(CommitError),
    /// The input does not fit the case.
    #[error(transparent)]
    Step(#[from] StepError),
    /// A stored head cannot be read.
    #[error(transparent)]
    Head(#[from] head::HeadError),
    /// Something stored is not what was written.
    #[error("stored data cannot be read: {0}")]
    Json(#[from] serde_json::Error),
    /// A sealed field cannot be opened.
    #[error("a sealed field cannot be opened: {0}")]
    Seal(#[from] store::seal::SealError),
    /// The field was erased on lawful grounds.
    #[error("the data were erased at {0}")]
    Erased(String),
    /// The case is pinned to a bundle that is not installed.
    #[error(
        "the case is pinned to bundle {0}, which is not installed here: install that release beside the new one"
    )]
    NoBundle(String),
    /// No process answers.
    #[error("no process of `{participant}` answers message `{message}`")]
    NoProcess {
        /// The participant.
        participant: String,
        /// The message.
        message: String,
    },
    /// A query that does not come to its end at once.
    #[error("process `{process}` did not come to its end within the call: {reason}")]
    NoAnswer {
        /// The process.
        process: String,
        /// Where it stands.
        reason: String,
    },
}

use crate::head;

impl EngineError {
    /// The reason in words, unless the store itself failed: then nothing can be put aside and the error stands.
    pub(crate) fn unless_store(self) -> Result<String, EngineError> {
        match self {
            EngineError::Store(_) | EngineError::Commit(_) => Err(self),
            other => Ok(other.to_string()),
        }
    }
}
