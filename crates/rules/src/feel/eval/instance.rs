//! Whether a value is of a type.

use crate::Value;
use crate::feel::session::Session;
use crate::feel::types::Type;
use crate::value::FunctionKind;

/// Whether a value conforms to a type. Null conforms to `Null` and `Any` alone.
pub(crate) fn conforms(value: &Value, kind: &Type, session: &Session<'_>) -> bool {
    match (kind, value) {
        (Type::Null, Value::Null) => true,
        (Type::Named(name), value) => {
            session.types().and_then(|types| types.conforms(name, value, session)).unwrap_or(false)
        }
        (Type::Any, value) => !value.is_null(),
        (Type::Number, Value::Number(_))
        | (Type::Text, Value::String(_))
        | (Type::Boolean, Value::Bool(_))
        | (Type::Date, Value::Date(_))
        | (Type::Time, Value::Time(_))
        | (Type::DateTime, Value::DateTime(_))
        | (Type::YearsMonths, Value::YearsMonths(_))
        | (Type::DaysTime, Value::DaysTime(_)) => true,
        (Type::List(inner), Value::List(items)) => {
            items.iter().all(|item| item_conforms(item, inner, session))
        }
        (Type::Context(entries), Value::Context(context)) => entries
            .iter()
            .all(|(name, kind)| context.get(name).is_some_and(|value| item_conforms(value, kind, session))),
        (Type::Range(inner), Value::Range(range)) => {
            range.low.iter().chain(&range.high).all(|end| item_conforms(end, inner, session))
        }
        (Type::Function(parameters, _), Value::Function(function)) => match (parameters, function.kind()) {
            (None, _) => true,
            (Some(wanted), FunctionKind::Closure(closure)) => {
                let given = &closure.lambda.parameters;
                given.len() == wanted.len()
                    && given
                        .iter()
                        .zip(wanted)
                        .all(|((_, given), wanted)| *given == Type::Any || given == wanted)
            }
            (Some(wanted), FunctionKind::Callable(callable)) => callable.parameters().len() == wanted.len(),
            (Some(wanted), FunctionKind::Builtin(builtin)) => builtin.accepts(wanted.len()),
        },
        _ => false,
    }
}

/// `instance of`: the structure of a type of the model counts, its allowed values do not.
pub(super) fn is_instance(value: &Value, kind: &Type, session: &Session<'_>) -> bool {
    match kind {
        Type::Named(name) => {
            let outline = session.types().and_then(|types| types.resolve(name));
            outline.is_some_and(|outline| conforms(value, &outline, session))
        }
        kind => conforms(value, kind, session),
    }
}

/// Inside lists and contexts a null stands for a value not known.
fn item_conforms(value: &Value, kind: &Type, session: &Session<'_>) -> bool {
    value.is_null() || conforms(value, kind, session)
}
