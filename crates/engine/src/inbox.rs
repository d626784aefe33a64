//! What reaches a participant and waits for its turn: messages, answers of people, grants of a lock.
//!
//! An item is durable before its sender is acknowledged; the turn that applies it deletes it in the same commit. The item's
//! id is the receiver's memory against repeats. Never apply an item outside [`crate::turn`].

use rules::value::Context;
use serde::{Deserialize, Serialize};
use store::Id;

/// One message for one case: a row of an envelope, an incoming SMS.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Arrival {
    /// Name of the BPMN message.
    pub message: String,
    /// The business key of the case: potential recipient × service × fact.
    pub case_ref: String,
    /// The correlation key that a waiting subscription compares; usually `case_ref`.
    pub correlation: String,
    /// What the message says, as the contract decoded it.
    pub payload: Context,
    /// Identifier of the message on the wire, shown in the history.
    pub message_id: String,
    /// Who sent it, as authenticated by the gateway.
    pub sender: String,
    /// How long it may wait for a case to ask for it, in milliseconds of legal time; zero means that it concerns only a case
    /// that waits now (replies by SMS, OP-05).
    pub time_to_live_ms: i64,
    /// Set by the engine when no case of the business key is concerned: the message waits where its correlation key is looked up.
    #[serde(default)]
    pub by_key: bool,
}

/// An item of the inbox.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum InboxItem {
    /// A message.
    Message(Arrival),
    /// A message that was moved to the partition of the case that waits for it.
    Moved(crate::messages::Moving),
    /// A person finished a user task.
    Person {
        /// The case.
        case: Id,
        /// Number of the work inside the case.
        work: u32,
        /// Who: account or certificate subject, shown in the history.
        by: String,
        /// The form's fields and, where the task asks for one, the signature.
        result: Context,
    },
    /// An operator asks to try again what stands in an incident.
    Retry {
        /// The case.
        case: Id,
        /// Number of the incident inside the case.
        incident: u32,
        /// Who and why, for the history.
        by: String,
    },
    /// A case asks for exclusive use of a key (one open consent request per number, OP-07).
    Acquire {
        /// The key.
        key: String,
        /// The case that asks.
        case: Id,
        /// The partition of that case.
        home: u8,
        /// The work that waits for the grant.
        work: u32,
    },
    /// A case gives a key back.
    Release {
        /// The key.
        key: String,
        /// The case that held it or waited for it.
        case: Id,
        /// Which of its claims.
        part: Part,
    },
    /// An operator gives a case up.
    Cancel {
        /// The case.
        case: Id,
        /// Who and why, for the history.
        reason: String,
    },
    /// The working calendar has changed: the deadlines of the case are counted again.
    Recount {
        /// The case.
        case: Id,
    },
    /// The key is granted.
    Granted {
        /// The case that waits.
        case: Id,
        /// The work that waits.
        work: u32,
        /// The key.
        key: String,
    },
}

/// Which claims to a key a case gives up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Part {
    /// All: the case has ended.
    All,
    /// What it holds; nothing when another case holds the key.
    Held,
    /// The one that this work asked for: nobody waits for the grant any more.
    Work(u32),
}

/// What became of one arrival, told to its sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Received {
    /// Durable; will be applied in its turn.
    Accepted,
    /// The same message was received before; nothing changes.
    Duplicate,
    /// Another message was received before under this id: this one was not taken, the sender has to give it an id of its own.
    Conflict,
}
