//! The room `cases`: case files and their documents, consents, the ledger of who saw whose data, officials' signatures.
//!
//! Its local tasks (`local:text`, `local:document`, `local:consent`) write inside the transition that asks for them. Everything
//! personal is sealed with the key of the case. It must never hand out personal data of a case without a record in the
//! [`ledger`]: [`CaseFile::open`] is the only way in, and it records first.
//!
//! - [`with_local_tasks`] teaches an engine the three tasks.
//! - [`ledger::Ledger`] records and answers who saw or received the data of a person.
//! - [`CaseFile`] is a case opened for a named purpose.
//! - [`signature`] makes the text that an official signs and verifies the signature over it.

pub mod canonical;
pub mod consent;
mod document;
mod file;
pub mod ledger;
pub mod signature;
mod text;

use std::sync::Arc;

use engine::Engine;

pub use consent::{Consent, consents_of};
pub use document::{CaseDocument, Content, DocumentTask};
pub use file::{CaseFile, people_in};
pub use ledger::{Access, Deed, Entry, Ledger, LedgerError, Subject};
pub use signature::{ExpectedOfficial, SignedRecord, signed_text, verify_signature};
pub use text::{TextTask, texts_of};

/// The engine with the local tasks `text`, `document` and `consent`.
#[must_use]
pub fn with_local_tasks(engine: Engine) -> Engine {
    engine
        .with_local("text", Arc::new(TextTask::default()))
        .with_local("document", Arc::new(DocumentTask))
        .with_local("consent", Arc::new(consent::ConsentTask))
}

/// Why something of a case cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    /// The engine or its store.
    #[error(transparent)]
    Engine(#[from] engine::EngineError),
    /// The store.
    #[error(transparent)]
    Store(#[from] store::ReadError),
    /// A sealed field.
    #[error(transparent)]
    Seal(#[from] store::seal::SealError),
    /// The access could not be recorded, so nothing is shown.
    #[error("the access cannot be recorded, so nothing is shown: {0}")]
    Ledger(#[from] LedgerError),
    /// Something stored is not what was written.
    #[error("stored data of the case cannot be read: {0}")]
    Json(#[from] serde_json::Error),
}

#[cfg(test)]
mod sample;
#[cfg(test)]
mod tests;
