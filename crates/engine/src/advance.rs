//! One input on one case: the step of the procedure, the local tasks it asks for, and the single commit that holds it all.
//!
//! Everything a transition causes (journal record, head, timers, outbox, subscriptions, inbox items for other cases, tasks of
//! people) is in that commit. Never write anything of a case in another.

use std::collections::VecDeque;

use flow::{Effect, Event, Input, StepError, Transition};
use jiff::Timestamp;
use rules::Context;
use store::{Commit, Guard, Id, Partition, Record, Write};

use crate::bundle::Bundle;
use crate::head::Head;
use crate::inbox::{InboxItem, Part};
use crate::locals::{LocalCall, LocalOutcome};
use crate::outbox::Dispatch;
use crate::overlay::Overlay;
use crate::record::{Header, KIND_TRANSITION};
use crate::tasks::TaskRow;
use crate::{Engine, EngineError};

/// How many local tasks one transition may perform before it is an incident of the model.
const MAX_LOCAL_TASKS: usize = 200;

/// How much a step may cost; see [`flow::Env::fuel`].
const STEP_FUEL: u64 = 500_000;

/// A case in the hands of the turn.
pub(crate) struct Working {
    pub case: Id,
    pub partition: Partition,
    /// Version of the head that the store holds when the commits made so far are applied; 0 = none.
    pub version: u64,
    /// The status under which the store lists it; none before its first commit.
    pub listed: Option<u8>,
    pub head: Head,
    pub bundle: std::sync::Arc<Bundle>,
}

/// What a transition leaves behind.
pub(crate) struct Advanced {
    pub commit: Commit,
    /// Whether the case waits for messages it did not wait for before, or has ended: held messages are looked at again.
    pub look_for_held: bool,
    /// The variables of the case at its end, when it ended.
    pub ended_with: Option<Context>,
}

/// What a transition works on beside its case.
struct Desk<'a> {
    overlay: &'a mut Overlay,
    writes: &'a mut Vec<Write>,
    performed: &'a mut usize,
    now: Timestamp,
}

impl Engine {
    /// Applies `input` and everything local that follows from it. `consumed` are the writes that remove what was applied (an
    /// inbox item, a timer, an outbox item).
    pub(crate) fn advance(
        &self,
        working: &mut Working,
        input: Input,
        overlay: &mut Overlay,
        now: Timestamp,
        consumed: Vec<Write>,
    ) -> Result<Advanced, EngineError> {
        let mut writes = consumed;
        let mut ended_with = None;
        let mut events: Vec<Event> = Vec::new();
        let mut inputs = VecDeque::from([input]);
        let mut look_for_held = false;
        let mut performed = 0;
        while let Some(input) = inputs.pop_front() {
            let first = events.is_empty();
            let transition = match self.step(working, input, now) {
                Ok(transition) => transition,
                // A follow-up of this very transition may have been interrupted by an earlier one; the first input may not.
                Err(StepError::NotOpen { .. } | StepError::Ended) if !first => continue,
                Err(error) => return Err(error.into()),
            };
            working.head.state = transition.state;
            events.extend(transition.events);
            for effect in transition.effects {
                look_for_held |= matches!(effect, Effect::Subscribe { .. } | Effect::Ended { .. });
                if let Effect::Ended { variables, .. } = &effect {
                    ended_with = Some(variables.clone());
                }
                let mut desk = Desk { overlay, writes: &mut writes, performed: &mut performed, now };
                if let Some(follow_up) = self.effect(working, effect, &mut desk)? {
                    inputs.push_back(follow_up);
                }
            }
        }
        let guard = Some(Guard { case: working.case, version: working.version });
        let (partition, case) = (working.partition, working.case);
        let body = self.seal(partition, &case, "events", &serde_json::to_vec(&events)?, &mut writes)?;
        self.put_head(working, now, &mut writes)?;
        let header = Header::of(&working.head, &events);
        let commit = Commit {
            partition: working.partition,
            guard,
            record: Some(Record {
                subject: working.case,
                kind: KIND_TRANSITION,
                at: now,
                header: serde_json::to_vec(&header)?,
                body,
            }),
            writes,
        };
        Ok(Advanced { commit, look_for_held, ended_with })
    }

    /// Writes the head of a case as it stands now, under its next version, and its line in the lists.
    pub(crate) fn put_head(
        &self,
        working: &mut Working,
        now: Timestamp,
        writes: &mut Vec<Write>,
    ) -> Result<(), EngineError> {
        let (partition, case) = (working.partition, working.case);
        let version = working.version + 1;
        let body = self.seal(partition, &case, "head", &working.head.to_bytes()?, writes)?;
        let (status, label) = (status_of(&working.head), working.head.service.clone());
        writes.push(Write::PutHead { case, version, body, status, label });
        self.list_case(working, status, now, writes)?;
        working.version = version;
        Ok(())
    }

    fn step(&self, working: &Working, input: Input, now: Timestamp) -> Result<Transition, StepError> {
        let parameters = working.bundle.parameters.at(working.head.effective);
        let env = flow::Env {
            now,
            zone: &self.zone,
            calendar: self.calendar,
            parameters: &parameters,
            functions: &self.functions,
            decisions: &*working.bundle.program,
            fuel: STEP_FUEL,
        };
        flow::step(&working.bundle.program, &working.head.state, input, &env)
    }

    /// Turns one effect into writes, or performs it here and answers with the input that follows.
    fn effect(
        &self,
        working: &mut Working,
        effect: Effect,
        desk: &mut Desk<'_>,
    ) -> Result<Option<Input>, EngineError> {
        let (case, partition, now) = (working.case, working.partition, desk.now);
        let writes = &mut *desk.writes;
        match effect {
            Effect::Call { work, element, task_type, headers, input, .. } => {
                if let Some(name) = task_type.strip_prefix("local:") {
                    *desk.performed += 1;
                    if *desk.performed > 2 * MAX_LOCAL_TASKS {
                        return Err(EngineError::Circle(2 * MAX_LOCAL_TASKS));
                    }
                    if *desk.performed > MAX_LOCAL_TASKS {
                        let message = format!(
                            "more than {MAX_LOCAL_TASKS} local tasks in one step: the model runs in a circle"
                        );
                        return Ok(Some(Input::Failed { work, code: None, message, retry: false }));
                    }
                    let call = LocalCall {
                        work,
                        element: element.as_str(),
                        request: request_of(&input),
                        input: &input,
                        now,
                    };
                    return self.perform(working, name, &call, desk);
                }
                let dispatch = Dispatch {
                    case,
                    work: work.0,
                    element: element.as_str().to_owned(),
                    task_type: task_type.clone(),
                    headers,
                    case_ref: working.head.case_ref.clone(),
                    request: request_of(&input),
                };
                let id = outbox_id(&case, work.0);
                let not_before = Engine::not_before(&dispatch.request, now);
                let body = self.seal(partition, &case, "outbox", &serde_json::to_vec(&dispatch)?, writes)?;
                let lane = format!("{task_type}/{}", hex(&case));
                writes.push(Write::PutOutbox {
                    id,
                    case,
                    lane,
                    destination: task_type,
                    not_before_ms: not_before,
                    body,
                });
            }
            Effect::CancelCall { work } => {
                working.head.troubles.remove(&work.0);
                writes.push(Write::DeleteOutbox { id: outbox_id(&case, work.0) });
            }
            Effect::OpenUserTask { work, element, name, candidate_groups, assignee, form, due, .. } => {
                let row = TaskRow {
                    case,
                    partition: working.partition.number(),
                    work: work.0,
                    element: element.as_str().to_owned(),
                    name,
                    groups: candidate_groups,
                    assignee,
                    form,
                    due,
                    opened: now,
                    service: working.head.service.clone(),
                    process: working.head.process.clone(),
                    case_ref: working.head.case_ref.clone(),
                };
                writes.push(row.put()?);
            }
            Effect::CloseUserTask { work } => writes.push(TaskRow::delete(&case, work.0)),
            Effect::Schedule { timer, due, cause } => {
                // The last second of a legal term is in time to its end: the term is missed from the second after it.
                let last_second = if matches!(cause, flow::DeadlineCause::Term(_)) { 1_000 } else { 0 };
                writes.push(Write::PutTimer {
                    case,
                    timer: u64::from(timer.0),
                    due_ms: due.as_millisecond().saturating_add(last_second),
                });
            }
            Effect::CancelTimer { timer } => {
                writes.push(Write::DeleteTimer { case, timer: u64::from(timer.0) })
            }
            Effect::Subscribe { subscription, message, key } => {
                let key = self.keeper.blind(&message, key.as_bytes()).to_vec();
                writes.push(Write::PutSubscription {
                    case,
                    subscription: u64::from(subscription.0),
                    message,
                    key,
                });
            }
            Effect::Unsubscribe { subscription } => {
                writes.push(Write::DeleteSubscription { case, subscription: u64::from(subscription.0) });
            }
            // Incidents stand in the head and in the journal; lists of them are read from the case rows.
            Effect::RaiseIncident { .. } | Effect::ClearIncident { .. } => {}
            Effect::Ended { .. } => {
                for key in std::mem::take(&mut working.head.locks) {
                    let partition = store::Partition::of(&key);
                    let salt = format!("ended/{key}");
                    self.lock_item(
                        partition,
                        &InboxItem::Release { key, case, part: Part::All },
                        &case,
                        &salt,
                        now,
                        writes,
                    )?;
                }
            }
        }
        Ok(None)
    }

    fn perform(
        &self,
        working: &mut Working,
        name: &str,
        call: &LocalCall<'_>,
        desk: &mut Desk<'_>,
    ) -> Result<Option<Input>, EngineError> {
        let work = call.work;
        Ok(match self.local(working, desk.overlay, name, call, desk.writes)? {
            LocalOutcome::Done(response) => {
                let result = Context::new().with("response", response);
                Some(Input::Completed { work, result })
            }
            LocalOutcome::Waits => None,
            LocalOutcome::Refused { code, message } => {
                Some(Input::Failed { work, code: Some(code), message, retry: false })
            }
        })
    }
}

/// What goes out: the variable `request` when the mappings made one, else all local variables.
fn request_of(input: &Context) -> Context {
    input.get("request").and_then(|request| request.as_context()).cloned().unwrap_or_else(|| input.clone())
}

/// The key of an effect everywhere: the same case and work give the same id.
pub(crate) fn outbox_id(case: &Id, work: u32) -> Id {
    civic::OutboxId::derive(*case, &format!("work/{work}")).into_bytes()
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The status number of a head row: 0 running, 1 ended, 2 waits with an incident or for a silent system.
pub(crate) fn status_of(head: &Head) -> u8 {
    if head.state.has_ended() {
        1
    } else if !head.state.incidents.is_empty() || !head.troubles.is_empty() {
        2
    } else {
        0
    }
}
