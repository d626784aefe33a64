//! `local:consent`: the record of a consent to the processing of personal data, given or withdrawn (§15–17).
//!
//! Request `{iin, purpose, scope, action: "given" | "withdrawn", evidence}`; response `{number, at}`. A record is never changed: a
//! withdrawal is a record of its own. Found by the blinded IIN; sealed with the key of the case that made it.

use civic::Iin;
use engine::Engine;
use engine::locals::{LocalCall, LocalOutcome, LocalTask, LocalTools, text};
use jiff::Timestamp;
use rules::temporal::DateTime;
use rules::{Context, Value};
use serde::{Deserialize, Serialize};
use store::seal::Opened;
use store::{Id, Partition};

use crate::CaseError;

/// Consents: key = blinded IIN, case, work; value = sealed [`Consent`].
const CONSENTS: &str = "consents";
/// The last number given in a year.
const NUMBERS: &str = "consent-numbers";
/// What a consent is sealed for.
const PURPOSE: &str = "consent";
/// Most consents of a person that are read.
const MOST: usize = 1_000;
/// Longest purpose or scope.
const LONGEST_NAME: usize = 200;

/// The task.
#[derive(Debug, Clone, Copy)]
pub struct ConsentTask;

/// What a person did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// Gave consent.
    Given,
    /// Took it back.
    Withdrawn,
}

/// One record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Consent {
    /// Its number: year, partition, number within them.
    pub number: String,
    /// What for: the service, or `all`.
    pub purpose: String,
    /// What is allowed, e.g. `collection-and-processing`.
    pub scope: String,
    /// Given or withdrawn.
    pub action: Action,
    /// By what it is shown, e.g. number, text and moment of an SMS.
    pub evidence: Value,
    /// Legal time.
    pub at: Timestamp,
    /// The business key of the case that made it.
    pub case_ref: String,
}

impl LocalTask for ConsentTask {
    fn perform(&self, call: &LocalCall<'_>, tools: &mut LocalTools<'_>) -> Result<LocalOutcome, String> {
        let iin: Iin =
            text(&call.request, "iin")?.parse().map_err(|error| format!("`request.iin`: {error}"))?;
        let action = match text(&call.request, "action")?.as_str() {
            "given" => Action::Given,
            "withdrawn" => Action::Withdrawn,
            other => return Err(format!("`request.action` is `{other}`: write given or withdrawn")),
        };
        let number = next_number(call.now, tools)?;
        let consent = Consent {
            number: number.clone(),
            purpose: short(&call.request, "purpose")?,
            scope: short(&call.request, "scope")?,
            action,
            evidence: call.request.get("evidence").cloned().unwrap_or_default(),
            at: call.now,
            case_ref: tools.case_ref().to_owned(),
        };
        let plain = serde_json::to_vec(&consent).map_err(|error| error.to_string())?;
        let sealed = tools.seal(PURPOSE, &plain).map_err(|error| error.to_string())?;
        let mut key = tools.blind(CONSENTS, iin.reveal()).to_vec();
        key.extend(tools.case());
        key.extend(call.work.0.to_be_bytes());
        tools.put_row(CONSENTS, key, sealed);
        let at = DateTime::from_timestamp(call.now, &calendar::almaty());
        Ok(LocalOutcome::Done(Context::new().with("number", number).with("at", at).into()))
    }
}

fn short(request: &Context, field: &str) -> Result<String, String> {
    let found = text(request, field)?;
    match found.chars().count() {
        1..=LONGEST_NAME => Ok(found),
        count => Err(format!("`request.{field}` has {count} characters: give 1 to {LONGEST_NAME}")),
    }
}

/// Numbers run within a year and a partition, so that no two nodes share a counter.
fn next_number(now: Timestamp, tools: &mut LocalTools<'_>) -> Result<String, String> {
    let year = now.to_zoned_datetime(calendar::almaty()).year();
    let key = year.to_be_bytes().to_vec();
    let last = tools.row(NUMBERS, &key).map_err(|error| error.to_string())?;
    let last = match last {
        None => 0,
        Some(bytes) => {
            u64::from_be_bytes(bytes.try_into().map_err(|_| "the last number of consents is damaged")?)
        }
    };
    tools.put_row(NUMBERS, key, (last + 1).to_be_bytes().to_vec());
    let partition = Partition::of(tools.case_ref()).number();
    Ok(format!("{year}-{partition:02}{:06}", last + 1))
}

/// The consents of a person at this participant, oldest first; those whose case was erased are left out. Personal data: record the
/// access, unless the person asks.
///
/// # Errors
/// When the store or a key cannot be read.
pub fn consents_of(engine: &Engine, iin: &Iin) -> Result<Vec<Consent>, CaseError> {
    let prefix = engine.keeper().blind(CONSENTS, iin.reveal().as_bytes());
    let mut found = Vec::new();
    for row in engine.store().rows_everywhere(CONSENTS, &prefix, MOST)? {
        let case = row.key.get(32..48).and_then(|case| Id::try_from(case).ok()).unwrap_or_default();
        if let Opened::Plain(plain) = engine.keeper().open(row.partition, &case, PURPOSE, &row.value)? {
            found.push(serde_json::from_slice::<Consent>(&plain)?);
        }
    }
    // Of the same moment a withdrawal is the later one: what is doubtful is not consented to.
    found.sort_by_key(|consent| (consent.at, consent.action == Action::Withdrawn));
    Ok(found)
}

/// Whether processing for this purpose is consented to: the last record for it, or for everything, says `given`.
pub fn is_in_force(consents: &[Consent], purpose: &str) -> bool {
    let concerns = |consent: &&Consent| consent.purpose == purpose || consent.purpose == "all";
    consents.iter().rev().find(concerns).is_some_and(|consent| consent.action == Action::Given)
}
