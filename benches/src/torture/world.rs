//! What the sender of messages knows, and the look through everything at the end.
//!
//! A sender repeats a message until it is acknowledged and never afterwards. So everything acknowledged must be found in the
//! journal, once, and paid for under one key, however often the store was cut off in between.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, ensure};
use engine::{Arrival, Engine};
use rules::Context;
use store::seal::{Keeper, MemoryKeys};
use store::verify::verify;
use store::{Partition, SqliteOptions, SqliteStore, Store};

use crate::procedure;
use crate::receiver::Books;

/// Numbers drawn from a seed: the same seed, the same rounds.
#[derive(Debug)]
pub struct Draw(pub u64);

impl Draw {
    /// A number below `bound`.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound.max(1)
    }
}

/// A message of the sender.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Message {
    /// `list` starts a case, `event` lets it go on.
    pub kind: &'static str,
    /// The business key.
    pub case_ref: String,
}

impl Message {
    /// The message as the engine takes it.
    pub fn arrival(&self) -> (String, Arrival) {
        let id = format!("{}/{}", self.kind, self.case_ref);
        let payload = Context::new().with("key", self.case_ref.as_str()).with("amount", 59_182);
        let arrival = Arrival {
            message: self.kind.to_owned(),
            case_ref: self.case_ref.clone(),
            correlation: self.case_ref.clone(),
            payload,
            message_id: id.clone(),
            sender: "sdu".into(),
            time_to_live_ms: 86_400_000,
            by_key: false,
        };
        (id, arrival)
    }
}

/// The sender's memory.
#[derive(Debug, Default)]
pub struct Sender {
    /// Said and not acknowledged: said again.
    pub open: BTreeSet<Message>,
    /// Acknowledged: never said again.
    pub acknowledged: BTreeSet<Message>,
    next: u64,
}

impl Sender {
    /// Adds the two messages of a new case.
    pub fn new_case(&mut self) {
        let case_ref = format!("case-{:06}", self.next);
        self.next += 1;
        self.open.insert(Message { kind: "list", case_ref: case_ref.clone() });
        self.open.insert(Message { kind: "event", case_ref });
    }

    /// A message was acknowledged.
    pub fn heard(&mut self, message: &Message) {
        if self.open.remove(message) {
            self.acknowledged.insert(message.clone());
        }
    }

    /// Some open messages in the order in which a sender may say them: the list of a case before its event.
    pub fn choose(&self, draw: &mut Draw, most: u64) -> Vec<Message> {
        let lists = self.open.iter().filter(|message| message.kind == "list");
        let events = self.open.iter().filter(|message| {
            let list = Message { kind: "list", case_ref: message.case_ref.clone() };
            message.kind == "event" && self.acknowledged.contains(&list)
        });
        let ready: Vec<&Message> = lists.chain(events).collect();
        let count = 1 + draw.below(most);
        let from = usize::try_from(draw.below(ready.len() as u64)).unwrap_or(0);
        ready
            .iter()
            .cycle()
            .skip(from)
            .take(ready.len().min(usize::try_from(count).unwrap_or(1)))
            .map(|m| (*m).clone())
            .collect()
    }
}

/// An engine over a store in `folder`, with the keys that every start of this world shares.
///
/// # Errors
/// When the store does not open.
pub fn open(folder: &Path, vfs: Option<&str>) -> anyhow::Result<(Arc<SqliteStore>, Arc<Engine>)> {
    let options = SqliteOptions { vfs: vfs.map(str::to_owned), readers: 1, ..SqliteOptions::default() };
    let store = Arc::new(SqliteStore::open(folder, &options)?);
    let shared: Arc<dyn Store> = Arc::<SqliteStore>::clone(&store);
    let keeper = Arc::new(Keeper::new(Arc::clone(&shared), Arc::new(MemoryKeys::from_seed([7; 32])))?);
    let engine = Engine::new(procedure::PARTICIPANT, shared, keeper, vec![procedure::two_payments()?])?;
    Ok((store, Arc::new(engine)))
}

/// Elements that each case passes once, whatever happened.
const PASSED: [&str; 6] = ["start", "first", "wait", "pause", "second", "done"];

/// What the look through everything counted.
#[derive(Debug, Clone, Copy)]
pub struct Counted {
    /// Cases that ended.
    pub cases: u64,
    /// Journal rows that the chain covers.
    pub rows: u64,
    /// Payments, by key.
    pub payments: u64,
    /// Requests beyond the first under the same key.
    pub repeats: u64,
}

/// Looks through store and books at the end of a world: everything said is done, once.
///
/// # Errors
/// The first thing that is not as it must be.
pub fn look_through(
    store: &SqliteStore,
    engine: &Engine,
    sender: &Sender,
    books: &Books,
) -> anyhow::Result<Counted> {
    ensure!(sender.open.is_empty(), "{} messages were never acknowledged", sender.open.len());
    let verified = verify(store, 1, [], |_| {}).context("the chain is not whole")?;
    let cases: BTreeSet<&str> = sender.acknowledged.iter().map(|message| message.case_ref.as_str()).collect();
    for case_ref in &cases {
        let found = engine.cases_of(case_ref)?;
        ensure!(found.len() == 1, "{case_ref}: {} cases", found.len());
        ensure!(
            found[0].outcome.as_deref() == Some("T08") && found[0].incidents.is_empty(),
            "{case_ref} stands at {:?} with {:?}",
            found[0].at,
            found[0].incidents
        );
        let mut passed: BTreeMap<String, u32> = BTreeMap::new();
        for record in engine.history(found[0].case, Partition::of(case_ref))? {
            for element in record.header.entered {
                *passed.entry(element).or_default() += 1;
            }
        }
        for element in PASSED {
            let times = passed.get(element).copied().unwrap_or(0);
            ensure!(times == 1, "{case_ref}: `{element}` was passed {times} times: {passed:?}");
        }
    }
    let heads = store.counts()?.heads;
    ensure!(heads == cases.len() as u64, "{heads} cases stand in the store, {} were begun", cases.len());
    let repeats = paid_once(&cases, books)?;
    Ok(Counted { cases: heads, rows: verified.rows, payments: books.len() as u64, repeats })
}

/// Each case was paid twice, each payment under one key; gives the repeats under the same key.
fn paid_once(cases: &BTreeSet<&str>, books: &Books) -> anyhow::Result<u64> {
    let mut keys: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (key, entry) in books {
        ensure!(!entry.changed, "key {key} was used for two payments");
        keys.entry(entry.content.as_str()).or_default().push(key);
    }
    for (content, keys) in &keys {
        ensure!(keys.len() == 1, "{content} was paid under {} keys", keys.len());
    }
    for case_ref in cases {
        for number in [1, 2] {
            let order = format!("\"{case_ref}/{number}\"");
            ensure!(keys.keys().any(|content| content.contains(&order)), "{order} was never paid");
        }
    }
    ensure!(books.len() == 2 * cases.len(), "{} payments, {} were due", books.len(), 2 * cases.len());
    Ok(books.values().map(|entry| entry.times - 1).sum())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::receiver::Entry;

    fn books(entries: &[(&str, &str)]) -> Books {
        let entry = |content: &str| Entry { content: content.to_owned(), times: 1, changed: false };
        entries.iter().map(|(key, content)| ((*key).to_owned(), entry(content))).collect()
    }

    #[test]
    fn a_payment_under_two_keys_or_none_is_found() {
        let cases = BTreeSet::from(["c"]);
        let good = [("a", r#"{"order":"c/1"}"#), ("b", r#"{"order":"c/2"}"#)];
        assert_eq!(paid_once(&cases, &books(&good)).expect("good"), 0);
        let twice = [good[0], good[1], ("x", good[1].1)];
        assert!(paid_once(&cases, &books(&twice)).expect_err("twice").to_string().contains("2 keys"));
        assert!(
            paid_once(&cases, &books(&good[..1])).expect_err("missing").to_string().contains("never paid")
        );
        let mut changed = books(&good);
        changed.get_mut("a").expect("there").changed = true;
        assert!(paid_once(&cases, &changed).is_err());
    }
}
