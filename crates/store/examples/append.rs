//! How fast the store takes records of 1 KB, beside what the disk and SQLite give in the same run.
//!
//! `cargo run --release -p store --example append [folder] [seconds]`. Rows: name, batch, value, unit, bound, ratio. The bound of
//! every row is the same batches written and synced (`fdatasync`) to a plain file. Run it on the file system that will carry the data.
#![expect(clippy::expect_used, reason = "a measurement that cannot go on stops here")]

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use rusqlite::Connection;
use store::{Commit, Guard, Id, Partition, Record, SqliteOptions, SqliteStore, Store, Write};

const BODY: usize = 1_024;
const BATCHES: [usize; 6] = [1, 8, 32, 128, 512, 2_048];

/// Repeats `batch` for some time; records per second.
fn per_second(time: Duration, size: usize, mut batch: impl FnMut()) -> f64 {
    batch();
    let start = Instant::now();
    let mut records = 0;
    while start.elapsed() < time {
        batch();
        records += size;
    }
    f64::from(u32::try_from(records).expect("few")) / start.elapsed().as_secs_f64()
}

/// Bytes that do not compress and differ from record to record.
fn body(n: u64) -> Vec<u8> {
    let mut state = n;
    let mut bytes = Vec::with_capacity(BODY);
    while bytes.len() < BODY {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        bytes.extend_from_slice(&state.to_be_bytes());
    }
    bytes
}

fn plain_file(folder: &Path, size: usize, time: Duration) -> f64 {
    let mut file = File::create(folder.join("plain")).expect("file");
    let mut n = 0;
    per_second(time, size, || {
        let mut bytes = Vec::with_capacity(size * BODY);
        for _ in 0..size {
            n += 1;
            bytes.extend_from_slice(&body(n));
        }
        file.write_all(&bytes).expect("written");
        file.sync_data().expect("synced");
    })
}

fn raw_sqlite(folder: &Path, size: usize, time: Duration) -> f64 {
    let path = folder.join("raw.db");
    let connection = Connection::open(&path).expect("database");
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000;
             CREATE TABLE IF NOT EXISTS records (id INTEGER PRIMARY KEY, body BLOB NOT NULL)",
        )
        .expect("made");
    let mut n = 0;
    per_second(time, size, || {
        connection.execute_batch("BEGIN IMMEDIATE").expect("begun");
        let mut insert =
            connection.prepare_cached("INSERT INTO records (body) VALUES (?1)").expect("prepared");
        for _ in 0..size {
            n += 1;
            insert.execute([body(n)]).expect("inserted");
        }
        connection.execute_batch("COMMIT").expect("committed");
    })
}

fn id(n: u64) -> Id {
    // As ids are: spread over the whole range.
    let mixed = u128::from(n.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    (mixed << 64 | u128::from(n)).to_be_bytes()
}

/// A message of a log: one journal record of its own subject.
fn message(n: u64) -> Commit {
    let record =
        Record { subject: id(n), kind: 1, at: Timestamp::UNIX_EPOCH, header: b"{}".to_vec(), body: body(n) };
    Commit { record: Some(record), ..Commit::new(Partition::of_bytes(&id(n))) }
}

/// How many cases are under way at once.
const UNDER_WAY: u64 = 500;

/// A transition of a case, as an engine commits it: every other one starts a case (record, head, timer, outbox item, projection),
/// the ones between end one that was started before (record, head, timer and outbox item taken away, projection).
fn transition(n: u64) -> Commit {
    let number = n / 2;
    if n.is_multiple_of(2) || number <= UNDER_WAY {
        start(n, number + (n % 2) * (1 << 40))
    } else {
        end(n, number - UNDER_WAY)
    }
}

fn start(n: u64, number: u64) -> Commit {
    let case = id(number);
    let outbox = Write::PutOutbox {
        id: case,
        case,
        lane: format!("gateway:ODQ_RECIPIENTS/{}", hex::encode(case)),
        destination: "gateway:ODQ_RECIPIENTS".into(),
        not_before_ms: 0,
        body: body(n + 2),
    };
    let due_ms = i64::try_from(n).expect("small");
    case_commit(n, case, 0, vec![Write::PutTimer { case, timer: 1, due_ms }, outbox])
}

fn end(n: u64, number: u64) -> Commit {
    let case = id(number);
    case_commit(n, case, 1, vec![Write::DeleteTimer { case, timer: 1 }, Write::DeleteOutbox { id: case }])
}

fn case_commit(n: u64, case: Id, version: u64, mut writes: Vec<Write>) -> Commit {
    writes.push(Write::PutHead {
        case,
        version: version + 1,
        body: body(n + 1),
        status: 0,
        label: "allowance".into(),
    });
    writes.push(Write::PutRow { table: "cases", key: case.to_vec(), value: vec![b'v'; 300] });
    let record =
        Record { subject: case, kind: 1, at: Timestamp::UNIX_EPOCH, header: b"{}".to_vec(), body: body(n) };
    let partition = Partition::of_bytes(&case);
    Commit { partition, guard: Some(Guard { case, version }), record: Some(record), writes }
}

fn open(folder: &Path, name: &str) -> SqliteStore {
    SqliteStore::open(&folder.join(name), &SqliteOptions::default()).expect("opened")
}

fn through_store(folder: &Path, name: &str, size: usize, time: Duration, one: fn(u64) -> Commit) -> f64 {
    let store = open(folder, &format!("{name}-{size}"));
    let mut n = 0;
    per_second(time, size, || {
        let commits = (0..size)
            .map(|_| {
                n += 1;
                one(n)
            })
            .collect();
        assert!(store.commit(commits).iter().all(Result::is_ok), "accepted");
    })
}

/// Many callers, one record each, who all wait: what group commit makes of them.
fn callers(folder: &Path, threads: u64, time: Duration) -> (f64, Duration) {
    let store = open(folder, &format!("callers-{threads}"));
    let (next, total) = (AtomicU64::new(1), AtomicU64::new(0));
    let start = Instant::now();
    let mut waits: Vec<Duration> = std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(|| {
                    let mut waits = Vec::new();
                    while start.elapsed() < time {
                        let commit = message(next.fetch_add(1, Ordering::Relaxed));
                        let asked = Instant::now();
                        store.commit_one(commit).expect("accepted");
                        waits.push(asked.elapsed());
                        total.fetch_add(1, Ordering::Relaxed);
                    }
                    waits
                })
            })
            .collect();
        running.into_iter().flat_map(|thread| thread.join().expect("ended")).collect()
    });
    waits.sort_unstable();
    let rate = f64::from(u32::try_from(total.into_inner()).expect("few")) / start.elapsed().as_secs_f64();
    (rate, waits[waits.len() * 99 / 100])
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().map_or_else(std::env::temp_dir, PathBuf::from);
    let seconds = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(2);
    let time = Duration::from_secs(seconds);
    let work = folder.join(format!("store-append-{}", std::process::id()));
    std::fs::create_dir_all(&work).expect("folder");
    println!("{:<34} {:>6} {:>12} {:<10} {:>12} {:>6}", "name", "batch", "value", "unit", "bound", "ratio");
    let row = |name: &str, size: usize, value: f64, bound: f64| {
        println!(
            "{name:<34} {size:>6} {value:>12.0} {:<10} {bound:>12.0} {:>6.2}",
            "records/s",
            value / bound
        );
    };
    for size in BATCHES {
        let bound = plain_file(&work, size, time);
        row("plain file, fdatasync", size, bound, bound);
        row("raw SQLite, one table", size, raw_sqlite(&work, size, time), bound);
        row("store: record", size, through_store(&work, "record", size, time, message), bound);
        row(
            "store: transition of a case",
            size,
            through_store(&work, "transition", size, time, transition),
            bound,
        );
    }
    for threads in [1, 8, 64, 256] {
        let bound = plain_file(&work, usize::try_from(threads).expect("small"), time);
        let (rate, slowest) = callers(&work, threads, time);
        row(
            &format!("store: callers (p99 {:.1} ms)", slowest.as_secs_f64() * 1e3),
            usize::try_from(threads).expect("small"),
            rate,
            bound,
        );
    }
    let store = open(&work, "record-2048");
    let start = Instant::now();
    let verified = store::verify::verify(&store, 1, [], |_| {}).expect("whole");
    let rate = f64::from(u32::try_from(verified.rows).expect("few")) / start.elapsed().as_secs_f64();
    println!("{:<34} {:>6} {rate:>12.0} {:<10}", "verification of the chain", "", "records/s");
    drop(store);
    std::fs::remove_dir_all(&work).expect("removed");
}
