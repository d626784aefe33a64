//! Characters and names of XML 1.0 (fifth edition), and the escaping that canonical XML prescribes.

use std::borrow::Cow;

/// Whether XML 1.0 allows the character in a document (production `Char`).
pub(crate) fn is_allowed(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

/// White space of XML markup.
pub(crate) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

fn starts_ncname(character: char) -> bool {
    matches!(character,
        'A'..='Z' | 'a'..='z' | '_'
        | '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}' | '\u{370}'..='\u{37D}'
        | '\u{37F}'..='\u{1FFF}' | '\u{200C}'..='\u{200D}' | '\u{2070}'..='\u{218F}' | '\u{2C00}'..='\u{2FEF}'
        | '\u{3001}'..='\u{D7FF}' | '\u{F900}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FFFD}' | '\u{10000}'..='\u{EFFFF}')
}

fn continues_ncname(character: char) -> bool {
    starts_ncname(character)
        || matches!(character,
            '0'..='9' | '-' | '.' | '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}')
}

/// Whether the text is a name without colon (production `NCName` of Namespaces in XML).
#[must_use]
pub fn is_ncname(text: &str) -> bool {
    let mut characters = text.chars();
    characters.next().is_some_and(starts_ncname) && characters.all(continues_ncname)
}

/// The first character of the text that XML 1.0 does not allow, with its byte offset.
pub(crate) fn first_forbidden(text: &str) -> Option<(usize, char)> {
    let bytes = text.as_bytes();
    // A branch-free pass over blocks first: documents without control characters are the rule.
    let suspicious = bytes.chunks(256).any(|block| {
        block.iter().fold(false, |found, byte| {
            found
                | ((*byte < 0x20) & (*byte != b'\n') & (*byte != b'\r') & (*byte != b'\t'))
                | (*byte == 0xEF)
        })
    });
    if !suspicious {
        return None;
    }
    text.char_indices().find(|(_, character)| !is_allowed(*character))
}

fn escape<'t>(text: &'t str, replacement: impl Fn(u8) -> Option<&'static str> + Copy) -> Cow<'t, str> {
    match next_replaced(text.as_bytes(), 0, replacement) {
        None => Cow::Borrowed(text),
        Some(_) => {
            let mut out = String::with_capacity(text.len() + text.len() / 8 + 8);
            runs(text, replacement, |piece| out.push_str(piece));
            Cow::Owned(out)
        }
    }
}

/// Offset of the first byte from `from` on that has a replacement.
fn next_replaced(
    bytes: &[u8],
    from: usize,
    replacement: impl Fn(u8) -> Option<&'static str> + Copy,
) -> Option<usize> {
    const BLOCK: usize = 32;
    let mut at = from;
    // Whole blocks without a branch per byte: most text needs no replacement.
    while let Some(block) = bytes.get(at..at + BLOCK) {
        if block.iter().fold(false, |found, byte| found | replacement(*byte).is_some()) {
            break;
        }
        at += BLOCK;
    }
    bytes[at..].iter().position(|byte| replacement(*byte).is_some()).map(|found| at + found)
}

/// Gives the text in runs: as it stands, or the replacement of one byte.
pub(crate) fn runs<'t>(
    text: &'t str,
    replacement: impl Fn(u8) -> Option<&'static str> + Copy,
    mut emit: impl FnMut(&'t str),
) {
    let mut done = 0;
    while let Some(at) = next_replaced(text.as_bytes(), done, replacement) {
        if done < at {
            emit(&text[done..at]);
        }
        emit(replacement(text.as_bytes()[at]).unwrap_or_default());
        done = at + 1;
    }
    if done < text.len() {
        emit(&text[done..]);
    }
}

/// Replacements in text nodes (Canonical XML 1.0, section 2.3).
pub(crate) fn in_text(byte: u8) -> Option<&'static str> {
    match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        b'\r' => Some("&#xD;"),
        _ => None,
    }
}

/// Replacements in attribute values (Canonical XML 1.0, section 2.3).
pub(crate) fn in_attribute(byte: u8) -> Option<&'static str> {
    match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'"' => Some("&quot;"),
        b'\t' => Some("&#x9;"),
        b'\n' => Some("&#xA;"),
        b'\r' => Some("&#xD;"),
        _ => None,
    }
}

/// Escapes a text node the way canonical XML does. Characters that XML does not allow are not removed: see [`crate::Writer`].
#[must_use]
pub fn escape_text(text: &str) -> Cow<'_, str> {
    escape(text, in_text)
}

/// Escapes the value of an attribute (to be put between double quotes) the way canonical XML does.
#[must_use]
pub fn escape_attribute(text: &str) -> Cow<'_, str> {
    escape(text, in_attribute)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_fifth_edition() {
        for name in ["a", "_x-1.2", "Өтініш", "жауап_1", "日本"] {
            assert!(is_ncname(name), "{name}");
        }
        for name in ["", "1a", "-a", "a:b", "a b", "a\u{0}", "×"] {
            assert!(!is_ncname(name), "{name:?}");
        }
    }

    #[test]
    fn escaping_borrows_when_nothing_needs_it() {
        assert!(matches!(escape_text("Қызмет 'a' \"b\"\n"), Cow::Borrowed(_)));
        assert_eq!(escape_text("a<b>&\r"), "a&lt;b&gt;&amp;&#xD;");
        assert_eq!(escape_attribute("a<b>&\r\n\t\""), "a&lt;b>&amp;&#xD;&#xA;&#x9;&quot;");
    }

    #[test]
    fn forbidden_characters_are_found() {
        assert_eq!(first_forbidden("ab\u{1}"), Some((2, '\u{1}')));
        assert_eq!(first_forbidden("é\u{FFFE}"), Some((2, '\u{FFFE}')));
        assert_eq!(first_forbidden("\u{FFFD}\t\r\n ё"), None);
    }
}
