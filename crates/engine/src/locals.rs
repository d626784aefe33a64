//! Local tasks: what a participant does with its own records inside a transition, in the same commit.
//!
//! The engine knows four (find cases, register, acquire, release); rooms above add theirs (texts, documents, consents) with
//! [`crate::Engine::with_local`]. A local task reads the store, adds writes, and never waits, calls out or reads a clock.

use flow::WorkId;
use jiff::Timestamp;
use rules::{Context, Value};
use store::{Id, Partition, Write};

use crate::advance::Working;
use crate::head::Head;
use crate::inbox::{InboxItem, Part};
use crate::overlay::Overlay;
use crate::{Engine, EngineError};

/// Applications and case files by person and service.
const BY_SUBJECT: &str = "cases-by-subject";
/// Most cases of one person and service that are looked at.
const MOST_FOUND: usize = 1_000;
/// The last number given in a year.
const NUMBERS: &str = "numbers";

/// What a local task is asked.
pub struct LocalCall<'a> {
    /// The work that waits.
    pub work: WorkId,
    /// The element that asks.
    pub element: &'a str,
    /// The variable `request` of the task.
    pub request: Context,
    /// All local variables of the task.
    pub input: &'a Context,
    /// Legal time.
    pub now: Timestamp,
}

/// What came of it.
pub enum LocalOutcome {
    /// Done; offered to the output mappings as `response`.
    Done(Value),
    /// The answer comes later as an item of the inbox.
    Waits,
    /// A business error that a boundary event may catch.
    Refused {
        /// Its code.
        code: String,
        /// In words.
        message: String,
    },
}

/// A local task of a room above.
pub trait LocalTask: Send + Sync {
    /// Performs it.
    ///
    /// # Errors
    /// What is wrong with the request: becomes an incident at the element.
    fn perform(&self, call: &LocalCall<'_>, tools: &mut LocalTools<'_>) -> Result<LocalOutcome, String>;
}

/// What a local task may touch: its own participant's store, inside the running transition.
pub struct LocalTools<'a> {
    pub(crate) engine: &'a Engine,
    pub(crate) case: Id,
    pub(crate) case_ref: &'a str,
    pub(crate) service: &'a str,
    pub(crate) bundle: &'a crate::bundle::Bundle,
    pub(crate) partition: store::Partition,
    pub(crate) overlay: &'a mut Overlay,
    pub(crate) writes: &'a mut Vec<Write>,
}

impl LocalTools<'_> {
    /// The case.
    pub fn case(&self) -> Id {
        self.case
    }

    /// The business key of the case.
    pub fn case_ref(&self) -> &str {
        self.case_ref
    }

    /// The service of the case.
    pub fn service(&self) -> &str {
        self.service
    }

    /// The bundle that the case is pinned to: texts, forms, parameters.
    pub fn bundle(&self) -> &crate::bundle::Bundle {
        self.bundle
    }

    /// The participant that carries the case out.
    pub fn participant(&self) -> &str {
        self.engine.participant()
    }

    /// A keyed digest by which a personal value can be looked up without standing in the open.
    pub fn blind(&self, label: &str, value: &str) -> [u8; 32] {
        self.engine.keeper.blind(label, value.as_bytes())
    }

    /// Seals bytes with the key of the case.
    ///
    /// # Errors
    /// When the key cannot be made or read.
    pub fn seal(&mut self, purpose: &str, plain: &[u8]) -> Result<Vec<u8>, EngineError> {
        self.engine.seal(self.partition, &self.case, purpose, plain, self.writes)
    }

    /// A row of this case's partition, as the transition will leave it.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn row(&mut self, table: &'static str, key: &[u8]) -> Result<Option<Vec<u8>>, EngineError> {
        self.overlay.row(&*self.engine.store, self.partition, table, key)
    }

    /// Writes a row of this case's partition.
    pub fn put_row(&mut self, table: &'static str, key: Vec<u8>, value: Vec<u8>) {
        self.overlay.put(self.partition, table, &key, Some(value.clone()));
        self.writes.push(Write::PutRow { table, key, value });
    }

    /// Keeps a sealed document.
    pub fn put_document(&mut self, id: Id, sealed: Vec<u8>, retention_until_ms: i64) {
        self.writes.push(Write::PutDocument { id, sealed, retention_until_ms });
    }
}

impl Engine {
    /// Performs the local task `name`.
    pub(crate) fn local(
        &self,
        working: &mut Working,
        overlay: &mut Overlay,
        name: &str,
        call: &LocalCall<'_>,
        writes: &mut Vec<Write>,
    ) -> Result<LocalOutcome, EngineError> {
        match name {
            "acquire" => return self.acquire(working, call, writes),
            "release" => return self.release(working, call, writes),
            _ => {}
        }
        let Head { case_ref, service, .. } = &working.head;
        let mut tools = LocalTools {
            engine: self,
            case: working.case,
            case_ref,
            service,
            bundle: &working.bundle,
            partition: working.partition,
            overlay,
            writes,
        };
        let outcome = match name {
            "find-cases" => match self.find_cases(tools.overlay, call)? {
                Ok(cases) => return Ok(LocalOutcome::Done(cases)),
                Err(message) => Err(message),
            },
            "register" => match register(call, &mut tools)? {
                Ok(registered) => return Ok(LocalOutcome::Done(registered)),
                Err(message) => Err(message),
            },
            _ => match self.locals.get(name) {
                Some(task) => task.perform(call, &mut tools),
                None => Err(format!("no local task is called `{name}`")),
            },
        };
        Ok(outcome.unwrap_or_else(|message| LocalOutcome::Refused { code: String::new(), message }))
    }

    /// `find-cases`: applications and case files of a person for a service (duplicate check, §6, §7; OP-46).
    fn find_cases(
        &self,
        overlay: &Overlay,
        call: &LocalCall<'_>,
    ) -> Result<Result<Value, String>, EngineError> {
        let (iin, service) = match (text(&call.request, "iin"), text(&call.request, "service")) {
            (Ok(iin), Ok(service)) => (iin, service),
            (Err(message), _) | (_, Err(message)) => return Ok(Err(message)),
        };
        let prefix = self.subject_key(&iin, &service);
        let rows = overlay.rows_everywhere(&*self.store, BY_SUBJECT, &prefix, MOST_FOUND)?;
        if rows.len() >= MOST_FOUND {
            return Ok(Err(format!(
                "the person has {MOST_FOUND} cases of `{service}` or more: look at them by hand"
            )));
        }
        let cases: Result<Vec<Value>, _> = rows.iter().map(|row| serde_json::from_slice(row)).collect();
        Ok(Ok(Context::new().with("cases", Value::list(cases?)).into()))
    }

    fn subject_key(&self, iin: &str, service: &str) -> Vec<u8> {
        let mut key = self.keeper.blind("subject", iin.as_bytes()).to_vec();
        key.extend(service.as_bytes());
        key.push(0);
        key
    }

    /// `acquire`: the case goes on when nobody else holds the key; first come, first served (OP-07).
    fn acquire(
        &self,
        working: &mut Working,
        call: &LocalCall<'_>,
        writes: &mut Vec<Write>,
    ) -> Result<LocalOutcome, EngineError> {
        let Ok(key) = text(&call.request, "key") else {
            return Ok(LocalOutcome::Refused {
                code: String::new(),
                message: "acquire needs a text `key`".into(),
            });
        };
        let (case, home, work) = (working.case, working.partition.number(), call.work.0);
        if !working.head.locks.contains(&key) {
            working.head.locks.push(key.clone());
        }
        let salt = format!("acquire/{work}");
        let partition = Partition::of(&key);
        self.lock_item(
            partition,
            &InboxItem::Acquire { key, case, home, work },
            &case,
            &salt,
            call.now,
            writes,
        )?;
        Ok(LocalOutcome::Waits)
    }

    /// `release`: gives a key back; the next case in the row gets it.
    fn release(
        &self,
        working: &mut Working,
        call: &LocalCall<'_>,
        writes: &mut Vec<Write>,
    ) -> Result<LocalOutcome, EngineError> {
        let Ok(key) = text(&call.request, "key") else {
            return Ok(LocalOutcome::Refused {
                code: String::new(),
                message: "release needs a text `key`".into(),
            });
        };
        let case = working.case;
        working.head.locks.retain(|held| *held != key);
        let salt = format!("release/{}", call.work.0);
        let partition = Partition::of(&key);
        self.lock_item(
            partition,
            &InboxItem::Release { key, case, part: Part::Held },
            &case,
            &salt,
            call.now,
            writes,
        )?;
        Ok(LocalOutcome::Done(Value::Null))
    }
}

/// `register`: gives an application or a case file its number and makes it findable by person and service.
///
/// Numbers run within a year and a partition (`2024-17000123`: year, partition, number), so that no two nodes share a counter.
fn register(call: &LocalCall<'_>, tools: &mut LocalTools<'_>) -> Result<Result<Value, String>, EngineError> {
    let kind = match text(&call.request, "kind") {
        Ok(kind) => kind,
        Err(message) => return Ok(Err(message)),
    };
    let year = call.now.to_zoned_datetime(tools.engine.zone.clone()).year();
    let key = format!("{kind}/{year}").into_bytes();
    let last = tools.row(NUMBERS, &key)?;
    let last = last.and_then(|bytes| <[u8; 8]>::try_from(bytes).ok()).map_or(0, u64::from_be_bytes);
    let next = last.saturating_add(1);
    tools.put_row(NUMBERS, key, next.to_be_bytes().to_vec());
    let number = format!("{year}-{:02}{next:06}", tools.partition.number());
    if let Some(iin) = call.request.get("iin").and_then(Value::as_str) {
        let service = call.request.get("service").and_then(Value::as_str).unwrap_or(tools.service).to_owned();
        let mut key = tools.engine.subject_key(iin, &service);
        key.extend(kind.as_bytes());
        key.push(0);
        key.extend(tools.case_ref.as_bytes());
        let row = Context::new()
            .with("caseRef", tools.case_ref)
            .with("service", service)
            .with("stage", kind.as_str())
            .with("number", number.as_str());
        tools.put_row(BY_SUBJECT, key, serde_json::to_vec(&Value::from(row))?);
    }
    let at = rules::temporal::DateTime::from_timestamp(call.now, &tools.engine.zone);
    Ok(Ok(Context::new().with("number", number).with("at", at).into()))
}

/// A text of the request.
pub fn text(request: &Context, name: &str) -> Result<String, String> {
    match request.get(name) {
        Some(Value::String(text)) => Ok(text.to_string()),
        Some(other) => Err(format!("`request.{name}` is a {}, a text is needed", other.type_name())),
        None => Err(format!("`request.{name}` is missing")),
    }
}
