//! What cannot be applied: put aside where an operator finds it, so that it holds up nobody else, and taken up again on request.
//!
//! An answer stays in the outbox as a parked item, a message keeps its sealed body, a moment comes again after an hour (a deadline
//! is never forgotten). What concerns an erased case is taken away and journaled as without effect. Nothing personal may stand in a
//! reason.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::{Commit, Id, Partition, Record, Write};

use crate::record::{Header, KIND_POISONED};
use crate::turn::{Source, ignored};
use crate::{Engine, EngineError};

/// What stands aside, by the id of the item.
const ASIDE: &str = "put-aside";
/// Its body as it arrived.
const BODIES: &str = "put-aside-body";
/// Why an input of an erased case has no effect.
pub(crate) const ERASED: &str = "the data of the case were erased: no effect";
/// After how long a moment comes again that could not be applied.
const AGAIN_MS: i64 = 3_600_000;

/// An input that could not be applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Aside {
    /// Its id, for [`Engine::take_up_again`].
    pub id: Id,
    /// Its partition.
    pub partition: u8,
    /// `message`, `answer` or `moment`.
    pub what: String,
    /// Why, in words.
    pub reason: String,
    /// Since when (legal time).
    pub since: Timestamp,
}

impl Engine {
    /// Takes an input that cannot be applied out of the way of the others, with a record that says why.
    pub(crate) fn put_aside(
        &self,
        source: &Source,
        error: &EngineError,
        now: Timestamp,
    ) -> Result<(), EngineError> {
        let commit = match error {
            EngineError::Erased(_) => self.without_effect(source, now)?,
            _ => self.aside(source, &error.in_the_open(), now)?,
        };
        self.store.commit_one(commit)?;
        if let Source::Settled(item) = source {
            self.settled_done(std::slice::from_ref(item));
        }
        Ok(())
    }

    fn without_effect(&self, source: &Source, now: Timestamp) -> Result<Commit, EngineError> {
        let (partition, subject, removal) = match source {
            Source::Settled(item) => (item.partition, item.case, Write::DeleteOutbox { id: item.id }),
            Source::Inbox(row) => (row.partition, row.id, Write::DeleteInbox { id: row.id }),
            Source::Held(row) => (row.partition, [0; 16], row.removal()),
            Source::Moved((partition, case, _)) => {
                return ignored(*partition, *case, "", ERASED.to_owned(), now, Vec::new());
            }
            Source::Timer(timer) => {
                let removal = Write::DeleteTimer { case: timer.case, timer: timer.timer };
                (timer.partition, timer.case, removal)
            }
        };
        ignored(partition, subject, "", ERASED.to_owned(), now, vec![removal])
    }

    fn aside(&self, source: &Source, reason: &str, now: Timestamp) -> Result<Commit, EngineError> {
        tracing::error!(
            participant = self.participant,
            reason,
            "an input cannot be applied and is put aside"
        );
        let row = |id: Id, partition: Partition, what: &str| -> Result<Write, EngineError> {
            let (what, reason) = (what.to_owned(), reason.to_owned());
            let value =
                serde_json::to_vec(&Aside { id, partition: partition.number(), what, reason, since: now })?;
            Ok(Write::PutRow { table: ASIDE, key: id.to_vec(), value })
        };
        let body =
            |id: Id, value: &[u8]| Write::PutRow { table: BODIES, key: id.to_vec(), value: value.to_vec() };
        let (partition, subject, writes) = match source {
            Source::Settled(item) => {
                let park = Write::ParkOutbox { id: item.id, reason: reason.to_owned() };
                (item.partition, item.case, vec![park, row(item.id, item.partition, "answer")?])
            }
            Source::Inbox(item) => {
                let removal = Write::DeleteInbox { id: item.id };
                let aside = row(item.id, item.partition, "message")?;
                (item.partition, item.id, vec![removal, aside, body(item.id, &item.body)])
            }
            Source::Held(held) => {
                let id = held.id();
                let aside = row(id, held.partition, "message")?;
                (held.partition, id, vec![held.removal(), aside, body(id, &held.value)])
            }
            // A look at what is held is made again by itself.
            Source::Moved((partition, case, _)) => (*partition, *case, Vec::new()),
            Source::Timer(timer) => {
                let id = civic::MessageId::derive(timer.case, &format!("timer/{}", timer.timer)).into_bytes();
                let due_ms = now.as_millisecond().saturating_add(AGAIN_MS);
                let again = Write::PutTimer { case: timer.case, timer: timer.timer, due_ms };
                (timer.partition, timer.case, vec![again, row(id, timer.partition, "moment")?])
            }
        };
        let header =
            serde_json::to_vec(&Header::note("", format!("cannot be applied, put aside: {reason}")))?;
        let record = Record { subject, kind: KIND_POISONED, at: now, header, body: Vec::new() };
        Ok(Commit { partition, guard: None, record: Some(record), writes })
    }

    /// What stands aside, by partition, up to `limit`.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn put_aside_items(&self, limit: usize) -> Result<Vec<Aside>, EngineError> {
        let rows = self.store.rows_everywhere(ASIDE, &[], limit)?;
        rows.iter().map(|row| Ok(serde_json::from_slice(&row.value)?)).collect()
    }

    /// Has an input that stands aside applied again, after its cause was mended; false when nothing of that id stands aside.
    ///
    /// # Errors
    /// When the store cannot be read or refuses.
    pub fn take_up_again(&self, id: Id, partition: Partition, now: Timestamp) -> Result<bool, EngineError> {
        let Some(row) = self.store.row(partition, ASIDE, &id)? else { return Ok(false) };
        let aside: Aside = serde_json::from_slice(&row)?;
        let mut writes = vec![
            Write::DeleteRow { table: ASIDE, key: id.to_vec() },
            Write::DeleteRow { table: BODIES, key: id.to_vec() },
        ];
        if let Some(body) = self.store.row(partition, BODIES, &id)? {
            let salt = format!("again/{}", aside.since.as_millisecond());
            let new = civic::MessageId::derive(id, &salt).into_bytes();
            let digest = self.keeper.blind("inbox", &body);
            let body = self.as_inbox_item(&body)?;
            let received_ms = aside.since.as_millisecond();
            writes.push(Write::PutInbox { partition, id: new, digest, body, received_ms });
        } else if let Some(parked) = self.store.outbox_entry(partition, &id)? {
            writes.push(Write::PostponeOutbox {
                id,
                not_before_ms: now.as_millisecond(),
                attempts: parked.attempts,
                last_error: aside.reason.clone(),
            });
        }
        let header = serde_json::to_vec(&Header::note("", "taken up again by an operator"))?;
        let record = Record { subject: id, kind: KIND_POISONED, at: now, header, body: Vec::new() };
        self.store.commit_one(Commit { partition, guard: None, record: Some(record), writes })?;
        self.wake();
        Ok(true)
    }
}
