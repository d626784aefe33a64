//! The state of a case: a tree of activations and what they wait for. It is the fold of the case's events and nothing else.
//!
//! [`CaseState::apply`] looks neither at the program nor at a clock, so a stored case can be rebuilt from its journal alone.

use std::collections::{BTreeMap, VecDeque};

use jiff::Timestamp;
use rules::{Context, Value};
use serde::{Deserialize, Serialize};

use crate::{
    ActivationId, DeadlineCause, ElementId, Event, Fact, IncidentId, Role, Stage, SubscriptionId, TimerId,
    WorkId, WorkKind,
};

/// Everything that a case knows and waits for.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct CaseState {
    /// Whether it has begun and ended, and how.
    pub status: Status,
    /// The last number that was given to a thing in the case.
    pub last_number: u32,
    /// Scopes and tokens. The root is the only one without a parent.
    pub activations: BTreeMap<ActivationId, Activation>,
    /// Open calls and user tasks.
    pub works: BTreeMap<WorkId, Work>,
    /// Moments waited for.
    pub timers: BTreeMap<TimerId, Timer>,
    /// Messages waited for.
    pub subscriptions: BTreeMap<SubscriptionId, Subscription>,
    /// What waits for a person to mend it.
    pub incidents: BTreeMap<IncidentId, Incident>,
    /// The code of the last outcome that was reached.
    pub outcome: Option<String>,
}

/// Where a case is in its life.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Not yet started.
    #[default]
    New,
    /// Started and not ended.
    Running,
    /// Given up; ends with the next event.
    Cancelled(String),
    /// Over. The reason stands here if it was given up.
    Ended(Option<String>),
}

/// An element being carried out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Activation {
    /// The element; the process itself for [`Role::Case`] and [`Role::Called`].
    pub element: ElementId,
    /// The scope it is in.
    pub parent: Option<ActivationId>,
    /// What it is.
    pub role: Role,
    /// How many activations have it as their parent.
    pub children: u32,
    /// How many open works, timers, subscriptions and incidents are its own.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub waits: u32,
    /// Variables that live here; they hide those of the same name further out.
    #[serde(default, skip_serializing_if = "Context::is_empty")]
    pub variables: Context,
    /// Tokens that wait at joins in this scope: gateway, sequence flow, how many.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub arrived: Vec<Arrived>,
    /// The rounds of a multi-instance element.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rounds: Option<Rounds>,
}

/// Tokens waiting at a join.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arrived {
    /// The joining gateway.
    pub gateway: ElementId,
    /// The sequence flow they came by.
    pub flow: ElementId,
    /// How many.
    pub tokens: u32,
}

/// Where a multi-instance element stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rounds {
    /// How many rounds there are.
    pub total: u32,
    /// How many have begun.
    pub begun: u32,
    /// How many are completed.
    pub completed: u32,
    /// The items whose rounds have not begun.
    #[serde(default, skip_serializing_if = "VecDeque::is_empty")]
    pub items: VecDeque<Value>,
    /// What the rounds gave, in the order of the rounds; empty when nothing is collected.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outputs: Vec<Value>,
}

/// An open call or user task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Work {
    /// Who waits.
    pub activation: ActivationId,
    /// Call or user task.
    pub kind: WorkKind,
}

/// A moment waited for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timer {
    /// Who waits: the activation whose token it is, or that the event is attached to.
    pub activation: ActivationId,
    /// The event in the model.
    pub element: ElementId,
    /// When.
    pub due: Timestamp,
    /// Why then.
    pub cause: DeadlineCause,
    /// How many more times it fires after this one; none = for ever.
    pub repeats: Option<u32>,
}

/// A message waited for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subscription {
    /// Who waits: the activation whose token it is, or that the event is attached to.
    pub activation: ActivationId,
    /// The event or receive task in the model.
    pub element: ElementId,
    /// The name of the message.
    pub message: String,
    /// The correlation key.
    pub key: String,
}

/// What waits for a person to mend it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incident {
    /// Who waits.
    pub activation: ActivationId,
    /// The element.
    pub element: ElementId,
    /// Where the activation stands in its life.
    pub stage: Stage,
    /// What went wrong, in words.
    pub reason: String,
}

impl CaseState {
    /// A case that has not begun.
    pub fn new() -> CaseState {
        CaseState::default()
    }

    /// The case after these events.
    pub fn fold<'e>(events: impl IntoIterator<Item = &'e Event>) -> CaseState {
        let mut state = CaseState::new();
        for event in events {
            state.apply(event);
        }
        state
    }

    /// Whether it has begun and not ended.
    pub fn is_running(&self) -> bool {
        self.status == Status::Running
    }

    /// Whether it is over.
    pub fn has_ended(&self) -> bool {
        matches!(self.status, Status::Ended(_))
    }

    /// The activation of the whole case.
    pub fn root(&self) -> Option<(ActivationId, &Activation)> {
        let (id, activation) = self.activations.first_key_value()?;
        Some((*id, activation))
    }

    /// The variables of the case as a whole; nothing once it is over.
    pub fn variables(&self) -> Context {
        self.root().map(|(_, root)| root.variables.clone()).unwrap_or_default()
    }

    /// The elements at which tokens are: leaves of the tree and tokens at joins, in order, without repetition.
    pub fn tokens(&self) -> Vec<&ElementId> {
        let mut at: Vec<&ElementId> = Vec::new();
        for activation in self.activations.values() {
            if activation.children == 0 && activation.parent.is_some() {
                at.push(&activation.element);
            }
            at.extend(activation.arrived.iter().map(|arrived| &arrived.gateway));
        }
        at.sort();
        at.dedup();
        at
    }

    /// The activations in a scope, in the order in which they began.
    pub fn children(&self, scope: ActivationId) -> impl Iterator<Item = (ActivationId, &Activation)> {
        // A child always has a greater number than its parent.
        self.activations
            .range(scope..)
            .filter(move |(_, activation)| activation.parent == Some(scope))
            .map(|(id, activation)| (*id, activation))
    }

    /// Takes up what happened. An event that does not fit (it names things that are not there) changes nothing that is there.
    pub fn apply(&mut self, event: &Event) {
        match &event.fact {
            Fact::CaseStarted { .. } => self.status = Status::Running,
            Fact::Entered { activation, element, parent, role, joined } => {
                self.enter(*activation, element, *parent, *role, joined);
            }
            Fact::Completed { activation, .. } | Fact::Withdrawn { activation, .. } => {
                self.leave(*activation)
            }
            Fact::FlowTaken { .. }
            | Fact::AttemptFailed { .. }
            | Fact::Decided { .. }
            | Fact::ErrorCaught { .. } => {}
            Fact::Arrived { scope, element, flow } => self.arrive(*scope, element, flow),
            Fact::ArrivalsDropped { scope } => {
                if let Some(scope) = self.activations.get_mut(scope) {
                    scope.arrived.clear();
                }
            }
            Fact::VariablesSet { activation, variables } => {
                if let Some(activation) = self.activations.get_mut(activation) {
                    for (name, value) in variables.iter() {
                        activation.variables.insert(name.clone(), value.clone());
                    }
                }
            }
            Fact::RoundsBegan { activation, total, items, collects, .. } => {
                let outputs = if *collects { vec![Value::Null; *total as usize] } else { Vec::new() };
                let rounds = Rounds {
                    total: *total,
                    begun: 0,
                    completed: 0,
                    items: items.iter().cloned().collect(),
                    outputs,
                };
                if let Some(activation) = self.activations.get_mut(activation) {
                    activation.rounds = Some(rounds);
                }
            }
            Fact::RoundCompleted { activation, index, output, .. } => {
                self.complete_round(*activation, *index, output);
            }
            Fact::OutcomeReached { code, .. } => self.outcome = Some(code.clone()),
            Fact::CaseCancelled { reason } => self.status = Status::Cancelled(reason.clone()),
            Fact::CaseEnded { .. } => {
                let reason =
                    if let Status::Cancelled(reason) = &self.status { Some(reason.clone()) } else { None };
                self.status = Status::Ended(reason);
            }
            waiting => self.apply_waiting(waiting),
        }
    }

    /// What opens and closes the things a case waits for.
    fn apply_waiting(&mut self, fact: &Fact) {
        match fact {
            Fact::WorkOpened { work, activation, kind, .. } => {
                self.opened(work.0, *activation);
                self.works.insert(*work, Work { activation: *activation, kind: kind.clone() });
            }
            Fact::WorkCompleted { work, .. }
            | Fact::WorkFailed { work, .. }
            | Fact::WorkWithdrawn { work, .. } => {
                let closed = self.works.remove(work).map(|work| work.activation);
                self.closed(closed);
            }
            Fact::TimerSet { timer, activation, element, due, cause, repeats } => {
                self.opened(timer.0, *activation);
                let (activation, element, cause) = (*activation, element.clone(), cause.clone());
                self.timers
                    .insert(*timer, Timer { activation, element, due: *due, cause, repeats: *repeats });
            }
            Fact::TimerFired { timer, .. } | Fact::TimerWithdrawn { timer, .. } => {
                let closed = self.timers.remove(timer).map(|timer| timer.activation);
                self.closed(closed);
            }
            Fact::TimerMoved { timer, due, cause, .. } => {
                if let Some(timer) = self.timers.get_mut(timer) {
                    timer.due = *due;
                    timer.cause = cause.clone();
                }
            }
            Fact::Subscribed { subscription, activation, element, message, key } => {
                self.opened(subscription.0, *activation);
                let (activation, element) = (*activation, element.clone());
                let (message, key) = (message.clone(), key.clone());
                self.subscriptions.insert(*subscription, Subscription { activation, element, message, key });
            }
            Fact::MessageArrived { subscription, stays: false, .. }
            | Fact::Unsubscribed { subscription, .. } => {
                let closed =
                    self.subscriptions.remove(subscription).map(|subscription| subscription.activation);
                self.closed(closed);
            }
            Fact::IncidentRaised { incident, activation, element, stage, reason } => {
                self.opened(incident.0, *activation);
                let (activation, element, reason) = (*activation, element.clone(), reason.clone());
                self.incidents.insert(*incident, Incident { activation, element, stage: *stage, reason });
            }
            Fact::IncidentResolved { incident, .. } | Fact::IncidentCleared { incident, .. } => {
                let closed = self.incidents.remove(incident).map(|incident| incident.activation);
                self.closed(closed);
            }
            _ => {}
        }
    }

    /// Something of an activation begins to wait.
    fn opened(&mut self, number: u32, activation: ActivationId) {
        self.number(number);
        if let Some(activation) = self.activations.get_mut(&activation) {
            activation.waits = activation.waits.saturating_add(1);
        }
    }

    /// Something of an activation no longer waits.
    fn closed(&mut self, activation: Option<ActivationId>) {
        if let Some(activation) = activation.and_then(|id| self.activations.get_mut(&id)) {
            activation.waits = activation.waits.saturating_sub(1);
        }
    }

    fn number(&mut self, used: u32) {
        self.last_number = self.last_number.max(used);
    }

    fn enter(
        &mut self,
        id: ActivationId,
        element: &ElementId,
        parent: Option<ActivationId>,
        role: Role,
        joined: &[ElementId],
    ) {
        self.number(id.0);
        if let Some(scope) = parent.and_then(|parent| self.activations.get_mut(&parent)) {
            scope.children = scope.children.saturating_add(1);
            for arrived in &mut scope.arrived {
                if joined.contains(&arrived.flow) {
                    arrived.tokens = arrived.tokens.saturating_sub(1);
                }
            }
            scope.arrived.retain(|arrived| arrived.tokens > 0);
            if let (Role::Node(Some(_)), Some(rounds)) = (role, &mut scope.rounds) {
                rounds.begun = rounds.begun.saturating_add(1);
                rounds.items.pop_front();
            }
        }
        let (element, variables) = (element.clone(), Context::new());
        let activation = Activation {
            element,
            parent,
            role,
            children: 0,
            waits: 0,
            variables,
            arrived: Vec::new(),
            rounds: None,
        };
        self.activations.insert(id, activation);
    }

    fn leave(&mut self, id: ActivationId) {
        let parent = self.activations.remove(&id).and_then(|activation| activation.parent);
        if let Some(scope) = parent.and_then(|parent| self.activations.get_mut(&parent)) {
            scope.children = scope.children.saturating_sub(1);
        }
    }

    fn arrive(&mut self, scope: ActivationId, gateway: &ElementId, flow: &ElementId) {
        let Some(scope) = self.activations.get_mut(&scope) else { return };
        match scope.arrived.iter_mut().find(|arrived| arrived.flow == *flow) {
            Some(arrived) => arrived.tokens = arrived.tokens.saturating_add(1),
            None => scope.arrived.push(Arrived { gateway: gateway.clone(), flow: flow.clone(), tokens: 1 }),
        }
    }

    fn complete_round(&mut self, id: ActivationId, index: u32, output: &Value) {
        let Some(rounds) = self.activations.get_mut(&id).and_then(|activation| activation.rounds.as_mut())
        else {
            return;
        };
        rounds.completed = rounds.completed.saturating_add(1);
        if let Some(place) = (index as usize).checked_sub(1).and_then(|at| rounds.outputs.get_mut(at)) {
            *place = output.clone();
        }
    }
}

fn is_zero(count: &u32) -> bool {
    *count == 0
}
