//! What has happened in a case: the only source of its state and of its history.
//!
//! An event says everything that the state needs ([`crate::CaseState::apply`] looks at nothing else) and everything that a
//! reader of the history needs, except what stands in the model: that is found by the element's id with [`crate::Program::element`].

use jiff::Timestamp;
use rules::dmn::DecisionTrace;
use rules::{Context, Value};
use serde::{Deserialize, Serialize};

use crate::{
    ActivationId, DeadlineCause, ElementId, IncidentId, Resolution, SubscriptionId, TimerId, WorkId,
};

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// The legal time.
    pub at: Timestamp,
    /// What happened.
    pub fact: Fact,
}

/// What kind of thing an activation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// The process that the case carries out: the root of the tree.
    Case,
    /// A process called by a call activity; it sees only the variables that were handed to it.
    Called,
    /// A flow node, on its own or as one round of a multi-instance element (the number from 1).
    Node(Option<u32>),
    /// The whole of a multi-instance element: it holds the rounds.
    Rounds,
}

/// What was asked of somebody outside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WorkKind {
    /// A call of this task type.
    Call(String),
    /// A user task.
    User,
}

/// Where in its life an activation stands when something stops it; resolving an incident goes on from there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// Before its input mappings and the timers and messages on its boundary.
    Enter,
    /// Before doing what it is there for.
    Perform,
    /// Before its output mappings.
    Complete,
    /// While it waits; a deadline could not be counted again.
    Waiting,
    /// It can never go on by itself: tokens wait at a join that no other token can reach.
    Stuck,
}

/// What happened. Each names the element, except where the case as a whole is meant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fact {
    /// The case began.
    CaseStarted {
        /// The process.
        process: ElementId,
        /// The start event.
        start_event: ElementId,
        /// The message that started it.
        message_id: Option<String>,
    },
    /// An element was entered: a token is at it.
    Entered {
        /// The new activation.
        activation: ActivationId,
        /// The element; the process itself for [`Role::Case`] and [`Role::Called`].
        element: ElementId,
        /// The scope it is in.
        parent: Option<ActivationId>,
        /// What it is.
        role: Role,
        /// The sequence flows whose waiting tokens a join took up.
        joined: Vec<ElementId>,
    },
    /// An element was carried out to its end.
    Completed {
        /// The activation, which is gone now.
        activation: ActivationId,
        /// The element.
        element: ElementId,
    },
    /// An element was given up: interrupted, or another event came first.
    Withdrawn {
        /// The activation, which is gone now.
        activation: ActivationId,
        /// The element.
        element: ElementId,
    },
    /// A token took a sequence flow.
    FlowTaken {
        /// The sequence flow.
        flow: ElementId,
    },
    /// A token waits at a join for others.
    Arrived {
        /// The scope whose token it is.
        scope: ActivationId,
        /// The joining gateway.
        element: ElementId,
        /// The sequence flow it came by.
        flow: ElementId,
    },
    /// The tokens that waited at joins of a scope were dropped, because the scope was interrupted.
    ArrivalsDropped {
        /// The scope.
        scope: ActivationId,
    },
    /// Variables got new values.
    VariablesSet {
        /// Whose variables: the activation that holds them.
        activation: ActivationId,
        /// Names and new values.
        variables: Context,
    },
    /// A multi-instance element knows how many rounds it has.
    RoundsBegan {
        /// The activation of [`Role::Rounds`].
        activation: ActivationId,
        /// The element.
        element: ElementId,
        /// How many rounds.
        total: u32,
        /// The items, one for each round.
        items: Vec<Value>,
        /// Whether it collects an output from each round.
        collects: bool,
    },
    /// A round of a multi-instance element was completed.
    RoundCompleted {
        /// The activation of [`Role::Rounds`].
        activation: ActivationId,
        /// The element.
        element: ElementId,
        /// The round, from 1.
        index: u32,
        /// What it gave; null when nothing is collected.
        output: Value,
    },
    /// Somebody outside was asked to do something.
    WorkOpened {
        /// What was asked.
        work: WorkId,
        /// Who waits for it.
        activation: ActivationId,
        /// The element.
        element: ElementId,
        /// Call or user task.
        kind: WorkKind,
    },
    /// An attempt failed and will be repeated.
    AttemptFailed {
        /// What was asked.
        work: WorkId,
        /// The element.
        element: ElementId,
        /// The business error's code.
        code: Option<String>,
        /// In words.
        message: String,
    },
    /// What was asked for was done.
    WorkCompleted {
        /// What was asked; no longer open.
        work: WorkId,
        /// The element.
        element: ElementId,
        /// The person, for a user task.
        by: Option<String>,
    },
    /// What was asked for could not be done.
    WorkFailed {
        /// What was asked; no longer open.
        work: WorkId,
        /// The element.
        element: ElementId,
        /// The business error's code.
        code: Option<String>,
        /// In words.
        message: String,
    },
    /// What was asked for is no longer wanted.
    WorkWithdrawn {
        /// What was asked; no longer open.
        work: WorkId,
        /// The element.
        element: ElementId,
    },
    /// The case waits for a moment.
    TimerSet {
        /// The timer.
        timer: TimerId,
        /// Who waits: the activation whose token it is, or that the event is attached to.
        activation: ActivationId,
        /// The event in the model.
        element: ElementId,
        /// When.
        due: Timestamp,
        /// Why then.
        cause: DeadlineCause,
        /// How many more times it fires after this one; none = for ever.
        repeats: Option<u32>,
    },
    /// The moment came.
    TimerFired {
        /// The timer; no longer open.
        timer: TimerId,
        /// The event in the model.
        element: ElementId,
    },
    /// The moment is no longer waited for.
    TimerWithdrawn {
        /// The timer; no longer open.
        timer: TimerId,
        /// The event in the model.
        element: ElementId,
    },
    /// The deadline was counted again by a changed calendar.
    TimerMoved {
        /// The timer.
        timer: TimerId,
        /// The event in the model.
        element: ElementId,
        /// When now.
        due: Timestamp,
        /// Why then.
        cause: DeadlineCause,
    },
    /// The case waits for a message.
    Subscribed {
        /// The subscription.
        subscription: SubscriptionId,
        /// Who waits: the activation whose token it is, or that the event is attached to.
        activation: ActivationId,
        /// The event or receive task in the model.
        element: ElementId,
        /// The name of the message.
        message: String,
        /// The correlation key.
        key: String,
    },
    /// The message came.
    MessageArrived {
        /// The subscription.
        subscription: SubscriptionId,
        /// The event or receive task in the model.
        element: ElementId,
        /// The id of the message.
        message_id: Option<String>,
        /// Whether the subscription stays open (a non-interrupting event).
        stays: bool,
    },
    /// The message is no longer waited for.
    Unsubscribed {
        /// The subscription; no longer open.
        subscription: SubscriptionId,
        /// The event or receive task in the model.
        element: ElementId,
    },
    /// A decision was made by rules.
    Decided {
        /// The business-rule task.
        element: ElementId,
        /// The decision.
        decision: String,
        /// Its result.
        value: Value,
        /// How it came about.
        trace: Vec<DecisionTrace>,
    },
    /// A business error went up from an element to the event that catches it.
    ErrorCaught {
        /// Where it came from.
        element: ElementId,
        /// Its code.
        code: String,
        /// In words.
        message: String,
        /// The boundary event or start event that catches it.
        caught_by: ElementId,
    },
    /// Something went wrong and waits for a person.
    IncidentRaised {
        /// The incident.
        incident: IncidentId,
        /// Who waits.
        activation: ActivationId,
        /// The element.
        element: ElementId,
        /// Where in its life the activation stands.
        stage: Stage,
        /// What went wrong, in words.
        reason: String,
    },
    /// A person resolved an incident.
    IncidentResolved {
        /// The incident; no longer open.
        incident: IncidentId,
        /// The element.
        element: ElementId,
        /// Who.
        by: String,
        /// How.
        resolution: Resolution,
    },
    /// The incident vanished together with its element.
    IncidentCleared {
        /// The incident; no longer open.
        incident: IncidentId,
        /// The element.
        element: ElementId,
    },
    /// An end event with a terminal outcome was reached.
    OutcomeReached {
        /// The end event.
        element: ElementId,
        /// The code of the outcome.
        code: String,
    },
    /// The case was given up.
    CaseCancelled {
        /// Why, in words.
        reason: String,
    },
    /// The case has ended.
    CaseEnded {
        /// The code of the last outcome that was reached.
        outcome: Option<String>,
    },
}
