//! The suite on both stores, and both stores against each other: the same commits must give the same answers and contents.

use std::collections::HashSet;

use proptest::prelude::*;
use store::{Commit, Guard, Id, MemoryStore, Partition, Record, SqliteOptions, SqliteStore, Store, Write};
use tempfile::TempDir;

use crate::suite::{World, at};

struct InMemory(MemoryStore);

impl World for InMemory {
    fn store(&self) -> &dyn Store {
        &self.0
    }

    fn restart(self: Box<Self>) -> Box<dyn World> {
        Box::new(Self(self.0.crash(1)))
    }
}

pub struct OnDisk {
    pub folder: TempDir,
    pub store: SqliteStore,
}

impl OnDisk {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("folder");
        let store = SqliteStore::open(folder.path(), &SqliteOptions::default()).expect("opened");
        Self { folder, store }
    }
}

impl World for OnDisk {
    fn store(&self) -> &dyn Store {
        &self.store
    }

    fn restart(self: Box<Self>) -> Box<dyn World> {
        let Self { folder, store } = *self;
        drop(store);
        let store = SqliteStore::open(folder.path(), &SqliteOptions::default()).expect("opened again");
        Box::new(Self { folder, store })
    }
}

mod in_memory {
    use super::*;
    crate::suite::store_suite!(Box::new(InMemory(MemoryStore::new())));
}

mod on_disk {
    use super::*;
    crate::suite::store_suite!(Box::new(OnDisk::new()));
}

/// Few enough ids that commits meet each other.
fn small_id() -> impl Strategy<Value = Id> {
    (0..4_u8).prop_map(|n| [n; 16])
}

fn partition() -> impl Strategy<Value = Partition> {
    (0..3_u8).prop_map(|n| Partition::new(n * 21).expect("partition"))
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(prop_oneof![0..3_u8, Just(0xFF)], 0..4)
}

fn moment() -> impl Strategy<Value = i64> {
    -20..20_i64
}

fn write() -> impl Strategy<Value = Write> {
    let name = || prop_oneof![Just("a".to_owned()), Just("ә".to_owned())];
    let table = || prop_oneof![Just("t"), Just("u")];
    prop_oneof![
        (small_id(), 1..4_u64, bytes(), name()).prop_map(|(case, version, body, label)| Write::PutHead {
            case,
            version,
            body,
            status: 1,
            label
        }),
        (small_id(), 0..3_u64, moment()).prop_map(|(case, timer, due_ms)| Write::PutTimer {
            case,
            timer,
            due_ms
        }),
        (small_id(), 0..3_u64).prop_map(|(case, timer)| Write::DeleteTimer { case, timer }),
        (small_id(), name(), moment(), bytes()).prop_map(|(id, lane, not_before_ms, body)| {
            Write::PutOutbox { id, case: id, destination: lane.clone(), lane, not_before_ms, body }
        }),
        small_id().prop_map(|id| Write::DeleteOutbox { id }),
        (small_id(), moment()).prop_map(|(id, not_before_ms)| Write::PostponeOutbox {
            id,
            not_before_ms,
            attempts: 3,
            last_error: "e".into()
        }),
        small_id().prop_map(|id| Write::ParkOutbox { id, reason: "r".into() }),
        (partition(), small_id(), 0..2_u8, bytes()).prop_map(|(partition, id, digest, body)| {
            Write::PutInbox { partition, id, digest: [digest; 32], body, received_ms: 1 }
        }),
        small_id().prop_map(|id| Write::DeleteInbox { id }),
        (small_id(), 0..2_u64, name(), bytes()).prop_map(|(case, subscription, message, key)| {
            Write::PutSubscription { case, subscription, message, key }
        }),
        (small_id(), 0..2_u64)
            .prop_map(|(case, subscription)| Write::DeleteSubscription { case, subscription }),
        (table(), bytes(), bytes()).prop_map(|(table, key, value)| Write::PutRow { table, key, value }),
        (table(), bytes()).prop_map(|(table, key)| Write::DeleteRow { table, key }),
        (small_id(), 0..2_u8).prop_map(|(subject, n)| Write::PutSealKey { subject, wrapped: vec![n] }),
        (small_id(), 0..2_u8, 0..2_u8).prop_map(|(subject, from, to)| Write::RewrapSealKey {
            subject,
            from: vec![from],
            to: vec![to]
        }),
        (small_id(), moment()).prop_map(|(subject, ms)| Write::DestroySealKey { subject, at: at(ms) }),
        (small_id(), bytes(), moment()).prop_map(|(id, sealed, retention_until_ms)| Write::PutDocument {
            id,
            sealed,
            retention_until_ms
        }),
        (small_id(), moment()).prop_map(|(id, now_ms)| Write::DeleteDocument { id, now_ms }),
        (0..5_u64, bytes()).prop_map(|(batch, line)| Write::PutSignedHead { batch, line }),
    ]
}

fn commit() -> impl Strategy<Value = Commit> {
    let guard = prop::option::weighted(0.3, (small_id(), 0..4_u64));
    let record = prop::option::of((small_id(), bytes(), bytes()));
    (partition(), guard, record, prop::collection::vec(write(), 0..5)).prop_map(
        |(partition, guard, record, writes)| Commit {
            partition,
            guard: guard.map(|(case, version)| Guard { case, version }),
            record: record.map(|(subject, header, body)| Record {
                subject,
                kind: 2,
                at: at(9),
                header,
                body,
            }),
            writes,
        },
    )
}

/// Everything that can be read, as text.
fn contents(store: &dyn Store) -> Vec<String> {
    fn show(what: impl std::fmt::Debug) -> String {
        format!("{what:?}")
    }
    let mut all = vec![
        show(store.timers_due(i64::MAX, 100)),
        show(store.timers_due(0, 2)),
        show(store.next_timer()),
        show(store.outbox_ready(0, 100, &HashSet::new())),
        show(store.outbox_ready(100, 100, &HashSet::from(["a".to_owned()]))),
        show(store.outbox_parked(100)),
        show(store.inbox_pending(100)),
        show(store.documents_expired(0, 100)),
        show(store.chain()),
        show(store.batches(1, 100)),
        show(store.last_signed_head()),
        show(store.counts()),
    ];
    for table in ["t", "u"] {
        all.push(show(store.rows_everywhere(table, &[0], 100)));
        all.push(show(store.rows_everywhere(table, &[], 3)));
    }
    for message in ["a", "ә"] {
        for key in [&[][..], &[0], &[1], &[2, 0]] {
            all.push(show(store.subscriptions(message, key, 100)));
        }
    }
    for n in 0..3 {
        let partition = Partition::new(n * 21).expect("partition");
        all.push(show(store.journal(partition, 1, 100)));
        all.push(show(store.rows(partition, "t", &[0xFF], Some(&[0xFF]), 100)));
        for n in 0..4 {
            let id = [n; 16];
            all.push(show((
                store.head(partition, &id),
                store.outbox_entry(partition, &id),
                store.inbox_seen(partition, &id),
            )));
            all.push(show((
                store.seal_key(partition, &id),
                store.document(partition, &id),
                store.journal_of(partition, &id, 2, 9),
            )));
        }
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn both_stores_answer_the_same_and_hold_the_same(batches in prop::collection::vec(prop::collection::vec(commit(), 1..6), 1..12)) {
        let memory = MemoryStore::with_faults([5; 16], store::FaultPlan::none());
        let folder = tempfile::tempdir().expect("folder");
        let options = SqliteOptions { store: Some([5; 16]), readers: 1, ..SqliteOptions::default() };
        let disk = SqliteStore::open(folder.path(), &options).expect("opened");
        for commits in batches {
            prop_assert_eq!(memory.commit(commits.clone()), disk.commit(commits));
        }
        prop_assert_eq!(contents(&memory), contents(&disk));
        drop(disk);
        let disk = SqliteStore::open(folder.path(), &options).expect("opened again");
        prop_assert_eq!(contents(&memory), contents(&disk));
        store::verify::verify(&disk, 1, [], |_| {}).expect("whole");
    }
}
