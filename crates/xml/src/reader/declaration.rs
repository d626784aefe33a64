//! The XML declaration: version 1.0, encoding UTF-8, and nothing in it that the grammar does not know.

use crate::character::is_space;
use crate::{XmlError, XmlErrorKind};

pub(super) fn is_utf8(name: &str) -> bool {
    name.eq_ignore_ascii_case("UTF-8") || name.eq_ignore_ascii_case("UTF8")
}

/// The encoding that the beginning of a document declares, as far as it can be told.
pub(super) fn encoding_in(bytes: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(bytes.get(..bytes.len().min(200))?).ok()?;
    let declaration = text.trim_start_matches('\u{FEFF}').strip_prefix("<?xml")?;
    let declaration = &declaration[..declaration.find("?>")?];
    let value = declaration.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    value[1..].split_once(quote).map(|(name, _)| name)
}

/// Checks the declaration between the offsets.
pub(super) fn check(source: &str, start: usize, end: usize) -> Result<(), XmlError> {
    let error = |kind, message: &str| Err(XmlError::at(kind, source.as_bytes(), start, message));
    let Some(fields) = pseudo_attributes(&source[start + "<?xml".len()..end - "?>".len()]) else {
        return error(XmlErrorKind::Syntax, MALFORMED);
    };
    let names: Vec<&str> = fields.iter().map(|(name, _)| *name).collect();
    if !matches!(
        names[..],
        ["version"]
            | ["version", "encoding"]
            | ["version", "standalone"]
            | ["version", "encoding", "standalone"]
    ) {
        return error(XmlErrorKind::Syntax, MALFORMED);
    }
    for (name, value) in fields {
        match name {
            "version" if value != "1.0" => {
                return error(XmlErrorKind::Syntax, "only XML 1.0 is read; write version=\"1.0\"");
            }
            "encoding" if !is_utf8(value) => {
                let message = format!(
                    "the document says it is in {}; only UTF-8 is read, convert it and its declaration",
                    value.chars().filter(char::is_ascii_graphic).take(40).collect::<String>()
                );
                return error(XmlErrorKind::Encoding, &message);
            }
            "standalone" if value != "yes" && value != "no" => {
                return error(XmlErrorKind::Syntax, "standalone is 'yes' or 'no'");
            }
            _ => {}
        }
    }
    Ok(())
}

const MALFORMED: &str =
    "the XML declaration is malformed; write <?xml version=\"1.0\" encoding=\"UTF-8\"?> or leave it out";

/// `name="value"` pairs, each after white space; `None` when the text is anything else.
fn pseudo_attributes(mut text: &str) -> Option<Vec<(&str, &str)>> {
    let space = |c: char| c.is_ascii() && is_space(c as u8);
    let mut fields = Vec::new();
    loop {
        let rest = text.trim_start_matches(space);
        if rest.is_empty() {
            return Some(fields);
        }
        if rest.len() == text.len() || fields.len() == 3 {
            return None;
        }
        let (name, after) = rest.split_once('=')?;
        let value = after.trim_start_matches(space);
        let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
        let (value, after) = value[1..].split_once(quote)?;
        fields.push((name.trim_end_matches(space), value));
        text = after;
    }
}
