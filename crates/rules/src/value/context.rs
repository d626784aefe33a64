//! Contexts: names with values, in the order they were written.

use super::Value;
use indexmap::IndexMap;
use std::sync::Arc;

/// An insertion-ordered map from names to values; cloning shares it, changing a shared one copies it first.
#[derive(Clone, Debug, Default)]
pub struct Context {
    entries: Arc<IndexMap<Arc<str>, Value>>,
    depth: u16,
    weight: u32,
}

impl Context {
    /// A context without entries.
    pub fn new() -> Context {
        Context { entries: Arc::default(), depth: 1, weight: 1 }
    }

    /// The value under this name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.entries.get(name)
    }

    /// Whether there is an entry of this name.
    pub fn contains(&self, name: &str) -> bool {
        self.entries.contains_key(name)
    }

    /// Sets an entry (a new one goes last) and answers what stood there.
    pub fn insert(&mut self, name: impl Into<Arc<str>>, value: impl Into<Value>) -> Option<Value> {
        let value = value.into();
        self.depth = self.depth.max(value.depth().saturating_add(1));
        self.weight = self.weight.saturating_add(value.weight()).saturating_add(1);
        Arc::make_mut(&mut self.entries).insert(name.into(), value)
    }

    /// The same context with one more entry: for building contexts in place.
    #[must_use]
    pub fn with(mut self, name: impl Into<Arc<str>>, value: impl Into<Value>) -> Context {
        self.insert(name, value);
        self
    }

    /// Removes an entry and answers what stood there; the others keep their order.
    pub fn remove(&mut self, name: &str) -> Option<Value> {
        Arc::make_mut(&mut self.entries).shift_remove(name)
    }

    /// The entries in their order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Arc<str>, &Value)> {
        self.entries.iter()
    }

    /// The names in their order.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = &Arc<str>> {
        self.entries.keys()
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The value at a path of names separated by points, such as `applicant.address.city`.
    /// A name that itself holds a point is found when it stands whole.
    pub fn path(&self, path: &str) -> Option<&Value> {
        if let Some(value) = self.get(path) {
            return Some(value);
        }
        let (first, rest) = path.split_once('.')?;
        self.get(first)?.as_context()?.path(rest)
    }

    pub(super) fn depth(&self) -> u16 {
        self.depth.max(1)
    }

    pub(super) fn weight(&self) -> u32 {
        self.weight.max(1)
    }
}

impl PartialEq for Context {
    fn eq(&self, other: &Context) -> bool {
        Arc::ptr_eq(&self.entries, &other.entries) || self.entries == other.entries
    }
}

impl<N: Into<Arc<str>>, V: Into<Value>> FromIterator<(N, V)> for Context {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(entries: I) -> Context {
        let mut context = Context::new();
        for (name, value) in entries {
            context.insert(name, value);
        }
        context
    }
}

impl<N: Into<Arc<str>>, V: Into<Value>> Extend<(N, V)> for Context {
    fn extend<I: IntoIterator<Item = (N, V)>>(&mut self, entries: I) {
        for (name, value) in entries {
            self.insert(name, value);
        }
    }
}
