//! What the shell takes out to be carried out, and how it brings the outcomes back.
//!
//! An item in flight is remembered in memory only: after a crash it is taken out again under the same id.

use std::collections::{HashSet, VecDeque};
use std::sync::{Arc, PoisonError};

use flow::{Input, WorkId};
use jiff::Timestamp;
use rules::Context;
use store::{Id, Partition, Write};

use crate::head::Trouble;
use crate::outbox::{Dispatch, Outgoing, Settlement};
use crate::turn::Batch;
use crate::{Engine, EngineError};

/// A settled item waiting for the turn that applies it.
#[derive(Debug, Clone)]
pub(crate) struct Settled {
    pub id: Id,
    pub partition: Partition,
    pub lane: String,
    pub case: Id,
    pub work: u32,
    pub element: String,
    pub task_type: String,
    pub attempts: u32,
    pub settlement: Outcome,
}

/// What came of an item that was to go out.
#[derive(Debug, Clone)]
pub(crate) enum Outcome {
    /// It was carried out, or tried.
    Of(Settlement),
    /// It cannot be read; the reason in words.
    Unreadable(String),
    /// The data of its case were erased.
    Erased(String),
}

/// Items in flight and settled.
#[derive(Debug, Default)]
pub(crate) struct InFlight {
    lanes: HashSet<String>,
    settled: VecDeque<Arc<Settled>>,
}

impl Engine {
    /// Takes out up to `limit` effects that are ready at the legal moment `now` and not in flight; each must be settled.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn outgoing(&self, now: Timestamp, limit: usize) -> Result<Vec<Outgoing>, EngineError> {
        let mut flight = self.flight.lock().unwrap_or_else(PoisonError::into_inner);
        let rows = self.store.outbox_ready(now.as_millisecond(), limit, &flight.lanes)?;
        let mut out = Vec::with_capacity(rows.len());
        let mut unreadable = false;
        for row in rows {
            let dispatch = match self.dispatch(&row) {
                Ok(dispatch) => dispatch,
                // One item that cannot be read must not keep the others from going out: the next turn puts it aside.
                Err(error) => {
                    let outcome = match error {
                        EngineError::Erased(at) => Outcome::Erased(at),
                        other => match other.unless_store() {
                            Ok(other) => Outcome::Unreadable(other.in_the_open()),
                            Err(_) if !out.is_empty() => break,
                            Err(error) => return Err(error),
                        },
                    };
                    flight.lanes.insert(row.lane.clone());
                    flight.settled.push_back(Arc::new(unread(row, outcome)));
                    unreadable = true;
                    continue;
                }
            };
            flight.lanes.insert(row.lane.clone());
            out.push(Outgoing {
                id: row.id,
                partition: row.partition,
                lane: row.lane,
                case: dispatch.case,
                work: dispatch.work,
                element: dispatch.element,
                task_type: dispatch.task_type,
                case_ref: dispatch.case_ref,
                headers: dispatch.headers,
                request: dispatch.request,
                attempts: row.attempts,
            });
        }
        drop(flight);
        if unreadable {
            self.wake();
        }
        Ok(out)
    }

    fn dispatch(&self, row: &store::OutboxEntry) -> Result<Dispatch, EngineError> {
        Ok(serde_json::from_slice(&self.open(row.partition, &row.case, "outbox", &row.body)?)?)
    }

    /// Brings back what came of an effect; the next turn applies it.
    pub fn settle_outgoing(&self, item: &Outgoing, settlement: Settlement) {
        let mut flight = self.flight.lock().unwrap_or_else(PoisonError::into_inner);
        flight.settled.push_back(Arc::new(Settled {
            id: item.id,
            partition: item.partition,
            lane: item.lane.clone(),
            case: item.case,
            work: item.work,
            element: item.element.clone(),
            task_type: item.task_type.clone(),
            attempts: item.attempts,
            settlement: Outcome::Of(settlement),
        }));
        drop(flight);
        self.wake();
    }

    /// How many effects are in flight or wait for their turn.
    pub fn in_flight(&self) -> usize {
        self.flight.lock().unwrap_or_else(PoisonError::into_inner).lanes.len()
    }

    /// The first settled items; they stay until [`Engine::settled_done`], so that a turn cut off in the middle loses none.
    pub(crate) fn settled_waiting(&self, limit: usize) -> Vec<Arc<Settled>> {
        let flight = self.flight.lock().unwrap_or_else(PoisonError::into_inner);
        flight.settled.iter().take(limit).cloned().collect()
    }

    /// The outcomes of these are committed: their lanes are free.
    pub(crate) fn settled_done(&self, settled: &[Arc<Settled>]) {
        if settled.is_empty() {
            return;
        }
        let mut flight = self.flight.lock().unwrap_or_else(PoisonError::into_inner);
        let done: HashSet<*const Settled> = settled.iter().map(Arc::as_ptr).collect();
        flight.settled.retain(|item| !done.contains(&Arc::as_ptr(item)));
        for item in settled {
            flight.lanes.remove(&item.lane);
        }
    }

    pub(crate) fn apply_settled(
        &self,
        batch: &mut Batch,
        item: &Settled,
        now: Timestamp,
    ) -> Result<(), EngineError> {
        let partition = item.partition;
        let work = WorkId(item.work);
        let settlement = match &item.settlement {
            Outcome::Of(settlement) => settlement,
            Outcome::Unreadable(reason) => return Err(EngineError::Unreadable(reason.clone())),
            Outcome::Erased(at) => return Err(EngineError::Erased(at.clone())),
        };
        let input = match settlement {
            Settlement::Answered(response) => {
                let result = Context::new().with("response", response.clone());
                Input::Completed { work, result }
            }
            Settlement::Refused { code, message } => {
                Input::Failed { work, code: Some(code.clone()), message: message.clone(), retry: false }
            }
            Settlement::Later { reason, after } => {
                return self.put_off(batch, partition, item, reason, *after, now);
            }
        };
        let consumed = vec![Write::DeleteOutbox { id: item.id }];
        if let Some(working) = batch.cases.get_mut(&item.case) {
            working.head.troubles.remove(&item.work);
        } else if let Some(mut working) = self.take_case(batch, partition, item.case)? {
            working.head.troubles.remove(&item.work);
            batch.cases.insert(item.case, working);
        }
        self.apply(batch, partition, item.case, input, now, consumed).map(drop)
    }

    fn put_off(
        &self,
        batch: &mut Batch,
        partition: Partition,
        item: &Settled,
        reason: &str,
        after: std::time::Duration,
        now: Timestamp,
    ) -> Result<(), EngineError> {
        let after = i64::try_from(after.as_millis()).unwrap_or(i64::MAX / 4);
        let attempts = item.attempts.saturating_add(1);
        let later = Write::PostponeOutbox {
            id: item.id,
            not_before_ms: now.as_millisecond().saturating_add(after),
            attempts,
            last_error: reason.to_owned(),
        };
        let since = self.take_case(batch, partition, item.case)?.map(|working| {
            let since = working.head.troubles.get(&item.work).map_or(now, |trouble| trouble.since);
            let open = working.head.state.works.contains_key(&WorkId(item.work));
            batch.cases.insert(item.case, working);
            (since, open)
        });
        let Some((since, true)) = since else {
            // Withdrawn meanwhile: nobody waits for it.
            batch.applied += 1;
            let writes = vec![Write::DeleteOutbox { id: item.id }];
            batch.commits.push(store::Commit { partition, guard: None, record: None, writes });
            return Ok(());
        };
        let trouble = Trouble {
            element: item.element.clone(),
            task_type: item.task_type.clone(),
            reason: reason.to_owned(),
            since,
            attempts,
        };
        self.trouble(batch, partition, item.case, (item.work, trouble), now, vec![later])
    }
}

fn unread(row: store::OutboxEntry, settlement: Outcome) -> Settled {
    Settled {
        id: row.id,
        partition: row.partition,
        lane: row.lane,
        case: row.case,
        work: 0,
        element: String::new(),
        task_type: row.destination,
        attempts: row.attempts,
        settlement,
    }
}
