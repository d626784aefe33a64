//! Conversions between types.

use super::{Entry, Outcome, optional, or_refused, refused};
use crate::feel::session::Session;
use crate::temporal::{Date, DateTime, DaysTime, Time, YearsMonths, Zone};
use crate::value::Range;
use crate::{Decimal, Rounding, Value};

pub(super) const TABLE: &[Entry] = &[
    ("date", "from | year, month, day", date),
    (
        "date and time",
        "from | date, time | date, timezone | year, month, day, hour, minute, second, offset? | year, month, day, hour, minute, second, timezone",
        date_and_time,
    ),
    ("time", "from | hour, minute, second, offset?", time),
    ("duration", "from", duration),
    ("years and months duration", "from, to", years_and_months),
    ("number", "from, grouping separator?, decimal separator?", number),
    ("string", "from", string),
    ("range", "from", range),
    ("not", "negand", not),
    ("is", "value1?, value2?", is),
];

/// The value of `@"…"`.
pub(crate) fn at_literal(text: &str) -> Value {
    let date = || Date::parse(text).map(Value::from);
    let moment = || DateTime::parse(text).map(Value::from);
    let time = || Time::parse(text).map(Value::from);
    date().or_else(moment).or_else(time).or_else(|| duration_text(text)).unwrap_or(Value::Null)
}

fn duration_text(text: &str) -> Option<Value> {
    let days = || DaysTime::parse(text).map(Value::from);
    YearsMonths::parse(text).map(Value::from).or_else(days)
}

fn part(value: &Value) -> Option<i64> {
    value.as_number()?.to_i64()
}

fn small(value: &Value) -> Option<u8> {
    u8::try_from(part(value)?).ok()
}

fn date_of(year: &Value, month: &Value, day: &Value) -> Option<Date> {
    Date::new(i32::try_from(part(year)?).ok()?, small(month)?, small(day)?)
}

fn date(arguments: &[Value], session: &Session<'_>) -> Outcome {
    let date = match arguments {
        [Value::String(text)] => Date::parse(text),
        [Value::Date(date)] => Some(*date),
        [Value::DateTime(moment)] => Some(moment.date()),
        [year, month, day] => date_of(year, month, day),
        _ => None,
    };
    or_refused(date.map(Value::from), "date", arguments, session)
}

fn date_and_time(arguments: &[Value], session: &Session<'_>) -> Outcome {
    let moment = match arguments {
        [Value::String(text)] => DateTime::parse(text)
            .or_else(|| Date::parse(text).map(|date| DateTime::new(date, Time::midnight(None)))),
        [Value::DateTime(moment)] => Some(moment.clone()),
        [Value::Date(date)] => Some(DateTime::new(*date, Time::midnight(Some(Zone::UTC)))),
        [Value::Date(date), Value::Time(time)] => Some(DateTime::new(*date, time.clone())),
        [Value::DateTime(moment), Value::Time(time)] => Some(DateTime::new(moment.date(), time.clone())),
        [Value::DateTime(moment), Value::String(zone)] => {
            Zone::named(zone).and_then(|zone| moment.in_zone(zone))
        }
        [year, month, day, hour, minute, second, zone @ ..] => {
            let date = date_of(year, month, day);
            let time = time_of(hour, minute, second, zone.first());
            date.zip(time).map(|(date, time)| DateTime::new(date, time))
        }
        _ => None,
    };
    or_refused(moment.map(Value::from), "date and time", arguments, session)
}

fn time(arguments: &[Value], session: &Session<'_>) -> Outcome {
    let time = match arguments {
        [Value::String(text)] => Time::parse(text.strip_prefix('T').unwrap_or(text)),
        [Value::Time(time)] => Some(time.clone()),
        [Value::DateTime(moment)] => Some(moment.time().clone()),
        [Value::Date(_)] => Some(Time::midnight(Some(Zone::UTC))),
        [hour, minute, second, zone @ ..] => time_of(hour, minute, second, zone.first()),
        _ => None,
    };
    or_refused(time.map(Value::from), "time", arguments, session)
}

fn time_of(hour: &Value, minute: &Value, second: &Value, zone: Option<&Value>) -> Option<Time> {
    let second = second.as_number()?;
    let whole = second.round(0, Rounding::Down)?;
    let nanos = second.checked_sub(whole)?.checked_mul(Decimal::from(1_000_000_000))?;
    let nanos = u32::try_from(nanos.round(0, Rounding::Down)?.to_i64()?).ok()?;
    let zone = match zone {
        None | Some(Value::Null) => None,
        Some(Value::DaysTime(offset)) => {
            let seconds = offset.decimal_seconds().to_i64()?;
            Some(Zone::offset(i32::try_from(seconds).ok()?)?)
        }
        Some(Value::String(name)) => Some(Zone::named(name)?),
        Some(_) => return None,
    };
    Time::new(small(hour)?, small(minute)?, u8::try_from(whole.to_i64()?).ok()?, nanos, zone)
}

fn duration(arguments: &[Value], session: &Session<'_>) -> Outcome {
    let duration = match arguments {
        [Value::String(text)] => duration_text(text),
        [value @ (Value::YearsMonths(_) | Value::DaysTime(_))] => Some(value.clone()),
        _ => None,
    };
    or_refused(duration, "duration", arguments, session)
}

fn years_and_months(arguments: &[Value], session: &Session<'_>) -> Outcome {
    let day = |value: &Value| match value {
        Value::Date(date) => Some(*date),
        Value::DateTime(moment) => Some(moment.date()),
        _ => None,
    };
    let between = match arguments {
        [from, to] => day(from).zip(day(to)).map(|(from, to)| from.months_until(&to)),
        _ => None,
    };
    or_refused(between.map(Value::from), "years and months duration", arguments, session)
}

fn number(arguments: &[Value], session: &Session<'_>) -> Outcome {
    let separator = |place: usize, allowed: &[&str]| match arguments.get(place) {
        None | Some(Value::Null) => Some(None),
        Some(Value::String(text)) if allowed.contains(&&**text) => Some(Some(text.to_string())),
        Some(_) => None,
    };
    let read = || {
        let grouping = separator(1, &[" ", ",", "."])?;
        let point = separator(2, &[",", "."])?;
        if grouping.is_some() && grouping == point {
            return None;
        }
        match arguments.first()? {
            Value::Number(number) => Some(*number),
            Value::String(text) => {
                let mut text = text.to_string();
                if let Some(grouping) = &grouping {
                    text = text.replace(grouping.as_str(), "");
                }
                match point.as_deref() {
                    Some(",") if text.contains('.') => return None,
                    Some(",") => text = text.replace(',', "."),
                    _ => {}
                }
                text.parse::<Decimal>().ok()
            }
            _ => None,
        }
    };
    or_refused(read().map(Value::from), "number", arguments, session)
}

fn string(arguments: &[Value], session: &Session<'_>) -> Outcome {
    let Some(value) = optional(arguments, 0) else { return Ok(Value::Null) };
    session.spend(u64::from(value.weight()))?;
    session.bounded(Value::String(text_of(value).into()))
}

/// The text of a value: as its literal, but texts, dates and the like without quotes at the top.
pub(super) fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.to_string(),
        Value::Date(value) => value.to_string(),
        Value::Time(value) => value.to_string(),
        Value::DateTime(value) => value.to_string(),
        Value::YearsMonths(value) => value.to_string(),
        Value::DaysTime(value) => value.to_string(),
        other => other.to_string(),
    }
}

/// `range("[1..5]")`: a range of literals.
fn range(arguments: &[Value], session: &Session<'_>) -> Outcome {
    let range = match arguments {
        [Value::String(text)] => range_text(text),
        _ => None,
    };
    or_refused(range.map(Value::from), "range", arguments, session)
}

fn range_text(text: &str) -> Option<Range> {
    let text = text.trim();
    let low_included = match text.chars().next()? {
        '[' => true,
        '(' | ']' => false,
        _ => return None,
    };
    let high_included = match text.chars().last()? {
        ']' => true,
        ')' | '[' => false,
        _ => return None,
    };
    let (low, high) = text.get(1..text.len().checked_sub(1)?)?.split_once("..")?;
    let (low, high) = (range_end(low.trim())?, range_end(high.trim())?);
    match (&low, &high) {
        (None, None) => return None,
        (Some(low), Some(high)) => {
            let order = crate::feel::eval::order(low, high)?;
            if order == std::cmp::Ordering::Greater {
                return None;
            }
        }
        (None, _) if low_included => return None,
        (_, None) if high_included => return None,
        _ => {}
    }
    Some(Range { low, low_included, high, high_included })
}

/// An end of a written range: nothing for an unbounded one.
fn range_end(text: &str) -> Option<Option<Value>> {
    if text.is_empty() || text == "null" {
        return Some(None);
    }
    let node = crate::feel::parser::expression(text, &[]).ok()?;
    literal(&node).map(Some)
}

/// The value of an expression made of literals and conversions alone.
fn literal(node: &crate::feel::ast::Node) -> Option<Value> {
    use crate::feel::ast::{Arguments, Kind};
    match &node.kind {
        Kind::Literal(value @ (Value::Bool(_) | Value::Null)) => {
            let _ = value;
            None
        }
        Kind::Literal(value) => Some(value.clone()),
        Kind::Call(callee, Arguments::Positional(arguments)) => {
            let Kind::Name(name, Some(_)) = &callee.kind else { return None };
            let [argument] = &arguments[..] else { return None };
            let Value::String(text) = literal(argument)? else { return None };
            match &**name {
                "date" => Date::parse(&text).map(Value::from),
                "time" => Time::parse(&text).map(Value::from),
                "date and time" => DateTime::parse(&text).map(Value::from),
                "duration" => duration_text(&text),
                _ => None,
            }
        }
        _ => None,
    }
}

fn not(arguments: &[Value], session: &Session<'_>) -> Outcome {
    match arguments {
        [Value::Bool(value)] => Ok(Value::Bool(!value)),
        [Value::Null] => Ok(Value::Null),
        _ => refused("not", arguments, session),
    }
}

/// Whether two values are the same in every part, their zones included.
fn is(arguments: &[Value], session: &Session<'_>) -> Outcome {
    if arguments.is_empty() {
        return refused("is", arguments, session);
    }
    Ok(Value::Bool(match arguments {
        [Value::Time(a), Value::Time(b)] => a == b,
        [Value::DateTime(a), Value::DateTime(b)] => a == b,
        [a, b] => a == b,
        _ => false,
    }))
}
