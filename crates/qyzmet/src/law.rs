//! `qyzmet law coverage`: which paragraphs are carried out by an element that names them, and which of these are tested.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::Subcommand;

/// The least share of wrong changes of the law that scenarios have to notice, in tenths of a percent.
const LEAST_CAUGHT_PER_MILLE: usize = 950;

/// What `law` does.
#[derive(Subcommand)]
pub enum LawCommand {
    /// Paragraphs carried out and tested.
    Coverage {
        /// Where services/, registers/ and law/ live.
        #[arg(long, default_value = ".")]
        content: PathBuf,
        /// Machine-readable output.
        #[arg(long)]
        json: bool,
        /// Also change the law in small ways and see that a scenario fails (minutes).
        #[arg(long)]
        mutations: bool,
    },
}

/// Runs it.
///
/// # Errors
/// Content that cannot be read.
pub fn law(command: LawCommand) -> Result<ExitCode> {
    let LawCommand::Coverage { content: root, json, mutations } = command;
    let content = simulator::Content::read(&root)?;
    let folder = root.join("law");
    let mut law = Vec::new();
    for entry in std::fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
            law.push((path.display().to_string(), text));
        }
    }
    law.sort();
    let show = |line: &str| eprintln!("{line}");
    let report = if json {
        simulator::coverage::run(&content, &law, mutations)?
    } else {
        simulator::coverage::run_with(&content, &law, mutations, &show)?
    };
    if json {
        println!("{}", report.to_json());
    } else {
        println!("{report}");
    }
    // A scenario that fails, or too many wrong changes of the law that nobody notices, is a failure of the check.
    let caught =
        report.mutations.as_ref().is_none_or(|mutations| mutations.per_mille() >= LEAST_CAUGHT_PER_MILLE);
    Ok(if report.failed.is_empty() && caught { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
