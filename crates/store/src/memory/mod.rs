//! The store in memory: for tests and for the simulator, with faults on request. Durable as far as [`MemoryStore::crash`] goes.
//!
//! Normally a commit is durable when [`Store::commit`] returns. After [`MemoryStore::hold`] what is handed over with
//! [`Store::submit`] stays unsynced until [`MemoryStore::sync`]: a crash loses it, or keeps a beginning of it, never the middle.

mod faults;
mod reads;
mod state;

use std::fmt;
use std::mem;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::chain::BatchBuilder;
use crate::commit::{Commit, CommitError, Id, Receipt};
use crate::read::{Done, ReadError};

pub use faults::{Fault, FaultPlan};
use state::State;

/// A store that lives in memory.
pub struct MemoryStore {
    inner: Mutex<Inner>,
}

struct Inner {
    state: State,
    plan: FaultPlan,
    /// Number of the last commit that arrived.
    arrived: u64,
    /// Handed over and not yet durable, while holding.
    unsynced: Vec<(Commit, Done)>,
    holding: bool,
    down: bool,
}

/// What a commit came to and whether the caller hears of it.
type Outcome = Result<Receipt, CommitError>;

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = self.inner();
        f.debug_struct("MemoryStore")
            .field("batch", &inner.state.chain.batch)
            .field("down", &inner.down)
            .finish()
    }
}

impl MemoryStore {
    /// An empty store without faults.
    pub fn new() -> Self {
        Self::with_faults([0; 16], FaultPlan::none())
    }

    /// An empty store with this id and these faults.
    pub fn with_faults(store: Id, plan: FaultPlan) -> Self {
        Self::of(State::new(store), plan)
    }

    fn of(state: State, plan: FaultPlan) -> Self {
        let (unsynced, holding, down) = (Vec::new(), false, false);
        Self { inner: Mutex::new(Inner { state, plan, arrived: 0, unsynced, holding, down }) }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        // A panic while the lock is held can only come from a bug in this module; the tables are changed after all checks.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn readable(&self) -> Result<MutexGuard<'_, Inner>, ReadError> {
        let inner = self.inner();
        if inner.down { Err(ReadError::Closed) } else { Ok(inner) }
    }

    /// Replaces the faults; commits are numbered from 1 again.
    pub fn set_faults(&self, plan: FaultPlan) {
        let mut inner = self.inner();
        inner.plan = plan;
        inner.arrived = 0;
    }

    /// From now on what is submitted waits for [`MemoryStore::sync`].
    pub fn hold(&self) {
        self.inner().holding = true;
    }

    /// Makes everything held durable as one batch, calls back, and stops holding.
    pub fn sync(&self) {
        let waiting = {
            let mut inner = self.inner();
            inner.holding = false;
            mem::take(&mut inner.unsynced)
        };
        self.run(waiting);
    }

    /// How many commits are held.
    pub fn held(&self) -> usize {
        self.inner().unsynced.len()
    }

    /// Cuts the power: this store is down, callbacks of held commits hear `Closed`, and the store returned holds what a disk
    /// would: everything synced and, as `seed` has it, none, some or all of what was held, in its order.
    pub fn crash(&self, seed: u64) -> Self {
        let (survivor, waiting) = {
            let mut inner = self.inner();
            inner.down = true;
            let waiting = mem::take(&mut inner.unsynced);
            let mut state = inner.state.clone();
            let survivors = faults::mix(seed) % (waiting.len() as u64 + 1);
            let survivors = usize::try_from(survivors).unwrap_or(0);
            let mut batch = BatchBuilder::default();
            for (commit, _) in &waiting[..survivors] {
                // A refusal leaves nothing, and nobody hears of it after a power cut.
                drop(state.apply(commit.clone(), &mut batch));
            }
            state.seal_batch(&batch);
            (Self::of(state, FaultPlan::none()), waiting)
        };
        for (_, done) in waiting {
            done(Err(CommitError::Closed));
        }
        survivor
    }

    /// Applies commits as one batch and calls back outside the lock.
    fn run(&self, commits: Vec<(Commit, Done)>) {
        let (commits, dones): (Vec<_>, Vec<_>) = commits.into_iter().unzip();
        for (done, outcome) in dones.into_iter().zip(self.apply(commits)) {
            done(outcome);
        }
    }

    fn apply(&self, commits: Vec<Commit>) -> Vec<Outcome> {
        let mut delay = std::time::Duration::ZERO;
        let outcomes = {
            let mut inner = self.inner();
            let mut batch = BatchBuilder::default();
            let outcomes =
                commits.into_iter().map(|commit| inner.one(commit, &mut batch, &mut delay)).collect();
            inner.state.seal_batch(&batch);
            outcomes
        };
        if !delay.is_zero() {
            std::thread::sleep(delay);
        }
        outcomes
    }

    pub(crate) fn commit_all(&self, commits: Vec<Commit>) -> Vec<Outcome> {
        // A blocking commit makes durable what was handed over before it.
        self.sync();
        self.apply(commits)
    }

    pub(crate) fn submit_one(&self, commit: Commit, done: Done) {
        {
            let mut inner = self.inner();
            if inner.holding && !inner.down {
                inner.unsynced.push((commit, done));
                return;
            }
        }
        self.run(vec![(commit, done)]);
    }
}

impl Inner {
    fn one(&mut self, commit: Commit, batch: &mut BatchBuilder, delay: &mut std::time::Duration) -> Outcome {
        if self.down {
            return Err(CommitError::Closed);
        }
        self.arrived += 1;
        match self.plan.fault(self.arrived) {
            Some(Fault::Refuse) => {
                return Err(CommitError::Refused {
                    what: "the disk is full (scripted)".into(),
                    remedy: "free space; nothing acknowledged is lost".into(),
                });
            }
            Some(Fault::CutBefore) => {
                self.down = true;
                return Err(CommitError::Closed);
            }
            Some(Fault::CutAfter) => {
                drop(self.state.apply(commit, batch));
                self.down = true;
                return Err(CommitError::Closed);
            }
            Some(Fault::Delay(time)) => *delay += time,
            None => {}
        }
        self.state.apply(commit, batch)
    }
}
