//! Functions of dates. `now` and `today` tell the moment the evaluation was given.

use super::{Entry, Outcome, or_refused};
use crate::Value;
use crate::feel::session::Session;
use crate::temporal::{Date, DateTime};

pub(super) const TABLE: &[Entry] = &[
    ("now", "", now),
    ("today", "", today),
    ("day of year", "date", |a, s| of_date("day of year", a, s, |date| i64::from(date.day_of_year()).into())),
    ("day of week", "date", |a, s| of_date("day of week", a, s, |date| Value::text(weekday(date.weekday())))),
    ("month of year", "date", |a, s| of_date("month of year", a, s, |date| Value::text(month(date.month())))),
    ("week of year", "date", |a, s| {
        of_date("week of year", a, s, |date| i64::from(date.week_of_year()).into())
    }),
];

fn now(_: &[Value], session: &Session<'_>) -> Outcome {
    Ok(DateTime::from_timestamp(session.env.now, &session.env.zone).into())
}

fn today(_: &[Value], session: &Session<'_>) -> Outcome {
    Ok(DateTime::from_timestamp(session.env.now, &session.env.zone).date().into())
}

fn of_date(function: &str, arguments: &[Value], session: &Session<'_>, work: fn(Date) -> Value) -> Outcome {
    let date = match arguments {
        [Value::Date(date)] => Some(*date),
        [Value::DateTime(moment)] => Some(moment.date()),
        _ => None,
    };
    or_refused(date.map(work), function, arguments, session)
}

fn weekday(number: u8) -> &'static str {
    const NAMES: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    NAMES.get(usize::from(number.saturating_sub(1))).copied().unwrap_or("")
}

fn month(number: u8) -> &'static str {
    const NAMES: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    NAMES.get(usize::from(number.saturating_sub(1))).copied().unwrap_or("")
}
