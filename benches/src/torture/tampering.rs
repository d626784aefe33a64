//! Hands that change what was written: a byte, a cut-off end, everything written anew. Verification must find each.
//!
//! The heads of the chain are published to a file first, as a node does; the store is then changed in copies, as somebody could who
//! has the database and knows its form, but not the node's key.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, bail, ensure};
use aws_lc_rs::hmac;
use jiff::Timestamp;
use rusqlite::Connection;
use store::chain::{batch_hash, genesis, merkle_root, row_hash};
use store::heads::{HEADS_FILE, HeadSigner, HeadVerifier, PublishedHeads, Publisher};
use store::verify::{VerifyError, verify};
use store::{Partition, Record, SqliteOptions, SqliteStore, Store};

/// Stands for the node's key.
struct Key(hmac::Key);

impl Key {
    fn new() -> Key {
        Key(hmac::Key::new(hmac::HMAC_SHA256, b"the key of the node, in this torture only"))
    }
}

impl HeadSigner for Key {
    fn sign(&self, bytes: &[u8]) -> Result<Vec<u8>, String> {
        Ok(hmac::sign(&self.0, bytes).as_ref().to_vec())
    }
}

impl HeadVerifier for Key {
    fn verify(&self, bytes: &[u8], signature: &[u8]) -> Result<(), String> {
        hmac::verify(&self.0, bytes, signature).map_err(|_| "not signed by this node".to_owned())
    }
}

type Tampering = (&'static str, fn(&Connection) -> anyhow::Result<()>);

const TAMPERINGS: [Tampering; 4] = [
    ("a changed byte in a body", change_a_byte),
    ("a changed byte in a header", change_a_header),
    ("the end cut off, rows and links", cut_off),
    ("everything written anew from a changed row on", write_anew),
];

/// Publishes the heads of the closed store in `folder`, then looks whether each kind of tampering is found, and the untouched copy is
/// not. Gives how many kinds.
///
/// # Errors
/// What was not found, or found where nothing was.
pub fn all_is_found(folder: &Path) -> anyhow::Result<u64> {
    let heads = tempfile::tempdir()?;
    {
        let store: Arc<dyn Store> = Arc::new(SqliteStore::open(folder, &SqliteOptions::default())?);
        let mut publisher = Publisher::open(heads.path(), Arc::clone(&store), Arc::new(Key::new()))?;
        publisher.publish(Timestamp::now())?.context("no head to publish")?;
    }
    let database = folder.join("store.db");
    let untouched = |connection: &Connection| connection.execute_batch("SELECT 1").map_err(Into::into);
    verified(&database, heads.path(), untouched)?.context("the untouched store does not verify")?;
    for (what, tamper) in TAMPERINGS {
        match verified(&database, heads.path(), tamper)? {
            Err(VerifyError::Found(_)) => {}
            Err(other) => bail!("{what}: not found but {other}"),
            Ok(()) => bail!("{what}: not found"),
        }
    }
    Ok(TAMPERINGS.len() as u64)
}

/// What verification says of a copy that was tampered with.
fn verified(
    database: &Path,
    heads: &Path,
    tamper: fn(&Connection) -> anyhow::Result<()>,
) -> anyhow::Result<Result<(), VerifyError>> {
    let copy = tempfile::tempdir()?;
    std::fs::copy(database, copy.path().join("store.db"))?;
    let connection = Connection::open(copy.path().join("store.db"))?;
    tamper(&connection)?;
    drop(connection);
    let store = SqliteStore::open(copy.path(), &SqliteOptions::default())?;
    let key = Key::new();
    let published = PublishedHeads::open(&heads.join(HEADS_FILE), &key)?;
    Ok(verify(&store, 1, published, |_| {}).map(drop))
}

fn change_a_byte(connection: &Connection) -> anyhow::Result<()> {
    change(connection, "body")
}

fn change_a_header(connection: &Connection) -> anyhow::Result<()> {
    change(connection, "header")
}

/// Changes one byte in the middle of a row in the middle of the journal.
fn change(connection: &Connection, column: &str) -> anyhow::Result<()> {
    let row =
        "SELECT rowid FROM journal WHERE length(body) > 8 LIMIT 1 OFFSET (SELECT count(*) / 3 FROM journal)";
    let id: i64 = connection.query_row(row, [], |row| row.get(0))?;
    let mut bytes: Vec<u8> =
        connection
            .query_row(&format!("SELECT {column} FROM journal WHERE rowid = ?1"), [id], |row| row.get(0))?;
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x01;
    let changed =
        connection.execute(&format!("UPDATE journal SET {column} = ?1 WHERE rowid = ?2"), (bytes, id))?;
    ensure!(changed == 1, "nothing was changed");
    Ok(())
}

/// Takes the last batches away without a trace in the tables.
fn cut_off(connection: &Connection) -> anyhow::Result<()> {
    let last: i64 = connection.query_row("SELECT max(batch) FROM batches", [], |row| row.get(0))?;
    ensure!(last > 3, "too short to cut");
    connection.execute("DELETE FROM journal WHERE batch > ?1", [last - 3])?;
    connection.execute("DELETE FROM batches WHERE batch > ?1", [last - 3])?;
    Ok(())
}

struct Row {
    id: i64,
    partition: Partition,
    seq: u64,
    record: Record,
}

fn rows_of(connection: &Connection, batch: i64) -> anyhow::Result<Vec<Row>> {
    let mut statement = connection.prepare_cached(
        "SELECT rowid, partition, seq, subject, kind, at_ms, header, body FROM journal WHERE batch = ?1 ORDER BY partition, seq",
    )?;
    let rows = statement.query_map([batch], |row| {
        let (partition, seq, ms): (u8, i64, i64) = (row.get(1)?, row.get(2)?, row.get(5)?);
        let record = Record {
            subject: row.get(3)?,
            kind: row.get(4)?,
            at: Timestamp::from_millisecond(ms).unwrap_or(Timestamp::UNIX_EPOCH),
            header: row.get(6)?,
            body: row.get(7)?,
        };
        Ok((row.get::<_, i64>(0)?, partition, seq, record))
    })?;
    rows.map(|row| {
        let (id, partition, seq, record) = row?;
        let partition = Partition::new(partition).context("no such partition")?;
        Ok(Row { id, partition, seq: u64::try_from(seq)?, record })
    })
    .collect()
}

/// Changes a row and computes every hash after it as the store would have.
fn write_anew(connection: &Connection) -> anyhow::Result<()> {
    change(connection, "body")?;
    connection.execute_batch("CREATE INDEX anew ON journal (batch)")?;
    let store: store::Id =
        connection.query_row("SELECT value FROM facts WHERE name = 'store'", [], |row| row.get(0))?;
    let last: i64 = connection.query_row("SELECT max(batch) FROM batches", [], |row| row.get(0))?;
    let mut previous = genesis(&store);
    for batch in 1..=last {
        let rows = rows_of(connection, batch)?;
        let mut leaves = Vec::with_capacity(rows.len());
        for row in &rows {
            let hash = row_hash(row.partition, row.seq, &row.record);
            connection.execute("UPDATE journal SET hash = ?1 WHERE rowid = ?2", (hash, row.id))?;
            leaves.push(hash);
        }
        let root = merkle_root(&leaves);
        previous = batch_hash(&previous, u64::try_from(batch)?, u32::try_from(rows.len())?, &root);
        connection
            .execute("UPDATE batches SET root = ?1, hash = ?2 WHERE batch = ?3", (root, previous, batch))?;
    }
    connection.execute_batch("DROP INDEX anew")?;
    Ok(())
}
