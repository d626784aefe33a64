//! A bounded cache of plain data keys, zeroed as they leave.
//!
//! Two generations: when the young one is full it becomes the old one, and what stood there goes. A key is marked as confirmed
//! once it was read from the store; until then its commit may still be refused.

use std::collections::HashMap;

use super::DataKey;
use crate::commit::Id;
use crate::partition::Partition;

#[derive(Clone)]
pub(super) struct Cached {
    pub key: DataKey,
    /// The wrapped form, while it is not known to stand in the store.
    pub unconfirmed: Option<Vec<u8>>,
}

pub(super) struct Cache {
    young: HashMap<(Partition, Id), Cached>,
    old: HashMap<(Partition, Id), Cached>,
    /// Most keys of one generation.
    limit: usize,
}

impl Cache {
    /// A cache of at most `limit` keys.
    pub fn new(limit: usize) -> Self {
        Self { young: HashMap::new(), old: HashMap::new(), limit: limit.div_ceil(2).max(1) }
    }

    pub fn get(&mut self, partition: Partition, subject: &Id) -> Option<Cached> {
        let place = (partition, *subject);
        if let Some(found) = self.young.get(&place) {
            return Some(found.clone());
        }
        let found = self.old.remove(&place)?;
        self.put(partition, subject, found.clone());
        Some(found)
    }

    pub fn put(&mut self, partition: Partition, subject: &Id, cached: Cached) {
        if self.young.len() >= self.limit {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert((partition, *subject), cached);
    }

    pub fn forget(&mut self, partition: Partition, subject: &Id) {
        self.young.remove(&(partition, *subject));
        self.old.remove(&(partition, *subject));
    }

    #[cfg(test)]
    pub fn len(&self) -> usize {
        self.young.len() + self.old.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_never_holds_more_than_its_limit_and_keeps_what_is_used() {
        let mut cache = Cache::new(10);
        let partition = Partition::of("x");
        let cached = |n: u8| Cached { key: DataKey::from_bytes([n; 32]), unconfirmed: None };
        cache.put(partition, &[0; 16], cached(0));
        for n in 1..=100 {
            assert!(cache.get(partition, &[0; 16]).is_some(), "the key in use stays, at {n}");
            cache.put(partition, &[n; 16], cached(n));
            assert!(cache.len() <= 11, "{} keys", cache.len());
        }
        cache.forget(partition, &[0; 16]);
        assert!(cache.get(partition, &[0; 16]).is_none());
    }
}
