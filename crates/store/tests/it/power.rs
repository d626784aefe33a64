//! Power cuts, full disks and failing syncs under the store on disk: what was acknowledged is there, once, and the chain is whole.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Mutex;

use powercut::Disk;
use store::chain::Chain;
use store::verify::verify;
use store::{
    Commit, CommitError, Guard, Id, Partition, Record, SqliteOptions, SqliteStore, State, Store, Write,
};

use crate::suite::at;

const CASES: u8 = 7;

fn open(folder: &Path, vfs: &str) -> SqliteStore {
    let options = SqliteOptions { vfs: Some(vfs.into()), readers: 1, ..SqliteOptions::default() };
    SqliteStore::open(folder, &options).expect("opened")
}

fn place(case: u8) -> Partition {
    Partition::of(&case.to_string())
}

/// One transition of a case with everything a transition leaves; its body is unlike any other.
fn transition(case: u8, version: u64, size: usize) -> Commit {
    let id: Id = [case; 16];
    let partition = place(case);
    let mut body = format!("{case}/{version}/").into_bytes();
    body.resize(body.len() + size, b'.');
    let record = Record { subject: id, kind: 1, at: at(1), header: vec![], body: body.clone() };
    let mut message = [case; 16];
    message[..8].copy_from_slice(&version.to_be_bytes());
    let writes = vec![
        Write::PutHead { case: id, version: version + 1, body: body.clone(), status: 0, label: "l".into() },
        Write::PutTimer { case: id, timer: version % 5, due_ms: 1 },
        Write::PutInbox { partition, id: message, digest: [0; 32], body, received_ms: 1 },
    ];
    Commit { partition, guard: Some(Guard { case: id, version }), record: Some(record), writes }
}

/// Numbers drawn from a seed.
struct Draw(u64);

impl Draw {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

/// What callers know: versions acknowledged, and the batch that was under way when the power went.
#[derive(Default)]
struct Books {
    acknowledged: BTreeMap<u8, u64>,
    in_doubt: BTreeMap<u8, u64>,
}

impl Books {
    /// Compares the store with what was acknowledged. Answers whether the batch in doubt was kept.
    fn check(&mut self, store: &SqliteStore, before: Option<&Chain>) -> bool {
        let verified = verify(store, 1, [], |_| {}).expect("the chain is whole");
        if let Some(before) = before.filter(|before| before.batch > 0) {
            let link = store.batches(before.batch, 1).expect("read")[0];
            assert_eq!(link.hash, before.hash, "the acknowledged chain is a beginning of this one");
        }
        let mut kept = std::collections::BTreeSet::new();
        let mut rows = 0;
        for case in 0..CASES {
            let (partition, id) = (place(case), [case; 16]);
            let acknowledged = self.acknowledged.get(&case).copied().unwrap_or(0);
            let version = store.head(partition, &id).expect("read").map_or(0, |head| head.version);
            if let Some(doubtful) = self.in_doubt.get(&case) {
                assert!(version == acknowledged || version == *doubtful, "a part of a batch was kept");
                kept.insert(version == *doubtful);
            } else {
                assert_eq!(version, acknowledged, "case {case}");
            }
            let journal = store.journal_of(partition, &id, 1, 10_000).expect("read");
            assert_eq!(journal.len() as u64, version, "each transition once");
            for (expected, row) in journal.iter().enumerate() {
                assert!(row.body.starts_with(format!("{case}/{expected}/").as_bytes()), "in its order");
            }
            rows += version;
            self.acknowledged.insert(case, version);
        }
        assert!(kept.len() <= 1, "a batch is kept whole or not at all");
        let counts = store.counts().expect("counts");
        assert_eq!((counts.journal, counts.inbox, verified.rows), (rows, rows, rows));
        self.in_doubt.clear();
        kept.contains(&true)
    }
}

/// Commits random batches until the power goes. Answers the last chain that was acknowledged.
fn work(store: &SqliteStore, disk: &Disk, books: &mut Books, draw: &mut Draw) -> Option<Chain> {
    let mut last = store.chain().ok();
    loop {
        let mut next = books.acknowledged.clone();
        let commits: Vec<Commit> = (0..1 + draw.below(12))
            .map(|_| {
                let case = u8::try_from(draw.below(u64::from(CASES))).expect("small");
                let version = next.entry(case).or_default();
                *version += 1;
                transition(case, *version - 1, usize::try_from(draw.below(6_000)).expect("small"))
            })
            .collect();
        if draw.below(25) == 0 {
            disk.fail_syncs(1);
        }
        let outcomes = store.commit(commits);
        if outcomes.iter().all(Result::is_ok) {
            books.acknowledged = next;
            last = store.chain().ok().or(last);
            continue;
        }
        assert!(outcomes.iter().all(Result::is_err), "{outcomes:?}");
        if disk.is_cut() {
            let changed =
                next.into_iter().filter(|(case, version)| books.acknowledged.get(case) != Some(version));
            books.in_doubt = changed.collect();
            return last;
        }
        // A sync failed with the power on: refused, nothing kept, and work goes on.
        assert!(matches!(&outcomes[0], Err(CommitError::Refused { .. })), "{outcomes:?}");
    }
}

#[test]
fn whatever_moment_the_power_goes_acknowledged_work_is_there_once() {
    let folder = tempfile::tempdir().expect("folder");
    let disk = powercut::register("store-rounds", 20_241_124).expect("registered");
    let (mut books, mut draw) = (Books::default(), Draw(7));
    let mut before = None;
    let (mut lost, mut kept_in_doubt) = (0, 0);
    for round in 0..20 {
        let store = open(folder.path(), "store-rounds");
        kept_in_doubt += u32::from(books.check(&store, before.as_ref()));
        match round % 3 {
            0 => disk.cut_after(1 + draw.below(40)),
            1 => disk.cut_at_sync(1 + draw.below(20)),
            _ => disk.cut_after(1 + draw.below(900)),
        }
        before = work(&store, &disk, &mut books, &mut draw);
        drop(store);
        let restored = disk.restore().expect("restored");
        lost += restored.lost + restored.torn;
        let database = rusqlite::Connection::open(folder.path().join("store.db")).expect("database");
        let sound: String =
            database.query_row("PRAGMA integrity_check", [], |row| row.get(0)).expect("checked");
        assert_eq!(sound, "ok", "round {round}");
    }
    let store = open(folder.path(), "store-rounds");
    books.check(&store, before.as_ref());
    assert!(lost > 20, "the cuts cost something: {lost} writes lost or torn");
    assert!(books.acknowledged.values().sum::<u64>() > 200, "and work was done: {:?}", books.acknowledged);
    println!(
        "{} transitions, {lost} writes lost or torn, {kept_in_doubt} batches in doubt were kept",
        books.acknowledged.values().sum::<u64>()
    );
}

#[test]
fn a_power_cut_while_the_store_is_being_made_leaves_a_store_or_none() {
    let disk = powercut::register("store-birth", 3).expect("registered");
    let mut made = 0;
    for operation in 1.. {
        let folder = tempfile::tempdir().expect("folder");
        disk.cut_after(operation);
        let options =
            SqliteOptions { vfs: Some("store-birth".into()), readers: 1, ..SqliteOptions::default() };
        let first = SqliteStore::open(folder.path(), &options);
        let whole = !disk.is_cut();
        drop(first);
        disk.restore().expect("restored");
        let store = open(folder.path(), "store-birth");
        store.commit_one(transition(1, 0, 10)).expect("accepted");
        drop(store);
        disk.restore().expect("the next store starts with a disk of its own");
        made += 1;
        if whole {
            break;
        }
    }
    assert!(made > 10, "{made} moments were tried");
}

#[test]
fn threads_that_were_acknowledged_before_the_cut_find_their_work_again() {
    let disk = powercut::register("store-threads", 11).expect("registered");
    let folder = tempfile::tempdir().expect("folder");
    let mut from: BTreeMap<u8, u64> = BTreeMap::new();
    for round in 0..5 {
        let store = open(folder.path(), "store-threads");
        disk.cut_after(400 + round * 37);
        let heard = Mutex::new(from.clone());
        std::thread::scope(|scope| {
            for case in 0..CASES {
                let (store, heard) = (&store, &heard);
                let start = from.get(&case).copied().unwrap_or(0);
                scope.spawn(move || {
                    for version in start.. {
                        if store.commit_one(transition(case, version, 500)).is_err() {
                            return;
                        }
                        heard.lock().expect("lock").insert(case, version + 1);
                    }
                });
            }
        });
        drop(store);
        disk.restore().expect("restored");
        let store = open(folder.path(), "store-threads");
        verify(&store, 1, [], |_| {}).expect("whole");
        for (case, acknowledged) in heard.into_inner().expect("lock") {
            let version = store.head(place(case), &[case; 16]).expect("read").expect("there").version;
            assert!(
                version == acknowledged || version == acknowledged + 1,
                "{version}, acknowledged {acknowledged}"
            );
            let journal = store.journal_of(place(case), &[case; 16], 1, 10_000).expect("read");
            assert_eq!(journal.len() as u64, version);
            from.insert(case, version);
        }
    }
}

#[test]
fn a_full_disk_refuses_new_work_keeps_the_old_and_recovers_by_itself() {
    let disk = powercut::register("store-full", 5).expect("registered");
    let folder = tempfile::tempdir().expect("folder");
    let store = open(folder.path(), "store-full");
    let mut books = Books::default();
    let mut refusals = 0;
    for _ in 0..3 {
        disk.set_room(Some(150_000));
        let mut version = books.acknowledged.get(&1).copied().unwrap_or(0);
        let refusal = loop {
            match store.commit_one(transition(1, version, 3_000)) {
                Ok(_) => version += 1,
                Err(error) => break error,
            }
            assert!(version < 1_000, "the disk fills up");
        };
        books.acknowledged.insert(1, version);
        let CommitError::Refused { what, remedy } = &refusal else { panic!("{refusal:?}") };
        assert!(what.contains("full") && what.contains(&folder.path().display().to_string()), "{what}");
        assert!(remedy.contains("free space"), "{remedy}");
        assert!(matches!(store.state(), State::Refusing { .. }));
        for _ in 0..5 {
            assert!(matches!(store.commit_one(transition(2, 0, 9_000)), Err(CommitError::Refused { .. })));
            refusals += 1;
        }
        books.check(&store, None);
        disk.set_room(None);
        store.commit_one(transition(1, version, 10)).expect("goes on without a repair");
        books.acknowledged.insert(1, version + 1);
        assert_eq!(store.state(), State::Ready);
        books.check(&store, None);
    }
    assert_eq!(refusals, 15);
    drop(store);
    disk.cut();
    disk.restore().expect("restored");
    books.check(&open(folder.path(), "store-full"), None);
}

#[test]
fn a_sync_that_fails_is_never_acknowledged_and_the_next_one_counts() {
    let disk = powercut::register("store-syncs", 9).expect("registered");
    let folder = tempfile::tempdir().expect("folder");
    let mut books = Books::default();
    for round in 0..10 {
        let store = open(folder.path(), "store-syncs");
        books.check(&store, None);
        let version = books.acknowledged.get(&1).copied().unwrap_or(0);
        store.commit_one(transition(1, version, 100)).expect("accepted");
        disk.fail_syncs(1 + round % 3);
        let mut refused = 0;
        while let Err(error) = store.commit_one(transition(1, version + 1, 100)) {
            assert!(
                matches!(&error, CommitError::Refused { what, .. } if what.contains("confirm")),
                "{error}"
            );
            refused += 1;
            assert!(refused < 10, "it recovers");
        }
        assert!(refused > 0, "a failed sync is noticed");
        books.acknowledged.insert(1, version + 2);
        disk.cut();
        drop(store);
        disk.restore().expect("restored");
    }
    books.check(&open(folder.path(), "store-syncs"), None);
}
