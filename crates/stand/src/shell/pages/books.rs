//! The branch of the State Corporation, the books of the payment database, and what the systems report.

use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use rules::{Context, Value};
use serde::Deserialize;

use super::family::back;
use super::{Asked, Frame, Shared, page, some_text, text};
use crate::world::{Outgoing, Sent};

/// Rows shown.
const SHOWN: usize = 300;

#[derive(Template)]
#[template(path = "branch.html")]
struct Branch {
    f: Frame,
    cases: Vec<Case>,
}

struct Case {
    case: String,
    number: String,
    iin: String,
    family: String,
    wanted: String,
    returned: String,
    documents: Option<String>,
    completed: Option<String>,
}

pub(super) async fn branch(State(stand): Shared, headers: HeaderMap, Query(asked): Query<Asked>) -> Response {
    let frame = Frame::new(&stand, &headers, &asked, "/branch");
    let title = frame.t("branch");
    let world = stand.systems.world();
    let tables = world.tables();
    let skip = tables.count("completions").saturating_sub(SHOWN);
    let rows = tables.rows("completions", skip, SHOWN).unwrap_or_default();
    let case = |row: &Context| Case {
        case: text(row, "caseRef"),
        number: text(row, "caseFileNumber"),
        iin: text(row, "iin"),
        family: format!("/family/{}", text(row, "iin")),
        wanted: text(row, "wanted"),
        returned: text(row, "returnedAt"),
        documents: some_text(row, "documentsReceivedAt"),
        completed: some_text(row, "completedAt"),
    };
    page(&Branch { f: frame.titled(title), cases: rows.iter().rev().map(case).collect() })
}

#[derive(Deserialize)]
pub(super) struct BranchForm {
    #[serde(default)]
    lang: String,
    case: String,
    act: String,
    note: Option<String>,
}

pub(super) async fn branch_act(State(stand): Shared, Form(form): Form<BranchForm>) -> Response {
    let now = stand.now();
    let completes = form.act == "complete";
    let acted = stand
        .act(|world| {
            let message = if completes {
                world.complete(&form.case, form.note.as_deref(), now)
            } else {
                world.documents_arrived(&form.case, now)
            };
            message.map(drop)
        })
        .await;
    back("/branch", &form.lang, acted.map_err(drop), if completes { "completion" } else { "documents" })
}

#[derive(Template)]
#[template(path = "payments.html")]
struct Payments {
    f: Frame,
    payments: Vec<Payment>,
}

struct Payment {
    at: String,
    iin: String,
    family: String,
    service: String,
    amount: String,
    iban: String,
    case: String,
}

pub(super) async fn payments(
    State(stand): Shared,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Response {
    let frame = Frame::new(&stand, &headers, &asked, "/payments");
    let title = frame.t("payments");
    let world = stand.systems.world();
    let tables = world.tables();
    let skip = tables.count("payments").saturating_sub(SHOWN);
    let rows = tables.rows("payments", skip, SHOWN).unwrap_or_default();
    let payment = |row: &Context| Payment {
        at: text(row, "at"),
        iin: text(row, "iin"),
        family: format!("/family/{}", text(row, "iin")),
        service: text(row, "service"),
        amount: tenge(row.get("amountTiyn")),
        iban: text(row, "iban"),
        case: text(row, "caseRef"),
    };
    page(&Payments { f: frame.titled(title), payments: rows.iter().rev().map(payment).collect() })
}

/// Tiyn as tenge with two decimals.
fn tenge(amount: Option<&Value>) -> String {
    let tiyn = amount.and_then(Value::as_number).and_then(|number| number.to_i64());
    tiyn.map(|tiyn| format!("{}.{:02}", tiyn / 100, (tiyn % 100).abs())).unwrap_or_default()
}

#[derive(Template)]
#[template(path = "reports.html")]
struct Reports {
    f: Frame,
    waiting: Vec<Report>,
    settled: Vec<Report>,
}

struct Report {
    sender: String,
    service: String,
    case: String,
    attempts: u32,
    outcome: String,
}

impl Report {
    fn of(outgoing: &Outgoing, sender: &str, attempts: u32, outcome: String) -> Self {
        let case = text(&outgoing.row, "caseRef");
        Self { sender: sender.to_owned(), service: outgoing.service.clone(), case, attempts, outcome }
    }
}

pub(super) async fn reports(
    State(stand): Shared,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Response {
    let frame = Frame::new(&stand, &headers, &asked, "/reports");
    let title = frame.t("reports");
    let name = |id: &str| {
        let identity = stand.systems.identities().get(id);
        identity.map_or_else(|| id.to_owned(), |identity| identity.row.names.get(frame.language).to_owned())
    };
    let (waiting, settled) = {
        let world = stand.systems.world();
        let troubles = stand.troubles();
        let waiting: Vec<_> = world
            .waiting()
            .take(SHOWN)
            .map(|report| {
                let (attempts, reason) = troubles.get(&report.id).cloned().unwrap_or_default();
                Report::of(report, &name(&report.sender), attempts, reason)
            })
            .collect();
        let settled: Vec<_> = world.settled().collect();
        let settled: Vec<_> = settled
            .into_iter()
            .rev()
            .take(SHOWN)
            .map(|(report, sent)| {
                let outcome = match sent {
                    Sent::Taken(status) => format!("{} ({status})", frame.t("taken")),
                    Sent::Refused(reason) => format!("{}: {reason}", frame.t("refused")),
                };
                Report::of(report, &name(&report.sender), 0, outcome)
            })
            .collect();
        (waiting, settled)
    };
    page(&Reports { f: frame.titled(title), waiting, settled })
}
