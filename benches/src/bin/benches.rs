//! `benches [NAME] [--json]`: measures the hot paths beside their bounds. See docs/benchmarks.md.

use std::path::Path;
use std::process::ExitCode;

use benches::exchange::{self, peers};
use benches::rows::{Header, Row};
use benches::{receiver, small};

/// What can be measured: a name and how.
type Measurement = (&'static str, fn(&Path, &Path) -> anyhow::Result<Vec<Row>>);

const MEASUREMENTS: &[Measurement] = &[
    ("flow.durable", benches::flow::durable),
    ("gateway.sync.signed", exchange::signed),
    ("store.append", small::append),
    ("rules.table", small::table_of_rules),
    ("xml.verify", small::signatures),
    ("calendar.deadline", small::deadline),
    ("qyzmet.up", benches::up::up),
];

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("benches: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> anyhow::Result<()> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [receiver::ROLE] => return receiver::play(),
        [peers::ANSWERS, answers] => return peers::play_answering(Path::new(answers)),
        [peers::ASKS, ..] => return peers::play_asking(&arguments[1..]),
        _ => {}
    }
    let json = arguments.iter().any(|argument| argument == "--json");
    arguments.retain(|argument| argument != "--json");
    let wanted = arguments.first().map_or("", String::as_str);
    let chosen: Vec<&Measurement> =
        MEASUREMENTS.iter().filter(|(name, _)| name.starts_with(wanted)).collect();
    if chosen.is_empty() {
        let names: Vec<&str> = MEASUREMENTS.iter().map(|(name, _)| *name).collect();
        anyhow::bail!("nothing is called `{wanted}`; there are {}", names.join(", "));
    }
    let folder = tempfile::Builder::new().prefix("qyzmet-bench-").tempdir()?;
    let program = std::env::current_exe()?;
    let header = Header::of(folder.path());
    if !json {
        print!("{}", header.text());
        println!("{:<34} {:>12} {:<12} {:>12} {:>7}  about", "name", "value", "unit", "bound", "ratio");
    }
    let mut all = Vec::new();
    for (name, measure) in chosen {
        let rows = measure(folder.path(), &program)
            .unwrap_or_else(|error| vec![Row::not_measured(name, "-", format!("{error:#}"))]);
        if !json {
            rows.iter().for_each(|row| println!("{}", row.line()));
        }
        all.extend(rows);
    }
    if json {
        println!("{}", serde_json::json!({ "header": header, "rows": all }));
    }
    Ok(())
}
