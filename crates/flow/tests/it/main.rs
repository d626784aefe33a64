//! What cases do, told in small models: one binary, so that linking is paid once.

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
mod walks;
