//! Whether the journal is what was written: every row, every batch, every link, and the heads published outside.
//!
//! Reads page by page through [`Store`], so that it works on every store and beside running work; it covers what was committed
//! when it started. It recomputes everything from the rows and trusts nothing that stands beside them. Heads published and signed
//! outside ([`crate::heads`]) are what shows a truncation or a journal written anew; without them only damage is seen.

use std::collections::VecDeque;

use crate::chain::{Batch, Chain, Hash, batch_hash, genesis, merkle_root, row_hash};
use crate::commit::Record;
use crate::heads::{Head, HeadsError};
use crate::partition::{PARTITIONS, Partition};
use crate::read::{JournalRow, ReadError, Store};

/// Rows read at once of one partition.
const PAGE: usize = 128;
/// Links read at once.
const LINKS: usize = 1_000;

/// What was found in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Journal rows that were hashed.
    pub rows: u64,
    /// Batches that were recomputed.
    pub batches: u64,
    /// Published heads that agree.
    pub heads: u64,
    /// The end of the chain that all of this leads to.
    pub head: Chain,
}

/// How far a verification is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// The batch just verified.
    pub batch: u64,
    /// The last one to verify.
    pub of: u64,
    /// Rows so far.
    pub rows: u64,
}

/// Why the journal is not what was written, or cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// Something was changed.
    #[error("the journal was changed: {0}")]
    Found(#[from] Finding),
    /// The store cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The published heads cannot be trusted or read.
    #[error(transparent)]
    Heads(#[from] HeadsError),
}

/// The first thing found to be wrong, in the order of the chain.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Finding {
    /// The content of a row is not what its hash says.
    #[error("row {seq} of partition {partition} (batch {batch}) holds other content than was written")]
    RowChanged {
        /// Its partition.
        partition: Partition,
        /// Its number.
        seq: u64,
        /// Its batch.
        batch: u64,
    },
    /// A row is gone.
    #[error("row {seq} of partition {partition} is missing")]
    RowMissing {
        /// Its partition.
        partition: Partition,
        /// Its number.
        seq: u64,
    },
    /// A row says that it belongs to a batch that was complete before.
    #[error("row {seq} of partition {partition} was put into batch {batch}, which ended before it")]
    RowMoved {
        /// Its partition.
        partition: Partition,
        /// Its number.
        seq: u64,
        /// The batch it names.
        batch: u64,
    },
    /// Rows that no link of the chain covers.
    #[error("rows from {seq} on in partition {partition} belong to no batch of the chain")]
    RowsUnchained {
        /// Their partition.
        partition: Partition,
        /// The first of them.
        seq: u64,
    },
    /// A batch has another number of rows than was written.
    #[error("batch {batch} holds {found} rows, {expected} were written")]
    RowCount {
        /// The batch.
        batch: u64,
        /// Rows written.
        expected: u32,
        /// Rows found.
        found: usize,
    },
    /// Rows of a batch were exchanged together with their hashes.
    #[error("the rows of batch {batch} are not those that were written: their root differs")]
    BatchChanged {
        /// The batch.
        batch: u64,
    },
    /// A link does not follow from the one before it.
    #[error("the link of batch {batch} does not follow from the one before it")]
    LinkChanged {
        /// The batch.
        batch: u64,
    },
    /// A link is gone.
    #[error("the link of batch {batch} is missing")]
    LinkMissing {
        /// The batch.
        batch: u64,
    },
    /// A published head names a batch that the store no longer has.
    #[error("the journal was cut: batch {published} was published, the store ends at {found}")]
    Truncated {
        /// The batch of the published head.
        published: u64,
        /// The last batch of the store.
        found: u64,
    },
    /// A published head says otherwise of the same batch.
    #[error("the journal was written anew: batch {batch} is not the one whose head was published on {at}")]
    Rewritten {
        /// The batch.
        batch: u64,
        /// When its head was published.
        at: jiff::Timestamp,
    },
    /// The heads are those of another store.
    #[error("the published heads belong to another store")]
    OtherStore,
}

/// Verifies from batch `from` (1 for everything) to the end, against the published `heads` in their order.
///
/// # Errors
/// [`VerifyError::Found`] with the first thing that is wrong; otherwise when store or heads cannot be read.
pub fn verify(
    store: &dyn Store,
    from: u64,
    heads: impl IntoIterator<Item = Result<Head, HeadsError>>,
    mut progress: impl FnMut(Progress),
) -> Result<Verified, VerifyError> {
    let end = store.chain()?;
    let mut walk = Walk::start(store, from.max(1), &end)?;
    let mut witnesses = Witnesses { heads: heads.into_iter(), next: None, agreed: 0 };
    witnesses.skip_to(&end, walk.next_batch)?;
    while walk.next_batch <= end.batch {
        let page = store.batches(walk.next_batch, LINKS)?;
        if page.is_empty() {
            return Err(Finding::LinkMissing { batch: walk.next_batch }.into());
        }
        for link in page.into_iter().take_while(|link| link.batch <= end.batch) {
            walk.link(link)?;
            witnesses.compare(&end, link, &walk)?;
            progress(Progress { batch: link.batch, of: end.batch, rows: walk.rows });
        }
    }
    for (partition, cursor) in Partition::all().zip(&walk.cursors) {
        if end.rows[partition.index()] >= cursor.next_seq {
            return Err(Finding::RowsUnchained { partition, seq: cursor.next_seq }.into());
        }
    }
    // A link or a hash exchanged after the last row was read would differ from what was recomputed.
    if walk.previous != end.hash {
        return Err(Finding::LinkChanged { batch: end.batch }.into());
    }
    witnesses.none_left(&end)?;
    Ok(Verified {
        rows: walk.rows,
        batches: end.batch + 1 - from.clamp(1, end.batch + 1),
        heads: witnesses.agreed,
        head: end,
    })
}

/// A place in one partition.
struct Cursor {
    next_seq: u64,
    rows: VecDeque<JournalRow>,
}

struct Walk<'a> {
    store: &'a dyn Store,
    cursors: Vec<Cursor>,
    previous: Hash,
    next_batch: u64,
    rows: u64,
}

impl<'a> Walk<'a> {
    fn start(store: &'a dyn Store, from: u64, end: &Chain) -> Result<Self, VerifyError> {
        let from = from.min(end.batch + 1);
        let mut previous = genesis(&end.store);
        let mut cursors = Vec::with_capacity(usize::from(PARTITIONS));
        if from > 1 {
            let link = store.batches(from - 1, 1)?.first().copied().filter(|link| link.batch == from - 1);
            previous = link.ok_or(Finding::LinkMissing { batch: from - 1 })?.hash;
        }
        for partition in Partition::all() {
            let next_seq = if from > 1 { first_of(store, partition, from, end)? } else { 1 };
            cursors.push(Cursor { next_seq, rows: VecDeque::new() });
        }
        Ok(Self { store, cursors, previous, next_batch: from, rows: 0 })
    }

    /// Recomputes one link from the rows that say they belong to it.
    fn link(&mut self, link: Batch) -> Result<(), VerifyError> {
        let batch = self.next_batch;
        if link.batch != batch {
            return Err(Finding::LinkMissing { batch }.into());
        }
        let mut leaves = Vec::new();
        for partition in Partition::all() {
            while let Some(row) = self.take(partition, batch)? {
                leaves.push(row);
            }
        }
        if u32::try_from(leaves.len()) != Ok(link.rows) {
            return Err(Finding::RowCount { batch, expected: link.rows, found: leaves.len() }.into());
        }
        if merkle_root(&leaves) != link.root {
            return Err(Finding::BatchChanged { batch }.into());
        }
        if batch_hash(&self.previous, batch, link.rows, &link.root) != link.hash {
            return Err(Finding::LinkChanged { batch }.into());
        }
        self.previous = link.hash;
        self.rows += leaves.len() as u64;
        self.next_batch += 1;
        Ok(())
    }

    /// The hash of the next row of a partition, when it belongs to `batch`.
    fn take(&mut self, partition: Partition, batch: u64) -> Result<Option<Hash>, VerifyError> {
        let cursor = &mut self.cursors[partition.index()];
        if cursor.rows.is_empty() {
            cursor.rows = self.store.journal(partition, cursor.next_seq, PAGE)?.into();
        }
        let seq = cursor.next_seq;
        let Some(row) = cursor.rows.front() else { return Ok(None) };
        if row.seq != seq {
            return Err(Finding::RowMissing { partition, seq }.into());
        }
        if row.batch > batch {
            return Ok(None);
        }
        if row.batch < batch {
            return Err(Finding::RowMoved { partition, seq, batch: row.batch }.into());
        }
        let Some(row) = cursor.rows.pop_front() else { return Ok(None) };
        let record =
            Record { subject: row.subject, kind: row.kind, at: row.at, header: row.header, body: row.body };
        if row_hash(partition, seq, &record) != row.hash {
            return Err(Finding::RowChanged { partition, seq, batch }.into());
        }
        cursor.next_seq += 1;
        Ok(Some(row.hash))
    }
}

/// Number of the first row of a partition that belongs to `batch` or a later one: batches grow with the rows.
fn first_of(store: &dyn Store, partition: Partition, batch: u64, end: &Chain) -> Result<u64, VerifyError> {
    let (mut low, mut high) = (1, end.rows[partition.index()] + 1);
    while low < high {
        let middle = low + (high - low) / 2;
        let row = store.journal(partition, middle, 1)?.pop().filter(|row| row.seq == middle);
        let row = row.ok_or(Finding::RowMissing { partition, seq: middle })?;
        if row.batch < batch { low = middle + 1 } else { high = middle }
    }
    Ok(low)
}

/// The published heads beside the walk.
struct Witnesses<I> {
    heads: I,
    next: Option<Head>,
    agreed: u64,
}

impl<I: Iterator<Item = Result<Head, HeadsError>>> Witnesses<I> {
    fn advance(&mut self, end: &Chain) -> Result<(), VerifyError> {
        self.next = self.heads.next().transpose()?;
        match &self.next {
            Some(head) if head.chain.store != end.store => Err(Finding::OtherStore.into()),
            _ => Ok(()),
        }
    }

    /// Leaves out heads of batches before the first that is verified.
    fn skip_to(&mut self, end: &Chain, batch: u64) -> Result<(), VerifyError> {
        self.advance(end)?;
        while self.next.as_ref().is_some_and(|head| head.chain.batch < batch) {
            self.advance(end)?;
        }
        Ok(())
    }

    fn compare(&mut self, end: &Chain, link: Batch, walk: &Walk<'_>) -> Result<(), VerifyError> {
        while let Some(head) = self.next.as_ref().filter(|head| head.chain.batch == link.batch) {
            let same_rows =
                head.chain.rows.iter().zip(&walk.cursors).all(|(rows, cursor)| *rows == cursor.next_seq - 1);
            if head.chain.hash != link.hash || !same_rows {
                return Err(Finding::Rewritten { batch: link.batch, at: head.at }.into());
            }
            self.agreed += 1;
            self.advance(end)?;
        }
        Ok(())
    }

    fn none_left(&self, end: &Chain) -> Result<(), VerifyError> {
        match &self.next {
            Some(head) => Err(Finding::Truncated { published: head.chain.batch, found: end.batch }.into()),
            None => Ok(()),
        }
    }
}
