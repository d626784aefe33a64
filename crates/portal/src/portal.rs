//! What the pages stand on: engines, clock, logs, trust, the portal's own small store; and the router made of it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use eds::Validator;
use engine::{Engine, LegalClock};
use notify::texts::Texts;
use registry::Registry;
use store::seal::Keeper;
use store::{CommitError, ReadError, Store};
use tokio::sync::Semaphore;

use crate::accounts::Accounts;
use crate::guard::Challenges;
use crate::law::LawIndex;
use crate::sessions::Role;
use crate::snapshot::Snapshots;

/// The portal's own small store: sessions, accounts, moves of the legal clock.
#[derive(Clone)]
pub struct Home {
    /// The store.
    pub store: Arc<dyn Store>,
    /// Its keys.
    pub keeper: Arc<Keeper>,
}

/// The message log of one gateway.
#[derive(Clone)]
pub struct GatewayLog {
    /// `gateway` or `external-gateway`.
    pub id: String,
    /// Its store.
    pub store: Arc<dyn Store>,
}

/// What a certificate makes of its holder, by configuration: the first that fits. Holders that fit none are citizens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateRole {
    /// BIN in the certificate; none fits any.
    pub bin: Option<String>,
    /// IIN in the certificate; none fits any.
    pub iin: Option<String>,
    /// What the holder is.
    pub role: Role,
    /// Groups whose tasks the holder may take.
    pub groups: Vec<String>,
}

/// Further lines for `/metrics`, in the text format of Prometheus.
pub type MetricsSource = Arc<dyn Fn() -> String + Send + Sync>;

/// Everything the pages need.
pub struct State {
    /// Engines of the participants hosted here, in the order of pages.
    pub engines: Vec<Arc<Engine>>,
    /// Legal time.
    pub clock: Arc<LegalClock>,
    /// Message logs of the gateways that run here.
    pub gateways: Vec<GatewayLog>,
    /// Decides about certificates of people.
    pub validator: Arc<Validator>,
    /// The portal's own store.
    pub home: Home,
    /// Accounts with passwords, over the same store.
    pub accounts: Arc<Accounts>,
    /// Names of participants and services.
    pub registry: Arc<Registry>,
    /// The index of the act.
    pub law: Arc<LawIndex>,
    /// What certificates make of their holders.
    pub certificate_roles: Vec<CertificateRole>,
    /// Whether this is a demonstration.
    pub demo: bool,
    /// Whether cookies are sent over TLS only.
    pub secure_cookies: bool,
    /// The stand's page, in a demonstration.
    pub stand_url: Option<String>,
    /// Where the official's signing program listens: `wss://127.0.0.1:13579/` for NCALayer.
    pub ncalayer_url: String,
    /// Further metrics.
    pub metrics: Vec<MetricsSource>,
}

/// Why the portal cannot start or a page cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum PortalError {
    /// Texts of the pages or of a service.
    #[error("texts of the pages: {0}")]
    Texts(String),
    /// The address of the signing program.
    #[error(
        "`{0}` is not the address of a signing program: write wss://host:port/ or, on this machine only, ws://127.0.0.1:port/"
    )]
    SigningAddress(String),
    /// The portal's own store.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The portal's own store takes no work.
    #[error(transparent)]
    Commit(#[from] CommitError),
    /// Sealed fields.
    #[error(transparent)]
    Seal(#[from] store::seal::SealError),
    /// Something stored is not what was written.
    #[error("the portal's own data cannot be read: {0}")]
    Json(#[from] serde_json::Error),
    /// The system gives no randomness.
    #[error("the system gives no random bytes")]
    Randomness,
    /// A password could not be digested.
    #[error("a password cannot be digested: {0}")]
    Password(String),
}

/// The portal, shared by all requests.
pub struct Portal {
    pub(crate) state: State,
    pub(crate) texts: Arc<Texts>,
    /// Texts of services, by content hash of the bundle.
    pub(crate) service_texts: BTreeMap<String, Arc<Texts>>,
    pub(crate) snapshots: Snapshots,
    pub(crate) challenges: Mutex<Challenges>,
    /// Passwords are digested by this many at a time: each takes a core and much memory for a while.
    pub(crate) digesting: Semaphore,
    /// The content security policy, with the origin of the signing program.
    pub(crate) policy: String,
}

impl Portal {
    /// The pages over this state.
    ///
    /// # Errors
    /// Texts that cannot be read; an address of the signing program that is not one.
    pub fn router(state: State) -> Result<Router, PortalError> {
        Ok(crate::routes::router(Arc::new(Portal::new(state)?)))
    }

    pub(crate) fn new(state: State) -> Result<Portal, PortalError> {
        let texts = crate::words::load().map_err(|error| PortalError::Texts(error.to_string()))?;
        let mut service_texts = BTreeMap::new();
        for bundle in state.engines.iter().flat_map(|engine| engine.bundles()) {
            if !service_texts.contains_key(&bundle.hash) {
                let texts = cases::texts_of(bundle).map_err(PortalError::Texts)?;
                service_texts.insert(bundle.hash.clone(), Arc::new(texts));
            }
        }
        let policy = policy(&state.ncalayer_url)?;
        Ok(Portal {
            texts: Arc::new(texts),
            service_texts,
            snapshots: Snapshots::default(),
            challenges: Mutex::default(),
            digesting: Semaphore::new(2),
            policy,
            state,
        })
    }

    /// The engine of a participant.
    pub(crate) fn engine(&self, participant: &str) -> Option<&Arc<Engine>> {
        self.state.engines.iter().find(|engine| engine.participant() == participant)
    }
}

fn policy(signing_program: &str) -> Result<String, PortalError> {
    let wrong = || PortalError::SigningAddress(signing_program.chars().take(100).collect());
    let (scheme, rest) = signing_program.split_once("://").ok_or_else(wrong)?;
    let authority = rest.split('/').next().unwrap_or_default();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b':' | b'-' | b'[' | b']');
    let local = ["127.0.0.1:", "localhost:", "[::1]:"].iter().any(|host| authority.starts_with(host));
    let fits = scheme == "wss" || (scheme == "ws" && local);
    if !fits || authority.is_empty() || !authority.bytes().all(plain) {
        return Err(wrong());
    }
    Ok(format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self' {scheme}://{authority}; \
         form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_address_of_a_signing_program_gets_into_the_policy() {
        assert!(
            policy("wss://127.0.0.1:13579/")
                .expect("fine")
                .contains("connect-src 'self' wss://127.0.0.1:13579;")
        );
        assert!(policy("ws://127.0.0.1:13579/").is_ok());
        for wrong in
            ["", "ws://example.org:1/", "https://a", "wss://", "wss://a; script-src *", "javascript://x"]
        {
            assert!(policy(wrong).is_err(), "{wrong}");
        }
    }
}
