//! The pages of the outside world, for people at a demonstration: server-made, in three languages, usable without scripts.

mod books;
mod country;
mod family;
mod phone;
mod switches;
mod token;

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use civic::Lang;
use jiff::Timestamp;
use rules::{Context, Value};
use serde::Deserialize;

use super::Stand;
use super::words::{LANGUAGES, word};
use crate::world::ActionError;

pub(super) fn routes(stand: Arc<Stand>) -> Router {
    Router::new()
        .route("/", get(country::show))
        .route("/find", get(country::find))
        .route("/family/{iin}", get(family::show))
        .route("/family/{iin}/birth", post(family::birth))
        .route("/family/{iin}/death", post(family::death))
        .route("/family/{iin}/account", post(family::account))
        .route("/family/{iin}/phone", post(family::phone))
        .route("/phones", get(phone::list))
        .route("/phone/{phone}", get(phone::show).post(phone::write))
        .route("/phone/{phone}/thread", get(phone::thread))
        .route("/branch", get(books::branch).post(books::branch_act))
        .route("/payments", get(books::payments))
        .route("/reports", get(books::reports))
        .route("/switches", get(switches::show).post(switches::clear))
        .route("/switches/{id}", post(switches::set))
        .route("/token", get(token::show).post(token::set))
        .route("/assets/stand.css", get(css))
        .route("/assets/stand.js", get(script))
        .layer(DefaultBodyLimit::max(64 << 10))
        .with_state(stand)
}

async fn css() -> Response {
    asset("text/css; charset=utf-8", include_str!("../../assets/stand.css"))
}

async fn script() -> Response {
    asset("text/javascript; charset=utf-8", include_str!("../../assets/stand.js"))
}

fn asset(kind: &'static str, text: &'static str) -> Response {
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "max-age=60")], text).into_response()
}

type Shared = State<Arc<Stand>>;

/// What every page's address may carry.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    lang: Option<String>,
    done: Option<String>,
    error: Option<String>,
}

/// What every page shows around its content.
pub(super) struct Frame {
    language: &'static str,
    path: String,
    title: String,
    now: String,
    notice: Option<&'static str>,
    error: Option<&'static str>,
}

impl Frame {
    fn new(stand: &Stand, headers: &HeaderMap, asked: &Asked, path: &str) -> Self {
        let known = |code: &str| LANGUAGES.iter().find(|(known, _)| *known == code).map(|(known, _)| *known);
        let preferred = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        let preferred = preferred.map_or("kk", |value| Lang::from_accept_language(value).code());
        let language = asked.lang.as_deref().and_then(known).or_else(|| known(preferred)).unwrap_or("kk");
        let note = |given: &Option<String>, start: &str| {
            let keys = DONE.iter().chain(&ERRORS);
            let given = given.as_deref()?;
            keys.copied().find(|key| key.strip_prefix(start) == Some(given))
        };
        Self {
            language,
            path: path.to_owned(),
            title: String::new(),
            now: moment(stand.now()),
            notice: note(&asked.done, "done-"),
            error: note(&asked.error, "error-"),
        }
    }

    fn titled(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    fn t(&self, key: &str) -> &'static str {
        word(self.language, key)
    }

    fn link(&self, path: &str) -> String {
        format!("{path}?lang={}", self.language)
    }

    fn in_language(&self, code: &str) -> String {
        format!("{}?lang={code}", self.path)
    }

    fn is_here(&self, path: &str) -> bool {
        self.path == path
    }

    fn languages(&self) -> &'static [(&'static str, &'static str)] {
        &LANGUAGES
    }

    fn sections(&self) -> [(&'static str, &'static str); 7] {
        [
            ("/", "country"),
            ("/phones", "phones"),
            ("/branch", "branch"),
            ("/payments", "payments"),
            ("/reports", "reports"),
            ("/switches", "switches"),
            ("/token", "token"),
        ]
    }

    fn times(&self) -> [(&'static str, &'static str); 3] {
        [("off", "off"), ("once", "once"), ("always", "always")]
    }
}

/// What may be told after an action.
const DONE: [&str; 8] = [
    "done-birth",
    "done-death",
    "done-account",
    "done-phone",
    "done-sms",
    "done-documents",
    "done-completion",
    "done-switch",
];
const ERRORS: [&str; 12] = [
    "error-person",
    "error-dead",
    "error-mother",
    "error-bank",
    "error-phone",
    "error-date",
    "error-case",
    "error-completed",
    "error-documents",
    "error-numbers",
    "error-message",
    "error-other",
];

/// Back to a page, with what was done.
fn done(path: &str, lang: &str, what: &str) -> Response {
    Redirect::to(&format!("{path}?lang={}&done={what}", code(lang))).into_response()
}

/// Back to a page, with what went wrong.
fn failed(path: &str, lang: &str, what: &str) -> Response {
    Redirect::to(&format!("{path}?lang={}&error={what}", code(lang))).into_response()
}

fn code(lang: &str) -> &'static str {
    LANGUAGES.iter().find(|(known, _)| *known == lang).map_or("kk", |(known, _)| *known)
}

fn error_key(error: &ActionError) -> &'static str {
    match error {
        ActionError::Person => "person",
        ActionError::Dead => "dead",
        ActionError::NotAMother => "mother",
        ActionError::Bank(_) => "bank",
        ActionError::Phone(_) => "phone",
        ActionError::Date(_) => "date",
        ActionError::Case(_) => "case",
        ActionError::Completed => "completed",
        ActionError::NoDocuments => "documents",
        ActionError::Numbers(_) => "numbers",
        ActionError::Table(_) => "other",
    }
}

fn page(template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => {
            let policy = "default-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
            ([(header::CONTENT_SECURITY_POLICY, policy), (header::CACHE_CONTROL, "no-store")], Html(html))
                .into_response()
        }
        Err(error) => {
            tracing::error!(%error, "a page of the stand cannot be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

fn not_found(frame: &Frame) -> Response {
    (StatusCode::NOT_FOUND, frame.t("not-found")).into_response()
}

/// A moment as Almaty's clocks show it.
fn moment(at: Timestamp) -> String {
    at.to_zoned_datetime(calendar::almaty()).strftime("%Y-%m-%d %H:%M").to_string()
}

/// A column as text: dates and moments as people read them, null as nothing.
fn text(row: &Context, column: &str) -> String {
    match row.get(column) {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.to_string(),
        Some(Value::Date(date)) => date.to_string(),
        Some(Value::DateTime(value)) => value.to_timestamp().map_or_else(|| value.to_string(), moment),
        Some(Value::Number(number)) => number.to_string(),
        Some(other) => other.to_string(),
    }
}

/// A column as text, or nothing.
fn some_text(row: &Context, column: &str) -> Option<String> {
    Some(text(row, column)).filter(|text| !text.is_empty())
}

/// Surname, name, patronymic.
fn full_name(row: &Context) -> String {
    ["surname", "name", "patronymic"].map(|column| text(row, column)).join(" ").trim_end().to_owned()
}

/// The address of a phone's page.
fn phone_path(phone: &str) -> String {
    format!("/phone/{}", phone.trim_start_matches('+'))
}
