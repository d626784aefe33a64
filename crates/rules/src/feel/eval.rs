//! The evaluator: a walk over the tree, every node of which costs fuel.
//!
//! Errors of the data become nulls with a warning, as the standard demands; only exhausted fuel, depth or size ends
//! an evaluation. The walk never reads anything but its frames and the session.

mod arithmetic;
mod call;
mod compare;
mod instance;
mod iterate;
mod members;

pub(crate) use call::{call_function, call_named};
pub(crate) use compare::{contains, equal, order};
pub(crate) use instance::conforms;

use super::ast::{Comparison, Kind, Lambda, Node, Operator, RangeNode, Test, Tests};
use super::session::{Frame, Layer, Session};
use super::types::Type;
use super::{Failure, builtins};
use crate::Value;
use crate::value::{Closure, Context, Function, FunctionKind, Range};
use std::cmp::Ordering;
use std::sync::Arc;

type Outcome = Result<Value, Failure>;

/// Evaluates a node.
pub(crate) fn evaluate(node: &Node, frame: &Frame<'_>, session: &Session<'_>) -> Outcome {
    // No closures here: this frame lies on the stack once for every level of an evaluation.
    let outcome = match (session.spend(1), &node.kind) {
        (Err(failure), _) => Err(failure),
        (Ok(()), Kind::Literal(value)) => return Ok(value.clone()),
        (Ok(()), Kind::Name(name, builtin)) => return Ok(name_value(name, *builtin, frame, session)),
        (Ok(()), _) => match session.enter() {
            Err(failure) => Err(failure),
            Ok(()) => {
                let outcome = compound(node, frame, session);
                session.leave();
                outcome
            }
        },
    };
    match outcome {
        Ok(value) => Ok(value),
        Err(failure) => Err(failure.within(node.position)),
    }
}

fn name_value(
    name: &str,
    builtin: Option<&'static builtins::Builtin>,
    frame: &Frame<'_>,
    session: &Session<'_>,
) -> Value {
    if let Some(value) = frame.lookup(name) {
        return value.clone();
    }
    if let Some(function) = session.env.functions.find(name) {
        return Function::new(FunctionKind::Callable(function)).into();
    }
    match builtin {
        Some(builtin) => Function::new(FunctionKind::Builtin(builtin)).into(),
        None => session.null(format!("there is no variable \"{name}\"")),
    }
}

fn compound(node: &Node, frame: &Frame<'_>, session: &Session<'_>) -> Outcome {
    match &node.kind {
        Kind::Literal(_) | Kind::Name(..) => Ok(Value::Null),
        Kind::List(items) => list(items, frame, session),
        Kind::Context(entries) => context(entries, frame, session),
        Kind::Range(range) => range_value(range, frame, session),
        Kind::Unary(comparison, end) => unary_value(*comparison, end, frame, session),
        Kind::Negate(inner) => negation(inner, frame, session),
        Kind::Arithmetic(operator, pair) => operation(*operator, pair, frame, session),
        Kind::Compare(comparison, pair) => comparison_of(*comparison, pair, frame, session),
        Kind::And(pair) => connective(pair, false, frame, session),
        Kind::Or(pair) => connective(pair, true, frame, session),
        Kind::Between(parts) => between(parts, frame, session),
        Kind::In(left, tests) => membership(left, tests, frame, session),
        Kind::InstanceOf(left, kind) => instance_of(left, kind, frame, session),
        Kind::If(parts) => choice(parts, frame, session),
        Kind::For(iterators, body) => iterate::for_loop(iterators, body, frame, session),
        Kind::Quantified(every, iterators, body) => {
            iterate::quantified(*every, iterators, body, frame, session)
        }
        Kind::Path(left, name) => member(left, name, frame, session),
        Kind::Filter(pair) => iterate::filter(&pair.0, &pair.1, frame, session),
        Kind::Call(callee, arguments) => call::call(callee, arguments, frame, session),
        Kind::Lambda(lambda) => closure(lambda, frame, session),
    }
}

// The steps of the walk are functions of their own, so that the frame of the walk itself stays small.

fn negation(inner: &Node, frame: &Frame<'_>, session: &Session<'_>) -> Outcome {
    let value = evaluate(inner, frame, session)?;
    Ok(arithmetic::negate(value, session))
}

fn operation(operator: Operator, pair: &(Node, Node), frame: &Frame<'_>, session: &Session<'_>) -> Outcome {
    let left = evaluate(&pair.0, frame, session)?;
    let right = evaluate(&pair.1, frame, session)?;
    arithmetic::operate(operator, &left, &right, session)
}

fn comparison_of(
    comparison: Comparison,
    pair: &(Node, Node),
    frame: &Frame<'_>,
    session: &Session<'_>,
) -> Outcome {
    let left = evaluate(&pair.0, frame, session)?;
    let right = evaluate(&pair.1, frame, session)?;
    compare::compare(comparison, &left, &right, session)
}

fn membership(left: &Node, tests: &Tests, frame: &Frame<'_>, session: &Session<'_>) -> Outcome {
    let input = evaluate(left, frame, session)?;
    Ok(test_value(tests, &input, frame, session)?.into())
}

fn instance_of(left: &Node, kind: &Type, frame: &Frame<'_>, session: &Session<'_>) -> Outcome {
    let value = evaluate(left, frame, session)?;
    session.spend(u64::from(value.weight()))?;
    Ok(instance::is_instance(&value, kind, session).into())
}

fn choice(parts: &(Node, Node, Node), frame: &Frame<'_>, session: &Session<'_>) -> Outcome {
    let (condition, yes, no) = parts;
    let chosen = if evaluate(condition, frame, session)? == Value::Bool(true) { yes } else { no };
    evaluate(chosen, frame, session)
}

fn member(left: &Node, name: &str, frame: &Frame<'_>, session: &Session<'_>) -> Outcome {
    let value = evaluate(left, frame, session)?;
    members::path(&value, name, session)
}

fn list(items: &[Node], frame: &Frame<'_>, session: &Session<'_>) -> Outcome {
    let mut values = Vec::with_capacity(items.len());
    for item in items {
        values.push(evaluate(item, frame, session)?);
    }
    session.bounded(values.into())
}

/// A context literal: each entry sees those before it.
fn context(entries: &[(Arc<str>, Node)], frame: &Frame<'_>, session: &Session<'_>) -> Outcome {
    let mut done: Vec<(Arc<str>, Value)> = Vec::with_capacity(entries.len());
    for (name, node) in entries {
        // Names are sought among the entries one by one.
        session.spend_parts(done.len() / 32)?;
        let value = evaluate(node, &Frame::over(frame, Layer::Bindings(&done)), session)?;
        done.push((name.clone(), value));
    }
    session.bounded(Value::Context(done.into_iter().collect()))
}

fn range_value(range: &RangeNode, frame: &Frame<'_>, session: &Session<'_>) -> Outcome {
    let low = evaluate(&range.low, frame, session)?;
    let high = evaluate(&range.high, frame, session)?;
    let ordered = order(&low, &high).is_some_and(|order| order != Ordering::Greater);
    let one_kind = low.is_null() || high.is_null() || ordered;
    let plain = !matches!(low, Value::List(_) | Value::Context(_) | Value::Function(_) | Value::Bool(_));
    if !one_kind || !plain {
        return Ok(session.null(format!("no range from a {} to a {}", low.type_name(), high.type_name())));
    }
    // An end that is null is not known, which is not the same as no end.
    let (low, high) = (Some(low), Some(high));
    let range = Range { low, low_included: range.low_included, high, high_included: range.high_included };
    session.bounded(range.into())
}

/// `(< 5)` as a value: the range of all that passes.
fn unary_value(comparison: Comparison, end: &Node, frame: &Frame<'_>, session: &Session<'_>) -> Outcome {
    let end = evaluate(end, frame, session)?;
    if end.is_null() {
        return Ok(session.null("a comparison with null is no range"));
    }
    let open = |low: Option<Value>, low_included, high: Option<Value>, high_included| {
        session.bounded(Range { low, low_included, high, high_included }.into())
    };
    match comparison {
        Comparison::Less => open(None, false, Some(end), false),
        Comparison::LessOrEqual => open(None, false, Some(end), true),
        Comparison::Greater => open(Some(end), false, None, false),
        Comparison::GreaterOrEqual => open(Some(end), true, None, false),
        Comparison::Equal => open(Some(end.clone()), true, Some(end), true),
        Comparison::NotEqual => Ok(session.null("\"!=\" makes no range")),
    }
}

/// `and` (decided by false) and `or` (decided by true); what is not boolean counts as unknown.
fn connective(pair: &(Node, Node), decisive: bool, frame: &Frame<'_>, session: &Session<'_>) -> Outcome {
    let left = evaluate(&pair.0, frame, session)?.as_bool();
    if left == Some(decisive) {
        return Ok(Value::Bool(decisive));
    }
    let right = evaluate(&pair.1, frame, session)?.as_bool();
    Ok(match (left, right) {
        (_, Some(value)) if value == decisive => Value::Bool(decisive),
        (Some(_), Some(_)) => Value::Bool(!decisive),
        _ => Value::Null,
    })
}

fn between(parts: &(Node, Node, Node), frame: &Frame<'_>, session: &Session<'_>) -> Outcome {
    let value = evaluate(&parts.0, frame, session)?;
    let low = evaluate(&parts.1, frame, session)?;
    let high = evaluate(&parts.2, frame, session)?;
    match (order(&value, &low), order(&value, &high)) {
        (Some(above), Some(below)) => Ok(Value::Bool(above != Ordering::Less && below != Ordering::Greater)),
        _ => Ok(session.null("the values of \"between\" are not of one ordered type")),
    }
}

/// Whether the input passes unary tests; `None` when that is not known.
pub(crate) fn test_value(
    tests: &Tests,
    input: &Value,
    frame: &Frame<'_>,
    session: &Session<'_>,
) -> Result<Option<bool>, Failure> {
    if tests.any {
        return Ok(Some(true));
    }
    let layered = Frame::over(frame, Layer::Input(input));
    let mut unknown = false;
    for test in &tests.alternatives {
        match alternative(test, input, &layered, session)? {
            Some(true) => return Ok(Some(!tests.negated)),
            Some(false) => {}
            None => unknown = true,
        }
    }
    Ok(if unknown { None } else { Some(tests.negated) })
}

fn alternative(
    test: &Test,
    input: &Value,
    frame: &Frame<'_>,
    session: &Session<'_>,
) -> Result<Option<bool>, Failure> {
    if let Kind::Unary(comparison, end) = &test.node.kind {
        let end = evaluate(end, frame, session)?;
        return Ok(compare::compare(*comparison, input, &end, session)?.as_bool());
    }
    let value = evaluate(&test.node, frame, session)?;
    if test.uses_input {
        return Ok(Some(value == Value::Bool(true)));
    }
    compare::satisfies(input, &value, session)
}

fn closure(lambda: &Arc<Lambda>, frame: &Frame<'_>, session: &Session<'_>) -> Outcome {
    let mut captured = Context::new();
    for name in &lambda.names {
        if lambda.parameters.iter().any(|(parameter, _)| parameter == name) {
            continue;
        }
        session.spend(1)?;
        if let Some(value) = frame.lookup(name) {
            captured.insert(name.clone(), value.clone());
        }
    }
    let closure = Closure { lambda: Arc::clone(lambda), captured };
    session.bounded(Function::new(FunctionKind::Closure(Arc::new(closure))).into())
}
