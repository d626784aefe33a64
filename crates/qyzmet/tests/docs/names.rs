//! What documents point at: files, headings, rooms, tests.

use std::path::Path;

use super::markdown::{Document, bare, links, rows, spans};

/// Folders of the repository that a path in a document may begin with.
const FOLDERS: [&str; 8] =
    ["crates/", "docs/", "services/", "registers/", "law/", "tests/", "benches/", ".ci/"];

/// Links that lead nowhere. Addresses of the web are not asked.
pub fn broken_links(root: &Path, document: &Document) -> Vec<String> {
    let folder = root.join(&document.path).parent().map(Path::to_path_buf).unwrap_or_default();
    let mut wrong = Vec::new();
    for (number, line) in &document.prose {
        for target in
            links(line).into_iter().filter(|target| !target.contains("://") && !target.starts_with("mailto:"))
        {
            let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
            let file = if path.is_empty() { root.join(&document.path) } else { folder.join(path) };
            let place = format!("{}:{number}: `{target}`", document.path);
            if !file.exists() {
                wrong.push(format!("{place} is not there"));
            } else if !anchor.is_empty() {
                let text = std::fs::read_to_string(&file).unwrap_or_default();
                if !Document::read(target, &text).anchors().iter().any(|known| known == anchor) {
                    wrong.push(format!("{place}: no such heading"));
                }
            }
        }
    }
    wrong
}

/// Paths in code spans that are not there. A path with a placeholder (`<id>`, `ID`, `…`) names no single file and is passed over.
pub fn missing_files(root: &Path, document: &Document) -> Vec<String> {
    let mut wrong = Vec::new();
    for (number, line) in &document.prose {
        for span in spans(line) {
            let begins = FOLDERS.iter().any(|folder| span.starts_with(folder));
            if !begins || span.contains(['<', '…', ' ', '(']) || span.contains("SERVICE_ID") {
                continue;
            }
            for path in expanded(span) {
                if !exists(root, &path) {
                    wrong.push(format!("{}:{number}: `{path}` is not there", document.path));
                }
            }
        }
    }
    wrong
}

/// `a/{b,c}.d` as `a/b.d`, `a/c.d`.
fn expanded(path: &str) -> Vec<String> {
    let Some((before, rest)) = path.split_once('{') else { return vec![path.to_owned()] };
    let Some((inside, after)) = rest.split_once('}') else { return vec![path.to_owned()] };
    inside.split(',').map(|one| format!("{before}{one}{after}")).collect()
}

/// Whether a path is there; a `*` in its last part stands for anything.
fn exists(root: &Path, path: &str) -> bool {
    let Some((before, after)) = path.split_once('*') else { return root.join(path).exists() };
    let (folder, start) = before.rsplit_once('/').unwrap_or(("", before));
    let fits = |name: &str| name.starts_with(start) && name.ends_with(after.trim_start_matches('*'));
    let entries = std::fs::read_dir(root.join(folder)).into_iter().flatten().flatten();
    after.contains('/') || entries.into_iter().any(|entry| fits(&entry.file_name().to_string_lossy()))
}

/// Differences between the rooms of the table and the crates of the workspace.
pub fn rooms(root: &Path, architecture: &Document) -> Vec<String> {
    let table = architecture.section("## Rooms").join("\n");
    let told: Vec<String> = rows(&table).iter().skip(1).map(|row| bare(&row[0]).to_owned()).collect();
    let entries = std::fs::read_dir(root.join("crates")).into_iter().flatten().flatten();
    let mut built: Vec<String> =
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    built.extend(root.join("benches/Cargo.toml").exists().then(|| "benches".to_owned()));
    let missing = built
        .iter()
        .filter(|room| !told.contains(room))
        .map(|room| format!("`{room}` is not in the table of rooms"));
    let invented =
        told.iter().filter(|room| !built.contains(room)).map(|room| format!("there is no room `{room}`"));
    missing.chain(invented).collect()
}

/// Invariants without a test, and tests that are not there. A test is written `` `name` in `room` ``.
pub fn invariants(root: &Path, architecture: &Document) -> Vec<String> {
    let section = architecture.section("## Invariants").join("\n");
    let mut wrong = Vec::new();
    let invariants: Vec<&str> = section.split("\n- ").skip(1).collect();
    if invariants.len() < 10 {
        wrong.push(format!("only {} invariants are written down", invariants.len()));
    }
    for invariant in invariants {
        let first = invariant.lines().next().unwrap_or_default();
        let parts: Vec<&str> = invariant.split('`').collect();
        let mut found = 0;
        for at in (1..parts.len().saturating_sub(2)).step_by(2) {
            if parts[at + 1].split_whitespace().collect::<Vec<_>>() != ["in"] {
                continue;
            }
            found += 1;
            let (test, room) = (parts[at], parts[at + 2]);
            let folder = if room == "benches" { root.join(room) } else { root.join("crates").join(room) };
            if !holds(&folder, &format!("fn {test}(")) && !holds(&folder, &format!("    {test},")) {
                wrong.push(format!("{first}: there is no test `{test}` in `{room}`"));
            }
        }
        if found == 0 {
            wrong.push(format!("{first}: names no test"));
        }
    }
    wrong
}

/// Whether a Rust file under the folder holds the words.
fn holds(folder: &Path, words: &str) -> bool {
    let mut open = vec![folder.to_path_buf()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs")
                && std::fs::read_to_string(&path).is_ok_and(|text| text.contains(words))
            {
                return true;
            }
        }
    }
    false
}

/// Rooms that must know no service.
const PLATFORM: [&str; 10] =
    ["flow", "store", "engine", "registry", "gateway", "notify", "cases", "participant", "portal", "qyzmet"];

/// Places where the platform names a service or a contract of the repository.
pub fn services_in_code(root: &Path) -> Vec<String> {
    let folders = |path: &str| -> Vec<String> {
        let entries = std::fs::read_dir(root.join(path)).into_iter().flatten().flatten();
        let folders = entries.filter(|entry| entry.path().is_dir());
        folders
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .filter(|name| name != "shared")
            .collect()
    };
    let mut names = folders("registers");
    names.extend(folders("services"));
    let mut wrong = Vec::new();
    let mut open: Vec<_> = PLATFORM.iter().map(|room| root.join("crates").join(room).join("src")).collect();
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
            let for_tests = ["tests", "sample"].contains(&stem.as_str()) || stem.ends_with("_tests");
            if path.is_dir() && !for_tests {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") && !for_tests {
                let text = std::fs::read_to_string(&path).unwrap_or_default();
                let code = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
                let lines = code.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//"));
                for (at, line) in lines {
                    if let Some(name) = names.iter().find(|name| line.contains(name.as_str())) {
                        wrong.push(format!("{}:{}: names `{name}`", path.display(), at + 1));
                    }
                }
            }
        }
    }
    wrong
}

/// Functions, types and elements that the architecture names and that are not there: `Type::method` in a crate, an id with a
/// hyphen in the models, the tables or the registers.
pub fn parts(root: &Path, architecture: &Document) -> Vec<String> {
    let mut wrong = Vec::new();
    let models = texts_below(&root.join("services"), &["bpmn", "dmn"])
        + &texts_below(&root.join("registers"), &["toml"]);
    let story = architecture.section("## A birth to a payment").join("\n");
    for (number, line) in &architecture.prose {
        for span in spans(line) {
            let place = format!("ARCHITECTURE.md:{number}: `{span}`");
            let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | ':');
            if span.contains("::") && span.chars().all(plain) {
                let name = span.rsplit("::").next().unwrap_or_default();
                let forms = [
                    format!("fn {name}("),
                    format!("fn {name}<"),
                    format!("struct {name}"),
                    format!("enum {name}"),
                ];
                if !forms.iter().any(|form| holds(&root.join("crates"), form)) {
                    wrong.push(format!("{place} is not in the code"));
                }
            }
            let id = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            let in_story = story.contains(line.as_str()) && span.contains('-') && span.chars().all(id);
            if in_story
                && !span.starts_with(char::is_numeric)
                && !models.contains(&format!("id=\"{span}\""))
                && !models.contains(&format!("id = \"{span}\""))
            {
                wrong.push(format!("{place} is no element"));
            }
        }
    }
    wrong
}

fn texts_below(folder: &Path, extensions: &[&str]) -> String {
    let mut found = String::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.push_str(&texts_below(&path, extensions));
        } else if path.extension().is_some_and(|one| extensions.iter().any(|known| one == *known)) {
            found.push_str(&std::fs::read_to_string(&path).unwrap_or_default());
        }
    }
    found
}
