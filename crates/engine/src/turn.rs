//! A turn: a bounded batch of what waits (answers, inbox, timers), each applied to its case, all committed together.
//!
//! Nothing is taken out of its queue except in the commit that applies it, so a turn that fails or is cut off is simply made again.
//! One turn runs at a time per engine; it never performs IO other than the store's.

use std::collections::HashMap;
use std::sync::Arc;

use flow::{Input, Resolution, StepError};
use jiff::Timestamp;
use store::{Commit, CommitError, Id, InboxEntry, Partition, Record, Write};

use crate::advance::{Advanced, Working};
use crate::head::{FORMAT, Head};
use crate::inbox::{Arrival, InboxItem};
use crate::overlay::Overlay;
use crate::record::{Header, KIND_HELD, KIND_IGNORED, KIND_POISONED, KIND_TROUBLE};
use crate::settle::Settled;
use crate::tasks::TaskRow;
use crate::{Engine, EngineError};

/// How many inputs one turn takes from each queue.
const BATCH: usize = 512;

/// Messages kept until the case of their business key asks for them.
const HELD: &str = "held";

/// Messages kept until some case asks for their correlation key.
const HELD_BY_KEY: &str = "held-by-key";

/// What a turn did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Turned {
    /// Inputs applied or put aside.
    pub applied: usize,
    /// Whether more may wait.
    pub more: bool,
}

/// The batch of a turn in the making.
#[derive(Default)]
pub(crate) struct Batch {
    pub commits: Vec<Commit>,
    pub cases: HashMap<Id, Working>,
    pub overlay: Overlay,
    pub applied: usize,
}

/// Inputs that cannot be applied, as they arrived.
const POISONED: &str = "poisoned";

/// An input that cannot be applied, and the writes that put it aside.
struct Poisoned {
    partition: Partition,
    subject: Id,
    writes: Vec<Write>,
    reason: String,
}

/// What an input of a turn was taken from, as the writes that remove it.
type Consumed = Vec<Write>;

impl Engine {
    /// Applies what waits at the legal moment `now`.
    ///
    /// # Errors
    /// When the store cannot be read or refuses the commit (full disk, failing sync): nothing of the turn has happened.
    pub fn turn(&self, now: Timestamp) -> Result<Turned, EngineError> {
        let _one_at_a_time = self.turning.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let settled = self.take_settled(BATCH);
        let mut batch = Batch::default();
        let gathered = self.gather(&mut batch, &settled, now);
        let turned = gathered.and_then(|(more, poisoned)| {
            let applied = batch.applied;
            self.commit(batch)?;
            let more = more || poisoned.is_some();
            if let Some(poisoned) = poisoned {
                self.put_aside(poisoned, now)?;
            }
            Ok(Turned { applied, more })
        });
        match &turned {
            Ok(_) => self.settled_done(&settled),
            Err(_) => {
                self.heads.lock().unwrap_or_else(std::sync::PoisonError::into_inner).forget_all();
                self.put_back(settled);
            }
        }
        turned
    }

    /// Fills the batch. An input that cannot be applied at all ends the gathering: what came before it is committed, and it is
    /// put aside where an operator finds it.
    fn gather(
        &self,
        batch: &mut Batch,
        settled: &[Settled],
        now: Timestamp,
    ) -> Result<(bool, Option<Poisoned>), EngineError> {
        for item in settled {
            if let Err(error) = self.apply_settled(batch, item, now) {
                let reason = error.unless_store()?;
                let park = Write::ParkOutbox { id: item.id, reason: reason.clone() };
                return Ok((
                    true,
                    Some(Poisoned {
                        partition: item.partition,
                        subject: item.case,
                        writes: vec![park],
                        reason,
                    }),
                ));
            }
        }
        let inbox = self.store.inbox_pending(BATCH)?;
        let timers_from = inbox.len();
        for row in inbox {
            if let Err(error) = self.apply_inbox(batch, &row, now) {
                let reason = error.unless_store()?;
                let kept = Write::PutRow { table: POISONED, key: row.id.to_vec(), value: row.body };
                let writes = vec![kept, Write::DeleteInbox { id: row.id }];
                return Ok((
                    true,
                    Some(Poisoned { partition: row.partition, subject: row.id, writes, reason }),
                ));
            }
        }
        let timers = self.store.timers_due(now.as_millisecond(), BATCH)?;
        let more = timers_from == BATCH || timers.len() == BATCH || settled.len() == BATCH;
        for timer in timers {
            let consumed = vec![Write::DeleteTimer { case: timer.case, timer: timer.timer }];
            let number = u32::try_from(timer.timer).unwrap_or(u32::MAX);
            let input = Input::TimerFired { timer: flow::TimerId(number) };
            if let Err(error) = self.apply(batch, timer.partition, timer.case, input, now, consumed.clone()) {
                let reason = error.unless_store()?;
                let (partition, subject) = (timer.partition, timer.case);
                return Ok((true, Some(Poisoned { partition, subject, writes: consumed, reason })));
            }
        }
        Ok((more, None))
    }

    /// Takes an input that cannot be applied out of the way of the others, with a record that says why.
    fn put_aside(&self, poisoned: Poisoned, now: Timestamp) -> Result<(), EngineError> {
        tracing::error!(reason = poisoned.reason, "an input cannot be applied and is put aside");
        let Poisoned { partition, subject, writes, reason } = poisoned;
        let header =
            serde_json::to_vec(&Header::note("", format!("cannot be applied, put aside: {reason}")))?;
        let record = Record { subject, kind: KIND_POISONED, at: now, header, body: Vec::new() };
        self.store.commit_one(Commit { partition, guard: None, record: Some(record), writes })?;
        Ok(())
    }

    fn commit(&self, batch: Batch) -> Result<(), EngineError> {
        if batch.commits.is_empty() {
            return Ok(());
        }
        let outcomes = self.store.commit(batch.commits);
        let mut heads = self.heads.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        match outcomes.into_iter().find_map(Result::err) {
            None => {
                heads.keep(batch.cases);
                Ok(())
            }
            Some(error) => {
                // Part of the batch may have been committed: forget what memory believes and read it again.
                heads.forget_all();
                Err(error.into())
            }
        }
    }

    /// Applies `input` to a case that exists; one that no longer concerns it is journaled as ignored.
    pub(crate) fn apply(
        &self,
        batch: &mut Batch,
        partition: Partition,
        case: Id,
        input: Input,
        now: Timestamp,
        consumed: Consumed,
    ) -> Result<(), EngineError> {
        batch.applied += 1;
        let Some(mut working) = self.take_case(batch, partition, case)? else {
            let note = "no such case".to_owned();
            batch.commits.push(ignored(partition, case, "", note, now, consumed)?);
            return Ok(());
        };
        let done = self.advance(&mut working, input, &mut batch.overlay, now, consumed.clone());
        self.settle(batch, working, done, now, consumed)
    }

    fn settle(
        &self,
        batch: &mut Batch,
        working: Working,
        done: Result<Advanced, EngineError>,
        now: Timestamp,
        consumed: Consumed,
    ) -> Result<(), EngineError> {
        let (partition, case) = (working.partition, working.case);
        match done {
            Ok(Advanced { commit, look_for_held, .. }) => {
                batch.commits.push(commit);
                let case_ref = working.head.case_ref.clone();
                batch.cases.insert(case, working);
                if look_for_held {
                    self.deliver_held(batch, partition, case, &case_ref, now)?;
                }
                Ok(())
            }
            Err(EngineError::Step(
                error @ (StepError::NotOpen { .. } | StepError::Ended | StepError::AlreadyStarted),
            )) => {
                batch.commits.push(ignored(
                    partition,
                    case,
                    &working.head.case_ref,
                    error.to_string(),
                    now,
                    consumed,
                )?);
                batch.cases.insert(case, working);
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    fn apply_inbox(&self, batch: &mut Batch, row: &InboxEntry, now: Timestamp) -> Result<(), EngineError> {
        let consumed = vec![Write::DeleteInbox { id: row.id }];
        let bytes = self.open_waiting("inbox", &row.body)?;
        match serde_json::from_slice::<InboxItem>(&bytes)? {
            InboxItem::Message(arrival) => {
                self.apply_message(batch, row.partition, arrival, now, consumed, row.received_ms)
            }
            InboxItem::Person { case, work, by, result } => {
                let input = Input::UserCompleted { work: flow::WorkId(work), by, result };
                let consumed = vec![Write::DeleteInbox { id: row.id }, TaskRow::delete(&case, work)];
                self.apply(batch, row.partition, case, input, now, consumed)
            }
            InboxItem::Retry { case, incident, by } => {
                let resolution = Resolution::Retry { variables: rules::Context::new() };
                let input = Input::Resolve { incident: flow::IncidentId(incident), by, resolution };
                self.apply(batch, row.partition, case, input, now, consumed)
            }
            InboxItem::Granted { case, work, key } => {
                let response = rules::Context::new().with("key", key);
                let result = rules::Context::new().with("response", response);
                let input = Input::Completed { work: flow::WorkId(work), result };
                self.apply(batch, row.partition, case, input, now, consumed)
            }
            InboxItem::Acquire { key, case, home, work } => {
                self.lock_asked(batch, row.partition, &key, case, home, work, now, consumed)
            }
            InboxItem::Release { key, case } => {
                self.lock_released(batch, row.partition, &key, case, now, consumed)
            }
        }
    }

    /// A message finds the case that waits for it, or starts one, or is kept for a case that will ask, or has no effect.
    fn apply_message(
        &self,
        batch: &mut Batch,
        partition: Partition,
        arrival: Arrival,
        now: Timestamp,
        consumed: Consumed,
        received_ms: i64,
    ) -> Result<(), EngineError> {
        if let Some((home, case, subscription)) = self.waiting(batch, &arrival.message, &arrival.correlation)? {
            if home != partition {
                return self.forward(batch, partition, home, arrival, now, consumed);
            }
            let (payload, message_id) = (arrival.payload, Some(arrival.message_id));
            let input = Input::MessageArrived { subscription, payload, message_id };
            return self.apply(batch, home, case, input, now, consumed);
        }
        if arrival.by_key {
            return self.hold_by_key(batch, partition, arrival, now, consumed, received_ms);
        }
        let own = Partition::of(&arrival.case_ref);
        if own != partition {
            return self.forward(batch, partition, own, arrival, now, consumed);
        }
        let started = self.start_points(&arrival.message);
        let will_ask = self.will_ask(batch, partition, &arrival)?;
        for start in &started {
            // A process that only records late messages does not take one that a running case will ask for.
            if will_ask && start.only_records {
                continue;
            }
            let case = case_id(&self.participant, &start.process, &arrival.case_ref);
            if self.take_case(batch, partition, case)?.map(|working| batch.cases.insert(case, working)).is_some() {
                continue;
            }
            return self.start(batch, partition, case, start, arrival, now, consumed);
        }
        if will_ask {
            return self.hold(batch, partition, arrival, now, consumed, received_ms);
        }
        if !started.is_empty() {
            batch.applied += 1;
            let note = format!("message `{}` again: the case exists", arrival.message);
            batch.commits.push(ignored(partition, [0; 16], &arrival.case_ref, note, now, consumed)?);
            return Ok(());
        }
        let arrival = Arrival { by_key: true, ..arrival };
        let place = Partition::of(&arrival.correlation);
        if place != partition {
            return self.forward(batch, partition, place, arrival, now, consumed);
        }
        self.hold_by_key(batch, partition, arrival, now, consumed, received_ms)
    }

    /// Moves a message into the inbox of the partition where it will be applied.
    fn forward(
        &self,
        batch: &mut Batch,
        partition: Partition,
        to: Partition,
        arrival: Arrival,
        now: Timestamp,
        mut writes: Consumed,
    ) -> Result<(), EngineError> {
        batch.applied += 1;
        let name = format!("{}/{}/{}", arrival.message_id, arrival.message, arrival.correlation);
        let step = if arrival.by_key { "key" } else { "case" };
        let id = civic::MessageId::derive([4; 16], &format!("{step}/{}/{}/{name}", partition.number(), to.number()));
        self.inbox_write(id.into_bytes(), to, &InboxItem::Message(arrival), now, &mut writes)?;
        batch.commits.push(Commit { partition, guard: None, record: None, writes });
        Ok(())
    }

    /// Starts a case by a message.
    #[expect(clippy::too_many_arguments, reason = "one place, all of them needed")]
    fn start(
        &self,
        batch: &mut Batch,
        partition: Partition,
        case: Id,
        start: &crate::StartAt,
        arrival: Arrival,
        now: Timestamp,
        consumed: Consumed,
    ) -> Result<(), EngineError> {
        batch.applied += 1;
        let effective = effective_date(&arrival, now, &self.zone);
        let head = Head {
            format: FORMAT,
            bundle: start.bundle.hash.clone(),
            service: start.bundle.service.id.clone(),
            process: start.process.clone(),
            case_ref: arrival.case_ref,
            started: now,
            effective,
            state: flow::CaseState::new(),
            locks: Vec::new(),
            troubles: Default::default(),
        };
        let mut working = Working { case, partition, version: 0, head, bundle: Arc::clone(&start.bundle) };
        let input = Input::Start {
            process: start.process.as_str().into(),
            start_event: Some(start.start_event.as_str().into()),
            variables: arrival.payload,
            message_id: Some(arrival.message_id),
        };
        let done = self.advance(&mut working, input, &mut batch.overlay, now, consumed.clone());
        self.settle(batch, working, done, now, consumed)
    }

    /// The case that waits for this message under this key, in the store or in this batch.
    fn waiting(
        &self,
        batch: &Batch,
        message: &str,
        correlation: &str,
    ) -> Result<Option<(Partition, Id, flow::SubscriptionId)>, EngineError> {
        let open = |working: &Working| {
            let found = working
                .head
                .state
                .subscriptions
                .iter()
                .find(|(_, s)| s.message == message && s.key == correlation);
            found.map(|(id, _)| *id)
        };
        for (case, working) in &batch.cases {
            if let Some(subscription) = open(working) {
                return Ok(Some((working.partition, *case, subscription)));
            }
        }
        let key = self.keeper.blind(message, correlation.as_bytes());
        // A case of this batch speaks for itself: what the store says of it is older.
        let waiting = self.store.subscriptions(message, &key, 16)?;
        let Some(found) = waiting.into_iter().find(|found| !batch.cases.contains_key(&found.case)) else {
            return Ok(None);
        };
        let number = u32::try_from(found.subscription).unwrap_or(u32::MAX);
        Ok(Some((found.partition, found.case, flow::SubscriptionId(number))))
    }

    /// Whether a running case of this business key has an element that may yet ask for the message.
    fn will_ask(
        &self,
        batch: &mut Batch,
        partition: Partition,
        arrival: &Arrival,
    ) -> Result<bool, EngineError> {
        if arrival.time_to_live_ms == 0 {
            return Ok(false);
        }
        for process in self.processes_that_catch(&arrival.message) {
            let case = case_id(&self.participant, &process, &arrival.case_ref);
            if let Some(working) = self.take_case(batch, partition, case)? {
                let running = working.head.state.is_running();
                batch.cases.insert(case, working);
                if running {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// Keeps a message until the running case of its business key asks for it.
    fn hold(
        &self,
        batch: &mut Batch,
        partition: Partition,
        arrival: Arrival,
        now: Timestamp,
        consumed: Consumed,
        received_ms: i64,
    ) -> Result<(), EngineError> {
        let key = held_key(&held_prefix(&arrival.case_ref), &arrival);
        self.keep(batch, partition, (HELD, key), arrival, now, consumed, received_ms)
    }

    /// Keeps a message until some case asks for its correlation key.
    fn hold_by_key(
        &self,
        batch: &mut Batch,
        partition: Partition,
        arrival: Arrival,
        now: Timestamp,
        consumed: Consumed,
        received_ms: i64,
    ) -> Result<(), EngineError> {
        let key = held_key(&self.key_prefix(&arrival.message, &arrival.correlation), &arrival);
        self.keep(batch, partition, (HELD_BY_KEY, key), arrival, now, consumed, received_ms)
    }

    fn key_prefix(&self, message: &str, key: &str) -> Vec<u8> {
        self.keeper.blind(message, key.as_bytes()).to_vec()
    }

    #[expect(clippy::too_many_arguments, reason = "a message, its place and its times")]
    fn keep(
        &self,
        batch: &mut Batch,
        partition: Partition,
        (table, key): (&'static str, Vec<u8>),
        arrival: Arrival,
        now: Timestamp,
        mut writes: Consumed,
        received_ms: i64,
    ) -> Result<(), EngineError> {
        batch.applied += 1;
        let expires = received_ms.saturating_add(arrival.time_to_live_ms);
        if expires <= now.as_millisecond() {
            let note = format!("message `{}` concerns no case that waits: no effect", arrival.message);
            batch.commits.push(ignored(partition, [0; 16], &arrival.case_ref, note, now, writes)?);
            return Ok(());
        }
        let value = self.seal_waiting("held", &serde_json::to_vec(&(expires, &arrival))?)?;
        batch.overlay.put(partition, table, &key, Some(value.clone()));
        writes.push(Write::PutRow { table, key, value });
        let note = format!("message `{}` is kept until its case asks for it", arrival.message);
        let header = serde_json::to_vec(&Header::note(&arrival.case_ref, note))?;
        let record = Record { subject: [0; 16], kind: KIND_HELD, at: now, header, body: Vec::new() };
        batch.commits.push(Commit { partition, guard: None, record: Some(record), writes });
        Ok(())
    }

    /// Looks again at what is kept for a case that has moved: under its business key, and under the keys it waits for now.
    fn deliver_held(
        &self,
        batch: &mut Batch,
        partition: Partition,
        case: Id,
        case_ref: &str,
        now: Timestamp,
    ) -> Result<(), EngineError> {
        let prefix = held_prefix(case_ref);
        for (key, value) in batch.overlay.rows(&*self.store, partition, HELD, &prefix, BATCH)? {
            let bytes = self.open_waiting("held", &value)?;
            let (expires, arrival): (i64, Arrival) = serde_json::from_slice(&bytes)?;
            let wanted = self.waiting(batch, &arrival.message, &arrival.correlation)?.is_some();
            let still_wanted = wanted || self.will_ask(batch, partition, &arrival)?;
            if wanted || !still_wanted || expires <= now.as_millisecond() {
                batch.overlay.put(partition, HELD, &key, None);
                let consumed = vec![Write::DeleteRow { table: HELD, key }];
                let arrival = if wanted { arrival } else { Arrival { time_to_live_ms: 0, ..arrival } };
                self.apply_message(batch, partition, arrival, now, consumed, 0)?;
            }
        }
        let asked: Vec<(String, String)> = match batch.cases.get(&case) {
            Some(working) => {
                let open = working.head.state.subscriptions.values();
                open.map(|subscription| (subscription.message.clone(), subscription.key.clone())).collect()
            }
            None => Vec::new(),
        };
        for (message, key) in asked {
            let place = Partition::of(&key);
            let prefix = self.key_prefix(&message, &key);
            for (row, value) in batch.overlay.rows(&*self.store, place, HELD_BY_KEY, &prefix, BATCH)? {
                let bytes = self.open_waiting("held", &value)?;
                let (expires, arrival): (i64, Arrival) = serde_json::from_slice(&bytes)?;
                batch.overlay.put(place, HELD_BY_KEY, &row, None);
                let consumed = vec![Write::DeleteRow { table: HELD_BY_KEY, key: row }];
                self.apply_message(batch, place, arrival, now, consumed, expires)?;
            }
        }
        Ok(())
    }

    /// Records that an outside system did not answer.
    pub(crate) fn trouble(
        &self,
        batch: &mut Batch,
        partition: Partition,
        case: Id,
        trouble: (u32, crate::head::Trouble),
        now: Timestamp,
        mut writes: Vec<Write>,
    ) -> Result<(), EngineError> {
        batch.applied += 1;
        let Some(mut working) = self.take_case(batch, partition, case)? else { return Ok(()) };
        let (work, trouble) = trouble;
        let note = format!("{} does not answer: {}", trouble.task_type, trouble.reason);
        working.head.troubles.insert(work, trouble);
        let version = working.version + 1;
        let body = self.seal(partition, &case, "head", &working.head.to_bytes()?, &mut writes)?;
        let (status, label) = (crate::advance::status_of(&working.head), working.head.service.clone());
        writes.push(Write::PutHead { case, version, body, status, label });
        writes.push(self.case_row(&working, now)?);
        let header = serde_json::to_vec(&Header::note(&working.head.case_ref, note))?;
        let record = Record { subject: case, kind: KIND_TROUBLE, at: now, header, body: Vec::new() };
        let guard = Some(store::Guard { case, version: working.version });
        batch.commits.push(Commit { partition, guard, record: Some(record), writes });
        working.version = version;
        batch.cases.insert(case, working);
        Ok(())
    }
}

/// The case of a process and a business key: the same on every attempt, so that a repeat cannot start a second.
pub(crate) fn case_id(participant: &str, process: &str, case_ref: &str) -> Id {
    civic::CaseId::derive([0; 16], &format!("{participant}/{process}/{case_ref}")).into_bytes()
}

fn ignored(
    partition: Partition,
    subject: Id,
    case_ref: &str,
    note: String,
    now: Timestamp,
    writes: Vec<Write>,
) -> Result<Commit, EngineError> {
    let header = serde_json::to_vec(&Header::note(case_ref, note))?;
    let record = Record { subject, kind: KIND_IGNORED, at: now, header, body: Vec::new() };
    Ok(Commit { partition, guard: None, record: Some(record), writes })
}

fn held_prefix(case_ref: &str) -> Vec<u8> {
    let mut key = civic::CaseId::derive([1; 16], case_ref).into_bytes().to_vec();
    key.push(0);
    key
}

fn held_key(prefix: &[u8], arrival: &Arrival) -> Vec<u8> {
    let mut key = prefix.to_vec();
    key.extend(civic::MessageId::derive([2; 16], &format!("{}/{}", arrival.message_id, arrival.message)).into_bytes());
    key
}

/// Dated parameters follow the date of the fact where the message says one, else the day of the start.
fn effective_date(arrival: &Arrival, now: Timestamp, zone: &jiff::tz::TimeZone) -> jiff::civil::Date {
    let today = now.to_zoned_datetime(zone.clone()).date();
    let stated = ["factDate", "eventDate"].iter().find_map(|name| arrival.payload.get(name)?.as_date());
    stated.and_then(|date| date.to_civil()).unwrap_or(today)
}

impl From<CommitError> for EngineError {
    fn from(error: CommitError) -> Self {
        EngineError::Commit(error)
    }
}
