//! The side of the trait: commits go to the queue, reads to the pool.

use std::collections::HashSet;
use std::sync::mpsc::sync_channel;

use super::queue::{Job, Reply};
use super::{SqliteStore, reads};
use crate::chain::{Batch, Chain};
use crate::commit::{Commit, CommitError, Id, Receipt};
use crate::partition::Partition;
use crate::read::{
    CaseHead, Counts, Document, Done, DueTimer, InboxEntry, JournalRow, OutboxEntry, ReadError, Row, SealKey,
    Seen, Store, Subscription,
};

impl Store for SqliteStore {
    fn commit(&self, commits: Vec<Commit>) -> Vec<Result<Receipt, CommitError>> {
        let count = commits.len();
        if count == 0 {
            return Vec::new();
        }
        let (sender, receiver) = sync_channel(1);
        self.queue.push(Job::new(commits, Reply::All(sender)));
        receiver.recv().unwrap_or_else(|_| vec![Err(CommitError::Closed); count])
    }

    fn submit(&self, commit: Commit, done: Done) {
        self.queue.push(Job::new(vec![commit], Reply::One(done)));
    }

    fn head(&self, partition: Partition, case: &Id) -> Result<Option<CaseHead>, ReadError> {
        self.pool.read(|connection| reads::head(connection, partition, case))
    }

    fn timers_due(&self, until_ms: i64, limit: usize) -> Result<Vec<DueTimer>, ReadError> {
        self.pool.read(|connection| reads::timers_due(connection, until_ms, limit))
    }

    fn next_timer(&self) -> Result<Option<i64>, ReadError> {
        self.pool.read(reads::next_timer)
    }

    fn outbox_ready(
        &self,
        now_ms: i64,
        limit: usize,
        in_flight: &HashSet<String>,
    ) -> Result<Vec<OutboxEntry>, ReadError> {
        self.pool.read(|connection| reads::outbox_ready(connection, now_ms, limit, in_flight))
    }

    fn outbox_entry(&self, partition: Partition, id: &Id) -> Result<Option<OutboxEntry>, ReadError> {
        self.pool.read(|connection| reads::outbox_entry(connection, partition, id))
    }

    fn outbox_parked(&self, limit: usize) -> Result<Vec<OutboxEntry>, ReadError> {
        self.pool.read(|connection| reads::outbox_parked(connection, limit))
    }

    fn inbox_pending(&self, limit: usize) -> Result<Vec<InboxEntry>, ReadError> {
        self.pool.read(|connection| reads::inbox_pending(connection, limit))
    }

    fn inbox_seen(&self, partition: Partition, id: &Id) -> Result<Option<Seen>, ReadError> {
        self.pool.read(|connection| reads::inbox_seen(connection, partition, id))
    }

    fn subscriptions(&self, message: &str, key: &[u8], limit: usize) -> Result<Vec<Subscription>, ReadError> {
        self.pool.read(|connection| reads::subscriptions(connection, message, key, limit))
    }

    fn row(&self, partition: Partition, table: &str, key: &[u8]) -> Result<Option<Vec<u8>>, ReadError> {
        self.pool.read(|connection| reads::row(connection, partition, table, key))
    }

    fn rows(
        &self,
        partition: Partition,
        table: &str,
        prefix: &[u8],
        after: Option<&[u8]>,
        limit: usize,
    ) -> Result<Vec<Row>, ReadError> {
        self.pool.read(|connection| reads::rows(connection, partition, table, prefix, after, limit))
    }

    fn rows_everywhere(&self, table: &str, prefix: &[u8], limit: usize) -> Result<Vec<Row>, ReadError> {
        self.pool.read(|connection| reads::rows_everywhere(connection, table, prefix, limit))
    }

    fn journal(
        &self,
        partition: Partition,
        from_seq: u64,
        limit: usize,
    ) -> Result<Vec<JournalRow>, ReadError> {
        self.pool.read(|connection| reads::journal(connection, partition, from_seq, limit))
    }

    fn journal_of(
        &self,
        partition: Partition,
        subject: &Id,
        from_seq: u64,
        limit: usize,
    ) -> Result<Vec<JournalRow>, ReadError> {
        self.pool.read(|connection| reads::journal_of(connection, partition, subject, from_seq, limit))
    }

    fn seal_key(&self, partition: Partition, subject: &Id) -> Result<Option<SealKey>, ReadError> {
        self.pool.read(|connection| reads::seal_key(connection, partition, subject))
    }

    fn document(&self, partition: Partition, id: &Id) -> Result<Option<Document>, ReadError> {
        self.pool.read(|connection| reads::document(connection, partition, id))
    }

    fn documents_expired(&self, now_ms: i64, limit: usize) -> Result<Vec<(Partition, Id)>, ReadError> {
        self.pool.read(|connection| reads::documents_expired(connection, now_ms, limit))
    }

    fn chain(&self) -> Result<Chain, ReadError> {
        let store = self.store;
        self.pool.read(|connection| {
            // One transaction, so that the last link and the numbers of rows belong together.
            let transaction = connection.unchecked_transaction()?;
            let chain = reads::chain(&transaction, store)?;
            transaction.finish()?;
            Ok(chain)
        })
    }

    fn batches(&self, from: u64, limit: usize) -> Result<Vec<Batch>, ReadError> {
        self.pool.read(|connection| reads::batches(connection, from, limit))
    }

    fn last_signed_head(&self) -> Result<Option<Vec<u8>>, ReadError> {
        self.pool.read(reads::last_signed_head)
    }

    fn counts(&self) -> Result<Counts, ReadError> {
        self.pool.read(reads::counts)
    }
}
