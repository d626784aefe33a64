//! Disclosures of personal data: every exchange of a service that carries them is told to the ledger of accesses.

use jiff::Timestamp;

/// Personal data passed from one participant to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disclosure {
    /// Who gave them.
    pub from: String,
    /// Who got them.
    pub to: String,
    /// By which service.
    pub service: String,
    /// Of which case or row (business key); never an IIN.
    pub case_ref: String,
    /// In which message.
    pub message_id: String,
    /// Legal time.
    pub at: Timestamp,
}

/// Where disclosures are recorded.
pub trait Disclosures: Send + Sync {
    /// Records one. Called before an answer leaves, and after an answer was taken.
    fn on_disclosure(&self, disclosure: &Disclosure);
}

/// Records nothing: for a participant whose services carry no personal data, and for tests of other things.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoLedger;

impl Disclosures for NoLedger {
    fn on_disclosure(&self, _: &Disclosure) {}
}
