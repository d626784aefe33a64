//! `qyzmet up`: starts a node, and with `--demo` the stand beside it; runs until it is told to stop.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context as _, Result};
use clap::Args;
use engine::LegalClock;
use tokio::process::Child;
use tokio::signal::unix::{SignalKind, signal};

use crate::config::Config;
use crate::node::Node;
use crate::{demo_clock, stand_process};

/// Families of the synthetic country beside the named stories.
const FAMILIES: u32 = 2_000;

/// What `up` takes.
#[derive(Args)]
pub struct UpArguments {
    /// Configuration file; without one the documented defaults hold.
    #[arg(long)]
    config: Option<PathBuf>,
    /// A demonstration: synthetic country, movable legal clock.
    #[arg(long)]
    demo: bool,
    /// Where stores, keys and documents live.
    #[arg(long)]
    data: Option<PathBuf>,
    /// Address of the pages.
    #[arg(long)]
    portal: Option<SocketAddr>,
    /// Address of the gateway.
    #[arg(long)]
    gateway: Option<SocketAddr>,
    /// Where services/, registers/ and law/ live.
    #[arg(long)]
    content: Option<PathBuf>,
    /// Do not start the stand: it runs elsewhere.
    #[arg(long)]
    without_stand: bool,
}

fn configuration(arguments: &UpArguments) -> Result<Config> {
    let (name, text) = match &arguments.config {
        Some(path) => (
            path.display().to_string(),
            std::fs::read_to_string(path).with_context(|| path.display().to_string())?,
        ),
        None => ("qyzmet.default.toml".to_owned(), String::new()),
    };
    let mut config = Config::read(&name, &text, &|variable| std::env::var(variable).ok())?;
    config.demo |= arguments.demo;
    if let Some(data) = &arguments.data {
        config.data.clone_from(data);
    }
    if let Some(content) = &arguments.content {
        config.content.clone_from(content);
    }
    config.portal = arguments.portal.unwrap_or(config.portal);
    config.gateway = arguments.gateway.or(config.gateway);
    Ok(config)
}

/// Starts and runs until SIGINT or SIGTERM.
///
/// # Errors
/// What keeps the node from starting.
pub async fn up(arguments: UpArguments) -> Result<()> {
    let began = Instant::now();
    let config = configuration(&arguments)?;
    let clock =
        Arc::new(if config.demo { demo_clock::open(&config.data)? } else { LegalClock::production() });
    let mut stand = None;
    if config.demo && !arguments.without_stand {
        let folder = crate::node::prepare(&config, clock.now())?;
        stand = Some(stand_process::start(&config, &folder, &clock, FAMILIES)?);
    }
    let node = Node::start(&config, clock).await?;
    welcome(&config, &node, began);
    stopped(stand.as_mut()).await?;
    eprintln!("stopping: no new work, what is under way is finished");
    node.stop().await;
    if let Some(mut stand) = stand {
        stand.kill().await.context("the stand does not end")?;
    }
    Ok(())
}

fn welcome(config: &Config, node: &Node, began: Instant) {
    println!("Qyzmet is ready after {} ms (legal time {})", began.elapsed().as_millis(), node.clock.now());
    println!("  pages             http://{}/", node.portal);
    for (name, at) in [("gateway", config.gateway), ("external gateway", config.external_gateway)] {
        if let Some(at) = at {
            println!("  {name:<17} http://{at}/bip-sync-wss-gost/  (WSDL: ?wsdl)");
        }
    }
    if config.demo {
        println!("  country, phones   http://{}/", config.stand);
    }
    if !node.new_accounts.is_empty() {
        println!("  accounts made now (shown once):");
        for (login, password) in &node.new_accounts {
            println!("    {login:<12} {password}");
        }
    }
    println!("Stop with Ctrl-C.");
}

/// Waits for SIGINT or SIGTERM. A stand that ends by itself is told of; the platform goes on, as it would without its neighbours.
async fn stopped(stand: Option<&mut Child>) -> Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let stand_ended = async {
        match stand {
            Some(child) => child.wait().await,
            None => std::future::pending().await,
        }
    };
    tokio::pin!(stand_ended);
    let mut stand_runs = true;
    loop {
        tokio::select! {
            _ = terminate.recv() => return Ok(()),
            _ = interrupt.recv() => return Ok(()),
            ended = &mut stand_ended, if stand_runs => {
                stand_runs = false;
                let how = ended.map_or_else(|error| error.to_string(), |status| status.to_string());
                tracing::error!(how, "the stand has ended; outside systems and phones are gone until the next start");
            }
        }
    }
}
