//! Canonical forms: byte for byte those of libxml2 for whole documents, and those of the recommendation for subtrees.

use crate::generate;
use crate::oracle::{fixture, present, xmllint};
use proptest::prelude::*;
use xml::canonical::{Options, exclusive, inclusive};
use xml::{Document, Limits, NodeId};

const WITH_COMMENTS: Options<'static> = Options::WITH_COMMENTS;
const PLAIN: Options<'static> = Options::PLAIN;

fn parse(text: &str) -> Document {
    Document::parse(text.as_bytes(), &Limits::message()).unwrap()
}

fn exclusive_of(doc: &Document, node: NodeId, options: &Options) -> String {
    let mut out = String::new();
    exclusive(doc, node, options, &mut out).unwrap();
    out
}

fn inclusive_of(doc: &Document, node: NodeId, options: &Options) -> String {
    let mut out = String::new();
    inclusive(doc, node, options, &mut out).unwrap();
    out
}

fn agrees_with_libxml2(text: &str) {
    let doc = parse(text);
    let expect = |flag| {
        String::from_utf8(xmllint(&[flag], text.as_bytes()).unwrap_or_else(|| panic!("{text}"))).unwrap()
    };
    assert_eq!(
        exclusive_of(&doc, doc.top(), &WITH_COMMENTS),
        expect("--exc-c14n"),
        "exclusive form of {text}"
    );
    assert_eq!(inclusive_of(&doc, doc.top(), &WITH_COMMENTS), expect("--c14n"), "inclusive form of {text}");
}

#[test]
fn chosen_documents_have_the_form_of_libxml2() {
    if !present() {
        return;
    }
    for text in [
        "<a/>",
        "<?xml version='1.0' encoding='UTF-8' standalone='no'?>\n<!-- b --><?p  q ?>\n<a></a>\n<!--after--><?z?>\n",
        "\u{FEFF}<a>BOM</a>",
        "<a xmlns='urn:a'><b xmlns=''><c/></b><d/></a>",
        "<a xmlns='urn:a'><b xmlns='urn:a'><c xmlns=''/></b></a>",
        "<p:a xmlns:p='urn:1'><p:b xmlns:p='urn:2'><p:c xmlns:p='urn:1'/></p:b></p:a>",
        "<a xmlns:z='urn:z' xmlns:b='urn:b' xmlns:a='urn:a' z:q='1' a:q='2' q='3' b:q='4' b:a='5'/>",
        "<a xmlns:a='urn:z' xmlns:z='urn:a' a:q='1' z:q='2'/>",
        "<a xml:lang='kk' xml:space='preserve'><b xml:lang='ru'/></a>",
        "<a xmlns:xml='http://www.w3.org/XML/1998/namespace' xml:id='i'/>",
        "<өтініш аты='Әбдіқадір &quot;Ғ&quot;'>Қызмет&#x4AF;\u{1F600}</өтініш>",
        "<a b='&#13;&#10;&#9; \n\r\n\t&lt;&gt;&amp;&apos;\"'>&#13;\r\n\r&gt;&amp;]]&gt;<![CDATA[<&\r\n]]]]></a>",
        "<a xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xmlns:xs='http://www.w3.org/2001/XMLSchema' xsi:type='xs:string'>1</a>",
        "<a xmlns:u='urn:unused'><b xmlns:u='urn:unused' xmlns:v='urn:v'><v:c u:d=''/></b></a>",
    ] {
        agrees_with_libxml2(text);
    }
}

#[test]
fn fixtures_have_the_form_of_libxml2() {
    if !present() {
        return;
    }
    for name in ["sync-request-gost2004-signed.xml", "xmldsig-enveloped-rsa-and-gost2015.xml"] {
        if let Some(bytes) = fixture(&format!("shep/messages/{name}")) {
            agrees_with_libxml2(std::str::from_utf8(&bytes).unwrap());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn random_documents_have_the_form_of_libxml2(text in generate::document()) {
        if present() {
            agrees_with_libxml2(&text);
        }
    }
}

proptest! {
    /// A canonical form is well-formed and is its own canonical form.
    #[test]
    fn canonical_forms_are_fixed_points(text in generate::document()) {
        let doc = parse(&text);
        for options in [PLAIN, WITH_COMMENTS] {
            let once = exclusive_of(&doc, doc.top(), &options);
            let again = parse(&once);
            prop_assert_eq!(&exclusive_of(&again, again.top(), &options), &once);
            let once = inclusive_of(&doc, doc.top(), &options);
            let again = parse(&once);
            prop_assert_eq!(&inclusive_of(&again, again.top(), &options), &once);
        }
    }

    /// A subtree cut out in the form that carries its context has the same exclusive form on its own, for every element.
    #[test]
    fn subtrees_have_the_form_of_their_own_document(text in generate::document()) {
        let doc = parse(&text);
        for element in doc.elements() {
            let alone = inclusive_of(&doc, element.id(), &WITH_COMMENTS);
            let cut = parse(&alone);
            prop_assert_eq!(
                exclusive_of(&cut, cut.root().id(), &WITH_COMMENTS),
                // xml: attributes are inherited by the inclusive form only.
                {
                    let cut_exclusive = exclusive_of(&doc, element.id(), &WITH_COMMENTS);
                    if element.ancestors().any(|a| a.attributes().any(|a| a.prefix() == Some("xml"))) { continue; }
                    cut_exclusive
                }
            );
        }
    }

    #[test]
    fn excluded_subtrees_are_as_if_never_there(text in generate::document()) {
        let doc = parse(&text);
        for element in doc.elements().skip(1) {
            let range = element.byte_range();
            let without = parse(&format!("{}{}", &text[..range.start], &text[range.end..]));
            let options = Options { exclude: &[element.id()], ..WITH_COMMENTS };
            prop_assert_eq!(inclusive_of(&doc, doc.top(), &options), inclusive_of(&without, without.top(), &WITH_COMMENTS));
            prop_assert_eq!(exclusive_of(&doc, doc.top(), &options), exclusive_of(&without, without.top(), &WITH_COMMENTS));
        }
    }
}

#[test]
fn the_body_of_the_signed_sample_has_993_bytes() {
    let Some(bytes) = fixture("shep/messages/sync-request-gost2004-signed.xml") else { return };
    let doc = Document::parse(&bytes, &Limits::message()).unwrap();
    let body = doc.root().child("http://schemas.xmlsoap.org/soap/envelope/", "Body").unwrap();
    let mut out = Vec::new();
    exclusive(&doc, body.id(), &PLAIN, &mut out).unwrap();
    assert_eq!(out.len(), 993);
}

#[test]
fn subtrees_inherit_what_each_recommendation_says() {
    let doc = parse(
        "<p:a xmlns:p='urn:p' xmlns:u='urn:u' xmlns='urn:d' xml:lang='kk' x='1'><b xml:space='default'>t<p:c/></b></p:a>",
    );
    let b = doc.root().children().next().unwrap().id();
    assert_eq!(
        exclusive_of(&doc, b, &PLAIN),
        "<b xmlns=\"urn:d\" xml:space=\"default\">t<p:c xmlns:p=\"urn:p\"></p:c></b>"
    );
    assert_eq!(
        inclusive_of(&doc, b, &PLAIN),
        "<b xmlns=\"urn:d\" xmlns:p=\"urn:p\" xmlns:u=\"urn:u\" xml:lang=\"kk\" xml:space=\"default\">t<p:c></p:c></b>"
    );
}

#[test]
fn listed_prefixes_are_treated_as_in_canonical_xml() {
    let doc = parse(
        "<r xmlns='urn:d' xmlns:u='urn:u' xmlns:v='urn:v'><p:b xmlns:p='urn:p'><p:c xmlns:u='urn:w' xmlns=''/></p:b></r>",
    );
    let b = doc.root().children().next().unwrap().id();
    let with = |prefixes: &[&str]| exclusive_of(&doc, b, &Options { inclusive_prefixes: prefixes, ..PLAIN });
    assert_eq!(with(&[]), "<p:b xmlns:p=\"urn:p\"><p:c></p:c></p:b>");
    assert_eq!(with(&["u"]), "<p:b xmlns:p=\"urn:p\" xmlns:u=\"urn:u\"><p:c xmlns:u=\"urn:w\"></p:c></p:b>");
    assert_eq!(
        with(&["#default", "absent"]),
        "<p:b xmlns=\"urn:d\" xmlns:p=\"urn:p\"><p:c xmlns=\"\"></p:c></p:b>"
    );
}

#[test]
fn bindings_around_the_node_are_not_written_again() {
    let doc = parse("<p:a xmlns:p='urn:p' xmlns='urn:d'><q:b xmlns:q='urn:q'/></p:a>");
    let around = |around| exclusive_of(&doc, doc.root().id(), &Options { around, ..PLAIN });
    assert_eq!(around(&[("p", "urn:p"), ("q", "urn:other")]), "<p:a><q:b xmlns:q=\"urn:q\"></q:b></p:a>");
    assert_eq!(around(&[("p", "urn:x")]), "<p:a xmlns:p=\"urn:p\"><q:b xmlns:q=\"urn:q\"></q:b></p:a>");
}

#[test]
fn relative_namespace_names_have_no_canonical_form() {
    let doc = parse("<a xmlns='relative/name'/>");
    let error = exclusive(&doc, doc.top(), &PLAIN, &mut Vec::new()).unwrap_err();
    assert!(error.to_string().contains("relative reference"), "{error}");
    // Not written, so not an obstacle.
    let doc = parse("<a xmlns:unused='relative'/>");
    assert_eq!(exclusive_of(&doc, doc.top(), &PLAIN), "<a></a>");
}

#[test]
fn blocks_hand_over_every_byte_once() {
    let long = "қ".repeat(9000);
    let doc = parse(&format!("<a>{}<b>{long}</b></a>", "<x>1</x>".repeat(3000)));
    let mut direct = Vec::new();
    exclusive(&doc, doc.top(), &PLAIN, &mut direct).unwrap();
    let mut gathered = Vec::new();
    let mut blocks = xml::canonical::Blocks::new(|bytes: &[u8]| gathered.extend_from_slice(bytes));
    exclusive(&doc, doc.top(), &PLAIN, &mut blocks).unwrap();
    blocks.finish();
    assert_eq!(gathered, direct);
}
