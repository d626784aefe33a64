//! The keeper of one store: seals and opens with keys of subjects, looks up by keyed digest, erases.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_lc_rs::hmac;
use jiff::Timestamp;

use super::cache::{Cache, Cached};
use super::{DataKey, KeyProvider, Opened, SealError, VERSION, context, decrypt, encrypt};
use crate::commit::{Commit, Id, KIND_ERASED, MAX_DOCUMENT, Receipt, Record, Write};
use crate::partition::Partition;
use crate::read::{SealKey, Store};

/// Most data keys held in memory.
const CACHED_KEYS: usize = 20_000;

/// Seals and opens for one store. Share it.
pub struct Keeper {
    store: Arc<dyn Store>,
    provider: Arc<dyn KeyProvider>,
    blind: hmac::Key,
    cache: Mutex<Cache>,
}

impl fmt::Debug for Keeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keeper").field("provider", &self.provider).finish_non_exhaustive()
    }
}

/// What is known of the key of a subject.
enum Known {
    Key(DataKey),
    Erased(Timestamp),
    Nothing,
}

impl Keeper {
    /// A keeper over a store and the keys of its provider.
    ///
    /// # Errors
    /// When the provider cannot be used.
    pub fn new(store: Arc<dyn Store>, provider: Arc<dyn KeyProvider>) -> Result<Self, SealError> {
        let blind = hmac::Key::new(hmac::HMAC_SHA256, &*provider.blind_key()?);
        Ok(Self { store, provider, blind, cache: Mutex::new(Cache::new(CACHED_KEYS)) })
    }

    fn cache(&self) -> MutexGuard<'_, Cache> {
        // The cache holds copies only; after a panic elsewhere it is still right.
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Seals `plain` for a subject. When the subject has no key yet one is made, and its `PutSealKey` is added to `writes`: commit
    /// them together with the sealed bytes.
    ///
    /// # Errors
    /// [`SealError::Erased`] when the subject was erased; otherwise when store, provider or randomness fail.
    pub fn seal(
        &self,
        partition: Partition,
        subject: &Id,
        purpose: &str,
        plain: &[u8],
        writes: &mut Vec<Write>,
    ) -> Result<Vec<u8>, SealError> {
        if plain.len() > MAX_DOCUMENT - 64 {
            return Err(SealError::TooLong { found: plain.len(), limit: MAX_DOCUMENT - 64 });
        }
        let key = self.key_to_seal(partition, subject, writes)?;
        let mut sealed = vec![VERSION];
        encrypt(
            key.expose(),
            context("qyzmet sealed 1", &[subject, purpose.as_bytes()]),
            plain,
            &mut sealed,
        )?;
        Ok(sealed)
    }

    /// Opens what [`Keeper::seal`] gave for the same subject and purpose.
    ///
    /// # Errors
    /// [`SealError::DoesNotOpen`] when the bytes were changed or moved; otherwise when store or provider fail. An erased subject
    /// is an answer, not an error.
    pub fn open(
        &self,
        partition: Partition,
        subject: &Id,
        purpose: &str,
        sealed: &[u8],
    ) -> Result<Opened, SealError> {
        let key = match self.known(partition, subject)? {
            Known::Key(key) => key,
            Known::Erased(at) => return Ok(Opened::Erased { at }),
            Known::Nothing => return Err(SealError::NoKey { subject: *subject }),
        };
        let aad = context("qyzmet sealed 1", &[subject, purpose.as_bytes()]);
        let text = sealed.strip_prefix(&[VERSION]);
        let plain = text.and_then(|text| decrypt(key.expose(), aad, text));
        plain
            .map(Opened::Plain)
            .ok_or_else(|| SealError::DoesNotOpen { subject: *subject, purpose: purpose.to_owned() })
    }

    /// Destroys the key of a subject and journals it; `header` says why, without anything personal. Everything sealed for the
    /// subject is unreadable from then on, in copies of the store too once their key rows are gone.
    ///
    /// # Errors
    /// When the store does not take the commit.
    pub fn destroy(
        &self,
        partition: Partition,
        subject: &Id,
        at: Timestamp,
        header: Vec<u8>,
    ) -> Result<Receipt, SealError> {
        let record = Record { subject: *subject, kind: KIND_ERASED, at, header, body: Vec::new() };
        let writes = vec![Write::DestroySealKey { subject: *subject, at }];
        let receipt = self.store.commit_one(Commit { partition, guard: None, record: Some(record), writes });
        // Forgotten also when the outcome is unknown: the store is asked again.
        self.cache().forget(partition, subject);
        Ok(receipt?)
    }

    /// The write that puts the key of a subject under the provider's present key-encryption key, when it is under an older one.
    ///
    /// # Errors
    /// When store or provider fail.
    pub fn rewrap(&self, partition: Partition, subject: &Id) -> Result<Option<Write>, SealError> {
        let Some(SealKey::Wrapped(from)) = self.store.seal_key(partition, subject)? else { return Ok(None) };
        if super::file::wrapped_by(&from) == Some(self.provider.current()) {
            return Ok(None);
        }
        let to = self.provider.wrap(&self.provider.unwrap(&from, subject)?, subject)?;
        Ok(Some(Write::RewrapSealKey { subject: *subject, from, to }))
    }

    /// A keyed digest by which a personal value can be found again without standing anywhere: HMAC-SHA-256 over the label and
    /// the value. The label keeps look-ups of different kinds apart.
    pub fn blind(&self, label: &str, value: &[u8]) -> [u8; 32] {
        let mut context = hmac::Context::with_key(&self.blind);
        context.update(&(label.len() as u64).to_be_bytes());
        context.update(label.as_bytes());
        context.update(value);
        let mut digest = [0; 32];
        digest.copy_from_slice(context.sign().as_ref());
        digest
    }

    fn key_to_seal(
        &self,
        partition: Partition,
        subject: &Id,
        writes: &mut Vec<Write>,
    ) -> Result<DataKey, SealError> {
        match self.known(partition, subject)? {
            Known::Key(key) => {
                // A key whose own commit may still be refused travels with every commit until it is seen in the store.
                if let Some(wrapped) =
                    self.cache().get(partition, subject).and_then(|cached| cached.unconfirmed)
                {
                    add_key(subject, wrapped, writes);
                }
                Ok(key)
            }
            Known::Erased(at) => Err(SealError::Erased { subject: *subject, at }),
            Known::Nothing => {
                let key = DataKey::random()?;
                let wrapped = self.provider.wrap(&key, subject)?;
                let mut cache = self.cache();
                // Two threads may have come here: the first key stands.
                let cached = cache.get(partition, subject).unwrap_or_else(|| {
                    let cached = Cached { key, unconfirmed: Some(wrapped) };
                    cache.put(partition, subject, cached.clone());
                    cached
                });
                if let Some(wrapped) = cached.unconfirmed {
                    add_key(subject, wrapped, writes);
                }
                Ok(cached.key)
            }
        }
    }

    fn known(&self, partition: Partition, subject: &Id) -> Result<Known, SealError> {
        let cached = self.cache().get(partition, subject);
        if let Some(Cached { key, unconfirmed: None }) = cached {
            return Ok(Known::Key(key));
        }
        match self.store.seal_key(partition, subject)? {
            Some(SealKey::Wrapped(wrapped)) => {
                let key = self.provider.unwrap(&wrapped, subject)?;
                self.cache().put(partition, subject, Cached { key: key.clone(), unconfirmed: None });
                Ok(Known::Key(key))
            }
            Some(SealKey::Destroyed { at }) => {
                self.cache().forget(partition, subject);
                Ok(Known::Erased(at))
            }
            None => Ok(cached.map_or(Known::Nothing, |cached| Known::Key(cached.key))),
        }
    }
}

/// Adds the key to the writes of a commit unless it stands there.
fn add_key(subject: &Id, wrapped: Vec<u8>, writes: &mut Vec<Write>) {
    let there = writes
        .iter()
        .any(|write| matches!(write, Write::PutSealKey { subject: other, .. } if other == subject));
    if !there {
        writes.push(Write::PutSealKey { subject: *subject, wrapped });
    }
}

#[cfg(test)]
#[path = "keeper_tests.rs"]
mod tests;
