//! A turn: a bounded batch of what waits (answers, inbox, held messages, timers), each applied to its case, all committed together.
//!
//! Nothing is taken out of its queue except in the commit that applies it, so a turn that fails or is cut off is simply made again.
//! Each input gives at most one commit. Where the store refuses one of a batch, the next turn goes input by input, so that the one
//! that cannot be applied is found and put aside ([`crate::aside`]) and the others go on. One turn runs at a time per engine; it
//! never performs IO other than the store's.

use std::collections::{HashMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};

use flow::{Input, Resolution, StepError};
use jiff::Timestamp;
use store::{Commit, CommitError, DueTimer, Id, InboxEntry, Partition, Record, Write};

use crate::advance::{Advanced, Working};
use crate::held::HeldRow;
use crate::inbox::InboxItem;
use crate::messages::Moving;
use crate::overlay::Overlay;
use crate::record::{Header, KIND_IGNORED, KIND_TROUBLE};
use crate::settle::Settled;
use crate::tasks::TaskRow;
use crate::{Engine, EngineError};

/// How many inputs one turn takes from each queue.
pub(crate) const BATCH: usize = 512;

/// How many inputs a turn takes that goes one by one.
const CAREFUL: usize = 64;

/// What a turn did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Turned {
    /// Inputs applied or put aside.
    pub applied: usize,
    /// Whether more may wait: another turn at the same moment may find work.
    pub more: bool,
}

/// One thing that waits for a turn.
#[derive(Debug, Clone)]
pub(crate) enum Source {
    /// What came of an effect.
    Settled(Arc<Settled>),
    /// An item of the inbox.
    Inbox(InboxEntry),
    /// A message that was kept and may be wanted now.
    Held(HeldRow),
    /// A case for which messages were kept in the turn in which it began to wait for them.
    Moved(Moved),
    /// A moment that has come.
    Timer(DueTimer),
}

/// The batch of a turn in the making.
#[derive(Default)]
pub(crate) struct Batch {
    pub commits: Vec<Commit>,
    pub cases: HashMap<Id, Working>,
    pub overlay: Overlay,
    pub applied: usize,
    /// Cases that wait for other messages than before, or have ended: held messages are looked at again.
    pub moved: VecDeque<Moved>,
    /// Such cases for which this turn itself keeps messages: looked at in the next.
    pub moved_again: Vec<Moved>,
    /// Something was left for the next turn.
    pub more: bool,
    /// When the earliest message came that this turn moved to another partition: timers due later may not overtake it.
    pub moving_since_ms: Option<i64>,
    /// Settled items whose outcome is in the batch.
    settled: Vec<Arc<Settled>>,
    /// An input failed half-way: what memory says of its cases is not to be kept.
    dirty: bool,
}

/// A case by partition, id and business key.
pub(crate) type Moved = (Partition, Id, String);

/// What an input of a turn was taken from, as the writes that remove it.
pub(crate) type Consumed = Vec<Write>;

impl Engine {
    /// Applies what waits at the legal moment `now`.
    ///
    /// # Errors
    /// When the store cannot be read or refuses the commit (full disk, failing sync): what was not committed waits as before.
    pub fn turn(&self, now: Timestamp) -> Result<Turned, EngineError> {
        let _one_at_a_time = self.turning.lock().unwrap_or_else(PoisonError::into_inner);
        let turned = self.sources(now).and_then(|(sources, more)| {
            let turned = match self.careful.swap(false, Ordering::SeqCst) {
                true => self.one_by_one(&sources, now)?,
                false => self.together(&sources, now)?,
            };
            Ok(Turned { more: turned.more || more, ..turned })
        });
        if turned.is_err() {
            self.distrust_memory();
        }
        turned
    }

    /// What waits, in the order in which it is applied, and whether a queue holds more than was taken.
    fn sources(&self, now: Timestamp) -> Result<(Vec<Source>, bool), EngineError> {
        let settled = self.settled_waiting(BATCH);
        let inbox = self.store.inbox_pending(BATCH)?;
        let mut more = settled.len() == BATCH || inbox.len() == BATCH;
        // A reply that came in time stands in the inbox before its deadline passes, however long the inbox is.
        let until = match inbox.last() {
            Some(last) if inbox.len() == BATCH => last.received_ms.min(now.as_millisecond()),
            _ => now.as_millisecond(),
        };
        let timers = self.store.timers_due(until, BATCH)?;
        let (held, more_held) = self.held_to_look_at(now)?;
        more |= timers.len() == BATCH || more_held;
        let mut sources = Vec::with_capacity(settled.len() + inbox.len() + held.len() + timers.len());
        sources.extend(settled.into_iter().map(Source::Settled));
        sources.extend(inbox.into_iter().map(Source::Inbox));
        let moved = std::mem::take(&mut *self.moved_again.lock().unwrap_or_else(PoisonError::into_inner));
        sources.extend(moved.into_iter().map(Source::Moved));
        sources.extend(held.into_iter().map(Source::Held));
        sources.extend(timers.into_iter().map(Source::Timer));
        Ok((sources, more))
    }

    /// Applies everything and commits it at once. An input that cannot be applied at all ends the gathering: what came before it
    /// is committed, and it is put aside where an operator finds it.
    fn together(&self, sources: &[Source], now: Timestamp) -> Result<Turned, EngineError> {
        let mut batch = Batch::default();
        let mut aside = None;
        let mut more = false;
        for source in sources {
            if let Source::Timer(timer) = source
                && batch.moving_since_ms.is_some_and(|since| since < timer.due_ms)
            {
                more = true;
                continue;
            }
            if let Err(failed) = self.take_up(&mut batch, source, now) {
                let (culprit, error) = *failed;
                aside = Some((culprit, error.unless_store()?));
                break;
            }
        }
        let (applied, settled) = (batch.applied, std::mem::take(&mut batch.settled));
        more |= batch.more || leaves_inbox(&batch) || !batch.moved_again.is_empty();
        let moved_again = std::mem::take(&mut batch.moved_again);
        if let Some(error) = self.commit(batch)? {
            tracing::warn!(participant = self.participant, %error, "a commit of a turn was refused; the next turn goes input by input");
            self.careful.store(true, Ordering::SeqCst);
            self.distrust_memory();
            return Ok(Turned { applied: 0, more: true });
        }
        self.settled_done(&settled);
        self.moved_again.lock().unwrap_or_else(PoisonError::into_inner).extend(moved_again);
        if let Some((culprit, error)) = aside {
            self.put_aside(&culprit, &error, now)?;
            self.distrust_memory();
            more = true;
        }
        Ok(Turned { applied, more })
    }

    /// One input with all that is delivered by its doing; where it fails, the one that failed.
    fn take_up(
        &self,
        batch: &mut Batch,
        source: &Source,
        now: Timestamp,
    ) -> Result<(), Box<(Source, EngineError)>> {
        self.guarded(batch, source, now).map_err(|error| Box::new((source.clone(), error)))?;
        while let Some(moved) = batch.moved.pop_front() {
            let rows = self.held_for(batch, &moved);
            for row in rows.map_err(|error| Box::new((source.clone(), error)))? {
                let held = Source::Held(row);
                self.guarded(batch, &held, now).map_err(|error| Box::new((held, error)))?;
            }
        }
        Ok(())
    }

    /// Applies one input; where it fails, by an error or a defect that panics, nothing of it stays in the batch.
    fn guarded(&self, batch: &mut Batch, source: &Source, now: Timestamp) -> Result<(), EngineError> {
        let commits = batch.commits.len();
        let applied = catch_unwind(AssertUnwindSafe(|| self.apply_source(batch, source, now)));
        let applied = applied.unwrap_or_else(|panic| Err(EngineError::panicked(&*panic)));
        match (&applied, source) {
            (Ok(()), Source::Settled(item)) => batch.settled.push(Arc::clone(item)),
            (Ok(()), _) => {}
            (Err(_), _) => {
                batch.commits.truncate(commits);
                batch.dirty = true;
            }
        }
        applied
    }

    /// Applies and commits each input by itself; the one that the store refuses for its content is put aside.
    fn one_by_one(&self, sources: &[Source], now: Timestamp) -> Result<Turned, EngineError> {
        let mut turned = Turned { applied: 0, more: true };
        for source in sources.iter().take(CAREFUL) {
            if let Source::Settled(item) = source
                && self.store.outbox_entry(item.partition, &item.id)?.is_none()
            {
                // The turn before committed it together with others that were refused, or it was withdrawn.
                self.settled_done(std::slice::from_ref(item));
                continue;
            }
            turned.applied += 1;
            // The first refusal may speak of what memory believed of the case; the second speaks of the input.
            let outcome = match self.alone(source, now)? {
                Some(_) => self.alone(source, now)?,
                None => None,
            };
            if let Some(error) = outcome {
                self.put_aside(source, &error, now)?;
            }
        }
        // What the inputs of this turn made wanted is found by a new look at all that is held.
        self.distrust_memory();
        Ok(turned)
    }

    /// One input in a commit of its own; the reason, where it cannot be.
    fn alone(&self, source: &Source, now: Timestamp) -> Result<Option<EngineError>, EngineError> {
        let mut batch = Batch::default();
        if let Err(error) = self.guarded(&mut batch, source, now) {
            return Ok(Some(error.unless_store()?));
        }
        let settled = std::mem::take(&mut batch.settled);
        match self.commit(batch)? {
            None => {
                self.settled_done(&settled);
                Ok(None)
            }
            Some(error) => Ok(Some(EngineError::Commit(error))),
        }
    }

    /// Commits a batch; the first refusal that speaks of a commit and not of the store.
    fn commit(&self, batch: Batch) -> Result<Option<CommitError>, EngineError> {
        let refusals = match batch.commits.is_empty() {
            true => Vec::new(),
            false => self.store.commit(batch.commits).into_iter().filter_map(Result::err).collect(),
        };
        let mut heads = self.heads.lock().unwrap_or_else(PoisonError::into_inner);
        if refusals.is_empty() && !batch.dirty {
            heads.keep(batch.cases);
            return Ok(None);
        }
        // Part of the batch may have been committed: forget what memory believes and read it again.
        heads.forget_all();
        drop(heads);
        let failed = refusals.iter().find(|error| crate::error::is_of_the_store(error));
        match failed {
            Some(error) => Err(EngineError::Commit(error.clone())),
            None => Ok(refusals.into_iter().next()),
        }
    }

    /// Forgets what memory believes of cases, and has all that is held looked at again.
    fn distrust_memory(&self) {
        self.heads.lock().unwrap_or_else(PoisonError::into_inner).forget_all();
        self.look_at_all_held();
    }

    fn apply_source(&self, batch: &mut Batch, source: &Source, now: Timestamp) -> Result<(), EngineError> {
        match source {
            Source::Settled(item) => self.apply_settled(batch, item, now),
            Source::Inbox(row) => self.apply_inbox(batch, row, now),
            Source::Held(row) => self.apply_held(batch, row, now),
            Source::Moved(moved) => {
                let (partition, case, _) = moved;
                if let Some(working) = self.take_case(batch, *partition, *case)? {
                    batch.cases.insert(*case, working);
                }
                batch.moved.push_back(moved.clone());
                Ok(())
            }
            Source::Timer(timer) => {
                let consumed = vec![Write::DeleteTimer { case: timer.case, timer: timer.timer }];
                let number = u32::try_from(timer.timer).unwrap_or(u32::MAX);
                let input = Input::TimerFired { timer: flow::TimerId(number) };
                self.apply(batch, timer.partition, timer.case, input, now, consumed).map(drop)
            }
        }
    }

    fn apply_inbox(&self, batch: &mut Batch, row: &InboxEntry, now: Timestamp) -> Result<(), EngineError> {
        let consumed = vec![Write::DeleteInbox { id: row.id }];
        let bytes = self.open_waiting("inbox", &row.body)?;
        let (case, input) = match serde_json::from_slice::<InboxItem>(&bytes)? {
            InboxItem::Message(arrival) => {
                let moving = Moving::new(arrival, row.partition, &row.id, row.received_ms);
                return self.apply_message(batch, row.partition, moving, now, consumed);
            }
            InboxItem::Moved(moving) => {
                return self.apply_message(batch, row.partition, moving, now, consumed);
            }
            InboxItem::Acquire { key, case, home, work } => {
                let asked = crate::locks::Waiter { case, home, work };
                return self.lock_asked(batch, row.partition, &key, asked, now, consumed);
            }
            InboxItem::Release { key, case, part } => {
                return self.lock_released(batch, row.partition, &key, case, part, now, consumed);
            }
            InboxItem::Granted { case, work, key } => {
                return self.lock_granted(batch, row.partition, case, work, key, now, consumed);
            }
            InboxItem::Person { case, work, by, result } => {
                let input = Input::UserCompleted { work: flow::WorkId(work), by, result };
                let consumed = vec![Write::DeleteInbox { id: row.id }, TaskRow::delete(&case, work)];
                return self.apply(batch, row.partition, case, input, now, consumed).map(drop);
            }
            InboxItem::Retry { case, incident, by } => {
                let resolution = Resolution::Retry { variables: rules::Context::new() };
                (case, Input::Resolve { incident: flow::IncidentId(incident), by, resolution })
            }
            InboxItem::Cancel { case, reason } => (case, Input::Cancel { reason }),
            InboxItem::Recount { case } => (case, Input::CalendarChanged),
        };
        self.apply(batch, row.partition, case, input, now, consumed).map(drop)
    }

    /// Applies `input` to a case that exists; one that no longer concerns it is journaled as ignored, and answered `false`.
    pub(crate) fn apply(
        &self,
        batch: &mut Batch,
        partition: Partition,
        case: Id,
        input: Input,
        now: Timestamp,
        consumed: Consumed,
    ) -> Result<bool, EngineError> {
        batch.applied += 1;
        let Some(mut working) = self.take_case(batch, partition, case)? else {
            let note = "no such case".to_owned();
            batch.commits.push(ignored(partition, case, "", note, now, consumed)?);
            return Ok(false);
        };
        let done = self.advance(&mut working, input, &mut batch.overlay, now, consumed.clone());
        self.settle(batch, working, done, now, consumed)
    }

    /// Takes a transition into the batch; false where the input no longer concerned the case.
    pub(crate) fn settle(
        &self,
        batch: &mut Batch,
        working: Working,
        done: Result<Advanced, EngineError>,
        now: Timestamp,
        consumed: Consumed,
    ) -> Result<bool, EngineError> {
        let (partition, case) = (working.partition, working.case);
        match done {
            Ok(Advanced { commit, look_for_held, .. }) => {
                batch.commits.push(commit);
                if look_for_held {
                    batch.moved.push_back((partition, case, working.head.case_ref.clone()));
                }
                batch.cases.insert(case, working);
                Ok(true)
            }
            Err(EngineError::Step(
                error @ (StepError::NotOpen { .. } | StepError::Ended | StepError::AlreadyStarted),
            )) => {
                let case_ref = &working.head.case_ref;
                batch.commits.push(ignored(partition, case, case_ref, error.to_string(), now, consumed)?);
                batch.cases.insert(case, working);
                Ok(false)
            }
            Err(error) => Err(error),
        }
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
        let Some(mut working) = self.take_case(batch, partition, case)? else {
            let note = "no such case".to_owned();
            batch.commits.push(ignored(partition, case, "", note, now, writes)?);
            return Ok(());
        };
        let (work, trouble) = trouble;
        let note = format!("{} does not answer: {}", trouble.task_type, trouble.reason);
        working.head.troubles.insert(work, trouble);
        let guard = Some(store::Guard { case, version: working.version });
        self.put_head(&mut working, now, &mut writes)?;
        let header = serde_json::to_vec(&Header::note(&working.head.case_ref, note))?;
        let record = Record { subject: case, kind: KIND_TROUBLE, at: now, header, body: Vec::new() };
        batch.commits.push(Commit { partition, guard, record: Some(record), writes });
        batch.cases.insert(case, working);
        Ok(())
    }
}

/// Whether a commit leaves something for the next turn.
fn leaves_inbox(batch: &Batch) -> bool {
    let mut writes = batch.commits.iter().flat_map(|commit| &commit.writes);
    writes.any(|write| matches!(write, Write::PutInbox { .. }))
}

/// The case of a process and a business key: the same on every attempt, so that a repeat cannot start a second.
pub(crate) fn case_id(participant: &str, process: &str, case_ref: &str) -> Id {
    civic::CaseId::derive([0; 16], &format!("{participant}/{process}/{case_ref}")).into_bytes()
}

/// A commit that only takes an input away and says why it had no effect.
pub(crate) fn ignored(
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
