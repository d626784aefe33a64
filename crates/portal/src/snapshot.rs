//! All cases of the participants hosted here, put together by business key: read at most once a second, however many look.
//!
//! Rows of the list of cases only: nothing personal.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use engine::bundle::Bundle;
use engine::{CaseStatus, CaseSummary, EngineError, TaskRow};
use jiff::Timestamp;

use crate::portal::Portal;
use crate::stages;

/// How old what is shown may be.
const FRESH: Duration = Duration::from_millis(900);
/// Most cases under way, and tasks, read of each participant.
const MOST: usize = 10_000;
/// Most cases that have ended, the last started first.
const MOST_ENDED: usize = 2_000;

/// A case of one participant.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    pub participant: String,
    pub case: CaseSummary,
}

/// A business case: one person, one service, one fact; its parts at the participants.
#[derive(Debug, Clone)]
pub(crate) struct Business {
    pub case_ref: String,
    pub bundle: Option<Arc<Bundle>>,
    pub started: Timestamp,
    pub moved: Timestamp,
    pub parts: Vec<Part>,
    /// Number of the stage in the service; none between stages.
    pub stage: Option<usize>,
    pub ended: bool,
    pub outcome: Option<String>,
    /// Whether something waits for a person to mend it.
    pub incidents: usize,
    /// Whether an outside system does not answer.
    pub troubles: usize,
    /// Whether a part of the procedure itself is among the parts.
    pub main: bool,
}

/// Everything at one moment.
#[derive(Debug, Clone)]
pub(crate) struct Snapshot {
    taken: Instant,
    /// The latest to move first.
    pub cases: Vec<Business>,
    pub tasks: Vec<(String, TaskRow)>,
    /// Whether there are more than are read.
    pub cut: bool,
}

/// The last snapshot.
#[derive(Debug, Default)]
pub(crate) struct Snapshots(Mutex<Option<Arc<Snapshot>>>);

impl Portal {
    /// What there is now.
    pub(crate) fn snapshot(&self) -> Result<Arc<Snapshot>, EngineError> {
        let mut kept = self.snapshots.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(fresh) = kept.as_ref().filter(|snapshot| snapshot.taken.elapsed() < FRESH) {
            return Ok(Arc::clone(fresh));
        }
        let taken = Arc::new(self.take()?);
        *kept = Some(Arc::clone(&taken));
        Ok(taken)
    }

    /// One business case, however long ago it ended.
    pub(crate) fn find_case(&self, case_ref: &str) -> Result<Option<Business>, EngineError> {
        let snapshot = self.snapshot()?;
        let mut parts: Vec<Part> = Vec::new();
        if let Some(known) = snapshot.cases.iter().find(|case| case.case_ref == case_ref) {
            parts.extend(known.parts.iter().cloned());
        }
        for engine in &self.state.engines {
            for case in engine.cases_of(case_ref)? {
                // The list may be a moment old, or may have left out a part that ended long ago.
                parts.retain(|part| part.case.case != case.case);
                parts.push(Part { participant: engine.participant().to_owned(), case });
            }
        }
        Ok(self.business(case_ref.to_owned(), parts))
    }

    fn take(&self) -> Result<Snapshot, EngineError> {
        let mut found: BTreeMap<String, Vec<Part>> = BTreeMap::new();
        let (mut tasks, mut cut) = (Vec::new(), false);
        for engine in &self.state.engines {
            let participant = engine.participant().to_owned();
            let lists =
                [(CaseStatus::Running, MOST), (CaseStatus::Troubled, MOST), (CaseStatus::Ended, MOST_ENDED)];
            for (status, most) in lists {
                let cases = engine.cases_in(status, most)?;
                cut |= cases.len() == most;
                for case in cases {
                    let part = Part { participant: participant.clone(), case };
                    found.entry(base(&part.case.case_ref).to_owned()).or_default().push(part);
                }
            }
            tasks.extend(engine.open_tasks(MOST)?.into_iter().map(|task| (participant.clone(), task)));
        }
        tasks.sort_by_key(|(_, task)| (task.due.unwrap_or(Timestamp::MAX), task.opened));
        let mut cases: Vec<Business> =
            found.into_iter().filter_map(|(case_ref, parts)| self.business(case_ref, parts)).collect();
        cases.sort_by(|a, b| b.moved.cmp(&a.moved).then_with(|| a.case_ref.cmp(&b.case_ref)));
        Ok(Snapshot { taken: Instant::now(), cases, tasks, cut })
    }

    fn business(&self, case_ref: String, mut parts: Vec<Part>) -> Option<Business> {
        parts.sort_by_key(|part| part.case.started);
        let first = parts.first()?;
        let bundle = self.engine(&first.participant).and_then(|engine| {
            engine.bundles().iter().find(|bundle| bundle.service.id == first.case.service).cloned()
        });
        let service = bundle.as_ref().map(|bundle| &bundle.service);
        let is_main =
            |part: &&Part| service.is_some_and(|service| stages::is_main(service, &part.case.process));
        let main: Vec<&Part> = parts.iter().filter(is_main).collect();
        // The procedure of the participant that begins it tells how the whole ended. Not the earliest start: clocks of nodes differ.
        let place = |part: &&&Part| {
            self.state.engines.iter().position(|engine| engine.participant() == part.participant)
        };
        let leading = main.iter().min_by_key(place).copied().unwrap_or(first);
        let ended = leading.case.ended;
        let outcome = leading.case.outcome.clone().filter(|_| ended);
        let running =
            service.and_then(|service| stages::of_parts(service, parts.iter().map(|part| &part.case)));
        let closed = service.and_then(|service| service.stages.len().checked_sub(1));
        Some(Business {
            started: first.case.started,
            moved: parts.iter().map(|part| part.case.moved).max()?,
            stage: if ended { closed } else { running },
            incidents: parts.iter().map(|part| part.case.incidents.len()).sum(),
            troubles: parts.iter().map(|part| part.case.troubles.len()).sum(),
            main: !main.is_empty(),
            ended,
            outcome,
            bundle,
            case_ref,
            parts,
        })
    }
}

/// The business key without what a participant put behind it (`<caseRef>/<orderId>` of an SMS).
pub(crate) fn base(case_ref: &str) -> &str {
    case_ref.split_once('/').map_or(case_ref, |(base, _)| base)
}
