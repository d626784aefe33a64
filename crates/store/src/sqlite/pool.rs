//! A fixed number of reading connections, each used by one read at a time.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, ErrorCode};

use super::open::Place;
use crate::read::ReadError;

struct Idle {
    connections: Vec<Connection>,
    /// How many may still be opened to replace broken ones.
    missing: usize,
    closed: bool,
}

pub(super) struct Pool {
    place: Place,
    idle: Mutex<Idle>,
    returned: Condvar,
    /// Never lent: keeps the index of the log alive when writer and readers are replaced after a fault.
    anchor: Mutex<Option<Connection>>,
}

impl Pool {
    pub fn new(place: Place, size: usize) -> rusqlite::Result<Self> {
        let connections = (0..size).map(|_| place.reader()).collect::<rusqlite::Result<Vec<_>>>()?;
        let anchor = Mutex::new(Some(place.reader()?));
        let idle = Mutex::new(Idle { connections, missing: 0, closed: false });
        Ok(Self { place, idle, returned: Condvar::new(), anchor })
    }

    fn idle(&self) -> MutexGuard<'_, Idle> {
        // Connections are pushed and popped whole.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs a read on a connection of its own, waiting until one is free.
    pub fn read<T>(&self, read: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, ReadError> {
        let mut lent = Lent { pool: self, connection: Some(self.take()?) };
        let Some(connection) = &lent.connection else { return Err(ReadError::Closed) };
        read(connection).map_err(|error| {
            if !matches!(error, rusqlite::Error::FromSqlConversionFailure(..)) {
                // In doubt the connection is replaced by a fresh one.
                lent.connection = None;
            }
            self.explain(&error)
        })
    }

    fn take(&self) -> Result<Connection, ReadError> {
        let mut idle = self.idle();
        loop {
            if idle.closed {
                return Err(ReadError::Closed);
            }
            if let Some(connection) = idle.connections.pop() {
                return Ok(connection);
            }
            if idle.missing > 0 {
                idle.missing -= 1;
                drop(idle);
                return self.place.reader().map_err(|error| {
                    self.idle().missing += 1;
                    self.returned.notify_one();
                    self.explain(&error)
                });
            }
            idle = self.returned.wait(idle).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Closes what is idle; what is lent closes when it comes back.
    pub fn close(&self) {
        let connections = {
            let mut idle = self.idle();
            idle.closed = true;
            std::mem::take(&mut idle.connections)
        };
        self.returned.notify_all();
        drop(connections);
        drop(self.anchor.lock().unwrap_or_else(PoisonError::into_inner).take());
    }

    fn explain(&self, error: &rusqlite::Error) -> ReadError {
        let damaged = matches!(
            error,
            rusqlite::Error::FromSqlConversionFailure(..)
                | rusqlite::Error::InvalidColumnType(..)
                | rusqlite::Error::IntegralValueOutOfRange(..)
        ) || matches!(
            error.sqlite_error_code(),
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)
        );
        if damaged {
            return ReadError::Damaged(error.to_string());
        }
        ReadError::Unavailable {
            what: format!("the database in {} does not answer ({error})", self.place.folder.display()),
            remedy: "look at the disk and the system log; reading goes on by itself".into(),
        }
    }
}

/// A lent connection; goes back when dropped, or leaves room for a fresh one.
struct Lent<'a> {
    pool: &'a Pool,
    connection: Option<Connection>,
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        let mut idle = self.pool.idle();
        match self.connection.take() {
            Some(connection) if !idle.closed => idle.connections.push(connection),
            Some(_) => {}
            None => idle.missing += 1,
        }
        drop(idle);
        self.pool.returned.notify_one();
    }
}
