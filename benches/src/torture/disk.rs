//! Full disks and failing syncs: what was acknowledged is kept, new work is refused in words, and work goes on without a repair.

use std::path::Path;
use std::time::Instant;

use anyhow::{bail, ensure};
use store::{State, Store};

use super::power::Play;
use super::{Outcome, Progress, world};

/// Fills the disk, or lets syncs fail, `rounds` times.
///
/// # Errors
/// What was lost, or a refusal that says nothing.
pub fn rounds(folder: &Path, rounds: u32, seed: u64, progress: Progress<'_>) -> anyhow::Result<Outcome> {
    let (began, vfs) = (Instant::now(), format!("torture-disk-{seed}"));
    let disk = powercut::register(&vfs, seed)?;
    let mut play = Play::new(seed);
    let (mut full, mut unconfirmed) = (0, 0);
    let (store, engine) = world::open(folder, Some(&vfs))?;
    for round in 1..=rounds {
        progress("full disk, failing sync", round, rounds);
        let expected = if round % 2 == 0 {
            disk.set_room(Some(20_000 + play.draw.below(200_000)));
            "is full"
        } else {
            disk.fail_syncs(1 + u32::try_from(play.draw.below(3))?);
            "did not take or confirm"
        };
        let acknowledged = play.sender.acknowledged.len();
        let refusal = refusal(&mut play, &engine)?;
        ensure!(
            refusal.contains(expected),
            "round {round}: refused with {refusal:?}, which does not say that the disk {expected}"
        );
        ensure!(
            refusal.contains("everything acknowledged is kept"),
            "the refusal does not say what is kept: {refusal}"
        );
        ensure!(matches!(store.state(), State::Refusing { .. }), "the store does not say that it refuses");
        ensure!(play.sender.acknowledged.len() >= acknowledged, "acknowledgements do not vanish");
        if expected == "is full" {
            full += 1;
        } else {
            unconfirmed += 1;
        }
        disk.set_room(None);
        disk.fail_syncs(0);
        // No repair: the next work is simply taken.
        play.say(&engine)?;
        engine.turn(play.now)?;
        ensure!(store.state() == State::Ready, "work does not go on by itself");
    }
    let counted = play.finish(&store, &engine)?;
    drop((engine, store));
    // What was acknowledged is on the disk, not only in the memory of the process.
    disk.cut();
    disk.restore()?;
    let (store, engine) = world::open(folder, Some(&vfs))?;
    let again = world::look_through(&store, &engine, &play.sender, &play.books)?;
    ensure!(again.rows >= counted.rows, "rows are missing after the power came back");
    let chain = store.chain()?;
    Ok(Outcome {
        name: "full disk, failing sync",
        rounds,
        took: began.elapsed(),
        counted: vec![
            ("full disks", full),
            ("failing syncs", unconfirmed),
            ("cases, each once", counted.cases),
            ("journal rows verified", counted.rows),
            ("batches", chain.batch),
            ("payments, each under one key", counted.payments),
            ("repeats under the same key", counted.repeats),
        ],
    })
}

/// Acts until the store refuses; its words.
fn refusal(play: &mut Play, engine: &engine::Engine) -> anyhow::Result<String> {
    for _ in 0..20_000 {
        if let Err(error) = play.act(engine) {
            return Ok(error.to_string());
        }
    }
    bail!("the store never refused")
}
