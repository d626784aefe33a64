//! From bytes to a [`Document`]: one pass over the events of quick-xml, with every check that quick-xml leaves to its user.
//!
//! quick-xml only tells where markup begins and ends; names, characters, references, attributes, namespaces and nesting are
//! checked here. Memory is a fixed multiple of the input, time linear in it; nothing recurses.

use crate::character::{first_forbidden, is_allowed, is_ncname, is_space};
use crate::document::{Arena, Binding, ElementData, Kind, NodeData, Span};
use crate::{Document, Limits, XmlError, XmlErrorKind};
use quick_xml::events::Event;
use std::sync::OnceLock;

mod declaration;
mod tag;

/// Offsets are kept in 30 bits.
const LARGEST: usize = 1 << 30;
const BYTE_ORDER_MARK: &str = "\u{FEFF}";

impl Document {
    /// Reads a document. The bytes are copied once; see [`Document::parse_owned`] to avoid that.
    ///
    /// # Errors
    /// [`XmlError`] when the document exceeds the limits, is not UTF-8, has a DOCTYPE, or is not well-formed XML 1.0 with namespaces.
    pub fn parse(bytes: &[u8], limits: &Limits) -> Result<Document, XmlError> {
        check_size(bytes, limits)?;
        Document::parse_owned(bytes.to_vec(), limits)
    }

    /// Reads a document and keeps the buffer it came in.
    ///
    /// # Errors
    /// As [`Document::parse`].
    pub fn parse_owned(bytes: Vec<u8>, limits: &Limits) -> Result<Document, XmlError> {
        check_size(&bytes, limits)?;
        let source = utf8(bytes)?;
        let arena = Reader::new(&source, limits).read()?;
        Ok(Document { source, arena, newlines: OnceLock::new() })
    }
}

fn check_size(bytes: &[u8], limits: &Limits) -> Result<(), XmlError> {
    let most = limits.max_bytes.min(LARGEST - 1);
    if bytes.len() > most {
        let message =
            format!("the document has {} bytes, at most {most} are read; send less at once", bytes.len());
        return Err(XmlError { kind: XmlErrorKind::Limit, line: 0, column: 0, message });
    }
    Ok(())
}

fn utf8(bytes: Vec<u8>) -> Result<String, XmlError> {
    for (mark, name) in [
        (&b"\xFF\xFE"[..], "UTF-16 (little-endian)"),
        (b"\xFE\xFF", "UTF-16 (big-endian)"),
        (b"<\0", "UTF-16 (little-endian)"),
        (b"\0<", "UTF-16 (big-endian)"),
    ] {
        if bytes.starts_with(mark) {
            let message = format!("the document is in {name}; only UTF-8 is read, convert it");
            return Err(XmlError::at(XmlErrorKind::Encoding, &bytes, 0, message));
        }
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        // A declared encoding explains the byte better than the byte itself.
        let declared = declaration::encoding_in(&error.as_bytes()[..at]);
        let message = match declared {
            Some(name) if !declaration::is_utf8(name) => {
                format!(
                    "the document says it is in {name}; only UTF-8 is read, convert it and its declaration"
                )
            }
            _ => "a byte that is not UTF-8; save the document in UTF-8".to_owned(),
        };
        XmlError::at(XmlErrorKind::Encoding, error.as_bytes(), at, message)
    })
}

/// An element whose end tag has not come yet.
struct Open {
    node: u32,
    element: u32,
    /// Bindings in scope before its own.
    scope: usize,
}

/// A run of text that is not yet a node: it still lies in the source, or it had to be decoded.
#[derive(Clone, Copy)]
enum Run {
    None,
    Source { start: usize, end: usize },
    Decoded { start: usize },
}

struct Reader<'s> {
    source: &'s str,
    limits: &'s Limits,
    arena: Arena,
    open: Vec<Open>,
    scope: Vec<Binding>,
    run: Run,
    /// Whether the source has carriage returns at all: line ends are only normalised then.
    carriage_returns: bool,
    /// Elements, comments and instructions so far.
    counted: usize,
    root_seen: bool,
}

impl<'s> Reader<'s> {
    fn new(source: &'s str, limits: &'s Limits) -> Reader<'s> {
        let mut arena = Arena::default();
        arena.nodes.reserve(source.len() / 24);
        arena.nodes.push(NodeData { parent: 0, end: 0, kind: Kind::Document });
        // What the prefix xml is bound to, so that attributes can point at it.
        arena.decoded.push_str(crate::XML_NAMESPACE);
        Reader {
            source,
            limits,
            arena,
            open: Vec::with_capacity(16),
            scope: Vec::with_capacity(16),
            run: Run::None,
            carriage_returns: memchr::memchr(b'\r', source.as_bytes()).is_some(),
            counted: 0,
            root_seen: false,
        }
    }

    fn read(mut self) -> Result<Arena, XmlError> {
        let base = if self.source.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
        if let Some((at, character)) = first_forbidden(&self.source[base..]) {
            let message =
                format!("the character U+{:04X} is not allowed in XML; leave it out", u32::from(character));
            return Err(self.error(XmlErrorKind::Character, base + at, message));
        }
        let mut events = quick_xml::Reader::from_str(&self.source[base..]);
        let config = events.config_mut();
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        config.check_comments = true;
        let mut start = base;
        loop {
            let event = events.read_event().map_err(|error| {
                let at = base + events.error_position() as usize;
                self.error(XmlErrorKind::Syntax, at, format!("not well-formed: {error}"))
            })?;
            let end = base + events.buffer_position() as usize;
            match event {
                Event::Start(_) => self.start_tag(start, end, false)?,
                Event::Empty(_) => self.start_tag(start, end, true)?,
                Event::End(_) => self.end_tag(start, end)?,
                Event::Text(_) => self.characters(start, end)?,
                Event::CData(_) => self.cdata(start, end)?,
                Event::GeneralRef(_) => self.reference(start, end)?,
                Event::Comment(_) => self.comment(start, end)?,
                Event::PI(_) => self.instruction(start, end)?,
                Event::Decl(_) if start == base => declaration::check(self.source, start, end)?,
                Event::Decl(_) => {
                    let message = "an XML declaration may only be the very first thing; remove it or what stands before it";
                    return Err(self.error(XmlErrorKind::Syntax, start, message));
                }
                Event::DocType(_) => {
                    let message = "a DOCTYPE is never read: remove it and replace its entities by their text";
                    return Err(self.error(XmlErrorKind::Doctype, start, message));
                }
                Event::Eof => break,
            }
            start = end;
        }
        self.finish()
    }

    fn finish(mut self) -> Result<Arena, XmlError> {
        self.end_run(self.source.len())?;
        if let Some(open) = self.open.last() {
            let data = &self.arena.elements[open.element as usize];
            let name = data.name.of(self.source, "");
            let message = format!("<{name}> is never closed; add </{name}>");
            return Err(self.error(XmlErrorKind::Syntax, data.outer.0 as usize, message));
        }
        if !self.root_seen {
            let message = "there is no element; a document has exactly one root element";
            return Err(self.error(XmlErrorKind::Syntax, self.source.len(), message));
        }
        self.arena.nodes[0].end = self.arena.nodes.len() as u32;
        Ok(self.arena)
    }

    fn error(&self, kind: XmlErrorKind, at: usize, message: impl Into<String>) -> XmlError {
        XmlError::at(kind, self.source.as_bytes(), at, message)
    }

    fn parent(&self) -> u32 {
        self.open.last().map_or(0, |open| open.node)
    }

    fn push(&mut self, kind: Kind) -> u32 {
        let id = self.arena.nodes.len() as u32;
        let parent = self.parent();
        self.arena.nodes.push(NodeData { parent, end: id + 1, kind });
        id
    }

    fn count(&mut self, at: usize) -> Result<(), XmlError> {
        self.counted += 1;
        if self.counted > self.limits.max_elements {
            let message = format!(
                "more than {} elements, comments and instructions; split the document",
                self.limits.max_elements
            );
            return Err(self.error(XmlErrorKind::Limit, at, message));
        }
        Ok(())
    }

    fn check_length(&self, length: usize, at: usize, what: &str) -> Result<(), XmlError> {
        if length > self.limits.max_text_bytes {
            let most = self.limits.max_text_bytes;
            let message = format!("{what} has {length} bytes, at most {most} are read; shorten or split it");
            return Err(self.error(XmlErrorKind::Limit, at, message));
        }
        Ok(())
    }

    fn end_tag(&mut self, start: usize, end: usize) -> Result<(), XmlError> {
        self.end_run(start)?;
        let name =
            self.source[start + 2..end - 1].trim_end_matches(|c: char| c.is_ascii() && is_space(c as u8));
        let Some(open) = self.open.pop() else {
            return Err(self.error(
                XmlErrorKind::Syntax,
                start,
                "an end tag without its start tag; remove it",
            ));
        };
        let data = &mut self.arena.elements[open.element as usize];
        let expected = data.name.of(self.source, "");
        if name != expected {
            let message = format!(
                "</{expected}> is missing before this end tag; elements must close in the order they opened"
            );
            return Err(self.error(XmlErrorKind::Syntax, start, message));
        }
        data.inner.1 = start as u32;
        data.outer.1 = end as u32;
        self.close(open);
        Ok(())
    }

    fn close(&mut self, open: Open) {
        self.scope.truncate(open.scope);
        self.arena.nodes[open.node as usize].end = self.arena.nodes.len() as u32;
    }

    fn characters(&mut self, start: usize, end: usize) -> Result<(), XmlError> {
        let bytes = &self.source.as_bytes()[start..end];
        if self.open.is_empty() {
            return match bytes.iter().position(|byte| !is_space(*byte)) {
                None => Ok(()),
                Some(at) => {
                    let message = "text outside the root element; remove it";
                    Err(self.error(XmlErrorKind::Syntax, start + at, message))
                }
            };
        }
        if let Some(at) = memchr::memchr_iter(b'>', bytes).find(|at| bytes[..*at].ends_with(b"]]")) {
            let message = "']]>' in text; write ']]&gt;'";
            return Err(self.error(XmlErrorKind::Syntax, start + at, message));
        }
        self.append(start, end);
        Ok(())
    }

    fn cdata(&mut self, start: usize, end: usize) -> Result<(), XmlError> {
        if self.open.is_empty() {
            return Err(self.error(
                XmlErrorKind::Syntax,
                start,
                "a CDATA section outside the root element; remove it",
            ));
        }
        self.append(start + "<![CDATA[".len(), end - "]]>".len());
        Ok(())
    }

    fn reference(&mut self, start: usize, end: usize) -> Result<(), XmlError> {
        if self.open.is_empty() {
            return Err(self.error(
                XmlErrorKind::Syntax,
                start,
                "a reference outside the root element; remove it",
            ));
        }
        let character = self.resolve(start, end)?;
        self.decode_run();
        self.arena.decoded.push(character);
        Ok(())
    }

    /// The character that `&…;` between the offsets stands for.
    fn resolve(&self, start: usize, end: usize) -> Result<char, XmlError> {
        let name = &self.source[start + 1..end - 1];
        let code = match name {
            "amp" => return Ok('&'),
            "lt" => return Ok('<'),
            "gt" => return Ok('>'),
            "quot" => return Ok('"'),
            "apos" => return Ok('\''),
            // Leading zeros are allowed by the standard but without use: the length is bounded.
            _ if name.len() > 12 => None,
            _ => match (name.strip_prefix("#x"), name.strip_prefix('#')) {
                (Some(digits), _) if digits.bytes().all(|b| b.is_ascii_hexdigit()) => {
                    u32::from_str_radix(digits, 16).ok()
                }
                (None, Some(digits)) if digits.bytes().all(|b| b.is_ascii_digit()) => digits.parse().ok(),
                _ => None,
            },
        };
        code.and_then(char::from_u32).filter(|character| is_allowed(*character)).ok_or_else(|| {
            let message = "only &amp; &lt; &gt; &quot; &apos; and references to allowed characters are read; \
                           write the text itself, and a lone '&' as &amp;";
            self.error(XmlErrorKind::Entity, start, message)
        })
    }

    /// Adds a piece of the source to the current run of text.
    fn append(&mut self, start: usize, end: usize) {
        let normalise =
            self.carriage_returns && memchr::memchr(b'\r', &self.source.as_bytes()[start..end]).is_some();
        match self.run {
            Run::None if !normalise => self.run = Run::Source { start, end },
            _ => {
                self.decode_run();
                push_line_ends(&mut self.arena.decoded, &self.source[start..end]);
            }
        }
    }

    /// Moves the current run into the buffer of decoded text, so that more can be added to it.
    fn decode_run(&mut self) {
        let at = self.arena.decoded.len();
        match self.run {
            Run::Decoded { .. } => return,
            Run::Source { start, end } => self.arena.decoded.push_str(&self.source[start..end]),
            Run::None => {}
        }
        self.run = Run::Decoded { start: at };
    }

    /// Makes the current run of text a node.
    fn end_run(&mut self, at: usize) -> Result<(), XmlError> {
        let span = match std::mem::replace(&mut self.run, Run::None) {
            Run::None => return Ok(()),
            Run::Source { start, end } => Span::source(start, end),
            Run::Decoded { start } => Span::decoded(start, self.arena.decoded.len()),
        };
        self.check_length(span.len(), at, "the text before this place")?;
        if !span.is_empty() {
            self.push(Kind::Text(span));
        }
        Ok(())
    }

    /// A span of the source with its line ends normalised.
    fn normalised(&mut self, start: usize, end: usize) -> Span {
        if self.carriage_returns && memchr::memchr(b'\r', &self.source.as_bytes()[start..end]).is_some() {
            let from = self.arena.decoded.len();
            push_line_ends(&mut self.arena.decoded, &self.source[start..end]);
            return Span::decoded(from, self.arena.decoded.len());
        }
        Span::source(start, end)
    }

    fn comment(&mut self, start: usize, end: usize) -> Result<(), XmlError> {
        self.end_run(start)?;
        self.count(start)?;
        let (from, to) = (start + "<!--".len(), end - "-->".len());
        self.check_length(to - from, start, "the comment")?;
        if self.source[from..to].ends_with('-') {
            return Err(self.error(
                XmlErrorKind::Syntax,
                to,
                "a comment may not end with '--->'; put a space before '-->'",
            ));
        }
        let span = self.normalised(from, to);
        self.push(Kind::Comment(span));
        Ok(())
    }

    fn instruction(&mut self, start: usize, end: usize) -> Result<(), XmlError> {
        self.end_run(start)?;
        self.count(start)?;
        let (from, to) = (start + "<?".len(), end - "?>".len());
        self.check_length(to - from, start, "the processing instruction")?;
        let content = &self.source[from..to];
        let length = content.bytes().position(is_space).unwrap_or(content.len());
        let name = &content[..length];
        if !is_ncname(name) || name.eq_ignore_ascii_case("xml") || name.len() > self.limits.max_name_bytes {
            let message =
                "the target of a processing instruction must be a name without colon, other than 'xml'";
            return Err(self.error(XmlErrorKind::Syntax, start, message));
        }
        let blank = content[length..].bytes().take_while(|byte| is_space(*byte)).count();
        let target = Span::source(from, from + length);
        let data = self.normalised(from + length + blank, to);
        self.push(Kind::Instruction { target, data });
        Ok(())
    }

    /// Opens an element whose data is complete but for its end.
    fn open_element(&mut self, data: ElementData, scope: usize) -> Open {
        let element = self.arena.elements.len() as u32;
        self.arena.elements.push(data);
        let node = self.push(Kind::Element(element));
        Open { node, element, scope }
    }
}

/// Appends text with CR LF and lone CR as LF (XML 1.0, section 2.11).
fn push_line_ends(out: &mut String, text: &str) {
    for (index, piece) in text.split('\r').enumerate() {
        match (index, piece.strip_prefix('\n')) {
            (0, _) => out.push_str(piece),
            (_, Some(rest)) => {
                out.push('\n');
                out.push_str(rest);
            }
            (_, None) => {
                out.push('\n');
                out.push_str(piece);
            }
        }
    }
}

#[cfg(test)]
mod tests;
