//! The facts of a certificate: serial number, extensions, and who the holder is.

use std::fmt;

use der::Decode;
use der::asn1::{ObjectIdentifier, OctetString};
use x509_cert::ext::pkix::name::{DistributionPointName, GeneralName};
use x509_cert::ext::{Extension, pkix};

use super::{Authority, CertificateError, KeyUsage, MOST_EXTENSIONS};
use crate::name::{self, DistinguishedName};
use crate::text;

const BASIC_CONSTRAINTS: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.19");
const KEY_USAGE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.15");
const EXTENDED_KEY_USAGE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.37");
const SUBJECT_KEY_IDENTIFIER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.14");
const AUTHORITY_KEY_IDENTIFIER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.35");
const REVOCATION_LISTS: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.31");
const AUTHORITY_ACCESS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.1.1");
const RESPONDER: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1");
/// Read by nobody here, but it constrains nothing: any policy is accepted (RFC 5280, 6.1.1 (c)).
const POLICIES: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.32");
/// Further names of the holder; they grant nothing here.
const ALTERNATIVE_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.17");

/// Most addresses kept of one kind.
const MOST_ADDRESSES: usize = 16;

/// A certificate's serial number: an unsigned number, compared by value.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SerialNumber(Box<[u8]>);

impl SerialNumber {
    /// From big-endian bytes; leading zeros do not count.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Self {
        let start = bytes.iter().position(|byte| *byte != 0).unwrap_or(bytes.len());
        Self(bytes[start..].into())
    }

    /// From decimal digits, as `ds:X509SerialNumber` carries it; `None` for anything else.
    #[must_use]
    pub fn from_decimal(digits: &str) -> Option<Self> {
        text::from_decimal(digits).map(|bytes| Self::from_bytes(&bytes))
    }

    /// Big-endian bytes without leading zeros.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Decimal digits.
    #[must_use]
    pub fn to_decimal(&self) -> String {
        text::decimal(&self.0)
    }
}

/// Hexadecimal digits, as registers of certificates print it.
impl fmt::Display for SerialNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return formatter.write_str("00");
        }
        text::write_hex(formatter, &self.0)
    }
}

impl fmt::Debug for SerialNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{self}")
    }
}

/// The extensions the room decides by.
#[derive(Debug, Default)]
pub(super) struct Extensions {
    pub(super) authority: Option<Authority>,
    pub(super) key_usage: Option<KeyUsage>,
    pub(super) extended_key_usage: Vec<ObjectIdentifier>,
    pub(super) subject_key_identifier: Option<Vec<u8>>,
    pub(super) authority_key_identifier: Option<Vec<u8>>,
    pub(super) revocation_list_addresses: Vec<String>,
    pub(super) responder_addresses: Vec<String>,
    pub(super) unprocessed_critical: Vec<ObjectIdentifier>,
}

impl Extensions {
    pub(super) fn read(list: &[Extension]) -> Result<Self, CertificateError> {
        if list.len() > MOST_EXTENSIONS {
            return Err(CertificateError::TooManyExtensions);
        }
        let mut out = Self::default();
        for (index, extension) in list.iter().enumerate() {
            if list[..index].iter().any(|earlier| earlier.extn_id == extension.extn_id) {
                return Err(CertificateError::RepeatedExtension(extension.extn_id));
            }
            out.take(extension)?;
        }
        Ok(out)
    }

    fn take(&mut self, extension: &Extension) -> der::Result<()> {
        let value = extension.extn_value.as_bytes();
        match extension.extn_id {
            BASIC_CONSTRAINTS => {
                let constraints = pkix::BasicConstraints::from_der(value)?;
                self.authority =
                    constraints.ca.then_some(Authority { path_length: constraints.path_len_constraint });
            }
            KEY_USAGE => self.key_usage = Some(key_usage(pkix::KeyUsage::from_der(value)?)),
            EXTENDED_KEY_USAGE => self.extended_key_usage = pkix::ExtendedKeyUsage::from_der(value)?.0,
            SUBJECT_KEY_IDENTIFIER => {
                self.subject_key_identifier = Some(OctetString::from_der(value)?.as_bytes().to_vec());
            }
            AUTHORITY_KEY_IDENTIFIER => {
                let identifier = pkix::AuthorityKeyIdentifier::from_der(value)?.key_identifier;
                self.authority_key_identifier = identifier.map(|bytes| bytes.as_bytes().to_vec());
            }
            REVOCATION_LISTS => self.revocation_list_addresses = list_addresses(value)?,
            AUTHORITY_ACCESS => self.responder_addresses = responder_addresses(value)?,
            POLICIES | ALTERNATIVE_NAME => {}
            unknown if extension.critical => self.unprocessed_critical.push(unknown),
            _ => {}
        }
        Ok(())
    }
}

fn key_usage(usage: pkix::KeyUsage) -> KeyUsage {
    KeyUsage {
        digital_signature: usage.digital_signature(),
        non_repudiation: usage.non_repudiation(),
        key_encipherment: usage.key_encipherment(),
        certificate_sign: usage.key_cert_sign(),
        revocation_list_sign: usage.crl_sign(),
    }
}

fn list_addresses(value: &[u8]) -> der::Result<Vec<String>> {
    let points = pkix::CrlDistributionPoints::from_der(value)?.0;
    let names = points.into_iter().filter_map(|point| point.distribution_point);
    Ok(names.flat_map(addresses_of).take(MOST_ADDRESSES).collect())
}

/// The addresses in the name of a distribution point.
pub(crate) fn addresses_of(name: DistributionPointName) -> Vec<String> {
    let DistributionPointName::FullName(names) = name else { return Vec::new() };
    names.iter().filter_map(address).collect()
}

fn address(name: &GeneralName) -> Option<String> {
    match name {
        GeneralName::UniformResourceIdentifier(uri) => Some(uri.as_str().to_owned()),
        _ => None,
    }
}

fn responder_addresses(value: &[u8]) -> der::Result<Vec<String>> {
    let access = pkix::AuthorityInfoAccessSyntax::from_der(value)?.0;
    let responders = access.iter().filter(|entry| entry.access_method == RESPONDER);
    Ok(responders.filter_map(|entry| address(&entry.access_location)).take(MOST_ADDRESSES).collect())
}

/// What the extended key usage says about a holder (gateway-wire 7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// 1.2.398.3.3.4.1.1.
    NaturalPerson,
    /// 1.2.398.3.3.4.1.2.
    LegalPerson,
    /// 1.2.398.3.3.4.1.2.1, head of the legal person.
    Head,
    /// 1.2.398.3.3.4.1.2.2, has the right to sign.
    RightToSign,
    /// 1.2.398.3.3.4.1.2.3, signs financial documents.
    FinancialDocuments,
    /// 1.2.398.3.3.4.1.2.4, personnel department.
    Personnel,
    /// 1.2.398.3.3.4.1.2.5, employee.
    Employee,
}

impl Role {
    const ALL: [(Self, ObjectIdentifier); 7] = [
        (Self::NaturalPerson, ObjectIdentifier::new_unwrap("1.2.398.3.3.4.1.1")),
        (Self::LegalPerson, ObjectIdentifier::new_unwrap("1.2.398.3.3.4.1.2")),
        (Self::Head, ObjectIdentifier::new_unwrap("1.2.398.3.3.4.1.2.1")),
        (Self::RightToSign, ObjectIdentifier::new_unwrap("1.2.398.3.3.4.1.2.2")),
        (Self::FinancialDocuments, ObjectIdentifier::new_unwrap("1.2.398.3.3.4.1.2.3")),
        (Self::Personnel, ObjectIdentifier::new_unwrap("1.2.398.3.3.4.1.2.4")),
        (Self::Employee, ObjectIdentifier::new_unwrap("1.2.398.3.3.4.1.2.5")),
    ];

    /// The object identifier in the extended key usage.
    #[must_use]
    pub fn oid(self) -> ObjectIdentifier {
        Self::ALL[self as usize].1
    }
}

/// Who holds a certificate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holder {
    /// Twelve digits of the individual identification number, from `SERIALNUMBER=IIN…`. Its check digit is not judged here.
    pub iin: Option<String>,
    /// Twelve digits of the business identification number, from `OU=BIN…`. Its check digit is not judged here.
    pub bin: Option<String>,
    /// `CN`.
    pub common_name: Option<String>,
    /// `O`.
    pub organization: Option<String>,
    /// Roles stated in the extended key usage, sorted.
    pub roles: Vec<Role>,
}

impl Holder {
    pub(super) fn of(subject: &DistinguishedName, extensions: &Extensions) -> Self {
        let first = |attribute| subject.values(attribute).next().map(str::to_owned);
        let stated = |role: &Role| extensions.extended_key_usage.contains(&role.oid());
        Self {
            iin: number(subject, name::SERIAL_NUMBER, "IIN"),
            bin: number(subject, name::ORGANIZATIONAL_UNIT, "BIN"),
            common_name: first(name::COMMON_NAME),
            organization: first(name::ORGANIZATION),
            roles: Role::ALL.map(|(role, _)| role).into_iter().filter(stated).collect(),
        }
    }
}

/// The twelve digits behind a prefix. Two different numbers in one name are no number: nobody could say which one was meant.
fn number(subject: &DistinguishedName, attribute: ObjectIdentifier, prefix: &str) -> Option<String> {
    let mut found: Option<&str> = None;
    for value in subject.values(attribute) {
        let Some(digits) = value.strip_prefix(prefix) else { continue };
        if digits.len() != 12 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            continue;
        }
        if found.is_some_and(|earlier| earlier != digits) {
            return None;
        }
        found = Some(digits);
    }
    found.map(str::to_owned)
}
