//! Which elements of the models ran: read from the engines' own histories, not from what a scenario believes.

use std::collections::BTreeSet;

use flow::Fact;
use store::Partition;

use crate::{Simulation, SimulationError, engine_error};

/// What of the models was carried out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trace {
    /// Elements that were entered, waited at or attached: everything that had an influence.
    pub touched: BTreeSet<String>,
    /// Elements that were entered or whose timer, message or error came.
    pub ran: BTreeSet<String>,
    /// Decisions that were evaluated.
    pub decisions: BTreeSet<String>,
    /// Rules that matched.
    pub rules: BTreeSet<String>,
}

impl Trace {
    /// Whether the element or decision had an influence.
    pub fn touches(&self, id: &str) -> bool {
        self.touched.contains(id) || self.decisions.contains(id) || self.rules.contains(id)
    }

    /// Whether the element, decision or rule was carried out.
    pub fn has_run(&self, id: &str) -> bool {
        self.ran.contains(id) || self.decisions.contains(id) || self.rules.contains(id)
    }

    fn add(&mut self, fact: &Fact) {
        match fact {
            Fact::Entered { element, .. }
            | Fact::TimerFired { element, .. }
            | Fact::MessageArrived { element, .. } => {
                self.ran.insert(element.as_str().to_owned());
                self.touched.insert(element.as_str().to_owned());
            }
            Fact::CaseStarted { start_event, .. } => {
                self.ran.insert(start_event.as_str().to_owned());
                self.touched.insert(start_event.as_str().to_owned());
            }
            Fact::TimerSet { element, .. } | Fact::Subscribed { element, .. } => {
                self.touched.insert(element.as_str().to_owned());
            }
            Fact::ErrorCaught { caught_by, .. } => {
                self.ran.insert(caught_by.as_str().to_owned());
                self.touched.insert(caught_by.as_str().to_owned());
            }
            Fact::Decided { trace, .. } => {
                for decision in trace {
                    self.decisions.insert(decision.id.clone());
                    for table in &decision.tables {
                        self.rules.extend(table.rules.iter().map(|rule| rule.id.clone()));
                    }
                }
            }
            _ => {}
        }
    }
}

impl Simulation {
    /// What was carried out so far, in all participants.
    ///
    /// # Errors
    /// When a store cannot be read.
    pub fn trace(&self) -> Result<Trace, SimulationError> {
        let mut trace = Trace::default();
        for engine in self.engines() {
            let failed = |error| engine_error(engine.participant(), error);
            for case in engine.cases(100_000).map_err(failed)? {
                let partition = Partition::new(case.partition).unwrap_or(Partition::of(&case.case_ref));
                for record in engine.history(case.case, partition).map_err(failed)? {
                    for event in record.events.iter().flatten() {
                        trace.add(&event.fact);
                    }
                }
            }
        }
        Ok(trace)
    }
}
