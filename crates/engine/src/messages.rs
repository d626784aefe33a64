//! Messages: each finds the case that waits for it, or starts one, or is kept for a case that will ask, or has no effect.
//!
//! A commit writes only in its own partition; a message that is wanted elsewhere is moved there by an inbox item whose id follows from
//! where it first arrived and how often it moved, so that no two moves are ever taken for one.

use std::sync::Arc;

use flow::{Input, SubscriptionId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::{Commit, Id, Partition};

use crate::advance::Working;
use crate::head::{FORMAT, Head};
use crate::held::{HELD, HELD_BY_KEY};
use crate::inbox::{Arrival, InboxItem};
use crate::turn::{Batch, Consumed, case_id, ignored};
use crate::{Engine, EngineError, StartAt};

/// A message on its way to its case.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Moving {
    /// The message.
    pub(crate) arrival: Arrival,
    /// Names its first arrival among all.
    pub(crate) origin: Id,
    /// How often it was moved to another partition.
    pub(crate) moves: u32,
    /// When it came, legal milliseconds.
    pub(crate) received_ms: i64,
    /// Until when it may wait for a case to ask for it.
    pub(crate) expires_ms: i64,
}

impl Moving {
    pub(crate) fn new(arrival: Arrival, partition: Partition, item: &Id, received_ms: i64) -> Self {
        let origin = civic::MessageId::derive(*item, &format!("origin/{}", partition.number())).into_bytes();
        let expires_ms = received_ms.saturating_add(arrival.time_to_live_ms.max(0));
        Moving { arrival, origin, moves: 0, received_ms, expires_ms }
    }

    /// It may wait no more.
    pub(crate) fn give_up(&mut self) {
        self.arrival.time_to_live_ms = 0;
        self.expires_ms = i64::MIN;
    }
}

impl Engine {
    /// Applies a message that stands in `partition`.
    pub(crate) fn apply_message(
        &self,
        batch: &mut Batch,
        partition: Partition,
        mut moving: Moving,
        now: Timestamp,
        consumed: Consumed,
    ) -> Result<(), EngineError> {
        let arrival = &moving.arrival;
        if let Some((home, case, subscription)) =
            self.waiting(batch, &arrival.message, &arrival.correlation)?
        {
            if home != partition {
                return self.forward(batch, partition, home, moving, now, consumed);
            }
            let (payload, message_id) = (moving.arrival.payload, Some(moving.arrival.message_id));
            let input = Input::MessageArrived { subscription, payload, message_id };
            return self.apply(batch, home, case, input, now, consumed).map(drop);
        }
        if !arrival.by_key {
            let own = Partition::of(&arrival.case_ref);
            if own != partition {
                return self.forward(batch, partition, own, moving, now, consumed);
            }
            let started = self.start_points(&arrival.message);
            let will_ask = self.will_ask(batch, partition, arrival)?;
            if let Some((start, case)) = self.free_start(batch, partition, arrival, &started, will_ask)? {
                return self.start(batch, partition, case, &start, moving.arrival, now, consumed);
            }
            if will_ask {
                return self.keep(batch, partition, HELD, moving, now, consumed);
            }
            if !started.is_empty() {
                batch.applied += 1;
                let note = format!("message `{}` again: the case exists", arrival.message);
                let commit = ignored(partition, [0; 16], &arrival.case_ref, note, now, consumed)?;
                batch.commits.push(commit);
                return Ok(());
            }
            moving.arrival.by_key = true;
        }
        let place = Partition::of(&moving.arrival.correlation);
        if place != partition {
            return self.forward(batch, partition, place, moving, now, consumed);
        }
        self.keep(batch, partition, HELD_BY_KEY, moving, now, consumed)
    }

    /// The first start point whose case does not exist yet.
    fn free_start(
        &self,
        batch: &mut Batch,
        partition: Partition,
        arrival: &Arrival,
        started: &[StartAt],
        will_ask: bool,
    ) -> Result<Option<(StartAt, Id)>, EngineError> {
        for start in started {
            // A process that only records late messages does not take one that a running case will ask for.
            if will_ask && start.only_records {
                continue;
            }
            let case = case_id(&self.participant, &start.process, &arrival.case_ref);
            match self.take_case(batch, partition, case)? {
                Some(working) => batch.cases.insert(case, working),
                None => return Ok(Some((start.clone(), case))),
            };
        }
        Ok(None)
    }

    /// Moves a message into the inbox of the partition where it will be applied.
    fn forward(
        &self,
        batch: &mut Batch,
        partition: Partition,
        to: Partition,
        mut moving: Moving,
        now: Timestamp,
        mut writes: Consumed,
    ) -> Result<(), EngineError> {
        batch.applied += 1;
        let (since, known) = (moving.received_ms, batch.moving_since_ms);
        batch.moving_since_ms = Some(known.map_or(since, |known| known.min(since)));
        moving.moves = moving.moves.saturating_add(1);
        let salt = format!("moved/{}", moving.moves);
        let id = civic::MessageId::derive(moving.origin, &salt).into_bytes();
        // It keeps the moment at which it came: no deadline may overtake it.
        let received = Timestamp::from_millisecond(moving.received_ms).unwrap_or(now);
        self.inbox_write(id, to, &InboxItem::Moved(moving), received, &mut writes)?;
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
        start: &StartAt,
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
        let bundle = Arc::clone(&start.bundle);
        let mut working = Working { case, partition, version: 0, listed: None, head, bundle };
        let input = Input::Start {
            process: start.process.as_str().into(),
            start_event: Some(start.start_event.as_str().into()),
            variables: arrival.payload,
            message_id: Some(arrival.message_id),
        };
        let done = self.advance(&mut working, input, &mut batch.overlay, now, consumed.clone());
        self.settle(batch, working, done, now, consumed).map(drop)
    }

    /// The case that waits for this message under this key, in the store or in this batch: the first by partition, case and number.
    pub(crate) fn waiting(
        &self,
        batch: &Batch,
        message: &str,
        correlation: &str,
    ) -> Result<Option<(Partition, Id, SubscriptionId)>, EngineError> {
        let open = |working: &Working| {
            let mut subscriptions = working.head.state.subscriptions.iter();
            subscriptions.find(|(_, s)| s.message == message && s.key == correlation).map(|(id, _)| *id)
        };
        let here =
            batch.cases.iter().filter_map(|(case, working)| Some((working.partition, *case, open(working)?)));
        let here = here.min_by_key(|(partition, case, _)| (partition.number(), *case));
        if here.is_some() {
            return Ok(here);
        }
        let key = self.keeper.blind(message, correlation.as_bytes());
        // A case of this batch speaks for itself: what the store says of it is older.
        let waiting = self.store.subscriptions(message, &key, 16 + batch.cases.len())?;
        let Some(found) = waiting.into_iter().find(|found| !batch.cases.contains_key(&found.case)) else {
            return Ok(None);
        };
        let number = u32::try_from(found.subscription).unwrap_or(u32::MAX);
        Ok(Some((found.partition, found.case, SubscriptionId(number))))
    }

    /// Whether a running case of this business key has an element that may yet ask for the message.
    pub(crate) fn will_ask(
        &self,
        batch: &mut Batch,
        partition: Partition,
        arrival: &Arrival,
    ) -> Result<bool, EngineError> {
        if arrival.time_to_live_ms <= 0 {
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
}

/// Dated parameters follow the date of the fact where the message says one, else the day of the start.
fn effective_date(arrival: &Arrival, now: Timestamp, zone: &jiff::tz::TimeZone) -> jiff::civil::Date {
    let today = now.to_zoned_datetime(zone.clone()).date();
    let stated = ["factDate", "eventDate"].iter().find_map(|name| arrival.payload.get(name)?.as_date());
    stated.and_then(|date| date.to_civil()).unwrap_or(today)
}
