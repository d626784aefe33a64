//! A program decides by the decision models that were read with it.

use rules::Context;

use crate::{Decision, Decisions, Env, Program};

impl Decisions for Program {
    fn decide(&self, decision: &str, input: &Context, env: &Env<'_>) -> Result<Decision, String> {
        let Some(model) = self.decisions.get(decision) else {
            return Err("the bundle has no such decision".to_owned());
        };
        let fuel = env.fuel.min(rules::Env::FUEL);
        let around = rules::Env { now: env.now, zone: env.zone.clone(), fuel, functions: env.functions };
        match model.evaluate(decision, input, &around) {
            Ok(decided) => Ok(Decision { value: decided.value, trace: decided.trace }),
            Err(error) => Err(error.to_string()),
        }
    }
}
