//! Calls of functions with positional or named arguments.

use super::{Outcome, conforms, evaluate};
use crate::Value;
use crate::feel::ast::{Arguments, Node};
use crate::feel::builtins::Builtin;
use crate::feel::session::{Frame, Layer, Session};
use crate::feel::types::Type;
use crate::value::{Closure, Function, FunctionKind, List};
use std::sync::Arc;

pub(super) fn call(
    callee: &Node,
    arguments: &Arguments,
    frame: &Frame<'_>,
    session: &Session<'_>,
) -> Outcome {
    let function = match evaluate(callee, frame, session)? {
        Value::Function(function) => function,
        other => return Ok(session.null(format!("a {} is no function", other.type_name()))),
    };
    match arguments {
        Arguments::Positional(nodes) => {
            let mut values = Vec::with_capacity(nodes.len());
            for node in nodes {
                values.push(evaluate(node, frame, session)?);
            }
            call_function(&function, values, session)
        }
        Arguments::Named(nodes) => {
            let mut values = Vec::with_capacity(nodes.len());
            for (name, node) in nodes {
                values.push((name.clone(), evaluate(node, frame, session)?));
            }
            call_named(&function, values, session)
        }
    }
}

/// Calls a function with its arguments in order.
pub(crate) fn call_function(function: &Function, arguments: Vec<Value>, session: &Session<'_>) -> Outcome {
    session.spend(2)?;
    match function.kind() {
        FunctionKind::Builtin(builtin) => {
            if !builtin.accepts(arguments.len()) {
                let count = arguments.len();
                return Ok(
                    session.null(format!("\"{}\" cannot be called with {count} arguments", builtin.name))
                );
            }
            (builtin.run)(&arguments, session)
        }
        FunctionKind::Callable(callable) => {
            let wanted = callable.parameters().len();
            if arguments.len() > wanted || (callable.exact() && arguments.len() < wanted) {
                return Ok(session.null(format!("\"{}\" takes {wanted} arguments", callable.name())));
            }
            let mut arguments = arguments;
            arguments.resize(wanted, Value::Null);
            callable.call(arguments, session)
        }
        FunctionKind::Closure(closure) => call_closure(closure, arguments, session),
    }
}

fn call_closure(closure: &Closure, arguments: Vec<Value>, session: &Session<'_>) -> Outcome {
    let parameters = &closure.lambda.parameters;
    if arguments.len() != parameters.len() {
        let (wanted, count) = (parameters.len(), arguments.len());
        return Ok(session.null(format!("the function takes {wanted} arguments, not {count}")));
    }
    let mut bindings = Vec::with_capacity(arguments.len());
    for ((name, kind), value) in parameters.iter().zip(arguments) {
        let Some(value) = coerce(value, kind, session) else {
            return Ok(session.null(format!("the argument \"{name}\" is not of its type")));
        };
        bindings.push((name.clone(), value));
    }
    let captured = std::slice::from_ref(&closure.captured);
    let outer = Frame::root(Layer::Contexts(captured));
    evaluate(closure.lambda.body(), &Frame::over(&outer, Layer::Bindings(&bindings)), session)
}

/// The value as the type wants it: as it is, a list of one unpacked or packed, a date as its midnight.
pub(crate) fn coerce(value: Value, kind: &Type, session: &Session<'_>) -> Option<Value> {
    if value.is_null() || conforms(&value, kind, session) {
        return Some(value);
    }
    if let Type::Named(name) = kind {
        let resolved = session.types().and_then(|types| types.resolve(name));
        return match resolved {
            Some(Type::Named(_)) | None => None,
            Some(resolved) => coerce_plain(value, &resolved, kind, session),
        };
    }
    coerce_plain(value, kind, kind, session)
}

fn coerce_plain(value: Value, shape: &Type, kind: &Type, session: &Session<'_>) -> Option<Value> {
    let changed = match (value, shape) {
        (Value::List(items), shape) if items.len() == 1 && !matches!(shape, Type::List(_)) => {
            items.first()?.clone()
        }
        (Value::Date(date), Type::DateTime) => {
            let midnight = crate::temporal::Time::midnight(Some(crate::temporal::Zone::UTC));
            crate::temporal::DateTime::new(date, midnight).into()
        }
        (value, Type::List(_)) if !matches!(value, Value::List(_)) => Value::List(List::new(vec![value])),
        _ => return None,
    };
    conforms(&changed, kind, session).then_some(changed)
}

/// Calls a function with its arguments by their names.
pub(crate) fn call_named(
    function: &Function,
    arguments: Vec<(Arc<str>, Value)>,
    session: &Session<'_>,
) -> Outcome {
    let ordered = match function.kind() {
        FunctionKind::Builtin(builtin) => builtin_order(builtin, arguments),
        FunctionKind::Callable(callable) => {
            let names: Vec<&str> = callable.parameters().iter().map(|name| &**name).collect();
            ordered(&names, arguments)
        }
        FunctionKind::Closure(closure) => {
            let names: Vec<&str> = closure.lambda.parameters.iter().map(|(name, _)| &**name).collect();
            ordered(&names, arguments)
        }
    };
    match ordered {
        Some(arguments) => call_function(function, arguments, session),
        None => {
            let name = function.name().unwrap_or("the function").to_owned();
            Ok(session.null(format!("{name} has no parameters of these names")))
        }
    }
}

/// The arguments in the order of the parameters; missing ones are null. `None`: one has no such parameter.
fn ordered(names: &[&str], arguments: Vec<(Arc<str>, Value)>) -> Option<Vec<Value>> {
    let mut values = vec![Value::Null; names.len()];
    for (name, value) in arguments {
        let place = names.iter().position(|known| *known == &*name)?;
        values[place] = value;
    }
    Some(values)
}

/// As [`ordered`], for the first form of a built-in function that has these parameters; optional ones at the end
/// that are not given are left out.
fn builtin_order(builtin: &Builtin, arguments: Vec<(Arc<str>, Value)>) -> Option<Vec<Value>> {
    for form in &builtin.forms {
        let fits = arguments.iter().all(|(name, _)| form.parameters.iter().any(|known| *known == &**name));
        let given = |known: &str| arguments.iter().any(|(name, _)| &**name == known);
        let complete = form.parameters.iter().take(form.required).all(|known| given(known));
        if fits && complete {
            let last = form.parameters.iter().rposition(|known| given(known)).map_or(0, |place| place + 1);
            let mut values = ordered(&form.parameters, arguments)?;
            values.truncate(last);
            return Some(values);
        }
    }
    None
}
