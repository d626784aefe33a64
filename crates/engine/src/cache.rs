//! Heads of recently moved cases in memory, so that a busy case is not read and opened again for each input.
//!
//! Only a memory of what the store holds: forgetting any of it at any time changes nothing but speed.

use std::collections::{HashMap, VecDeque};

use store::Id;

use crate::advance::Working;

/// How many heads are remembered.
const CAPACITY: usize = 4096;

/// The remembered heads.
#[derive(Default)]
pub(crate) struct Heads {
    cases: HashMap<Id, Working>,
    order: VecDeque<Id>,
}

impl Heads {
    /// Takes a head out; the caller brings it back with [`Heads::keep`] after its commit.
    pub fn take(&mut self, case: &Id) -> Option<Working> {
        self.cases.remove(case)
    }

    /// Remembers heads as committed. Ended cases are not worth remembering.
    pub fn keep(&mut self, cases: HashMap<Id, Working>) {
        for (case, working) in cases {
            if working.version == 0 || working.head.state.has_ended() {
                continue;
            }
            if self.cases.insert(case, working).is_none() {
                self.order.push_back(case);
            }
            while self.cases.len() > CAPACITY || self.order.len() > 2 * CAPACITY {
                let Some(oldest) = self.order.pop_front() else { break };
                if self.cases.len() > CAPACITY {
                    self.cases.remove(&oldest);
                }
            }
        }
    }

    /// Forgets everything.
    pub fn forget_all(&mut self) {
        self.cases.clear();
        self.order.clear();
    }
}
