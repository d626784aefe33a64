//! Sessions: who has signed in. The id is random, lives in a cookie and stands in the store only as its digest; what the session
//! knows is sealed. It ends after half an hour without use and after ten hours in any case, by the machine's clock: the legal clock of a
//! demonstration may jump.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use store::seal::Opened;
use store::{Commit, Id, Partition, Write};

use crate::portal::{Home, PortalError};

/// Ends without use.
const IDLE: SignedDuration = SignedDuration::from_mins(30);
/// Ends in any case.
const ABSOLUTE: SignedDuration = SignedDuration::from_hours(10);
/// Use is noted at most this often.
const NOTED: SignedDuration = SignedDuration::from_secs(60);
/// The table.
const SESSIONS: &str = "portal-sessions";
/// Under this subject sessions and accounts are sealed.
pub(crate) const PORTAL_SUBJECT: Id = *b"portal-own-store";
/// Expired sessions removed at a sign-in, at most.
const MOST_REMOVED: usize = 500;

/// What somebody is to the portal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// A person who sees what concerns themselves.
    Citizen,
    /// An official of an authorised body.
    Official,
    /// An operator of the installation.
    Operator,
}

impl Role {
    /// Its name in texts.
    pub fn id(self) -> &'static str {
        match self {
            Role::Citizen => "citizen",
            Role::Official => "official",
            Role::Operator => "operator",
        }
    }
}

/// Somebody who has signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Session {
    /// Login of the account, or how the certificate names its holder.
    pub account: String,
    /// Name for pages.
    pub name: String,
    pub role: Role,
    /// Groups whose tasks the person may take.
    pub groups: Vec<String>,
    /// IIN, after signing in with a certificate or when the account has one.
    pub iin: Option<String>,
    /// BIN of the person's organisation.
    pub bin: Option<String>,
    /// Whether it was a certificate.
    pub by_certificate: bool,
    /// Stands in every form.
    pub csrf: String,
    pub created: Timestamp,
    pub seen: Timestamp,
}

impl Session {
    /// How the ledger and the history name the person.
    pub fn who(&self) -> String {
        match self.by_certificate {
            true => format!("{} ({})", self.name, self.role.id()),
            false => format!("{} ({}, {})", self.name, self.account, self.role.id()),
        }
    }

    fn has_ended(&self, now: Timestamp) -> bool {
        now.duration_since(self.seen) > IDLE || now.duration_since(self.created) > ABSOLUTE
    }
}

/// Random bytes in hexadecimal digits.
pub(crate) fn random(bytes: usize) -> Result<String, PortalError> {
    let mut random = vec![0; bytes];
    aws_lc_rs::rand::fill(&mut random).map_err(|_| PortalError::Randomness)?;
    Ok(hex::encode(random))
}

fn key(id: &str) -> Vec<u8> {
    aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, id.as_bytes()).as_ref().to_vec()
}

impl Home {
    /// Begins a session; gives the id for the cookie.
    pub(crate) fn begin_session(&self, session: &Session, now: Timestamp) -> Result<String, PortalError> {
        self.remove_ended(now)?;
        let id = random(32)?;
        self.keep(&id, session)?;
        Ok(id)
    }

    /// The session of a cookie, when it has not ended.
    pub(crate) fn session(&self, id: &str, now: Timestamp) -> Result<Option<Session>, PortalError> {
        if id.len() != 64 {
            return Ok(None);
        }
        let key = key(id);
        let partition = Partition::of_bytes(&key);
        let Some(sealed) = self.store.row(partition, SESSIONS, &key)? else { return Ok(None) };
        let Some(mut session) = self.unseal(partition, &sealed)? else { return Ok(None) };
        if session.has_ended(now) {
            self.end_session(id)?;
            return Ok(None);
        }
        if now.duration_since(session.seen) > NOTED {
            session.seen = now;
            self.keep(id, &session)?;
        }
        Ok(Some(session))
    }

    /// Ends a session.
    pub(crate) fn end_session(&self, id: &str) -> Result<(), PortalError> {
        let key = key(id);
        let mut commit = Commit::new(Partition::of_bytes(&key));
        commit.writes.push(Write::DeleteRow { table: SESSIONS, key });
        self.store.commit_one(commit)?;
        Ok(())
    }

    fn keep(&self, id: &str, session: &Session) -> Result<(), PortalError> {
        let key = key(id);
        let mut commit = Commit::new(Partition::of_bytes(&key));
        let plain = serde_json::to_vec(session)?;
        let value =
            self.keeper.seal(commit.partition, &PORTAL_SUBJECT, SESSIONS, &plain, &mut commit.writes)?;
        commit.writes.push(Write::PutRow { table: SESSIONS, key, value });
        self.store.commit_one(commit)?;
        Ok(())
    }

    fn unseal(&self, partition: Partition, sealed: &[u8]) -> Result<Option<Session>, PortalError> {
        Ok(match self.keeper.open(partition, &PORTAL_SUBJECT, SESSIONS, sealed)? {
            Opened::Plain(plain) => Some(serde_json::from_slice(&plain)?),
            Opened::Erased { .. } => None,
        })
    }

    fn remove_ended(&self, now: Timestamp) -> Result<(), PortalError> {
        for row in self.store.rows_everywhere(SESSIONS, &[], MOST_REMOVED)? {
            if self.unseal(row.partition, &row.value)?.is_none_or(|session| session.has_ended(now)) {
                let mut commit = Commit::new(row.partition);
                commit.writes.push(Write::DeleteRow { table: SESSIONS, key: row.key });
                self.store.commit_one(commit)?;
            }
        }
        Ok(())
    }
}
