//! A request as handlers see it: who asks, in which language, with which fields. Made by the guard, never by a handler.

use std::sync::Arc;

use askama::Template;
use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use civic::Lang;
use jiff::Timestamp;

use crate::access;
use crate::names::Names;
use crate::portal::Portal;
use crate::refusal::Refusal;
use crate::sessions::Session;
use crate::words::Words;

/// What a handler answers.
pub(crate) type Answer = Result<Response, Refusal>;

/// Names with values, as a form or a query gives them. A name may stand several times.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fields(pub Vec<(String, String)>);

impl Fields {
    /// The first value of a name, trimmed; nothing when it is empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.trim());
        found.filter(|value| !value.is_empty())
    }

    /// Every value of a name.
    pub fn all<'f>(&'f self, name: &'f str) -> impl Iterator<Item = &'f str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.trim())
    }
}

/// A request that passed the guard.
#[derive(Clone)]
pub(crate) struct Ask {
    pub portal: Arc<Portal>,
    pub words: Words,
    pub session: Option<Session>,
    /// Stands in every form of this visitor.
    pub csrf: String,
    /// Path without query.
    pub path: String,
    pub query: Fields,
    pub fields: Fields,
    /// The cookie of a visitor without a session, by which a challenge is bound.
    pub visit: String,
    /// Legal time.
    pub now: Timestamp,
}

impl<S: Send + Sync> FromRequestParts<S> for Ask {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Ask, Refusal> {
        parts.extensions.get::<Ask>().cloned().ok_or(Refusal::Forbidden)
    }
}

impl Ask {
    /// Does what reads stores on a thread that may wait.
    pub async fn blocking<T: Send + 'static>(
        self,
        work: impl FnOnce(&Ask) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        tokio::task::spawn_blocking(move || work(&self)).await?
    }

    /// The person, who has signed in: pages that need it stand so in the access table.
    pub fn person(&self) -> Result<&Session, Refusal> {
        self.session.as_ref().ok_or_else(|| Refusal::SignIn(self.path.clone()))
    }

    /// Names of participants, services and elements in the visitor's language.
    pub fn names(&self) -> Names<'_> {
        Names::new(&self.portal, &self.words)
    }

    /// A page may be called otherwise for staff than for citizens.
    pub fn title_of<'i>(&self, id: &'i str) -> &'i str {
        let staff = self.session.as_ref().is_some_and(|session| session.role == crate::Role::Operator);
        if id == "nav-ledger" && staff { "nav-ledger-staff" } else { id }
    }

    /// The frame of a page.
    pub fn page(&self, title: impl Into<String>) -> Page {
        let may = |path: &str| {
            access::find("GET", path)
                .is_some_and(|row| access::allows(row, self.session.as_ref(), self.portal.state.demo))
        };
        let section = self.path.split('/').nth(1).unwrap_or_default();
        let links = NAVIGATION.iter().filter(|(path, _)| may(path));
        let navigation = links.map(|(path, id)| Link {
            href: (*path).to_owned(),
            text: self.words.t(self.title_of(id)),
            here: path.trim_start_matches('/') == section,
        });
        let rest: String = self
            .query
            .0
            .iter()
            .filter(|(name, _)| name != "lang")
            .fold(String::new(), |text, (name, value)| {
                format!("{text}&{}={}", encoded(name), encoded(value))
            });
        let languages = Lang::ALL.map(|lang| Link {
            href: format!("{}?lang={lang}{rest}", self.path),
            text: lang.code().to_owned(),
            here: lang == self.words.lang,
        });
        Page {
            title: title.into(),
            w: self.words.clone(),
            navigation: navigation.collect(),
            languages: languages.to_vec(),
            user: self.session.as_ref().map(|session| session.name.clone()),
            role: self.session.as_ref().map(|session| self.words.t(&format!("role-{}", session.role.id()))),
            csrf: self.csrf.clone(),
            demo: self.portal.state.demo,
            stand_url: self.portal.state.stand_url.clone().unwrap_or_default(),
            now: self.words.moment(&self.now),
            assets: crate::pages::assets::VERSION,
        }
    }
}

/// Pages of the navigation with their texts.
const NAVIGATION: &[(&str, &str)] = &[
    ("/", "nav-overview"),
    ("/cases", "nav-cases"),
    ("/inbox", "nav-inbox"),
    ("/log", "nav-log"),
    ("/ledger", "nav-ledger"),
    ("/clock", "nav-clock"),
    ("/parameters", "nav-parameters"),
    ("/about", "nav-about"),
];

/// A link of the frame.
#[derive(Debug, Clone)]
pub(crate) struct Link {
    pub href: String,
    pub text: String,
    pub here: bool,
}

/// What the frame of every page shows.
#[derive(Debug, Clone)]
pub(crate) struct Page {
    pub title: String,
    pub w: Words,
    pub navigation: Vec<Link>,
    pub languages: Vec<Link>,
    pub user: Option<String>,
    pub role: Option<String>,
    pub csrf: String,
    pub demo: bool,
    pub stand_url: String,
    pub now: String,
    pub assets: &'static str,
}

/// A template as an answer.
pub(crate) fn html(template: &impl Template) -> Answer {
    Ok(html_with(StatusCode::OK, template.render()?))
}

/// A page with a status.
pub(crate) fn html_with(status: StatusCode, body: String) -> Response {
    (status, [(CONTENT_TYPE, "text/html; charset=utf-8"), (CACHE_CONTROL, "no-store")], body).into_response()
}

/// Goes on at another address of the portal.
pub(crate) fn go_to(path: &str) -> Answer {
    Ok((StatusCode::SEE_OTHER, [(LOCATION, path)]).into_response())
}

/// A text as a part of an address.
pub(crate) fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}
