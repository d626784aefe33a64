//! The authorities the platform trusts.

use std::collections::HashMap;
use std::sync::Arc;

use crate::certificate::Certificate;
use crate::name::DistinguishedName;

/// Why a certificate is not taken into the store.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TrustError {
    /// Only authorities are trusted.
    #[error(
        "{0} is not an authority's certificate (basicConstraints CA and keyCertSign); trust the authority that issued it instead"
    )]
    NotAuthority(String),
    /// An anchor whose key could verify nothing.
    #[error("the key of {subject} cannot be used: {reason}")]
    Key {
        /// The authority.
        subject: String,
        /// Why.
        reason: String,
    },
}

/// Certificates of authorities: anchors, which are trusted by themselves, and others that may stand between.
#[derive(Clone, Debug, Default)]
pub struct TrustStore {
    by_name: HashMap<DistinguishedName, Vec<(Arc<Certificate>, bool)>>,
}

impl TrustStore {
    /// A store that trusts nobody.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Trusts an authority.
    ///
    /// # Errors
    /// A certificate that is not an authority's, or whose key this build cannot use.
    pub fn add_anchor(&mut self, certificate: Arc<Certificate>) -> Result<(), TrustError> {
        self.add(certificate, true)
    }

    /// Adds an authority that is trusted only where a chain to an anchor goes through it.
    ///
    /// # Errors
    /// As [`Self::add_anchor`].
    pub fn add_intermediate(&mut self, certificate: Arc<Certificate>) -> Result<(), TrustError> {
        self.add(certificate, false)
    }

    fn add(&mut self, certificate: Arc<Certificate>, anchor: bool) -> Result<(), TrustError> {
        let signs = certificate.key_usage().is_some_and(|usage| usage.certificate_sign);
        if certificate.authority().is_none() || !signs {
            return Err(TrustError::NotAuthority(certificate.subject().to_string()));
        }
        if let Err(error) = certificate.verifying_key() {
            let (subject, reason) = (certificate.subject().to_string(), error.to_string());
            return Err(TrustError::Key { subject, reason });
        }
        let named = self.by_name.entry(certificate.subject().clone()).or_default();
        match named.iter_mut().find(|(known, _)| *known == certificate) {
            Some((_, was_anchor)) => *was_anchor |= anchor,
            None => named.push((certificate, anchor)),
        }
        Ok(())
    }

    /// Every authority of the store, and whether it is an anchor.
    pub fn authorities(&self) -> impl Iterator<Item = (&Arc<Certificate>, bool)> {
        self.by_name.values().flatten().map(|(certificate, anchor)| (certificate, *anchor))
    }

    /// The authorities of a name.
    pub fn authorities_named(&self, name: &DistinguishedName) -> impl Iterator<Item = &Arc<Certificate>> {
        self.named(name).map(|(certificate, _)| certificate)
    }

    pub(super) fn named(&self, name: &DistinguishedName) -> impl Iterator<Item = (&Arc<Certificate>, bool)> {
        self.by_name.get(name).into_iter().flatten().map(|(certificate, anchor)| (certificate, *anchor))
    }
}
