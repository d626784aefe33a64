//! The contract folders as the stand needs them: who provides a service, its schema, and the answer written as data.
//!
//! Reading the folders from disk happens once, at the start; everything else is a function of their texts.

use std::collections::BTreeMap;
use std::path::Path;

use rules::Expression;
use rules::feel::FeelError;
use serde::Deserialize;

/// Largest file of a folder that is read, in octets.
const MOST_OCTETS: u64 = 1 << 20;
/// Most folders read.
const MOST_FOLDERS: usize = 2_000;

/// The texts of one folder.
#[derive(Debug, Clone)]
pub struct Folder {
    /// Its name: the id of the service.
    pub id: String,
    /// `passport.toml`.
    pub passport: String,
    /// `contract.xsd`.
    pub contract: Vec<u8>,
    /// `answer.feel`, for a service of an outside system.
    pub answer: Option<String>,
}

/// What a provider does with a repeat of the same `requestId`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Repeat {
    /// Gives the first answer again.
    SameAnswer,
    /// Works again.
    Safe,
    /// Works again and does it twice.
    Unsafe,
}

/// What the stand reads of a passport; the rest is the registry's.
#[derive(Debug, Clone, Deserialize)]
pub struct Passport {
    /// Id of the service.
    pub id: String,
    /// Participant who answers.
    pub provider: String,
    /// Participants who may ask.
    pub consumers: Vec<String>,
    /// Namespace of the contract.
    pub namespace: String,
    /// What happens with a repeat.
    pub repeat: Repeat,
    /// Whether the service passes the external gateway.
    #[serde(default)]
    pub external: bool,
    /// Root element of the request.
    pub request: Root,
    /// Root element of the response.
    pub response: Root,
}

/// A root element.
#[derive(Debug, Clone, Deserialize)]
pub struct Root {
    /// Local name.
    pub element: String,
}

/// A service, ready to be used.
#[derive(Debug, Clone)]
pub struct Service {
    /// From its passport.
    pub passport: Passport,
    /// Its schema.
    pub contract: Vec<u8>,
    /// Its answer, when an outside system provides it.
    pub answer: Option<Expression>,
}

/// Why a folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    /// A file cannot be read.
    #[error("{path}: {error}")]
    Read {
        /// File or folder.
        path: String,
        /// Why.
        error: std::io::Error,
    },
    /// Larger or more than allowed.
    #[error(
        "{0}: too large or too many; files of at most {MOST_OCTETS} octets, at most {MOST_FOLDERS} folders are read"
    )]
    TooLarge(String),
    /// The passport is not what it should be.
    #[error("registers/{id}/passport.toml: {error}")]
    Passport {
        /// Folder.
        id: String,
        /// Why.
        error: Box<toml::de::Error>,
    },
    /// The passport names another service than the folder.
    #[error("registers/{folder}/passport.toml: id is {id}; it must equal the folder")]
    Id {
        /// Folder.
        folder: String,
        /// Id in the passport.
        id: String,
    },
    /// The answer is not FEEL.
    #[error("registers/{id}/answer.feel: {error}")]
    Answer {
        /// Folder.
        id: String,
        /// Where and why.
        error: FeelError,
    },
}

impl Service {
    /// Reads the texts of a folder.
    ///
    /// # Errors
    /// What is wrong, with the file it is in.
    pub fn read(folder: Folder) -> Result<Self, RegisterError> {
        let Folder { id, passport, contract, answer } = folder;
        let passport: Passport = toml::from_str(&passport)
            .map_err(|error| RegisterError::Passport { id: id.clone(), error: Box::new(error) })?;
        if passport.id != id {
            return Err(RegisterError::Id { folder: id, id: passport.id });
        }
        let parse = |text: String| Expression::parse_with(&text, &NAMES);
        let answer = answer.map(parse).transpose().map_err(|error| RegisterError::Answer { id, error })?;
        Ok(Self { passport, contract, answer })
    }
}

/// Names an answer may use beside the built-in ones; they are recognised whole.
pub(crate) const NAMES: [&str; 4] = ["find one", "find", "request", "answer"];

/// Reads every folder of `registers` that holds a passport.
///
/// # Errors
/// What cannot be read, with its path.
pub fn read_directory(registers: &Path) -> Result<BTreeMap<String, Service>, RegisterError> {
    let mut services = BTreeMap::new();
    let failed = |path: &Path, error| RegisterError::Read { path: path.display().to_string(), error };
    for entry in std::fs::read_dir(registers).map_err(|error| failed(registers, error))? {
        let path = entry.map_err(|error| failed(registers, error))?.path();
        if !path.join("passport.toml").is_file() {
            continue;
        }
        if services.len() >= MOST_FOLDERS {
            return Err(RegisterError::TooLarge(registers.display().to_string()));
        }
        let folder = read_folder(&path)?;
        let service = Service::read(folder)?;
        services.insert(service.passport.id.clone(), service);
    }
    Ok(services)
}

fn read_folder(path: &Path) -> Result<Folder, RegisterError> {
    let id = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let answer = path.join("answer.feel");
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Ok(Folder {
        id,
        passport: text(read_file(&path.join("passport.toml"))?),
        contract: read_file(&path.join("contract.xsd"))?,
        answer: if answer.is_file() { Some(text(read_file(&answer)?)) } else { None },
    })
}

fn read_file(path: &Path) -> Result<Vec<u8>, RegisterError> {
    let failed = |error| RegisterError::Read { path: path.display().to_string(), error };
    if std::fs::metadata(path).map_err(failed)?.len() > MOST_OCTETS {
        return Err(RegisterError::TooLarge(path.display().to_string()));
    }
    std::fs::read(path).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSPORT: &str = "id = \"X\"\nprovider = \"p\"\nconsumers = [\"c\"]\nnamespace = \"n\"\nrepeat = \"safe\"\nrequest.element = \"request\"\nresponse.element = \"response\"\nabout = \"more\"\n";

    fn folder(id: &str, passport: &str, answer: Option<&str>) -> Folder {
        Folder {
            id: id.into(),
            passport: passport.into(),
            contract: Vec::new(),
            answer: answer.map(str::to_owned),
        }
    }

    #[test]
    fn a_folder_is_read_and_what_is_wrong_names_its_file() {
        let service = Service::read(folder("X", PASSPORT, Some("{ response: {} }"))).unwrap();
        assert_eq!((service.passport.provider.as_str(), service.passport.external), ("p", false));
        let error = Service::read(folder("Y", PASSPORT, None)).unwrap_err();
        assert_eq!(error.to_string(), "registers/Y/passport.toml: id is X; it must equal the folder");
        let error = Service::read(folder("X", PASSPORT, Some("{ response: "))).unwrap_err().to_string();
        assert!(error.starts_with("registers/X/answer.feel: line 1"), "{error}");
        let error = Service::read(folder("X", "id = 5", None)).unwrap_err().to_string();
        assert!(error.starts_with("registers/X/passport.toml"), "{error}");
    }
}
