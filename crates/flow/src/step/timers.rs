//! When timers are due, and why then.

use calendar::DeadlineRule;
use jiff::Timestamp;
use rules::Value;

use super::machine::{Done, Machine, trouble};
use super::moment;
use crate::model::{Feel, Term, Text, TimerRule};
use crate::state::Timer;
use crate::{ActivationId, DeadlineCause, Effect, Fact};

/// A moment to wait for.
pub(super) struct Due {
    pub due: Timestamp,
    pub cause: DeadlineCause,
    /// How many more times after this one; none = for ever.
    pub repeats: Option<u32>,
}

impl Machine<'_> {
    /// When a timer is due that begins to wait now.
    pub fn due(&mut self, id: ActivationId, rule: &TimerRule) -> Done<Due> {
        match rule {
            TimerRule::Date(text) => {
                let value = self.text_value(id, text)?;
                match moment::of_value(&value, self.env.zone) {
                    Some(due) => Ok(Due { due, cause: DeadlineCause::Date, repeats: Some(0) }),
                    None => trouble(format!("its date gave {}, which is no date and time", brief(&value))),
                }
            }
            TimerRule::Duration(text) => {
                let value = self.text_value(id, text)?;
                let Some(wait) = moment::span_of_value(&value) else {
                    return trouble(format!("its duration gave {}, which is no duration", brief(&value)));
                };
                self.after(self.env.now, wait, Some(0))
            }
            TimerRule::Cycle(text) => {
                let value = self.text_value(id, text)?;
                let Some((times, every)) = value.as_str().and_then(moment::cycle) else {
                    return trouble(format!(
                        "its cycle gave {}, which is no cycle such as R3/PT1H",
                        brief(&value)
                    ));
                };
                self.after(self.env.now, every, times.map(|times| times.saturating_sub(1)))
            }
            TimerRule::Term(term) => self.term(id, term),
        }
    }

    fn after(&self, start: Timestamp, wait: jiff::Span, repeats: Option<u32>) -> Done<Due> {
        match moment::after(start, wait, self.env.zone) {
            Some(due) => {
                let cause = DeadlineCause::Duration { length: wait.to_string(), start };
                Ok(Due { due, cause, repeats })
            }
            None => trouble(format!("{wait} after {start} is beyond the dates that can be written")),
        }
    }

    fn term(&mut self, id: ActivationId, term: &Term) -> Done<Due> {
        let amount = match &term.amount {
            Text::Fixed(text) => text.parse().ok(),
            Text::Computed(feel) => match self.evaluate(id, feel)? {
                Value::Number(number) if number.is_integer() => number.to_i64(),
                other => {
                    let what =
                        format!("the amount of the deadline, `{}`, gave {}", feel.source, brief(&other));
                    return trouble(format!("{what}, not a whole number"));
                }
            },
        };
        let Some(amount) = amount else { return trouble("the amount of the deadline is too large") };
        let start = match &term.from {
            Some(from) => self.moment(id, from, "the start of the deadline")?,
            None => self.env.now,
        };
        let rule = DeadlineRule { amount, unit: term.unit, count: term.count };
        match self.env.calendar.deadline(start, rule, self.env.zone, term.paragraph.clone()) {
            Ok(deadline) => {
                Ok(Due { due: deadline.due, cause: DeadlineCause::Term(deadline), repeats: Some(0) })
            }
            Err(error) => trouble(error.to_string()),
        }
    }

    fn moment(&mut self, id: ActivationId, from: &Feel, what: &str) -> Done<Timestamp> {
        let value = self.evaluate(id, from)?;
        match moment::of_value(&value, self.env.zone) {
            Some(moment) => Ok(moment),
            None => {
                trouble(format!("{what}, `{}`, gave {}, not a date and time", from.source, brief(&value)))
            }
        }
    }

    /// The next round of a cycle that has fired, counted from when it was due, not from when it was noticed.
    pub fn next_round(&self, fired: &Timer) -> Option<Due> {
        let DeadlineCause::Duration { length, .. } = &fired.cause else { return None };
        let every = moment::duration(length)?;
        let repeats = fired.repeats.map(|left| left.saturating_sub(1));
        self.after(fired.due, every, repeats).ok()
    }

    /// Legal terms are counted again by the calendar as it is now.
    pub fn recount_terms(&mut self) {
        let timers: Vec<_> = self.state.timers.iter().map(|(id, timer)| (*id, timer.clone())).collect();
        for (timer, waiting) in timers {
            let DeadlineCause::Term(deadline) = &waiting.cause else { continue };
            match deadline.recompute(self.env.calendar) {
                Ok(now) if now == *deadline => {}
                Ok(now) => {
                    let (due, cause) = (now.due, DeadlineCause::Term(now));
                    let element = waiting.element;
                    self.emit(Fact::TimerMoved { timer, element, due, cause: cause.clone() });
                    self.effects.push(Effect::Schedule { timer, due, cause });
                }
                // The old moment stands; a person decides.
                Err(error) => self.raise(waiting.activation, crate::Stage::Waiting, error.to_string()),
            }
        }
    }
}

/// A value as it is told in a reason: personal data stays out of it.
pub(super) fn brief(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        other => format!("a {}", other.type_name()),
    }
}
