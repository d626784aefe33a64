//! The engine over the store in memory: one participant, inputs from outside, effects to outside, virtual time.
#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on stops here")]

mod faults;
mod interleavings;
mod models;

use std::sync::Arc;
use std::time::Duration;

use engine::bundle::Bundle;
use engine::{Arrival, Engine, EngineError, Received, Settlement};
use jiff::Timestamp;
use models::{bundle, definitions, end, message_or_deadline, start, task};
use rules::{Context, Value};
use store::seal::{Keeper, MemoryKeys};
use store::{Fault, FaultPlan, MemoryStore, Partition, Store};

fn at(text: &str) -> Timestamp {
    text.parse().expect("a moment")
}

fn engine_over(store: Arc<MemoryStore>, bpmn: &str) -> Engine {
    let store: Arc<dyn Store> = store;
    let keys = Arc::new(MemoryKeys::from_seed([7; 32]));
    let keeper = Arc::new(Keeper::new(Arc::clone(&store), keys).expect("keys"));
    let bundle = Arc::new(Bundle::load(bundle(bpmn)).unwrap_or_else(|error| panic!("{error}")));
    Engine::new("emaket", store, keeper, vec![bundle]).expect("an engine")
}

fn arrival(message: &str, case_ref: &str, payload: Context) -> Arrival {
    Arrival {
        message: message.into(),
        case_ref: case_ref.into(),
        correlation: case_ref.into(),
        payload,
        message_id: format!("{message}/{case_ref}"),
        sender: "sdu".into(),
        time_to_live_ms: 86_400_000,
        by_key: false,
    }
}

fn receive(engine: &Engine, arrival: Arrival, now: Timestamp) -> Received {
    let row = arrival.message_id.clone();
    engine.receive(vec![(row, arrival)], now).expect("received")[0]
}

fn settle_all(engine: &Engine, now: Timestamp) {
    for _ in 0..50 {
        let turned = engine.turn(now).expect("a turn");
        if turned.applied == 0 && !turned.more {
            return;
        }
    }
    panic!("the engine does not come to rest");
}

/// list → ask a register → wait for a reply or the deadline → ended either way.
fn asking() -> String {
    let body = [
        start("s", "list", "ask"),
        task("ask", "gateway:REGISTER", r#"<zeebe:input source="={iin: iin}" target="request" /><zeebe:output source="=response.found" target="found" />"#, "s", "wait"),
        message_or_deadline("wait", "ask", "reply", "replied", "silent"),
        end("replied", "T08", "waitm"),
        end("silent", "T06", "waitt"),
    ]
    .concat();
    let late = [start("ls", "reply", "le"), end("le", "LATE", "ls")].concat();
    definitions(&["list", "reply"], &[("probe", &body), ("late-reply", &late)])
}

fn list(case_ref: &str) -> Arrival {
    arrival("list", case_ref, Context::new().with("iin", "880101300011").with("key", case_ref))
}

#[test]
fn a_case_asks_waits_and_ends_by_the_reply() {
    let engine = engine_over(Arc::new(MemoryStore::new()), &asking());
    let now = at("2024-04-01T05:00:00Z");
    assert_eq!(receive(&engine, list("c1"), now), Received::Accepted);
    settle_all(&engine, now);
    let out = engine.outgoing(now, 10).expect("readable");
    assert_eq!(out.len(), 1);
    assert_eq!(out[0].task_type, "gateway:REGISTER");
    assert_eq!(out[0].request.get("iin"), Some(&Value::text("880101300011")));
    assert!(engine.outgoing(now, 10).expect("readable").is_empty(), "in flight is not taken out twice");
    engine.settle_outgoing(&out[0], Settlement::Answered(Context::new().with("found", true)));
    settle_all(&engine, now);
    assert_eq!(engine.cases(10).expect("list")[0].at, ["wait"]);
    assert_eq!(receive(&engine, arrival("reply", "c1", Context::new()), now), Received::Accepted);
    settle_all(&engine, now);
    let case = &engine.cases(10).expect("list")[0];
    assert_eq!((case.ended, case.outcome.as_deref()), (true, Some("T08")));
    let history = engine.history(case.case, Partition::of("c1")).expect("history");
    assert!(history.len() >= 3 && history.iter().all(|record| record.events.is_some()));
}

#[test]
fn three_working_days_of_silence_end_it_and_a_late_reply_is_only_recorded() {
    let engine = engine_over(Arc::new(MemoryStore::new()), &asking());
    let monday = at("2024-04-01T05:00:00Z");
    receive(&engine, list("c1"), monday);
    settle_all(&engine, monday);
    let out = engine.outgoing(monday, 10).expect("readable");
    engine.settle_outgoing(&out[0], Settlement::Answered(Context::new()));
    settle_all(&engine, monday);
    assert_eq!(
        engine.next_due().expect("readable"),
        Some(at("2024-04-04T19:00:00Z")),
        "the second after 23:59:59 of Thursday in Almaty, which is in time to its end"
    );
    settle_all(&engine, at("2024-04-04T18:59:58Z"));
    assert!(!engine.cases(10).expect("list")[0].ended);
    settle_all(&engine, at("2024-04-04T19:00:00Z"));
    assert_eq!(engine.cases(10).expect("list")[0].outcome.as_deref(), Some("T06"));
    receive(&engine, arrival("reply", "c1", Context::new().with("key", "c1")), at("2024-04-05T05:00:00Z"));
    settle_all(&engine, at("2024-04-05T05:00:00Z"));
    let outcomes: Vec<_> =
        engine.cases(10).expect("list").into_iter().map(|case| (case.process, case.outcome)).collect();
    assert!(outcomes.contains(&("probe".into(), Some("T06".into()))), "{outcomes:?}");
    assert!(outcomes.contains(&("late-reply".into(), Some("LATE".into()))), "{outcomes:?}");
}

#[test]
fn a_reply_that_overtakes_its_case_is_kept_until_the_case_asks() {
    let engine = engine_over(Arc::new(MemoryStore::new()), &asking());
    let now = at("2024-04-01T05:00:00Z");
    receive(&engine, list("c1"), now);
    settle_all(&engine, now);
    receive(&engine, arrival("reply", "c1", Context::new().with("key", "c1")), now);
    settle_all(&engine, now);
    assert_eq!(engine.cases(10).expect("list").len(), 1, "no late process while the case will ask");
    let out = engine.outgoing(now, 10).expect("readable");
    engine.settle_outgoing(&out[0], Settlement::Answered(Context::new()));
    settle_all(&engine, now);
    assert_eq!(engine.cases(10).expect("list")[0].outcome.as_deref(), Some("T08"));
}

#[test]
fn a_repeated_row_changes_nothing() {
    let engine = engine_over(Arc::new(MemoryStore::new()), &asking());
    let now = at("2024-04-01T05:00:00Z");
    assert_eq!(receive(&engine, list("c1"), now), Received::Accepted);
    assert_eq!(receive(&engine, list("c1"), now), Received::Duplicate);
    settle_all(&engine, now);
    assert_eq!(receive(&engine, list("c1"), now), Received::Duplicate);
    settle_all(&engine, now);
    assert_eq!(engine.cases(10).expect("list").len(), 1);
    assert_eq!(engine.outgoing(now, 10).expect("readable").len(), 1);
}

#[test]
fn a_silent_system_is_named_and_asked_again_under_the_same_id() {
    let engine = engine_over(Arc::new(MemoryStore::new()), &asking());
    let now = at("2024-04-01T05:00:00Z");
    receive(&engine, list("c1"), now);
    settle_all(&engine, now);
    let first = engine.outgoing(now, 10).expect("readable").remove(0);
    let later = Settlement::Later { reason: "no answer within 30 s".into(), after: Duration::from_secs(60) };
    engine.settle_outgoing(&first, later);
    settle_all(&engine, now);
    let case = &engine.cases(10).expect("list")[0];
    assert!(
        !case.ended && case.troubles[0].task_type == "gateway:REGISTER" && case.troubles[0].attempts == 1
    );
    assert!(engine.outgoing(now, 10).expect("readable").is_empty());
    let second = engine.outgoing(at("2024-04-01T05:01:00Z"), 10).expect("readable").remove(0);
    assert_eq!((second.id, second.attempts), (first.id, 1));
    engine.settle_outgoing(&second, Settlement::Answered(Context::new()));
    settle_all(&engine, at("2024-04-01T05:01:00Z"));
    assert!(engine.cases(10).expect("list")[0].troubles.is_empty());
}

#[test]
fn a_restart_goes_on_where_the_store_stands() {
    let store = Arc::new(MemoryStore::new());
    let now = at("2024-04-01T05:00:00Z");
    let model = asking();
    let id = {
        let engine = engine_over(Arc::clone(&store), &model);
        receive(&engine, list("c1"), now);
        settle_all(&engine, now);
        engine.outgoing(now, 10).expect("readable").remove(0).id
    };
    let engine = engine_over(Arc::clone(&store), &model);
    let again = engine.outgoing(now, 10).expect("readable").remove(0);
    assert_eq!(again.id, id, "an item in flight at the crash goes out again under its id");
    engine.settle_outgoing(&again, Settlement::Answered(Context::new()));
    settle_all(&engine, now);
    assert_eq!(engine.cases(10).expect("list")[0].at, ["wait"]);
}

#[test]
fn a_refused_commit_loses_nothing() {
    let store = Arc::new(MemoryStore::new());
    let engine = engine_over(Arc::clone(&store), &asking());
    let now = at("2024-04-01T05:00:00Z");
    receive(&engine, list("c1"), now);
    store.set_faults(FaultPlan::none().at(1, Fault::Refuse));
    assert!(matches!(engine.turn(now), Err(EngineError::Commit(_))));
    settle_all(&engine, now);
    assert_eq!(engine.outgoing(now, 10).expect("readable").len(), 1);
}

#[test]
fn one_case_at_a_time_holds_a_key_and_the_next_gets_it_at_the_end() {
    let body = [
        start("s", "list", "queue"),
        task(
            "queue",
            "local:acquire",
            r#"<zeebe:input source='={key: "consent/" + phone}' target="request" />"#,
            "s",
            "ask",
        ),
        task(
            "ask",
            "gateway:REGISTER",
            r#"<zeebe:input source="={iin: iin}" target="request" />"#,
            "queue",
            "done",
        ),
        end("done", "T08", "ask"),
    ]
    .concat();
    let engine = engine_over(Arc::new(MemoryStore::new()), &definitions(&["list"], &[("probe", &body)]));
    let now = at("2024-04-01T05:00:00Z");
    for case_ref in ["c1", "c2", "c3"] {
        let payload =
            Context::new().with("iin", case_ref).with("phone", "+77010000000").with("key", case_ref);
        receive(&engine, arrival("list", case_ref, payload), now);
        settle_all(&engine, now);
    }
    for expected in ["c1", "c2", "c3"] {
        let out = engine.outgoing(now, 10).expect("readable");
        assert_eq!(out.iter().map(|item| item.case_ref.as_str()).collect::<Vec<_>>(), [expected]);
        engine.settle_outgoing(&out[0], Settlement::Answered(Context::new()));
        settle_all(&engine, now);
    }
    assert!(engine.cases(10).expect("list").iter().all(|case| case.ended));
}

#[test]
fn an_application_is_found_by_person_and_service_and_a_query_answers_at_once() {
    let register = [
        start("s", "list", "reg"),
        task("reg", "local:register", r#"<zeebe:input source='={kind: "application", caseRef: key, iin: iin, service: "probe"}' target="request" /><zeebe:output source="=response.number" target="number" />"#, "s", "done"),
        end("done", "T08", "reg"),
    ]
    .concat();
    let query = [
        start("qs", "applications", "find"),
        task("find", "local:find-cases", r#"<zeebe:input source='={iin: iin, service: "probe"}' target="request" /><zeebe:output source="={application: count(response.cases) > 0}" target="response" />"#, "qs", "qe"),
        end("qe", "OK", "find"),
    ]
    .concat();
    let model = definitions(&["list", "applications"], &[("probe", &register), ("query", &query)]);
    let engine = engine_over(Arc::new(MemoryStore::new()), &model);
    let now = at("2024-04-01T05:00:00Z");
    let ask = |iin: &str, id: &str| {
        let answer =
            engine.query("applications", id, Context::new().with("iin", iin), id, now).expect("an answer");
        answer.get("application").cloned()
    };
    assert_eq!(ask("880101300011", "q1"), Some(Value::Bool(false)));
    receive(&engine, list("c1"), now);
    settle_all(&engine, now);
    assert_eq!(ask("880101300011", "q2"), Some(Value::Bool(true)));
    assert_eq!(ask("880101300012", "q3"), Some(Value::Bool(false)));
}

#[test]
fn a_failing_call_without_a_boundary_is_an_incident_and_a_retry_goes_on() {
    let engine = engine_over(Arc::new(MemoryStore::new()), &asking());
    let now = at("2024-04-01T05:00:00Z");
    receive(&engine, list("c1"), now);
    receive(&engine, list("c2"), now);
    settle_all(&engine, now);
    let out = engine.outgoing(now, 10).expect("readable");
    let (bad, good) = if out[0].case_ref == "c1" { (&out[0], &out[1]) } else { (&out[1], &out[0]) };
    let refused = Settlement::Refused { code: "SCSE002".into(), message: "no such person".into() };
    engine.settle_outgoing(bad, refused);
    engine.settle_outgoing(good, Settlement::Answered(Context::new()));
    settle_all(&engine, now);
    let cases = engine.cases(10).expect("list");
    let stuck = cases.iter().find(|case| case.case_ref == "c1").expect("listed");
    assert!(stuck.incidents[0].contains("no such person"), "{:?}", stuck.incidents);
    assert!(cases.iter().any(|case| case.case_ref == "c2" && case.at == ["wait"]), "the other went on");
    let head = engine.head(stuck.case, Partition::of("c1")).expect("readable").expect("there");
    let incident = head.state.incidents.keys().next().expect("an incident").0;
    engine.retry_incident(stuck.case, Partition::of("c1"), incident, "operator", now).expect("taken");
    settle_all(&engine, now);
    assert_eq!(engine.outgoing(now, 10).expect("readable").len(), 1, "asked again");
}

#[test]
fn nothing_personal_stands_in_the_open() {
    let store = Arc::new(MemoryStore::new());
    let engine = engine_over(Arc::clone(&store), &asking());
    let now = at("2024-04-01T05:00:00Z");
    receive(&engine, list("c1"), now);
    settle_all(&engine, now);
    for partition in Partition::all() {
        for row in store.journal(partition, 1, 100).expect("readable") {
            for bytes in [&row.header, &row.body] {
                assert!(!bytes.windows(12).any(|window| window == b"880101300011"), "an IIN in the open");
            }
        }
    }
    let rows = store.rows_everywhere("cases", &[], 10).expect("readable");
    assert!(!rows[0].value.windows(12).any(|window| window == b"880101300011"));
}

/// The bundles that stand in the repository.
#[test]
fn the_services_of_the_repository_load() {
    let services = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../services");
    let bundles = engine::bundle::read_services(&services).unwrap_or_else(|error| panic!("{error}"));
    assert!(bundles.iter().any(|bundle| bundle.service.id == "large-family-allowance"));
}

#[test]
fn a_message_is_found_by_a_key_that_is_not_the_business_key_whatever_comes_first() {
    let body = [
        start("s", "list", "ask"),
        task("ask", "gateway:REGISTER", r#"<zeebe:input source="={iin: iin}" target="request" /><zeebe:output source="=response.number" target="key" />"#, "s", "wait"),
        message_or_deadline("wait", "ask", "receipt", "replied", "silent"),
        end("replied", "T08", "waitm"),
        end("silent", "T06", "waitt"),
    ]
    .concat();
    let model = definitions(&["list", "receipt"], &[("probe", &body)]);
    let now = at("2024-04-01T05:00:00Z");
    for number in 0..20 {
        let key = format!("sms-{number}");
        for receipt_first in [false, true] {
            let engine = engine_over(Arc::new(MemoryStore::new()), &model);
            receive(&engine, list("c1"), now);
            settle_all(&engine, now);
            if receipt_first {
                receive(&engine, arrival("receipt", &key, Context::new()), now);
                settle_all(&engine, now);
            }
            let out = engine.outgoing(now, 10).expect("readable");
            engine
                .settle_outgoing(&out[0], Settlement::Answered(Context::new().with("number", key.as_str())));
            settle_all(&engine, now);
            if !receipt_first {
                receive(&engine, arrival("receipt", &key, Context::new()), now);
                settle_all(&engine, now);
            }
            let case = &engine.cases(10).expect("list")[0];
            assert_eq!(case.outcome.as_deref(), Some("T08"), "{key}, receipt first: {receipt_first}");
        }
    }
}
