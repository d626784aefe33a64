//! What sealing promises, shown on the store in memory.

use super::*;
use crate::seal::MemoryKeys;
use crate::{CommitError, Fault, FaultPlan, MemoryStore};

const SUBJECT: Id = [3; 16];

fn partition() -> Partition {
    Partition::of("case")
}

fn keeper() -> (Arc<MemoryStore>, Keeper) {
    let store = Arc::new(MemoryStore::new());
    let keeper = Keeper::new(Arc::clone(&store) as Arc<dyn Store>, Arc::new(MemoryKeys::from_seed([1; 32])));
    (store, keeper.expect("keeper"))
}

fn commit(store: &MemoryStore, writes: Vec<Write>) -> Result<Receipt, CommitError> {
    store.commit_one(Commit { writes, ..Commit::new(partition()) })
}

#[test]
fn what_is_sealed_opens_only_for_its_subject_and_purpose() {
    let (store, keeper) = keeper();
    let mut writes = Vec::new();
    let sealed = keeper.seal(partition(), &SUBJECT, "head", b"secret", &mut writes).expect("sealed");
    let second = keeper.seal(partition(), &SUBJECT, "head", b"secret", &mut writes).expect("sealed");
    assert_ne!(sealed, second, "a fresh nonce each time");
    assert_eq!(writes.len(), 1, "one key for the subject, once in the commit");
    assert!(!sealed.windows(6).any(|window| window == b"secret"));
    commit(&store, writes).expect("committed");
    let open = |purpose: &str, bytes: &[u8]| keeper.open(partition(), &SUBJECT, purpose, bytes);
    assert_eq!(open("head", &sealed), Ok(Opened::Plain(b"secret".to_vec())));
    assert!(matches!(open("events", &sealed), Err(SealError::DoesNotOpen { .. })));
    for at in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[at] ^= 1;
        assert!(matches!(open("head", &changed), Err(SealError::DoesNotOpen { .. })), "byte {at}");
        assert!(open("head", &sealed[..at]).is_err(), "cut to {at}");
    }
    let other = keeper.open(partition(), &[4; 16], "head", &sealed);
    assert_eq!(other, Err(SealError::NoKey { subject: [4; 16] }));
}

#[test]
fn a_key_travels_with_every_commit_until_the_store_has_it() {
    let (store, keeper) = keeper();
    store.set_faults(FaultPlan::none().at(1, Fault::Refuse));
    let mut lost = Vec::new();
    keeper.seal(partition(), &SUBJECT, "head", b"1", &mut lost).expect("sealed");
    assert!(matches!(commit(&store, lost), Err(CommitError::Refused { .. })));
    let mut next = Vec::new();
    let sealed = keeper.seal(partition(), &SUBJECT, "head", b"2", &mut next).expect("sealed");
    assert_eq!(next.len(), 1, "the refused key comes again");
    commit(&store, next).expect("committed");
    let mut none = Vec::new();
    keeper.seal(partition(), &SUBJECT, "head", b"3", &mut none).expect("sealed");
    assert_eq!(none, [], "the store has it now");
    let restarted =
        Keeper::new(Arc::new(store.crash(0)), Arc::new(MemoryKeys::from_seed([1; 32]))).expect("keeper");
    let opened = restarted.open(partition(), &SUBJECT, "head", &sealed);
    assert_eq!(opened, Ok(Opened::Plain(b"2".to_vec())));
}

#[test]
fn an_erased_subject_stays_erased_and_the_erasure_is_in_the_journal() {
    let (store, keeper) = keeper();
    let mut writes = Vec::new();
    let sealed = keeper.seal(partition(), &SUBJECT, "head", b"secret", &mut writes).expect("sealed");
    let key = writes.clone();
    commit(&store, writes).expect("committed");
    let at: Timestamp = "2024-04-02T05:00:00Z".parse().expect("moment");
    let receipt = keeper.destroy(partition(), &SUBJECT, at, b"request 17".to_vec()).expect("destroyed");
    assert_eq!(keeper.open(partition(), &SUBJECT, "head", &sealed), Ok(Opened::Erased { at }));
    let again = keeper.seal(partition(), &SUBJECT, "head", b"more", &mut Vec::new());
    assert_eq!(again, Err(SealError::Erased { subject: SUBJECT, at }));
    assert_eq!(
        commit(&store, key),
        Err(CommitError::Erased { subject: SUBJECT }),
        "nor does the old key come back"
    );
    let row = &store.journal_of(partition(), &SUBJECT, 1, 10).expect("journal")[0];
    assert_eq!((row.seq, row.kind, &row.header[..]), (receipt.seq, KIND_ERASED, &b"request 17"[..]));
    let later = keeper.destroy(partition(), &SUBJECT, at + jiff::SignedDuration::from_hours(1), Vec::new());
    later.expect("destroying twice is no error");
    assert_eq!(
        keeper.open(partition(), &SUBJECT, "head", &sealed),
        Ok(Opened::Erased { at }),
        "the first moment counts"
    );
}

#[test]
fn rotation_moves_a_data_key_and_what_it_sealed_still_opens() {
    let folder = tempfile::tempdir().expect("folder");
    let keys = Arc::new(crate::seal::FileKeys::create(&folder.path().join("keys")).expect("keys"));
    let store = Arc::new(MemoryStore::new());
    let keeper = Keeper::new(Arc::clone(&store) as Arc<dyn Store>, Arc::clone(&keys) as Arc<dyn KeyProvider>);
    let keeper = keeper.expect("keeper");
    let mut writes = Vec::new();
    let sealed = keeper.seal(partition(), &SUBJECT, "head", b"secret", &mut writes).expect("sealed");
    commit(&store, writes).expect("committed");
    assert_eq!(keeper.rewrap(partition(), &SUBJECT), Ok(None), "under the present key already");
    keys.rotate().expect("rotated");
    let rewrap = keeper.rewrap(partition(), &SUBJECT).expect("rewrapped").expect("a write");
    commit(&store, vec![rewrap.clone()]).expect("committed");
    assert_eq!(
        commit(&store, vec![rewrap]),
        Err(CommitError::SealKeyExists { subject: SUBJECT }),
        "only once"
    );
    let again = Keeper::new(store, keys).expect("keeper");
    assert_eq!(again.open(partition(), &SUBJECT, "head", &sealed), Ok(Opened::Plain(b"secret".to_vec())));
}

#[test]
fn a_keyed_digest_repeats_for_its_label_and_keys_alone() {
    let (_, keeper) = keeper();
    let (_, same) = self::keeper();
    assert_eq!(keeper.blind("iin", b"1"), same.blind("iin", b"1"));
    assert_ne!(keeper.blind("iin", b"1"), keeper.blind("phone", b"1"));
    assert_ne!(keeper.blind("ab", b"c"), keeper.blind("a", b"bc"));
    let other =
        Keeper::new(Arc::new(MemoryStore::new()), Arc::new(MemoryKeys::from_seed([2; 32]))).expect("keeper");
    assert_ne!(keeper.blind("iin", b"1"), other.blind("iin", b"1"));
}
