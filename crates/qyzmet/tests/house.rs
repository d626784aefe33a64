//! The house rules that a sentence in a document would not keep: order of the rooms, licences of what we depend on,
//! versions known to be harmful, module comments, size of files. Reads the workspace and `cargo metadata`, nothing else.

#![expect(clippy::expect_used, reason = "a house rule that cannot be read fails")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// The rooms from the ground up: a room uses only rooms that stand before it here.
const ROOMS: &[&str] = &[
    "calendar",
    "civic",
    "xml",
    "eds",
    "rules",
    "soap",
    "flow",
    "store",
    "engine",
    "registry",
    "gateway",
    "notify",
    "cases",
    "participant",
    "portal",
    "stand",
    "simulator",
    "qyzmet",
    "powercut",
    "benches",
    "system-tests",
];

/// The stand plays outside systems: it may share only the pure rooms with the platform.
const STAND_USES: &[&str] = &["calendar", "civic", "xml", "eds", "rules", "soap"];

/// Licences that may enter; anything else needs a decision recorded here.
const LICENCES: &[&str] = &[
    "MIT",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-1-Clause",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "MPL-2.0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
    "0BSD",
    "CC0-1.0",
    "OpenSSL",
    "CDLA-Permissive-2.0",
    "BSL-1.0",
];

/// Versions with known holes: (crate, first safe version, why).
const TOO_OLD: &[(&str, (u64, u64), &str)] =
    &[("quick-xml", (0, 41), "RUSTSEC-2026-0194, -0195: quadratic attributes, unbounded namespaces")];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("workspace root")
}

fn metadata() -> Value {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--offline"])
        .current_dir(root())
        .output()
        .expect("cargo metadata runs");
    assert!(output.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("cargo metadata prints JSON")
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

fn is_ours(package: &Value) -> bool {
    package["source"].is_null()
}

#[test]
fn a_room_uses_only_rooms_before_it() {
    let metadata = metadata();
    let order: BTreeMap<&str, usize> = ROOMS.iter().enumerate().map(|(place, name)| (*name, place)).collect();
    let mut wrong = Vec::new();
    for package in metadata["packages"].as_array().expect("packages").iter().filter(|p| is_ours(p)) {
        let room = text(package, "name");
        let Some(place) = order.get(room) else {
            wrong.push(format!("{room} is not in the list of rooms"));
            continue;
        };
        for dependency in package["dependencies"].as_array().expect("dependencies") {
            let used = text(dependency, "name");
            let for_tests_only = text(dependency, "kind") == "dev";
            let Some(used_place) = order.get(used).filter(|_| dependency["path"].is_string()) else {
                continue;
            };
            if used_place >= place && !for_tests_only {
                wrong.push(format!("{room} uses {used}, which stands after it"));
            }
            if room == "stand" && !for_tests_only && !STAND_USES.contains(&used) {
                wrong.push(format!("stand uses {used}: an outside system shares only {STAND_USES:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// `A OR B` is fine when one side is; `A AND B` needs both. Enough for the expressions that occur.
fn licence_is_fine(expression: &str) -> bool {
    let expression = expression.replace('/', " OR ");
    if let Some(inner) =
        expression.strip_prefix('(').and_then(|e| e.strip_suffix(')')).filter(|e| !e.contains('('))
    {
        return licence_is_fine(inner);
    }
    let split = |separator: &str| -> Option<Vec<String>> {
        let (mut depth, mut parts, mut from) = (0, Vec::new(), 0);
        for (at, c) in expression.char_indices() {
            match c {
                '(' => depth += 1,
                ')' => depth -= 1,
                _ if depth == 0 && at >= from && expression[at..].starts_with(separator) => {
                    parts.push(expression[from..at].trim().to_owned());
                    from = at + separator.len();
                }
                _ => {}
            }
        }
        parts.push(expression[from..].trim().to_owned());
        (parts.len() > 1).then_some(parts)
    };
    if let Some(parts) = split(" AND ") {
        return parts.iter().all(|part| licence_is_fine(part));
    }
    if let Some(parts) = split(" OR ") {
        return parts.iter().any(|part| licence_is_fine(part));
    }
    LICENCES.contains(&expression.trim())
}

#[test]
fn every_dependency_has_a_licence_we_accept_and_no_known_hole() {
    let metadata = metadata();
    let mut wrong = Vec::new();
    for package in metadata["packages"].as_array().expect("packages").iter().filter(|p| !is_ours(p)) {
        let (name, version, licence) =
            (text(package, "name"), text(package, "version"), text(package, "license"));
        if !licence_is_fine(licence) {
            wrong.push(format!("{name} {version}: licence {licence:?}"));
        }
        let mut numbers = version.split('.').filter_map(|n| n.parse::<u64>().ok());
        let version = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
        for (too_old, safe, why) in TOO_OLD {
            if name == *too_old && version < *safe {
                wrong.push(format!("{name} {}.{}: {why}", version.0, version.1));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn rust_files() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![root().join("crates")];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).expect("a readable folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                found.push(path);
            }
        }
    }
    found
}

#[test]
fn every_module_says_what_it_is_and_holds_one_idea() {
    let mut wrong = Vec::new();
    for path in rust_files() {
        let source = std::fs::read_to_string(&path).expect("readable source");
        let shown = path.strip_prefix(root()).expect("inside the workspace").display().to_string();
        let in_tests =
            shown.contains("/tests/") || shown.ends_with("/tests.rs") || shown.ends_with("_tests.rs");
        if !source.trim_start().starts_with("//!") && !in_tests {
            wrong.push(format!("{shown}: opens without a //! comment"));
        }
        let lines = source.lines().count();
        if lines > 900 {
            wrong.push(format!("{shown}: {lines} lines hold more than one idea"));
        }
        let stem = path.file_stem().and_then(|s| s.to_str()).unwrap_or_default();
        if ["utils", "util", "common", "helpers", "helper", "misc", "manager"].contains(&stem) {
            wrong.push(format!("{shown}: the name says nothing"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn crate_names_are_unique_rooms() {
    let names: BTreeSet<_> = ROOMS.iter().collect();
    assert_eq!(names.len(), ROOMS.len());
}
