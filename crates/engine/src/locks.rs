//! Exclusive keys: one case at a time holds a key, the others wait in the order in which they asked (OP-07).
//!
//! A key lives in the partition of its own hash; cases ask and are granted by items of the inbox, so no case ever writes in a
//! partition that is not its own. A case that ends gives its keys back.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::{Commit, Id, Partition, Record, Write};

use crate::inbox::InboxItem;
use crate::record::{Header, KIND_LOCK};
use crate::turn::Batch;
use crate::{Engine, EngineError};

const LOCKS: &str = "locks";

/// Who holds a key and who waits.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Lock {
    /// The first holds it.
    row: Vec<Waiter>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Waiter {
    case: Id,
    home: u8,
    work: u32,
}

impl Engine {
    /// Writes the inbox item by which `case` asks for a key or gives it back; `salt` tells its requests apart.
    pub(crate) fn lock_item(
        &self,
        partition: Partition,
        item: &InboxItem,
        case: &Id,
        salt: &str,
        now: Timestamp,
        writes: &mut Vec<Write>,
    ) -> Result<(), EngineError> {
        let id = civic::MessageId::derive(*case, &format!("lock/{salt}")).into_bytes();
        self.inbox_write(id, partition, item, now, writes)
    }

    /// A case asks for a key.
    #[expect(clippy::too_many_arguments, reason = "the fields of one inbox item and its surroundings")]
    pub(crate) fn lock_asked(
        &self,
        batch: &mut Batch,
        partition: Partition,
        key: &str,
        case: Id,
        home: u8,
        work: u32,
        now: Timestamp,
        mut writes: Vec<Write>,
    ) -> Result<(), EngineError> {
        let mut lock = self.lock(batch, partition, key)?;
        let waiter = Waiter { case, home, work };
        if !lock.row.contains(&waiter) {
            lock.row.push(waiter.clone());
        }
        if lock.row.first() == Some(&waiter) {
            self.grant(&waiter, key, now, &mut writes)?;
        }
        self.keep_lock(batch, partition, key, &lock, now, writes)
    }

    /// A case gives a key back, or no longer waits for it.
    pub(crate) fn lock_released(
        &self,
        batch: &mut Batch,
        partition: Partition,
        key: &str,
        case: Id,
        now: Timestamp,
        mut writes: Vec<Write>,
    ) -> Result<(), EngineError> {
        let mut lock = self.lock(batch, partition, key)?;
        let held = lock.row.first().is_some_and(|first| first.case == case);
        lock.row.retain(|waiter| waiter.case != case);
        if let (true, Some(next)) = (held, lock.row.first()) {
            self.grant(next, key, now, &mut writes)?;
        }
        self.keep_lock(batch, partition, key, &lock, now, writes)
    }

    fn grant(
        &self,
        waiter: &Waiter,
        key: &str,
        now: Timestamp,
        writes: &mut Vec<Write>,
    ) -> Result<(), EngineError> {
        let item = InboxItem::Granted { case: waiter.case, work: waiter.work, key: key.to_owned() };
        let id = civic::MessageId::derive(waiter.case, &format!("lock/granted/{}", waiter.work)).into_bytes();
        let Some(home) = Partition::new(waiter.home) else { return Ok(()) };
        self.inbox_write(id, home, &item, now, writes)
    }

    fn lock(&self, batch: &Batch, partition: Partition, key: &str) -> Result<Lock, EngineError> {
        match batch.overlay.row(&*self.store, partition, LOCKS, &self.lock_key(key))? {
            Some(bytes) => Ok(serde_json::from_slice(&bytes)?),
            None => Ok(Lock::default()),
        }
    }

    /// Keys may be phone numbers: the row stands under a keyed digest.
    fn lock_key(&self, key: &str) -> Vec<u8> {
        self.keeper.blind("lock", key.as_bytes()).to_vec()
    }

    fn keep_lock(
        &self,
        batch: &mut Batch,
        partition: Partition,
        key: &str,
        lock: &Lock,
        now: Timestamp,
        mut writes: Vec<Write>,
    ) -> Result<(), EngineError> {
        batch.applied += 1;
        let row = self.lock_key(key);
        if lock.row.is_empty() {
            batch.overlay.put(partition, LOCKS, &row, None);
            writes.push(Write::DeleteRow { table: LOCKS, key: row });
        } else {
            let value = serde_json::to_vec(lock)?;
            batch.overlay.put(partition, LOCKS, &row, Some(value.clone()));
            writes.push(Write::PutRow { table: LOCKS, key: row, value });
        }
        let header =
            serde_json::to_vec(&Header::note("", format!("{} wait for an exclusive key", lock.row.len())))?;
        let record = Record { subject: [0; 16], kind: KIND_LOCK, at: now, header, body: Vec::new() };
        batch.commits.push(Commit { partition, guard: None, record: Some(record), writes });
        Ok(())
    }
}
