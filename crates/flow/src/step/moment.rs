//! Moments and waits: ISO 8601 texts and FEEL values as points on the time line.

use jiff::civil;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use rules::Value;

/// A moment as it is written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Moment {
    /// With an offset or zone.
    Absolute(Timestamp),
    /// On the clocks of the case's zone.
    Local(civil::DateTime),
}

impl Moment {
    /// The point on the time line.
    pub fn at(self, zone: &TimeZone) -> Option<Timestamp> {
        match self {
            Moment::Absolute(moment) => Some(moment),
            Moment::Local(local) => zone.to_timestamp(local).ok(),
        }
    }
}

/// Reads a date and time of ISO 8601; a date alone is its first moment.
pub(crate) fn date(text: &str) -> Option<Moment> {
    let text = text.trim();
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Some(Moment::Absolute(moment));
    }
    // A civil reader would silently drop an offset or zone that the reader above could not make sense of.
    let time = text.split_once('T').map_or("", |(_, time)| time);
    if text.len() > 40 || time.contains(['+', '-', 'Z', '[']) {
        return None;
    }
    text.parse::<civil::DateTime>().ok().map(Moment::Local)
}

/// Reads a duration of ISO 8601 that is not negative.
pub(crate) fn duration(text: &str) -> Option<Span> {
    let text = text.trim();
    let span: Span = text.starts_with('P').then(|| text.parse().ok())??;
    (!span.is_negative()).then_some(span)
}

/// Reads a cycle, `R3/PT1H` (three times) or `R/PT1H` (for ever): how many times at most, and how often. A cycle of less than a
/// second would keep the machine busy for nothing.
pub(crate) fn cycle(text: &str) -> Option<(Option<u32>, Span)> {
    let (times, every) = text.trim().strip_prefix('R')?.split_once('/')?;
    let times = if times.is_empty() { None } else { Some(times.parse().ok().filter(|times| *times > 0)?) };
    let every = duration(every)?;
    let first = after(Timestamp::UNIX_EPOCH, every, &TimeZone::UTC)?;
    (first.as_second() >= 1).then_some((times, every))
}

/// The moment that a value stands for: a date (its first moment), a date and time, or a text of ISO 8601.
pub(crate) fn of_value(value: &Value, zone: &TimeZone) -> Option<Timestamp> {
    match value {
        Value::Date(date) => zone.to_timestamp(date.to_civil()?.to_datetime(civil::Time::midnight())).ok(),
        Value::DateTime(moment) if moment.zone().is_some() => moment.to_timestamp(),
        Value::DateTime(moment) => zone.to_timestamp(moment.to_civil()?).ok(),
        Value::String(text) => date(text)?.at(zone),
        _ => None,
    }
}

/// The wait that a value stands for: a duration, or a text of ISO 8601.
pub(crate) fn span_of_value(value: &Value) -> Option<Span> {
    let span = match value {
        Value::DaysTime(length) => {
            let seconds = i64::try_from(length.total_nanos() / 1_000_000_000).ok()?;
            let nanos = i64::try_from(length.total_nanos() % 1_000_000_000).ok()?;
            Span::new().try_seconds(seconds).ok()?.try_nanoseconds(nanos).ok()?
        }
        Value::YearsMonths(length) => Span::new().try_months(length.months()).ok()?,
        Value::String(text) => return duration(text),
        _ => return None,
    };
    (!span.is_negative()).then_some(span)
}

/// The moment after a wait; days, months and years are those of the zone.
pub(crate) fn after(start: Timestamp, wait: Span, zone: &TimeZone) -> Option<Timestamp> {
    let local = start.to_zoned_datetime(zone.clone());
    Some(local.checked_add(wait).ok()?.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn almaty() -> TimeZone {
        calendar::almaty()
    }

    #[test]
    fn a_date_without_offset_is_told_on_the_clocks_of_the_zone() {
        let at =
            |text: &str| date(text).and_then(|moment| moment.at(&almaty())).map(|moment| moment.to_string());
        assert_eq!(at("2024-04-01T09:00:00").as_deref(), Some("2024-04-01T04:00:00Z"));
        assert_eq!(at("2024-04-01T09:00:00+06:00").as_deref(), Some("2024-04-01T03:00:00Z"));
        assert_eq!(at("2024-04-01").as_deref(), Some("2024-03-31T19:00:00Z"));
        assert_eq!(
            at("2024-01-01").as_deref(),
            Some("2023-12-31T18:00:00Z"),
            "before Almaty changed its clocks"
        );
        assert_eq!(at("1 April 2024"), None);
        assert_eq!(at(""), None);
    }

    #[test]
    fn cycles_have_a_number_and_a_length() {
        assert_eq!(cycle("R3/PT1H").map(|(times, _)| times), Some(Some(3)));
        assert_eq!(cycle("R/PT1H").map(|(times, _)| times), Some(None));
        for wrong in ["R0/PT1H", "R3/PT0S", "R/PT0.001S", "R3/-PT1H", "PT1H", "R/", "R-1/PT1H", "0 0 * * *"] {
            assert!(cycle(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn a_day_is_a_day_of_the_zone() {
        let start: Timestamp = "2024-02-29T06:00:00Z".parse().unwrap();
        let next = |wait: &str| after(start, duration(wait).unwrap(), &almaty()).unwrap().to_string();
        assert_eq!(next("P1D"), "2024-03-01T07:00:00Z", "noon to noon, though the night had an hour more");
        assert_eq!(next("PT24H"), "2024-03-01T06:00:00Z");
    }
}
