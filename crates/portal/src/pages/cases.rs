//! The list of business cases with its filters. Nothing personal.

use askama::Template;

use crate::ask::{Answer, Ask, Page, encoded, html};
use crate::pages::overview::short;
use crate::snapshot::Business;

/// Cases on a page.
const ON_PAGE: usize = 50;

#[derive(Template)]
#[template(path = "cases.html")]
struct CasesPage {
    page: Page,
    search: String,
    stages: Vec<Choice>,
    states: Vec<Choice>,
    rows: Vec<CaseRow>,
    found: usize,
    cut: bool,
    before: Option<String>,
    after: Option<String>,
}

pub(crate) struct Choice {
    pub value: String,
    pub text: String,
    pub chosen: bool,
}

struct CaseRow {
    href: String,
    short: String,
    case_ref: String,
    service: String,
    stage: String,
    paragraph: String,
    outcome: String,
    started: String,
    moved: String,
    troubles: usize,
    incidents: usize,
}

pub(crate) async fn show(ask: Ask) -> Answer {
    ask.blocking(|ask| {
        let snapshot = ask.portal.snapshot()?;
        let written = ask.query.get("search").unwrap_or_default();
        let search = written.to_lowercase();
        let state = ask.query.get("state").unwrap_or("all").to_owned();
        let stage = ask.query.get("stage").unwrap_or_default().to_owned();
        let page = ask.query.get("page").and_then(|page| page.parse::<usize>().ok()).unwrap_or(0).min(10_000);
        let found: Vec<&Business> =
            snapshot.cases.iter().filter(|case| fits(case, &search, &state, &stage)).collect();
        // A whole key finds its case also when it ended too long ago for the list.
        let old = if found.is_empty() { ask.portal.find_case(written)? } else { None };
        let found: Vec<&Business> = if found.is_empty() { old.iter().collect() } else { found };
        let rows = found.iter().skip(page * ON_PAGE).take(ON_PAGE).map(|case| row(ask, case)).collect();
        let link = |page: usize| {
            format!(
                "/cases?search={}&state={}&stage={}&page={page}",
                encoded(&search),
                encoded(&state),
                encoded(&stage)
            )
        };
        html(&CasesPage {
            page: ask.page(ask.words.t("nav-cases")),
            stages: stages(ask, &stage),
            states: states(ask, &state),
            before: page.checked_sub(1).map(link),
            after: (found.len() > (page + 1) * ON_PAGE).then(|| link(page + 1)),
            found: found.len(),
            cut: snapshot.cut,
            search,
            rows,
        })
    })
    .await
}

fn fits(case: &Business, search: &str, state: &str, stage: &str) -> bool {
    let stage_id = stage_of(case).map(|stage| stage.id.as_str());
    let in_state = match state {
        "running" => case.main && !case.ended,
        "ended" => case.main && case.ended,
        "waiting" => case.troubles + case.incidents > 0,
        "every" => true,
        _ => case.main,
    };
    in_state
        && (search.is_empty() || case.case_ref.to_lowercase().contains(search))
        && (stage.is_empty() || stage_id == Some(stage))
}

fn stage_of(case: &Business) -> Option<&engine::bundle::Stage> {
    case.bundle.as_ref()?.service.stages.get(case.stage?)
}

fn row(ask: &Ask, case: &Business) -> CaseRow {
    let names = ask.names();
    let stage =
        stage_of(case).zip(case.bundle.as_ref()).map(|(stage, bundle)| names.stage(bundle, &stage.id));
    let outcome = case.outcome.as_deref().map(|code| names.outcome(case.bundle.as_ref(), code));
    let service = case.bundle.as_ref().map(|bundle| bundle.service.name(ask.words.lang.code()).to_owned());
    CaseRow {
        href: format!("/cases/{}", encoded(&case.case_ref)),
        short: short(&case.case_ref),
        case_ref: case.case_ref.clone(),
        service: service.unwrap_or_default(),
        stage: stage.unwrap_or_else(|| ask.words.t("stage-between")),
        paragraph: stage_of(case).map(|stage| stage.par.clone()).unwrap_or_default(),
        outcome: outcome.unwrap_or_default(),
        started: ask.words.moment(&case.started),
        moved: ask.words.moment(&case.moved),
        troubles: case.troubles,
        incidents: case.incidents,
    }
}

fn stages(ask: &Ask, chosen: &str) -> Vec<Choice> {
    let names = ask.names();
    let bundles = ask.portal.state.engines.iter().flat_map(|engine| engine.bundles());
    let mut choices = vec![Choice {
        value: String::new(),
        text: ask.words.t("cases-any-stage"),
        chosen: chosen.is_empty(),
    }];
    if let Some(bundle) = bundles.into_iter().next() {
        choices.extend(bundle.service.stages.iter().map(|stage| Choice {
            value: stage.id.clone(),
            text: names.stage(bundle, &stage.id),
            chosen: stage.id == chosen,
        }));
    }
    choices
}

fn states(ask: &Ask, chosen: &str) -> Vec<Choice> {
    let states = ["all", "running", "waiting", "ended", "every"];
    let choice = |state: &str| Choice {
        value: state.to_owned(),
        text: ask.words.t(&format!("cases-state-{state}")),
        chosen: state == chosen,
    };
    states.into_iter().map(choice).collect()
}
