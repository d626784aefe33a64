//! What is written: one [`Commit`] is one transition, all or nothing.
//!
//! The store knows bytes, ids and moments; it never looks into a body. What a commit may hold is bounded here, before it
//! reaches a database: [`Commit::check`] refuses what is too large or badly formed, in words.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::{Partition, SealKey};

/// A 16-byte id (a UUID in network order).
pub type Id = [u8; 16];

/// Longest label, lane, destination, table or message name, in bytes.
pub const MAX_NAME: usize = 400;
/// Longest key of a row or subscription, in bytes.
pub const MAX_KEY: usize = 1_024;
/// Longest open header of a journal record, in bytes.
pub const MAX_HEADER: usize = 64 * 1_024;
/// Longest body of a record, head, item or row, in bytes.
pub const MAX_BODY: usize = 16 * 1_024 * 1_024;
/// Longest document, in bytes.
pub const MAX_DOCUMENT: usize = 64 * 1_024 * 1_024;
/// Most writes in one commit.
pub const MAX_WRITES: usize = 10_000;
/// Longest reason or error text kept with an outbox item, in bytes; longer ones are cut.
pub const MAX_REASON: usize = 2_000;
/// Journal kinds from here up belong to the store itself.
pub const FIRST_KIND_OF_THE_STORE: u16 = 0xFF00;
/// Journal kind: the key of a subject was destroyed; written by [`crate::seal::Keeper::destroy`].
pub const KIND_ERASED: u16 = 0xFF01;

/// One transition. Everything in it becomes durable together, or nothing does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Where it belongs; every write stands in this partition unless it names its own.
    pub partition: Partition,
    /// What must hold for it to be applied.
    pub guard: Option<Guard>,
    /// The journal row it leaves, if any.
    pub record: Option<Record>,
    /// What it changes, applied in this order.
    pub writes: Vec<Write>,
}

impl Commit {
    /// An empty commit of a partition.
    pub fn new(partition: Partition) -> Self {
        Self { partition, guard: None, record: None, writes: Vec::new() }
    }
}

/// The optimistic lock: the head of `case` must stand at `version`; 0 says that there must be none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Guard {
    /// The case.
    pub case: Id,
    /// The version it was read at.
    pub version: u64,
}

/// A row of the journal. Its place (`seq`, contiguous from 1 in its partition) is given at the commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// What it is about: a case, a message.
    pub subject: Id,
    /// What kind of record it is; the rooms above number theirs below [`FIRST_KIND_OF_THE_STORE`].
    pub kind: u16,
    /// Legal time; kept to the millisecond.
    pub at: Timestamp,
    /// The open part: nothing personal may stand here, it survives an erasure.
    pub header: Vec<u8>,
    /// The body, sealed where it is personal. The chain covers it as it stands.
    pub body: Vec<u8>,
}

/// One change. Deleting what is not there is no error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Write {
    /// The state of a case after this transition.
    PutHead {
        /// The case.
        case: Id,
        /// Its version, from 1.
        version: u64,
        /// The state (sealed).
        body: Vec<u8>,
        /// A small number for lists; its meaning belongs to the room above.
        status: u8,
        /// For lists: the id of the service.
        label: String,
    },
    /// A moment to be woken at; replaces the timer of the same number.
    PutTimer {
        /// The case.
        case: Id,
        /// Number inside the case.
        timer: u64,
        /// Legal time in milliseconds since 1970.
        due_ms: i64,
    },
    /// The timer fired or is no longer wanted.
    DeleteTimer {
        /// The case.
        case: Id,
        /// Number inside the case.
        timer: u64,
    },
    /// An effect to be carried out after the commit. Items of one lane go out one by one in the order of their commits.
    PutOutbox {
        /// Key of the effect everywhere; must be new in its partition.
        id: Id,
        /// The case it belongs to.
        case: Id,
        /// Destination and case: the FIFO key.
        lane: String,
        /// Where it goes.
        destination: String,
        /// Not before this legal moment (milliseconds since 1970).
        not_before_ms: i64,
        /// What to send (sealed).
        body: Vec<u8>,
    },
    /// The effect is settled; the next of its lane may go.
    DeleteOutbox {
        /// The item.
        id: Id,
    },
    /// It did not work now. Also takes a parked item up again.
    PostponeOutbox {
        /// The item.
        id: Id,
        /// Not before this legal moment.
        not_before_ms: i64,
        /// How many attempts were made.
        attempts: u32,
        /// What happened, in words; nothing personal.
        last_error: String,
    },
    /// It will not work without a person. Its lane waits, others go on.
    ParkOutbox {
        /// The item.
        id: Id,
        /// Why, in words; nothing personal.
        reason: String,
    },
    /// Something that arrived. The only write that may stand in a partition other than the commit's.
    PutInbox {
        /// Where it will be taken up; its id is unique there.
        partition: Partition,
        /// By which a repeat is recognised.
        id: Id,
        /// Digest of what the sender said, so that another message under the same id is noticed.
        digest: [u8; 32],
        /// What arrived (sealed).
        body: Vec<u8>,
        /// When, in legal milliseconds since 1970.
        received_ms: i64,
    },
    /// It was taken up. The id and its digest stay, the body goes.
    DeleteInbox {
        /// The item.
        id: Id,
    },
    /// A case waits for a message.
    PutSubscription {
        /// The case.
        case: Id,
        /// Number inside the case.
        subscription: u64,
        /// Name of the message.
        message: String,
        /// The correlation key (blinded where it is personal).
        key: Vec<u8>,
    },
    /// It waits no more.
    DeleteSubscription {
        /// The case.
        case: Id,
        /// Number inside the case.
        subscription: u64,
    },
    /// A row of a small projection that a room above keeps; replaces the row of the same key.
    PutRow {
        /// Name of the projection.
        table: &'static str,
        /// Its key.
        key: Vec<u8>,
        /// Its value.
        value: Vec<u8>,
    },
    /// Removes such a row.
    DeleteRow {
        /// Name of the projection.
        table: &'static str,
        /// Its key.
        key: Vec<u8>,
    },
    /// The wrapped data key of a subject. The same bytes again change nothing; other bytes are refused.
    PutSealKey {
        /// The subject.
        subject: Id,
        /// The wrapped key.
        wrapped: Vec<u8>,
    },
    /// The same data key under another key-encryption key (rotation): `from` must be what stands there.
    RewrapSealKey {
        /// The subject.
        subject: Id,
        /// What stands there.
        from: Vec<u8>,
        /// What shall stand there.
        to: Vec<u8>,
    },
    /// Destroys the key: everything sealed with it is gone for good. That it existed stays known.
    DestroySealKey {
        /// The subject.
        subject: Id,
        /// Legal time of the erasure.
        at: Timestamp,
    },
    /// A sealed document, kept at least until `retention_until_ms`. Never replaced: the id must be new in its partition.
    PutDocument {
        /// Its id.
        id: Id,
        /// The sealed bytes.
        sealed: Vec<u8>,
        /// Legal moment from which it may be deleted.
        retention_until_ms: i64,
    },
    /// Removes a document whose retention is over; before that the commit is refused.
    DeleteDocument {
        /// Its id.
        id: Id,
        /// Legal time now.
        now_ms: i64,
    },
    /// A signed head of the chain; written by [`crate::heads::Publisher`].
    PutSignedHead {
        /// Number of the batch it signs.
        batch: u64,
        /// The line as published.
        line: Vec<u8>,
    },
}

/// The place of an accepted commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receipt {
    /// Its partition.
    pub partition: Partition,
    /// Number of its journal row, from 1; 0 when it left none.
    pub seq: u64,
}

/// Why a commit left nothing behind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CommitError {
    /// The case moved on.
    #[error(
        "case {} stands at version {found}, the commit expects {expected}: read it again and decide again",
        hex::encode(case)
    )]
    Conflict {
        /// The case.
        case: Id,
        /// The version of the guard.
        expected: u64,
        /// The version that stands there; 0 = no such case.
        found: u64,
    },
    /// The same message was received before: answer as then.
    #[error("message {} was received before", hex::encode(id))]
    Duplicate {
        /// The message.
        id: Id,
    },
    /// Another message came under an id that was used before.
    #[error(
        "message {} was received before with other content: the sender must give every message its own id",
        hex::encode(id)
    )]
    DigestMismatch {
        /// The message.
        id: Id,
    },
    /// The subject has another key already: seal again with it and repeat.
    #[error("subject {} has another data key already: seal again and repeat", hex::encode(subject))]
    SealKeyExists {
        /// The subject.
        subject: Id,
    },
    /// The subject was erased; nothing can be sealed for it.
    #[error("the data key of subject {} was destroyed: nothing can be kept for it", hex::encode(subject))]
    Erased {
        /// The subject.
        subject: Id,
    },
    /// The commit itself is wrong: too large, an id used twice, a document still to be kept.
    #[error("the commit is refused: {0}")]
    Invalid(String),
    /// The store takes no new work now; everything acknowledged is kept.
    #[error("the store takes no new work: {what}; {remedy}")]
    Refused {
        /// What is wrong.
        what: String,
        /// What to do.
        remedy: String,
    },
    /// The store was closed, or its power was cut; whether the commit was kept is seen after the next start.
    #[error("the store is closed: open it again and look whether the commit was kept")]
    Closed,
}

impl Commit {
    /// Refuses what no store would take, before anything is written.
    ///
    /// # Errors
    /// [`CommitError::Invalid`] that names the write and the limit.
    pub fn check(&self) -> Result<(), CommitError> {
        if self.writes.len() > MAX_WRITES {
            return Err(CommitError::Invalid(format!(
                "{} writes, at most {MAX_WRITES} fit in one commit: split it",
                self.writes.len()
            )));
        }
        if let Some(record) = &self.record {
            at_most("header of the record", record.header.len(), MAX_HEADER)?;
            at_most("body of the record", record.body.len(), MAX_BODY)?;
        }
        self.writes.iter().try_for_each(check_write)?;
        self.check_ids()
    }

    /// An id that must be new may be put once in a commit, and a key put or destroyed, not both.
    fn check_ids(&self) -> Result<(), CommitError> {
        let named = |write| match write {
            &Write::PutInbox { partition, ref id, .. } => Some(("inbox item", partition, id, None)),
            Write::PutOutbox { id, .. } => Some(("outbox item", self.partition, id, None)),
            Write::PutDocument { id, .. } => Some(("document", self.partition, id, None)),
            Write::PutSealKey { subject, wrapped } => {
                Some(("data key", self.partition, subject, Some(&wrapped[..])))
            }
            Write::RewrapSealKey { subject, .. } | Write::DestroySealKey { subject, .. } => {
                Some(("data key", self.partition, subject, None))
            }
            _ => None,
        };
        if self.writes.iter().filter_map(named).nth(1).is_none() {
            return Ok(());
        }
        let mut seen = HashMap::new();
        for (what, partition, id, bytes) in self.writes.iter().filter_map(named) {
            match seen.insert((what, partition, id), bytes) {
                None => {}
                Some(before) if before.is_some() && before == bytes => {}
                Some(_) => {
                    return Err(CommitError::Invalid(format!(
                        "{what} {} stands twice in one commit",
                        hex::encode(id)
                    )));
                }
            }
        }
        Ok(())
    }

    /// How many bytes it brings, for the bounds of a batch.
    pub(crate) fn weight(&self) -> usize {
        let record = self.record.as_ref().map_or(0, |record| record.header.len() + record.body.len());
        let writes = self.writes.iter().map(|write| match write {
            Write::PutHead { body, .. } | Write::PutOutbox { body, .. } | Write::PutInbox { body, .. } => {
                body.len()
            }
            Write::PutRow { value, .. } => value.len(),
            Write::PutDocument { sealed, .. } => sealed.len(),
            _ => 0,
        });
        record + writes.map(|bytes| bytes + 64).sum::<usize>()
    }
}

fn check_write(write: &Write) -> Result<(), CommitError> {
    match write {
        Write::PutHead { version, body, label, .. } => {
            if *version == 0 {
                return Err(CommitError::Invalid("version 0 of a head: versions start at 1".into()));
            }
            fits_sql("version of a head", *version)?;
            at_most("label of a head", label.len(), MAX_NAME)?;
            at_most("body of a head", body.len(), MAX_BODY)
        }
        Write::PutTimer { timer, .. } | Write::DeleteTimer { timer, .. } => {
            fits_sql("number of a timer", *timer)
        }
        Write::PutOutbox { lane, destination, body, .. } => {
            at_most("lane of an outbox item", lane.len(), MAX_NAME)?;
            at_most("destination of an outbox item", destination.len(), MAX_NAME)?;
            at_most("body of an outbox item", body.len(), MAX_BODY)
        }
        Write::PutInbox { body, .. } => at_most("body of an inbox item", body.len(), MAX_BODY),
        Write::PutSubscription { subscription, message, key, .. } => {
            fits_sql("number of a subscription", *subscription)?;
            at_most("message of a subscription", message.len(), MAX_NAME)?;
            at_most("key of a subscription", key.len(), MAX_KEY)
        }
        Write::DeleteSubscription { subscription, .. } => fits_sql("number of a subscription", *subscription),
        Write::PutRow { table, key, value } => {
            at_most("name of a table", table.len(), MAX_NAME)?;
            at_most("key of a row", key.len(), MAX_KEY)?;
            at_most("value of a row", value.len(), MAX_BODY)
        }
        Write::PutSealKey { wrapped, .. } | Write::RewrapSealKey { to: wrapped, .. } => {
            at_most("wrapped key", wrapped.len(), MAX_KEY)
        }
        Write::PutDocument { sealed, .. } => at_most("document", sealed.len(), MAX_DOCUMENT),
        Write::PutSignedHead { batch, line } => {
            fits_sql("number of a batch", *batch)?;
            at_most("signed head", line.len(), MAX_HEADER)
        }
        Write::DeleteOutbox { .. }
        | Write::PostponeOutbox { .. }
        | Write::ParkOutbox { .. }
        | Write::DeleteInbox { .. }
        | Write::DeleteRow { .. }
        | Write::DestroySealKey { .. }
        | Write::DeleteDocument { .. } => Ok(()),
    }
}

fn at_most(what: &str, found: usize, limit: usize) -> Result<(), CommitError> {
    if found <= limit {
        return Ok(());
    }
    Err(CommitError::Invalid(format!("{what} has {found} bytes, at most {limit} are kept")))
}

/// Numbers live in signed 64-bit columns.
fn fits_sql(what: &str, number: u64) -> Result<(), CommitError> {
    i64::try_from(number)
        .map(|_| ())
        .map_err(|_| CommitError::Invalid(format!("{what} is {number}, at most {} is kept", i64::MAX)))
}

/// Cuts a reason to [`MAX_REASON`] bytes at a border of characters.
pub(crate) fn cut_reason(reason: &str) -> &str {
    let mut end = reason.len().min(MAX_REASON);
    while !reason.is_char_boundary(end) {
        end -= 1;
    }
    &reason[..end]
}

/// Cuts a moment to the millisecond that is kept.
pub(crate) fn to_millisecond(at: Timestamp) -> Timestamp {
    // Cutting digits off a valid moment gives a valid moment.
    Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at)
}

/// The refusal of an id that must be new and is not.
pub(crate) fn taken(what: &str, id: &Id) -> CommitError {
    CommitError::Invalid(format!(
        "{what} {} exists already: every one needs an id of its own",
        hex::encode(id)
    ))
}

/// A document may be deleted when its retention is over.
pub(crate) fn may_delete(id: &Id, retention_until_ms: i64, now_ms: i64) -> Result<(), CommitError> {
    if retention_until_ms <= now_ms {
        return Ok(());
    }
    Err(CommitError::Invalid(format!(
        "document {} is to be kept until {retention_until_ms} (milliseconds), now is {now_ms}",
        hex::encode(id)
    )))
}

/// A data key may be put when there is none or the same.
pub(crate) fn key_may_be(subject: &Id, found: Option<&SealKey>, expected: &[u8]) -> Result<(), CommitError> {
    match found {
        None => Ok(()),
        Some(SealKey::Wrapped(bytes)) if bytes == expected => Ok(()),
        Some(SealKey::Wrapped(_)) => Err(CommitError::SealKeyExists { subject: *subject }),
        Some(SealKey::Destroyed { .. }) => Err(CommitError::Erased { subject: *subject }),
    }
}
