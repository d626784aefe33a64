//! Accepted certificates, kept so that a message from a known sender costs neither parsing a key nor walking a chain.
//!
//! Only accepting verdicts are kept, so a flood of foreign certificates cannot push out the known ones. A verdict is used again only
//! from the moment it was made for until the moment it names, and only while the source of revocation has not changed.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use jiff::Timestamp;

use super::{Purpose, Verdict};
use crate::algorithm::sha256;
use crate::certificate::Certificate;

/// Most certificates kept; a country's informatization objects are some thousands.
const MOST_KEPT: usize = 16 * 1024;

struct Kept {
    certificate: Arc<Certificate>,
    verdicts: Vec<(Purpose, u64, Arc<Verdict>)>,
}

/// Accepted certificates by the hash of their encoding.
#[derive(Default)]
pub(super) struct Cache(RwLock<HashMap<[u8; 32], Kept>>);

impl Cache {
    pub(super) fn certificate(&self, der: &[u8]) -> Option<Arc<Certificate>> {
        let kept = self.0.read().unwrap_or_else(PoisonError::into_inner);
        kept.get(&sha256(der)).map(|kept| Arc::clone(&kept.certificate))
    }

    pub(super) fn verdict(
        &self,
        certificate: &Certificate,
        purpose: Purpose,
        version: u64,
        moment: Timestamp,
    ) -> Option<Arc<Verdict>> {
        let kept = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let (_, made_under, verdict) = kept
            .get(&certificate.fingerprint())?
            .verdicts
            .iter()
            .find(|(kept_for, ..)| *kept_for == purpose)?;
        let usable = *made_under == version && (verdict.moment()..=verdict.valid_until()).contains(&moment);
        usable.then(|| Arc::clone(verdict))
    }

    pub(super) fn keep(
        &self,
        certificate: &Arc<Certificate>,
        purpose: Purpose,
        version: u64,
        verdict: Arc<Verdict>,
    ) {
        let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST_KEPT && !kept.contains_key(&certificate.fingerprint()) {
            kept.clear();
        }
        let entry = kept
            .entry(certificate.fingerprint())
            .or_insert_with(|| Kept { certificate: Arc::clone(certificate), verdicts: Vec::new() });
        entry.verdicts.retain(|(kept_for, ..)| *kept_for != purpose);
        entry.verdicts.push((purpose, version, verdict));
    }
}
