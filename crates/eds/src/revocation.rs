//! Whether a certificate was revoked: the question, and the store of revocation lists that answers it.
//!
//! The answer is never guessed: a missing list, a list that is too old, a list by another key or about other certificates
//! gives [`Status::Unknown`], and what that means is said by the [`RevocationPolicy`], which refuses unless told otherwise.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use jiff::{SignedDuration, Timestamp};

use crate::certificate::{Certificate, SignedByError};
use crate::crl::{Reason, RevocationList};
use crate::name::DistinguishedName;
use crate::path::TrustStore;

/// The state of a certificate at a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// Not revoked.
    Good {
        /// What says so, in words.
        source: String,
        /// Until when the answer may be used again.
        fresh_until: Timestamp,
    },
    /// Revoked.
    Revoked {
        /// Since when.
        since: Timestamp,
        /// Why.
        reason: Reason,
        /// What says so, in words.
        source: String,
    },
    /// Nobody can say.
    Unknown {
        /// Why, in words.
        reason: String,
    },
}

/// Something that knows which certificates are revoked: a store of lists here, an on-line responder later.
pub trait RevocationSource: Send + Sync {
    /// Changes whenever an answer may change; answers kept under an older number are asked anew.
    fn version(&self) -> u64;

    /// The state of `certificate`, issued by `issuer`, at `moment`. `grace` is how long past its next update a list still counts.
    fn status(
        &self,
        certificate: &Certificate,
        issuer: &Certificate,
        moment: Timestamp,
        grace: SignedDuration,
    ) -> Status;
}

/// What revocation must be checked, and what happens when it cannot be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevocationPolicy {
    /// Whether the authorities between the holder and the trust anchor are checked too.
    pub whole_chain: bool,
    /// How long past its next update a list still counts.
    pub grace: SignedDuration,
    /// Whether a certificate whose state nobody can say is refused. `false` only with a reason that stands in the verdict.
    pub unknown: Unknown,
}

/// What to do with a certificate whose revocation state is unknown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unknown {
    /// Refuse it.
    Refuse,
    /// Accept it; the reason, written into the verdict.
    Accept(&'static str),
}

impl RevocationPolicy {
    /// The whole chain, no grace, unknown refused.
    #[must_use]
    pub const fn strict() -> Self {
        Self { whole_chain: true, grace: SignedDuration::ZERO, unknown: Unknown::Refuse }
    }
}

impl Default for RevocationPolicy {
    fn default() -> Self {
        Self::strict()
    }
}

/// Why a list is not taken into the store.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ListRefusal {
    /// No trusted authority has the list's issuer name and key.
    #[error("revocation list of {issuer}: no certificate of this issuer among the trusted authorities")]
    IssuerUnknown {
        /// The issuer.
        issuer: String,
    },
    /// The authority may not sign lists.
    #[error("revocation list of {issuer}: the issuer's certificate does not allow signing lists (cRLSign)")]
    NotAllowed {
        /// The issuer.
        issuer: String,
    },
    /// The signature.
    #[error("revocation list of {issuer}: {error}")]
    Signature {
        /// The issuer.
        issuer: String,
        /// What is wrong.
        error: SignedByError,
    },
    /// An older list than the one at hand: taking it would make revoked certificates good again.
    #[error("revocation list of {issuer} of {offered} is older than the one at hand of {held}")]
    Older {
        /// The issuer.
        issuer: String,
        /// Date of the offered list.
        offered: Timestamp,
        /// Date of the list at hand.
        held: Timestamp,
    },
}

/// A list whose signature was verified, with the key that verified it.
struct Held {
    list: RevocationList,
    issuer_spki: Box<[u8]>,
}

/// Revocation lists by issuer, distribution point and key; the newest of each.
#[derive(Default)]
pub struct CrlStore {
    lists: RwLock<HashMap<DistinguishedName, Vec<Arc<Held>>>>,
    version: AtomicU64,
}

impl CrlStore {
    /// An empty store: every status is unknown.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Verifies a list against the authorities of `trust` and takes it, in place of an older one.
    ///
    /// # Errors
    /// A list nobody trusted has signed, or one older than the list at hand. A list of the same date is taken again silently.
    pub fn add(&self, list: RevocationList, trust: &TrustStore) -> Result<(), ListRefusal> {
        let issuer_spki = signer_of(&list, trust)?.spki().into();
        let mut lists = self.lists.write().unwrap_or_else(PoisonError::into_inner);
        let of_issuer = lists.entry(list.issuer().clone()).or_default();
        let offered = Held { list, issuer_spki };
        let same = of_issuer.iter().position(|held| {
            held.issuer_spki == offered.issuer_spki && held.list.scope() == offered.list.scope()
        });
        match same {
            None => of_issuer.push(Arc::new(offered)),
            Some(at) => {
                let held = of_issuer[at].list.this_update();
                if offered.list.this_update() < held {
                    let (issuer, offered) = (offered.list.issuer().to_string(), offered.list.this_update());
                    return Err(ListRefusal::Older { issuer, offered, held });
                }
                of_issuer[at] = Arc::new(offered);
            }
        }
        self.version.fetch_add(1, Ordering::Release);
        Ok(())
    }

    /// When each list at hand is due to be replaced, for the one who fetches them and for the doctor.
    #[must_use]
    pub fn next_updates(&self) -> Vec<(DistinguishedName, Timestamp)> {
        let lists = self.lists.read().unwrap_or_else(PoisonError::into_inner);
        let all = lists.values().flatten();
        all.map(|held| (held.list.issuer().clone(), held.list.next_update())).collect()
    }

    fn held_for(&self, certificate: &Certificate, issuer: &Certificate) -> Option<Arc<Held>> {
        let lists = self.lists.read().unwrap_or_else(PoisonError::into_inner);
        let of_issuer = lists.get(certificate.issuer())?;
        let fits =
            |held: &&Arc<Held>| *held.issuer_spki == *issuer.spki() && speaks_about(&held.list, certificate);
        of_issuer.iter().filter(fits).max_by_key(|held| held.list.this_update()).cloned()
    }
}

/// Whether a list's scope takes in the certificate.
fn speaks_about(list: &RevocationList, certificate: &Certificate) -> bool {
    let scope = list.scope();
    let kind_fits = match certificate.authority() {
        Some(_) => !scope.only_holders,
        None => !scope.only_authorities,
    };
    let named = |address: &String| certificate.revocation_list_addresses().contains(address);
    kind_fits && (scope.addresses.is_empty() || scope.addresses.iter().any(named))
}

fn signer_of<'a>(list: &RevocationList, trust: &'a TrustStore) -> Result<&'a Certificate, ListRefusal> {
    let issuer = || list.issuer().to_string();
    let mut refusal = ListRefusal::IssuerUnknown { issuer: issuer() };
    for authority in trust.authorities_named(list.issuer()) {
        if !authority.key_usage().is_some_and(|usage| usage.revocation_list_sign) {
            refusal = ListRefusal::NotAllowed { issuer: issuer() };
            continue;
        }
        match list.verify_signed_by(authority) {
            Ok(()) => return Ok(authority),
            Err(error) => refusal = ListRefusal::Signature { issuer: issuer(), error },
        }
    }
    Err(refusal)
}

impl RevocationSource for CrlStore {
    fn version(&self) -> u64 {
        self.version.load(Ordering::Acquire)
    }

    fn status(
        &self,
        certificate: &Certificate,
        issuer: &Certificate,
        moment: Timestamp,
        grace: SignedDuration,
    ) -> Status {
        let Some(held) = self.held_for(certificate, issuer) else {
            let reason = format!("no revocation list of {} is at hand", certificate.issuer());
            return Status::Unknown { reason };
        };
        let list = &held.list;
        let source = format!("revocation list of {} of {}", list.issuer(), list.this_update());
        if let Some(revocation) = list.find(certificate.serial())
            && revocation.since <= moment
        {
            return Status::Revoked { since: revocation.since, reason: revocation.reason, source };
        }
        let fresh_until = list.next_update().checked_add(grace).unwrap_or(Timestamp::MAX);
        if moment > fresh_until {
            return Status::Unknown { reason: format!("{source} expired on {}", list.next_update()) };
        }
        // A list made after a certificate's end may have dropped it, so it says nothing about an earlier moment.
        if list.this_update() > certificate.not_after() {
            return Status::Unknown { reason: format!("{source} was made after the certificate's end") };
        }
        Status::Good { source, fresh_until }
    }
}

/// A source that knows nothing: every certificate's state is unknown. For contours where the policy accepts that, with its reason.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoRevocationSource;

impl RevocationSource for NoRevocationSource {
    fn version(&self) -> u64 {
        0
    }

    fn status(&self, _: &Certificate, _: &Certificate, _: Timestamp, _: SignedDuration) -> Status {
        Status::Unknown { reason: "no source of revocation is set up".into() }
    }
}
