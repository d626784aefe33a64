//! Start tags: the name, the attributes, the namespace declarations, and what they resolve to.

use super::{Reader, is_ncname, is_space};
use crate::document::{AttributeData, Binding, ElementData, Span};
use crate::{XML_NAMESPACE, XMLNS_NAMESPACE, XmlError, XmlErrorKind};
use std::cmp::Ordering;

/// A name in the source and the length of its prefix.
struct Name {
    start: usize,
    end: usize,
    prefix: usize,
}

impl Reader<'_> {
    pub(super) fn start_tag(&mut self, start: usize, end: usize, empty: bool) -> Result<(), XmlError> {
        self.end_run(start)?;
        self.count(start)?;
        self.check_place(start)?;
        let stop = if empty { end - 2 } else { end - 1 };
        let name = self.name(start + 1, stop)?;
        let scope = self.scope.len();
        let attributes = self.arena.attributes.len();
        let declarations = self.arena.declarations.len();
        self.attributes(name.end, stop, attributes)?;
        // xmlns:xml says nothing that is not so anyway.
        let source = self.source;
        let own = self.scope[scope..].iter().filter(|binding| binding.prefix.of(source, "") != "xml");
        self.arena.declarations.extend(own);
        self.resolve_attributes(attributes, start)?;
        let data = ElementData {
            name: Span::source(name.start, name.end),
            prefix: name.prefix as u32,
            namespace: self.namespace_of(&self.source[name.start..name.start + name.prefix], start)?,
            attributes: (attributes as u32, self.arena.attributes.len() as u32),
            declarations: (declarations as u32, self.arena.declarations.len() as u32),
            outer: (start as u32, end as u32),
            inner: (end as u32, end as u32),
        };
        let open = self.open_element(data, scope);
        if empty {
            self.close(open);
        } else {
            self.open.push(open);
        }
        Ok(())
    }

    fn check_place(&mut self, start: usize) -> Result<(), XmlError> {
        if self.open.len() >= self.limits.max_depth {
            let message =
                format!("elements nest deeper than {}; flatten the document", self.limits.max_depth);
            return Err(self.error(XmlErrorKind::Limit, start, message));
        }
        if self.open.is_empty() {
            if self.root_seen {
                let message = "a second root element; a document has exactly one";
                return Err(self.error(XmlErrorKind::Syntax, start, message));
            }
            self.root_seen = true;
            self.arena.root = self.arena.nodes.len() as u32;
        }
        Ok(())
    }

    /// The name that begins at an offset and ends before white space, '=' or `stop`.
    fn name(&self, start: usize, stop: usize) -> Result<Name, XmlError> {
        let bytes = &self.source.as_bytes()[start..stop];
        let length = bytes.iter().position(|byte| is_space(*byte) || *byte == b'=').unwrap_or(bytes.len());
        if length > self.limits.max_name_bytes {
            let message = format!("a name longer than {} bytes; shorten it", self.limits.max_name_bytes);
            return Err(self.error(XmlErrorKind::Limit, start, message));
        }
        let text = &self.source[start..start + length];
        let (prefix, local) = text.split_once(':').unwrap_or(("", text));
        let prefix_is_right = prefix.is_empty() == (local.len() == text.len());
        if !is_ncname(local) || !prefix_is_right || !(prefix.is_empty() || is_ncname(prefix)) {
            let message = "a name is expected here: a letter or '_' first, then letters, digits, '.', '-', '_', at most one prefix with ':'";
            return Err(self.error(XmlErrorKind::Syntax, start, message));
        }
        Ok(Name { start, end: start + length, prefix: prefix.len() })
    }

    /// Reads attributes and namespace declarations; the latter go into scope at once, the former stay unresolved.
    fn attributes(&mut self, mut at: usize, stop: usize, first: usize) -> Result<(), XmlError> {
        let declared = self.scope.len();
        loop {
            let gap = self.spaces(at, stop);
            if at + gap == stop {
                return Ok(());
            }
            if gap == 0 {
                return Err(self.error(
                    XmlErrorKind::Syntax,
                    at,
                    "white space is missing before this attribute; add a space",
                ));
            }
            at += gap;
            let name = self.name(at, stop)?;
            let (from, to) = self.quoted(name.end, stop)?;
            at = to + 1;
            let value = self.attribute_value(from, to)?;
            match &self.source[name.start..name.start + name.prefix] {
                "xmlns" => self.declare(
                    Span::source(name.start + "xmlns:".len(), name.end),
                    value,
                    declared,
                    name.start,
                )?,
                "" if &self.source[name.start..name.end] == "xmlns" => {
                    self.declare(Span::default(), value, declared, name.start)?;
                }
                _ => {
                    if self.arena.attributes.len() - first >= self.limits.max_attributes_per_element {
                        let most = self.limits.max_attributes_per_element;
                        let message =
                            format!("more than {most} attributes on one element; use child elements");
                        return Err(self.error(XmlErrorKind::Limit, name.start, message));
                    }
                    self.arena.attributes.push(AttributeData {
                        name: Span::source(name.start, name.end),
                        prefix: name.prefix as u32,
                        namespace: Span::default(),
                        value,
                    });
                }
            }
        }
    }

    fn spaces(&self, at: usize, stop: usize) -> usize {
        self.source.as_bytes()[at..stop].iter().take_while(|byte| is_space(**byte)).count()
    }

    /// The offsets of the quoted value behind a name.
    fn quoted(&self, after_name: usize, stop: usize) -> Result<(usize, usize), XmlError> {
        let bytes = &self.source.as_bytes()[..stop];
        let mut at = after_name + self.spaces(after_name, stop);
        if bytes.get(at) != Some(&b'=') {
            return Err(self.error(
                XmlErrorKind::Syntax,
                after_name,
                "an attribute needs a value: name=\"value\"",
            ));
        }
        at += 1;
        at += self.spaces(at, stop);
        match bytes.get(at) {
            Some(quote @ (b'"' | b'\'')) => match memchr::memchr(*quote, &bytes[at + 1..]) {
                Some(length) => Ok((at + 1, at + 1 + length)),
                None => Err(self.error(
                    XmlErrorKind::Syntax,
                    at,
                    "the attribute value is never closed; add its quote",
                )),
            },
            _ => Err(self.error(
                XmlErrorKind::Syntax,
                at,
                "an attribute value stands in quotes: name=\"value\"",
            )),
        }
    }

    /// The value of a CDATA attribute (XML 1.0, section 3.3.3): references resolved, white space to spaces.
    fn attribute_value(&mut self, start: usize, end: usize) -> Result<Span, XmlError> {
        let bytes = &self.source.as_bytes()[start..end];
        self.check_length(bytes.len(), start, "the attribute value")?;
        let Some(first) = bytes.iter().position(|byte| matches!(byte, b'&' | b'<' | b'\t' | b'\n' | b'\r'))
        else {
            return Ok(Span::source(start, end));
        };
        let from = self.arena.decoded.len();
        let mut done = start;
        let mut at = start + first;
        while at < end {
            let byte = self.source.as_bytes()[at];
            let (step, character) = match byte {
                b'<' => {
                    return Err(self.error(
                        XmlErrorKind::Syntax,
                        at,
                        "'<' in an attribute value; write &lt;",
                    ));
                }
                b'&' => match memchr::memchr(b';', &self.source.as_bytes()[at..end]) {
                    Some(length) => (length + 1, self.resolve(at, at + length + 1)?),
                    None => {
                        return Err(self.error(
                            XmlErrorKind::Entity,
                            at,
                            "a lone '&' in an attribute value; write &amp;",
                        ));
                    }
                },
                b'\r' if self.source.as_bytes()[at + 1..end].first() == Some(&b'\n') => (2, ' '),
                b'\r' | b'\n' | b'\t' => (1, ' '),
                _ => {
                    at += 1;
                    continue;
                }
            };
            self.arena.decoded.push_str(&self.source[done..at]);
            self.arena.decoded.push(character);
            at += step;
            done = at;
        }
        self.arena.decoded.push_str(&self.source[done..end]);
        Ok(Span::decoded(from, self.arena.decoded.len()))
    }

    /// Puts a namespace declaration into scope. `own` is where the declarations of this element begin.
    fn declare(&mut self, prefix: Span, uri: Span, own: usize, at: usize) -> Result<(), XmlError> {
        let source = self.source;
        let text = uri.of(source, &self.arena.decoded);
        let name = prefix.of(source, "");
        let problem = match (name, text) {
            ("xml", XML_NAMESPACE) => None,
            ("xml", _) => Some("the prefix xml cannot be bound to another namespace; remove the declaration"),
            ("xmlns", _) => Some("the prefix xmlns cannot be declared; remove the declaration"),
            (_, XML_NAMESPACE | XMLNS_NAMESPACE) => Some("this namespace is reserved; bind another one"),
            ("", _) => None,
            (_, "") => Some(
                "a prefix cannot be bound to an empty namespace name; give the namespace or remove the declaration",
            ),
            _ => None,
        };
        if let Some(message) = problem {
            return Err(self.error(XmlErrorKind::Namespace, at, message));
        }
        if text.len() > self.limits.max_name_bytes {
            let message =
                format!("a namespace name longer than {} bytes; shorten it", self.limits.max_name_bytes);
            return Err(self.error(XmlErrorKind::Limit, at, message));
        }
        // Bounded by max_namespaces, which keeps the comparison with all earlier ones cheap.
        if self.scope[own..].iter().any(|other| other.prefix.of(source, "") == name) {
            let message = "the same namespace declaration twice on one element; remove one";
            return Err(self.error(XmlErrorKind::DuplicateAttribute, at, message));
        }
        if self.scope.len() >= self.limits.max_namespaces {
            let message = format!(
                "more than {} namespace declarations in scope; remove the unused ones",
                self.limits.max_namespaces
            );
            return Err(self.error(XmlErrorKind::Limit, at, message));
        }
        self.scope.push(Binding { prefix, uri });
        Ok(())
    }

    /// What a prefix is bound to here; an empty prefix asks for the default namespace.
    fn namespace_of(&self, prefix: &str, at: usize) -> Result<Span, XmlError> {
        if prefix == "xml" {
            return Ok(Span::decoded(0, XML_NAMESPACE.len()));
        }
        match self.scope.iter().rev().find(|binding| binding.prefix.of(self.source, "") == prefix) {
            Some(binding) => Ok(binding.uri),
            None if prefix.is_empty() => Ok(Span::default()),
            None => {
                let message = format!("the prefix {prefix} is not declared; add xmlns:{prefix}=\"…\"");
                Err(self.error(XmlErrorKind::Namespace, at, message))
            }
        }
    }

    /// Resolves the prefixes of the attributes from `first` on and refuses two with the same expanded name.
    fn resolve_attributes(&mut self, first: usize, at: usize) -> Result<(), XmlError> {
        for index in first..self.arena.attributes.len() {
            let data = &self.arena.attributes[index];
            if data.prefix > 0 {
                let prefix = data.name.before(data.prefix as usize).of(self.source, "");
                let namespace = self.namespace_of(prefix, at)?;
                self.arena.attributes[index].namespace = namespace;
            }
        }
        let attributes = &self.arena.attributes[first..];
        let same = |left: &AttributeData, right: &AttributeData| self.compare(left, right) == Ordering::Equal;
        let duplicate = if attributes.len() <= 8 {
            attributes
                .iter()
                .enumerate()
                .any(|(index, left)| attributes[..index].iter().any(|right| same(left, right)))
        } else {
            let mut sorted: Vec<&AttributeData> = attributes.iter().collect();
            sorted.sort_unstable_by(|left, right| self.compare(left, right));
            sorted.windows(2).any(|pair| same(pair[0], pair[1]))
        };
        if duplicate {
            let message = "two attributes with the same name on one element; remove one";
            return Err(self.error(XmlErrorKind::DuplicateAttribute, at, message));
        }
        Ok(())
    }

    fn compare(&self, left: &AttributeData, right: &AttributeData) -> Ordering {
        let local = |data: &AttributeData| {
            let skip = if data.prefix == 0 { 0 } else { data.prefix as usize + 1 };
            data.name.after(skip).of(self.source, "")
        };
        let namespace = |data: &AttributeData| data.namespace.of(self.source, &self.arena.decoded);
        local(left).cmp(local(right)).then_with(|| namespace(left).cmp(namespace(right)))
    }
}
