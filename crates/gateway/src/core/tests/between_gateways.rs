//! A message between the state and others passes two gateways.

use super::*;

fn both() -> (Arc<Core>, Arc<Core>) {
    let registry = registry(MINISTRY, "", 30);
    (sample::core(Gateway::Internal, Arc::clone(&registry)), sample::core(Gateway::External, registry))
}

#[test]
fn a_message_from_the_state_to_a_bank_passes_both_and_each_checks_it() {
    let (inner, outer) = both();
    let first = forwarded(&inner, request("sdu", "ACCOUNTS", "m-1"));
    assert_eq!(first.destination, Destination::Gateway(Gateway::External));
    let second = forwarded(&outer, first.bytes.clone());
    assert_eq!(second.destination.participant(), "bank-1");
    assert_eq!(second.limit, Duration::from_millis(29_500), "the second leaves time for the first");
    let incoming = read(&second.bytes);
    let passed = incoming.request().unwrap();
    assert_eq!(passed.sender.id, "sdu");
    assert!(passed.sender.password.is_none() && passed.property(ORIGINAL_SENDER).is_none());
    assert_eq!(passed.session_id.as_deref(), Some(&*first.exchange.session()), "one session in both logs");
    let row = newest(&outer);
    assert_eq!((row.sender.as_str(), row.bearer.as_deref()), ("sdu", Some("gateway")));

    let answer = sample::answer(&second.bytes, "<data><iban/></data>", &world().identity("bank-1"));
    let answer = outer.answered(&second.exchange, reply(answer), SOON, NOW);
    let answer = inner.answered(&first.exchange, reply(answer.body), SOON, NOW);
    assert_eq!((answer.status, read(&answer.body).data_source()), (200, Some("<data><iban/></data>")));
    let session = first.exchange.session();
    for core in [&inner, &outer] {
        let page =
            log::search(&*core.store, &Query { name: Some(session.clone()), limit: 9, ..Query::default() })
                .unwrap();
        assert_eq!(page.rows.len(), 1);
        assert_eq!(page.rows[0].state, State::Answered);
    }
}

#[test]
fn a_fault_of_the_second_gateway_reaches_the_sender() {
    let (inner, outer) = both();
    let first = forwarded(&inner, request("sdu", "ACCOUNTS", "m-1"));
    let second = forwarded(&outer, first.bytes.clone());
    let fault = outer.answered(&second.exchange, Err(TransportFailure::Broken("x".into())), SOON, NOW);
    let told = inner.answered(&first.exchange, Ok(Reply { status: 500, body: fault.body }), SOON, NOW);
    let fault = fault_of(&told);
    assert_eq!(fault.error.unwrap().code, "GW-4001");
    assert!(fault.reason.contains("bank-1"), "{}", fault.reason);
}

#[test]
fn nobody_hands_over_for_another() {
    let (inner, outer) = both();
    // A bank at the inner gateway; a state body at the outer one.
    let bank = request("bank-1", "PERSONS", "m-1");
    assert_refused(&inner, bank.clone(), "GW-1002", "external-gateway");
    assert_eq!(forwarded(&outer, bank).destination, Destination::Gateway(Gateway::Internal));
    assert_refused(&outer, request("sdu", "ACCOUNTS", "m-1"), "GW-1002", "gateway");
    // A sender that claims to speak for another.
    let mut claimed = message("emaket", "PERSONS", "m-2");
    claimed.properties.push(Property { key: ORIGINAL_SENDER.into(), value: "sdu".into() });
    assert_refused(
        &inner,
        signed(&claimed, "<data/>", &world().identity("emaket")),
        "GW-2001",
        ORIGINAL_SENDER,
    );
    // A gateway that names nobody, somebody unknown, or one whose messages it does not hand over.
    let from_outer = |sender: Option<&str>| {
        let mut request = message("external-gateway", "PERSONS", "m-3");
        request
            .properties
            .extend(sender.map(|sender| Property { key: ORIGINAL_SENDER.into(), value: sender.into() }));
        signed(&request, "<data/>", &world().identity("external-gateway"))
    };
    assert_refused(&inner, from_outer(None), "GW-2003", ORIGINAL_SENDER);
    assert_refused(&inner, from_outer(Some("nobody")), "GW-1001", "");
    assert_refused(&inner, from_outer(Some("sdu")), "GW-1002", "");
    forwarded(&inner, from_outer(Some("bank-1")));
}

#[test]
fn without_a_login_the_other_gateway_is_out_of_reach() {
    let mut parts = parts(Gateway::Internal, registry(MINISTRY, "", 30));
    parts.login = None;
    assert_refused(&Core::new(parts), request("sdu", "ACCOUNTS", "m-1"), "GW-4001", "not set up");
}
