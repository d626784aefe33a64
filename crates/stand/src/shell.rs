//! The process around the outside world: sockets, files, the clock, the loops.
//!
//! Everything decided here is about carrying: when to send again, where to listen. What is answered is decided in the pure parts.

mod clock;
mod config;
mod control;
mod journal;
mod pages;
mod post;
mod run;
mod serve;
mod token;
mod trust;
mod words;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use tokio::sync::Notify;

use crate::ncalayer::Desk;
use crate::smsc;
use crate::systems::Systems;
use crate::world::World;

pub use clock::LegalClock;
pub use config::{Config, ConfigError, Login};
pub use journal::JournalError;
pub use run::{Running, StartError, run, start};

use journal::{Journal, Unkept};

/// What the parts of the process share.
pub(crate) struct Stand {
    pub(crate) systems: Systems,
    pub(crate) smsc: smsc::server::Shared,
    pub(crate) clock: Arc<LegalClock>,
    pub(crate) journal: Journal,
    pub(crate) desk: Mutex<Desk>,
    /// Something was queued to be sent.
    pub(crate) queued: Notify,
    /// What went wrong with reports that wait: attempts and the last reason.
    pub(crate) troubles: Mutex<HashMap<String, (u32, String)>>,
}

impl Stand {
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn troubles(&self) -> MutexGuard<'_, HashMap<String, (u32, String)>> {
        self.troubles.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does something with the world and waits until what it changed stands in the journal.
    pub(crate) async fn act<T>(&self, act: impl FnOnce(&mut World) -> T) -> Result<T, Unkept> {
        let (done, kept) = {
            let mut world = self.systems.world();
            let done = act(&mut world);
            // Queued under the world's lock: the journal has the changes in the order in which they happened.
            let kept = self.journal.append(world.take_changes());
            (done, kept)
        };
        kept.await?;
        self.queued.notify_waiters();
        Ok(done)
    }
}
