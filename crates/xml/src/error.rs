//! Why a document was refused: what, where, and how to mend it.

use std::fmt;

/// What kind of rule a document breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum XmlErrorKind {
    /// A bound of [`crate::Limits`] is exceeded.
    Limit,
    /// The bytes are not UTF-8, or the document says it is in another encoding.
    Encoding,
    /// The document has a document type declaration.
    Doctype,
    /// A reference to something else than the five predefined entities or a character.
    Entity,
    /// A character that XML 1.0 does not allow.
    Character,
    /// The document is not well-formed.
    Syntax,
    /// A rule of Namespaces in XML 1.0 is broken.
    Namespace,
    /// Two attributes of one element have the same expanded name.
    DuplicateAttribute,
}

/// A refused document. The message says what is wrong and how to mend it; it never quotes text or attribute values,
/// which may be personal data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct XmlError {
    /// The rule that is broken.
    pub kind: XmlErrorKind,
    /// Line in the document, from 1; 0 when the place is unknown.
    pub line: usize,
    /// Column in characters, from 1; 0 when the place is unknown.
    pub column: usize,
    /// What is wrong and how to mend it.
    pub message: String,
}

impl XmlError {
    pub(crate) fn at(
        kind: XmlErrorKind,
        source: &[u8],
        offset: usize,
        message: impl Into<String>,
    ) -> XmlError {
        let before = source.get(..offset).unwrap_or(source);
        let line_start = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
        // Continuation bytes of UTF-8 do not begin a character.
        let characters = before[line_start..].iter().filter(|byte| **byte & 0xC0 != 0x80).count();
        XmlError {
            kind,
            line: memchr::memchr_iter(b'\n', before).count() + 1,
            column: characters + 1,
            message: message.into(),
        }
    }
}

impl fmt::Display for XmlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => f.write_str(&self.message),
            line => write!(f, "line {line}, column {}: {}", self.column, self.message),
        }
    }
}

impl std::error::Error for XmlError {}
