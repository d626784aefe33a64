//! A parsed document: an arena in document order and views into it. Read-only; it never changes a byte of its source.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::sync::OnceLock;

/// A node of one [`Document`]. Meaningless in another document; a view asked for with a foreign id may be `None`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub(crate) u32);

/// A piece of text, in the source or in the buffer of decoded text. The top bit of `len` tells which.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Span {
    start: u32,
    len: u32,
}

const DECODED: u32 = 1 << 31;

impl Span {
    /// Offsets stay below 2^30 because the reader refuses larger documents.
    pub(crate) fn source(start: usize, end: usize) -> Span {
        Span { start: start as u32, len: (end - start) as u32 }
    }
    pub(crate) fn decoded(start: usize, end: usize) -> Span {
        Span { start: start as u32, len: (end - start) as u32 | DECODED }
    }
    pub(crate) fn len(self) -> usize {
        (self.len & !DECODED) as usize
    }
    pub(crate) fn is_empty(self) -> bool {
        self.len() == 0
    }
    /// The part of a span in the source after its first `skip` bytes.
    pub(crate) fn after(self, skip: usize) -> Span {
        Span { start: self.start + skip as u32, len: self.len - skip as u32 }
    }
    pub(crate) fn before(self, length: usize) -> Span {
        Span { start: self.start, len: (self.len & DECODED) | length as u32 }
    }
    pub(crate) fn of<'d>(self, source: &'d str, decoded: &'d str) -> &'d str {
        let from = if self.len & DECODED == 0 { source } else { decoded };
        &from[self.start as usize..self.start as usize + self.len()]
    }
}

#[derive(Debug)]
pub(crate) struct NodeData {
    pub parent: u32,
    /// First id behind this node and everything below it.
    pub end: u32,
    pub kind: Kind,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    Document,
    Element(u32),
    Text(Span),
    Comment(Span),
    Instruction { target: Span, data: Span },
}

#[derive(Debug)]
pub(crate) struct ElementData {
    pub name: Span,
    pub prefix: u32,
    pub namespace: Span,
    pub attributes: (u32, u32),
    pub declarations: (u32, u32),
    pub outer: (u32, u32),
    pub inner: (u32, u32),
}

#[derive(Debug)]
pub(crate) struct AttributeData {
    pub name: Span,
    pub prefix: u32,
    pub namespace: Span,
    pub value: Span,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Binding {
    pub prefix: Span,
    pub uri: Span,
}

#[derive(Default)]
pub(crate) struct Arena {
    pub nodes: Vec<NodeData>,
    pub elements: Vec<ElementData>,
    pub attributes: Vec<AttributeData>,
    pub declarations: Vec<Binding>,
    pub decoded: String,
    pub root: u32,
}

/// A well-formed document with namespaces resolved. Owns its source; byte ranges are ranges of the bytes that were parsed.
pub struct Document {
    pub(crate) source: String,
    pub(crate) arena: Arena,
    pub(crate) newlines: OnceLock<Vec<u32>>,
}

impl fmt::Debug for Document {
    /// Sizes only: a document may hold personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Document({} bytes, {} nodes)", self.source.len(), self.arena.nodes.len())
    }
}

impl Document {
    /// The source exactly as it was given, a byte-order mark included.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Gives the source back.
    #[must_use]
    pub fn into_source(self) -> String {
        self.source
    }

    /// The document node: parent of the root element and of comments and instructions beside it.
    #[must_use]
    pub fn top(&self) -> NodeId {
        NodeId(0)
    }

    /// The root element.
    #[must_use]
    pub fn root(&self) -> Element<'_> {
        Element { document: self, id: NodeId(self.arena.root) }
    }

    /// The element with this id, `None` when the node is not an element.
    #[must_use]
    pub fn element(&self, id: NodeId) -> Option<Element<'_>> {
        match self.arena.nodes.get(id.0 as usize)?.kind {
            Kind::Element(_) => Some(Element { document: self, id }),
            _ => None,
        }
    }

    /// All elements in document order.
    #[must_use]
    pub fn elements(&self) -> Descendants<'_> {
        Descendants { document: self, next: 0, end: self.arena.nodes.len() as u32 }
    }

    /// The line of a byte offset of the source, from 1.
    #[must_use]
    pub fn line_of(&self, offset: usize) -> usize {
        let newlines = self
            .newlines
            .get_or_init(|| memchr::memchr_iter(b'\n', self.source.as_bytes()).map(|at| at as u32).collect());
        newlines.partition_point(|at| (*at as usize) < offset) + 1
    }

    pub(crate) fn text(&self, span: Span) -> &str {
        span.of(&self.source, &self.arena.decoded)
    }

    pub(crate) fn node_data(&self, id: NodeId) -> Option<&NodeData> {
        self.arena.nodes.get(id.0 as usize)
    }

    fn view(&self, id: u32) -> Option<Node<'_>> {
        Some(match self.arena.nodes.get(id as usize)?.kind {
            Kind::Document => return None,
            Kind::Element(_) => Node::Element(Element { document: self, id: NodeId(id) }),
            Kind::Text(span) => Node::Text(self.text(span)),
            Kind::Comment(span) => Node::Comment(self.text(span)),
            Kind::Instruction { target, data } => {
                Node::Instruction { target: self.text(target), data: self.text(data) }
            }
        })
    }
}

/// A child of an element.
#[derive(Clone, Copy, Debug)]
pub enum Node<'d> {
    /// An element.
    Element(Element<'d>),
    /// A run of text: entities resolved, line ends normalised, CDATA sections merged.
    Text(&'d str),
    /// A comment.
    Comment(&'d str),
    /// A processing instruction.
    Instruction {
        /// Its target.
        target: &'d str,
        /// Everything behind the target and the white space after it.
        data: &'d str,
    },
}

/// A view of one element. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Element<'d> {
    pub(crate) document: &'d Document,
    pub(crate) id: NodeId,
}

impl fmt::Debug for Element<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}> at line {}", self.qualified_name(), self.line())
    }
}

impl PartialEq for Element<'_> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.document, other.document) && self.id == other.id
    }
}

impl<'d> Element<'d> {
    pub(crate) fn data(&self) -> &'d ElementData {
        match self.document.arena.nodes[self.id.0 as usize].kind {
            Kind::Element(at) => &self.document.arena.elements[at as usize],
            // A view is only ever made for an element; the root stands in so that this cannot panic.
            _ => &self.document.arena.elements[0],
        }
    }

    /// Its id in the document.
    #[must_use]
    pub fn id(&self) -> NodeId {
        self.id
    }

    /// The document it stands in.
    #[must_use]
    pub fn document(&self) -> &'d Document {
        self.document
    }

    /// Expanded name: namespace, local name.
    #[must_use]
    pub fn name(&self) -> (Option<&'d str>, &'d str) {
        (self.namespace(), self.local_name())
    }

    /// Namespace, `None` when the element is in none.
    #[must_use]
    pub fn namespace(&self) -> Option<&'d str> {
        let span = self.data().namespace;
        (!span.is_empty()).then(|| self.document.text(span))
    }

    /// Name without prefix.
    #[must_use]
    pub fn local_name(&self) -> &'d str {
        let data = self.data();
        self.document.text(local_part(data.name, data.prefix))
    }

    /// The prefix as written, `None` when there is none.
    #[must_use]
    pub fn prefix(&self) -> Option<&'d str> {
        let data = self.data();
        (data.prefix > 0).then(|| self.document.text(data.name.before(data.prefix as usize)))
    }

    /// The name as written, prefix included.
    #[must_use]
    pub fn qualified_name(&self) -> &'d str {
        self.document.text(self.data().name)
    }

    /// Whether the element has this expanded name; `""` as namespace means none.
    #[must_use]
    pub fn is(&self, namespace: &str, local: &str) -> bool {
        self.local_name() == local && self.document.text(self.data().namespace) == namespace
    }

    /// Value of the attribute with this expanded name; `""` as namespace means none.
    #[must_use]
    pub fn attribute(&self, namespace: &str, local: &str) -> Option<&'d str> {
        self.attributes().find(|attribute| attribute.is(namespace, local)).map(|attribute| attribute.value())
    }

    /// Attributes as written, namespace declarations not among them.
    pub fn attributes(&self) -> impl ExactSizeIterator<Item = Attribute<'d>> + use<'d> {
        let (from, to) = self.data().attributes;
        let document = self.document;
        document.arena.attributes[from as usize..to as usize]
            .iter()
            .map(move |data| Attribute { document, data })
    }

    /// Namespace declarations written on this element.
    pub fn declarations(&self) -> impl ExactSizeIterator<Item = Declaration<'d>> + use<'d> {
        let (from, to) = self.data().declarations;
        let document = self.document;
        document.arena.declarations[from as usize..to as usize].iter().map(move |binding| Declaration {
            prefix: document.text(binding.prefix),
            uri: document.text(binding.uri),
        })
    }

    /// Child nodes in order.
    #[must_use]
    pub fn nodes(&self) -> Nodes<'d> {
        let data = &self.document.arena.nodes[self.id.0 as usize];
        Nodes { document: self.document, next: self.id.0 + 1, end: data.end }
    }

    /// Child elements in order.
    #[must_use]
    pub fn children(&self) -> Children<'d> {
        Children(self.nodes())
    }

    /// The first child element with this expanded name; `""` as namespace means none.
    #[must_use]
    pub fn child(&self, namespace: &str, local: &str) -> Option<Element<'d>> {
        self.children().find(|child| child.is(namespace, local))
    }

    /// Elements below this one, in document order, itself not among them.
    #[must_use]
    pub fn descendants(&self) -> Descendants<'d> {
        let data = &self.document.arena.nodes[self.id.0 as usize];
        Descendants { document: self.document, next: self.id.0 + 1, end: data.end }
    }

    /// Its own text: the text children put together, comments and child elements left out.
    #[must_use]
    pub fn text(&self) -> Cow<'d, str> {
        let mut text = Cow::Borrowed("");
        for node in self.nodes() {
            if let Node::Text(piece) = node {
                match text.is_empty() {
                    true => text = Cow::Borrowed(piece),
                    false => text.to_mut().push_str(piece),
                }
            }
        }
        text
    }

    /// The parent element, `None` for the root.
    #[must_use]
    pub fn parent(&self) -> Option<Element<'d>> {
        self.document.element(NodeId(self.document.arena.nodes[self.id.0 as usize].parent))
    }

    /// Parent, grandparent and so on up to the root.
    #[must_use]
    pub fn ancestors(&self) -> Ancestors<'d> {
        Ancestors(self.parent())
    }

    /// Whether the other element is this one or stands below it.
    #[must_use]
    pub fn contains(&self, other: NodeId) -> bool {
        (self.id.0..self.document.arena.nodes[self.id.0 as usize].end).contains(&other.0)
    }

    /// Bytes of the element in the source, tags included.
    #[must_use]
    pub fn byte_range(&self) -> Range<usize> {
        let (from, to) = self.data().outer;
        from as usize..to as usize
    }

    /// Bytes between its tags; empty for `<a/>`.
    #[must_use]
    pub fn inner_range(&self) -> Range<usize> {
        let (from, to) = self.data().inner;
        from as usize..to as usize
    }

    /// The element as it stands in the source.
    #[must_use]
    pub fn source(&self) -> &'d str {
        &self.document.source[self.byte_range()]
    }

    /// What stands between its tags in the source.
    #[must_use]
    pub fn inner_source(&self) -> &'d str {
        &self.document.source[self.inner_range()]
    }

    /// The line its start tag begins on, from 1.
    #[must_use]
    pub fn line(&self) -> usize {
        self.document.line_of(self.byte_range().start)
    }

    /// The namespace a prefix means here; `""` asks for the default namespace. `None` when nothing is bound.
    #[must_use]
    pub fn namespace_in_scope(&self, prefix: &str) -> Option<&'d str> {
        if prefix == "xml" {
            return Some(crate::XML_NAMESPACE);
        }
        std::iter::once(*self)
            .chain(self.ancestors())
            .find_map(|element| element.declarations().find(|declaration| declaration.prefix == prefix))
            .map(|declaration| declaration.uri)
            .filter(|uri| !uri.is_empty())
    }

    /// Every binding in scope here except that of `xml`, the nearest of each prefix, in byte order of the prefixes.
    #[must_use]
    pub fn namespaces_in_scope(&self) -> Vec<Declaration<'d>> {
        let mut all: Vec<Declaration<'d>> = std::iter::once(*self)
            .chain(self.ancestors())
            .flat_map(|element| element.declarations())
            .collect();
        // Stable: of equal prefixes the nearest stays first.
        all.sort_by_key(|declaration| declaration.prefix);
        all.dedup_by_key(|declaration| declaration.prefix);
        all.retain(|declaration| !declaration.uri.is_empty());
        all
    }
}

fn local_part(name: Span, prefix: u32) -> Span {
    if prefix == 0 { name } else { name.after(prefix as usize + 1) }
}

/// A view of one attribute.
#[derive(Clone, Copy)]
pub struct Attribute<'d> {
    document: &'d Document,
    data: &'d AttributeData,
}

impl<'d> Attribute<'d> {
    /// Namespace, `None` for an attribute without prefix.
    #[must_use]
    pub fn namespace(&self) -> Option<&'d str> {
        (!self.data.namespace.is_empty()).then(|| self.document.text(self.data.namespace))
    }

    /// Name without prefix.
    #[must_use]
    pub fn local_name(&self) -> &'d str {
        self.document.text(local_part(self.data.name, self.data.prefix))
    }

    /// The prefix as written.
    #[must_use]
    pub fn prefix(&self) -> Option<&'d str> {
        (self.data.prefix > 0).then(|| self.document.text(self.data.name.before(self.data.prefix as usize)))
    }

    /// The name as written, prefix included.
    #[must_use]
    pub fn qualified_name(&self) -> &'d str {
        self.document.text(self.data.name)
    }

    /// Whether it has this expanded name; `""` as namespace means none.
    #[must_use]
    pub fn is(&self, namespace: &str, local: &str) -> bool {
        self.local_name() == local && self.document.text(self.data.namespace) == namespace
    }

    /// The value, references resolved and white space normalised.
    #[must_use]
    pub fn value(&self) -> &'d str {
        self.document.text(self.data.value)
    }
}

/// One namespace declaration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Declaration<'d> {
    /// The prefix; empty for the default namespace.
    pub prefix: &'d str,
    /// The namespace; empty where the default namespace is taken back (`xmlns=""`).
    pub uri: &'d str,
}

/// Iterator over the child nodes of an element.
#[derive(Clone)]
pub struct Nodes<'d> {
    document: &'d Document,
    next: u32,
    end: u32,
}

impl<'d> Iterator for Nodes<'d> {
    type Item = Node<'d>;
    fn next(&mut self) -> Option<Node<'d>> {
        if self.next >= self.end {
            return None;
        }
        let at = self.next;
        self.next = self.document.arena.nodes.get(at as usize)?.end;
        self.document.view(at)
    }
}

/// Iterator over the child elements of an element.
#[derive(Clone)]
pub struct Children<'d>(Nodes<'d>);

impl<'d> Iterator for Children<'d> {
    type Item = Element<'d>;
    fn next(&mut self) -> Option<Element<'d>> {
        self.0.by_ref().find_map(|node| match node {
            Node::Element(element) => Some(element),
            _ => None,
        })
    }
}

/// Iterator over elements in document order.
#[derive(Clone)]
pub struct Descendants<'d> {
    document: &'d Document,
    next: u32,
    end: u32,
}

impl<'d> Iterator for Descendants<'d> {
    type Item = Element<'d>;
    fn next(&mut self) -> Option<Element<'d>> {
        while self.next < self.end {
            let id = NodeId(self.next);
            self.next += 1;
            if let Some(element) = self.document.element(id) {
                return Some(element);
            }
        }
        None
    }
}

/// Iterator over the elements around an element, nearest first.
#[derive(Clone)]
pub struct Ancestors<'d>(Option<Element<'d>>);

impl<'d> Iterator for Ancestors<'d> {
    type Item = Element<'d>;
    fn next(&mut self) -> Option<Element<'d>> {
        let current = self.0?;
        self.0 = current.parent();
        Some(current)
    }
}
