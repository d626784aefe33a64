//! The start: everything read, everything listening, the loops running.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinSet;

use super::journal::{Journal, JournalError};
use super::trust::Trust;
use super::{Config, LegalClock, Stand, control, pages, post, serve, token};
use crate::country::Plan;
use crate::ncalayer::Desk;
use crate::officials::{self, OfficialsError};
use crate::registers::{self, RegisterError};
use crate::smsc::{self, Smsc};
use crate::systems::{Identity, ParticipantRow, Systems, SystemsError, read_participants};
use crate::world::{World, WorldError};

/// Why the stand does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A file.
    #[error("{path}: {reason}")]
    File {
        /// File.
        path: String,
        /// What is wrong.
        reason: String,
    },
    /// An address cannot be listened on.
    #[error("cannot listen on {address}: {error}")]
    Listen {
        /// Address.
        address: String,
        /// Why.
        error: std::io::Error,
    },
    /// The registers.
    #[error(transparent)]
    Registers(#[from] RegisterError),
    /// The country.
    #[error(transparent)]
    World(#[from] WorldError),
    /// The journal of an earlier run.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The systems.
    #[error(transparent)]
    Systems(#[from] SystemsError),
    /// Tokens or keys.
    #[error(transparent)]
    Keys(#[from] OfficialsError),
}

impl StartError {
    pub(super) fn file(path: &Path, reason: impl std::fmt::Display) -> Self {
        Self::File { path: path.display().to_string(), reason: reason.to_string() }
    }
}

/// A running stand. Dropping it ends everything it started.
#[derive(Debug)]
pub struct Running {
    /// Where the outside systems listen.
    pub systems: SocketAddr,
    /// Where pages and control interface listen.
    pub pages: SocketAddr,
    /// Where the message centre listens.
    pub smsc: SocketAddr,
    /// Where the double of NCALayer listens.
    pub ncalayer: Option<SocketAddr>,
    /// The legal clock.
    pub clock: Arc<LegalClock>,
    tasks: JoinSet<()>,
}

impl Running {
    /// Waits until one of the servers fails; normally for ever.
    pub async fn wait(mut self) {
        while self.tasks.join_next().await.is_some() {}
    }
}

/// Starts the stand and serves until the process ends.
///
/// # Errors
/// What keeps it from starting.
pub async fn run(config: Config) -> Result<(), StartError> {
    start(config).await?.wait().await;
    Ok(())
}

/// Starts the stand in the background of the current tokio runtime.
///
/// # Errors
/// What keeps it from starting, with the file or address it is about.
pub async fn start(config: Config) -> Result<Running, StartError> {
    let clock = Arc::new(LegalClock::starting(config.legal_start));
    let trust = Trust::read(&config.anchors, &config.intermediates, &config.revocation_lists)?;
    let stand = assemble(&config, &clock, &trust)?;
    let mut tasks = JoinSet::new();
    let systems = serve_http(&mut tasks, &config.systems, serve::routes(Arc::clone(&stand))).await?;
    let front = pages::routes(Arc::clone(&stand)).merge(control::routes(Arc::clone(&stand)));
    let pages = serve_http(&mut tasks, &config.pages, front).await?;
    let ncalayer = match &config.ncalayer {
        Some(address) => Some(serve_http(&mut tasks, address, token::routes(Arc::clone(&stand))).await?),
        None => None,
    };
    let (listener, smsc) = listen(&config.smsc).await?;
    let centre = stand.smsc.clone();
    tasks.spawn(async move {
        if let Err(error) = smsc::server::serve(listener, centre).await {
            tracing::error!(%error, "the message centre ended");
        }
    });
    tasks.spawn(post::deliver(stand, config.gateways));
    tasks.spawn(trust.keep_fresh());
    tracing::info!(%systems, %pages, %smsc, ?ncalayer, "the outside world is there");
    Ok(Running { systems, pages, smsc, ncalayer, clock, tasks })
}

fn assemble(config: &Config, clock: &Arc<LegalClock>, trust: &Trust) -> Result<Arc<Stand>, StartError> {
    let services = registers::read_directory(&config.registers)?;
    let plan = Plan { seed: config.seed, families: config.families, today: config.today };
    let mut world = World::new(plan, services)?;
    let journal = Journal::open(config.data.join("world.jsonl"), &mut world)?;
    let path = config.registers.join("participants.toml");
    let text = std::fs::read_to_string(&path).map_err(|error| StartError::file(&path, error))?;
    let participants = read_participants(&text).map_err(|error| StartError::file(&path, error))?;
    let mut identities = Vec::new();
    for row in participants.values().filter(|row| !row.hosted) {
        identities.extend(identity(config, row)?);
    }
    let systems = Systems::new(world, &participants, identities, Arc::clone(&trust.validator))?;
    let legal = Arc::clone(clock);
    let smsc = smsc::server::Shared::new(Smsc::new(config.accounts.clone()), Arc::new(move || legal.now()));
    let tokens = config.officials.as_deref().map(officials::read_directory).transpose()?.unwrap_or_default();
    Ok(Arc::new(Stand {
        systems,
        smsc,
        clock: Arc::clone(clock),
        journal,
        desk: Mutex::new(Desk::new(tokens)),
        queued: Notify::new(),
        troubles: Mutex::new(HashMap::new()),
    }))
}

/// The system of a row, when its keys lie in the folder of keys.
fn identity(config: &Config, row: &ParticipantRow) -> Result<Option<Identity>, StartError> {
    if !config.keys.join(format!("{}.crt.pem", row.id)).is_file() {
        tracing::warn!(system = row.id, "no keys: this outside system is not played");
        return Ok(None);
    }
    let signer = officials::read_pair(&config.keys, &row.id)?;
    let login = config.logins.get(&row.id);
    Ok(Some(Identity {
        row: row.clone(),
        signer,
        sender_id: login.map_or_else(|| row.id.clone(), |login| login.sender_id.clone()),
        password: login.map(|login| login.password.clone()).unwrap_or_default(),
    }))
}

async fn listen(address: &str) -> Result<(TcpListener, SocketAddr), StartError> {
    let failed = |error| StartError::Listen { address: address.to_owned(), error };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    Ok((listener, bound))
}

async fn serve_http(
    tasks: &mut JoinSet<()>,
    address: &str,
    routes: Router,
) -> Result<SocketAddr, StartError> {
    let (listener, bound) = listen(address).await?;
    tasks.spawn(async move {
        if let Err(error) = axum::serve(listener, routes).await {
            tracing::error!(%error, "an HTTP server of the stand ended");
        }
    });
    Ok(bound)
}
