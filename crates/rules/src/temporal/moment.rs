//! Times of day and moments, with or without a zone.

use super::{DAY, Date, DaysTime, NANOS, Zone};
use std::cmp::Ordering;

/// A time of day, to the nanosecond, with or without a zone.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Time {
    hour: u8,
    minute: u8,
    second: u8,
    nano: u32,
    zone: Option<Zone>,
}

impl Time {
    /// The time, if the day has it.
    pub fn new(hour: u8, minute: u8, second: u8, nano: u32, zone: Option<Zone>) -> Option<Time> {
        (hour < 24 && minute < 60 && second < 60 && nano < 1_000_000_000).then_some(Time {
            hour,
            minute,
            second,
            nano,
            zone,
        })
    }

    /// Midnight.
    pub fn midnight(zone: Option<Zone>) -> Time {
        Time { hour: 0, minute: 0, second: 0, nano: 0, zone }
    }

    /// The hour, 0 to 23.
    pub fn hour(&self) -> u8 {
        self.hour
    }

    /// The minute, 0 to 59.
    pub fn minute(&self) -> u8 {
        self.minute
    }

    /// The second, 0 to 59.
    pub fn second(&self) -> u8 {
        self.second
    }

    /// The nanosecond of the second.
    pub fn nano(&self) -> u32 {
        self.nano
    }

    /// The zone, if one was given.
    pub fn zone(&self) -> Option<&Zone> {
        self.zone.as_ref()
    }

    /// The same time with another zone.
    #[must_use]
    pub fn with_zone(mut self, zone: Option<Zone>) -> Time {
        self.zone = zone;
        self
    }

    /// Nanoseconds since midnight.
    pub fn nanos_of_day(&self) -> i64 {
        (i64::from(self.hour) * 3600 + i64::from(self.minute) * 60 + i64::from(self.second)) * NANOS
            + i64::from(self.nano)
    }

    /// The time so many nanoseconds after midnight, turning over at 24 hours.
    pub fn from_nanos_of_day(nanos: i128, zone: Option<Zone>) -> Time {
        let nanos = i64::try_from(nanos.rem_euclid(i128::from(DAY * NANOS))).unwrap_or(0);
        let (seconds, nano) = (nanos / NANOS, nanos % NANOS);
        let part = |value: i64| u8::try_from(value).unwrap_or(0);
        Time {
            hour: part(seconds / 3600),
            minute: part(seconds / 60 % 60),
            second: part(seconds % 60),
            nano: u32::try_from(nano).unwrap_or(0),
            zone,
        }
    }

    /// Nanoseconds since midnight in Greenwich; a time without an offset counts as it stands.
    fn universal_nanos(&self) -> i64 {
        let offset = self.zone.as_ref().and_then(Zone::fixed_offset).unwrap_or(0);
        self.nanos_of_day() - i64::from(offset) * NANOS
    }

    /// The order of two times; `None` when one has a zone and the other has none.
    pub fn compare(&self, other: &Time) -> Option<Ordering> {
        match (&self.zone, &other.zone) {
            (None, None) => Some(self.nanos_of_day().cmp(&other.nanos_of_day())),
            (Some(a), Some(b)) if a == b => Some(self.nanos_of_day().cmp(&other.nanos_of_day())),
            (Some(_), Some(_)) => Some(self.universal_nanos().cmp(&other.universal_nanos())),
            _ => None,
        }
    }

    /// The time between two times; `None` when one has a zone and the other has none.
    pub fn since(&self, earlier: &Time) -> Option<DaysTime> {
        if self.zone.is_some() != earlier.zone.is_some() {
            return None;
        }
        let between = if self.zone == earlier.zone {
            self.nanos_of_day() - earlier.nanos_of_day()
        } else {
            self.universal_nanos() - earlier.universal_nanos()
        };
        DaysTime::from_nanos(i128::from(between))
    }

    /// The time a duration later, turning over at 24 hours.
    #[must_use]
    pub fn plus(&self, duration: DaysTime) -> Time {
        Time::from_nanos_of_day(i128::from(self.nanos_of_day()) + duration.total_nanos(), self.zone.clone())
    }
}

/// A date and a time of day, with or without a zone.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DateTime {
    date: Date,
    time: Time,
}

impl DateTime {
    /// The moment of that date and time.
    pub fn new(date: Date, time: Time) -> DateTime {
        DateTime { date, time }
    }

    /// The moment as the clocks of `zone` show it.
    pub fn from_timestamp(stamp: jiff::Timestamp, zone: &jiff::tz::TimeZone) -> DateTime {
        let universal = stamp.as_nanosecond();
        let found = DateTime::from_universal(universal, Zone::from_time_zone(zone));
        // A timestamp of the library lies well inside the FEEL dates: only Greenwich can be asked for in vain.
        found
            .or_else(|| DateTime::from_universal(universal, Zone::UTC))
            .unwrap_or_else(|| DateTime { date: Date::EPOCH, time: Time::midnight(Some(Zone::UTC)) })
    }

    /// The moment so many nanoseconds after 1970 in Greenwich, as the clocks of a zone show it. The second of two
    /// moments that a clock set back shows alike gets its fixed offset, so that it stays itself.
    pub(crate) fn from_universal(nanos: i128, zone: Zone) -> Option<DateTime> {
        let offset = zone.offset_after(nanos)?;
        let local = nanos + i128::from(offset) * i128::from(NANOS);
        let shown = DateTime::from_local(local, Some(zone))?;
        if shown.offset_seconds() == Some(offset) {
            return Some(shown);
        }
        DateTime::from_local(local, Some(Zone::Offset(offset)))
    }

    fn from_local(nanos: i128, zone: Option<Zone>) -> Option<DateTime> {
        let day = i64::try_from(nanos.div_euclid(i128::from(DAY * NANOS))).ok()?;
        Some(DateTime { date: Date::from_epoch_day(day)?, time: Time::from_nanos_of_day(nanos, zone) })
    }

    /// The moment on the time line, if it has a zone and the calendar library holds it.
    pub fn to_timestamp(&self) -> Option<jiff::Timestamp> {
        let nanos = self.universal_nanos()?;
        jiff::Timestamp::from_nanosecond(nanos).ok()
    }

    /// The date.
    pub fn date(&self) -> Date {
        self.date
    }

    /// The time of day, with the zone.
    pub fn time(&self) -> &Time {
        &self.time
    }

    /// The zone, if one was given.
    pub fn zone(&self) -> Option<&Zone> {
        self.time.zone()
    }

    /// As the calendar library's local date and time, if it holds it.
    pub fn to_civil(&self) -> Option<jiff::civil::DateTime> {
        let part = |value: u8| i8::try_from(value).ok();
        let time = jiff::civil::Time::new(
            part(self.time.hour)?,
            part(self.time.minute)?,
            part(self.time.second)?,
            i32::try_from(self.time.nano).ok()?,
        );
        Some(self.date.to_civil()?.to_datetime(time.ok()?))
    }

    /// Seconds east of Greenwich at this moment, if a zone was given.
    pub fn offset_seconds(&self) -> Option<i32> {
        self.zone().map(|zone| zone.offset_at(self))
    }

    fn local_nanos(&self) -> i128 {
        i128::from(self.date.epoch_day()) * i128::from(DAY * NANOS) + i128::from(self.time.nanos_of_day())
    }

    /// Nanoseconds since 1970 in Greenwich, if a zone was given.
    fn universal_nanos(&self) -> Option<i128> {
        Some(self.local_nanos() - i128::from(self.offset_seconds()?) * i128::from(NANOS))
    }

    /// The order of two moments; `None` when one has a zone and the other has none.
    pub fn compare(&self, other: &DateTime) -> Option<Ordering> {
        match (self.universal_nanos(), other.universal_nanos()) {
            (None, None) => Some(self.local_nanos().cmp(&other.local_nanos())),
            (Some(a), Some(b)) => Some(a.cmp(&b)),
            _ => None,
        }
    }

    /// The time between two moments; `None` when one has a zone and the other has none.
    pub fn since(&self, earlier: &DateTime) -> Option<DaysTime> {
        let between = match (self.universal_nanos(), earlier.universal_nanos()) {
            (None, None) => self.local_nanos() - earlier.local_nanos(),
            (Some(a), Some(b)) => a - b,
            _ => return None,
        };
        DaysTime::from_nanos(between)
    }

    /// The moment a duration later on the time line.
    pub fn plus(&self, duration: DaysTime) -> Option<DateTime> {
        match (self.zone(), self.universal_nanos()) {
            (Some(zone @ Zone::Named(_)), Some(nanos)) => {
                DateTime::from_universal(nanos.checked_add(duration.total_nanos())?, zone.clone())
            }
            (zone, _) => DateTime::from_local(self.local_nanos() + duration.total_nanos(), zone.cloned()),
        }
    }

    /// The same moment as the clocks of another zone show it, if this one has a zone.
    pub fn in_zone(&self, zone: Zone) -> Option<DateTime> {
        DateTime::from_universal(self.universal_nanos()?, zone)
    }

    /// The moment so many months later; a day the month does not have becomes its last.
    pub fn plus_months(&self, months: i64) -> Option<DateTime> {
        Some(DateTime { date: self.date.plus_months(months)?, time: self.time.clone() })
    }
}
