//! What only the store on disk has: one process at a time, versions, settings, closing.

use rusqlite::Connection;
use store::{CommitError, MemoryStore, OpenError, ReadError, SqliteOptions, SqliteStore, State, Store};

use crate::both::OnDisk;
use crate::suite::{id, p, transition};

fn open(folder: &std::path::Path) -> Result<SqliteStore, OpenError> {
    SqliteStore::open(folder, &SqliteOptions { address: "127.0.0.1:8080".into(), ..SqliteOptions::default() })
}

#[test]
fn a_second_process_is_refused_and_told_of_the_first() {
    let folder = tempfile::tempdir().expect("folder");
    let first = open(folder.path()).expect("opened");
    let error = open(folder.path()).expect_err("refused").to_string();
    assert!(error.contains(&format!("process {}", std::process::id())), "{error}");
    assert!(error.contains("127.0.0.1:8080") && error.contains("since 20"), "{error}");
    first.commit_one(transition("a", id(1), 0)).expect("the first is undisturbed");
    drop(first);
    open(folder.path()).expect("free again");
}

#[test]
fn newer_and_foreign_databases_are_refused_untouched() {
    let OnDisk { folder, store } = OnDisk::new();
    drop(store);
    let path = folder.path().join("store.db");
    let change = |sql: &str| Connection::open(&path).expect("database").execute_batch(sql).expect("changed");
    change("UPDATE facts SET value = CAST('2' AS BLOB) WHERE name = 'schema'");
    assert!(matches!(open(folder.path()), Err(OpenError::Newer { found: 2, known: 1 })));
    change("UPDATE facts SET value = CAST('x' AS BLOB) WHERE name = 'schema'");
    assert!(matches!(open(folder.path()), Err(OpenError::Damaged { .. })));
    let other = tempfile::tempdir().expect("folder");
    let foreign = Connection::open(other.path().join("store.db")).expect("database");
    foreign.execute_batch("CREATE TABLE recipes (name TEXT)").expect("made");
    drop(foreign);
    assert!(matches!(open(other.path()), Err(OpenError::Foreign { .. })));
    std::fs::write(other.path().join("store.db"), vec![0x55; 8192]).expect("written");
    assert!(matches!(open(other.path()), Err(OpenError::Database(_))));
}

#[test]
fn the_id_of_a_store_is_its_own_for_good() {
    let OnDisk { folder, store } = OnDisk::new();
    let first = store.id();
    drop(store);
    let options = SqliteOptions { store: Some([9; 16]), ..SqliteOptions::default() };
    assert_eq!(SqliteStore::open(folder.path(), &options).expect("opened").id(), first);
    assert_ne!(OnDisk::new().store.id(), first);
}

#[test]
fn a_closed_store_says_so() {
    let world = OnDisk::new();
    world.store.commit_one(transition("a", id(1), 0)).expect("accepted");
    assert_eq!(world.store.state(), State::Ready);
    world.store.close();
    assert_eq!(world.store.commit_one(transition("a", id(1), 1)), Err(CommitError::Closed));
    assert_eq!(world.store.head(p("a"), &id(1)), Err(ReadError::Closed));
    let (sender, receiver) = std::sync::mpsc::channel();
    world
        .store
        .submit(transition("a", id(1), 1), Box::new(move |outcome| sender.send(outcome).expect("heard")));
    assert_eq!(receiver.recv().expect("answered"), Err(CommitError::Closed));
}

#[test]
fn a_destroyed_key_is_in_no_file_any_more() {
    let world = OnDisk::new();
    let wrapped: Vec<u8> = (0..77).map(|n| n ^ 0xA5).collect();
    let put = |writes| store::Commit { writes, ..store::Commit::new(p("a")) };
    let keep = store::Write::PutSealKey { subject: id(1), wrapped: wrapped.clone() };
    world.store.commit_one(put(vec![keep])).expect("accepted");
    let everywhere = || {
        let files = std::fs::read_dir(world.folder.path()).expect("folder").flatten();
        files
            .filter(|file| {
                let bytes = std::fs::read(file.path()).expect("file");
                bytes.windows(wrapped.len()).any(|window| window == wrapped)
            })
            .count()
    };
    assert!(everywhere() > 0, "it stands somewhere first");
    let at = jiff::Timestamp::UNIX_EPOCH;
    world.store.commit_one(put(vec![store::Write::DestroySealKey { subject: id(1), at }])).expect("accepted");
    // The log is emptied after the answer; the next commit comes after that.
    world.store.commit_one(transition("a", id(2), 0)).expect("accepted");
    assert_eq!(everywhere(), 0);
}

#[test]
fn what_cannot_have_been_written_by_a_store_is_damage_not_a_guess() {
    let OnDisk { folder, store } = OnDisk::new();
    store.commit_one(transition("a", id(1), 0)).expect("accepted");
    drop(store);
    let connection = Connection::open(folder.path().join("store.db")).expect("database");
    connection
        .execute_batch("UPDATE heads SET version = -4; UPDATE journal SET hash = x'00'")
        .expect("changed");
    drop(connection);
    let store = open(folder.path()).expect("opened");
    assert!(matches!(store.head(p("a"), &id(1)), Err(ReadError::Damaged(_))));
    assert!(matches!(store.journal(p("a"), 1, 10), Err(ReadError::Damaged(_))));
    // Damage found by one read does not use up the readers.
    for _ in 0..20 {
        assert!(store.head(p("a"), &id(1)).is_err());
    }
    assert!(store.counts().is_ok());
}

#[test]
fn a_crash_of_the_store_in_memory_keeps_a_beginning_of_what_was_held() {
    let mut seen = std::collections::BTreeSet::new();
    for seed in 0..40 {
        let store = MemoryStore::new();
        store.commit_one(transition("a", id(1), 0)).expect("accepted");
        store.hold();
        let (sender, receiver) = std::sync::mpsc::channel();
        for version in 1..5 {
            let sender = sender.clone();
            store.submit(
                transition("a", id(1), version),
                Box::new(move |outcome| sender.send(outcome).expect("heard")),
            );
        }
        assert_eq!(
            (store.held(), receiver.try_recv().is_err()),
            (4, true),
            "nothing is acknowledged before the sync"
        );
        let survivor = store.crash(seed);
        drop(sender);
        assert!(receiver.iter().all(|outcome| outcome == Err(CommitError::Closed)));
        assert_eq!(store.counts(), Err(ReadError::Closed));
        let head = survivor.head(p("a"), &id(1)).expect("read").expect("there");
        let rows = survivor.journal(p("a"), 1, 10).expect("read").len() as u64;
        assert!(head.version == rows && (1..=5).contains(&rows), "{rows} rows, version {}", head.version);
        store::verify::verify(&survivor, 1, [], |_| {}).expect("whole");
        seen.insert(rows);
    }
    assert_eq!(seen.len(), 5, "every length comes up: {seen:?}");
}
