//! Functions of contexts.

use super::{Entry, Outcome, or_refused, refused};
use crate::Value;
use crate::feel::session::Session;
use crate::value::{Context, List};
use std::sync::Arc;

pub(super) const TABLE: &[Entry] = &[
    ("get value", "m, key | context, key", get_value),
    ("get entries", "m | context", get_entries),
    ("context", "entries", context),
    ("context put", "context, key, value | context, keys, value", context_put),
    ("context merge", "contexts", context_merge),
];

fn get_value(arguments: &[Value], session: &Session<'_>) -> Outcome {
    let value = match arguments {
        [Value::Context(context), Value::String(key)] => context.get(key).cloned(),
        [Value::Context(context), Value::List(keys)] => deep_value(context, keys),
        _ => None,
    };
    or_refused(value, "get value", arguments, session)
}

fn deep_value(context: &Context, keys: &List) -> Option<Value> {
    let (first, rest) = keys.split_first()?;
    let mut value = context.get(first.as_str()?)?;
    for key in rest {
        value = value.as_context()?.get(key.as_str()?)?;
    }
    Some(value.clone())
}

fn get_entries(arguments: &[Value], session: &Session<'_>) -> Outcome {
    let [Value::Context(context)] = arguments else { return refused("get entries", arguments, session) };
    session.spend_parts(context.len())?;
    let entry = |(key, value): (&Arc<str>, &Value)| {
        Value::Context(Context::new().with("key", Value::String(key.clone())).with("value", value.clone()))
    };
    session.bounded(context.iter().map(entry).collect::<Vec<_>>().into())
}

/// A context of entries `{key, value}`; a key must not come twice.
fn context(arguments: &[Value], session: &Session<'_>) -> Outcome {
    let build = || {
        let items = match arguments.first()? {
            Value::List(items) => items,
            Value::Context(_) => arguments.get(..1)?,
            _ => return None,
        };
        let mut made = Context::new();
        for item in items {
            let entry = item.as_context()?;
            let Value::String(key) = entry.get("key")? else { return None };
            let value = entry.get("value")?.clone();
            if made.contains(key) {
                return None;
            }
            made.insert(key.clone(), value);
        }
        Some(made)
    };
    let made = build();
    session.spend_parts(made.as_ref().map_or(0, Context::len))?;
    or_refused(made.map(Value::from), "context", arguments, session)
}

fn context_put(arguments: &[Value], session: &Session<'_>) -> Outcome {
    let changed = match arguments {
        [Value::Context(context), Value::String(key), value] => {
            session.spend_parts(context.len())?;
            Some(context.clone().with(key.clone(), value.clone()))
        }
        [Value::Context(context), Value::List(keys), value] => {
            session.spend(u64::from(Value::Context(context.clone()).weight()))?;
            deep_put(context, keys, value)
        }
        _ => None,
    };
    or_refused(changed.map(Value::from), "context put", arguments, session)
}

fn deep_put(context: &Context, keys: &[Value], value: &Value) -> Option<Context> {
    if keys.len() > usize::from(crate::value::MAX_DEPTH) {
        return None;
    }
    let (first, rest) = keys.split_first()?;
    let Value::String(key) = first else { return None };
    if rest.is_empty() {
        return Some(context.clone().with(key.clone(), value.clone()));
    }
    let inner = context.get(key)?.as_context()?;
    let inner = deep_put(inner, rest, value)?;
    Some(context.clone().with(key.clone(), inner))
}

/// All entries of the contexts; a later one replaces an earlier one of the same key.
fn context_merge(arguments: &[Value], session: &Session<'_>) -> Outcome {
    let merge = || {
        let items = match arguments.first()? {
            Value::List(items) => items,
            Value::Context(_) => arguments.get(..1)?,
            _ => return None,
        };
        let mut merged = Context::new();
        for item in items {
            merged.extend(item.as_context()?.iter().map(|(key, value)| (key.clone(), value.clone())));
        }
        Some(merged)
    };
    let merged = merge();
    session.spend_parts(merged.as_ref().map_or(0, Context::len))?;
    or_refused(merged.map(Value::from), "context merge", arguments, session)
}
