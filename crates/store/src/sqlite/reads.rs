//! The reads, as functions of a connection. What cannot have been written by this store is an error, never a guess.

use std::collections::HashSet;

use jiff::Timestamp;
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Params, Row as SqlRow};

use crate::chain::{Batch, Chain};
use crate::commit::Id;
use crate::partition::Partition;
use crate::read::{
    CaseHead, Counts, Document, DueTimer, InboxEntry, JournalRow, MAX_READ, OutboxEntry, Row, SealKey, Seen,
    Subscription,
};
use crate::sql;

type Answer<T> = rusqlite::Result<T>;

/// A row of the tables that this store cannot have written.
#[derive(Debug, thiserror::Error)]
#[error("column {0} holds {1}")]
struct Impossible(usize, String);

fn impossible(column: usize, found: impl ToString) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(
        column,
        Type::Null,
        Box::new(Impossible(column, found.to_string())),
    )
}

fn partition_at(row: &SqlRow<'_>, column: usize) -> Answer<Partition> {
    let number: u8 = row.get(column)?;
    Partition::new(number).ok_or_else(|| impossible(column, number))
}

fn count_at(row: &SqlRow<'_>, column: usize) -> Answer<u64> {
    let number: i64 = row.get(column)?;
    u64::try_from(number).map_err(|_| impossible(column, number))
}

fn moment_at(row: &SqlRow<'_>, column: usize) -> Answer<Timestamp> {
    let ms: i64 = row.get(column)?;
    Timestamp::from_millisecond(ms).map_err(|error| impossible(column, error))
}

fn bounded(limit: usize) -> i64 {
    i64::try_from(limit.min(MAX_READ)).unwrap_or(i64::MAX)
}

/// Runs a prepared query and collects its rows.
fn list<T>(
    connection: &Connection,
    query: &str,
    params: impl Params,
    read: impl FnMut(&SqlRow<'_>) -> Answer<T>,
) -> Answer<Vec<T>> {
    connection.prepare_cached(query)?.query_map(params, read)?.collect()
}

/// Runs a prepared query that answers one row or none.
fn one<T>(
    connection: &Connection,
    query: &str,
    params: impl Params,
    read: impl FnOnce(&SqlRow<'_>) -> Answer<T>,
) -> Answer<Option<T>> {
    connection.prepare_cached(query)?.query_row(params, read).optional()
}

pub(super) fn head(connection: &Connection, partition: Partition, case: &Id) -> Answer<Option<CaseHead>> {
    one(connection, sql::HEAD, (partition.number(), case), |row| {
        Ok(CaseHead {
            version: count_at(row, 0)?,
            status: row.get(1)?,
            label: row.get(2)?,
            body: row.get(3)?,
        })
    })
}

pub(super) fn timers_due(connection: &Connection, until_ms: i64, limit: usize) -> Answer<Vec<DueTimer>> {
    list(connection, sql::TIMERS_DUE, (until_ms, bounded(limit)), |row| {
        Ok(DueTimer {
            due_ms: row.get(0)?,
            partition: partition_at(row, 1)?,
            case: row.get(2)?,
            timer: count_at(row, 3)?,
        })
    })
}

pub(super) fn next_timer(connection: &Connection) -> Answer<Option<i64>> {
    connection.prepare_cached(sql::NEXT_TIMER)?.query_row([], |row| row.get(0))
}

fn outbox_row(row: &SqlRow<'_>) -> Answer<OutboxEntry> {
    Ok(OutboxEntry {
        lane: row.get(0)?,
        partition: partition_at(row, 1)?,
        id: row.get(2)?,
        case: row.get(3)?,
        destination: row.get(4)?,
        not_before_ms: row.get(5)?,
        attempts: row.get(6)?,
        last_error: row.get(7)?,
        parked: row.get(8)?,
        body: row.get(9)?,
    })
}

pub(super) fn outbox_ready(
    connection: &Connection,
    now_ms: i64,
    limit: usize,
    in_flight: &HashSet<String>,
) -> Answer<Vec<OutboxEntry>> {
    let mut statement = connection.prepare_cached(sql::OUTBOX_READY)?;
    let mut rows = statement.query([now_ms])?;
    let mut ready = Vec::new();
    while ready.len() < limit.min(MAX_READ) {
        let Some(row) = rows.next()? else { break };
        // The lane is read alone first: a body is only fetched for what goes out.
        let lane = row.get_ref(0)?.as_str().map_err(|error| impossible(0, error))?;
        if !in_flight.contains(lane) {
            ready.push(outbox_row(row)?);
        }
    }
    Ok(ready)
}

pub(super) fn outbox_entry(
    connection: &Connection,
    partition: Partition,
    id: &Id,
) -> Answer<Option<OutboxEntry>> {
    one(connection, sql::OUTBOX_ENTRY, (partition.number(), id), outbox_row)
}

pub(super) fn outbox_parked(connection: &Connection, limit: usize) -> Answer<Vec<OutboxEntry>> {
    list(connection, sql::OUTBOX_PARKED, [bounded(limit)], outbox_row)
}

pub(super) fn inbox_pending(connection: &Connection, limit: usize) -> Answer<Vec<InboxEntry>> {
    list(connection, sql::INBOX_PENDING, [bounded(limit)], |row| {
        Ok(InboxEntry {
            partition: partition_at(row, 0)?,
            id: row.get(1)?,
            received_ms: row.get(2)?,
            body: row.get(3)?,
        })
    })
}

pub(super) fn inbox_seen(connection: &Connection, partition: Partition, id: &Id) -> Answer<Option<Seen>> {
    one(connection, sql::INBOX_SEEN, (partition.number(), id), |row| {
        Ok(Seen { digest: row.get(0)?, received_ms: row.get(1)?, processed: row.get(2)? })
    })
}

pub(super) fn subscriptions(
    connection: &Connection,
    message: &str,
    key: &[u8],
    limit: usize,
) -> Answer<Vec<Subscription>> {
    list(connection, sql::SUBSCRIPTIONS, (message, key, bounded(limit)), |row| {
        Ok(Subscription {
            partition: partition_at(row, 0)?,
            case: row.get(1)?,
            subscription: count_at(row, 2)?,
        })
    })
}

pub(super) fn row(
    connection: &Connection,
    partition: Partition,
    table: &str,
    key: &[u8],
) -> Answer<Option<Vec<u8>>> {
    one(connection, sql::ROW, (partition.number(), table, key), |row| row.get(0))
}

/// The smallest bytes that come after every key with this prefix; longer than any key when there are none.
fn after_prefix(prefix: &[u8]) -> Vec<u8> {
    let mut end = prefix.to_vec();
    while let Some(last) = end.pop() {
        if let Some(next) = last.checked_add(1) {
            end.push(next);
            return end;
        }
    }
    vec![0xFF; crate::MAX_KEY + 1]
}

pub(super) fn rows(
    connection: &Connection,
    partition: Partition,
    table: &str,
    prefix: &[u8],
    after: Option<&[u8]>,
    limit: usize,
) -> Answer<Vec<Row>> {
    let mut from = prefix.to_vec();
    if let Some(after) = after.filter(|after| *after >= prefix) {
        // The smallest bytes after a key are the key with a zero.
        from = [after, &[0]].concat();
    }
    let params = (partition.number(), table, from, after_prefix(prefix), bounded(limit));
    list(connection, sql::ROWS, params, |row| Ok(Row { partition, key: row.get(0)?, value: row.get(1)? }))
}

pub(super) fn rows_everywhere(
    connection: &Connection,
    table: &str,
    prefix: &[u8],
    limit: usize,
) -> Answer<Vec<Row>> {
    let mut found = Vec::new();
    for partition in Partition::all() {
        found.extend(rows(connection, partition, table, prefix, None, limit)?);
    }
    found.sort_by(|a, b| (&a.key, a.partition).cmp(&(&b.key, b.partition)));
    found.truncate(limit.min(MAX_READ));
    Ok(found)
}

fn journal_row(row: &SqlRow<'_>) -> Answer<JournalRow> {
    Ok(JournalRow {
        partition: partition_at(row, 0)?,
        seq: count_at(row, 1)?,
        subject: row.get(2)?,
        kind: row.get(3)?,
        at: moment_at(row, 4)?,
        batch: count_at(row, 5)?,
        hash: row.get(6)?,
        header: row.get(7)?,
        body: row.get(8)?,
    })
}

pub(super) fn journal(
    connection: &Connection,
    partition: Partition,
    from_seq: u64,
    limit: usize,
) -> Answer<Vec<JournalRow>> {
    let from = i64::try_from(from_seq).unwrap_or(i64::MAX);
    list(connection, sql::JOURNAL, (partition.number(), from, bounded(limit)), journal_row)
}

pub(super) fn journal_of(
    connection: &Connection,
    partition: Partition,
    subject: &Id,
    from_seq: u64,
    limit: usize,
) -> Answer<Vec<JournalRow>> {
    let from = i64::try_from(from_seq).unwrap_or(i64::MAX);
    list(connection, sql::JOURNAL_OF, (partition.number(), subject, from, bounded(limit)), journal_row)
}

pub(super) fn seal_key(
    connection: &Connection,
    partition: Partition,
    subject: &Id,
) -> Answer<Option<SealKey>> {
    one(connection, sql::SEAL_KEY, (partition.number(), subject), |row| match row.get(0)? {
        Some(wrapped) => Ok(SealKey::Wrapped(wrapped)),
        None => Ok(SealKey::Destroyed { at: moment_at(row, 1)? }),
    })
}

pub(super) fn document(connection: &Connection, partition: Partition, id: &Id) -> Answer<Option<Document>> {
    one(connection, sql::DOCUMENT, (partition.number(), id), |row| {
        Ok(Document { sealed: row.get(0)?, retention_until_ms: row.get(1)? })
    })
}

pub(super) fn documents_expired(
    connection: &Connection,
    now_ms: i64,
    limit: usize,
) -> Answer<Vec<(Partition, Id)>> {
    list(connection, sql::DOCUMENTS_EXPIRED, (now_ms, bounded(limit)), |row| {
        Ok((partition_at(row, 0)?, row.get(1)?))
    })
}

/// The end of the chain; call it inside a transaction, so that its parts belong together.
pub(super) fn chain(connection: &Connection, store: Id) -> Answer<Chain> {
    let mut chain = Chain::beginning(store);
    if let Some((batch, hash)) =
        one(connection, sql::LAST_BATCH, [], |row| Ok((count_at(row, 0)?, row.get(1)?)))?
    {
        chain.batch = batch;
        chain.hash = hash;
    }
    let mut last_seq = connection.prepare_cached(sql::LAST_SEQ)?;
    for partition in Partition::all() {
        let seq: Option<i64> = last_seq.query_row([partition.number()], |row| row.get(0))?;
        chain.rows[partition.index()] = seq.map_or(0, i64::cast_unsigned);
    }
    Ok(chain)
}

pub(super) fn batches(connection: &Connection, from: u64, limit: usize) -> Answer<Vec<Batch>> {
    let from = i64::try_from(from).unwrap_or(i64::MAX);
    list(connection, sql::BATCHES, (from, bounded(limit)), |row| {
        Ok(Batch { batch: count_at(row, 0)?, rows: row.get(1)?, root: row.get(2)?, hash: row.get(3)? })
    })
}

pub(super) fn last_signed_head(connection: &Connection) -> Answer<Option<Vec<u8>>> {
    one(connection, sql::LAST_SIGNED_HEAD, [], |row| row.get(0))
}

pub(super) fn counts(connection: &Connection) -> Answer<Counts> {
    connection.prepare_cached(sql::COUNTS)?.query_row([], |row| {
        Ok(Counts {
            heads: count_at(row, 0)?,
            timers: count_at(row, 1)?,
            outbox: count_at(row, 2)?,
            parked: count_at(row, 3)?,
            inbox: count_at(row, 4)?,
            subscriptions: count_at(row, 5)?,
            rows: count_at(row, 6)?,
            documents: count_at(row, 7)?,
            journal: count_at(row, 8)?,
            batches: count_at(row, 9)?,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_prefix_comes_after_its_keys_and_before_the_next() {
        assert_eq!(after_prefix(b"ab"), b"ac");
        assert_eq!(after_prefix(b"a\xFF\xFF"), b"b");
        assert!(after_prefix(b"").as_slice() > vec![0xFF; crate::MAX_KEY].as_slice());
        assert!(after_prefix(b"\xFF").as_slice() > [&b"\xFF"[..], &[0xFF; 100]].concat().as_slice());
    }
}
