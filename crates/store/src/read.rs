//! What is read back, and the trait that every store carries out.
//!
//! Reads see what was committed when they started and nothing later. They are bounded by their `limit`, at most
//! [`MAX_READ`] rows; a longer list is read page by page.

use std::collections::HashSet;
use std::fmt;

use jiff::Timestamp;

use crate::chain::{Batch, Chain};
use crate::commit::{Commit, CommitError, Id, Receipt};
use crate::partition::Partition;

/// Most rows that one read returns, whatever its limit says.
pub const MAX_READ: usize = 10_000;

/// Called with the outcome once it is durable (or refused). Runs on the store's writing thread: it must only hand on.
pub type Done = Box<dyn FnOnce(Result<Receipt, CommitError>) + Send>;

/// One namespace of records: the memory of one participant.
///
/// Implementations: [`crate::SqliteStore`], [`crate::MemoryStore`]. All pass the same suite.
pub trait Store: Send + Sync + fmt::Debug {
    /// Applies commits in this order and waits until they are durable; results stand in the same order. Commits of one call
    /// see those before them. A refused one leaves nothing and does not stop the others.
    fn commit(&self, commits: Vec<Commit>) -> Vec<Result<Receipt, CommitError>>;

    /// Hands a commit over and returns; waits only while the queue is full. Commits handed over by one thread are applied in
    /// that order.
    fn submit(&self, commit: Commit, done: Done);

    /// Applies one commit and waits.
    ///
    /// # Errors
    /// See [`CommitError`].
    fn commit_one(&self, commit: Commit) -> Result<Receipt, CommitError> {
        self.commit(vec![commit]).pop().unwrap_or(Err(CommitError::Closed))
    }

    /// The state of a case.
    ///
    /// # Errors
    /// [`ReadError`], as with every read.
    fn head(&self, partition: Partition, case: &Id) -> Result<Option<CaseHead>, ReadError>;

    /// Timers due at or before `until_ms`, earliest first.
    ///
    /// # Errors
    /// [`ReadError`].
    fn timers_due(&self, until_ms: i64, limit: usize) -> Result<Vec<DueTimer>, ReadError>;

    /// When the earliest timer is due.
    ///
    /// # Errors
    /// [`ReadError`].
    fn next_timer(&self) -> Result<Option<i64>, ReadError>;

    /// The first item of every lane that may go out at `now_ms` and is not in `in_flight`; longest waiting first.
    ///
    /// # Errors
    /// [`ReadError`].
    fn outbox_ready(
        &self,
        now_ms: i64,
        limit: usize,
        in_flight: &HashSet<String>,
    ) -> Result<Vec<OutboxEntry>, ReadError>;

    /// One item of the outbox.
    ///
    /// # Errors
    /// [`ReadError`].
    fn outbox_entry(&self, partition: Partition, id: &Id) -> Result<Option<OutboxEntry>, ReadError>;

    /// Parked items, oldest first.
    ///
    /// # Errors
    /// [`ReadError`].
    fn outbox_parked(&self, limit: usize) -> Result<Vec<OutboxEntry>, ReadError>;

    /// What arrived and was not taken up, in the order of arrival.
    ///
    /// # Errors
    /// [`ReadError`].
    fn inbox_pending(&self, limit: usize) -> Result<Vec<InboxEntry>, ReadError>;

    /// Whether a message was received, and with what digest.
    ///
    /// # Errors
    /// [`ReadError`].
    fn inbox_seen(&self, partition: Partition, id: &Id) -> Result<Option<Seen>, ReadError>;

    /// Who waits for `message` with this key, in the order partition, case, number.
    ///
    /// # Errors
    /// [`ReadError`].
    fn subscriptions(&self, message: &str, key: &[u8], limit: usize) -> Result<Vec<Subscription>, ReadError>;

    /// One row of a projection.
    ///
    /// # Errors
    /// [`ReadError`].
    fn row(&self, partition: Partition, table: &str, key: &[u8]) -> Result<Option<Vec<u8>>, ReadError>;

    /// Rows of one partition whose key begins with `prefix` and comes after `after`, by key.
    ///
    /// # Errors
    /// [`ReadError`].
    fn rows(
        &self,
        partition: Partition,
        table: &str,
        prefix: &[u8],
        after: Option<&[u8]>,
        limit: usize,
    ) -> Result<Vec<Row>, ReadError>;

    /// Rows of all partitions whose key begins with `prefix`, by key and then partition.
    ///
    /// # Errors
    /// [`ReadError`].
    fn rows_everywhere(&self, table: &str, prefix: &[u8], limit: usize) -> Result<Vec<Row>, ReadError>;

    /// Journal rows of a partition from `from_seq` on.
    ///
    /// # Errors
    /// [`ReadError`].
    fn journal(
        &self,
        partition: Partition,
        from_seq: u64,
        limit: usize,
    ) -> Result<Vec<JournalRow>, ReadError>;

    /// Journal rows about one subject from `from_seq` on.
    ///
    /// # Errors
    /// [`ReadError`].
    fn journal_of(
        &self,
        partition: Partition,
        subject: &Id,
        from_seq: u64,
        limit: usize,
    ) -> Result<Vec<JournalRow>, ReadError>;

    /// The data key of a subject, as wrapped, or that it was destroyed.
    ///
    /// # Errors
    /// [`ReadError`].
    fn seal_key(&self, partition: Partition, subject: &Id) -> Result<Option<SealKey>, ReadError>;

    /// A document as sealed.
    ///
    /// # Errors
    /// [`ReadError`].
    fn document(&self, partition: Partition, id: &Id) -> Result<Option<Document>, ReadError>;

    /// Documents whose retention was over at `now_ms`, longest first.
    ///
    /// # Errors
    /// [`ReadError`].
    fn documents_expired(&self, now_ms: i64, limit: usize) -> Result<Vec<(Partition, Id)>, ReadError>;

    /// The end of the chain.
    ///
    /// # Errors
    /// [`ReadError`].
    fn chain(&self) -> Result<Chain, ReadError>;

    /// Links of the chain from batch number `from` on.
    ///
    /// # Errors
    /// [`ReadError`].
    fn batches(&self, from: u64, limit: usize) -> Result<Vec<Batch>, ReadError>;

    /// The last signed head that was kept, as its published line.
    ///
    /// # Errors
    /// [`ReadError`].
    fn last_signed_head(&self) -> Result<Option<Vec<u8>>, ReadError>;

    /// How much of everything there is.
    ///
    /// # Errors
    /// [`ReadError`].
    fn counts(&self) -> Result<Counts, ReadError>;
}

/// Why something could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The database or the disk under it does not answer.
    #[error("the store cannot be read: {what}; {remedy}")]
    Unavailable {
        /// What is wrong.
        what: String,
        /// What to do.
        remedy: String,
    },
    /// What was read cannot have been written by this store.
    #[error("the store is damaged: {0}; stop, keep the files, run `journal verify`, restore from a copy")]
    Damaged(String),
    /// The store was closed.
    #[error("the store is closed")]
    Closed,
}

/// The state of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseHead {
    /// Its version, from 1.
    pub version: u64,
    /// The status number its writer gave.
    pub status: u8,
    /// The label its writer gave.
    pub label: String,
    /// The state.
    pub body: Vec<u8>,
}

/// A timer that is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct DueTimer {
    /// When it was due, legal milliseconds since 1970.
    pub due_ms: i64,
    /// Where its case lives.
    pub partition: Partition,
    /// The case.
    pub case: Id,
    /// Number inside the case.
    pub timer: u64,
}

/// An item of the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxEntry {
    /// Its partition.
    pub partition: Partition,
    /// Its id.
    pub id: Id,
    /// The case.
    pub case: Id,
    /// The FIFO key.
    pub lane: String,
    /// Where it goes.
    pub destination: String,
    /// Not before this legal moment.
    pub not_before_ms: i64,
    /// How many attempts were recorded.
    pub attempts: u32,
    /// What happened last, empty at first.
    pub last_error: String,
    /// Why it waits for a person, when it does.
    pub parked: Option<String>,
    /// What to send.
    pub body: Vec<u8>,
}

/// Something that arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboxEntry {
    /// Its partition.
    pub partition: Partition,
    /// Its id.
    pub id: Id,
    /// When it arrived, legal milliseconds.
    pub received_ms: i64,
    /// What arrived.
    pub body: Vec<u8>,
}

/// The memory of a message received.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// Digest of what was said.
    pub digest: [u8; 32],
    /// When it arrived, legal milliseconds.
    pub received_ms: i64,
    /// Whether it was taken up.
    pub processed: bool,
}

/// A case that waits for a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Subscription {
    /// Where the case lives.
    pub partition: Partition,
    /// The case.
    pub case: Id,
    /// Number inside the case.
    pub subscription: u64,
}

/// A row of a projection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its partition.
    pub partition: Partition,
    /// Its key.
    pub key: Vec<u8>,
    /// Its value.
    pub value: Vec<u8>,
}

/// A row of the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalRow {
    /// Its partition.
    pub partition: Partition,
    /// Its place in the partition, contiguous from 1.
    pub seq: u64,
    /// What it is about.
    pub subject: Id,
    /// What kind of record it is.
    pub kind: u16,
    /// Legal time, to the millisecond.
    pub at: Timestamp,
    /// The open part.
    pub header: Vec<u8>,
    /// The body as it was written.
    pub body: Vec<u8>,
    /// The batch of the chain that covers it.
    pub batch: u64,
    /// Its hash, a leaf of that batch.
    pub hash: [u8; 32],
}

/// The data key of a subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SealKey {
    /// Wrapped by a key-encryption key.
    Wrapped(Vec<u8>),
    /// Destroyed at this legal moment.
    Destroyed {
        /// When.
        at: Timestamp,
    },
}

/// A document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// The sealed bytes.
    pub sealed: Vec<u8>,
    /// Legal moment from which it may be deleted.
    pub retention_until_ms: i64,
}

/// How much of everything there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Cases.
    pub heads: u64,
    /// Timers that wait.
    pub timers: u64,
    /// Items of the outbox, parked ones included.
    pub outbox: u64,
    /// Parked items.
    pub parked: u64,
    /// Items of the inbox not yet taken up.
    pub inbox: u64,
    /// Subscriptions.
    pub subscriptions: u64,
    /// Rows of projections.
    pub rows: u64,
    /// Documents.
    pub documents: u64,
    /// Journal rows.
    pub journal: u64,
    /// Links of the chain.
    pub batches: u64,
}
