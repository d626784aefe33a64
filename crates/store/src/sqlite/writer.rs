//! The one thread that writes: everything that waits becomes one transaction with one sync, then everybody is answered.
//!
//! Never answer before the transaction is durable. When the disk is full or does not confirm a sync, the whole batch is rolled
//! back and refused; the next batch tries again, on a fresh connection where the old one may be in doubt, so that work goes on
//! by itself once the cause is gone.

use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;
use rusqlite::ErrorCode;

use super::apply::{self, Place as Counters, Stopped};
use super::open::{self, Place};
use super::queue::{Job, Outcome, Queue};
use super::{OpenError, State, Tally, reads};
use crate::chain::BatchBuilder;
use crate::commit::{CommitError, Id};
use crate::sql;

/// From this many pages in the log on, they are copied to the database file after a batch.
const CHECKPOINT_PAGES: i64 = 8_000;
/// From this many pages on readers are waited for, so that the log starts again from its beginning.
const LOG_TOO_LONG_PAGES: i64 = 64_000;

pub(super) struct Writer {
    place: Place,
    store: Id,
    connection: Option<Connection>,
    counters: Counters,
    state: Arc<Mutex<State>>,
    tally: Arc<Tally>,
}

impl Writer {
    /// A writer on an open connection.
    pub fn new(
        place: Place,
        store: Id,
        connection: Connection,
        state: Arc<Mutex<State>>,
        tally: Arc<Tally>,
    ) -> Result<Self, OpenError> {
        let mut counters = load(&connection, store)?;
        // A log left by a power cut may hold a key that was destroyed: it is emptied after the first batch at the latest.
        counters.destroyed_a_key = checkpoint(&connection, "TRUNCATE").is_err();
        Ok(Self { place, store, connection: Some(connection), counters, state, tally })
    }

    /// Works until the queue is closed and empty.
    pub fn run(mut self, queue: &Queue) {
        while let Some(jobs) = queue.take() {
            let before = self.counters.clone();
            match self.batch(&jobs) {
                Ok(outcomes) => {
                    self.set_state(State::Ready);
                    self.tally.add(outcomes.iter().filter(|outcome| outcome.is_ok()).count());
                    answer(jobs, outcomes);
                    self.after_batch();
                }
                Err(error) => {
                    self.counters = before;
                    let refusal = self.roll_back(&error);
                    for job in jobs {
                        let count = job.commits.len();
                        job.answer(vec![Err(refusal.clone()); count]);
                    }
                }
            }
        }
        if let Some(connection) = self.connection.take() {
            // Nothing waits any more: what the log holds moves to the database file. The log is as durable if that fails.
            if let Err(error) = checkpoint(&connection, "TRUNCATE") {
                tracing::warn!(%error, "the log could not be emptied at closing; it is read at the next start");
            }
        }
    }

    /// One transaction over all commits of these jobs; outcomes in their order.
    fn batch(&mut self, jobs: &[Job]) -> rusqlite::Result<Vec<Outcome>> {
        let (store, counters) = (self.store, &mut self.counters);
        let connection = match &mut self.connection {
            Some(connection) => connection,
            none => {
                let connection = self.place.writer().map_err(OpenError::into_sqlite)?;
                let destroyed_a_key = counters.destroyed_a_key;
                *counters = load(&connection, store).map_err(OpenError::into_sqlite)?;
                counters.destroyed_a_key = destroyed_a_key;
                none.insert(connection)
            }
        };
        connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        let position = counters.next_position;
        let mut batch = BatchBuilder::default();
        let mut outcomes = Vec::new();
        for commit in jobs.iter().flat_map(|job| &job.commits) {
            outcomes.push(match apply::apply(connection, counters, commit, &mut batch) {
                Ok(receipt) => Ok(receipt),
                Err(Stopped::Rule(error)) => Err(error),
                Err(Stopped::Database(error)) => return Err(error),
            });
        }
        if !batch.is_empty() {
            let link = counters.chain.extend(&batch);
            let mut statement = connection.prepare_cached(sql::PUT_BATCH)?;
            statement.execute((link.batch.cast_signed(), link.rows, link.root, link.hash))?;
        }
        if counters.next_position != position {
            open::put(connection, "position", counters.next_position.to_string().as_bytes())?;
        }
        connection.prepare_cached("COMMIT")?.execute([])?;
        Ok(outcomes)
    }

    fn roll_back(&mut self, error: &rusqlite::Error) -> CommitError {
        let refusal = refusal(error, &self.place);
        tracing::error!(%error, "a batch was refused: {refusal}");
        self.set_state(State::Refusing { why: refusal.to_string() });
        if let Some(connection) = self.connection.take() {
            let rolled_back = connection.is_autocommit() || connection.execute_batch("ROLLBACK").is_ok();
            // On a full disk the connection is sound; after anything else a fresh one reads the truth from the files.
            if rolled_back && error.sqlite_error_code() == Some(ErrorCode::DiskFull) {
                self.connection = Some(connection);
            }
        }
        refusal
    }

    /// Moves the log into the database file when it grew long; nobody waits for it.
    fn after_batch(&mut self) {
        let Some(connection) = &self.connection else { return };
        let moved = checkpoint(connection, "NOOP").and_then(|pages| {
            if self.counters.destroyed_a_key || pages > LOG_TOO_LONG_PAGES {
                // A destroyed key must not live on in the log.
                checkpoint(connection, "TRUNCATE")
            } else if pages > CHECKPOINT_PAGES {
                checkpoint(connection, "PASSIVE")
            } else {
                Ok(pages)
            }
        });
        match moved {
            Ok(_) => self.counters.destroyed_a_key = false,
            // The log keeps everything; the next batch tries again.
            Err(error) => tracing::warn!(%error, "the log could not be moved into the database file yet"),
        }
    }

    fn set_state(&self, next: State) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if *state != next {
            *state = next;
        }
    }
}

fn answer(jobs: Vec<Job>, outcomes: Vec<Outcome>) {
    let mut outcomes = outcomes.into_iter();
    for job in jobs {
        let own = outcomes.by_ref().take(job.commits.len()).collect();
        job.answer(own);
    }
}

fn load(connection: &Connection, store: Id) -> Result<Counters, OpenError> {
    let chain = reads::chain(connection, store)?;
    let next_position = i64::try_from(open::number(connection, "position")?).unwrap_or(i64::MAX);
    Ok(Counters { chain, next_position, destroyed_a_key: false })
}

/// Runs a checkpoint; answers how many pages the log holds, and fails when it was asked to be emptied and was not.
fn checkpoint(connection: &Connection, mode: &str) -> rusqlite::Result<i64> {
    let (busy, pages): (bool, i64) =
        connection
            .query_row(&format!("PRAGMA wal_checkpoint({mode})"), [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    if busy && mode == "TRUNCATE" {
        return Err(rusqlite::Error::SqliteFailure(
            rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_BUSY),
            Some("a reader holds the log".into()),
        ));
    }
    Ok(pages)
}

/// What a failure of the database means for who asked.
fn refusal(error: &rusqlite::Error, place: &Place) -> CommitError {
    let folder = place.folder.display();
    let (what, remedy) = match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => (
            format!("the disk under {folder} is full"),
            "free space there; everything acknowledged is kept and work goes on by itself".to_owned(),
        ),
        Some(ErrorCode::ReadOnly) => (
            format!("{folder} can only be read"),
            "mount it for writing; everything acknowledged is kept".to_owned(),
        ),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => (
            format!("another process holds the database in {folder}"),
            "end the other process (a copy or an inspection under way); work goes on by itself".to_owned(),
        ),
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => (
            format!("the database in {folder} is damaged ({error})"),
            "stop, keep the files, run `journal verify`, restore from a copy".to_owned(),
        ),
        _ => (
            format!("the disk under {folder} did not take or confirm a write ({error})"),
            "look at the disk and the system log; everything acknowledged is kept, this work may be found done after a restart"
                .to_owned(),
        ),
    };
    CommitError::Refused { what, remedy }
}
