//! Random lives of several cases with power cuts, refused commits, lost acknowledgements and repeated effects: what happened to each case
//! is, fact by fact, what happens without any of them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use engine::{Arrival, Engine, Settlement};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use rules::Context;
use store::{Fault, FaultPlan, MemoryStore, Partition, Store};

use crate::models::{definitions, end, message_or_deadline, start, task};
use crate::{arrival, at, engine_over};

/// What is done to the participant from outside.
#[derive(Debug, Clone)]
enum Act {
    /// A message of this name for this case.
    Message(&'static str, u8),
    /// Everything that can happen now happens, then so many hours pass.
    Hours(u8),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let names = prop::sample::select(vec!["list", "keyed list", "queue list", "reply", "receipt"]);
    let act = prop_oneof![
        5 => (names, 0..4_u8).prop_map(|(name, case)| Act::Message(name, case)),
        1 => (1..60_u8).prop_map(Act::Hours),
    ];
    prop::collection::vec(act, 1..24)
}

fn model() -> String {
    let ask = r#"<zeebe:input source="={iin: iin}" target="request" />"#;
    let probe = [
        start("a", "list", "aask"),
        task("aask", "gateway:REGISTER", ask, "a", "await"),
        message_or_deadline("await", "aask", "reply", "areplied", "asilent"),
        end("areplied", "REPLIED", "awaitm"),
        end("asilent", "SILENT", "awaitt"),
    ]
    .concat();
    let keyed_io = format!(r#"{ask}<zeebe:output source="=response.number" target="key" />"#);
    let keyed = [
        start("k", "keyed list", "kask"),
        task("kask", "gateway:NUMBER", &keyed_io, "k", "kwait"),
        message_or_deadline("kwait", "kask", "receipt", "kreplied", "ksilent"),
        end("kreplied", "RECEIVED", "kwaitm"),
        end("ksilent", "NOT RECEIVED", "kwaitt"),
    ]
    .concat();
    let queue = [
        start("q", "queue list", "qwait"),
        task(
            "qwait",
            "local:acquire",
            r#"<zeebe:input source='={key: "one"}' target="request" />"#,
            "q",
            "qask",
        ),
        task("qask", "gateway:REGISTER", ask, "qwait", "qreg"),
        task(
            "qreg",
            "local:register",
            r#"<zeebe:input source='={kind: "application", iin: iin, service: "p"}' target="request" />"#,
            "qask",
            "qdone",
        ),
        end("qdone", "DONE", "qreg"),
    ]
    .concat();
    let late = [start("l", "reply", "lend"), end("lend", "LATE", "l")].concat();
    definitions(
        &["list", "keyed list", "queue list", "reply", "receipt"],
        &[("probe", &probe), ("keyed", &keyed), ("queue", &queue), ("late-reply", &late)],
    )
}

fn message(name: &str, case: u8, number: usize) -> Arrival {
    let case_ref = format!("case-{case}");
    let payload = Context::new().with("iin", case_ref.as_str()).with("key", case_ref.as_str());
    let mut message = arrival(name, &case_ref, payload);
    if name == "receipt" {
        message.correlation = format!("sms of {case_ref}");
    }
    message.message_id = format!("message {number}");
    message
}

/// Small numbers from a seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

/// What is left to compare: the facts of every case, and every effect that the outside saw, by its id.
#[derive(Debug, PartialEq, Eq)]
struct Lived {
    facts: BTreeMap<(String, String), Vec<String>>,
    effects: BTreeSet<String>,
}

struct Life {
    store: Arc<MemoryStore>,
    engine: Engine,
    model: String,
    now: Timestamp,
    dice: Option<Dice>,
    /// Refusals hit one commit of a turn and not those after it.
    alone: bool,
    effects: BTreeSet<String>,
}

impl Life {
    fn new(seed: Option<u64>, alone: bool) -> Life {
        let (store, model) = (Arc::new(MemoryStore::new()), model());
        let engine = engine_over(Arc::clone(&store), &model);
        let now = at("2024-04-01T05:00:00Z");
        Life { store, engine, model, now, dice: seed.map(Dice), alone, effects: BTreeSet::new() }
    }

    /// Plans a fault for one of the next commits, sometimes.
    fn threaten(&mut self) {
        let Some(dice) = &mut self.dice else { return };
        let fault = match dice.below(8) {
            0 => Fault::Refuse,
            1 => Fault::CutBefore,
            2 => Fault::CutAfter,
            _ => return self.store.set_faults(FaultPlan::none()),
        };
        let place = 1 + dice.below(5);
        // A full disk refuses all that follows; a commit refused for its content is refused alone.
        let last = if self.alone || !matches!(fault, Fault::Refuse) { place } else { place + 1_000 };
        let plan = (place..=last).fold(FaultPlan::none(), |plan, place| plan.at(place, fault));
        self.store.set_faults(plan);
    }

    /// The store after a cut, and a new engine over it: what only memory knew is gone.
    fn restart(&mut self) {
        let seed = self.dice.as_mut().map_or(0, |dice| dice.below(1_000));
        self.store = Arc::new(self.store.crash(seed));
        self.engine = engine_over(Arc::clone(&self.store), &self.model);
    }

    fn recover(&mut self) {
        self.store.set_faults(FaultPlan::none());
        if self.store.counts().is_err() || self.dice.as_mut().is_some_and(|dice| dice.below(3) == 0) {
            self.restart();
        }
    }

    /// A sender repeats until it is told that the message was taken.
    fn receive(&mut self, message: &Arrival) {
        loop {
            self.threaten();
            let row = message.message_id.clone();
            match self.engine.receive(vec![(row, message.clone())], self.now) {
                Ok(_) => return,
                Err(_) => self.recover(),
            }
        }
    }

    fn turn(&mut self) -> bool {
        self.threaten();
        match self.engine.turn(self.now) {
            Ok(turned) => turned.applied > 0 || turned.more,
            Err(_) => {
                self.recover();
                true
            }
        }
    }

    fn carry_out(&mut self) -> bool {
        let items = match self.engine.outgoing(self.now, 100) {
            Ok(items) => items,
            Err(_) => {
                self.recover();
                return true;
            }
        };
        let any = !items.is_empty();
        for item in items {
            self.effects.insert(format!("{:02x?} {} {}", item.id, item.task_type, item.case_ref));
            let answer = Context::new().with("number", format!("sms of {}", item.case_ref));
            let luck = self.dice.as_mut().map_or(9, |dice| dice.below(10));
            let settlement = match luck {
                0 => Settlement::Later { reason: "silence".into(), after: std::time::Duration::ZERO },
                _ => Settlement::Answered(answer),
            };
            self.engine.settle_outgoing(&item, settlement);
            if luck == 1 {
                // It was carried out, and the machine dies before the answer is committed.
                self.restart();
                return true;
            }
        }
        any
    }

    fn rest(&mut self) {
        for _ in 0..5_000 {
            let moved = self.turn();
            if !(self.carry_out() || moved) {
                return;
            }
        }
        panic!("does not come to rest");
    }

    fn live(mut self, acts: &[Act]) -> Lived {
        for (number, act) in acts.iter().enumerate() {
            match act {
                Act::Message(name, case) => {
                    self.receive(&message(name, *case, number));
                    if self.dice.as_mut().is_some_and(|dice| dice.below(3) == 0) {
                        self.turn();
                    }
                }
                Act::Hours(hours) => {
                    self.rest();
                    self.now += SignedDuration::from_hours(i64::from(*hours));
                    self.rest();
                }
            }
        }
        self.rest();
        self.now += SignedDuration::from_hours(24 * 30);
        self.rest();
        self.lived()
    }

    fn lived(self) -> Lived {
        let counts = self.store.counts().expect("readable");
        assert_eq!((counts.outbox, counts.inbox, counts.timers), (0, 0, 0), "something still waits");
        assert!(self.engine.put_aside_items(10).expect("readable").is_empty());
        assert_eq!(self.engine.in_flight(), 0);
        for table in ["held", "held-by-key", "locks"] {
            assert!(self.store.rows_everywhere(table, &[], 10).expect("readable").is_empty(), "{table}");
        }
        let mut facts = BTreeMap::new();
        for case in self.engine.cases(1_000).expect("readable") {
            assert!(case.ended, "{case:?}");
            let partition = Partition::new(case.partition).expect("a partition");
            let history = self.engine.history(case.case, partition).expect("readable");
            let events = history.into_iter().flat_map(|record| record.events.expect("not erased"));
            let told = events.map(|event| format!("{:?}", event.fact)).collect();
            assert!(facts.insert((case.process, case.case_ref), told).is_none(), "a case twice");
        }
        Lived { facts, effects: self.effects }
    }
}

/// A refusal of one input alone may let a later one go before it. Left are acts of which it does not matter which goes first: no
/// reply (it may come before its case), one receipt for each case.
fn without_rivals(acts: &[Act]) -> Vec<Act> {
    let mut receipts = BTreeSet::new();
    let wanted = |act: &&Act| match act {
        Act::Message("reply", _) => false,
        Act::Message("receipt", case) => receipts.insert(*case),
        _ => true,
    };
    acts.iter().filter(wanted).cloned().collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn cuts_and_refusals_change_nothing_of_what_happens(acts in acts(), seeds in prop::array::uniform2(any::<u64>())) {
        let told_apart = without_rivals(&acts);
        for (alone, acts) in [(false, acts), (true, told_apart)] {
            let undisturbed = Life::new(None, alone).live(&acts);
            for seed in seeds {
                let disturbed = Life::new(Some(seed), alone).live(&acts);
                prop_assert_eq!(&disturbed.effects, &undisturbed.effects);
                let cases = |lived: &Lived| lived.facts.keys().cloned().collect::<Vec<_>>();
                prop_assert_eq!(cases(&disturbed), cases(&undisturbed));
                for (case, facts) in &disturbed.facts {
                    prop_assert_eq!(Some(facts), undisturbed.facts.get(case), "{:?}", case);
                }
            }
        }
    }
}
