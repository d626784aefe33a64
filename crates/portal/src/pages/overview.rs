//! The overview: where cases stand by stage, what arrives, what waits for whom, the latest messages. Nothing personal.

use askama::Template;

use crate::ask::{Answer, Ask, Page, html};
use crate::pages::log::{MessageRow, latest};
use crate::refusal::Refusal;
use crate::snapshot::{Business, Snapshot};
use crate::words::Words;

/// Cases shown in a stage.
const IN_STAGE: usize = 6;
/// Facts and messages shown.
const LATEST: usize = 8;

#[derive(Template)]
#[template(path = "overview.html")]
struct OverviewPage {
    page: Page,
    live: String,
}

#[derive(Template)]
#[template(path = "overview-live.html")]
struct Live {
    w: Words,
    now: String,
    running: usize,
    ended: usize,
    cut: bool,
    stages: Vec<Column>,
    facts: Vec<Card>,
    waiting: Vec<Waiting>,
    messages: Vec<MessageRow>,
    may_log: bool,
}

struct Column {
    name: String,
    paragraph: String,
    count: usize,
    cards: Vec<Card>,
    more: usize,
    last: bool,
}

struct Card {
    case_ref: String,
    short: String,
    moved: String,
    outcome: String,
    troubles: usize,
    incidents: usize,
}

/// Something that waits: for a system, for an operator, for an official.
struct Waiting {
    kind: &'static str,
    whom: String,
    what: String,
    count: usize,
    since: String,
    overdue: usize,
    href: String,
}

pub(crate) async fn show(ask: Ask) -> Answer {
    ask.blocking(|ask| html(&OverviewPage { page: ask.page(ask.words.t("nav-overview")), live: live(ask)? }))
        .await
}

/// The part that refreshes itself.
pub(crate) async fn fragment(ask: Ask) -> Answer {
    ask.blocking(|ask| Ok(crate::ask::html_with(axum::http::StatusCode::OK, live(ask)?))).await
}

fn live(ask: &Ask) -> Result<String, Refusal> {
    let snapshot = ask.portal.snapshot()?;
    let main: Vec<&Business> = snapshot.cases.iter().filter(|case| case.main).collect();
    let mut newest = main.clone();
    newest.sort_by_key(|case| std::cmp::Reverse(case.started));
    let live = Live {
        w: ask.words.clone(),
        now: ask.words.exact(&ask.now),
        running: main.iter().filter(|case| !case.ended).count(),
        ended: main.iter().filter(|case| case.ended).count(),
        cut: snapshot.cut,
        stages: columns(ask, &main),
        facts: newest.iter().take(LATEST).map(|case| card(ask, case, case.started)).collect(),
        waiting: waiting(ask, &snapshot),
        messages: latest(ask, LATEST)?,
        may_log: crate::access::find("GET", "/log")
            .is_some_and(|row| crate::access::allows(row, ask.session.as_ref(), ask.portal.state.demo)),
    };
    Ok(live.render()?)
}

/// Stages of the service in the order of the procedure, each with its cases.
fn columns(ask: &Ask, cases: &[&Business]) -> Vec<Column> {
    let bundles = ask.portal.state.engines.iter().flat_map(|engine| engine.bundles());
    let Some(bundle) = bundles.into_iter().next() else { return Vec::new() };
    let names = ask.names();
    let count = bundle.service.stages.len();
    let mut columns: Vec<Column> = Vec::with_capacity(count + 1);
    for (at, stage) in bundle.service.stages.iter().enumerate() {
        let name = names.stage(bundle, &stage.id);
        columns.push(column(ask, name, stage.par.clone(), cases, Some(at), at + 1 == count));
    }
    let between = column(ask, ask.words.t("stage-between"), String::new(), cases, None, false);
    if between.count > 0 {
        columns.insert(columns.len().saturating_sub(1), between);
    }
    columns
}

fn column(
    ask: &Ask,
    name: String,
    paragraph: String,
    cases: &[&Business],
    stage: Option<usize>,
    last: bool,
) -> Column {
    let within: Vec<&&Business> = cases.iter().filter(|case| case.stage == stage).collect();
    let cards = within.iter().take(IN_STAGE).map(|case| card(ask, case, case.moved)).collect();
    let more = within.len().saturating_sub(IN_STAGE);
    Column { name, paragraph, count: within.len(), cards, more, last }
}

fn card(ask: &Ask, case: &Business, at: jiff::Timestamp) -> Card {
    let outcome = case.outcome.as_deref().map(|code| ask.names().outcome(case.bundle.as_ref(), code));
    Card {
        case_ref: crate::ask::encoded(&case.case_ref),
        short: short(&case.case_ref),
        moved: ask.words.short_moment(&at),
        outcome: outcome.unwrap_or_default(),
        troubles: case.troubles,
        incidents: case.incidents,
    }
}

/// The beginning of a business key, enough to tell cases apart on a page.
pub(crate) fn short(case_ref: &str) -> String {
    case_ref.chars().take(8).collect()
}

fn waiting(ask: &Ask, snapshot: &Snapshot) -> Vec<Waiting> {
    let names = ask.names();
    let mut waiting: Vec<Waiting> = Vec::new();
    let mut add = |kind: &'static str,
                   whom: String,
                   what: String,
                   since: jiff::Timestamp,
                   overdue: bool,
                   href: String| {
        let since = ask.words.moment(&since);
        match waiting.iter_mut().find(|known| known.kind == kind && known.whom == whom) {
            Some(known) => {
                known.count += 1;
                known.overdue += usize::from(overdue);
            }
            None => waiting.push(Waiting {
                kind,
                whom,
                what,
                count: 1,
                since,
                overdue: usize::from(overdue),
                href,
            }),
        }
    };
    for case in &snapshot.cases {
        let href = format!("/cases/{}", crate::ask::encoded(&case.case_ref));
        for part in &case.parts {
            for trouble in &part.case.troubles {
                let whom = names.wire_service(&trouble.task_type);
                add("system", whom, trouble.reason.clone(), trouble.since, false, href.clone());
            }
            for incident in &part.case.incidents {
                let whom = names.group("operator");
                add("operator", whom, incident.clone(), part.case.moved, false, href.clone());
            }
        }
    }
    for (_, task) in &snapshot.tasks {
        let whom = task.groups.iter().map(|group| names.group(group)).collect::<Vec<_>>().join(", ");
        let bundle = ask
            .portal
            .state
            .engines
            .iter()
            .flat_map(|engine| engine.bundles())
            .find(|bundle| bundle.service.id == task.service);
        let what = bundle.map_or_else(|| task.name.clone(), |bundle| names.element(bundle, &task.element));
        add("person", whom, what, task.opened, task.is_overdue(ask.now), "/inbox".to_owned());
    }
    waiting
}
