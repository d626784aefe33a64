//! The courier: takes effects out of the engine, moves their messages, brings the settlements back.
//!
//! It decides nothing. Messages to different destinations go side by side, to one destination only so many at once; that effects of
//! one case to one destination stay in order is the store's business.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use engine::{Engine, Outgoing, Settlement};
use gateway::{Address, Transport};
use jiff::Timestamp;
use tokio::sync::{Notify, Semaphore, watch};
use tokio::task::JoinSet;

use crate::client::{Call, Client};

/// Longest wait between two looks at the outbox: postponed effects become ready by the clock alone.
const LOOK_AGAIN: Duration = Duration::from_millis(200);
/// Most effects taken out of the outbox at once: enough to fill an envelope of rows.
const TAKEN: usize = 500;
/// Most messages under way; more wait in the outbox, where they are safe and cost nothing.
const MOST_UNDER_WAY: usize = 256;
/// Pause after the store could not be read.
const AFTER_TROUBLE: Duration = Duration::from_secs(1);

/// Carries effects out over a transport.
pub struct Courier {
    client: Client,
    transport: Arc<dyn Transport>,
    gateway: Address,
    clock: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    at_once: usize,
    room: Mutex<HashMap<String, Arc<Semaphore>>>,
}

/// Told what became of each effect.
pub type Settle = dyn Fn(&Outgoing, Settlement) + Send + Sync;

impl Courier {
    /// A courier to the participant's gateway; `at_once` messages to one provider at the same time.
    #[must_use]
    pub fn new(
        client: Client,
        transport: Arc<dyn Transport>,
        gateway: Address,
        clock: Arc<dyn Fn() -> Timestamp + Send + Sync>,
        at_once: usize,
    ) -> Arc<Courier> {
        Arc::new(Courier {
            client,
            transport,
            gateway,
            clock,
            at_once: at_once.max(1),
            room: Mutex::default(),
        })
    }

    /// Carries effects out, each settled as soon as its answer is there; returns those of other kinds at once.
    pub fn carry(
        self: &Arc<Self>,
        items: Vec<Outgoing>,
        settle: &Arc<Settle>,
        under_way: &mut JoinSet<()>,
    ) -> Vec<Outgoing> {
        let prepared = self.client.prepare(items, (self.clock)());
        for (item, settlement) in prepared.settled {
            settle(&item, settlement);
        }
        for call in prepared.calls {
            let (courier, settle) = (Arc::clone(self), Arc::clone(settle));
            under_way.spawn(async move { courier.one(call, &*settle).await });
        }
        prepared.others
    }

    async fn one(&self, call: Call, settle: &Settle) {
        let room = self.room(&call.provider);
        // The semaphore is never closed; without a place the message would go all the same.
        let _place = room.acquire().await;
        let outcome = self.transport.post(&self.gateway, call.bytes.clone(), call.limit).await;
        for (item, settlement) in self.client.conclude(call, outcome, (self.clock)()) {
            settle(&item, settlement);
        }
    }

    fn room(&self, provider: &str) -> Arc<Semaphore> {
        let mut room = self.room.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = room.get(provider) {
            return Arc::clone(found);
        }
        let places = Arc::new(Semaphore::new(self.at_once));
        room.insert(provider.to_owned(), Arc::clone(&places));
        places
    }

    /// Looks at the outbox of an engine until `stop` becomes true: when `ready` is notified, and by itself five times a second.
    /// Effects of other kinds are handed to `others`, which settles them. At the end what is under way is waited for, `drain` at
    /// most; what is not settled then is sent again after the next start.
    pub async fn run(
        self: Arc<Self>,
        engine: Arc<Engine>,
        ready: Arc<Notify>,
        others: impl Fn(Outgoing) + Send,
        mut stop: watch::Receiver<bool>,
        drain: Duration,
    ) {
        let settling = Arc::clone(&engine);
        let settle: Arc<Settle> =
            Arc::new(move |item, settlement| settling.settle_outgoing(item, settlement));
        let mut under_way = JoinSet::new();
        while !*stop.borrow() {
            while under_way.try_join_next().is_some() {}
            while under_way.len() >= MOST_UNDER_WAY {
                under_way.join_next().await;
            }
            let (taking, now) = (Arc::clone(&engine), (self.clock)());
            let taken = tokio::task::spawn_blocking(move || taking.outgoing(now, TAKEN)).await;
            let pause = match taken {
                Ok(Ok(items)) if items.is_empty() => LOOK_AGAIN,
                Ok(Ok(items)) => {
                    self.carry(items, &settle, &mut under_way).into_iter().for_each(&others);
                    continue;
                }
                Ok(Err(error)) => {
                    tracing::error!(participant = engine.participant(), %error, "the outbox cannot be read");
                    AFTER_TROUBLE
                }
                Err(error) => {
                    tracing::error!(participant = engine.participant(), %error, "a look at the outbox ended in disorder");
                    AFTER_TROUBLE
                }
            };
            tokio::select! {
                () = ready.notified() => {}
                () = tokio::time::sleep(pause) => {}
                _ = stop.changed() => {}
            }
        }
        let ended = async { while under_way.join_next().await.is_some() {} };
        if tokio::time::timeout(drain, ended).await.is_err() {
            tracing::warn!(
                participant = engine.participant(),
                "messages under way were left; they are sent again after the next start"
            );
        }
    }
}
