//! What every store promises, shown on the store in memory and on SQLite, and what only the one on disk can show.
#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on stops here")]

mod both;
mod power;
mod published;
mod sqlite;
mod suite;
mod tampering;
