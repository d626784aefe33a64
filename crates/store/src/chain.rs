//! The hash chain under the journal: row hashes, a Merkle root per commit batch, every batch chained to the one before.
//!
//! The tree is that of RFC 6962 (leaves and nodes hashed under different prefixes, so that one cannot pass for the other). The
//! rows of a batch stand in the order (partition, seq). Hashes cover bodies as they stand in the journal, that is, sealed:
//! destroying a key leaves the chain whole. The form of what is hashed never changes; a new form takes a new prefix.

use aws_lc_rs::digest::{Context, SHA256, digest};

use crate::commit::{Id, Record};
use crate::partition::{PARTITIONS, Partition};

/// A SHA-256 digest.
pub type Hash = [u8; 32];

const ROW: &[u8] = b"\x00qyzmet journal row 1\0";
const NODE: &[u8] = b"\x01";
const BATCH: &[u8] = b"\x02qyzmet journal batch 1\0";
const GENESIS: &[u8] = b"\x03qyzmet journal genesis 1\0";

/// A link of the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Batch {
    /// Its number, from 1.
    pub batch: u64,
    /// How many journal rows it covers.
    pub rows: u32,
    /// Merkle root over the hashes of those rows.
    pub root: Hash,
    /// Hash of this link: covers the link before it, number, rows and root.
    pub hash: Hash,
}

/// The end of the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chain {
    /// Which store it is; given at its creation, covered by the first link.
    pub store: Id,
    /// Number of the last batch; 0 while the journal is empty.
    pub batch: u64,
    /// Hash of the last batch, or of the beginning.
    pub hash: Hash,
    /// Rows per partition.
    pub rows: [u64; PARTITIONS as usize],
}

impl Chain {
    /// The chain of a store without a row.
    pub fn beginning(store: Id) -> Self {
        Self { store, batch: 0, hash: genesis(&store), rows: [0; PARTITIONS as usize] }
    }

    /// Adds a batch and returns its link.
    pub(crate) fn extend(&mut self, batch: &BatchBuilder) -> Batch {
        let (rows, root) = batch.root();
        let number = self.batch + 1;
        let hash = batch_hash(&self.hash, number, rows, &root);
        self.batch = number;
        self.hash = hash;
        for leaf in &batch.leaves {
            self.rows[leaf.0.index()] = leaf.1;
        }
        Batch { batch: number, rows, root, hash }
    }
}

/// What the first link is chained to.
pub fn genesis(store: &Id) -> Hash {
    let mut context = Context::new(&SHA256);
    context.update(GENESIS);
    context.update(store);
    finish(context)
}

/// Hash of one journal row: partition, seq, subject, kind, legal milliseconds, header and body, each with its length.
pub fn row_hash(partition: Partition, seq: u64, record: &Record) -> Hash {
    let mut context = Context::new(&SHA256);
    context.update(ROW);
    context.update(&[partition.number()]);
    context.update(&seq.to_be_bytes());
    context.update(&record.subject);
    context.update(&record.kind.to_be_bytes());
    context.update(&record.at.as_millisecond().to_be_bytes());
    for part in [&record.header, &record.body] {
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part);
    }
    finish(context)
}

/// Hash of a link.
pub fn batch_hash(previous: &Hash, batch: u64, rows: u32, root: &Hash) -> Hash {
    let mut context = Context::new(&SHA256);
    context.update(BATCH);
    context.update(previous);
    context.update(&batch.to_be_bytes());
    context.update(&rows.to_be_bytes());
    context.update(root);
    finish(context)
}

/// Root of the Merkle tree over `leaves` (RFC 6962, section 2.1, with leaves hashed already).
pub fn merkle_root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => as_hash(digest(&SHA256, b"").as_ref()),
        [leaf] => *leaf,
        _ => {
            // The left subtree holds the largest power of two smaller than the number of leaves. The recursion is as deep as
            // the logarithm of their number.
            let left = leaves.len().next_power_of_two() / 2;
            let (left, right) = leaves.split_at(left);
            let mut context = Context::new(&SHA256);
            context.update(NODE);
            context.update(&merkle_root(left));
            context.update(&merkle_root(right));
            finish(context)
        }
    }
}

/// The rows of a batch under way.
#[derive(Debug, Default)]
pub(crate) struct BatchBuilder {
    leaves: Vec<(Partition, u64, Hash)>,
}

impl BatchBuilder {
    pub fn push(&mut self, partition: Partition, seq: u64, hash: Hash) {
        self.leaves.push((partition, seq, hash));
    }

    pub fn is_empty(&self) -> bool {
        self.leaves.is_empty()
    }

    fn root(&self) -> (u32, Hash) {
        let mut leaves = self.leaves.clone();
        leaves.sort_unstable_by_key(|leaf| (leaf.0, leaf.1));
        let hashes: Vec<Hash> = leaves.into_iter().map(|leaf| leaf.2).collect();
        (u32::try_from(hashes.len()).unwrap_or(u32::MAX), merkle_root(&hashes))
    }
}

fn finish(context: Context) -> Hash {
    as_hash(context.finish().as_ref())
}

fn as_hash(bytes: &[u8]) -> Hash {
    let mut hash = [0; 32];
    hash.copy_from_slice(bytes);
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaf(data: &[u8]) -> Hash {
        as_hash(digest(&SHA256, &[&[0_u8], data].concat()).as_ref())
    }

    /// The test tree of the Certificate Transparency project: leaves and roots as published with RFC 6962 implementations.
    #[test]
    fn the_tree_is_that_of_certificate_transparency() {
        let data: [&[u8]; 8] = [
            b"",
            b"\x00",
            b"\x10",
            b"\x20\x21",
            b"\x30\x31",
            b"\x40\x41\x42\x43",
            b"\x50\x51\x52\x53\x54\x55\x56\x57",
            b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
        ];
        let leaves: Vec<Hash> = data.iter().map(|data| leaf(data)).collect();
        let roots = [
            (0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            (1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
            (2, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
            (3, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"),
            (7, "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"),
            (8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"),
        ];
        for (count, root) in roots {
            assert_eq!(hex::encode(merkle_root(&leaves[..count])), root, "{count} leaves");
        }
    }

    #[test]
    fn moving_a_byte_between_header_and_body_changes_the_hash() {
        let record = |header: &[u8], body: &[u8]| Record {
            subject: [7; 16],
            kind: 1,
            at: jiff::Timestamp::UNIX_EPOCH,
            header: header.to_vec(),
            body: body.to_vec(),
        };
        let partition = Partition::of("a");
        assert_ne!(
            row_hash(partition, 1, &record(b"ab", b"c")),
            row_hash(partition, 1, &record(b"a", b"bc"))
        );
        assert_ne!(row_hash(partition, 1, &record(b"", b"")), row_hash(partition, 2, &record(b"", b"")));
    }
}
