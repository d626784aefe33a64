//! Names of things: elements of a model by their BPMN id, things inside a case by small numbers.
//!
//! The numbers come from one counter in the state of the case, never from chance, so that the same inputs give the same numbers.

use std::borrow::Borrow;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The id of an element as it stands in the BPMN file. One bundle has each id of a process, flow node or sequence flow once.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ElementId(Arc<str>);

impl ElementId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for ElementId {
    fn from(text: &str) -> ElementId {
        ElementId(text.into())
    }
}

impl From<String> for ElementId {
    fn from(text: String) -> ElementId {
        ElementId(text.into())
    }
}

impl Deref for ElementId {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for ElementId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl PartialEq<str> for ElementId {
    fn eq(&self, other: &str) -> bool {
        &*self.0 == other
    }
}

impl PartialEq<&str> for ElementId {
    fn eq(&self, other: &&str) -> bool {
        &*self.0 == *other
    }
}

impl fmt::Display for ElementId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl fmt::Debug for ElementId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:?}", &*self.0)
    }
}

impl Serialize for ElementId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for ElementId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<ElementId, D::Error> {
        String::deserialize(deserializer).map(ElementId::from)
    }
}

macro_rules! numbers {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub struct $name(pub u32);

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(out)
            }
        }
    )*};
}

numbers! {
    /// An element that is being carried out in a case: a token, or a scope that holds tokens.
    ActivationId
    /// Something that somebody outside the case has been asked to do. (case id, work id) is the idempotency key of the request.
    WorkId
    /// A moment that the case waits for.
    TimerId
    /// A message that the case waits for.
    SubscriptionId
    /// Something that went wrong and waits for a person.
    IncidentId
}
