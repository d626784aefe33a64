//! The branches of the chapter as scenarios, each named after its paragraph.

use crate::people::{Decision, Failed, expect, expect_eq};
use crate::Simulation;

/// A scenario.
#[derive(Clone, Copy)]
pub struct Scenario {
    /// Its name: paragraph, then what it shows.
    pub name: &'static str,
    /// Plays it over a fresh system.
    pub play: fn(&mut Simulation) -> Result<(), Failed>,
}

/// All scenarios.
pub const ALL: &[Scenario] = &[Scenario { name: "s28_one_account_to_the_payment", play: s28_one_account_to_the_payment }];

fn s28_one_account_to_the_payment(sim: &mut Simulation) -> Result<(), Failed> {
    let case = sim.birth("one-account")?;
    expect("Annex 1 came", sim.last_sms("one-account")?.contains("7#1"))?;
    sim.reply("one-account", "7#1")?;
    expect("Annex 2 came", sim.last_sms("one-account")?.contains("205#3#1"))?;
    sim.reply("one-account", "205#3#1")?;
    expect("a task waits", sim.task(&case)?.is_some())?;
    sim.decide(&case, Decision::Assign)?;
    expect_eq("payments", sim.payments(&case)?.len(), 1)?;
    expect_eq("outcome", sim.outcome(&case)?.as_deref(), Some("T08"))
}
