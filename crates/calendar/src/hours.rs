//! Counting in working hours: the wall clock of a zone, inside the hours of working days only.

use jiff::civil::{Date, DateTime, Time};
use jiff::{SignedDuration, ZonedDateTime};

use crate::{Calendar, CalendarError};

/// The hours of a working day: two sessions with lunch between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorkingHours {
    sessions: [(Time, Time); 2],
}

impl WorkingHours {
    /// Hours that run `start < lunch_start <= lunch_end < end`; `None` when they do not.
    pub fn new(start: Time, lunch_start: Time, lunch_end: Time, end: Time) -> Option<WorkingHours> {
        let in_order = start < lunch_start && lunch_start <= lunch_end && lunch_end < end;
        in_order.then_some(WorkingHours { sessions: [(start, lunch_start), (lunch_end, end)] })
    }

    /// The sessions in order, each from its first moment up to but without its last.
    pub fn sessions(&self) -> [(Time, Time); 2] {
        self.sessions
    }

    /// How long a whole working day is.
    pub fn length(&self) -> SignedDuration {
        self.sessions.iter().map(|(start, end)| start.duration_until(*end)).sum()
    }

    /// Whether a time of day is worked.
    pub fn contains(&self, time: Time) -> bool {
        self.sessions.iter().any(|(start, end)| (*start..*end).contains(&time))
    }

    /// Works off `left` from `from` on: the time it is done at, or what is still left at the end of the day.
    fn work_off(&self, from: Time, mut left: SignedDuration) -> Result<Time, SignedDuration> {
        for (start, end) in self.sessions {
            let begins = from.max(start);
            if begins >= end {
                continue;
            }
            let available = begins.duration_until(end);
            if left <= available {
                return begins.checked_add(left).map_err(|_| left);
            }
            left -= available;
        }
        Err(left)
    }
}

impl Calendar {
    /// The moment at which `hours` working hours after `from` have passed. Time outside the working hours does not count; a term
    /// that ends with a session ends then, not at the opening of the next. Zero hours give `from` back.
    ///
    /// # Errors
    /// [`CalendarError::Rule`] for a negative amount, [`CalendarError::NoData`] when counting reaches a year without data.
    pub fn add_working_hours(
        &self,
        from: &ZonedDateTime,
        hours: i64,
    ) -> Result<ZonedDateTime, CalendarError> {
        let refused = |reason| CalendarError::Rule { amount: hours, unit: "working-hours", reason };
        if hours < 0 {
            return Err(refused("working hours are counted forward only"));
        }
        let left = SignedDuration::from_secs(
            hours.checked_mul(3600).ok_or_else(|| refused("the amount is too large"))?,
        );
        if left.is_zero() {
            return Ok(from.clone());
        }
        let today = from.date();
        let mut left = left;
        if self.is_working_day(today)? {
            match self.working_hours().work_off(from.time(), left) {
                Ok(time) => return in_zone(today, time, from),
                Err(still) => left = still,
            }
        }
        let (day, time) = self.after_today(today, left)?;
        in_zone(day, time, from)
    }

    /// Works off `left` (more than nothing) on the working days after `today`.
    fn after_today(&self, today: Date, left: SignedDuration) -> Result<(Date, Time), CalendarError> {
        let length = self.working_hours().length();
        // Whole days before the last one; a remainder of nothing belongs to the end of a day, not to the next morning.
        let nanos = left.as_nanos() - 1;
        let whole_days = nanos / length.as_nanos();
        let days = i32::try_from(whole_days + 1).map_err(|_| CalendarError::OutOfRange(today))?;
        let day = self.add_working_days(today, days)?;
        let rest = SignedDuration::from_nanos_i128(nanos % length.as_nanos() + 1);
        let time =
            self.working_hours().work_off(Time::MIN, rest).map_err(|_| CalendarError::OutOfRange(today))?;
        Ok((day, time))
    }
}

fn in_zone(day: Date, time: Time, like: &ZonedDateTime) -> Result<ZonedDateTime, CalendarError> {
    DateTime::from_parts(day, time)
        .to_zoned_datetime(like.time_zone().clone())
        .map_err(|_| CalendarError::OutOfRange(day))
}

#[cfg(test)]
mod tests;
