//! Tests of the room as its users see it.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on must fail")]

#[path = "it/tck.rs"]
mod tck;
