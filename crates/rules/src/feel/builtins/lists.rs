//! Functions of lists. Places count from 1; negative ones from the end.

use super::{Entry, Outcome, or_refused, refused};
use crate::Value;
use crate::feel::Failure;
use crate::feel::eval::{call_function, equal};
use crate::feel::session::Session;
use crate::value::{Function, List};
use std::cmp::Ordering;

pub(super) const TABLE: &[Entry] = &[
    ("list contains", "list, element", list_contains),
    ("count", "list...", count),
    ("sublist", "list, start position, length?", sublist),
    ("append", "list, item...", append),
    ("concatenate", "list...", concatenate),
    ("insert before", "list, position, newItem", insert_before),
    ("remove", "list, position", remove),
    ("reverse", "list", reverse),
    ("index of", "list, match", index_of),
    ("union", "list...", union),
    ("distinct values", "list", distinct_values),
    ("flatten", "list", flatten),
    ("list replace", "list, position, newItem | list, match, newItem", list_replace),
    ("sort", "list, precedes?", sort),
];

/// The list, or a list of the one value; null is no list.
fn as_list(value: &Value) -> Option<List> {
    match value {
        Value::List(items) => Some(items.clone()),
        Value::Null => None,
        other => Some(List::new(vec![other.clone()])),
    }
}

/// The place of a position in a list: 1 is the first, -1 the last.
fn place(length: usize, position: &Value) -> Option<usize> {
    let position = position.as_number()?.to_i64()?;
    let place = if position > 0 {
        usize::try_from(position).ok()?.checked_sub(1)?
    } else {
        length.checked_sub(usize::try_from(position.unsigned_abs()).ok()?)?
    };
    (place < length).then_some(place)
}

fn list_contains(arguments: &[Value], session: &Session<'_>) -> Outcome {
    let [list, element] = arguments else { return refused("list contains", arguments, session) };
    let Some(list) = as_list(list) else { return refused("list contains", arguments, session) };
    for item in &list {
        if same(item, element, session)? {
            return Ok(Value::Bool(true));
        }
    }
    Ok(Value::Bool(false))
}

/// Equality whose cost follows the size of the smaller value.
fn same(left: &Value, right: &Value, session: &Session<'_>) -> Result<bool, Failure> {
    session.spend(u64::from(left.weight().min(right.weight())))?;
    Ok(equal(left, right) == Some(true))
}

fn count(arguments: &[Value], session: &Session<'_>) -> Outcome {
    let count = match arguments {
        [single] => as_list(single).map(|list| list.len()),
        [] => None,
        several => Some(several.len()),
    };
    let number = count.and_then(|count| i64::try_from(count).ok());
    or_refused(number.map(Value::from), "count", arguments, session)
}

fn sublist(arguments: &[Value], session: &Session<'_>) -> Outcome {
    let part = || {
        let list = as_list(arguments.first()?)?;
        let start = place(list.len(), arguments.get(1)?)?;
        let length = match arguments.get(2) {
            None => list.len() - start,
            Some(length) => usize::try_from(length.as_number()?.truncate_to_i64()?).ok()?,
        };
        let end = start.checked_add(length).filter(|end| *end <= list.len())?;
        list.get(start..end).map(<[Value]>::to_vec)
    };
    let part = part();
    session.spend_parts(part.as_ref().map_or(0, Vec::len))?;
    or_refused(part.map(Value::from), "sublist", arguments, session)
}

fn append(arguments: &[Value], session: &Session<'_>) -> Outcome {
    let Some((first, items)) = arguments.split_first() else { return refused("append", arguments, session) };
    let Some(list) = as_list(first) else { return refused("append", arguments, session) };
    session.spend_parts(list.len())?;
    session.bounded([&list[..], items].concat().into())
}

fn concatenate(arguments: &[Value], session: &Session<'_>) -> Outcome {
    let mut all = Vec::new();
    for argument in arguments {
        let Some(list) = as_list(argument) else { return refused("concatenate", arguments, session) };
        session.spend_parts(list.len())?;
        all.extend_from_slice(&list);
    }
    session.bounded(all.into())
}

fn insert_before(arguments: &[Value], session: &Session<'_>) -> Outcome {
    let insert = || {
        let mut items = as_list(arguments.first()?)?.to_vec();
        let place = place(items.len(), arguments.get(1)?)?;
        items.insert(place, arguments.get(2)?.clone());
        Some(items)
    };
    changed("insert before", insert(), arguments, session)
}

fn remove(arguments: &[Value], session: &Session<'_>) -> Outcome {
    let remove = || {
        let mut items = as_list(arguments.first()?)?.to_vec();
        let place = place(items.len(), arguments.get(1)?)?;
        items.remove(place);
        Some(items)
    };
    changed("remove", remove(), arguments, session)
}

fn reverse(arguments: &[Value], session: &Session<'_>) -> Outcome {
    let reversed = arguments.first().and_then(as_list).map(|list| list.iter().rev().cloned().collect());
    changed("reverse", reversed, arguments, session)
}

fn changed(function: &str, items: Option<Vec<Value>>, arguments: &[Value], session: &Session<'_>) -> Outcome {
    session.spend_parts(items.as_ref().map_or(0, Vec::len))?;
    or_refused(items.map(Value::from), function, arguments, session)
}

fn index_of(arguments: &[Value], session: &Session<'_>) -> Outcome {
    let [list, element] = arguments else { return refused("index of", arguments, session) };
    let Some(list) = as_list(list) else { return refused("index of", arguments, session) };
    let mut places = Vec::new();
    for (index, item) in list.iter().enumerate() {
        if same(item, element, session)? {
            places.push(i64::try_from(index + 1).map_or(Value::Null, Value::from));
        }
    }
    Ok(places.into())
}

fn union(arguments: &[Value], session: &Session<'_>) -> Outcome {
    match concatenate(arguments, session)? {
        all @ Value::List(_) => distinct_values(&[all], session),
        other => Ok(other),
    }
}

fn distinct_values(arguments: &[Value], session: &Session<'_>) -> Outcome {
    let Some(list) = arguments.first().and_then(as_list) else {
        return refused("distinct values", arguments, session);
    };
    let mut kept: Vec<Value> = Vec::new();
    for item in &list {
        let mut known = false;
        for other in &kept {
            if same(item, other, session)? {
                known = true;
                break;
            }
        }
        if !known {
            kept.push(item.clone());
        }
    }
    Ok(kept.into())
}

fn flatten(arguments: &[Value], session: &Session<'_>) -> Outcome {
    fn collect(list: &List, into: &mut Vec<Value>) {
        for item in list {
            match item {
                Value::List(inner) => collect(inner, into),
                other => into.push(other.clone()),
            }
        }
    }
    let Some(list) = arguments.first().and_then(as_list) else {
        return refused("flatten", arguments, session);
    };
    session.spend(u64::from(Value::List(list.clone()).weight()))?;
    let mut flat = Vec::new();
    collect(&list, &mut flat);
    Ok(flat.into())
}

/// Replaces the item at a position, or every item for which a function of (item, new item) is true.
fn list_replace(arguments: &[Value], session: &Session<'_>) -> Outcome {
    let [list, chosen, new] = arguments else { return refused("list replace", arguments, session) };
    let Some(list) = as_list(list) else { return refused("list replace", arguments, session) };
    let mut items = list.to_vec();
    if let Value::Function(function) = chosen {
        for item in &mut items {
            let answer = call_function(function, vec![item.clone(), new.clone()], session)?;
            match answer {
                Value::Bool(true) => *item = new.clone(),
                Value::Bool(false) => {}
                _ => return refused("list replace", arguments, session),
            }
        }
        return session.bounded(items.into());
    }
    let whole = chosen.as_number().and_then(crate::Decimal::truncate_to_i64);
    let replaced = whole.and_then(|whole| place(items.len(), &whole.into()));
    let items = replaced.map(|place| {
        items[place] = new.clone();
        items
    });
    changed("list replace", items, arguments, session)
}

/// Sorts by a function that says whether its first argument comes before the second; equal ones keep their order.
fn sort(arguments: &[Value], session: &Session<'_>) -> Outcome {
    let Some(list) = arguments.first().and_then(as_list) else { return refused("sort", arguments, session) };
    let precedes = match arguments.get(1) {
        None => None,
        Some(Value::Function(function)) => Some(function),
        Some(_) => return refused("sort", arguments, session),
    };
    match merge_sort(list.to_vec(), precedes, session)? {
        Some(sorted) => Ok(sorted.into()),
        None => refused("sort", arguments, session),
    }
}

/// A merge sort of our own: the library's may not meet errors or an order that contradicts itself.
fn merge_sort(
    items: Vec<Value>,
    precedes: Option<&Function>,
    session: &Session<'_>,
) -> Result<Option<Vec<Value>>, Failure> {
    let mut runs: Vec<Vec<Value>> = items.into_iter().map(|item| vec![item]).collect();
    while runs.len() > 1 {
        let mut merged = Vec::with_capacity(runs.len().div_ceil(2));
        let mut pairs = runs.into_iter();
        while let Some(first) = pairs.next() {
            match pairs.next() {
                None => merged.push(first),
                Some(second) => match merge(first, second, precedes, session)? {
                    Some(run) => merged.push(run),
                    None => return Ok(None),
                },
            }
        }
        runs = merged;
    }
    Ok(Some(runs.pop().unwrap_or_default()))
}

fn merge(
    first: Vec<Value>,
    second: Vec<Value>,
    precedes: Option<&Function>,
    session: &Session<'_>,
) -> Result<Option<Vec<Value>>, Failure> {
    let mut merged = Vec::with_capacity(first.len() + second.len());
    let (mut first, mut second) = (first.into_iter().peekable(), second.into_iter().peekable());
    while let (Some(left), Some(right)) = (first.peek(), second.peek()) {
        session.spend(1)?;
        let swap = match precedes {
            Some(function) => match call_function(function, vec![right.clone(), left.clone()], session)? {
                Value::Bool(before) => before,
                _ => return Ok(None),
            },
            None => match crate::feel::eval::order(right, left) {
                Some(order) => order == Ordering::Less,
                None => return Ok(None),
            },
        };
        merged.extend(if swap { second.next() } else { first.next() });
    }
    merged.extend(first);
    merged.extend(second);
    Ok(Some(merged))
}
