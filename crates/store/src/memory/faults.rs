//! Faults that a test or a simulation can ask of the store in memory: scripted by number of commit, or drawn from a seed.
//!
//! A plan is a function of the number of the commit alone, so that a run repeats itself whatever the threads do.

use std::collections::BTreeMap;
use std::time::Duration;

/// What happens to one commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It is refused as on a full disk; nothing is kept.
    Refuse,
    /// It is kept, then the power goes before the caller hears of it: the caller gets `Closed`, the store is down.
    CutAfter,
    /// The power goes before it is durable: nothing of it is kept, the caller gets `Closed`, the store is down.
    CutBefore,
    /// It takes this long.
    Delay(Duration),
}

/// Which commit meets which fault. Commits are numbered from 1 in the order of their arrival.
#[derive(Debug, Clone, Default)]
pub struct FaultPlan {
    scripted: BTreeMap<u64, Fault>,
    seeded: Option<Seeded>,
}

#[derive(Debug, Clone, Copy)]
struct Seeded {
    seed: u64,
    per_mille: u16,
    fault: Fault,
}

impl FaultPlan {
    /// No faults.
    pub fn none() -> Self {
        Self::default()
    }

    /// Adds `fault` at commit number `commit`.
    #[must_use]
    pub fn at(mut self, commit: u64, fault: Fault) -> Self {
        self.scripted.insert(commit, fault);
        self
    }

    /// Lets `fault` hit `per_mille` of a thousand commits, drawn from `seed`; scripted faults come first.
    #[must_use]
    pub fn seeded(mut self, seed: u64, per_mille: u16, fault: Fault) -> Self {
        self.seeded = Some(Seeded { seed, per_mille, fault });
        self
    }

    /// The fault of a commit.
    pub fn fault(&self, commit: u64) -> Option<Fault> {
        if let Some(fault) = self.scripted.get(&commit) {
            return Some(*fault);
        }
        let seeded = self.seeded?;
        (mix(seeded.seed ^ mix(commit)) % 1_000 < u64::from(seeded.per_mille)).then_some(seeded.fault)
    }
}

/// One round of SplitMix64.
pub(super) fn mix(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seeded_plan_repeats_itself_and_hits_about_as_often_as_it_says() {
        let plan = FaultPlan::none().seeded(7, 100, Fault::Refuse).at(3, Fault::CutAfter);
        let hits: Vec<u64> = (1..=10_000).filter(|n| plan.fault(*n) == Some(Fault::Refuse)).collect();
        assert_eq!(hits, (1..=10_000).filter(|n| plan.fault(*n) == Some(Fault::Refuse)).collect::<Vec<_>>());
        assert!((800..1_200).contains(&hits.len()), "{} of 10,000", hits.len());
        assert_eq!(plan.fault(3), Some(Fault::CutAfter));
    }
}
