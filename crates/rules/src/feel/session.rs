//! The running state of evaluations in one scope: fuel, depth and warnings.

use super::{Env, Failure, Warning};
use crate::Value;
use std::cell::{Cell, RefCell};

/// Warnings beyond these are counted nowhere: the first ones tell the cause.
const MAX_WARNINGS: usize = 100;

pub(crate) struct Session<'e> {
    pub(crate) env: &'e Env<'e>,
    fuel: Cell<u64>,
    warnings: RefCell<Vec<Warning>>,
}

impl<'e> Session<'e> {
    pub(crate) fn new(env: &'e Env<'e>) -> Session<'e> {
        Session { env, fuel: Cell::new(env.fuel), warnings: RefCell::default() }
    }

    /// Takes fuel; without enough of it the evaluation ends.
    pub(crate) fn spend(&self, steps: u64) -> Result<(), Failure> {
        match self.fuel.get().checked_sub(steps) {
            Some(left) => {
                self.fuel.set(left);
                Ok(())
            }
            None => {
                self.fuel.set(0);
                let reason =
                    format!("more than the allowed {} steps; simplify the expression", self.env.fuel);
                Err(Failure { position: 0, reason })
            }
        }
    }

    /// Null, with the reason kept as a warning.
    pub(crate) fn null(&self, reason: impl Into<String>) -> Value {
        let mut warnings = self.warnings.borrow_mut();
        if warnings.len() < MAX_WARNINGS {
            warnings.push(Warning { text: reason.into() });
        }
        Value::Null
    }

    pub(crate) fn fuel_left(&self) -> u64 {
        self.fuel.get()
    }

    pub(crate) fn take_warnings(&self) -> Vec<Warning> {
        self.warnings.take()
    }
}
