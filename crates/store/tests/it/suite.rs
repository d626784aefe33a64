//! The behaviour suite: one set of promises, run for every store by `store_suite!`.

use std::collections::HashSet;
use std::sync::mpsc::channel;

use jiff::Timestamp;
use store::{
    CaseHead, Commit, CommitError, Counts, Document, Guard, Id, Partition, Receipt, Record, SealKey, Store,
    Write, verify::verify,
};

/// A store that can be stopped and started again with what it kept.
pub trait World {
    fn store(&self) -> &dyn Store;
    fn restart(self: Box<Self>) -> Box<dyn World>;
}

macro_rules! store_suite {
    ($open:expr) => {
        $crate::suite::store_suite!(
            $open,
            heads_are_guarded_by_their_version,
            a_refused_commit_leaves_nothing_and_stops_no_other,
            commits_of_one_call_see_those_before_them,
            a_repeated_message_is_known_and_changes_nothing,
            the_same_id_with_other_content_is_noticed,
            arrivals_are_taken_up_in_their_order,
            timers_come_in_order_and_in_bounded_portions,
            a_lane_goes_out_one_by_one_in_its_order,
            lanes_in_flight_and_moments_to_come_are_left_out,
            a_parked_item_stops_its_lane_alone_until_it_is_taken_up_again,
            subscriptions_are_found_by_message_and_key,
            rows_are_found_by_prefix_and_page,
            a_data_key_is_put_once_and_destroyed_for_good,
            documents_stay_until_their_retention_is_over,
            the_journal_is_contiguous_and_found_by_subject,
            the_chain_verifies_and_ends_where_the_journal_does,
            what_is_too_large_is_refused_in_words,
            what_was_acknowledged_is_there_after_a_restart,
            many_threads_are_all_answered,
        );
    };
    ($open:expr, $($name:ident),+ $(,)?) => {
        $(#[test]
        fn $name() {
            crate::suite::$name($open);
        })+
    };
}
pub(crate) use store_suite;

pub fn p(key: &str) -> Partition {
    Partition::of(key)
}

pub fn id(n: u8) -> Id {
    [n; 16]
}

pub fn at(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(ms).expect("moment")
}

pub fn put_head(case: Id, version: u64) -> Write {
    let body = format!("state {version}").into_bytes();
    Write::PutHead { case, version, body, status: 1, label: "service".into() }
}

/// One transition of a case from version `version`.
pub fn transition(key: &str, case: Id, version: u64) -> Commit {
    let partition = p(key);
    let record = Record { subject: case, kind: 1, at: at(1_000), header: b"{}".to_vec(), body: vec![7; 40] };
    let guard = Some(Guard { case, version });
    Commit { partition, guard, record: Some(record), writes: vec![put_head(case, version + 1)] }
}

pub fn of(partition: Partition, writes: Vec<Write>) -> Commit {
    Commit { writes, ..Commit::new(partition) }
}

fn inbox(partition: Partition, n: u8, digest: u8) -> Write {
    Write::PutInbox { partition, id: id(n), digest: [digest; 32], body: vec![n; 3], received_ms: 5 }
}

fn outbox(n: u8, lane: &str, not_before_ms: i64) -> Write {
    let destination = lane.split('/').next().unwrap_or_default().to_owned();
    Write::PutOutbox {
        id: id(n),
        case: id(100),
        lane: lane.into(),
        destination,
        not_before_ms,
        body: vec![n],
    }
}

fn ready(store: &dyn Store, now_ms: i64) -> Vec<u8> {
    let ready = store.outbox_ready(now_ms, 100, &HashSet::new()).expect("read");
    ready.into_iter().map(|entry| entry.id[0]).collect()
}

fn ok(store: &dyn Store, commit: Commit) -> Receipt {
    store.commit_one(commit).expect("accepted")
}

pub fn heads_are_guarded_by_their_version(world: Box<dyn World>) {
    let store = world.store();
    let receipt = ok(store, transition("a", id(1), 0));
    assert_eq!(receipt, Receipt { partition: p("a"), seq: 1 });
    let conflict = |expected, found| Err(CommitError::Conflict { case: id(1), expected, found });
    assert_eq!(store.commit_one(transition("a", id(1), 0)), conflict(0, 1), "it exists already");
    assert_eq!(store.commit_one(transition("a", id(1), 2)), conflict(2, 1), "not there yet");
    ok(store, transition("a", id(1), 1));
    assert_eq!(store.commit_one(transition("a", id(1), 1)), conflict(1, 2), "moved on");
    let head = store.head(p("a"), &id(1)).expect("read");
    let expected = CaseHead { version: 2, status: 1, label: "service".into(), body: b"state 2".to_vec() };
    assert_eq!(head, Some(expected));
    assert_eq!(store.head(p("b"), &id(1)).expect("read"), None, "a case lives in its partition alone");
    let bare = of(p("a"), vec![Write::DeleteTimer { case: id(1), timer: 1 }]);
    assert_eq!(ok(store, bare).seq, 0, "a commit without a record has no place in the journal");
}

pub fn a_refused_commit_leaves_nothing_and_stops_no_other(world: Box<dyn World>) {
    let store = world.store();
    ok(store, transition("a", id(1), 0));
    let mut refused = transition("a", id(1), 0);
    refused.writes.extend([
        Write::PutTimer { case: id(1), timer: 1, due_ms: 1 },
        outbox(1, "bank/1", 0),
        inbox(p("b"), 1, 1),
        Write::PutSubscription { case: id(1), subscription: 1, message: "m".into(), key: vec![1] },
        Write::PutRow { table: "t", key: vec![1], value: vec![1] },
        Write::PutSealKey { subject: id(1), wrapped: vec![1] },
        Write::PutDocument { id: id(1), sealed: vec![1], retention_until_ms: 0 },
    ]);
    let before = (store.counts().expect("counts"), store.chain().expect("chain"));
    let outcomes = store.commit(vec![refused.clone(), transition("a", id(2), 0), refused]);
    assert!(matches!(outcomes[0], Err(CommitError::Conflict { .. })), "{outcomes:?}");
    assert_eq!(outcomes[1], Ok(Receipt { partition: p("a"), seq: 2 }), "no gap in the journal");
    assert!(matches!(outcomes[2], Err(CommitError::Conflict { .. })), "{outcomes:?}");
    let after = store.counts().expect("counts");
    assert_eq!(after, Counts { heads: before.0.heads + 1, journal: 2, batches: after.batches, ..before.0 });
}

pub fn commits_of_one_call_see_those_before_them(world: Box<dyn World>) {
    let store = world.store();
    let partition = p("a");
    let outcomes = store.commit(vec![
        transition("a", id(1), 0),
        transition("a", id(1), 1),
        of(partition, vec![inbox(partition, 5, 1)]),
        of(partition, vec![inbox(partition, 5, 1)]),
        of(partition, vec![Write::PutSealKey { subject: id(9), wrapped: vec![1] }]),
        of(partition, vec![Write::PutSealKey { subject: id(9), wrapped: vec![2] }]),
        transition("a", id(1), 2),
    ]);
    assert_eq!(outcomes[1], Ok(Receipt { partition, seq: 2 }));
    assert_eq!(outcomes[3], Err(CommitError::Duplicate { id: id(5) }));
    assert_eq!(outcomes[5], Err(CommitError::SealKeyExists { subject: id(9) }));
    assert_eq!(outcomes[6], Ok(Receipt { partition, seq: 3 }));
    assert_eq!(store.head(partition, &id(1)).expect("read").map(|head| head.version), Some(3));
}

pub fn a_repeated_message_is_known_and_changes_nothing(world: Box<dyn World>) {
    let store = world.store();
    let arrival = of(p("a"), vec![inbox(p("a"), 1, 9)]);
    ok(store, arrival.clone());
    assert_eq!(store.commit_one(arrival.clone()), Err(CommitError::Duplicate { id: id(1) }));
    let seen = store.inbox_seen(p("a"), &id(1)).expect("read").expect("seen");
    assert!(!seen.processed);
    ok(store, of(p("a"), vec![Write::DeleteInbox { id: id(1) }]));
    assert_eq!(store.inbox_pending(10).expect("read"), []);
    assert_eq!(
        store.commit_one(arrival),
        Err(CommitError::Duplicate { id: id(1) }),
        "known after it was taken up"
    );
    let seen = store.inbox_seen(p("a"), &id(1)).expect("read").expect("seen");
    assert_eq!((seen.digest, seen.received_ms, seen.processed), ([9; 32], 5, true));
    assert_eq!(store.inbox_seen(p("a"), &id(2)).expect("read"), None);
    // The rest of a commit that carries a known message is not applied either.
    let both = of(p("a"), vec![inbox(p("a"), 3, 1), inbox(p("a"), 1, 9)]);
    assert_eq!(store.commit_one(both), Err(CommitError::Duplicate { id: id(1) }));
    assert_eq!(store.inbox_seen(p("a"), &id(3)).expect("read"), None);
}

pub fn the_same_id_with_other_content_is_noticed(world: Box<dyn World>) {
    let store = world.store();
    ok(store, of(p("a"), vec![inbox(p("a"), 1, 9)]));
    let other = of(p("a"), vec![inbox(p("a"), 1, 8)]);
    assert_eq!(store.commit_one(other), Err(CommitError::DigestMismatch { id: id(1) }));
    ok(store, of(p("b"), vec![inbox(p("b"), 1, 8)]));
    let twice = of(p("a"), vec![inbox(p("a"), 7, 1), inbox(p("a"), 7, 1)]);
    assert!(matches!(store.commit_one(twice), Err(CommitError::Invalid(_))));
}

pub fn arrivals_are_taken_up_in_their_order(world: Box<dyn World>) {
    let store = world.store();
    // Another partition than the commit's: a case leaves an item for someone else in its own transition.
    store.commit((1..=5).map(|n| of(p("a"), vec![inbox(p(&n.to_string()), n, 1)])).collect());
    ok(store, of(p("3"), vec![Write::DeleteInbox { id: id(3) }]));
    ok(store, of(p("a"), vec![inbox(p("9"), 9, 1)]));
    let order = |limit| -> Vec<_> {
        let pending = store.inbox_pending(limit).expect("read");
        pending.into_iter().map(|entry| (entry.partition, entry.id[0], entry.body[0])).collect()
    };
    let expected: Vec<_> = [1, 2, 4, 5, 9].map(|n: u8| (p(&n.to_string()), n, n)).into();
    assert_eq!(order(10), expected);
    assert_eq!(order(2), expected[..2]);
}

pub fn timers_come_in_order_and_in_bounded_portions(world: Box<dyn World>) {
    let store = world.store();
    let dues = [50, 10, 40, 10, 30, 20];
    let timers =
        dues.iter().zip(1..).map(|(due_ms, timer)| Write::PutTimer { case: id(1), timer, due_ms: *due_ms });
    ok(store, of(p("a"), timers.collect()));
    ok(store, of(p("b"), vec![Write::PutTimer { case: id(2), timer: 1, due_ms: 35 }]));
    let due = |until, limit| -> Vec<i64> {
        store.timers_due(until, limit).expect("read").into_iter().map(|timer| timer.due_ms).collect()
    };
    assert_eq!(store.next_timer().expect("read"), Some(10));
    assert_eq!(due(9, 10), [0; 0]);
    assert_eq!(due(35, 10), [10, 10, 20, 30, 35]);
    assert_eq!(due(100, 3), [10, 10, 20]);
    // Moving a timer replaces it; deleting what is not there is no error.
    ok(store, of(p("a"), vec![Write::PutTimer { case: id(1), timer: 2, due_ms: 60 }]));
    ok(
        store,
        of(
            p("a"),
            vec![Write::DeleteTimer { case: id(1), timer: 4 }, Write::DeleteTimer { case: id(1), timer: 99 }],
        ),
    );
    assert_eq!(due(100, 10), [20, 30, 35, 40, 50, 60]);
    let mut drained = 0;
    loop {
        let portion = store.timers_due(100, 2).expect("read");
        if portion.is_empty() {
            break;
        }
        drained += portion.len();
        for timer in portion {
            ok(store, of(timer.partition, vec![Write::DeleteTimer { case: timer.case, timer: timer.timer }]));
        }
    }
    assert_eq!((drained, store.next_timer().expect("read")), (6, None));
}

pub fn a_lane_goes_out_one_by_one_in_its_order(world: Box<dyn World>) {
    let store = world.store();
    ok(store, of(p("a"), vec![outbox(1, "bank/1", 0), outbox(2, "bank/1", 0), outbox(3, "bank/2", 0)]));
    ok(store, of(p("a"), vec![outbox(4, "bank/1", 0)]));
    assert_eq!(ready(store, 0), [1, 3]);
    ok(store, of(p("a"), vec![Write::DeleteOutbox { id: id(1) }]));
    assert_eq!(ready(store, 0), [2, 3]);
    // An item in the middle may be taken away (its call was cancelled) without moving the first.
    ok(store, of(p("a"), vec![outbox(5, "bank/1", 0), Write::DeleteOutbox { id: id(4) }]));
    assert_eq!(ready(store, 0), [2, 3]);
    ok(store, of(p("a"), vec![Write::DeleteOutbox { id: id(2) }, Write::DeleteOutbox { id: id(77) }]));
    assert_eq!(ready(store, 0), [3, 5]);
    ok(store, of(p("a"), vec![Write::DeleteOutbox { id: id(5) }]));
    ok(store, of(p("a"), vec![outbox(6, "bank/1", 0)]));
    assert_eq!(ready(store, 0), [3, 6], "an emptied lane starts again");
    let again = store.commit_one(of(p("a"), vec![outbox(6, "bank/9", 0)]));
    assert!(matches!(again, Err(CommitError::Invalid(_))), "an effect has one id: {again:?}");
    // The same lane text in another partition is another lane.
    ok(store, of(p("b"), vec![outbox(7, "bank/1", 0)]));
    assert_eq!(ready(store, 0), [3, 6, 7]);
}

pub fn lanes_in_flight_and_moments_to_come_are_left_out(world: Box<dyn World>) {
    let store = world.store();
    ok(store, of(p("a"), vec![outbox(1, "bank/1", 50), outbox(2, "bank/2", 20), outbox(3, "bank/3", 0)]));
    ok(store, of(p("a"), vec![outbox(4, "bank/1", 0)]));
    assert_eq!(ready(store, 19), [3], "the second of a lane waits for the first, whatever its own moment");
    assert_eq!(ready(store, 50), [3, 2, 1], "longest waiting first");
    let in_flight = HashSet::from(["bank/3".to_owned(), "bank/1".to_owned()]);
    let free = store.outbox_ready(50, 1, &in_flight).expect("read");
    assert_eq!(free.iter().map(|entry| entry.id[0]).collect::<Vec<_>>(), [2]);
    let postpone =
        Write::PostponeOutbox { id: id(3), not_before_ms: 90, attempts: 2, last_error: "silent".into() };
    ok(store, of(p("a"), vec![postpone]));
    assert_eq!(ready(store, 50), [2, 1]);
    let entry = store.outbox_entry(p("a"), &id(3)).expect("read").expect("there");
    assert_eq!((entry.attempts, entry.last_error.as_str(), entry.not_before_ms), (2, "silent", 90));
    assert_eq!((entry.lane.as_str(), entry.destination.as_str(), entry.case), ("bank/3", "bank", id(100)));
    // Postponing one that is not the first does not let it overtake.
    let second =
        Write::PostponeOutbox { id: id(4), not_before_ms: 0, attempts: 1, last_error: String::new() };
    ok(store, of(p("a"), vec![second]));
    assert_eq!(ready(store, 90), [2, 1, 3]);
}

pub fn a_parked_item_stops_its_lane_alone_until_it_is_taken_up_again(world: Box<dyn World>) {
    let store = world.store();
    ok(store, of(p("a"), vec![outbox(1, "bank/1", 0), outbox(2, "bank/1", 0), outbox(3, "bank/2", 0)]));
    let reason = "ж".repeat(2_000);
    ok(store, of(p("a"), vec![Write::ParkOutbox { id: id(1), reason }]));
    assert_eq!(ready(store, 100), [3]);
    let parked = store.outbox_parked(10).expect("read");
    assert_eq!(parked.len(), 1);
    let kept = parked[0].parked.clone().expect("a reason");
    assert!(kept.len() <= store::MAX_REASON && kept.chars().all(|c| c == 'ж'), "cut between letters");
    assert_eq!(store.counts().expect("counts").parked, 1);
    let retry =
        Write::PostponeOutbox { id: id(1), not_before_ms: 10, attempts: 1, last_error: String::new() };
    ok(store, of(p("a"), vec![retry]));
    assert_eq!(store.outbox_parked(10).expect("read"), []);
    assert_eq!(ready(store, 100), [3, 1]);
    // A parked one that is not the first stops the lane when its turn comes; taking it away frees those behind it.
    ok(store, of(p("a"), vec![outbox(4, "bank/1", 0), Write::ParkOutbox { id: id(2), reason: "no".into() }]));
    assert_eq!(ready(store, 100), [3, 1]);
    ok(store, of(p("a"), vec![Write::DeleteOutbox { id: id(1) }]));
    assert_eq!(ready(store, 100), [3]);
    ok(store, of(p("a"), vec![Write::DeleteOutbox { id: id(2) }]));
    assert_eq!(ready(store, 100), [3, 4]);
}

pub fn subscriptions_are_found_by_message_and_key(world: Box<dyn World>) {
    let store = world.store();
    let put = |case, subscription, message: &str, key: &[u8]| Write::PutSubscription {
        case,
        subscription,
        message: message.into(),
        key: key.to_vec(),
    };
    ok(
        store,
        of(
            p("a"),
            vec![put(id(1), 1, "reply", b"k"), put(id(1), 2, "reply", b"other"), put(id(2), 1, "call", b"k")],
        ),
    );
    ok(store, of(p("b"), vec![put(id(3), 1, "reply", b"k")]));
    let found = |message: &str, key: &[u8]| -> Vec<_> {
        let found = store.subscriptions(message, key, 10).expect("read");
        found.into_iter().map(|waits| (waits.partition, waits.case[0], waits.subscription)).collect()
    };
    let mut expected = vec![(p("a"), 1, 1), (p("b"), 3, 1)];
    expected.sort_unstable();
    assert_eq!(found("reply", b"k"), expected);
    assert_eq!(store.subscriptions("reply", b"k", 1).expect("read").len(), 1);
    assert_eq!(found("reply", b""), []);
    ok(store, of(p("b"), vec![Write::DeleteSubscription { case: id(3), subscription: 1 }]));
    ok(store, of(p("a"), vec![put(id(1), 1, "reply", b"moved")]));
    assert_eq!((found("reply", b"k"), found("reply", b"moved")), (vec![], vec![(p("a"), 1, 1)]));
}

pub fn rows_are_found_by_prefix_and_page(world: Box<dyn World>) {
    let store = world.store();
    let put = |key: &[u8], value: u8| Write::PutRow { table: "tasks", key: key.to_vec(), value: vec![value] };
    let other = Write::PutRow { table: "numbers", key: b"ab".to_vec(), value: vec![9] };
    ok(
        store,
        of(
            p("a"),
            vec![put(b"ab", 1), put(b"a", 2), put(b"ab\xFF", 3), put(b"ac", 4), put(b"\xFF\xFF", 5), other],
        ),
    );
    ok(store, of(p("b"), vec![put(b"ab", 6), put(b"abc", 7)]));
    let values = |prefix: &[u8], after: Option<&[u8]>, limit| -> Vec<u8> {
        let rows = store.rows(p("a"), "tasks", prefix, after, limit).expect("read");
        rows.into_iter().map(|row| row.value[0]).collect()
    };
    assert_eq!(values(b"", None, 10), [2, 1, 3, 4, 5]);
    assert_eq!(values(b"ab", None, 10), [1, 3]);
    assert_eq!(values(b"\xFF", None, 10), [5]);
    assert_eq!(values(b"", Some(b"ab"), 2), [3, 4]);
    assert_eq!(values(b"ab", Some(b"a"), 10), [1, 3], "a mark before the prefix changes nothing");
    assert_eq!(values(b"ab", Some(b"ab\xFF"), 10), [0; 0]);
    let everywhere = store.rows_everywhere("tasks", b"ab", 10).expect("read");
    let mut expected = vec![(b"ab".to_vec(), p("a"), 1), (b"ab".to_vec(), p("b"), 6)];
    expected.sort_by_key(|row| row.1);
    expected.extend([(b"abc".to_vec(), p("b"), 7), (b"ab\xFF".to_vec(), p("a"), 3)]);
    assert_eq!(
        everywhere.into_iter().map(|row| (row.key, row.partition, row.value[0])).collect::<Vec<_>>(),
        expected
    );
    ok(store, of(p("a"), vec![put(b"ab", 8), Write::DeleteRow { table: "tasks", key: b"a".to_vec() }]));
    assert_eq!(store.row(p("a"), "tasks", b"ab").expect("read"), Some(vec![8]));
    assert_eq!(store.row(p("a"), "tasks", b"a").expect("read"), None);
    assert_eq!(store.row(p("a"), "numbers", b"ab").expect("read"), Some(vec![9]));
    assert_eq!(store.row(p("a"), "unknown", b"ab").expect("read"), None);
}

pub fn a_data_key_is_put_once_and_destroyed_for_good(world: Box<dyn World>) {
    let store = world.store();
    let put = |wrapped: u8| of(p("a"), vec![Write::PutSealKey { subject: id(1), wrapped: vec![wrapped] }]);
    let rewrap = |from: u8, to: u8| {
        of(p("a"), vec![Write::RewrapSealKey { subject: id(1), from: vec![from], to: vec![to] }])
    };
    let key = || store.seal_key(p("a"), &id(1)).expect("read");
    let exists = Err(CommitError::SealKeyExists { subject: id(1) });
    assert_eq!(key(), None);
    assert_eq!(store.commit_one(rewrap(1, 2)), exists, "nothing to wrap anew");
    ok(store, put(1));
    ok(store, put(1));
    assert_eq!(store.commit_one(put(2)), exists);
    assert_eq!(store.commit_one(rewrap(3, 2)), exists);
    ok(store, rewrap(1, 2));
    assert_eq!(key(), Some(SealKey::Wrapped(vec![2])));
    let destroy = |ms| of(p("a"), vec![Write::DestroySealKey { subject: id(1), at: at(ms) }]);
    ok(store, destroy(77));
    ok(store, destroy(99));
    assert_eq!(key(), Some(SealKey::Destroyed { at: at(77) }));
    let erased = Err(CommitError::Erased { subject: id(1) });
    assert_eq!(store.commit_one(put(2)), erased);
    assert_eq!(store.commit_one(rewrap(2, 3)), erased);
    // A key that was never there can be destroyed too: nothing will be sealed for that subject.
    ok(store, of(p("a"), vec![Write::DestroySealKey { subject: id(2), at: at(5) }]));
    assert_eq!(store.seal_key(p("a"), &id(2)).expect("read"), Some(SealKey::Destroyed { at: at(5) }));
    let both = of(
        p("a"),
        vec![
            Write::DestroySealKey { subject: id(3), at: at(5) },
            Write::PutSealKey { subject: id(3), wrapped: vec![1] },
        ],
    );
    assert!(matches!(store.commit_one(both), Err(CommitError::Invalid(_))));
}

pub fn documents_stay_until_their_retention_is_over(world: Box<dyn World>) {
    let store = world.store();
    let put = |n, until| {
        of(p("a"), vec![Write::PutDocument { id: id(n), sealed: vec![n], retention_until_ms: until }])
    };
    let delete = |n, now_ms| of(p("a"), vec![Write::DeleteDocument { id: id(n), now_ms }]);
    ok(store, put(1, 300));
    ok(store, put(2, 100));
    assert!(matches!(store.commit_one(put(1, 500)), Err(CommitError::Invalid(_))), "never replaced");
    let document = store.document(p("a"), &id(1)).expect("read");
    assert_eq!(document, Some(Document { sealed: vec![1], retention_until_ms: 300 }));
    assert_eq!(store.documents_expired(99, 10).expect("read"), []);
    assert_eq!(store.documents_expired(300, 10).expect("read"), [(p("a"), id(2)), (p("a"), id(1))]);
    let early = store.commit_one(delete(1, 299));
    assert!(matches!(&early, Err(CommitError::Invalid(why)) if why.contains("300")), "{early:?}");
    ok(store, delete(1, 300));
    ok(store, delete(1, 300));
    assert_eq!(store.document(p("a"), &id(1)).expect("read"), None);
}

pub fn the_journal_is_contiguous_and_found_by_subject(world: Box<dyn World>) {
    let store = world.store();
    for version in 0..3 {
        store.commit(vec![
            transition("a", id(1), version),
            transition("a", id(2), version),
            transition("b", id(3), version),
        ]);
    }
    let rows = store.journal(p("a"), 1, 100).expect("read");
    assert_eq!(rows.iter().map(|row| row.seq).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6]);
    assert_eq!(store.journal(p("a"), 5, 1).expect("read")[0], rows[4]);
    assert_eq!(store.journal(p("a"), 7, 10).expect("read"), []);
    let first = &rows[0];
    assert_eq!((first.partition, first.subject, first.kind, first.at), (p("a"), id(1), 1, at(1_000)));
    assert_eq!((&first.header[..], &first.body[..]), (&b"{}"[..], &[7; 40][..]));
    let seqs = |from, limit| -> Vec<u64> {
        store.journal_of(p("a"), &id(2), from, limit).expect("read").into_iter().map(|row| row.seq).collect()
    };
    assert_eq!(seqs(1, 10), [2, 4, 6]);
    assert_eq!(seqs(3, 1), [4]);
    assert_eq!(store.journal_of(p("b"), &id(2), 1, 10).expect("read"), []);
}

pub fn the_chain_verifies_and_ends_where_the_journal_does(world: Box<dyn World>) {
    let store = world.store();
    let empty = verify(store, 1, [], |_| {}).expect("an empty journal is whole");
    assert_eq!((empty.rows, empty.batches), (0, 0));
    for round in 0..30_u8 {
        let commits = (0..=round % 7).map(|n| transition(&format!("{round}/{n}"), [round * 8 + n; 16], 0));
        store.commit(commits.collect());
    }
    ok(store, of(p("a"), vec![Write::PutRow { table: "t", key: vec![], value: vec![] }]));
    let mut last = 0;
    let verified = verify(store, 1, [], |progress| last = progress.batch).expect("whole");
    let counts = store.counts().expect("counts");
    assert_eq!((verified.rows, verified.batches), (counts.journal, counts.batches));
    assert_eq!((last, verified.head), (counts.batches, store.chain().expect("chain")));
    assert_eq!(verified.head.rows.iter().sum::<u64>(), counts.journal);
    // From any batch on, the rest verifies too and leads to the same end.
    for from in [2, 3, 17, counts.batches, counts.batches + 1, counts.batches + 50] {
        let rest = verify(store, from, [], |_| {}).expect("whole");
        assert_eq!(rest.batches, (counts.batches + 1).saturating_sub(from), "from {from}");
        assert_eq!(rest.head, verified.head);
    }
}

pub fn what_is_too_large_is_refused_in_words(world: Box<dyn World>) {
    let store = world.store();
    let long = "x".repeat(store::MAX_NAME + 1);
    let record =
        |header: usize| Record { subject: id(1), kind: 1, at: at(0), header: vec![0; header], body: vec![] };
    let one = |write| of(p("a"), vec![write]);
    let refused = [
        one(Write::PutHead { case: id(1), version: 0, body: vec![], status: 0, label: String::new() }),
        one(Write::PutHead { case: id(1), version: u64::MAX, body: vec![], status: 0, label: String::new() }),
        one(Write::PutHead {
            case: id(1),
            version: 1,
            body: vec![0; store::MAX_BODY + 1],
            status: 0,
            label: String::new(),
        }),
        one(Write::PutHead { case: id(1), version: 1, body: vec![], status: 0, label: long.clone() }),
        one(Write::PutTimer { case: id(1), timer: u64::MAX, due_ms: 0 }),
        one(outbox(1, &long, 0)),
        one(Write::PutRow { table: "t", key: vec![0; store::MAX_KEY + 1], value: vec![] }),
        Commit { record: Some(record(store::MAX_HEADER + 1)), ..Commit::new(p("a")) },
        of(
            p("a"),
            (0..=store::MAX_WRITES as u64).map(|timer| Write::DeleteTimer { case: id(1), timer }).collect(),
        ),
    ];
    for commit in refused {
        let outcome = store.commit_one(commit);
        assert!(
            matches!(&outcome, Err(CommitError::Invalid(why)) if why.contains("most") || why.contains("start")),
            "{outcome:?}"
        );
    }
    assert_eq!(store.counts().expect("counts"), Counts::default());
    let largest = Commit { record: Some(record(store::MAX_HEADER)), ..Commit::new(p("a")) };
    ok(store, largest);
    assert_eq!(store.commit(Vec::new()), []);
}

pub fn what_was_acknowledged_is_there_after_a_restart(world: Box<dyn World>) {
    let store = world.store();
    let partition = p("a");
    let mut commit = transition("a", id(1), 0);
    commit.writes.extend([
        Write::PutTimer { case: id(1), timer: 1, due_ms: 7 },
        outbox(1, "bank/1", 0),
        outbox(2, "bank/1", 0),
        inbox(partition, 1, 1),
        Write::PutSubscription { case: id(1), subscription: 1, message: "m".into(), key: vec![1] },
        Write::PutRow { table: "t", key: vec![1], value: vec![1] },
        Write::PutSealKey { subject: id(1), wrapped: vec![1] },
        Write::PutDocument { id: id(1), sealed: vec![1], retention_until_ms: 0 },
        Write::PutSignedHead { batch: 1, line: b"line".to_vec() },
    ]);
    ok(store, commit);
    let before = (store.counts().expect("counts"), store.chain().expect("chain"));
    let world = world.restart();
    let store = world.store();
    assert_eq!((store.counts().expect("counts"), store.chain().expect("chain")), before);
    assert_eq!(store.last_signed_head().expect("read"), Some(b"line".to_vec()));
    assert_eq!(ok(store, transition("a", id(1), 1)).seq, 2, "the journal goes on where it ended");
    ok(store, of(partition, vec![outbox(3, "bank/1", 0), outbox(4, "bank/2", 0), inbox(partition, 2, 1)]));
    assert_eq!(ready(store, 0), [1, 4], "order of a lane survives");
    let pending = store.inbox_pending(10).expect("read");
    assert_eq!(pending.iter().map(|entry| entry.id[0]).collect::<Vec<_>>(), [1, 2]);
    verify(store, 1, [], |_| {}).expect("whole");
}

pub fn many_threads_are_all_answered(world: Box<dyn World>) {
    const THREADS: u8 = 8;
    const EACH: u64 = 50;
    let store = world.store();
    let (sender, receiver) = channel();
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let sender = sender.clone();
            scope.spawn(move || {
                for version in 0..EACH / 2 {
                    store.commit_one(transition(&thread.to_string(), id(thread), version)).expect("accepted");
                }
                // Handed over without waiting: still applied in order.
                for version in EACH / 2..EACH {
                    let sender = sender.clone();
                    let commit = transition(&thread.to_string(), id(thread), version);
                    store.submit(commit, Box::new(move |outcome| sender.send(outcome).expect("heard")));
                }
            });
        }
    });
    drop(sender);
    let outcomes: Vec<_> = receiver.iter().collect();
    assert_eq!(outcomes.len() as u64, u64::from(THREADS) * EACH / 2);
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    let verified = verify(store, 1, [], |_| {}).expect("whole");
    assert_eq!(verified.rows, u64::from(THREADS) * EACH);
}
