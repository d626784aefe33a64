//! The two kinds of durations of FEEL: years and months, days and time. They never mix.

use super::{DAY, NANOS};
use crate::Decimal;

/// A duration of years and months.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct YearsMonths {
    months: i64,
}

/// Largest number of months: twice the span of the FEEL dates.
const MAX_MONTHS: i64 = 24_000_000_000;
/// Largest number of seconds: twice the span of the FEEL dates.
const MAX_SECONDS: i64 = 2 * 1_000_000_000 * 366 * DAY;

impl YearsMonths {
    /// So many months, saturating at the span of the FEEL dates.
    pub fn from_months(months: i64) -> YearsMonths {
        YearsMonths { months: months.clamp(-MAX_MONTHS, MAX_MONTHS) }
    }

    /// So many months, if the span of the FEEL dates holds them.
    pub fn try_from_months(months: i64) -> Option<YearsMonths> {
        (-MAX_MONTHS..=MAX_MONTHS).contains(&months).then_some(YearsMonths { months })
    }

    /// All the months.
    pub fn months(&self) -> i64 {
        self.months
    }

    /// The duration with the other sign.
    #[must_use]
    pub fn negate(self) -> YearsMonths {
        YearsMonths { months: -self.months }
    }
}

/// A duration of days, hours, minutes and seconds, to the nanosecond.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct DaysTime {
    seconds: i64,
    /// 0 to 999_999_999, counted upwards from `seconds` also for negative durations.
    nanos: u32,
}

impl DaysTime {
    /// So many nanoseconds, if the span of the FEEL dates holds them.
    pub fn from_nanos(nanos: i128) -> Option<DaysTime> {
        let seconds = i64::try_from(nanos.div_euclid(i128::from(NANOS))).ok()?;
        let nanos = u32::try_from(nanos.rem_euclid(i128::from(NANOS))).ok()?;
        (-MAX_SECONDS..=MAX_SECONDS).contains(&seconds).then_some(DaysTime { seconds, nanos })
    }

    /// So many seconds, if the span of the FEEL dates holds them.
    pub fn from_seconds(seconds: i64) -> Option<DaysTime> {
        (-MAX_SECONDS..=MAX_SECONDS).contains(&seconds).then_some(DaysTime { seconds, nanos: 0 })
    }

    /// So many seconds with a fraction, cut to nanoseconds.
    pub fn from_decimal_seconds(seconds: Decimal) -> Option<DaysTime> {
        let nanos = seconds.checked_mul(Decimal::from(NANOS))?;
        DaysTime::from_nanos(nanos.round(0, crate::Rounding::Down)?.to_i128()?)
    }

    /// All the nanoseconds.
    pub fn total_nanos(&self) -> i128 {
        i128::from(self.seconds) * i128::from(NANOS) + i128::from(self.nanos)
    }

    /// All the seconds, with their fraction.
    pub fn decimal_seconds(&self) -> Decimal {
        // At most 26 digits: always a decimal.
        Decimal::new(self.total_nanos(), -9).unwrap_or(Decimal::ZERO)
    }

    /// The duration with the other sign.
    #[must_use]
    pub fn negate(self) -> DaysTime {
        DaysTime::from_nanos(-self.total_nanos()).unwrap_or(self)
    }

    /// The sum, if the span of the FEEL dates holds it.
    #[must_use]
    pub fn checked_add(self, other: DaysTime) -> Option<DaysTime> {
        DaysTime::from_nanos(self.total_nanos().checked_add(other.total_nanos())?)
    }

    /// Days, hours, minutes, seconds and nanoseconds of the absolute value.
    pub(crate) fn parts(&self) -> [i64; 5] {
        let total = self.total_nanos().unsigned_abs();
        let nanos = i64::try_from(total % 1_000_000_000).unwrap_or(0);
        let seconds = i64::try_from(total / 1_000_000_000).unwrap_or(0);
        [seconds / DAY, seconds / 3600 % 24, seconds / 60 % 60, seconds % 60, nanos]
    }

    /// Whether the duration is below zero.
    pub fn is_negative(&self) -> bool {
        self.seconds < 0
    }
}
