//! The guard before every page: language, session, access table, size of forms, token of forms; and the headers of every answer.
//!
//! It denies by default: a route that is not in the access table, a form without the visitor's token, a form from another site.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::{Form, FromRequest, MatchedPath, Query, Request, State as FromState};
use axum::http::header::{ACCEPT_LANGUAGE, COOKIE, HeaderMap, HeaderName, HeaderValue, LOCATION, SET_COOKIE};
use axum::http::{Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use civic::Lang;
use jiff::Timestamp;

use crate::access;
use crate::ask::{Ask, Fields, encoded};
use crate::pages;
use crate::portal::{Portal, PortalError};
use crate::refusal::Refusal;
use crate::sessions::random;
use crate::words::Words;

/// Cookie of a session.
pub(crate) const SESSION: &str = "qyzmet-session";
/// Cookie of a visitor without a session, for the token of the sign-in form.
pub(crate) const VISIT: &str = "qyzmet-visit";
/// Cookie of the language.
const LANGUAGE: &str = "qyzmet-lang";
/// Most bytes of a form: a signature of a decision with its certificates fits many times.
pub(crate) const LARGEST_FORM: usize = 512 * 1024;
/// Most fields of a form or query.
const MOST_FIELDS: usize = 200;
/// Longest query.
const LONGEST_QUERY: usize = 4_000;

/// Sign-in challenges that were used, so that none is used twice; forgotten after their time.
#[derive(Debug, Default)]
pub(crate) struct Challenges(HashMap<String, Instant>);

impl Challenges {
    /// Marks a challenge as used; false when it was used before, or too many are remembered.
    pub fn use_once(&mut self, challenge: &str, keep: Duration) -> bool {
        self.0.retain(|_, used| used.elapsed() < keep);
        self.0.len() < 10_000 && self.0.insert(challenge.to_owned(), Instant::now()).is_none()
    }
}

/// Guards a request and finishes its answer.
pub(crate) async fn guard(
    FromState(portal): FromState<Arc<Portal>>,
    request: Request,
    next: Next,
) -> Response {
    let (parts, body) = request.into_parts();
    let cookies = Cookies::of(&parts.headers);
    let mut visitor = match visitor(&portal, &parts.uri, &parts.headers, &cookies).await {
        Ok(visitor) => visitor,
        Err(error) => {
            tracing::error!(%error, "a visitor cannot be recognised");
            return finish(&portal, StatusCode::SERVICE_UNAVAILABLE.into_response());
        }
    };
    let chosen = visitor.query.get("lang").and_then(|code| code.parse::<Lang>().ok());
    let path = parts.extensions.get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let request = Request::from_parts(parts, body);
    let outcome = admit(&portal, &mut visitor, path.as_deref(), request).await;
    let response = match outcome {
        Ok(mut request) => {
            request.extensions_mut().insert(visitor.clone());
            next.run(request).await
        }
        Err(refusal) => refusal.into_response(),
    };
    let mut response = explain(&visitor, response);
    if let Some(lang) = chosen {
        set_cookie(&portal, &mut response, LANGUAGE, lang.code(), 31_536_000);
    }
    if cookies.visit.as_deref() != Some(visitor.visit.as_str()) && visitor.path == "/sign-in" {
        set_cookie(&portal, &mut response, VISIT, &visitor.visit, 3_600);
    }
    finish(&portal, response)
}

/// Who asks, in which language.
async fn visitor(
    portal: &Arc<Portal>,
    uri: &Uri,
    headers: &HeaderMap,
    cookies: &Cookies,
) -> Result<Ask, PortalError> {
    let query = match uri.query() {
        Some(query) if query.len() > LONGEST_QUERY => Vec::new(),
        _ => Query::<Vec<(String, String)>>::try_from_uri(uri).map(|query| query.0).unwrap_or_default(),
    };
    let query = Fields(query.into_iter().take(MOST_FIELDS).collect());
    let accepted = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let wished = query.get("lang").or(cookies.language.as_deref()).and_then(|code| code.parse().ok());
    let lang = wished.unwrap_or_else(|| Lang::from_accept_language(accepted));
    let session = match cookies.session.clone() {
        Some(id) => {
            let portal = Arc::clone(portal);
            let found = tokio::task::spawn_blocking(move || portal.state.home.session(&id, Timestamp::now()));
            found.await.map_err(|_| PortalError::Randomness)??
        }
        None => None,
    };
    let visit = match &cookies.visit {
        Some(visit) if visit.len() == 64 => visit.clone(),
        _ => random(32)?,
    };
    let csrf = match &session {
        Some(session) => session.csrf.clone(),
        None => hex::encode(portal.state.home.keeper.blind("visit-token", visit.as_bytes())),
    };
    Ok(Ask {
        words: Words::new(Arc::clone(&portal.texts), lang),
        session,
        csrf,
        path: uri.path().to_owned(),
        query,
        fields: Fields::default(),
        visit,
        now: portal.state.clock.now(),
        portal: Arc::clone(portal),
    })
}

/// Whether the request may go on; reads the form of a `POST`.
async fn admit(
    portal: &Portal,
    visitor: &mut Ask,
    path: Option<&str>,
    request: Request,
) -> Result<Request, Refusal> {
    let path = path.ok_or(Refusal::NotFound)?;
    let method = request.method().clone();
    let Some(row) = access::find(method.as_str(), path) else {
        let other = access::TABLE.iter().any(|row| row.path == path);
        return Err(if other { Refusal::Method } else { Refusal::NotFound });
    };
    if !access::allows(row, visitor.session.as_ref(), portal.state.demo) {
        return Err(match visitor.session {
            Some(_) => Refusal::Forbidden,
            None => Refusal::SignIn(visitor.path.clone()),
        });
    }
    if method != Method::POST {
        return Ok(request);
    }
    if from_another_site(request.headers()) {
        return Err(Refusal::Csrf);
    }
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, LARGEST_FORM).await.map_err(|_| Refusal::TooLarge)?;
    let mut copy = Request::new(axum::body::Body::from(body));
    *copy.method_mut() = Method::POST;
    *copy.headers_mut() = parts.headers.clone();
    let form = Form::<Vec<(String, String)>>::from_request(copy, &()).await;
    let fields = form.map_err(|_| Refusal::Form(visitor.words.t("form-not-a-form")))?.0;
    if fields.len() > MOST_FIELDS {
        return Err(Refusal::TooLarge);
    }
    visitor.fields = Fields(fields);
    let given = visitor.fields.get("csrf").unwrap_or_default();
    if !same(given.as_bytes(), visitor.csrf.as_bytes()) {
        return Err(Refusal::Csrf);
    }
    Ok(Request::from_parts(parts, axum::body::Body::empty()))
}

/// What browsers say of a form that another site sends.
fn from_another_site(headers: &HeaderMap) -> bool {
    let site = headers.get("sec-fetch-site").and_then(|value| value.to_str().ok());
    site.is_some_and(|site| site != "same-origin" && site != "none")
}

/// Compares without telling by the time where two texts differ.
fn same(a: &[u8], b: &[u8]) -> bool {
    aws_lc_rs::constant_time::verify_slices_are_equal(a, b).is_ok()
}

/// Makes a page of a refusal.
fn explain(visitor: &Ask, mut response: Response) -> Response {
    let Some(refusal) = response.extensions_mut().remove::<Refusal>() else { return response };
    if let Refusal::SignIn(next) = &refusal {
        let next = format!("/sign-in?next={}", encoded(next));
        let Ok(next) = HeaderValue::from_str(&next) else { return response };
        response.headers_mut().insert(LOCATION, next);
        return response;
    }
    pages::error::page(visitor, &refusal)
}

/// Headers of every answer.
fn finish(portal: &Portal, mut response: Response) -> Response {
    let headers = response.headers_mut();
    let policy =
        HeaderValue::from_str(&portal.policy).unwrap_or(HeaderValue::from_static("default-src 'none'"));
    headers.insert(HeaderName::from_static("content-security-policy"), policy);
    if portal.state.secure_cookies {
        let always = HeaderValue::from_static("max-age=31536000");
        headers.insert(HeaderName::from_static("strict-transport-security"), always);
    }
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("permissions-policy", "camera=(), microphone=(), geolocation=()"),
    ] {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    response
}

/// Adds a cookie; `seconds` 0 removes it.
pub(crate) fn set_cookie(portal: &Portal, response: &mut Response, name: &str, value: &str, seconds: u32) {
    let secure = if portal.state.secure_cookies { "; Secure" } else { "" };
    let text = format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    if let Ok(value) = HeaderValue::from_str(&text) {
        response.headers_mut().append(SET_COOKIE, value);
    }
}

/// The portal's cookies of a request.
#[derive(Debug, Default)]
struct Cookies {
    session: Option<String>,
    visit: Option<String>,
    language: Option<String>,
}

impl Cookies {
    fn of(headers: &HeaderMap) -> Cookies {
        let mut cookies = Cookies::default();
        for header in headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok()) {
            for (name, value) in header.split(';').filter_map(|pair| pair.trim().split_once('=')) {
                let place = match name {
                    SESSION => &mut cookies.session,
                    VISIT => &mut cookies.visit,
                    LANGUAGE => &mut cookies.language,
                    _ => continue,
                };
                if value.len() <= 64 && value.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
                    *place = Some(value.to_owned());
                }
            }
        }
        cookies
    }
}

/// The id of the session in a request's cookies.
pub(crate) fn session_cookie(headers: &HeaderMap) -> Option<String> {
    Cookies::of(headers).session
}
