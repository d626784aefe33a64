//! The names known while a text is read: built-in functions, the caller's names, and those declared on the way.

use std::collections::HashSet;
use std::sync::{Arc, LazyLock};

/// Names of the language that have spaces in them.
static SPACED: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let members = ["time offset", "start included", "end included"];
    super::builtins::names()
        .filter(|name| name.contains(' '))
        .chain(members)
        .chain(super::types::Type::SPACED)
        .collect()
});

/// Names that are recognised whole, with those declared inside the text on a stack.
pub(crate) struct Names {
    given: HashSet<Arc<str>>,
    declared: Vec<Arc<str>>,
    longest: usize,
}

impl Names {
    pub(crate) fn new<'n>(given: impl IntoIterator<Item = &'n str>) -> Names {
        let given: HashSet<Arc<str>> = given.into_iter().map(|name| Arc::from(squeeze(name))).collect();
        let longest = given.iter().map(|name| name.len()).chain(SPACED.iter().map(|name| name.len())).max();
        Names { given, declared: Vec::new(), longest: longest.unwrap_or(0) }
    }

    /// Length of the longest name in bytes.
    pub(crate) fn longest(&self) -> usize {
        self.longest
    }

    pub(crate) fn knows(&self, name: &str) -> bool {
        SPACED.contains(name)
            || self.given.contains(name)
            || self.declared.iter().any(|known| &**known == name)
    }

    /// A place on the stack to come back to.
    pub(crate) fn mark(&self) -> usize {
        self.declared.len()
    }

    pub(crate) fn declare(&mut self, name: Arc<str>) {
        self.longest = self.longest.max(name.len());
        self.declared.push(name);
    }

    /// Forgets what was declared since the mark.
    pub(crate) fn release(&mut self, mark: usize) {
        self.declared.truncate(mark);
    }
}

/// The name with every run of white space as one space.
pub(crate) fn squeeze(name: &str) -> String {
    name.split(super::scan::is_space).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}
