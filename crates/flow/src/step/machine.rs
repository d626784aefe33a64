//! The machine of one step: the working copy of the state, what is still to be done in it, and what came of it.
//!
//! Every change goes through [`Machine::emit`], which applies the event to the working state; so the state after a step is the
//! fold of its events by construction. Tokens that move stand in a queue that is empty whenever the case rests.

use std::collections::{BTreeSet, VecDeque};

use rules::Context;

use crate::model::{Behaviour, FlowIndex, Node, NodeIndex, ScopeIndex};
use crate::state::Activation;
use crate::{
    ActivationId, CaseState, Effect, ElementId, Env, Event, Fact, Program, Role, Stage, StepError, Transition,
};

/// What one element costs of the fuel of a step.
const ELEMENT: u64 = 10;
/// Scopes and tokens of one case.
const MOST_ACTIVATIONS: usize = 50_000;

/// Why something could not be carried on.
pub(super) enum Stop {
    /// It becomes an incident at the element, with this reason.
    Trouble(String),
    /// The input as a whole does not fit the case.
    Refuse(StepError),
}

impl From<StepError> for Stop {
    fn from(error: StepError) -> Stop {
        Stop::Refuse(error)
    }
}

pub(super) fn trouble<T>(reason: impl Into<String>) -> Done<T> {
    Err(Stop::Trouble(reason.into()))
}

pub(super) type Done<T = ()> = Result<T, Stop>;

/// Something that moves.
pub(super) enum Todo {
    /// A token has taken a sequence flow.
    Arrive { scope: ActivationId, flow: FlowIndex },
    /// An event was set off: a token begins at it.
    Begin { scope: ActivationId, node: NodeIndex, payload: Context },
    /// An activation goes on.
    Go { activation: ActivationId, stage: Stage },
}

pub(super) struct Machine<'a> {
    pub program: &'a Program,
    pub env: &'a Env<'a>,
    pub state: CaseState,
    pub effects: Vec<Effect>,
    pub fuel: u64,
    /// Why the last expression gave null, if it did.
    pub last_warning: Option<String>,
    events: Vec<Event>,
    queue: VecDeque<Todo>,
    /// Scopes that may have become complete, or whose joins may have.
    touched: BTreeSet<ActivationId>,
}

impl<'a> Machine<'a> {
    pub fn new(program: &'a Program, state: CaseState, env: &'a Env<'a>) -> Machine<'a> {
        Machine {
            program,
            env,
            state,
            effects: Vec::new(),
            fuel: env.fuel,
            last_warning: None,
            events: Vec::new(),
            queue: VecDeque::new(),
            touched: BTreeSet::new(),
        }
    }

    pub fn finish_step(self) -> Transition {
        Transition { events: self.events, effects: self.effects, state: self.state }
    }

    /// Records a fact and takes it up into the state.
    pub fn emit(&mut self, fact: Fact) {
        let event = Event { at: self.env.now, fact };
        self.state.apply(&event);
        self.events.push(event);
    }

    /// The next number of the case. It counts as given when the event that uses it is emitted.
    pub fn number(&self) -> u32 {
        self.state.last_number.saturating_add(1)
    }

    pub fn activation(&self, id: ActivationId) -> Option<&Activation> {
        self.state.activations.get(&id)
    }

    /// The node that an activation carries out; none for processes.
    pub fn node_of(&self, activation: &Activation) -> Result<Option<&'a Node>, StepError> {
        match activation.role {
            Role::Case | Role::Called => Ok(None),
            Role::Node(_) | Role::Rounds => self.node_by_id(&activation.element).map(|(_, node)| Some(node)),
        }
    }

    pub fn node_by_id(&self, id: &ElementId) -> Result<(NodeIndex, &'a Node), StepError> {
        let at = self.program.node_index(id).ok_or_else(|| StepError::OtherProgram(id.clone()))?;
        Ok((at, self.program.node(at)))
    }

    /// The inside of an activation that is a scope.
    pub fn scope_of(&self, activation: &Activation) -> Result<Option<ScopeIndex>, StepError> {
        match self.node_of(activation)? {
            None => match self.program.process(&activation.element) {
                Some(process) => Ok(Some(process.scope)),
                None => Err(StepError::OtherProgram(activation.element.clone())),
            },
            Some(_) if activation.role == Role::Rounds => Ok(None),
            Some(node) => Ok(match node.behaviour {
                Behaviour::SubProcess(inside) | Behaviour::EventSubProcess { inside, .. } => Some(inside),
                _ => None,
            }),
        }
    }

    /// Has the activation go on before anything else moves.
    pub fn go(&mut self, activation: ActivationId, stage: Stage) {
        self.queue.push_front(Todo::Go { activation, stage });
    }

    /// Has something move after what moves already.
    pub fn later(&mut self, todo: Todo) {
        self.queue.push_back(todo);
    }

    /// Looks again at a scope once nothing moves any more.
    pub fn touch(&mut self, scope: ActivationId) {
        self.touched.insert(scope);
    }

    /// Forgets tokens that were on their way in a scope.
    pub fn drop_moving(&mut self, dropped: ActivationId) {
        self.queue.retain(|todo| match todo {
            Todo::Arrive { scope, .. } | Todo::Begin { scope, .. } => *scope != dropped,
            Todo::Go { .. } => true,
        });
    }

    /// Lets everything move until the case rests.
    pub fn run(&mut self) -> Result<(), StepError> {
        loop {
            while let Some(todo) = self.queue.pop_front() {
                match self.hindrance(&todo) {
                    Some(reason) => self.stall(todo, reason)?,
                    None => self.carry_on(todo)?,
                }
            }
            let Some(scope) = self.touched.pop_last() else { return Ok(()) };
            self.settle(scope)?;
        }
    }

    /// Why this may not move any more in this step.
    fn hindrance(&mut self, todo: &Todo) -> Option<&'static str> {
        // What is there already may go on: only so does the case get smaller.
        let adds = !matches!(todo, Todo::Go { .. });
        if adds && self.state.activations.len() >= MOST_ACTIVATIONS {
            return Some("the case has too many tokens: an unbounded loop of parallel ways?");
        }
        match self.fuel.checked_sub(ELEMENT) {
            Some(left) => {
                self.fuel = left;
                None
            }
            None => Some(
                "the step used up its fuel: a loop that never waits? Let it wait for something, or end it",
            ),
        }
    }

    fn carry_on(&mut self, todo: Todo) -> Result<(), StepError> {
        match todo {
            Todo::Arrive { scope, flow } => {
                if self.activation(scope).is_some() {
                    self.arrive(scope, flow);
                }
                Ok(())
            }
            Todo::Begin { scope, node, payload } => {
                if self.activation(scope).is_none() {
                    return Ok(());
                }
                let activation = self.enter(scope, node, Role::Node(None), Vec::new());
                self.finish(activation, payload)
            }
            Todo::Go { activation, stage } => self.go_on(activation, stage),
        }
    }

    fn go_on(&mut self, activation: ActivationId, stage: Stage) -> Result<(), StepError> {
        if self.activation(activation).is_none() {
            return Ok(());
        }
        let done = match stage {
            Stage::Enter => self.at_entry(activation),
            Stage::Perform => self.perform(activation),
            Stage::Complete => self.complete(activation),
            Stage::Stuck | Stage::Waiting => {
                self.touch(activation);
                Ok(())
            }
        };
        match done {
            Ok(()) => Ok(()),
            Err(Stop::Trouble(reason)) => {
                self.raise(activation, stage, reason);
                Ok(())
            }
            Err(Stop::Refuse(error)) => Err(error),
        }
    }

    /// Keeps what cannot move now as an incident, so that no token is lost.
    fn stall(&mut self, todo: Todo, reason: &str) -> Result<(), StepError> {
        let (activation, stage) = match todo {
            Todo::Go { activation, stage } => (activation, stage),
            Todo::Arrive { scope, .. } | Todo::Begin { scope, .. } if self.activation(scope).is_none() => {
                return Ok(());
            }
            Todo::Arrive { scope, flow } => {
                let target = self.program.flow(flow).target;
                if self.program.node(target).is_join() {
                    self.arrive(scope, flow);
                    return Ok(());
                }
                (self.enter_node(scope, target, Vec::new()), Stage::Enter)
            }
            Todo::Begin { scope, node, payload } => {
                let activation = self.enter(scope, node, Role::Node(None), Vec::new());
                self.take_result(activation, payload)?;
                (activation, Stage::Complete)
            }
        };
        if self.activation(activation).is_some() {
            self.raise(activation, stage, reason.to_owned());
        }
        Ok(())
    }

    /// Makes an activation in a scope.
    pub fn enter(
        &mut self,
        scope: ActivationId,
        node: NodeIndex,
        role: Role,
        joined: Vec<ElementId>,
    ) -> ActivationId {
        let activation = ActivationId(self.number());
        let element = self.program.node(node).id().clone();
        self.emit(Fact::Entered { activation, element, parent: Some(scope), role, joined });
        activation
    }

    /// Makes an activation in the role that the node has as a whole.
    fn enter_node(&mut self, scope: ActivationId, node: NodeIndex, joined: Vec<ElementId>) -> ActivationId {
        let role = if self.program.node(node).repeat.is_some() { Role::Rounds } else { Role::Node(None) };
        self.enter(scope, node, role, joined)
    }

    /// A token comes to a node: it enters, or waits at a join.
    fn arrive(&mut self, scope: ActivationId, flow: FlowIndex) {
        let target = self.program.flow(flow).target;
        let node = self.program.node(target);
        if !node.is_join() {
            let activation = self.enter_node(scope, target, Vec::new());
            return self.go(activation, Stage::Enter);
        }
        let flow = self.program.flow(flow).element.id.clone();
        self.emit(Fact::Arrived { scope, element: node.id().clone(), flow });
        if matches!(node.behaviour, Behaviour::Parallel) && self.all_arrived(scope, node) {
            self.join(scope, target);
        }
        self.touch(scope);
    }

    fn all_arrived(&self, scope: ActivationId, node: &Node) -> bool {
        let arrived = self.activation(scope).map_or(&[][..], |scope| &scope.arrived);
        node.incoming.iter().all(|flow| {
            let flow = &self.program.flow(*flow).element.id;
            arrived.iter().any(|arrived| arrived.flow == *flow)
        })
    }

    /// One token goes on for one waiting token of each flow.
    pub fn join(&mut self, scope: ActivationId, at: NodeIndex) {
        let gateway = self.program.node(at).id();
        let joined = self.activation(scope).map_or(Vec::new(), |scope| {
            let here = scope.arrived.iter().filter(|arrived| arrived.gateway == *gateway);
            here.map(|arrived| arrived.flow.clone()).collect()
        });
        let activation = self.enter(scope, at, Role::Node(None), joined);
        self.go(activation, Stage::Enter);
    }

    /// Nothing moves: what of a scope can go on now is its inclusive joins, or the scope itself when nothing is left in it.
    fn settle(&mut self, id: ActivationId) -> Result<(), StepError> {
        let Some(scope) = self.activation(id) else { return Ok(()) };
        if self.scope_of(scope)?.is_none() {
            return Ok(());
        }
        if self.join_inclusive(id)? {
            return Ok(());
        }
        let Some(scope) = self.activation(id) else { return Ok(()) };
        if scope.children > 0 {
            return Ok(());
        }
        if scope.arrived.is_empty() {
            self.go(id, Stage::Complete);
        } else if !self.state.incidents.values().any(|incident| incident.activation == id) {
            let gateways: Vec<_> =
                scope.arrived.iter().map(|arrived| format!("`{}`", arrived.gateway)).collect();
            let reason = format!(
                "tokens wait at {} for others that can never come: does every way to the join come from one fork?",
                gateways.join(", ")
            );
            self.raise(id, Stage::Stuck, reason);
        }
        Ok(())
    }
}
