//! A certifying authority for demonstration and tests: authorities, participants' certificates, revocation lists.
//!
//! It issues what the National Certifying Centre issues in shape (BIN in `OU`, IIN in `SERIALNUMBER`, key usage and extended key usage of
//! gateway-wire 7), so that the rest of the platform cannot tell the difference. It must never be used for real participants: it keeps no
//! register of what it issued and proves nobody's identity. The caller writes the files.

use std::sync::Arc;

use der::asn1::{BitString, ObjectIdentifier, OctetString};
use der::{Decode, Encode, Sequence};
use jiff::Timestamp;
use x509_cert::crl::{CertificateList, RevokedCert, TbsCertList};
use x509_cert::ext::pkix::name::{DistributionPointName, GeneralName};
use x509_cert::ext::{Extensions, ToExtension, pkix};
use x509_cert::name::Name;
use x509_cert::spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};
use x509_cert::time::{Time, Validity};

use crate::algorithm::{SignatureAlgorithm, sha256};
use crate::certificate::{Certificate, CertificateError, Role, SerialNumber};
use crate::crl::{ListError, Reason, RevocationList};
use crate::key::{KeyError, SigningKey};
use crate::name;

/// `emailProtection`, which signing certificates of the National Certifying Centre carry beside the holder's role.
const EMAIL_PROTECTION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.4");

/// Why something cannot be issued.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IssueError {
    /// A value does not fit its encoding.
    #[error("cannot encode: {0}")]
    Encoding(String),
    /// The key of the authority or of the holder.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The issued certificate does not read back.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// The issued list does not read back.
    #[error(transparent)]
    List(#[from] ListError),
    /// The system gave no randomness for a serial number.
    #[error("no randomness for a serial number")]
    Randomness,
}

impl From<der::Error> for IssueError {
    fn from(error: der::Error) -> Self {
        Self::Encoding(error.to_string())
    }
}

/// From when to when a certificate is valid.
#[derive(Clone, Copy, Debug)]
pub struct Period {
    /// First moment.
    pub from: Timestamp,
    /// Last moment.
    pub to: Timestamp,
}

/// Who a certificate is for.
#[derive(Clone, Debug, Default)]
pub struct Subject {
    /// `CN`: the person's or the system's name.
    pub common_name: String,
    /// `SURNAME`.
    pub surname: Option<String>,
    /// Twelve digits; written as `SERIALNUMBER=IIN…`.
    pub iin: Option<String>,
    /// `O`.
    pub organization: Option<String>,
    /// Twelve digits; written as `OU=BIN…`.
    pub bin: Option<String>,
}

impl Subject {
    /// A subject with a common name only, as authorities have.
    #[must_use]
    pub fn named(common_name: &str) -> Self {
        Self { common_name: common_name.to_owned(), ..Self::default() }
    }

    /// An organization acting through a person or a system.
    #[must_use]
    pub fn organization(common_name: &str, iin: &str, organization: &str, bin: &str) -> Self {
        Self {
            common_name: common_name.to_owned(),
            surname: None,
            iin: Some(iin.to_owned()),
            organization: Some(organization.to_owned()),
            bin: Some(bin.to_owned()),
        }
    }

    /// A natural person.
    #[must_use]
    pub fn person(common_name: &str, iin: &str) -> Self {
        Self { iin: Some(iin.to_owned()), ..Self::named(common_name) }
    }

    fn name(&self) -> der::Result<Name> {
        let pairs = [
            (name::COMMON_NAME, Some(self.common_name.clone())),
            (name::SURNAME, self.surname.clone()),
            (name::SERIAL_NUMBER, self.iin.as_ref().map(|iin| format!("IIN{iin}"))),
            (name::COUNTRY, Some("KZ".to_owned())),
            (name::ORGANIZATION, self.organization.clone()),
            (name::ORGANIZATIONAL_UNIT, self.bin.as_ref().map(|bin| format!("BIN{bin}"))),
        ];
        let present: Vec<_> = pairs.into_iter().filter_map(|(oid, value)| Some((oid, value?))).collect();
        name::encode(&present)
    }
}

/// What a certificate is for.
#[derive(Clone, Debug)]
pub enum Profile {
    /// An authority; how many further authorities may stand below it.
    Authority {
        /// `pathLenConstraint`.
        path_length: Option<u8>,
    },
    /// A holder who signs: `digitalSignature`, `nonRepudiation`, and roles in the extended key usage.
    Signing(Vec<Role>),
    /// A holder who logs in: `digitalSignature`, `keyEncipherment`, and roles in the extended key usage.
    Authentication(Vec<Role>),
}

impl Profile {
    fn extensions(&self, subject: &Name) -> der::Result<Extensions> {
        use pkix::KeyUsages::{CRLSign, DigitalSignature, KeyCertSign, KeyEncipherment, NonRepudiation};
        let (usage, roles) = match self {
            Self::Authority { path_length } => {
                let constraints = pkix::BasicConstraints { ca: true, path_len_constraint: *path_length };
                let usage = pkix::KeyUsage(KeyCertSign | CRLSign);
                return Ok(vec![
                    (&constraints).to_extension(subject, &[])?,
                    (&usage).to_extension(subject, &[])?,
                ]);
            }
            Self::Signing(roles) => (DigitalSignature | NonRepudiation, roles),
            Self::Authentication(roles) => (DigitalSignature | KeyEncipherment, roles),
        };
        let mut extended = vec![EMAIL_PROTECTION];
        extended.extend(roles.iter().map(|role| role.oid()));
        let extended = pkix::ExtendedKeyUsage(extended);
        Ok(vec![
            (&pkix::KeyUsage(usage)).to_extension(subject, &[])?,
            (&extended).to_extension(subject, &[])?,
        ])
    }
}

/// What to issue.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// For whom.
    pub subject: &'a Subject,
    /// DER `SubjectPublicKeyInfo` of the holder's key.
    pub spki: &'a [u8],
    /// What for.
    pub profile: Profile,
    /// From when to when.
    pub period: Period,
    /// Where the authority's revocation list can be fetched, when stated in the certificate.
    pub list_address: Option<&'a str>,
    /// Further extensions, written as they are.
    pub further: Extensions,
}

/// One certificate for a revocation list.
#[derive(Clone, Debug)]
pub struct ToRevoke {
    /// Serial number.
    pub serial: SerialNumber,
    /// Since when.
    pub since: Timestamp,
    /// Why.
    pub reason: Reason,
}

/// An authority with its key.
#[derive(Debug)]
pub struct Authority {
    key: SigningKey,
    certificate: Arc<Certificate>,
}

/// The signed body of a certificate (RFC 5280, 4.1), as it is written.
#[derive(Sequence)]
struct Body {
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    version: u8,
    serial: x509_cert::serial_number::SerialNumber,
    algorithm: AlgorithmIdentifierOwned,
    issuer: Name,
    validity: Validity,
    subject: Name,
    key: SubjectPublicKeyInfoOwned,
    #[asn1(context_specific = "3", tag_mode = "EXPLICIT")]
    extensions: Extensions,
}

/// A certificate, as it is written.
#[derive(Sequence)]
struct Written {
    body: Body,
    algorithm: AlgorithmIdentifierOwned,
    signature: BitString,
}

impl Authority {
    /// Makes a root authority with a new P-256 key.
    ///
    /// # Errors
    /// A subject or a period that does not fit its encoding.
    pub fn root(subject: &Subject, period: Period) -> Result<Self, IssueError> {
        let key = SigningKey::generate(SignatureAlgorithm::EcdsaP256Sha256)?;
        let spki = key.spki()?;
        let request = Request {
            subject,
            spki: &spki,
            profile: Profile::Authority { path_length: None },
            period,
            list_address: None,
            further: Vec::new(),
        };
        let certificate = Arc::new(sign_certificate(&key, &subject.name()?, None, &request)?);
        Ok(Self { key, certificate })
    }

    /// Makes an authority below this one, with a new P-256 key; no authority may stand below it.
    ///
    /// # Errors
    /// As [`Self::root`].
    pub fn subordinate(&self, subject: &Subject, period: Period) -> Result<Self, IssueError> {
        let key = SigningKey::generate(SignatureAlgorithm::EcdsaP256Sha256)?;
        let spki = key.spki()?;
        let profile = Profile::Authority { path_length: Some(0) };
        let request =
            Request { subject, spki: &spki, profile, period, list_address: None, further: Vec::new() };
        Ok(Self { certificate: Arc::new(self.issue(&request)?), key })
    }

    /// An authority from its certificate and key, read from their files.
    ///
    /// # Errors
    /// A key that does not belong to the certificate.
    pub fn from_parts(certificate: Arc<Certificate>, key: SigningKey) -> Result<Self, IssueError> {
        if key.spki()? != certificate.spki() {
            return Err(KeyError::Mismatch(certificate.subject().to_string()).into());
        }
        Ok(Self { key, certificate })
    }

    /// The authority's certificate.
    #[must_use]
    pub fn certificate(&self) -> &Arc<Certificate> {
        &self.certificate
    }

    /// The authority's key, for its file.
    #[must_use]
    pub fn key(&self) -> &SigningKey {
        &self.key
    }

    /// Issues a certificate with a random serial number.
    ///
    /// # Errors
    /// A value that does not fit its encoding.
    pub fn issue(&self, request: &Request<'_>) -> Result<Certificate, IssueError> {
        sign_certificate(&self.key, &self.name()?, self.certificate.subject_key_identifier(), request)
    }

    /// Makes a participant's signing key and certificate: an organization (role legal person) or a natural person.
    ///
    /// # Errors
    /// As [`Self::issue`]; an algorithm that is not computed here.
    pub fn participant(
        &self,
        subject: &Subject,
        algorithm: SignatureAlgorithm,
        period: Period,
    ) -> Result<(SigningKey, Certificate), IssueError> {
        let key = SigningKey::generate(algorithm)?;
        let role = if subject.bin.is_some() { Role::LegalPerson } else { Role::NaturalPerson };
        let profile = Profile::Signing(vec![role]);
        let spki = key.spki()?;
        let request =
            Request { subject, spki: &spki, profile, period, list_address: None, further: Vec::new() };
        let certificate = self.issue(&request)?;
        Ok((key, certificate))
    }

    /// Makes a revocation list; gives its DER encoding. `number` must grow from list to list.
    ///
    /// # Errors
    /// A value that does not fit its encoding.
    pub fn revocation_list(
        &self,
        number: u64,
        this_update: Timestamp,
        next_update: Timestamp,
        revoked: &[ToRevoke],
    ) -> Result<Vec<u8>, IssueError> {
        let issuer = self.name()?;
        let mut extensions = vec![(&pkix::CrlNumber::try_from(number)?).to_extension(&issuer, &[])?];
        if let Some(identifier) = self.certificate.subject_key_identifier() {
            extensions.push((&key_identifier(identifier)?).to_extension(&issuer, &[])?);
        }
        let entries =
            revoked.iter().map(|entry| list_entry(entry, &issuer)).collect::<Result<Vec<_>, _>>()?;
        let body = TbsCertList {
            version: x509_cert::Version::V2,
            signature: self.key.algorithm().identifier(),
            issuer,
            this_update: time(this_update)?,
            next_update: Some(time(next_update)?),
            revoked_certificates: (!entries.is_empty()).then_some(entries),
            crl_extensions: Some(extensions),
        };
        let signature = BitString::from_bytes(&self.key.sign_der(&body.to_der()?)?)?;
        let signature_algorithm = self.key.algorithm().identifier();
        let der = CertificateList { tbs_cert_list: body, signature_algorithm, signature }.to_der()?;
        RevocationList::from_der(&der)?;
        Ok(der)
    }

    fn name(&self) -> Result<Name, IssueError> {
        Ok(x509_cert::Certificate::from_der(self.certificate.der())?.tbs_certificate().subject().clone())
    }
}

fn sign_certificate(
    key: &SigningKey,
    issuer: &Name,
    issuer_key_identifier: Option<&[u8]>,
    request: &Request<'_>,
) -> Result<Certificate, IssueError> {
    let subject = request.subject.name()?;
    let holder_key = SubjectPublicKeyInfoOwned::from_der(request.spki)?;
    let own_identifier = &sha256(holder_key.subject_public_key.raw_bytes())[..20];
    let mut extensions = request.profile.extensions(&subject)?;
    extensions
        .push((&pkix::SubjectKeyIdentifier(OctetString::new(own_identifier)?)).to_extension(&subject, &[])?);
    let above = key_identifier(issuer_key_identifier.unwrap_or(own_identifier))?;
    extensions.push((&above).to_extension(&subject, &[])?);
    if let Some(address) = request.list_address {
        extensions.push((&distribution_point(address)?).to_extension(&subject, &[])?);
    }
    extensions.extend(request.further.iter().cloned());
    let body = Body {
        version: 2,
        serial: x509_cert::serial_number::SerialNumber::new(&random_serial()?)?,
        algorithm: key.algorithm().identifier(),
        issuer: issuer.clone(),
        validity: Validity::new(time(request.period.from)?, time(request.period.to)?),
        subject,
        key: holder_key,
        extensions,
    };
    let signature = BitString::from_bytes(&key.sign_der(&body.to_der()?)?)?;
    let written = Written { body, algorithm: key.algorithm().identifier(), signature };
    Ok(Certificate::from_der(&written.to_der()?)?)
}

fn key_identifier(bytes: &[u8]) -> der::Result<pkix::AuthorityKeyIdentifier> {
    Ok(pkix::AuthorityKeyIdentifier { key_identifier: Some(OctetString::new(bytes)?), ..Default::default() })
}

fn distribution_point(address: &str) -> der::Result<pkix::CrlDistributionPoints> {
    let address = GeneralName::UniformResourceIdentifier(der::asn1::Ia5String::new(address)?);
    let point = pkix::crl::dp::DistributionPoint {
        distribution_point: Some(DistributionPointName::FullName(vec![address])),
        reasons: None,
        crl_issuer: None,
    };
    Ok(pkix::CrlDistributionPoints(vec![point]))
}

fn list_entry(entry: &ToRevoke, issuer: &Name) -> Result<RevokedCert, IssueError> {
    let reason = match entry.reason {
        Reason::Unspecified => None,
        Reason::KeyCompromise => Some(pkix::CrlReason::KeyCompromise),
        Reason::AuthorityCompromise => Some(pkix::CrlReason::CaCompromise),
        Reason::AffiliationChanged => Some(pkix::CrlReason::AffiliationChanged),
        Reason::Superseded => Some(pkix::CrlReason::Superseded),
        Reason::Cessation => Some(pkix::CrlReason::CessationOfOperation),
        Reason::Hold => Some(pkix::CrlReason::CertificateHold),
        Reason::PrivilegeWithdrawn => Some(pkix::CrlReason::PrivilegeWithdrawn),
    };
    let extension = reason.map(|reason| (&reason).to_extension(issuer, &[])).transpose()?;
    Ok(RevokedCert {
        serial_number: x509_cert::serial_number::SerialNumber::new(entry.serial.as_bytes())?,
        revocation_date: time(entry.since)?,
        crl_entry_extensions: extension.map(|extension| vec![extension]),
    })
}

/// A moment in the encoding of X.509, whole seconds, 1970 to 9999.
fn time(moment: Timestamp) -> Result<Time, IssueError> {
    let seconds = u64::try_from(moment.as_second());
    let seconds = seconds.map_err(|_| IssueError::Encoding(format!("{moment} is before 1970")))?;
    Ok(Time::from(der::DateTime::from_unix_duration(std::time::Duration::from_secs(seconds))?))
}

fn random_serial() -> Result<[u8; 16], IssueError> {
    let mut serial = [0; 16];
    aws_lc_rs::rand::fill(&mut serial).map_err(|_| IssueError::Randomness)?;
    // Positive, and as long as every other one.
    serial[0] = serial[0] & 0x7f | 0x40;
    Ok(serial)
}
