//! The legal clock of the stand: the system's clock, moved by a demonstration.
//!
//! Legal time only; timeouts use the monotonic clock and are never moved.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};

/// A clock that runs at the speed of the system's clock, so many milliseconds away from it.
#[derive(Debug, Default)]
pub struct LegalClock {
    offset_ms: AtomicI64,
}

impl LegalClock {
    /// A clock that shows `start` now; the system's clock when absent.
    pub fn starting(start: Option<Timestamp>) -> Self {
        let clock = Self::default();
        if let Some(start) = start {
            clock.set(start);
        }
        clock
    }

    /// Legal time.
    pub fn now(&self) -> Timestamp {
        let offset = SignedDuration::from_millis(self.offset_ms.load(Ordering::Relaxed));
        let now = Timestamp::now();
        now.checked_add(offset).unwrap_or(now)
    }

    /// Moves the clock to a moment, forwards or backwards.
    pub fn set(&self, to: Timestamp) {
        let offset = to.as_millisecond() - Timestamp::now().as_millisecond();
        self.offset_ms.store(offset, Ordering::Relaxed);
    }
}
