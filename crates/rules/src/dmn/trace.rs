//! What an evaluation did, in a form that is stored with the case and told to people.

use crate::{Context, Value};
use serde::{Deserialize, Serialize};
use std::cell::RefCell;

/// Decisions recorded in one evaluation; beyond them nothing more is recorded.
const MAX_DECISIONS: usize = 1_000;

/// A paragraph of an act.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct LawRef {
    /// The act, such as `424-458`; empty when the model does not say it.
    pub act: String,
    /// The paragraph, such as `19(1)`.
    pub par: String,
}

/// A decision, business knowledge model or decision service that was evaluated.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DecisionTrace {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it saw: input data and results of other decisions by their names, or its arguments.
    pub inputs: Context,
    /// What it answered.
    pub output: Value,
    /// The paragraphs it carries out.
    pub law: Vec<LawRef>,
    /// The decision tables in it, in the order they were evaluated.
    pub tables: Vec<TableTrace>,
}

/// A decision table that was evaluated.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TableTrace {
    /// Its id, or that of the decision when it has none.
    pub id: String,
    /// The text and value of every input column.
    pub inputs: Vec<(String, Value)>,
    /// The rules that matched, in the order of the table.
    pub rules: Vec<RuleTrace>,
}

/// A rule that matched.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RuleTrace {
    /// Its id; empty when it has none.
    pub id: String,
    /// Its place in the table, from 1.
    pub number: u32,
    /// The paragraphs it carries out.
    pub law: Vec<LawRef>,
}

/// Collects the trace while an evaluation runs.
#[derive(Default)]
pub(crate) struct Recorder {
    open: RefCell<Vec<Vec<TableTrace>>>,
    done: RefCell<Vec<DecisionTrace>>,
}

impl Recorder {
    /// An element begins.
    pub(super) fn begin(&self) {
        self.open.borrow_mut().push(Vec::new());
    }

    /// A table inside the element that began last.
    pub(super) fn table(&self, table: TableTrace) {
        if let Some(tables) = self.open.borrow_mut().last_mut()
            && tables.len() < MAX_DECISIONS
        {
            tables.push(table);
        }
    }

    /// The element that began last has ended; its tables are filled in.
    pub(super) fn end(&self, finished: impl FnOnce(Vec<TableTrace>) -> DecisionTrace) {
        let tables = self.open.borrow_mut().pop().unwrap_or_default();
        let mut done = self.done.borrow_mut();
        if done.len() < MAX_DECISIONS {
            done.push(finished(tables));
        }
    }

    pub(super) fn take(&self) -> Vec<DecisionTrace> {
        self.done.take()
    }
}

/// A value as the trace keeps it: functions, which cannot be stored, as their text.
pub(super) fn storable(value: &Value) -> Value {
    match value {
        Value::Function(_) => Value::text(value.to_string()),
        Value::List(items) if has_function(value) => Value::list(items.iter().map(storable)),
        Value::Context(context) if has_function(value) => {
            Value::Context(context.iter().map(|(name, value)| (name.clone(), storable(value))).collect())
        }
        other => other.clone(),
    }
}

fn has_function(value: &Value) -> bool {
    match value {
        Value::Function(_) => true,
        Value::List(items) => items.iter().any(has_function),
        Value::Context(context) => context.iter().any(|(_, value)| has_function(value)),
        _ => false,
    }
}
