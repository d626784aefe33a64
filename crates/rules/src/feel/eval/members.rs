//! What stands behind a point: entries of contexts, parts of dates, times, durations and ranges.

use super::Outcome;
use crate::Value;
use crate::feel::session::Session;
use crate::temporal::{Date, DaysTime, Time, YearsMonths};
use crate::value::Range;

/// The member of a value; of a list, the members of its items.
pub(super) fn path(value: &Value, name: &str, session: &Session<'_>) -> Outcome {
    if let Value::List(items) = value {
        session.spend_parts(items.len())?;
        let members = items.iter().map(|item| member(item, name).unwrap_or(Value::Null)).collect();
        return session.bounded(Value::List(members));
    }
    Ok(member(value, name)
        .unwrap_or_else(|| session.null(format!("a {} has no \"{name}\"", value.type_name()))))
}

fn member(value: &Value, name: &str) -> Option<Value> {
    match value {
        Value::Context(context) => context.get(name).cloned(),
        Value::Date(date) => date_part(date, name),
        Value::DateTime(moment) => match name {
            "time offset" => {
                moment.offset_seconds().and_then(|s| DaysTime::from_seconds(s.into())).map(Value::from)
            }
            _ => date_part(&moment.date(), name).or_else(|| time_part(moment.time(), name)),
        },
        Value::Time(time) => time_part(time, name),
        Value::YearsMonths(duration) => months_part(*duration, name),
        Value::DaysTime(duration) => days_part(*duration, name),
        Value::Range(range) => range_part(range, name),
        Value::List(items) => Some(
            items.iter().map(|item| member(item, name).unwrap_or(Value::Null)).collect::<Vec<_>>().into(),
        ),
        _ => None,
    }
}

fn date_part(date: &Date, name: &str) -> Option<Value> {
    let number = match name {
        "year" => i64::from(date.year()),
        "month" => i64::from(date.month()),
        "day" => i64::from(date.day()),
        "weekday" => i64::from(date.weekday()),
        _ => return None,
    };
    Some(number.into())
}

fn time_part(time: &Time, name: &str) -> Option<Value> {
    let number = match name {
        "hour" => time.hour(),
        "minute" => time.minute(),
        "second" => time.second(),
        "time offset" => {
            let offset = time.zone()?.fixed_offset()?;
            return DaysTime::from_seconds(offset.into()).map(Value::from);
        }
        "timezone" => return time.zone()?.name().map(Value::text),
        _ => return None,
    };
    Some(i64::from(number).into())
}

fn months_part(duration: YearsMonths, name: &str) -> Option<Value> {
    match name {
        "years" => Some((duration.months() / 12).into()),
        "months" => Some((duration.months() % 12).into()),
        _ => None,
    }
}

fn days_part(duration: DaysTime, name: &str) -> Option<Value> {
    let [days, hours, minutes, seconds, _] = duration.parts();
    let part = match name {
        "days" => days,
        "hours" => hours,
        "minutes" => minutes,
        "seconds" => seconds,
        _ => return None,
    };
    Some(if duration.is_negative() { -part } else { part }.into())
}

fn range_part(range: &Range, name: &str) -> Option<Value> {
    match name {
        "start" => range.low.clone(),
        "end" => range.high.clone(),
        "start included" => Some(range.low_included.into()),
        "end included" => Some(range.high_included.into()),
        _ => None,
    }
}
