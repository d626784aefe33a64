//! Where the Python peer is found.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A Python that has `module`; `None` (said on the output) when there is none. With `QYZMET_PEERS=required` it must be there.
pub fn python(module: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let given = std::env::var_os("QYZMET_PYTHON").map(PathBuf::from);
    let candidates = [given, Some(root.join(".work/venv/bin/python")), Some(PathBuf::from("python3"))];
    let has = |python: &PathBuf| {
        let imported = Command::new(python).args(["-c", &format!("import {module}")]).output();
        imported.is_ok_and(|output| output.status.success())
    };
    let found = candidates.into_iter().flatten().find(has);
    if found.is_none() {
        assert!(
            std::env::var("QYZMET_PEERS").as_deref() != Ok("required"),
            "the peer is required: Python {module}"
        );
        println!("SKIPPED: no Python with the module {module}");
    }
    found
}
