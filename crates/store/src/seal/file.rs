//! Key-encryption keys in a file that only its owner may read, and keys in memory for tests and the simulator.
//!
//! The file is text: a line `qyzmet-keys 1`, a line `blind <hex>`, and a line `key <id> <hex>` per key; the last one wraps, the
//! others unwrap. It is made by an explicit [`FileKeys::create`], never by opening: a store whose key file is missing must
//! say so rather than go on with new keys.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write as _};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock};

use aws_lc_rs::rand;
use zeroize::Zeroizing;

use super::{DataKey, KeyId, KeyProvider, SealError, VERSION, context, decrypt, encrypt};
use crate::commit::Id;

/// Longest key file, in bytes: some six hundred rotations.
const MAX_FILE: u64 = 64 * 1_024;
const FIRST_LINE: &str = "qyzmet-keys 1";

/// The keys themselves.
struct Ring {
    blind: Zeroizing<[u8; 32]>,
    /// From the oldest to the one that wraps; never empty.
    older: Vec<(KeyId, Zeroizing<[u8; 32]>)>,
    current: (KeyId, Zeroizing<[u8; 32]>),
}

impl Ring {
    fn wrap(&self, key: &DataKey, subject: &Id) -> Result<Vec<u8>, SealError> {
        let (id, wrapping) = &self.current;
        let mut wrapped = vec![VERSION];
        wrapped.extend_from_slice(id);
        encrypt(wrapping, context("qyzmet wrapped key 1", &[subject]), key.expose(), &mut wrapped)?;
        Ok(wrapped)
    }

    fn unwrap(&self, wrapped: &[u8], subject: &Id) -> Result<DataKey, SealError> {
        let does_not_open = || SealError::DoesNotOpen { subject: *subject, purpose: "data key".into() };
        let id = wrapped_by(wrapped).ok_or_else(does_not_open)?;
        let keys = self.older.iter().chain([&self.current]);
        let wrapping = keys.into_iter().find(|key| key.0 == id).ok_or(SealError::UnknownKey { key: id })?;
        let plain =
            decrypt(&wrapping.1, context("qyzmet wrapped key 1", &[subject]), &wrapped[1 + id.len()..]);
        let plain = Zeroizing::new(plain.ok_or_else(does_not_open)?);
        let bytes = <[u8; 32]>::try_from(plain.as_slice()).map_err(|_| does_not_open())?;
        Ok(DataKey::from_bytes(bytes))
    }
}

/// The id of the key that wrapped these bytes.
pub(super) fn wrapped_by(wrapped: &[u8]) -> Option<KeyId> {
    wrapped.strip_prefix(&[VERSION])?.first_chunk().copied()
}

/// Keys in a file.
pub struct FileKeys {
    path: PathBuf,
    ring: RwLock<Ring>,
}

impl fmt::Debug for FileKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileKeys").field("path", &self.path).finish_non_exhaustive()
    }
}

impl FileKeys {
    /// Makes a new key file, readable by its owner alone, and opens it.
    ///
    /// # Errors
    /// When the file exists or cannot be written.
    pub fn create(path: &Path) -> Result<Self, SealError> {
        let ring = Ring { blind: random()?, older: Vec::new(), current: new_key()? };
        write_new(path, &ring)?;
        Self::open(path)
    }

    /// Opens a key file.
    ///
    /// # Errors
    /// When it is missing, may be read by others, or is badly formed.
    pub fn open(path: &Path) -> Result<Self, SealError> {
        let refuse = |what: String| SealError::KeyFile { path: path.display().to_string(), what };
        let mut file = File::open(path).map_err(|error| {
            refuse(format!(
                "{error}; put the key file of this store back, its data cannot be read without it"
            ))
        })?;
        let facts = file.metadata().map_err(|error| refuse(error.to_string()))?;
        let mode = facts.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(refuse(format!("others may read or change it (mode {mode:03o}): chmod 600 it")));
        }
        if facts.len() > MAX_FILE {
            return Err(refuse(format!("{} bytes, at most {MAX_FILE} are read", facts.len())));
        }
        let mut text = Zeroizing::new(String::new());
        (&mut file).take(MAX_FILE).read_to_string(&mut text).map_err(|error| refuse(error.to_string()))?;
        let ring = parse(&text).map_err(refuse)?;
        Ok(Self { path: path.to_owned(), ring: RwLock::new(ring) })
    }

    /// Adds a new key that wraps from now on; the older ones still unwrap. Data keys move over with [`super::Keeper::rewrap`].
    ///
    /// # Errors
    /// When the file cannot be replaced; then the old key stays.
    pub fn rotate(&self) -> Result<KeyId, SealError> {
        let mut ring = self.ring.write().unwrap_or_else(PoisonError::into_inner);
        let current = new_key()?;
        let mut older = ring.older.clone();
        older.push(ring.current.clone());
        let next = Ring { blind: ring.blind.clone(), older, current };
        let beside = self.path.with_extension("new");
        // Left over from a rotation that did not end; it was never in use.
        if beside.exists() {
            fs::remove_file(&beside).map_err(|error| self.refused(&error))?;
        }
        write_new(&beside, &next)?;
        fs::rename(&beside, &self.path).map_err(|error| self.refused(&error))?;
        sync_folder(&self.path).map_err(|error| self.refused(&error))?;
        *ring = next;
        Ok(ring.current.0)
    }

    fn refused(&self, error: &std::io::Error) -> SealError {
        SealError::KeyFile { path: self.path.display().to_string(), what: error.to_string() }
    }
}

impl KeyProvider for FileKeys {
    fn current(&self) -> KeyId {
        self.ring.read().unwrap_or_else(PoisonError::into_inner).current.0
    }

    fn wrap(&self, key: &DataKey, subject: &Id) -> Result<Vec<u8>, SealError> {
        self.ring.read().unwrap_or_else(PoisonError::into_inner).wrap(key, subject)
    }

    fn unwrap(&self, wrapped: &[u8], subject: &Id) -> Result<DataKey, SealError> {
        self.ring.read().unwrap_or_else(PoisonError::into_inner).unwrap(wrapped, subject)
    }

    fn blind_key(&self) -> Result<Zeroizing<[u8; 32]>, SealError> {
        Ok(self.ring.read().unwrap_or_else(PoisonError::into_inner).blind.clone())
    }
}

/// Keys that end with the process: for tests and the simulator.
pub struct MemoryKeys(Ring);

impl fmt::Debug for MemoryKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MemoryKeys")
    }
}

impl MemoryKeys {
    /// New random keys.
    ///
    /// # Errors
    /// When the system gives no randomness.
    pub fn random() -> Result<Self, SealError> {
        Ok(Self(Ring { blind: random()?, older: Vec::new(), current: new_key()? }))
    }

    /// The same keys for the same seed, so that keyed digests repeat in a simulation.
    pub fn from_seed(seed: [u8; 32]) -> Self {
        let blind = context("blind key of a simulation", &[&seed]);
        let wrapping = context("wrapping key of a simulation", &[&seed]);
        let bytes = |aad: aws_lc_rs::aead::Aad<[u8; 32]>| {
            let mut key = Zeroizing::new([0; 32]);
            key.copy_from_slice(aad.as_ref());
            key
        };
        Self(Ring { blind: bytes(blind), older: Vec::new(), current: ([0x51; 16], bytes(wrapping)) })
    }
}

impl KeyProvider for MemoryKeys {
    fn current(&self) -> KeyId {
        self.0.current.0
    }

    fn wrap(&self, key: &DataKey, subject: &Id) -> Result<Vec<u8>, SealError> {
        self.0.wrap(key, subject)
    }

    fn unwrap(&self, wrapped: &[u8], subject: &Id) -> Result<DataKey, SealError> {
        self.0.unwrap(wrapped, subject)
    }

    fn blind_key(&self) -> Result<Zeroizing<[u8; 32]>, SealError> {
        Ok(self.0.blind.clone())
    }
}

fn random() -> Result<Zeroizing<[u8; 32]>, SealError> {
    let mut bytes = Zeroizing::new([0; 32]);
    rand::fill(&mut *bytes).map_err(|_| SealError::Randomness)?;
    Ok(bytes)
}

fn new_key() -> Result<(KeyId, Zeroizing<[u8; 32]>), SealError> {
    let mut id = [0; 16];
    rand::fill(&mut id).map_err(|_| SealError::Randomness)?;
    Ok((id, random()?))
}

fn write_new(path: &Path, ring: &Ring) -> Result<(), SealError> {
    let mut text =
        Zeroizing::new(format!("{FIRST_LINE}\nblind {}\n", *Zeroizing::new(hex::encode(*ring.blind))));
    for (id, key) in ring.older.iter().chain([&ring.current]) {
        text.push_str(&Zeroizing::new(format!(
            "key {} {}\n",
            hex::encode(id),
            *Zeroizing::new(hex::encode(**key))
        )));
    }
    let written =
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            sync_folder(path)
        });
    written.map_err(|error| SealError::KeyFile {
        path: path.display().to_string(),
        what: format!("cannot be made: {error}; an existing key file is never overwritten"),
    })
}

fn sync_folder(path: &Path) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

fn parse(text: &str) -> Result<Ring, String> {
    let mut lines = text.lines().enumerate();
    match lines.next() {
        Some((_, FIRST_LINE)) => {}
        _ => {
            return Err(format!(
                "line 1 is not `{FIRST_LINE}`: this is no key file, or one of a newer version"
            ));
        }
    }
    let mut blind = None;
    let mut keys = Vec::new();
    for (number, line) in lines {
        let malformed = || format!("line {} is not `blind <64 hex digits>` or `key <32> <64>`", number + 1);
        match line.split(' ').collect::<Vec<_>>()[..] {
            ["blind", key] if blind.is_none() => blind = Some(bytes(key).ok_or_else(malformed)?),
            ["key", id, key] => {
                let mut known = [0; 16];
                hex::decode_to_slice(id, &mut known).map_err(|_| malformed())?;
                keys.push((known, bytes(key).ok_or_else(malformed)?));
            }
            _ => return Err(malformed()),
        }
    }
    let blind = blind.ok_or("the line `blind …` is missing")?;
    let current = keys.pop().ok_or("no line `key …`")?;
    Ok(Ring { blind, older: keys, current })
}

fn bytes(hexadecimal: &str) -> Option<Zeroizing<[u8; 32]>> {
    let mut key = Zeroizing::new([0; 32]);
    hex::decode_to_slice(hexadecimal, &mut *key).ok()?;
    Some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_file_is_the_owners_alone_and_never_overwritten() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("store.keys");
        assert!(
            matches!(FileKeys::open(&path), Err(SealError::KeyFile { .. })),
            "a missing file is not made up"
        );
        let keys = FileKeys::create(&path).expect("created");
        let wrapped = keys.wrap(&DataKey::from_bytes([9; 32]), &[1; 16]).expect("wrapped");
        assert_eq!(fs::metadata(&path).expect("facts").permissions().mode() & 0o777, 0o600);
        assert!(matches!(FileKeys::create(&path), Err(SealError::KeyFile { .. })));
        let again = FileKeys::open(&path).expect("opened");
        assert_eq!(again.unwrap(&wrapped, &[1; 16]).expect("unwrapped").expose(), &[9; 32]);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("mode");
        let error = FileKeys::open(&path).expect_err("open to the group").to_string();
        assert!(error.contains("640") && error.contains("chmod 600"), "{error}");
    }

    #[test]
    fn rotation_wraps_with_the_new_key_and_unwraps_with_the_old() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("store.keys");
        let keys = FileKeys::create(&path).expect("created");
        let before = keys.wrap(&DataKey::from_bytes([9; 32]), &[1; 16]).expect("wrapped");
        let blind = keys.blind_key().expect("blind");
        let id = keys.rotate().expect("rotated");
        assert_eq!(keys.current(), id);
        let after = keys.wrap(&DataKey::from_bytes([9; 32]), &[1; 16]).expect("wrapped");
        assert_eq!(wrapped_by(&after), Some(id));
        let again = FileKeys::open(&path).expect("opened");
        for wrapped in [&before, &after] {
            assert_eq!(again.unwrap(wrapped, &[1; 16]).expect("unwrapped").expose(), &[9; 32]);
        }
        assert_eq!(again.blind_key().expect("blind"), blind, "look-ups survive a rotation");
    }

    #[test]
    fn a_wrapped_key_opens_for_its_subject_alone() {
        let keys = MemoryKeys::random().expect("keys");
        let wrapped = keys.wrap(&DataKey::from_bytes([9; 32]), &[1; 16]).expect("wrapped");
        assert!(matches!(keys.unwrap(&wrapped, &[2; 16]), Err(SealError::DoesNotOpen { .. })));
        let other = MemoryKeys::random().expect("keys");
        assert!(matches!(other.unwrap(&wrapped, &[1; 16]), Err(SealError::UnknownKey { .. })));
        for length in 0..wrapped.len() {
            assert!(keys.unwrap(&wrapped[..length], &[1; 16]).is_err(), "cut to {length} bytes");
        }
    }

    #[test]
    fn malformed_files_are_refused_with_their_line() {
        let hex64 = "0".repeat(64);
        for (text, says) in [
            (String::new(), "line 1"),
            (format!("{FIRST_LINE}\nblind {hex64}\n"), "no line `key"),
            (format!("{FIRST_LINE}\nblind 00\n"), "line 2"),
            (format!("{FIRST_LINE}\nblind {hex64}\nkey zz {hex64}\n"), "line 3"),
            (format!("{FIRST_LINE}\nkey {} {hex64}\n", "0".repeat(32)), "`blind …` is missing"),
        ] {
            let error = parse(&text).err().expect("refused");
            assert!(error.contains(says), "{error}");
        }
    }
}
