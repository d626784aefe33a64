//! The long rounds: power cuts, kills, full disks, failing syncs, and hands that change what was written.
//!
//! Each world is driven until everything it was told is done, and then looked through: nothing acknowledged is missing, nothing
//! stands twice, every payment went out under one key. A round that finds otherwise fails with what it found.

pub mod disk;
pub mod front;
pub mod kill;
pub mod power;
pub mod tampering;
mod world;

use std::time::Duration;

use serde::Serialize;

pub use world::Draw;

/// What a series of rounds came to.
#[derive(Debug, Clone, Serialize)]
pub struct Outcome {
    /// Which series.
    pub name: &'static str,
    /// Rounds made.
    pub rounds: u32,
    /// How long they took.
    pub took: Duration,
    /// What was counted: (what, how many).
    pub counted: Vec<(&'static str, u64)>,
}

impl Outcome {
    /// The outcome as one line.
    pub fn line(&self) -> String {
        let counted: Vec<String> =
            self.counted.iter().map(|(what, count)| format!("{count} {what}")).collect();
        format!(
            "{}: {} rounds in {:.1} s; {}",
            self.name,
            self.rounds,
            self.took.as_secs_f64(),
            counted.join(", ")
        )
    }
}

/// Hears which round of how many begins.
pub type Progress<'a> = &'a dyn Fn(&str, u32, u32);
