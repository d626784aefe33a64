//! Heads published outside show what the database alone cannot: a journal cut off, put back or written anew.

use std::path::Path;
use std::sync::Arc;

use aws_lc_rs::hmac;
use jiff::Timestamp;
use store::heads::{HEADS_FILE, HeadSigner, HeadVerifier, HeadsError, PublishedHeads, Publisher};
use store::verify::{Finding, Verified, VerifyError, verify};
use store::{MemoryStore, Store};

use crate::suite::{id, transition};

/// Stands for the node's key.
struct Key(hmac::Key);

fn key(n: u8) -> Arc<Key> {
    Arc::new(Key(hmac::Key::new(hmac::HMAC_SHA256, &[n; 32])))
}

impl HeadSigner for Key {
    fn sign(&self, bytes: &[u8]) -> Result<Vec<u8>, String> {
        Ok(hmac::sign(&self.0, bytes).as_ref().to_vec())
    }
}

impl HeadVerifier for Key {
    fn verify(&self, bytes: &[u8], signature: &[u8]) -> Result<(), String> {
        hmac::verify(&self.0, bytes, signature).map_err(|_| "not signed by this node".to_owned())
    }
}

fn now() -> Timestamp {
    "2024-04-01T04:00:00Z".parse().expect("moment")
}

fn memory(store: u8) -> Arc<MemoryStore> {
    Arc::new(MemoryStore::with_faults([store; 16], store::FaultPlan::none()))
}

/// `count` transitions, a head after each.
fn publish(store: &Arc<MemoryStore>, folder: &Path, from: u64, count: u64) {
    let mut publisher = Publisher::open(folder, Arc::clone(store) as Arc<dyn Store>, key(1)).expect("opened");
    for version in from..from + count {
        store.commit_one(transition("a", id(1), version)).expect("accepted");
        let head = publisher.publish(now()).expect("published").expect("a new head");
        assert_eq!((head.sequence, head.chain.batch), (version + 1, version + 1));
    }
    assert!(publisher.publish(now()).expect("nothing new").is_none());
}

fn check(store: &MemoryStore, folder: &Path) -> Result<Verified, VerifyError> {
    let verifier = key(1);
    let heads = PublishedHeads::open(&folder.join(HEADS_FILE), &*verifier)?;
    verify(store, 1, heads, |_| {})
}

#[test]
fn published_heads_agree_with_the_store_they_came_from() {
    let folder = tempfile::tempdir().expect("folder");
    let store = memory(1);
    publish(&store, folder.path(), 0, 5);
    let verified = check(&store, folder.path()).expect("whole");
    assert_eq!((verified.heads, verified.batches), (5, 5));
    // Opened again it goes on where it ended, and later heads still agree; verification may start anywhere.
    publish(&store, folder.path(), 5, 2);
    assert_eq!(check(&store, folder.path()).expect("whole").heads, 7);
    let verifier = key(1);
    let heads = PublishedHeads::open(&folder.path().join(HEADS_FILE), &*verifier).expect("opened");
    assert_eq!(verify(&*store, 4, heads, |_| {}).expect("whole").heads, 4);
}

#[test]
fn a_store_cut_off_or_put_back_is_found() {
    let folder = tempfile::tempdir().expect("folder");
    let store = memory(1);
    publish(&store, folder.path(), 0, 3);
    let copy = store.crash(0);
    let store = Arc::new(store.crash(0));
    publish(&store, folder.path(), 3, 3);
    let finding = check(&copy, folder.path()).expect_err("an older state");
    assert!(
        matches!(finding, VerifyError::Found(Finding::Truncated { published: 4, found: 3 })),
        "{finding}"
    );
    let error = Publisher::open(folder.path(), Arc::new(copy), key(1)).expect_err("refused");
    assert!(matches!(error, HeadsError::Apart { published: 6, kept: 3, .. }), "{error}");
}

#[test]
fn a_journal_written_anew_is_found() {
    let folder = tempfile::tempdir().expect("folder");
    let store = memory(1);
    publish(&store, folder.path(), 0, 3);
    // The same store id and as many rows, but another history: the chain alone is whole.
    let anew = memory(1);
    for version in 0..3 {
        let mut commit = transition("a", id(1), version);
        if let Some(record) = &mut commit.record {
            record.body = b"another history".to_vec();
        }
        anew.commit_one(commit).expect("accepted");
    }
    verify(&*anew, 1, [], |_| {}).expect("whole by itself");
    let finding = check(&anew, folder.path()).expect_err("found");
    assert!(matches!(finding, VerifyError::Found(Finding::Rewritten { batch: 1, .. })), "{finding}");
    let other = check(&memory(2), folder.path()).expect_err("found");
    assert!(matches!(other, VerifyError::Found(Finding::OtherStore)), "{other}");
}

#[test]
fn lines_cannot_be_changed_exchanged_or_taken_out() {
    let folder = tempfile::tempdir().expect("folder");
    let store = memory(1);
    publish(&store, folder.path(), 0, 4);
    let path = folder.path().join(HEADS_FILE);
    let text = std::fs::read_to_string(&path).expect("heads");
    let lines: Vec<&str> = text.lines().collect();
    let refused = |lines: &[&str], what: &str| {
        std::fs::write(&path, lines.join("\n") + "\n").expect("written");
        let error = check(&store, folder.path()).expect_err(what);
        assert!(matches!(error, VerifyError::Heads(HeadsError::Line { .. })), "{what}: {error}");
    };
    refused(&[lines[0], lines[2], lines[3]], "a line taken out");
    refused(&[lines[0], lines[2], lines[1], lines[3]], "lines exchanged");
    refused(&lines[1..], "the beginning taken away");
    let later = lines[1].replace(" 1711944000000 ", " 1711944000001 ");
    assert_ne!(later, lines[1]);
    refused(&[lines[0], &later, lines[2]], "a moment changed");
    refused(&[lines[0], "", lines[1]], "an empty line");
    refused(&[&"x".repeat(100_000)], "a line without end");
    std::fs::write(&path, lines[..3].join("\n") + "\n").expect("written");
    let error = Publisher::open(folder.path(), store, key(1)).expect_err("the last line taken away");
    assert!(matches!(error, HeadsError::Apart { published: 3, kept: 4, .. }), "{error}");
}

#[test]
fn a_power_cut_between_file_and_store_is_mended_at_opening() {
    let folder = tempfile::tempdir().expect("folder");
    let store = memory(1);
    publish(&store, folder.path(), 0, 2);
    store.commit_one(transition("a", id(1), 2)).expect("accepted");
    // The file got the third head, the store did not.
    store.set_faults(store::FaultPlan::none().at(1, store::Fault::Refuse));
    let mut publisher =
        Publisher::open(folder.path(), Arc::clone(&store) as Arc<dyn Store>, key(1)).expect("opened");
    publisher.publish(now()).expect_err("the store refuses");
    drop(publisher);
    let publisher =
        Publisher::open(folder.path(), Arc::clone(&store) as Arc<dyn Store>, key(1)).expect("mended");
    drop(publisher);
    assert_eq!(check(&store, folder.path()).expect("whole").heads, 3);
    // Half a line at the end is cut off; the next head follows the last whole one.
    let path = folder.path().join(HEADS_FILE);
    let whole = std::fs::read_to_string(&path).expect("heads");
    std::fs::write(&path, format!("{whole}qyzmet-head-1 01")).expect("torn");
    assert_eq!(check(&store, folder.path()).expect("whole").heads, 3);
    publish(&store, folder.path(), 3, 1);
    assert_eq!(check(&store, folder.path()).expect("whole").heads, 4);
}
