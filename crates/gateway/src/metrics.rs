//! Counters of a gateway, as text for a collector.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::journal::State;

/// Upper bounds of the buckets of durations, in milliseconds.
const BUCKETS: [u64; 10] = [1, 2, 5, 10, 25, 100, 500, 2_500, 10_000, 30_000];

/// What happened since the start.
#[derive(Debug, Default)]
pub struct Metrics {
    received: AtomicU64,
    under_way: AtomicI64,
    turned_away: AtomicU64,
    /// How calls ended: state and code. Codes of providers are not counted apart, or a provider could grow the table.
    ended: Mutex<BTreeMap<(&'static str, &'static str), u64>>,
    durations: [AtomicU64; BUCKETS.len()],
    duration_ms: AtomicU64,
    durations_counted: AtomicU64,
}

impl Metrics {
    pub(crate) fn received(&self) {
        self.received.fetch_add(1, Ordering::Relaxed);
        self.under_way.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn turned_away(&self) {
        self.turned_away.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn ended(&self, state: State, code: Option<&str>, took: Duration) {
        self.under_way.fetch_sub(1, Ordering::Relaxed);
        let known = |code: &str| soap::Code::ALL.iter().map(|own| own.number()).find(|own| *own == code);
        let key = (name(state), code.and_then(known).unwrap_or(""));
        *self.ended.lock().unwrap_or_else(PoisonError::into_inner).entry(key).or_default() += 1;
        let took = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        for (bucket, bound) in self.durations.iter().zip(BUCKETS) {
            if took <= bound {
                bucket.fetch_add(1, Ordering::Relaxed);
            }
        }
        self.duration_ms.fetch_add(took, Ordering::Relaxed);
        self.durations_counted.fetch_add(1, Ordering::Relaxed);
    }

    /// Calls under way now.
    #[must_use]
    pub fn under_way(&self) -> i64 {
        self.under_way.load(Ordering::Relaxed)
    }

    /// How calls ended, by state and own code.
    #[must_use]
    pub fn outcomes(&self) -> BTreeMap<(&'static str, &'static str), u64> {
        self.ended.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The counters in the text form of Prometheus.
    #[must_use]
    pub fn text(&self, gateway: &str) -> String {
        let mut out = String::with_capacity(2048);
        let mut line = |name: &str, labels: &str, value: &dyn std::fmt::Display| {
            // Writing to a String cannot fail.
            let _ = writeln!(out, "qyzmet_gateway_{name}{{gateway=\"{gateway}\"{labels}}} {value}");
        };
        line("received_total", "", &self.received.load(Ordering::Relaxed));
        line("under_way", "", &self.under_way.load(Ordering::Relaxed));
        line("turned_away_total", "", &self.turned_away.load(Ordering::Relaxed));
        for ((state, code), count) in self.outcomes() {
            line("ended_total", &format!(",state=\"{state}\",code=\"{code}\""), &count);
        }
        for (bucket, bound) in self.durations.iter().zip(BUCKETS) {
            line("milliseconds_bucket", &format!(",le=\"{bound}\""), &bucket.load(Ordering::Relaxed));
        }
        let counted = self.durations_counted.load(Ordering::Relaxed);
        line("milliseconds_bucket", ",le=\"+Inf\"", &counted);
        line("milliseconds_sum", "", &self.duration_ms.load(Ordering::Relaxed));
        line("milliseconds_count", "", &counted);
        out
    }
}

fn name(state: State) -> &'static str {
    match state {
        State::Forwarded => "forwarded",
        State::Answered => "answered",
        State::Refused => "refused",
        State::Faulted => "faulted",
        State::Failed => "failed",
        State::TimedOut => "timed-out",
        State::Late => "late",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_counted_by_outcome_and_a_foreign_code_makes_no_row_of_its_own() {
        let metrics = Metrics::default();
        for code in ["GW-1001", "INVENTED-1", "INVENTED-2"] {
            metrics.received();
            metrics.ended(State::Refused, Some(code), Duration::from_millis(3));
        }
        let text = metrics.text("gateway");
        assert!(
            text.contains(
                "qyzmet_gateway_ended_total{gateway=\"gateway\",state=\"refused\",code=\"GW-1001\"} 1\n"
            ),
            "{text}"
        );
        assert!(text.contains("state=\"refused\",code=\"\"} 2\n"), "{text}");
        assert!(
            text.contains("milliseconds_bucket{gateway=\"gateway\",le=\"2\"} 0\n")
                && text.contains("le=\"5\"} 3\n"),
            "{text}"
        );
        assert_eq!(metrics.under_way(), 0);
    }
}
