//! What passes: byte for byte, signed anew, recorded first.

use super::*;

#[test]
fn a_message_is_handed_on_signed_by_the_gateway_with_its_data_byte_for_byte() {
    let core = gateway();
    let data = "<data xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xmlns:n='urn:n' xsi:type=\"n:T\"><n:a b='1'  c=\"2\">ә&#13;<!-- x --></n:a></data>";
    let raw = signed(&message("sdu", "PERSONS", "m-1"), data, &world().identity("sdu"));
    let outbound = forwarded(&core, raw);
    assert_eq!(
        outbound.destination,
        Destination::Provider("ministry".parse().unwrap(), Host::At("http://127.0.0.1:9/m".into()))
    );
    assert_eq!(outbound.limit, Duration::from_secs(30));
    let incoming = read(&outbound.bytes);
    assert_eq!(incoming.data_source(), Some(data));
    let passed = incoming.request().unwrap();
    assert_eq!((passed.sender.id.as_str(), passed.message_id.as_str()), ("sdu", "m-1"));
    assert!(passed.sender.password.is_none(), "the password stays here");
    assert_eq!(passed.session_id.as_deref(), Some(&*outbound.exchange.session()));
    let registry = core.registry();
    let expected = &registry.participant("gateway").unwrap().certificate;
    world().identity("ministry").verify(&incoming, expected, NOW).unwrap();
}

#[test]
fn the_answer_comes_back_verified_bound_and_signed_by_the_gateway() {
    let core = gateway();
    let outbound = forwarded(&core, request("sdu", "PERSONS", "m-1"));
    let answer = sample::answer(&outbound.bytes, "<data><ok>ә</ok></data>", &world().identity("ministry"));
    let answer = core.answered(&outbound.exchange, reply(answer), SOON, NOW);
    assert_eq!(answer.status, 200);
    let incoming = read(&answer.body);
    assert_eq!(incoming.data_source(), Some("<data><ok>ә</ok></data>"));
    let registry = core.registry();
    world()
        .identity("sdu")
        .verify(&incoming, &registry.participant("gateway").unwrap().certificate, NOW)
        .unwrap();
    let row = newest(&core);
    assert_eq!(
        (row.state, row.code.as_deref(), row.milliseconds),
        (State::Answered, Some("SCSS001"), Some(12))
    );
    assert_eq!(row.answer_certificate.unwrap().bin.as_deref(), Some("200140001092"));
}

#[test]
fn a_business_refusal_is_an_answer() {
    let core = gateway();
    let outbound = forwarded(&core, request("sdu", "PERSONS", "m-1"));
    let response = SyncResponse {
        message_id: "a".into(),
        correlation_id: None,
        response_date: MessageDate::at(NOW),
        status: Status::new("SCSE001", "no such person"),
        session_id: None,
    };
    let raw = sample::signed_answer(&response, "<data/>", &world().identity("ministry"));
    let answer = core.answered(&outbound.exchange, reply(raw), SOON, NOW);
    let incoming = read(&answer.body);
    let Message::SyncResponse(told) = incoming.message() else { panic!() };
    assert_eq!(
        (told.status.code.as_str(), told.session_id.as_deref()),
        ("SCSE001", Some(&*outbound.exchange.session()))
    );
    assert_eq!(newest(&core).code.as_deref(), Some("SCSE001"));
}

#[test]
fn it_is_recorded_before_it_is_released_and_no_secret_stands_in_the_record() {
    let core = gateway();
    let raw = request("sdu", "PERSONS", "m-1");
    let mut entry = core.judge(raw.clone(), &peer(), NOW);
    let commit = entry.take_commit();
    let header = String::from_utf8(commit.record.clone().unwrap().header).unwrap();
    assert!(
        !header.contains("sdu-password") && !header.contains("<a>1</a>") && !header.contains("ТЕСТ"),
        "{header}"
    );
    for known in ["m-1", "PERSONS", "\"sdu\"", "200140001012", "192.0.2.7"] {
        assert!(header.contains(known), "{header}");
    }
    let plain = commit.writes.iter().any(|write| matches!(write, Write::PutDocument { sealed, .. } if sealed.windows(8).any(|w| w == b"<a>1</a>")));
    assert!(!plain, "the envelope is kept sealed");
    let outcome = core.store.commit_one(commit);
    assert!(matches!(core.entered(entry, outcome, NOW), Entered::Done(Accepted::Forward(_))));
    let row = newest(&core);
    assert_eq!(row.state, State::Forwarded);
    let kept = log::envelope(&*core.store, &core.keeper, &row, Side::Request).unwrap();
    assert_eq!(kept, log::Envelope::Kept(raw.to_vec()));
    assert_eq!(
        log::envelope(&*core.store, &core.keeper, &row, Side::Answer).unwrap(),
        log::Envelope::NotKept
    );
}

#[test]
fn what_cannot_be_recorded_is_not_handed_on() {
    use store::{Fault, FaultPlan, MemoryStore};
    let store = Arc::new(MemoryStore::new());
    let core =
        Core::new(sample::parts_over(Gateway::Internal, registry(MINISTRY, "", 30), Arc::clone(&store)));
    store.set_faults(FaultPlan::none().at(1, Fault::Refuse));
    let fault = refused(&core, request("sdu", "PERSONS", "m-1"));
    assert_eq!((fault.code, fault.error.unwrap().code.as_str()), (FaultCode::Server, "SCE909"));
    let outbound = forwarded(&core, request("sdu", "PERSONS", "m-1"));
    store.set_faults(FaultPlan::none().at(1, Fault::Refuse));
    let answer = sample::answer(&outbound.bytes, "<data/>", &world().identity("ministry"));
    let answer = core.answered(&outbound.exchange, reply(answer), SOON, NOW);
    assert_eq!(fault_of(&answer).error.unwrap().code, "SCE909");
}

#[test]
fn a_message_without_an_identifier_is_given_one() {
    let core = gateway();
    let outbound = forwarded(&core, request("sdu", "PERSONS", ""));
    assert_eq!(read(&outbound.bytes).request().unwrap().message_id, outbound.exchange.row().id.to_string());
}
