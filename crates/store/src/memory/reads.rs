//! The reads of the store in memory, and its side of the trait.

use std::collections::HashSet;
use std::ops::Bound;

use super::MemoryStore;
use super::state::Outgoing;
use crate::chain::{Batch, Chain};
use crate::commit::{Commit, CommitError, Id, Receipt};
use crate::partition::Partition;
use crate::read::{
    CaseHead, Counts, Document, Done, DueTimer, InboxEntry, JournalRow, MAX_READ, OutboxEntry, ReadError,
    Row, SealKey, Seen, Store, Subscription,
};

fn entry(partition: Partition, id: Id, item: &Outgoing) -> OutboxEntry {
    OutboxEntry {
        partition,
        id,
        case: item.case,
        lane: item.lane.clone(),
        destination: item.destination.clone(),
        not_before_ms: item.not_before_ms,
        attempts: item.attempts,
        last_error: item.last_error.clone(),
        parked: item.parked.clone(),
        body: item.body.clone(),
    }
}

/// Index of the row with number `seq` in a list that starts at 1.
fn index_of(seq: u64) -> usize {
    usize::try_from(seq.saturating_sub(1)).unwrap_or(usize::MAX)
}

impl Store for MemoryStore {
    fn commit(&self, commits: Vec<Commit>) -> Vec<Result<Receipt, CommitError>> {
        self.commit_all(commits)
    }

    fn submit(&self, commit: Commit, done: Done) {
        self.submit_one(commit, done);
    }

    fn head(&self, partition: Partition, case: &Id) -> Result<Option<CaseHead>, ReadError> {
        Ok(self.readable()?.state.heads.get(&(partition, *case)).cloned())
    }

    fn timers_due(&self, until_ms: i64, limit: usize) -> Result<Vec<DueTimer>, ReadError> {
        let inner = self.readable()?;
        let due = inner.state.due.iter().take_while(|timer| timer.0 <= until_ms).take(limit.min(MAX_READ));
        Ok(due.map(|&(due_ms, partition, case, timer)| DueTimer { due_ms, partition, case, timer }).collect())
    }

    fn next_timer(&self) -> Result<Option<i64>, ReadError> {
        Ok(self.readable()?.state.due.first().map(|timer| timer.0))
    }

    fn outbox_ready(
        &self,
        now_ms: i64,
        limit: usize,
        in_flight: &HashSet<String>,
    ) -> Result<Vec<OutboxEntry>, ReadError> {
        let inner = self.readable()?;
        let state = &inner.state;
        let due = state.ready.iter().take_while(|item| item.0 <= now_ms);
        let items = due
            .filter_map(|&(_, _, partition, id)| Some((partition, id, state.outbox.get(&(partition, id))?)));
        let free = items.filter(|(_, _, item)| !in_flight.contains(&item.lane));
        Ok(free.take(limit.min(MAX_READ)).map(|(partition, id, item)| entry(partition, id, item)).collect())
    }

    fn outbox_entry(&self, partition: Partition, id: &Id) -> Result<Option<OutboxEntry>, ReadError> {
        Ok(self.readable()?.state.outbox.get(&(partition, *id)).map(|item| entry(partition, *id, item)))
    }

    fn outbox_parked(&self, limit: usize) -> Result<Vec<OutboxEntry>, ReadError> {
        let inner = self.readable()?;
        let mut parked: Vec<_> =
            inner.state.outbox.iter().filter(|(_, item)| item.parked.is_some()).collect();
        parked.sort_by_key(|(_, item)| item.position);
        Ok(parked
            .into_iter()
            .take(limit.min(MAX_READ))
            .map(|(key, item)| entry(key.0, key.1, item))
            .collect())
    }

    fn inbox_pending(&self, limit: usize) -> Result<Vec<InboxEntry>, ReadError> {
        let inner = self.readable()?;
        let state = &inner.state;
        let items = state.pending.values().filter_map(|&(partition, id)| {
            let known = state.inbox.get(&(partition, id))?;
            let body = known.pending.as_ref()?.1.clone();
            Some(InboxEntry { partition, id, received_ms: known.received_ms, body })
        });
        Ok(items.take(limit.min(MAX_READ)).collect())
    }

    fn inbox_seen(&self, partition: Partition, id: &Id) -> Result<Option<Seen>, ReadError> {
        let inner = self.readable()?;
        Ok(inner.state.inbox.get(&(partition, *id)).map(|known| Seen {
            digest: known.digest,
            received_ms: known.received_ms,
            processed: known.pending.is_none(),
        }))
    }

    fn subscriptions(&self, message: &str, key: &[u8], limit: usize) -> Result<Vec<Subscription>, ReadError> {
        let inner = self.readable()?;
        let first = Partition::all().next();
        let from = first.map(|partition| (message.to_owned(), key.to_vec(), partition, [0; 16], 0));
        let from = from.as_ref().map_or(Bound::Unbounded, Bound::Included);
        let waiting = inner.state.waiting.range((from, Bound::Unbounded));
        let same = waiting.take_while(|waits| waits.0 == message && waits.1 == key);
        Ok(same
            .take(limit.min(MAX_READ))
            .map(|waits| Subscription { partition: waits.2, case: waits.3, subscription: waits.4 })
            .collect())
    }

    fn row(&self, partition: Partition, table: &str, key: &[u8]) -> Result<Option<Vec<u8>>, ReadError> {
        let inner = self.readable()?;
        let table = inner.state.rows.get(table).and_then(|table| table.get(&(partition, key.to_vec())));
        Ok(table.cloned())
    }

    fn rows(
        &self,
        partition: Partition,
        table: &str,
        prefix: &[u8],
        after: Option<&[u8]>,
        limit: usize,
    ) -> Result<Vec<Row>, ReadError> {
        let inner = self.readable()?;
        let Some(table) = inner.state.rows.get(table) else { return Ok(Vec::new()) };
        let from = match after {
            Some(after) if after >= prefix => Bound::Excluded((partition, after.to_vec())),
            _ => Bound::Included((partition, prefix.to_vec())),
        };
        let rows = table.range((from, Bound::Unbounded));
        let rows = rows.take_while(|(key, _)| key.0 == partition && key.1.starts_with(prefix));
        Ok(rows
            .take(limit.min(MAX_READ))
            .map(|(key, value)| Row { partition, key: key.1.clone(), value: value.clone() })
            .collect())
    }

    fn rows_everywhere(&self, table: &str, prefix: &[u8], limit: usize) -> Result<Vec<Row>, ReadError> {
        let mut rows = Vec::new();
        for partition in Partition::all() {
            rows.extend(self.rows(partition, table, prefix, None, limit)?);
        }
        rows.sort_by(|a: &Row, b| (&a.key, a.partition).cmp(&(&b.key, b.partition)));
        rows.truncate(limit.min(MAX_READ));
        Ok(rows)
    }

    fn journal(
        &self,
        partition: Partition,
        from_seq: u64,
        limit: usize,
    ) -> Result<Vec<JournalRow>, ReadError> {
        let inner = self.readable()?;
        let rows = &inner.state.journal[partition.index()];
        Ok(rows.iter().skip(index_of(from_seq)).take(limit.min(MAX_READ)).cloned().collect())
    }

    fn journal_of(
        &self,
        partition: Partition,
        subject: &Id,
        from_seq: u64,
        limit: usize,
    ) -> Result<Vec<JournalRow>, ReadError> {
        let inner = self.readable()?;
        let Some(seqs) = inner.state.subjects.get(&(partition, *subject)) else { return Ok(Vec::new()) };
        let rows = &inner.state.journal[partition.index()];
        let seqs = seqs.iter().filter(|seq| **seq >= from_seq).take(limit.min(MAX_READ));
        Ok(seqs.filter_map(|seq| rows.get(index_of(*seq)).cloned()).collect())
    }

    fn seal_key(&self, partition: Partition, subject: &Id) -> Result<Option<SealKey>, ReadError> {
        Ok(self.readable()?.state.seal_keys.get(&(partition, *subject)).cloned())
    }

    fn document(&self, partition: Partition, id: &Id) -> Result<Option<Document>, ReadError> {
        Ok(self.readable()?.state.documents.get(&(partition, *id)).cloned())
    }

    fn documents_expired(&self, now_ms: i64, limit: usize) -> Result<Vec<(Partition, Id)>, ReadError> {
        let inner = self.readable()?;
        let documents = inner.state.documents.iter();
        let mut over: Vec<_> = documents
            .filter(|(_, document)| document.retention_until_ms <= now_ms)
            .map(|(key, document)| (document.retention_until_ms, key.0, key.1))
            .collect();
        over.sort_unstable();
        Ok(over.into_iter().take(limit.min(MAX_READ)).map(|(_, partition, id)| (partition, id)).collect())
    }

    fn chain(&self) -> Result<Chain, ReadError> {
        Ok(self.readable()?.state.chain)
    }

    fn batches(&self, from: u64, limit: usize) -> Result<Vec<Batch>, ReadError> {
        let inner = self.readable()?;
        Ok(inner.state.batches.iter().skip(index_of(from)).take(limit.min(MAX_READ)).copied().collect())
    }

    fn last_signed_head(&self) -> Result<Option<Vec<u8>>, ReadError> {
        Ok(self.readable()?.state.signed_heads.last_key_value().map(|(_, line)| line.clone()))
    }

    fn counts(&self) -> Result<Counts, ReadError> {
        Ok(self.readable()?.state.counts())
    }
}
