//! The switches that make an outside system misbehave, the same for every system.
//!
//! They are data: the control interface sets them, the simulator sets them, and nothing else changes them. A switch must
//! never leak into a correct answer: a system without faults behaves as its contract says.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// How often a fault happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Times {
    /// Not at all.
    #[default]
    Off,
    /// Every time.
    Always,
    /// The next so many times, then off.
    Next(u32),
}

impl Times {
    /// Whether the fault happens now; counts down.
    pub fn fire(&mut self) -> bool {
        match self {
            Self::Off => false,
            Self::Always => true,
            Self::Next(left) => {
                *self = if *left > 1 { Self::Next(*left - 1) } else { Self::Off };
                true
            }
        }
    }

    /// Whether it would happen.
    pub fn is_on(self) -> bool {
        self != Self::Off && self != Self::Next(0)
    }
}

/// In what way an answer is nonsense.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Nonsense {
    /// Not XML at all.
    Malformed,
    /// A signed envelope whose data are not those of the contract.
    WrongSchema,
    /// A correct answer changed after it was signed.
    WrongSignature,
    /// A correct answer without a signature.
    Unsigned,
    /// A correct answer to another question (foreign correlation).
    WrongCorrelation,
}

/// What is wrong with a system or with one of its services.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Faults {
    /// The connection is refused: HTTP 503 without a body.
    pub down: Times,
    /// The request is carried out and never answered.
    pub silent: Times,
    /// The answer takes so many milliseconds longer.
    pub slow_ms: u64,
    /// How often [`Faults::nonsense_kind`] is answered.
    pub nonsense: Times,
    /// In what way.
    pub nonsense_kind: Option<Nonsense>,
    /// How often [`Faults::status_code`] is answered instead of the answer.
    pub status: Times,
    /// Business status, such as `SCSE001`.
    pub status_code: Option<String>,
    /// A FEEL expression over `request` and `answer` that replaces the answer of the contract: the system lies.
    pub lie: Option<String>,
    /// What the system sends by itself goes out twice.
    pub duplicate: Times,
}

impl Faults {
    /// Whether everything is as it should be.
    pub fn is_quiet(&self) -> bool {
        *self == Self::default()
    }
}

/// The switches of all systems and services, by the id of the participant or of the service.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Switchboard {
    by_id: BTreeMap<String, Faults>,
}

/// What shall go wrong with one request, drawn from the switches of its system and of its service.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Drawn {
    /// See [`Faults::down`].
    pub down: bool,
    /// See [`Faults::silent`].
    pub silent: bool,
    /// See [`Faults::slow_ms`]; the longer of the two.
    pub slow_ms: u64,
    /// See [`Faults::nonsense`].
    pub nonsense: Option<Nonsense>,
    /// See [`Faults::status`].
    pub status_code: Option<String>,
    /// See [`Faults::lie`].
    pub lie: Option<String>,
}

impl Switchboard {
    /// The switches of one id.
    pub fn get(&self, id: &str) -> Faults {
        self.by_id.get(id).cloned().unwrap_or_default()
    }

    /// Sets the switches of one id.
    pub fn set(&mut self, id: &str, faults: Faults) {
        if faults.is_quiet() {
            self.by_id.remove(id);
        } else {
            self.by_id.insert(id.to_owned(), faults);
        }
    }

    /// Switches everything off.
    pub fn clear(&mut self) {
        self.by_id.clear();
    }

    /// All ids with a switch on.
    pub fn active(&self) -> impl Iterator<Item = (&str, &Faults)> {
        self.by_id.iter().map(|(id, faults)| (id.as_str(), faults))
    }

    /// What happens to the next request for `service` of `system`; counters count down.
    pub fn draw(&mut self, system: &str, service: &str) -> Drawn {
        let mut drawn = Drawn::default();
        for id in [system, service] {
            let Some(faults) = self.by_id.get_mut(id) else { continue };
            drawn.down |= faults.down.fire();
            drawn.silent |= faults.silent.fire();
            drawn.slow_ms = drawn.slow_ms.max(faults.slow_ms);
            if faults.nonsense.fire() {
                drawn.nonsense = Some(faults.nonsense_kind.unwrap_or(Nonsense::Malformed));
            }
            if faults.status.fire() {
                drawn.status_code = Some(faults.status_code.clone().unwrap_or_else(|| "SCSE003".to_owned()));
            }
            drawn.lie = faults.lie.clone().or(drawn.lie);
            if faults.is_quiet() {
                self.by_id.remove(id);
            }
        }
        drawn
    }

    /// Whether what `system` sends to `service` now goes out twice; only this switch counts down.
    pub fn draw_duplicate(&mut self, system: &str, service: &str) -> bool {
        let mut twice = false;
        for id in [system, service] {
            let Some(faults) = self.by_id.get_mut(id) else { continue };
            twice |= faults.duplicate.fire();
            if faults.is_quiet() {
                self.by_id.remove(id);
            }
        }
        twice
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_counted_fault_happens_so_many_times_and_no_more() {
        let mut board = Switchboard::default();
        board.set("MO_CONFIRM", Faults { down: Times::Next(2), ..Faults::default() });
        let downs: Vec<bool> = (0..4).map(|_| board.draw("state-bodies", "MO_CONFIRM").down).collect();
        assert_eq!(downs, [true, true, false, false]);
        assert_eq!(board.active().count(), 0, "a spent switch disappears");
    }

    #[test]
    fn sending_and_answering_do_not_use_up_each_others_switches() {
        let mut board = Switchboard::default();
        let faults = Faults { down: Times::Next(1), duplicate: Times::Next(1), ..Faults::default() };
        board.set("bank-1", faults);
        assert!(board.draw_duplicate("bank-1", "EMAKET_ACCOUNT_OPENED"));
        assert!(board.draw("bank-1", "BANK_ACCOUNTS_1").down);
        assert_eq!(board.active().count(), 0);
    }

    #[test]
    fn switches_of_system_and_service_add_up() {
        let mut board = Switchboard::default();
        board.set("bank-1", Faults { slow_ms: 50, ..Faults::default() });
        board.set("BANK_ACCOUNTS_1", Faults { slow_ms: 20, lie: Some("null".into()), ..Faults::default() });
        let drawn = board.draw("bank-1", "BANK_ACCOUNTS_1");
        assert_eq!((drawn.slow_ms, drawn.lie.as_deref()), (50, Some("null")));
        assert_eq!(board.draw("bank-2", "BANK_ACCOUNTS_2"), Drawn::default());
    }
}
