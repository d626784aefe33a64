//! The step: program, state and input give events, effects and the state after. Pure.

mod faults;
mod gateway;
mod machine;
pub(crate) mod moment;
mod rounds;
mod stages;
mod timers;
mod variables;
mod waits;

use jiff::Timestamp;
use machine::Machine;
use rules::Context;

use crate::model::{Behaviour, NodeIndex, Process, TimerRule, Trigger};
use crate::{
    ActivationId, CaseState, Effect, ElementId, Env, Fact, Input, Program, Role, Stage, Status, StepError,
    Transition,
};

/// Carries a case on with one input until every token waits.
///
/// # Errors
/// [`StepError`] when the input does not fit the case. What goes wrong inside the case is an incident, not an error.
pub fn step(
    program: &Program,
    state: &CaseState,
    input: Input,
    env: &Env<'_>,
) -> Result<Transition, StepError> {
    match (&state.status, &input) {
        (Status::New, Input::Start { .. }) | (Status::Running, _) => {}
        (Status::New, _) => return Err(StepError::NotStarted),
        (Status::Cancelled(_) | Status::Ended(_), _) => return Err(StepError::Ended),
    }
    let mut machine = Machine::new(program, state.clone(), env);
    match input {
        Input::Start { process, start_event, variables, message_id } => {
            machine.start(&process, start_event.as_ref(), variables, message_id)?;
        }
        Input::Completed { work, result } => machine.work_completed(work, None, result)?,
        Input::UserCompleted { work, by, result } => machine.work_completed(work, Some(by), result)?,
        Input::Failed { work, code, message, retry } => machine.work_failed(work, code, message, retry)?,
        Input::TimerFired { timer } => machine.timer_fired(timer)?,
        Input::MessageArrived { subscription, payload, message_id } => {
            machine.message_arrived(subscription, payload, message_id)?;
        }
        Input::Resolve { incident, by, resolution } => machine.resolve(incident, by, resolution)?,
        Input::Cancel { reason } => machine.cancel(reason),
        Input::CalendarChanged => machine.recount_terms(),
    }
    machine.run()?;
    Ok(machine.finish_step())
}

impl Machine<'_> {
    fn start(
        &mut self,
        process: &ElementId,
        start_event: Option<&ElementId>,
        variables: Context,
        message_id: Option<String>,
    ) -> Result<(), StepError> {
        if self.state.status != Status::New {
            return Err(StepError::AlreadyStarted);
        }
        let Some(process) = self.program.process(process) else {
            return Err(StepError::NoSuchStart(format!("the program has no executable process `{process}`")));
        };
        let at = self.start_event(process, start_event)?;
        let node = self.program.node(at);
        let (process, start_event) = (process.id().clone(), node.id().clone());
        self.emit(Fact::CaseStarted { process: process.clone(), start_event, message_id });
        let root = ActivationId(self.number());
        self.emit(Fact::Entered {
            activation: root,
            element: process,
            parent: None,
            role: Role::Case,
            joined: Vec::new(),
        });
        let plain = matches!(node.behaviour, Behaviour::Start(None));
        if plain {
            self.set(root, variables.clone());
        }
        let start = self.enter(root, at, Role::Node(None), Vec::new());
        if !plain {
            self.take_result(start, variables)?;
        }
        self.go(root, Stage::Enter);
        Ok(())
    }

    fn start_event(&self, process: &Process, wanted: Option<&ElementId>) -> Result<NodeIndex, StepError> {
        let starts = &self.program.scope(process.scope).starts;
        let found = starts.iter().copied().find(|at| match wanted {
            Some(wanted) => self.program.node(*at).id() == wanted,
            None => matches!(self.program.node(*at).behaviour, Behaviour::Start(None)),
        });
        found.ok_or_else(|| {
            let wanted =
                wanted.map_or("plain start event".to_owned(), |wanted| format!("start event `{wanted}`"));
            StepError::NoSuchStart(format!("the process `{}` has no {wanted}", process.id()))
        })
    }

    fn cancel(&mut self, reason: String) {
        let Some((root, variables)) = self.state.root().map(|(id, root)| (id, root.variables.clone())) else {
            return;
        };
        self.emit(Fact::CaseCancelled { reason: reason.clone() });
        self.withdraw(root);
        let outcome = self.state.outcome.clone();
        self.emit(Fact::CaseEnded { outcome: outcome.clone() });
        self.effects.push(Effect::Ended { outcome, variables, cancelled: Some(reason) });
    }
}

/// When a timer start event is due next after a moment; none when it never is again. Its expressions see only `parameters`. How often a
/// cycle has begun a case already is for the caller to count.
///
/// # Errors
/// In words, why the moment cannot be computed.
pub fn next_start(
    program: &Program,
    start_event: &str,
    after: Timestamp,
    env: &Env<'_>,
) -> Result<Option<Timestamp>, String> {
    let node = program.node_index(start_event).map(|at| program.node(at));
    let Some(Behaviour::Start(Some(Trigger::Timer(rule)))) = node.map(|node| &node.behaviour) else {
        return Err(format!("the program has no timer start event `{start_event}`"));
    };
    let env = Env { now: after, ..*env };
    let mut machine = Machine::new(program, CaseState::new(), &env);
    match machine.due(ActivationId(0), rule) {
        Ok(due) if due.due > after => Ok(Some(due.due)),
        // A fixed date that has passed.
        Ok(_) if matches!(rule, TimerRule::Date(_)) => Ok(None),
        Ok(due) => Ok(Some(due.due)),
        Err(machine::Stop::Trouble(reason)) => Err(reason),
        Err(machine::Stop::Refuse(error)) => Err(error.to_string()),
    }
}
