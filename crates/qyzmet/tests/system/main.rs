//! The whole system: the real binary in processes of its own, everything between them over real sockets.
//!
//! Nothing here reaches into the program: it is driven as people and outside systems drive it, by pages, SMS, registers and signals, and
//! looked at where its effects arrive. Waiting is always for something that is looked at, never for a time.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]

mod branches;
mod browser;
mod commands;
mod foreign;
mod hostile;
mod http;
mod journal;
mod killing;
mod moving;
mod peers;
mod people;
mod socket;
mod system;
mod webdriver;
