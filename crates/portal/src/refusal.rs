//! Why a page cannot be shown, in words a person can act on: what happened, where, how to mend it.
//!
//! A handler answers with a refusal; the guard, which knows the language, makes a page of it. What is inside the installation (paths,
//! causes) goes to the log under a number that the page shows, never to the page.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::portal::PortalError;

/// Why not.
#[derive(Debug, Clone)]
pub(crate) enum Refusal {
    /// No such page or thing.
    NotFound,
    /// Signing in is needed first; where to go on then.
    SignIn(String),
    /// Signed in, but without the right.
    Forbidden,
    /// The form did not come from a page of this session.
    Csrf,
    /// Something in the form; the text says what, ready for the page.
    Form(String),
    /// Too large.
    TooLarge,
    /// Another method is used for this address.
    Method,
    /// Something else happened meanwhile; the text says what.
    Conflict(String),
    /// The installation refuses it (the legal clock in production); the text says why.
    NotHere(String),
    /// The store or a key does not answer.
    Unavailable(String),
}

impl Refusal {
    pub fn status(&self) -> StatusCode {
        match self {
            Refusal::NotFound => StatusCode::NOT_FOUND,
            Refusal::SignIn(_) => StatusCode::SEE_OTHER,
            Refusal::Forbidden | Refusal::Csrf | Refusal::NotHere(_) => StatusCode::FORBIDDEN,
            Refusal::Form(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Refusal::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Refusal::Method => StatusCode::METHOD_NOT_ALLOWED,
            Refusal::Conflict(_) => StatusCode::CONFLICT,
            Refusal::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// The name of its texts: `refusal-<id>` and `refusal-<id>-mend`.
    pub fn id(&self) -> &'static str {
        match self {
            Refusal::NotFound => "not-found",
            Refusal::SignIn(_) => "sign-in",
            Refusal::Forbidden => "forbidden",
            Refusal::Csrf => "csrf",
            Refusal::Form(_) => "form",
            Refusal::TooLarge => "too-large",
            Refusal::Method => "method",
            Refusal::Conflict(_) => "conflict",
            Refusal::NotHere(_) => "not-here",
            Refusal::Unavailable(_) => "unavailable",
        }
    }

    /// What may be said on the page beside the texts.
    pub fn detail(&self) -> Option<&str> {
        match self {
            Refusal::Form(detail) | Refusal::Conflict(detail) | Refusal::NotHere(detail) => Some(detail),
            _ => None,
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

macro_rules! unavailable {
    ($($error:ty),*) => { $(
        impl From<$error> for Refusal {
            fn from(error: $error) -> Refusal {
                Refusal::Unavailable(error.to_string())
            }
        }
    )* };
}
unavailable!(
    engine::EngineError,
    cases::CaseError,
    cases::LedgerError,
    store::ReadError,
    store::CommitError,
    PortalError,
    askama::Error,
    tokio::task::JoinError,
    store::seal::SealError
);
