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
    /// An effect that was to go out cannot be read.
    #[error("the effect cannot be read: {0}")]
    Unreadable(String),
    /// A local task calls for itself without end.
    #[error(
        "more than {0} local tasks in one step: the model runs in a circle and catches what should stop it"
    )]
    Circle(usize),
    /// A defect of the program: applying the input panicked.
    #[error("a defect of the program: {0}")]
    Panicked(String),
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

/// Whether the refusal speaks of the store and not of the commit.
pub(crate) fn is_of_the_store(error: &CommitError) -> bool {
    matches!(error, CommitError::Refused { .. } | CommitError::Closed)
}

impl EngineError {
    /// The error itself, unless the store failed: then nothing can be put aside and the error stands.
    pub(crate) fn unless_store(self) -> Result<EngineError, EngineError> {
        use store::seal::SealError;
        match &self {
            EngineError::Store(_) | EngineError::Seal(SealError::Read(_)) => Err(self),
            EngineError::Commit(error) | EngineError::Seal(SealError::Commit(error))
                if is_of_the_store(error) =>
            {
                Err(self)
            }
            _ => Ok(self),
        }
    }

    /// In words without anything personal: what a reader of stored data quotes may be personal.
    pub(crate) fn in_the_open(&self) -> String {
        match self {
            EngineError::Json(error) | EngineError::Head(head::HeadError::Malformed(error)) => {
                format!("stored data cannot be read: line {}, column {}", error.line(), error.column())
            }
            EngineError::Panicked(_) => {
                "a defect of the program; the log of the machine says more".to_owned()
            }
            other => other.to_string(),
        }
    }

    /// The error of an input whose application panicked.
    pub(crate) fn panicked(panic: &(dyn std::any::Any + Send)) -> EngineError {
        let words = panic.downcast_ref::<String>().map(String::as_str);
        let words = words.or_else(|| panic.downcast_ref::<&str>().copied());
        EngineError::Panicked(words.unwrap_or("without words").to_owned())
    }
}

impl From<CommitError> for EngineError {
    fn from(error: CommitError) -> Self {
        EngineError::Commit(error)
    }
}
