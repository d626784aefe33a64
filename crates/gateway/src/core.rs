//! The decisions of a gateway, without sockets and clocks.
//!
//! A call takes two steps, each with a commit between judgement and act. The request: [`Core::judge`] reads and checks,
//! the caller commits, [`Core::entered`] releases it to be forwarded. The answer: [`Core::judge_answer`], commit,
//! [`Core::closed`]. [`Core::accept`] and [`Core::answered`] do both at once for callers that may wait.
//!
//! The order of checks follows the rules of the gateway: read, authenticate (V2), transport signature (§ 56–58), fields,
//! connection (§ 6), repeat. Nothing is released before its commit.

mod answer;
mod examine;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use bytes::Bytes;
use civic::ParticipantId;
use jiff::{SignedDuration, Timestamp};
use registry::{Gateway, Host, Registry};
use soap::{Code, Password, Refusal};
use store::seal::Keeper;
use store::{Commit, CommitError, Receipt, Store, Write};
use uuid::Uuid;
use xml::Limits;

use crate::exchange::{Admitted, Repeated};
use crate::identity::Identity;
use crate::journal::{ExchangeRow, KIND_FORWARDED, KIND_REFUSED, NotRecorded, Side, State, keep_envelope};
use crate::password::PasswordKey;

pub use crate::exchange::Exchange;

/// What a gateway is made of.
pub struct Parts {
    /// Which of the two instances.
    pub gateway: Gateway,
    /// Key, and trust in others.
    pub identity: Identity,
    /// Who may ask whom.
    pub registry: Arc<Registry>,
    /// Key of the digests of passwords.
    pub passwords: PasswordKey,
    /// Login with the other gateway; `None`: messages that need it are refused.
    pub login: Option<Login>,
    /// The gateway's own store.
    pub store: Arc<dyn Store>,
    /// Seals what is kept in that store.
    pub keeper: Arc<Keeper>,
    /// Bounds of a message.
    pub limits: Limits,
    /// How long envelopes are kept.
    pub retention: SignedDuration,
    /// Where ids of calls come from: random in operation, repeatable in the simulator.
    pub ids: Box<dyn Fn() -> [u8; 16] + Send + Sync>,
}

/// A login with the other gateway.
#[derive(Clone, Debug)]
pub struct Login {
    /// `senderId`.
    pub id: String,
    /// The password.
    pub password: Password,
}

/// One instance of the gateway.
pub struct Core {
    gateway: Gateway,
    identity: Identity,
    registry: RwLock<Arc<Registry>>,
    passwords: PasswordKey,
    login: Option<Login>,
    store: Arc<dyn Store>,
    keeper: Arc<Keeper>,
    limits: Limits,
    retention: SignedDuration,
    ids: Box<dyn Fn() -> [u8; 16] + Send + Sync>,
}

impl fmt::Debug for Core {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Core({})", self.gateway.participant())
    }
}

/// Who is at the other end of the connection.
#[derive(Clone, Debug, Default)]
pub struct PeerInfo {
    /// Network address, for the log.
    pub address: String,
}

/// Who gets a message next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// The provider, at the host that is registered.
    Provider(ParticipantId, Host),
    /// The other gateway.
    Gateway(Gateway),
}

impl Destination {
    /// The participant that gets it.
    #[must_use]
    pub fn participant(&self) -> &str {
        match self {
            Destination::Provider(id, _) => id.as_str(),
            Destination::Gateway(gateway) => gateway.participant(),
        }
    }
}

/// A message to be handed on.
#[derive(Clone, Debug)]
pub struct Outbound {
    /// To whom.
    pub destination: Destination,
    /// The envelope, signed by this gateway.
    pub bytes: Bytes,
    /// Longest time for the answer, of monotonic time.
    pub limit: Duration,
    /// The call, to be given back with the answer.
    pub exchange: Exchange,
}

/// What goes back to the one who called.
#[derive(Clone, Debug)]
pub struct Answer {
    /// HTTP status: 200, 500 with a fault, 503 when there is no room.
    pub status: u16,
    /// The envelope.
    pub body: Bytes,
    /// The gateway's own code, where it is a fault of the gateway.
    pub code: Option<&'static str>,
}

/// What becomes of a request.
#[derive(Clone, Debug)]
pub enum Accepted {
    /// It is recorded; hand it on.
    Forward(Box<Outbound>),
    /// It is refused; answer with the fault.
    Refused(Answer),
}

/// A request that was judged: commit, then [`Core::entered`].
pub struct Entry {
    commit: Option<Commit>,
    step: Step,
}

enum Step {
    Admit(Box<Admitted>),
    Refuse(Box<Refused>),
}

struct Refused {
    row: ExchangeRow,
    refusal: Refusal,
}

impl fmt::Debug for Entry {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self.step {
            Step::Admit(_) => "Entry(admitted)",
            Step::Refuse(_) => "Entry(refused)",
        })
    }
}

impl Entry {
    /// The commit to be made before [`Core::entered`]; empty the second time.
    pub fn take_commit(&mut self) -> Commit {
        self.commit.take().unwrap_or_else(|| Commit::new(store::Partition::of("")))
    }
}

/// What follows a commit.
#[derive(Debug)]
pub enum Entered {
    /// Another commit is needed first.
    Again(Entry),
    /// Decided.
    Done(Accepted),
}

/// An answer that was judged: commit, then [`Core::closed`].
#[derive(Debug)]
pub struct Closing {
    commit: Option<Commit>,
    row: ExchangeRow,
    answer: Answer,
}

impl Closing {
    /// Where the call stands now.
    #[must_use]
    pub fn state(&self) -> State {
        self.row.state
    }

    /// The commit to be made before [`Core::closed`]; empty the second time.
    pub fn take_commit(&mut self) -> Commit {
        self.commit.take().unwrap_or_else(|| Commit::new(store::Partition::of("")))
    }
}

impl Core {
    /// A gateway.
    #[must_use]
    pub fn new(parts: Parts) -> Core {
        Core {
            gateway: parts.gateway,
            identity: parts.identity,
            registry: RwLock::new(parts.registry),
            passwords: parts.passwords,
            login: parts.login,
            store: parts.store,
            keeper: parts.keeper,
            limits: parts.limits,
            retention: parts.retention,
            ids: parts.ids,
        }
    }

    /// Which instance it is.
    #[must_use]
    pub fn gateway(&self) -> Gateway {
        self.gateway
    }

    /// Its store.
    #[must_use]
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.store
    }

    /// The keys of its sealed documents.
    #[must_use]
    pub fn keeper(&self) -> &Arc<Keeper> {
        &self.keeper
    }

    /// Bounds of a message.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The registry in force.
    #[must_use]
    pub fn registry(&self) -> Arc<Registry> {
        Arc::clone(&self.registry.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts a changed registry in force; calls under way keep the one they were judged by.
    pub fn replace_registry(&self, registry: Arc<Registry>) {
        *self.registry.write().unwrap_or_else(PoisonError::into_inner) = registry;
    }

    /// Takes a request in: judges it, records it, and releases it or refuses it. Waits for the commit.
    pub fn accept(&self, raw: Bytes, peer: &PeerInfo, now: Timestamp) -> Accepted {
        let mut entry = self.judge(raw, peer, now);
        loop {
            let outcome = self.store.commit_one(entry.take_commit());
            match self.entered(entry, outcome, now) {
                Entered::Again(again) => entry = again,
                Entered::Done(accepted) => return accepted,
            }
        }
    }

    /// Reads and checks a request. Nothing is recorded yet.
    pub fn judge(&self, raw: Bytes, peer: &PeerInfo, now: Timestamp) -> Entry {
        let mut row = self.open(&raw, peer, now);
        match self.examine(raw, &mut row, now) {
            Ok(admitted) => self.admit(admitted, now),
            Err(rejection) => self.refuse(row, rejection, now),
        }
    }

    /// The request is journaled by the commit of `entry`, whose outcome is given: releases it, or says what has to come first.
    pub fn entered(&self, entry: Entry, outcome: Result<Receipt, CommitError>, now: Timestamp) -> Entered {
        match (entry.step, outcome) {
            (Step::Admit(admitted), Ok(_)) => Entered::Done(Accepted::Forward(Box::new(release(*admitted)))),
            (Step::Admit(admitted), Err(CommitError::Duplicate { .. })) => match admitted.repeated {
                Repeated::Forward => {
                    let mut again = *admitted;
                    again.row.repeat = true;
                    Entered::Again(self.admit(again, now))
                }
                Repeated::Refuse => {
                    let reason = "messageId was used before, and the service would do the same work twice; ask how \
                                  it ended, or send a new request under a new messageId";
                    Entered::Again(self.refuse(admitted.row, Refusal::new(Code::IdentifierUsed, reason), now))
                }
            },
            (Step::Admit(admitted), Err(CommitError::DigestMismatch { .. })) => {
                let reason = "messageId was used before for a message with other content; give every message an \
                              identifier of its own, and repeat a message unchanged";
                Entered::Again(self.refuse(admitted.row, Refusal::new(Code::IdentifierUsed, reason), now))
            }
            (Step::Admit(admitted), Err(error)) => {
                tracing::error!(exchange = %admitted.row.id, %error, "a request could not be recorded and is refused");
                Entered::Done(Accepted::Refused(self.not_recorded(&admitted.row, now)))
            }
            (Step::Refuse(refused), outcome) => {
                if let Err(error) = outcome {
                    tracing::error!(exchange = %refused.row.id, %error, "a refusal could not be recorded");
                }
                Entered::Done(Accepted::Refused(self.fault(&refused.row, &refused.refusal, now)))
            }
        }
    }

    /// The fault for a call that was not even looked at: no room, or a body that was not read to its end. It is journaled
    /// like every refusal.
    pub fn turn_away(&self, code: Code, reason: &str, peer: &PeerInfo, now: Timestamp) -> Entry {
        let row = self.open(&[], peer, now);
        self.refuse(row, Refusal::new(code, reason), now)
    }

    fn open(&self, raw: &[u8], peer: &PeerInfo, now: Timestamp) -> ExchangeRow {
        let id = Uuid::from_bytes((self.ids)());
        ExchangeRow::opened(id, now, self.gateway.participant(), &peer.address, raw)
    }

    /// Deletes envelopes whose retention is over, `limit` at most; gives how many. The journal keeps their digests.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn sweep(&self, now: Timestamp, limit: usize) -> Result<usize, store::ReadError> {
        let now_ms = now.as_millisecond();
        let expired = self.store.documents_expired(now_ms, limit)?;
        let commits = expired.into_iter().map(|(partition, id)| Commit {
            writes: vec![Write::DeleteDocument { id, now_ms }],
            ..Commit::new(partition)
        });
        let outcomes = self.store.commit(commits.collect());
        let deleted = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
        if let Some(Err(error)) = outcomes.iter().find(|outcome| outcome.is_err()) {
            tracing::warn!(%error, "an envelope whose retention is over could not be deleted now");
        }
        Ok(deleted)
    }

    fn admit(&self, admitted: Admitted, now: Timestamp) -> Entry {
        match self.admission(&admitted, now) {
            Ok(commit) => Entry { commit: Some(commit), step: Step::Admit(Box::new(admitted)) },
            Err(error) => {
                tracing::error!(exchange = %admitted.row.id, %error, "a request could not be recorded and is refused");
                self.refuse(admitted.row, internal(), now)
            }
        }
    }

    fn admission(&self, admitted: &Admitted, now: Timestamp) -> Result<Commit, NotRecorded> {
        let row = &admitted.row;
        let mut writes = Vec::with_capacity(8);
        if !row.repeat {
            let (partition, id) = (row.partition(), admitted.message);
            let received_ms = now.as_millisecond();
            writes.push(Write::PutInbox {
                partition,
                id,
                digest: admitted.content,
                body: Vec::new(),
                received_ms,
            });
            // Only the memory of the id is wanted; nobody takes the item up.
            writes.push(Write::DeleteInbox { id });
        }
        keep_envelope(&self.keeper, row, Side::Request, &admitted.raw, self.keep_until(now), &mut writes)?;
        row.commit(KIND_FORWARDED, now, writes)
    }

    fn refuse(&self, mut row: ExchangeRow, refusal: impl Into<Rejection>, now: Timestamp) -> Entry {
        let Rejection { refusal, noted } = refusal.into();
        let reason = noted.map_or_else(|| refusal.reason.clone(), str::to_owned);
        row.end(State::Refused, refusal.code.number(), Some(&reason));
        let commit = row.commit(KIND_REFUSED, now, Vec::new());
        let commit = commit.inspect_err(
            |error| tracing::error!(exchange = %row.id, %error, "a refusal could not be recorded"),
        );
        Entry { commit: commit.ok(), step: Step::Refuse(Box::new(Refused { row, refusal })) }
    }

    fn not_recorded(&self, row: &ExchangeRow, now: Timestamp) -> Answer {
        self.fault(row, &internal(), now)
    }

    fn keep_until(&self, now: Timestamp) -> i64 {
        now.checked_add(self.retention).unwrap_or(Timestamp::MAX).as_millisecond()
    }
}

/// A refusal, with other words for the journal where those for the sender may name a person.
pub(crate) struct Rejection {
    refusal: Refusal,
    noted: Option<&'static str>,
}

impl From<Refusal> for Rejection {
    fn from(refusal: Refusal) -> Rejection {
        Rejection { refusal, noted: None }
    }
}

fn internal() -> Refusal {
    Refusal::new(Code::Internal, "the gateway cannot take messages now; send the same message again later")
}

fn release(admitted: Admitted) -> Outbound {
    let limit = admitted.limit;
    Outbound {
        destination: admitted.destination,
        bytes: admitted.outbound,
        limit,
        exchange: Exchange {
            row: Arc::new(admitted.row),
            expected: Arc::new(admitted.expected),
            answering: admitted.answering.into(),
            limit,
        },
    }
}
