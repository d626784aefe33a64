//! Somebody who can write the database changes it behind our back: verification says what and where.

use rusqlite::Connection;
use store::verify::{Finding, VerifyError, verify};
use store::{Partition, SqliteOptions, SqliteStore, Store};

use crate::both::OnDisk;
use crate::suite::{id, p, transition};

/// A journal of 12 batches over 3 partitions, then `tamper`, then verification.
fn after(tamper: &str) -> Finding {
    let world = OnDisk::new();
    for version in 0..12 {
        let commits = ["a", "b", "c"].into_iter().zip(1..).map(|(key, n)| transition(key, id(n), version));
        for outcome in world.store.commit(commits.collect()) {
            outcome.expect("accepted");
        }
    }
    let OnDisk { folder, store } = world;
    drop(store);
    let connection = Connection::open(folder.path().join("store.db")).expect("database");
    connection.execute_batch(&tamper.replace("{a}", &p("a").to_string())).expect("tampered");
    drop(connection);
    let store = SqliteStore::open(folder.path(), &SqliteOptions::default()).expect("opened");
    match verify(&store, 1, [], |_| {}) {
        Err(VerifyError::Found(finding)) => finding,
        other => panic!("{tamper}: {other:?}"),
    }
}

fn a() -> Partition {
    p("a")
}

#[test]
fn a_changed_row_is_named() {
    for column in ["body", "header", "subject", "at_ms", "kind"] {
        let value = match column {
            "at_ms" => "1001",
            "kind" => "2",
            "subject" => "x'01010101010101010101010101010102'",
            _ => "x'00'",
        };
        let finding =
            after(&format!("UPDATE journal SET {column} = {value} WHERE partition = {{a}} AND seq = 5"));
        assert_eq!(finding, Finding::RowChanged { partition: a(), seq: 5, batch: 5 }, "{column}");
    }
}

#[test]
fn a_row_changed_together_with_its_hash_is_found_in_its_batch() {
    let finding = after("UPDATE journal SET hash = zeroblob(32) WHERE partition = {a} AND seq = 5");
    assert_eq!(finding, Finding::RowChanged { partition: a(), seq: 5, batch: 5 });
    // With the right hash of the wrong content only the root tells.
    let world = OnDisk::new();
    world.store.commit_one(transition("a", id(1), 0)).expect("accepted");
    let mut row = world.store.journal(a(), 1, 1).expect("read").remove(0);
    row.body = b"forged".to_vec();
    let record = store::Record {
        subject: row.subject,
        kind: row.kind,
        at: row.at,
        header: row.header,
        body: row.body,
    };
    let hash = store::chain::row_hash(a(), 1, &record);
    let OnDisk { folder, store } = world;
    drop(store);
    let connection = Connection::open(folder.path().join("store.db")).expect("database");
    connection.execute("UPDATE journal SET body = ?1, hash = ?2", (&record.body, hash)).expect("tampered");
    drop(connection);
    let store = SqliteStore::open(folder.path(), &SqliteOptions::default()).expect("opened");
    let finding = verify(&store, 1, [], |_| {}).expect_err("found");
    assert!(matches!(finding, VerifyError::Found(Finding::BatchChanged { batch: 1 })), "{finding}");
}

#[test]
fn missing_rows_are_named() {
    let finding = after("DELETE FROM journal WHERE partition = {a} AND seq = 5");
    assert_eq!(finding, Finding::RowMissing { partition: a(), seq: 5 });
    let last = after("DELETE FROM journal WHERE partition = {a} AND seq = 12");
    assert_eq!(last, Finding::RowCount { batch: 12, expected: 3, found: 2 });
}

#[test]
fn moved_and_invented_rows_are_named() {
    let moved = after("UPDATE journal SET batch = 4 WHERE partition = {a} AND seq = 5");
    assert_eq!(moved, Finding::RowCount { batch: 4, expected: 3, found: 4 });
    let back = after("UPDATE journal SET batch = 0 WHERE partition = {a} AND seq = 1");
    assert_eq!(back, Finding::RowMoved { partition: a(), seq: 1, batch: 0 });
    let invented = after(
        "INSERT INTO journal SELECT partition, 13, subject, kind, at_ms, 13, hash, header, body FROM journal
         WHERE partition = {a} AND seq = 12",
    );
    assert_eq!(invented, Finding::RowsUnchained { partition: a(), seq: 13 });
    let into = after(
        "INSERT INTO journal SELECT partition, 13, subject, kind, at_ms, 12, hash, header, body FROM journal
         WHERE partition = {a} AND seq = 12",
    );
    assert!(matches!(into, Finding::RowChanged { seq: 13, .. }), "the hash covers the number: {into}");
}

#[test]
fn changed_and_missing_links_are_named() {
    assert_eq!(
        after("UPDATE batches SET root = zeroblob(32) WHERE batch = 7"),
        Finding::BatchChanged { batch: 7 }
    );
    assert_eq!(
        after("UPDATE batches SET hash = zeroblob(32) WHERE batch = 7"),
        Finding::LinkChanged { batch: 7 }
    );
    assert_eq!(
        after("UPDATE batches SET row_count = 9 WHERE batch = 7"),
        Finding::RowCount { batch: 7, expected: 9, found: 3 }
    );
    assert_eq!(after("DELETE FROM batches WHERE batch = 7"), Finding::LinkMissing { batch: 7 });
    assert!(matches!(after("DELETE FROM batches WHERE batch = 12"), Finding::RowsUnchained { seq: 12, .. }));
    let other_store = after("UPDATE facts SET value = zeroblob(16) WHERE name = 'store'");
    assert_eq!(other_store, Finding::LinkChanged { batch: 1 }, "the first link covers the id of the store");
}

#[test]
fn a_flipped_byte_in_the_file_is_seen_wherever_a_body_stands() {
    let world = OnDisk::new();
    for version in 0..6 {
        world.store.commit_one(transition("a", id(1), version)).expect("accepted");
    }
    let OnDisk { folder, store } = world;
    drop(store);
    let path = folder.path().join("store.db");
    let whole = std::fs::read(&path).expect("database");
    let needle = [7_u8; 40];
    let places: Vec<usize> = (0..whole.len() - 40).filter(|at| whole[*at..*at + 40] == needle).collect();
    assert!(places.len() >= 6, "the bodies stand in the file");
    for at in places {
        let mut changed = whole.clone();
        changed[at + 20] ^= 0x10;
        std::fs::write(&path, &changed).expect("written");
        let store = SqliteStore::open(folder.path(), &SqliteOptions::default()).expect("opened");
        let finding = verify(&store, 1, [], |_| {});
        assert!(
            matches!(finding, Err(VerifyError::Found(Finding::RowChanged { .. }))),
            "byte {at}: {finding:?}"
        );
    }
}
