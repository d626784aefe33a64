//! What goes into a step and what comes out: inputs, effects, surroundings, refusals.
//!
//! The step never performs an effect. Whoever calls it records events and effects in one commit and performs the effects after.

use calendar::{Calendar, Deadline};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use rules::dmn::DecisionTrace;
use rules::feel::Functions;
use rules::{Context, Value};
use serde::{Deserialize, Serialize};

use crate::{CaseState, ElementId, Event, IncidentId, SubscriptionId, TimerId, WorkId};

/// What happens to a case from outside.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// The case begins.
    Start {
        /// The process to carry out.
        process: ElementId,
        /// The start event; without it the process's only start event of kind none.
        start_event: Option<ElementId>,
        /// The first variables of the case (the payload, for a message start event).
        variables: Context,
        /// The message that starts the case, for its history.
        message_id: Option<String>,
    },
    /// A call was answered.
    Completed {
        /// The call, from [`Effect::Call`].
        work: WorkId,
        /// The answer: offered to the output mappings, or, without them, merged into the case.
        result: Context,
    },
    /// A call failed.
    Failed {
        /// The call, from [`Effect::Call`].
        work: WorkId,
        /// The code of a business error, if the provider named one; error events catch by it.
        code: Option<String>,
        /// What happened, in words.
        message: String,
        /// True: an attempt failed and the engine tries again; it is only written into the history. False: the engine has given up.
        retry: bool,
    },
    /// A moment has come. Passing the due moment is the engine's to judge.
    TimerFired {
        /// The timer, from [`Effect::Schedule`].
        timer: TimerId,
    },
    /// An awaited message came.
    MessageArrived {
        /// The subscription, from [`Effect::Subscribe`].
        subscription: SubscriptionId,
        /// What the message holds.
        payload: Context,
        /// The id of the message, for the history.
        message_id: Option<String>,
    },
    /// A person completed a user task.
    UserCompleted {
        /// The task, from [`Effect::OpenUserTask`].
        work: WorkId,
        /// Who, as the engine names people.
        by: String,
        /// What the person entered.
        result: Context,
    },
    /// A person decided what to do about an incident.
    Resolve {
        /// The incident, from [`Effect::RaiseIncident`].
        incident: IncidentId,
        /// Who, as the engine names people.
        by: String,
        /// What to do.
        resolution: Resolution,
    },
    /// The whole case is given up.
    Cancel {
        /// Why, in words.
        reason: String,
    },
    /// The working calendar has changed: deadlines with a rule are counted again.
    CalendarChanged,
}

/// What to do about an incident.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Resolution {
    /// Set these variables (each where it is defined, seen from the element; new ones at the process), then try again.
    Retry {
        /// May be empty.
        variables: Context,
    },
    /// Take this as the result of the element that cannot be carried out (only for tasks).
    Complete {
        /// As in [`Input::Completed`].
        result: Context,
    },
}

/// What the engine has to do after a step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Effect {
    /// Have something done and answer with [`Input::Completed`] or [`Input::Failed`].
    Call {
        /// Names the call in the answer.
        work: WorkId,
        /// The element that asks.
        element: ElementId,
        /// The type of the task definition, such as `gateway:GBDFL_FAMILY`.
        task_type: String,
        /// The task headers of the element, in the order of the file.
        headers: Vec<(String, String)>,
        /// The local variables of the task: what its input mappings made (`request`, …), plus `loopCounter` and the input element in a
        /// multi-instance task. Nothing else of the case goes out.
        input: Context,
        /// The place in a multi-instance task, from 1.
        index: Option<u32>,
        /// How often the model wants failures to be retried, if it says so.
        retries: Option<u32>,
    },
    /// The call is no longer wanted; an answer would be refused.
    CancelCall {
        /// From [`Effect::Call`].
        work: WorkId,
    },
    /// Put a task into the inbox; answer with [`Input::UserCompleted`].
    OpenUserTask {
        /// Names the task in the answer.
        work: WorkId,
        /// The element that asks.
        element: ElementId,
        /// The name of the task in the model.
        name: String,
        /// Who may take it: groups.
        candidate_groups: Vec<String>,
        /// Who may take it: one person.
        assignee: Option<String>,
        /// The id of its form.
        form: Option<String>,
        /// When it has to be done: its own due date, or else the earliest timer on its boundary.
        due: Option<Timestamp>,
        /// The local variables of the task, as in [`Effect::Call`].
        input: Context,
        /// The place in a multi-instance task, from 1.
        index: Option<u32>,
    },
    /// Take the task out of the inbox.
    CloseUserTask {
        /// From [`Effect::OpenUserTask`].
        work: WorkId,
    },
    /// Answer with [`Input::TimerFired`] when the moment has passed. A second one for the same timer replaces the first.
    Schedule {
        /// Names the timer in the answer.
        timer: TimerId,
        /// The last moment that is in time.
        due: Timestamp,
        /// Why then.
        cause: DeadlineCause,
    },
    /// The moment is no longer waited for: it is withdrawn, or it has fired.
    CancelTimer {
        /// From [`Effect::Schedule`].
        timer: TimerId,
    },
    /// Answer with [`Input::MessageArrived`] when a message of this name and key comes.
    Subscribe {
        /// Names the subscription in the answer.
        subscription: SubscriptionId,
        /// The name of the message.
        message: String,
        /// The correlation key.
        key: String,
    },
    /// The message is no longer waited for: it is withdrawn, or it has come and one is enough.
    Unsubscribe {
        /// From [`Effect::Subscribe`].
        subscription: SubscriptionId,
    },
    /// Tell a person; answer with [`Input::Resolve`].
    RaiseIncident {
        /// Names the incident in the answer.
        incident: IncidentId,
        /// Where.
        element: ElementId,
        /// What went wrong, in words.
        reason: String,
    },
    /// The incident is gone, because it was resolved or its element was interrupted.
    ClearIncident {
        /// From [`Effect::RaiseIncident`].
        incident: IncidentId,
    },
    /// The case has ended.
    Ended {
        /// The code of the last outcome that was reached (`q:outcome`).
        outcome: Option<String>,
        /// The variables of the case at its end.
        variables: Context,
        /// Why it was given up, if it was.
        cancelled: Option<String>,
    },
}

/// Why a timer is due when it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeadlineCause {
    /// A legal term (`q:deadline`), with what is needed to count it again.
    Term(Deadline),
    /// A moment given in the model or computed by it (`bpmn:timeDate`).
    Date,
    /// A duration from a start, as ISO 8601 (`bpmn:timeDuration`, or one round of `bpmn:timeCycle`).
    Duration {
        /// The length of the wait.
        length: String,
        /// What it is counted from.
        start: Timestamp,
    },
}

/// Everything outside the case that a step may look at.
#[derive(Clone, Copy)]
pub struct Env<'a> {
    /// The legal time of the step.
    pub now: Timestamp,
    /// The zone of local dates and times in expressions and ISO 8601 texts without an offset.
    pub zone: &'a TimeZone,
    /// Counts working days.
    pub calendar: &'a Calendar,
    /// Visible to every expression as `parameters`.
    pub parameters: &'a Context,
    /// Functions that the engine adds to FEEL.
    pub functions: &'a Functions,
    /// Evaluates called decisions. A [`crate::Program`] that was read together with its DMN files is one.
    pub decisions: &'a dyn Decisions,
    /// How many elements and units of evaluation one step may cost; a loop that never waits ends in an incident.
    pub fuel: u64,
}

impl Env<'_> {
    /// Fuel that is ample for any step of a single case: a hundred thousand elements, or some seconds of evaluation.
    pub const FUEL: u64 = 10_000_000;
}

/// Where business-rule tasks find their decisions.
pub trait Decisions {
    /// Evaluate the decision of that id. The input holds everything that the task sees, and `parameters`.
    ///
    /// # Errors
    /// In words, what went wrong; the step makes an incident of it.
    fn decide(&self, decision: &str, input: &Context, env: &Env<'_>) -> Result<Decision, String>;
}

/// What a decision came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// Its result.
    pub value: Value,
    /// How it came about.
    pub trace: Vec<DecisionTrace>,
}

/// What a step made of an input.
#[derive(Debug, Clone, PartialEq)]
pub struct Transition {
    /// What happened, in order. Folding them over the state before gives [`Transition::state`].
    pub events: Vec<Event>,
    /// What has to be done now, in order.
    pub effects: Vec<Effect>,
    /// The state after.
    pub state: CaseState,
}

/// An input that does not fit the case. The case stays as it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StepError {
    /// The case has begun already.
    #[error("the case has started already")]
    AlreadyStarted,
    /// The case has not begun.
    #[error("the case has not started")]
    NotStarted,
    /// The case is over; a late answer is refused with this.
    #[error("the case has ended")]
    Ended,
    /// Nothing of this kind and number is open: it was answered or withdrawn before.
    #[error("no {what} {number} is open in this case: it was answered or withdrawn before")]
    NotOpen {
        /// `call`, `user task`, `timer`, `subscription` or `incident`.
        what: &'static str,
        /// Its number.
        number: u32,
    },
    /// The program has no such process or start event.
    #[error("{0}")]
    NoSuchStart(String),
    /// The state speaks of an element that the program does not have: it belongs to another version of the bundle.
    #[error(
        "the program has no element `{0}`, which the case is at: the case belongs to another version of the bundle"
    )]
    OtherProgram(ElementId),
    /// The resolution does not fit the incident.
    #[error("incident {incident} cannot be resolved so: {reason}")]
    Resolution {
        /// The incident.
        incident: IncidentId,
        /// Why.
        reason: &'static str,
    },
}
