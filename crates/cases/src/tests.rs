//! What the room promises, shown on a small model over the store in memory.

use std::collections::BTreeSet;
use std::sync::Arc;

use civic::Iin;
use rules::{Context, Value};
use store::{Fault, FaultPlan, MemoryStore};

use crate::document::Content;
use crate::ledger::{Access, Deed, Ledger, Subject};
use crate::sample::{MOTHER, access, engine, engine_over, model, now, start};
use crate::{CaseFile, canonical, consent, consents_of};

const DOCUMENT: &str = r#"<zeebe:input source='={kind: "application", title: "Өтініш", content: {applicant: recipient, children: 4, sum: 16.03}}' target="request" />"#;

fn mother() -> Iin {
    MOTHER.parse().expect("an IIN")
}

fn payload() -> Context {
    let recipient = Context::new().with("iin", MOTHER).with("surname", "СЕЙІТОВА");
    Context::new().with("recipient", recipient).with("phone", "+77011234567")
}

#[test]
fn a_document_is_kept_sealed_and_opens_with_the_digest_it_was_given() {
    let engine = engine(&model("local:document", DOCUMENT));
    let case = start(&engine, "case-1", payload());
    assert_eq!(case.incidents, Vec::<String>::new());
    let file = CaseFile::open(&engine, &case, &access("case-1")).expect("opens");
    let [document] = &file.documents[..] else { panic!("one document") };
    let Content::Whole { text, value } = &document.content else { panic!("whole") };
    assert_eq!(document.digest, canonical::digest(text.as_bytes()));
    assert_eq!((document.kind.as_str(), document.element.as_str()), ("application", "t"));
    assert_eq!(value["caseRef"], "case-1");
    assert_eq!(document.body()["applicant"]["surname"], "СЕЙІТОВА");
    assert_eq!(document.body()["sum"]["$number"], "16.03");
    let answer = file.facts.get("answer").and_then(Value::as_context).expect("the response");
    assert_eq!(answer.get("digest").and_then(Value::as_str), Some(document.digest.as_str()));
    assert_eq!(answer.get("id").and_then(Value::as_str), Some(document.id.to_string().as_str()));
    let stored = engine
        .store()
        .document(store::Partition::of("case-1"), document.id.as_bytes())
        .expect("read")
        .expect("kept");
    assert!(!stored.sealed.windows(10).any(|window| window == &text.as_bytes()[..10]));
}

#[test]
fn a_document_without_content_is_an_incident_that_says_so() {
    let engine = engine(&model(
        "local:document",
        r#"<zeebe:input source='={kind: "a", title: "b"}' target="request" />"#,
    ));
    let case = start(&engine, "case-1", payload());
    assert!(case.incidents[0].contains("`request.content` is missing"), "{:?}", case.incidents);
}

#[test]
fn opening_a_case_is_recorded_for_everybody_named_in_it_before_anything_is_shown() {
    let engine = engine(&model("local:document", DOCUMENT));
    let case = start(&engine, "case-1", payload());
    let ledger = Ledger::new(&engine);
    let subject = Subject::person(&engine, &mother());
    assert_eq!(ledger.of(subject, 10).expect("read"), []);
    CaseFile::open(&engine, &case, &access("case-1")).expect("opens");
    let entries = ledger.of(subject, 10).expect("read");
    assert_eq!(entries.len(), 1);
    assert_eq!((entries[0].who.as_str(), entries[0].reason.as_str()), ("operator", "a citizen called"));
    assert_eq!((entries[0].participant.as_str(), entries[0].deed), ("emaket", Deed::Seen));
}

#[test]
fn several_cases_are_opened_under_one_record() {
    let engine = engine(&model("local:document", DOCUMENT));
    let cases = [start(&engine, "case-1", payload()), start(&engine, "case-2", payload())];
    let opened = CaseFile::open_all(&engine, &cases, &access("case-1")).expect("opens");
    assert_eq!(opened.iter().map(|file| file.documents.len()).collect::<Vec<_>>(), [1, 1]);
    assert_eq!(Ledger::new(&engine).of(Subject::person(&engine, &mother()), 10).expect("read").len(), 1);
}

#[test]
fn a_case_without_anybody_named_is_recorded_under_the_case() {
    let engine = engine(&model(
        "local:document",
        r#"<zeebe:input source='={kind: "a", title: "b", content: {}}' target="request" />"#,
    ));
    let case = start(&engine, "case-2", Context::new().with("phone", "+77011234567"));
    CaseFile::open(&engine, &case, &access("case-2")).expect("opens");
    assert_eq!(Ledger::new(&engine).of(Subject::case(&engine, "case-2"), 10).expect("read").len(), 1);
}

#[test]
fn a_disclosure_is_recorded_for_the_people_in_the_message_newest_first() {
    let engine = engine(&model("local:document", DOCUMENT));
    let ledger = Ledger::new(&engine);
    let rows = Value::list([Context::new().with("childIin", "not a number").into(), payload().into()]);
    for number in 0..3_i64 {
        let disclosure = Access {
            who: "bank-1".into(),
            deed: Deed::Disclosed,
            message_id: Some(format!("message-{number}")),
            at: now() + jiff::SignedDuration::from_secs(number),
            ..access("case-1")
        };
        ledger.record_disclosure(&Context::new().with("rows", rows.clone()), &disclosure).expect("recorded");
    }
    let entries = ledger.of(Subject::person(&engine, &mother()), 2).expect("read");
    let messages: Vec<_> = entries.iter().map(|entry| entry.message_id.as_deref()).collect();
    assert_eq!(messages, [Some("message-2"), Some("message-1")]);
}

#[test]
fn a_disclosure_known_by_its_case_only_is_recorded_for_the_people_of_the_case() {
    let engine = engine(&model("local:document", DOCUMENT));
    start(&engine, "case-1", payload());
    let ledger = Ledger::new(&engine);
    ledger.record_for_case(&Access { deed: Deed::Disclosed, ..access("case-1") }).expect("recorded");
    assert_eq!(ledger.of(Subject::person(&engine, &mother()), 10).expect("read").len(), 1);
    ledger.record_for_case(&access("case-unknown")).expect("recorded");
    assert_eq!(ledger.of(Subject::case(&engine, "case-unknown"), 10).expect("read").len(), 1);
}

#[test]
fn nothing_is_shown_when_the_access_cannot_be_recorded() {
    let store = Arc::new(MemoryStore::new());
    let engine = engine_over(&store, &model("local:document", DOCUMENT));
    let case = start(&engine, "case-1", payload());
    store.set_faults(FaultPlan::none().at(1, Fault::Refuse));
    let refused =
        CaseFile::open(&engine, &case, &access("case-1")).expect_err("no record, no data").to_string();
    assert!(refused.contains("nothing is shown"), "{refused}");
    let nobody = Ledger::new(&engine).record(&BTreeSet::new(), &access("case-1"));
    assert!(nobody.expect_err("refused").to_string().contains("nobody is named"));
}

#[test]
fn an_erased_case_opens_without_data() {
    let engine = engine(&model("local:document", DOCUMENT));
    let case = start(&engine, "case-1", payload());
    let header = br#"{"format":1,"note":"asked for"}"#.to_vec();
    engine.keeper().destroy(store::Partition::of("case-1"), &case.case, now(), header).expect("erased");
    let file = CaseFile::open(&engine, &case, &access("case-1")).expect("opens");
    assert!(file.documents.is_empty() && file.facts.is_empty());
    assert_eq!(file.history.iter().flat_map(|recorded| recorded.events.iter().flatten()).count(), 0);
}

#[test]
fn a_text_is_worded_from_the_bundle_with_days_and_numbers_as_people_write_them() {
    let request = r#"<zeebe:input source='={id: "greeting", language: "kk", arguments: {name: recipient.surname, day: date("2024-04-05")}}' target="request" />"#;
    let engine = engine(&model("local:text", request));
    let case = start(&engine, "case-1", payload());
    let file = CaseFile::open(&engine, &case, &access("case-1")).expect("opens");
    let answer = file.facts.path("answer.text").and_then(Value::as_str);
    assert_eq!(answer, Some("Құрметті СЕЙІТОВА! 05.04.2024"));
}

#[test]
fn a_text_with_a_hole_is_an_incident_that_names_the_hole() {
    let request = r#"<zeebe:input source='={id: "greeting", language: "kk", arguments: {name: "А"}}' target="request" />"#;
    let case = start(&engine(&model("local:text", request)), "case-1", payload());
    assert!(case.incidents[0].contains("$day"), "{:?}", case.incidents);
    let request =
        r#"<zeebe:input source='={id: "nothing", language: "kk", arguments: {}}' target="request" />"#;
    let case = start(&engine(&model("local:text", request)), "case-1", payload());
    assert!(case.incidents[0].contains("nothing"), "{:?}", case.incidents);
}

#[test]
fn a_consent_is_numbered_found_by_the_person_and_ended_by_a_withdrawal() {
    let request = r#"<zeebe:input source='={iin: recipient.iin, purpose: "probe", scope: "all", action: action, evidence: {text: "7#1"}}' target="request" />"#;
    let engine = engine(&model("local:consent", request));
    start(&engine, "case-1", payload().with("action", "given"));
    let given = consents_of(&engine, &mother()).expect("read");
    assert!(consent::is_in_force(&given, "probe") && !consent::is_in_force(&given, "other"));
    let partition = store::Partition::of("case-1").number();
    assert_eq!(given[0].number, format!("2024-{partition:02}000001"));
    start(&engine, "case-2", payload().with("action", "withdrawn"));
    let both = consents_of(&engine, &mother()).expect("read");
    assert_eq!(both.len(), 2);
    let last = both.iter().find(|consent| consent.case_ref == "case-2").expect("there").clone();
    assert!(!consent::is_in_force(&[both[0].clone(), last], "probe"));
}

#[test]
fn a_consent_of_nobody_or_with_another_action_is_an_incident() {
    let request = r#"<zeebe:input source='={iin: "123", purpose: "probe", scope: "all", action: "given", evidence: null}' target="request" />"#;
    let case = start(&engine(&model("local:consent", request)), "case-1", payload());
    assert!(
        case.incidents[0].contains("request.iin") && !case.incidents[0].contains("123"),
        "{:?}",
        case.incidents
    );
    let request = r#"<zeebe:input source='={iin: recipient.iin, purpose: "probe", scope: "all", action: "maybe", evidence: null}' target="request" />"#;
    let case = start(&engine(&model("local:consent", request)), "case-1", payload());
    assert!(case.incidents[0].contains("write given or withdrawn"), "{:?}", case.incidents);
}

mod signatures {
    use std::sync::Arc;

    use eds::algorithm::SignatureAlgorithm;
    use eds::issue::{Authority, Period, Subject};
    use eds::path::Policy;
    use eds::{CrlStore, PemSigner, RefusalKind, RevocationList, TrustStore, Validator, cms};
    use rules::Context;

    use crate::sample::{access, engine, model, now, start};
    use crate::signature::{ExpectedOfficial, Ruling, signed_text, verify_signature};
    use crate::{CaseFile, canonical};

    use super::{DOCUMENT, payload};

    struct Pki {
        validator: Validator,
        official: PemSigner,
        other: PemSigner,
    }

    fn pki() -> Pki {
        let hours = |hours| now() + jiff::SignedDuration::from_hours(hours);
        let period = Period { from: hours(-1000), to: hours(1000) };
        let root = Authority::root(&Subject::named("ROOT"), period).expect("root");
        let holder = |name: &str, iin: &str, bin: &str| {
            let subject = Subject::organization(name, iin, "BODY", bin);
            let (key, certificate) =
                root.participant(&subject, SignatureAlgorithm::EcdsaP256Sha256, period).expect("issued");
            PemSigner::new(Arc::new(certificate), key).expect("signer")
        };
        let mut trust = TrustStore::new();
        trust.add_anchor(Arc::clone(root.certificate())).expect("anchor");
        let lists = CrlStore::new();
        let list = root.revocation_list(1, hours(-1), hours(24), &[]).expect("list");
        lists.add(RevocationList::from_der(&list).expect("list"), &trust).expect("added");
        Pki {
            official: holder("АЙГЕРІМ", "850315400015", "200140001181"),
            other: holder("БӨТЕН", "790922300025", "200140001191"),
            validator: Validator::new(Arc::new(trust), Arc::new(lists), Policy::default()),
        }
    }

    fn ruling_text() -> (String, String) {
        let engine = engine(&model("local:document", DOCUMENT));
        let case = start(&engine, "case-1", payload());
        let file = CaseFile::open(&engine, &case, &access("case-1")).expect("opens");
        let answers = Context::new().with("outcome", "assign");
        let document = file.document("application");
        let ruling =
            Ruling { case_ref: "case-1", service: "probe", element: "u", document, answers: &answers };
        (signed_text(&ruling).expect("canonical"), document.expect("there").id.to_string())
    }

    #[test]
    fn the_text_holds_ruling_and_document_and_the_record_everything_about_the_signature() {
        let pki = pki();
        let (text, id) = ruling_text();
        assert!(text.contains("\"ruling\":{\"outcome\":\"assign\"}") && text.contains("СЕЙІТОВА"), "{text}");
        let message = cms::sign_detached(text.as_bytes(), &pki.official, now()).expect("signed");
        let expected =
            ExpectedOfficial { iin: Some("850315400015".into()), bin: Some("200140001181".into()) };
        let record = verify_signature(&message, &text, &id, &expected, &pki.validator, now()).expect("holds");
        assert_eq!((record.signed_by.as_str(), record.document_id.as_str()), ("АЙГЕРІМ", id.as_str()));
        assert_eq!(record.digest, canonical::digest(text.as_bytes()));
        let kept = record.to_context();
        for name in ["documentId", "signedBy", "at", "certificate", "cms", "text"] {
            assert!(kept.contains(name), "{name}");
        }
    }

    #[test]
    fn a_changed_text_and_another_signer_are_refused() {
        let pki = pki();
        let (text, id) = ruling_text();
        let message = cms::sign_detached(text.as_bytes(), &pki.official, now()).expect("signed");
        let expected =
            ExpectedOfficial { iin: Some("850315400015".into()), bin: Some("200140001181".into()) };
        let changed = text.replace("assign", "refuse");
        let refused =
            verify_signature(&message, &changed, &id, &expected, &pki.validator, now()).expect_err("changed");
        assert_eq!(refused.kind, RefusalKind::Wrong);
        let message = cms::sign_detached(text.as_bytes(), &pki.other, now()).expect("signed");
        let refused =
            verify_signature(&message, &text, &id, &expected, &pki.validator, now()).expect_err("other");
        assert_eq!(refused.kind, RefusalKind::OtherHolder);
        let by_bin = ExpectedOfficial { iin: Some("790922300025".into()), bin: Some("200140001181".into()) };
        let refused =
            verify_signature(&message, &text, &id, &by_bin, &pki.validator, now()).expect_err("other body");
        assert_eq!(refused.kind, RefusalKind::OtherHolder);
    }

    #[test]
    fn noise_is_refused_without_a_panic() {
        let pki = pki();
        for noise in [&b""[..], b"abc", &[0x30; 400]] {
            assert!(
                verify_signature(noise, "t", "id", &ExpectedOfficial::default(), &pki.validator, now())
                    .is_err()
            );
        }
    }
}
