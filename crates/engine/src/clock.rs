//! The legal clock: the moment that deadlines, dates and validity are measured by.
//!
//! In production it is the machine's clock and refuses to be moved. In a demonstration it runs at the same pace but may be
//! set forward; every move is returned to the caller to be journaled. It never runs backwards and never scales timeouts:
//! those use monotonic time and do not ask this module.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};

/// Why the legal clock was not moved.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ClockRefused {
    /// The installation is in production, where legal time is the machine's time.
    #[error(
        "the legal clock follows the machine in production; it can be moved only with [demo] in the configuration"
    )]
    Production,
    /// The new moment lies before the present legal moment.
    #[error("the legal clock runs forward only: {asked} is before {present}")]
    Backwards {
        /// The moment asked for.
        asked: Timestamp,
        /// The legal moment now.
        present: Timestamp,
    },
    /// More than ten years ahead: a slip of the hand rather than a wish.
    #[error("{asked} is more than ten years after {present}")]
    TooFar {
        /// The moment asked for.
        asked: Timestamp,
        /// The legal moment now.
        present: Timestamp,
    },
}

/// Legal time. Cheap to share.
#[derive(Debug)]
pub struct LegalClock {
    movable: bool,
    offset_ms: AtomicI64,
    /// The latest moment that was shown.
    shown_ms: AtomicI64,
}

impl LegalClock {
    /// The clock of a production installation.
    pub fn production() -> Self {
        Self { movable: false, offset_ms: AtomicI64::new(0), shown_ms: AtomicI64::new(i64::MIN) }
    }

    /// A clock of a demonstration that now shows `start` and may be set forward.
    pub fn demonstration(start: Timestamp) -> Self {
        let offset = start.as_millisecond() - Timestamp::now().as_millisecond();
        Self { movable: true, offset_ms: AtomicI64::new(offset), shown_ms: AtomicI64::new(i64::MIN) }
    }

    /// Whether [`LegalClock::advance_to`] can succeed.
    pub fn is_movable(&self) -> bool {
        self.movable
    }

    /// The legal moment, to the millisecond.
    pub fn now(&self) -> Timestamp {
        let present = Timestamp::now().as_millisecond().saturating_add(self.offset_ms.load(Ordering::SeqCst));
        // A machine whose clock is set back waits until it is as late again.
        let shown = self.shown_ms.fetch_max(present, Ordering::SeqCst).max(present);
        Timestamp::from_millisecond(shown).unwrap_or(Timestamp::MAX)
    }

    /// Sets a demonstration clock forward.
    ///
    /// # Errors
    /// [`ClockRefused`] in production, for a moment in the past, or one more than ten years ahead.
    pub fn advance_to(&self, asked: Timestamp) -> Result<(), ClockRefused> {
        if !self.movable {
            return Err(ClockRefused::Production);
        }
        let present = self.now();
        if asked < present {
            return Err(ClockRefused::Backwards { asked, present });
        }
        if asked.duration_since(present) > SignedDuration::from_hours(24 * 3660) {
            return Err(ClockRefused::TooFar { asked, present });
        }
        // The greater offset stands: two that move the clock at once do not add up.
        let offset = asked.as_millisecond() - Timestamp::now().as_millisecond();
        self.offset_ms.fetch_max(offset, Ordering::SeqCst);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a moment")
    }

    #[test]
    fn production_refuses_to_be_moved() {
        let clock = LegalClock::production();
        assert_eq!(clock.advance_to(Timestamp::MAX), Err(ClockRefused::Production));
    }

    #[test]
    fn a_demonstration_starts_where_it_is_told_and_only_goes_forward() {
        let clock = LegalClock::demonstration(at("2024-04-01T04:00:00Z"));
        let start = clock.now();
        assert!(start >= at("2024-04-01T04:00:00Z") && start < at("2024-04-01T04:01:00Z"));
        clock.advance_to(at("2024-04-05T04:00:00Z")).expect("forward");
        assert!(clock.now() >= at("2024-04-05T04:00:00Z"));
        assert!(matches!(clock.advance_to(at("2024-04-02T00:00:00Z")), Err(ClockRefused::Backwards { .. })));
        assert!(matches!(clock.advance_to(at("2094-04-02T00:00:00Z")), Err(ClockRefused::TooFar { .. })));
    }
}
