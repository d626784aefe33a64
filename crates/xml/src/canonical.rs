//! Canonical XML 1.0 and Exclusive XML Canonicalization 1.0 (W3C, 2001 and 2002), of a document or of one subtree.
//!
//! The output goes piece by piece into a [`Sink`], so that a digest needs no copy of it. It must never differ by a byte from
//! what the recommendations prescribe: signatures rest on it. Namespace names that are relative references are refused, as
//! the recommendation demands. Work is linear in the subtree; nothing recurses.

use crate::character::{in_attribute, in_text, runs};
use crate::document::{Attribute, Kind, NodeData};
use crate::{Document, Element, NodeId};

/// Where canonical bytes go: a buffer or a digest.
pub trait Sink {
    /// Takes the next bytes.
    fn write(&mut self, bytes: &[u8]);
}

impl Sink for Vec<u8> {
    fn write(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }
}

impl Sink for String {
    /// Canonical XML is UTF-8 written in whole pieces; anything else would be replaced by U+FFFD.
    fn write(&mut self, bytes: &[u8]) {
        self.push_str(&String::from_utf8_lossy(bytes));
    }
}

/// Gathers the many small pieces into blocks before they reach `F`: digests are faster on blocks.
pub struct Blocks<F: FnMut(&[u8])> {
    buffer: Vec<u8>,
    take: F,
}

impl<F: FnMut(&[u8])> Blocks<F> {
    const SIZE: usize = 8 * 1024;

    /// Hands blocks to `take`.
    pub fn new(take: F) -> Blocks<F> {
        Blocks { buffer: Vec::with_capacity(Self::SIZE), take }
    }

    /// Hands over what is left. Without this call the last block is lost.
    pub fn finish(mut self) {
        (self.take)(&self.buffer);
    }
}

impl<F: FnMut(&[u8])> Sink for Blocks<F> {
    fn write(&mut self, bytes: &[u8]) {
        if self.buffer.len() + bytes.len() > Self::SIZE {
            (self.take)(&self.buffer);
            self.buffer.clear();
            if bytes.len() > Self::SIZE {
                return (self.take)(bytes);
            }
        }
        self.buffer.extend_from_slice(bytes);
    }
}

/// What to write of a node.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options<'a> {
    /// Whether comments are written (the `#WithComments` variants).
    pub with_comments: bool,
    /// Exclusive form only: the `PrefixList` of `InclusiveNamespaces`; `#default` or an empty string is the default namespace.
    pub inclusive_prefixes: &'a [&'a str],
    /// Nodes left out with everything below them: the signatures of the enveloped-signature transform.
    pub exclude: &'a [NodeId],
    /// Bindings (prefix, namespace) that the output around the node has already: for a subtree that will stand inside an
    /// element written by someone else.
    pub around: &'a [(&'a str, &'a str)],
}

impl Options<'_> {
    /// Everything but comments: the forms without `#WithComments`.
    pub const PLAIN: Options<'static> =
        Options { with_comments: false, inclusive_prefixes: &[], exclude: &[], around: &[] };
    /// Comments too: the `#WithComments` forms.
    pub const WITH_COMMENTS: Options<'static> = Options { with_comments: true, ..Options::PLAIN };
}

/// Why a node has no canonical form.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CanonicalError {
    /// The recommendation demands a failure here.
    #[error(
        "line {line}: the namespace name of prefix '{prefix}' is a relative reference and has no canonical form; use an absolute URI"
    )]
    RelativeNamespace {
        /// The prefix, empty for the default namespace.
        prefix: String,
        /// Line of the element.
        line: usize,
    },
    /// The id is of another document, or of a node that is neither an element nor the document.
    #[error("the node to canonicalise is neither an element nor the document")]
    NotAnElement,
}

/// Writes the Exclusive XML Canonicalization 1.0 of an element (or of the whole document: [`Document::top`]).
///
/// # Errors
/// [`CanonicalError`]; the sink may have received a beginning then.
pub fn exclusive(
    doc: &Document,
    node: NodeId,
    options: &Options,
    out: &mut impl Sink,
) -> Result<(), CanonicalError> {
    walk(doc, node, options, true, out)
}

/// Writes the Canonical XML 1.0 of an element with everything it inherits (or of the whole document: [`Document::top`]).
///
/// # Errors
/// [`CanonicalError`]; the sink may have received a beginning then.
pub fn inclusive(
    doc: &Document,
    node: NodeId,
    options: &Options,
    out: &mut impl Sink,
) -> Result<(), CanonicalError> {
    walk(doc, node, options, false, out)
}

fn walk<'d, 'o: 'd>(
    doc: &'d Document,
    node: NodeId,
    options: &'o Options<'o>,
    exclusive: bool,
    out: &mut impl Sink,
) -> Result<(), CanonicalError> {
    let rendered = options.around.to_vec();
    Walk { doc, options, exclusive, rendered, pending: Vec::new(), attributes: Vec::new(), out }.run(node)
}

/// An element whose end tag is still to be written.
struct Open<'d> {
    name: &'d str,
    end: u32,
    rendered: usize,
}

struct Walk<'d, 'o, S: Sink> {
    doc: &'d Document,
    options: &'o Options<'o>,
    exclusive: bool,
    /// Bindings written by the elements that are open, prefix and namespace.
    rendered: Vec<(&'d str, &'d str)>,
    /// Bindings to write on the current element.
    pending: Vec<(&'d str, &'d str)>,
    /// Room for the attributes of the current element.
    attributes: Vec<Attribute<'d>>,
    out: &'o mut S,
}

impl<'d, S: Sink> Walk<'d, '_, S> {
    fn run(mut self, node: NodeId) -> Result<(), CanonicalError> {
        let top = self.doc.node_data(node).ok_or(CanonicalError::NotAnElement)?;
        if !matches!(top.kind, Kind::Document | Kind::Element(_)) {
            return Err(CanonicalError::NotAnElement);
        }
        let mut open: Vec<Open<'d>> = Vec::with_capacity(16);
        let mut at = node.0;
        while at < top.end {
            self.close_until(&mut open, at);
            let id = NodeId(at);
            let Some(data) = self.doc.node_data(id) else { break };
            if self.options.exclude.contains(&id) {
                at = data.end;
                continue;
            }
            match data.kind {
                Kind::Element(_) => {
                    if let Some(element) = self.doc.element(id) {
                        let rendered = self.rendered.len();
                        self.start_tag(element, id == node)?;
                        open.push(Open { name: element.qualified_name(), end: data.end, rendered });
                    }
                }
                Kind::Text(span) => self.escaped(self.doc.text(span), in_text),
                Kind::Comment(span) if self.options.with_comments => {
                    self.beside_root(id, data, &["<!--", self.doc.text(span), "-->"]);
                }
                Kind::Instruction { target, data: content } => {
                    let (target, content) = (self.doc.text(target), self.doc.text(content));
                    let gap = if content.is_empty() { "" } else { " " };
                    self.beside_root(id, data, &["<?", target, gap, content, "?>"]);
                }
                Kind::Comment(_) | Kind::Document => {}
            }
            at += 1;
        }
        self.close_until(&mut open, top.end);
        Ok(())
    }

    fn close_until(&mut self, open: &mut Vec<Open<'d>>, at: u32) {
        while let Some(closed) = open.pop_if(|element| element.end <= at) {
            self.pieces(&["</", closed.name, ">"]);
            self.rendered.truncate(closed.rendered);
        }
    }

    /// Comments and instructions beside the root element stand on lines of their own.
    fn beside_root(&mut self, id: NodeId, data: &NodeData, pieces: &[&str]) {
        let outside = data.parent == 0;
        let root = self.doc.root().id();
        if outside && id > root {
            self.pieces(&["\n"]);
        }
        self.pieces(pieces);
        if outside && id < root {
            self.pieces(&["\n"]);
        }
    }

    fn start_tag(&mut self, element: Element<'d>, apex: bool) -> Result<(), CanonicalError> {
        self.pieces(&["<", element.qualified_name()]);
        self.pending.clear();
        if self.exclusive {
            self.utilised(element);
            if !self.options.inclusive_prefixes.is_empty() {
                self.listed(element, apex);
            }
        } else {
            self.inherited(element, apex);
        }
        self.declarations(element)?;
        self.attributes(element, apex);
        self.pieces(&[">"]);
        Ok(())
    }

    /// Notes a binding unless the output has it already here.
    fn bind(&mut self, prefix: &'d str, uri: &'d str) {
        let known =
            self.rendered.iter().rev().find(|(known, _)| *known == prefix).map_or("", |(_, uri)| *uri);
        if known != uri {
            self.rendered.push((prefix, uri));
            self.pending.push((prefix, uri));
        }
    }

    /// Prefixes that the element and its attributes use visibly (Exclusive XML Canonicalization, section 1.1).
    fn utilised(&mut self, element: Element<'d>) {
        self.bind(element.prefix().unwrap_or(""), element.namespace().unwrap_or(""));
        for attribute in element.attributes() {
            if let (Some(prefix), Some(uri)) = (attribute.prefix(), attribute.namespace())
                && prefix != "xml"
            {
                self.bind(prefix, uri);
            }
        }
    }

    /// Prefixes of the `PrefixList`: treated as Canonical XML treats all.
    fn listed(&mut self, element: Element<'d>, apex: bool) {
        for listed in self.options.inclusive_prefixes {
            let listed = if *listed == "#default" { "" } else { *listed };
            if let Some(own) = element.declarations().find(|declaration| declaration.prefix == listed) {
                self.bind(own.prefix, own.uri);
            } else if apex
                && let Some(above) = element.namespaces_in_scope().iter().find(|above| above.prefix == listed)
            {
                self.bind(above.prefix, above.uri);
            }
        }
    }

    /// Canonical XML: at the top everything in scope, below it what an element declares itself.
    fn inherited(&mut self, element: Element<'d>, apex: bool) {
        if apex {
            for declaration in element.namespaces_in_scope() {
                self.bind(declaration.prefix, declaration.uri);
            }
        } else {
            for declaration in element.declarations() {
                self.bind(declaration.prefix, declaration.uri);
            }
        }
    }

    fn declarations(&mut self, element: Element<'d>) -> Result<(), CanonicalError> {
        self.pending.sort_unstable();
        for index in 0..self.pending.len() {
            let (prefix, uri) = self.pending[index];
            if is_relative(uri) {
                return Err(CanonicalError::RelativeNamespace {
                    prefix: prefix.to_owned(),
                    line: element.line(),
                });
            }
            match prefix {
                "" => self.pieces(&[" xmlns=\""]),
                prefix => self.pieces(&[" xmlns:", prefix, "=\""]),
            }
            self.escaped(uri, in_attribute);
            self.pieces(&["\""]);
        }
        Ok(())
    }

    fn attributes(&mut self, element: Element<'d>, apex: bool) {
        let mut sorted = std::mem::take(&mut self.attributes);
        sorted.extend(element.attributes());
        if apex && !self.exclusive {
            inherit_xml_attributes(element, &mut sorted);
        }
        if sorted.len() > 1 {
            let key = |attribute: &Attribute<'d>| (attribute.namespace(), attribute.local_name());
            sorted.sort_unstable_by(|left, right| key(left).cmp(&key(right)));
        }
        for attribute in sorted.drain(..) {
            self.pieces(&[" ", attribute.qualified_name(), "=\""]);
            self.escaped(attribute.value(), in_attribute);
            self.pieces(&["\""]);
        }
        self.attributes = sorted;
    }

    fn pieces(&mut self, pieces: &[&str]) {
        for piece in pieces {
            self.out.write(piece.as_bytes());
        }
    }

    fn escaped(&mut self, text: &str, replacement: impl Fn(u8) -> Option<&'static str> + Copy) {
        let out = &mut *self.out;
        runs(text, replacement, |piece| out.write(piece.as_bytes()));
    }
}

/// Attributes of the namespace of `xml` that the ancestors of the top element have and it has not (Canonical XML 1.0, 2.4).
fn inherit_xml_attributes<'d>(element: Element<'d>, attributes: &mut Vec<Attribute<'d>>) {
    for ancestor in element.ancestors() {
        for attribute in ancestor.attributes() {
            let known = |other: &Attribute<'d>| other.is(crate::XML_NAMESPACE, attribute.local_name());
            if attribute.namespace() == Some(crate::XML_NAMESPACE) && !attributes.iter().any(known) {
                attributes.push(attribute);
            }
        }
    }
}

/// Whether a namespace name is a relative reference: it has no scheme.
fn is_relative(uri: &str) -> bool {
    let in_scheme = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
    let length = uri.bytes().take_while(in_scheme).count();
    let has_scheme =
        uri.starts_with(|first: char| first.is_ascii_alphabetic()) && uri[length..].starts_with(':');
    !uri.is_empty() && !has_scheme
}
