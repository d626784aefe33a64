//! The synthetic officials and their certificates, for the double of NCALayer: good ones, an expired and a revoked one, a stranger's.
//!
//! Keys are made once by the demonstration authority and lie on disk. They sign nothing outside a demonstration.

use std::path::Path;
use std::sync::Arc;

use civic::{Iin, Sex};
use eds::crl::Reason;
use eds::issue::{Authority, IssueError, Period, Subject, ToRevoke};
use eds::{PemSigner, SignatureAlgorithm, Signer};
use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp};
use zeroize::Zeroizing;

/// BIN of the authorised body the officials act for (invented).
pub const AUTHORISED_BODY_BIN: &str = "200140001191";

/// Most key pairs read from a folder.
const MOST: usize = 200;

/// A key pair for the folder of officials.
#[derive(Debug)]
pub struct Issued {
    /// File name without ending.
    pub id: &'static str,
    /// Text of `ID.crt.pem`.
    pub certificate_pem: String,
    /// Text of `ID.key.pem`.
    pub key_pem: Zeroizing<String>,
    /// Entry of the revocation list, for the one that is revoked.
    pub revoke: Option<ToRevoke>,
}

/// Who an official is.
struct Person {
    id: &'static str,
    name: &'static str,
    born: Date,
    sex: Sex,
    validity: Validity,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Validity {
    Good,
    Expired,
    Revoked,
}

const PERSONS: [Person; 6] = [
    person("head", "ЖҰМАБЕКОВ САМАТ", date(1975, 3, 15), Sex::Male, Validity::Good),
    person("specialist", "ОСПАНОВА ГҮЛЖАН", date(1986, 7, 21), Sex::Female, Validity::Good),
    person("second-specialist", "КИМ ВАДИМ", date(1990, 10, 2), Sex::Male, Validity::Good),
    person("head-expired", "ЖҰМАБЕКОВ САМАТ", date(1975, 3, 15), Sex::Male, Validity::Expired),
    person("head-revoked", "ЖҰМАБЕКОВ САМАТ", date(1975, 3, 15), Sex::Male, Validity::Revoked),
    person("stranger", "БӨТЕН АДАМ", date(1981, 1, 9), Sex::Male, Validity::Good),
];

const fn person(id: &'static str, name: &'static str, born: Date, sex: Sex, validity: Validity) -> Person {
    Person { id, name, born, sex, validity }
}

/// IIN of an official of this room; `None` for an id that is none.
pub fn iin_of(id: &str) -> Option<String> {
    let person = PERSONS.iter().find(|person| person.id == id)?;
    (1..20)
        .find_map(|serial| Iin::compose(person.born, person.sex, serial).ok())
        .map(|iin| iin.reveal().to_owned())
}

/// Makes the officials' keys and certificates under the authority, valid around the legal moment `now`.
///
/// # Errors
/// When a key cannot be made or a certificate not be issued.
pub fn issue(authority: &Authority, now: Timestamp) -> Result<Vec<Issued>, IssueError> {
    PERSONS.iter().map(|person| issue_one(authority, person, now)).collect()
}

fn issue_one(authority: &Authority, person: &Person, now: Timestamp) -> Result<Issued, IssueError> {
    let day = |days: i64| now.saturating_add(SignedDuration::from_hours(24 * days)).unwrap_or(now);
    let period = match person.validity {
        Validity::Expired => Period { from: day(-400), to: day(-30) },
        Validity::Good | Validity::Revoked => Period { from: day(-30), to: day(335) },
    };
    let iin = iin_of(person.id).unwrap_or_default();
    let subject = if person.id == "stranger" {
        Subject::person(person.name, &iin)
    } else {
        Subject::organization(person.name, &iin, "УӘКІЛЕТТІ ОРГАН (ДЕМО)", AUTHORISED_BODY_BIN)
    };
    let (key, certificate) = authority.participant(&subject, SignatureAlgorithm::EcdsaP256Sha256, period)?;
    let revoke = (person.validity == Validity::Revoked).then(|| ToRevoke {
        serial: certificate.serial().clone(),
        since: day(-1),
        reason: Reason::KeyCompromise,
    });
    let certificate_pem = certificate.to_pem().map_err(|error| IssueError::Encoding(error.to_string()))?;
    Ok(Issued { id: person.id, certificate_pem, key_pem: key.to_pem()?, revoke })
}

/// An official whose token can be inserted.
#[derive(Clone)]
pub struct Official {
    /// Id: the file name.
    pub id: String,
    /// Subject of the certificate.
    pub subject: String,
    /// IIN in the certificate.
    pub iin: Option<String>,
    /// Last moment of validity.
    pub not_after: Timestamp,
    /// The key.
    pub signer: Arc<dyn Signer>,
}

impl std::fmt::Debug for Official {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Official").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Why the folder of officials cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {reason}")]
pub struct OfficialsError {
    /// File or folder.
    pub path: String,
    /// What is wrong.
    pub reason: String,
}

/// Reads every pair `ID.crt.pem`, `ID.key.pem` of a folder, by id.
///
/// # Errors
/// A file that cannot be read, or a pair that does not belong together.
pub fn read_directory(folder: &Path) -> Result<Vec<Official>, OfficialsError> {
    let failed = |path: &Path, reason: String| OfficialsError { path: path.display().to_string(), reason };
    let mut ids = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|error| failed(folder, error.to_string()))? {
        let name = entry.map_err(|error| failed(folder, error.to_string()))?.file_name();
        ids.extend(name.to_string_lossy().strip_suffix(".crt.pem").map(str::to_owned));
    }
    ids.sort();
    ids.truncate(MOST);
    ids.into_iter()
        .map(|id| {
            let signer = read_pair(folder, &id)?;
            let certificate = signer.certificate();
            Ok(Official {
                subject: certificate.subject().to_string(),
                iin: certificate.holder().iin.clone(),
                not_after: certificate.not_after(),
                id,
                signer,
            })
        })
        .collect()
}

/// Reads one pair `ID.crt.pem`, `ID.key.pem`.
///
/// # Errors
/// As [`read_directory`].
pub fn read_pair(folder: &Path, id: &str) -> Result<Arc<dyn Signer>, OfficialsError> {
    let read = |ending: &str| {
        let path = folder.join(format!("{id}.{ending}.pem"));
        let bytes = std::fs::read(&path).map(Zeroizing::new);
        bytes.map_err(|error| OfficialsError { path: path.display().to_string(), reason: error.to_string() })
    };
    let (certificate, key) = (read("crt")?, read("key")?);
    let signer = PemSigner::read(&certificate, &key).map_err(|error| OfficialsError {
        path: folder.join(id).display().to_string(),
        reason: error.to_string(),
    })?;
    Ok(Arc::new(signer))
}
