//! The tables of the store in memory and how a commit changes them.
//!
//! [`State::apply`] first checks everything that can refuse a commit and then changes the tables, so that a refused commit
//! leaves nothing. It holds no lock and knows of no faults.

use std::collections::{BTreeMap, BTreeSet};

use crate::chain::{Batch, BatchBuilder, Chain, row_hash};
use crate::commit::{
    Commit, CommitError, Id, Receipt, Record, Write, cut_reason, key_may_be, may_delete, taken,
    to_millisecond,
};
use crate::partition::{PARTITIONS, Partition};
use crate::read::{CaseHead, Counts, Document, JournalRow, SealKey};

/// A key inside a partition.
type Of<K> = (Partition, K);

/// Message and key that a subscription waits for.
type Awaited = (String, Vec<u8>);

#[derive(Debug, Clone)]
pub(super) struct Outgoing {
    pub position: u64,
    pub case: Id,
    pub lane: String,
    pub destination: String,
    pub not_before_ms: i64,
    pub attempts: u32,
    pub last_error: String,
    pub parked: Option<String>,
    pub body: Vec<u8>,
}

#[derive(Debug, Clone)]
pub(super) struct Incoming {
    pub digest: [u8; 32],
    pub received_ms: i64,
    /// Position and body, while it was not taken up.
    pub pending: Option<(u64, Vec<u8>)>,
}

/// Everything that a store holds.
#[derive(Debug, Clone)]
pub(super) struct State {
    pub heads: BTreeMap<Of<Id>, CaseHead>,
    pub timers: BTreeMap<Of<(Id, u64)>, i64>,
    pub due: BTreeSet<(i64, Partition, Id, u64)>,
    pub outbox: BTreeMap<Of<Id>, Outgoing>,
    pub lanes: BTreeMap<Of<String>, BTreeMap<u64, Id>>,
    /// First items of lanes that are not parked: (not before, position).
    pub ready: BTreeSet<(i64, u64, Partition, Id)>,
    pub inbox: BTreeMap<Of<Id>, Incoming>,
    pub pending: BTreeMap<u64, Of<Id>>,
    pub subscriptions: BTreeMap<Of<(Id, u64)>, Awaited>,
    pub waiting: BTreeSet<(String, Vec<u8>, Partition, Id, u64)>,
    pub rows: BTreeMap<&'static str, BTreeMap<Of<Vec<u8>>, Vec<u8>>>,
    pub seal_keys: BTreeMap<Of<Id>, SealKey>,
    pub documents: BTreeMap<Of<Id>, Document>,
    pub journal: Vec<Vec<JournalRow>>,
    pub subjects: BTreeMap<Of<Id>, Vec<u64>>,
    pub batches: Vec<Batch>,
    pub chain: Chain,
    pub signed_heads: BTreeMap<u64, Vec<u8>>,
    next_position: u64,
}

impl State {
    pub fn new(store: Id) -> Self {
        Self {
            heads: BTreeMap::new(),
            timers: BTreeMap::new(),
            due: BTreeSet::new(),
            outbox: BTreeMap::new(),
            lanes: BTreeMap::new(),
            ready: BTreeSet::new(),
            inbox: BTreeMap::new(),
            pending: BTreeMap::new(),
            subscriptions: BTreeMap::new(),
            waiting: BTreeSet::new(),
            rows: BTreeMap::new(),
            seal_keys: BTreeMap::new(),
            documents: BTreeMap::new(),
            journal: vec![Vec::new(); usize::from(PARTITIONS)],
            subjects: BTreeMap::new(),
            batches: Vec::new(),
            chain: Chain::beginning(store),
            signed_heads: BTreeMap::new(),
            next_position: 1,
        }
    }

    /// Applies one commit as part of the batch under way.
    pub fn apply(&mut self, commit: Commit, batch: &mut BatchBuilder) -> Result<Receipt, CommitError> {
        commit.check()?;
        self.may_apply(&commit)?;
        let partition = commit.partition;
        for write in commit.writes {
            self.write(partition, write);
        }
        let seq = commit.record.map_or(0, |record| self.append(partition, record, batch));
        Ok(Receipt { partition, seq })
    }

    /// Closes a batch: its link joins the chain.
    pub fn seal_batch(&mut self, batch: &BatchBuilder) {
        if !batch.is_empty() {
            let link = self.chain.extend(batch);
            self.batches.push(link);
        }
    }

    fn may_apply(&self, commit: &Commit) -> Result<(), CommitError> {
        let partition = commit.partition;
        if let Some(guard) = commit.guard {
            let found = self.heads.get(&(partition, guard.case)).map_or(0, |head| head.version);
            if found != guard.version {
                return Err(CommitError::Conflict { case: guard.case, expected: guard.version, found });
            }
        }
        for write in &commit.writes {
            match write {
                Write::PutInbox { partition, id, digest, .. } => match self.inbox.get(&(*partition, *id)) {
                    Some(known) if known.digest == *digest => return Err(CommitError::Duplicate { id: *id }),
                    Some(_) => return Err(CommitError::DigestMismatch { id: *id }),
                    None => {}
                },
                Write::PutOutbox { id, .. } if self.outbox.contains_key(&(partition, *id)) => {
                    return Err(taken("outbox item", id));
                }
                Write::PutDocument { id, .. } if self.documents.contains_key(&(partition, *id)) => {
                    return Err(taken("document", id));
                }
                Write::DeleteDocument { id, now_ms } => {
                    if let Some(document) = self.documents.get(&(partition, *id)) {
                        may_delete(id, document.retention_until_ms, *now_ms)?;
                    }
                }
                Write::PutSealKey { subject, wrapped } => {
                    key_may_be(subject, self.seal_keys.get(&(partition, *subject)), wrapped)?;
                }
                Write::RewrapSealKey { subject, from, .. } => {
                    let Some(key) = self.seal_keys.get(&(partition, *subject)) else {
                        return Err(CommitError::SealKeyExists { subject: *subject });
                    };
                    key_may_be(subject, Some(key), from)?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn append(&mut self, partition: Partition, record: Record, batch: &mut BatchBuilder) -> u64 {
        let rows = &mut self.journal[partition.index()];
        let seq = rows.len() as u64 + 1;
        let hash = row_hash(partition, seq, &record);
        batch.push(partition, seq, hash);
        self.subjects.entry((partition, record.subject)).or_default().push(seq);
        rows.push(JournalRow {
            partition,
            seq,
            subject: record.subject,
            kind: record.kind,
            at: to_millisecond(record.at),
            header: record.header,
            body: record.body,
            batch: self.chain.batch + 1,
            hash,
        });
        seq
    }

    fn write(&mut self, partition: Partition, write: Write) {
        match write {
            Write::PutHead { case, version, body, status, label } => {
                self.heads.insert((partition, case), CaseHead { version, status, label, body });
            }
            Write::PutTimer { case, timer, due_ms } => {
                self.delete_timer(partition, case, timer);
                self.timers.insert((partition, (case, timer)), due_ms);
                self.due.insert((due_ms, partition, case, timer));
            }
            Write::DeleteTimer { case, timer } => self.delete_timer(partition, case, timer),
            Write::PutOutbox { .. }
            | Write::DeleteOutbox { .. }
            | Write::PostponeOutbox { .. }
            | Write::ParkOutbox { .. } => self.write_outbox(partition, write),
            Write::PutInbox { partition, id, digest, body, received_ms } => {
                let position = self.position();
                self.pending.insert(position, (partition, id));
                self.inbox.insert(
                    (partition, id),
                    Incoming { digest, received_ms, pending: Some((position, body)) },
                );
            }
            Write::DeleteInbox { id } => {
                let known = self.inbox.get_mut(&(partition, id));
                if let Some((position, _)) = known.and_then(|known| known.pending.take()) {
                    self.pending.remove(&position);
                }
            }
            Write::PutSubscription { case, subscription, message, key } => {
                self.delete_subscription(partition, case, subscription);
                self.waiting.insert((message.clone(), key.clone(), partition, case, subscription));
                self.subscriptions.insert((partition, (case, subscription)), (message, key));
            }
            Write::DeleteSubscription { case, subscription } => {
                self.delete_subscription(partition, case, subscription);
            }
            Write::PutRow { table, key, value } => {
                self.rows.entry(table).or_default().insert((partition, key), value);
            }
            Write::DeleteRow { table, key } => {
                if let Some(table) = self.rows.get_mut(table) {
                    table.remove(&(partition, key));
                }
            }
            Write::PutSealKey { subject, wrapped } | Write::RewrapSealKey { subject, to: wrapped, .. } => {
                self.seal_keys.insert((partition, subject), SealKey::Wrapped(wrapped));
            }
            Write::DestroySealKey { subject, at } => {
                let key = self.seal_keys.entry((partition, subject)).or_insert(SealKey::Wrapped(Vec::new()));
                if matches!(key, SealKey::Wrapped(_)) {
                    *key = SealKey::Destroyed { at: to_millisecond(at) };
                }
            }
            Write::PutDocument { id, sealed, retention_until_ms } => {
                self.documents.insert((partition, id), Document { sealed, retention_until_ms });
            }
            Write::DeleteDocument { id, .. } => {
                self.documents.remove(&(partition, id));
            }
            Write::PutSignedHead { batch, line } => {
                self.signed_heads.insert(batch, line);
            }
        }
    }

    fn write_outbox(&mut self, partition: Partition, write: Write) {
        match write {
            Write::PutOutbox { id, case, lane, destination, not_before_ms, body } => {
                let position = self.position();
                let queue = self.lanes.entry((partition, lane.clone())).or_default();
                if queue.is_empty() {
                    self.ready.insert((not_before_ms, position, partition, id));
                }
                queue.insert(position, id);
                let (attempts, last_error, parked) = (0, String::new(), None);
                let item = Outgoing {
                    position,
                    case,
                    lane,
                    destination,
                    not_before_ms,
                    attempts,
                    last_error,
                    parked,
                    body,
                };
                self.outbox.insert((partition, id), item);
            }
            Write::DeleteOutbox { id } => {
                let Some(item) = self.outbox.remove(&(partition, id)) else { return };
                self.ready.remove(&(item.not_before_ms, item.position, partition, id));
                let lane = (partition, item.lane);
                let Some(queue) = self.lanes.get_mut(&lane) else { return };
                queue.remove(&item.position);
                let Some((position, first)) = queue.first_key_value() else {
                    self.lanes.remove(&lane);
                    return;
                };
                if let Some(next) = self.outbox.get(&(partition, *first)).filter(|next| next.parked.is_none())
                {
                    self.ready.insert((next.not_before_ms, *position, partition, *first));
                }
            }
            Write::PostponeOutbox { id, not_before_ms, attempts, last_error } => {
                let Some(item) = self.outbox.get_mut(&(partition, id)) else { return };
                self.ready.remove(&(item.not_before_ms, item.position, partition, id));
                item.not_before_ms = not_before_ms;
                item.attempts = attempts;
                item.last_error = cut_reason(&last_error).to_owned();
                item.parked = None;
                let queue = self.lanes.get(&(partition, item.lane.clone()));
                if queue.and_then(|queue| queue.first_key_value()).is_some_and(|first| *first.1 == id) {
                    self.ready.insert((not_before_ms, item.position, partition, id));
                }
            }
            Write::ParkOutbox { id, reason } => {
                let Some(item) = self.outbox.get_mut(&(partition, id)) else { return };
                self.ready.remove(&(item.not_before_ms, item.position, partition, id));
                item.parked = Some(cut_reason(&reason).to_owned());
            }
            _ => {}
        }
    }

    fn delete_timer(&mut self, partition: Partition, case: Id, timer: u64) {
        if let Some(due_ms) = self.timers.remove(&(partition, (case, timer))) {
            self.due.remove(&(due_ms, partition, case, timer));
        }
    }

    fn delete_subscription(&mut self, partition: Partition, case: Id, subscription: u64) {
        if let Some((message, key)) = self.subscriptions.remove(&(partition, (case, subscription))) {
            self.waiting.remove(&(message, key, partition, case, subscription));
        }
    }

    fn position(&mut self) -> u64 {
        let position = self.next_position;
        self.next_position += 1;
        position
    }

    pub fn counts(&self) -> Counts {
        let count = |number: usize| number as u64;
        Counts {
            heads: count(self.heads.len()),
            timers: count(self.timers.len()),
            outbox: count(self.outbox.len()),
            parked: count(self.outbox.values().filter(|item| item.parked.is_some()).count()),
            inbox: count(self.pending.len()),
            subscriptions: count(self.subscriptions.len()),
            rows: self.rows.values().map(|table| count(table.len())).sum(),
            documents: count(self.documents.len()),
            journal: self.journal.iter().map(|rows| count(rows.len())).sum(),
            batches: count(self.batches.len()),
        }
    }
}
