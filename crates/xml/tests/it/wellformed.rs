//! The verdict "well-formed" is that of libxml2, apart from what is refused on purpose.

use crate::generate;
use crate::oracle::{present, xmllint};
use proptest::prelude::*;
use xml::{Document, Limits, XmlErrorKind};

/// `None` when the document is refused on purpose by a rule that libxml2 does not have.
fn verdict(bytes: &[u8]) -> Option<bool> {
    match Document::parse(bytes, &Limits::message()) {
        Ok(_) => Some(true),
        Err(error)
            if matches!(error.kind, XmlErrorKind::Doctype | XmlErrorKind::Encoding | XmlErrorKind::Limit) =>
        {
            None
        }
        Err(_) => Some(false),
    }
}

fn libxml2(bytes: &[u8]) -> bool {
    xmllint(&["--noout"], bytes).is_some()
}

#[test]
fn malformed_documents_are_refused() {
    for text in [
        "",
        " ",
        "<",
        "<>",
        "</>",
        "a",
        "<a",
        "<a>",
        "</a>",
        "<a/><b/>",
        "<a></b>",
        "<a></a b=''>",
        "<a/>x",
        "x<a/>",
        "<a/>&amp;",
        "<a/><![CDATA[]]>",
        "<a b/>",
        "<a b=c/>",
        "<a b='1'c='2'/>",
        "<a b='1' b='2'/>",
        "<a b='<'/>",
        "<a b='&'/>",
        "<a b=\"'/>",
        "<a>&</a>",
        "<a>& </a>",
        "<a>&amp</a>",
        "<a>]]></a>",
        "<a><!-- -- --></a>",
        "<a><!-- ---></a>",
        "<a><!--></a>",
        "<a><!-></a>",
        "<a><!></a>",
        "<a><![CDATA[</a>",
        "<a><?xml?></a>",
        "<a><?XML?></a>",
        "<a><?></a>",
        "<a><? p?></a>",
        "<a><?p</a>",
        "<a><?1?></a>",
        " <?xml version='1.0'?><a/>",
        "<?xml?><a/>",
        "<?xml version='1.1'?><a/>",
        "<?xml version='2.0'?><a/>",
        "<?xml encoding='UTF-8'?><a/>",
        "<?xml version='1.0' standalone='maybe'?><a/>",
        "<?xml version='1.0' encoding='UTF-8' x='y'?><a/>",
        "<?xml version='1.0' standalone='yes' encoding='UTF-8'?><a/>",
        "<?xml version=1.0?><a/>",
        "<?xml version='1.0'encoding='UTF-8'?><a/>",
        "<1/>",
        "<-a/>",
        "<a:b/>",
        "<:a/>",
        "<a:/>",
        "<a:b:c xmlns:a='urn:a'/>",
        "<xmlns:a/>",
        "<a p:b=''/>",
        "<a :b=''/>",
        "<a xmlns:p=''/>",
        "<a xmlns:xmlns='urn:a'/>",
        "<a xmlns:xml='urn:a'/>",
        "<a xmlns:p='http://www.w3.org/XML/1998/namespace'/>",
        "<a xmlns='http://www.w3.org/XML/1998/namespace'/>",
        "<a xmlns:p='http://www.w3.org/2000/xmlns/'/>",
        "<a xmlns='http://www.w3.org/2000/xmlns/'/>",
        "<a xmlns='urn:a' xmlns='urn:a'/>",
        "<a xmlns:p='urn:a' xmlns:q='urn:a' p:x='' q:x=''/>",
        "<a xmlns:='urn:a'/>",
        "<a b ='1' / >",
        "<a / >",
        "< a/>",
        "<a>\u{1}</a>",
        "<a b='\u{8}'/>",
        "<a>\u{FFFE}</a>",
        "<a/>\u{0}",
        "<a><?p:q?></a>",
        "<a xmlns:xml='http://www.w3.org/XML/1998/namespace' xmlns:xml='http://www.w3.org/XML/1998/namespace'/>",
    ] {
        assert_eq!(verdict(text.as_bytes()), Some(false), "{text:?}");
    }
}

#[test]
fn unusual_but_well_formed_documents_are_read() {
    for text in [
        "<a\n/>",
        "<a b = '1'\tc\n=\n\"2\" ></a >",
        "<a b='>' c='/>'/>",
        "<a b=\"'\" c='\"'/>",
        "<a>></a>",
        "<a>]]</a>",
        "<a>] ]></a>",
        "<a><!----></a>",
        "<a><!-- - --></a>",
        "<a><?p?></a>",
        "<a><?p ??></a>",
        "<a><?xmlx?></a>",
        "<a><![CDATA[]]]]></a>",
        "<a><![CDATA[<!--]]></a>",
        "\n<a/>\n",
        "<!--x--><a/><!--y-->",
        "<?xml version='1.0'?>\n<a/>",
        "<?xml version = \"1.0\" encoding = 'utf-8' standalone='yes' ?><a/>",
        "<a xmlns:p='urn:p' p:a='' a=''/>",
        "<a xmlns='urn:a' xmlns:p='urn:a' p:a='' a=''/>",
        "<a.b-c_d/>",
        "<_/>",
        "<a xml:lang=''/>",
        "<a xmlns:xml='http://www.w3.org/XML/1998/namespace'/>",
        "<a xmlns=''/>",
        "<a>&#x10FFFF;&#9;</a>",
        "\u{FEFF}<?xml version='1.0'?><a/>",
        "<xmlfoo/>",
    ] {
        let error = Document::parse(text.as_bytes(), &Limits::message()).err();
        assert_eq!(error, None, "{text:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn damaged_documents_get_the_verdict_of_libxml2(
        text in generate::document(),
        index in any::<prop::sample::Index>(),
        kind in 0..3u8,
        with in prop::sample::select(vec!['<', '>', '&', '"', '\'', '/', '=', ' ', ':', '-', ']', '!', '?', 'x', ';', '#', '\u{1}']),
    ) {
        if !present() {
            return Ok(());
        }
        let mut characters: Vec<char> = text.chars().collect();
        let at = index.index(characters.len());
        match kind {
            0 => { characters.remove(at); }
            1 => characters.insert(at, with),
            _ => characters[at] = with,
        }
        let damaged: String = characters.into_iter().collect();
        if let Some(ours) = verdict(damaged.as_bytes()) {
            prop_assert_eq!(ours, libxml2(damaged.as_bytes()), "{}", damaged);
        }
    }
}
