//! Reading of a CMS message whose lengths are definite.

use der::asn1::{GeneralizedTime, ObjectIdentifier, OctetStringRef, UtcTime};
use der::{Decode, Reader, SliceReader, Tag, TagNumber};
use jiff::Timestamp;
use x509_cert::name::Name;
use x509_cert::spki::AlgorithmIdentifierOwned;
use x509_cert::time::Time;

use crate::algorithm::{AlgorithmError, DigestAlgorithm, SignatureAlgorithm};
use crate::certificate::{Certificate, SerialNumber, moment};
use crate::name::DistinguishedName;

pub(super) const SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
pub(super) const DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.1");
pub(super) const CONTENT_TYPE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.3");
pub(super) const MESSAGE_DIGEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4");
pub(super) const SIGNING_TIME: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.5");
pub(super) const SIGNING_CERTIFICATE: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.47");
/// The RSA key's own identifier, which many programs write in place of the signature's (RFC 3370, 3.2).
const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");

/// Why a message cannot be read.
#[derive(Debug, thiserror::Error)]
pub(super) enum ReadError {
    #[error("{0}")]
    Encoding(#[from] der::Error),
    #[error("it is not a signed message")]
    NotSignedData,
    #[error("{0}")]
    Name(#[from] crate::name::NameError),
    #[error("it has {0}, which is not accepted")]
    NotAccepted(&'static str),
    #[error("signed attribute {0} is missing or stands twice")]
    Attribute(&'static str),
}

/// A signed message.
#[derive(Debug)]
pub(super) struct Message<'a> {
    pub(super) content_type: ObjectIdentifier,
    pub(super) content: Option<&'a [u8]>,
    /// DER of each.
    pub(super) certificates: Vec<&'a [u8]>,
    pub(super) signers: Vec<Signer<'a>>,
}

/// How a signer's certificate is named.
#[derive(Debug)]
pub(super) enum Identifier {
    Number(DistinguishedName, SerialNumber),
    Key(Vec<u8>),
}

#[derive(Debug)]
pub(super) struct Signer<'a> {
    pub(super) identifier: Identifier,
    pub(super) digest_algorithm: ObjectIdentifier,
    signature_algorithm: AlgorithmIdentifierOwned,
    pub(super) signature: &'a [u8],
    pub(super) attributes: Attributes<'a>,
    /// The signed attributes as they stand, with their context tag.
    attributes_as_sent: &'a [u8],
}

/// The signed attributes that are looked at.
#[derive(Debug)]
pub(super) struct Attributes<'a> {
    pub(super) content_type: ObjectIdentifier,
    pub(super) message_digest: &'a [u8],
    pub(super) signing_time: Option<Timestamp>,
    /// SHA-256 of the signer's certificate.
    pub(super) signing_certificate: Option<[u8; 32]>,
}

impl<'a> Message<'a> {
    pub(super) fn read(der: &'a [u8]) -> Result<Self, ReadError> {
        let mut reader = SliceReader::new(der)?;
        let message = reader.sequence(|outer| {
            if ObjectIdentifier::decode(outer)? != SIGNED_DATA {
                return Err(ReadError::NotSignedData);
            }
            inside(outer, Tag::ContextSpecific { constructed: true, number: TagNumber(0) }, |explicit| {
                explicit.sequence(Self::signed_data)
            })
        })?;
        reader.finish()?;
        Ok(message)
    }

    fn signed_data(reader: &mut SliceReader<'a>) -> Result<Self, ReadError> {
        reader.decode::<u8>()?;
        inside(reader, Tag::Set, |digests| Ok(digests.drain(digests.remaining_len())?))?;
        let (content_type, content) = reader.sequence(|encapsulated| {
            let content_type = ObjectIdentifier::decode(encapsulated)?;
            if encapsulated.is_finished() {
                return Ok::<_, ReadError>((content_type, None));
            }
            let explicit = Tag::ContextSpecific { constructed: true, number: TagNumber(0) };
            let content =
                inside(encapsulated, explicit, |inner| Ok(<&OctetStringRef>::decode(inner)?.as_bytes()))?;
            Ok((content_type, Some(content)))
        })?;
        let mut certificates = Vec::new();
        if next_is(reader, 0)? {
            inside(reader, Tag::ContextSpecific { constructed: true, number: TagNumber(0) }, |list| {
                while !list.is_finished() {
                    if Tag::peek(list)? != Tag::Sequence {
                        return Err(ReadError::NotAccepted("a certificate of another kind than X.509"));
                    }
                    certificates.push(list.tlv_bytes()?);
                }
                Ok(())
            })?;
        }
        if next_is(reader, 1)? {
            // Revocation lists: the platform judges by its own.
            reader.tlv_bytes()?;
        }
        let signers = inside(reader, Tag::Set, |list| {
            let mut signers = Vec::new();
            while !list.is_finished() {
                signers.push(list.sequence(Signer::read)?);
            }
            Ok(signers)
        })?;
        Ok(Self { content_type, content, certificates, signers })
    }
}

impl<'a> Signer<'a> {
    fn read(reader: &mut SliceReader<'a>) -> Result<Self, ReadError> {
        reader.decode::<u8>()?;
        let identifier = if Tag::peek(reader)? == Tag::Sequence {
            reader.sequence(|pair| {
                let issuer = DistinguishedName::from_x509(&Name::decode(pair)?)?;
                let serial = der::asn1::IntRef::decode(pair)?;
                Ok::<_, ReadError>(Identifier::Number(issuer, SerialNumber::from_bytes(serial.as_bytes())))
            })?
        } else {
            let tag = Tag::ContextSpecific { constructed: false, number: TagNumber(0) };
            Identifier::Key(inside(reader, tag, |key| Ok(key.read_vec(key.remaining_len())?))?)
        };
        let digest_algorithm = AlgorithmIdentifierOwned::decode(reader)?.oid;
        if !next_is(reader, 0)? {
            return Err(ReadError::NotAccepted("a signature without signed attributes"));
        }
        let attributes_as_sent = reader.tlv_bytes()?;
        let signature_algorithm = AlgorithmIdentifierOwned::decode(reader)?;
        let signature = <&OctetStringRef>::decode(reader)?.as_bytes();
        // Unsigned attributes say nothing that is signed.
        reader.drain(reader.remaining_len())?;
        let attributes = Attributes::read(attributes_as_sent)?;
        Ok(Self {
            identifier,
            digest_algorithm,
            signature_algorithm,
            signature,
            attributes,
            attributes_as_sent,
        })
    }

    pub(super) fn names(&self, certificate: &Certificate) -> bool {
        match &self.identifier {
            Identifier::Number(issuer, serial) => {
                (issuer, serial) == (certificate.issuer(), certificate.serial())
            }
            Identifier::Key(key) => certificate.subject_key_identifier() == Some(key),
        }
    }

    pub(super) fn algorithm(&self) -> Result<SignatureAlgorithm, AlgorithmError> {
        if self.signature_algorithm.oid == RSA && self.digest_algorithm == DigestAlgorithm::Sha256.oid() {
            return Ok(SignatureAlgorithm::RsaSha256);
        }
        SignatureAlgorithm::from_identifier(&self.signature_algorithm)
    }

    /// What the signature is over: the attributes under the tag of a set (RFC 5652, 5.4).
    pub(super) fn signed_bytes(&self) -> Vec<u8> {
        let mut bytes = self.attributes_as_sent.to_vec();
        if let Some(tag) = bytes.first_mut() {
            *tag = 0x31;
        }
        bytes
    }
}

impl<'a> Attributes<'a> {
    fn read(as_sent: &'a [u8]) -> Result<Self, ReadError> {
        let (mut content_type, mut digest, mut time, mut certificate) = (None, None, None, None);
        let mut reader = SliceReader::new(as_sent)?;
        inside(&mut reader, Tag::ContextSpecific { constructed: true, number: TagNumber(0) }, |list| {
            while !list.is_finished() {
                let (kind, value) = list.sequence(attribute)?;
                let again = match kind {
                    CONTENT_TYPE => content_type.replace(ObjectIdentifier::from_der(value)?).is_some(),
                    MESSAGE_DIGEST => {
                        digest.replace(<&OctetStringRef>::from_der(value)?.as_bytes()).is_some()
                    }
                    SIGNING_TIME => time.replace(signing_time(value)?).is_some(),
                    SIGNING_CERTIFICATE => certificate.replace(certificate_hash(value)?).is_some(),
                    _ => false,
                };
                if again {
                    return Err(ReadError::NotAccepted("a signed attribute twice"));
                }
            }
            Ok(())
        })?;
        reader.finish()?;
        Ok(Self {
            content_type: content_type.ok_or(ReadError::Attribute("contentType"))?,
            message_digest: digest.ok_or(ReadError::Attribute("messageDigest"))?,
            signing_time: time,
            signing_certificate: certificate,
        })
    }
}

/// An attribute's kind and its one value. Attributes with several values are of no kind that is looked at.
fn attribute<'a>(reader: &mut SliceReader<'a>) -> Result<(ObjectIdentifier, &'a [u8]), ReadError> {
    let kind = ObjectIdentifier::decode(reader)?;
    let value = inside(reader, Tag::Set, |values| {
        let value = values.tlv_bytes()?;
        if !values.is_finished() {
            return Err(ReadError::NotAccepted("a signed attribute with several values"));
        }
        Ok(value)
    })?;
    Ok((kind, value))
}

fn signing_time(value: &[u8]) -> der::Result<Timestamp> {
    let time = UtcTime::from_der(value).map(Time::UtcTime);
    moment(time.or_else(|_| GeneralizedTime::from_der(value).map(Time::GeneralTime))?)
}

/// The certificate hash of `SigningCertificateV2` (RFC 5035); only SHA-256, which is the default there.
fn certificate_hash(value: &[u8]) -> Result<[u8; 32], ReadError> {
    let mut reader = SliceReader::new(value)?;
    let hash = reader.sequence(|whole| {
        let hash = whole.sequence(|list| {
            let first = list.sequence(|identifier| {
                if Tag::peek(identifier)? == Tag::Sequence
                    && AlgorithmIdentifierOwned::decode(identifier)?.oid != DigestAlgorithm::Sha256.oid()
                {
                    return Err(ReadError::NotAccepted(
                        "a certificate reference by another hash than SHA-256",
                    ));
                }
                let hash = <&OctetStringRef>::decode(identifier)?.as_bytes();
                identifier.drain(identifier.remaining_len())?;
                <[u8; 32]>::try_from(hash)
                    .map_err(|_| ReadError::NotAccepted("a certificate hash of another length"))
            })?;
            // Further references are to the chain, which is built anew.
            list.drain(list.remaining_len())?;
            Ok::<_, ReadError>(first)
        })?;
        whole.drain(whole.remaining_len())?;
        Ok::<_, ReadError>(hash)
    })?;
    reader.finish()?;
    Ok(hash)
}

fn next_is(reader: &SliceReader<'_>, number: u32) -> der::Result<bool> {
    let tag = Tag::ContextSpecific { constructed: true, number: TagNumber(number) };
    Ok(!reader.is_finished() && Tag::peek(reader)? == tag)
}

/// Reads the content of a value that must have this tag.
fn inside<'a, T>(
    reader: &mut SliceReader<'a>,
    tag: Tag,
    read: impl FnOnce(&mut SliceReader<'a>) -> Result<T, ReadError>,
) -> Result<T, ReadError> {
    let header = der::Header::decode(reader)?;
    header.tag().assert_eq(tag)?;
    reader.read_nested(header.length(), read)
}
