//! Contracts: the schema of a service's business data, and the binding of that data to FEEL contexts, both ways.
//!
//! A contract is one XSD file with one target namespace and a small part of XML Schema 1.0 ([`load`](Contract::load) refuses
//! everything else by line, and says what to write instead). Data are checked against all of it while they are bound, so that
//! nothing reaches a rule or the wire that its schema does not allow: an element more than once is always a list, an absent
//! optional one is null, numbers stay exact. Text that breaks a rule is named by its path and never quoted, because it may be
//! personal data. Loading has the schema built by the `uppsala` validator too, whose pattern engine is used here.

mod decode;
mod encode;
mod error;
mod load;
mod model;
mod path;
mod simple;

pub use error::{BindError, ContractError};
use model::{ComplexType, Declaration, SimpleType};
use rules::Context;
use xml::{Document, Element, Limits};

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

/// The contract of one service.
#[derive(Clone, Debug)]
pub struct Contract {
    namespace: String,
    roots: Vec<Declaration>,
    simple: Vec<SimpleType>,
    complex: Vec<ComplexType>,
}

impl Contract {
    /// Reads a contract from the text of its XSD file.
    ///
    /// # Errors
    /// [`ContractError`] with the line of what is not part of the subset, and what to write instead.
    pub fn load(schema: &str) -> Result<Contract, ContractError> {
        load::load(schema)
    }

    /// The target namespace.
    #[must_use]
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// Names of the elements that data may begin with.
    pub fn roots(&self) -> impl ExactSizeIterator<Item = &str> {
        self.roots.iter().map(|root| &*root.name)
    }

    /// Checks data and binds them. `data` is the `data` element of a message, whose only child (or whose text, where the
    /// document was sent as text) is the element `root`, or that element itself.
    ///
    /// # Errors
    /// [`BindError`] with the path of what the schema does not allow.
    pub fn decode(&self, root: &str, data: Element<'_>) -> Result<Context, BindError> {
        let declaration = self.root(root)?;
        if data.is(&self.namespace, root) {
            return decode::Decoder::new(self).root(declaration, data);
        }
        let mut children = data.children();
        match (children.next(), children.next()) {
            (Some(only), None) if only.is(&self.namespace, root) => {
                decode::Decoder::new(self).root(declaration, only)
            }
            (None, _) if !data.text().trim_ascii().is_empty() => {
                let document = Document::parse(data.text().trim_ascii().as_bytes(), &Limits::message())
                    .map_err(|error| {
                        BindError::new(
                            "data",
                            format!("the text of data is no XML that is read here: {error}"),
                        )
                    })?;
                if !document.root().is(&self.namespace, root) {
                    return Err(self.not_the_root(root));
                }
                decode::Decoder::new(self).root(declaration, document.root())
            }
            _ => Err(self.not_the_root(root)),
        }
    }

    /// Writes a context as the element `root`. The result is valid against the schema.
    ///
    /// # Errors
    /// [`BindError`] with the path of a value that is missing, unknown, or not as the schema wants it.
    pub fn encode(&self, root: &str, context: &Context) -> Result<Fragment, BindError> {
        encode::encode(self, self.root(root)?, context).map(Fragment)
    }

    fn root(&self, name: &str) -> Result<&Declaration, BindError> {
        self.roots.iter().find(|root| *root.name == *name).ok_or_else(|| {
            let known: Vec<&str> = self.roots().collect();
            BindError::new(name, format!("the contract has no such element; it has {}", known.join(", ")))
        })
    }

    fn not_the_root(&self, root: &str) -> BindError {
        let namespace = &self.namespace;
        BindError::new(
            "data",
            format!("data holds exactly one element, <{root}> of namespace {namespace}; send that"),
        )
    }
}
