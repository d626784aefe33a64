//! The store on disk: SQLite with one writing thread and a pool of readers.
//!
//! A commit is acknowledged when its transaction is synced (`journal_mode = WAL`, `synchronous = FULL`, asserted at opening).
//! Everything that waits shares one transaction and one sync. Two processes never open one data directory: the second is
//! refused and told who the first is.

mod apply;
mod lock;
mod open;
mod pool;
mod queue;
mod reads;
mod store;
mod writer;

use std::fmt;
use std::fs::{self, DirBuilder, File};
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use aws_lc_rs::rand;

use crate::commit::Id;
use lock::DirectoryLock;
use open::Place;
use pool::Pool;
use queue::Queue;
use writer::Writer;

/// How to open a store.
#[derive(Debug, Clone)]
pub struct SqliteOptions {
    /// How many reads may run at once (1 to 64).
    pub readers: usize,
    /// Noted in the lock file, so that a second start can say where the first answers.
    pub address: String,
    /// The id of a store that is made now; random when absent. An existing store keeps its own.
    pub store: Option<Id>,
    /// Name of the file layer of SQLite to go through; the system's when absent. Tests register one that loses power.
    pub vfs: Option<String>,
}

impl Default for SqliteOptions {
    fn default() -> Self {
        Self { readers: 4, address: "none".into(), store: None, vfs: None }
    }
}

/// Why a store was not opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process has it open.
    #[error("{folder} is in use by {holder}: stop that process first; two would damage each other's work")]
    InUse {
        /// The data directory.
        folder: String,
        /// Who holds it, by its own note.
        holder: String,
    },
    /// Written by a newer build.
    #[error(
        "the store has version {found}, this build knows up to {known}: run the build that wrote it, or a newer one"
    )]
    Newer {
        /// Version found.
        found: usize,
        /// Last version known.
        known: usize,
    },
    /// Not ours.
    #[error("{path} is a database of something else: choose another data directory")]
    Foreign {
        /// The file.
        path: String,
    },
    /// The database does not keep a setting that the promises rest on.
    #[error(
        "the database answers {name} = {found} where {wanted} is needed: its file system cannot carry a store; use a local disk"
    )]
    Setting {
        /// The setting.
        name: String,
        /// What it must be.
        wanted: String,
        /// What it is.
        found: String,
    },
    /// What stands there cannot have been written by a store.
    #[error("the store is damaged: {what}; keep the files and restore from a copy")]
    Damaged {
        /// What.
        what: String,
    },
    /// A file cannot be used.
    #[error("{path}: {what}")]
    Io {
        /// The file.
        path: String,
        /// The system's words.
        what: String,
    },
    /// The database refused.
    #[error("the database does not open: {0}")]
    Database(#[from] rusqlite::Error),
}

impl OpenError {
    /// As an error of the database, for a connection that is opened again under way.
    fn into_sqlite(self) -> rusqlite::Error {
        match self {
            Self::Database(error) => error,
            other => rusqlite::Error::SqliteFailure(
                rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CANTOPEN),
                Some(other.to_string()),
            ),
        }
    }
}

/// Whether a store takes new work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// It does.
    Ready,
    /// The last batch was refused; the next is tried all the same.
    Refusing {
        /// What is wrong and what to do.
        why: String,
    },
}

/// How much was written since the store was opened.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Work {
    /// Transactions that became durable, each with one sync of the log.
    pub transactions: u64,
    /// Commits that were accepted in them.
    pub commits: u64,
}

#[derive(Debug, Default)]
struct Tally {
    transactions: AtomicU64,
    commits: AtomicU64,
}

impl Tally {
    fn add(&self, commits: usize) {
        self.transactions.fetch_add(1, Ordering::Relaxed);
        self.commits.fetch_add(commits as u64, Ordering::Relaxed);
    }
}

/// A store in a directory of its own.
pub struct SqliteStore {
    store: Id,
    queue: Arc<Queue>,
    pool: Pool,
    state: Arc<Mutex<State>>,
    tally: Arc<Tally>,
    writer: Mutex<Option<JoinHandle<()>>>,
    _lock: DirectoryLock,
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteStore")
            .field("store", &hex::encode(self.store))
            .field("state", &self.state())
            .finish()
    }
}

impl SqliteStore {
    /// Opens the store in `folder`, making both when they are not there.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn open(folder: &Path, options: &SqliteOptions) -> Result<Self, OpenError> {
        let refuse = |error: std::io::Error| OpenError::Io {
            path: folder.display().to_string(),
            what: error.to_string(),
        };
        if !folder.exists() {
            DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(refuse)?;
        }
        let folder = fs::canonicalize(folder).map_err(refuse)?;
        let lock = DirectoryLock::take(&folder, &options.address)?;
        let place = Place { folder: folder.clone(), vfs: options.vfs.clone() };
        let mut connection = place.writer()?;
        let mut new_id = [0; 16];
        match options.store {
            Some(id) => new_id = id,
            None => rand::fill(&mut new_id)
                .map_err(|_| OpenError::Damaged { what: "no random numbers".into() })?,
        }
        let store = open::prepare(&mut connection, &place.database(), new_id)?;
        // The names of the new files must survive a power cut as their contents do.
        File::open(&folder).and_then(|folder| folder.sync_all()).map_err(refuse)?;
        let pool = Pool::new(place.clone(), options.readers.clamp(1, 64))?;
        let state = Arc::new(Mutex::new(State::Ready));
        let (queue, tally) = (Arc::new(Queue::default()), Arc::new(Tally::default()));
        let writer = Writer::new(place, store, connection, Arc::clone(&state), Arc::clone(&tally))?;
        let work = Arc::clone(&queue);
        let thread = thread::Builder::new().name("store-writer".into()).spawn(move || {
            // Whatever ends the thread, nobody is left waiting.
            let _closing = Abandon(&work);
            writer.run(&work);
        });
        let thread = thread.map_err(refuse)?;
        Ok(Self { store, queue, pool, state, tally, writer: Mutex::new(Some(thread)), _lock: lock })
    }

    /// The id of this store, given when it was made.
    pub fn id(&self) -> Id {
        self.store
    }

    /// Whether it takes new work.
    pub fn state(&self) -> State {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How much was written since it was opened: the measure of group commit.
    pub fn work(&self) -> Work {
        Work {
            transactions: self.tally.transactions.load(Ordering::Relaxed),
            commits: self.tally.commits.load(Ordering::Relaxed),
        }
    }

    /// Finishes what was handed over and closes; later commits and reads answer `Closed`.
    pub fn close(&self) {
        self.queue.close();
        let thread = self.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread
            && thread.join().is_err()
        {
            tracing::error!("the writing thread of the store ended by a fault of its own");
        }
        self.pool.close();
    }
}

impl Drop for SqliteStore {
    fn drop(&mut self) {
        self.close();
    }
}

struct Abandon<'a>(&'a Queue);

impl Drop for Abandon<'_> {
    fn drop(&mut self) {
        self.0.abandon();
    }
}
