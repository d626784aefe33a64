use crate::{Document, Limits, Node, XmlErrorKind};

fn parse(text: &str) -> Result<Document, crate::XmlError> {
    Document::parse(text.as_bytes(), &Limits::message())
}

#[test]
fn a_small_document_is_read() {
    let doc =
        parse("<?xml version=\"1.0\"?><a xmlns='urn:a' x='1'>t<b:c xmlns:b='urn:b' b:y='2'/>u</a>").unwrap();
    let root = doc.root();
    assert_eq!(root.name(), (Some("urn:a"), "a"));
    assert_eq!(root.text(), "tu");
    let child = root.child("urn:b", "c").unwrap();
    assert_eq!(child.attribute("urn:b", "y"), Some("2"));
    assert_eq!(root.nodes().count(), 3);
    assert!(matches!(root.nodes().next(), Some(Node::Text("t"))));
    assert_eq!(parse("<a>").unwrap_err().kind, XmlErrorKind::Syntax);
}
