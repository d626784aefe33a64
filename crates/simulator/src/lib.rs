//! The room `simulator`: the whole system on one thread in virtual time.
//!
//! Every hosted participant with its engine over a store in memory, the outside systems and the message centre of the stand, and
//! the contracts between them. The legal clock advances only when inboxes, outboxes and the stand are quiet, and then straight to the
//! next moment that anything waits for: a procedure of thirty working days takes milliseconds and is the same in every run.
//!
//! It must never reach around a contract: what crosses between participants is encoded and decoded by the service's schema, as on
//! the wire, and only services and connections of the registry can be used.

pub mod coverage;
pub mod mutation;
mod outside;
mod people;
pub mod scenarios;
mod trace;
mod wire;

use std::collections::BTreeMap;
use std::sync::Arc;

use engine::bundle::{Bundle, File};
use engine::{Engine, EngineError};
use jiff::{SignedDuration, Timestamp};
use registry::Registry;
use soap::contract::Contract;
use stand::country::Plan;
use stand::registers::Service;
use stand::smsc::{Account, Smsc};
use stand::world::World;
use store::seal::{Keeper, MemoryKeys};
use store::{MemoryStore, Store};

pub use people::{Decision, Failed};
pub use trace::Trace;
pub use wire::Crossed;

/// The participants whose logic the platform carries out.
pub const HOSTED: &[&str] = &["sdu", "emaket", "egov-portal", "pd-access-control", "sms-gateway"];

/// How many rounds of turns and deliveries one moment may take.
const MOST_ROUNDS: usize = 2_000;

/// Why a simulation stopped.
#[derive(Debug, thiserror::Error)]
pub enum SimulationError {
    /// An engine.
    #[error("{participant}: {error}")]
    Engine {
        /// Whose.
        participant: String,
        /// What.
        error: EngineError,
    },
    /// The stand.
    #[error("the stand: {0}")]
    Stand(String),
    /// Data that cannot be used.
    #[error("{0}")]
    Content(String),
    /// The system never comes to rest.
    #[error("at {0} the system does not come to rest: something sends messages in a circle")]
    Restless(Timestamp),
}

/// What a simulation is made of: read once, used for many.
#[derive(Debug, Clone)]
pub struct Content {
    /// The files of every bundle: shared folder and one service.
    pub bundles: Vec<Vec<File>>,
    /// Who takes part and which services there are.
    pub registry: Arc<Registry>,
    /// The contracts by service.
    pub contracts: Arc<BTreeMap<String, Contract>>,
    /// The services as the stand reads them.
    pub stand: BTreeMap<String, Service>,
}

impl Content {
    /// Reads `services/` and `registers/` below `root`.
    ///
    /// # Errors
    /// What cannot be read or used.
    pub fn read(root: &std::path::Path) -> Result<Content, SimulationError> {
        let wrong = |error: &dyn std::fmt::Display| SimulationError::Content(error.to_string());
        let registers = root.join("registers");
        let passports = registry::read_registers(&registers).map_err(|error| wrong(&error))?;
        let participants =
            std::fs::read_to_string(registers.join("participants.toml")).map_err(|error| wrong(&error))?;
        let passports: Vec<(&str, &str)> =
            passports.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        let registry = Registry::load(&[("registers/participants.toml", &participants)], &passports)
            .map_err(|problems| wrong(&problems))?;
        let mut contracts = BTreeMap::new();
        for service in registry.services() {
            let path = registers.join(service.id.as_str()).join("contract.xsd");
            let schema = std::fs::read_to_string(&path)
                .map_err(|error| wrong(&format!("{}: {error}", path.display())))?;
            let contract =
                Contract::load(&schema).map_err(|error| wrong(&format!("{}: {error}", path.display())))?;
            contracts.insert(service.id.as_str().to_owned(), contract);
        }
        let bundles = engine::bundle::read_files(&root.join("services")).map_err(|error| wrong(&error))?;
        let stand = stand::registers::read_directory(&registers).map_err(|error| wrong(&error))?;
        Ok(Content { bundles, registry: Arc::new(registry), contracts: Arc::new(contracts), stand })
    }

    /// The bundles, checked and ready to be carried out.
    ///
    /// # Errors
    /// Every problem of the first bundle that cannot be used.
    pub fn loaded(&self) -> Result<Vec<Arc<Bundle>>, SimulationError> {
        let load = |files: &Vec<File>| {
            let bundle = Bundle::load(files.clone());
            bundle.map(Arc::new).map_err(|error| SimulationError::Content(error.to_string()))
        };
        self.bundles.iter().map(load).collect()
    }
}

/// The running system.
pub struct Simulation {
    began: Timestamp,
    now: Timestamp,
    content: Content,
    bundles: Vec<Arc<Bundle>>,
    engines: Vec<Arc<Engine>>,
    world: World,
    smsc: Smsc,
    /// Moments at which an effect that was put off is to be tried again.
    retries: Vec<Timestamp>,
    /// Every message that crossed, for tests.
    crossed: Vec<wire::Crossed>,
}

impl Simulation {
    /// A system of these contents at the legal moment `now`, with the named families and `families` others.
    ///
    /// # Errors
    /// Bundles that cannot be used, or a country that cannot be made.
    pub fn new(content: &Content, now: Timestamp, families: u32) -> Result<Simulation, SimulationError> {
        Self::over(content, &content.loaded()?, now, families)
    }

    /// As [`Simulation::new`], over bundles that are loaded already.
    ///
    /// # Errors
    /// As [`Simulation::new`].
    pub fn over(
        content: &Content,
        bundles: &[Arc<Bundle>],
        now: Timestamp,
        families: u32,
    ) -> Result<Simulation, SimulationError> {
        let wrong = |error: &dyn std::fmt::Display| SimulationError::Content(error.to_string());
        let mut engines = Vec::new();
        for (number, participant) in HOSTED.iter().enumerate() {
            let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
            let seed = [u8::try_from(number).unwrap_or(0) + 1; 32];
            let keeper = Keeper::new(Arc::clone(&store), Arc::new(MemoryKeys::from_seed(seed)));
            let keeper = Arc::new(keeper.map_err(|error| wrong(&error))?);
            let engine = Engine::new(*participant, store, keeper, bundles.to_vec());
            let engine = engine.map_err(|error| engine_error(participant, error))?;
            engines.push(Arc::new(cases::with_local_tasks(engine)));
        }
        let today = now.to_zoned_datetime(calendar::almaty()).date();
        let plan = Plan { seed: 1, families, today };
        let world = World::new(plan, content.stand.clone())
            .map_err(|error| SimulationError::Stand(error.to_string()))?;
        let account = Account {
            system_id: "sms-gateway".into(),
            password: "simulated".into(),
            numbers: vec!["1414".into()],
        };
        Ok(Simulation {
            began: now,
            now,
            content: content.clone(),
            bundles: bundles.to_vec(),
            engines,
            world,
            smsc: Smsc::new(vec![account]),
            retries: Vec::new(),
            crossed: Vec::new(),
        })
    }

    /// Puts so many more families into the country, before anything has happened.
    ///
    /// # Errors
    /// When the country cannot be made.
    pub fn populate(&mut self, families: u32) -> Result<(), SimulationError> {
        let today = self.now.to_zoned_datetime(calendar::almaty()).date();
        let plan = Plan { seed: 1, families, today };
        let world = World::new(plan, self.content.stand.clone());
        self.world = world.map_err(|error| SimulationError::Stand(error.to_string()))?;
        Ok(())
    }

    /// A system of the same contents, in which nothing has happened, at the same beginning.
    ///
    /// # Errors
    /// As [`Simulation::new`].
    pub fn afresh(&self) -> Result<Simulation, SimulationError> {
        Simulation::over(&self.content, &self.bundles, self.began, 0)
    }

    /// The legal moment.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// The engine of a participant.
    ///
    /// # Panics
    /// Never: participants are those of [`HOSTED`].
    pub fn engine(&self, participant: &str) -> Option<&Arc<Engine>> {
        self.engines.iter().find(|engine| engine.participant() == participant)
    }

    /// All engines.
    pub fn engines(&self) -> &[Arc<Engine>] {
        &self.engines
    }

    /// The outside systems.
    pub fn world(&mut self) -> &mut World {
        &mut self.world
    }

    /// The message centre.
    pub fn smsc(&mut self) -> &mut Smsc {
        &mut self.smsc
    }

    /// Every message that crossed between participants so far.
    pub fn crossed(&self) -> &[wire::Crossed] {
        &self.crossed
    }

    /// Lets everything happen that can happen at this moment.
    ///
    /// # Errors
    /// When an engine fails or the system does not come to rest.
    pub fn settle(&mut self) -> Result<(), SimulationError> {
        for _ in 0..MOST_ROUNDS {
            let mut moved = self.deliver_facts()?;
            moved |= self.deliver_sms()?;
            for engine in self.engines.clone() {
                let turned =
                    engine.turn(self.now).map_err(|error| engine_error(engine.participant(), error))?;
                moved |= turned.applied > 0 || turned.more;
                moved |= self.deliver_outgoing(&engine)?;
            }
            if !moved {
                return Ok(());
            }
        }
        Err(SimulationError::Restless(self.now))
    }

    /// The next moment for which anything waits.
    ///
    /// # Errors
    /// When a store cannot be read.
    pub fn next_moment(&self) -> Result<Option<Timestamp>, SimulationError> {
        let mut next: Option<Timestamp> = self.retries.iter().copied().filter(|at| *at > self.now).min();
        for engine in &self.engines {
            let due = engine.next_due().map_err(|error| engine_error(engine.participant(), error))?;
            // A deadline is missed from the millisecond after its last moment.
            let due = due.map(|due| due.max(self.now));
            next = match (next, due) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            };
        }
        Ok(next)
    }

    /// Lets the clock run until `until`, stopping at every moment that something waits for.
    ///
    /// # Errors
    /// As [`Simulation::settle`].
    pub fn run_until(&mut self, until: Timestamp) -> Result<(), SimulationError> {
        self.settle()?;
        for _ in 0..MOST_ROUNDS {
            match self.next_moment()? {
                Some(next) if next < until => {
                    self.now = next.max(self.now + SignedDuration::from_millis(1)).min(until);
                    self.retries.retain(|at| *at > self.now);
                    self.settle()?;
                }
                _ => {
                    self.now = until.max(self.now);
                    return self.settle();
                }
            }
        }
        Err(SimulationError::Restless(self.now))
    }
}

pub(crate) fn engine_error(participant: &str, error: EngineError) -> SimulationError {
    SimulationError::Engine { participant: participant.to_owned(), error }
}
