//! Opening the database: connections with the settings that the promises rest on, asserted rather than hoped for.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, OptionalExtension};

use super::OpenError;
use crate::commit::Id;
use crate::sql;

const DATABASE: &str = "store.db";
/// Marks the file as one of ours: "Qyzm".
const APPLICATION_ID: i64 = 0x5179_7a6d;

/// Where the database is and through which file layer of SQLite it is reached.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub folder: PathBuf,
    pub vfs: Option<String>,
}

impl Place {
    pub fn database(&self) -> PathBuf {
        self.folder.join(DATABASE)
    }

    fn connect(&self, flags: OpenFlags) -> rusqlite::Result<Connection> {
        let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = match &self.vfs {
            Some(vfs) => Connection::open_with_flags_and_vfs(self.database(), flags, vfs.as_str())?,
            None => Connection::open_with_flags(self.database(), flags)?,
        };
        connection.busy_timeout(Duration::from_secs(5))?;
        connection.set_prepared_statement_cache_capacity(100);
        connection.execute_batch(
            "PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 0;",
        )?;
        Ok(connection)
    }

    /// The one connection that writes.
    pub fn writer(&self) -> Result<Connection, OpenError> {
        let connection = self.connect(OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
        connection.execute_batch(
            "PRAGMA journal_mode = WAL;
             PRAGMA synchronous = FULL;
             PRAGMA wal_autocheckpoint = 0;
             PRAGMA journal_size_limit = 67108864;
             PRAGMA cache_size = -65536;
             PRAGMA secure_delete = FAST;
             PRAGMA cell_size_check = ON;",
        )?;
        assert_pragma(&connection, "journal_mode", "wal")?;
        assert_pragma(&connection, "synchronous", "2")?;
        assert_pragma(&connection, "wal_autocheckpoint", "0")?;
        assert_pragma(&connection, "secure_delete", "2")?;
        Ok(connection)
    }

    /// A connection that only reads.
    pub fn reader(&self) -> rusqlite::Result<Connection> {
        let connection = self.connect(OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        connection.execute_batch("PRAGMA query_only = ON; PRAGMA cache_size = -8192;")?;
        // The first read joins the log, so that the connection keeps its index alive while the writer comes and goes.
        connection.query_row("SELECT count(*) FROM facts", [], |_| Ok(()))?;
        Ok(connection)
    }
}

fn assert_pragma(connection: &Connection, name: &str, wanted: &str) -> Result<(), OpenError> {
    let found: rusqlite::types::Value = connection.pragma_query_value(None, name, |row| row.get(0))?;
    let found = match found {
        rusqlite::types::Value::Integer(number) => number.to_string(),
        rusqlite::types::Value::Text(text) => text,
        other => format!("{other:?}"),
    };
    if found == wanted {
        return Ok(());
    }
    Err(OpenError::Setting { name: name.to_owned(), wanted: wanted.to_owned(), found })
}

/// Makes the tables of a new database, lifts an older one, refuses a newer or a foreign one. Returns the id of the store.
pub(super) fn prepare(connection: &mut Connection, path: &Path, new_id: Id) -> Result<Id, OpenError> {
    let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let application: i64 = transaction.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let tables: i64 = transaction.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if tables > 0 && application != APPLICATION_ID {
        return Err(OpenError::Foreign { path: path.display().to_string() });
    }
    let version: usize = if tables == 0 { 0 } else { number(&transaction, "schema")? };
    if version > sql::VERSIONS.len() {
        return Err(OpenError::Newer { found: version, known: sql::VERSIONS.len() });
    }
    for step in &sql::VERSIONS[version..] {
        transaction.execute_batch(step)?;
    }
    if version < sql::VERSIONS.len() {
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        put(&transaction, "schema", sql::VERSIONS.len().to_string().as_bytes())?;
    }
    if version == 0 {
        put(&transaction, "store", &new_id)?;
        put(&transaction, "position", b"1")?;
    }
    let store = transaction.query_row(sql::FACT, ["store"], |row| row.get::<_, Id>(0))?;
    transaction.commit()?;
    Ok(store)
}

/// A number among the facts of the store.
pub(super) fn number(connection: &Connection, name: &str) -> Result<usize, OpenError> {
    let value: Option<Vec<u8>> = connection.query_row(sql::FACT, [name], |row| row.get(0)).optional()?;
    let text = value.and_then(|value| String::from_utf8(value).ok());
    text.and_then(|text| text.parse().ok())
        .ok_or_else(|| OpenError::Damaged { what: format!("the fact `{name}` is not a number") })
}

pub(super) fn put(connection: &Connection, name: &str, value: &[u8]) -> rusqlite::Result<()> {
    connection.prepare_cached(sql::PUT_FACT)?.execute((name, value)).map(|_| ())
}
