//! What pages and the command line read: lists of cases without personal data, one case with its history, open tasks.
//!
//! Lists come from rows that commit with the journal. The history is the journal itself; who reads a sealed part must record it
//! in the ledger of accesses (room `cases`), which is not this module's to do.

use flow::Event;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::{Id, Partition, Write};

use crate::advance::Working;
use crate::head::{Head, Trouble};
use crate::record::{Header, KIND_TRANSITION};
use crate::tasks::{TASKS, TaskRow};
use crate::{Engine, EngineError};

/// The list of cases.
const CASES: &str = "cases";

/// One line of the list of cases: nothing personal.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CaseSummary {
    /// The case.
    pub case: Id,
    /// Its partition.
    pub partition: u8,
    /// The business key.
    pub case_ref: String,
    /// The service.
    pub service: String,
    /// The process.
    pub process: String,
    /// When it started.
    pub started: Timestamp,
    /// When it last moved.
    pub moved: Timestamp,
    /// The elements at which it stands.
    pub at: Vec<String>,
    /// The activities around them: sub-processes and calls of other procedures.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub within: Vec<String>,
    /// The outcome, once it has ended.
    pub outcome: Option<String>,
    /// Whether it has ended.
    pub ended: bool,
    /// What went wrong and waits for a person.
    pub incidents: Vec<String>,
    /// Outside systems that do not answer.
    pub troubles: Vec<Trouble>,
}

/// One record of a case's history.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// The partition's number of the record.
    pub seq: u64,
    /// Legal time.
    pub at: Timestamp,
    /// What the record is, see [`crate::record`].
    pub kind: u16,
    /// Its open part.
    pub header: Header,
    /// The events of a transition; none once they were erased.
    pub events: Option<Vec<Event>>,
}

/// The elements that hold others in progress, without the case itself and without repetition.
fn within(state: &flow::CaseState) -> Vec<String> {
    let holders = state.activations.values().filter(|activation| activation.children > 0 && activation.parent.is_some());
    let mut elements: Vec<String> = holders.map(|activation| activation.element.to_string()).collect();
    elements.sort();
    elements.dedup();
    elements
}

impl Engine {
    pub(crate) fn case_row(&self, working: &Working, now: Timestamp) -> Result<Write, EngineError> {
        let head = &working.head;
        let summary = CaseSummary {
            case: working.case,
            partition: working.partition.number(),
            case_ref: head.case_ref.clone(),
            service: head.service.clone(),
            process: head.process.clone(),
            started: head.started,
            moved: now,
            at: head.state.tokens().iter().map(|element| element.to_string()).collect(),
            within: within(&head.state),
            outcome: head.state.outcome.clone(),
            ended: head.state.has_ended(),
            incidents: head.state.incidents.values().map(|incident| incident.reason.clone()).collect(),
            troubles: head.troubles.values().cloned().collect(),
        };
        Ok(Write::PutRow { table: CASES, key: working.case.to_vec(), value: serde_json::to_vec(&summary)? })
    }

    /// Up to `limit` cases, of all partitions, in the order of their ids.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn cases(&self, limit: usize) -> Result<Vec<CaseSummary>, EngineError> {
        let rows = self.store.rows_everywhere(CASES, &[], limit)?;
        rows.iter().map(|row| Ok(serde_json::from_slice(&row.value)?)).collect()
    }

    /// The line of one case.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn summary(&self, case: Id, partition: Partition) -> Result<Option<CaseSummary>, EngineError> {
        match self.store.row(partition, CASES, &case)? {
            Some(bytes) => Ok(Some(serde_json::from_slice(&bytes)?)),
            None => Ok(None),
        }
    }

    /// The cases of this participant under a business key.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn cases_of(&self, case_ref: &str) -> Result<Vec<CaseSummary>, EngineError> {
        let partition = Partition::of(case_ref);
        let mut found = Vec::new();
        for process in self.processes() {
            let case = crate::turn::case_id(&self.participant, &process, case_ref);
            found.extend(self.summary(case, partition)?);
        }
        found.sort_by_key(|summary| summary.started);
        Ok(found)
    }

    /// The head of a case, opened. Personal data: record the access.
    ///
    /// # Errors
    /// When the store or the key cannot be read, or the data were erased.
    pub fn head(&self, case: Id, partition: Partition) -> Result<Option<Head>, EngineError> {
        match self.store.head(partition, &case)? {
            Some(row) => Ok(Some(Head::from_bytes(&self.open(partition, &case, "head", &row.body)?)?)),
            None => Ok(None),
        }
    }

    /// The history of a case, oldest first. Personal data: record the access.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn history(&self, case: Id, partition: Partition) -> Result<Vec<Recorded>, EngineError> {
        let mut history = Vec::new();
        for row in self.store.journal_of(partition, &case, 1, usize::MAX)? {
            let events = match (row.kind, self.open(partition, &case, "events", &row.body)) {
                (KIND_TRANSITION, Ok(bytes)) => Some(serde_json::from_slice(&bytes)?),
                (KIND_TRANSITION, Err(EngineError::Erased(_))) => None,
                (KIND_TRANSITION, Err(error)) => return Err(error),
                (_, _) => Some(Vec::new()),
            };
            let header = serde_json::from_slice(&row.header)?;
            history.push(Recorded { seq: row.seq, at: row.at, kind: row.kind, header, events });
        }
        Ok(history)
    }

    /// Open tasks of these groups, the most urgent first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn tasks(&self, groups: &[&str], limit: usize) -> Result<Vec<TaskRow>, EngineError> {
        let mut tasks: Vec<TaskRow> = Vec::new();
        for row in self.store.rows_everywhere(TASKS, &[], usize::MAX)? {
            let task: TaskRow = serde_json::from_slice(&row.value)?;
            if task.groups.iter().any(|group| groups.contains(&group.as_str())) {
                tasks.push(task);
            }
        }
        tasks.sort_by_key(|task| (task.due.unwrap_or(Timestamp::MAX), task.opened));
        tasks.truncate(limit);
        Ok(tasks)
    }

    /// Open tasks of all groups, the most urgent first: what waits for people.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn open_tasks(&self, limit: usize) -> Result<Vec<TaskRow>, EngineError> {
        let rows = self.store.rows_everywhere(TASKS, &[], usize::MAX)?;
        let tasks: Result<Vec<TaskRow>, _> = rows.iter().map(|row| serde_json::from_slice(&row.value)).collect();
        let mut tasks = tasks?;
        tasks.sort_by_key(|task| (task.due.unwrap_or(Timestamp::MAX), task.opened));
        tasks.truncate(limit);
        Ok(tasks)
    }

    /// The earliest moment for which a timer waits ("next deadline" in the demo and in virtual time).
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn next_due(&self) -> Result<Option<Timestamp>, EngineError> {
        let due = self.store.next_timer()?;
        Ok(due.and_then(|ms| Timestamp::from_millisecond(ms).ok()))
    }
}
