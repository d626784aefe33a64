//! The running state of evaluations in one scope: fuel, depth, warnings; and the frames names are looked up in.

use super::types::Type;
use super::{Env, Failure, Warning};
use crate::Value;
use crate::dmn::trace::Recorder;
use crate::value::{Context, MAX_DEPTH, MAX_WEIGHT};
use regex::Regex;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

/// Warnings beyond these are counted nowhere: the first ones tell the cause.
const MAX_WARNINGS: usize = 100;
/// Deepest recursion of the evaluator; with its frames this stays well inside a thread's stack of 2 MiB.
const MAX_RECURSION: u32 = 300;
/// Compiled patterns kept in one evaluation, and over all of them.
const MAX_PATTERNS: usize = 64;

/// Types of a decision model, looked up by the names that expressions use.
pub(crate) trait Types {
    /// Whether a value conforms to the named type; `None` when the model has no such type.
    fn conforms(&self, name: &str, value: &Value, session: &Session<'_>) -> Option<bool>;
    /// The structure of the named type.
    fn resolve(&self, name: &str) -> Option<Type>;
}

pub(crate) struct Session<'e> {
    pub(crate) env: &'e Env<'e>,
    fuel: Cell<u64>,
    depth: Cell<u32>,
    warnings: RefCell<Vec<Warning>>,
    patterns: RefCell<HashMap<String, Option<Arc<Regex>>>>,
    /// What decision models did.
    pub(crate) recorder: Recorder,
    /// The types of the model that is being evaluated.
    types: RefCell<Option<Arc<dyn Types + Send + Sync>>>,
}

impl<'e> Session<'e> {
    pub(crate) fn new(env: &'e Env<'e>) -> Session<'e> {
        Session {
            env,
            fuel: Cell::new(env.fuel),
            depth: Cell::new(0),
            warnings: RefCell::default(),
            patterns: RefCell::default(),
            recorder: Recorder::default(),
            types: RefCell::default(),
        }
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
                let limit = self.env.fuel;
                Err(Failure::new(format!(
                    "the evaluation takes more than the allowed {limit} steps; simplify it"
                )))
            }
        }
    }

    /// Takes the fuel for so many parts of data.
    pub(crate) fn spend_parts(&self, parts: usize) -> Result<(), Failure> {
        self.spend(u64::try_from(parts).unwrap_or(u64::MAX))
    }

    /// Runs a step one level deeper.
    pub(crate) fn deeper<T>(&self, step: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
        self.enter()?;
        let result = step();
        self.leave();
        result
    }

    /// One level deeper; [`Session::leave`] must follow.
    pub(crate) fn enter(&self) -> Result<(), Failure> {
        let depth = self.depth.get();
        if depth >= MAX_RECURSION {
            return Err(too_deep());
        }
        self.depth.set(depth + 1);
        Ok(())
    }

    /// One level up again.
    pub(crate) fn leave(&self) {
        self.depth.set(self.depth.get().saturating_sub(1));
    }

    /// A value the evaluator has put together, refused when it nests too deep or is too large.
    pub(crate) fn bounded(&self, value: Value) -> Result<Value, Failure> {
        if value.depth() > MAX_DEPTH {
            return Err(Failure::new(format!("a value nests deeper than {MAX_DEPTH}")));
        }
        if value.weight() > MAX_WEIGHT {
            return Err(Failure::new(format!("a value has more than {MAX_WEIGHT} parts")));
        }
        Ok(value)
    }

    /// Null, with the reason kept as a warning.
    pub(crate) fn null(&self, reason: impl Into<String>) -> Value {
        let mut warnings = self.warnings.borrow_mut();
        if warnings.len() < MAX_WARNINGS {
            warnings.push(Warning { text: reason.into(), element: None });
        }
        Value::Null
    }

    /// How many warnings there are, to label later ones.
    pub(crate) fn warning_mark(&self) -> usize {
        self.warnings.borrow().len()
    }

    /// Gives the warnings since a mark the element they happened in, unless an inner one has done so.
    pub(crate) fn label_warnings(&self, mark: usize, element: &str) {
        for warning in self.warnings.borrow_mut().iter_mut().skip(mark) {
            warning.element.get_or_insert_with(|| element.to_owned());
        }
    }

    pub(crate) fn fuel_left(&self) -> u64 {
        self.fuel.get()
    }

    pub(crate) fn take_warnings(&self) -> Vec<Warning> {
        self.warnings.take()
    }

    /// The compiled pattern, from memory when it was used before, else for `cost` steps; `None` when it is no
    /// valid pattern.
    pub(crate) fn pattern(
        &self,
        key: &str,
        cost: u64,
        compile: impl FnOnce() -> Option<Regex>,
    ) -> Result<Option<Arc<Regex>>, Failure> {
        if let Some(known) = self.patterns.borrow().get(key) {
            return Ok(known.clone());
        }
        self.spend(cost)?;
        let compiled = remembered(key, compile);
        let mut patterns = self.patterns.borrow_mut();
        if patterns.len() >= MAX_PATTERNS {
            patterns.clear();
        }
        patterns.insert(key.to_owned(), compiled.clone());
        Ok(compiled)
    }

    /// Puts the types of a model in place and answers those that stood there.
    pub(crate) fn set_types(
        &self,
        types: Option<Arc<dyn Types + Send + Sync>>,
    ) -> Option<Arc<dyn Types + Send + Sync>> {
        self.types.replace(types)
    }

    pub(crate) fn types(&self) -> Option<Arc<dyn Types + Send + Sync>> {
        self.types.borrow().clone()
    }
}

/// Patterns compiled lately by any evaluation. It saves time only: the cost in fuel is the same without it.
static COMPILED: LazyLock<RwLock<HashMap<String, Option<Arc<Regex>>>>> = LazyLock::new(RwLock::default);

fn remembered(key: &str, compile: impl FnOnce() -> Option<Regex>) -> Option<Arc<Regex>> {
    if let Some(known) = COMPILED.read().unwrap_or_else(PoisonError::into_inner).get(key) {
        return known.clone();
    }
    let compiled = compile().map(Arc::new);
    let mut all = COMPILED.write().unwrap_or_else(PoisonError::into_inner);
    if all.len() >= MAX_PATTERNS {
        all.clear();
    }
    all.insert(key.to_owned(), compiled.clone());
    compiled
}

fn too_deep() -> Failure {
    Failure::new(format!("the evaluation nests deeper than {MAX_RECURSION} steps; is it endless?"))
}

/// A layer of names over others.
#[derive(Clone, Copy)]
pub(crate) struct Frame<'f> {
    parent: Option<&'f Frame<'f>>,
    layer: Layer<'f>,
}

#[derive(Clone, Copy)]
pub(crate) enum Layer<'f> {
    /// Contexts, the last one topmost.
    Contexts(&'f [Context]),
    /// Single names, the last one topmost.
    Bindings(&'f [(Arc<str>, Value)]),
    /// The item of a filter: its entries by their names, itself as `item`.
    Item(&'f Value),
    /// The input of a unary test, as `?`.
    Input(&'f Value),
}

impl<'f> Frame<'f> {
    pub(crate) fn root(layer: Layer<'f>) -> Frame<'f> {
        Frame { parent: None, layer }
    }

    pub(crate) fn over(parent: &'f Frame<'f>, layer: Layer<'f>) -> Frame<'f> {
        Frame { parent: Some(parent), layer }
    }

    /// Every name of every layer with its value, as one context: what a function of a model captures.
    pub(crate) fn flattened(&self, session: &Session<'_>) -> Result<Context, Failure> {
        let mut context = match self.parent {
            Some(parent) => parent.flattened(session)?,
            None => Context::new(),
        };
        match self.layer {
            Layer::Contexts(contexts) => {
                for layer in contexts {
                    session.spend_parts(layer.len())?;
                    context.extend(layer.iter().map(|(name, value)| (name.clone(), value.clone())));
                }
            }
            Layer::Bindings(bindings) => context.extend(bindings.iter().cloned()),
            Layer::Item(item) => {
                context.insert("item", item.clone());
                if let Some(entries) = item.as_context() {
                    context.extend(entries.iter().map(|(name, value)| (name.clone(), value.clone())));
                }
            }
            Layer::Input(input) => {
                context.insert("?", input.clone());
            }
        }
        Ok(context)
    }

    /// The value of a name, from the topmost layer that has it.
    pub(crate) fn lookup(&self, name: &str) -> Option<&'f Value> {
        let mut frame = *self;
        loop {
            if let Some(value) = frame.layer.get(name) {
                return Some(value);
            }
            frame = *frame.parent?;
        }
    }
}

impl<'f> Layer<'f> {
    fn get(&self, name: &str) -> Option<&'f Value> {
        match *self {
            Layer::Contexts(contexts) => contexts.iter().rev().find_map(|context| context.get(name)),
            Layer::Bindings(bindings) => {
                bindings.iter().rev().find(|(known, _)| **known == *name).map(|(_, value)| value)
            }
            Layer::Item(item) => {
                let member = item.as_context().and_then(|context| context.get(name));
                member.or_else(|| (name == "item").then_some(item))
            }
            Layer::Input(input) => (name == "?").then_some(input),
        }
    }
}
