//! Passports of services: what a participant offers, in which form, within which time, and to whom.

use std::time::Duration;

use civic::{LawRef, ParticipantId, ServiceId, Texts};
use rules::Expression;

use crate::toml_file::{Place, Problems, Section, TomlFile};

/// Longest time that a row waits for its case: a year, in seconds.
const MAX_WAIT: u32 = 366 * 24 * 60 * 60;

/// What a provider does with a request it has had before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeat {
    /// Gives the first answer again.
    SameAnswer,
    /// Works again and changes nothing by it.
    Safe,
    /// Would do it twice: never resent when in doubt.
    Unsafe,
}

impl Repeat {
    /// Whether a request may be sent again when nobody knows whether it arrived.
    pub fn may_resend(self) -> bool {
        self != Repeat::Unsafe
    }
}

/// A FEEL expression of a passport, checked when the passport was read.
#[derive(Debug, Clone)]
pub struct Feel {
    /// As it was written, without the leading `=`.
    pub text: String,
    /// Ready to be evaluated.
    pub expression: Expression,
}

/// How a list is taken: every row becomes a message.
#[derive(Debug, Clone)]
pub struct Rows {
    /// The element of a row.
    pub element: String,
    /// The BPMN message a row becomes.
    pub message: String,
    /// The case that a row opens, over `row`.
    pub case_ref: Option<Feel>,
    /// The key of the case that waits for the row, over `row`.
    pub correlation: Option<Feel>,
    /// Most rows of one request.
    pub maximum: u32,
    /// How long, in legal time, a row stays that no case waits for and none may be opened for; zero: it does not.
    pub wait: Duration,
}

/// How a question is answered by a process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// The process.
    pub process: String,
    /// The message that starts it.
    pub message: String,
}

/// How a service works.
#[derive(Debug, Clone)]
pub enum ServiceKind {
    /// Question and answer of an outside system.
    Exchange,
    /// A hosted participant takes a list.
    Rows(Rows),
    /// A hosted participant runs a process to its end within the call.
    Query(Query),
}

/// Whether a service takes requests now (gateway rules, states of a published service).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServiceState {
    /// It does.
    Published,
    /// A technological break (paragraph 48): GW-1005.
    TechnologicalBreak,
    /// Suspended by the operator (paragraphs 51, 65): GW-1004.
    Suspended,
    /// Disconnected by its owner (paragraph 62): GW-1004.
    Disconnected,
    /// Removed from the registry (paragraph 7): GW-1004.
    Removed,
}

/// A service on the wire.
#[derive(Debug, Clone)]
pub struct Service {
    /// Its id on the wire.
    pub id: ServiceId,
    /// Its version.
    pub version: u32,
    /// Who answers.
    pub provider: ParticipantId,
    /// Who may ask.
    pub consumers: Vec<ParticipantId>,
    /// How it works.
    pub kind: ServiceKind,
    /// Namespace of the contract.
    pub namespace: String,
    /// Longest time for an answer, 1 to 30 s.
    pub maximum: Duration,
    /// What a repeat does.
    pub repeat: Repeat,
    /// Personal data pass: every exchange is entered in the ledger of access.
    pub personal_data: bool,
    /// A participant of the external gateway takes part.
    pub external: bool,
    /// In plain words.
    pub about: String,
    /// Paragraphs that it carries out.
    pub law: Vec<LawRef>,
    /// Its names.
    pub names: Texts,
    /// Root element of the request.
    pub request: String,
    /// Root element of the response.
    pub response: String,
    /// Whether it takes requests now.
    pub state: ServiceState,
}

const KEYS: &[&str] = &[
    "id",
    "version",
    "provider",
    "consumers",
    "kind",
    "namespace",
    "maximum_seconds",
    "repeat",
    "personal_data",
    "external",
    "about",
    "law",
    "names",
    "request",
    "response",
    "rows",
    "query",
];

/// A passport as read, with the places that the checks across files need.
pub(crate) struct Read<'f> {
    pub service: Service,
    pub id_place: Place<'f>,
    pub provider_place: Place<'f>,
    pub external_place: Place<'f>,
    pub consumers: Vec<(Place<'f>, ParticipantId)>,
}

/// Reads a passport; everything that is wrong with it is noted.
pub(crate) fn read<'f>(
    file: &'f TomlFile<'_>,
    folder: Option<&str>,
    problems: &mut Problems,
) -> Option<Read<'f>> {
    let root = file.root();
    root.known(KEYS, problems);
    let id: Option<ServiceId> = root.parsed("id", problems);
    if let (Some(id), Some(folder)) = (&id, folder)
        && id.as_str() != folder
    {
        problems.note(
            root.place_of("id")
                .problem(format!("`id` is {id}, but the folder is {folder}: they have to be the same")),
        );
    }
    let version = root.whole("version", 1..=9999, problems);
    let namespace = root.text("namespace", problems);
    if let (Some(version), Some(namespace)) = (version, namespace)
        && !is_namespace(namespace, version)
    {
        let reason = format!(
            "`namespace` has to be an http(s) name without spaces that ends with the version: …/{version}"
        );
        problems.note(root.place_of("namespace").problem(reason));
    }
    let consumers = consumers(&root, problems);
    let seconds = root.whole("maximum_seconds", 1..=30, problems);
    let repeat = root.one_of(
        "repeat",
        &[("same-answer", Repeat::SameAnswer), ("safe", Repeat::Safe), ("unsafe", Repeat::Unsafe)],
        problems,
    );
    // Every part is read before any is asked for, so that all mistakes are noted in one reading.
    let (provider, kind) = (root.parsed("provider", problems), kind(&root, problems));
    let (personal_data, external) = (root.flag("personal_data", problems), root.flag("external", problems));
    let (about, law, names) =
        (root.text("about", problems), law(&root, problems), crate::read::names(&root, problems));
    let (request, response) =
        (root_element(&root, "request", problems), root_element(&root, "response", problems));
    let service = Service {
        id: id?,
        version: version?,
        provider: provider?,
        consumers: consumers.iter().map(|(_, id)| id.clone()).collect(),
        kind: kind?,
        namespace: namespace?.to_owned(),
        maximum: Duration::from_secs(u64::from(seconds?)),
        repeat: repeat?,
        personal_data: personal_data?,
        external: external?,
        about: about?.to_owned(),
        law,
        names: names?,
        request: request?,
        response: response?,
        state: ServiceState::Published,
    };
    let (id_place, provider_place) = (root.place_of("id"), root.place_of("provider"));
    Some(Read { service, id_place, provider_place, external_place: root.place_of("external"), consumers })
}

fn is_namespace(text: &str, version: u32) -> bool {
    let web = text.starts_with("https://") || text.starts_with("http://");
    web && text.len() <= 200
        && text.bytes().all(|byte| byte.is_ascii_graphic())
        && text.ends_with(&format!("/{version}"))
}

fn consumers<'f>(root: &Section<'f>, problems: &mut Problems) -> Vec<(Place<'f>, ParticipantId)> {
    let texts = root.texts("consumers", problems);
    if texts.is_empty() {
        problems.note(
            root.place_of("consumers")
                .problem("`consumers` names nobody: list the participants that may ask"),
        );
    }
    let mut read: Vec<(Place<'f>, ParticipantId)> = Vec::new();
    for (place, text) in texts {
        match text.parse::<ParticipantId>() {
            Ok(id) if read.iter().any(|(_, other)| *other == id) => {
                problems.note(place.problem(format!("`{id}` stands twice")))
            }
            Ok(id) => read.push((place, id)),
            Err(error) => problems.note(place.problem(error.to_string())),
        }
    }
    read
}

fn law(root: &Section<'_>, problems: &mut Problems) -> Vec<LawRef> {
    let mut read = Vec::new();
    for row in root.sections("law", problems) {
        row.known(&["act", "par"], problems);
        let (act, par) = (row.text("act", problems), row.text("par", problems));
        if let (Some(act), Some(par)) = (act, par) {
            read.extend(row.note_error("par", LawRef::new(act, par), problems));
        }
    }
    read
}

fn root_element(root: &Section<'_>, key: &str, problems: &mut Problems) -> Option<String> {
    let section = root.section(key, problems)?;
    section.known(&["element"], problems);
    element(&section, problems)
}

/// The name of an element of a contract: camelCase, as FEEL contexts take it.
fn element(section: &Section<'_>, problems: &mut Problems) -> Option<String> {
    let text = section.text("element", problems)?;
    let first = text.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic());
    if first && text.len() <= 100 && text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Some(text.to_owned());
    }
    problems.note(
        section
            .place_of("element")
            .problem("an element is named in Latin letters and digits, a letter first"),
    );
    None
}

fn kind(root: &Section<'_>, problems: &mut Problems) -> Option<ServiceKind> {
    let rows = root.section_if("rows", problems).map(|section| rows(&section, problems));
    let query = root.section_if("query", problems).map(|section| query(&section, problems));
    let kind =
        root.one_of("kind", &[("exchange", "exchange"), ("rows", "rows"), ("query", "query")], problems)?;
    match (kind, rows, query) {
        ("exchange", None, None) => Some(ServiceKind::Exchange),
        ("rows", Some(rows), None) => rows.map(ServiceKind::Rows),
        ("query", None, Some(query)) => query.map(ServiceKind::Query),
        _ => {
            let reason =
                "`kind` and tables disagree: `rows` has [rows], `query` has [query], `exchange` has neither";
            problems.note(root.place_of("kind").problem(reason));
            None
        }
    }
}

fn rows(section: &Section<'_>, problems: &mut Problems) -> Option<Rows> {
    section.known(&["element", "message", "case_ref", "correlation", "maximum", "wait_seconds"], problems);
    let (element, message) = (element(section, problems), section.text("message", problems));
    let (case_ref, correlation) =
        (feel(section, "case_ref", problems), feel(section, "correlation", problems));
    let (maximum, wait) =
        (section.whole("maximum", 1..=500, problems), section.whole("wait_seconds", 0..=MAX_WAIT, problems));
    if case_ref.is_none() && correlation.is_none() {
        problems.note(
            section.place().problem("write `case_ref`, `correlation` or both: else a row reaches no case"),
        );
    }
    let wait = Duration::from_secs(u64::from(wait?));
    Some(Rows {
        element: element?,
        message: message?.to_owned(),
        case_ref,
        correlation,
        maximum: maximum?,
        wait,
    })
}

fn feel(section: &Section<'_>, key: &str, problems: &mut Problems) -> Option<Feel> {
    let written = section.text_if(key, problems)?;
    let Some(text) = written.strip_prefix('=') else {
        problems
            .note(section.place_of(key).problem(format!("`{key}` is a FEEL expression: begin it with `=`")));
        return None;
    };
    let expression = section.note_error(key, Expression::parse(text), problems)?;
    Some(Feel { text: text.to_owned(), expression })
}

fn query(section: &Section<'_>, problems: &mut Problems) -> Option<Query> {
    section.known(&["process", "message"], problems);
    let (process, message) = (section.text("process", problems), section.text("message", problems));
    Some(Query { process: process?.to_owned(), message: message?.to_owned() })
}

#[cfg(test)]
mod tests;
