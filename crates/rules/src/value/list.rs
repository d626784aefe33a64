//! Lists: shared, immutable, aware of their depth and weight.

use super::Value;
use std::ops::Deref;
use std::sync::Arc;

/// A list of values; reads like a slice.
#[derive(Clone, Debug)]
pub struct List {
    items: Arc<[Value]>,
    depth: u16,
    weight: u32,
}

impl List {
    /// The list of these values.
    pub fn new(items: Vec<Value>) -> List {
        let (mut depth, mut weight) = (0u16, 1u32);
        for item in &items {
            depth = depth.max(item.depth());
            weight = weight.saturating_add(item.weight());
        }
        List { items: items.into(), depth: depth.saturating_add(1), weight }
    }

    pub(super) fn depth(&self) -> u16 {
        self.depth
    }

    pub(super) fn weight(&self) -> u32 {
        self.weight
    }
}

impl Deref for List {
    type Target = [Value];

    fn deref(&self) -> &[Value] {
        &self.items
    }
}

impl PartialEq for List {
    fn eq(&self, other: &List) -> bool {
        Arc::ptr_eq(&self.items, &other.items) || self.items == other.items
    }
}

impl From<Vec<Value>> for List {
    fn from(items: Vec<Value>) -> List {
        List::new(items)
    }
}

impl FromIterator<Value> for List {
    fn from_iter<I: IntoIterator<Item = Value>>(items: I) -> List {
        List::new(items.into_iter().collect())
    }
}

impl<'a> IntoIterator for &'a List {
    type Item = &'a Value;
    type IntoIter = std::slice::Iter<'a, Value>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.iter()
    }
}
