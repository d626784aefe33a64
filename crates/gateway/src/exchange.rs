//! One call on its way: what was admitted, where it goes next, and whether it came before.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use registry::CertificateExpectation;
use store::Id;

use crate::core::Destination;
use crate::journal::ExchangeRow;

/// Key of the property by which one gateway tells the other whose message it hands over. Nobody else may write it.
pub const ORIGINAL_SENDER: &str = "originalSender";

/// What the provider does with a repeat, in the words of the refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Repeated {
    /// It may be forwarded again.
    Forward,
    /// It must not.
    Refuse,
}

/// A call that was admitted and is under way. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Exchange {
    pub(crate) row: Arc<ExchangeRow>,
    /// Whose certificate the answer has to carry.
    pub(crate) expected: Arc<CertificateExpectation>,
    /// The participant that answers next: the provider or the other gateway.
    pub(crate) answering: Arc<str>,
    /// Longest time for the answer.
    pub(crate) limit: Duration,
}

impl Exchange {
    /// What the log says of it.
    #[must_use]
    pub fn row(&self) -> &ExchangeRow {
        &self.row
    }

    /// The `sessionId` as it stands in envelopes.
    #[must_use]
    pub fn session(&self) -> String {
        soap::braced(&self.row.session)
    }

    /// Longest time for the answer.
    #[must_use]
    pub fn limit(&self) -> Duration {
        self.limit
    }
}

/// What was admitted, before it is journaled.
pub(crate) struct Admitted {
    pub row: ExchangeRow,
    pub raw: Bytes,
    pub outbound: Bytes,
    pub destination: Destination,
    pub expected: CertificateExpectation,
    pub answering: String,
    pub limit: Duration,
    pub repeated: Repeated,
    /// Sender and messageId: by this a repeat is recognised.
    pub message: Id,
    /// What the message says: by this another message under the same id is recognised.
    pub content: [u8; 32],
}
