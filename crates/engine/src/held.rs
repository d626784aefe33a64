//! Messages that came before anybody asked for them: kept, sealed, until a case asks, their time is over, or their case has ended.
//!
//! They are looked at when a case moves. Because that look is not part of the case's own commit, all that is held is looked at again
//! after each start, after each disturbance, and once in an hour of legal time, which also ends what has expired.

use std::sync::PoisonError;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::{Commit, Id, Partition, Record, Write};

use crate::inbox::InboxItem;
use crate::messages::Moving;
use crate::record::{Header, KIND_HELD};
use crate::turn::{BATCH, Batch, Consumed, ignored};
use crate::{Engine, EngineError};

/// Messages kept until the case of their business key asks for them.
pub(crate) const HELD: &str = "held";
/// Messages kept until some case asks for their correlation key.
pub(crate) const HELD_BY_KEY: &str = "held-by-key";

/// How many held messages one turn looks at by itself.
const PAGE: usize = 256;
/// How often all of them are looked at, in milliseconds of legal time.
const LOOK_AGAIN_MS: i64 = 3_600_000;

/// A held message as it stands in the store.
#[derive(Debug, Clone)]
pub(crate) struct HeldRow {
    pub partition: Partition,
    pub table: &'static str,
    pub key: Vec<u8>,
    pub value: Vec<u8>,
}

impl HeldRow {
    pub fn removal(&self) -> Write {
        Write::DeleteRow { table: self.table, key: self.key.clone() }
    }

    /// Names it where it is put aside.
    pub fn id(&self) -> Id {
        let tail = self.key.len().saturating_sub(16);
        self.key.get(tail..).and_then(|tail| tail.try_into().ok()).unwrap_or_default()
    }
}

/// Where the look at all that is held stands.
#[derive(Debug)]
pub(crate) struct HeldLook {
    /// When it begins anew.
    next_ms: i64,
    /// Where it goes on: table, partition, after this key.
    at: Option<(usize, u8, Option<Vec<u8>>)>,
}

impl Default for HeldLook {
    fn default() -> Self {
        HeldLook { next_ms: i64::MIN, at: None }
    }
}

#[derive(Serialize, Deserialize)]
struct Held {
    moving: Moving,
}

impl Engine {
    /// Has all that is held looked at again from the beginning.
    pub(crate) fn look_at_all_held(&self) {
        *self.held_look.lock().unwrap_or_else(PoisonError::into_inner) = HeldLook::default();
    }

    /// The next page of the look at all that is held, when one is due, and whether another follows.
    pub(crate) fn held_to_look_at(&self, now: Timestamp) -> Result<(Vec<HeldRow>, bool), EngineError> {
        let mut look = self.held_look.lock().unwrap_or_else(PoisonError::into_inner);
        let now_ms = now.as_millisecond();
        let mut place = match look.at.take() {
            Some(place) => place,
            None if look.next_ms <= now_ms => (0, 0, None),
            None => return Ok((Vec::new(), false)),
        };
        let mut found: Vec<HeldRow> = Vec::new();
        while found.len() < PAGE {
            let (table, partition, after) = &place;
            let Some(table) = [HELD, HELD_BY_KEY].get(*table).copied() else {
                look.next_ms = now_ms.saturating_add(LOOK_AGAIN_MS);
                return Ok((found, false));
            };
            let Some(partition) = Partition::new(*partition) else {
                place = (place.0 + 1, 0, None);
                continue;
            };
            let rows = self.store.rows(partition, table, &[], after.as_deref(), PAGE - found.len())?;
            place = match rows.last() {
                Some(last) => (place.0, place.1, Some(last.key.clone())),
                None => (place.0, place.1.saturating_add(1), None),
            };
            let rows = rows.into_iter();
            found.extend(rows.map(|row| HeldRow { partition, table, key: row.key, value: row.value }));
        }
        look.at = Some(place);
        Ok((found, true))
    }

    /// What is held for a case that has moved: under its business key, and under the keys it waits for now.
    pub(crate) fn held_for(
        &self,
        batch: &mut Batch,
        (partition, case, case_ref): &(Partition, Id, String),
    ) -> Result<Vec<HeldRow>, EngineError> {
        let (mut found, mut kept_now) = (Vec::new(), false);
        let mut look = |table: &'static str, place: Partition, prefix: &[u8]| -> Result<(), EngineError> {
            for (key, value) in batch.overlay.rows(&*self.store, place, table, prefix, BATCH)? {
                // Were the commit that keeps it refused, it would be delivered now and once more from the inbox.
                match batch.overlay.touches(place, table, &key) {
                    true => kept_now = true,
                    false => found.push(HeldRow { partition: place, table, key, value }),
                }
            }
            Ok(())
        };
        look(HELD, *partition, &held_prefix(case_ref))?;
        if let Some(working) = batch.cases.get(case) {
            for subscription in working.head.state.subscriptions.values() {
                let prefix = self.keeper.blind(&subscription.message, subscription.key.as_bytes());
                look(HELD_BY_KEY, Partition::of(&subscription.key), &prefix)?;
            }
        }
        if kept_now {
            batch.moved_again.push((*partition, *case, case_ref.clone()));
        }
        Ok(found)
    }

    /// Delivers a held message when it is wanted now, ends it when nobody will want it, else leaves it.
    pub(crate) fn apply_held(
        &self,
        batch: &mut Batch,
        row: &HeldRow,
        now: Timestamp,
    ) -> Result<(), EngineError> {
        // One that this turn delivered already. (One that this turn keeps is not looked at before its commit.)
        if batch.overlay.touches(row.partition, row.table, &row.key) {
            return Ok(());
        }
        let Held { mut moving } = serde_json::from_slice(&self.open_waiting("held", &row.value)?)?;
        let wanted = self.waiting(batch, &moving.arrival.message, &moving.arrival.correlation)?.is_some();
        if !wanted {
            let expired = moving.expires_ms <= now.as_millisecond();
            let hope = row.table == HELD_BY_KEY || self.will_ask(batch, row.partition, &moving.arrival)?;
            if hope && !expired {
                return Ok(());
            }
            moving.give_up();
        }
        batch.overlay.put(row.partition, row.table, &row.key, None);
        self.apply_message(batch, row.partition, moving, now, vec![row.removal()])
    }

    /// Keeps a message, unless its time is over.
    pub(crate) fn keep(
        &self,
        batch: &mut Batch,
        partition: Partition,
        table: &'static str,
        moving: Moving,
        now: Timestamp,
        mut writes: Consumed,
    ) -> Result<(), EngineError> {
        batch.applied += 1;
        let (message, case_ref) = (moving.arrival.message.clone(), moving.arrival.case_ref.clone());
        if moving.expires_ms <= now.as_millisecond() {
            let note = format!("message `{message}` concerns no case that waits: no effect");
            batch.commits.push(ignored(partition, [0; 16], &case_ref, note, now, writes)?);
            return Ok(());
        }
        let mut key = match table {
            HELD => held_prefix(&case_ref),
            _ => self.keeper.blind(&message, moving.arrival.correlation.as_bytes()).to_vec(),
        };
        // In the order in which they came: the number after the last that is kept there.
        let before = batch.overlay.rows(&*self.store, partition, table, &key, store::MAX_READ)?;
        let last = before.last().and_then(|(last, _)| last.get(key.len()..)?.first_chunk::<8>().copied());
        let number = last.map_or(0, u64::from_be_bytes).saturating_add(1);
        key.extend(number.to_be_bytes());
        key.extend(moving.origin);
        let value = self.seal_waiting("held", &serde_json::to_vec(&Held { moving })?)?;
        batch.overlay.put(partition, table, &key, Some(value.clone()));
        writes.push(Write::PutRow { table, key, value });
        let note = format!("message `{message}` is kept until its case asks for it");
        let header = serde_json::to_vec(&Header::note(&case_ref, note))?;
        let record = Record { subject: [0; 16], kind: KIND_HELD, at: now, header, body: Vec::new() };
        batch.commits.push(Commit { partition, guard: None, record: Some(record), writes });
        Ok(())
    }

    /// A body that stood aside, as an item of the inbox: a held message moves once more, all else is one already.
    pub(crate) fn as_inbox_item(&self, body: &[u8]) -> Result<Vec<u8>, EngineError> {
        let Ok(plain) = self.open_waiting("held", body) else { return Ok(body.to_vec()) };
        let Held { moving } = serde_json::from_slice(&plain)?;
        self.seal_waiting("inbox", &serde_json::to_vec(&InboxItem::Moved(moving))?)
    }
}

fn held_prefix(case_ref: &str) -> Vec<u8> {
    let mut key = civic::CaseId::derive([1; 16], case_ref).into_bytes().to_vec();
    key.push(0);
    key
}
