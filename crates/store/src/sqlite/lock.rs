//! One process at a time: the exclusive lock on a data directory.
//!
//! The lock is the operating system's (it goes with the process, however that ends); the file says who holds it, so that a
//! second start can name the first. The text of the file is information only and never decides.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;

use jiff::Timestamp;

use super::OpenError;

const LOCK_FILE: &str = "store.lock";

/// Held as long as the store is open.
#[derive(Debug)]
pub(super) struct DirectoryLock {
    _file: File,
}

impl DirectoryLock {
    /// Locks `folder`, noting who does.
    pub fn take(folder: &Path, address: &str) -> Result<Self, OpenError> {
        let path = folder.join(LOCK_FILE);
        let refuse = |error: std::io::Error| OpenError::Io {
            path: path.display().to_string(),
            what: error.to_string(),
        };
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(refuse)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                // Only for the message; a holder that cannot be read is still a holder.
                if file.take(500).read_to_string(&mut holder).is_err() || holder.is_empty() {
                    holder = "a process that left no note".into();
                }
                return Err(OpenError::InUse {
                    folder: folder.display().to_string(),
                    holder: holder.trim().to_owned(),
                });
            }
            Err(TryLockError::Error(error)) => return Err(refuse(error)),
        }
        let note =
            format!("process {} since {:.0}, address {address}\n", std::process::id(), Timestamp::now());
        file.set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| file.write_all(note.as_bytes()))
            .map_err(refuse)?;
        Ok(Self { _file: file })
    }
}
