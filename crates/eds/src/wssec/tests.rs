use proptest::prelude::*;
use xml::{Document, Limits};

use super::*;
use crate::crl::Reason;
use crate::dsig::{Judge, KnownCertificates};
use crate::issue::ToRevoke;
use crate::path::Validator;
use crate::refusal::{RefusalKind, SignatureRefusal};
use crate::sample::{self, CONTENT, NOW, signed_message};

fn check_with(
    message: &str,
    validator: &Validator,
    expectations: &Expectations,
) -> Result<(Signed, Vec<u8>), SignatureRefusal> {
    let document = Document::parse(message.as_bytes(), &Limits::message()).expect("well-formed");
    let judge = Judge { validator, moment: NOW, directory: None };
    let signed = verify(&document, &judge, expectations)?;
    let mut body = Vec::new();
    xml::canonical::exclusive(&document, signed.body, &xml::canonical::Options::default(), &mut body)
        .unwrap();
    Ok((signed, body))
}

fn check(message: &str) -> Result<(Signed, Vec<u8>), SignatureRefusal> {
    check_with(message, &sample::pki().validator(&[]), &Expectations::default())
}

/// The message is refused as a wrong signature, with these words.
fn refused(message: &str, words: &str) {
    match check(message) {
        Ok(_) => panic!("accepted, expected {words:?}:\n{message}"),
        Err(refusal) => {
            assert_eq!(refusal.kind, RefusalKind::Wrong, "{refusal}");
            assert!(refusal.to_string().contains(words), "{words:?} not in: {refusal}");
        }
    }
}

fn message() -> String {
    signed_message(&sample::pki().organization, CONTENT)
}

/// `from` occurs once and is replaced.
fn replaced(message: &str, from: &str, to: &str) -> String {
    assert_eq!(message.matches(from).count(), 1, "{from}");
    message.replace(from, to)
}

fn part<'m>(message: &'m str, from: &str, to: &str) -> &'m str {
    let start = message.find(from).unwrap();
    let end = message[start..].find(to).unwrap() + to.len();
    &message[start..start + end]
}

#[test]
fn signed_messages_of_both_algorithms_verify() {
    let pki = sample::pki();
    for signer in [&pki.organization, &pki.rsa, &pki.person] {
        let (signed, _) = check(&signed_message(signer, CONTENT)).unwrap();
        assert_eq!(&signed.certificate, signer.certificate());
        assert_eq!(signed.algorithm, signer.algorithm());
        assert!(signed.verdict.is_accepted());
    }
}

#[test]
fn the_header_has_exactly_the_shape_of_the_field() {
    let header = sign(&sample::pki().rsa, "id-1", b"<a></a>").unwrap();
    let certificate = base64(sample::pki().rsa.certificate().der());
    let value = part(&header, "<ds:SignatureValue>", "</ds:SignatureValue>");
    let expected = format!(
        "<wsse:Security xmlns:wsse=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd\" \
         soap:mustUnderstand=\"1\"><ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"><ds:SignedInfo>\
         <ds:CanonicalizationMethod Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"></ds:CanonicalizationMethod>\
         <ds:SignatureMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256\"></ds:SignatureMethod>\
         <ds:Reference URI=\"#id-1\"><ds:Transforms><ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\">\
         </ds:Transform></ds:Transforms><ds:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\">\
         </ds:DigestMethod><ds:DigestValue>qBKmm6aFilTO/bL8OILnzrfWaqHteSViCChy3W7U+SE=</ds:DigestValue></ds:Reference>\
         </ds:SignedInfo>{value}<ds:KeyInfo><wsse:SecurityTokenReference><wsse:KeyIdentifier \
         EncodingType=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary\" \
         ValueType=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0#X509v3\">{certificate}\
         </wsse:KeyIdentifier></wsse:SecurityTokenReference></ds:KeyInfo></ds:Signature></wsse:Security>"
    );
    assert_eq!(header, expected);
    assert!(matches!(sign(&sample::pki().rsa, "1 2", b""), Err(SignError::Identifier(_))));
    assert!(matches!(sign(&sample::pki().rsa, "a\"b", b""), Err(SignError::Identifier(_))));
}

#[test]
fn codes_follow_the_kind_of_refusal() {
    let pki = sample::pki();
    let message = message();
    let unsigned = replaced(&message, part(&message, "<wsse:Security", "</wsse:Security>"), "");
    let refusal = check(&unsigned).unwrap_err();
    assert_eq!((refusal.kind.gateway_code(), refusal.kind.transport_code()), ("GW-3001", "SCE007"));

    let refusal = check(&replaced(&message, "Әлия", "Айша")).unwrap_err();
    assert_eq!((refusal.kind.gateway_code(), refusal.kind.transport_code()), ("GW-3002", "SCE006"));
    assert!(refusal.reason.contains("changed after signing"), "{refusal}");

    let other =
        Expectations { holder: ExpectedHolder::Bin("123456789099".into()), ..Expectations::default() };
    let refusal = check_with(&message, &pki.validator(&[]), &other).unwrap_err();
    assert_eq!((refusal.kind.gateway_code(), refusal.kind.transport_code()), ("GW-3003", "SCE005"));
    assert!(refusal.reason.contains("BIN 123456789021, expected 123456789099"), "{refusal}");

    let serial = pki.organization.certificate().serial().clone();
    let entry = ToRevoke { serial, since: NOW, reason: Reason::KeyCompromise };
    let refusal = check_with(&message, &pki.validator(&[entry]), &Expectations::default()).unwrap_err();
    assert_eq!((refusal.kind.gateway_code(), refusal.kind.transport_code()), ("GW-3004", "SCE005"));
    assert!(refusal.verdict.is_some() && refusal.reason.contains("key compromised"), "{refusal}");

    let lists = std::sync::Arc::new(crate::revocation::CrlStore::new());
    let blind = Validator::new(std::sync::Arc::new(pki.trust()), lists, crate::path::Policy::default());
    let refusal = check_with(&message, &blind, &Expectations::default()).unwrap_err();
    assert_eq!((refusal.kind.gateway_code(), refusal.kind.transport_code()), ("GW-3005", "SCE005"));
}

#[test]
fn the_registered_holder_is_accepted() {
    let validator = sample::pki().validator(&[]);
    for holder in [ExpectedHolder::Bin("123456789021".into()), ExpectedHolder::Iin("123456789011".into())] {
        check_with(&message(), &validator, &Expectations { holder, ..Expectations::default() }).unwrap();
    }
    let person = signed_message(&sample::pki().person, CONTENT);
    let holder = ExpectedHolder::Bin("123456789021".into());
    let refusal =
        check_with(&person, &validator, &Expectations { holder, ..Expectations::default() }).unwrap_err();
    assert_eq!(refusal.kind, RefusalKind::OtherHolder);
    assert!(refusal.reason.contains("BIN none"), "{refusal}");
}

#[test]
fn deviations_of_real_clients_are_accepted() {
    let message = message();
    let value = part(&message, "<ds:SignatureValue>", "</ds:SignatureValue>");
    let spaced = value.replace("Value>", "Value>\r\n  ").replace("</", "&#13;\n</");
    for variant in [
        replaced(&message, value, &spaced),
        replaced(&message, " soap:mustUnderstand=\"1\"", ""),
        message
            .replace("></ds:Transform>", "/>")
            .replace("></ds:DigestMethod>", "/>")
            .replace("<ds:SignatureValue>", "\n<ds:SignatureValue>"),
        replaced(&message, "<soap:Header>", "<soap:Header><other xmlns=\"urn:other\">1</other>"),
        format!("\u{feff}<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{message}\n"),
        replaced(&message, "<soap:Envelope ", "<soap:Envelope xmlns:unused=\"urn:unused\" "),
        replaced(&message, "<ds:Signature ", "<ds:Signature Id=\"SIG-1\" "),
        message.replace("<ds:KeyInfo>", "<ds:KeyInfo Id=\"KI-1\">").replace(
            "<wsse:SecurityTokenReference>",
            &format!("<wsse:SecurityTokenReference xmlns:wsu=\"{WSU}\" wsu:Id=\"STR-1\">"),
        ),
    ] {
        check(&variant).unwrap_or_else(|refusal| panic!("{refusal}\n{variant}"));
    }
}

#[test]
fn a_signature_of_the_business_data_in_the_body_is_another_matter() {
    let pki = sample::pki();
    let data =
        crate::dsig::enveloped::sign("<d:x xmlns:d=\"urn:d\">1</d:x>", &pki.person, &Limits::message())
            .unwrap();
    let (signed, _) = check(&signed_message(&pki.organization, &format!("<data>{data}</data>"))).unwrap();
    assert_eq!(&signed.certificate, pki.organization.certificate());
    // It does not stand in for the transport signature.
    let message = signed_message(&pki.organization, &format!("<data>{data}</data>"));
    let security = part(&message, "<wsse:Security", "</wsse:Security>");
    assert_eq!(check(&replaced(&message, security, "")).unwrap_err().kind, RefusalKind::NotSigned);
}

#[test]
fn a_certificate_named_by_issuer_and_number_is_found_in_the_directory() {
    let pki = sample::pki();
    let message = message();
    let certificate = pki.organization.certificate();
    let identifier = part(&message, "<wsse:KeyIdentifier", "</wsse:KeyIdentifier>");
    let numbered = |name: &str| {
        format!(
            "<ds:X509Data><ds:X509IssuerSerial><ds:X509IssuerName>{name}</ds:X509IssuerName><ds:X509SerialNumber>{}\
             </ds:X509SerialNumber></ds:X509IssuerSerial></ds:X509Data>",
            certificate.serial().to_decimal()
        )
    };
    let known: KnownCertificates = [std::sync::Arc::clone(certificate)].into_iter().collect();
    let validator = pki.validator(&[]);
    for name in ["CN=ДЕМО КУӘЛАНДЫРУШЫ,C=KZ", "C=KZ, CN=ДЕМО КУӘЛАНДЫРУШЫ"] {
        let variant = replaced(&message, identifier, &numbered(name));
        let document = Document::parse(variant.as_bytes(), &Limits::message()).unwrap();
        let judge = Judge { validator: &validator, moment: NOW, directory: Some(&known) };
        let signed = verify(&document, &judge, &Expectations::default()).unwrap();
        assert_eq!(&signed.certificate, certificate);
        let refusal = check(&variant).unwrap_err();
        assert_eq!(refusal.kind, RefusalKind::CertificateNotValid);
        assert!(refusal.to_string().contains("is not known here"), "{refusal}");
    }
    // The certificate itself together with its number: both must agree.
    let both = |name: &str| {
        numbered(name).replace(
            "</ds:X509Data>",
            &format!("<ds:X509Certificate>{}</ds:X509Certificate></ds:X509Data>", base64(certificate.der())),
        )
    };
    check(&replaced(&message, identifier, &both("CN=ДЕМО КУӘЛАНДЫРУШЫ,C=KZ"))).unwrap();
    refused(&replaced(&message, identifier, &both("CN=БАСҚА,C=KZ")), "names another certificate");
}

#[test]
fn the_older_form_is_accepted_only_where_it_is_expected() {
    let pki = sample::pki();
    let unsigned = format!(
        "<soap:Envelope xmlns:soap=\"{SOAP}\"><soap:Header></soap:Header><soap:Body Id=\"body\">{CONTENT}</soap:Body></soap:Envelope>"
    );
    let document = Document::parse(unsigned.as_bytes(), &Limits::message()).unwrap();
    let body = document.root().child(SOAP, "Body").unwrap().id();
    let mut canonical = Vec::new();
    xml::canonical::inclusive(&document, body, &xml::canonical::Options::default(), &mut canonical).unwrap();
    let digest = Digester::of(pki.rsa.algorithm().digest(), &canonical).unwrap();
    let signed_info = SignedInfo {
        canonicalisation: EXCLUSIVE,
        method: pki.rsa.algorithm(),
        uri: "#body",
        transforms: &[
            "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments",
            "http://www.w3.org/2000/09/xmldsig#enveloped-signature",
        ],
        digest: &digest,
    };
    let value = pki.rsa.sign(signed_info.exclusive_canonical().as_bytes()).unwrap();
    let signature = format!(
        "<ds:Signature xmlns:ds=\"{NAMESPACE}\">{}<ds:SignatureValue>{}</ds:SignatureValue><ds:KeyInfo><ds:X509Data>\
         <ds:X509Certificate>{}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature>",
        signed_info.text(),
        base64(&value),
        base64(pki.rsa.certificate().der())
    );
    let message = replaced(&unsigned, "<soap:Header>", &format!("<soap:Header>{signature}"));
    let older = Expectations { older_form: true, ..Expectations::default() };
    check_with(&message, &pki.validator(&[]), &older).unwrap();
    refused(&message, "must stand directly in wsse:Security");
}

/// The families of signature wrapping: what is signed stays in the message, what is read is something else.
#[test]
fn wrapping_attacks_are_refused() {
    let message = message();
    let body = part(&message, "<soap:Body", "</soap:Body>").to_owned();
    let forged = |id: &str| body.replace("wsu:Id=\"id-1\"", id).replace("MO_CONFIRM", "ODQ_PAYMENT");
    let with = |in_header: &str, new_body: &str| {
        let moved = replaced(&message, "</soap:Header>", &format!("{in_header}</soap:Header>"));
        moved.replace(&format!("</soap:Header>{body}"), &format!("</soap:Header>{new_body}"))
    };
    let wrapper = format!("<w:Wrapper xmlns:w=\"urn:w\">{body}</w:Wrapper>");

    refused(&with(&wrapper, &forged("wsu:Id=\"id-2\"")), "is what the signature covers, not the Body");
    refused(&with(&wrapper, &forged("")), "is what the signature covers, not the Body");
    refused(&with(&wrapper, &forged("wsu:Id=\"id-1\"")), "a second time");
    // Another spelling of the identifier on the forged Body.
    for id in ["Id=\"id-1\"", "ID=\"id-1\"", "id=\"id-1\"", "xml:id=\"id-1\""] {
        refused(&with(&wrapper, &forged(id)), "a second time");
    }
    // The signed Body inside the forged one, and beside it.
    let nested = forged("").replace("</soap:Body>", &format!("{body}</soap:Body>"));
    refused(&with("", &nested), "is what the signature covers, not the Body");
    let nested = forged("wsu:Id=\"id-1\"").replace("</soap:Body>", &format!("{body}</soap:Body>"));
    refused(&with("", &nested), "a second time");
    refused(&with("", &format!("{}{body}", forged(""))), "one Header, then one Body");
    refused(&with("", &format!("{body}{}", forged(""))), "one Header, then one Body");
    // The signed Body in the signature itself, and in Security.
    let object = format!("<ds:Object>{body}</ds:Object></ds:Signature>");
    let in_object = replaced(&with("", &forged("")), "</ds:Signature>", &object);
    refused(&in_object, "must have exactly ds:SignedInfo, ds:SignatureValue, ds:KeyInfo");
    let in_security =
        replaced(&with("", &forged("")), "</wsse:Security>", &format!("{body}</wsse:Security>"));
    refused(&in_security, "is what the signature covers, not the Body");
    // The whole signed message inside a forged one.
    let inside = format!(
        "<soap:Envelope xmlns:soap=\"{SOAP}\"><soap:Header>{}</soap:Header>{}</soap:Envelope>",
        part(&message, "<wsse:Security", "</wsse:Security>"),
        forged("").replace("</soap:Body>", &format!("{message}</soap:Body>"))
    );
    refused(&inside, "is what the signature covers, not the Body");
    refused(&format!("<x>{message}</x>"), "is not a SOAP 1.1 Envelope");
    // The Body before the Header; a Body of another SOAP.
    let header = part(&message, "<soap:Header>", "</soap:Header>");
    refused(
        &message.replace(header, "").replace(&body, &format!("{body}{header}")),
        "one Header, then one Body",
    );
    refused(
        &replaced(&message, SOAP, "http://www.w3.org/2003/05/soap-envelope"),
        "is not a SOAP 1.1 Envelope",
    );
}

#[test]
fn the_identifier_must_be_the_bodys_own() {
    let message = message();
    refused(&replaced(&message, " wsu:Id=\"id-1\"", ""), "does not have the identifier");
    // The prefix bound to another namespace (namespace injection): it is not an identifier any more.
    refused(
        &replaced(&message, &format!("xmlns:wsu=\"{WSU}\""), "xmlns:wsu=\"urn:other\""),
        "does not have the identifier",
    );
    // An identifier on another element only, and on another element as well.
    let moved = replaced(&message, " wsu:Id=\"id-1\"", "").replace("<request>", "<request Id=\"id-1\">");
    refused(&moved, "is what the signature covers, not the Body");
    refused(&message.replace("<request>", "<request id=\"id-1\">"), "a second time");
}

#[test]
fn more_than_one_signature_or_reference_is_refused() {
    let message = message();
    let security = part(&message, "<wsse:Security", "</wsse:Security>");
    let signature = part(&message, "<ds:Signature ", "</ds:Signature>");
    let reference = part(&message, "<ds:Reference", "</ds:Reference>");
    refused(&replaced(&message, security, &security.repeat(2)), "stands twice in the Header");
    refused(&replaced(&message, signature, &signature.repeat(2)), "second signature in the Header");
    let elsewhere = format!("</wsse:Security><x xmlns:wsse=\"{WSSE}\">{signature}</x>");
    refused(&replaced(&message, "</wsse:Security>", &elsewhere), "second signature in the Header");
    refused(
        &replaced(&message, reference, &reference.repeat(2)),
        "must have exactly ds:CanonicalizationMethod",
    );
    refused(&replaced(&message, reference, ""), "must have exactly ds:CanonicalizationMethod");
    let hidden = replaced(&message, signature, &format!("<x xmlns=\"\">{signature}</x>"));
    refused(&hidden, "must stand directly in wsse:Security");
}

#[test]
fn references_to_anything_but_an_identifier_are_refused() {
    let message = message();
    for uri in
        ["", "#", "id-1", "#xpointer(/)", "#xpointer(id('id-1'))", "http://example.org/#id-1", "#id-1 "]
    {
        refused(
            &replaced(&message, "URI=\"#id-1\"", &format!("URI=\"{uri}\"")),
            "must refer to the Body by URI",
        );
    }
    refused(&replaced(&message, " URI=\"#id-1\"", ""), "has no URI");
    refused(&replaced(&message, "URI=\"#id-1\"", "URI=\"#id-1\" Type=\"urn:t\""), "has attribute Type");
    refused(&replaced(&message, "URI=\"#id-1\"", "URI=\"#other\""), "does not have the identifier");
}

#[test]
fn transforms_and_algorithms_outside_the_list_are_refused() {
    let message = message();
    let transform = part(&message, "<ds:Transform ", "</ds:Transform>");
    let with = |name: &str, inside: &str| {
        let changed = format!("<ds:Transform Algorithm=\"{name}\">{inside}</ds:Transform>");
        replaced(&message, transform, &changed)
    };
    let xpath = "<ds:XPath>ancestor-or-self::soap:Body</ds:XPath>";
    for name in [
        "http://www.w3.org/TR/1999/REC-xpath-19991116",
        "http://www.w3.org/2002/06/xmldsig-filter2",
        "http://www.w3.org/TR/1999/REC-xslt-19991116",
        "http://www.w3.org/2000/09/xmldsig#base64",
        "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#STR-Transform",
    ] {
        refused(&with(name, xpath), "is a transform that is not accepted here");
        refused(
            &replaced(&message, transform, &format!("{transform}<ds:Transform Algorithm=\"{name}\"/>")),
            "not accepted here",
        );
    }
    refused(&with("http://www.w3.org/2001/10/xml-exc-c14n#", xpath), "not accepted as a parameter");
    refused(&replaced(&message, transform, &transform.repeat(2)), "stands twice");
    refused(&replaced(&message, transform, ""), "is empty");
    for inclusive in [
        "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
        "http://www.w3.org/2000/09/xmldsig#enveloped-signature",
    ] {
        refused(&with(inclusive, ""), "exclusive canonicalisation alone");
    }

    let method = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256";
    for (name, words) in [
        ("http://www.w3.org/2000/09/xmldsig#hmac-sha1", "is not in the list"),
        ("http://www.w3.org/2000/09/xmldsig#rsa-sha1", "SHA-1 can be forged"),
        ("http://www.w3.org/2001/04/xmldsig-more#gost34310-gost34311", "GOST 34.310-2004"),
        ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", "the certificate's key is for ECDSA P-256"),
    ] {
        refused(&replaced(&message, method, name), words);
    }
    let digest = "http://www.w3.org/2001/04/xmlenc#sha256";
    refused(&replaced(&message, digest, "http://www.w3.org/2000/09/xmldsig#sha1"), "SHA-1 can be forged");
    refused(&replaced(&message, digest, "urn:none"), "is not in the list");
}

#[test]
fn changed_values_and_hidden_text_are_refused() {
    let message = message();
    let digest = part(&message, "<ds:DigestValue>", "</ds:DigestValue>");
    let value = part(&message, "<ds:SignatureValue>", "</ds:SignatureValue>");
    let short = |text: &str, keep: usize| {
        let start = text.find('>').unwrap() + 1;
        format!("{}{}", &text[..start + keep], &text[text.rfind("</").unwrap()..])
    };
    refused(&replaced(&message, digest, &short(digest, 0)), "is not base64");
    refused(&replaced(&message, digest, &short(digest, 40)), "does not match");
    refused(&replaced(&message, value, &short(value, 0)), "is not base64");
    refused(&replaced(&message, value, &short(value, 40)), "does not match the signed data");
    refused(
        &replaced(&message, digest, &digest.replace("</", "<!-- -->AAAA</")),
        "must hold text and nothing else",
    );
    refused(&replaced(&message, "</ds:SignedInfo>", "<!-- aside --></ds:SignedInfo>"), "has a comment");
    refused(&replaced(&message, "</ds:SignedInfo>", "text</ds:SignedInfo>"), "has text between");
    refused(&replaced(&message, "<ds:SignatureValue>", "<ds:SignatureValue x=\"1\">"), "has attribute x");
    refused(&replaced(&message, "wsu:Id=\"id-1\"", "wsu:Id=\"id-1\" a=\"1\""), "changed after signing");
}

#[test]
fn another_certificate_in_the_signature_is_refused() {
    let pki = sample::pki();
    let own = base64(pki.organization.certificate().der());
    refused(
        &replaced(&message(), &own, &base64(pki.person.certificate().der())),
        "does not match the signed data",
    );
    let stranger = crate::issue::Authority::root(&crate::issue::Subject::named("S"), sample::PERIOD).unwrap();
    let subject = crate::issue::Subject::organization("ТЕСТОВ", "123456789011", "АО", "123456789021");
    let (key, certificate) =
        stranger.participant(&subject, SignatureAlgorithm::EcdsaP256Sha256, sample::PERIOD).unwrap();
    let signer = crate::key::PemSigner::new(Arc::new(certificate), key).unwrap();
    let refusal = check(&signed_message(&signer, CONTENT)).unwrap_err();
    assert_eq!(refusal.kind, RefusalKind::CertificateNotValid, "{refusal}");
    let refusal = check(&replaced(&message(), &own, "AAAA")).unwrap_err();
    assert_eq!(refusal.kind, RefusalKind::CertificateNotValid, "{refusal}");
}

#[test]
fn key_information_of_other_kinds_is_refused() {
    let message = message();
    let identifier = part(&message, "<wsse:KeyIdentifier", "</wsse:KeyIdentifier>");
    let token = part(&message, "<wsse:SecurityTokenReference", "</wsse:SecurityTokenReference>");
    refused(&replaced(&message, token, ""), "must name one certificate, has 0 elements");
    refused(&replaced(&message, token, &token.repeat(2)), "must name one certificate, has 2 elements");
    refused(&replaced(&message, token, "<ds:KeyValue/>"), "use wsse:SecurityTokenReference");
    refused(&replaced(&message, identifier, "<wsse:Reference URI=\"#X509\"/>"), "use wsse:KeyIdentifier");
    refused(&replaced(&message, "#X509v3", "#X509SubjectKeyIdentifier"), "must have ValueType");
    refused(&replaced(&message, "#Base64Binary", "#HexBinary"), "must have EncodingType");
    refused(&replaced(&message, identifier, "<ds:X509Data/>"), "names no certificate");
}

#[test]
fn a_signature_of_the_older_national_algorithm_is_refused_by_name() {
    let Some(folder) = sample::fixtures("shep/messages") else { return };
    let bytes = std::fs::read(folder.join("sync-request-gost2004-signed.xml")).unwrap();
    let text = std::str::from_utf8(&bytes).unwrap();
    refused(text, "GOST 34.310-2004 with GOST 34.311-95 is recognised but refused");
    // The part that needs no national algorithm: the canonical Body has the known length.
    let document = Document::parse(&bytes, &Limits::message()).unwrap();
    let body = document.root().child(SOAP, "Body").unwrap().id();
    let mut canonical = Vec::new();
    xml::canonical::exclusive(&document, body, &xml::canonical::Options::default(), &mut canonical).unwrap();
    assert_eq!(canonical.len(), 993);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]
    #[test]
    fn whatever_is_changed_what_is_accepted_is_what_was_signed(at in any::<usize>(), value in any::<u8>(), insert in any::<bool>()) {
        static SIGNED: std::sync::LazyLock<(String, Vec<u8>, Validator)> = std::sync::LazyLock::new(|| {
            let message = message();
            let body = check(&message).unwrap().1;
            (message, body, sample::pki().validator(&[]))
        });
        let (message, body, validator) = &*SIGNED;
        let mut bytes = message.clone().into_bytes();
        let at = at % bytes.len();
        if insert { bytes.insert(at, value) } else { bytes[at] = value }
        let Ok(document) = Document::parse(&bytes, &Limits::message()) else { return Ok(()) };
        let judge = Judge { validator, moment: NOW, directory: None };
        if let Ok(signed) = verify(&document, &judge, &Expectations::default()) {
            let mut found = Vec::new();
            xml::canonical::exclusive(&document, signed.body, &xml::canonical::Options::default(), &mut found).unwrap();
            prop_assert_eq!(&found, body);
        }
    }
}
