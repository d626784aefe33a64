//! Civil dates of the proleptic Gregorian calendar.

use super::YearsMonths;

/// A date, from -999999999-01-01 to 999999999-12-31.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: i32,
    month: u8,
    day: u8,
}

const MAX_YEAR: i32 = 999_999_999;

impl Date {
    /// 1 January 1970.
    pub const EPOCH: Date = Date { year: 1970, month: 1, day: 1 };
    /// The date, if the calendar has it.
    pub fn new(year: i32, month: u8, day: u8) -> Option<Date> {
        let valid = (-MAX_YEAR..=MAX_YEAR).contains(&year)
            && (1..=12).contains(&month)
            && day >= 1
            && day <= days_in_month(year, month);
        valid.then_some(Date { year, month, day })
    }

    /// The year; negative before the year zero.
    pub fn year(&self) -> i32 {
        self.year
    }

    /// The month, 1 to 12.
    pub fn month(&self) -> u8 {
        self.month
    }

    /// The day of the month, 1 to 31.
    pub fn day(&self) -> u8 {
        self.day
    }

    /// Days since 1970-01-01 (negative before it).
    pub fn epoch_day(&self) -> i64 {
        // Counted in eras of 400 years that begin on 1 March, so that the leap day is the last of a year.
        let year = i64::from(self.year) - i64::from(self.month <= 2);
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let month = (i64::from(self.month) + 9) % 12;
        let day_of_year = (153 * month + 2) / 5 + i64::from(self.day) - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        era * 146_097 + day_of_era - 719_468
    }

    /// The date so many days after 1970-01-01, if FEEL holds it.
    pub fn from_epoch_day(day: i64) -> Option<Date> {
        let shifted = day.checked_add(719_468)?;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = u8::try_from(day_of_year - (153 * month_from_march + 2) / 5 + 1).ok()?;
        let month =
            u8::try_from(if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 })
                .ok()?;
        let year = year_of_era + era.checked_mul(400)? + i64::from(month <= 2);
        Date::new(i32::try_from(year).ok()?, month, day)
    }

    /// The day of the week, 1 = Monday to 7 = Sunday.
    pub fn weekday(&self) -> u8 {
        u8::try_from((self.epoch_day() + 3).rem_euclid(7) + 1).unwrap_or(1)
    }

    /// The day of the year, 1 to 366.
    pub fn day_of_year(&self) -> u16 {
        let first = Date { year: self.year, month: 1, day: 1 };
        u16::try_from(self.epoch_day() - first.epoch_day() + 1).unwrap_or(1)
    }

    /// The week of the year by ISO 8601, 1 to 53.
    pub fn week_of_year(&self) -> u8 {
        // The week belongs to the year of its Thursday.
        let thursday = self.epoch_day() - i64::from(self.weekday()) + 4;
        let ordinal = Date::from_epoch_day(thursday).map_or(1, |date| date.day_of_year());
        u8::try_from((ordinal - 1) / 7 + 1).unwrap_or(1)
    }

    /// The last day of the month.
    pub fn days_in_month(&self) -> u8 {
        days_in_month(self.year, self.month)
    }

    /// The date so many months later; a day the month does not have becomes its last.
    pub fn plus_months(&self, months: i64) -> Option<Date> {
        let total = (i64::from(self.year) * 12 + i64::from(self.month) - 1).checked_add(months)?;
        let year = i32::try_from(total.div_euclid(12)).ok()?;
        let month = u8::try_from(total.rem_euclid(12) + 1).ok()?;
        if !(-MAX_YEAR..=MAX_YEAR).contains(&year) {
            return None;
        }
        Date::new(year, month, self.day.min(days_in_month(year, month)))
    }

    /// The date so many days later.
    pub fn plus_days(&self, days: i64) -> Option<Date> {
        Date::from_epoch_day(self.epoch_day().checked_add(days)?)
    }

    /// Whole years and months from this date to `end` (negative when `end` is earlier).
    pub fn months_until(&self, end: &Date) -> YearsMonths {
        let months =
            (i64::from(end.year) - i64::from(self.year)) * 12 + i64::from(end.month) - i64::from(self.month);
        let months = if months > 0 && end.day < self.day {
            months - 1
        } else if months < 0 && end.day > self.day {
            months + 1
        } else {
            months
        };
        YearsMonths::from_months(months)
    }

    /// As a date of the calendar library, if it holds it (years -9999 to 9999).
    pub fn to_civil(&self) -> Option<jiff::civil::Date> {
        jiff::civil::Date::new(
            i16::try_from(self.year).ok()?,
            i8::try_from(self.month).ok()?,
            i8::try_from(self.day).ok()?,
        )
        .ok()
    }
}

impl From<jiff::civil::Date> for Date {
    fn from(date: jiff::civil::Date) -> Date {
        Date {
            year: i32::from(date.year()),
            month: date.month().unsigned_abs(),
            day: date.day().unsigned_abs(),
        }
    }
}

pub(super) fn days_in_month(year: i32, month: u8) -> u8 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}
