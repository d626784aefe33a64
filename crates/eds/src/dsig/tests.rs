use xml::{Document, Limits};

use super::*;
use crate::key::Signer;
use crate::refusal::SignatureRefusal;
use crate::sample::{self, NOW};

fn verify_with(
    text: &str,
    expected: &ExpectedHolder,
) -> Result<Vec<enveloped::SignedDocument>, SignatureRefusal> {
    let document = Document::parse(text.as_bytes(), &Limits::message()).expect("well-formed");
    let validator = sample::pki().validator(&[]);
    enveloped::verify(&document, expected, &Judge { validator: &validator, moment: NOW, directory: None })
}

fn verify(text: &str) -> Result<Vec<enveloped::SignedDocument>, SignatureRefusal> {
    verify_with(text, &ExpectedHolder::Anyone)
}

const DECISION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- aside --><d:decision xmlns:d=\"urn:d\" xmlns:unused=\"urn:u\">\
    <d:case>1</d:case><!-- aside --> Әлия &amp; &lt;</d:decision>\n";

fn signed(signer: &dyn Signer, document: &str) -> String {
    enveloped::sign(document, signer, &Limits::message()).unwrap()
}

#[test]
fn a_signed_document_verifies_for_both_algorithms() {
    let pki = sample::pki();
    for signer in [&pki.organization, &pki.rsa] {
        for document in [DECISION, "<a/>", "<a><b/></a>", "<?pi x?><a xml:lang='kk' xmlns='urn:a'/><?after?>"]
        {
            let good =
                verify(&signed(signer, document)).unwrap_or_else(|refusal| panic!("{document}: {refusal}"));
            assert_eq!(good.len(), 1);
            assert_eq!(&good[0].certificate, signer.certificate());
        }
    }
}

#[test]
fn several_signers_sign_one_after_the_other() {
    let pki = sample::pki();
    let mut text = DECISION.to_owned();
    for signer in [&pki.organization, &pki.rsa, &pki.person] {
        text = signed(signer, &text);
    }
    let good = verify(&text).unwrap();
    let found: Vec<_> = good.iter().map(|signed| signed.certificate.as_ref().clone_name()).collect();
    assert_eq!(found, ["ТЕСТОВ ТЕСТ", "ЖҮЙЕ", "АЗАМАТ"]);
    // A later signature covers the earlier ones: taking out the first breaks the second.
    let start = text.find("<ds:Signature ").unwrap();
    let end = text.find("</ds:Signature>").unwrap() + "</ds:Signature>".len();
    let without_first = format!("{}{}", &text[..start], &text[end..]);
    assert_eq!(verify(&without_first).unwrap_err().kind, RefusalKind::Wrong);
}

impl Certificate {
    fn clone_name(&self) -> String {
        self.holder().common_name.clone().unwrap_or_default()
    }
}

#[test]
fn every_signature_must_be_the_expected_holders() {
    let pki = sample::pki();
    let text = signed(&pki.person, DECISION);
    assert!(verify_with(&text, &ExpectedHolder::Iin("900101300123".into())).is_ok());
    let refusal = verify_with(&text, &ExpectedHolder::Iin("900101300124".into())).unwrap_err();
    assert_eq!((refusal.kind, refusal.kind.business_code()), (RefusalKind::OtherHolder, "SCE015"));
}

#[test]
fn changed_unsigned_and_misplaced_documents_are_refused() {
    let text = signed(&sample::pki().organization, DECISION);
    let refusal = verify(DECISION).unwrap_err();
    assert_eq!((refusal.kind, refusal.kind.business_code()), (RefusalKind::NotSigned, "SCE017"));
    let refusal = verify(&text.replace("Әлия", "Айша")).unwrap_err();
    assert_eq!((refusal.kind, refusal.kind.business_code()), (RefusalKind::Wrong, "SCE016"));
    // The signature covers the root itself and everything behind the signature.
    for (from, to) in [
        ("<d:decision ", "<d:decision a=\"1\" "),
        ("</d:decision>", "<d:more/></d:decision>"),
        ("</d:decision>", "more</d:decision>"),
        ("</d:decision>", "</d:decision><?pi?>"),
        ("xmlns:unused=\"urn:u\"", ""),
        ("URI=\"\"", "URI=\"#x\""),
        (
            "<ds:Transform Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"></ds:Transform>",
            "",
        ),
    ] {
        assert_eq!(text.matches(from).count(), 1, "{from}");
        let refusal = verify(&text.replace(from, to)).unwrap_err();
        assert_eq!(refusal.kind, RefusalKind::Wrong, "{from}: {refusal}");
    }
    // The signed document as a part of another.
    assert_eq!(
        verify(&format!("<x>{}</x>", &text[text.find("<d:decision").unwrap()..])).unwrap_err().kind,
        RefusalKind::NotSigned
    );
    // Comments are not signed, as the standard has it for references within the document.
    assert!(verify(&text.replace("<!-- aside -->", "")).is_ok());
}

#[test]
fn a_document_with_signatures_elsewhere_or_too_many_is_not_signed_again() {
    let pki = sample::pki();
    let text = signed(&pki.organization, "<a/>");
    let behind = text.replace("</a>", "<b/></a>");
    assert!(matches!(
        enveloped::sign(&behind, &pki.organization, &Limits::message()),
        Err(enveloped::SignError::Placement(_))
    ));
    let mut many = "<a/>".to_owned();
    for _ in 0..enveloped::MOST_SIGNATURES {
        many = signed(&pki.organization, &many);
    }
    assert!(matches!(
        enveloped::sign(&many, &pki.organization, &Limits::message()),
        Err(enveloped::SignError::Placement(_))
    ));
}

#[test]
fn a_certificate_named_by_number_in_a_captured_response_is_read() {
    let Some(folder) = sample::fixtures("shep/messages/variants") else { return };
    let bytes = std::fs::read(folder.join("v17-header-issuer-serial-not-verifiable.xml")).unwrap();
    let document = Document::parse(&bytes, &Limits::message()).unwrap();
    let key_info = document.elements().find(|element| element.is(NAMESPACE, "KeyInfo")).unwrap();
    let Named::ByNumber(issuer, serial) = key_info::read(key_info).unwrap() else { panic!("another form") };
    assert_eq!(
        (issuer, serial.to_decimal()),
        (DistinguishedName::parse("C=KZ,CN=DEMO CA").unwrap(), "1".into())
    );
}

#[test]
fn signatures_of_the_reference_signing_service_read_and_their_rsa_digest_and_value_hold() {
    let Some(folder) = sample::fixtures("shep/messages") else { return };
    let text = std::fs::read_to_string(folder.join("xmldsig-enveloped-rsa-and-gost2015.xml")).unwrap();
    let refusal = verify(&text).unwrap_err();
    assert!(
        refusal.to_string().contains("GOST R 34.10-2015, 512 bit is recognised but refused"),
        "{refusal}"
    );

    // The first signature alone: RSA. Its certificate is of a test authority that is not trusted here, and says so.
    let document = Document::parse(text.as_bytes(), &Limits::message()).unwrap();
    let signatures: Vec<_> =
        document.root().children().filter(|child| child.is(NAMESPACE, "Signature")).collect();
    let parts = read::signature(signatures[0]).unwrap();
    let ids: Vec<NodeId> = signatures.iter().map(xml::Element::id).collect();
    let covered = Covered { node: document.top(), exclude: &ids };
    let reference = &parts.reference;
    let found = digest(&document, &covered, &reference.canonicalisation, reference.digest).unwrap();
    assert_eq!(crate::text::base64(found.as_ref()), "9KpJreFMA6K98mcu2hxdAe/vPzfl0uybYurT5DT/bTU=");
    assert_eq!(found.as_ref(), reference.digest_value);
    let key_info::Named::Certificate { der, .. } = key_info::read(parts.key_info).unwrap() else {
        panic!("no certificate")
    };
    let certificate = Certificate::from_der(&der).unwrap();
    assert_eq!(certificate.holder().iin.as_deref(), Some("123456789011"));
    let bytes = canonical_bytes(&document, parts.signed_info.id(), &parts.canonicalisation).unwrap();
    let key = certificate.verifying_key().unwrap();
    assert_eq!(key.verify(&bytes, &parts.value, SignatureForm::Xml), Ok(()));
    let authority = std::fs::read(folder.join("../pki/nca_rsa_test.crt")).unwrap();
    let authority = Certificate::from_pem(&authority).or_else(|_| Certificate::from_der(&authority)).unwrap();
    assert_eq!(certificate.verify_signed_by(&authority), Ok(()));
}
