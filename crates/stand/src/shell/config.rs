//! What the stand is told at its start.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::{Date, date};
use serde::Deserialize;

use crate::smsc::Account;

/// Settings; in TOML the same names. Paths are relative to the working directory.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Address of the outside systems: `POST /systems/PARTICIPANT`.
    pub systems: String,
    /// Address of the pages and of the control interface.
    pub pages: String,
    /// Address of the message centre.
    pub smsc: String,
    /// Address of the double of NCALayer; none: it is not started.
    pub ncalayer: Option<String>,
    /// Folder of the registers, `participants.toml` in it.
    pub registers: PathBuf,
    /// Folder of the stand's own data.
    pub data: PathBuf,
    /// Folder with `PARTICIPANT.crt.pem` and `PARTICIPANT.key.pem` of every outside system. A system without keys is not played.
    pub keys: PathBuf,
    /// Certificates of trusted authorities (PEM).
    pub anchors: Vec<PathBuf>,
    /// Certificates of authorities below them (PEM).
    pub intermediates: Vec<PathBuf>,
    /// Revocation lists (DER or PEM), read again every minute. Without any, revocation is not checked.
    pub revocation_lists: Vec<PathBuf>,
    /// Folder with the tokens of the synthetic officials.
    pub officials: Option<PathBuf>,
    /// Address of each gateway, by its id: the full URL to post to.
    pub gateways: BTreeMap<String, String>,
    /// Login of each system with its gateway.
    pub logins: BTreeMap<String, Login>,
    /// Accounts of the message centre.
    pub accounts: Vec<Account>,
    /// Chooses the country.
    pub seed: u64,
    /// Families beside the named stories.
    pub families: u32,
    /// The day on which the country stands.
    pub today: Date,
    /// Where the legal clock begins; the system's clock when absent.
    pub legal_start: Option<Timestamp>,
}

/// Login of a system with its gateway.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Login {
    /// `senderId`.
    pub sender_id: String,
    /// Password.
    pub password: String,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            systems: "127.0.0.1:8090".to_owned(),
            pages: "127.0.0.1:8088".to_owned(),
            smsc: "127.0.0.1:2775".to_owned(),
            ncalayer: Some("127.0.0.1:13579".to_owned()),
            registers: PathBuf::from("registers"),
            data: PathBuf::from("data/stand"),
            keys: PathBuf::from("data/stand/keys"),
            anchors: Vec::new(),
            intermediates: Vec::new(),
            revocation_lists: Vec::new(),
            officials: None,
            gateways: BTreeMap::new(),
            logins: BTreeMap::new(),
            accounts: Vec::new(),
            seed: 1,
            families: 2_000,
            today: date(2024, 4, 1),
            legal_start: None,
        }
    }
}

/// A settings file that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {reason}")]
pub struct ConfigError {
    /// File.
    pub path: String,
    /// What is wrong.
    pub reason: String,
}

impl Config {
    /// Reads a settings file.
    ///
    /// # Errors
    /// A file that cannot be read, an unknown key, a value of another form.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let failed = |reason: String| ConfigError { path: path.display().to_string(), reason };
        let text = std::fs::read_to_string(path).map_err(|error| failed(error.to_string()))?;
        toml::from_str(&text).map_err(|error| failed(error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_gives_what_differs_and_unknown_keys_are_refused() {
        let text = "families = 5\nlegal_start = \"2024-04-01T09:00:00+05:00\"\n[gateways]\ngateway = \"http://127.0.0.1:8081/\"\n\
                    [logins.bank-1]\nsender_id = \"b\"\npassword = \"p\"\n[[accounts]]\nsystem_id = \"gov\"\npassword = \"p\"\nnumbers = [\"1414\"]\n";
        let config: Config = toml::from_str(text).unwrap();
        assert_eq!((config.families, config.accounts[0].numbers[0].as_str()), (5, "1414"));
        assert_eq!(config.legal_start, Some("2024-04-01T04:00:00Z".parse().unwrap()));
        assert!(toml::from_str::<Config>("familys = 5").unwrap_err().to_string().contains("familys"));
    }
}
