//! The inbox of people: user tasks that wait, as rows without personal data.
//!
//! A row says which case, which element, who may take it and by when; what the task shows is read from the case and recorded as
//! an access. Completing a task goes through [`crate::Engine::complete_task`], never by changing a row.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::{Id, Write};

use crate::EngineError;

/// The table of open tasks.
pub(crate) const TASKS: &str = "tasks";

/// One open task.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TaskRow {
    /// The case.
    pub case: Id,
    /// Its partition.
    pub partition: u8,
    /// Number of the work inside the case.
    pub work: u32,
    /// The element of the model.
    pub element: String,
    /// Its name in the model (English; pages translate by element).
    pub name: String,
    /// Groups that may take it.
    pub groups: Vec<String>,
    /// The one person who may take it, if one is named.
    pub assignee: Option<String>,
    /// The form to fill in.
    pub form: Option<String>,
    /// The last moment that is in time.
    pub due: Option<Timestamp>,
    /// When it was opened.
    pub opened: Timestamp,
    /// The service.
    pub service: String,
    /// The process.
    pub process: String,
    /// The business key.
    pub case_ref: String,
}

impl TaskRow {
    pub(crate) fn put(&self) -> Result<Write, EngineError> {
        Ok(Write::PutRow { table: TASKS, key: key(&self.case, self.work), value: serde_json::to_vec(self)? })
    }

    pub(crate) fn delete(case: &Id, work: u32) -> Write {
        Write::DeleteRow { table: TASKS, key: key(case, work) }
    }

    /// Whether the deadline has passed.
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        self.due.is_some_and(|due| now > due)
    }
}

fn key(case: &Id, work: u32) -> Vec<u8> {
    let mut key = case.to_vec();
    key.extend(work.to_be_bytes());
    key
}
