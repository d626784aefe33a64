//! The documents against the program: links lead somewhere, files and tests that are named exist, lists equal their source, and
//! every command marked to be run is run.
//!
//! A block that opens with `sh run` is carried out, in a folder of its own that holds copies of `services/`, `registers/` and
//! `law/`, with the built `qyzmet` first in the path. The blocks of one document are one session. Ports in them are replaced by
//! free ones. A block that opens with `sh show` is not run; its `qyzmet` and `./x` commands must exist with the flags they name.

#![expect(clippy::expect_used, clippy::panic, reason = "a document that cannot be read, or is wrong, fails")]

mod docs {
    pub mod commands;
    pub mod lists;
    pub mod markdown;
    pub mod names;
}

use std::path::{Path, PathBuf};

use docs::markdown::Document;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("workspace root")
}

/// The text of a file of the repository.
fn text(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every document: those of the root, of `docs/` and the two of the data folders.
fn documents() -> Vec<Document> {
    let mut found: Vec<String> = [
        "README.md",
        "CONTRIBUTING.md",
        "ARCHITECTURE.md",
        "SECURITY.md",
        "services/README.md",
        "registers/README.md",
    ]
    .map(str::to_owned)
    .into();
    let folder = root().join("docs");
    for entry in std::fs::read_dir(&folder).expect("docs/").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".md") {
            found.push(format!("docs/{name}"));
        }
    }
    found.sort();
    found.iter().map(|path| Document::read(path, &text(path))).collect()
}

fn none(wrong: &[String]) {
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn every_link_leads_to_a_file_and_a_heading() {
    let documents = documents();
    none(
        &documents
            .iter()
            .flat_map(|document| docs::names::broken_links(&root(), document))
            .collect::<Vec<_>>(),
    );
}

#[test]
fn every_file_that_a_document_names_exists() {
    let documents = documents();
    none(
        &documents
            .iter()
            .flat_map(|document| docs::names::missing_files(&root(), document))
            .collect::<Vec<_>>(),
    );
}

#[test]
fn every_room_stands_in_the_table_and_every_invariant_names_a_test_that_exists() {
    let architecture = Document::read("ARCHITECTURE.md", &text("ARCHITECTURE.md"));
    let mut wrong = docs::names::rooms(&root(), &architecture);
    wrong.extend(docs::names::invariants(&root(), &architecture));
    none(&wrong);
}

#[test]
fn every_function_and_element_that_the_architecture_names_exists() {
    none(&docs::names::parts(&root(), &Document::read("ARCHITECTURE.md", &text("ARCHITECTURE.md"))));
}

#[test]
fn the_platform_names_no_service() {
    none(&docs::names::services_in_code(&root()));
}

#[test]
fn every_setting_is_documented_with_its_default_and_its_variable() {
    none(&docs::lists::settings(
        &root(),
        &text("docs/configuration.md"),
        &text("crates/qyzmet/src/qyzmet.default.toml"),
    ));
}

#[test]
fn every_fault_code_is_documented_as_the_program_has_it() {
    none(&docs::lists::fault_codes(&text("docs/integrators.md")));
}

#[test]
fn every_page_is_documented_with_who_may_see_it() {
    none(&docs::lists::pages(&text("docs/operations.md"), &text("crates/portal/src/access.rs")));
}

#[test]
fn the_open_points_are_those_of_the_index_of_the_act() {
    let (page, index) = ("docs/open-points.md", text("law/424-458.toml"));
    let written = docs::lists::open_points(&index);
    if std::env::var_os("QYZMET_WRITE_DOCS").is_some() {
        std::fs::write(root().join(page), &written).expect("docs/open-points.md can be written");
    }
    assert_eq!(text(page), written, "write it anew: QYZMET_WRITE_DOCS=1 cargo test -p qyzmet --test docs");
}

#[test]
fn commands_that_are_shown_exist_with_their_flags() {
    none(
        &documents()
            .iter()
            .flat_map(|document| docs::commands::unknown(&root(), document))
            .collect::<Vec<_>>(),
    );
}

#[test]
fn commands_that_are_to_be_run_succeed() {
    let documents = documents();
    let wrong: Vec<String> = std::thread::scope(|scope| {
        let running: Vec<_> =
            documents.iter().map(|document| scope.spawn(|| docs::commands::run(&root(), document))).collect();
        running.into_iter().filter_map(|one| one.join().expect("the session of a document")).collect()
    });
    none(&wrong);
}
