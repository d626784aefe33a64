//! Dates, times and durations with the semantics of FEEL.
//!
//! FEEL dates reach from the year -999999999 to 999999999, beyond what calendar libraries hold, so the civil
//! arithmetic (proleptic Gregorian) is here; the offsets of named zones come from the bundled time-zone data.
//! Nothing here reads a clock or a file.

mod date;
mod duration;
mod moment;
mod text;
mod zone;

pub use date::Date;
pub use duration::{DaysTime, YearsMonths};
pub use moment::{DateTime, Time};
pub use zone::Zone;

/// Seconds of a day.
pub(crate) const DAY: i64 = 86_400;
/// Nanoseconds of a second.
pub(crate) const NANOS: i64 = 1_000_000_000;

#[cfg(test)]
mod tests;
