//! The evaluation of boxed expressions.

use super::model::{Boxed, ContextEntry, FunctionBody, Inner, Iteration, Typed};
use super::run::coerced;
use super::table;
use crate::Value;
use crate::feel::session::{Frame, Layer, Session};
use crate::feel::{Failure, eval};
use crate::value::{Callable, Context, Function, FunctionKind, List};
use std::sync::Arc;

type Outcome = Result<Value, Failure>;

/// Evaluates a boxed expression and coerces the result to its type.
pub(super) fn evaluate(
    typed: &Typed,
    frame: &Frame<'_>,
    model: &Arc<Inner>,
    session: &Session<'_>,
) -> Outcome {
    session.spend(1)?;
    let value = match &typed.boxed {
        Boxed::Literal(expression) => eval::evaluate(expression.root(), frame, session)?,
        Boxed::Faulty(error) => session.null(error.to_string()),
        _ => session.deeper(|| compound(&typed.boxed, frame, model, session))?,
    };
    Ok(coerced(value, &typed.kind, "the expression", session))
}

fn compound(boxed: &Boxed, frame: &Frame<'_>, model: &Arc<Inner>, session: &Session<'_>) -> Outcome {
    match boxed {
        Boxed::Literal(_) | Boxed::Faulty(_) => Ok(Value::Null),
        Boxed::Table(table) => table::evaluate(table, frame, model, session),
        Boxed::Context(entries) => context(entries, frame, model, session),
        Boxed::List(items) => session.bounded(all(items, frame, model, session)?.into()),
        Boxed::Relation(columns, rows) => relation(columns, rows, frame, model, session),
        Boxed::Invocation(callee, bindings) => invocation(callee, bindings, frame, model, session),
        Boxed::Function(body) => {
            let captured = frame.flattened(session)?;
            let function = BoxedFunction { model: Arc::clone(model), body: Arc::clone(body), captured };
            session.bounded(Function::new(FunctionKind::Callable(Arc::new(function))).into())
        }
        Boxed::Conditional(parts) => {
            let (condition, yes, no) = &**parts;
            let chosen = match evaluate(condition, frame, model, session)? {
                Value::Bool(true) => yes,
                Value::Bool(false) | Value::Null => no,
                other => return Ok(session.null(format!("a {} is no condition", other.type_name()))),
            };
            evaluate(chosen, frame, model, session)
        }
        Boxed::For(iteration) => for_loop(iteration, frame, model, session),
        Boxed::Quantified(every, iteration) => quantified(*every, iteration, frame, model, session),
        Boxed::Filter(parts) => filter(&parts.0, &parts.1, frame, model, session),
    }
}

fn all(
    items: &[Typed],
    frame: &Frame<'_>,
    model: &Arc<Inner>,
    session: &Session<'_>,
) -> Result<Vec<Value>, Failure> {
    items.iter().map(|item| evaluate(item, frame, model, session)).collect()
}

/// Each entry sees those before it; an entry without a name is the result.
fn context(
    entries: &[ContextEntry],
    frame: &Frame<'_>,
    model: &Arc<Inner>,
    session: &Session<'_>,
) -> Outcome {
    let mut done: Vec<(Arc<str>, Value)> = Vec::with_capacity(entries.len());
    for entry in entries {
        let value = evaluate(&entry.value, &Frame::over(frame, Layer::Bindings(&done)), model, session)?;
        let value = coerced(value, &entry.kind, entry.name.as_deref().unwrap_or("the context"), session);
        match &entry.name {
            Some(name) => done.push((name.clone(), value)),
            None => return Ok(value),
        }
    }
    session.bounded(Value::Context(done.into_iter().collect()))
}

fn relation(
    columns: &[Arc<str>],
    rows: &[Vec<Typed>],
    frame: &Frame<'_>,
    model: &Arc<Inner>,
    session: &Session<'_>,
) -> Outcome {
    let mut made = Vec::with_capacity(rows.len());
    for row in rows {
        let values = all(row, frame, model, session)?;
        made.push(Value::Context(columns.iter().cloned().zip(values).collect()));
    }
    session.bounded(made.into())
}

fn invocation(
    callee: &Typed,
    bindings: &[(Arc<str>, Typed)],
    frame: &Frame<'_>,
    model: &Arc<Inner>,
    session: &Session<'_>,
) -> Outcome {
    let function = match evaluate(callee, frame, model, session)? {
        Value::Function(function) => function,
        other => return Ok(session.null(format!("a {} cannot be invoked", other.type_name()))),
    };
    let mut arguments = Vec::with_capacity(bindings.len());
    for (name, value) in bindings {
        arguments.push((name.clone(), evaluate(value, frame, model, session)?));
    }
    eval::call_named(&function, arguments, session)
}

/// The items an iteration goes over; a single value counts as a list of one.
fn items(
    iteration: &Typed,
    frame: &Frame<'_>,
    model: &Arc<Inner>,
    session: &Session<'_>,
) -> Result<Option<List>, Failure> {
    Ok(match evaluate(iteration, frame, model, session)? {
        Value::List(items) => Some(items),
        Value::Null => None,
        other => Some(List::new(vec![other])),
    })
}

fn for_loop(iteration: &Iteration, frame: &Frame<'_>, model: &Arc<Inner>, session: &Session<'_>) -> Outcome {
    let Some(items) = items(&iteration.domain, frame, model, session)? else {
        return Ok(session.null("a \"for\" needs a list to go over"));
    };
    let mut results: Vec<Value> = Vec::with_capacity(items.len());
    for item in &items {
        session.spend_parts(1 + results.len() / 8)?;
        let partial = Value::from(results.clone());
        let bindings = [(Arc::from("partial"), partial), (iteration.variable.clone(), item.clone())];
        let inner = Frame::over(frame, Layer::Bindings(&bindings));
        results.push(evaluate(&iteration.body, &inner, model, session)?);
    }
    session.bounded(results.into())
}

fn quantified(
    every: bool,
    iteration: &Iteration,
    frame: &Frame<'_>,
    model: &Arc<Inner>,
    session: &Session<'_>,
) -> Outcome {
    let Some(items) = items(&iteration.domain, frame, model, session)? else {
        return Ok(session.null("a quantified condition needs a list to go over"));
    };
    let mut unknown = false;
    for item in &items {
        let bindings = [(iteration.variable.clone(), item.clone())];
        let inner = Frame::over(frame, Layer::Bindings(&bindings));
        match evaluate(&iteration.body, &inner, model, session)? {
            Value::Bool(value) if value != every => return Ok(Value::Bool(!every)),
            Value::Bool(_) => {}
            Value::Null => unknown = true,
            other => return Ok(session.null(format!("a {} is no condition", other.type_name()))),
        }
    }
    Ok(if unknown {
        session.null("a quantified condition is not known for every item")
    } else {
        Value::Bool(every)
    })
}

fn filter(
    list: &Typed,
    condition: &Typed,
    frame: &Frame<'_>,
    model: &Arc<Inner>,
    session: &Session<'_>,
) -> Outcome {
    let Some(items) = items(list, frame, model, session)? else {
        return Ok(session.null("a filter needs a list"));
    };
    let mut kept = Vec::new();
    for item in &items {
        match evaluate(condition, &Frame::over(frame, Layer::Item(item)), model, session)? {
            Value::Bool(true) => kept.push(item.clone()),
            Value::Bool(false) => {}
            other => return Ok(session.null(format!("a filter of a {} selects nothing", other.type_name()))),
        }
    }
    Ok(kept.into())
}

/// A function defined in a box, with the names it sees from around it.
pub(super) struct BoxedFunction {
    pub(super) model: Arc<Inner>,
    pub(super) body: Arc<FunctionBody>,
    pub(super) captured: Context,
}

impl Callable for BoxedFunction {
    fn name(&self) -> &str {
        "the function"
    }

    fn parameters(&self) -> &[Arc<str>] {
        &self.body.parameter_names
    }

    fn exact(&self) -> bool {
        true
    }

    fn depth(&self) -> u16 {
        Value::Context(self.captured.clone()).depth().saturating_add(1)
    }

    fn call(&self, arguments: Vec<Value>, session: &Session<'_>) -> Outcome {
        let mut bindings = Vec::with_capacity(arguments.len());
        for ((name, kind), value) in self.body.parameters.iter().zip(arguments) {
            let Some(value) = kind.coerce(value, session) else {
                return Ok(session.null(format!("the argument \"{name}\" is not of its type")));
            };
            bindings.push((name.clone(), value));
        }
        let outer = Frame::root(Layer::Contexts(std::slice::from_ref(&self.captured)));
        let frame = Frame::over(&outer, Layer::Bindings(&bindings));
        session.deeper(|| evaluate(&self.body.body, &frame, &self.model, session))
    }
}
