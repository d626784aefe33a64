//! Twenty rounds of each kind in every test run; `./x torture` makes many more.

use std::path::Path;

use benches::torture::{disk, kill, power};

const ROUNDS: u32 = 20;

fn quiet(_: &str, _: u32, _: u32) {}

fn counted(outcome: &benches::torture::Outcome, what: &str) -> Option<u64> {
    outcome.counted.iter().find(|(name, _)| *name == what).map(|(_, count)| *count)
}

#[test]
fn after_power_cuts_everything_acknowledged_is_there_once() {
    let folder = tempfile::tempdir().expect("folder");
    let outcome =
        power::rounds(folder.path(), ROUNDS, 41, &quiet).unwrap_or_else(|error| panic!("{error:#}"));
    println!("{}", outcome.line());
    assert!(counted(&outcome, "cases, each once") > Some(20), "work was done: {}", outcome.line());
}

#[test]
fn full_disks_and_failing_syncs_refuse_in_words_and_go_on() {
    let folder = tempfile::tempdir().expect("folder");
    let outcome = disk::rounds(folder.path(), ROUNDS, 43, &quiet).unwrap_or_else(|error| panic!("{error:#}"));
    println!("{}", outcome.line());
}

#[test]
fn killed_nodes_lose_nothing_and_tampering_is_found() {
    let folder = tempfile::tempdir().expect("folder");
    let program = Path::new(env!("CARGO_BIN_EXE_torture"));
    let outcome =
        kill::rounds(folder.path(), program, ROUNDS, 47, &quiet).unwrap_or_else(|error| panic!("{error:#}"));
    println!("{}", outcome.line());
    assert!(counted(&outcome, "cases, each once") > Some(20), "work was done: {}", outcome.line());
}
