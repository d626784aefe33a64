//! Documents made to hurt: refused with the right reason, or read in linear time. Nothing panics.

use crate::generate;
use proptest::prelude::*;
use std::time::{Duration, Instant};
use xml::{Document, Limits, XmlErrorKind};

fn refused(text: &str) -> xml::XmlError {
    Document::parse(text.as_bytes(), &Limits::message()).unwrap_err()
}

#[test]
fn every_limit_refuses_what_exceeds_it() {
    let limits = Limits {
        max_bytes: 4000,
        max_depth: 5,
        max_elements: 20,
        max_attributes_per_element: 3,
        max_namespaces: 4,
        max_text_bytes: 100,
        max_name_bytes: 10,
    };
    let long = "x".repeat(101);
    for (text, word) in [
        (format!("<a>{}</a>", " ".repeat(4000)), "at most 4000"),
        ("<a>".repeat(6) + &"</a>".repeat(6), "deeper than 5"),
        (format!("<a>{}</a>", "<b/>".repeat(20)), "more than 20"),
        (format!("<a>{}</a>", "<!---->".repeat(20)), "more than 20"),
        (format!("<a>{}</a>", "<?p?>".repeat(20)), "more than 20"),
        ("<a b='' c='' d='' e=''/>".to_owned(), "more than 3 attributes"),
        (
            "<a xmlns='urn:1' xmlns:b='urn:1' xmlns:c='urn:1'><b xmlns:b='urn:1' xmlns:c='urn:1'/></a>"
                .to_owned(),
            "more than 4 namespace",
        ),
        (format!("<a>{long}</a>"), "101 bytes"),
        (format!("<a>{}</a>", "<![CDATA[x]]>".repeat(101)), "101 bytes"),
        (format!("<a>{}</a>", "&#65;".repeat(101)), "101 bytes"),
        (format!("<a b='{long}'/>"), "101 bytes"),
        (format!("<a><!--{long}--></a>"), "101 bytes"),
        (format!("<a><?p {long}?></a>"), "103 bytes"),
        (format!("<{}/>", &long[..11]), "longer than 10"),
        (format!("<a {}=''/>", &long[..11]), "longer than 10"),
        (format!("<a xmlns='urn:{}'/>", &long[..11]), "longer than 10"),
    ] {
        let error = Document::parse(text.as_bytes(), &limits).unwrap_err();
        assert_eq!(error.kind, XmlErrorKind::Limit, "{error}");
        assert!(error.message.contains(word), "{error} should say {word}");
    }
    let within = "<a xmlns='urn:1' b='' c='' d=''><b><c><d><e/></d></c></b></a>";
    assert!(Document::parse(within.as_bytes(), &limits).is_ok());
}

#[test]
fn no_document_type_declaration_is_ever_read() {
    for text in [
        "<!DOCTYPE a><a/>",
        "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>",
        "<!doctype a><a/>",
        "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>",
        "<!DOCTYPE a [<!ENTITY x 'y'><!ENTITY z '&x;&x;&x;&x;&x;&x;'>]><a>&z;</a>",
        "<a/><!DOCTYPE a>",
        "<a><!DOCTYPE a></a>",
    ] {
        assert_eq!(refused(text).kind, XmlErrorKind::Doctype, "{text}");
    }
    for text in [
        "<a>&x;</a>",
        "<a b='&x;'/>",
        "<a>&#0;</a>",
        "<a>&#xD800;</a>",
        "<a>&#x110000;</a>",
        "<a>&#00000000000065;</a>",
        "<a>&#x;</a>",
        "<a>&#-1;</a>",
        "<a>&#+65;</a>",
        "<a>&AMP;</a>",
        "<a>&#X41;</a>",
        "<a>&;</a>",
    ] {
        assert_eq!(refused(text).kind, XmlErrorKind::Entity, "{text}");
    }
}

#[test]
fn other_encodings_are_refused_by_name() {
    let utf16: Vec<u8> = "<a/>".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let error = Document::parse(&utf16, &Limits::message()).unwrap_err();
    assert!(error.message.contains("UTF-16 (little-endian)"), "{error}");
    let error = refused("<?xml version='1.0' encoding='windows-1251'?><a/>");
    assert_eq!(
        (error.kind, error.message.contains("windows-1251")),
        (XmlErrorKind::Encoding, true),
        "{error}"
    );
    let mut bytes = b"<?xml version='1.0' encoding='windows-1251'?><a>".to_vec();
    bytes.extend([0xCF, 0xF0, 0xE8]);
    bytes.extend(b"</a>");
    let error = Document::parse(&bytes, &Limits::message()).unwrap_err();
    assert!(error.message.contains("windows-1251"), "{error}");
    assert_eq!(Document::parse(b"<a>\xFF</a>", &Limits::message()).unwrap_err().kind, XmlErrorKind::Encoding);
}

#[test]
fn errors_say_where() {
    let error = refused("<a>\n  <қ>&bad;</қ>\n</a>");
    assert_eq!((error.line, error.column), (2, 6), "{error}");
    assert!(error.to_string().starts_with("line 2, column 6: "), "{error}");
    let error = refused("<a>\n<b></c></a>");
    assert!(error.message.contains("</b> is missing"), "{error}");
}

/// Attack documents whose size grows eightfold must not cost more than about eightfold time.
#[test]
fn every_dimension_costs_linear_time() {
    let generous = Limits {
        max_bytes: 64 << 20,
        max_depth: 1 << 20,
        max_elements: 4 << 20,
        max_attributes_per_element: 1 << 20,
        ..Limits::message()
    };
    type Attack = (&'static str, usize, fn(usize) -> String);
    let attacks: [Attack; 10] = [
        ("attributes", 20_000, |n| {
            format!("<a {}/>", (0..n).map(|i| format!("b{i}=\"\" ")).collect::<String>())
        }),
        ("attributes of one namespace", 20_000, |n| {
            format!("<a xmlns:p='urn:p' {}/>", (0..n).map(|i| format!("p:b{i}=\"\" ")).collect::<String>())
        }),
        ("depth", 40_000, |n| "<a>".repeat(n) + &"</a>".repeat(n)),
        ("depth with text", 40_000, |n| "<a>x".repeat(n) + &"</a>".repeat(n)),
        ("siblings", 80_000, |n| format!("<a>{}</a>", "<b/>".repeat(n))),
        ("siblings that declare", 40_000, |n| format!("<a>{}</a>", "<b xmlns='urn:b'/>".repeat(n))),
        ("references", 80_000, |n| format!("<a b=\"{0}\">{0}</a>", "&amp;".repeat(n))),
        ("carriage returns", 300_000, |n| format!("<a b=\"{0}\">{0}</a>", "\r".repeat(n))),
        ("brackets", 300_000, |n| format!("<a>{}</a>", "]] >".repeat(n))),
        ("comments", 80_000, |n| format!("<a>{}</a>", "<!-- - -->".repeat(n))),
    ];
    for (name, size, attack) in attacks {
        let cost = |text: &str| {
            (0..3)
                .map(|_| {
                    let begun = Instant::now();
                    let doc = Document::parse(text.as_bytes(), &generous).unwrap();
                    let mut out = Vec::new();
                    xml::canonical::exclusive(&doc, doc.top(), &Default::default(), &mut out).unwrap();
                    begun.elapsed()
                })
                .min()
                .unwrap()
        };
        let (small, large) = (cost(&attack(size / 8)), cost(&attack(size)));
        // Quadratic cost would be 64 times; the floor keeps a noisy clock out of the verdict.
        let bound = small.max(Duration::from_millis(1)) * 30;
        assert!(large < bound, "{name}: {small:?} for an eighth, {large:?} for the whole");
    }
}

#[test]
fn twenty_thousand_attributes_are_refused_at_once() {
    let text = format!("<a {}/>", (0..20_000).map(|i| format!("b{i}=\"\" ")).collect::<String>());
    assert_eq!(refused(&text).kind, XmlErrorKind::Limit);
    let prefixes =
        format!("<a {}/>", (0..20_000).map(|i| format!("xmlns:b{i}=\"urn:b\" ")).collect::<String>());
    assert_eq!(refused(&prefixes).kind, XmlErrorKind::Limit);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        drop(Document::parse(&bytes, &Limits::message()));
    }

    #[test]
    fn no_markup_makes_the_reader_panic(text in "[<>/!?&;=\"'\\[\\]\\-xmlnsDOCTYPEa:#0-9 \r\né]{0,60}") {
        drop(Document::parse(text.as_bytes(), &Limits::message()));
    }

    /// Bytes of valid documents changed, removed or doubled at random.
    #[test]
    fn damaged_documents_never_panic_and_views_stay_consistent(
        text in generate::document(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), 0..4u8, any::<u8>()), 1..4),
    ) {
        let mut bytes = text.into_bytes();
        for (index, kind, value) in damage {
            if bytes.is_empty() { break; }
            let at = index.index(bytes.len());
            match kind {
                0 => { bytes.remove(at); }
                1 => bytes.insert(at, value),
                2 => bytes[at] = value,
                _ => { let piece = bytes[at..(at + 9).min(bytes.len())].to_vec(); bytes.splice(at..at, piece); }
            }
        }
        if let Ok(doc) = Document::parse(&bytes, &Limits::message()) {
            for element in doc.elements() {
                prop_assert_eq!(element.source().split_at(1), ("<", &element.source()[1..]));
                prop_assert!(element.source()[1..].starts_with(element.qualified_name()));
                prop_assert!(element.source().contains(element.inner_source()));
                let count = element.children().filter(|child| child.parent() == Some(element)).count();
                prop_assert_eq!(count, element.children().count());
            }
            drop(xml::canonical::inclusive(&doc, doc.top(), &Default::default(), &mut Vec::new()));
        }
    }
}
