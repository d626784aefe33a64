//! Local accounts with a password: operators, and in a demonstration officials without a certificate.
//!
//! Passwords are kept as argon2id digests only. Sign-in tells a stranger nothing about which accounts exist, and a name that was
//! tried too often waits.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use serde::{Deserialize, Serialize};
use store::seal::Opened;
use store::{Commit, Partition, Write};

use crate::portal::{Home, PortalError};
use crate::sessions::{PORTAL_SUBJECT, Role, random};

/// The table: key = login, value = sealed account.
const ACCOUNTS: &str = "portal-accounts";
/// Longest login and password, in bytes.
const LONGEST: usize = 200;
/// Shortest password.
const SHORTEST_PASSWORD: usize = 12;
/// Wrong passwords before a name waits.
const MOST_TRIES: u32 = 5;
/// How long it waits.
const WAIT: Duration = Duration::from_secs(60);
/// Names remembered.
const MOST_NAMES: usize = 10_000;

/// An account to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAccount {
    /// What is typed to sign in: Latin letters, digits and hyphens.
    pub login: String,
    /// Name for pages and the ledger.
    pub name: String,
    /// What the person is.
    pub role: Role,
    /// Groups whose tasks the person may take.
    pub groups: Vec<String>,
    /// IIN, where the person is to sign with a certificate.
    pub iin: Option<String>,
    /// BIN of the organisation.
    pub bin: Option<String>,
}

/// Why an account was not made.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// Not a login.
    #[error("`{0}` is not a login: write 1 to 60 Latin letters, digits and hyphens")]
    Login(String),
    /// There is one.
    #[error("there is an account `{0}`")]
    Exists(String),
    /// Too short or too long.
    #[error("a password has {SHORTEST_PASSWORD} to {LONGEST} characters")]
    Password,
    /// The portal's own store or keys.
    #[error(transparent)]
    Portal(#[from] PortalError),
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Account {
    pub login: String,
    pub name: String,
    pub role: Role,
    pub groups: Vec<String>,
    pub iin: Option<String>,
    pub bin: Option<String>,
    password: String,
}

/// What came of a sign-in by password.
pub(crate) enum SignIn {
    Welcome(Box<Account>),
    Wrong,
    /// Tried too often.
    Wait,
}

/// The accounts of an installation.
pub struct Accounts {
    home: Home,
    tries: Mutex<HashMap<String, (u32, Instant)>>,
    /// Digest of a password nobody has, so that an unknown name takes as long as a known one.
    decoy: String,
}

impl std::fmt::Debug for Accounts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Accounts").finish_non_exhaustive()
    }
}

impl Accounts {
    /// The accounts in the portal's own store.
    ///
    /// # Errors
    /// When there is no randomness.
    pub fn new(home: Home) -> Result<Accounts, PortalError> {
        let decoy = digest(&random(16)?)?;
        Ok(Accounts { home, tries: Mutex::default(), decoy })
    }

    /// Makes an account.
    ///
    /// # Errors
    /// [`AccountError`].
    pub fn create(&self, account: NewAccount, password: &str) -> Result<(), AccountError> {
        let NewAccount { login, name, role, groups, iin, bin } = account;
        let letters = |login: &str| login.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if login.is_empty() || login.len() > 60 || !letters(&login) {
            return Err(AccountError::Login(login.chars().take(60).collect()));
        }
        if !(SHORTEST_PASSWORD..=LONGEST).contains(&password.len()) {
            return Err(AccountError::Password);
        }
        if self.find(&login)?.is_some() {
            return Err(AccountError::Exists(login));
        }
        let account =
            Account { login: login.clone(), name, role, groups, iin, bin, password: digest(password)? };
        let plain = serde_json::to_vec(&account).map_err(PortalError::from)?;
        let mut commit = Commit::new(Partition::of(&login));
        let sealed =
            self.home.keeper.seal(commit.partition, &PORTAL_SUBJECT, ACCOUNTS, &plain, &mut commit.writes);
        let value = sealed.map_err(PortalError::from)?;
        commit.writes.push(Write::PutRow { table: ACCOUNTS, key: login.into_bytes(), value });
        self.home.store.commit_one(commit).map_err(PortalError::from)?;
        Ok(())
    }

    /// Makes those of these accounts that do not exist, with random passwords; gives logins and passwords to be shown once.
    ///
    /// # Errors
    /// [`AccountError`].
    pub fn create_missing(&self, accounts: Vec<NewAccount>) -> Result<Vec<(String, String)>, AccountError> {
        let mut made = Vec::new();
        for account in accounts {
            let password = random(8)?;
            let login = account.login.clone();
            match self.create(account, &password) {
                Ok(()) => made.push((login, password)),
                Err(AccountError::Exists(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(made)
    }

    /// Signs in by password. Slow by design: not to be called on a thread that serves others.
    pub(crate) fn sign_in(&self, login: &str, password: &str) -> Result<SignIn, PortalError> {
        if login.len() > LONGEST || password.len() > LONGEST {
            return Ok(SignIn::Wrong);
        }
        if self.must_wait(login) {
            return Ok(SignIn::Wait);
        }
        let account = self.find(login)?;
        let kept = account.as_ref().map_or(&self.decoy, |account| &account.password);
        let kept = PasswordHash::new(kept).map_err(|error| PortalError::Password(error.to_string()))?;
        let right = Argon2::default().verify_password(password.as_bytes(), &kept).is_ok();
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        match account {
            Some(account) if right => {
                tries.remove(login);
                Ok(SignIn::Welcome(Box::new(account)))
            }
            _ => {
                if tries.len() >= MOST_NAMES {
                    tries.retain(|_, (_, last)| last.elapsed() < WAIT);
                }
                let entry = tries.entry(login.to_owned()).or_insert((0, Instant::now()));
                *entry = (entry.0.saturating_add(1), Instant::now());
                Ok(SignIn::Wrong)
            }
        }
    }

    fn must_wait(&self, login: &str) -> bool {
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        match tries.get(login) {
            Some((_, last)) if last.elapsed() >= WAIT => {
                tries.remove(login);
                false
            }
            Some((count, _)) => *count >= MOST_TRIES,
            None => tries.len() >= MOST_NAMES,
        }
    }

    fn find(&self, login: &str) -> Result<Option<Account>, PortalError> {
        let partition = Partition::of(login);
        let Some(sealed) = self.home.store.row(partition, ACCOUNTS, login.as_bytes())? else {
            return Ok(None);
        };
        match self.home.keeper.open(partition, &PORTAL_SUBJECT, ACCOUNTS, &sealed)? {
            Opened::Plain(plain) => Ok(Some(serde_json::from_slice(&plain)?)),
            Opened::Erased { .. } => Ok(None),
        }
    }
}

/// The digest of a password: argon2id with 7 MiB and five passes, which OWASP gives as equal to 19 MiB and two. The allocator keeps
/// that memory for each thread that made a digest, so less of it keeps an idle node small.
fn digest(password: &str) -> Result<String, PortalError> {
    let wrong = |error: String| PortalError::Password(error);
    let cost = Params::new(7 * 1024, 5, 1, None).map_err(|error| wrong(error.to_string()))?;
    let digest = Argon2::new(Algorithm::Argon2id, Version::V0x13, cost).hash_password(password.as_bytes());
    Ok(digest.map_err(|error| wrong(error.to_string()))?.to_string())
}
