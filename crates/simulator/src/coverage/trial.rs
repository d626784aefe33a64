//! The trial of the scenarios: every mutation is played by the scenarios it can concern until one of them fails.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use engine::bundle::Bundle;

use super::Recorded;
use crate::Content;
use crate::mutation::{self, Mutation};

/// How a mutation ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// This scenario fails.
    Caught(&'static str),
    /// No scenario fails, of so many that it can concern.
    Survived(usize),
    /// It does not load, so it proves nothing.
    Refused,
}

/// All mutations with their verdicts.
pub(super) struct Trial {
    pub tried: Vec<(Mutation, Verdict)>,
}

/// Scenarios of many cases or many runs: they cost much and notice nothing that the others do not.
const TOO_DEAR: &[&str] = &["h_thirty_families_at_once", "h_the_same_run_is_the_same"];

/// How many mutations pass between two lines of progress.
const TELL_EVERY: usize = 50;

pub(super) fn run(
    content: &Content,
    recorded: &[Recorded],
    one_in: usize,
    progress: &(dyn Fn(&str) + Sync),
) -> Trial {
    let mut tried = Vec::new();
    for number in 0..content.bundles.len() {
        let Some(files) = content.bundles.get(number) else { continue };
        let mutations: Vec<Mutation> = mutation::of(files).into_iter().step_by(one_in.max(1)).collect();
        let all = mutations.len();
        progress(&format!("{all} mutations"));
        let done = AtomicUsize::new(0);
        let verdicts = in_parallel(&mutations, |mutation| {
            let verdict = judge(content, number, mutation, recorded);
            if let Verdict::Survived(played) = &verdict {
                let (file, element) = (&mutation.file, &mutation.element);
                progress(&format!("survived {played} scenarios: {file} {element}: {}", mutation.description));
            }
            let done = done.fetch_add(1, Ordering::Relaxed) + 1;
            if done.is_multiple_of(TELL_EVERY) {
                progress(&format!("{done} of {all} mutations tried"));
            }
            verdict
        });
        tried.extend(mutations.into_iter().zip(verdicts));
    }
    Trial { tried }
}

fn judge(content: &Content, number: usize, mutation: &Mutation, recorded: &[Recorded]) -> Verdict {
    let mut bundles = Vec::with_capacity(content.bundles.len());
    for (position, files) in content.bundles.iter().enumerate() {
        let files = if position == number { mutation.applied(files) } else { files.clone() };
        match Bundle::load(files) {
            Ok(bundle) => bundles.push(Arc::new(bundle)),
            Err(_) => return Verdict::Refused,
        }
    }
    let concerned = |one: &&Recorded| {
        !TOO_DEAR.contains(&one.scenario.name)
            && mutation.reach.iter().any(|element| one.trace.touches(element))
    };
    let mut scenarios: Vec<&Recorded> = recorded.iter().filter(concerned).collect();
    scenarios.sort_by_key(|one| one.took);
    for one in &scenarios {
        match one.scenario.run(content, &bundles) {
            Ok(played) if played.failed.is_none() => {}
            Ok(_) | Err(_) => return Verdict::Caught(one.scenario.name),
        }
    }
    Verdict::Survived(scenarios.len())
}

/// The results of a task for every item, in their order, on as many threads as the machine has.
pub(super) fn in_parallel<'a, T: Sync, R: Send>(items: &'a [T], task: impl Fn(&'a T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<(usize, R)>> = Mutex::new(Vec::with_capacity(items.len()));
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads.min(items.len()).max(1) {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(number) else { return };
                    let result = task(item);
                    results.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push((number, result));
                }
            });
        }
    });
    let mut results = results.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    results.sort_by_key(|(number, _)| *number);
    results.into_iter().map(|(_, result)| result).collect()
}
