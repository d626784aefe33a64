//! What `data` carries, ready to stand in an envelope of ours: the bytes as they were sent, and their canonical form there.
//!
//! The content is never altered. The element itself is always written `<data …>` without prefix; namespace declarations its
//! content relies on and that stood on elements around it are added to it.

use crate::Refusal;
use crate::contract::Fragment;
use crate::namespaces::{XSD, XSI};
use std::borrow::Cow;
use xml::canonical::{CanonicalError, Options, Sink, exclusive};
use xml::{Document, Element, Limits, escape_attribute, escape_text};

/// The `data` element of a message to be written.
#[derive(Debug)]
pub struct Data<'d> {
    /// The start tag as it is written.
    start: String,
    content: Cow<'d, str>,
    canonical: Canonical<'d>,
}

/// Where the canonical form comes from.
#[derive(Debug)]
enum Canonical<'d> {
    /// It is what is written, but for the start tag.
    Start(String),
    /// The element in the document it came with.
    Element(Element<'d>),
    /// The element as it is written, read again.
    Written(Box<Document>),
}

impl<'d> Data<'d> {
    /// The `data` of a received message, to be handed on. Its bytes stay as they are.
    ///
    /// # Errors
    /// [`Refusal`] when the element had a prefix and cannot be read without it.
    pub fn from_element(element: Element<'d>) -> Result<Data<'d>, Refusal> {
        let mut start = String::from("<data");
        for declaration in missing_declarations(element) {
            match declaration.prefix {
                "" => start.push_str(" xmlns=\""),
                prefix => {
                    start.push_str(" xmlns:");
                    start.push_str(prefix);
                    start.push_str("=\"");
                }
            }
            start.push_str(&escape_attribute(declaration.uri));
            start.push('"');
        }
        start.push_str(attributes_source(element));
        start.push('>');
        let content = Cow::Borrowed(element.inner_source());
        let canonical = match element.prefix() {
            None => Canonical::Element(element),
            Some(_) => {
                let written = format!("{start}{content}</data>");
                Canonical::Written(Box::new(Document::parse_owned(written.into_bytes(), &Limits::message())?))
            }
        };
        Ok(Data { start, content, canonical })
    }

    /// Business data that a contract encoded.
    #[must_use]
    pub fn from_fragment(fragment: &'d Fragment) -> Data<'d> {
        let start = "<data>".to_owned();
        Data { canonical: Canonical::Start(start.clone()), start, content: Cow::Borrowed(fragment.as_str()) }
    }

    /// A text, a whole XML document for example, as `xs:string`.
    #[must_use]
    pub fn from_text(text: &'d str) -> Data<'d> {
        Data {
            start: format!("<data xmlns:xs=\"{XSD}\" xmlns:xsi=\"{XSI}\" xsi:type=\"xs:string\">"),
            content: escape_text(text),
            // xs stands in a value only: it is not visibly used.
            canonical: Canonical::Start(format!("<data xmlns:xsi=\"{XSI}\" xsi:type=\"xs:string\">")),
        }
    }

    pub(crate) fn write(&self, out: &mut String) {
        out.push_str(&self.start);
        out.push_str(&self.content);
        out.push_str("</data>");
    }

    /// Bytes that [`Data::write`] adds.
    pub(crate) fn len(&self) -> usize {
        self.start.len() + self.content.len() + "</data>".len()
    }

    /// Writes the canonical form the element has inside elements that declare `around`.
    pub(crate) fn write_canonical(
        &self,
        around: &[(&str, &str)],
        out: &mut impl Sink,
    ) -> Result<(), CanonicalError> {
        let options = Options { around, ..Options::PLAIN };
        match &self.canonical {
            Canonical::Element(element) => exclusive(element.document(), element.id(), &options, out),
            Canonical::Written(document) => exclusive(document, document.root().id(), &options, out),
            Canonical::Start(start) => {
                for piece in [start.as_str(), &self.content, "</data>"] {
                    out.write(piece.as_bytes());
                }
                Ok(())
            }
        }
    }
}

/// The attributes and declarations of an element as they stand in its source, white space before them included.
fn attributes_source(element: Element<'_>) -> &str {
    let (outer, inner) = (element.byte_range(), element.inner_range());
    let closes = if inner.start == outer.end { "/>".len() } else { ">".len() };
    let tag = &element.document().source()[outer.start..inner.start - closes];
    &tag[1 + element.qualified_name().len()..]
}

/// Declarations around the element that it does not repeat and that something in it may rely on: the default namespace, and
/// every prefix that stands before a colon anywhere in it, in a name, in a value (`xsi:type`) or in text. One too many is harmless.
fn missing_declarations(element: Element<'_>) -> Vec<xml::Declaration<'_>> {
    let Some(parent) = element.parent() else { return Vec::new() };
    let mut around = parent.namespaces_in_scope();
    around.retain(|outer| element.declarations().all(|own| own.prefix != outer.prefix));
    if around.is_empty() {
        return around;
    }
    let mentioned = mentioned(element.source(), &around);
    let mut flags = mentioned.into_iter();
    around.retain(|outer| flags.next() == Some(true) || outer.prefix.is_empty());
    around
}

/// For each binding (in byte order of the prefixes) whether its prefix stands before a colon somewhere in the source.
fn mentioned(source: &str, bindings: &[xml::Declaration<'_>]) -> Vec<bool> {
    let bytes = source.as_bytes();
    let longest = bindings.iter().map(|binding| binding.prefix.len()).max().unwrap_or(0);
    let in_name =
        |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.') || !byte.is_ascii();
    let mut found = vec![false; bindings.len()];
    for (colon, _) in source.match_indices(':') {
        // What stands before the colon is looked at once only: it ends at the colon before.
        let length = bytes[..colon].iter().rev().take(longest + 1).take_while(|byte| in_name(byte)).count();
        let name = source.get(colon - length..colon).unwrap_or_default();
        if let Ok(at) = bindings.binary_search_by(|binding| binding.prefix.cmp(name)) {
            found[at] = true;
        }
    }
    found
}
