//! Power cuts under engine and store: at a random moment the disk stops, what was not synced is dropped or torn, and all goes on.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use engine::{Engine, Outgoing, Settlement};
use jiff::{SignedDuration, Timestamp};
use powercut::Disk;
use rules::Context;
use store::chain::Chain;
use store::{SqliteStore, Store};

use super::world::{self, Counted, Draw, Sender};
use super::{Outcome, Progress};
use crate::receiver::{Books, Entry};

/// A world in virtual time in one thread: sender, engine, receiver.
pub(super) struct Play {
    pub sender: Sender,
    pub books: Books,
    pub draw: Draw,
    pub now: Timestamp,
}

impl Play {
    pub fn new(seed: u64) -> Play {
        let now = Timestamp::constant(1_711_944_000, 0);
        Play { sender: Sender::default(), books: BTreeMap::new(), draw: Draw(seed), now }
    }

    /// One random act; an error is the store's.
    pub fn act(&mut self, engine: &Engine) -> Result<(), engine::EngineError> {
        match self.draw.below(10) {
            0..=2 => self.say(engine),
            3..=5 => engine.turn(self.now).map(drop),
            6..=8 => self.carry(engine, true),
            _ => {
                let ahead = i64::try_from(self.draw.below(40)).unwrap_or(1);
                self.now = self.now.saturating_add(SignedDuration::from_millis(ahead)).unwrap_or(self.now);
                Ok(())
            }
        }
    }

    /// The sender says some of what is not acknowledged, and something new now and then.
    pub fn say(&mut self, engine: &Engine) -> Result<(), engine::EngineError> {
        if self.sender.open.len() < 30 {
            (0..1 + self.draw.below(4)).for_each(|_| self.sender.new_case());
        }
        let messages = self.sender.choose(&mut self.draw, 6);
        engine.receive(messages.iter().map(world::Message::arrival).collect(), self.now)?;
        messages.iter().for_each(|message| self.sender.heard(message));
        Ok(())
    }

    /// The receiver carries out what is in the outbox; now and then its answer gets lost.
    pub fn carry(&mut self, engine: &Engine, losing: bool) -> Result<(), engine::EngineError> {
        let limit = usize::try_from(1 + self.draw.below(12)).unwrap_or(1);
        for item in engine.outgoing(self.now, limit)? {
            self.book(&item);
            let settlement = if losing && self.draw.below(8) == 0 {
                Settlement::Later { reason: "the answer got lost".into(), after: Duration::from_millis(15) }
            } else {
                Settlement::Answered(Context::new().with("done", true))
            };
            engine.settle_outgoing(&item, settlement);
        }
        Ok(())
    }

    fn book(&mut self, item: &Outgoing) {
        let content = serde_json::to_string(&item.request).unwrap_or_default();
        let fresh = Entry { content: content.clone(), times: 0, changed: false };
        let entry = self.books.entry(hex::encode(item.id)).or_insert(fresh);
        entry.times += 1;
        entry.changed |= entry.content != content;
    }

    /// Without further faults until everything is done, then the look through it.
    pub fn finish(&mut self, store: &SqliteStore, engine: &Engine) -> anyhow::Result<Counted> {
        for _ in 0..100_000 {
            let counts = store.counts()?;
            let waiting = counts.inbox + counts.outbox + counts.timers + counts.subscriptions;
            if self.sender.open.is_empty() && waiting == 0 && engine.in_flight() == 0 {
                return world::look_through(store, engine, &self.sender, &self.books);
            }
            while !self.sender.open.is_empty() {
                let messages = self.sender.choose(&mut self.draw, 50);
                engine.receive(messages.iter().map(world::Message::arrival).collect(), self.now)?;
                messages.iter().for_each(|message| self.sender.heard(message));
            }
            engine.turn(self.now)?;
            self.carry(engine, false)?;
            self.now = self.now.saturating_add(SignedDuration::from_millis(10))?;
        }
        anyhow::bail!("the world does not come to rest: {:?}", store.counts()?)
    }
}

/// Cuts the power `rounds` times at random moments.
///
/// # Errors
/// What was lost, doubled or torn.
pub fn rounds(folder: &Path, rounds: u32, seed: u64, progress: Progress<'_>) -> anyhow::Result<Outcome> {
    let (began, vfs) = (Instant::now(), format!("torture-power-{seed}"));
    let disk = powercut::register(&vfs, seed)?;
    let mut play = Play::new(seed);
    let mut before: Option<Chain> = None;
    let (mut lost, mut torn, mut failed_syncs) = (0, 0, 0);
    for round in 1..=rounds {
        progress("power cut", round, rounds);
        {
            let (store, engine) = world::open(folder, Some(&vfs))?;
            went_on(&store, before.as_ref()).with_context(|| format!("round {round}"))?;
            match round % 3 {
                0 => disk.cut_at_sync(1 + play.draw.below(15)),
                1 => disk.cut_after(1 + play.draw.below(60)),
                _ => disk.cut_after(1 + play.draw.below(700)),
            }
            before = until_cut(&mut play, &disk, &store, &engine, &mut failed_syncs)?;
        }
        let restored = disk.restore()?;
        lost += restored.lost;
        torn += restored.torn;
    }
    let (store, engine) = world::open(folder, Some(&vfs))?;
    went_on(&store, before.as_ref())?;
    let counted = play.finish(&store, &engine)?;
    ensure!(lost + torn > 0 || rounds < 10, "no cut cost anything: the rounds prove nothing");
    Ok(Outcome {
        name: "power cut",
        rounds,
        took: began.elapsed(),
        counted: vec![
            ("cases, each once", counted.cases),
            ("journal rows verified", counted.rows),
            ("payments, each under one key", counted.payments),
            ("repeats under the same key", counted.repeats),
            ("writes lost", lost),
            ("writes torn", torn),
            ("syncs that failed", failed_syncs),
        ],
    })
}

/// The chain that was acknowledged is the beginning of the one that is there.
fn went_on(store: &SqliteStore, before: Option<&Chain>) -> anyhow::Result<()> {
    store::verify::verify(store, 1, [], |_| {}).context("the chain is not whole after the cut")?;
    if let Some(before) = before.filter(|before| before.batch > 0) {
        let link = store.batches(before.batch, 1)?;
        ensure!(
            link.first().is_some_and(|link| link.hash == before.hash),
            "batch {} was acknowledged and is not there",
            before.batch
        );
    }
    Ok(())
}

/// Acts until the power goes; the last chain that was seen.
fn until_cut(
    play: &mut Play,
    disk: &Disk,
    store: &SqliteStore,
    engine: &Engine,
    failed_syncs: &mut u64,
) -> anyhow::Result<Option<Chain>> {
    let mut last = store.chain().ok();
    while !disk.is_cut() {
        if play.draw.below(60) == 0 {
            disk.fail_syncs(1);
            *failed_syncs += 1;
        }
        let done = play.act(engine);
        if let (Err(error), false) = (&done, disk.is_cut()) {
            let text = error.to_string();
            ensure!(text.contains("did not take or confirm"), "refused without a cut: {text}");
        }
        last = store.chain().ok().or(last);
    }
    Ok(last)
}
