//! The outside world: the registers, banks and message centre that the platform talks to, and a synthetic country behind them.
//!
//! A process of its own with its own data and keys. It must never be asked by the platform in any way a real outside system
//! could not be asked: over its sockets, by signed messages and SMPP.

pub mod country;
pub mod faults;
pub mod ncalayer;
pub mod officials;
pub mod registers;
mod shell;
pub mod smsc;
pub mod systems;
pub mod tables;
pub mod world;

pub use shell::{Config, ConfigError, JournalError, LegalClock, Login, Running, StartError, run, start};
