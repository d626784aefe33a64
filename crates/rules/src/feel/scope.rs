//! What an evaluation sees: its moment, zone, fuel, registered functions and stack of contexts.

use super::session::Session;
use crate::value::{Callable, Context};
use crate::{Value, feel::Failure};
use indexmap::IndexMap;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::sync::Arc;

/// What comes into an evaluation from outside.
pub struct Env<'a> {
    /// What `now()` and `today()` answer.
    pub now: Timestamp,
    /// The zone in which `now()` and `today()` are told.
    pub zone: TimeZone,
    /// How many steps the evaluation may take.
    pub fuel: u64,
    /// Functions of the caller beside the built-in ones.
    pub functions: &'a Functions,
}

impl<'a> Env<'a> {
    /// Fuel that is ample for any decision of a single case (about two seconds of work at the very most).
    pub const FUEL: u64 = 2_000_000;

    /// An environment with [`Env::FUEL`].
    pub fn new(now: Timestamp, zone: TimeZone, functions: &'a Functions) -> Env<'a> {
        Env { now, zone, fuel: Env::FUEL, functions }
    }
}

/// Functions that a caller adds to FEEL, such as the arithmetic of working days.
#[derive(Default, Clone)]
pub struct Functions {
    by_name: IndexMap<Arc<str>, Arc<Registered>>,
}

type Body = dyn Fn(&[Value]) -> Result<Value, String> + Send + Sync;

/// A registered function.
struct Registered {
    name: Arc<str>,
    parameters: Vec<Arc<str>>,
    body: Box<Body>,
}

impl Functions {
    /// No functions.
    pub fn new() -> Functions {
        Functions::default()
    }

    /// Adds a function, or replaces the one of that name. It must be pure and quick. It gets as many arguments as
    /// it has parameters (missing ones are null); its error becomes a null with a warning.
    pub fn register(
        &mut self,
        name: &str,
        parameters: &[&str],
        body: impl Fn(&[Value]) -> Result<Value, String> + Send + Sync + 'static,
    ) {
        let name: Arc<str> = Arc::from(name);
        let parameters = parameters.iter().map(|parameter| Arc::from(*parameter)).collect();
        let registered = Registered { name: name.clone(), parameters, body: Box::new(body) };
        self.by_name.insert(name, Arc::new(registered));
    }

    /// The names of the functions: pass them to the parser when they have signs or words of the language in them.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.by_name.keys().map(|name| &**name)
    }

    pub(crate) fn find(&self, name: &str) -> Option<Arc<dyn Callable>> {
        self.by_name.get(name).map(|function| Arc::clone(function) as Arc<dyn Callable>)
    }
}

impl Callable for Registered {
    fn name(&self) -> &str {
        &self.name
    }

    fn parameters(&self) -> &[Arc<str>] {
        &self.parameters
    }

    fn call(&self, arguments: Vec<Value>, session: &Session<'_>) -> Result<Value, Failure> {
        session.spend(20)?;
        match (self.body)(&arguments) {
            Ok(value) => Ok(value),
            Err(reason) => Ok(session.null(format!("{}: {reason}", self.name))),
        }
    }
}

/// Something that went wrong in the data and made a null, told for whoever looks for the cause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// What happened. It names variables and types, never values, which may be personal data.
    pub text: String,
    /// The id of the innermost element of a decision model it happened in.
    pub element: Option<String>,
}

/// Contexts stacked over an [`Env`]: names are looked up in the last pushed context first.
pub struct Scope<'a> {
    pub(crate) session: Session<'a>,
    pub(crate) contexts: Vec<Context>,
}

impl<'a> Scope<'a> {
    /// A scope without variables, with the whole fuel of the environment.
    pub fn new(env: &'a Env<'a>) -> Scope<'a> {
        Scope { session: Session::new(env), contexts: Vec::new() }
    }

    /// The scope with one more context, which hides entries of the same names below.
    #[must_use]
    pub fn with(mut self, context: Context) -> Scope<'a> {
        self.push(context);
        self
    }

    /// Adds a context on top.
    pub fn push(&mut self, context: Context) {
        self.contexts.push(context);
    }

    /// Takes the topmost context away.
    pub fn pop(&mut self) -> Option<Context> {
        self.contexts.pop()
    }

    /// The fuel that is left; evaluations in one scope share it.
    pub fn fuel_left(&self) -> u64 {
        self.session.fuel_left()
    }

    /// The warnings since the last call, at most 100.
    pub fn take_warnings(&self) -> Vec<Warning> {
        self.session.take_warnings()
    }
}
