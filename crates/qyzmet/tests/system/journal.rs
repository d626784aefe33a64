//! `qyzmet journal verify` on the stores of a whole system: sound after a story; a changed byte, a cut and a rewrite are found.

use std::path::{Path, PathBuf};
use std::process::Command;

use rusqlite::Connection;

use crate::branches::consent_and_choose;
use crate::system::{HOSTED, System, program};

/// Verifies a store's folder; gives whether it is sound and what was said.
fn verify(data: &Path, store: &Path, participant: &str, heads: Option<&Path>) -> (bool, String) {
    let mut command = program();
    let certificate = data.join(format!("installation/keys/{participant}.crt.pem"));
    command.args(["journal", "verify"]).arg(store).arg("--certificate").arg(certificate);
    if let Some(heads) = heads {
        command.arg("--heads").arg(heads);
    }
    let output = command.output().unwrap();
    let told =
        [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    (output.status.success(), told)
}

fn copy(from: &Path, to: &Path) -> PathBuf {
    let copied = Command::new("cp").arg("-r").arg(from).arg(to).status().unwrap();
    assert!(copied.success());
    to.to_owned()
}

fn rows(store: &Path) -> i64 {
    let database = Connection::open(store.join("store.db")).unwrap();
    database.query_row("SELECT count(*) FROM journal", [], |row| row.get(0)).unwrap()
}

#[test]
fn every_store_is_sound_after_a_story_and_tampering_is_found() {
    let mut system = System::start();
    let family = system.family("one-account");
    let case = system.birth(&family);
    consent_and_choose(&system, &family);
    system.official().decide(&case, &[("outcome", "assign")]);
    system.paid(&case);
    system.outcome(&case, "Assigned");
    system.stop_node();
    let data = system.data();
    let mut all = 0;
    for participant in HOSTED.into_iter().chain(["gateway", "external-gateway"]) {
        let store = data.join(participant);
        let (sound, told) = verify(&data, &store, participant, None);
        let (of, found) = (rows(&store), format!("{} rows", rows(&store)));
        assert!(sound && told.contains("sound") && told.contains(&found), "{participant}, {of} rows: {told}");
        assert!(of > 0, "{participant} took part");
        all += of;
    }
    assert!(all > 50, "{all} rows of one story");
    // Heads signed by one participant do not vouch for another.
    let (sound, told) = verify(&data, &data.join("emaket"), "sdu", None);
    assert!(!sound, "{told}");

    let aside = tempfile::tempdir().unwrap();
    let changed = copy(&data.join("emaket"), &aside.path().join("changed"));
    let database = Connection::open(changed.join("store.db")).unwrap();
    let (partition, seq, mut body): (i64, i64, Vec<u8>) = database
        .query_row(
            "SELECT partition, seq, body FROM journal WHERE length(body) > 20 LIMIT 1 OFFSET 3",
            [],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )
        .unwrap();
    body[7] ^= 1;
    database
        .execute("UPDATE journal SET body = ?1 WHERE partition = ?2 AND seq = ?3", (body, partition, seq))
        .unwrap();
    drop(database);
    let (sound, told) = verify(&data, &changed, "emaket", None);
    assert!(
        !sound && told.contains("NOT SOUND") && told.contains(&format!("row {seq} of partition {partition}")),
        "{told}"
    );

    // Cut together with its own chain, so that what is left is consistent in itself: only the published heads know.
    let cut = copy(&data.join("emaket"), &aside.path().join("cut"));
    let database = Connection::open(cut.join("store.db")).unwrap();
    let last: i64 = database.query_row("SELECT max(batch) FROM batches", [], |row| row.get(0)).unwrap();
    for table in ["journal", "batches", "signed_heads"] {
        database.execute(&format!("DELETE FROM {table} WHERE batch >= ?1"), [last]).unwrap();
    }
    drop(database);
    let (sound, told) = verify(&data, &cut, "emaket", None);
    assert!(!sound && told.contains("the journal was cut"), "{told}");
}

#[test]
fn another_history_under_the_same_keys_is_found_by_the_published_heads() {
    let mut system = System::start();
    system.stop_node();
    let (data, aside) = (system.data(), tempfile::tempdir().unwrap());
    let before = copy(&data, &aside.path().join("before"));
    // What happened, and was published.
    system.start_all_again();
    let refuses = system.family("refuses");
    let case = system.birth(&refuses);
    system.sms(&refuses, "7#1");
    system.reply(&refuses, "7#2");
    system.outcome(&case, "Consent refused or withdrawn");
    system.stop_node();
    let heads = aside.path().join("heads.log");
    std::fs::copy(data.join("sdu/heads.log"), &heads).unwrap();
    let (sound, told) = verify(&data, &data.join("sdu"), "sdu", Some(&heads));
    assert!(sound, "the heads as they were published: {told}");
    // Somebody with all keys puts the copy back and lets another story happen.
    std::fs::remove_dir_all(&data).unwrap();
    copy(&before, &data);
    system.start_all_again();
    let other = system.family("no-phone");
    let case = system.birth(&other);
    system.outcome(&case, "No number, or SMS not delivered");
    let more = system.family("one-account");
    system.birth(&more);
    system.sms(&more, "7#1");
    system.stop_node();
    let (sound, told) = verify(&data, &data.join("sdu"), "sdu", None);
    assert!(sound, "in itself it is consistent: {told}");
    let (sound, told) = verify(&data, &data.join("sdu"), "sdu", Some(&heads));
    assert!(!sound && told.contains("the journal was written anew"), "{told}");
}
