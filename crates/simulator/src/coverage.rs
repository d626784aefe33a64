//! `law coverage`: which paragraphs of the act are carried out, and which of them are tested.
//!
//! A paragraph is carried out when an element of the models names it, or, where it orders nothing to be done in a case, when the
//! index of the act says what keeps it. It is tested when such an element ran in the recorded trace of a scenario that passes and,
//! in a full run, when at least one wrong change of such an element makes a scenario fail. Nothing here may believe what a
//! scenario says about itself: traces come from the journals of the engines.

mod index;
mod report;
mod trial;

use std::collections::BTreeSet;
use std::sync::Arc;

use engine::bundle::Bundle;

use crate::scenarios::{ALL, Scenario};
use crate::{Content, SimulationError, Trace};

pub use report::{ActReport, Mutations, ParagraphReport, Report, Survivor};

/// A scenario with what it carried out.
struct Recorded {
    scenario: &'static Scenario,
    trace: Trace,
    took: std::time::Duration,
}

/// Measures the coverage of the acts in `law` (path and text of every `law/*.toml`). `full` tries the mutations too, which takes
/// minutes.
///
/// # Errors
/// When contents or index cannot be used.
pub fn run(content: &Content, law: &[(String, String)], full: bool) -> Result<Report, SimulationError> {
    run_with(content, law, full, &|_| {})
}

/// As [`run`], telling its progress in lines.
///
/// # Errors
/// As [`run`].
pub fn run_with(
    content: &Content,
    law: &[(String, String)],
    full: bool,
    progress: &(dyn Fn(&str) + Sync),
) -> Result<Report, SimulationError> {
    sampled(content, law, full.then_some(1), progress)
}

/// As [`run_with`], but of the mutations only every `one_in`-th is tried; none when there is no number.
///
/// # Errors
/// As [`run`].
pub fn sampled(
    content: &Content,
    law: &[(String, String)],
    one_in: Option<usize>,
    progress: &(dyn Fn(&str) + Sync),
) -> Result<Report, SimulationError> {
    let acts = index::acts(law)?;
    let named = index::elements(content);
    let bundles = content.loaded()?;
    let (recorded, failed) = record(content, &bundles, progress)?;
    progress(&format!("{} of {} scenarios pass", recorded.len(), ALL.len()));
    let trial = one_in.map(|one_in| trial::run(content, &recorded, one_in, progress));
    let ran = |element: &str| recorded.iter().any(|one| one.trace.has_run(element));
    let acts = acts.into_iter().map(|act| report::act(act, &named, &ran, trial.as_ref())).collect();
    let passed = recorded.len();
    let never_ran =
        named.iter().map(|one| one.element.clone()).filter(|element| !ran(element)).collect::<BTreeSet<_>>();
    Ok(Report { acts, passed, failed, never_ran, mutations: trial.map(report::mutations) })
}

/// Plays every scenario once over what is to be covered; those that pass with their traces, and the names of the others.
fn record(
    content: &Content,
    bundles: &[Arc<Bundle>],
    progress: &(dyn Fn(&str) + Sync),
) -> Result<(Vec<Recorded>, Vec<String>), SimulationError> {
    let play = |scenario: &'static Scenario| -> Result<Option<Recorded>, SimulationError> {
        let played =
            scenario.run(content, bundles).map_err(|failed| SimulationError::Content(failed.to_string()))?;
        if let Some(failed) = &played.failed {
            progress(&format!("{} fails: {failed}", scenario.name));
            return Ok(None);
        }
        Ok(Some(Recorded { scenario, trace: played.trace()?, took: played.took }))
    };
    let played = trial::in_parallel(ALL, play);
    let (mut recorded, mut failed) = (Vec::new(), Vec::new());
    for (scenario, played) in ALL.iter().zip(played) {
        match played? {
            Some(one) => recorded.push(one),
            None => failed.push(scenario.name.to_owned()),
        }
    }
    Ok((recorded, failed))
}
