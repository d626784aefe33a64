//! Lists in documents against the lists they tell of.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use soap::Code;

use super::markdown::{bare, rows};

/// Every setting with its default, and every environment variable.
pub fn settings(root: &Path, page: &str, defaults: &str) -> Vec<String> {
    let file: toml::Table = defaults.parse().expect("the defaults are TOML");
    let mut known: BTreeMap<String, String> = BTreeMap::new();
    for (key, value) in &file {
        match value {
            toml::Value::Table(table) if table.is_empty() => drop(known.insert(key.clone(), String::new())),
            toml::Value::Table(table) => {
                for (inner, value) in table {
                    known.insert(format!("{key}.{inner}"), value.as_str().unwrap_or_default().to_owned());
                }
            }
            value => drop(known.insert(key.clone(), value.as_str().unwrap_or_default().to_owned())),
        }
    }
    let mut wrong = Vec::new();
    let mut told: BTreeMap<String, String> = BTreeMap::new();
    for row in rows(page).iter().filter(|row| row.len() >= 4 && row[0].starts_with('`')) {
        told.insert(bare(&row[0]).to_owned(), bare(&row[1]).to_owned());
    }
    for (key, default) in &known {
        match told.get(key) {
            None => wrong.push(format!("docs/configuration.md: `{key}` is missing")),
            Some(written) if written != default => {
                wrong.push(format!(
                    "docs/configuration.md: the default of `{key}` is `{default}`, not `{written}`"
                ));
            }
            Some(_) => {}
        }
    }
    let invented = told.keys().filter(|key| !known.contains_key(*key) && !key.starts_with("QYZMET_"));
    wrong.extend(invented.map(|key| format!("docs/configuration.md: there is no `{key}`")));
    let mut used = variables(defaults);
    for entry in std::fs::read_dir(root.join("crates/qyzmet/src")).into_iter().flatten().flatten() {
        used.extend(variables(&std::fs::read_to_string(entry.path()).unwrap_or_default()));
    }
    let named = variables(page);
    wrong.extend(
        used.difference(&named).map(|name| format!("docs/configuration.md: the variable {name} is missing")),
    );
    wrong.extend(named.difference(&used).map(|name| format!("docs/configuration.md: nothing reads {name}")));
    wrong
}

/// Names of environment variables of ours in a text.
fn variables(text: &str) -> BTreeSet<String> {
    let name =
        |rest: &str| -> String { rest.chars().take_while(|c| c.is_ascii_uppercase() || *c == '_').collect() };
    let found = text.match_indices("QYZMET_").map(|(at, _)| name(&text[at..]));
    found.filter(|name| name.len() > "QYZMET_".len()).collect()
}

/// Every code of a refusal: number, what stands in `errorCode`, fault code.
pub fn fault_codes(page: &str) -> Vec<String> {
    let rows: Vec<Vec<String>> = rows(page).into_iter().filter(|row| row[0].starts_with("GW-")).collect();
    let mut wrong = Vec::new();
    for code in Code::ALL {
        let wanted = [code.number(), code.on_the_wire(), code.fault_code().name()].map(str::to_owned);
        match rows.iter().find(|row| row[0] == wanted[0]) {
            None => wrong.push(format!("docs/integrators.md: {} is missing", wanted[0])),
            Some(row) if row[..3] != wanted => {
                wrong.push(format!(
                    "docs/integrators.md: {} is told as {:?}, it is {wanted:?}",
                    wanted[0],
                    &row[..3]
                ));
            }
            Some(row) if row.len() != 5 || row[3].is_empty() || row[4].is_empty() => {
                wrong.push(format!("docs/integrators.md: {} needs its cause and how to mend it", wanted[0]));
            }
            Some(_) => {}
        }
    }
    if rows.len() != Code::ALL.len() {
        wrong.push(format!("docs/integrators.md: {} rows for {} codes", rows.len(), Code::ALL.len()));
    }
    wrong
}

/// The page of open points, made from the index of the act.
pub fn open_points(index: &str) -> String {
    let index: toml::Table = index.parse().expect("the index is TOML");
    let points = index["open_point"].as_array().expect("open points");
    let field =
        |point: &toml::Value, name: &str| point[name].as_str().unwrap_or_default().replace('|', "\\|");
    let elsewhere = |point: &&toml::Value| point["held_in"].as_str() == Some("not in chapter 2");
    let mut page = String::from(PAGE);
    let _ = writeln!(
        page,
        "The index names {} points. {} concern chapter 2 and are carried out by default; {} concern other chapters.\n",
        points.len(),
        points.iter().filter(|point| !elsewhere(point)).count(),
        points.iter().filter(elsewhere).count()
    );
    page.push_str("## Taken in chapter 2\n\n| point | what the act leaves open | default | paragraphs | where it is held |\n|---|---|---|---|---|\n");
    let paragraphs = |point: &toml::Value| -> String {
        let list = point["paragraphs"].as_array().into_iter().flatten();
        list.filter_map(toml::Value::as_str).collect::<Vec<_>>().join(", ")
    };
    for point in points.iter().filter(|point| !elsewhere(point)) {
        let (id, gap, default, held) =
            (field(point, "id"), field(point, "gap"), field(point, "default"), field(point, "held_in"));
        let _ = writeln!(page, "| {id} | {gap} | {default} | {} | {held} |", paragraphs(point));
    }
    page.push_str(
        "\n## Of other chapters\n\nRecorded with their defaults; nothing carries them out yet.\n\n",
    );
    page.push_str("| point | what the act leaves open | default | paragraphs |\n|---|---|---|---|\n");
    for point in points.iter().filter(elsewhere) {
        let (id, gap, default) = (field(point, "id"), field(point, "gap"), field(point, "default"));
        let _ = writeln!(page, "| {id} | {gap} | {default} | {} |", paragraphs(point));
    }
    page
}

/// What stands before the tables.
const PAGE: &str = "# Open points

An act leaves things open: a term without a beginning, a reply nobody foresaw, a table that is not annexed. Each is an open point with
a number, and a default is taken until the owner of the act rules. Nothing is decided silently.

- A model element that rests on a default says so with `q:default`; a parameter with `default = [...]`. The history of a case shows it.
- To change a default, change what the last column names (mostly a parameter or a model) and the text in `law/424-458.toml`.
- A ruling of the owner replaces the default in the same places; the point keeps its number for ever.

This page is made from `law/424-458.toml` and compared with it by a test. Write it anew with
`QYZMET_WRITE_DOCS=1 cargo test -p qyzmet --test docs`.

";

/// The first parts of the paths of all pages, against those that the page for operators names.
pub fn pages(page: &str, access: &str) -> Vec<String> {
    let first =
        |path: &str| format!("/{}", path.trim_start_matches('/').split('/').next().unwrap_or_default());
    let table =
        access.split("pub const TABLE").nth(1).unwrap_or_default().split("\n];").next().unwrap_or_default();
    let served: BTreeSet<String> = table.split('"').filter(|text| text.starts_with('/')).map(first).collect();
    let section = page.split("## Pages and who may see them").nth(1).unwrap_or_default();
    let told: BTreeSet<String> = rows(section)
        .iter()
        .flat_map(|row| super::markdown::spans(&row[0]).into_iter().map(first).collect::<Vec<_>>())
        .collect();
    let missing = served.difference(&told).map(|path| format!("docs/operations.md: `{path}` is missing"));
    let invented = told.difference(&served).map(|path| format!("docs/operations.md: there is no `{path}`"));
    missing.chain(invented).collect()
}
