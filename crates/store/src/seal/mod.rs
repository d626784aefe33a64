//! Sealing of personal data: one key per subject, and erasure by destroying that key.
//!
//! Bytes are sealed with AES-256-GCM under the data key of a subject (a case, a person), with a random nonce; the subject and the
//! purpose are authenticated with them, so that sealed bytes cannot be moved to another place. The data key stands in the store,
//! wrapped by a key-encryption key that the store never sees ([`KeyProvider`]). Plain keys live only in memory, in a bounded
//! cache that is zeroed. Never log what goes through here; never answer a destroyed key with an error: "erased on …" is an
//! ordinary answer.
//!
//! Use one [`Keeper`] per store and share it: its cache is what makes a destroyed key unknown at once.

mod cache;
mod file;
mod keeper;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::{digest, rand};
use jiff::Timestamp;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::commit::{CommitError, Id};
use crate::read::ReadError;

pub use file::{FileKeys, MemoryKeys};
pub use keeper::Keeper;

/// The id of a key-encryption key; stands before everything it wrapped, so that keys can be rotated.
pub type KeyId = [u8; 16];

const VERSION: u8 = 1;
const TAG_LEN: usize = 16;

/// A data key in memory; zeroed when dropped.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct DataKey([u8; 32]);

impl DataKey {
    /// A new random key.
    ///
    /// # Errors
    /// When the system gives no randomness.
    pub fn random() -> Result<Self, SealError> {
        let mut key = Self([0; 32]);
        rand::fill(&mut key.0).map_err(|_| SealError::Randomness)?;
        Ok(key)
    }

    /// A key from bytes that a provider unwrapped.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its bytes, for a provider to wrap.
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

impl std::fmt::Debug for DataKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DataKey(…)")
    }
}

/// Who holds the key-encryption keys: a file, later a module in hardware.
pub trait KeyProvider: Send + Sync + std::fmt::Debug {
    /// The key that wraps from now on.
    fn current(&self) -> KeyId;

    /// Wraps a data key for a subject.
    ///
    /// # Errors
    /// When the provider cannot be used.
    fn wrap(&self, key: &DataKey, subject: &Id) -> Result<Vec<u8>, SealError>;

    /// Unwraps a data key of a subject.
    ///
    /// # Errors
    /// When the wrapping key is unknown, or the bytes are not what was wrapped for this subject.
    fn unwrap(&self, wrapped: &[u8], subject: &Id) -> Result<DataKey, SealError>;

    /// The key of keyed look-ups. Never changes: everything stored under it would be lost.
    ///
    /// # Errors
    /// When the provider cannot be used.
    fn blind_key(&self) -> Result<Zeroizing<[u8; 32]>, SealError>;
}

/// What came of opening sealed bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opened {
    /// What was sealed.
    Plain(Vec<u8>),
    /// The key of the subject was destroyed at this legal moment; nobody can read the bytes any more.
    Erased {
        /// When.
        at: Timestamp,
    },
}

/// Why something could not be sealed or opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The store could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The store did not take the commit.
    #[error(transparent)]
    Commit(#[from] CommitError),
    /// The key of the subject was destroyed: nothing can be sealed for it.
    #[error("subject {} was erased on {at}: nothing can be kept for it", hex::encode(subject))]
    Erased {
        /// The subject.
        subject: Id,
        /// When.
        at: Timestamp,
    },
    /// There is no key for the subject.
    #[error(
        "there is no data key for subject {}: the bytes were sealed for another subject or store",
        hex::encode(subject)
    )]
    NoKey {
        /// The subject.
        subject: Id,
    },
    /// The bytes are not what was sealed for this subject and purpose.
    #[error(
        "the sealed bytes do not open for subject {} as `{purpose}`: they were changed or moved",
        hex::encode(subject)
    )]
    DoesNotOpen {
        /// The subject.
        subject: Id,
        /// The purpose.
        purpose: String,
    },
    /// The key-encryption key is not among those of the provider.
    #[error(
        "the key-encryption key {} is not in the key file: put the file of this store back",
        hex::encode(key)
    )]
    UnknownKey {
        /// Its id.
        key: KeyId,
    },
    /// The key file is missing, open to others, or badly formed.
    #[error("key file {path}: {what}")]
    KeyFile {
        /// The file.
        path: String,
        /// What is wrong and what to do.
        what: String,
    },
    /// More than can be sealed at once.
    #[error("{found} bytes are too many to seal at once, at most {limit}")]
    TooLong {
        /// How many there were.
        found: usize,
        /// How many may be.
        limit: usize,
    },
    /// The system gives no randomness.
    #[error("the operating system gives no random numbers: nothing can be sealed")]
    Randomness,
}

/// What is authenticated with sealed bytes: a digest over a domain and parts with their lengths.
fn context(domain: &str, parts: &[&[u8]]) -> Aad<[u8; 32]> {
    let mut hash = digest::Context::new(&digest::SHA256);
    for part in std::iter::once(&domain.as_bytes()).chain(parts) {
        hash.update(&(part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    let mut bytes = [0; 32];
    bytes.copy_from_slice(hash.finish().as_ref());
    Aad::from(bytes)
}

/// Appends nonce and ciphertext with its tag to `out`.
fn encrypt(key: &[u8; 32], aad: Aad<[u8; 32]>, plain: &[u8], out: &mut Vec<u8>) -> Result<(), SealError> {
    let mut nonce = [0; NONCE_LEN];
    rand::fill(&mut nonce).map_err(|_| SealError::Randomness)?;
    // A key of 32 bytes always fits the algorithm.
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).map_err(|_| SealError::Randomness)?);
    out.reserve(NONCE_LEN + plain.len() + TAG_LEN);
    out.extend_from_slice(&nonce);
    let start = out.len();
    out.extend_from_slice(plain);
    let tag = key
        .seal_in_place_separate_tag(Nonce::assume_unique_for_key(nonce), aad, &mut out[start..])
        .map_err(|_| SealError::TooLong { found: plain.len(), limit: crate::MAX_DOCUMENT })?;
    out.extend_from_slice(tag.as_ref());
    Ok(())
}

/// Opens nonce and ciphertext; `None` when they are not authentic.
fn decrypt(key: &[u8; 32], aad: Aad<[u8; 32]>, sealed: &[u8]) -> Option<Vec<u8>> {
    let (nonce, text) = sealed.split_at_checked(NONCE_LEN)?;
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).ok()?);
    let mut plain = text.to_vec();
    let length =
        key.open_in_place(Nonce::try_assume_unique_for_key(nonce).ok()?, aad, &mut plain).ok()?.len();
    plain.truncate(length);
    Some(plain)
}
