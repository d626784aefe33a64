//! Where in the data a walk is. Lives on the stack; becomes text only when something is wrong.

use std::fmt;

#[derive(Clone, Copy)]
pub(super) struct Path<'p> {
    parent: Option<&'p Path<'p>>,
    name: &'p str,
    /// Place in a list, from 1.
    place: Option<usize>,
}

impl<'p> Path<'p> {
    pub(super) fn root(name: &'p str) -> Path<'p> {
        Path { parent: None, name, place: None }
    }

    pub(super) fn child(&'p self, name: &'p str, place: Option<usize>) -> Path<'p> {
        Path { parent: Some(self), name, place }
    }

    /// The same name with its place in the list.
    pub(super) fn item(&self, place: usize) -> Path<'p> {
        Path { place: Some(place), ..*self }
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(parent) = self.parent {
            // As deep as types nest, which loading bounds.
            write!(f, "{parent}.")?;
        }
        f.write_str(self.name)?;
        match self.place {
            Some(place) => write!(f, "[{place}]"),
            None => Ok(()),
        }
    }
}
