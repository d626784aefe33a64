//! The room `participant`: a hosted participant between its engine and its gateway.
//!
//! [`Provider`] answers the messages that the gateway brings; [`Client`] turns effects of the engine into messages and answers
//! into settlements. Both are plain functions of their inputs, driven by [`serve`] and [`Courier`] over sockets and by the
//! simulator without them.
//!
//! What it must never do: speak to another participant other than through the gateway; answer a row before it is durable; take
//! for an answer what the gateway did not sign; make up an outcome where there was silence.

#[cfg(test)]
extern crate self as participant;

mod client;
mod contracts;
mod courier;
mod disclosure;
mod provider;
#[cfg(test)]
#[path = "../tests/it/sample.rs"]
mod sample;
mod serve;
mod setup;

pub use client::{Call, Client, Prepared};
pub use contracts::{Contracts, ContractsError};
pub use courier::{Courier, Settle};
pub use disclosure::{Disclosure, Disclosures, NoLedger};
pub use provider::{Business, Provider};
pub use serve::{PATH, Server, ServerParts};
pub use setup::Setup;
