//! What is wrong with a contract, or with data under it.

use crate::{Code, Refusal};

/// A schema that is not read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct ContractError {
    /// Line in the schema, from 1; 0 when unknown.
    pub line: usize,
    /// What is not read, and what to write instead.
    pub message: String,
}

/// Data that a schema does not allow, or a context that cannot be written under it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {message}")]
pub struct BindError {
    /// Where: names with points between them, places in lists in brackets from 1, as FEEL counts.
    pub path: String,
    /// What is wrong and how to mend it; never the value.
    pub message: String,
}

impl BindError {
    pub(super) fn new(path: impl ToString, message: impl Into<String>) -> BindError {
        BindError { path: path.to_string(), message: message.into() }
    }
}

impl From<BindError> for Refusal {
    /// The refusal of received data: GW-2002.
    fn from(error: BindError) -> Refusal {
        Refusal::new(Code::DataInvalid, error.to_string())
    }
}
