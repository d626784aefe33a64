//! Exclusive keys: one case at a time holds a key, the others wait in the order in which they asked (OP-07).
//!
//! A key lives in the partition of its own hash; cases ask and are granted by items of the inbox, so no case ever writes in a
//! partition that is not its own. A case that ends gives its keys back; a grant that nobody waits for any more goes to the next. A
//! case that asks again for what it holds has it at once, so that no case waits for itself.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::{Commit, Id, Partition, Record, Write};

use crate::inbox::{InboxItem, Part};
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
pub(crate) struct Waiter {
    pub case: Id,
    /// The partition of the case.
    pub home: u8,
    /// The work that waits for the grant.
    pub work: u32,
}

impl Lock {
    /// How many of the first waiters are the one case that holds the key.
    fn held(&self) -> usize {
        let holder = self.row.first().map(|first| first.case);
        self.row.iter().take_while(|waiter| Some(waiter.case) == holder).count()
    }
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
    pub(crate) fn lock_asked(
        &self,
        batch: &mut Batch,
        partition: Partition,
        key: &str,
        asked: Waiter,
        now: Timestamp,
        mut writes: Vec<Write>,
    ) -> Result<(), EngineError> {
        if self.waits_for_commit(batch, partition, key) {
            return Ok(());
        }
        let mut lock = self.lock(batch, partition, key)?;
        if !lock.row.contains(&asked) {
            let held = lock.held();
            let holds = held == 0 || lock.row.first().is_some_and(|first| first.case == asked.case);
            if holds {
                self.grant(&asked, key, now, &mut writes)?;
            }
            let place = if holds { held } else { lock.row.len() };
            lock.row.insert(place, asked);
        }
        self.keep_lock(batch, partition, key, &lock, now, writes)
    }

    /// A case gives a key back, or no longer waits for it.
    #[expect(clippy::too_many_arguments, reason = "the fields of one inbox item and its surroundings")]
    pub(crate) fn lock_released(
        &self,
        batch: &mut Batch,
        partition: Partition,
        key: &str,
        case: Id,
        part: Part,
        now: Timestamp,
        mut writes: Vec<Write>,
    ) -> Result<(), EngineError> {
        if self.waits_for_commit(batch, partition, key) {
            return Ok(());
        }
        let mut lock = self.lock(batch, partition, key)?;
        let holder = lock.row.first().map(|first| first.case);
        match part {
            Part::All => lock.row.retain(|waiter| waiter.case != case),
            Part::Held if holder == Some(case) => {
                lock.row.drain(..lock.held());
            }
            Part::Held => {}
            Part::Work(work) => lock.row.retain(|waiter| waiter.case != case || waiter.work != work),
        }
        let next = lock.row.first().map(|first| first.case);
        if next.is_some() && next != holder {
            // Whoever holds the key now has it for everything that it asked it for.
            let (granted, others) = lock.row.drain(..).partition(|waiter| Some(waiter.case) == next);
            lock.row = granted;
            for waiter in &lock.row {
                self.grant(waiter, key, now, &mut writes)?;
            }
            lock.row.extend::<Vec<Waiter>>(others);
        }
        self.keep_lock(batch, partition, key, &lock, now, writes)
    }

    /// A case has a key that it asked for; when it no longer waits for it, the key goes on.
    #[expect(clippy::too_many_arguments, reason = "the fields of one inbox item and its surroundings")]
    pub(crate) fn lock_granted(
        &self,
        batch: &mut Batch,
        home: Partition,
        case: Id,
        work: u32,
        key: String,
        now: Timestamp,
        consumed: Vec<Write>,
    ) -> Result<(), EngineError> {
        let response = rules::Context::new().with("key", key.as_str());
        let result = rules::Context::new().with("response", response);
        let input = flow::Input::Completed { work: flow::WorkId(work), result };
        let erased = match self.apply(batch, home, case, input, now, consumed.clone()) {
            Ok(true) => return Ok(()),
            Ok(false) => false,
            Err(EngineError::Erased(_)) => true,
            Err(error) => return Err(error),
        };
        if erased {
            let note = crate::aside::ERASED.to_owned();
            batch.commits.push(crate::turn::ignored(home, case, "", note, now, consumed)?);
        }
        let Some(commit) = batch.commits.last_mut() else { return Ok(()) };
        let release = InboxItem::Release { key: key.clone(), case, part: Part::Work(work) };
        let salt = format!("unwanted/{work}");
        self.lock_item(Partition::of(&key), &release, &case, &salt, now, &mut commit.writes)
    }

    /// One commit a turn for a key: were the first refused, the second would have been decided on what never happened.
    fn waits_for_commit(&self, batch: &mut Batch, partition: Partition, key: &str) -> bool {
        let touched = batch.overlay.touches(partition, LOCKS, &self.lock_key(key));
        batch.more |= touched;
        touched
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
