//! Answers in time, late, lying and none at all.

use super::*;

fn after(
    outcome: impl FnOnce(&Outbound) -> Result<Reply, TransportFailure>,
    elapsed: Duration,
) -> (Fault, ExchangeRow, Incoming) {
    let core = gateway();
    let outbound = forwarded(&core, request("sdu", "PERSONS", "m-1"));
    let answer = core.answered(&outbound.exchange, outcome(&outbound), elapsed, NOW);
    (fault_of(&answer), newest(&core), read(&answer.body))
}

fn own_code(fault: &Fault) -> &str {
    let error = fault.error.as_ref().unwrap();
    error.data.as_deref().unwrap_or(&error.code)
}

#[test]
fn a_dead_provider_is_a_fault_that_names_it_and_no_internals() {
    let (fault, row, _) =
        after(|_| Err(TransportFailure::Unreachable("connection refused (os error 111)".into())), SOON);
    assert_eq!((own_code(&fault), &fault.code), ("GW-4001", &FaultCode::Server));
    assert!(fault.reason.contains("ministry") && !fault.reason.contains("os error"), "{}", fault.reason);
    assert_eq!(row.state, State::Failed);
    assert!(row.reason.unwrap().contains("os error"), "the operator sees why");
}

#[test]
fn silence_is_a_time_out() {
    let limit = Duration::from_secs(30);
    let (fault, row, _) = after(|_| Err(TransportFailure::TimedOut(limit)), limit);
    assert_eq!((own_code(&fault), row.state), ("GW-4002", State::TimedOut));
}

#[test]
fn an_answer_after_the_limit_is_noted_and_dropped() {
    let late = Duration::from_secs(31);
    let (fault, row, _) = after(
        |outbound| reply(sample::answer(&outbound.bytes, "<data/>", &world().identity("ministry"))),
        late,
    );
    assert_eq!((own_code(&fault), row.state), ("GW-4002", State::Late));
    assert!(row.answer_digest.is_some());

    let core = gateway();
    let outbound = forwarded(&core, request("sdu", "PERSONS", "m-1"));
    core.answered(&outbound.exchange, Err(TransportFailure::TimedOut(late)), late, NOW);
    let commit =
        core.late(&outbound.exchange, &Reply { status: 200, body: "late".into() }, late, NOW).unwrap();
    core.store.commit_one(commit).unwrap();
    assert_eq!(newest(&core).state, State::Late);
    assert_eq!(rows(&core).len(), 1, "one row for one call");
}

#[test]
fn a_lying_provider_is_not_believed() {
    let world = world();
    let signed_by = |who: &str| {
        let identity = world.identity(who);
        move |outbound: &Outbound| reply(sample::answer(&outbound.bytes, "<data><ok/></data>", &identity))
    };
    let (fault, row, _) = after(signed_by("emaket"), SOON);
    assert_eq!(
        (own_code(&fault), row.reason.as_deref()),
        ("GW-4001", Some("answer of ministry not accepted: certificate of another holder"))
    );

    let changed = |outbound: &Outbound| {
        let answer = sample::answer(&outbound.bytes, "<data><ok/></data>", &world.identity("ministry"));
        reply(String::from_utf8(answer.to_vec()).unwrap().replace("<ok/>", "<no/>").into())
    };
    assert_eq!(own_code(&after(changed, SOON).0), "GW-4001");

    let unsigned = |outbound: &Outbound| {
        let answer = String::from_utf8(
            sample::answer(&outbound.bytes, "<data/>", &world.identity("ministry")).to_vec(),
        )
        .unwrap();
        let (head, tail) = (answer.find("<soap:Header>").unwrap(), answer.find("<soap:Body").unwrap());
        reply(format!("{}{}", &answer[..head], &answer[tail..]).into())
    };
    assert_eq!(own_code(&after(unsigned, SOON).0), "GW-4001");

    for junk in ["", "<html>gateway time-out</html>", "{}"] {
        assert_eq!(own_code(&after(|_| reply(junk.into()), SOON).0), "GW-4001", "{junk}");
    }
    let request_back = |outbound: &Outbound| reply(outbound.bytes.clone());
    assert_eq!(own_code(&after(request_back, SOON).0), "GW-4001");
}

#[test]
fn an_old_answer_played_again_is_not_taken() {
    let core = gateway();
    let first = forwarded(&core, request("sdu", "PERSONS", "m-1"));
    let old = sample::answer(&first.bytes, "<data/>", &world().identity("ministry"));
    let second = forwarded(&core, request("sdu", "PERSONS", "m-2"));
    let answer = core.answered(&second.exchange, reply(old), SOON, NOW);
    assert_eq!(own_code(&fault_of(&answer)), "GW-4001");
    assert!(newest(&core).reason.unwrap().contains("another message"));
}

fn provider_fault() -> Fault {
    let mut fault = Refusal::new(Code::EnvelopeInvalid, "field x is missing").fault(NOW, None);
    fault.error.as_mut().unwrap().session_id = None;
    fault
}

#[test]
fn a_signed_fault_of_the_provider_is_its_word() {
    let written = soap::write::fault(&provider_fault(), Some("id-9")).unwrap();
    let signed = world().identity("ministry").sign(&written).unwrap();
    let (fault, row, incoming) = after(|_| reply(signed), SOON);
    assert_eq!(
        (fault.code, row.state, row.code.as_deref()),
        (FaultCode::Client, State::Faulted, Some("SCE001"))
    );
    let error = fault.error.unwrap();
    assert_eq!((error.code.as_str(), error.message.as_str()), ("SCE001", "field x is missing"));
    assert!(error.session_id.is_some());
    let registry = registry(MINISTRY, "", 30);
    world()
        .identity("sdu")
        .verify(&incoming, &registry.participant("gateway").unwrap().certificate, NOW)
        .unwrap();
}

#[test]
fn an_unsigned_fault_is_only_the_reason_of_a_failure() {
    let written = soap::write::fault(&provider_fault(), None).unwrap().envelope(None);
    let (fault, ..) = after(|_| Ok(Reply { status: 500, body: written.into() }), SOON);
    assert_eq!((own_code(&fault), &fault.code), ("GW-4001", &FaultCode::Server));
    assert_eq!(fault.error.unwrap().sub_error.unwrap().code, "SCE001");
}
