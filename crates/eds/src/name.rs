//! Distinguished names, compared as sets of attribute and value pairs.
//!
//! The field writes the same name in both orders (`CN=…,C=KZ` and `C=KZ,CN=…`, gateway-wire 7), so the order says nothing. What is
//! compared is the attribute's object identifier and its value as text with runs of white space made one space; letter case counts.

use std::fmt;

use der::asn1::{Any, ObjectIdentifier};
use der::{Decode, Encode, Tag, Tagged};
use x509_cert::name::Name;

/// Most attribute and value pairs in a name.
const MOST_PAIRS: usize = 64;
/// Longest text form of a name in bytes.
const LONGEST_TEXT: usize = 16 * 1024;

/// `CN`.
pub const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");
/// `SURNAME`.
pub const SURNAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.4");
/// `SERIALNUMBER`: in this field `IIN` and twelve digits.
pub const SERIAL_NUMBER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.5");
/// `C`.
pub const COUNTRY: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.6");
/// `O`.
pub const ORGANIZATION: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.10");
/// `OU`: in this field `BIN` and twelve digits.
pub const ORGANIZATIONAL_UNIT: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.11");
/// `GIVENNAME`: in this field the patronymic.
pub const GIVEN_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.42");

/// Names of attributes in text forms; the first one listed for an identifier is the one written.
const ATTRIBUTES: [(&str, ObjectIdentifier); 21] = [
    ("CN", COMMON_NAME),
    ("SURNAME", SURNAME),
    ("SN", SURNAME),
    ("SERIALNUMBER", SERIAL_NUMBER),
    ("C", COUNTRY),
    ("L", ObjectIdentifier::new_unwrap("2.5.4.7")),
    ("ST", ObjectIdentifier::new_unwrap("2.5.4.8")),
    ("S", ObjectIdentifier::new_unwrap("2.5.4.8")),
    ("STREET", ObjectIdentifier::new_unwrap("2.5.4.9")),
    ("O", ORGANIZATION),
    ("OU", ORGANIZATIONAL_UNIT),
    ("T", ObjectIdentifier::new_unwrap("2.5.4.12")),
    ("TITLE", ObjectIdentifier::new_unwrap("2.5.4.12")),
    ("BUSINESSCATEGORY", ObjectIdentifier::new_unwrap("2.5.4.15")),
    ("GIVENNAME", GIVEN_NAME),
    ("GN", GIVEN_NAME),
    ("G", GIVEN_NAME),
    ("EMAILADDRESS", ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.1")),
    ("E", ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.1")),
    ("DC", ObjectIdentifier::new_unwrap("0.9.2342.19200300.100.1.25")),
    ("UID", ObjectIdentifier::new_unwrap("0.9.2342.19200300.100.1.1")),
];

/// A distinguished name. Equality ignores the order of attributes.
#[derive(Clone)]
pub struct DistinguishedName {
    /// In the order of the encoding, for people.
    written: Vec<(ObjectIdentifier, String)>,
    /// Sorted, for comparison.
    sorted: Vec<(ObjectIdentifier, String)>,
}

/// Why a name cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// The text form breaks the grammar of RFC 4514.
    #[error("name {text:?}: {reason}")]
    Text {
        /// The beginning of the text.
        text: String,
        /// What is wrong.
        reason: &'static str,
    },
    /// The encoded form holds a value that is not text.
    #[error("name attribute {attribute} is not readable text")]
    Value {
        /// The attribute.
        attribute: String,
    },
    /// More than the accepted number of attributes.
    #[error("name has more than {MOST_PAIRS} attributes")]
    TooLong,
}

impl DistinguishedName {
    pub(crate) fn from_x509(name: &Name) -> Result<Self, NameError> {
        let mut written = Vec::new();
        for pair in name.iter() {
            if written.len() == MOST_PAIRS {
                return Err(NameError::TooLong);
            }
            let text =
                value_text(&pair.value).ok_or_else(|| NameError::Value { attribute: label(pair.oid) })?;
            written.push((pair.oid, text));
        }
        Ok(Self::new(written))
    }

    fn new(written: Vec<(ObjectIdentifier, String)>) -> Self {
        let mut sorted: Vec<_> = written.iter().map(|(oid, value)| (*oid, one_space(value))).collect();
        sorted.sort();
        Self { written, sorted }
    }

    /// Reads the text form (RFC 4514, with `;` as a further separator and quoted values of RFC 2253).
    ///
    /// # Errors
    /// A text that breaks the grammar, names an unknown attribute or is too long.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let refused = |reason| NameError::Text { text: text.chars().take(120).collect(), reason };
        if text.len() > LONGEST_TEXT {
            return Err(refused("too long"));
        }
        let mut rest = text.trim_start();
        let mut written = Vec::new();
        while !rest.is_empty() {
            if written.len() == MOST_PAIRS {
                return Err(NameError::TooLong);
            }
            let (key, after) = rest.split_once('=').ok_or_else(|| refused("an attribute has no '='"))?;
            let oid = attribute(key.trim()).ok_or_else(|| refused("an attribute is not known"))?;
            let (value, after) = text_value(after.trim_start()).map_err(refused)?;
            written.push((oid, value));
            rest = match after.trim_start() {
                "" => "",
                more => match more.strip_prefix([',', ';', '+']) {
                    Some(next) if !next.trim().is_empty() => next,
                    _ => return Err(refused("a value is not followed by a separator and an attribute")),
                },
            };
        }
        if written.is_empty() {
            return Err(refused("empty"));
        }
        Ok(Self::new(written))
    }

    /// Values of an attribute, in the order written.
    pub fn values(&self, attribute: ObjectIdentifier) -> impl Iterator<Item = &str> {
        self.written.iter().filter(move |(oid, _)| *oid == attribute).map(|(_, value)| value.as_str())
    }

    /// Number of attribute and value pairs.
    #[must_use]
    pub fn len(&self) -> usize {
        self.written.len()
    }

    /// Whether the name has no attributes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.written.is_empty()
    }
}

impl PartialEq for DistinguishedName {
    fn eq(&self, other: &Self) -> bool {
        self.sorted == other.sorted
    }
}

impl Eq for DistinguishedName {}

impl std::hash::Hash for DistinguishedName {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.sorted.hash(state);
    }
}

/// The form of RFC 4514, attributes in the order of the encoding.
impl fmt::Display for DistinguishedName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (oid, value)) in self.written.iter().enumerate() {
            if index > 0 {
                formatter.write_str(",")?;
            }
            write!(formatter, "{}=", label(*oid))?;
            write_escaped(formatter, value)?;
        }
        Ok(())
    }
}

impl fmt::Debug for DistinguishedName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:?}", self.to_string())
    }
}

fn label(oid: ObjectIdentifier) -> String {
    let known = ATTRIBUTES.iter().find(|(_, known)| *known == oid);
    known.map_or_else(|| oid.to_string(), |(label, _)| (*label).to_owned())
}

fn attribute(key: &str) -> Option<ObjectIdentifier> {
    let dotted = key.strip_prefix("OID.").or_else(|| key.strip_prefix("oid.")).unwrap_or(key);
    if dotted.starts_with(|first: char| first.is_ascii_digit()) {
        return ObjectIdentifier::new(dotted).ok();
    }
    ATTRIBUTES.iter().find(|(label, _)| label.eq_ignore_ascii_case(key)).map(|(_, oid)| *oid)
}

/// The text of an attribute value in any of the string types certificates use; `None` when it is not one.
fn value_text(value: &Any) -> Option<String> {
    let bytes = value.value();
    match value.tag() {
        Tag::Utf8String | Tag::PrintableString | Tag::Ia5String | Tag::NumericString | Tag::VisibleString => {
            std::str::from_utf8(bytes).ok().map(str::to_owned)
        }
        Tag::BmpString => {
            let units: Vec<u16> = bytes
                .chunks(2)
                .map(|pair| match pair {
                    [high, low] => Some(u16::from_be_bytes([*high, *low])),
                    _ => None,
                })
                .collect::<Option<_>>()?;
            String::from_utf16(&units).ok()
        }
        // Certificates that use the teletex type mean Latin-1 by it.
        Tag::TeletexString => Some(bytes.iter().map(|byte| char::from(*byte)).collect()),
        _ => None,
    }
}

fn one_space(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// Reads one value and gives the rest of the text, which begins with a separator or is empty.
fn text_value(text: &str) -> Result<(String, &str), &'static str> {
    if let Some(quoted) = text.strip_prefix('"') {
        return quoted_value(quoted);
    }
    if let Some(hex) = text.strip_prefix('#') {
        let end = hex.find([',', ';', '+']).unwrap_or(hex.len());
        let (digits, rest) = hex.split_at(end);
        let der = hex_bytes(digits.trim()).ok_or("a value after '#' is not hexadecimal")?;
        let any = Any::from_der(&der).map_err(|_| "a value after '#' is not DER")?;
        return Ok((value_text(&any).ok_or("a value after '#' is not text")?, rest));
    }
    let mut value = Vec::new();
    // Length up to the last character that is not an unescaped space.
    let mut kept = 0;
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        match first {
            ',' | ';' | '+' => break,
            '\\' => {
                rest = escape(&rest[1..], &mut value)?;
                kept = value.len();
            }
            other => {
                value.extend_from_slice(other.encode_utf8(&mut [0; 4]).as_bytes());
                rest = &rest[other.len_utf8()..];
                if other != ' ' {
                    kept = value.len();
                }
            }
        }
    }
    value.truncate(kept);
    String::from_utf8(value).map(|value| (value, rest)).map_err(|_| "escaped bytes are not UTF-8")
}

fn quoted_value(text: &str) -> Result<(String, &str), &'static str> {
    let mut value = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        match first {
            '"' => {
                let value = String::from_utf8(value).map_err(|_| "escaped bytes are not UTF-8")?;
                return Ok((value, &rest[1..]));
            }
            '\\' => rest = escape(&rest[1..], &mut value)?,
            other => {
                value.extend_from_slice(other.encode_utf8(&mut [0; 4]).as_bytes());
                rest = &rest[other.len_utf8()..];
            }
        }
    }
    Err("a quoted value is not closed")
}

/// Reads what follows a backslash: two hexadecimal digits, or a character as it is.
fn escape<'a>(text: &'a str, out: &mut Vec<u8>) -> Result<&'a str, &'static str> {
    if let Some(byte) = text.get(..2).and_then(hex_bytes) {
        out.extend_from_slice(&byte);
        return Ok(&text[2..]);
    }
    let first = text.chars().next().ok_or("a backslash ends the text")?;
    out.extend_from_slice(first.encode_utf8(&mut [0; 4]).as_bytes());
    Ok(&text[first.len_utf8()..])
}

fn hex_bytes(digits: &str) -> Option<Vec<u8>> {
    if !digits.len().is_multiple_of(2) || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok()).collect()
}

fn write_escaped(out: &mut impl fmt::Write, value: &str) -> fmt::Result {
    let last = value.chars().count().saturating_sub(1);
    for (index, letter) in value.chars().enumerate() {
        let at_edge = (index == 0 && matches!(letter, ' ' | '#')) || (index == last && letter == ' ');
        if at_edge || matches!(letter, ',' | ';' | '+' | '"' | '\\' | '<' | '>' | '=') {
            out.write_char('\\')?;
        }
        if letter.is_control() {
            let mut bytes = [0; 4];
            for byte in letter.encode_utf8(&mut bytes).bytes() {
                write!(out, "\\{byte:02X}")?;
            }
        } else {
            out.write_char(letter)?;
        }
    }
    Ok(())
}

/// Builds the encoded form: each pair its own relative name, country and serial number as printable strings.
pub(crate) fn encode(pairs: &[(ObjectIdentifier, String)]) -> der::Result<Name> {
    use der::asn1::{PrintableStringRef, SetOfVec, Utf8StringRef};
    use x509_cert::attr::AttributeTypeAndValue;
    use x509_cert::name::{RdnSequence, RelativeDistinguishedName};
    let mut sequence = Vec::new();
    for (oid, value) in pairs {
        let value = if matches!(*oid, COUNTRY | SERIAL_NUMBER) {
            Any::from(PrintableStringRef::new(value)?)
        } else {
            Any::from(Utf8StringRef::new(value)?)
        };
        let set = SetOfVec::try_from(vec![AttributeTypeAndValue { oid: *oid, value }])?;
        sequence.push(RelativeDistinguishedName::from(set));
    }
    Name::from_der(&RdnSequence::from(sequence).to_der()?)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn order_of_attributes_does_not_count() {
        let one = DistinguishedName::parse("CN=ҰКО 3.0 (RSA TEST),C=KZ").unwrap();
        let other = DistinguishedName::parse("C=KZ, CN=ҰКО  3.0 (RSA TEST)").unwrap();
        assert_eq!(one, other);
        assert_ne!(one, DistinguishedName::parse("C=KZ,CN=ҰКО 3.0 (GOST TEST)").unwrap());
        // A set with a repeated pair is another name than the pair alone.
        assert_ne!(one, DistinguishedName::parse("C=KZ,C=KZ,CN=ҰКО 3.0 (RSA TEST)").unwrap());
    }

    #[test]
    fn escapes_quotes_and_encoded_values_read_as_text() {
        let plain = DistinguishedName::parse(r#"O=ЖШС "Мысал\, ""#);
        assert!(plain.is_ok());
        let quoted = DistinguishedName::parse(
            r#"O="АО \"ТЕСТ\", филиал",2.5.4.5=#130f49494e313233343536373839303131"#,
        )
        .unwrap();
        assert_eq!(quoted.values(ORGANIZATION).collect::<Vec<_>>(), [r#"АО "ТЕСТ", филиал"#]);
        assert_eq!(quoted.values(SERIAL_NUMBER).collect::<Vec<_>>(), ["IIN123456789011"]);
        let escaped = DistinguishedName::parse(r"CN=a\2C\20b\ ,OID.2.5.4.6=KZ").unwrap();
        assert_eq!(escaped.values(COMMON_NAME).collect::<Vec<_>>(), ["a, b "]);
        assert_eq!(escaped.values(COUNTRY).collect::<Vec<_>>(), ["KZ"]);
    }

    #[test]
    fn broken_texts_are_refused_with_the_reason() {
        for (text, reason) in [
            ("", "empty"),
            ("CN", "no '='"),
            ("QQ=1", "not known"),
            ("CN=a,", "separator"),
            ("CN=\"a", "not closed"),
            ("CN=\"a\"b", "separator"),
            ("CN=a\\", "backslash"),
            ("CN=#zz", "hexadecimal"),
            ("CN=#0101ff", "not text"),
            ("CN=\\ff", "UTF-8"),
        ] {
            let error = DistinguishedName::parse(text).unwrap_err().to_string();
            assert!(error.contains(reason), "{text}: {error}");
        }
        assert_eq!(DistinguishedName::parse(&"C=KZ,".repeat(65)), Err(NameError::TooLong));
    }

    proptest! {
        #[test]
        fn written_form_reads_back(values in proptest::collection::vec("\\PC{0,20}", 1..6)) {
            let written = values.into_iter().map(|value| (ORGANIZATION, value)).collect();
            let name = DistinguishedName::new(written);
            prop_assert_eq!(DistinguishedName::parse(&name.to_string()).unwrap().sorted, name.sorted);
        }

        #[test]
        fn no_text_makes_the_reader_panic(text in "(CN|C|=|,|;|\\+|\\\\|\"|#|[0-9a-f]| |\\PC){0,40}") {
            let _ = DistinguishedName::parse(&text);
        }
    }
}
