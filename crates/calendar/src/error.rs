//! What can go wrong with the calendar, each with what to do about it.

use jiff::civil::Date;

/// A refusal of the calendar. Every text says what is wrong and how to mend it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// The calendar does not know which days of a year are worked.
    #[error(
        "the working calendar has no data for {year} (it holds {first} to {last}): add the year to the calendar file with the number of the resolution that moves its days"
    )]
    NoData {
        /// The year that was asked for.
        year: i16,
        /// The first year with data.
        first: i16,
        /// The last year with data.
        last: i16,
    },
    /// The calendar file cannot be read as TOML, or has a key that is not known.
    #[error("the calendar file cannot be read: {0}")]
    File(String),
    /// A year of the calendar file contradicts itself.
    #[error("the calendar file, year {year}: {reason}")]
    Year {
        /// The year at fault.
        year: i16,
        /// What is wrong and how to mend it.
        reason: String,
    },
    /// A deadline rule that has no meaning.
    #[error("a deadline of {amount} {unit} has no meaning: {reason}")]
    Rule {
        /// The amount of the rule.
        amount: i64,
        /// The unit of the rule as it is written in files.
        unit: &'static str,
        /// Why it is refused.
        reason: &'static str,
    },
    /// The result would lie outside the dates that can be written (years -9999 to 9999).
    #[error("counting from {0} leaves the range of dates that can be written: check the amount")]
    OutOfRange(Date),
    /// A zone that the tzdb does not have, or one that has no name in it.
    #[error("time zone `{0}` is not in the tzdb: write a name such as Asia/Almaty")]
    Zone(String),
    /// A daily window that never opens.
    #[error(
        "a window from {opens} to {closes} never opens: it has to open before it closes, on the same day"
    )]
    Window {
        /// When it opens.
        opens: jiff::civil::Time,
        /// When it closes.
        closes: jiff::civil::Time,
    },
}
