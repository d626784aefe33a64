//! A disk under SQLite that loses power, fills up and fails to sync on request: for tests of whole systems.
//!
//! [`register`] makes a file layer (VFS) that SQLite can be opened with by name. It passes everything through to the system's own
//! layer and keeps beside it what a disk would really hold: a write is sure only after a sync of its file. After [`Disk::cut`], or at
//! an operation chosen with [`Disk::cut_after`], every further operation fails. [`Disk::restore`] then puts into the files what
//! survived: everything synced, and of the rest whatever the seed says: a write kept, lost, or torn between sectors of 512 bytes.
//! The same seed and the same operations give the same disk. Never use it outside tests.

mod disk;
mod vfs;

pub use disk::{Disk, RestoreError, Restored};
pub use vfs::{RegisterError, register};
