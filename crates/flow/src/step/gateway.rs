//! Gateways: which ways tokens take, and when tokens that wait for each other go on together.

use std::collections::HashSet;

use super::machine::{Done, Machine, trouble};
use crate::model::{Behaviour, FlowIndex, Node, NodeIndex};
use crate::{ActivationId, ElementId, StepError};

impl Machine<'_> {
    /// The one way of an exclusive gateway: the first whose condition holds, else the default.
    pub fn exclusive(&mut self, activation: ActivationId, node: &Node) -> Done<Vec<FlowIndex>> {
        if let [only] = node.outgoing[..]
            && self.program.flow(only).condition.is_none()
        {
            return Ok(vec![only]);
        }
        for at in &node.outgoing {
            if Some(*at) != node.default && self.holds(activation, *at)? {
                return Ok(vec![*at]);
            }
        }
        self.default_way(node)
    }

    /// The ways of an inclusive gateway: all whose conditions hold, else the default.
    pub fn inclusive(&mut self, activation: ActivationId, node: &Node) -> Done<Vec<FlowIndex>> {
        if let [only] = node.outgoing[..]
            && self.program.flow(only).condition.is_none()
        {
            return Ok(vec![only]);
        }
        let mut taken = Vec::new();
        for at in &node.outgoing {
            if Some(*at) != node.default && self.holds(activation, *at)? {
                taken.push(*at);
            }
        }
        if taken.is_empty() { self.default_way(node) } else { Ok(taken) }
    }

    fn default_way(&self, node: &Node) -> Done<Vec<FlowIndex>> {
        match node.default {
            Some(default) => Ok(vec![default]),
            None => trouble("none of its conditions holds and it has no default flow"),
        }
    }

    fn holds(&mut self, activation: ActivationId, at: FlowIndex) -> Done<bool> {
        let flow = self.program.flow(at);
        let Some(condition) = &flow.condition else { return Ok(false) };
        let what = format!("the condition of `{}`", flow.element.title());
        self.truth(activation, condition, &what)
    }

    /// Lets one inclusive join of the scope go on for which no other token can come any more.
    pub fn join_inclusive(&mut self, id: ActivationId) -> Result<bool, StepError> {
        let Some(scope) = self.activation(id) else { return Ok(false) };
        let mut waiting: Vec<&ElementId> = scope.arrived.iter().map(|arrived| &arrived.gateway).collect();
        waiting.sort();
        waiting.dedup();
        let mut ready = None;
        for gateway in waiting {
            let (at, node) = self.node_by_id(gateway)?;
            if matches!(node.behaviour, Behaviour::Inclusive) && !self.more_can_come(id, at)? {
                ready = Some(at);
                break;
            }
        }
        let Some(at) = ready else { return Ok(false) };
        self.touch(id);
        self.join(id, at);
        Ok(true)
    }

    /// Whether a token elsewhere in the scope can still come to the join by a flow where none waits yet.
    fn more_can_come(&self, id: ActivationId, join: NodeIndex) -> Result<bool, StepError> {
        let Some(scope) = self.activation(id) else { return Ok(false) };
        let arrived = |flow: &FlowIndex| {
            let flow = &self.program.flow(*flow).element.id;
            scope.arrived.iter().any(|arrived| arrived.flow == *flow)
        };
        // Backwards from the flows that are still empty, not through the join itself.
        let empty = self.program.node(join).incoming.iter().filter(|flow| !arrived(flow));
        let mut open: Vec<NodeIndex> = empty.map(|flow| self.program.flow(*flow).source).collect();
        let mut before: HashSet<NodeIndex> = HashSet::new();
        while let Some(at) = open.pop() {
            if at == join || !before.insert(at) {
                continue;
            }
            let node = self.program.node(at);
            open.extend(node.incoming.iter().map(|flow| self.program.flow(*flow).source));
            if let Behaviour::Boundary { attached_to, .. } = node.behaviour {
                open.push(attached_to);
            }
        }
        for (_, child) in self.state.children(id) {
            let (at, _) = self.node_by_id(&child.element)?;
            if before.contains(&at) {
                return Ok(true);
            }
        }
        for waiting in &scope.arrived {
            let (at, _) = self.node_by_id(&waiting.gateway)?;
            if at != join && before.contains(&at) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
