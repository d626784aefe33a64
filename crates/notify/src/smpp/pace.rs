//! The pace of sending: so many a second, and longer pauses while the centre asks for them.
//!
//! Monotonic time only.

use std::sync::Mutex;
use std::time::Duration;

use tokio::time::Instant;

/// First and longest pause after the centre throttles.
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

#[derive(Debug)]
pub(crate) struct Pace {
    gap: Duration,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    next: Instant,
    paused_until: Instant,
    pause: Duration,
}

impl Pace {
    pub(crate) fn new(per_second: u32) -> Self {
        let gap = Duration::from_secs(1) / per_second.max(1);
        let now = Instant::now();
        Self { gap, state: Mutex::new(State { next: now, paused_until: now, pause: FIRST_PAUSE }) }
    }

    /// Takes the next slot; the caller waits until it.
    pub(crate) fn slot(&self) -> Instant {
        let mut state = self.lock();
        let slot = state.next.max(Instant::now());
        state.next = slot + self.gap;
        slot
    }

    /// The centre asked to slow down: nothing goes out for a pause that doubles each time. The refusals of one burst
    /// make one pause.
    pub(crate) fn slow_down(&self) {
        let mut state = self.lock();
        let now = Instant::now();
        if now >= state.paused_until {
            state.paused_until = now + state.pause;
            state.next = state.next.max(state.paused_until);
            state.pause = (state.pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// A message was accepted: the next pause begins small again.
    pub(crate) fn recovered(&self) {
        self.lock().pause = FIRST_PAUSE;
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn slots_keep_the_rate_and_pauses_double_until_recovery() {
        let pace = Pace::new(10);
        let start = Instant::now();
        assert_eq!(pace.slot() - start, Duration::ZERO);
        assert_eq!(pace.slot() - start, Duration::from_millis(100));
        pace.slow_down();
        assert_eq!(pace.slot() - start, FIRST_PAUSE.max(Duration::from_millis(200)));
        tokio::time::advance(Duration::from_secs(1)).await;
        pace.slow_down();
        assert_eq!(pace.slot() - start, Duration::from_millis(1400), "the second pause is twice the first");
        tokio::time::advance(Duration::from_secs(5)).await;
        pace.recovered();
        pace.slow_down();
        assert_eq!(pace.slot() - start, Duration::from_millis(6200));
    }
}
