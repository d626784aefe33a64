//! Rows as the turn in progress will leave them: what its commits write is seen by the transitions that follow in the same batch.
//!
//! Lives for one turn; never outlives the commit of its batch.

use std::collections::BTreeMap;

use store::{Partition, Store};

use crate::EngineError;

type KeyValue = (Vec<u8>, Vec<u8>);
type Key = (u8, &'static str, Vec<u8>);

/// Pending rows over the store's.
#[derive(Default)]
pub(crate) struct Overlay {
    pending: BTreeMap<Key, Option<Vec<u8>>>,
}

impl Overlay {
    /// Whether a commit of this turn writes or deletes the row.
    pub fn touches(&self, partition: Partition, table: &'static str, key: &[u8]) -> bool {
        self.pending.contains_key(&(partition.number(), table, key.to_vec()))
    }

    /// The row as it will be.
    pub fn row(
        &self,
        store: &dyn Store,
        partition: Partition,
        table: &'static str,
        key: &[u8],
    ) -> Result<Option<Vec<u8>>, EngineError> {
        match self.pending.get(&(partition.number(), table, key.to_vec())) {
            Some(value) => Ok(value.clone()),
            None => Ok(store.row(partition, table, key)?),
        }
    }

    /// The rows under a prefix as they will be, in the order of their keys.
    pub fn rows(
        &self,
        store: &dyn Store,
        partition: Partition,
        table: &'static str,
        prefix: &[u8],
        limit: usize,
    ) -> Result<Vec<KeyValue>, EngineError> {
        let stored = store.rows(partition, table, prefix, None, limit)?;
        let mut rows: BTreeMap<Vec<u8>, Vec<u8>> =
            stored.into_iter().map(|row| (row.key, row.value)).collect();
        let from = (partition.number(), table, prefix.to_vec());
        for ((at, of, key), value) in self.pending.range(from..) {
            if *at != partition.number() || *of != table || !key.starts_with(prefix) {
                break;
            }
            match value {
                Some(value) => rows.insert(key.clone(), value.clone()),
                None => rows.remove(key),
            };
        }
        Ok(rows.into_iter().take(limit).collect())
    }

    /// The values of the rows of all partitions under a prefix as they will be, in the order of their keys.
    pub fn rows_everywhere(
        &self,
        store: &dyn Store,
        table: &'static str,
        prefix: &[u8],
        limit: usize,
    ) -> Result<Vec<Vec<u8>>, EngineError> {
        let stored = store.rows_everywhere(table, prefix, limit)?;
        let mut rows: BTreeMap<(Vec<u8>, u8), Vec<u8>> =
            stored.into_iter().map(|row| ((row.key, row.partition.number()), row.value)).collect();
        for ((at, of, key), value) in &self.pending {
            if *of == table && key.starts_with(prefix) {
                match value {
                    Some(value) => rows.insert((key.clone(), *at), value.clone()),
                    None => rows.remove(&(key.clone(), *at)),
                };
            }
        }
        Ok(rows.into_values().take(limit).collect())
    }

    /// Notes a row that a commit of this turn writes or deletes.
    pub fn put(&mut self, partition: Partition, table: &'static str, key: &[u8], value: Option<Vec<u8>>) {
        self.pending.insert((partition.number(), table, key.to_vec()), value);
    }
}
