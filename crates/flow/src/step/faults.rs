//! What goes wrong: business errors look for an event that catches them, everything else becomes an incident.

use rules::{Context, Value};

use super::machine::{Done, Machine, trouble};
use crate::model::{Behaviour, NodeIndex, Trigger};
use crate::state::Activation;
use crate::{
    ActivationId, Effect, Fact, Incident, IncidentId, Resolution, Role, Stage, StepError, WorkId, WorkKind,
};

impl Machine<'_> {
    /// Makes an incident of a failure. An activation has one incident at a time.
    pub fn raise(&mut self, id: ActivationId, stage: Stage, reason: String) {
        let Some(activation) = self.activation(id) else { return };
        let element = activation.element.clone();
        if activation.waits > 0
            && self.state.incidents.values().any(|open| open.activation == id && open.stage == stage)
        {
            return;
        }
        let incident = IncidentId(self.number());
        let told = reason.clone();
        self.emit(Fact::IncidentRaised { incident, activation: id, element: element.clone(), stage, reason });
        self.effects.push(Effect::RaiseIncident { incident, element, reason: told });
    }

    /// A business error goes up from an activation to the nearest event that catches it.
    pub fn throw(&mut self, from: ActivationId, code: &str, message: &str) -> Done {
        let Some(thrower) = self.activation(from) else { return Ok(()) };
        let element = thrower.element.clone();
        let Some((host, event)) = self.catcher(from, code)? else {
            return trouble(format!("no event catches the error `{code}`: {message}"));
        };
        let node = self.program.node(event);
        let caught_by = node.id().clone();
        self.emit(Fact::ErrorCaught {
            element,
            code: code.to_owned(),
            message: message.to_owned(),
            caught_by,
        });
        // The error is offered to the output mappings of the event; nothing of it goes into the case by itself.
        let payload = if node.outputs.is_empty() {
            Context::new()
        } else {
            let error = Context::new().with("code", Value::text(code)).with("message", Value::text(message));
            Context::new().with("error", error)
        };
        self.catch(host, event, payload)?;
        Ok(())
    }

    /// The activation and the event that catch an error: at each level an event for this code before one for every code.
    fn catcher(&self, from: ActivationId, code: &str) -> Done<Option<(ActivationId, NodeIndex)>> {
        let mut at = from;
        let mut came_from: Option<ActivationId> = None;
        loop {
            let Some(activation) = self.activation(at) else { return Ok(None) };
            if let Some(child) = came_from
                && !self.is_event_sub_process(child)?
                && let Some(inside) = self.scope_of(activation)?
                && let Some(event) = self.catches(&self.event_starts(inside), code)
            {
                return Ok(Some((at, event)));
            }
            let is_host = matches!(activation.role, Role::Node(None) | Role::Rounds);
            if let Some(node) = self.node_of(activation)?.filter(|_| is_host)
                && let Some(event) = self.catches(&node.boundaries, code)
            {
                return Ok(Some((at, event)));
            }
            let Some(parent) = activation.parent else { return Ok(None) };
            came_from = Some(at);
            at = parent;
        }
    }

    /// Errors of an event sub-process are not caught by the event sub-processes beside it.
    fn is_event_sub_process(&self, id: ActivationId) -> Result<bool, StepError> {
        let Some(activation) = self.activation(id) else { return Ok(false) };
        let node = self.node_of(activation)?;
        Ok(node.is_some_and(|node| matches!(node.behaviour, Behaviour::EventSubProcess { .. })))
    }

    fn catches(&self, events: &[NodeIndex], code: &str) -> Option<NodeIndex> {
        let catching = |wanted: Option<&str>| {
            events.iter().copied().find(|at| match self.program.node(*at).behaviour.trigger() {
                Some(Trigger::Error(caught)) => caught.as_deref() == wanted,
                _ => false,
            })
        };
        catching(Some(code)).or_else(|| catching(None))
    }

    /// A call was answered, or a user task completed.
    pub fn work_completed(
        &mut self,
        work: WorkId,
        by: Option<String>,
        result: Context,
    ) -> Result<(), StepError> {
        let what = if by.is_some() { "user task" } else { "call" };
        let (id, activation) = self.open_work(work, what, by.is_some())?;
        self.emit(Fact::WorkCompleted { work, element: activation.element, by });
        self.finish(id, result)
    }

    /// A call failed: for this attempt, or for good.
    pub fn work_failed(
        &mut self,
        work: WorkId,
        code: Option<String>,
        message: String,
        retry: bool,
    ) -> Result<(), StepError> {
        let (id, activation) = self.open_work(work, "call", false)?;
        let element = activation.element;
        if retry {
            self.emit(Fact::AttemptFailed { work, element, code, message });
            return Ok(());
        }
        self.emit(Fact::WorkFailed { work, element, code: code.clone(), message: message.clone() });
        let outcome = match &code {
            Some(code) => self.throw(id, code, &message),
            None => trouble(message),
        };
        match outcome {
            Ok(()) => Ok(()),
            Err(super::machine::Stop::Trouble(reason)) => {
                self.raise(id, Stage::Perform, reason);
                Ok(())
            }
            Err(super::machine::Stop::Refuse(error)) => Err(error),
        }
    }

    fn open_work(
        &self,
        work: WorkId,
        what: &'static str,
        user: bool,
    ) -> Result<(ActivationId, Activation), StepError> {
        let open = self.state.works.get(&work).filter(|open| (open.kind == WorkKind::User) == user);
        let found = open.and_then(|open| Some((open.activation, self.activation(open.activation)?.clone())));
        found.ok_or(StepError::NotOpen { what, number: work.0 })
    }

    /// A person has decided what to do about an incident.
    pub fn resolve(
        &mut self,
        incident: IncidentId,
        by: String,
        resolution: Resolution,
    ) -> Result<(), StepError> {
        let Some(open) = self.state.incidents.get(&incident).cloned() else {
            return Err(StepError::NotOpen { what: "incident", number: incident.0 });
        };
        if let Resolution::Complete { .. } = &resolution
            && let Some(reason) = self.cannot_be_completed(&open)?
        {
            return Err(StepError::Resolution { incident, reason });
        }
        let Incident { activation, element, stage, .. } = open;
        self.emit(Fact::IncidentResolved { incident, element, by, resolution: resolution.clone() });
        self.effects.push(Effect::ClearIncident { incident });
        match resolution {
            Resolution::Retry { variables } => {
                self.merge(activation, variables);
                match stage {
                    Stage::Waiting => self.recount_terms(),
                    stage => self.go(activation, stage),
                }
                Ok(())
            }
            Resolution::Complete { result } => self.finish(activation, result),
        }
    }

    /// Why a result cannot be given by hand here.
    fn cannot_be_completed(&self, incident: &Incident) -> Result<Option<&'static str>, StepError> {
        let Some(activation) = self.activation(incident.activation) else {
            return Ok(Some("its element is gone"));
        };
        let node = self.node_of(activation)?.filter(|_| matches!(activation.role, Role::Node(_)));
        let gives_result = node.is_some_and(|node| {
            matches!(
                node.behaviour,
                Behaviour::Call(_)
                    | Behaviour::User(_)
                    | Behaviour::Receive(_)
                    | Behaviour::Catch(_)
                    | Behaviour::Decide(_)
                    | Behaviour::Script(_)
                    | Behaviour::CallProcess(_)
            )
        });
        Ok(match (gives_result, incident.stage) {
            (false, _) => Some("the element gives no result; mend the variables and retry"),
            (true, Stage::Enter | Stage::Perform) => None,
            (true, _) => Some("the element has its result already; mend the variables and retry"),
        })
    }
}
