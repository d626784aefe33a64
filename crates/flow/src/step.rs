//! The step: program, state and input give events, effects and the state after. Pure.

use jiff::Timestamp;

use crate::{CaseState, Env, Input, Program, StepError, Transition};

/// Carries a case on with one input until every token waits.
///
/// # Errors
/// [`StepError`] when the input does not fit the case. What goes wrong inside the case is an incident, not an error.
pub fn step(
    program: &Program,
    state: &CaseState,
    input: Input,
    env: &Env<'_>,
) -> Result<Transition, StepError> {
    let _ = (program, state, input, env);
    Err(StepError::NotStarted)
}

/// When a timer start event is due next after a moment; none when it never is again.
///
/// # Errors
/// In words, why the moment cannot be computed.
pub fn next_start(
    program: &Program,
    start_event: &str,
    after: Timestamp,
    env: &Env<'_>,
) -> Result<Option<Timestamp>, String> {
    let _ = (program, start_event, after, env);
    Ok(None)
}
