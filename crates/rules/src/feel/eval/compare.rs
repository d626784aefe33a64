//! Equality, order and membership with three truth values.

use super::Outcome;
use crate::Value;
use crate::feel::Failure;
use crate::feel::ast::Comparison;
use crate::feel::session::Session;
use crate::value::{List, Range};
use std::cmp::Ordering;

/// A comparison; null when the values are of different or unordered types.
pub(super) fn compare(comparison: Comparison, left: &Value, right: &Value, session: &Session<'_>) -> Outcome {
    let result = match comparison {
        Comparison::Equal => equal_costed(left, right, session)?,
        Comparison::NotEqual => equal_costed(left, right, session)?.map(|same| !same),
        _ => order(left, right).map(|order| match comparison {
            Comparison::Less => order == Ordering::Less,
            Comparison::LessOrEqual => order != Ordering::Greater,
            Comparison::Greater => order == Ordering::Greater,
            _ => order != Ordering::Less,
        }),
    };
    Ok(match result {
        Some(value) => Value::Bool(value),
        None => session.null(format!("a {} does not compare with a {}", left.type_name(), right.type_name())),
    })
}

fn equal_costed(left: &Value, right: &Value, session: &Session<'_>) -> Result<Option<bool>, Failure> {
    session.spend(u64::from(left.weight().min(right.weight())))?;
    Ok(equal(left, right))
}

/// FEEL equality; `None` for values of different types.
pub(crate) fn equal(left: &Value, right: &Value) -> Option<bool> {
    match (left, right) {
        (Value::Null, Value::Null) => Some(true),
        (Value::Null, _) | (_, Value::Null) => Some(false),
        (Value::Bool(a), Value::Bool(b)) => Some(a == b),
        (Value::List(a), Value::List(b)) => lists_equal(a, b),
        (Value::Context(a), Value::Context(b)) => {
            if a.len() != b.len() {
                return Some(false);
            }
            let mut same = true;
            for (name, value) in a.iter() {
                let Some(other) = b.get(name) else { return Some(false) };
                same &= equal(value, other)?;
            }
            Some(same)
        }
        (Value::Range(a), Value::Range(b)) => ranges_equal(a, b),
        (Value::Function(a), Value::Function(b)) => Some(a == b),
        _ => order(left, right).map(|order| order == Ordering::Equal),
    }
}

fn lists_equal(left: &List, right: &List) -> Option<bool> {
    if left.len() != right.len() {
        return Some(false);
    }
    for (a, b) in left.iter().zip(right.iter()) {
        if !equal(a, b)? {
            return Some(false);
        }
    }
    Some(true)
}

fn ranges_equal(left: &Range, right: &Range) -> Option<bool> {
    let end = |a: &Option<Value>, b: &Option<Value>| match (a, b) {
        (None, None) => Some(true),
        (Some(a), Some(b)) => equal(a, b),
        _ => Some(false),
    };
    let included = left.low_included == right.low_included && left.high_included == right.high_included;
    Some(included && end(&left.low, &right.low)? && end(&left.high, &right.high)?)
}

/// The order of two values of one ordered type.
pub(crate) fn order(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Number(a), Value::Number(b)) => Some(a.cmp(b)),
        (Value::String(a), Value::String(b)) => Some(a.cmp(b)),
        (Value::Date(a), Value::Date(b)) => Some(a.cmp(b)),
        (Value::Time(a), Value::Time(b)) => a.compare(b),
        (Value::DateTime(a), Value::DateTime(b)) => a.compare(b),
        (Value::YearsMonths(a), Value::YearsMonths(b)) => Some(a.cmp(b)),
        (Value::DaysTime(a), Value::DaysTime(b)) => Some(a.cmp(b)),
        _ => None,
    }
}

/// Whether a range holds a value.
pub(crate) fn contains(range: &Range, value: &Value) -> Option<bool> {
    let above = match &range.low {
        None => true,
        Some(low) => match order(value, low)? {
            Ordering::Less => false,
            Ordering::Equal => range.low_included,
            Ordering::Greater => true,
        },
    };
    let below = match &range.high {
        None => true,
        Some(high) => match order(value, high)? {
            Ordering::Greater => false,
            Ordering::Equal => range.high_included,
            Ordering::Less => true,
        },
    };
    Some(above && below)
}

/// Whether an input satisfies the value of a unary test: equality, membership in a range or list, or plain truth.
pub(super) fn satisfies(input: &Value, test: &Value, session: &Session<'_>) -> Result<Option<bool>, Failure> {
    session.spend(u64::from(test.weight()))?;
    Ok(match test {
        Value::Range(range) if !matches!(input, Value::Range(_)) => contains(range, input),
        Value::List(items) => {
            if matches!(input, Value::List(_)) && equal(input, test) == Some(true) {
                return Ok(Some(true));
            }
            Some(items.iter().any(|item| match item {
                Value::Range(range) if !matches!(input, Value::Range(_)) => {
                    contains(range, input) == Some(true)
                }
                item => equal(input, item) == Some(true),
            }))
        }
        Value::Bool(true) if input.as_bool().is_none() => Some(true),
        _ => match equal(input, test) {
            Some(same) => Some(same),
            // A list that holds the value of the test satisfies it.
            None => match input {
                Value::List(items) => Some(items.iter().any(|item| equal(item, test) == Some(true))),
                _ => None,
            },
        },
    })
}
