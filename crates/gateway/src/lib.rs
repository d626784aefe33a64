//! The room `gateway`: the exchange between participants.
//!
//! A message comes in signed by its sender; it is read, its sender authenticated, its signature verified, its connection checked,
//! and all that is journaled, before it is signed anew and handed on. The answer takes the same way back. Two instances exist,
//! [`registry::Gateway::Internal`] and [`registry::Gateway::External`]; a message between the state and others passes both.
//!
//! [`Core`] decides and knows no socket and no clock; [`http`] moves the bytes. The simulator drives the same core.
//!
//! What it must never do: log payload or passwords; forward what it could not verify or has not journaled; change a byte of the
//! business data; answer from memory; tell a stranger more than that he is not known.

#[cfg(test)]
extern crate self as gateway;

mod core;
mod exchange;
pub mod http;
mod identity;
mod journal;
pub mod log;
mod metrics;
mod password;
#[cfg(test)]
#[path = "../tests/it/sample.rs"]
mod sample;
pub mod server;
mod transport;
mod wsdl;

pub use core::{
    Accepted, Answer, Closing, Core, Destination, Entered, Entry, Exchange, Login, Outbound, Parts, PeerInfo,
};
pub use exchange::ORIGINAL_SENDER;
pub use identity::{Distrust, Identity, SigningError};
pub use journal::{
    CertificateFacts, ExchangeRow, KIND_ANSWERED, KIND_FORWARDED, KIND_LATE, KIND_REFUSED, State,
};
pub use metrics::Metrics;
pub use password::PasswordKey;
pub use transport::{Address, BoxFuture, HttpTransport, Reply, Transport, TransportFailure};
