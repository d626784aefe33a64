//! The 64 logical partitions that every record of a store belongs to.
//!
//! The number is fixed for the life of an installation: it is part of every key. A partition is found from a business key
//! alone, so that a message can be routed without a look-up. Never derive a partition from anything that may change.

use std::fmt;

/// How many partitions a store has. Fixed.
pub const PARTITIONS: u8 = 64;

/// One of the 64 partitions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Partition(u8);

impl Partition {
    /// The partition of a business key: FNV-1a (64 bits) over its UTF-8 bytes, modulo 64.
    pub fn of(key: &str) -> Self {
        Self::of_bytes(key.as_bytes())
    }

    /// The partition of a key that is not text (a message id).
    pub fn of_bytes(key: &[u8]) -> Self {
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        for byte in key {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        // The remainder of a division by 64 stands in the six lowest bits.
        Self(hash.to_le_bytes()[0] & (PARTITIONS - 1))
    }

    /// The partition with this number, when there is one (0 to 63).
    pub const fn new(number: u8) -> Option<Self> {
        if number < PARTITIONS { Some(Self(number)) } else { None }
    }

    /// Its number, 0 to 63.
    pub const fn number(self) -> u8 {
        self.0
    }

    /// All of them, in order.
    pub fn all() -> impl DoubleEndedIterator<Item = Self> + ExactSizeIterator {
        (0..PARTITIONS).map(Self)
    }

    pub(crate) fn index(self) -> usize {
        usize::from(self.0)
    }
}

impl fmt::Display for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_vectors_of_fnv_1a_give_the_partition() {
        // FNV-1a 64: "" = …25 (37), "a" = af63dc4c8601ec8c, "foobar" = 85944171f73967e8.
        assert_eq!(Partition::of("").number(), 0x25);
        assert_eq!(Partition::of("a").number(), 0x8c % 64);
        assert_eq!(Partition::of("foobar").number(), 0xe8 % 64);
    }

    #[test]
    fn there_are_sixty_four_and_no_more() {
        assert_eq!(Partition::all().len(), 64);
        assert_eq!(Partition::new(63).map(Partition::number), Some(63));
        assert_eq!(Partition::new(64), None);
    }
}
