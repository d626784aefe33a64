//! The room `registry`: who takes part in the exchange, what each offers, and who may ask for what.
//!
//! Configuration goes in as TOML text, a checked [`Registry`] comes out; nothing is asked of a file on the path of a message.
//! What is not written is not allowed. Rules of the gateway, paragraph 4: a participant outside the state reaches others, and is
//! reached, only through the external gateway; a registry that says otherwise does not load.

mod connection;
mod participant;
mod passport;
mod read;
mod registers;
mod registry;
pub mod toml_file;

pub use connection::{Grant, Hop, Refusal, Route};
pub use participant::{
    CertificateExpectation, Gateway, Host, Participant, PasswordMac, Sender, Standing, SubjectMismatch,
};
pub use passport::{Feel, Query, Repeat, Rows, Service, ServiceKind, ServiceState};
pub use registers::{RegistersError, read_registers};
pub use registry::Registry;
pub use toml_file::{Problem, Problems};
