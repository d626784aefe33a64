//! The room `portal`: the pages. An overview of what runs, the story of a case, the official's inbox with signature, the message log,
//! the citizen's ledger of accesses, the legal clock of a demonstration.
//!
//! Pages read engines and logs and hand people's answers to the engine; they never decide anything. No route is served that does not
//! stand in the [`access`] table; nothing personal is shown before the access stands in the ledger (room `cases`). Pages work
//! without script, except signing, which speaks to the official's own signing program.
//!
//! [`Portal::router`] makes the router from a [`State`]; [`Accounts`] makes the first accounts.

pub mod access;
mod accounts;
mod ask;
mod diagrams;
mod forms;
mod guard;
mod history;
mod law;
mod names;
mod pages;
mod portal;
mod refusal;
mod routes;
mod sessions;
mod snapshot;
mod stages;
mod values;
mod words;

pub use accounts::{AccountError, Accounts, NewAccount};
pub use law::{LawIndex, LawProblem, OpenPointNote};
pub use portal::{CertificateRole, GatewayLog, Home, MetricsSource, Portal, PortalError, State};
pub use sessions::Role;

#[cfg(test)]
mod tests;
