//! A node: the gateways, hosted participants and pages that the configuration gives to this process, wired and running.
//!
//! Everything between two participants goes over sockets, also when both run here: moving one to another process changes only
//! addresses. A node that is told to stop takes no new work, finishes what is under way and leaves the rest in its outboxes.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use eds::Validator;
use engine::{Engine, LegalClock, Worker};
use gateway::http::Addresses;
use gateway::server::Bounds;
use gateway::{Address, HttpTransport, Identity, Login, PasswordKey, Transport};
use jiff::{SignedDuration, Timestamp};
use participant::{Client, Contracts, Courier, Provider, Server, ServerParts, Setup};
use registry::Registry;
use soap::Password;
use store::heads::Publisher;
use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;
use xml::Limits;

use crate::config::Config;
use crate::installation::{Installation, Member, SMPP_LOGIN};
use crate::stores::{self, Opened};
use crate::{HOSTED, ledger, sms, trust};

/// Path of a gateway's synchronous channel.
const CHANNEL: &str = "/bip-sync-wss-gost/";
/// Messages to one provider at the same time.
const AT_ONCE: usize = 16;
/// Calls that a server takes at the same time.
const CALLS: usize = 512;
/// Longest wait for what is under way at the end.
const DRAIN: Duration = Duration::from_secs(10);
/// How long envelopes are kept.
const RETENTION_DAYS: i64 = 365 * 5;

type LegalNow = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// What the parts of a node share.
struct Shared<'c> {
    config: &'c Config,
    installation: Installation,
    registry: Arc<Registry>,
    contracts: Arc<Contracts>,
    validator: Arc<Validator>,
    addresses: Arc<Addresses>,
    clock: Arc<LegalClock>,
    stop: watch::Receiver<bool>,
}

/// A running node.
pub struct Node {
    /// Where the pages are.
    pub portal: std::net::SocketAddr,
    /// Logins and passwords made at this start, to be shown once.
    pub new_accounts: Vec<(String, String)>,
    /// The legal clock.
    pub clock: Arc<LegalClock>,
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
    workers: Vec<Worker>,
}

impl Node {
    /// Starts everything; ready when this returns.
    ///
    /// # Errors
    /// What cannot be read, opened or listened on, in words for the operator.
    pub async fn start(config: &Config, clock: Arc<LegalClock>) -> Result<Node> {
        let (stop, stopped) = watch::channel(false);
        std::fs::create_dir_all(&config.data).with_context(|| config.data.display().to_string())?;
        let (registry, installation) = registry_of(config, clock.now())?;
        let registers = config.content.join("registers");
        let shared = Shared {
            validator: trust::validator(&installation.trust)?,
            contracts: Arc::new(Contracts::read(&registers, &registry)?),
            registry: Arc::new(registry),
            installation,
            config,
            addresses: Arc::new(Addresses::default()),
            clock: Arc::clone(&clock),
            stop: stopped,
        };
        shared.know_addresses()?;
        let mut tasks = JoinSet::new();
        let mut publishers = Vec::new();
        let mut logs = Vec::new();
        for gateway in [registry::Gateway::Internal, registry::Gateway::External] {
            if let Some(log) = shared.gateway(gateway, &mut tasks, &mut publishers).await? {
                logs.push(log);
            }
        }
        let bundles = engine::bundle::read_services(&config.content.join("services"))?;
        let (mut engines, mut workers) = (Vec::new(), Vec::new());
        for (id, address) in &config.participants {
            let (engine, worker) =
                shared.participant(id, *address, &bundles, &mut tasks, &mut publishers).await?;
            engines.push(engine);
            workers.push(worker);
        }
        engines.sort_by_key(|engine| HOSTED.iter().position(|id| *id == engine.participant()));
        let (portal, new_accounts) = crate::pages::start(
            config,
            crate::pages::Behind {
                engines,
                clock: Arc::clone(&clock),
                gateways: logs,
                validator: Arc::clone(&shared.validator),
                registry: Arc::clone(&shared.registry),
                home: stores::open(&config.data, &shared.installation, "portal", &config.portal.to_string())?,
            },
            shared.stop.clone(),
            &mut tasks,
        )
        .await?;
        tasks.spawn(publish(publishers, Arc::clone(&clock), shared.stop.clone()));
        if config.demo {
            tasks.spawn(crate::demo_clock::keep_on(
                config.data.clone(),
                Arc::clone(&clock),
                shared.stop.clone(),
            ));
            tasks.spawn(crate::stand_process::follow_clock(
                config.stand,
                Arc::clone(&clock),
                shared.stop.clone(),
            ));
        }
        Ok(Node { portal, new_accounts, clock, stop, tasks, workers })
    }

    /// Takes no new work, finishes what is under way, stops.
    pub async fn stop(mut self) {
        // Nobody listening any more is what is wanted.
        let _ = self.stop.send(true);
        let ended = async { while self.tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(DRAIN + Duration::from_secs(2), ended).await.is_err() {
            tracing::warn!("some work was still under way; it goes on after the next start");
        }
        let workers = std::mem::take(&mut self.workers);
        // Worker threads are joined where waiting is allowed.
        let joined = tokio::task::spawn_blocking(move || drop(workers)).await;
        if let Err(error) = joined {
            tracing::error!(%error, "a worker ended in disorder");
        }
    }
}

/// Makes the installation of a demonstration when there is none yet; gives the stand's own folder in it.
///
/// # Errors
/// Content that cannot be used, a folder that cannot be written.
pub fn prepare(config: &Config, now: Timestamp) -> Result<std::path::PathBuf> {
    std::fs::create_dir_all(&config.data).with_context(|| config.data.display().to_string())?;
    Ok(registry_of(config, now)?.1.stand)
}

/// Reads the registry: the participants of the content, the logins of the installation, and where everybody is.
fn registry_of(config: &Config, now: Timestamp) -> Result<(Registry, Installation)> {
    let registers = config.content.join("registers");
    let read = |path: &Path| std::fs::read_to_string(path).with_context(|| path.display().to_string());
    let participants = read(&registers.join("participants.toml"))?;
    let passports = registry::read_registers(&registers)?;
    let passports: Vec<(&str, &str)> =
        passports.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let bare = Registry::load(&[("registers/participants.toml", &participants)], &passports)?;
    let members: Vec<Member> = bare
        .participants()
        .map(|participant| Member {
            id: participant.id.as_str().to_owned(),
            name: participant.names.get(civic::Lang::Kk).to_owned(),
            bin: participant.bin.as_str().to_owned(),
            hosted: participant.hosted,
        })
        .collect();
    let installation = Installation::open(&config.data, config.demo, &members, now)?;
    let logins = read(&installation.participants)?;
    let told = [
        ("registers/participants.toml", participants.as_str()),
        ("installation/participants.toml", logins.as_str()),
    ];
    let hosts = hosts(config, &members, &Registry::load(&told, &passports)?);
    let files = [
        ("registers/participants.toml", participants.as_str()),
        ("installation/participants.toml", logins.as_str()),
        ("hosts of this node", hosts.as_str()),
    ];
    Ok((Registry::load(&files, &passports)?, installation))
}

/// Where everybody takes requests: hosted participants by the configuration, outside systems of a demonstration in the stand, unless
/// the installation says where they are.
fn hosts(config: &Config, members: &[Member], told: &Registry) -> String {
    let mut text = String::new();
    for (id, url) in &config.elsewhere {
        text.push_str(&format!("[[host]]\nparticipant = \"{id}\"\nat = \"{url}\"\n"));
    }
    if config.demo {
        let untold = |id: &str| told.participant(id).is_none_or(|participant| participant.host.is_none());
        for member in members.iter().filter(|member| !member.hosted && untold(&member.id)) {
            let (id, stand) = (&member.id, config.stand_systems);
            text.push_str(&format!(
                "[[host]]\nparticipant = \"{id}\"\nat = \"http://{stand}/systems/{id}\"\n"
            ));
        }
    }
    text
}

impl Shared<'_> {
    fn legal_now(&self) -> LegalNow {
        let clock = Arc::clone(&self.clock);
        Arc::new(move || clock.now())
    }

    fn identity(&self, id: &str) -> Result<Identity> {
        let signer = stores::signer(&self.installation, id)?;
        Ok(Identity { signer, validator: Arc::clone(&self.validator), directory: None })
    }

    fn login(&self, id: &str) -> Result<Login> {
        let password = self.installation.passwords.get(id);
        let password = password.with_context(|| format!("passwords.toml has no password of `{id}`"))?;
        Ok(Login { id: id.to_owned(), password: Password::new(password.as_str()) })
    }

    /// Notes where the participants and gateways of this node, and gateways elsewhere, take requests.
    fn know_addresses(&self) -> Result<()> {
        let address = |text: String| Address::parse(&text).map_err(anyhow::Error::msg);
        for (id, at) in &self.config.participants {
            self.addresses.set(id, address(format!("http://{at}/shep"))?);
        }
        for (id, at) in [("gateway", self.config.gateway), ("external-gateway", self.config.external_gateway)]
        {
            match (at, &self.config.gateway_url) {
                (Some(at), _) => self.addresses.set(id, address(format!("http://{at}{CHANNEL}"))?),
                (None, Some(url)) if id == "gateway" => self.addresses.set(id, address(url.clone())?),
                _ => {}
            }
        }
        Ok(())
    }

    /// Opens one of the gateways, when this node runs it.
    async fn gateway(
        &self,
        which: registry::Gateway,
        tasks: &mut JoinSet<()>,
        publishers: &mut Vec<Publisher>,
    ) -> Result<Option<portal::GatewayLog>> {
        let id = which.participant();
        let at = match which {
            registry::Gateway::Internal => self.config.gateway,
            registry::Gateway::External => self.config.external_gateway,
        };
        let Some(at) = at else { return Ok(None) };
        let opened = stores::open(&self.config.data, &self.installation, id, &at.to_string())?;
        publishers.push(self.publisher(id, &opened)?);
        let limits = Limits::message();
        let core = Arc::new(gateway::Core::new(gateway::Parts {
            gateway: which,
            identity: self.identity(id)?,
            registry: Arc::clone(&self.registry),
            passwords: PasswordKey::new(&self.installation.password_key),
            login: Some(self.login(id)?),
            store: Arc::clone(&opened.store),
            keeper: Arc::clone(&opened.keeper),
            limits,
            retention: SignedDuration::from_hours(24 * RETENTION_DAYS),
            ids: Box::new(random_id),
        }));
        let shell = gateway::http::Shell::new(gateway::http::Parts {
            core,
            transport: Arc::new(HttpTransport::new(Duration::from_secs(3), limits.max_bytes)),
            addresses: Arc::clone(&self.addresses),
            clock: self.legal_now(),
            public: format!("http://{at}"),
            calls: CALLS,
            late: Duration::from_secs(60),
            bounds: Bounds { drain: DRAIN, ..Bounds::default() },
        });
        let listener = listen(at).await?;
        tasks.spawn(shell.serve(listener, self.stop.clone()));
        Ok(Some(portal::GatewayLog { id: id.to_owned(), store: opened.store }))
    }

    /// Opens a hosted participant.
    async fn participant(
        &self,
        id: &str,
        at: std::net::SocketAddr,
        bundles: &[Arc<engine::bundle::Bundle>],
        tasks: &mut JoinSet<()>,
        publishers: &mut Vec<Publisher>,
    ) -> Result<(Arc<Engine>, Worker)> {
        let opened = stores::open(&self.config.data, &self.installation, id, &at.to_string())?;
        publishers.push(self.publisher(id, &opened)?);
        let engine =
            Engine::new(id, Arc::clone(&opened.store), Arc::clone(&opened.keeper), bundles.to_vec())?;
        let engine = Arc::new(cases::with_local_tasks(engine));
        let setup = Arc::new(Setup {
            participant: id.to_owned(),
            identity: self.identity(id)?,
            login: self.login(id)?,
            registry: Arc::clone(&self.registry),
            contracts: Arc::clone(&self.contracts),
            limits: Limits::message(),
            disclosures: Arc::new(ledger::DisclosureLedger::new(Arc::clone(&engine))),
        });
        let server = Server::new(ServerParts {
            provider: Arc::new(Provider::new(Arc::clone(&setup), Arc::clone(&engine) as _)),
            clock: self.legal_now(),
            calls: CALLS,
            bounds: Bounds { drain: DRAIN, ..Bounds::default() },
        });
        let listener = listen(at).await?;
        tasks.spawn(server.serve(listener, self.stop.clone()));

        let ready = Arc::new(Notify::new());
        let wake = Arc::clone(&ready);
        let worker = Worker::start(Arc::clone(&engine), Arc::clone(&self.clock), move || wake.notify_one())?;
        let gateway = self.addresses.get("gateway").context(
            "this node neither runs the gateway nor knows where it is: set `gateway` or `gateway-url`",
        )?;
        let transport: Arc<dyn Transport> =
            Arc::new(HttpTransport::new(Duration::from_secs(3), Limits::message().max_bytes));
        let courier = Courier::new(Client::new(setup), transport, gateway, self.legal_now(), AT_ONCE);
        let others = self.others(id, &engine)?;
        tasks.spawn(courier.run(Arc::clone(&engine), ready, others, self.stop.clone(), DRAIN));
        Ok((engine, worker))
    }

    /// What carries out effects that are no messages: SMS at the SMS gateway, nothing elsewhere.
    fn others(&self, id: &str, engine: &Arc<Engine>) -> Result<Box<dyn Fn(engine::Outgoing) + Send>> {
        if id != "sms-gateway" {
            let engine = Arc::clone(engine);
            return Ok(Box::new(move |item| {
                let message =
                    format!("`{}` cannot be carried out by {}", item.task_type, engine.participant());
                engine.settle_outgoing(&item, engine::Settlement::Refused { code: String::new(), message });
            }));
        }
        let password = self.installation.passwords.get(SMPP_LOGIN).context("passwords.toml has no `smpp`")?;
        let link =
            sms::link(&self.config.smsc.to_string(), password, Arc::clone(engine), Arc::clone(&self.clock))?;
        let engine = Arc::clone(engine);
        Ok(Box::new(move |item| {
            let (link, engine) = (link.clone(), Arc::clone(&engine));
            tokio::spawn(async move {
                let settlement = sms::submit(&link, &item).await;
                engine.settle_outgoing(&item, settlement);
            });
        }))
    }

    fn publisher(&self, id: &str, opened: &Opened) -> Result<Publisher> {
        let signer = stores::signer(&self.installation, id)?;
        stores::publisher(&self.config.data, id, opened, signer)
    }
}

/// An id of a call: random, so that nobody can guess the next.
fn random_id() -> [u8; 16] {
    uuid::Uuid::new_v4().into_bytes()
}

async fn listen(at: std::net::SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(at)
        .await
        .with_context(|| format!("cannot listen on {at}: is another node running there?"))
}

/// Publishes the signed heads of all chains once a second, and once more at the end.
async fn publish(mut publishers: Vec<Publisher>, clock: Arc<LegalClock>, mut stop: watch::Receiver<bool>) {
    let mut refused: BTreeMap<usize, String> = BTreeMap::new();
    loop {
        let last = tokio::select! {
            () = tokio::time::sleep(Duration::from_secs(1)) => false,
            _ = stop.wait_for(|stop| *stop) => true,
        };
        let now = clock.now();
        let round = tokio::task::spawn_blocking(move || {
            let outcomes: Vec<Result<(), String>> = publishers
                .iter_mut()
                .map(|publisher| publisher.publish(now).map(drop).map_err(|error| error.to_string()))
                .collect();
            (publishers, outcomes)
        });
        let Ok((back, outcomes)) = round.await else { return };
        publishers = back;
        for (number, outcome) in outcomes.into_iter().enumerate() {
            match outcome {
                Ok(()) => {
                    refused.remove(&number);
                }
                Err(reason) => {
                    if refused.insert(number, reason.clone()).is_none() {
                        tracing::error!(
                            reason,
                            "a head of a journal could not be published; it will be tried again"
                        );
                    }
                }
            }
        }
        if last {
            return;
        }
    }
}
