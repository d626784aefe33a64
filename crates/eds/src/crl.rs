//! A list of revoked certificates (CRL, RFC 5280 section 5), read strictly.
//!
//! Reading a list says nothing about who made it: [`RevocationList::verify_signed_by`] does. A list this room cannot judge as a whole
//! (a delta list, an indirect list, a list of some reasons only, an unknown critical extension) is refused, because a list read in part
//! would call revoked certificates good.

use std::fmt;

use der::asn1::{GeneralizedTime, ObjectIdentifier};
use der::{Decode, Reader, SliceReader, Tag};
use jiff::Timestamp;
use x509_cert::ext::pkix::crl::IssuingDistributionPoint;
use x509_cert::ext::{Extension, pkix};
use x509_cert::name::Name;
use x509_cert::spki::AlgorithmIdentifierOwned;
use x509_cert::time::Time;

use crate::certificate::{
    Certificate, SerialNumber, Signed, SignedByError, addresses_of, moment, pem_blocks, verify_signed_part,
};
use crate::name::{DistinguishedName, NameError};

/// Longest list in bytes.
pub const LONGEST_LIST: usize = 64 * 1024 * 1024;

const CRL_NUMBER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.20");
const DELTA: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.27");
const DISTRIBUTION_POINT: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.28");
const AUTHORITY_KEY_IDENTIFIER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.35");
const REASON: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.21");
const INVALIDITY_DATE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.24");

/// Why a revocation list cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ListError {
    /// Longer than [`LONGEST_LIST`].
    #[error("revocation list of {0} bytes is longer than {LONGEST_LIST}")]
    TooLong(usize),
    /// Not a DER list.
    #[error("not a DER revocation list: {0}")]
    Encoding(String),
    /// Not a PEM text with one list.
    #[error("not a PEM revocation list: {0}; expected -----BEGIN X509 CRL-----")]
    Pem(String),
    /// The issuer's name.
    #[error(transparent)]
    Name(#[from] NameError),
    /// A kind of list that is not processed.
    #[error("revocation list is {0}; give the issuer's full list")]
    NotProcessed(&'static str),
    /// A critical extension that is not processed.
    #[error("revocation list has critical extension {0}, which is not processed")]
    UnknownCritical(ObjectIdentifier),
    /// No `nextUpdate`: nobody could tell when the list is too old.
    #[error("revocation list does not say when the next one follows (nextUpdate)")]
    NoNextUpdate,
}

impl From<der::Error> for ListError {
    fn from(error: der::Error) -> Self {
        Self::Encoding(error.to_string())
    }
}

/// Why a certificate was revoked (RFC 5280, 5.3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Not stated.
    Unspecified,
    /// The holder's key became known to somebody else.
    KeyCompromise,
    /// The authority's key became known to somebody else.
    AuthorityCompromise,
    /// The holder's data changed.
    AffiliationChanged,
    /// A newer certificate takes its place.
    Superseded,
    /// The holder ceased to operate.
    Cessation,
    /// Suspended.
    Hold,
    /// A right was withdrawn.
    PrivilegeWithdrawn,
}

impl fmt::Display for Reason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Unspecified => "reason not stated",
            Self::KeyCompromise => "key compromised",
            Self::AuthorityCompromise => "authority's key compromised",
            Self::AffiliationChanged => "holder's data changed",
            Self::Superseded => "superseded",
            Self::Cessation => "holder ceased to operate",
            Self::Hold => "suspended",
            Self::PrivilegeWithdrawn => "privilege withdrawn",
        })
    }
}

/// One revoked certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revocation {
    /// Since when it is not good: the revocation date, or the invalidity date when that is earlier.
    pub since: Timestamp,
    /// Why.
    pub reason: Reason,
}

/// Which certificates a list speaks about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Scope {
    pub(crate) only_holders: bool,
    pub(crate) only_authorities: bool,
    /// Addresses of the distribution point; empty: the list speaks about all of the issuer's certificates.
    pub(crate) addresses: Vec<String>,
}

/// A revocation list.
pub struct RevocationList {
    body: Box<[u8]>,
    signature: Box<[u8]>,
    signature_algorithm: AlgorithmIdentifierOwned,
    issuer: DistinguishedName,
    this_update: Timestamp,
    next_update: Timestamp,
    number: Option<SerialNumber>,
    authority_key_identifier: Option<Vec<u8>>,
    scope: Scope,
    /// Sorted by serial number.
    revoked: Vec<(SerialNumber, Revocation)>,
}

impl RevocationList {
    /// Reads a DER list.
    ///
    /// # Errors
    /// Anything that is not one well-formed full list of a bounded size.
    pub fn from_der(bytes: &[u8]) -> Result<Self, ListError> {
        if bytes.len() > LONGEST_LIST {
            return Err(ListError::TooLong(bytes.len()));
        }
        let signed = Signed::read(bytes)?;
        let body = &bytes[signed.body];
        let parts = Parts::read(body)?;
        if parts.algorithm != signed.algorithm {
            return Err(ListError::Encoding("the list names two different signature algorithms".into()));
        }
        let mut list = Self {
            body: body.into(),
            signature: signed.signature.into(),
            signature_algorithm: signed.algorithm,
            issuer: DistinguishedName::from_x509(&parts.issuer)?,
            this_update: moment(parts.this_update)?,
            next_update: moment(parts.next_update.ok_or(ListError::NoNextUpdate)?)?,
            number: None,
            authority_key_identifier: None,
            scope: Scope::default(),
            revoked: revoked(parts.entries)?,
        };
        for extension in &parts.extensions {
            list.take(extension)?;
        }
        Ok(list)
    }

    /// Reads the one list of a PEM text.
    ///
    /// # Errors
    /// As [`Self::from_der`].
    pub fn from_pem(pem: &[u8]) -> Result<Self, ListError> {
        let blocks = pem_blocks(pem, "X509 CRL", 1).map_err(ListError::Pem)?;
        Self::from_der(blocks.first().ok_or_else(|| ListError::Pem("no list".into()))?)
    }

    fn take(&mut self, extension: &Extension) -> Result<(), ListError> {
        let value = extension.extn_value.as_bytes();
        match extension.extn_id {
            CRL_NUMBER => {
                self.number = Some(SerialNumber::from_bytes(pkix::CrlNumber::from_der(value)?.0.as_bytes()));
            }
            AUTHORITY_KEY_IDENTIFIER => {
                let identifier = pkix::AuthorityKeyIdentifier::from_der(value)?.key_identifier;
                self.authority_key_identifier = identifier.map(|bytes| bytes.as_bytes().to_vec());
            }
            DELTA => return Err(ListError::NotProcessed("a delta list")),
            DISTRIBUTION_POINT => self.scope = scope(value)?,
            unknown if extension.critical => return Err(ListError::UnknownCritical(unknown)),
            _ => {}
        }
        Ok(())
    }

    /// Who made the list.
    #[must_use]
    pub fn issuer(&self) -> &DistinguishedName {
        &self.issuer
    }

    /// When it was made.
    #[must_use]
    pub fn this_update(&self) -> Timestamp {
        self.this_update
    }

    /// When the next one is due at the latest.
    #[must_use]
    pub fn next_update(&self) -> Timestamp {
        self.next_update
    }

    /// The list's number, when stated.
    #[must_use]
    pub fn number(&self) -> Option<&SerialNumber> {
        self.number.as_ref()
    }

    /// Identifier of the key that signed it, when stated.
    #[must_use]
    pub fn authority_key_identifier(&self) -> Option<&[u8]> {
        self.authority_key_identifier.as_deref()
    }

    /// Number of revoked certificates.
    #[must_use]
    pub fn len(&self) -> usize {
        self.revoked.len()
    }

    /// Whether nothing is revoked.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.revoked.is_empty()
    }

    pub(crate) fn scope(&self) -> &Scope {
        &self.scope
    }

    /// The revocation of a serial number, when it is on the list.
    #[must_use]
    pub fn find(&self, serial: &SerialNumber) -> Option<&Revocation> {
        let at = self.revoked.binary_search_by(|(listed, _)| listed.cmp(serial)).ok()?;
        self.revoked.get(at).map(|(_, revocation)| revocation)
    }

    /// Whether the signature on the list is by `issuer`'s key.
    ///
    /// # Errors
    /// An algorithm that is not accepted, or a signature that does not verify.
    pub fn verify_signed_by(&self, issuer: &Certificate) -> Result<(), SignedByError> {
        verify_signed_part(&self.body, &self.signature, &self.signature_algorithm, issuer)
    }
}

impl fmt::Debug for RevocationList {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (issuer, at, entries) = (&self.issuer, self.this_update, self.revoked.len());
        write!(formatter, "RevocationList({issuer}, of {at}, {entries} entries)")
    }
}

/// The fields of the signed body, entries not yet read.
struct Parts<'a> {
    algorithm: AlgorithmIdentifierOwned,
    issuer: Name,
    this_update: Time,
    next_update: Option<Time>,
    entries: &'a [u8],
    extensions: Vec<Extension>,
}

impl<'a> Parts<'a> {
    fn read(body: &'a [u8]) -> der::Result<Self> {
        let mut reader = SliceReader::new(body)?;
        let parts = reader.sequence(|inner| {
            if next_is(inner, Tag::Integer)? && inner.decode::<u8>()? != 1 {
                return Err(Tag::Integer.value_error().into());
            }
            let algorithm = AlgorithmIdentifierOwned::decode(inner)?;
            let issuer = Name::decode(inner)?;
            let this_update = Time::decode(inner)?;
            let has_next = next_is(inner, Tag::UtcTime)? || next_is(inner, Tag::GeneralizedTime)?;
            let next_update = if has_next { Some(Time::decode(inner)?) } else { None };
            let entries = if next_is(inner, Tag::Sequence)? { inner.tlv_bytes()? } else { &[] };
            let extensions = inner.context_specific(der::TagNumber(0), der::TagMode::Explicit)?;
            let extensions = extensions.unwrap_or_default();
            Ok::<_, der::Error>(Self { algorithm, issuer, this_update, next_update, entries, extensions })
        })?;
        reader.finish()?;
        Ok(parts)
    }
}

fn next_is<'a>(reader: &impl Reader<'a>, tag: Tag) -> der::Result<bool> {
    Ok(!reader.is_finished() && Tag::peek(reader)? == tag)
}

/// Reads the entries one by one: lists of the national authority have hundreds of thousands.
fn revoked(entries: &[u8]) -> Result<Vec<(SerialNumber, Revocation)>, ListError> {
    let mut out = Vec::new();
    if entries.is_empty() {
        return Ok(out);
    }
    let mut reader = SliceReader::new(entries)?;
    reader.sequence(|list| {
        while !list.is_finished() {
            out.push(list.sequence(entry)?);
        }
        Ok::<_, ListError>(())
    })?;
    reader.finish()?;
    out.sort_by(|one, other| one.0.cmp(&other.0));
    Ok(out)
}

fn entry(reader: &mut SliceReader<'_>) -> Result<(SerialNumber, Revocation), ListError> {
    let serial = der::asn1::IntRef::decode(reader)?;
    let mut revocation = Revocation { since: moment(Time::decode(reader)?)?, reason: Reason::Unspecified };
    if !reader.is_finished() {
        for extension in Vec::<Extension>::decode(reader)? {
            let value = extension.extn_value.as_bytes();
            match extension.extn_id {
                REASON => revocation.reason = reason(pkix::CrlReason::from_der(value)?)?,
                INVALIDITY_DATE => {
                    let date = moment(Time::GeneralTime(GeneralizedTime::from_der(value)?))?;
                    revocation.since = revocation.since.min(date);
                }
                unknown if extension.critical => return Err(ListError::UnknownCritical(unknown)),
                _ => {}
            }
        }
    }
    Ok((SerialNumber::from_bytes(serial.as_bytes()), revocation))
}

fn reason(reason: pkix::CrlReason) -> Result<Reason, ListError> {
    Ok(match reason {
        pkix::CrlReason::Unspecified => Reason::Unspecified,
        pkix::CrlReason::KeyCompromise => Reason::KeyCompromise,
        pkix::CrlReason::CaCompromise | pkix::CrlReason::AaCompromise => Reason::AuthorityCompromise,
        pkix::CrlReason::AffiliationChanged => Reason::AffiliationChanged,
        pkix::CrlReason::Superseded => Reason::Superseded,
        pkix::CrlReason::CessationOfOperation => Reason::Cessation,
        pkix::CrlReason::CertificateHold => Reason::Hold,
        pkix::CrlReason::PrivilegeWithdrawn => Reason::PrivilegeWithdrawn,
        pkix::CrlReason::RemoveFromCRL => return Err(ListError::NotProcessed("a delta list")),
    })
}

fn scope(value: &[u8]) -> Result<Scope, ListError> {
    let point = IssuingDistributionPoint::from_der(value)?;
    if point.indirect_crl {
        return Err(ListError::NotProcessed("an indirect list"));
    }
    if point.only_some_reasons.is_some() {
        return Err(ListError::NotProcessed("a list of some reasons only"));
    }
    if point.only_contains_attribute_certs {
        return Err(ListError::NotProcessed("a list of attribute certificates"));
    }
    let addresses = match point.distribution_point {
        None => Vec::new(),
        Some(name) => {
            let addresses = addresses_of(name);
            if addresses.is_empty() {
                return Err(ListError::NotProcessed("a list of a distribution point without an address"));
            }
            addresses
        }
    };
    let (only_holders, only_authorities) = (point.only_contains_user_certs, point.only_contains_ca_certs);
    Ok(Scope { only_holders, only_authorities, addresses })
}

#[cfg(test)]
mod tests;
