//! The gateway over real sockets, and with peers of other make.

#[path = "it/sample.rs"]
#[allow(dead_code, reason = "shared with the unit tests, which use more of it")]
mod sample;
