//! Messages of the field, where a working copy has them; skipped with a message where not.

use soap::{Data, Message, read, write};
use std::path::PathBuf;
use xml::canonical::{Options, exclusive};
use xml::{Document, Limits};

fn fixture(path: &str) -> Option<Vec<u8>> {
    let file =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/fixtures/shep/messages").join(path);
    let bytes = std::fs::read(&file).ok();
    if bytes.is_none() {
        eprintln!("skipped: fixture {path} is not here");
    }
    bytes
}

#[test]
fn every_synchronous_variant_is_read_as_decided() {
    for (name, expected) in [
        ("v01-sync-no-header-string-data", "request 00000000-0000-4000-8000-000000000001"),
        ("v02-sync-two-soap-prefixes", "request 00000000-0000-4000-8000-000000000001"),
        ("v03-sync-default-namespace-reset", "request MSG-1"),
        ("v04-sync-qualified-data", "request 00000000-0000-4000-8000-000000000001"),
        ("v05-sync-two-properties", "request 00000000-0000-4000-8000-000000000001"),
        ("v06-sync-empty-optional-elements", "request 00000000-0000-4000-8000-000000000001"),
        ("v07-sync-date-without-time", "request 00000000-0000-4000-8000-000000000001"),
        ("v08-sync-body-id-without-namespace", "request 00000000-0000-4000-8000-000000000001"),
        ("v09-sync-soap12-envelope", "VersionMismatch"),
        ("v12-sync-as-delivered-to-provider", "request 00000000-0000-4000-8000-000000000001"),
        ("v13-sync-response-success", "response SCSS001"),
        ("v14-sync-response-business-error", "response SCSE001"),
        ("v15-sync-fault", "fault SCE006"),
        ("v17-header-issuer-serial-not-verifiable", "response SCSS001"),
    ] {
        let Some(bytes) = fixture(&format!("variants/{name}.xml")) else { return };
        let found = match read(&bytes, &Limits::message()) {
            Err(refusal) => refusal.fault_code.name().to_owned(),
            Ok(incoming) => match incoming.message() {
                Message::SyncRequest(request) => {
                    assert_eq!(request.check(), Ok(()), "{name}");
                    assert!(incoming.data().is_some(), "{name}");
                    format!("request {}", request.message_id)
                }
                Message::SyncResponse(response) => format!("response {}", response.status.code),
                Message::Fault(fault) => format!("fault {}", fault.error_code()),
                other => panic!("{name}: {other:?}"),
            },
        };
        assert_eq!(found, expected, "{name}");
    }
}

#[test]
fn the_operators_sample_is_written_again_with_the_same_canonical_body() {
    let Some(bytes) = fixture("sync-request-gost2004-signed.xml") else { return };
    let incoming = read(&bytes, &Limits::message()).unwrap();
    assert!(incoming.security().is_some());
    let document = incoming.document();
    let mut original = Vec::new();
    exclusive(document, incoming.body(), &Options::PLAIN, &mut original).unwrap();
    assert_eq!(original.len(), 993);
    // Our prefix of the envelope is another one; everything else is the same to the byte.
    let data = Data::from_element(incoming.data().unwrap()).unwrap();
    let outgoing = write::request(incoming.request().unwrap(), Some(data), incoming.body_id()).unwrap();
    let mut again = Vec::new();
    outgoing.to_sign().unwrap().canonical(&mut again).unwrap();
    let original = String::from_utf8(original)
        .unwrap()
        .replace("S:Body", "soap:Body")
        .replace("xmlns:S=", "xmlns:soap=");
    assert_eq!(String::from_utf8(again).unwrap(), original);
    assert!(Document::parse(outgoing.envelope(None).as_bytes(), &Limits::message()).is_ok());
}
