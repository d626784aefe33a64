//! Envelopes of the gateway's channels as typed messages, faults, and the binding of contracts (XSD) to FEEL contexts.
//!
//! [`read`] turns the bytes of an HTTP body into an [`Incoming`] message, as lenient as the clients in the field need it and no
//! more; [`write`] turns typed messages into envelopes, as literal as the clients in the field parse them; [`contract`] binds the
//! business data. The room is pure: no clock, no socket, no randomness; moments and identifiers come in as arguments.
//!
//! What it must never do: alter the bytes of `data`; emit other prefixes than `soap`, `ns2`, `wsse`, `wsu` and `ds`, or a
//! default namespace; quote a password or business data in an error; decide about a signature (that is the room `eds`).

pub mod contract;
mod data;
mod date;
mod envelope;
mod fault;
pub mod namespaces;
mod read;
mod refusal;
pub mod write;

pub use data::Data;
pub use date::MessageDate;
pub use envelope::{Password, Property, Sender, Status, SyncRequest, SyncResponse, braced};
pub use fault::{ErrorInfo, Fault, FaultCode};
pub use read::{Incoming, Message, read, read_owned};
pub use refusal::{Code, Refusal};
