//! Which official's token is inserted, and what the person at the screen does.

use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;

use super::{Asked, Frame, Shared, done, failed, moment, page};
use crate::ncalayer::Behaviour;

/// Behaviours as the form writes them, with the keys of their words.
const BEHAVIOURS: [(&str, &str, Behaviour); 4] = [
    ("sign", "does-sign", Behaviour::Sign),
    ("cancel", "does-cancel", Behaviour::Cancel),
    ("ignore", "does-ignore", Behaviour::Ignore),
    ("other-data", "does-other-data", Behaviour::OtherData),
];

#[derive(Template)]
#[template(path = "token.html")]
struct TokenPage {
    f: Frame,
    signatures: u64,
    behaviours: [(&'static str, &'static str); 4],
    behaviour: &'static str,
    tokens: Vec<Token>,
}

struct Token {
    id: String,
    subject: String,
    valid_to: String,
    inserted: bool,
}

pub(super) async fn show(State(stand): Shared, headers: HeaderMap, Query(asked): Query<Asked>) -> Response {
    let frame = Frame::new(&stand, &headers, &asked, "/token");
    let title = frame.t("token");
    let desk = stand.desk();
    let inserted = desk.inserted().map(|official| official.id.clone());
    let token = |official: &crate::officials::Official| Token {
        id: official.id.clone(),
        subject: official.subject.clone(),
        valid_to: moment(official.not_after),
        inserted: Some(&official.id) == inserted.as_ref(),
    };
    let behaviour = BEHAVIOURS
        .iter()
        .find(|(.., behaviour)| *behaviour == desk.behaviour)
        .map_or("sign", |(name, ..)| name);
    page(&TokenPage {
        f: frame.titled(title),
        signatures: desk.signatures(),
        behaviours: BEHAVIOURS.map(|(name, key, _)| (name, key)),
        behaviour,
        tokens: desk.officials().iter().map(token).collect(),
    })
}

#[derive(Deserialize)]
pub(super) struct TokenForm {
    #[serde(default)]
    lang: String,
    token: Option<String>,
    behaviour: Option<String>,
}

pub(super) async fn set(State(stand): Shared, Form(form): Form<TokenForm>) -> Response {
    let mut desk = stand.desk();
    if let Some(token) = form.token.as_deref() {
        let token = if token == "-" { None } else { Some(token) };
        if desk.insert(token).is_err() {
            return failed("/token", &form.lang, "other");
        }
    }
    if let Some(name) = form.behaviour.as_deref() {
        match BEHAVIOURS.iter().find(|(known, ..)| *known == name) {
            Some((.., behaviour)) => desk.behaviour = *behaviour,
            None => return failed("/token", &form.lang, "other"),
        }
    }
    done("/token", &form.lang, "switch")
}
