//! Functions that make one value of many. All take one list or the values themselves.

use super::{Entry, Outcome, or_refused, refused};
use crate::feel::eval::order;
use crate::feel::session::Session;
use crate::temporal::{DaysTime, YearsMonths};
use crate::{Decimal, Value};
use std::cmp::Ordering;

pub(super) const TABLE: &[Entry] = &[
    ("min", "list...", |a, s| extreme("min", a, s, Ordering::Less)),
    ("max", "list...", |a, s| extreme("max", a, s, Ordering::Greater)),
    ("sum", "list...", |a, s| reduced("sum", a, s, sum)),
    ("mean", "list...", |a, s| reduced("mean", a, s, mean)),
    ("product", "list...", |a, s| numeric("product", a, s, |n| product(&n).map(Value::from))),
    ("median", "list...", |a, s| numeric("median", a, s, |n| median(n).map(Value::from))),
    ("stddev", "list...", |a, s| numeric("stddev", a, s, |n| stddev(&n).map(Value::from))),
    ("mode", "list...", |a, s| numeric("mode", a, s, |n| Some(mode(n)))),
    ("all", "list...", |a, s| logical("all", a, s, false)),
    ("any", "list...", |a, s| logical("any", a, s, true)),
];

/// The values a function is about: the one list, or the arguments themselves.
fn values(arguments: &[Value]) -> &[Value] {
    match arguments {
        [Value::List(items)] => items,
        several => several,
    }
}

fn extreme(function: &str, arguments: &[Value], session: &Session<'_>, wanted: Ordering) -> Outcome {
    let values = values(arguments);
    session.spend_parts(values.len())?;
    let Some((first, rest)) = values.split_first() else { return refused(function, arguments, session) };
    if order(first, first).is_none() {
        return refused(function, arguments, session);
    }
    let mut best = first;
    for value in rest {
        match order(value, best) {
            Some(order) if order == wanted => best = value,
            Some(_) => {}
            None => return refused(function, arguments, session),
        }
    }
    Ok(best.clone())
}

fn reduced(
    function: &str,
    arguments: &[Value],
    session: &Session<'_>,
    work: impl FnOnce(&[Value]) -> Option<Value>,
) -> Outcome {
    let values = values(arguments);
    session.spend_parts(values.len())?;
    or_refused(work(values), function, arguments, session)
}

fn numeric(
    function: &str,
    arguments: &[Value],
    session: &Session<'_>,
    work: impl FnOnce(Vec<Decimal>) -> Option<Value>,
) -> Outcome {
    reduced(function, arguments, session, |values| {
        let numbers: Option<Vec<Decimal>> = values.iter().map(Value::as_number).collect();
        work(numbers?)
    })
}

/// Sums numbers or durations of one kind.
fn sum(values: &[Value]) -> Option<Value> {
    let (first, rest) = values.split_first()?;
    let mut total = first.clone();
    if !matches!(total, Value::Number(_) | Value::YearsMonths(_) | Value::DaysTime(_)) {
        return None;
    }
    for value in rest {
        total = match (total, value) {
            (Value::Number(a), Value::Number(b)) => a.checked_add(*b)?.into(),
            (Value::YearsMonths(a), Value::YearsMonths(b)) => {
                YearsMonths::try_from_months(a.months().checked_add(b.months())?)?.into()
            }
            (Value::DaysTime(a), Value::DaysTime(b)) => a.checked_add(*b)?.into(),
            _ => return None,
        };
    }
    Some(total)
}

fn mean(values: &[Value]) -> Option<Value> {
    let count = Decimal::from(i64::try_from(values.len()).ok()?);
    match sum(values)? {
        Value::Number(total) => total.checked_div(count).map(Value::from),
        Value::YearsMonths(total) => {
            let months = Decimal::from(total.months()).checked_div(count)?.truncate_to_i64()?;
            Some(YearsMonths::from_months(months).into())
        }
        Value::DaysTime(total) => {
            DaysTime::from_decimal_seconds(total.decimal_seconds().checked_div(count)?).map(Value::from)
        }
        _ => None,
    }
}

fn product(numbers: &[Decimal]) -> Option<Decimal> {
    let (first, rest) = numbers.split_first()?;
    rest.iter().try_fold(*first, |total, number| total.checked_mul(*number))
}

fn median(mut numbers: Vec<Decimal>) -> Option<Decimal> {
    numbers.sort();
    let middle = numbers.len() / 2;
    let upper = *numbers.get(middle)?;
    if numbers.len() % 2 == 1 {
        return Some(upper);
    }
    numbers.get(middle.checked_sub(1)?)?.checked_add(upper)?.checked_div(Decimal::from(2))
}

/// The deviation of a sample (divided by one less than its size).
fn stddev(numbers: &[Decimal]) -> Option<Decimal> {
    if numbers.len() < 2 {
        return None;
    }
    let count = i64::try_from(numbers.len()).ok()?;
    let total = numbers.iter().try_fold(Decimal::ZERO, |sum, number| sum.checked_add(*number))?;
    let mean = total.checked_div(Decimal::from(count))?;
    let squares = numbers.iter().try_fold(Decimal::ZERO, |sum, number| {
        let distance = number.checked_sub(mean)?;
        sum.checked_add(distance.checked_mul(distance)?)
    })?;
    squares.checked_div(Decimal::from(count - 1))?.sqrt()
}

/// The most frequent numbers, the smaller first.
fn mode(mut numbers: Vec<Decimal>) -> Value {
    numbers.sort();
    let groups: Vec<&[Decimal]> = numbers.chunk_by(|a, b| a == b).collect();
    let most = groups.iter().map(|group| group.len()).max().unwrap_or(0);
    let chosen = groups.iter().filter(|group| group.len() == most).filter_map(|group| group.first());
    chosen.map(|number| Value::from(*number)).collect::<Vec<_>>().into()
}

/// `all` (decided by false) and `any` (decided by true).
fn logical(function: &str, arguments: &[Value], session: &Session<'_>, decisive: bool) -> Outcome {
    if let [Value::Null] = arguments {
        return refused(function, arguments, session);
    }
    let values = values(arguments);
    session.spend_parts(values.len())?;
    if values.contains(&Value::Bool(decisive)) {
        return Ok(Value::Bool(decisive));
    }
    if values.iter().all(|value| value.as_bool().is_some()) {
        return Ok(Value::Bool(!decisive));
    }
    refused(function, arguments, session)
}
