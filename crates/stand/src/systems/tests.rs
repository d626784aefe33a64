use std::path::Path;
use std::sync::LazyLock;

use eds::issue::{Authority, Period, Subject};
use eds::path::Policy;
use eds::revocation::NoRevocationSource;
use eds::revocation::{RevocationPolicy, Unknown};
use eds::{PemSigner, SignatureAlgorithm, TrustStore};
use jiff::Timestamp;
use jiff::civil::date;
use rules::{Context, Value};
use soap::{Data, Incoming, Message, MessageDate, Sender, Status, SyncRequest, SyncResponse};

use super::*;
use crate::country::{Plan, Story};
use crate::faults::{Faults, Nonsense, Times};
use crate::registers::read_directory;
use crate::world::{Birth, Sent};

fn now() -> Timestamp {
    "2024-04-01T04:00:00Z".parse().unwrap()
}

/// Keys are slow to make: one infrastructure for all tests.
struct Pki {
    gateway: Arc<dyn Signer>,
    stranger: Arc<dyn Signer>,
    systems: Vec<Identity>,
    participants: BTreeMap<String, ParticipantRow>,
    validator: Arc<Validator>,
}

static PKI: LazyLock<Pki> = LazyLock::new(|| {
    let period =
        Period { from: "2024-01-01T00:00:00Z".parse().unwrap(), to: "2027-01-01T00:00:00Z".parse().unwrap() };
    let root = Authority::root(&Subject::named("ДЕМО"), period).unwrap();
    let signer = |bin: &str| -> Arc<dyn Signer> {
        let subject = Subject::organization("ЖҮЙЕ", "900101300123", "ҰЙЫМ", bin);
        let (key, certificate) =
            root.participant(&subject, SignatureAlgorithm::EcdsaP256Sha256, period).unwrap();
        Arc::new(PemSigner::new(Arc::new(certificate), key).unwrap())
    };
    let text = std::fs::read_to_string(registers().join("participants.toml")).unwrap();
    let participants = read_participants(&text).unwrap();
    let mut trust = TrustStore::new();
    trust.add_anchor(Arc::clone(root.certificate())).unwrap();
    let revocation =
        RevocationPolicy { unknown: Unknown::Accept("a test without lists"), ..RevocationPolicy::strict() };
    let policy = Policy { revocation, ..Policy::default() };
    let outside = ["population-register", "state-bodies", "payment-database", "bank-1", "mobile-citizens"];
    let identity = |id: &str| Identity {
        row: participants[id].clone(),
        signer: signer(&participants[id].bin),
        sender_id: format!("{id}-login"),
        password: "secret".into(),
    };
    Pki {
        gateway: signer(&participants["gateway"].bin),
        stranger: signer("200140001999"),
        systems: outside.map(identity).to_vec(),
        validator: Arc::new(Validator::new(Arc::new(trust), Arc::new(NoRevocationSource), policy)),
        participants,
    }
});

fn registers() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../registers")
}

fn systems() -> Systems {
    let plan = Plan { seed: 1, families: 0, today: date(2024, 4, 1) };
    let world = World::new(plan, read_directory(&registers()).unwrap()).unwrap();
    Systems::new(world, &PKI.participants, PKI.systems.clone(), Arc::clone(&PKI.validator)).unwrap()
}

fn mother(id: &str) -> String {
    Story::of(id).unwrap().mother_iin().unwrap()
}

/// A request as a gateway delivers it.
fn request(systems: &Systems, service: &str, fields: Context, signer: Option<&Arc<dyn Signer>>) -> Vec<u8> {
    let contract = &systems.contracts[service];
    let request = SyncRequest {
        message_id: "11111111-1111-4111-8111-111111111111".into(),
        correlation_id: None,
        service_id: service.into(),
        message_date: MessageDate::at(now()),
        route_id: None,
        sender: Sender { id: "sdu".into(), password: None },
        properties: Vec::new(),
        session_id: Some("{22222222-2222-4222-8222-222222222222}".into()),
    };
    let fragment = contract.encode("request", &fields).unwrap();
    let id = signer.is_some().then_some("id-1");
    let outgoing = soap::write::request(&request, Some(Data::from_fragment(&fragment)), id).unwrap();
    match signer {
        Some(signer) => envelope::signed(&outgoing, signer.as_ref()).unwrap().into_bytes(),
        None => outgoing.envelope(None).into_bytes(),
    }
}

fn family(child: &str) -> Context {
    Context::new().with("requestId", Value::text("r-1")).with("childIin", Value::text(child))
}

fn answer(reply: Reply) -> (u16, Incoming) {
    let Reply::Answer { http, body, .. } = reply else { panic!("no answer: {reply:?}") };
    (http, soap::read(&body, &xml::Limits::message()).unwrap())
}

fn fault_code(reply: Reply) -> String {
    let (http, incoming) = answer(reply);
    let Message::Fault(fault) = incoming.message() else { panic!("no fault") };
    assert_eq!(http, 500);
    fault.error_code().to_owned()
}

/// Registers a birth and asks the population register for the family.
fn ask_family(systems: &Systems) -> Reply {
    let birth = Birth { mother: mother("one-account"), ..Birth::default() };
    let child = systems.world().register_birth(&birth, now()).unwrap();
    let bytes = request(systems, "GBDFL_FAMILY", family(&child), Some(&PKI.gateway));
    systems.handle_envelope("population-register", &bytes, now())
}

#[test]
fn a_signed_request_is_answered_signed_with_its_correlation() {
    let systems = systems();
    let (http, incoming) = answer(ask_family(&systems));
    let Message::SyncResponse(response) = incoming.message() else { panic!("no response") };
    assert_eq!(http, 200);
    assert_eq!(response.correlation_id.as_deref(), Some("11111111-1111-4111-8111-111111111111"));
    assert_eq!(response.session_id.as_deref(), Some("{22222222-2222-4222-8222-222222222222}"));
    assert_eq!(response.status, Status::success());
    let bound = systems.contracts["GBDFL_FAMILY"].decode("response", incoming.data().unwrap()).unwrap();
    assert_eq!(bound.get("children").unwrap().as_list().unwrap().len(), 4);
    let judge = eds::dsig::Judge { validator: &PKI.validator, moment: now(), directory: None };
    let bin = PKI.participants["population-register"].bin.clone();
    let expectations =
        eds::wssec::Expectations { holder: eds::dsig::ExpectedHolder::Bin(bin), older_form: false };
    eds::wssec::verify(incoming.document(), &judge, &expectations).unwrap();
}

#[test]
fn what_is_not_the_gateways_is_refused_with_the_codes_of_the_field() {
    let systems = systems();
    let fields = || family(&mother("one-account"));
    let unsigned = request(&systems, "GBDFL_FAMILY", fields(), None);
    assert_eq!(fault_code(systems.handle_envelope("population-register", &unsigned, now())), "SCE007");
    let foreign = request(&systems, "GBDFL_FAMILY", fields(), Some(&PKI.stranger));
    assert_eq!(fault_code(systems.handle_envelope("population-register", &foreign, now())), "GW-3003");
    let good = request(&systems, "GBDFL_FAMILY", fields(), Some(&PKI.gateway));
    let changed = String::from_utf8(good.clone()).unwrap().replace(">r-1<", ">r-2<").into_bytes();
    assert_eq!(fault_code(systems.handle_envelope("population-register", &changed, now())), "SCE006");
    let late = "2028-01-01T00:00:00Z".parse().unwrap();
    assert_eq!(fault_code(systems.handle_envelope("population-register", &good, late)), "SCE005");
    assert_eq!(fault_code(systems.handle_envelope("population-register", b"<x/>", now())), "SCE001");
    // The bank does not provide the service of the register, and is connected to the other gateway.
    assert_eq!(fault_code(systems.handle_envelope("bank-1", &good, now())), "GW-3003");
    assert_eq!(fault_code(systems.handle_envelope("state-bodies", &good, now())), "SCE004");
    assert_eq!(systems.handle_envelope("nobody", &good, now()), Reply::Down);
}

#[test]
fn a_business_refusal_is_a_status_without_data() {
    let systems = systems();
    let bytes = request(&systems, "GBDFL_FAMILY", family("240325600154"), Some(&PKI.gateway));
    let (http, incoming) = answer(systems.handle_envelope("population-register", &bytes, now()));
    let Message::SyncResponse(response) = incoming.message() else { panic!("no response") };
    assert_eq!((http, response.status.code.as_str()), (200, "SCSE002"));
    assert!(incoming.data().is_none());
}

#[test]
fn switches_make_the_system_misbehave_as_ordered() {
    let systems = systems();
    let set = |faults: Faults| systems.world().faults.set("GBDFL_FAMILY", faults);
    set(Faults { down: Times::Next(1), ..Faults::default() });
    assert_eq!(ask_family(&systems), Reply::Down);
    set(Faults { silent: Times::Next(1), ..Faults::default() });
    assert_eq!(ask_family(&systems), Reply::Silent);
    set(Faults { slow_ms: 700, ..Faults::default() });
    assert!(matches!(ask_family(&systems), Reply::Answer { delay_ms: 700, .. }));
    set(Faults { status: Times::Next(1), status_code: Some("SCSE001".into()), ..Faults::default() });
    let (_, incoming) = answer(ask_family(&systems));
    assert!(
        matches!(incoming.message(), Message::SyncResponse(response) if response.status.code == "SCSE001")
    );
    let lie = "{ status: { code: \"SCSE002\", message: \"жоқ\" } }".to_owned();
    set(Faults { lie: Some(lie), ..Faults::default() });
    let (_, incoming) = answer(ask_family(&systems));
    assert!(
        matches!(incoming.message(), Message::SyncResponse(response) if response.status.message == "жоқ")
    );
    set(Faults::default());
    assert!(matches!(ask_family(&systems), Reply::Answer { http: 200, delay_ms: 0, .. }));
}

#[test]
fn every_nonsense_is_found_out_by_an_honest_reader() {
    let systems = systems();
    let nonsense = |kind| {
        let faults = Faults { nonsense: Times::Next(1), nonsense_kind: Some(kind), ..Faults::default() };
        systems.world().faults.set("population-register", faults);
        let Reply::Answer { body, .. } = ask_family(&systems) else { panic!("no answer") };
        body
    };
    let verify = |body: &[u8]| {
        let incoming = soap::read(body, &xml::Limits::message()).unwrap();
        let judge = eds::dsig::Judge { validator: &PKI.validator, moment: now(), directory: None };
        eds::wssec::verify(incoming.document(), &judge, &eds::wssec::Expectations::default())
            .map(|_| incoming)
    };
    assert!(soap::read(&nonsense(Nonsense::Malformed), &xml::Limits::message()).is_err());
    assert!(verify(&nonsense(Nonsense::WrongSignature)).is_err());
    assert!(verify(&nonsense(Nonsense::Unsigned)).is_err());
    let schema = verify(&nonsense(Nonsense::WrongSchema)).unwrap();
    assert!(systems.contracts["GBDFL_FAMILY"].decode("response", schema.data().unwrap()).is_err());
    let foreign = verify(&nonsense(Nonsense::WrongCorrelation)).unwrap();
    let Message::SyncResponse(response) = foreign.message() else { panic!("no response") };
    assert_ne!(response.correlation_id.as_deref(), Some("11111111-1111-4111-8111-111111111111"));
}

/// What the gateway answers to a report.
fn gateway_answer(
    systems: &Systems,
    outgoing: &crate::world::Outgoing,
    status: &str,
    signer: &Arc<dyn Signer>,
) -> Vec<u8> {
    let row = Context::new()
        .with("rowId", outgoing.row.get("rowId").unwrap().clone())
        .with("status", Value::text(status));
    let row = if status == "refused" { row.with("reason", Value::text("белгісіз")) } else { row };
    let results = Context::new().with("result", Value::list([Value::Context(row)]));
    let fragment = systems.contracts[&outgoing.service].encode("results", &results).unwrap();
    let response = SyncResponse {
        message_id: "m".into(),
        correlation_id: Some(outgoing.id.clone()),
        response_date: MessageDate::at(now()),
        status: Status::success(),
        session_id: None,
    };
    let written =
        soap::write::response(&response, Some(Data::from_fragment(&fragment)), Some("id-2")).unwrap();
    envelope::signed(&written, signer.as_ref()).unwrap().into_bytes()
}

fn report(systems: &Systems) -> crate::world::Outgoing {
    let birth = Birth { mother: mother("one-account"), ..Birth::default() };
    systems.world().register_birth(&birth, now()).unwrap();
    let first = systems.world().waiting().next().cloned();
    first.unwrap()
}

#[test]
fn a_report_is_signed_and_keeps_its_id_through_every_attempt() {
    let systems = systems();
    let outgoing = report(&systems);
    let (first, second) =
        (systems.compose(&outgoing, now()).unwrap(), systems.compose(&outgoing, now()).unwrap());
    assert_eq!((first.gateway.as_str(), first.twice), ("gateway", false));
    for letter in [first, second] {
        let incoming = soap::read(&letter.body, &xml::Limits::message()).unwrap();
        let request = incoming.request().unwrap();
        assert_eq!(
            (request.message_id.as_str(), request.service_id.as_str()),
            (outgoing.id.as_str(), "SDU_FACTS")
        );
        assert_eq!(request.sender.id, "population-register-login");
        assert_eq!(request.property("idempotencyKey"), Some(outgoing.id.as_str()));
        let bound = systems.contracts["SDU_FACTS"].decode("rows", incoming.data().unwrap()).unwrap();
        assert_eq!(bound.get("row").unwrap().as_list().unwrap().len(), 1);
    }
}

#[test]
fn only_the_gateways_own_word_settles_a_report() {
    let systems = systems();
    let outgoing = report(&systems);
    let read = |bytes: &[u8]| systems.read_answer(&outgoing, bytes, now());
    let from = |signer, status| gateway_answer(&systems, &outgoing, status, signer);
    assert_eq!(read(&from(&PKI.gateway, "accepted")), Outcome::Settled(Sent::Taken("accepted".into())));
    assert_eq!(read(&from(&PKI.gateway, "duplicate")), Outcome::Settled(Sent::Taken("duplicate".into())));
    assert_eq!(read(&from(&PKI.gateway, "refused")), Outcome::Settled(Sent::Refused("белгісіз".into())));
    assert!(
        matches!(read(&from(&PKI.stranger, "accepted")), Outcome::Again(reason) if reason.contains("not the gateway's"))
    );
    assert!(matches!(read(b"<html>502</html>"), Outcome::Again(_)));
    let other = crate::world::Outgoing { id: "another".into(), ..outgoing.clone() };
    let foreign = gateway_answer(&systems, &other, "accepted", &PKI.gateway);
    assert!(matches!(read(&foreign), Outcome::Again(reason) if reason.contains("another message")));
}

#[test]
fn a_fault_is_final_only_when_the_message_itself_is_wrong() {
    let systems = systems();
    let outgoing = report(&systems);
    let fault = |code| {
        let fault = soap::Refusal::new(code, "себебі").fault(now(), None);
        let written = soap::write::fault(&fault, Some("id-3")).unwrap();
        let bytes = envelope::signed(&written, PKI.gateway.as_ref()).unwrap().into_bytes();
        systems.read_answer(&outgoing, &bytes, now())
    };
    assert!(matches!(fault(soap::Code::DataInvalid), Outcome::Settled(Sent::Refused(_))));
    for passing in [
        soap::Code::Internal,
        soap::Code::NotConnected,
        soap::Code::RecipientUnreachable,
        soap::Code::RateLimit,
    ] {
        assert!(matches!(fault(passing), Outcome::Again(_)), "{passing}");
    }
}

#[test]
fn every_answer_of_every_outside_service_fits_its_contract() {
    let systems = systems();
    let mut tried = 0;
    let services: Vec<_> =
        systems.world().services().values().filter(|service| service.answer.is_some()).cloned().collect();
    for service in services {
        let sample = registers().join(&service.passport.id).join("request.sample.xml");
        let document =
            xml::Document::parse(&std::fs::read(sample).unwrap(), &xml::Limits::message()).unwrap();
        let contract = &systems.contracts[&service.passport.id];
        let bound = contract.decode(&service.passport.request.element, document.root()).unwrap();
        if let crate::world::Answered::Response(response) =
            systems.world().answer(&service.passport.id, &bound, now()).unwrap()
        {
            contract
                .encode(&service.passport.response.element, &response)
                .unwrap_or_else(|error| panic!("{}: {error}", service.passport.id));
            tried += 1;
        }
    }
    assert!(tried >= 8, "only {tried} services gave a response to their sample");
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(200))]
    #[test]
    fn no_bytes_make_a_system_panic(bytes: Vec<u8>, cut: u16, at: u16, octet: u8) {
        static SYSTEMS: LazyLock<Systems> = LazyLock::new(systems);
        static GOOD: LazyLock<Vec<u8>> =
            LazyLock::new(|| request(&SYSTEMS, "GBDFL_FAMILY", family("240325600154"), Some(&PKI.gateway)));
        let answers = |bytes: &[u8]| matches!(SYSTEMS.handle_envelope("population-register", bytes, now()), Reply::Answer { .. });
        proptest::prop_assert!(answers(&bytes));
        let mut changed = GOOD.clone();
        changed.truncate(usize::from(cut) % GOOD.len());
        proptest::prop_assert!(answers(&changed));
        let mut changed = GOOD.clone();
        changed[usize::from(at) % GOOD.len()] = octet;
        proptest::prop_assert!(answers(&changed));
    }
}
