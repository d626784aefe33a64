//! What passes a gateway, and every way in which something must not.

use std::time::Duration;

use bytes::Bytes;
use jiff::SignedDuration;
use registry::Gateway;
use soap::{Fault, FaultCode, Incoming, Message, MessageDate, Password, Property, Status, SyncResponse};

use super::*;
use crate::exchange::ORIGINAL_SENDER;
use crate::log::{self, Query, Side};
use crate::sample::{self, NOW, message, parts, registry, request, signed, world};
use crate::transport::{Reply, TransportFailure};

const MINISTRY: &[(&str, &str)] = &[("ministry", "http://127.0.0.1:9/m"), ("bank-1", "http://127.0.0.1:9/b")];

fn gateway() -> Arc<Core> {
    sample::core(Gateway::Internal, registry(MINISTRY, "", 30))
}

fn read(bytes: &[u8]) -> Incoming {
    soap::read(bytes, &Limits::message()).unwrap()
}

fn peer() -> PeerInfo {
    PeerInfo { address: "192.0.2.7:1234".into() }
}

fn forwarded(core: &Core, raw: Bytes) -> Outbound {
    match core.accept(raw, &peer(), NOW) {
        Accepted::Forward(outbound) => *outbound,
        Accepted::Refused(answer) => panic!("refused: {}", String::from_utf8_lossy(&answer.body)),
    }
}

fn fault_of(answer: &Answer) -> Fault {
    assert_eq!(answer.status, 500);
    match read(&answer.body).message() {
        Message::Fault(fault) => fault.clone(),
        other => panic!("{other:?}"),
    }
}

fn refused(core: &Core, raw: Bytes) -> Fault {
    match core.accept(raw, &peer(), NOW) {
        Accepted::Refused(answer) => fault_of(&answer),
        Accepted::Forward(outbound) => panic!("forwarded: {}", String::from_utf8_lossy(&outbound.bytes)),
    }
}

/// Own code of a refusal, wherever the fault has it, and the row that the journal got.
#[track_caller]
fn assert_refused(core: &Core, raw: Bytes, code: &str, words: &str) {
    let fault = refused(core, raw);
    let error = fault.error.as_ref().unwrap();
    let own = error.data.as_deref().unwrap_or(&error.code);
    assert_eq!(own, code, "{}", fault.reason);
    assert!(fault.reason.contains(words), "{}", fault.reason);
    assert!(error.date.is_some() && error.session_id.as_deref().is_some_and(|id| id.starts_with('{')));
    let row = newest(core);
    assert_eq!((row.state, row.code.as_deref()), (State::Refused, Some(code)));
    assert!(row.reason.is_some());
    let kinds = core.store.journal_of(row.partition(), &row.store_id(), 0, 10).unwrap();
    assert_eq!(kinds.iter().map(|record| record.kind).collect::<Vec<_>>(), [KIND_REFUSED]);
}

fn newest(core: &Core) -> ExchangeRow {
    // Ids count in these tests; many calls have the same moment.
    rows(core).into_iter().max_by_key(|row| row.id).unwrap()
}

fn rows(core: &Core) -> Vec<ExchangeRow> {
    log::search(&*core.store, &Query { limit: 500, ..Query::default() }).unwrap().rows
}

fn reply(body: Bytes) -> Result<Reply, TransportFailure> {
    Ok(Reply { status: 200, body })
}

const SOON: Duration = Duration::from_millis(12);

mod passing {
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
        let answer =
            sample::answer(&outbound.bytes, "<data><ok>ә</ok></data>", &world().identity("ministry"));
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
        assert_eq!(
            read(&outbound.bytes).request().unwrap().message_id,
            outbound.exchange.row().id.to_string()
        );
    }
}

mod refusing {
    use super::*;

    #[test]
    fn wrong_unknown_and_missing_logins_are_refused_alike() {
        let core = gateway();
        let mut wrong = message("sdu", "PERSONS", "m-1");
        wrong.sender.password = Some(Password::new("guess"));
        let mut unknown = message("sdu", "PERSONS", "m-1");
        unknown.sender.id = "nobody".into();
        let identity = world().identity("sdu");
        let texts = [wrong, unknown].map(|message| {
            let raw = signed(&message, "<data/>", &identity);
            assert_refused(&core, raw.clone(), "GW-1001", "not known or the password is wrong");
            refused(&core, raw).reason
        });
        assert_eq!(texts[0], texts[1], "a stranger cannot tell which of the two it was");
        let mut missing = message("sdu", "PERSONS", "m-1");
        missing.sender.password = None;
        assert_refused(&core, signed(&missing, "<data/>", &identity), "GW-1001", "are needed in every call");
    }

    #[test]
    fn a_signature_of_another_is_refused() {
        let core = gateway();
        let raw = |identity: Identity| signed(&message("sdu", "PERSONS", "m-1"), "<data/>", &identity);
        let world = world();
        assert_refused(&core, raw(world.identity("emaket")), "GW-3003", "200140001012");
        assert_refused(&core, raw(world.identity_with(Arc::clone(&world.stranger))), "GW-3003", "expected");
        assert_refused(&core, raw(world.identity_with(Arc::clone(&world.untrusted))), "GW-3004", "");
        assert_refused(&core, raw(world.identity_with(Arc::clone(&world.expired))), "GW-3004", "expired");
        assert_refused(&core, raw(world.identity_with(Arc::clone(&world.revoked))), "GW-3004", "revoked");
        let row = newest(&core);
        assert_eq!(
            row.reason.as_deref(),
            Some("certificate not valid"),
            "no name of a person in the journal"
        );
        assert!(row.certificate.is_some(), "whose certificate it was is known");
    }

    #[test]
    fn without_a_revocation_list_nobody_is_believed() {
        let mut parts = parts(Gateway::Internal, registry(MINISTRY, "", 30));
        parts.identity = world().identity_without_lists("gateway");
        assert_refused(&Core::new(parts), request("sdu", "PERSONS", "m-1"), "GW-3005", "revocation");
    }

    #[test]
    fn unsigned_changed_and_moved_messages_are_refused() {
        let core = gateway();
        let raw = String::from_utf8(request("sdu", "PERSONS", "m-1").to_vec()).unwrap();
        let (head, body) = raw.split_once("<soap:Body").unwrap();
        let header_at = head.find("<soap:Header>").unwrap();
        let unsigned = format!("{}<soap:Body{body}", &head[..header_at]);
        assert_refused(&core, unsigned.into(), "GW-3001", "Header");
        assert_refused(&core, raw.replace("<a>1</a>", "<a>2</a>").into(), "GW-3002", "changed after signing");
        // The signed Body is hidden in the Header, a forged one stands in its place.
        let original = format!("<soap:Body{}", body.strip_suffix("</soap:Envelope>").unwrap());
        let forged = original.split_once('>').unwrap().1.replace("<a>1</a>", "<a>9</a>");
        for place in ["<wrap>", "<wrap xmlns='urn:x'>"] {
            let hidden = format!("</wsse:Security>{place}{original}</wrap>");
            let wrapped =
                format!("{}<soap:Body>{forged}</soap:Envelope>", head.replace("</wsse:Security>", &hidden));
            assert_refused(&core, wrapped.into(), "GW-3002", "not the Body");
        }
        // Two elements with the identifier.
        let twice = raw.replace("<a>1</a>", "<a>1</a><b Id='id-1'/>");
        assert_refused(&core, twice.into(), "GW-3002", "");
    }

    #[test]
    fn what_is_no_envelope_is_refused_and_says_why() {
        let core = gateway();
        let good = String::from_utf8(request("sdu", "PERSONS", "m-1").to_vec()).unwrap();
        let cases = [
            (String::new(), ""),
            ("junk".to_owned(), ""),
            (good[..good.len() / 2].to_owned(), ""),
            (format!("<!DOCTYPE a [<!ENTITY x 'y'>]>{good}"), "DOCTYPE"),
            (
                good.replace(
                    "http://schemas.xmlsoap.org/soap/envelope/",
                    "http://www.w3.org/2003/05/soap-envelope",
                ),
                "SOAP 1.1",
            ),
            (good.replace("SendMessage", "Transfer"), "SendMessage"),
            (good.replace("<a>1</a>", &"x".repeat(100_001)), "100000"),
        ];
        for (raw, words) in cases {
            assert_refused(&core, raw.into(), "GW-2001", words);
        }
        let response = sample::answer(
            &forwarded(&core, request("sdu", "PERSONS", "m-2")).bytes,
            "<data/>",
            &world().identity("sdu"),
        );
        assert_refused(&core, response, "GW-2001", "a SendMessage request is expected");
    }

    #[test]
    fn soap_1_2_is_answered_with_version_mismatch() {
        let good = String::from_utf8(request("sdu", "PERSONS", "m-1").to_vec()).unwrap();
        let raw = good
            .replace("http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope");
        assert_eq!(refused(&gateway(), raw.into()).code, FaultCode::VersionMismatch);
    }

    #[test]
    fn fields_are_judged_only_after_the_sender_is_known() {
        let core = gateway();
        let mut bad = message("sdu", "", "m-1");
        assert_refused(&core, signed(&bad, "<data/>", &world().identity("sdu")), "GW-2003", "serviceId");
        bad.sender.password = Some(Password::new("guess"));
        assert_refused(&core, signed(&bad, "<data/>", &world().identity("sdu")), "GW-1001", "");
        let mut routed = message("sdu", "PERSONS", "m-2");
        routed.route_id = Some("r".into());
        assert_refused(&core, signed(&routed, "<data/>", &world().identity("sdu")), "GW-2005", "routeId");
    }

    #[test]
    fn connections_decide() {
        let core = gateway();
        let by = |sender: &str, service: &str| request(sender, service, "m-1");
        assert_refused(&core, by("emaket", "PERSONS"), "GW-1002", "not connected");
        assert_refused(&core, by("sdu", "UNHEARD_OF"), "GW-1004", "no service");
        assert_refused(&core, by("sdu", "CLOSED"), "GW-1005", "technological break");
        assert_refused(&core, by("sdu", "NO_CONTRACT"), "GW-1003", "no contract");
        let rows =
            "[[connection]]\nsender = 'sdu'\nservice = 'PERSONS'\nstate = 'suspended'\nreason = 'audit'\n";
        let suspended = sample::core(Gateway::Internal, registry(MINISTRY, rows, 30));
        assert_refused(&suspended, by("sdu", "PERSONS"), "GW-1003", "audit");
        let nowhere = sample::core(Gateway::Internal, registry(&[], "", 30));
        assert_refused(&nowhere, by("sdu", "PERSONS"), "GW-4001", "no address");
    }

    #[test]
    fn a_changed_registry_holds_from_the_next_message_on() {
        let core = gateway();
        forwarded(&core, request("sdu", "PERSONS", "m-1"));
        let rows = "[[service]]\nid = 'PERSONS'\nstate = 'suspended'\n";
        core.replace_registry(registry(MINISTRY, rows, 30));
        assert_refused(&core, request("sdu", "PERSONS", "m-2"), "GW-1004", "suspended");
    }
}

mod repeating {
    use super::*;

    #[test]
    fn the_same_message_is_handed_on_again_where_the_passport_allows_it() {
        let core = gateway();
        let first = forwarded(&core, request("sdu", "PERSONS", "m-1"));
        // A client that repeats writes a new date and a new Id; what it says is the same.
        let mut again = message("sdu", "PERSONS", "m-1");
        again.message_date = MessageDate::at(NOW + SignedDuration::from_secs(60));
        let second = forwarded(&core, signed(&again, "<data><a>1</a></data>", &world().identity("sdu")));
        assert!(!first.exchange.row().repeat && second.exchange.row().repeat);
        assert_ne!(first.exchange.row().id, second.exchange.row().id);
        assert_refused(
            &core,
            signed(&again, "<data><a>2</a></data>", &world().identity("sdu")),
            "GW-2006",
            "other content",
        );
    }

    #[test]
    fn the_same_message_is_not_handed_on_again_where_it_would_be_done_twice() {
        let core = gateway();
        forwarded(&core, request("sdu", "PAYMENT", "m-1"));
        assert_refused(&core, request("sdu", "PAYMENT", "m-1"), "GW-2006", "twice");
        forwarded(&core, request("sdu", "PAYMENT", "m-2"));
    }

    #[test]
    fn an_identifier_belongs_to_its_sender() {
        let core = gateway();
        forwarded(&core, request("sdu", "PERSONS", "m-1"));
        let external = sample::core(Gateway::External, registry(MINISTRY, "", 30));
        let outbound = forwarded(
            &external,
            signed(&message("bank-1", "PERSONS", "m-1"), "<data><b/></data>", &world().identity("bank-1")),
        );
        forwarded(&core, outbound.bytes);
    }
}

mod answering {
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
}

mod between_gateways {
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
        assert_eq!(
            passed.session_id.as_deref(),
            Some(&*first.exchange.session()),
            "one session in both logs"
        );
        let row = newest(&outer);
        assert_eq!((row.sender.as_str(), row.bearer.as_deref()), ("sdu", Some("gateway")));

        let answer = sample::answer(&second.bytes, "<data><iban/></data>", &world().identity("bank-1"));
        let answer = outer.answered(&second.exchange, reply(answer), SOON, NOW);
        let answer = inner.answered(&first.exchange, reply(answer.body), SOON, NOW);
        assert_eq!((answer.status, read(&answer.body).data_source()), (200, Some("<data><iban/></data>")));
        let session = first.exchange.session();
        for core in [&inner, &outer] {
            let page = log::search(
                &*core.store,
                &Query { name: Some(session.clone()), limit: 9, ..Query::default() },
            )
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
}

mod searching {
    use super::*;

    #[test]
    fn the_log_is_newest_first_filtered_and_paged() {
        let core = gateway();
        for number in 0..150_i64 {
            let now = NOW + SignedDuration::from_secs(number);
            let service = if number % 3 == 0 { "PAYMENT" } else { "PERSONS" };
            let raw = request("sdu", service, &format!("m-{number}"));
            assert!(matches!(core.accept(raw, &peer(), now), Accepted::Forward(_)));
        }
        let mut seen = Vec::new();
        let mut query = Query { limit: 40, ..Query::default() };
        loop {
            let page = log::search(&*core.store, &query).unwrap();
            seen.extend(page.rows);
            match page.after {
                Some(after) => query.after = Some(after),
                None => break,
            }
        }
        assert_eq!(seen.len(), 150);
        assert!(seen.is_sorted_by(|one, two| one.at > two.at));
        let find = |query: Query| log::search(&*core.store, &Query { limit: 500, ..query }).unwrap().rows;
        assert_eq!(find(Query { service: Some("PAYMENT".into()), ..Query::default() }).len(), 50);
        assert_eq!(find(Query { party: Some("ministry".into()), ..Query::default() }).len(), 150);
        assert_eq!(find(Query { party: Some("bank-1".into()), ..Query::default() }).len(), 0);
        assert_eq!(find(Query { state: Some(State::Refused), ..Query::default() }).len(), 0);
        assert_eq!(
            find(Query { until: Some(NOW + SignedDuration::from_secs(9)), ..Query::default() }).len(),
            10
        );
        let one = find(Query { name: Some("m-7".into()), ..Query::default() });
        assert_eq!((one.len(), one[0].message_id.as_str()), (1, "m-7"));
        assert_eq!(find(Query { name: Some(soap::braced(&one[0].session)), ..Query::default() }), one);
        assert_eq!(log::one(&*core.store, one[0].at, one[0].id).unwrap().as_ref(), Some(&one[0]));
    }
}
