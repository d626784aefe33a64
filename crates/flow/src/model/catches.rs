//! Which processes may ask for a message: by their own events, those of their sub-processes, and those of what they call.

use std::collections::HashSet;

use super::{Behaviour, Program, ScopeIndex, Trigger};

impl Program {
    /// Whether the process of that id, or a process that it calls, holds an element inside that waits for a message of this name.
    /// The message that starts the process itself does not count: by then the case is there.
    pub fn catches(&self, process: &str, message: &str) -> bool {
        let mut seen = HashSet::new();
        self.process(process)
            .is_some_and(|process| self.scope_catches(process.scope, message, &mut seen, true))
    }

    fn scope_catches(
        &self,
        scope: ScopeIndex,
        message: &str,
        seen: &mut HashSet<ScopeIndex>,
        top: bool,
    ) -> bool {
        if !seen.insert(scope) {
            return false;
        }
        self.scope(scope).nodes.iter().any(|at| {
            let behaviour = &self.node(*at).behaviour;
            let waits_for = |trigger: &Trigger| matches!(trigger, Trigger::Message(wait) if wait.name.written() == message);
            match behaviour {
                Behaviour::Start(trigger) => !top && trigger.as_ref().is_some_and(waits_for),
                Behaviour::Catch(trigger) | Behaviour::Boundary { trigger, .. } => waits_for(trigger),
                Behaviour::Receive(wait) => wait.name.written() == message,
                Behaviour::SubProcess(inside) | Behaviour::EventSubProcess { inside, .. } => {
                    self.scope_catches(*inside, message, seen, false)
                }
                Behaviour::CallProcess(call) => self
                    .process(&call.process)
                    .is_some_and(|called| self.scope_catches(called.scope, message, seen, true)),
                _ => false,
            }
        })
    }
}
