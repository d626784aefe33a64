//! The history of a case in plain words, made from its journal: what happened, by which paragraph, on which default, until when and
//! why, under which message.
//!
//! Only ids of elements, moments, codes and rule numbers are taken from the events; values of the case only when the reader's access was
//! recorded ([`Teller::with_values`]).

use std::collections::BTreeMap;

use calendar::{Count, Unit};
use engine::bundle::Bundle;
use engine::record::{KIND_HELD, KIND_IGNORED, KIND_LOCK, KIND_POISONED, KIND_TRANSITION, KIND_TROUBLE};
use engine::{CaseSummary, Recorded};
use flow::{DeadlineCause, DecisionTrace, Event, Fact, Role, WorkId, WorkKind};
use jiff::Timestamp;
use notify::texts::Argument;

use crate::law::LawIndex;
use crate::names::Names;
use crate::values;
use crate::words::Words;

/// A line of the history.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Line {
    pub at: String,
    /// What kind of thing happened: its mark on the page.
    pub kind: &'static str,
    pub text: String,
    pub paragraphs: Vec<String>,
    pub defaults: Vec<Assumption>,
    pub details: Vec<String>,
    /// Identifier of a message, to be found in the log.
    pub message: Option<String>,
}

/// A default of an open point that the step rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Assumption {
    pub point: String,
    pub gap: String,
    pub default: String,
}

/// Tells the history of one case.
pub(crate) struct Teller<'t> {
    words: &'t Words,
    names: Names<'t>,
    law: &'t LawIndex,
    bundle: &'t Bundle,
    case: &'t CaseSummary,
    values: bool,
    works: BTreeMap<WorkId, WorkKind>,
    lines: Vec<Line>,
}

impl<'t> Teller<'t> {
    pub fn new(
        words: &'t Words,
        names: Names<'t>,
        law: &'t LawIndex,
        bundle: &'t Bundle,
        case: &'t CaseSummary,
    ) -> Teller<'t> {
        Teller { words, names, law, bundle, case, values: false, works: BTreeMap::new(), lines: Vec::new() }
    }

    /// Values are told too: the reader's access stands in the ledger.
    pub fn with_values(mut self, values: bool) -> Teller<'t> {
        self.values = values;
        self
    }

    /// The lines, oldest first.
    pub fn tell(mut self, history: &[Recorded]) -> Vec<Line> {
        for recorded in history {
            match (&recorded.events, recorded.kind) {
                (Some(events), KIND_TRANSITION) => events.iter().for_each(|event| self.event(event)),
                (None, KIND_TRANSITION) => self.plain(recorded.at, "note", "hist-erased", Vec::new()),
                (_, kind) => self.other(recorded, kind),
            }
        }
        self.lines
    }

    /// Records that are not transitions.
    fn other(&mut self, recorded: &Recorded, kind: u16) {
        let (mark, text) = match kind {
            KIND_TROUBLE => ("trouble", "hist-trouble"),
            KIND_IGNORED => ("note", "hist-ignored"),
            KIND_HELD => ("note", "hist-held"),
            KIND_POISONED => ("error", "hist-poisoned"),
            store::KIND_ERASED => ("note", "hist-erased"),
            KIND_LOCK => return,
            _ => return,
        };
        let note = &recorded.header.note;
        let details = if note.is_empty() { Vec::new() } else { vec![note.clone()] };
        self.plain(recorded.at, mark, text, details);
    }

    fn plain(&mut self, at: Timestamp, kind: &'static str, text: &str, details: Vec<String>) {
        let (at, text) = (self.words.exact(&at), self.words.t(text));
        self.lines.push(Line { at, kind, text, details, ..Line::default() });
    }

    /// A line about an element: its name, paragraphs and open points.
    fn about(&self, at: Timestamp, kind: &'static str, text: &str, element: &str) -> Line {
        let name = self.names.element(self.bundle, element);
        let text = self.words.one(text, "name", name);
        let mut line = Line { at: self.words.exact(&at), kind, text, ..Line::default() };
        if let Some(model) = self.bundle.program.element(element) {
            line.paragraphs = model.law.iter().map(|law| law.paragraph().to_string()).collect();
            line.defaults = model.open_points.iter().map(|point| self.default(&point.to_string())).collect();
        }
        line
    }

    fn default(&self, point: &str) -> Assumption {
        let known = self.law.open_point(point);
        Assumption {
            point: point.to_owned(),
            gap: known.map(|known| known.gap.clone()).unwrap_or_default(),
            default: known.map(|known| known.default.clone()).unwrap_or_default(),
        }
    }

    fn event(&mut self, event: &Event) {
        let at = event.at;
        let line = match &event.fact {
            Fact::CaseStarted { start_event, message_id, .. } => {
                Line { message: message_id.clone(), ..self.about(at, "start", "hist-started", start_event) }
            }
            Fact::Entered { element, role: Role::Called, .. } => {
                self.about(at, "called", "hist-called", element)
            }
            Fact::MessageArrived { element, message_id, .. } => {
                Line { message: message_id.clone(), ..self.about(at, "message", "hist-message", element) }
            }
            Fact::TimerSet { element, due, cause, .. } => {
                let details = vec![self.deadline(*due, cause)];
                Line { details, ..self.about(at, "wait", "hist-timer-set", element) }
            }
            Fact::TimerMoved { element, due, cause, .. } => {
                let details = vec![self.deadline(*due, cause)];
                Line { details, ..self.about(at, "wait", "hist-timer-moved", element) }
            }
            Fact::TimerFired { element, .. } => self.about(at, "time", "hist-timer-fired", element),
            Fact::Decided { element, value, trace, .. } => {
                let mut details: Vec<String> = trace.iter().flat_map(|trace| self.rules(trace)).collect();
                if self.values {
                    details.push(format!("{} {value}", self.words.t("hist-result")));
                }
                Line { details, ..self.about(at, "rule", "hist-decided", element) }
            }
            Fact::ErrorCaught { element, code, .. } => {
                let details = vec![self.words.one("hist-code", "code", code)];
                Line { details, ..self.about(at, "error", "hist-caught", element) }
            }
            Fact::IncidentRaised { element, reason, .. } => {
                Line { details: vec![reason.clone()], ..self.about(at, "error", "hist-incident", element) }
            }
            Fact::IncidentResolved { element, by, .. } => {
                let details = vec![self.words.one("hist-by", "by", by)];
                Line { details, ..self.about(at, "person", "hist-resolved", element) }
            }
            Fact::OutcomeReached { element, code } => {
                let bundle = self.names.bundle_by_hash(&self.bundle.hash);
                let text = self.words.one("hist-outcome", "outcome", self.names.outcome(bundle, code));
                Line { text, ..self.about(at, "end", "hist-message", element) }
            }
            Fact::CaseCancelled { reason } => {
                let text = self.words.t("hist-cancelled");
                let at = self.words.exact(&at);
                Line { at, kind: "end", text, details: vec![reason.clone()], ..Line::default() }
            }
            Fact::CaseEnded { .. } => Line {
                at: self.words.exact(&at),
                kind: "end",
                text: self.words.t("hist-ended"),
                ..Line::default()
            },
            work => return self.work(at, work),
        };
        self.lines.push(line);
    }

    /// What was asked of systems and people, and what came of it.
    fn work(&mut self, at: Timestamp, fact: &Fact) {
        let line = match fact {
            Fact::WorkOpened { work, element, kind, .. } => {
                self.works.insert(*work, kind.clone());
                match kind {
                    WorkKind::User => self.about(at, "person", "hist-task-opened", element),
                    WorkKind::Call(task) if task.starts_with("local:") => return,
                    WorkKind::Call(task) => {
                        let text = if task.starts_with("send:") { "hist-sent" } else { "hist-asked" };
                        let details = vec![self.names.wire_service(task)];
                        let message = Some(outgoing_id(self.case, *work));
                        Line { details, message, ..self.about(at, "sent", text, element) }
                    }
                }
            }
            Fact::WorkCompleted { work, element, by } => match (self.works.remove(work), by) {
                (_, Some(by)) => {
                    let details = vec![self.words.one("hist-by", "by", by)];
                    Line { details, ..self.about(at, "person", "hist-task-done", element) }
                }
                (Some(WorkKind::Call(task)), None) if !task.starts_with("local:") => {
                    self.about(at, "answered", "hist-answered", element)
                }
                _ => self.about(at, "done", "hist-done", element),
            },
            Fact::WorkFailed { element, code, message, .. }
            | Fact::AttemptFailed { element, code, message, .. } => {
                let code = code.as_deref().filter(|code| !code.is_empty());
                let mut details: Vec<String> =
                    code.map(|code| self.words.one("hist-code", "code", code)).into_iter().collect();
                if self.values {
                    details.push(message.clone());
                }
                Line { details, ..self.about(at, "error", "hist-failed", element) }
            }
            Fact::WorkWithdrawn { element, .. } => self.about(at, "note", "hist-withdrawn", element),
            _ => return,
        };
        self.lines.push(line);
    }

    /// A deadline with its cause: "3 working days after …, until …".
    pub fn deadline(&self, due: Timestamp, cause: &DeadlineCause) -> String {
        let until = self.words.exact(&due);
        let DeadlineCause::Term(deadline) = cause else {
            return self.words.one("deadline-moment", "due", until);
        };
        let cause = &deadline.cause;
        let text = match (cause.rule.unit, cause.rule.count) {
            (Unit::WorkingHours | Unit::Minutes | Unit::Seconds, _) => "deadline-from-moment",
            (_, Count::After) => "deadline-after",
            (_, Count::From) => "deadline-from",
        };
        let term = self.term(cause.rule.amount, cause.rule.unit);
        let start = self.words.exact(&cause.start);
        let words = [
            ("term", Argument::Text(term)),
            ("start", Argument::Text(start)),
            ("due", Argument::Text(until)),
        ];
        let said = self.words.with(text, words);
        match &cause.paragraph {
            Some(paragraph) => format!("{said} ({})", self.words.par(paragraph)),
            None => said,
        }
    }

    fn term(&self, amount: i64, unit: Unit) -> String {
        let count = u32::try_from(amount).unwrap_or(u32::MAX);
        self.words.with(&format!("term-{}", unit.name()), [("count", Argument::from(count))])
    }

    /// Which rules of which table matched; with what they saw, when values are told.
    fn rules(&self, trace: &DecisionTrace) -> Vec<String> {
        let mut said = Vec::new();
        for table in &trace.tables {
            let numbers = table.rules.iter().map(|rule| {
                let law: Vec<String> = rule.law.iter().map(|law| self.words.par(&law.par)).collect();
                let law = if law.is_empty() { String::new() } else { format!(" ({})", law.join(", ")) };
                format!("{}{law}", rule.number)
            });
            let numbers: Vec<String> = numbers.collect();
            let rules = if numbers.is_empty() { self.words.t("hist-no-rule") } else { numbers.join(", ") };
            let mut line = self.words.with(
                "hist-rules",
                [("table", Argument::from(trace.name.as_str())), ("rules", Argument::Text(rules))],
            );
            if self.values {
                let seen = table
                    .inputs
                    .iter()
                    .map(|(text, value)| format!("{text} = {}", values::written(self.words, text, value)));
                line.push_str(&format!(": {}", seen.collect::<Vec<_>>().join("; ")));
            }
            said.push(line);
        }
        said
    }
}

/// The id under which what a case asks goes out: the engine gives it by case and work.
fn outgoing_id(case: &CaseSummary, work: WorkId) -> String {
    civic::OutboxId::derive(case.case, &format!("work/{work}")).to_string()
}
