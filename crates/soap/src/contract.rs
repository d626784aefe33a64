//! Contracts: the schema of a service's business data, and the binding of that data to FEEL contexts.

/// Business data as XML in canonical form. Only a contract makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fragment(String);

impl Fragment {
    /// The XML.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
