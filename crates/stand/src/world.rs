//! The outside world as one value: the tables of the country, the answers of its systems, what they send by themselves.
//!
//! No socket, file or clock: `now` comes in, changes go out ([`World::take_changes`]) to be kept by whoever runs the world. The
//! simulator drives it directly. It must never answer from anything but the data and expression of the service's folder.

mod actions;
mod answer;
mod outgoing;

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rules::{Context, Functions, Value};
use serde::{Deserialize, Serialize};

use crate::country::{self, CountryError, Plan};
use crate::faults::Switchboard;
use crate::registers::Service;
use crate::tables::{TableError, Tables};

pub use actions::{ActionError, Birth};
pub use answer::{AnswerError, Answered};
pub use outgoing::{Outgoing, Sent};

/// Most first answers remembered for repeats of the same request; the oldest go first.
const MOST_ANSWERS: usize = 200_000;

/// Something that changed, to be kept and applied again at the next start.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Change {
    /// A row was written.
    Insert {
        /// Table.
        table: String,
        /// Row.
        row: Context,
    },
    /// Rows were changed.
    Update {
        /// Table.
        table: String,
        /// Column by which the rows were found.
        column: String,
        /// Its value.
        value: Value,
        /// New values.
        change: Context,
    },
    /// The first answer to a request whose service answers a repeat the same.
    Answered {
        /// Service.
        service: String,
        /// `requestId`.
        request: String,
        /// The answer.
        answer: Answered,
    },
    /// A system has something to send.
    Queued(Outgoing),
    /// It was sent, or is given up.
    Settled {
        /// `messageId`.
        id: String,
        /// How it went.
        sent: Sent,
    },
    /// Numbers of names and messages were drawn.
    Drawn {
        /// Next number.
        counter: u64,
    },
}

/// Why a kept change cannot be applied, or a world not be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WorldError {
    /// The country.
    #[error(transparent)]
    Country(#[from] CountryError),
    /// A table.
    #[error(transparent)]
    Table(#[from] TableError),
}

/// The world.
pub struct World {
    tables: Arc<RwLock<Tables>>,
    services: BTreeMap<String, Service>,
    functions: Functions,
    zone: TimeZone,
    seed: u64,
    counter: u64,
    /// The switches.
    pub faults: Switchboard,
    answers: HashMap<(String, String), Answered>,
    answers_order: VecDeque<(String, String)>,
    outgoing: BTreeMap<u64, Outgoing>,
    outgoing_by_id: HashMap<String, u64>,
    settled: VecDeque<(Outgoing, Sent)>,
    changes: Vec<Change>,
}

impl std::fmt::Debug for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("World")
            .field("services", &self.services.len())
            .field("outgoing", &self.outgoing.len())
            .finish_non_exhaustive()
    }
}

impl World {
    /// Makes the country of the plan, with these services.
    ///
    /// # Errors
    /// A plan that is too large.
    pub fn new(plan: Plan, services: BTreeMap<String, Service>) -> Result<Self, WorldError> {
        let mut tables = Tables::default();
        country::populate(&mut tables, plan)?;
        let tables = Arc::new(RwLock::new(tables));
        Ok(Self {
            functions: answer::functions(&tables),
            tables,
            services,
            zone: calendar::almaty(),
            seed: plan.seed,
            counter: 0,
            faults: Switchboard::default(),
            answers: HashMap::new(),
            answers_order: VecDeque::new(),
            outgoing: BTreeMap::new(),
            outgoing_by_id: HashMap::new(),
            settled: VecDeque::new(),
            changes: Vec::new(),
        })
    }

    /// The services, by id.
    pub fn services(&self) -> &BTreeMap<String, Service> {
        &self.services
    }

    /// The tables, to read.
    pub fn tables(&self) -> RwLockReadGuard<'_, Tables> {
        self.tables.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// What changed since the last call, in order: to be made durable before anybody is told of it.
    pub fn take_changes(&mut self) -> Vec<Change> {
        std::mem::take(&mut self.changes)
    }

    /// Applies a change kept at an earlier run.
    ///
    /// # Errors
    /// A change that does not fit the tables.
    pub fn restore(&mut self, change: Change) -> Result<(), WorldError> {
        self.carry_out(&change)?;
        Ok(())
    }

    /// Carries a change out and notes it for [`World::take_changes`].
    fn apply(&mut self, change: Change) -> Result<(), TableError> {
        self.carry_out(&change)?;
        self.changes.push(change);
        Ok(())
    }

    fn carry_out(&mut self, change: &Change) -> Result<(), TableError> {
        match change {
            Change::Insert { table, row } => self.write_tables(|tables| tables.insert(table, row)),
            Change::Update { table, column, value, change } => {
                self.write_tables(|tables| tables.update(table, column, value, change).map(drop))
            }
            Change::Answered { service, request, answer } => {
                self.remember(service, request, answer);
                Ok(())
            }
            Change::Queued(outgoing) => {
                self.enqueue(outgoing);
                Ok(())
            }
            Change::Settled { id, sent } => {
                self.settle_queued(id, sent);
                Ok(())
            }
            Change::Drawn { counter } => {
                self.counter = *counter;
                Ok(())
            }
        }
    }

    fn write_tables(
        &self,
        act: impl FnOnce(&mut Tables) -> Result<(), TableError>,
    ) -> Result<(), TableError> {
        act(&mut self.tables.write().unwrap_or_else(PoisonError::into_inner))
    }

    fn remember(&mut self, service: &str, request: &str, answer: &Answered) {
        let key = (service.to_owned(), request.to_owned());
        if self.answers.insert(key.clone(), answer.clone()).is_none() {
            self.answers_order.push_back(key);
        }
        while self.answers_order.len() > MOST_ANSWERS {
            if let Some(oldest) = self.answers_order.pop_front() {
                self.answers.remove(&oldest);
            }
        }
    }

    /// The moment as a value, with the offset of Almaty's clocks at it.
    fn moment(&self, at: Timestamp) -> Value {
        let zone = TimeZone::fixed(self.zone.to_offset(at));
        Value::DateTime(rules::temporal::DateTime::from_timestamp(at, &zone))
    }

    /// The date of the moment in Almaty.
    fn day(&self, at: Timestamp) -> jiff::civil::Date {
        self.zone.to_datetime(at).date()
    }

    /// The next number of this world: the same in every run with the same actions.
    fn draw(&mut self) -> Result<u64, TableError> {
        let counter = self.counter + 1;
        self.apply(Change::Drawn { counter })?;
        Ok(counter)
    }

    /// A UUID of this world, named by what it is for.
    fn uuid(&self, what: &str) -> String {
        let name = format!("{}/{what}", self.seed);
        uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_OID, name.as_bytes()).to_string()
    }
}

#[cfg(test)]
mod tests;
