//! The bounded queue in front of the writing thread, which takes everything that waits in one go.
//!
//! Who hands over waits while it is full: a store under load slows its callers down instead of growing. A job that is never
//! done (the thread ended) answers `Closed` by itself.

use std::collections::VecDeque;
use std::sync::mpsc::SyncSender;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use crate::commit::{Commit, CommitError, Receipt};
use crate::read::Done;

/// Most commits that wait.
const MAX_WAITING: usize = 8_192;
/// Most bytes that wait, unless a single job is larger.
const MAX_WAITING_BYTES: usize = 64 * 1_024 * 1_024;
/// Most commits in one batch.
const MAX_BATCH: usize = 4_096;
/// Most bytes in one batch, unless a single job is larger.
const MAX_BATCH_BYTES: usize = 16 * 1_024 * 1_024;

pub(super) type Outcome = Result<Receipt, CommitError>;

/// Commits handed over together, and who waits for them.
pub(super) struct Job {
    pub commits: Vec<Commit>,
    weight: usize,
    reply: Option<Reply>,
}

pub(super) enum Reply {
    All(SyncSender<Vec<Outcome>>),
    One(Done),
}

impl Job {
    pub fn new(commits: Vec<Commit>, reply: Reply) -> Self {
        let weight = commits.iter().map(Commit::weight).sum();
        Self { commits, weight, reply: Some(reply) }
    }

    pub fn answer(mut self, mut outcomes: Vec<Outcome>) {
        match self.reply.take() {
            // A caller that gave up waiting hears nothing; its commits stand.
            Some(Reply::All(sender)) => drop(sender.send(outcomes)),
            Some(Reply::One(done)) => done(outcomes.pop().unwrap_or(Err(CommitError::Closed))),
            None => {}
        }
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        if let Some(Reply::One(done)) = self.reply.take() {
            done(Err(CommitError::Closed));
        }
        // A dropped sender tells its receiver.
    }
}

#[derive(Default)]
struct Waiting {
    jobs: VecDeque<Job>,
    commits: usize,
    bytes: usize,
    closed: bool,
}

#[derive(Default)]
pub(super) struct Queue {
    waiting: Mutex<Waiting>,
    has_work: Condvar,
    has_room: Condvar,
}

impl Queue {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        // Every change under the lock is whole; a panic of another thread cannot leave it half done.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hands a job over; waits while the queue is full. A closed queue drops it, which answers `Closed`.
    pub fn push(&self, job: Job) {
        let mut waiting = self.waiting();
        while !waiting.closed
            && !waiting.jobs.is_empty()
            && (waiting.commits + job.commits.len() > MAX_WAITING
                || waiting.bytes + job.weight > MAX_WAITING_BYTES)
        {
            waiting = self.has_room.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
        if waiting.closed {
            drop(waiting);
            drop(job);
            return;
        }
        waiting.commits += job.commits.len();
        waiting.bytes += job.weight;
        waiting.jobs.push_back(job);
        drop(waiting);
        self.has_work.notify_one();
    }

    /// Waits for work and takes a batch of it; `None` when the queue is closed and empty.
    pub fn take(&self) -> Option<Vec<Job>> {
        let mut waiting = self.waiting();
        while waiting.jobs.is_empty() {
            if waiting.closed {
                return None;
            }
            waiting = self.has_work.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
        let (mut batch, mut commits, mut bytes) = (Vec::new(), 0, 0);
        while let Some(job) = waiting.jobs.front() {
            let full = commits + job.commits.len() > MAX_BATCH || bytes + job.weight > MAX_BATCH_BYTES;
            if full && !batch.is_empty() {
                break;
            }
            let Some(job) = waiting.jobs.pop_front() else { break };
            commits += job.commits.len();
            bytes += job.weight;
            batch.push(job);
        }
        waiting.commits -= commits;
        waiting.bytes -= bytes;
        drop(waiting);
        self.has_room.notify_all();
        Some(batch)
    }

    /// Takes no more; what waits is still done.
    pub fn close(&self) {
        self.waiting().closed = true;
        self.has_work.notify_all();
        self.has_room.notify_all();
    }

    /// Takes no more and drops what waits, each job answering `Closed`.
    pub fn abandon(&self) {
        let jobs = {
            let mut waiting = self.waiting();
            waiting.closed = true;
            waiting.commits = 0;
            waiting.bytes = 0;
            std::mem::take(&mut waiting.jobs)
        };
        self.has_room.notify_all();
        drop(jobs);
    }
}
