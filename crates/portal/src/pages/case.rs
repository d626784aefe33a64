//! The story of one business key over all participants hosted here: pictures, history in plain words, outcome.
//!
//! Personal data are shown only in the answer to a form that gives a reason, after the access was recorded at every participant whose
//! records are opened.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::Path;
use cases::{Access, CaseFile, Deed};
use engine::bundle::Bundle;
use engine::{CaseSummary, Engine};
use jiff::Timestamp;

use crate::ask::{Answer, Ask, Page, encoded, go_to, html};
use crate::diagrams::{self, Picture};
use crate::history::{Line, Teller};
use crate::refusal::Refusal;
use crate::snapshot::{Business, Part};
use crate::stages;
use crate::values::{self, Line as ValueLine};

/// Shortest reason for looking at personal data, in characters.
const SHORTEST_REASON: usize = 5;

#[derive(Template)]
#[template(path = "case.html")]
struct CasePage {
    page: Page,
    case_ref: String,
    address: String,
    service: String,
    stage: String,
    paragraph: String,
    outcome: String,
    started: String,
    moved: String,
    parts: Vec<PartView>,
    /// Whether personal data are on the page.
    opened: bool,
    may_open: bool,
    may_retry: bool,
}

struct PartView {
    id: String,
    /// Whether it belongs to the procedure itself, rather than to what that calls on.
    main: bool,
    participant_id: String,
    participant: String,
    process_id: String,
    process: String,
    ended: bool,
    outcome: String,
    at: Vec<String>,
    troubles: Vec<String>,
    incidents: Vec<IncidentView>,
    pictures: Vec<Picture>,
    lines: Vec<Line>,
    facts: Vec<ValueLine>,
    documents: Vec<DocumentView>,
}

struct IncidentView {
    number: u32,
    reason: String,
}

pub(crate) struct DocumentView {
    pub title: String,
    pub id: String,
    pub digest: String,
    pub at: String,
    pub source: String,
    pub state: String,
    pub lines: Vec<ValueLine>,
}

pub(crate) async fn show(Path(case_ref): Path<String>, ask: Ask) -> Answer {
    ask.blocking(move |ask| page(ask, &case_ref, None)).await
}

/// Shows personal data, for a reason that is recorded.
pub(crate) async fn open(Path(case_ref): Path<String>, ask: Ask) -> Answer {
    ask.blocking(move |ask| {
        let reason = ask.fields.get("reason").unwrap_or_default();
        if reason.chars().count() < SHORTEST_REASON {
            return Err(Refusal::Form(ask.words.t("case-reason-needed")));
        }
        page(ask, &case_ref, Some(reason))
    })
    .await
}

/// An operator asks to try an incident again.
pub(crate) async fn retry(Path(case_ref): Path<String>, ask: Ask) -> Answer {
    ask.blocking(move |ask| {
        let business = find(ask, &case_ref)?;
        let wrong = || Refusal::Form(ask.words.t("case-no-incident"));
        let participant = ask.fields.get("participant").ok_or_else(wrong)?;
        let process = ask.fields.get("process").ok_or_else(wrong)?;
        let incident: u32 =
            ask.fields.get("incident").and_then(|number| number.parse().ok()).ok_or_else(wrong)?;
        let part = business
            .parts
            .iter()
            .find(|part| part.participant == participant && part.case.process == process);
        let (part, engine) = part.zip(ask.portal.engine(participant)).ok_or_else(wrong)?;
        engine.retry_incident(
            part.case.case,
            cases_partition(&part.case),
            incident,
            &ask.person()?.who(),
            ask.now,
        )?;
        go_to(&format!("/cases/{}", encoded(&case_ref)))
    })
    .await
}

/// The partition of a case.
pub(crate) fn cases_partition(case: &CaseSummary) -> store::Partition {
    store::Partition::new(case.partition).unwrap_or_else(|| store::Partition::of(&case.case_ref))
}

fn find(ask: &Ask, case_ref: &str) -> Result<Business, Refusal> {
    ask.portal.find_case(case_ref)?.ok_or(Refusal::NotFound)
}

fn page(ask: &Ask, case_ref: &str, reason: Option<&str>) -> Answer {
    let business = find(ask, case_ref)?;
    let names = ask.names();
    let bundle = business.bundle.as_ref();
    let stage =
        bundle.zip(business.stage).and_then(|(bundle, at)| Some((bundle, bundle.service.stages.get(at)?)));
    let is_main =
        |part: &&Part| bundle.is_some_and(|bundle| stages::is_main(&bundle.service, &part.case.process));
    let (main, auxiliary): (Vec<&Part>, Vec<&Part>) = business.parts.iter().partition(is_main);
    let mut files = opened(ask, &business, reason)?;
    let mut parts = Vec::with_capacity(business.parts.len());
    for (part, is_main) in
        main.into_iter().map(|part| (part, true)).chain(auxiliary.into_iter().map(|part| (part, false)))
    {
        let file = files.remove(&part.case.case);
        parts.push(view(ask, part, is_main, file)?);
    }
    let role = ask.session.as_ref().map(|session| session.role);
    html(&CasePage {
        page: ask.page(format!("{} {}", ask.words.t("case-title"), crate::pages::overview::short(case_ref))),
        address: encoded(case_ref),
        case_ref: case_ref.to_owned(),
        service: bundle
            .map(|bundle| bundle.service.name(ask.words.lang.code()).to_owned())
            .unwrap_or_default(),
        stage: stage
            .map_or_else(|| ask.words.t("stage-between"), |(bundle, stage)| names.stage(bundle, &stage.id)),
        paragraph: stage.map(|(_, stage)| stage.par.clone()).unwrap_or_default(),
        outcome: business.outcome.as_deref().map(|code| names.outcome(bundle, code)).unwrap_or_default(),
        started: ask.words.moment(&business.started),
        moved: ask.words.moment(&business.moved),
        parts,
        opened: reason.is_some(),
        may_open: role.is_some_and(|role| role != crate::Role::Citizen),
        may_retry: role == Some(crate::Role::Operator),
    })
}

/// How a member of the staff who opens a case stands in the ledger.
pub(crate) fn access(ask: &Ask, case_ref: &str, what: &str, reason: &str) -> Result<Access, Refusal> {
    Ok(Access {
        who: ask.person()?.who(),
        deed: Deed::Seen,
        what: what.to_owned(),
        reason: reason.to_owned(),
        case_ref: case_ref.to_owned(),
        message_id: None,
        at: ask.now,
    })
}

/// The files of all parts, opened for a reason: one record at each participant.
fn opened(
    ask: &Ask,
    business: &Business,
    reason: Option<&str>,
) -> Result<BTreeMap<store::Id, CaseFile>, Refusal> {
    let mut files = BTreeMap::new();
    let Some(reason) = reason else { return Ok(files) };
    for engine in &ask.portal.state.engines {
        let here = business.parts.iter().filter(|part| part.participant == engine.participant());
        let cases: Vec<CaseSummary> = here.map(|part| part.case.clone()).collect();
        if cases.is_empty() {
            continue;
        }
        let access = access(ask, &business.case_ref, "case file", reason)?;
        let opened = CaseFile::open_all(engine, &cases, &access)?;
        files.extend(cases.iter().map(|case| case.case).zip(opened));
    }
    Ok(files)
}

fn view(ask: &Ask, part: &Part, main: bool, file: Option<CaseFile>) -> Result<PartView, Refusal> {
    let (engine, names) = (ask.portal.engine(&part.participant).ok_or(Refusal::NotFound)?, ask.names());
    let partition = cases_partition(&part.case);
    let (history, file) = match file {
        None => (engine.history(part.case.case, partition)?, None),
        Some(mut file) => (std::mem::take(&mut file.history), Some(file)),
    };
    let bundle = bundle_of(engine, &part.case, partition);
    let events: Vec<&flow::Event> =
        history.iter().flat_map(|recorded| recorded.events.iter().flatten()).collect();
    let state = flow::CaseState::fold(events.iter().copied());
    let incidents = state
        .incidents
        .iter()
        .map(|(id, incident)| IncidentView { number: id.0, reason: incident.reason.clone() });
    let element = |id: &str| bundle.map_or_else(|| id.to_owned(), |bundle| names.element(bundle, id));
    let told = bundle.map(|bundle| {
        let teller = Teller::new(&ask.words, names, &ask.portal.state.law, bundle, &part.case);
        teller.with_values(file.is_some()).tell(&history)
    });
    let troubles = part.case.troubles.iter().map(|trouble| {
        format!(
            "{}: {} ({})",
            names.wire_service(&trouble.task_type),
            trouble.reason,
            since(ask, trouble.since)
        )
    });
    Ok(PartView {
        id: format!("part-{}", civic::CaseId::from_bytes(part.case.case)),
        main,
        participant_id: part.participant.clone(),
        participant: names.participant(&part.participant),
        process_id: part.case.process.clone(),
        process: element(&part.case.process),
        ended: part.case.ended,
        outcome: part.case.outcome.as_deref().map(|code| names.outcome(bundle, code)).unwrap_or_default(),
        at: if part.case.ended { Vec::new() } else { part.case.at.iter().map(|id| element(id)).collect() },
        troubles: troubles.collect(),
        incidents: incidents.collect(),
        pictures: bundle
            .map(|bundle| {
                diagrams::of_case(bundle, &part.case.process, &events, |id| names.drawn(bundle, id))
            })
            .unwrap_or_default(),
        lines: told.unwrap_or_default(),
        facts: file.as_ref().map(|file| values::lines(&ask.words, &file.facts)).unwrap_or_default(),
        documents: file.as_ref().map(|file| documents(ask, bundle, file)).unwrap_or_default(),
    })
}

fn since(ask: &Ask, since: Timestamp) -> String {
    ask.words.one("waits-since", "since", ask.words.moment(&since))
}

/// The bundle a case is pinned to; the newest of its service once its head cannot be read any more.
pub(crate) fn bundle_of<'e>(
    engine: &'e Engine,
    case: &CaseSummary,
    partition: store::Partition,
) -> Option<&'e Arc<Bundle>> {
    let pinned =
        engine.head(case.case, partition).ok().flatten().and_then(|head| engine.bundle(&head.bundle));
    pinned.or_else(|| engine.bundles().iter().find(|bundle| bundle.service.id == case.service))
}

/// The documents of an opened file, each with its source.
pub(crate) fn documents(ask: &Ask, bundle: Option<&Arc<Bundle>>, file: &CaseFile) -> Vec<DocumentView> {
    let names = ask.names();
    let view = |document: &cases::CaseDocument| {
        let element = bundle
            .map_or_else(|| document.element.clone(), |bundle| names.element(bundle, &document.element));
        let state = match document.content {
            cases::Content::Whole { .. } => "whole",
            cases::Content::Damaged => "damaged",
            cases::Content::Gone => "gone",
            cases::Content::Erased { .. } => "erased",
        };
        DocumentView {
            title: document.title.clone(),
            id: document.id.to_string(),
            digest: document.digest.clone(),
            at: ask.words.exact(&document.at),
            source: format!("{}: {element}", names.participant(&document.participant)),
            state: ask.words.t(&format!("document-{state}")),
            lines: values::lines_of_json(&ask.words, document.body()),
        }
    };
    file.documents.iter().map(view).collect()
}
