//! The control interface: JSON under `/control/`, for tests, the simulator's peers and whoever scripts a demonstration.
//!
//! It moves the outside world, never the platform.

use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use axum::{Json, Router};
use civic::Sex;
use jiff::Timestamp;
use jiff::civil::Date;
use rules::{Context, Value};
use serde::Deserialize;
use serde_json::json;

use super::Stand;
use super::journal::Unkept;
use crate::country::STORIES;
use crate::faults::Faults;
use crate::ncalayer::{Behaviour, NoToken};
use crate::smsc::{ReplyError, SmscFaults};
use crate::tables::TableError;
use crate::world::{ActionError, Birth};

pub(super) fn routes(stand: Arc<Stand>) -> Router {
    Router::new()
        .route("/control/health", get(health))
        .route("/control/clock", get(clock).put(set_clock))
        .route("/control/stories", get(stories))
        .route("/control/births", post(birth))
        .route("/control/deaths", post(death))
        .route("/control/accounts", post(account))
        .route("/control/phones", post(phone))
        .route("/control/documents", post(documents))
        .route("/control/completions", post(completion))
        .route("/control/tables/{table}", get(table))
        .route("/control/reports", get(reports))
        .route("/control/faults", get(faults).delete(clear_faults))
        .route("/control/faults/{id}", put(set_faults))
        .route("/control/sms/phones", get(sms_phones))
        .route("/control/sms/threads/{phone}", get(sms_thread).post(sms_write))
        .route("/control/sms/books", get(sms_books))
        .route("/control/sms/faults", get(sms_faults).put(set_sms_faults))
        .route("/control/token", get(token).put(set_token))
        .layer(DefaultBodyLimit::max(256 << 10))
        .with_state(stand)
}

/// A refusal as JSON: `{"error": …}`.
pub(super) struct Refused(StatusCode, String);

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        (self.0, Json(json!({ "error": self.1 }))).into_response()
    }
}

impl From<ActionError> for Refused {
    fn from(error: ActionError) -> Self {
        let status = match error {
            ActionError::Person | ActionError::Case(_) => StatusCode::NOT_FOUND,
            ActionError::Dead | ActionError::Completed | ActionError::NoDocuments => StatusCode::CONFLICT,
            _ => StatusCode::BAD_REQUEST,
        };
        Self(status, error.to_string())
    }
}

impl From<Unkept> for Refused {
    fn from(error: Unkept) -> Self {
        Self(StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
    }
}

impl From<TableError> for Refused {
    fn from(error: TableError) -> Self {
        Self(StatusCode::NOT_FOUND, error.to_string())
    }
}

impl From<ReplyError> for Refused {
    fn from(error: ReplyError) -> Self {
        Self(StatusCode::BAD_REQUEST, error.to_string())
    }
}

impl From<NoToken> for Refused {
    fn from(error: NoToken) -> Self {
        Self(StatusCode::NOT_FOUND, error.to_string())
    }
}

type Answer = Result<Json<serde_json::Value>, Refused>;
type Shared = State<Arc<Stand>>;

async fn health(State(stand): Shared) -> Json<serde_json::Value> {
    let world = stand.systems.world();
    let tables = world.tables();
    let counts = ["persons", "accounts", "payments", "completions"].map(|table| (table, tables.count(table)));
    Json(json!({
        "systems": stand.systems.identities().keys().collect::<Vec<_>>(),
        "counts": counts.into_iter().collect::<std::collections::BTreeMap<_, _>>(),
        "waiting": world.waiting().count(),
    }))
}

async fn clock(State(stand): Shared) -> Json<serde_json::Value> {
    Json(json!({ "now": stand.now() }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Clock {
    now: Timestamp,
}

async fn set_clock(State(stand): Shared, Json(clock): Json<Clock>) -> Json<serde_json::Value> {
    stand.clock.set(clock.now);
    Json(json!({ "now": stand.now() }))
}

async fn stories() -> Json<serde_json::Value> {
    let story = |story: &crate::country::Story| {
        json!({
            "id": story.id, "title": story.title[2], "mother": story.mother_iin().ok(), "father": story.father_iin().ok().flatten(),
            "addressee": story.addressee_iin().ok(), "phones": story.phones, "banks": story.banks,
        })
    };
    Json(STORIES.iter().map(story).collect())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BirthOrder {
    mother: String,
    name: Option<String>,
    sex: Option<Sex>,
    born: Option<Date>,
}

async fn birth(State(stand): Shared, Json(order): Json<BirthOrder>) -> Answer {
    let now = stand.now();
    let birth = Birth { mother: order.mother, name: order.name, sex: order.sex, born: order.born };
    let (child, case) = stand
        .act(|world| {
            let child = world.register_birth(&birth, now)?;
            let report = world
                .waiting()
                .last()
                .and_then(|report| report.row.get("caseRef")?.as_str().map(str::to_owned));
            Ok::<_, ActionError>((child, report))
        })
        .await??;
    Ok(Json(json!({ "child": child, "caseRef": case })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DeathOrder {
    iin: String,
    died: Option<Date>,
}

async fn death(State(stand): Shared, Json(order): Json<DeathOrder>) -> Answer {
    let now = stand.now();
    let message = stand.act(|world| world.register_death(&order.iin, order.died, now)).await??;
    Ok(Json(json!({ "messageId": message })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AccountOrder {
    iin: String,
    bank: String,
}

async fn account(State(stand): Shared, Json(order): Json<AccountOrder>) -> Answer {
    let now = stand.now();
    let iban = stand.act(|world| world.open_account(&order.iin, &order.bank, now)).await??;
    Ok(Json(json!({ "iban": iban })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PhoneOrder {
    iin: String,
    phone: String,
}

async fn phone(State(stand): Shared, Json(order): Json<PhoneOrder>) -> Answer {
    stand.act(|world| world.change_phone(&order.iin, &order.phone)).await??;
    Ok(Json(json!({})))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct CaseOrder {
    case_ref: String,
    note: Option<String>,
}

async fn documents(State(stand): Shared, Json(order): Json<CaseOrder>) -> Answer {
    let now = stand.now();
    let message = stand.act(|world| world.documents_arrived(&order.case_ref, now)).await??;
    Ok(Json(json!({ "messageId": message })))
}

async fn completion(State(stand): Shared, Json(order): Json<CaseOrder>) -> Answer {
    let now = stand.now();
    let message = stand.act(|world| world.complete(&order.case_ref, order.note.as_deref(), now)).await??;
    Ok(Json(json!({ "messageId": message })))
}

#[derive(Deserialize)]
struct TableQuery {
    column: Option<String>,
    value: Option<String>,
    #[serde(default)]
    skip: usize,
    limit: Option<usize>,
}

async fn table(State(stand): Shared, Path(table): Path<String>, Query(query): Query<TableQuery>) -> Answer {
    let world = stand.systems.world();
    let tables = world.tables();
    let rows: Vec<Context> = match (query.column, query.value) {
        (Some(column), Some(value)) => tables.find(&table, &column, &Value::text(value))?,
        _ => tables.rows(&table, query.skip, query.limit.unwrap_or(100).min(1_000))?.to_vec(),
    };
    Ok(Json(json!({ "count": tables.count(&table), "rows": rows })))
}

async fn reports(State(stand): Shared) -> Json<serde_json::Value> {
    let world = stand.systems.world();
    let troubles = stand.troubles();
    let waiting: Vec<_> = world
        .waiting()
        .take(1_000)
        .map(|report| {
            let (attempts, reason) = troubles.get(&report.id).cloned().unwrap_or_default();
            json!({ "report": report, "attempts": attempts, "reason": reason })
        })
        .collect();
    let settled: Vec<_> =
        world.settled().map(|(report, sent)| json!({ "report": report, "sent": sent })).collect();
    Json(json!({ "waiting": waiting, "settled": settled }))
}

async fn faults(State(stand): Shared) -> Json<serde_json::Value> {
    let world = stand.systems.world();
    Json(json!(world.faults))
}

async fn clear_faults(State(stand): Shared) -> Json<serde_json::Value> {
    stand.systems.world().faults.clear();
    stand.smsc.with(|smsc, _| smsc.faults = SmscFaults::default());
    Json(json!({}))
}

async fn set_faults(State(stand): Shared, Path(id): Path<String>, Json(faults): Json<Faults>) -> Answer {
    let mut world = stand.systems.world();
    let known = stand.systems.identities().contains_key(&id) || world.services().contains_key(&id);
    if !known {
        return Err(Refused(
            StatusCode::NOT_FOUND,
            format!("{id:?} is neither a system of the stand nor a service"),
        ));
    }
    world.faults.set(&id, faults);
    Ok(Json(json!({})))
}

async fn sms_phones(State(stand): Shared) -> Json<serde_json::Value> {
    Json(json!(stand.smsc.with(|smsc, _| smsc.phones())))
}

async fn sms_thread(State(stand): Shared, Path(phone): Path<String>) -> Json<serde_json::Value> {
    Json(json!(stand.smsc.with(|smsc, _| smsc.thread(&phone))))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    number: String,
    text: String,
}

async fn sms_write(State(stand): Shared, Path(phone): Path<String>, Json(written): Json<Written>) -> Answer {
    stand.smsc.with(|smsc, now| smsc.write(&phone, &written.number, &written.text, now))?;
    Ok(Json(json!({})))
}

async fn sms_books(State(stand): Shared) -> Json<serde_json::Value> {
    let (count, books) =
        stand.smsc.with(|smsc, _| (smsc.submissions(), smsc.books().cloned().collect::<Vec<_>>()));
    Json(json!({ "submissions": count, "books": books }))
}

async fn sms_faults(State(stand): Shared) -> Json<serde_json::Value> {
    Json(json!(stand.smsc.with(|smsc, _| smsc.faults.clone())))
}

async fn set_sms_faults(State(stand): Shared, Json(faults): Json<SmscFaults>) -> Json<serde_json::Value> {
    stand.smsc.with(|smsc, _| smsc.faults = faults);
    Json(json!({}))
}

async fn token(State(stand): Shared) -> Json<serde_json::Value> {
    let desk = stand.desk();
    let official = |official: &crate::officials::Official| json!({ "id": official.id, "subject": official.subject, "iin": official.iin, "notAfter": official.not_after });
    Json(json!({
        "inserted": desk.inserted().map(|official| official.id.clone()),
        "behaviour": desk.behaviour,
        "signatures": desk.signatures(),
        "tokens": desk.officials().iter().map(official).collect::<Vec<_>>(),
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TokenOrder {
    inserted: Option<String>,
    behaviour: Option<Behaviour>,
}

async fn set_token(State(stand): Shared, Json(order): Json<TokenOrder>) -> Answer {
    let mut desk = stand.desk();
    if let Some(id) = &order.inserted {
        desk.insert(if id.is_empty() { None } else { Some(id) })?;
    }
    if let Some(behaviour) = order.behaviour {
        desk.behaviour = behaviour;
    }
    Ok(Json(json!({})))
}
