//! What cases do, told in small models: one binary, so that linking is paid once.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod activities;
mod bundle;
mod calls;
mod data;
mod diagram;
mod errors;
mod events;
mod fixtures;
mod gateways;
mod incidents;
mod notation;
mod refusals;
mod repetition;
mod run;
mod scopes;
mod stored;
mod walks;
