//! Functions of numbers.

use super::{Entry, Outcome, or_refused};
use crate::feel::session::Session;
use crate::{Decimal, Rounding, Value};

pub(super) const TABLE: &[Entry] = &[
    ("decimal", "n, scale", |a, s| rounded("decimal", a, Rounding::HalfEven, s)),
    ("floor", "n, scale?", |a, s| rounded("floor", a, Rounding::Floor, s)),
    ("ceiling", "n, scale?", |a, s| rounded("ceiling", a, Rounding::Ceiling, s)),
    ("round up", "n, scale", |a, s| rounded("round up", a, Rounding::Up, s)),
    ("round down", "n, scale", |a, s| rounded("round down", a, Rounding::Down, s)),
    ("round half up", "n, scale", |a, s| rounded("round half up", a, Rounding::HalfUp, s)),
    ("round half down", "n, scale", |a, s| rounded("round half down", a, Rounding::HalfDown, s)),
    ("abs", "n", abs),
    ("modulo", "dividend, divisor", modulo),
    ("sqrt", "number", |a, s| of_number("sqrt", a, s, 20, Decimal::sqrt)),
    ("log", "number", |a, s| of_number("log", a, s, 500, Decimal::ln)),
    ("exp", "number", |a, s| of_number("exp", a, s, 500, Decimal::exp)),
    ("odd", "number", |a, s| parity("odd", a, s, true)),
    ("even", "number", |a, s| parity("even", a, s, false)),
];

/// Scales of decimal128.
const SCALES: std::ops::RangeInclusive<i64> = -6111..=6176;

fn rounded(function: &str, arguments: &[Value], mode: Rounding, session: &Session<'_>) -> Outcome {
    let round = || {
        let number = arguments.first()?.as_number()?;
        let scale = match arguments.get(1) {
            None => 0,
            Some(scale) => scale.as_number()?.truncate_to_i64()?,
        };
        if !SCALES.contains(&scale) {
            return None;
        }
        number.round(i32::try_from(scale).ok()?, mode)
    };
    or_refused(round().map(Value::from), function, arguments, session)
}

fn abs(arguments: &[Value], session: &Session<'_>) -> Outcome {
    let value = match arguments {
        [Value::Number(number)] => Some(number.abs().into()),
        [Value::YearsMonths(duration)] => {
            Some(if duration.months() < 0 { duration.negate() } else { *duration }.into())
        }
        [Value::DaysTime(duration)] => {
            Some(if duration.is_negative() { duration.negate() } else { *duration }.into())
        }
        _ => None,
    };
    or_refused(value, "abs", arguments, session)
}

fn modulo(arguments: &[Value], session: &Session<'_>) -> Outcome {
    let value = match arguments {
        [Value::Number(dividend), Value::Number(divisor)] => dividend.modulo(*divisor),
        _ => None,
    };
    or_refused(value.map(Value::from), "modulo", arguments, session)
}

fn of_number(
    function: &str,
    arguments: &[Value],
    session: &Session<'_>,
    steps: u64,
    work: fn(Decimal) -> Option<Decimal>,
) -> Outcome {
    session.spend(steps)?;
    let value = arguments.first().and_then(Value::as_number).and_then(work);
    or_refused(value.map(Value::from), function, arguments, session)
}

fn parity(function: &str, arguments: &[Value], session: &Session<'_>, odd: bool) -> Outcome {
    let value = arguments.first().and_then(Value::as_number).filter(Decimal::is_integer).and_then(|number| {
        let rest = number.modulo(Decimal::from(2))?;
        Some(rest.is_zero() != odd)
    });
    or_refused(value.map(Value::from), function, arguments, session)
}
