//! The access table: every route with its method and who may use it. What does not stand here is not served.
//!
//! A test compares this table with the routes; the guard asks it before every page. Rights of a row are checked, never assumed.

use crate::sessions::{Role, Session};

/// Who may use a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Anybody, without signing in.
    Anyone,
    /// Whoever has signed in.
    SignedIn,
    /// Officials and operators.
    Staff,
    /// Officials of an authorised body.
    Official,
    /// Operators of the installation.
    Operator,
    /// The person whose data they are, after signing in with a certificate; and operators, who are recorded.
    Owner,
}

/// A row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// The path as the router has it.
    pub path: &'static str,
    /// Who may.
    pub who: Who,
    /// Whether a demonstration shows it to everybody: pages without personal data that change nothing.
    pub open_in_demo: bool,
}

const fn row(method: &'static str, path: &'static str, who: Who) -> Row {
    Row { method, path, who, open_in_demo: false }
}

const fn shown_in_demo(path: &'static str, who: Who) -> Row {
    Row { method: "GET", path, who, open_in_demo: true }
}

/// Every route.
pub const TABLE: &[Row] = &[
    shown_in_demo("/", Who::Staff),
    shown_in_demo("/fragments/overview", Who::Staff),
    shown_in_demo("/cases", Who::Staff),
    shown_in_demo("/cases/{case_ref}", Who::Staff),
    row("POST", "/cases/{case_ref}", Who::Staff),
    row("POST", "/cases/{case_ref}/retry", Who::Operator),
    row("GET", "/inbox", Who::Official),
    row("GET", "/inbox/{case}/{work}", Who::Official),
    row("POST", "/inbox/{case}/{work}", Who::Official),
    shown_in_demo("/log", Who::Operator),
    shown_in_demo("/log/{exchange}", Who::Operator),
    row("GET", "/ledger", Who::Owner),
    row("POST", "/ledger", Who::Owner),
    shown_in_demo("/clock", Who::Operator),
    row("POST", "/clock", Who::Operator),
    row("GET", "/parameters", Who::Anyone),
    row("GET", "/about", Who::Anyone),
    row("GET", "/sign-in", Who::Anyone),
    row("POST", "/sign-in", Who::Anyone),
    row("POST", "/sign-in/certificate", Who::Anyone),
    row("POST", "/sign-out", Who::SignedIn),
    row("GET", "/health/live", Who::Anyone),
    row("GET", "/health/ready", Who::Anyone),
    row("GET", "/metrics", Who::Anyone),
    row("GET", "/assets/portal.css", Who::Anyone),
    row("GET", "/assets/portal.js", Who::Anyone),
];

/// The row of a route; `HEAD` is asked as `GET`.
pub fn find(method: &str, path: &str) -> Option<&'static Row> {
    let method = if method == "HEAD" { "GET" } else { method };
    TABLE.iter().find(|row| row.method == method && row.path == path)
}

/// Whether the visitor may use the route.
pub(crate) fn allows(row: &Row, session: Option<&Session>, demo: bool) -> bool {
    if row.who == Who::Anyone || (demo && row.open_in_demo) {
        return true;
    }
    let Some(session) = session else { return false };
    match row.who {
        Who::Anyone | Who::SignedIn => true,
        Who::Staff => matches!(session.role, Role::Official | Role::Operator),
        Who::Official => session.role == Role::Official,
        Who::Operator => session.role == Role::Operator,
        // An IIN that stands in an account proves nothing; a certificate does.
        Who::Owner => session.role == Role::Operator || (session.by_certificate && session.iin.is_some()),
    }
}
