//! One commit inside the transaction of a batch: first everything that can refuse it, then its changes.
//!
//! The checks read what earlier commits of the same transaction wrote. After them only the database itself can fail, and then
//! the whole batch is rolled back: so a refused commit leaves nothing without a savepoint of its own.

use rusqlite::{Connection, OptionalExtension, Params};

use super::reads;
use crate::chain::{BatchBuilder, Chain, row_hash};
use crate::commit::{
    Commit, CommitError, Id, Receipt, Record, Write, cut_reason, key_may_be, may_delete, taken,
};
use crate::partition::Partition;
use crate::sql;

/// What the writing thread carries from batch to batch.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub chain: Chain,
    pub next_position: i64,
    /// Set when a key was destroyed: the log that still holds it is to be emptied.
    pub destroyed_a_key: bool,
}

/// Why a commit was not applied: by the rules, or by the database.
pub(super) enum Stopped {
    Rule(CommitError),
    Database(rusqlite::Error),
}

impl From<rusqlite::Error> for Stopped {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error)
    }
}

impl From<CommitError> for Stopped {
    fn from(error: CommitError) -> Self {
        Self::Rule(error)
    }
}

/// Applies one commit as part of the transaction under way.
pub(super) fn apply(
    connection: &Connection,
    place: &mut Place,
    commit: &Commit,
    batch: &mut BatchBuilder,
) -> Result<Receipt, Stopped> {
    commit.check()?;
    may_apply(connection, commit)?;
    let partition = commit.partition;
    for write in &commit.writes {
        self::write(connection, place, partition, write)?;
    }
    let mut seq = 0;
    if let Some(record) = &commit.record {
        let last = &mut place.chain.rows[partition.index()];
        *last += 1;
        seq = *last;
        append(connection, partition, seq, record, place.chain.batch + 1, batch)?;
    }
    Ok(Receipt { partition, seq })
}

fn may_apply(connection: &Connection, commit: &Commit) -> Result<(), Stopped> {
    let partition = commit.partition;
    if let Some(guard) = commit.guard {
        let mut statement = connection.prepare_cached(sql::HEAD_VERSION)?;
        let version =
            statement.query_row((partition.number(), guard.case), |row| row.get::<_, i64>(0)).optional()?;
        let found = version.map_or(0, i64::cast_unsigned);
        if found != guard.version {
            return Err(CommitError::Conflict { case: guard.case, expected: guard.version, found }.into());
        }
    }
    for write in &commit.writes {
        match write {
            Write::PutInbox { partition, id, digest, .. } => {
                let mut statement = connection.prepare_cached(sql::INBOX_DIGEST)?;
                let known = statement
                    .query_row((partition.number(), id), |row| row.get::<_, [u8; 32]>(0))
                    .optional()?;
                match known {
                    None => {}
                    Some(known) if known == *digest => return Err(CommitError::Duplicate { id: *id }.into()),
                    Some(_) => return Err(CommitError::DigestMismatch { id: *id }.into()),
                }
            }
            Write::PutOutbox { id, .. } => {
                must_be_new(connection, sql::OUTBOX_HAS, "outbox item", partition, id)?
            }
            Write::PutDocument { id, .. } => {
                must_be_new(connection, sql::DOCUMENT_RETENTION, "document", partition, id)?;
            }
            Write::DeleteDocument { id, now_ms } => {
                let mut statement = connection.prepare_cached(sql::DOCUMENT_RETENTION)?;
                let until = statement.query_row((partition.number(), id), |row| row.get(0)).optional()?;
                if let Some(until) = until {
                    may_delete(id, until, *now_ms)?;
                }
            }
            Write::PutSealKey { subject, wrapped } => {
                let found = reads::seal_key(connection, partition, subject)?;
                key_may_be(subject, found.as_ref(), wrapped)?;
            }
            Write::RewrapSealKey { subject, from, .. } => {
                let found = reads::seal_key(connection, partition, subject)?;
                if found.is_none() {
                    return Err(CommitError::SealKeyExists { subject: *subject }.into());
                }
                key_may_be(subject, found.as_ref(), from)?;
            }
            _ => {}
        }
    }
    Ok(())
}

fn must_be_new(
    connection: &Connection,
    query: &str,
    what: &str,
    partition: Partition,
    id: &Id,
) -> Result<(), Stopped> {
    if connection.prepare_cached(query)?.exists((partition.number(), id))? {
        return Err(taken(what, id).into());
    }
    Ok(())
}

fn append(
    connection: &Connection,
    partition: Partition,
    seq: u64,
    record: &Record,
    number: u64,
    batch: &mut BatchBuilder,
) -> rusqlite::Result<()> {
    let hash = row_hash(partition, seq, record);
    batch.push(partition, seq, hash);
    run(
        connection,
        sql::APPEND,
        (
            partition.number(),
            seq.cast_signed(),
            record.subject,
            record.kind,
            record.at.as_millisecond(),
            number.cast_signed(),
            hash,
            &record.header,
            &record.body,
        ),
    )
}

/// Runs a prepared statement that answers nothing.
fn run(connection: &Connection, sql: &str, params: impl Params) -> rusqlite::Result<()> {
    connection.prepare_cached(sql)?.execute(params).map(|_| ())
}

fn write(
    connection: &Connection,
    place: &mut Place,
    partition: Partition,
    write: &Write,
) -> rusqlite::Result<()> {
    let p = partition.number();
    match write {
        Write::PutHead { case, version, body, status, label } => {
            run(connection, sql::PUT_HEAD, (p, case, version.cast_signed(), status, label, body))
        }
        Write::PutTimer { case, timer, due_ms } => {
            run(connection, sql::PUT_TIMER, (p, case, timer.cast_signed(), due_ms))
        }
        Write::DeleteTimer { case, timer } => {
            run(connection, sql::DELETE_TIMER, (p, case, timer.cast_signed()))
        }
        Write::PutOutbox { id, case, lane, destination, not_before_ms, body } => {
            let position = next_position(place);
            run(connection, sql::PUT_OUTBOX, (p, id, position, case, lane, destination, not_before_ms, body))
        }
        Write::DeleteOutbox { id } => {
            let mut statement = connection.prepare_cached(sql::DELETE_OUTBOX)?;
            let lane = statement.query_row((p, id), |row| row.get::<_, String>(0)).optional()?;
            lane.map_or(Ok(()), |lane| run(connection, sql::PROMOTE_LANE, (p, lane)))
        }
        Write::PostponeOutbox { id, not_before_ms, attempts, last_error } => {
            run(connection, sql::POSTPONE_OUTBOX, (not_before_ms, attempts, cut_reason(last_error), p, id))
        }
        Write::ParkOutbox { id, reason } => run(connection, sql::PARK_OUTBOX, (cut_reason(reason), p, id)),
        Write::PutInbox { partition, id, digest, body, received_ms } => {
            let (p, position) = (partition.number(), next_position(place));
            run(connection, sql::PUT_INBOX_SEEN, (p, id, digest, received_ms, position))?;
            run(connection, sql::PUT_INBOX, (p, position, id, received_ms, body))
        }
        Write::DeleteInbox { id } => run(connection, sql::DELETE_INBOX, (p, id)),
        Write::PutSubscription { case, subscription, message, key } => {
            run(connection, sql::PUT_SUBSCRIPTION, (p, case, subscription.cast_signed(), message, key))
        }
        Write::DeleteSubscription { case, subscription } => {
            run(connection, sql::DELETE_SUBSCRIPTION, (p, case, subscription.cast_signed()))
        }
        Write::PutRow { table, key, value } => run(connection, sql::PUT_ROW, (p, table, key, value)),
        Write::DeleteRow { table, key } => run(connection, sql::DELETE_ROW, (p, table, key)),
        Write::PutSealKey { subject, wrapped } | Write::RewrapSealKey { subject, to: wrapped, .. } => {
            run(connection, sql::PUT_SEAL_KEY, (p, subject, wrapped))
        }
        Write::DestroySealKey { subject, at } => {
            place.destroyed_a_key = true;
            run(connection, sql::DESTROY_SEAL_KEY, (p, subject, at.as_millisecond()))
        }
        Write::PutDocument { id, sealed, retention_until_ms } => {
            run(connection, sql::PUT_DOCUMENT, (p, id, sealed, retention_until_ms))
        }
        Write::DeleteDocument { id, .. } => run(connection, sql::DELETE_DOCUMENT, (p, id)),
        Write::PutSignedHead { batch, line } => {
            run(connection, sql::PUT_SIGNED_HEAD, (batch.cast_signed(), line))
        }
    }
}

fn next_position(place: &mut Place) -> i64 {
    let position = place.next_position;
    place.next_position += 1;
    position
}
