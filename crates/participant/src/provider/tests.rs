//! What a participant answers, and to whom it does not answer.

use std::sync::Arc;

use bytes::Bytes;
use gateway::Login;
use soap::{Fault, FaultCode, Message, Password, Sender};

use super::*;
use crate::sample::{Desk, Ledger, NOW, identity, registry, registry_with, sample, sample_row, setup_over};

/// A message as the gateway delivers it.
fn delivered(service: &str, sender: &str, payload: &Context) -> SyncRequest {
    let registry = registry();
    let mut request = SyncRequest {
        message_id: "m-1".into(),
        correlation_id: None,
        service_id: service.into(),
        message_date: MessageDate::at(NOW),
        route_id: None,
        sender: Sender { id: sender.into(), password: None },
        properties: Vec::new(),
        session_id: Some("{00000000-0000-4000-8000-000000000002}".into()),
    };
    // The root element is found by the passport when it is written below.
    assert!(registry.service(service).is_some() && !payload.is_empty());
    request.message_id = format!("m-{service}");
    request
}

fn envelope(request: &SyncRequest, payload: &Context, signer: &str) -> Bytes {
    let registry = registry();
    let contracts = crate::sample::contracts(&registry);
    let passport = registry.service(&request.service_id).unwrap();
    let fragment = contracts.get(passport.id.as_str()).unwrap().encode(&passport.request, payload).unwrap();
    let outgoing = soap::write::request(request, Some(Data::from_fragment(&fragment)), Some("id-1")).unwrap();
    identity(signer).sign(&outgoing).unwrap()
}

struct Office {
    provider: Provider,
    desk: Arc<Desk>,
    ledger: Arc<Ledger>,
}

fn office(participant: &str, desk: Desk) -> Office {
    office_over(participant, desk, registry())
}

fn office_over(participant: &str, desk: Desk, registry: Arc<registry::Registry>) -> Office {
    let (desk, ledger) = (Arc::new(desk), Arc::new(Ledger::default()));
    let setup = setup_over(participant, registry, Arc::clone(&ledger));
    Office { provider: Provider::new(setup, Arc::clone(&desk) as _), desk, ledger }
}

/// The answer, verified as the gateway would.
fn answer(reply: &Reply, participant: &str, service: &str) -> Context {
    assert_eq!(reply.status, 200, "{}", String::from_utf8_lossy(&reply.body));
    let incoming = soap::read(&reply.body, &xml::Limits::message()).unwrap();
    let registry = registry();
    identity("gateway")
        .verify(&incoming, &registry.participant(participant).unwrap().certificate, NOW)
        .unwrap();
    let Message::SyncResponse(response) = incoming.message() else { panic!() };
    assert!(response.status.is_success());
    assert_eq!(response.correlation_id.as_deref(), Some(format!("m-{service}").as_str()));
    assert_eq!(response.session_id.as_deref(), Some("{00000000-0000-4000-8000-000000000002}"));
    let passport = registry.service(service).unwrap();
    let contracts = crate::sample::contracts(&registry);
    contracts.get(service).unwrap().decode(&passport.response, incoming.data().unwrap()).unwrap()
}

fn fault(reply: &Reply) -> (Fault, bool) {
    assert_eq!(reply.status, 500);
    let incoming = soap::read(&reply.body, &xml::Limits::message()).unwrap();
    let Message::Fault(fault) = incoming.message() else { panic!() };
    (fault.clone(), incoming.security().is_some())
}

fn statuses(answer: &Context) -> Vec<String> {
    let results = answer.get("result").unwrap().as_list().unwrap();
    let text =
        |result: &Context, name: &str| result.get(name).and_then(Value::as_str).unwrap_or("").to_owned();
    results
        .iter()
        .filter_map(Value::as_context)
        .map(|result| {
            format!("{} {} {}", text(result, "rowId"), text(result, "status"), text(result, "reason"))
        })
        .collect()
}

fn list(ids: &[&str]) -> Context {
    let rows = ids
        .iter()
        .map(|id| Value::Context(sample_row("EMAKET_LIST").with("rowId", *id).with("caseRef", *id)));
    Context::new().with("row", Value::list(rows))
}

#[test]
fn rows_become_arrivals_and_each_has_its_answer() {
    let office = office("emaket", Desk::default());
    let raw = |ids: &[&str]| envelope(&delivered("EMAKET_LIST", "sdu", &list(ids)), &list(ids), "gateway");
    let first = office.provider.answer(&raw(&["r1", "r2"]), NOW);
    assert_eq!(statuses(&answer(&first, "emaket", "EMAKET_LIST")), ["r1 accepted ", "r2 accepted "]);
    let again = office.provider.answer(&raw(&["r2", "r3", "r3"]), NOW);
    assert_eq!(
        statuses(&answer(&again, "emaket", "EMAKET_LIST")),
        ["r2 duplicate ", "r3 accepted ", "r3 duplicate "]
    );
    let arrivals = office.desk.arrivals.lock().unwrap();
    let (row_id, arrival) = &arrivals[0];
    assert_eq!(row_id, "EMAKET_LIST/r1");
    assert_eq!((arrival.message.as_str(), arrival.sender.as_str()), ("list", "sdu"));
    assert_eq!((arrival.case_ref.as_str(), arrival.correlation.as_str()), ("r1", "r1"));
    assert_eq!(arrival.payload.path("recipient.surname").and_then(Value::as_str), Some("Серікова"));
    assert_eq!(office.ledger.lines()[0], "sdu -> emaket EMAKET_LIST r1");
}

#[test]
fn a_row_without_a_key_is_refused_alone() {
    let change = |text: String| match text.contains("id = \"EMAKET_LIST\"") {
        true => text.replace("correlation = \"=row.caseRef\"", "correlation = \"=row.recipient.patronymic\""),
        false => text,
    };
    let office = office_over("emaket", Desk::default(), registry_with(change, &[]));
    let nameless = sample_row("EMAKET_LIST")
        .get("recipient")
        .unwrap()
        .as_context()
        .unwrap()
        .clone()
        .with("patronymic", Value::Null);
    let row = |id: &str| sample_row("EMAKET_LIST").with("rowId", id);
    let payload = Context::new()
        .with("row", Value::list([row("r1").with("recipient", nameless).into(), row("r2").into()]));
    let reply = office
        .provider
        .answer(&envelope(&delivered("EMAKET_LIST", "sdu", &payload), &payload, "gateway"), NOW);
    let told = statuses(&answer(&reply, "emaket", "EMAKET_LIST"));
    assert!(told[0].starts_with("r1 refused `row.recipient.patronymic` gives no text"), "{told:?}");
    assert_eq!(told[1], "r2 accepted ");
}

#[test]
fn a_question_is_answered_by_its_process_and_the_disclosure_is_told() {
    let desk = Desk { answer: sample("EMAKET_APPLICATIONS", "response"), ..Desk::default() };
    let office = office("emaket", desk);
    let payload = sample("EMAKET_APPLICATIONS", "request");
    let raw = envelope(&delivered("EMAKET_APPLICATIONS", "sdu", &payload), &payload, "gateway");
    let told = answer(&office.provider.answer(&raw, NOW), "emaket", "EMAKET_APPLICATIONS");
    assert_eq!(told, sample("EMAKET_APPLICATIONS", "response"));
    let questions = office.desk.questions.lock().unwrap();
    let (message, case_ref, variables, message_id) = &questions[0];
    assert_eq!((message.as_str(), message_id.as_str()), ("applications query", "m-EMAKET_APPLICATIONS"));
    assert_eq!(
        (case_ref.as_str(), variables),
        (payload.get("requestId").unwrap().as_str().unwrap(), &payload)
    );
    assert_eq!(office.ledger.lines(), [format!("emaket -> sdu EMAKET_APPLICATIONS {case_ref}")]);
}

#[test]
fn only_the_gateway_is_heard() {
    let office = office("emaket", Desk::default());
    let request = delivered("EMAKET_LIST", "sdu", &list(&["r1"]));
    let (told, signed) = fault(&office.provider.answer(&envelope(&request, &list(&["r1"]), "sdu"), NOW));
    assert_eq!((told.error_code(), signed), ("GW-3003", false), "a participant speaks through the gateway");
    let good = String::from_utf8(envelope(&request, &list(&["r1"]), "gateway").to_vec()).unwrap();
    for (raw, code) in [
        (good.replace("Серікова", "Оспанова"), "SCE006"),
        ("<a/>".to_owned(), "SCE001"),
        (format!("<!DOCTYPE a>{good}"), "SCE001"),
    ] {
        let (told, signed) = fault(&office.provider.answer(raw.as_bytes(), NOW));
        assert_eq!((told.error_code(), signed), (code, false));
    }
    assert!(office.desk.arrivals.lock().unwrap().is_empty() && office.ledger.lines().is_empty());
}

#[test]
fn what_is_not_offered_or_not_allowed_is_refused_and_signed() {
    let office = office("emaket", Desk::default());
    let ask = |service: &str, sender: &str| {
        let payload = sample(service, "request");
        fault(
            &office
                .provider
                .answer(&envelope(&delivered(service, sender, &payload), &payload, "gateway"), NOW),
        )
    };
    for (service, sender, code) in [
        ("SDU_STATUS", "emaket", "SCE004"),
        ("EMAKET_LIST", "bank-1", "GW-1002"),
        ("EMAKET_LIST", "nobody", "GW-1002"),
    ] {
        let (told, signed) = ask(service, sender);
        assert_eq!((told.error_code(), signed, &told.code), (code, true, &FaultCode::Client));
    }
    assert!(office.desk.arrivals.lock().unwrap().is_empty());
}

#[test]
fn data_against_the_contract_are_refused_by_path_and_never_quoted() {
    let office = office("emaket", Desk::default());
    let mut request = delivered("EMAKET_LIST", "sdu", &list(&["r1"]));
    request.service_id = "EMAKET_LIST".into();
    let text =
        std::fs::read_to_string(crate::sample::registers().join("EMAKET_LIST/request.sample.xml")).unwrap();
    let text = text[text.find("<rows").unwrap()..].replace("880512400120", "88051240012X");
    let document =
        xml::Document::parse(format!("<data>{text}</data>").as_bytes(), &xml::Limits::message()).unwrap();
    let data = Data::from_element(document.root()).unwrap();
    let outgoing = soap::write::request(&request, Some(data), Some("id-1")).unwrap();
    let raw = identity("gateway").sign(&outgoing).unwrap();
    let (told, signed) = fault(&office.provider.answer(&raw, NOW));
    assert_eq!((told.error_code(), signed), ("GW-2002", true));
    assert!(told.reason.contains("recipient.iin") && !told.reason.contains("88051240012"), "{}", told.reason);
}

#[test]
fn what_goes_wrong_inside_stays_inside() {
    let full = office("emaket", Desk { refuses: true, ..Desk::default() });
    let raw = envelope(&delivered("EMAKET_LIST", "sdu", &list(&["r1"])), &list(&["r1"]), "gateway");
    let (told, _) = fault(&full.provider.answer(&raw, NOW));
    assert_eq!((told.error_code(), &told.code), ("SCE909", &FaultCode::Server));
    assert!(!told.reason.contains("secret") && full.ledger.lines().is_empty(), "{}", told.reason);
    let wrong = office("emaket", Desk { answer: Context::new().with("x", 1), ..Desk::default() });
    let payload = sample("EMAKET_APPLICATIONS", "request");
    let raw = envelope(&delivered("EMAKET_APPLICATIONS", "sdu", &payload), &payload, "gateway");
    assert_eq!(fault(&wrong.provider.answer(&raw, NOW)).0.error_code(), "SCE909");
}

#[test]
fn a_login_in_a_setup_is_not_printed() {
    let login = Login { id: "sdu".into(), password: Password::new("secret") };
    assert!(!format!("{login:?}").contains("secret"));
}
