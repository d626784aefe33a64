//! What effects become, and what comes of every kind of answer; at the end whole passes without a socket.

use std::sync::Arc;

use engine::Settlement;
use gateway::{Accepted, Core, PeerInfo, Reply, TransportFailure};
use soap::{Code, Fault, Refusal, Status, SyncResponse};

use super::*;
use crate::Provider;
use crate::sample::{
    self, Desk, Ledger, NOW, identity, outgoing, registry, registry_with, sample, sample_row, setup,
    setup_over,
};

fn client(participant: &str) -> Client {
    Client::new(setup(participant))
}

fn request_of(call: &Call) -> (SyncRequest, Context) {
    let incoming = soap::read(&call.bytes, &xml::Limits::message()).unwrap();
    let registry = registry();
    let request = incoming.request().unwrap().clone();
    let passport = registry.service(&request.service_id).unwrap();
    let contracts = sample::contracts(&registry);
    let payload = contracts
        .get(passport.id.as_str())
        .unwrap()
        .decode(&passport.request, incoming.data().unwrap())
        .unwrap();
    (request, payload)
}

fn question(number: u8) -> Outgoing {
    outgoing(number, "gateway:GBDFL_FAMILY", sample("GBDFL_FAMILY", "request"))
}

fn one_call(client: &Client, items: Vec<Outgoing>) -> Call {
    let mut prepared = client.prepare(items, NOW);
    assert!(prepared.settled.is_empty() && prepared.others.is_empty(), "{prepared:?}");
    assert_eq!(prepared.calls.len(), 1);
    prepared.calls.remove(0)
}

/// What a gateway would answer.
fn response(call: &Call, status: Status, data: Option<&Context>, signer: &str) -> Bytes {
    let message = SyncResponse {
        message_id: "a".into(),
        correlation_id: Some(call.message_id.clone()),
        response_date: MessageDate::at(NOW),
        status,
        session_id: Some("{00000000-0000-4000-8000-000000000002}".into()),
    };
    let registry = registry();
    let contracts = sample::contracts(&registry);
    let passport = registry.service(&call.service).unwrap();
    let fragment =
        data.map(|data| contracts.get(&call.service).unwrap().encode(&passport.response, data).unwrap());
    let data = fragment.as_ref().map(Data::from_fragment);
    identity(signer).sign(&soap::write::response(&message, data, Some("id-2")).unwrap()).unwrap()
}

fn ok(body: Bytes) -> Result<Reply, TransportFailure> {
    Ok(Reply { status: 200, body })
}

fn only(mut settled: Vec<(Outgoing, Settlement)>) -> Settlement {
    assert_eq!(settled.len(), 1);
    settled.remove(0).1
}

#[track_caller]
fn assert_later(settlement: &Settlement, words: &str) {
    let Settlement::Later { reason, after } = settlement else { panic!("{settlement:?}") };
    assert!(reason.contains(words), "{reason}");
    assert_eq!(*after, Duration::from_secs(1));
}

mod asking {
    use super::*;

    #[test]
    fn an_effect_has_one_identifier_all_along_the_way() {
        let client = client("sdu");
        let mut item = question(7);
        item.request.remove("requestId");
        let first = one_call(&client, vec![item.clone()]);
        let id = "07070707-0707-0707-0707-070707070707";
        let (request, payload) = request_of(&first);
        assert_eq!((request.message_id.as_str(), request.property("idempotencyKey")), (id, Some(id)));
        assert_eq!(payload.get("requestId").and_then(Value::as_str), Some(id));
        assert_eq!((first.provider.as_str(), first.limit), ("population-register", Duration::from_secs(32)));
        let again = one_call(&client, vec![item]);
        assert_eq!(again.message_id, first.message_id);
        let own = request_of(&one_call(&client, vec![question(7)])).1;
        assert_eq!(own, sample("GBDFL_FAMILY", "request"), "a requestId of the model's own stays");
    }

    #[test]
    fn rows_of_one_service_go_together_and_the_same_rows_are_the_same_message() {
        let client = client("sdu");
        let row = |number: u8, id: Option<&str>| {
            let mut row = sample_row("EMAKET_LIST");
            row.remove("rowId");
            if let Some(id) = id {
                row.insert("rowId", id);
            }
            outgoing(number, "send:EMAKET_LIST", row)
        };
        let items = || vec![row(1, Some("own-id")), row(2, None)];
        let call = one_call(&client, items());
        let (request, payload) = request_of(&call);
        let ids: Vec<_> = payload
            .get("row")
            .unwrap()
            .as_list()
            .unwrap()
            .iter()
            .map(|row| row.as_context().unwrap().get("rowId").unwrap().as_str().unwrap().to_owned())
            .collect();
        assert_eq!(ids, ["own-id", "02020202-0202-0202-0202-020202020202"]);
        assert_eq!(request.message_id, one_call(&client, items()).message_id);
        assert_ne!(
            request.message_id,
            one_call(&client, vec![row(1, Some("own-id")), row(3, None)]).message_id
        );
        let alone = one_call(&client, vec![row(4, None)]);
        assert_eq!(alone.message_id, "04040404-0404-0404-0404-040404040404");
        assert_eq!(call.outgoing().count(), 2);
    }

    #[test]
    fn more_rows_than_an_envelope_takes_are_split() {
        let change = |text: String| text.replace("maximum = 500", "maximum = 2");
        let client = Client::new(setup_over("sdu", registry_with(change, &[]), Arc::default()));
        let items = (1..=5)
            .map(|number| {
                outgoing(
                    number,
                    "send:EMAKET_LIST",
                    sample_row("EMAKET_LIST").with("rowId", format!("r{number}")),
                )
            })
            .collect();
        let sizes: Vec<usize> =
            client.prepare(items, NOW).calls.iter().map(|call| call.items.len()).collect();
        assert_eq!(sizes, [2, 2, 1]);
    }

    #[test]
    fn a_request_against_its_contract_is_refused_and_holds_up_no_other() {
        let client = client("sdu");
        let bad = outgoing(1, "send:EMAKET_LIST", sample_row("EMAKET_LIST").with("childIin", "12"));
        let good = outgoing(2, "send:EMAKET_LIST", sample_row("EMAKET_LIST"));
        let mut question = question(3);
        question.request.insert("childIin", 5);
        let prepared = client.prepare(vec![bad, good, question], NOW);
        assert_eq!((prepared.calls.len(), prepared.calls[0].items.len()), (1, 1));
        assert_eq!(prepared.settled.len(), 2);
        for (_, settlement) in prepared.settled {
            let Settlement::Refused { code, message } = settlement else { panic!("{settlement:?}") };
            assert!(code == "GW-2002" && message.contains("childIin"), "{message}");
        }
    }

    #[test]
    fn an_unknown_service_waits_and_says_so_and_other_effects_are_given_back() {
        let client = client("sdu");
        let unknown = outgoing(1, "gateway:NOWHERE", Context::new());
        let not_rows = outgoing(2, "send:GBDFL_FAMILY", Context::new());
        let sms = outgoing(3, "smpp:submit", Context::new());
        let prepared = client.prepare(vec![unknown, not_rows, sms], NOW);
        assert!(prepared.calls.is_empty());
        assert_eq!(prepared.others.len(), 1);
        assert_later(&prepared.settled[0].1, "no service NOWHERE");
        assert_later(&prepared.settled[1].1, "gateway:GBDFL_FAMILY");
    }
}

mod concluding {
    use super::*;

    fn conclude(outcome: impl FnOnce(&Call) -> Result<Reply, TransportFailure>) -> Settlement {
        let client = client("sdu");
        let call = one_call(&client, vec![question(7)]);
        let outcome = outcome(&call);
        only(client.conclude(call, outcome, NOW))
    }

    #[test]
    fn an_answer_by_the_contract_is_the_outcome() {
        let answer = sample("GBDFL_FAMILY", "response");
        let settled = conclude(|call| ok(response(call, Status::success(), Some(&answer), "gateway")));
        let Settlement::Answered(told) = settled else { panic!("{settled:?}") };
        assert_eq!(told, answer);
    }

    #[test]
    fn a_business_refusal_is_an_outcome_too() {
        let settled =
            conclude(|call| ok(response(call, Status::new("SCSE002", "no such child"), None, "gateway")));
        let Settlement::Refused { code, message } = settled else { panic!("{settled:?}") };
        assert_eq!((code.as_str(), message.as_str()), ("SCSE002", "no such child"));
    }

    #[test]
    fn silence_and_nonsense_are_no_outcomes() {
        let answer = sample("GBDFL_FAMILY", "response");
        let success = |call: &Call, signer: &str| response(call, Status::success(), Some(&answer), signer);
        assert_later(
            &conclude(|_| Err(TransportFailure::Unreachable("refused".into()))),
            "gateway: cannot be reached",
        );
        assert_later(
            &conclude(|_| Err(TransportFailure::TimedOut(Duration::from_secs(32)))),
            "gateway: gave no answer",
        );
        assert_later(&conclude(|_| Err(TransportFailure::Status(503))), "503");
        assert_later(&conclude(|_| ok("<html/>".into())), "gateway: its answer cannot be read");
        assert_later(&conclude(|call| ok(call.bytes.clone())), "");
        assert_later(&conclude(|call| ok(success(call, "population-register"))), "not believed");
        assert_later(
            &conclude(|call| ok(response(call, Status::success(), None, "gateway"))),
            "population-register: its answer breaks the contract",
        );
        let changed = |call: &Call| {
            String::from_utf8(success(call, "gateway").to_vec()).unwrap().replace("SCSS001", "SCSE002")
        };
        assert_later(&conclude(|call| ok(changed(call).into())), "not believed");
        let other = |call: &Call| {
            let mut other = call.clone();
            other.message_id = "another".into();
            response(&other, Status::success(), Some(&answer), "gateway")
        };
        assert_later(&conclude(|call| ok(other(call))), "another message");
    }

    #[test]
    fn pauses_double_up_to_five_minutes() {
        let client = client("sdu");
        let after = |attempts: u32| {
            let call = one_call(&client, vec![Outgoing { attempts, ..question(7) }]);
            match only(client.conclude(call, Err(TransportFailure::Status(502)), NOW)) {
                Settlement::Later { after, .. } => after.as_secs(),
                other => panic!("{other:?}"),
            }
        };
        assert_eq!([0, 1, 2, 8, 9, 60, u32::MAX].map(after), [1, 2, 4, 256, 300, 300, 300]);
    }

    fn fault(code: Code, signer: Option<&str>) -> Settlement {
        let fault: Fault = Refusal::new(code, "in words").fault(NOW, None);
        let written = soap::write::fault(&fault, signer.map(|_| "id-3")).unwrap();
        let body = match signer {
            Some(signer) => identity(signer).sign(&written).unwrap(),
            None => written.envelope(None).into(),
        };
        conclude(|_| Ok(Reply { status: 500, body }))
    }

    #[test]
    fn a_fault_ends_an_effect_only_when_the_gateway_says_that_the_message_is_wrong() {
        for code in [Code::EnvelopeInvalid, Code::DataInvalid, Code::FieldMissing, Code::IdentifierUsed] {
            let settled = fault(code, Some("gateway"));
            assert!(matches!(settled, Settlement::Refused { .. }), "{code} {settled:?}");
            assert_later(&fault(code, None), "not signed");
            assert_later(&fault(code, Some("population-register")), "not signed");
        }
        for code in [
            Code::RecipientUnreachable,
            Code::TimeOut,
            Code::NotConnected,
            Code::ConnectionSuspended,
            Code::TechnologicalBreak,
            Code::CertificateInvalid,
            Code::AuthenticationFailed,
            Code::Internal,
        ] {
            assert_later(&fault(code, Some("gateway")), "population-register: ");
        }
    }

    #[test]
    fn every_row_has_its_own_outcome() {
        let client = client("sdu");
        let row = |number: u8| {
            outgoing(
                number,
                "send:EMAKET_LIST",
                sample_row("EMAKET_LIST").with("rowId", format!("r{number}")),
            )
        };
        let call = one_call(&client, (1..=4).map(row).collect());
        let result = |id: &str, status: &str| Context::new().with("rowId", id).with("status", status);
        let results = [
            result("r3", "refused").with("reason", "no such service"),
            result("r1", "accepted"),
            result("r2", "duplicate"),
        ];
        let answer = Context::new().with("result", Value::list(results.map(Value::Context)));
        let body = response(&call, Status::success(), Some(&answer), "gateway");
        let settled = client.conclude(call, ok(body), NOW);
        let told: Vec<String> =
            settled.iter().map(|(item, settlement)| format!("{} {settlement:?}", item.id[0])).collect();
        assert!(
            matches!(settled[0].1, Settlement::Answered(_))
                && matches!(settled[1].1, Settlement::Answered(_)),
            "{told:?}"
        );
        let Settlement::Refused { code, message } = &settled[2].1 else { panic!("{told:?}") };
        assert_eq!((code.as_str(), message.as_str()), ("refused", "no such service"));
        assert_later(&settled[3].1, "emaket: its answer says nothing of the row");
    }
}

/// Two participants and the gateway between them, as the simulator drives them: no socket, no thread, no clock.
mod passing {
    use super::*;

    fn carry(core: &Core, provider: &Provider, client: &Client, call: Call) -> Vec<(Outgoing, Settlement)> {
        let peer = PeerInfo::default();
        let reply = match core.accept(call.bytes.clone(), &peer, NOW) {
            Accepted::Refused(answer) => Reply { status: answer.status, body: answer.body },
            Accepted::Forward(outbound) => {
                let answer = provider.answer(&outbound.bytes, NOW);
                let answer = core.answered(&outbound.exchange, Ok(answer), Duration::from_millis(3), NOW);
                Reply { status: answer.status, body: answer.body }
            }
        };
        client.conclude(call, Ok(reply), NOW)
    }

    #[test]
    fn rows_and_questions_pass_from_engine_to_engine() {
        let registry = registry();
        let core = sample::core(Arc::clone(&registry));
        let (given, taken) = (Arc::new(Ledger::default()), Arc::new(Ledger::default()));
        let client = Client::new(setup_over("sdu", Arc::clone(&registry), Arc::clone(&given)));
        let desk = Arc::new(Desk { answer: sample("EMAKET_APPLICATIONS", "response"), ..Desk::default() });
        let provider =
            Provider::new(setup_over("emaket", registry, Arc::clone(&taken)), Arc::clone(&desk) as _);
        let rows = (1..=3)
            .map(|number| {
                outgoing(
                    number,
                    "send:EMAKET_LIST",
                    sample_row("EMAKET_LIST").with("rowId", format!("r{number}")),
                )
            })
            .collect();
        let call = one_call(&client, rows);
        // Sent twice, as after a crash: every row is taken once.
        for _ in 0..2 {
            let settled = carry(&core, &provider, &client, call.clone());
            assert!(
                settled.iter().all(|(_, settlement)| matches!(settlement, Settlement::Answered(_))),
                "{settled:?}"
            );
        }
        assert_eq!(desk.seen.lock().unwrap().len(), 3);
        let question = outgoing(9, "gateway:EMAKET_APPLICATIONS", sample("EMAKET_APPLICATIONS", "request"));
        let call = one_call(&client, vec![question]);
        let settled = only(carry(&core, &provider, &client, call));
        let Settlement::Answered(answer) = settled else { panic!("{settled:?}") };
        assert_eq!(answer, sample("EMAKET_APPLICATIONS", "response"));
        assert_eq!(given.lines().last().unwrap(), "emaket -> sdu EMAKET_APPLICATIONS case-9");
        assert_eq!(given.lines()[0], "sdu -> emaket EMAKET_LIST case-1");
        assert_eq!(taken.lines().len(), 7);
    }

    #[test]
    fn a_refusal_of_the_provider_reaches_the_engine_of_the_sender() {
        let registry = registry();
        let core = sample::core(Arc::clone(&registry));
        let client = Client::new(setup_over("sdu", Arc::clone(&registry), Arc::default()));
        let provider = Provider::new(
            setup_over("emaket", registry, Arc::default()),
            Arc::new(Desk { refuses: true, ..Desk::default() }),
        );
        let call = one_call(&client, vec![outgoing(1, "send:EMAKET_LIST", sample_row("EMAKET_LIST"))]);
        assert_later(&only(carry(&core, &provider, &client, call)), "emaket: SCE909");
    }

    #[test]
    fn every_service_of_the_pilot_can_be_asked_with_its_sample() {
        let registry = registry();
        for service in registry.services() {
            let client = client(service.consumers[0].as_str());
            let (id, request) = (service.id.as_str(), sample(service.id.as_str(), "request"));
            let item = match &service.kind {
                ServiceKind::Rows(_) => outgoing(1, &format!("send:{id}"), sample_row(id)),
                _ => outgoing(1, &format!("gateway:{id}"), request.clone()),
            };
            assert_eq!(request_of(&one_call(&client, vec![item])).1, request, "{id}");
        }
    }
}
