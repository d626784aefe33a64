//! The changes of the world, kept in a file: one JSON line each, durable before anybody is told.
//!
//! The payment database must not forget a payment because somebody stopped the demonstration.

use std::fs::{File, OpenOptions};
use std::future::Future;
use std::io::{BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc;

use tokio::sync::oneshot;

use crate::world::{Change, World, WorldError};

/// Longest line read, in octets.
const MOST_LINE: usize = 1 << 20;

/// Why the journal of an earlier run cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The file.
    #[error("{path}: {error}")]
    File {
        /// File.
        path: String,
        /// Why.
        error: std::io::Error,
    },
    /// A line in the middle is not a change.
    #[error("{path}, line {line}: {reason}; the file was changed by somebody else")]
    Line {
        /// File.
        path: String,
        /// Line from 1.
        line: usize,
        /// Why.
        reason: String,
    },
    /// A change does not fit this world.
    #[error("{path}, line {line}: {error}; was the country made with other settings?")]
    Change {
        /// File.
        path: String,
        /// Line from 1.
        line: usize,
        /// Why.
        error: WorldError,
    },
}

/// The changes could not be kept: the disk is full or gone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the stand's journal cannot be written")]
pub struct Unkept;

struct Order {
    lines: Vec<u8>,
    done: oneshot::Sender<Result<(), Unkept>>,
}

/// Appends changes; one thread writes, many callers share one `fsync`.
#[derive(Debug)]
pub(crate) struct Journal {
    orders: mpsc::Sender<Order>,
}

impl Journal {
    /// Restores the world from the file and goes on appending to it. A last line that was torn by a crash is cut off: nobody was
    /// told of it.
    pub(crate) fn open(path: PathBuf, world: &mut World) -> Result<Self, JournalError> {
        let failed = |error| JournalError::File { path: path.display().to_string(), error };
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(failed)?;
        }
        let mut file = OpenOptions::new().create(true).read(true).append(true).open(&path).map_err(failed)?;
        let good = restore(&path, &file, world)?;
        file.set_len(good).map_err(failed)?;
        file.seek(SeekFrom::End(0)).map_err(failed)?;
        let (orders, queue) = mpsc::channel();
        std::thread::spawn(move || write_loop(file, &queue));
        Ok(Self { orders })
    }

    /// Queues changes at once; the future is ready when they, and everything queued before, are durable.
    pub(crate) fn append(&self, changes: Vec<Change>) -> impl Future<Output = Result<(), Unkept>> + use<> {
        let mut lines = Vec::new();
        let mut written = true;
        for change in changes {
            written &= serde_json::to_writer(&mut lines, &change).is_ok();
            lines.push(b'\n');
        }
        let (done, kept) = oneshot::channel();
        let sent = written && self.orders.send(Order { lines, done }).is_ok();
        async move { if sent { kept.await.unwrap_or(Err(Unkept)) } else { Err(Unkept) } }
    }
}

/// Applies every whole line; gives the length of the good part of the file.
fn restore(path: &Path, file: &File, world: &mut World) -> Result<u64, JournalError> {
    let name = || path.display().to_string();
    let mut reader = BufReader::new(file);
    let (mut good, mut number, mut line) = (0_u64, 0, Vec::new());
    loop {
        line.clear();
        let length = reader
            .read_until(b'\n', &mut line)
            .map_err(|error| JournalError::File { path: name(), error })?;
        number += 1;
        if !line.ends_with(b"\n") {
            return Ok(good);
        }
        let reason = if length > MOST_LINE { Some(format!("{length} octets long")) } else { None };
        let parsed = reason
            .map_or_else(|| serde_json::from_slice::<Change>(&line).map_err(|error| error.to_string()), Err);
        let change = parsed.map_err(|reason| JournalError::Line { path: name(), line: number, reason })?;
        world.restore(change).map_err(|error| JournalError::Change { path: name(), line: number, error })?;
        good += length as u64;
    }
}

fn write_loop(mut file: File, queue: &mpsc::Receiver<Order>) {
    let mut broken = false;
    while let Ok(first) = queue.recv() {
        let mut batch = vec![first];
        batch.extend(queue.try_iter().take(1000));
        let lines: Vec<u8> = batch.iter().flat_map(|order| order.lines.iter().copied()).collect();
        if !broken && !lines.is_empty() {
            let written = file.write_all(&lines).and_then(|()| file.sync_data());
            if let Err(error) = written {
                // Once a write failed the tail of the file is unknown: nothing more is promised.
                tracing::error!(%error, "the stand's journal cannot be written");
                broken = true;
            }
        }
        for order in batch {
            // A caller that went away does not want to know.
            drop(order.done.send(if broken { Err(Unkept) } else { Ok(()) }));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use jiff::civil::date;

    use super::*;
    use crate::country::{Plan, Story};

    fn world() -> World {
        World::new(Plan { seed: 1, families: 0, today: date(2024, 4, 1) }, BTreeMap::new()).unwrap()
    }

    #[tokio::test]
    async fn what_was_kept_is_there_again_and_a_torn_line_is_cut_off() {
        let path = std::env::temp_dir().join(format!("stand-journal-{}.jsonl", std::process::id()));
        let mut first = world();
        let journal = Journal::open(path.clone(), &mut first).unwrap();
        let iin = Story::of("opens-later").unwrap().mother_iin().unwrap();
        first.open_account(&iin, "B1", "2024-04-01T04:00:00Z".parse().unwrap()).unwrap();
        journal.append(first.take_changes()).await.unwrap();
        drop(journal);
        OpenOptions::new()
            .append(true)
            .open(&path)
            .unwrap()
            .write_all(b"{\"insert\":{\"table\":\"acc")
            .unwrap();
        let mut second = world();
        let journal = Journal::open(path.clone(), &mut second).unwrap();
        assert_eq!(second.tables().count("accounts"), first.tables().count("accounts"));
        assert_eq!(second.waiting().count(), 1);
        second.open_account(&iin, "B2", "2024-04-01T04:00:00Z".parse().unwrap()).unwrap();
        journal.append(second.take_changes()).await.unwrap();
        let mut third = world();
        Journal::open(path.clone(), &mut third).unwrap();
        assert_eq!(third.waiting().count(), 2, "the journal goes on after the cut");
        std::fs::write(&path, "nonsense\n").unwrap();
        let error = Journal::open(path.clone(), &mut world()).unwrap_err().to_string();
        assert!(error.contains("line 1"), "{error}");
        std::fs::remove_file(&path).unwrap();
    }
}
