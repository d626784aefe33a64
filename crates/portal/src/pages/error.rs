//! The page of a refusal: what happened, and how to mend it, in the visitor's language.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::ask::{Ask, Page, html_with};
use crate::refusal::Refusal;
use crate::sessions::random;

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    page: Page,
    what: String,
    mend: String,
    detail: String,
    address: String,
    /// Under which the cause stands in the log of the installation; empty where there is none.
    number: String,
}

/// Makes the page.
pub(crate) fn page(visitor: &Ask, refusal: &Refusal) -> Response {
    let id = refusal.id();
    let number = match refusal {
        Refusal::Unavailable(cause) => {
            let number = random(4).unwrap_or_default();
            tracing::error!(number, cause, path = visitor.path, "a page cannot be made");
            number
        }
        _ => String::new(),
    };
    let what = visitor.words.t(&format!("refusal-{id}"));
    let page = ErrorPage {
        page: visitor.page(what.clone()),
        what,
        mend: visitor.words.t(&format!("refusal-{id}-mend")),
        detail: refusal.detail().unwrap_or_default().to_owned(),
        address: visitor.path.clone(),
        number,
    };
    match page.render() {
        Ok(body) => html_with(refusal.status(), body),
        Err(error) => {
            tracing::error!(%error, "the page of a refusal cannot be made");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
