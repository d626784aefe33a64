//! The ledger of accesses: who saw or received whose personal data, when, why and in which case.
//!
//! An entry is a journal record of the participant that holds the data: durable before anything is shown, covered by the chain, never
//! changed. The subject stands as a keyed digest, the entry sealed with the subject's own key. Never show data first and record after.

use std::collections::BTreeSet;

use civic::Iin;
use engine::{Engine, EngineError};
use jiff::Timestamp;
use rules::{Context, Value};
use serde::{Deserialize, Serialize};
use store::seal::{Opened, SealError};
use store::{Commit, CommitError, Id, Partition, ReadError, Record};

/// Journal kind: an access to personal data.
pub const KIND_ACCESS: u16 = 0x0201;
/// What an entry is sealed for.
const PURPOSE: &str = "access";
/// Most people that one access is recorded for.
pub const MOST_SUBJECTS: usize = 64;
/// Longest reason, name or deed, in characters; longer ones are cut visibly.
const LONGEST: usize = 300;
/// Entries read from the journal at once.
const PAGE: usize = 500;

/// Whose data: a keyed digest that names a person to nobody but the participant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subject(Id);

impl Subject {
    /// A person.
    pub fn person(engine: &Engine, iin: &Iin) -> Subject {
        Subject::blinded(engine, "ledger-person", iin.reveal())
    }

    /// A case in which no identification number stands (an SMS knows only a telephone number).
    pub fn case(engine: &Engine, case_ref: &str) -> Subject {
        Subject::blinded(engine, "ledger-case", case_ref)
    }

    fn blinded(engine: &Engine, label: &str, value: &str) -> Subject {
        let digest = engine.keeper().blind(label, value.as_bytes());
        let mut id = [0; 16];
        id.copy_from_slice(&digest[..16]);
        Subject(id)
    }

    fn partition(&self) -> Partition {
        Partition::of_bytes(&self.0)
    }
}

/// What was done with the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Deed {
    /// A person looked at them on a page.
    Seen,
    /// They went to another participant in a message.
    Disclosed,
    /// They were taken out as a file.
    Exported,
}

/// An access about to happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// Who: an account with its role, a certificate's subject, or a participant.
    pub who: String,
    /// What is done.
    pub deed: Deed,
    /// What of the data: `case file`, the service of a message, …
    pub what: String,
    /// Why: the words of the person, or the paragraph.
    pub reason: String,
    /// The business key of the case.
    pub case_ref: String,
    /// Identifier of the message, for a disclosure.
    pub message_id: Option<String>,
    /// Legal time.
    pub at: Timestamp,
}

/// An entry of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// Legal time.
    pub at: Timestamp,
    /// Who.
    pub who: String,
    /// What was done.
    pub deed: Deed,
    /// What of the data.
    pub what: String,
    /// Why.
    pub reason: String,
    /// The business key of the case.
    pub case_ref: String,
    /// Identifier of the message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message_id: Option<String>,
    /// The participant whose records they are.
    pub participant: String,
}

/// Why an access could not be recorded or read.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The store takes no record.
    #[error(transparent)]
    Commit(#[from] CommitError),
    /// The store cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// An entry cannot be sealed or opened.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// An entry is not what was written.
    #[error("an entry of the ledger cannot be read: {0}")]
    Json(#[from] serde_json::Error),
    /// A case cannot be read.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// Nobody whose data they are is known.
    #[error("nobody is named whose data they are; name the person or the case")]
    Nobody,
}

/// The ledger of one participant.
#[derive(Clone, Copy)]
pub struct Ledger<'e> {
    engine: &'e Engine,
}

impl<'e> Ledger<'e> {
    /// The ledger of the participant of this engine.
    pub fn new(engine: &'e Engine) -> Ledger<'e> {
        Ledger { engine }
    }

    /// Records an access to the data of these subjects; durable when it returns.
    ///
    /// # Errors
    /// [`LedgerError`]: then nothing may be shown or sent.
    pub fn record(&self, subjects: &BTreeSet<Subject>, access: &Access) -> Result<(), LedgerError> {
        if subjects.is_empty() {
            return Err(LedgerError::Nobody);
        }
        let entry = Entry {
            at: access.at,
            who: shortened(&access.who),
            deed: access.deed,
            what: shortened(&access.what),
            reason: shortened(&access.reason),
            case_ref: shortened(&access.case_ref),
            message_id: access.message_id.as_deref().map(shortened),
            participant: self.engine.participant().to_owned(),
        };
        let plain = serde_json::to_vec(&entry)?;
        let commits = || -> Result<Vec<Commit>, LedgerError> {
            subjects.iter().map(|subject| self.commit(*subject, &plain, access.at)).collect()
        };
        for outcome in self.engine.store().commit(commits()?) {
            match outcome {
                Ok(_) => {}
                // Another thread made the subject's key first: the same once more with that key. An entry twice is no harm.
                Err(CommitError::SealKeyExists { .. }) => {
                    self.engine.store().commit(commits()?).into_iter().collect::<Result<Vec<_>, _>>()?;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Records that the people named in a message's data were made known to another participant. A message that names nobody
    /// leaves an entry for its case.
    ///
    /// # Errors
    /// As [`Ledger::record`]: then the message may not go out.
    pub fn record_disclosure(&self, data: &Context, access: &Access) -> Result<(), LedgerError> {
        let mut people = BTreeSet::new();
        people_named(data, &mut people);
        self.record(&self.subjects(&people, &access.case_ref), access)
    }

    /// Records an access to what this participant holds under a business key, for the people whom its cases name: for a disclosure
    /// of which only the key of the case is known.
    ///
    /// # Errors
    /// As [`Ledger::record`], and when a case cannot be read.
    pub fn record_for_case(&self, access: &Access) -> Result<(), LedgerError> {
        let mut people = BTreeSet::new();
        for case in self.engine.cases_of(&access.case_ref)? {
            let partition = crate::file::partition(&case);
            let running = match self.engine.head(case.case, partition) {
                Ok(head) => head.map(|head| head.state),
                Err(EngineError::Erased(_)) => None,
                Err(error) => return Err(error.into()),
            };
            for activation in running.iter().flat_map(|state| state.activations.values()) {
                people_named(&activation.variables, &mut people);
            }
            // An ended case has let its variables go; its history knows them.
            if running.is_some_and(|state| state.activations.is_empty()) {
                people.extend(crate::file::people_in(&self.engine.history(case.case, partition)?));
            }
        }
        self.record(&self.subjects(&people, &access.case_ref), access)
    }

    /// The subjects for these people, or for the case when nobody is named.
    pub(crate) fn subjects(&self, people: &BTreeSet<Iin>, case_ref: &str) -> BTreeSet<Subject> {
        if people.is_empty() {
            return BTreeSet::from([Subject::case(self.engine, case_ref)]);
        }
        people.iter().map(|iin| Subject::person(self.engine, iin)).collect()
    }

    /// The last `limit` accesses to the data of a subject, newest first; nothing once the subject was erased.
    ///
    /// # Errors
    /// When the store or a key cannot be read.
    pub fn of(&self, subject: Subject, limit: usize) -> Result<Vec<Entry>, LedgerError> {
        let (store, keeper) = (self.engine.store(), self.engine.keeper());
        let mut rows = Vec::new();
        let mut from = 1;
        loop {
            let page = store.journal_of(subject.partition(), &subject.0, from, PAGE)?;
            let Some(last) = page.last() else { break };
            from = last.seq + 1;
            let whole = page.len() == PAGE;
            rows.extend(page.into_iter().filter(|row| row.kind == KIND_ACCESS));
            if rows.len() > limit {
                rows.drain(..rows.len() - limit);
            }
            if !whole {
                break;
            }
        }
        let mut entries = Vec::with_capacity(rows.len());
        for row in rows.into_iter().rev() {
            if let Opened::Plain(plain) = keeper.open(subject.partition(), &subject.0, PURPOSE, &row.body)? {
                entries.push(serde_json::from_slice(&plain)?);
            }
        }
        Ok(entries)
    }

    fn commit(&self, subject: Subject, plain: &[u8], at: Timestamp) -> Result<Commit, LedgerError> {
        let partition = subject.partition();
        let mut commit = Commit::new(partition);
        let body = self.engine.keeper().seal(partition, &subject.0, PURPOSE, plain, &mut commit.writes)?;
        commit.record = Some(Record {
            subject: subject.0,
            kind: KIND_ACCESS,
            at,
            header: b"{\"format\":1}".to_vec(),
            body,
        });
        Ok(commit)
    }
}

/// The people whose identification numbers stand in a context: under names that are `iin` or end with `Iin`. At most
/// [`MOST_SUBJECTS`].
pub(crate) fn people_named(context: &Context, people: &mut BTreeSet<Iin>) {
    for (name, value) in context.iter() {
        match value {
            Value::String(text) if &**name == "iin" || name.ends_with("Iin") => {
                if let (Ok(iin), true) = (text.parse::<Iin>(), people.len() < MOST_SUBJECTS) {
                    people.insert(iin);
                }
            }
            other => people_within(other, people),
        }
    }
}

/// The same, inside a value.
pub(crate) fn people_within(value: &Value, people: &mut BTreeSet<Iin>) {
    match value {
        Value::Context(context) => people_named(context, people),
        Value::List(items) => items.iter().for_each(|item| people_within(item, people)),
        _ => {}
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}
