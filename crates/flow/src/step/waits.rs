//! What a case waits for: messages and moments are asked for, come, and are given up.

use std::collections::BTreeSet;

use jiff::Timestamp;
use rules::{Context, Value};

use super::machine::{Done, Machine, Todo, trouble};
use super::moment;
use super::timers::Due;
use crate::model::{Behaviour, MessageWait, Node, NodeIndex, Text, TimerRule, Trigger};
use crate::{
    ActivationId, Effect, ElementId, Fact, Incident, Role, Stage, StepError, SubscriptionId, TimerId,
    WorkKind,
};

/// Something to wait for, computed and not yet asked for.
enum Wait {
    Message { name: String, key: String },
    Moment(Due),
}

impl Machine<'_> {
    /// Asks for everything that sets off these events. All is computed before anything is asked for, so that a failure leaves
    /// nothing half done.
    pub fn wait_for(&mut self, id: ActivationId, events: &[NodeIndex]) -> Done {
        let mut waits = Vec::new();
        for at in events {
            let node = self.program.node(*at);
            let wait = match node.behaviour.trigger() {
                Some(Trigger::Message(wait)) => self.message(id, wait)?,
                Some(Trigger::Timer(rule)) => Wait::Moment(self.due(id, rule)?),
                Some(Trigger::Error(_)) | None => match &node.behaviour {
                    Behaviour::Receive(wait) => self.message(id, wait)?,
                    _ => continue,
                },
            };
            waits.push((node.id().clone(), wait));
        }
        for (element, wait) in waits {
            self.ask(id, element, wait);
        }
        Ok(())
    }

    pub fn wait_for_message(&mut self, id: ActivationId, node: &Node, wait: &MessageWait) -> Done {
        let wait = self.message(id, wait)?;
        self.ask(id, node.id().clone(), wait);
        Ok(())
    }

    pub fn wait_for_moment(&mut self, id: ActivationId, node: &Node, rule: &TimerRule) -> Done {
        let due = self.due(id, rule)?;
        self.set_timer(id, node.id().clone(), due);
        Ok(())
    }

    /// An event-based gateway waits for what sets off any of the events behind it.
    pub fn wait_for_first(&mut self, id: ActivationId, node: &Node) -> Done {
        let events: Vec<NodeIndex> =
            node.outgoing.iter().map(|flow| self.program.flow(*flow).target).collect();
        self.wait_for(id, &events)
    }

    fn message(&mut self, id: ActivationId, wait: &MessageWait) -> Done<Wait> {
        let name = match &wait.name {
            Text::Fixed(name) => name.clone(),
            Text::Computed(feel) => match self.evaluate(id, feel)? {
                Value::String(name) if !name.is_empty() => name.to_string(),
                other => {
                    return trouble(format!(
                        "the name of its message is a {}, not a text",
                        other.type_name()
                    ));
                }
            },
        };
        let Some(key) = &wait.key else {
            return trouble(format!("the message `{name}` has no correlation key"));
        };
        let key = match self.evaluate(id, key)? {
            Value::String(key) if !key.is_empty() => key.to_string(),
            Value::Number(key) => key.to_string(),
            other => {
                let type_name = other.type_name();
                return trouble(format!(
                    "the correlation key of `{name}` is a {type_name}, not a text or number"
                ));
            }
        };
        Ok(Wait::Message { name, key })
    }

    fn ask(&mut self, id: ActivationId, element: ElementId, wait: Wait) {
        match wait {
            Wait::Moment(due) => self.set_timer(id, element, due),
            Wait::Message { name: message, key } => {
                let subscription = SubscriptionId(self.number());
                let effect = Effect::Subscribe { subscription, message: message.clone(), key: key.clone() };
                self.emit(Fact::Subscribed { subscription, activation: id, element, message, key });
                self.effects.push(effect);
            }
        }
    }

    fn set_timer(&mut self, id: ActivationId, element: ElementId, wait: Due) {
        let timer = TimerId(self.number());
        let Due { due, cause, repeats } = wait;
        self.emit(Fact::TimerSet { timer, activation: id, element, due, cause: cause.clone(), repeats });
        self.effects.push(Effect::Schedule { timer, due, cause });
    }

    /// The moment of a timer has come.
    pub fn timer_fired(&mut self, timer: TimerId) -> Result<(), StepError> {
        let Some(fired) = self.state.timers.get(&timer).cloned() else {
            return Err(StepError::NotOpen { what: "timer", number: timer.0 });
        };
        self.emit(Fact::TimerFired { timer, element: fired.element.clone() });
        self.effects.push(Effect::CancelTimer { timer });
        if fired.repeats != Some(0)
            && let Some(next) = self.next_round(&fired)
        {
            self.set_timer(fired.activation, fired.element.clone(), next);
        }
        let (at, node) = self.node_by_id(&fired.element)?;
        self.set_off(fired.activation, at, node, Context::new())
    }

    /// An awaited message has come.
    pub fn message_arrived(
        &mut self,
        subscription: SubscriptionId,
        payload: Context,
        message_id: Option<String>,
    ) -> Result<(), StepError> {
        let Some(awaited) = self.state.subscriptions.get(&subscription).cloned() else {
            return Err(StepError::NotOpen { what: "subscription", number: subscription.0 });
        };
        let (at, node) = self.node_by_id(&awaited.element)?;
        let stays = !self.interrupts(node);
        self.emit(Fact::MessageArrived { subscription, element: awaited.element, message_id, stays });
        if !stays {
            self.effects.push(Effect::Unsubscribe { subscription });
        }
        self.set_off(awaited.activation, at, node, payload)
    }

    /// Whether an event can be set off only once.
    fn interrupts(&self, node: &Node) -> bool {
        match &node.behaviour {
            Behaviour::Boundary { interrupting, .. } => *interrupting,
            Behaviour::Start(_) => self.around(node).is_none_or(|(_, interrupting)| interrupting),
            _ => true,
        }
    }

    /// The event sub-process that a start event begins, and whether it interrupts.
    fn around(&self, start: &Node) -> Option<(NodeIndex, bool)> {
        let owner = self.program.scope(start.scope).owner?;
        match self.program.node(owner).behaviour {
            Behaviour::EventSubProcess { interrupting, .. } => Some((owner, interrupting)),
            _ => None,
        }
    }

    /// What an activation waited for has come.
    fn set_off(
        &mut self,
        waiting: ActivationId,
        at: NodeIndex,
        node: &Node,
        payload: Context,
    ) -> Result<(), StepError> {
        match node.behaviour {
            Behaviour::Boundary { .. } | Behaviour::Start(_) => self.catch(waiting, at, payload),
            _ => {
                let Some(activation) = self.activation(waiting).cloned() else { return Ok(()) };
                if activation.element == *node.id() {
                    return self.finish(waiting, payload);
                }
                self.first_came(waiting, at, payload)
            }
        }
    }

    /// The first of the events behind an event-based gateway has come; the others are given up.
    fn first_came(
        &mut self,
        gateway: ActivationId,
        at: NodeIndex,
        payload: Context,
    ) -> Result<(), StepError> {
        let Some(activation) = self.activation(gateway).cloned() else { return Ok(()) };
        let (_, node) = self.node_by_id(&activation.element)?;
        let way = node.outgoing.iter().find(|flow| self.program.flow(**flow).target == at);
        self.close_waits(&[gateway].into());
        self.emit(Fact::Completed { activation: gateway, element: activation.element.clone() });
        if let Some(flow) = way {
            self.emit(Fact::FlowTaken { flow: self.program.flow(*flow).element.id.clone() });
        }
        if let Some(scope) = activation.parent {
            self.touch(scope);
            self.later(Todo::Begin { scope, node: at, payload });
        }
        Ok(())
    }

    /// A boundary event of `host`, or a start event of an event sub-process in the scope `host`, is set off.
    pub fn catch(&mut self, host: ActivationId, at: NodeIndex, payload: Context) -> Result<(), StepError> {
        let node = self.program.node(at);
        if let Behaviour::Boundary { interrupting, .. } = node.behaviour {
            let Some(scope) = self.activation(host).and_then(|activation| activation.parent) else {
                return Ok(());
            };
            if interrupting {
                self.withdraw(host);
            }
            self.later(Todo::Begin { scope, node: at, payload });
            return Ok(());
        }
        let Some((sub_process, interrupting)) = self.around(node) else { return Ok(()) };
        if interrupting {
            self.interrupt_scope(host)?;
        }
        let entered = self.enter(host, sub_process, Role::Node(None), Vec::new());
        let start = self.enter(entered, at, Role::Node(None), Vec::new());
        self.take_result(start, payload)?;
        self.go(entered, Stage::Enter);
        Ok(())
    }

    /// Everything in a scope is given up, with what its event sub-processes wait for; the scope itself lives on.
    fn interrupt_scope(&mut self, scope: ActivationId) -> Result<(), StepError> {
        let children: Vec<_> = self.state.children(scope).map(|(child, _)| child).collect();
        for child in children {
            self.withdraw(child);
        }
        self.drop_tokens(scope);
        let starts: BTreeSet<ElementId> = match self.activation(scope) {
            Some(activation) => match self.scope_of(activation)? {
                Some(inside) => self
                    .event_starts(inside)
                    .into_iter()
                    .map(|at| self.program.node(at).id().clone())
                    .collect(),
                None => BTreeSet::new(),
            },
            None => BTreeSet::new(),
        };
        self.close_where(|activation, element| activation == scope && starts.contains(element));
        Ok(())
    }

    /// Tokens of a scope that are on their way or wait at joins are dropped.
    pub fn drop_tokens(&mut self, scope: ActivationId) {
        self.drop_moving(scope);
        if self.activation(scope).is_some_and(|scope| !scope.arrived.is_empty()) {
            self.emit(Fact::ArrivalsDropped { scope });
        }
        self.clear_incidents(|incident| incident.activation == scope && incident.stage == Stage::Stuck);
    }

    /// An activation is given up, with everything in it and everything it waits for.
    pub fn withdraw(&mut self, top: ActivationId) {
        let Some(parent) = self.activation(top).map(|activation| activation.parent) else { return };
        let mut gone: BTreeSet<ActivationId> = [top].into();
        // A child always has a greater number than its parent, so one pass in order finds the whole tree.
        for (id, activation) in self.state.activations.range(top..) {
            if activation.parent.is_some_and(|parent| gone.contains(&parent)) {
                gone.insert(*id);
            }
        }
        self.close_waits(&gone);
        for id in gone.iter().rev() {
            if let Some(element) = self.activation(*id).map(|activation| activation.element.clone()) {
                self.emit(Fact::Withdrawn { activation: *id, element });
            }
        }
        if let Some(parent) = parent {
            self.touch(parent);
        }
    }

    /// Nothing is waited for any more by these activations.
    pub fn close_waits(&mut self, gone: &BTreeSet<ActivationId>) {
        let waits = |id: &ActivationId| self.activation(*id).is_some_and(|activation| activation.waits > 0);
        if !gone.iter().any(waits) {
            return;
        }
        let works = self.state.works.iter().filter(|(_, work)| gone.contains(&work.activation));
        let works: Vec<_> = works.map(|(id, work)| (*id, work.clone())).collect();
        for (work, open) in works {
            let element = self.activation(open.activation).map(|activation| activation.element.clone());
            let Some(element) = element else { continue };
            self.emit(Fact::WorkWithdrawn { work, element });
            self.effects.push(match open.kind {
                WorkKind::Call(_) => Effect::CancelCall { work },
                WorkKind::User => Effect::CloseUserTask { work },
            });
        }
        self.close_where(|activation, _| gone.contains(&activation));
        self.clear_incidents(|incident| gone.contains(&incident.activation));
    }

    /// Incidents that no longer say anything.
    fn clear_incidents(&mut self, cleared: impl Fn(&Incident) -> bool) {
        let incidents = self.state.incidents.iter().filter(|(_, incident)| cleared(incident));
        let incidents: Vec<_> = incidents.map(|(id, incident)| (*id, incident.element.clone())).collect();
        for (incident, element) in incidents {
            self.emit(Fact::IncidentCleared { incident, element });
            self.effects.push(Effect::ClearIncident { incident });
        }
    }

    /// Timers and subscriptions of these activations and events are given up.
    fn close_where(&mut self, given_up: impl Fn(ActivationId, &ElementId) -> bool) {
        let timers = self.state.timers.iter().filter(|(_, timer)| given_up(timer.activation, &timer.element));
        let timers: Vec<_> = timers.map(|(id, timer)| (*id, timer.element.clone())).collect();
        for (timer, element) in timers {
            self.emit(Fact::TimerWithdrawn { timer, element });
            self.effects.push(Effect::CancelTimer { timer });
        }
        let open = self.state.subscriptions.iter();
        let open = open.filter(|(_, subscription)| given_up(subscription.activation, &subscription.element));
        let open: Vec<_> = open.map(|(id, subscription)| (*id, subscription.element.clone())).collect();
        for (subscription, element) in open {
            self.emit(Fact::Unsubscribed { subscription, element });
            self.effects.push(Effect::Unsubscribe { subscription });
        }
    }

    /// The due date of a user task.
    pub fn due_date(&mut self, id: ActivationId, due: &Text) -> Done<Timestamp> {
        let found = match due {
            Text::Fixed(text) => moment::date(text).and_then(|moment| moment.at(self.env.zone)),
            Text::Computed(feel) => {
                let value = self.evaluate(id, feel)?;
                moment::of_value(&value, self.env.zone)
            }
        };
        found.map_or_else(|| trouble(format!("its due date `{}` is no date and time", due.written())), Ok)
    }
}
