//! The portal of a node: its state, its first accounts, its listener.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use eds::Validator;
use engine::{Engine, LegalClock};
use portal::{Accounts, CertificateRole, GatewayLog, Home, LawIndex, NewAccount, Portal, Role, State};
use registry::Registry;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::config::Config;
use crate::stores::Opened;

/// What stands behind the pages.
pub struct Behind {
    /// Engines hosted here.
    pub engines: Vec<Arc<Engine>>,
    /// Legal time.
    pub clock: Arc<LegalClock>,
    /// Message logs.
    pub gateways: Vec<GatewayLog>,
    /// Decides about certificates.
    pub validator: Arc<Validator>,
    /// Names of participants and services.
    pub registry: Arc<Registry>,
    /// The portal's own store.
    pub home: Opened,
}

/// Starts the pages; gives their address and the accounts made now.
///
/// # Errors
/// Content that cannot be read, an address that cannot be listened on.
pub async fn start(
    config: &Config,
    behind: Behind,
    mut stop: watch::Receiver<bool>,
    tasks: &mut JoinSet<()>,
) -> Result<(std::net::SocketAddr, Vec<(String, String)>)> {
    let home = Home { store: behind.home.store, keeper: behind.home.keeper };
    let accounts = Arc::new(Accounts::new(home.clone())?);
    let first = first_accounts(config.demo);
    let made = {
        let accounts = Arc::clone(&accounts);
        tokio::task::spawn_blocking(move || accounts.create_missing(first)).await??
    };
    let path = config.content.join("law/424-458.toml");
    let law = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let state = State {
        engines: behind.engines,
        clock: behind.clock,
        gateways: behind.gateways,
        validator: behind.validator,
        home,
        accounts,
        registry: behind.registry,
        law: Arc::new(LawIndex::read(&law)?),
        certificate_roles: certificate_roles(config.demo),
        demo: config.demo,
        secure_cookies: false,
        stand_url: config.demo.then(|| format!("http://{}/", config.stand)),
        ncalayer_url: config.ncalayer.clone(),
        metrics: Vec::new(),
    };
    let router = Portal::router(state)?;
    let listener = TcpListener::bind(config.portal)
        .await
        .with_context(|| format!("cannot listen on {}: is another node running there?", config.portal))?;
    let at = listener.local_addr()?;
    tasks.spawn(async move {
        let stopped = async move {
            let _ = stop.wait_for(|stop| *stop).await;
        };
        if let Err(error) = axum::serve(listener, router).with_graceful_shutdown(stopped).await {
            tracing::error!(%error, "the pages ended");
        }
    });
    Ok((at, made))
}

/// The accounts of a first start: an operator everywhere, an official in a demonstration.
fn first_accounts(demo: bool) -> Vec<NewAccount> {
    let account = |login: &str, name: &str, role, groups: &[&str]| NewAccount {
        login: login.to_owned(),
        name: name.to_owned(),
        role,
        groups: groups.iter().map(|group| (*group).to_owned()).collect(),
        iin: None,
        bin: None,
    };
    let mut accounts = vec![account("operator", "Оператор", Role::Operator, &["emaket-operator"])];
    if demo {
        let mut official = account("official", "Оспанова Гүлжан", Role::Official, &["authorised-body"]);
        official.iin = stand::officials::iin_of("specialist");
        official.bin = Some(stand::officials::AUTHORISED_BODY_BIN.to_owned());
        accounts.push(official);
        // Tasks stand in the inbox of officials: an operator of E-maket is one, for the group that looks at silent banks (OP-13).
        accounts.push(account("emaket", "E-макет операторы", Role::Official, &["emaket-operator"]));
    }
    accounts
}

fn certificate_roles(demo: bool) -> Vec<CertificateRole> {
    if !demo {
        return Vec::new();
    }
    vec![CertificateRole {
        bin: Some(stand::officials::AUTHORISED_BODY_BIN.to_owned()),
        iin: None,
        role: Role::Official,
        groups: vec!["authorised-body".to_owned()],
    }]
}
