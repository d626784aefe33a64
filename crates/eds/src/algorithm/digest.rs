//! Digests, streamed: bytes are fed as they come, nothing is gathered.

use aws_lc_rs::digest as library;
use der::asn1::ObjectIdentifier;

use super::{AlgorithmError, DigestAlgorithm, Support, TABLE, gost, shortened};

impl DigestAlgorithm {
    /// The identifier for `ds:DigestMethod` (gateway-wire 8.1).
    #[must_use]
    pub fn xml(self) -> &'static str {
        match self {
            Self::Sha256 => "http://www.w3.org/2001/04/xmlenc#sha256",
            Self::Gost34311 => "http://www.w3.org/2001/04/xmldsig-more#gost34311",
            Self::GostR3411With256 => "urn:ietf:params:xml:ns:pkigovkz:xmlsec:algorithms:gostr34112015-256",
            Self::GostR3411With512 => "urn:ietf:params:xml:ns:pkigovkz:xmlsec:algorithms:gostr34112015-512",
            Self::Sha1 => "http://www.w3.org/2001/04/xmldsig-more#sha1",
        }
    }

    /// The name for people.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sha256 => "SHA-256",
            Self::Gost34311 => "GOST 34.311-95",
            Self::GostR3411With256 => "GOST R 34.11-2015, 256 bit",
            Self::GostR3411With512 => "GOST R 34.11-2015, 512 bit",
            Self::Sha1 => "SHA-1",
        }
    }

    /// The object identifier in CMS.
    #[must_use]
    pub fn oid(self) -> ObjectIdentifier {
        match self {
            Self::Sha256 => ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1"),
            Self::Gost34311 => ObjectIdentifier::new_unwrap("1.2.398.3.10.1.3.1"),
            Self::GostR3411With256 => ObjectIdentifier::new_unwrap("1.2.398.3.10.1.3.2"),
            Self::GostR3411With512 => ObjectIdentifier::new_unwrap("1.2.398.3.10.1.3.3"),
            Self::Sha1 => ObjectIdentifier::new_unwrap("1.3.14.3.2.26"),
        }
    }

    const ALL: [Self; 5] =
        [Self::Sha256, Self::Gost34311, Self::GostR3411With256, Self::GostR3411With512, Self::Sha1];

    /// Finds the digest of a `ds:DigestMethod`.
    ///
    /// # Errors
    /// An identifier outside the table, or one this build does not compute.
    pub fn from_xml(identifier: &str) -> Result<Self, AlgorithmError> {
        // The W3C's own name of SHA-1 differs from the one the field uses; both are refused by name.
        let identifier = match identifier {
            "http://www.w3.org/2000/09/xmldsig#sha1" => Self::Sha1.xml(),
            other => other,
        };
        let found = Self::ALL.into_iter().find(|digest| digest.xml() == identifier);
        found.ok_or_else(|| AlgorithmError::Unknown(shortened(identifier)))?.usable()
    }

    /// Finds the digest of a CMS `DigestAlgorithmIdentifier`.
    ///
    /// # Errors
    /// As [`Self::from_xml`].
    pub fn from_oid(oid: ObjectIdentifier) -> Result<Self, AlgorithmError> {
        let found = Self::ALL.into_iter().find(|digest| digest.oid() == oid);
        found.ok_or_else(|| AlgorithmError::Unknown(oid.to_string()))?.usable()
    }

    fn usable(self) -> Result<Self, AlgorithmError> {
        let row = TABLE.iter().find(|row| row.digest == self);
        match row.map(|row| row.support) {
            Some(Support::Here) => Ok(self),
            Some(Support::Not(reason)) => Err(AlgorithmError::NotSupported { name: self.name(), reason }),
            None => Err(AlgorithmError::Unknown(self.name().to_owned())),
        }
    }
}

/// A finished digest.
#[derive(Clone, Copy)]
pub struct Digest(library::Digest);

impl AsRef<[u8]> for Digest {
    fn as_ref(&self) -> &[u8] {
        self.0.as_ref()
    }
}

impl std::fmt::Debug for Digest {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        crate::text::write_hex(formatter, self.as_ref())
    }
}

/// A digest in the making.
pub struct Digester(library::Context);

impl Digester {
    /// Starts a digest.
    ///
    /// # Errors
    /// An algorithm this build does not compute.
    pub fn new(algorithm: DigestAlgorithm) -> Result<Self, AlgorithmError> {
        match algorithm.usable()? {
            DigestAlgorithm::Sha256 => Ok(Self(library::Context::new(&library::SHA256))),
            other => Err(gost::digest(other)),
        }
    }

    /// Feeds bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// Ends the digest.
    #[must_use]
    pub fn finish(self) -> Digest {
        Digest(self.0.finish())
    }

    /// The digest of bytes that are all at hand.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn of(algorithm: DigestAlgorithm, bytes: &[u8]) -> Result<Digest, AlgorithmError> {
        let mut digester = Self::new(algorithm)?;
        digester.update(bytes);
        Ok(digester.finish())
    }
}

/// Canonical XML goes straight into a digest; for the many small pieces of it put [`xml::canonical::Blocks`] between.
impl xml::canonical::Sink for Digester {
    fn write(&mut self, bytes: &[u8]) {
        self.update(bytes);
    }
}

/// SHA-256 of bytes, for fingerprints and cache keys.
pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    out.copy_from_slice(library::digest(&library::SHA256, bytes).as_ref());
    out
}
