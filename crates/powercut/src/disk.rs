//! What a disk holds: per file the bytes that are sure, and the operations since its last sync.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What a disk writes as a whole.
const SECTOR: usize = 512;

/// A disk of which the power can be cut. Cheap to clone: all clones are the same disk.
#[derive(Debug, Clone)]
pub struct Disk {
    inner: Arc<Mutex<Inner>>,
}

#[derive(Debug)]
struct Inner {
    random: u64,
    files: BTreeMap<PathBuf, Shadow>,
    open_files: usize,
    operations: u64,
    cut_at: Option<u64>,
    /// How many syncs there will be until the power goes.
    syncs_left: Option<u64>,
    cut: bool,
    failing_syncs: u32,
    room: Option<u64>,
}

/// A file as the disk knows it.
#[derive(Debug, Default)]
struct Shadow {
    /// What is sure; `None` while no file is.
    sure: Option<Vec<u8>>,
    /// What happened since, in order.
    since: Vec<Operation>,
}

#[derive(Debug, Clone)]
enum Operation {
    Create,
    Write { at: usize, bytes: Vec<u8> },
    Truncate(usize),
    Delete,
}

/// What survived a power cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Restored {
    /// Unsynced writes that survived whole.
    pub kept: u64,
    /// Unsynced writes of which a part survived.
    pub torn: u64,
    /// Unsynced writes that are gone.
    pub lost: u64,
}

/// Why the disk could not be restored.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// Connections are still open.
    #[error("{0} files are still open: close every connection first")]
    StillOpen(usize),
    /// The files cannot be written.
    #[error("{path}: {error}")]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's words.
        error: io::Error,
    },
}

/// Why an operation fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failure {
    /// There is no power.
    NoPower,
    /// There is no room.
    Full,
    /// The disk does not confirm.
    NotSynced,
}

impl Disk {
    pub(crate) fn new(seed: u64) -> Self {
        let inner = Inner {
            random: seed,
            files: BTreeMap::new(),
            open_files: 0,
            operations: 0,
            cut_at: None,
            syncs_left: None,
            cut: false,
            failing_syncs: 0,
            room: None,
        };
        Self { inner: Arc::new(Mutex::new(inner)) }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Cuts the power now.
    pub fn cut(&self) {
        self.inner().cut = true;
    }

    /// Cuts the power at the `operations`-th write, sync, truncation or deletion from now (1 = the next).
    pub fn cut_after(&self, operations: u64) {
        let mut inner = self.inner();
        inner.cut_at = Some(inner.operations + operations);
    }

    /// Cuts the power at the `syncs`-th sync from now (1 = the next): it may have worked or not, nobody hears of it.
    pub fn cut_at_sync(&self, syncs: u64) {
        self.inner().syncs_left = Some(syncs);
    }

    /// Whether the power is off.
    pub fn is_cut(&self) -> bool {
        self.inner().cut
    }

    /// How many writes, syncs, truncations and deletions there were.
    pub fn operations(&self) -> u64 {
        self.inner().operations
    }

    /// Lets the next `count` syncs fail. What they should have made sure never will be unless it is written again, as on Linux.
    pub fn fail_syncs(&self, count: u32) {
        self.inner().failing_syncs = count;
    }

    /// How many bytes the files together may still grow; `None` for as much as they like.
    pub fn set_room(&self, bytes: Option<u64>) {
        self.inner().room = bytes;
    }

    /// Puts into the files what survived the cut, and turns the power on again.
    ///
    /// # Errors
    /// [`RestoreError`] while files are open, or when they cannot be written.
    pub fn restore(&self) -> Result<Restored, RestoreError> {
        let mut inner = self.inner();
        if inner.open_files > 0 {
            return Err(RestoreError::StillOpen(inner.open_files));
        }
        let mut restored = Restored::default();
        let files = std::mem::take(&mut inner.files);
        for (path, shadow) in files {
            let survived = survive(shadow, &mut inner.random, &mut restored);
            put(&path, survived.as_deref())
                .map_err(|error| RestoreError::Io { path: path.clone(), error })?;
        }
        inner.cut = false;
        inner.cut_at = None;
        inner.syncs_left = None;
        inner.failing_syncs = 0;
        inner.room = None;
        Ok(restored)
    }

    pub(crate) fn opened(&self, path: Option<&Path>, existed: bool) {
        let mut inner = self.inner();
        inner.open_files += 1;
        let Some(path) = path else { return };
        if let Some(shadow) = inner.files.get_mut(path) {
            if !existed {
                shadow.since.push(Operation::Create);
            }
            return;
        }
        let shadow = if existed {
            // What stood there before this disk looked is sure.
            Shadow { sure: fs::read(path).ok(), since: Vec::new() }
        } else {
            Shadow { sure: None, since: vec![Operation::Create] }
        };
        inner.files.insert(path.to_owned(), shadow);
    }

    pub(crate) fn closed(&self) {
        let mut inner = self.inner();
        inner.open_files = inner.open_files.saturating_sub(1);
    }

    pub(crate) fn powered(&self) -> Result<(), Failure> {
        if self.inner().cut { Err(Failure::NoPower) } else { Ok(()) }
    }

    /// A write that makes the file grow by `growth` bytes. When the power goes at this very write, a part of it may survive.
    pub(crate) fn write(&self, path: &Path, at: usize, bytes: &[u8], growth: u64) -> Result<(), Failure> {
        let mut inner = self.inner();
        inner.powered()?;
        match &mut inner.room {
            Some(room) if *room < growth => return Err(Failure::Full),
            Some(room) => *room -= growth,
            None => {}
        }
        let outcome = inner.count();
        inner.log(path, Operation::Write { at, bytes: bytes.to_vec() });
        outcome
    }

    pub(crate) fn truncate(&self, path: &Path, length: usize) -> Result<(), Failure> {
        let mut inner = self.inner();
        inner.powered()?;
        let outcome = inner.count();
        inner.log(path, Operation::Truncate(length));
        outcome
    }

    pub(crate) fn delete(&self, path: &Path, sure: bool) -> Result<(), Failure> {
        let mut inner = self.inner();
        inner.powered()?;
        let outcome = inner.count();
        inner.log(path, Operation::Delete);
        if sure && outcome.is_ok() {
            inner.files.insert(path.to_owned(), Shadow::default());
        }
        outcome
    }

    /// Makes everything of a file sure. When the power goes at this very sync, it may have worked or not.
    pub(crate) fn sync(&self, path: &Path) -> Result<(), Failure> {
        let mut inner = self.inner();
        inner.powered()?;
        if let Some(left) = &mut inner.syncs_left {
            *left = left.saturating_sub(1);
            if *left == 0 {
                inner.cut_at = Some(0);
            }
        }
        let outcome = inner.count();
        let worked = outcome.is_ok() || next(&mut inner.random) & 1 == 0;
        let failing = outcome.is_ok() && inner.failing_syncs > 0;
        if failing {
            inner.failing_syncs -= 1;
        }
        let Some(shadow) = inner.files.get_mut(path) else { return outcome };
        if failing {
            // Names and lengths are in the journal of the file system; the bytes are gone for good.
            shadow.since.retain(|operation| !matches!(operation, Operation::Write { .. }));
            return Err(Failure::NotSynced);
        }
        if worked {
            for operation in std::mem::take(&mut shadow.since) {
                apply(&mut shadow.sure, &operation);
            }
            // The file system writes its journal in order: names and lengths of before are sure for every file.
            inner.files.values_mut().for_each(Shadow::settle_names_and_lengths);
        }
        outcome
    }
}

impl Shadow {
    /// Makes creations, deletions and truncations sure; writes stay in doubt, as far as they were not undone by them.
    fn settle_names_and_lengths(&mut self) {
        if self.since.iter().all(|operation| matches!(operation, Operation::Write { .. })) {
            return;
        }
        let mut writes: Vec<Operation> = Vec::new();
        for operation in std::mem::take(&mut self.since) {
            match operation {
                Operation::Write { .. } => {
                    writes.push(operation);
                    continue;
                }
                Operation::Create | Operation::Delete => writes.clear(),
                Operation::Truncate(length) => {
                    for write in &mut writes {
                        let Operation::Write { at, bytes } = write else { continue };
                        bytes.truncate(length.saturating_sub(*at));
                    }
                }
            }
            apply(&mut self.sure, &operation);
        }
        self.since = writes;
    }
}

impl Inner {
    fn powered(&self) -> Result<(), Failure> {
        if self.cut { Err(Failure::NoPower) } else { Ok(()) }
    }

    /// Counts an operation; the power may go at it.
    fn count(&mut self) -> Result<(), Failure> {
        self.operations += 1;
        if self.cut_at.is_some_and(|at| self.operations >= at) {
            self.cut = true;
        }
        self.powered()
    }

    fn log(&mut self, path: &Path, operation: Operation) {
        self.files.entry(path.to_owned()).or_default().since.push(operation);
    }
}

fn apply(file: &mut Option<Vec<u8>>, operation: &Operation) {
    match operation {
        Operation::Create => *file = Some(Vec::new()),
        Operation::Delete => *file = None,
        Operation::Truncate(length) => {
            if let Some(bytes) = file {
                bytes.resize(*length, 0);
            }
        }
        Operation::Write { at, bytes } => write_part(file, *at, bytes),
    }
}

fn write_part(file: &mut Option<Vec<u8>>, at: usize, part: &[u8]) {
    // Bytes for a file whose creation did not survive go nowhere.
    let Some(bytes) = file else { return };
    if bytes.len() < at + part.len() {
        bytes.resize(at + part.len(), 0);
    }
    bytes[at..at + part.len()].copy_from_slice(part);
}

/// What is left of a file. Creations, truncations and deletions survive up to some point in their order (the file system
/// journals them); every write before that point survives, tears or goes by itself (a disk orders them as it likes).
fn survive(shadow: Shadow, random: &mut u64, restored: &mut Restored) -> Option<Vec<u8>> {
    let Shadow { mut sure, since } = shadow;
    let point = pick(random, since.len() + 1);
    for (place, operation) in since.iter().enumerate() {
        let Operation::Write { at, bytes } = operation else {
            if place < point {
                apply(&mut sure, operation);
            }
            continue;
        };
        match pick(random, 3) {
            0 => restored.lost += 1,
            1 => {
                restored.kept += 1;
                write_part(&mut sure, *at, bytes);
            }
            _ => {
                restored.torn += 1;
                tear(&mut sure, *at, bytes, random);
            }
        }
    }
    sure
}

/// Writes some of the sectors that `bytes` touches.
fn tear(file: &mut Option<Vec<u8>>, at: usize, bytes: &[u8], random: &mut u64) {
    let mut from = 0;
    while from < bytes.len() {
        let end = (((at + from) / SECTOR + 1) * SECTOR - at).min(bytes.len());
        if next(random) & 1 == 0 {
            write_part(file, at + from, &bytes[from..end]);
        }
        from = end;
    }
}

fn put(path: &Path, bytes: Option<&[u8]>) -> io::Result<()> {
    // The index of the log lives in memory; it does not survive.
    let mut index = path.as_os_str().to_owned();
    index.push("-shm");
    for gone in [Some(PathBuf::from(index)), bytes.is_none().then(|| path.to_owned())].into_iter().flatten() {
        match fs::remove_file(gone) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    bytes.map_or(Ok(()), |bytes| fs::write(path, bytes))
}

/// A number below `bound`.
fn pick(random: &mut u64, bound: usize) -> usize {
    usize::try_from(next(random) % (bound.max(1) as u64)).unwrap_or(0)
}

/// SplitMix64.
fn next(random: &mut u64) -> u64 {
    *random = random.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut z = *random;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn disk(seed: u64) -> (Disk, tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("file");
        let disk = Disk::new(seed);
        disk.opened(Some(&path), false);
        (disk, folder, path)
    }

    #[test]
    fn what_was_synced_survives_and_the_rest_is_kept_lost_or_torn() {
        let mut total = Restored::default();
        let mut lengths = std::collections::BTreeSet::new();
        for seed in 0..100 {
            let (disk, _folder, path) = disk(seed);
            disk.write(&path, 0, &[1; 2048], 2048).expect("written");
            disk.sync(&path).expect("synced");
            disk.write(&path, 0, &[2; 2048], 0).expect("written");
            disk.write(&path, 2048, &[3; 1024], 1024).expect("written");
            disk.cut();
            assert_eq!(disk.write(&path, 0, &[4], 0), Err(Failure::NoPower));
            assert!(matches!(disk.restore(), Err(RestoreError::StillOpen(1))));
            disk.closed();
            let restored = disk.restore().expect("restored");
            let bytes = fs::read(&path).expect("file");
            assert!(bytes.len() >= 2048 && bytes[..2048].iter().all(|byte| [1, 2].contains(byte)));
            assert!(bytes[..2048].chunks(SECTOR).all(|sector| sector.iter().all(|byte| *byte == sector[0])));
            lengths.insert(bytes.len());
            total = Restored {
                kept: total.kept + restored.kept,
                torn: total.torn + restored.torn,
                lost: total.lost + restored.lost,
            };
        }
        assert!(total.kept > 30 && total.torn > 30 && total.lost > 30, "{total:?}");
        assert_eq!(lengths, [2048, 2560, 3072].into(), "the file ends where a sector that survived does");
    }

    #[test]
    fn the_same_seed_gives_the_same_disk() {
        let run = |seed| {
            let (disk, _folder, path) = disk(seed);
            for n in 0..20_u8 {
                disk.write(&path, usize::from(n) * 700, &[n; 700], 700).expect("written");
            }
            disk.closed();
            disk.restore().expect("restored");
            fs::read(&path).unwrap_or_default()
        };
        assert_eq!(run(5), run(5));
        assert_ne!(run(5), run(6));
    }

    #[test]
    fn bytes_of_a_failed_sync_stay_lost_even_when_a_later_one_works() {
        let (disk, _folder, path) = disk(1);
        disk.write(&path, 0, b"first", 5).expect("written");
        disk.fail_syncs(1);
        assert_eq!(disk.sync(&path), Err(Failure::NotSynced));
        disk.sync(&path).expect("works again");
        disk.closed();
        disk.restore().expect("restored");
        assert_eq!(fs::read(&path).expect("file"), b"");
    }

    #[test]
    fn a_full_disk_takes_what_does_not_grow() {
        let (disk, _folder, path) = disk(1);
        disk.set_room(Some(10));
        disk.write(&path, 0, &[1; 8], 8).expect("fits");
        assert_eq!(disk.write(&path, 8, &[1; 8], 8), Err(Failure::Full));
        disk.write(&path, 0, &[2; 8], 0).expect("does not grow");
        disk.set_room(None);
        disk.write(&path, 8, &[1; 8], 8).expect("room again");
    }

    #[test]
    fn names_and_lengths_are_sure_with_the_next_sync_of_any_file() {
        for seed in 0..20 {
            let (disk, folder, path) = disk(seed);
            disk.write(&path, 0, &[1; 600], 600).expect("written");
            disk.sync(&path).expect("synced");
            let other = folder.path().join("other");
            disk.opened(Some(&other), false);
            disk.truncate(&path, 100).expect("cut");
            disk.write(&path, 100, &[2; 10], 10).expect("written");
            disk.sync(&other).expect("synced");
            disk.delete(&other, false).expect("deleted");
            disk.write(&path, 0, &[1], 0).expect("written");
            disk.sync(&path).expect("synced");
            disk.closed();
            disk.closed();
            disk.restore().expect("restored");
            assert_eq!(fs::read(&path).expect("file").len(), 110);
            assert!(!other.exists());
        }
    }

    #[test]
    fn the_power_goes_at_the_operation_that_was_chosen() {
        let (disk, _folder, path) = disk(1);
        disk.cut_after(2);
        disk.write(&path, 0, &[1], 1).expect("the first");
        assert_eq!(disk.write(&path, 0, &[1], 1), Err(Failure::NoPower));
        assert!(disk.is_cut());
    }
}
