//! A small serialiser: well-formed by construction, everything escaped, names checked, output in canonical form
//! (no empty-element tags, canonical escapes) provided that the caller gives declarations and attributes in canonical order.

use crate::character::{first_forbidden, in_attribute, in_text, runs};
use crate::is_ncname;

/// Why nothing was written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// A name that XML does not allow, where an element or attribute name with at most one prefix is needed.
    #[error(
        "'{0}' is not an XML name; use letters, digits, '.', '-', '_', a letter first, at most one prefix with ':'"
    )]
    Name(String),
    /// A character that XML cannot carry, not even escaped.
    #[error("the character U+{code:04X} in <{element}> cannot be written in XML; remove it")]
    Character {
        /// Its code point.
        code: u32,
        /// The element it stands in.
        element: String,
    },
    /// Elements and attributes came in an order that makes no document.
    #[error("{0}")]
    Order(&'static str),
}

/// Writes elements with explicit prefixes. The first error is kept and given by [`Writer::finish`].
///
/// ```
/// let mut writer = xml::Writer::new();
/// writer.open("p:a").attribute("xmlns:p", "urn:a").element("b", "1 < 2").close();
/// assert_eq!(writer.finish().as_deref(), Ok("<p:a xmlns:p=\"urn:a\"><b>1 &lt; 2</b></p:a>"));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Writer {
    out: String,
    /// Names of the open elements, as ranges of `out`.
    open: Vec<(usize, usize)>,
    in_tag: bool,
    error: Option<WriteError>,
}

impl Writer {
    /// A writer without content.
    #[must_use]
    pub fn new() -> Writer {
        Writer::default()
    }

    /// A writer whose output will have about this many bytes.
    #[must_use]
    pub fn with_capacity(bytes: usize) -> Writer {
        Writer { out: String::with_capacity(bytes), ..Writer::default() }
    }

    /// Writes the XML declaration; only as the very first thing.
    pub fn declaration(&mut self) -> &mut Self {
        if !self.out.is_empty() {
            return self
                .fail(WriteError::Order("an XML declaration may only be the first thing of a document"));
        }
        self.out.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
        self
    }

    /// Opens an element.
    pub fn open(&mut self, name: &str) -> &mut Self {
        self.end_tag();
        if !is_name(name) {
            return self.fail(WriteError::Name(name.to_owned()));
        }
        self.out.push('<');
        let start = self.out.len();
        self.out.push_str(name);
        self.open.push((start, self.out.len()));
        self.in_tag = true;
        self
    }

    /// Adds an attribute or a namespace declaration to the element just opened. The caller sees to it that none comes twice.
    pub fn attribute(&mut self, name: &str, value: &str) -> &mut Self {
        if !self.in_tag {
            return self.fail(WriteError::Order("an attribute after the content of its element"));
        }
        if !is_name(name) {
            return self.fail(WriteError::Name(name.to_owned()));
        }
        if !self.check(value) {
            return self;
        }
        self.out.push(' ');
        self.out.push_str(name);
        self.out.push_str("=\"");
        runs(value, in_attribute, |piece| self.out.push_str(piece));
        self.out.push('"');
        self
    }

    /// Writes text.
    pub fn text(&mut self, text: &str) -> &mut Self {
        if self.open.is_empty() {
            return self.fail(WriteError::Order("text outside an element"));
        }
        self.end_tag();
        if self.check(text) {
            runs(text, in_text, |piece| self.out.push_str(piece));
        }
        self
    }

    /// Copies well-formed XML content as it stands. The caller vouches for it: it comes from a parsed document or a writer.
    pub fn raw(&mut self, content: &str) -> &mut Self {
        self.end_tag();
        self.out.push_str(content);
        self
    }

    /// Closes the element opened last.
    pub fn close(&mut self) -> &mut Self {
        self.end_tag();
        match self.open.pop() {
            None => return self.fail(WriteError::Order("an element is closed that was not opened")),
            Some((start, end)) => {
                self.out.push_str("</");
                self.out.extend_from_within(start..end);
                self.out.push('>');
            }
        }
        self
    }

    /// An element with text.
    pub fn element(&mut self, name: &str, text: &str) -> &mut Self {
        self.open(name).text(text).close()
    }

    /// Bytes written so far. The tag just opened is finished first, so that the content after this position is the element's.
    pub fn position(&mut self) -> usize {
        self.end_tag();
        self.out.len()
    }

    /// The document.
    ///
    /// # Errors
    /// The first [`WriteError`], or one that says that an element is still open.
    pub fn finish(mut self) -> Result<String, WriteError> {
        if self.error.is_none() && !self.open.is_empty() {
            self.fail(WriteError::Order("an element is not closed"));
        }
        match self.error {
            Some(error) => Err(error),
            None => Ok(self.out),
        }
    }

    fn end_tag(&mut self) {
        if std::mem::take(&mut self.in_tag) {
            self.out.push('>');
        }
    }

    fn fail(&mut self, error: WriteError) -> &mut Self {
        self.error.get_or_insert(error);
        self
    }

    fn check(&mut self, text: &str) -> bool {
        let Some((_, character)) = first_forbidden(text) else { return true };
        let element = self.open.last().map_or("", |(start, end)| &self.out[*start..*end]).to_owned();
        self.fail(WriteError::Character { code: character.into(), element });
        false
    }
}

fn is_name(name: &str) -> bool {
    match name.split_once(':') {
        Some((prefix, local)) => is_ncname(prefix) && is_ncname(local),
        None => is_ncname(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_names_and_characters_are_refused() {
        let write = |act: fn(&mut Writer)| {
            let mut writer = Writer::new();
            act(&mut writer);
            writer.finish()
        };
        assert!(matches!(
            write(|w| {
                w.open("a b").close();
            }),
            Err(WriteError::Name(_))
        ));
        assert!(matches!(
            write(|w| {
                w.open("a:b:c").close();
            }),
            Err(WriteError::Name(_))
        ));
        assert!(matches!(
            write(|w| {
                w.element("a", "\u{0}");
            }),
            Err(WriteError::Character { code: 0, .. })
        ));
        assert!(matches!(
            write(|w| {
                w.open("a");
            }),
            Err(WriteError::Order(_))
        ));
        assert!(matches!(
            write(|w| {
                w.open("a").close().close();
            }),
            Err(WriteError::Order(_))
        ));
        assert!(matches!(
            write(|w| {
                w.open("a").text("x").attribute("b", "c").close();
            }),
            Err(WriteError::Order(_))
        ));
        assert!(matches!(
            write(|w| {
                w.text("x");
            }),
            Err(WriteError::Order(_))
        ));
        assert_eq!(
            write(|w| {
                w.open("a").attribute("b", "\"<&").close();
            })
            .unwrap(),
            "<a b=\"&quot;&lt;&amp;\"></a>"
        );
    }
}
