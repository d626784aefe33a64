//! The closed list of signature and digest algorithms, by every name they have: XML-DSig identifiers, object identifiers of X.509
//! and CMS (gateway-wire 8.1).
//!
//! This is the one place where an algorithm is admitted. An identifier that is not in [`TABLE`] is refused; one that is in the
//! table but cannot be computed in this build is refused with its name, so that the reader knows what was asked. To add an algorithm:
//! a row in the table, and a family module beside `rsa`, `ecdsa` and `gost` that parses its keys. Nothing outside this folder branches
//! on an algorithm, but for the two layouts of a signature value.

mod digest;
mod ecdsa;
mod gost;
mod rsa;

use std::sync::Arc;

use der::asn1::ObjectIdentifier;
use der::{Decode, Encode};
use x509_cert::spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};

pub(crate) use digest::sha256;
pub use digest::{Digest, Digester};
pub(crate) use ecdsa::der_from_raw;

/// A signature algorithm of the list. The hash is part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SignatureAlgorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    RsaSha256,
    /// ECDSA on P-256 with SHA-256.
    EcdsaP256Sha256,
    /// GOST 34.310-2004 with GOST 34.311-95, the older national algorithm.
    Gost34310,
    /// GOST R 34.10-2015, 256 bit.
    GostR3410With256,
    /// GOST R 34.10-2015, 512 bit, the current national algorithm.
    GostR3410With512,
    /// RSA with SHA-1: known so that it can be refused by name.
    RsaSha1,
}

/// A digest algorithm of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DigestAlgorithm {
    /// SHA-256.
    Sha256,
    /// GOST 34.311-95.
    Gost34311,
    /// GOST R 34.11-2015, 256 bit.
    GostR3411With256,
    /// GOST R 34.11-2015, 512 bit.
    GostR3411With512,
    /// SHA-1: known so that it can be refused by name.
    Sha1,
}

/// How the bytes of a signature value are laid out. RSA has one layout; ECDSA has two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignatureForm {
    /// XML-DSig: for ECDSA `r ‖ s`, each as wide as the curve's order.
    Xml,
    /// X.509, CRL, OCSP, CMS: for ECDSA a DER sequence of two integers.
    Der,
}

/// Whether this build computes an algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Support {
    /// Signs and verifies.
    Here,
    /// Known by name; the reason why it is not computed.
    Not(&'static str),
}

/// One row of the table of algorithms.
#[derive(Debug)]
pub struct Row {
    /// The algorithm.
    pub algorithm: SignatureAlgorithm,
    /// Its name for people.
    pub name: &'static str,
    /// Its digest.
    pub digest: DigestAlgorithm,
    /// The identifier written in `ds:SignatureMethod`, first; further ones that are also understood.
    pub xml: &'static [&'static str],
    /// Object identifier of the signature in certificates and revocation lists.
    pub signature_oid: ObjectIdentifier,
    /// Object identifier of the public key.
    pub key_oid: ObjectIdentifier,
    /// Whether this build computes it.
    pub support: Support,
}

const GOST_LATER: &str = "the national GOST algorithms are not supported in this build";
const SHA1_BROKEN: &str = "SHA-1 can be forged and is not accepted";

/// The table (gateway-wire 8.1; RFC 4051 and RFC 9231 for the identifiers of RSA and ECDSA).
pub static TABLE: [Row; 6] = [
    Row {
        algorithm: SignatureAlgorithm::RsaSha256,
        name: "RSA with SHA-256",
        digest: DigestAlgorithm::Sha256,
        xml: &["http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"],
        signature_oid: ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.11"),
        key_oid: rsa::KEY_OID,
        support: Support::Here,
    },
    Row {
        algorithm: SignatureAlgorithm::EcdsaP256Sha256,
        name: "ECDSA P-256 with SHA-256",
        digest: DigestAlgorithm::Sha256,
        xml: &["http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"],
        signature_oid: ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2"),
        key_oid: ecdsa::KEY_OID,
        support: Support::Here,
    },
    Row {
        algorithm: SignatureAlgorithm::Gost34310,
        name: "GOST 34.310-2004 with GOST 34.311-95",
        digest: DigestAlgorithm::Gost34311,
        xml: &["http://www.w3.org/2001/04/xmldsig-more#gost34310-gost34311"],
        signature_oid: ObjectIdentifier::new_unwrap("1.2.398.3.10.1.1.1.2"),
        key_oid: ObjectIdentifier::new_unwrap("1.2.398.3.10.1.1.1.1"),
        support: Support::Not(GOST_LATER),
    },
    Row {
        algorithm: SignatureAlgorithm::GostR3410With256,
        name: "GOST R 34.10-2015, 256 bit",
        digest: DigestAlgorithm::GostR3411With256,
        xml: &["urn:ietf:params:xml:ns:pkigovkz:xmlsec:algorithms:gostr34102015-gostr34112015-256"],
        signature_oid: ObjectIdentifier::new_unwrap("1.2.398.3.10.1.1.2.3.1"),
        key_oid: ObjectIdentifier::new_unwrap("1.2.398.3.10.1.1.2.1"),
        support: Support::Not(GOST_LATER),
    },
    Row {
        algorithm: SignatureAlgorithm::GostR3410With512,
        name: "GOST R 34.10-2015, 512 bit",
        digest: DigestAlgorithm::GostR3411With512,
        xml: &["urn:ietf:params:xml:ns:pkigovkz:xmlsec:algorithms:gostr34102015-gostr34112015-512"],
        signature_oid: ObjectIdentifier::new_unwrap("1.2.398.3.10.1.1.2.3.2"),
        key_oid: ObjectIdentifier::new_unwrap("1.2.398.3.10.1.1.2.2"),
        support: Support::Not(GOST_LATER),
    },
    Row {
        algorithm: SignatureAlgorithm::RsaSha1,
        name: "RSA with SHA-1",
        digest: DigestAlgorithm::Sha1,
        xml: &[
            "http://www.w3.org/2001/04/xmldsig-more#rsa-sha1",
            "http://www.w3.org/2000/09/xmldsig#rsa-sha1",
        ],
        signature_oid: ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.5"),
        key_oid: rsa::KEY_OID,
        support: Support::Not(SHA1_BROKEN),
    },
];

/// Why an algorithm or a key is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AlgorithmError {
    /// The identifier is not in the table.
    #[error("algorithm {0:?} is not in the list of accepted algorithms")]
    Unknown(String),
    /// The identifier is in the table, but is not computed here.
    #[error("{name} is recognised but refused: {reason}")]
    NotSupported {
        /// Name of the algorithm.
        name: &'static str,
        /// Why.
        reason: &'static str,
    },
    /// The algorithm's parameters are not the ones the table means.
    #[error("parameters of {0} are not the expected ones")]
    Parameters(&'static str),
    /// A public or private key cannot be used.
    #[error("key is not usable: {0}")]
    Key(String),
    /// The cryptographic library refused to sign.
    #[error("the cryptographic library could not compute {0}")]
    Computation(&'static str),
}

/// The signature does not verify: the data, the signature or the key differ from what was signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the signature value does not match the signed data under this key")]
pub struct BadSignature;

impl SignatureAlgorithm {
    /// The row of the table.
    #[must_use]
    pub fn row(self) -> &'static Row {
        &TABLE[self as usize]
    }

    /// The identifier for `ds:SignatureMethod`.
    #[must_use]
    pub fn xml(self) -> &'static str {
        self.row().xml[0]
    }

    /// The digest that goes with the algorithm.
    #[must_use]
    pub fn digest(self) -> DigestAlgorithm {
        self.row().digest
    }

    /// Finds the algorithm of a `ds:SignatureMethod`.
    ///
    /// # Errors
    /// An identifier outside the table, or one this build does not compute.
    pub fn from_xml(identifier: &str) -> Result<Self, AlgorithmError> {
        let row = TABLE.iter().find(|row| row.xml.contains(&identifier));
        row.ok_or_else(|| AlgorithmError::Unknown(shortened(identifier)))?.usable()
    }

    /// Finds the algorithm of a certificate's, revocation list's or CMS signer's signature.
    ///
    /// # Errors
    /// An identifier outside the table, one this build does not compute, or unexpected parameters.
    pub fn from_identifier(identifier: &AlgorithmIdentifierOwned) -> Result<Self, AlgorithmError> {
        let row = TABLE.iter().find(|row| row.signature_oid == identifier.oid);
        let algorithm = row.ok_or_else(|| AlgorithmError::Unknown(identifier.oid.to_string()))?.usable()?;
        let parameters_fit = match (algorithm, &identifier.parameters) {
            // RFC 4055 wants NULL for RSA; absent is tolerated because some issuers leave it out.
            (Self::RsaSha256, parameters) => parameters.as_ref().is_none_or(der::asn1::Any::is_null),
            (_, parameters) => parameters.is_none(),
        };
        parameters_fit.then_some(algorithm).ok_or(AlgorithmError::Parameters(algorithm.row().name))
    }

    /// The identifier for certificates, revocation lists and CMS.
    #[must_use]
    pub fn identifier(self) -> AlgorithmIdentifierOwned {
        let parameters = (self == Self::RsaSha256).then(|| der::asn1::Any::from(der::asn1::Null));
        AlgorithmIdentifierOwned { oid: self.row().signature_oid, parameters }
    }
}

impl Row {
    fn usable(&self) -> Result<SignatureAlgorithm, AlgorithmError> {
        match self.support {
            Support::Here => Ok(self.algorithm),
            Support::Not(reason) => Err(AlgorithmError::NotSupported { name: self.name, reason }),
        }
    }
}

/// A public key, parsed and checked once; verifying with it does no parsing of the key again.
#[derive(Clone, Debug)]
pub struct VerifyingKey {
    algorithm: SignatureAlgorithm,
    key: Arc<dyn Verify>,
}

/// What a family of algorithms gives for its public keys.
pub(crate) trait Verify: std::fmt::Debug + Send + Sync {
    fn verify(&self, message: &[u8], signature: &[u8], form: SignatureForm) -> Result<(), BadSignature>;
}

impl VerifyingKey {
    /// Parses a DER `SubjectPublicKeyInfo`.
    ///
    /// # Errors
    /// A key of an algorithm outside the table or not computed here, unexpected parameters, a key too short or not well formed.
    pub fn from_spki(spki: &[u8]) -> Result<Self, AlgorithmError> {
        let info = SubjectPublicKeyInfoOwned::from_der(spki)
            .map_err(|error| AlgorithmError::Key(error.to_string()))?;
        let row = TABLE.iter().find(|row| row.key_oid == info.algorithm.oid);
        let row = row.ok_or_else(|| AlgorithmError::Unknown(info.algorithm.oid.to_string()))?;
        let algorithm = row.usable()?;
        let key: Arc<dyn Verify> = match algorithm {
            SignatureAlgorithm::RsaSha256 | SignatureAlgorithm::RsaSha1 => {
                Arc::new(rsa::PublicKey::parse(&info)?)
            }
            SignatureAlgorithm::EcdsaP256Sha256 => Arc::new(ecdsa::PublicKey::parse(&info)?),
            SignatureAlgorithm::Gost34310
            | SignatureAlgorithm::GostR3410With256
            | SignatureAlgorithm::GostR3410With512 => return Err(gost::public_key(row)),
        };
        Ok(Self { algorithm, key })
    }

    /// The algorithm the key serves.
    #[must_use]
    pub fn algorithm(&self) -> SignatureAlgorithm {
        self.algorithm
    }

    /// Verifies `signature` over `message`.
    ///
    /// # Errors
    /// [`BadSignature`] for any mismatch, a malformed signature value included.
    pub fn verify(&self, message: &[u8], signature: &[u8], form: SignatureForm) -> Result<(), BadSignature> {
        self.key.verify(message, signature, form)
    }
}

/// What a family of algorithms gives for its private keys.
pub(crate) trait Sign: Send + Sync {
    /// The signature in the XML form.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, AlgorithmError>;
    /// DER `SubjectPublicKeyInfo` of the public half.
    fn spki(&self) -> Result<Vec<u8>, AlgorithmError>;
    /// DER PKCS#8 of the private key.
    fn pkcs8(&self) -> Result<zeroize::Zeroizing<Vec<u8>>, AlgorithmError>;
}

/// Parses a PKCS#8 private key and tells its algorithm.
pub(crate) fn private_key(pkcs8: &[u8]) -> Result<(SignatureAlgorithm, Box<dyn Sign>), AlgorithmError> {
    let identifier = pkcs8_algorithm(pkcs8).map_err(|error| AlgorithmError::Key(error.to_string()))?;
    let row = TABLE.iter().find(|row| row.key_oid == identifier.oid);
    let row = row.ok_or_else(|| AlgorithmError::Unknown(identifier.oid.to_string()))?;
    let algorithm = row.usable()?;
    let key: Box<dyn Sign> = match algorithm {
        SignatureAlgorithm::RsaSha256 | SignatureAlgorithm::RsaSha1 => {
            Box::new(rsa::PrivateKey::parse(pkcs8)?)
        }
        SignatureAlgorithm::EcdsaP256Sha256 => Box::new(ecdsa::PrivateKey::parse(pkcs8)?),
        SignatureAlgorithm::Gost34310
        | SignatureAlgorithm::GostR3410With256
        | SignatureAlgorithm::GostR3410With512 => return Err(gost::private_key(row)),
    };
    Ok((algorithm, key))
}

/// Makes a new private key; `Err` for an algorithm that is not computed here.
pub(crate) fn generate(algorithm: SignatureAlgorithm) -> Result<Box<dyn Sign>, AlgorithmError> {
    match algorithm.row().usable()? {
        SignatureAlgorithm::RsaSha256 | SignatureAlgorithm::RsaSha1 => {
            Ok(Box::new(rsa::PrivateKey::generate()?))
        }
        SignatureAlgorithm::EcdsaP256Sha256 => Ok(Box::new(ecdsa::PrivateKey::generate()?)),
        SignatureAlgorithm::Gost34310
        | SignatureAlgorithm::GostR3410With256
        | SignatureAlgorithm::GostR3410With512 => Err(gost::private_key(algorithm.row())),
    }
}

fn pkcs8_algorithm(pkcs8: &[u8]) -> der::Result<AlgorithmIdentifierOwned> {
    use der::Reader;
    let mut reader = der::SliceReader::new(pkcs8)?;
    reader.sequence(|inner| {
        inner.decode::<u8>()?;
        let identifier = AlgorithmIdentifierOwned::decode(inner)?;
        inner.drain(inner.remaining_len())?;
        Ok::<_, der::Error>(identifier)
    })
}

/// DER of a `SubjectPublicKeyInfo` from its parts.
fn spki_der(
    oid: ObjectIdentifier,
    parameters: Option<der::asn1::Any>,
    key: &[u8],
) -> Result<Vec<u8>, AlgorithmError> {
    let encode = || {
        SubjectPublicKeyInfoOwned {
            algorithm: AlgorithmIdentifierOwned { oid, parameters },
            subject_public_key: der::asn1::BitString::from_bytes(key)?,
        }
        .to_der()
    };
    encode().map_err(|error| AlgorithmError::Key(error.to_string()))
}

/// Foreign text quoted in an error, at a bounded length.
fn shortened(text: &str) -> String {
    text.chars().take(120).collect()
}

#[cfg(test)]
mod tests;
