//! Loops: `for`, `some`, `every` and filters. Every turn costs fuel.

use super::{Outcome, evaluate};
use crate::feel::Failure;
use crate::feel::ast::{Domain, Iterator, Kind, Node};
use crate::feel::session::{Frame, Layer, Session};
use crate::temporal::Date;
use crate::value::{List, Range};
use crate::{Decimal, Value};
use std::cmp::Ordering;
use std::sync::Arc;

type Flow = Result<bool, Failure>;

pub(super) fn for_loop(
    iterators: &[Iterator],
    body: &Node,
    frame: &Frame<'_>,
    session: &Session<'_>,
) -> Outcome {
    let mut results: Vec<Value> = Vec::new();
    let needs_partial = uses_partial(body);
    let valid = turn(iterators, frame, session, &mut |inner| {
        let value = if needs_partial {
            let partial = [(Arc::from("partial"), Value::from(results.clone()))];
            session.spend_parts(results.len())?;
            evaluate(body, &Frame::over(inner, Layer::Bindings(&partial)), session)?
        } else {
            evaluate(body, inner, session)?
        };
        results.push(value);
        Ok(true)
    })?;
    if valid.is_none() {
        return Ok(session.null("\"for\" needs lists or ranges to go over"));
    }
    session.bounded(results.into())
}

/// Whether the loop's own results are named in its body.
fn uses_partial(body: &Node) -> bool {
    let mut found = false;
    body.walk(&mut |node| found |= matches!(&node.kind, Kind::Name(name, _) if &**name == "partial"));
    found
}

pub(super) fn quantified(
    every: bool,
    iterators: &[Iterator],
    body: &Node,
    frame: &Frame<'_>,
    session: &Session<'_>,
) -> Outcome {
    let mut unknown = false;
    let mut decided = false;
    let valid = turn(iterators, frame, session, &mut |inner| {
        match evaluate(body, inner, session)?.as_bool() {
            Some(value) if value != every => {
                decided = true;
                return Ok(false);
            }
            Some(_) => {}
            None => unknown = true,
        }
        Ok(true)
    })?;
    if decided {
        return Ok(Value::Bool(!every));
    }
    if valid.is_none() || unknown {
        return Ok(session.null("a quantified condition is not true or false for every item"));
    }
    Ok(Value::Bool(every))
}

/// Runs a body for every combination of the iterators, the first one outermost. The body answers whether to go on.
/// `None`: a domain is no list.
fn turn(
    iterators: &[Iterator],
    frame: &Frame<'_>,
    session: &Session<'_>,
    body: &mut dyn FnMut(&Frame<'_>) -> Flow,
) -> Result<Option<bool>, Failure> {
    let Some((first, rest)) = iterators.split_first() else { return body(frame).map(Some) };
    let Some(domain) = domain(&first.domain, frame, session)? else { return Ok(None) };
    let mut binding = [(first.name.clone(), Value::Null)];
    for index in 0..domain.len() {
        session.spend(1)?;
        let Some(item) = domain.item(index) else { return Ok(None) };
        binding[0].1 = item;
        let inner = Frame::over(frame, Layer::Bindings(&binding));
        match turn(rest, &inner, session, body)? {
            Some(true) => {}
            other => return Ok(other),
        }
    }
    Ok(Some(true))
}

/// What an iterator goes over.
enum Items {
    List(List),
    One(Value),
    Numbers { from: Decimal, count: usize, down: bool },
    Dates { from: Date, count: usize, down: bool },
}

impl Items {
    fn len(&self) -> usize {
        match self {
            Items::List(list) => list.len(),
            Items::One(_) => 1,
            Items::Numbers { count, .. } | Items::Dates { count, .. } => *count,
        }
    }

    fn item(&self, index: usize) -> Option<Value> {
        let signed = |down: bool| i64::try_from(index).ok().map(|index| if down { -index } else { index });
        match self {
            Items::List(list) => list.get(index).cloned(),
            Items::One(value) => Some(value.clone()),
            Items::Numbers { from, down, .. } => {
                from.checked_add(Decimal::from(signed(*down)?)).map(Value::from)
            }
            Items::Dates { from, down, .. } => from.plus_days(signed(*down)?).map(Value::from),
        }
    }
}

fn domain(domain: &Domain, frame: &Frame<'_>, session: &Session<'_>) -> Result<Option<Items>, Failure> {
    match domain {
        Domain::List(node) => Ok(match evaluate(node, frame, session)? {
            Value::List(list) => Some(Items::List(list)),
            Value::Range(range) => range_items(&range),
            Value::Null => None,
            other => Some(Items::One(other)),
        }),
        Domain::Span(from, to) => {
            let from = evaluate(from, frame, session)?;
            let to = evaluate(to, frame, session)?;
            Ok(span(&from, &to))
        }
    }
}

fn span(from: &Value, to: &Value) -> Option<Items> {
    match (from, to) {
        (Value::Number(from), Value::Number(to)) => {
            let down = to < from;
            let distance = to.checked_sub(*from)?.abs().floor().to_i64()?;
            Some(Items::Numbers {
                from: *from,
                count: usize::try_from(distance).ok()?.saturating_add(1),
                down,
            })
        }
        (Value::Date(from), Value::Date(to)) => {
            let distance = to.epoch_day() - from.epoch_day();
            let count = usize::try_from(distance.unsigned_abs()).ok()?.saturating_add(1);
            Some(Items::Dates { from: *from, count, down: distance < 0 })
        }
        _ => None,
    }
}

/// The whole numbers or days of a range with two ends.
fn range_items(range: &Range) -> Option<Items> {
    let (low, high) = (range.low.as_ref()?, range.high.as_ref()?);
    let step = |value: &Value, by: i64| match value {
        Value::Number(number) => number.checked_add(Decimal::from(by)).map(Value::from),
        Value::Date(date) => date.plus_days(by).map(Value::from),
        _ => None,
    };
    let low = if range.low_included { low.clone() } else { step(low, 1)? };
    let high = if range.high_included { high.clone() } else { step(high, -1)? };
    if super::order(&low, &high)? == Ordering::Greater {
        return Some(Items::List(List::new(Vec::new())));
    }
    span(&low, &high)
}

/// `list[3]`, `list[-1]`, `list[condition]`; what is no list counts as a list of one.
pub(super) fn filter(list: &Node, filter: &Node, frame: &Frame<'_>, session: &Session<'_>) -> Outcome {
    let items = match evaluate(list, frame, session)? {
        Value::List(items) => items,
        Value::Null => List::new(Vec::new()),
        other => List::new(vec![other]),
    };
    if let Kind::Literal(Value::Number(index)) = &filter.kind {
        return Ok(nth(&items, *index, session));
    }
    if items.is_empty() {
        let outcome = evaluate(filter, &Frame::over(frame, Layer::Item(&Value::Null)), session)?;
        return Ok(if outcome.as_number().is_some() { Value::Null } else { Value::List(items) });
    }
    let mut kept = Vec::new();
    for item in &items {
        let condition = evaluate(filter, &Frame::over(frame, Layer::Item(item)), session)?;
        match condition {
            Value::Number(index) => return Ok(nth(&items, index, session)),
            Value::Bool(true) => kept.push(item.clone()),
            Value::Bool(false) | Value::Null => {}
            other => return Ok(session.null(format!("a filter of a {} selects nothing", other.type_name()))),
        }
    }
    Ok(kept.into())
}

fn nth(items: &List, index: Decimal, session: &Session<'_>) -> Value {
    let found = index.to_i64().and_then(|index| {
        let place = if index > 0 {
            usize::try_from(index).ok()?.checked_sub(1)?
        } else {
            items.len().checked_sub(usize::try_from(index.unsigned_abs()).ok()?)?
        };
        items.get(place)
    });
    match found {
        Some(value) => value.clone(),
        None => session.null(format!("a list of {} has no item {index}", items.len())),
    }
}
