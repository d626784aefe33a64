//! The room `engine`: the shell around `flow` for one participant.
//!
//! It brings inputs to cases in bounded turns, commits each transition with everything it causes, hands effects out to whoever
//! can carry them out, and answers what people and pages ask. It must never perform an effect itself, step a case outside a
//! turn, read a clock (except through [`LegalClock`], which only shells call), or know a service by name.
//!
//! Life of an input: durable in the inbox, the outbox or the timer index → [`Engine::turn`] → one commit. Life of an effect: in
//! the outbox by that commit → [`Engine::outgoing`] → performed by the shell → [`Engine::settle_outgoing`] → the next turn.

mod advance;
mod aside;
pub mod bundle;
mod cache;
mod cases;
mod clock;
mod error;
pub mod head;
mod held;
pub mod inbox;
pub mod locals;
mod locks;
mod messages;
mod outbox;
mod overlay;
mod parameters;
mod read;
mod receive;
pub mod record;
mod sealing;
mod service;
mod settle;
mod tasks;
mod turn;
mod worker;

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};

use calendar::Calendar;
use jiff::tz::TimeZone;
use rules::feel::Functions;
use store::seal::Keeper;
use store::{Id, Store};

use crate::bundle::Bundle;
use crate::locals::LocalTask;

pub use aside::Aside;
pub use clock::{ClockRefused, LegalClock};
pub use error::EngineError;
pub use inbox::{Arrival, Received};
pub use messages::Moving;
pub use outbox::{Outgoing, Settlement};
pub use read::{CaseStatus, CaseSummary, Recorded};
pub use tasks::TaskRow;
pub use turn::Turned;
pub use worker::Worker;

/// Under this subject stand sealed items that belong to no case yet.
pub(crate) const INBOX_SUBJECT: Id = *b"inbox-of-waiting";

/// Where a message may start a case.
#[derive(Debug, Clone)]
pub(crate) struct StartAt {
    pub bundle: Arc<Bundle>,
    pub process: String,
    pub start_event: String,
    /// The process only records a message that no case wants.
    pub only_records: bool,
}

type Waker = Box<dyn Fn() + Send + Sync>;

/// The procedures of one participant over its store.
pub struct Engine {
    participant: String,
    store: Arc<dyn Store>,
    keeper: Arc<Keeper>,
    bundles: Vec<Arc<Bundle>>,
    locals: BTreeMap<String, Arc<dyn LocalTask>>,
    calendar: &'static Calendar,
    zone: TimeZone,
    functions: Functions,
    heads: Mutex<cache::Heads>,
    flight: Mutex<settle::InFlight>,
    turning: Mutex<()>,
    /// The next turn goes input by input, because the store refused one of a batch.
    careful: AtomicBool,
    held_look: Mutex<held::HeldLook>,
    moved_again: Mutex<Vec<turn::Moved>>,
    waker: Mutex<Option<Waker>>,
}

impl Engine {
    /// The engine of `participant` over its own store, with the bundles it knows, newest first.
    ///
    /// # Errors
    /// When the store cannot be read or takes no work.
    pub fn new(
        participant: impl Into<String>,
        store: Arc<dyn Store>,
        keeper: Arc<Keeper>,
        bundles: Vec<Arc<Bundle>>,
    ) -> Result<Self, EngineError> {
        let engine = Self {
            participant: participant.into(),
            store,
            keeper,
            bundles,
            locals: BTreeMap::new(),
            calendar: Calendar::kazakhstan(),
            zone: calendar::almaty(),
            functions: bundle::functions(),
            heads: Mutex::default(),
            flight: Mutex::default(),
            turning: Mutex::default(),
            careful: AtomicBool::new(false),
            held_look: Mutex::default(),
            moved_again: Mutex::default(),
            waker: Mutex::default(),
        };
        engine.prepare()?;
        Ok(engine)
    }

    /// Adds a local task: `name` is what stands after `local:` in the model.
    #[must_use]
    pub fn with_local(mut self, name: &str, task: Arc<dyn LocalTask>) -> Self {
        self.locals.insert(name.to_owned(), task);
        self
    }

    /// The participant.
    pub fn participant(&self) -> &str {
        &self.participant
    }

    /// Its store.
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.store
    }

    /// The keys of its sealed fields.
    pub fn keeper(&self) -> &Arc<Keeper> {
        &self.keeper
    }

    /// The bundles it knows.
    pub fn bundles(&self) -> &[Arc<Bundle>] {
        &self.bundles
    }

    /// The bundle of this content hash.
    pub fn bundle(&self, hash: &str) -> Option<&Arc<Bundle>> {
        self.bundles.iter().find(|bundle| bundle.hash == hash)
    }

    /// Called whenever something new waits for a turn.
    pub fn on_wake(&self, waker: impl Fn() + Send + Sync + 'static) {
        *self.waker.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(Box::new(waker));
    }

    pub(crate) fn wake(&self) {
        if let Some(waker) = &*self.waker.lock().unwrap_or_else(std::sync::PoisonError::into_inner) {
            waker();
        }
    }
}
