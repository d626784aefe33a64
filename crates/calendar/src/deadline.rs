//! Legal terms: a rule, a start and a calendar give a deadline that remembers its cause.
//!
//! A term in days, months or years ends with its last day, at 23:59:59 in the zone (OP-02). Where an act says that the term runs
//! *after* an event, the event's day is not counted ([`Count::After`]); where it says *from the day of*, it is ([`Count::From`]).

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use crate::{Calendar, CalendarError, zone};

/// What a term is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// Days that are worked.
    WorkingDays,
    /// Hours of working days.
    WorkingHours,
    /// Days.
    CalendarDays,
    /// Months; a day that the last month lacks becomes its last day.
    CalendarMonths,
    /// Years; 29 February becomes 28 February in a common year.
    CalendarYears,
    /// Minutes from the moment of the start.
    Minutes,
    /// Seconds from the moment of the start.
    Seconds,
}

impl Unit {
    const ALL: [Unit; 7] = [
        Unit::WorkingDays,
        Unit::WorkingHours,
        Unit::CalendarDays,
        Unit::CalendarMonths,
        Unit::CalendarYears,
        Unit::Minutes,
        Unit::Seconds,
    ];

    /// The name as it is written in files (`working-days`).
    pub fn name(self) -> &'static str {
        match self {
            Unit::WorkingDays => "working-days",
            Unit::WorkingHours => "working-hours",
            Unit::CalendarDays => "calendar-days",
            Unit::CalendarMonths => "calendar-months",
            Unit::CalendarYears => "calendar-years",
            Unit::Minutes => "minutes",
            Unit::Seconds => "seconds",
        }
    }
}

impl FromStr for Unit {
    type Err = String;

    fn from_str(text: &str) -> Result<Unit, String> {
        Unit::ALL.into_iter().find(|unit| unit.name() == text).ok_or_else(|| {
            let names: Vec<_> = Unit::ALL.iter().map(|unit| unit.name()).collect();
            format!(
                "`{}` is not a unit of a term: write {}",
                text.chars().take(40).collect::<String>(),
                names.join(", ")
            )
        })
    }
}

/// Whether the day of the start is part of a term in days, months or years. Other units run from the moment of the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Count {
    /// "After": the day of the start is not counted.
    #[default]
    After,
    /// "From the day of": the day of the start is counted.
    From,
}

impl FromStr for Count {
    type Err = String;

    fn from_str(text: &str) -> Result<Count, String> {
        match text {
            "after" => Ok(Count::After),
            "from" => Ok(Count::From),
            _ => Err(format!(
                "`{}` is not a way to count: write `after` (the day of the start is not counted) or `from` (it is)",
                text.chars().take(40).collect::<String>()
            )),
        }
    }
}

/// How long a term is and how it is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeadlineRule {
    /// How many units, 0 or more (1 or more with [`Count::From`] in days, months or years).
    pub amount: i64,
    /// The unit.
    pub unit: Unit,
    /// Whether the day of the start is counted.
    #[serde(default)]
    pub count: Count,
}

impl DeadlineRule {
    /// A rule that does not count the day of the start.
    pub fn after(amount: i64, unit: Unit) -> DeadlineRule {
        DeadlineRule { amount, unit, count: Count::After }
    }

    /// A rule that counts the day of the start.
    pub fn from(amount: i64, unit: Unit) -> DeadlineRule {
        DeadlineRule { amount, unit, count: Count::From }
    }
}

impl fmt::Display for DeadlineRule {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}", self.amount, self.unit.name().replace('-', " "))?;
        match (self.unit, self.count) {
            (Unit::WorkingHours | Unit::Minutes | Unit::Seconds, _) => Ok(()),
            (_, Count::After) => out.write_str(" after the day of the start"),
            (_, Count::From) => out.write_str(" counting the day of the start"),
        }
    }
}

/// Why a deadline is where it is. It is kept beside the moment, so that a moved holiday recomputes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    /// The paragraph that sets the term, as the act numbers it.
    pub paragraph: Option<String>,
    /// The moment of the event that the term is counted from.
    pub start: Timestamp,
    /// The term.
    pub rule: DeadlineRule,
    /// The tzdb name of the zone whose days are counted.
    pub zone: String,
    /// [`Calendar::version`] of the calendar that counted.
    pub calendar_version: String,
}

/// A moment by which something has to happen, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deadline {
    /// Why.
    pub cause: Cause,
    /// The last moment that is in time.
    pub due: Timestamp,
}

impl Deadline {
    /// The same term counted by another calendar (or another edition of it).
    ///
    /// # Errors
    /// Those of [`Calendar::deadline`].
    pub fn recompute(&self, calendar: &Calendar) -> Result<Deadline, CalendarError> {
        let zone = zone(&self.cause.zone)?;
        calendar.deadline(self.cause.start, self.cause.rule, &zone, self.cause.paragraph.clone())
    }
}

impl Calendar {
    /// The deadline of a term that starts at `start`, counted in the days of `zone`.
    ///
    /// # Errors
    /// [`CalendarError::Rule`] for an amount without meaning, [`CalendarError::Zone`] for a zone without a tzdb name (a deadline
    /// could not be recomputed from it), [`CalendarError::NoData`] for a year without data, [`CalendarError::OutOfRange`].
    pub fn deadline(
        &self,
        start: Timestamp,
        rule: DeadlineRule,
        zone: &TimeZone,
        paragraph: Option<String>,
    ) -> Result<Deadline, CalendarError> {
        let zone_name =
            zone.iana_name().ok_or_else(|| CalendarError::Zone("of a fixed offset".to_owned()))?.to_owned();
        let due = self.due(start, rule, zone)?;
        let calendar_version = self.version().to_owned();
        Ok(Deadline { cause: Cause { paragraph, start, rule, zone: zone_name, calendar_version }, due })
    }

    fn due(&self, start: Timestamp, rule: DeadlineRule, zone: &TimeZone) -> Result<Timestamp, CalendarError> {
        let refused = |reason| CalendarError::Rule { amount: rule.amount, unit: rule.unit.name(), reason };
        if rule.amount < 0 {
            return Err(refused("a term is counted forward: write 0 or more"));
        }
        let local = start.to_zoned_datetime(zone.clone());
        let too_long = || CalendarError::OutOfRange(local.date());
        let last_day = match rule.unit {
            Unit::WorkingHours => return Ok(self.add_working_hours(&local, rule.amount)?.timestamp()),
            Unit::Minutes | Unit::Seconds => {
                let in_seconds = if rule.unit == Unit::Minutes { 60 } else { 1 };
                let seconds = rule.amount.checked_mul(in_seconds).ok_or_else(too_long)?;
                return start.checked_add(SignedDuration::from_secs(seconds)).map_err(|_| too_long());
            }
            _ if rule.amount == 0 && rule.count == Count::From => {
                return Err(refused("a term that counts the day of its start has at least 1"));
            }
            Unit::WorkingDays => self.last_working_day(local.date(), rule)?,
            Unit::CalendarDays => {
                let days = rule.amount - i64::from(rule.count == Count::From);
                plus(local.date(), Span::new().try_days(days))?
            }
            Unit::CalendarMonths => last_day_of_months(local.date(), rule.amount, rule.count)?,
            Unit::CalendarYears => last_day_of_months(
                local.date(),
                rule.amount.checked_mul(12).ok_or_else(too_long)?,
                rule.count,
            )?,
        };
        end_of_day(last_day, zone)
    }

    fn last_working_day(&self, start: Date, rule: DeadlineRule) -> Result<Date, CalendarError> {
        let n = i32::try_from(rule.amount).map_err(|_| CalendarError::OutOfRange(start))?;
        match rule.count {
            Count::After if n == 0 => self.working_day_on_or_after(start),
            Count::After => self.add_working_days(start, n),
            // The first counted day is the start's own, or the next working day when the start's is not worked.
            Count::From => match self.working_day_on_or_after(start)? {
                first if n == 1 => Ok(first),
                first => self.add_working_days(first, n - 1),
            },
        }
    }
}

/// The same day `months` later (earlier when negative), clamped to the end of a shorter month (OP-40).
///
/// # Errors
/// [`CalendarError::OutOfRange`].
pub fn months_after(date: Date, months: i64) -> Result<Date, CalendarError> {
    plus(date, Span::new().try_months(months))
}

/// The same day `years` later (earlier when negative); 29 February becomes 28 February in a common year (OP-40).
///
/// # Errors
/// [`CalendarError::OutOfRange`].
pub fn years_after(date: Date, years: i64) -> Result<Date, CalendarError> {
    plus(date, Span::new().try_years(years))
}

fn plus(date: Date, span: Result<Span, jiff::Error>) -> Result<Date, CalendarError> {
    span.and_then(|span| date.checked_add(span)).map_err(|_| CalendarError::OutOfRange(date))
}

/// A month that counts its first day ends the day before the same number (1 to 31 March); where the last month lacks the number, the
/// term ends with that month in both ways of counting.
fn last_day_of_months(start: Date, months: i64, count: Count) -> Result<Date, CalendarError> {
    let same_number = months_after(start, months)?;
    if count == Count::After || same_number.day() != start.day() {
        return Ok(same_number);
    }
    same_number.checked_sub(1.day()).map_err(|_| CalendarError::OutOfRange(start))
}

/// 23:59:59 of a day. Where the clock passes it twice (29 February 2024 in Almaty) the day ends with the second.
fn end_of_day(day: Date, zone: &TimeZone) -> Result<Timestamp, CalendarError> {
    let last = day.to_datetime(time(23, 59, 59, 0));
    zone.to_ambiguous_timestamp(last).later().map_err(|_| CalendarError::OutOfRange(day))
}

#[cfg(test)]
mod tests;
