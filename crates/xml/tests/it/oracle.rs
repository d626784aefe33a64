//! `xmllint` as an oracle, and the fixtures when they are there. What is absent is skipped with a message, unless
//! `QYZMET_PEERS=required`.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// Standard output of `xmllint ARGUMENTS -`, `None` when it reports an error. Of broken namespaces it only complains; the
/// syntax of namespace names, which it checks too, is not asked for by the recommendation.
pub fn xmllint(arguments: &[&str], document: &[u8]) -> Option<Vec<u8>> {
    let mut child = Command::new("xmllint")
        .args(arguments)
        .args(["--nonet", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let document = document.to_vec();
    // A refusing xmllint closes its input early: then the write fails and the verdict counts.
    let feed = std::thread::spawn(move || drop(input.write_all(&document)));
    let output = child.wait_with_output().unwrap();
    feed.join().unwrap();
    let complaints = String::from_utf8_lossy(&output.stderr);
    let complains =
        complaints.lines().any(|line| line.contains(" error : ") && !line.contains("not a valid URI"));
    (output.status.success() && !complains).then_some(output.stdout)
}

/// Whether `xmllint` can be asked.
pub fn present() -> bool {
    static PRESENT: OnceLock<bool> = OnceLock::new();
    *PRESENT.get_or_init(|| {
        let found = Command::new("xmllint").arg("--version").output().is_ok();
        let required = std::env::var("QYZMET_PEERS").is_ok_and(|value| value == "required");
        assert!(found || !required, "xmllint is required but not installed");
        if !found {
            eprintln!("skipped: xmllint is not installed (package libxml2-utils)");
        }
        found
    })
}

/// A fixture of the field, `None` (with a message) outside a working copy that has them.
pub fn fixture(path: &str) -> Option<Vec<u8>> {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/fixtures").join(path);
    match std::fs::read(&file) {
        Ok(bytes) => Some(bytes),
        Err(_) => {
            eprintln!("skipped: fixture {path} is not here");
            None
        }
    }
}
