//! An X.509 certificate, read once into the facts the platform decides by.
//!
//! Reading a certificate says nothing about trust: that is [`crate::path`]. What cannot be read strictly is refused as a whole: DER
//! only, no repeated extensions, inner and outer signature algorithm alike, a bounded size.

mod facts;

use std::fmt;
use std::ops::Range;
use std::sync::OnceLock;

use der::asn1::ObjectIdentifier;
use der::{Decode, Encode, Reader, SliceReader};
use jiff::Timestamp;
use x509_cert::TbsCertificate;
use x509_cert::spki::AlgorithmIdentifierOwned;

pub(crate) use facts::addresses_of;
pub use facts::{Holder, Role, SerialNumber};

use crate::algorithm::{
    AlgorithmError, BadSignature, SignatureAlgorithm, SignatureForm, VerifyingKey, sha256,
};
use crate::name::{DistinguishedName, NameError};

/// Longest DER certificate in bytes. Certificates of the National Certifying Centre are about 1.5 KB.
pub const LONGEST_CERTIFICATE: usize = 32 * 1024;
/// Most extensions of a certificate.
const MOST_EXTENSIONS: usize = 64;
/// Most certificates in one PEM bundle.
const MOST_IN_BUNDLE: usize = 256;

/// Why a certificate cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// Longer than [`LONGEST_CERTIFICATE`].
    #[error("certificate of {0} bytes is longer than {LONGEST_CERTIFICATE}")]
    TooLong(usize),
    /// Not a DER certificate.
    #[error("not a DER X.509 certificate: {0}")]
    Encoding(String),
    /// Not a PEM text with certificates.
    #[error("not a PEM text with certificates: {0}; expected -----BEGIN CERTIFICATE-----")]
    Pem(String),
    /// The subject or the issuer.
    #[error(transparent)]
    Name(#[from] NameError),
    /// An extension that must not stand twice does.
    #[error("certificate repeats extension {0}")]
    RepeatedExtension(ObjectIdentifier),
    /// More extensions than accepted.
    #[error("certificate has more than {MOST_EXTENSIONS} extensions")]
    TooManyExtensions,
    /// The two places that name the signature algorithm differ.
    #[error("certificate names two different signature algorithms")]
    AlgorithmsDiffer,
}

impl From<der::Error> for CertificateError {
    fn from(error: der::Error) -> Self {
        Self::Encoding(error.to_string())
    }
}

/// Basic constraints of an authority.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Authority {
    /// Most further authorities that may stand between this one and the holder's certificate.
    pub path_length: Option<u8>,
}

/// The bits of the key usage extension.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "these are the bits of the extension")]
pub struct KeyUsage {
    /// `digitalSignature`.
    pub digital_signature: bool,
    /// `nonRepudiation`, also called contentCommitment.
    pub non_repudiation: bool,
    /// `keyEncipherment`.
    pub key_encipherment: bool,
    /// `keyCertSign`.
    pub certificate_sign: bool,
    /// `cRLSign`.
    pub revocation_list_sign: bool,
}

/// A certificate with its facts.
pub struct Certificate {
    der: Box<[u8]>,
    signed_part: Range<usize>,
    signature: Box<[u8]>,
    signature_algorithm: AlgorithmIdentifierOwned,
    serial: SerialNumber,
    issuer: DistinguishedName,
    subject: DistinguishedName,
    not_before: Timestamp,
    not_after: Timestamp,
    spki: Box<[u8]>,
    verifying_key: OnceLock<Result<VerifyingKey, AlgorithmError>>,
    extensions: facts::Extensions,
    holder: Holder,
    fingerprint: [u8; 32],
}

impl Certificate {
    /// Reads a DER certificate.
    ///
    /// # Errors
    /// Anything that is not one well-formed certificate of a bounded size.
    pub fn from_der(bytes: &[u8]) -> Result<Self, CertificateError> {
        if bytes.len() > LONGEST_CERTIFICATE {
            return Err(CertificateError::TooLong(bytes.len()));
        }
        let signed = Signed::read(bytes)?;
        let body = TbsCertificate::from_der(&bytes[signed.body.clone()])?;
        if *body.signature() != signed.algorithm {
            return Err(CertificateError::AlgorithmsDiffer);
        }
        let subject = DistinguishedName::from_x509(body.subject())?;
        let extensions = facts::Extensions::read(body.extensions().map_or(&[], Vec::as_slice))?;
        Ok(Self {
            fingerprint: sha256(bytes),
            signed_part: signed.body,
            signature: signed.signature.into(),
            signature_algorithm: signed.algorithm,
            serial: SerialNumber::from_bytes(body.serial_number().as_bytes()),
            issuer: DistinguishedName::from_x509(body.issuer())?,
            not_before: moment(body.validity().not_before)?,
            not_after: moment(body.validity().not_after)?,
            spki: body.subject_public_key_info().to_der()?.into(),
            verifying_key: OnceLock::new(),
            holder: Holder::of(&subject, &extensions),
            subject,
            extensions,
            der: bytes.into(),
        })
    }

    /// Reads the one certificate of a PEM text.
    ///
    /// # Errors
    /// As [`Self::from_der`]; no certificate or more than one.
    pub fn from_pem(pem: &[u8]) -> Result<Self, CertificateError> {
        let mut all = Self::bundle_from_pem(pem)?;
        match (all.pop(), all.is_empty()) {
            (Some(certificate), true) => Ok(certificate),
            (Some(_), false) => Err(CertificateError::Pem("more than one certificate".into())),
            (None, _) => Err(CertificateError::Pem("no certificate".into())),
        }
    }

    /// Reads all certificates of a PEM text, at most 256. Text between the blocks is passed over.
    ///
    /// # Errors
    /// As [`Self::from_der`], for the first block that cannot be read; other kinds of blocks are refused.
    pub fn bundle_from_pem(pem: &[u8]) -> Result<Vec<Self>, CertificateError> {
        let blocks = pem_blocks(pem, "CERTIFICATE", MOST_IN_BUNDLE).map_err(CertificateError::Pem)?;
        blocks.iter().map(|der| Self::from_der(der)).collect()
    }

    /// The certificate as PEM text.
    ///
    /// # Errors
    /// The text cannot be encoded.
    pub fn to_pem(&self) -> Result<String, CertificateError> {
        der::pem::encode_string("CERTIFICATE", der::pem::LineEnding::LF, &self.der)
            .map_err(|error| CertificateError::Pem(error.to_string()))
    }

    /// The DER encoding, byte for byte as read.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// SHA-256 of the encoding.
    #[must_use]
    pub fn fingerprint(&self) -> [u8; 32] {
        self.fingerprint
    }

    /// The serial number.
    #[must_use]
    pub fn serial(&self) -> &SerialNumber {
        &self.serial
    }

    /// Whose certificate it is.
    #[must_use]
    pub fn subject(&self) -> &DistinguishedName {
        &self.subject
    }

    /// Who issued it.
    #[must_use]
    pub fn issuer(&self) -> &DistinguishedName {
        &self.issuer
    }

    /// First moment of validity.
    #[must_use]
    pub fn not_before(&self) -> Timestamp {
        self.not_before
    }

    /// Last moment of validity.
    #[must_use]
    pub fn not_after(&self) -> Timestamp {
        self.not_after
    }

    /// DER `SubjectPublicKeyInfo`.
    #[must_use]
    pub fn spki(&self) -> &[u8] {
        &self.spki
    }

    /// The public key, parsed at the first call.
    ///
    /// # Errors
    /// A key of an algorithm that is not accepted or not computed here.
    pub fn verifying_key(&self) -> Result<&VerifyingKey, AlgorithmError> {
        self.verifying_key.get_or_init(|| VerifyingKey::from_spki(&self.spki)).as_ref().map_err(Clone::clone)
    }

    /// Who the holder is: IIN, BIN, name, role (gateway-wire 7, certificate facts).
    #[must_use]
    pub fn holder(&self) -> &Holder {
        &self.holder
    }

    /// Basic constraints, when the certificate is an authority's.
    #[must_use]
    pub fn authority(&self) -> Option<Authority> {
        self.extensions.authority
    }

    /// Key usage, when stated.
    #[must_use]
    pub fn key_usage(&self) -> Option<KeyUsage> {
        self.extensions.key_usage
    }

    /// Extended key usage; empty when not stated.
    #[must_use]
    pub fn extended_key_usage(&self) -> &[ObjectIdentifier] {
        &self.extensions.extended_key_usage
    }

    /// Identifier of the holder's key, when stated.
    #[must_use]
    pub fn subject_key_identifier(&self) -> Option<&[u8]> {
        self.extensions.subject_key_identifier.as_deref()
    }

    /// Identifier of the issuer's key, when stated.
    #[must_use]
    pub fn authority_key_identifier(&self) -> Option<&[u8]> {
        self.extensions.authority_key_identifier.as_deref()
    }

    /// Addresses of the revocation lists named in the certificate.
    #[must_use]
    pub fn revocation_list_addresses(&self) -> &[String] {
        &self.extensions.revocation_list_addresses
    }

    /// Addresses of on-line revocation responders named in the certificate.
    #[must_use]
    pub fn responder_addresses(&self) -> &[String] {
        &self.extensions.responder_addresses
    }

    /// Extensions marked critical that this room does not process.
    #[must_use]
    pub fn unprocessed_critical(&self) -> &[ObjectIdentifier] {
        &self.extensions.unprocessed_critical
    }

    /// Whether subject and issuer are the same name.
    #[must_use]
    pub fn is_self_issued(&self) -> bool {
        self.subject == self.issuer
    }

    /// Whether the signature on this certificate is by `issuer`'s key.
    ///
    /// # Errors
    /// An algorithm that is not accepted, or a signature that does not verify.
    pub fn verify_signed_by(&self, issuer: &Self) -> Result<(), SignedByError> {
        let body = &self.der[self.signed_part.clone()];
        verify_signed_part(body, &self.signature, &self.signature_algorithm, issuer)
    }
}

impl PartialEq for Certificate {
    fn eq(&self, other: &Self) -> bool {
        self.der == other.der
    }
}

impl Eq for Certificate {}

impl fmt::Debug for Certificate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Certificate({}, serial {}, of {})", self.subject, self.serial, self.issuer)
    }
}

/// Why a signed X.509 structure is not by the alleged issuer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignedByError {
    /// The algorithm, or the issuer's key.
    #[error(transparent)]
    Algorithm(#[from] AlgorithmError),
    /// The algorithm is not that of the issuer's key.
    #[error("signed with {signature}, but the issuer's key is for {key}")]
    OtherAlgorithm {
        /// Algorithm of the signature.
        signature: &'static str,
        /// Algorithm of the key.
        key: &'static str,
    },
    /// The signature does not verify.
    #[error(transparent)]
    Bad(#[from] BadSignature),
}

/// Verifies the signature on a certificate or revocation list.
pub(crate) fn verify_signed_part(
    body: &[u8],
    signature: &[u8],
    algorithm: &AlgorithmIdentifierOwned,
    issuer: &Certificate,
) -> Result<(), SignedByError> {
    let algorithm = SignatureAlgorithm::from_identifier(algorithm)?;
    let key = issuer.verifying_key()?;
    if key.algorithm() != algorithm {
        let (signature, key) = (algorithm.row().name, key.algorithm().row().name);
        return Err(SignedByError::OtherAlgorithm { signature, key });
    }
    Ok(key.verify(body, signature, SignatureForm::Der)?)
}

/// The outer structure that certificates and revocation lists share: signed body, algorithm, signature.
pub(crate) struct Signed<'a> {
    pub(crate) body: Range<usize>,
    pub(crate) algorithm: AlgorithmIdentifierOwned,
    pub(crate) signature: &'a [u8],
}

impl<'a> Signed<'a> {
    pub(crate) fn read(bytes: &'a [u8]) -> der::Result<Self> {
        let mut reader = SliceReader::new(bytes)?;
        let signed = reader.sequence(|inner| {
            let start = usize::try_from(inner.position())?;
            let length = inner.tlv_bytes()?.len();
            let algorithm = AlgorithmIdentifierOwned::decode(inner)?;
            let signature = der::asn1::BitStringRef::decode(inner)?;
            let whole = signature.as_bytes().ok_or_else(|| der::ErrorKind::Failed.to_error())?;
            Ok::<_, der::Error>(Self { body: start..start + length, algorithm, signature: whole })
        })?;
        reader.finish()?;
        Ok(signed)
    }
}

/// A moment of X.509 as a timestamp.
pub(crate) fn moment(time: x509_cert::time::Time) -> der::Result<Timestamp> {
    let seconds = i64::try_from(time.to_unix_duration().as_secs());
    seconds
        .ok()
        .and_then(|seconds| Timestamp::from_second(seconds).ok())
        .ok_or_else(|| der::ErrorKind::DateTime.to_error())
}

/// The DER contents of the PEM blocks labelled `label`. Other labels are refused.
pub(crate) fn pem_blocks(pem: &[u8], label: &str, most: usize) -> Result<Vec<Vec<u8>>, String> {
    const BEGIN: &str = "-----BEGIN ";
    const END: &str = "-----END ";
    let text = std::str::from_utf8(pem).map_err(|_| "not text".to_owned())?;
    let mut blocks = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(BEGIN) {
        if blocks.len() == most {
            return Err(format!("more than {most} blocks"));
        }
        let block = &rest[start..];
        let end = block.find(END).ok_or("a block has no end")?;
        let tail = block[end..].find('\n').map_or(block.len(), |line| end + line + 1);
        let (found, der) =
            der::pem::decode_vec(block[..tail].trim_end().as_bytes()).map_err(|error| error.to_string())?;
        if found != label {
            return Err(format!("a block is {found:?}"));
        }
        blocks.push(der);
        rest = &block[tail..];
    }
    Ok(blocks)
}

#[cfg(test)]
mod tests;
