//! Keys, certificates and passwords of an installation, and the demonstration's own certifying authority.
//!
//! A demonstration makes them at its first start, in one folder that appears whole or not at all; nothing of it is ever committed
//! to a repository. Outside systems get a folder of their own: the platform never reads their keys, nor those of officials.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use aws_lc_rs::rand;
use eds::algorithm::SignatureAlgorithm;
use eds::issue::{Authority, Period, Subject, ToRevoke};
use jiff::{Span, Timestamp};

/// Participants that sign with RSA, so that both algorithms are always in use.
const RSA: &[&str] = &["ministry", "bank-3"];

/// The account of the SMS gateway with the message centre, among the passwords.
pub const SMPP_LOGIN: &str = "smpp";

/// Where things of an installation lie.
#[derive(Debug, Clone)]
pub struct Installation {
    /// The folder with certificates of authorities and revocation lists.
    pub trust: PathBuf,
    /// `<participant>.crt.pem`, `<participant>.key.pem` of hosted participants and gateways.
    pub keys: PathBuf,
    /// Logins and addresses, read by the registry beside `registers/participants.toml`.
    pub participants: PathBuf,
    /// Key-encryption keys of the stores, one file each, apart from the stores themselves.
    pub seal: PathBuf,
    /// The key under which passwords of senders are digested.
    pub password_key: [u8; 32],
    /// Passwords of hosted participants with their gateway.
    pub passwords: BTreeMap<String, String>,
    /// The stand's own folder.
    pub stand: PathBuf,
}

/// Who is to get a key: id, name, BIN, whether the platform hosts it.
#[derive(Debug, Clone)]
pub struct Member {
    /// The participant's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its BIN.
    pub bin: String,
    /// Whether its logic is carried out here.
    pub hosted: bool,
}

impl Installation {
    /// Opens the installation under `data`; a demonstration that has none yet makes it.
    ///
    /// # Errors
    /// When files cannot be read or written, or the folder is not whole.
    pub fn open(data: &Path, demo: bool, members: &[Member], from: Timestamp) -> Result<Installation> {
        let home = data.join("installation");
        if !home.is_dir() {
            if !demo {
                bail!(
                    "{} does not exist: put keys and certificates there (docs/installation.md), or start with --demo",
                    home.display()
                );
            }
            make_demo(data, &home, members, from)
                .with_context(|| format!("cannot make {}", home.display()))?;
        }
        let passwords = fs::read_to_string(home.join("passwords.toml")).context("passwords.toml")?;
        let key = fs::read_to_string(home.join("password.key")).context("password.key")?;
        let mut password_key = [0; 32];
        hex::decode_to_slice(key.trim(), &mut password_key)
            .context("password.key must hold 64 hexadecimal digits")?;
        Ok(Installation {
            trust: home.join("trust"),
            keys: home.join("keys"),
            seal: home.join("seal"),
            participants: home.join("participants.toml"),
            password_key,
            passwords: toml::from_str(&passwords).context("passwords.toml")?,
            stand: data.join("stand"),
        })
    }
}

fn make_demo(data: &Path, home: &Path, members: &[Member], from: Timestamp) -> Result<()> {
    let draft = data.join("installation.new");
    let stand = data.join("stand");
    for old in [&draft, &stand] {
        if old.exists() {
            fs::remove_dir_all(old)?;
        }
    }
    for folder in ["trust", "keys"] {
        fs::create_dir_all(draft.join(folder))?;
        fs::create_dir_all(stand.join(folder))?;
    }
    fs::create_dir_all(draft.join("seal"))?;
    fs::create_dir_all(stand.join("officials"))?;

    let period = years(from, -5, 20)?;
    let root = Authority::root(&Subject::named("QYZMET DEMO ROOT"), period)?;
    let issuing = root.subordinate(&Subject::named("QYZMET DEMO ISSUING"), period)?;
    let revoked = officials(&issuing, from, &stand.join("officials"))?;
    let lists = [
        ("root.crl", root.revocation_list(1, period.from, period.to, &[])?),
        ("issuing.crl", issuing.revocation_list(1, period.from, period.to, &revoked)?),
    ];
    for folder in [draft.join("trust"), stand.join("trust")] {
        open_file(&folder.join("root.crt"), root.certificate().to_pem()?.as_bytes())?;
        open_file(&folder.join("issuing.crt"), issuing.certificate().to_pem()?.as_bytes())?;
        for (name, der) in &lists {
            open_file(&folder.join(name), der)?;
        }
    }
    secret_file(&draft.join("issuing.key"), issuing.key().to_pem()?.as_bytes())?;

    let mut password_key = [0; 32];
    rand::fill(&mut password_key).map_err(|_| anyhow::anyhow!("no random bytes"))?;
    secret_file(&draft.join("password.key"), hex::encode(password_key).as_bytes())?;
    let digest = gateway::PasswordKey::new(&password_key);
    let (mut logins, mut own, mut theirs) = (String::new(), String::new(), String::new());
    for member in members {
        let algorithm = if RSA.contains(&member.id.as_str()) {
            SignatureAlgorithm::RsaSha256
        } else {
            SignatureAlgorithm::EcdsaP256Sha256
        };
        let subject = Subject {
            common_name: member.name.clone(),
            organization: Some(member.name.clone()),
            bin: Some(member.bin.clone()),
            ..Subject::default()
        };
        let (key, certificate) = issuing.participant(&subject, algorithm, period)?;
        let folder = if member.hosted { draft.join("keys") } else { stand.join("keys") };
        open_file(&folder.join(format!("{}.crt.pem", member.id)), certificate.to_pem()?.as_bytes())?;
        secret_file(&folder.join(format!("{}.key.pem", member.id)), key.to_pem()?.as_bytes())?;
        let password = random_password()?;
        let mac = hex::encode(digest.mac(&member.id, &password));
        let line = format!("{} = \"{password}\"\n", member.id);
        if member.hosted {
            own.push_str(&line)
        } else {
            theirs.push_str(&line)
        }
        logins.push_str(&format!(
            "[[sender]]\nparticipant = \"{0}\"\nid = \"{0}\"\npassword_hmac = \"{mac}\"\n\n",
            member.id
        ));
    }
    // SMPP 3.4 allows eight characters.
    let smpp: String = random_password()?.chars().take(8).collect();
    for list in [&mut own, &mut theirs] {
        list.push_str(&format!("{SMPP_LOGIN} = \"{smpp}\"\n"));
    }
    secret_file(&draft.join("passwords.toml"), own.as_bytes())?;
    secret_file(&stand.join("passwords.toml"), theirs.as_bytes())?;
    open_file(&draft.join("participants.toml"), logins.as_bytes())?;
    fs::rename(&draft, home)?;
    fs::File::open(data)?.sync_all()?;
    Ok(())
}

/// Keys of officials, in the stand's folder: the platform never holds them. Gives the ones to revoke.
fn officials(issuing: &Authority, from: Timestamp, folder: &Path) -> Result<Vec<ToRevoke>> {
    let mut revoked = Vec::new();
    for official in stand::officials::issue(issuing, from)? {
        open_file(&folder.join(format!("{}.crt.pem", official.id)), official.certificate_pem.as_bytes())?;
        secret_file(&folder.join(format!("{}.key.pem", official.id)), official.key_pem.as_bytes())?;
        revoked.extend(official.revoke);
    }
    Ok(revoked)
}

/// A period around a moment, in years before and after.
fn years(moment: Timestamp, before: i64, after: i64) -> Result<Period> {
    let days = |years: i64| Span::new().try_hours(years * 365 * 24);
    Ok(Period { from: moment.checked_add(days(before)?)?, to: moment.checked_add(days(after)?)? })
}

fn random_password() -> Result<String> {
    let mut bytes = [0; 18];
    rand::fill(&mut bytes).map_err(|_| anyhow::anyhow!("no random bytes"))?;
    Ok(hex::encode(bytes))
}

fn open_file(path: &Path, bytes: &[u8]) -> Result<()> {
    write(path, bytes, 0o644)
}

fn secret_file(path: &Path, bytes: &[u8]) -> Result<()> {
    write(path, bytes, 0o600)
}

fn write(path: &Path, bytes: &[u8], mode: u32) -> Result<()> {
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(mode).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    Ok(())
}
