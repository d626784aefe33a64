//! Sums, products and powers of numbers, texts, dates, times and durations.

use super::Outcome;
use crate::feel::ast::Operator;
use crate::feel::session::Session;
use crate::temporal::{Date, DateTime, DaysTime, Time, YearsMonths, Zone};
use crate::{Decimal, Rounding, Value};
use std::sync::Arc;

pub(super) fn negate(value: Value, session: &Session<'_>) -> Value {
    match value {
        Value::Number(number) => number.negate().into(),
        Value::YearsMonths(duration) => duration.negate().into(),
        Value::DaysTime(duration) => duration.negate().into(),
        other => session.null(format!("a {} has no sign", other.type_name())),
    }
}

pub(super) fn operate(operator: Operator, left: &Value, right: &Value, session: &Session<'_>) -> Outcome {
    if let (Value::String(a), Value::String(b), Operator::Add) = (left, right, operator) {
        session.spend_parts((a.len() + b.len()) / 16)?;
        let joined: Arc<str> = [&**a, &**b].concat().into();
        return session.bounded(Value::String(joined));
    }
    let result = match operator {
        Operator::Add => add(left, right),
        Operator::Subtract => subtract(left, right),
        Operator::Multiply => multiply(left, right),
        Operator::Divide => divide(left, right),
        Operator::Power => {
            session.spend(500)?;
            power(left, right)
        }
    };
    Ok(result.unwrap_or_else(|| session.null(refusal(operator, left, right))))
}

fn refusal(operator: Operator, left: &Value, right: &Value) -> String {
    let verb = match operator {
        Operator::Add => "added to",
        Operator::Subtract => "subtracted from",
        Operator::Multiply => "multiplied by",
        Operator::Divide => "divided by",
        Operator::Power => "raised to",
    };
    format!("a {} cannot be {verb} a {}, or the result has no value", left.type_name(), right.type_name())
}

fn add(left: &Value, right: &Value) -> Option<Value> {
    Some(match (left, right) {
        (Value::Number(a), Value::Number(b)) => a.checked_add(*b)?.into(),
        (Value::YearsMonths(a), Value::YearsMonths(b)) => {
            YearsMonths::try_from_months(a.months().checked_add(b.months())?)?.into()
        }
        (Value::DaysTime(a), Value::DaysTime(b)) => a.checked_add(*b)?.into(),
        (_, Value::YearsMonths(months)) => plus_months(left, months.months())?,
        (Value::YearsMonths(months), _) => plus_months(right, months.months())?,
        (_, Value::DaysTime(time)) => plus_time(left, *time)?,
        (Value::DaysTime(time), _) => plus_time(right, *time)?,
        _ => return None,
    })
}

fn subtract(left: &Value, right: &Value) -> Option<Value> {
    Some(match (left, right) {
        (Value::Number(a), Value::Number(b)) => a.checked_sub(*b)?.into(),
        (Value::YearsMonths(a), Value::YearsMonths(b)) => {
            YearsMonths::try_from_months(a.months().checked_sub(b.months())?)?.into()
        }
        (Value::DaysTime(a), Value::DaysTime(b)) => a.checked_add(b.negate())?.into(),
        (_, Value::YearsMonths(months)) => plus_months(left, -months.months())?,
        (_, Value::DaysTime(time)) => plus_time(left, time.negate())?,
        (Value::Time(a), Value::Time(b)) => a.since(b)?.into(),
        (Value::Date(a), Value::Date(b)) => {
            DaysTime::from_seconds((a.epoch_day() - b.epoch_day()).checked_mul(86_400)?)?.into()
        }
        (Value::DateTime(a), Value::DateTime(b)) => a.since(b)?.into(),
        (Value::DateTime(a), Value::Date(b)) => a.since(&midnight(*b))?.into(),
        (Value::Date(a), Value::DateTime(b)) => midnight(*a).since(b)?.into(),
        _ => return None,
    })
}

/// A date beside a moment counts as its midnight in Greenwich.
fn midnight(date: Date) -> DateTime {
    DateTime::new(date, Time::midnight(Some(Zone::UTC)))
}

fn plus_months(value: &Value, months: i64) -> Option<Value> {
    Some(match value {
        Value::Date(date) => date.plus_months(months)?.into(),
        Value::DateTime(moment) => moment.plus_months(months)?.into(),
        _ => return None,
    })
}

fn plus_time(value: &Value, time: DaysTime) -> Option<Value> {
    Some(match value {
        Value::Date(date) => {
            // Whole days from the date's midnight: what is left of a day is cut off downwards.
            let days = time.total_nanos().div_euclid(86_400 * 1_000_000_000);
            date.plus_days(i64::try_from(days).ok()?)?.into()
        }
        Value::DateTime(moment) => moment.plus(time)?.into(),
        Value::Time(clock) => clock.plus(time).into(),
        _ => return None,
    })
}

fn multiply(left: &Value, right: &Value) -> Option<Value> {
    match (left, right) {
        (Value::Number(a), Value::Number(b)) => a.checked_mul(*b).map(Value::from),
        (Value::YearsMonths(duration), Value::Number(factor))
        | (Value::Number(factor), Value::YearsMonths(duration)) => {
            whole_months(Decimal::from(duration.months()).checked_mul(*factor)?)
        }
        (Value::DaysTime(duration), Value::Number(factor))
        | (Value::Number(factor), Value::DaysTime(duration)) => {
            DaysTime::from_decimal_seconds(duration.decimal_seconds().checked_mul(*factor)?).map(Value::from)
        }
        _ => None,
    }
}

fn divide(left: &Value, right: &Value) -> Option<Value> {
    match (left, right) {
        (Value::Number(a), Value::Number(b)) => a.checked_div(*b).map(Value::from),
        (Value::YearsMonths(duration), Value::Number(divisor)) => {
            whole_months(Decimal::from(duration.months()).checked_div(*divisor)?)
        }
        (Value::DaysTime(duration), Value::Number(divisor)) => {
            DaysTime::from_decimal_seconds(duration.decimal_seconds().checked_div(*divisor)?).map(Value::from)
        }
        (Value::YearsMonths(a), Value::YearsMonths(b)) => {
            Decimal::from(a.months()).checked_div(Decimal::from(b.months())).map(Value::from)
        }
        (Value::DaysTime(a), Value::DaysTime(b)) => {
            a.decimal_seconds().checked_div(b.decimal_seconds()).map(Value::from)
        }
        _ => None,
    }
}

fn whole_months(months: Decimal) -> Option<Value> {
    let whole = months.round(0, Rounding::Down)?.to_i64()?;
    YearsMonths::try_from_months(whole).map(Value::from)
}

fn power(left: &Value, right: &Value) -> Option<Value> {
    match (left, right) {
        (Value::Number(base), Value::Number(exponent)) => base.power(*exponent).map(Value::from),
        _ => None,
    }
}
