//! The names known while a text is read: built-in functions, the caller's names, and those declared on the way.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, LazyLock};

/// Longest name, in bytes: bounds the work of looking for known names at every word.
pub(crate) const MAX_NAME: usize = 512;

/// Names of the language that have spaces in them.
static SPACED: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let members = ["time offset", "start included", "end included"];
    let functions = super::builtins::names().filter(|name| name.contains(' '));
    functions.chain(members).chain(super::types::Type::SPACED).collect()
});

/// Names that are recognised whole in expressions though they have spaces, signs or words of the language in them.
/// Made once for many expressions that see the same names.
#[derive(Clone, Debug, Default)]
pub struct KnownNames {
    names: HashSet<Arc<str>>,
    longest: usize,
}

impl KnownNames {
    /// These names; one of more than 512 bytes is left out.
    pub fn new<'n>(names: impl IntoIterator<Item = &'n str>) -> KnownNames {
        let squeezed = names.into_iter().map(|name| Arc::from(squeeze(name)));
        let names: HashSet<Arc<str>> = squeezed.filter(|name: &Arc<str>| name.len() <= MAX_NAME).collect();
        let longest = names.iter().map(|name| name.len()).max().unwrap_or(0);
        KnownNames { names, longest }
    }
}

/// Names that are recognised whole, with those declared inside the text on a stack.
pub(crate) struct Names<'k> {
    given: &'k [&'k KnownNames],
    declared: Vec<Arc<str>>,
    /// How often each name stands on the stack.
    counts: HashMap<Arc<str>, u32>,
    longest: usize,
}

impl<'k> Names<'k> {
    pub(crate) fn new(given: &'k [&'k KnownNames]) -> Names<'k> {
        let spaced = SPACED.iter().map(|name| name.len());
        let longest = given.iter().map(|known| known.longest).chain(spaced).max().unwrap_or(0);
        Names { given, declared: Vec::new(), counts: HashMap::new(), longest }
    }

    /// Length of the longest name in bytes.
    pub(crate) fn longest(&self) -> usize {
        self.longest
    }

    pub(crate) fn knows(&self, name: &str) -> bool {
        SPACED.contains(name)
            || self.given.iter().any(|known| known.names.contains(name))
            || self.counts.contains_key(name)
    }

    /// A place on the stack to come back to.
    pub(crate) fn mark(&self) -> usize {
        self.declared.len()
    }

    pub(crate) fn declare(&mut self, name: Arc<str>) {
        if name.len() <= MAX_NAME {
            self.longest = self.longest.max(name.len());
            *self.counts.entry(name.clone()).or_insert(0) += 1;
            self.declared.push(name);
        }
    }

    /// Forgets what was declared since the mark.
    pub(crate) fn release(&mut self, mark: usize) {
        for name in self.declared.drain(mark.min(self.declared.len())..) {
            if let Some(count) = self.counts.get_mut(&name) {
                *count -= 1;
                if *count == 0 {
                    self.counts.remove(&name);
                }
            }
        }
    }
}

/// The name with every run of white space as one space.
pub(crate) fn squeeze(name: &str) -> String {
    name.split(super::scan::is_space).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}
