//! Variables and expressions: what an element sees, and where its results go (the rules of Camunda 8).
//!
//! An element sees its own variables, then those of the scopes around it up to its process; a called process sees nothing of its
//! caller. A result goes to the innermost scope that has a variable of that name, else to the process.

use std::collections::BTreeMap;

use rules::{Context, Value};

use super::machine::{Done, Machine, trouble};
use super::timers::brief;
use crate::model::{Feel, Mapping, Text};
use crate::{ActivationId, Fact, Role};

impl Machine<'_> {
    /// The activations whose variables an element sees, from itself outwards.
    fn sight(&self, id: ActivationId) -> Vec<ActivationId> {
        let mut seen = Vec::new();
        let mut at = Some(id);
        while let Some(here) = at {
            let Some(activation) = self.activation(here) else { break };
            seen.push(here);
            let ends = matches!(activation.role, Role::Case | Role::Called);
            at = activation.parent.filter(|_| !ends);
        }
        seen
    }

    /// Everything that an element sees, as one context.
    pub fn visible(&self, id: ActivationId) -> Context {
        let mut all = Context::new();
        for scope in self.sight(id).into_iter().rev() {
            if let Some(activation) = self.activation(scope) {
                for (name, value) in activation.variables.iter() {
                    all.insert(name.clone(), value.clone());
                }
            }
        }
        all
    }

    pub fn evaluate(&mut self, id: ActivationId, feel: &Feel) -> Done<Value> {
        self.evaluate_with(id, feel, Context::new())
    }

    /// Evaluates an expression as the element sees it, with some names more.
    pub fn evaluate_with(&mut self, id: ActivationId, feel: &Feel, more: Context) -> Done<Value> {
        let fuel = self.fuel.min(rules::Env::FUEL);
        let env = rules::Env {
            now: self.env.now,
            zone: self.env.zone.clone(),
            fuel,
            functions: self.env.functions,
        };
        let mut scope =
            rules::Scope::new(&env).with(Context::new().with("parameters", self.env.parameters.clone()));
        for seen in self.sight(id).into_iter().rev() {
            if let Some(activation) = self.state.activations.get(&seen)
                && !activation.variables.is_empty()
            {
                scope.push(activation.variables.clone());
            }
        }
        if !more.is_empty() {
            scope.push(more);
        }
        let result = feel.expression.evaluate(&scope);
        let spent = fuel.saturating_sub(scope.fuel_left());
        let warning = scope.take_warnings().into_iter().next();
        self.fuel = self.fuel.saturating_sub(spent);
        match result {
            Ok(Value::Null) => {
                self.last_warning = warning.map(|warning| warning.text);
                Ok(Value::Null)
            }
            Ok(value) => {
                self.last_warning = None;
                Ok(value)
            }
            Err(error) => trouble(format!("`{}`: {error}", feel.source)),
        }
    }

    /// Evaluates a condition.
    pub fn truth(&mut self, id: ActivationId, feel: &Feel, what: &str) -> Done<bool> {
        let value = self.evaluate(id, feel)?;
        self.judge(&value, feel, what)
    }

    /// The truth that a condition came to.
    pub fn judge(&self, value: &Value, feel: &Feel, what: &str) -> Done<bool> {
        match value {
            Value::Bool(holds) => Ok(*holds),
            other => {
                let why =
                    self.last_warning.as_ref().map(|warning| format!(" ({warning})")).unwrap_or_default();
                trouble(format!(
                    "{what}, `{}`, gave {}{why}, neither true nor false",
                    feel.source,
                    brief(other)
                ))
            }
        }
    }

    /// The value of a text: itself, or what its expression gives.
    pub fn text_value(&mut self, id: ActivationId, text: &Text) -> Done<Value> {
        match text {
            Text::Fixed(text) => Ok(Value::text(text)),
            Text::Computed(feel) => self.evaluate(id, feel),
        }
    }

    /// Evaluates mappings as `id` sees them, each also seeing those before it; gives what is to be set at `target`.
    pub fn map(&mut self, id: ActivationId, mappings: &[Mapping], target: ActivationId) -> Done<Context> {
        let mut mapped = Context::new();
        for mapping in mappings {
            let value = match &mapping.source {
                Text::Fixed(text) => Value::text(text),
                Text::Computed(feel) => self.evaluate_with(id, feel, mapped.clone())?,
            };
            self.storable(&value)?;
            let Some((first, path)) = mapping.target.split_first() else { continue };
            let value = if path.is_empty() {
                value
            } else {
                // What the variable holds beside the path stays.
                let held = mapped.get(first).cloned().or_else(|| self.seen(target, first));
                put(held.unwrap_or_default(), path, value)
            };
            mapped.insert(first.as_str(), value);
        }
        Ok(mapped)
    }

    fn seen(&self, id: ActivationId, name: &str) -> Option<Value> {
        self.sight(id).into_iter().find_map(|scope| self.activation(scope)?.variables.get(name).cloned())
    }

    /// Functions cannot be stored, and a case is stored whenever it rests.
    pub fn storable(&self, value: &Value) -> Done {
        if holds_function(value) {
            trouble("a function cannot be kept in a variable; keep what it answers")
        } else {
            Ok(())
        }
    }

    /// Sets variables at an activation itself.
    pub fn set(&mut self, id: ActivationId, variables: Context) {
        if !variables.is_empty() {
            self.emit(Fact::VariablesSet { activation: id, variables });
        }
    }

    /// Sets each variable where it is defined, seen from the element, else at the process.
    pub fn merge(&mut self, id: ActivationId, variables: Context) {
        let sight = self.sight(id);
        let process = sight.last().copied().unwrap_or(id);
        let mut by_scope: BTreeMap<ActivationId, Context> = BTreeMap::new();
        for (name, value) in variables.iter() {
            let defined = sight.iter().copied().find(|scope| {
                self.activation(*scope).is_some_and(|activation| activation.variables.contains(name))
            });
            by_scope.entry(defined.unwrap_or(process)).or_default().insert(name.clone(), value.clone());
        }
        for (scope, variables) in by_scope {
            self.set(scope, variables);
        }
    }
}

/// The value with another one put at a path inside it.
fn put(held: Value, path: &[String], value: Value) -> Value {
    let Some((first, rest)) = path.split_first() else { return value };
    let mut context = match held {
        Value::Context(context) => context,
        _ => Context::new(),
    };
    let inner = context.get(first).cloned().unwrap_or_default();
    context.insert(first.as_str(), put(inner, rest, value));
    Value::Context(context)
}

/// The depth of values is bounded by the evaluator, so the recursion is.
fn holds_function(value: &Value) -> bool {
    match value {
        Value::Function(_) => true,
        Value::List(items) => items.iter().any(holds_function),
        Value::Context(context) => context.iter().any(|(_, value)| holds_function(value)),
        _ => false,
    }
}
