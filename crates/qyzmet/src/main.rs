//! The one binary: commands, configuration, wiring. Rules of services are data and live elsewhere.

mod check;
mod config;
mod demo_clock;
mod installation;
mod law;
mod ledger;
mod node;
mod pages;
mod sms;
mod stand_process;
mod stores;
mod trust;
mod up;
mod verify;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// The participants whose logic the platform carries out.
pub(crate) const HOSTED: &[&str] = &["sdu", "emaket", "egov-portal", "pd-access-control", "sms-gateway"];

/// The day on which the demonstration begins: inside the term of the act (O-6).
pub(crate) const DEMO_STARTS_ON: &str = "2024-04-01";

/// Qyzmet: public services of a state, carried out from law as data.
#[derive(Parser)]
#[command(version, about, long_about = None)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Start a node: gateways, hosted participants and pages.
    Up(up::UpArguments),
    /// Start the outside systems of a demonstration (done by `up --demo`).
    Stand {
        /// Settings file.
        #[arg(long)]
        config: PathBuf,
    },
    /// Check a folder of services: models, decisions, texts, forms, parameters.
    Check {
        /// The folder, usually `services`.
        path: PathBuf,
        /// Machine-readable output.
        #[arg(long)]
        json: bool,
    },
    /// What of the law is carried out, and tested.
    Law {
        #[command(subcommand)]
        command: law::LawCommand,
    },
    /// The journal of a store.
    Journal {
        #[command(subcommand)]
        command: verify::JournalCommand,
    },
}

fn main() -> ExitCode {
    let filter = tracing_subscriber::EnvFilter::try_from_env("QYZMET_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false).init();
    match run(Arguments::parse().command) {
        Ok(code) => code,
        Err(error) => {
            // One line: what, and the chain of why.
            eprintln!("qyzmet: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<ExitCode> {
    match command {
        Command::Up(arguments) => runtime()?.block_on(up::up(arguments)).map(|()| ExitCode::SUCCESS),
        Command::Stand { config } => {
            let config = stand::Config::read(&config)?;
            runtime()?.block_on(stand::run(config))?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Check { path, json } => check::check(&path, json),
        Command::Law { command } => law::law(command),
        Command::Journal { command } => verify::journal(command),
    }
}

fn runtime() -> Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread().enable_all().build()?)
}
