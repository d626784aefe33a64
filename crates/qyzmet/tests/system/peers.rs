//! Where programs of other makers are found. A missing one is said, and is a failure with `QYZMET_PEERS=required`.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::system::content;

/// Says that a peer is missing; fails when peers are required.
fn missing(what: &str) {
    assert!(std::env::var("QYZMET_PEERS").as_deref() != Ok("required"), "the peer is required: {what}");
    println!("SKIPPED: there is no {what}");
}

/// A Python with zeep, lxml and cryptography.
pub fn python() -> Option<PathBuf> {
    let given = std::env::var_os("QYZMET_PYTHON").map(PathBuf::from);
    let candidates = [given, Some(content().join(".work/venv/bin/python")), Some(PathBuf::from("python3"))];
    let has = |python: &PathBuf| {
        let imported = Command::new(python).args(["-c", "import zeep, lxml, cryptography"]).output();
        imported.is_ok_and(|output| output.status.success())
    };
    let found = candidates.into_iter().flatten().find(has);
    if found.is_none() {
        missing("Python with zeep, lxml and cryptography");
    }
    found
}

/// Whether these programs are on the path.
pub fn have(programs: &[&str]) -> bool {
    let lacks = |program: &&&str| {
        let found = Command::new("which").arg(program).stdout(Stdio::null()).stderr(Stdio::null()).status();
        !found.is_ok_and(|status| status.success())
    };
    match programs.iter().find(lacks) {
        None => true,
        Some(program) => {
            missing(program);
            false
        }
    }
}

/// A script of the foreign peers, with the signer that they share.
pub fn script(python: &PathBuf, name: &str) -> Command {
    let mut command = Command::new(python);
    command
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("PYTHONPATH", content().join("crates/gateway/tests/foreign"))
        .arg(content().join("tests/foreign").join(name));
    command
}
