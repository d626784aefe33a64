//! Reading the fields of one structure: any order, empty means absent, none of them twice, text only and of bounded length.

use super::is_unqualified;
use crate::Refusal;
use xml::{Element, Node};

/// Characters of an identifier, a code or a date. The interface description sets no bound; logs and keys need one.
const LONGEST_ID: usize = 255;

pub(super) struct Fields<'d>(Element<'d>);

impl<'d> Fields<'d> {
    pub(super) fn of(parent: Element<'d>) -> Fields<'d> {
        Fields(parent)
    }

    /// All children with this name.
    pub(super) fn all(&self, name: &'static str) -> impl Iterator<Item = Element<'d>> + use<'d> {
        self.0.children().filter(move |child| child.local_name() == name && is_unqualified(child.namespace()))
    }

    /// The only child with this name.
    pub(super) fn element(&self, name: &'static str) -> Result<Option<Element<'d>>, Refusal> {
        let mut found = self.all(name);
        let first = found.next();
        if found.next().is_some() {
            return Err(Refusal::envelope(format!("{} has {name} more than once; send one", shown(self.0))));
        }
        Ok(first)
    }

    /// Text of a child; `None` when it is absent or empty.
    pub(super) fn text(&self, name: &'static str, longest: usize) -> Result<Option<String>, Refusal> {
        let Some(element) = self.element(name)? else { return Ok(None) };
        if element.nodes().any(|node| matches!(node, Node::Element(_))) {
            return Err(Refusal::envelope(format!("{name} holds elements; it holds text only")));
        }
        let text = element.text();
        if text.chars().nth(longest).is_some() {
            return Err(Refusal::envelope(format!("{name} is longer than {longest} characters; shorten it")));
        }
        Ok((!text.is_empty()).then(|| text.into_owned()))
    }

    /// Text of a child without the white space around it: identifiers, codes and dates.
    pub(super) fn id(&self, name: &'static str) -> Result<Option<String>, Refusal> {
        let text = self.text(name, LONGEST_ID)?;
        Ok(text.map(|text| text.trim_ascii().to_owned()).filter(|text| !text.is_empty()))
    }
}

/// An element in a message to its sender: its local name, shortened.
pub(super) fn shown(element: Element<'_>) -> String {
    let mut name: String = element.local_name().chars().take(60).collect();
    if name.len() < element.local_name().len() {
        name.push('…');
    }
    name
}
