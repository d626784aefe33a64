//! The gateway over real sockets, and with peers of other make.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test says by panicking what is wrong")]

#[path = "it/foreign.rs"]
mod foreign;
#[path = "it/net.rs"]
mod net;
#[path = "it/sample.rs"]
#[expect(dead_code, reason = "the unit tests use more of it")]
mod sample;
#[path = "it/sockets.rs"]
mod sockets;
