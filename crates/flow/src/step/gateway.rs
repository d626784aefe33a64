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

    /// Whether the join has to wait for a token elsewhere in the scope. The standard's rule: it waits for a token that can come by a
    /// flow where none waits yet, unless that token can as well come by a flow where one waits already (round a loop).
    fn more_can_come(&self, id: ActivationId, join: NodeIndex) -> Result<bool, StepError> {
        let Some(scope) = self.activation(id) else { return Ok(false) };
        let taken = |flow: &FlowIndex| {
            let flow = &self.program.flow(*flow).element.id;
            scope.arrived.iter().any(|arrived| arrived.flow == *flow)
        };
        let incoming = &self.program.node(join).incoming;
        let (full, empty): (Vec<FlowIndex>, Vec<FlowIndex>) = incoming.iter().partition(|flow| taken(flow));
        let (before_full, before_empty) = (self.before(&full, join), self.before(&empty, join));
        let waits_for = |at: NodeIndex| before_empty.contains(&at) && !before_full.contains(&at);
        for (_, child) in self.state.children(id) {
            if waits_for(self.node_by_id(&child.element)?.0) {
                return Ok(true);
            }
        }
        for waiting in &scope.arrived {
            let (at, _) = self.node_by_id(&waiting.gateway)?;
            if at != join && waits_for(at) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The nodes from which a token can come by one of these flows without passing through the join.
    fn before(&self, flows: &[FlowIndex], join: NodeIndex) -> HashSet<NodeIndex> {
        let mut open: Vec<NodeIndex> = flows.iter().map(|flow| self.program.flow(*flow).source).collect();
        let mut before = HashSet::new();
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
        before
    }
}
