//! The life of an activation: it is entered, it does what it is there for, it is completed and tokens leave it.

use jiff::Timestamp;
use rules::{Context, Value};

use super::machine::{Done, Machine, Todo, trouble};
use crate::model::{
    Behaviour, CallRequest, DecisionCall, FlowIndex, Node, NodeIndex, ProcessCall, ScopeIndex, Text, Trigger,
    UserTask,
};
use crate::state::Activation;
use crate::{ActivationId, Effect, ElementKind, Fact, Role, Stage, StepError, WorkId, WorkKind};

/// Called processes and sub-processes inside one another.
const MOST_NESTED: usize = 64;

impl Machine<'_> {
    /// Input mappings, and what is waited for as long as the activation lives.
    pub fn at_entry(&mut self, id: ActivationId) -> Done {
        let Some(activation) = self.activation(id).cloned() else { return Ok(()) };
        let node = self.node_of(&activation)?;
        if activation.role == Role::Rounds {
            return self.enter_rounds(id);
        }
        if let Some(node) = node {
            let inputs = self.map(id, &node.inputs, id)?;
            self.set(id, inputs);
        }
        let mut waits = Vec::new();
        if let (Some(node), Role::Node(None)) = (node, activation.role) {
            waits.extend(&node.boundaries);
        }
        if let Some(inside) = self.scope_of(&activation)? {
            waits.extend(self.event_starts(inside));
        }
        self.wait_for(id, &waits)?;
        self.go(id, Stage::Perform);
        Ok(())
    }

    /// The start events of the event sub-processes of a scope.
    pub fn event_starts(&self, inside: ScopeIndex) -> Vec<NodeIndex> {
        let program = self.program;
        let inner = program.scope(inside).event_sub_processes.iter().filter_map(|at| {
            match &program.node(*at).behaviour {
                Behaviour::EventSubProcess { inside, .. } => program.scope(*inside).starts.first().copied(),
                _ => None,
            }
        });
        inner.collect()
    }

    /// What the element is there for.
    pub fn perform(&mut self, id: ActivationId) -> Done {
        let Some(activation) = self.activation(id).cloned() else { return Ok(()) };
        let node = match activation.role {
            Role::Case => return self.begin_entered_start(id),
            Role::Called => {
                let inside = self.scope_of(&activation)?;
                return self.begin_plain_start(id, inside);
            }
            Role::Rounds => return self.begin_rounds(id),
            Role::Node(_) => match self.node_of(&activation)? {
                Some(node) => node,
                None => return Ok(()),
            },
        };
        match &node.behaviour {
            Behaviour::Start(_) | Behaviour::Boundary { .. } | Behaviour::Pass => {
                self.go(id, Stage::Complete)
            }
            Behaviour::Catch(trigger) => return self.wait_here(id, node, trigger),
            Behaviour::Receive(wait) => return self.wait_for_message(id, node, wait),
            Behaviour::Terminate => self.terminate(id, &activation, node),
            Behaviour::ThrowError { code } => {
                self.reach_outcome(node);
                return self.throw(id, code, node.element.title());
            }
            Behaviour::Call(call) => self.call(id, &activation, node, call),
            Behaviour::User(task) => return self.open_user_task(id, &activation, node, task),
            Behaviour::Decide(call) => return self.decide(id, node, call),
            Behaviour::Script(script) => {
                let value = self.evaluate(id, &script.expression)?;
                self.finish(id, Context::new().with(script.result.as_str(), value))?;
            }
            Behaviour::CallProcess(call) => return self.call_process(id, call),
            Behaviour::SubProcess(inside) => return self.begin_plain_start(id, Some(*inside)),
            Behaviour::EventSubProcess { .. } => return self.begin_entered_start(id),
            Behaviour::Exclusive => {
                let ways = self.exclusive(id, node)?;
                self.leave(id, &activation, node, &ways);
            }
            Behaviour::Inclusive => {
                let ways = self.inclusive(id, node)?;
                self.leave(id, &activation, node, &ways);
            }
            Behaviour::Parallel => self.leave(id, &activation, node, &node.outgoing),
            Behaviour::EventBased => return self.wait_for_first(id, node),
        }
        Ok(())
    }

    /// Output mappings; then tokens leave, a round ends, or the case does.
    pub fn complete(&mut self, id: ActivationId) -> Done {
        let Some(activation) = self.activation(id).cloned() else { return Ok(()) };
        match activation.role {
            Role::Case => self.end_case(id, &activation),
            Role::Called => self.return_to_caller(id, &activation)?,
            Role::Rounds => self.complete_rounds(id, &activation)?,
            Role::Node(round) => {
                let Some(node) = self.node_of(&activation)? else { return Ok(()) };
                // A round keeps what it maps to its own output to itself.
                let target = if round.is_some() { Some(id) } else { activation.parent };
                if let Some(target) = target {
                    let outputs = self.map(id, &node.outputs, target)?;
                    self.merge(target, outputs);
                }
                match round {
                    Some(index) => self.complete_round(id, &activation, node, index)?,
                    None => {
                        self.reach_outcome(node);
                        self.leave(id, &activation, node, &node.outgoing);
                    }
                }
            }
        }
        Ok(())
    }

    /// The activation is done; tokens take these ways.
    pub fn leave(&mut self, id: ActivationId, activation: &Activation, node: &Node, ways: &[FlowIndex]) {
        self.close_waits(&[id].into());
        self.emit(Fact::Completed { activation: id, element: node.id().clone() });
        let Some(scope) = activation.parent else { return };
        self.touch(scope);
        for flow in ways {
            self.emit(Fact::FlowTaken { flow: self.program.flow(*flow).element.id.clone() });
            self.later(Todo::Arrive { scope, flow: *flow });
        }
    }

    /// Takes what an element was waiting for: offered to its output mappings, or else merged into the case.
    pub fn take_result(&mut self, id: ActivationId, result: Context) -> Result<(), StepError> {
        let Some(activation) = self.activation(id) else { return Ok(()) };
        let maps = self.node_of(activation)?.is_some_and(|node| !node.outputs.is_empty());
        if maps {
            self.set(id, result)
        } else {
            self.merge(id, result)
        }
        Ok(())
    }

    /// Takes the result and completes the activation.
    pub fn finish(&mut self, id: ActivationId, result: Context) -> Result<(), StepError> {
        self.take_result(id, result)?;
        self.go(id, Stage::Complete);
        Ok(())
    }

    fn reach_outcome(&mut self, node: &Node) {
        if let Some(code) = &node.element.outcome {
            self.emit(Fact::OutcomeReached { element: node.id().clone(), code: code.clone() });
        }
    }

    /// The start event was entered together with its scope, with what set it off; now that the scope stands it goes on.
    fn begin_entered_start(&mut self, id: ActivationId) -> Done {
        let mut begun = Vec::new();
        for (child, activation) in self.state.children(id) {
            if let Some(node) = self.node_of(activation)?
                && node.element.kind == ElementKind::StartEvent
            {
                begun.push(child);
            }
        }
        for child in begun {
            self.go(child, Stage::Complete);
        }
        Ok(())
    }

    fn begin_plain_start(&mut self, id: ActivationId, inside: Option<ScopeIndex>) -> Done {
        let program = self.program;
        let starts = inside.map_or(&[][..], |inside| &program.scope(inside).starts);
        let plain = starts.iter().find(|at| matches!(program.node(**at).behaviour, Behaviour::Start(None)));
        let Some(plain) = plain else { return trouble("it has no plain start event to begin at") };
        let start = self.enter(id, *plain, Role::Node(None), Vec::new());
        self.go(start, Stage::Enter);
        Ok(())
    }

    fn terminate(&mut self, id: ActivationId, activation: &Activation, node: &Node) {
        self.reach_outcome(node);
        if let Some(scope) = activation.parent {
            let others: Vec<_> =
                self.state.children(scope).map(|(child, _)| child).filter(|child| *child != id).collect();
            for other in others {
                self.withdraw(other);
            }
            self.drop_tokens(scope);
        }
        self.leave(id, activation, node, &[]);
    }

    fn call(&mut self, id: ActivationId, activation: &Activation, node: &Node, call: &CallRequest) {
        let work = WorkId(self.number());
        let element = node.id().clone();
        let kind = WorkKind::Call(call.task_type.clone());
        self.emit(Fact::WorkOpened { work, activation: id, element: element.clone(), kind });
        self.effects.push(Effect::Call {
            work,
            element,
            task_type: call.task_type.clone(),
            headers: call.headers.clone(),
            input: activation.variables.clone(),
            index: round_of(activation),
            retries: call.retries,
        });
    }

    fn open_user_task(
        &mut self,
        id: ActivationId,
        activation: &Activation,
        node: &Node,
        task: &UserTask,
    ) -> Done {
        let candidate_groups = match &task.candidate_groups {
            Some(groups) => self.names(id, groups, "candidateGroups")?,
            None => Vec::new(),
        };
        let assignee = match &task.assignee {
            Some(assignee) => self.names(id, assignee, "assignee")?.into_iter().next(),
            None => None,
        };
        if candidate_groups.is_empty() && assignee.is_none() {
            return trouble("candidateGroups and assignee are empty: nobody would see the task");
        }
        let due = match &task.due {
            Some(due) => Some(self.due_date(id, due)?),
            None => self.earliest_timer(id, activation),
        };
        let work = WorkId(self.number());
        let element = node.id().clone();
        self.emit(Fact::WorkOpened { work, activation: id, element: element.clone(), kind: WorkKind::User });
        self.effects.push(Effect::OpenUserTask {
            work,
            element,
            name: node.element.title().to_owned(),
            candidate_groups,
            assignee,
            form: task.form.clone(),
            due,
            input: activation.variables.clone(),
            index: round_of(activation),
        });
        Ok(())
    }

    /// A list of names: a FEEL list of texts, or a text with commas.
    fn names(&mut self, id: ActivationId, text: &Text, what: &str) -> Done<Vec<String>> {
        let split = |text: &str| -> Vec<String> {
            text.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect()
        };
        let value = match text {
            Text::Fixed(text) => return Ok(split(text)),
            Text::Computed(feel) => self.evaluate(id, feel)?,
        };
        match &value {
            Value::String(text) => Ok(split(text)),
            Value::Null => Ok(Vec::new()),
            Value::List(items) if items.iter().all(|item| item.as_str().is_some()) => {
                Ok(items.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect())
            }
            other => trouble(format!("{what} gave a {}, not a text or a list of texts", other.type_name())),
        }
    }

    /// The earliest timer on the boundary of a task, or of the repetition it is a round of.
    fn earliest_timer(&self, id: ActivationId, activation: &Activation) -> Option<Timestamp> {
        let host = if round_of(activation).is_some() { activation.parent.unwrap_or(id) } else { id };
        self.state.timers.values().filter(|timer| timer.activation == host).map(|timer| timer.due).min()
    }

    fn decide(&mut self, id: ActivationId, node: &Node, call: &DecisionCall) -> Done {
        let mut input = self.visible(id);
        input.insert("parameters", self.env.parameters.clone());
        let decision = match self.env.decisions.decide(&call.decision, &input, self.env) {
            Ok(decision) => decision,
            Err(reason) => return trouble(format!("the decision `{}`: {reason}", call.decision)),
        };
        self.storable(&decision.value)?;
        self.emit(Fact::Decided {
            element: node.id().clone(),
            decision: call.decision.clone(),
            value: decision.value.clone(),
            trace: decision.trace,
        });
        self.finish(id, Context::new().with(call.result.as_str(), decision.value))?;
        Ok(())
    }

    fn call_process(&mut self, id: ActivationId, call: &ProcessCall) -> Done {
        if self.nesting(id) >= MOST_NESTED {
            return trouble(format!(
                "more than {MOST_NESTED} processes inside one another: does one call itself?"
            ));
        }
        let variables = if call.hands_down_all {
            self.visible(id)
        } else {
            self.activation(id).map(|activation| activation.variables.clone()).unwrap_or_default()
        };
        let called = ActivationId(self.number());
        let element = call.process.clone();
        self.emit(Fact::Entered {
            activation: called,
            element,
            parent: Some(id),
            role: Role::Called,
            joined: Vec::new(),
        });
        self.set(called, variables);
        self.go(called, Stage::Enter);
        Ok(())
    }

    fn nesting(&self, id: ActivationId) -> usize {
        let mut depth = 0;
        let mut at = self.activation(id);
        while let Some(activation) = at {
            depth += 1;
            at = activation.parent.and_then(|parent| self.activation(parent));
        }
        // Each call is two activations: the call activity and the process.
        depth / 2
    }

    fn return_to_caller(&mut self, id: ActivationId, called: &Activation) -> Result<(), StepError> {
        self.close_waits(&[id].into());
        self.emit(Fact::Completed { activation: id, element: called.element.clone() });
        let Some((caller, activation)) =
            called.parent.and_then(|caller| Some((caller, self.activation(caller)?)))
        else {
            return Ok(());
        };
        let hands_back = self.node_of(activation)?.is_some_and(|node| match &node.behaviour {
            Behaviour::CallProcess(call) => call.hands_back_all || !node.outputs.is_empty(),
            _ => false,
        });
        let result = if hands_back { called.variables.clone() } else { Context::new() };
        self.finish(caller, result)
    }

    fn end_case(&mut self, id: ActivationId, root: &Activation) {
        self.close_waits(&[id].into());
        self.emit(Fact::Completed { activation: id, element: root.element.clone() });
        let outcome = self.state.outcome.clone();
        self.emit(Fact::CaseEnded { outcome: outcome.clone() });
        self.effects.push(Effect::Ended { outcome, variables: root.variables.clone(), cancelled: None });
    }

    /// A catching event waits for its own trigger.
    fn wait_here(&mut self, id: ActivationId, node: &Node, trigger: &Trigger) -> Done {
        match trigger {
            Trigger::Message(wait) => self.wait_for_message(id, node, wait),
            Trigger::Timer(rule) => self.wait_for_moment(id, node, rule),
            Trigger::Error(_) => trouble("nothing waits for an error here"),
        }
    }
}

fn round_of(activation: &Activation) -> Option<u32> {
    match activation.role {
        Role::Node(round) => round,
        _ => None,
    }
}
