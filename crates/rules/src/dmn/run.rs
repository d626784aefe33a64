//! The evaluation of decisions, business knowledge models and decision services.

use super::boxed::{self, BoxedFunction};
use super::model::{Element, Inner, Kind, Requirement, Service};
use super::trace::{DecisionTrace, storable};
use super::types::ItemType;
use super::{Decided, DmnError};
use crate::Value;
use crate::feel::session::{Frame, Layer, Session};
use crate::feel::{Env, Failure};
use crate::value::{Callable, Context, Function, FunctionKind};
use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

/// Results by element, so that each decision is evaluated once.
type Known = RefCell<HashMap<usize, Value>>;

/// Evaluates a decision by its place.
pub(super) fn decision(
    model: &Arc<Inner>,
    index: usize,
    input: &Context,
    env: &Env<'_>,
) -> Result<Decided, DmnError> {
    finish(model, index, env, |session| {
        Run { model, session, input: Some(input), known: Known::default() }.value(index)
    })
}

/// Evaluates a decision service by its place.
pub(super) fn service(
    model: &Arc<Inner>,
    index: usize,
    input: &Context,
    env: &Env<'_>,
) -> Result<Decided, DmnError> {
    finish(model, index, env, |session| {
        let Kind::Service(service) = &model.elements[index].kind else { return Ok(Value::Null) };
        let arguments =
            service.input_names.iter().map(|name| input.get(name).cloned().unwrap_or_default()).collect();
        serve(model, index, service, arguments, session)
    })
}

fn finish(
    model: &Arc<Inner>,
    index: usize,
    env: &Env<'_>,
    work: impl FnOnce(&Session<'_>) -> Result<Value, Failure>,
) -> Result<Decided, DmnError> {
    let session = Session::new(env);
    let value = work(&session).map_err(|failure| error(model, index, &failure))?;
    let trace = session.recorder.take();
    let fuel_used = env.fuel.saturating_sub(session.fuel_left());
    Ok(Decided { value, trace, warnings: session.take_warnings(), fuel_used })
}

fn error(model: &Inner, index: usize, failure: &Failure) -> DmnError {
    let element = &model.elements[index];
    let file = model.documents[element.document].file.clone();
    DmnError { file, line: element.line, id: Some(element.id.clone()), reason: failure.reason().to_owned() }
}

/// One evaluation of a part of the graph with one set of inputs.
struct Run<'r, 'e> {
    model: &'r Arc<Inner>,
    session: &'r Session<'e>,
    /// The input data; none inside a decision service, where everything comes by its parameters.
    input: Option<&'r Context>,
    known: Known,
}

impl Run<'_, '_> {
    fn value(&self, index: usize) -> Result<Value, Failure> {
        if let Some(value) = self.known.borrow().get(&index) {
            return Ok(value.clone());
        }
        let element = &self.model.elements[index];
        let value = match &element.kind {
            Kind::Input(kind) => self.input(element, kind),
            Kind::Decision(_) => self.session.deeper(|| self.decide(element))?,
            Kind::Knowledge(_) | Kind::Service(_) => invocable(self.model, index),
        };
        self.known.borrow_mut().insert(index, value.clone());
        Ok(value)
    }

    /// The value of an input, which is told to be missing or wrong under its own id.
    fn input(&self, element: &Element, kind: &ItemType) -> Value {
        let mark = self.session.warning_mark();
        let value = self.input_value(element, kind);
        self.session.label_warnings(mark, &element.id);
        value
    }

    fn input_value(&self, element: &Element, kind: &ItemType) -> Value {
        let Some(value) = self.input.and_then(|input| input.get(&element.name)) else {
            return self.session.null(format!("the input \"{}\" is not given", element.name));
        };
        match kind.coerce(value.clone(), self.session) {
            Some(value) => value,
            None => self.session.null(format!("the input \"{}\" is not of its type", element.name)),
        }
    }

    fn decide(&self, element: &Element) -> Result<Value, Failure> {
        let Kind::Decision(decision) = &element.kind else { return Ok(Value::Null) };
        let scope = self.scope(&decision.requirements)?;
        let mark = self.session.warning_mark();
        self.session.recorder.begin();
        let before = self.session.set_types(Some(self.model.documents[element.document].types.clone()));
        let frame = Frame::root(Layer::Contexts(std::slice::from_ref(&scope)));
        let outcome = boxed::evaluate(&decision.logic, &frame, self.model, self.session);
        let value = outcome.map(|value| coerced(value, &decision.kind, &element.name, self.session));
        self.session.set_types(before);
        self.session.label_warnings(mark, &element.id);
        let value = value?;
        record(element, &scope, &value, self.session);
        Ok(value)
    }

    /// What an element sees: the values of its requirements by their names.
    fn scope(&self, requirements: &[Requirement]) -> Result<Context, Failure> {
        let mut scope = Context::new();
        for requirement in requirements {
            let value = self.value(requirement.target)?;
            let name = self.model.elements[requirement.target].name.clone();
            add(&mut scope, requirement, name, value);
        }
        Ok(scope)
    }
}

/// Adds a required value under its name, inside the context of its import when it comes through one.
fn add(scope: &mut Context, requirement: &Requirement, name: Arc<str>, value: Value) {
    match &requirement.through {
        None => scope.insert(name, value),
        Some(import) => {
            let inner = scope.get(import).and_then(Value::as_context).cloned().unwrap_or_default();
            scope.insert(import.clone(), inner.with(name, value))
        }
    };
}

/// The value, coerced to a type; null with a warning when it is not of it.
pub(super) fn coerced(value: Value, kind: &ItemType, name: &str, session: &Session<'_>) -> Value {
    match kind.coerce(value, session) {
        Some(value) => value,
        None => session.null(format!("the result of \"{name}\" is not of its type")),
    }
}

fn record(element: &Element, inputs: &Context, output: &Value, session: &Session<'_>) {
    let plain = inputs.iter().filter(|(_, value)| !matches!(value, Value::Function(_)));
    session.recorder.end(|tables| DecisionTrace {
        id: element.id.clone(),
        name: element.name.to_string(),
        inputs: plain.map(|(name, value)| (name.clone(), storable(value))).collect(),
        output: storable(output),
        law: element.law.clone(),
        tables,
    });
}

/// A business knowledge model or decision service as a function.
fn invocable(model: &Arc<Inner>, index: usize) -> Value {
    let function = Invocable { model: Arc::clone(model), index };
    Function::new(FunctionKind::Callable(Arc::new(function))).into()
}

struct Invocable {
    model: Arc<Inner>,
    index: usize,
}

impl Callable for Invocable {
    fn name(&self) -> &str {
        &self.model.elements[self.index].name
    }

    fn parameters(&self) -> &[Arc<str>] {
        match &self.model.elements[self.index].kind {
            Kind::Knowledge(knowledge) => &knowledge.function.parameter_names,
            Kind::Service(service) => &service.input_names,
            _ => &[],
        }
    }

    fn exact(&self) -> bool {
        true
    }

    fn call(&self, arguments: Vec<Value>, session: &Session<'_>) -> Result<Value, Failure> {
        match &self.model.elements[self.index].kind {
            Kind::Knowledge(_) => session.deeper(|| self.apply(arguments, session)),
            Kind::Service(service) => {
                session.deeper(|| serve(&self.model, self.index, service, arguments, session))
            }
            _ => Ok(Value::Null),
        }
    }
}

impl Invocable {
    /// Calls a business knowledge model: it sees its arguments and its own requirements.
    fn apply(&self, arguments: Vec<Value>, session: &Session<'_>) -> Result<Value, Failure> {
        let element = &self.model.elements[self.index];
        let Kind::Knowledge(knowledge) = &element.kind else { return Ok(Value::Null) };
        let mut captured = Context::new();
        for requirement in &knowledge.requirements {
            let name = self.model.elements[requirement.target].name.clone();
            add(&mut captured, requirement, name, invocable(&self.model, requirement.target));
        }
        let function =
            BoxedFunction { model: Arc::clone(&self.model), body: Arc::clone(&knowledge.function), captured };
        let inputs: Context =
            function.body.parameter_names.iter().cloned().zip(arguments.iter().cloned()).collect();
        let mark = session.warning_mark();
        session.recorder.begin();
        let before = session.set_types(Some(self.model.documents[element.document].types.clone()));
        let outcome = function.call(arguments, session);
        let value = outcome.map(|value| coerced(value, &knowledge.kind, &element.name, session));
        session.set_types(before);
        session.label_warnings(mark, &element.id);
        let value = value?;
        record(element, &inputs, &value, session);
        Ok(value)
    }
}

/// Evaluates a decision service: its inputs are given, everything else is worked out from them.
fn serve(
    model: &Arc<Inner>,
    index: usize,
    service: &Service,
    arguments: Vec<Value>,
    session: &Session<'_>,
) -> Result<Value, Failure> {
    let element = &model.elements[index];
    let known = Known::default();
    let mut inputs = Context::new();
    for (target, value) in service.inputs.iter().zip(arguments) {
        let input = &model.elements[*target];
        let kind = match &input.kind {
            Kind::Input(kind) => kind,
            Kind::Decision(decision) => &decision.kind,
            _ => continue,
        };
        let Some(value) = kind.coerce(value, session) else {
            return Ok(session.null(format!("the input \"{}\" is not of its type", input.name)));
        };
        inputs.insert(input.name.clone(), value.clone());
        known.borrow_mut().insert(*target, value);
    }
    session.recorder.begin();
    let run = Run { model, session, input: None, known };
    let value = match &service.outputs[..] {
        [single] => run.value(*single)?,
        several => {
            let mut all = Context::new();
            for output in several {
                all.insert(model.elements[*output].name.clone(), run.value(*output)?);
            }
            all.into()
        }
    };
    let value = coerced(value, &service.kind, &element.name, session);
    record(element, &inputs, &value, session);
    Ok(value)
}
