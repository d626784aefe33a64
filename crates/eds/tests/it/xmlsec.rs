//! XML signatures against `xmlsec1`, both ways.

use eds::dsig::enveloped;
use eds::wssec::{self, Expectations, SOAP, WSU};
use eds::{ExpectedHolder, Judge, RefusalKind, Signer};
use xml::{Document, Limits};

use crate::peer::{Holder, NOW, World, present, run, succeed};

const BODY_ID: &str = "--id-attr:Id";
const BODY: &str = "http://schemas.xmlsoap.org/soap/envelope/:Body";
const TIME: [&str; 2] = ["--verification-time", "2026-05-28 12:00:00"];

/// Content with everything canonicalisation has to take care of.
const CONTENT: &str = "<ns2:SendMessage xmlns:ns2=\"http://bip.bee.kz/SyncChannel/v10/Types\" xmlns:unused=\"urn:unused\"><request><serviceId>MO_CONFIRM</serviceId>\
    <data xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"xs:string\" \
    z='\"' a=\"&lt;&#9;&#10;\"><!-- aside --><?pi data?>Әлия &amp; <b/>&#13;\n&lt;ұл&gt; ]]&gt;<![CDATA[<c>]]></data>\
    <e xmlns=\"urn:e\"><f xmlns=\"\"/></e></request></ns2:SendMessage>";

fn unsigned() -> String {
    format!(
        "<soap:Envelope xmlns:soap=\"{SOAP}\" xmlns:other=\"urn:other\"><soap:Header></soap:Header>\n\
         <soap:Body xmlns:wsu=\"{WSU}\" wsu:Id=\"id-6f1d\">\n{CONTENT}\n</soap:Body></soap:Envelope>"
    )
}

fn with_header(content: &str) -> String {
    unsigned().replace("<soap:Header>", &format!("<soap:Header>{content}"))
}

fn signed_by_us(holder: &Holder) -> String {
    let unsigned = unsigned();
    let document = Document::parse(unsigned.as_bytes(), &Limits::message()).unwrap();
    let body = document.root().child(SOAP, "Body").unwrap();
    let mut canonical = Vec::new();
    xml::canonical::exclusive(&document, body.id(), &xml::canonical::Options::default(), &mut canonical)
        .unwrap();
    with_header(&wssec::sign(&holder.signer, "id-6f1d", &canonical).unwrap())
}

fn verified_by_us(world: &World, message: &str) -> Result<wssec::Signed, eds::SignatureRefusal> {
    let document = Document::parse(message.as_bytes(), &Limits::message()).unwrap();
    let validator = world.validator();
    let expectations = Expectations { holder: ExpectedHolder::Bin("123456789021".into()), older_form: false };
    wssec::verify(&document, &Judge { validator: &validator, moment: NOW, directory: None }, &expectations)
}

#[test]
fn our_transport_signature_verifies_there() {
    if !present("xmlsec1") {
        return;
    }
    let world = World::new();
    for holder in &world.holders {
        let message = signed_by_us(holder);
        world.write("message.xml", &message);
        let arguments =
            ["--verify", BODY_ID, BODY, "--pubkey-cert-pem", &holder.certificate_file, "message.xml"];
        succeed(world.path(), "xmlsec1", &arguments);
        world.write("message.xml", &message.replace("MO_CONFIRM", "ODQ_PAYMENT"));
        let (good, said) = run(world.path(), "xmlsec1", &arguments);
        assert!(!good, "a changed message must not verify: {said}");
    }
}

#[test]
fn their_transport_signature_verifies_here() {
    if !present("xmlsec1") {
        return;
    }
    let world = World::new();
    for holder in &world.holders {
        for (transform, parameter) in [
            ("http://www.w3.org/2001/10/xml-exc-c14n#", ""),
            (
                "http://www.w3.org/2001/10/xml-exc-c14n#",
                "<ec:InclusiveNamespaces xmlns:ec=\"http://www.w3.org/2001/10/xml-exc-c14n#\" PrefixList=\"xs other soap\"/>",
            ),
        ] {
            let token = format!(
                "<wsse:SecurityTokenReference><wsse:KeyIdentifier \
                 EncodingType=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary\" \
                 ValueType=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0#X509v3\">{}\
                 </wsse:KeyIdentifier></wsse:SecurityTokenReference>",
                holder.certificate_text()
            );
            let signature =
                template(holder, "#id-6f1d", transform, &[(transform, parameter)], parameter, &token);
            let template = with_header(&format!(
                "<wsse:Security xmlns:wsse=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd\" \
                 soap:mustUnderstand=\"1\">{signature}</wsse:Security>"
            ));
            let message = signed_there(&world, holder, &template, &[BODY_ID, BODY]);
            let signed =
                verified_by_us(&world, &message).unwrap_or_else(|refusal| panic!("{refusal}\n{message}"));
            assert_eq!(&signed.certificate, holder.signer.certificate());
            let refusal = verified_by_us(&world, &message.replace("MO_CONFIRM", "ODQ_PAYMENT")).unwrap_err();
            assert_eq!(refusal.kind, RefusalKind::Wrong);
        }
    }
}

#[test]
fn our_enveloped_signature_verifies_there_with_its_chain() {
    if !present("xmlsec1") {
        return;
    }
    let world = World::new();
    for holder in &world.holders {
        let document = format!(
            "<?xml version=\"1.0\"?>\n<!-- aside -->\n<d:x xmlns:d=\"urn:d\" xml:lang='kk'>{CONTENT}</d:x>\n<?after?>"
        );
        let signed = enveloped::sign(&document, &holder.signer, &Limits::message()).unwrap();
        world.write("document.xml", &signed);
        let chain = ["--trusted-pem", "root.pem", "--untrusted-pem", "issuing.pem", TIME[0], TIME[1]];
        succeed(world.path(), "xmlsec1", &[&["--verify"], &chain[..], &["document.xml"]].concat());
        world.write("document.xml", &signed.replace("MO_CONFIRM", "ODQ_PAYMENT"));
        let (good, said) =
            run(world.path(), "xmlsec1", &[&["--verify"], &chain[..], &["document.xml"]].concat());
        assert!(!good, "a changed document must not verify: {said}");
    }
}

#[test]
fn their_enveloped_signature_verifies_here() {
    if !present("xmlsec1") {
        return;
    }
    let world = World::new();
    let enveloped_signature = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
    for holder in &world.holders {
        for (signed_info, document) in [
            (
                "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
                "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments",
            ),
            (
                "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
                "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
            ),
            ("http://www.w3.org/2001/10/xml-exc-c14n#", "http://www.w3.org/2001/10/xml-exc-c14n#"),
        ] {
            let key = "<ds:X509Data><ds:X509Certificate></ds:X509Certificate></ds:X509Data>";
            let signature =
                template(holder, "", signed_info, &[(enveloped_signature, ""), (document, "")], "", key);
            let template = format!(
                "<?xml version=\"1.0\"?>\n<!-- aside -->\n<d:x xmlns:d=\"urn:d\" xml:lang='kk'>{CONTENT}{signature}</d:x>\n<?after?>"
            );
            let text = signed_there(&world, holder, &template, &[]);
            let parsed = Document::parse(text.as_bytes(), &Limits::message()).unwrap();
            let validator = world.validator();
            let judge = Judge { validator: &validator, moment: NOW, directory: None };
            let good = enveloped::verify(&parsed, &ExpectedHolder::Anyone, &judge);
            let good = good.unwrap_or_else(|refusal| panic!("{refusal}\n{text}"));
            assert_eq!(&good[0].certificate, holder.signer.certificate());
        }
    }
}

/// A signature element for `xmlsec1` to fill.
fn template(
    holder: &Holder,
    uri: &str,
    canonicalisation: &str,
    transforms: &[(&str, &str)],
    parameter: &str,
    key: &str,
) -> String {
    let transforms: String = transforms
        .iter()
        .map(|(name, inside)| format!("<ds:Transform Algorithm=\"{name}\">{inside}</ds:Transform>"))
        .collect();
    format!(
        "<ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\">\n<ds:SignedInfo>\n\
         <ds:CanonicalizationMethod Algorithm=\"{canonicalisation}\">{parameter}</ds:CanonicalizationMethod>\n\
         <ds:SignatureMethod Algorithm=\"{}\"/>\n<ds:Reference URI=\"{uri}\">\n<ds:Transforms>{transforms}</ds:Transforms>\n\
         <ds:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"/>\n<ds:DigestValue></ds:DigestValue>\n\
         </ds:Reference>\n</ds:SignedInfo>\n<ds:SignatureValue></ds:SignatureValue>\n<ds:KeyInfo>{key}</ds:KeyInfo>\n</ds:Signature>",
        holder.signer.algorithm().xml()
    )
}

fn signed_there(world: &World, holder: &Holder, template: &str, options: &[&str]) -> String {
    world.write("template.xml", template);
    let key = format!("{},{}", holder.key_file, holder.certificate_file);
    let arguments =
        [&["--sign", "--output", "signed.xml", "--privkey-pem", &key], options, &["template.xml"]].concat();
    succeed(world.path(), "xmlsec1", &arguments);
    std::fs::read_to_string(world.path().join("signed.xml")).unwrap()
}
