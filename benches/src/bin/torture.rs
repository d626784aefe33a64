//! `torture [ROUNDS] [--json]`: kills, power cuts, full disks and failing syncs; writes `docs/reports/<date>-torture.md`.
//!
//! The program plays its own victims: started with a role it is the node that is killed or the receiver that keeps books.

use std::io::IsTerminal as _;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use benches::receiver;
use benches::rows::Header;
use benches::torture::{Outcome, disk, front, kill, power};

/// Rounds of each kind when none are asked for.
const ROUNDS: u32 = 200;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("torture: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> anyhow::Result<()> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [receiver::ROLE] => return receiver::play(),
        [front::ROLE, folder, receiver] => return front::play(Path::new(folder), receiver.parse()?),
        _ => {}
    }
    let json = arguments.iter().any(|argument| argument == "--json");
    arguments.retain(|argument| argument != "--json");
    let rounds = match arguments.first() {
        Some(text) => text.parse().with_context(|| format!("`{text}` is no number of rounds"))?,
        None => ROUNDS,
    };
    let folder = tempfile::Builder::new().prefix("qyzmet-torture-").tempdir()?;
    let seed = jiff::Timestamp::now().as_second().unsigned_abs();
    let header = Header::of(folder.path());
    let shown = std::io::stderr().is_terminal();
    let progress = |what: &str, round: u32, of: u32| {
        if shown {
            eprint!("\r{what}: round {round} of {of}      ");
        }
    };
    let program = std::env::current_exe()?;
    let part = |name: &str| folder.path().join(name);
    let outcomes = [
        power::rounds(&part("power"), rounds, seed, &progress).context("power cut")?,
        disk::rounds(&part("disk"), rounds, seed, &progress).context("full disk, failing sync")?,
        kill::rounds(&part("kill"), &program, rounds, seed, &progress).context("kill -9")?,
    ];
    if shown {
        eprintln!();
    }
    if json {
        println!("{}", serde_json::json!({ "header": header, "seed": seed, "outcomes": outcomes }));
    } else {
        print!("{}", header.text());
        outcomes.iter().for_each(|outcome| println!("{}", outcome.line()));
    }
    report(&header, seed, rounds, &outcomes)
}

/// Writes the report beside the others, when this is run in the tree.
fn report(header: &Header, seed: u64, rounds: u32, outcomes: &[Outcome]) -> anyhow::Result<()> {
    let reports = Path::new("docs/reports");
    if !reports.is_dir() {
        eprintln!("no docs/reports here: no report is written");
        return Ok(());
    }
    let mut text = format!(
        "# Torture of {}\n\n- Machine: {}, {} MiB, load before {}\n- File system: {}, fsync {}\n- Command: `./x torture {rounds}`, seed {seed}\n- Result: every round passed\n",
        header.at,
        header.machine,
        header.memory_mib,
        header.load_before,
        header.file_system,
        if header.fsync { "on" } else { "off" },
    );
    for outcome in outcomes {
        text += &format!(
            "\n## {}\n\n| what | count |\n|---|---:|\n| rounds | {} |\n",
            outcome.name, outcome.rounds
        );
        for (what, count) in &outcome.counted {
            text += &format!("| {what} | {count} |\n");
        }
        text += &format!("| seconds | {:.1} |\n", outcome.took.as_secs_f64());
    }
    let date = header.at.split(' ').next().unwrap_or_default();
    let path = reports.join(format!("{date}-torture.md"));
    std::fs::write(&path, text)?;
    eprintln!("written: {}", path.display());
    Ok(())
}
