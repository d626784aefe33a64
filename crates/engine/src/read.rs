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

/// Cases by status, the last started first: status, start counted down, case.
const BY_STATUS: &str = "cases-by-status";

/// How many rows of a long table are read at once.
const PAGE: usize = 1_000;

/// In which list a case stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum CaseStatus {
    /// It goes on by itself, or waits for people, messages and moments.
    Running = 0,
    /// It has ended.
    Ended = 1,
    /// It waits with an incident, or for a system that does not answer.
    Troubled = 2,
}

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
    let holders = state
        .activations
        .values()
        .filter(|activation| activation.children > 0 && activation.parent.is_some());
    let mut elements: Vec<String> = holders.map(|activation| activation.element.to_string()).collect();
    elements.sort();
    elements.dedup();
    elements
}

impl Engine {
    /// Writes the line of a case, and its place in the list of its status when that has changed.
    pub(crate) fn list_case(
        &self,
        working: &mut Working,
        status: u8,
        now: Timestamp,
        writes: &mut Vec<Write>,
    ) -> Result<(), EngineError> {
        writes.push(case_row(working, now)?);
        if working.listed != Some(status) {
            let key = |status| status_key(status, working.head.started, &working.case);
            if let Some(before) = working.listed {
                writes.push(Write::DeleteRow { table: BY_STATUS, key: key(before) });
            }
            writes.push(Write::PutRow {
                table: BY_STATUS,
                key: key(status),
                value: vec![working.partition.number()],
            });
            working.listed = Some(status);
        }
        Ok(())
    }
    /// Up to `limit` cases, of all partitions, in the order of their partitions and ids. For lists on pages
    /// [`Engine::cases_in`] is cheaper and newest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn cases(&self, limit: usize) -> Result<Vec<CaseSummary>, EngineError> {
        let mut cases = Vec::new();
        if limit <= store::MAX_READ {
            for row in self.store.rows_everywhere(CASES, &[], limit)? {
                cases.push(serde_json::from_slice(&row.value)?);
            }
            return Ok(cases);
        }
        self.each_case(|page| {
            let room = limit.saturating_sub(cases.len());
            cases.extend(page.into_iter().take(room));
            Ok(())
        })?;
        Ok(cases)
    }

    /// Up to `limit` (at most 10,000) cases of a status, the last started first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn cases_in(&self, status: CaseStatus, limit: usize) -> Result<Vec<CaseSummary>, EngineError> {
        let mut cases = Vec::new();
        for row in self.store.rows_everywhere(BY_STATUS, &[status as u8], limit)? {
            let tail = row.key.len().saturating_sub(16);
            let case = row.key.get(tail..).and_then(|case| Id::try_from(case).ok());
            if let Some(case) = case {
                cases.extend(self.summary(case, row.partition)?);
            }
        }
        Ok(cases)
    }

    /// Hands over the lines of all cases, page by page.
    pub(crate) fn each_case(
        &self,
        mut take: impl FnMut(Vec<CaseSummary>) -> Result<(), EngineError>,
    ) -> Result<(), EngineError> {
        self.each_page(CASES, |rows| {
            let cases: Result<Vec<CaseSummary>, _> =
                rows.iter().map(|row| serde_json::from_slice(&row.value)).collect();
            take(cases?)
        })
    }

    /// Hands over all rows of a table, page by page.
    fn each_page(
        &self,
        table: &str,
        mut take: impl FnMut(Vec<store::Row>) -> Result<(), EngineError>,
    ) -> Result<(), EngineError> {
        for partition in Partition::all() {
            let mut after: Option<Vec<u8>> = None;
            loop {
                let rows = self.store.rows(partition, table, &[], after.as_deref(), PAGE)?;
                let full = rows.len() == PAGE;
                after = rows.last().map(|row| row.key.clone());
                if !rows.is_empty() {
                    take(rows)?;
                }
                if !full {
                    break;
                }
            }
        }
        Ok(())
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
        let mut from = 1;
        loop {
            let rows = self.store.journal_of(partition, &case, from, PAGE)?;
            let Some(last) = rows.last() else { break };
            from = last.seq.saturating_add(1);
            for row in rows {
                history.push(self.recorded(row)?);
            }
        }
        Ok(history)
    }

    fn recorded(&self, row: store::JournalRow) -> Result<Recorded, EngineError> {
        let events = match row.kind {
            KIND_TRANSITION => match self.open(row.partition, &row.subject, "events", &row.body) {
                Ok(bytes) => Some(serde_json::from_slice(&bytes)?),
                Err(EngineError::Erased(_)) => None,
                Err(error) => return Err(error),
            },
            _ => Some(Vec::new()),
        };
        // The store journals an erasure under a header of whoever asked for it, which may be plain words.
        let header = match serde_json::from_slice(&row.header) {
            Err(_) if row.kind >= store::FIRST_KIND_OF_THE_STORE => {
                Header::note("", String::from_utf8_lossy(&row.header))
            }
            header => header?,
        };
        Ok(Recorded { seq: row.seq, at: row.at, kind: row.kind, header, events })
    }

    /// Open tasks of these groups, the most urgent first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn tasks(&self, groups: &[&str], limit: usize) -> Result<Vec<TaskRow>, EngineError> {
        self.urgent_tasks(limit, |task| task.groups.iter().any(|group| groups.contains(&group.as_str())))
    }

    /// Open tasks of all groups, the most urgent first: what waits for people.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn open_tasks(&self, limit: usize) -> Result<Vec<TaskRow>, EngineError> {
        self.urgent_tasks(limit, |_| true)
    }

    fn urgent_tasks(
        &self,
        limit: usize,
        wanted: impl Fn(&TaskRow) -> bool,
    ) -> Result<Vec<TaskRow>, EngineError> {
        let mut tasks: Vec<TaskRow> = Vec::new();
        let urgency = |task: &TaskRow| (task.due.unwrap_or(Timestamp::MAX), task.opened);
        self.each_page(TASKS, |rows| {
            for row in rows {
                let task: TaskRow = serde_json::from_slice(&row.value)?;
                if wanted(&task) {
                    tasks.push(task);
                }
            }
            // Only so many are ever held as are asked for, and one page.
            if tasks.len() > limit {
                tasks.sort_by_key(urgency);
                tasks.truncate(limit);
            }
            Ok(())
        })?;
        tasks.sort_by_key(urgency);
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

fn case_row(working: &Working, now: Timestamp) -> Result<Write, EngineError> {
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

fn status_key(status: u8, started: Timestamp, case: &Id) -> Vec<u8> {
    let mut key = vec![status];
    key.extend((i64::MAX - started.as_millisecond().max(0)).to_be_bytes());
    key.extend(case);
    key
}
