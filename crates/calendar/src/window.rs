//! Daily windows: when a message may go out to a person. Not a legal term; working days play no part.

use jiff::civil::{DateTime, Time, time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use crate::CalendarError;

/// A part of every day, from its first moment up to but without its last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DayWindow {
    /// The first moment of the window.
    pub opens: Time,
    /// The first moment after it.
    pub closes: Time,
}

impl DayWindow {
    /// When messages go out to people unless an installation says otherwise.
    pub const MESSAGES_TO_PEOPLE: DayWindow =
        DayWindow { opens: time(9, 0, 0, 0), closes: time(20, 0, 0, 0) };

    /// A window that opens before it closes.
    ///
    /// # Errors
    /// [`CalendarError::Window`] when it never opens.
    pub fn new(opens: Time, closes: Time) -> Result<DayWindow, CalendarError> {
        let window = DayWindow { opens, closes };
        window.check()?;
        Ok(window)
    }

    fn check(self) -> Result<(), CalendarError> {
        match self.opens < self.closes {
            true => Ok(()),
            false => Err(CalendarError::Window { opens: self.opens, closes: self.closes }),
        }
    }
}

/// `at` when the window is open then, else the moment at which it opens next, in the wall clock of the zone.
///
/// # Errors
/// [`CalendarError::Window`] for a window that never opens, [`CalendarError::OutOfRange`] at the end of time.
pub fn next_allowed(at: Timestamp, window: DayWindow, zone: &TimeZone) -> Result<Timestamp, CalendarError> {
    window.check()?;
    let local = at.to_zoned_datetime(zone.clone());
    let (today, now) = (local.date(), local.time());
    if (window.opens..window.closes).contains(&now) {
        return Ok(at);
    }
    let day = match now < window.opens {
        true => today,
        false => today.checked_add(1.day()).map_err(|_| CalendarError::OutOfRange(today))?,
    };
    zone.to_timestamp(DateTime::from_parts(day, window.opens)).map_err(|_| CalendarError::OutOfRange(day))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::almaty;
    use proptest::prelude::*;

    fn allowed(at: &str) -> String {
        next_allowed(at.parse().unwrap(), DayWindow::MESSAGES_TO_PEOPLE, &almaty()).unwrap().to_string()
    }

    #[test]
    fn inside_the_window_nothing_moves() {
        assert_eq!(allowed("2024-04-01T04:00:00Z"), "2024-04-01T04:00:00Z"); // 09:00:00
        assert_eq!(allowed("2024-04-01T14:59:59.5Z"), "2024-04-01T14:59:59.5Z"); // 19:59:59.5
    }

    #[test]
    fn outside_it_the_next_opening_is_taken() {
        assert_eq!(allowed("2024-04-01T15:00:00Z"), "2024-04-02T04:00:00Z"); // 20:00 waits for tomorrow
        assert_eq!(allowed("2024-04-01T03:59:59Z"), "2024-04-01T04:00:00Z"); // 08:59:59 waits for today
        assert_eq!(allowed("2024-02-29T16:00:00Z"), "2024-03-01T04:00:00Z"); // the night in which Almaty changed to UTC+5
    }

    #[test]
    fn a_window_that_never_opens_is_refused() {
        let nine = time(9, 0, 0, 0);
        assert!(matches!(DayWindow::new(nine, nine), Err(CalendarError::Window { .. })));
        let backwards = DayWindow { opens: time(20, 0, 0, 0), closes: nine };
        assert!(next_allowed(Timestamp::UNIX_EPOCH, backwards, &almaty()).is_err());
    }

    proptest! {
        #[test]
        fn the_answer_is_open_and_never_earlier_and_stays(second in 1_500_000_000i64..1_900_000_000) {
            let at = Timestamp::from_second(second).unwrap();
            let got = next_allowed(at, DayWindow::MESSAGES_TO_PEOPLE, &almaty()).unwrap();
            let local = got.to_zoned_datetime(almaty()).time();
            prop_assert!(got >= at);
            prop_assert!(local >= time(9, 0, 0, 0) && local < time(20, 0, 0, 0));
            prop_assert!(at.duration_until(got) <= jiff::SignedDuration::from_hours(14));
            prop_assert_eq!(next_allowed(got, DayWindow::MESSAGES_TO_PEOPLE, &almaty()).unwrap(), got);
        }
    }
}
