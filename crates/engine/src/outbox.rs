//! Effects on their way out: what the shell carries out and what came of it.
//!
//! An outgoing item was committed together with its cause. It leaves the outbox only in the commit that applies its answer.
//! The shell may perform it more than once (after a crash, after a silent peer): the id is the key by which the receiver
//! recognises a repeat. Never invent an outcome: silence is [`Settlement::Later`].

use std::time::Duration;

use rules::value::Context;
use serde::{Deserialize, Serialize};
use store::Id;

/// What the outbox holds for one effect (sealed at rest).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Dispatch {
    /// The case.
    pub case: Id,
    /// The work that waits for the answer.
    pub work: u32,
    /// The element, for incidents and the log.
    pub element: String,
    /// `gateway:…`, `send:…`, `smpp:submit`.
    pub task_type: String,
    /// Task headers of the model.
    pub headers: Vec<(String, String)>,
    /// The business key of the case.
    pub case_ref: String,
    /// What to say.
    pub request: Context,
}

/// One effect to carry out.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// Its key everywhere: messageId, idempotencyKey, requestId.
    pub id: Id,
    /// Where its case lives.
    pub partition: store::Partition,
    /// Its FIFO key.
    pub lane: String,
    /// The number of the work that waits.
    pub work: u32,
    /// The element that asks.
    pub element: String,
    /// `gateway:<SERVICE_ID>`, `send:<SERVICE_ID>`, `smpp:submit`.
    pub task_type: String,
    /// The business key of the case.
    pub case_ref: String,
    /// The case it belongs to.
    pub case: Id,
    /// Task headers of the model.
    pub headers: Vec<(String, String)>,
    /// What to say.
    pub request: Context,
    /// How many times it was tried and is known to have been tried.
    pub attempts: u32,
}

/// What came of an effect.
#[derive(Debug, Clone)]
pub enum Settlement {
    /// Done; the answer goes to the element's output mapping as `response`.
    Answered(Context),
    /// The receiver understood and refused: a business error with its code. A boundary error event of that code catches it,
    /// otherwise it is an incident.
    Refused {
        /// The code, e.g. `SCSE002`.
        code: String,
        /// The receiver's words.
        message: String,
    },
    /// No answer, or one that cannot be read. Tried again after `after`; the case shows the trouble meanwhile.
    Later {
        /// What happened, for the operator: which system, what it did.
        reason: String,
        /// When to try again at the earliest.
        after: Duration,
    },
}
