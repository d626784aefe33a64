//! Multi-instance: an activity carried out once for each item of a list, all at once or one after another.

use rules::{Context, Value};

use super::machine::{Done, Machine, trouble};
use super::timers::brief;
use crate::model::{Node, Repeat};
use crate::state::Activation;
use crate::{ActivationId, Fact, Role, Stage, StepError};

/// Rounds of one multi-instance activity.
const MOST_ROUNDS: usize = 10_000;

impl<'a> Machine<'a> {
    /// The list is computed, and boundary events begin to wait.
    pub fn enter_rounds(&mut self, id: ActivationId) -> Done {
        let (node, repeat) = self.repeat(id)?;
        let items: Vec<Value> = match self.evaluate(id, &repeat.collection)? {
            Value::List(items) => items.iter().cloned().collect(),
            other => {
                let source = &repeat.collection.source;
                return trouble(format!(
                    "its inputCollection, `{source}`, gave {}, not a list",
                    brief(&other)
                ));
            }
        };
        if items.len() > MOST_ROUNDS {
            return trouble(format!(
                "its inputCollection has {} items, at most {MOST_ROUNDS} are carried out",
                items.len()
            ));
        }
        items.iter().try_for_each(|item| self.storable(item))?;
        self.wait_for(id, &node.boundaries)?;
        let total = u32::try_from(items.len()).unwrap_or(u32::MAX);
        let (element, collects) = (node.id().clone(), repeat.output.is_some());
        self.emit(Fact::RoundsBegan { activation: id, element, total, items, collects });
        self.go(id, Stage::Perform);
        Ok(())
    }

    /// The first round begins, or all of them.
    pub fn begin_rounds(&mut self, id: ActivationId) -> Done {
        let (_, repeat) = self.repeat(id)?;
        let to_come = self.rounds(id, |rounds| rounds.items.len());
        if to_come == 0 && self.rounds(id, |rounds| rounds.total) == 0 {
            self.go(id, Stage::Complete);
            return Ok(());
        }
        let begin = if repeat.sequential { to_come.min(1) } else { to_come };
        let begun: Vec<_> = (0..begin).map(|_| self.begin_round(id)).collect::<Result<_, _>>()?;
        // `go` has each stand before what moves already, so the last is told to go first.
        for round in begun.into_iter().rev() {
            self.go(round, Stage::Enter);
        }
        Ok(())
    }

    fn begin_round(&mut self, id: ActivationId) -> Done<ActivationId> {
        let (_, repeat) = self.repeat(id)?;
        let element = self.activation(id).map(|activation| activation.element.clone());
        let Some(element) = element else { return trouble("the repetition is gone") };
        let (at, _) = self.node_by_id(&element)?;
        let index = self.rounds(id, |rounds| rounds.begun).saturating_add(1);
        let item = self.rounds(id, |rounds| rounds.items.front().cloned()).unwrap_or_default();
        let round = self.enter(id, at, Role::Node(Some(index)), Vec::new());
        let mut variables = Context::new().with("loopCounter", index);
        if let Some(name) = &repeat.item {
            variables.insert(name.as_str(), item);
        }
        if let Some(name) = repeat.output.as_ref().and_then(|output| output.variable.as_deref()) {
            variables.insert(name, Value::Null);
        }
        self.set(round, variables);
        Ok(round)
    }

    /// A round is done; the next begins, or the repetition ends.
    pub fn complete_round(&mut self, id: ActivationId, round: &Activation, node: &Node, index: u32) -> Done {
        let Some(whole) = round.parent else { return Ok(()) };
        let Some(repeat) = &node.repeat else {
            return trouble("the program no longer repeats this activity");
        };
        let output = match &repeat.output {
            Some(output) => {
                let value = self.evaluate(id, &output.element)?;
                self.storable(&value)?;
                value
            }
            None => Value::Null,
        };
        let ends = self.ends_early(id, whole, repeat)?;
        let element = node.id().clone();
        self.emit(Fact::RoundCompleted { activation: whole, element: element.clone(), index, output });
        self.close_waits(&[id].into());
        self.emit(Fact::Completed { activation: id, element });
        let (total, completed) = self.rounds(whole, |rounds| (rounds.total, rounds.completed));
        if ends || completed >= total {
            let others: Vec<_> = self.state.children(whole).map(|(child, _)| child).collect();
            for other in others {
                self.withdraw(other);
            }
            self.go(whole, Stage::Complete);
        } else if repeat.sequential {
            let next = self.begin_round(whole)?;
            self.go(next, Stage::Enter);
        }
        Ok(())
    }

    /// Whether the completion condition holds, counting the round that is being completed.
    fn ends_early(&mut self, id: ActivationId, whole: ActivationId, repeat: &Repeat) -> Done<bool> {
        let Some(condition) = &repeat.completion else { return Ok(false) };
        let (total, completed) =
            self.rounds(whole, |rounds| (rounds.total, rounds.completed.saturating_add(1)));
        let active = self.activation(whole).map_or(0, |whole| whole.children.saturating_sub(1));
        let counts = Context::new()
            .with("numberOfInstances", total)
            .with("numberOfActiveInstances", active)
            .with("numberOfCompletedInstances", completed)
            .with("numberOfTerminatedInstances", 0_u32);
        let value = self.evaluate_with(id, condition, counts)?;
        self.judge(&value, condition, "its completion condition")
    }

    /// All rounds are done: what they gave becomes a list, and tokens leave.
    pub fn complete_rounds(&mut self, id: ActivationId, whole: &Activation) -> Result<(), StepError> {
        let Some(node) = self.node_of(whole)? else { return Ok(()) };
        if let Some(output) = node.repeat.as_ref().and_then(|repeat| repeat.output.as_ref()) {
            let list = Value::list(self.rounds(id, |rounds| rounds.outputs.clone()));
            self.merge(id, Context::new().with(output.collection.as_str(), list));
        }
        self.leave(id, whole, node, &node.outgoing);
        Ok(())
    }

    fn repeat(&self, id: ActivationId) -> Done<(&'a Node, &'a Repeat)> {
        let Some(activation) = self.activation(id) else { return trouble("the repetition is gone") };
        match self.node_of(activation)?.and_then(|node| Some((node, node.repeat.as_ref()?))) {
            Some(found) => Ok(found),
            None => trouble("the program no longer repeats this activity"),
        }
    }

    fn rounds<T: Default>(&self, id: ActivationId, of: impl FnOnce(&crate::state::Rounds) -> T) -> T {
        self.activation(id).and_then(|activation| activation.rounds.as_ref()).map(of).unwrap_or_default()
    }
}
