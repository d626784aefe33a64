//! The hardened XML reader of the platform, the canonical forms that signatures rest on, and a small safe writer.
//!
//! Everything that reads XML (envelopes, signatures, contracts, BPMN, DMN) reads it here, so that one reader has to be
//! defended and one only. It must never accept a document type declaration, resolve anything outside the document,
//! recurse with the depth of the input, or take more than linear time in any dimension of it.
//!
//! - [`Document::parse`] reads bytes under [`Limits`] into an arena and hands out [`Element`] views;
//! - [`canonical`] writes Canonical XML 1.0 and Exclusive XML Canonicalization 1.0 of a document or a subtree;
//! - [`Writer`] writes well-formed XML whose text is already in canonical form.

pub mod canonical;
mod character;
mod document;
mod error;
mod limits;
mod reader;
mod writer;

pub use character::{escape_attribute, escape_text, is_ncname};
pub use document::{
    Ancestors, Attribute, Children, Declaration, Descendants, Document, Element, Node, NodeId, Nodes,
};
pub use error::{XmlError, XmlErrorKind};
pub use limits::Limits;
pub use writer::{WriteError, Writer};

/// The namespace that the prefix `xml` is bound to in every document.
pub const XML_NAMESPACE: &str = "http://www.w3.org/XML/1998/namespace";
/// The namespace of namespace declarations; no document may bind a prefix to it.
pub const XMLNS_NAMESPACE: &str = "http://www.w3.org/2000/xmlns/";
