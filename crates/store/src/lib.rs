//! The room `store`: what happened, what is to be done and what must not be repeated, kept so that an acknowledgement is a
//! promise.
//!
//! One store is the memory of one participant: a journal with its chain of hashes, heads of cases, timers, an outbox, an
//! inbox, subscriptions, small projections, sealed documents and the wrapped keys they are sealed with. Bytes in, bytes out: the
//! store knows nothing of procedures. It must never acknowledge before the commit, and never write a part of one.
//!
//! - [`Commit`] is one transition, all or nothing; [`Store::commit`] waits, [`Store::submit`] calls back.
//! - [`MemoryStore`] keeps it in memory, with faults that a test can script; [`SqliteStore`] keeps it on disk.
//! - [`seal`] seals personal data with a key per subject and destroys it by destroying the key.
//! - [`chain`], [`verify`] and [`heads`] show whether anybody changed what was written.
//!
//! ## What every store promises
//! - **All or nothing**: a refused commit leaves nothing, and does not stop others that were handed over with it.
//! - **Order**: commits of one call, and of one thread, are applied in their order; each sees those before it.
//! - **Journal**: rows of a partition are contiguous from 1; a row and what it caused stand in one commit.
//! - **Inbox**: an id is taken once per partition. [`CommitError::Duplicate`] leaves nothing, [`CommitError::DigestMismatch`] too.
//! - **Outbox**: the first item of a lane goes out; the others wait until it is deleted. A parked item stops its lane alone.
//! - **Times** in the store are legal milliseconds since 1970, given by the caller; a store reads no clock for them.
//!
//! ## Where this differs from the first agreement
//! Reads take the partition where the caller knows it. `PutInbox` names its partition, because a case may leave an item for
//! another partition in its own transition. `DestroySealKey` carries its moment, `RewrapSealKey` serves rotation, `DeleteDocument`
//! ends a retention. `subscriptions` may answer several. `outbox_ready` gives at most one item per lane.

pub mod chain;
mod commit;
pub mod heads;
mod memory;
mod partition;
mod read;
pub mod seal;
mod sql;
mod sqlite;
pub mod verify;

pub use commit::*;
pub use memory::{Fault, FaultPlan, MemoryStore};
pub use partition::{PARTITIONS, Partition};
pub use read::*;
pub use sqlite::{OpenError, SqliteOptions, SqliteStore, State, Work};
