//! The thread that makes an engine's turns: at once when something waits, otherwise when the next timer is due.
//!
//! It asks the legal clock at each turn (a demonstration may set it forward) and never sleeps longer than [`LOOK_AGAIN`], so that a
//! moved clock is noticed. A store that refuses work is tried again with a pause; nothing is lost meanwhile.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::{Engine, EngineError, LegalClock, Turned};

/// Longest wait between two looks at clock and timers.
const LOOK_AGAIN: Duration = Duration::from_millis(200);
/// Pause after a turn that the store refused.
const AFTER_REFUSAL: Duration = Duration::from_secs(1);

#[derive(Default)]
struct Signal {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    waiting: bool,
    stop: bool,
}

/// A running worker; dropping it stops the thread after the turn in progress.
pub struct Worker {
    signal: Arc<Signal>,
    thread: Option<JoinHandle<()>>,
}

impl Worker {
    /// Starts the turns of `engine`. `after_turn` is called after each turn that applied something (to look at the outbox).
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(
        engine: Arc<Engine>,
        clock: Arc<LegalClock>,
        after_turn: impl Fn() + Send + 'static,
    ) -> std::io::Result<Worker> {
        let signal = Arc::new(Signal::default());
        let wake = Arc::clone(&signal);
        engine.on_wake(move || {
            wake.state.lock().unwrap_or_else(PoisonError::into_inner).waiting = true;
            wake.changed.notify_one();
        });
        let shared = Arc::clone(&signal);
        let name = format!("engine-{}", engine.participant());
        let thread = std::thread::Builder::new()
            .name(name)
            .spawn(move || run(&engine, &clock, &shared, &after_turn))?;
        Ok(Worker { signal, thread: Some(thread) })
    }

    /// Stops the thread after the turn in progress and waits for it.
    pub fn stop(&mut self) {
        self.signal.state.lock().unwrap_or_else(PoisonError::into_inner).stop = true;
        self.signal.changed.notify_one();
        if let Some(thread) = self.thread.take() {
            // A panic of the thread was reported when it happened.
            let _ = thread.join();
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.stop();
    }
}

/// How long nothing is due: until the next timer, at most [`LOOK_AGAIN`].
fn until_due(engine: &Engine, clock: &LegalClock) -> Duration {
    match engine.next_due() {
        Ok(Some(due)) => {
            let wait = due.as_millisecond().saturating_sub(clock.now().as_millisecond());
            Duration::from_millis(u64::try_from(wait).unwrap_or(0)).min(LOOK_AGAIN)
        }
        // What cannot be read is said by the next turn.
        Ok(None) | Err(_) => LOOK_AGAIN,
    }
}

/// One turn; a panic outside any input is a refusal like others, so that the participant does not stand still unnoticed.
fn turn(engine: &Engine, clock: &LegalClock) -> Result<Turned, EngineError> {
    let turned = catch_unwind(AssertUnwindSafe(|| engine.turn(clock.now())));
    turned.unwrap_or_else(|panic| Err(EngineError::panicked(&*panic)))
}

fn run(engine: &Engine, clock: &LegalClock, signal: &Signal, after_turn: &dyn Fn()) {
    let mut refused = false;
    loop {
        let pause = match turn(engine, clock) {
            Ok(turned) => {
                if refused {
                    tracing::info!(participant = engine.participant(), "the store takes work again");
                    refused = false;
                }
                if turned.applied > 0 && catch_unwind(AssertUnwindSafe(after_turn)).is_err() {
                    tracing::error!(participant = engine.participant(), "what follows a turn panicked");
                }
                if turned.more { Duration::ZERO } else { until_due(engine, clock) }
            }
            Err(error) => {
                if !refused {
                    tracing::error!(participant = engine.participant(), %error, "a turn was refused; it will be tried again");
                    refused = true;
                }
                AFTER_REFUSAL
            }
        };
        let state = signal.state.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut state, _) = signal
            .changed
            .wait_timeout_while(state, pause, |state| !state.stop && (!state.waiting || refused))
            .unwrap_or_else(PoisonError::into_inner);
        state.waiting = false;
        if state.stop {
            return;
        }
    }
}
