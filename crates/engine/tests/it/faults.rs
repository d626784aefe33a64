//! What disturbs: inputs that cannot be applied, erased cases, refused and cut-off commits, messages in a wrong order.

use std::sync::Arc;

use engine::locals::{LocalCall, LocalOutcome, LocalTask, LocalTools};
use engine::{CaseStatus, Engine, Received, Settlement};
use rules::Context;
use store::{Fault, FaultPlan, MemoryStore, Partition};

use crate::models::{definitions, end, message_or_deadline, start, task};
use crate::{arrival, asking, at, engine_over, list, receive, settle_all};

const NOW: &str = "2024-04-01T05:00:00Z";

/// list → ask a register → wait under the key that the register gave.
fn keyed() -> String {
    let body = [
        start("s", "list", "ask"),
        task(
            "ask",
            "gateway:REGISTER",
            r#"<zeebe:input source="={iin: iin}" target="request" /><zeebe:output source="=response.number" target="key" />"#,
            "s",
            "wait",
        ),
        message_or_deadline("wait", "ask", "receipt", "replied", "silent"),
        end("replied", "T08", "waitm"),
        end("silent", "T06", "waitt"),
    ]
    .concat();
    definitions(&["list", "receipt"], &[("probe", &body)])
}

fn outcome(engine: &Engine, case_ref: &str) -> Option<String> {
    engine.cases_of(case_ref).expect("readable").first().and_then(|case| case.outcome.clone())
}

fn answer_all(engine: &Engine, now: &str, answer: &Context) {
    for item in engine.outgoing(at(now), 100).expect("readable") {
        engine.settle_outgoing(&item, Settlement::Answered(answer.clone()));
    }
    settle_all(engine, at(now));
}

#[test]
fn an_input_whose_commit_is_always_refused_is_put_aside_and_holds_up_nobody() {
    let long = format!("gateway:{}", "X".repeat(500));
    let body = [
        start("s", "list", "ask"),
        task("ask", &long, r#"<zeebe:input source="={iin: iin}" target="request" />"#, "s", "done"),
        end("done", "T08", "ask"),
    ]
    .concat();
    let good = [start("gs", "reply", "ge"), end("ge", "OK", "gs")].concat();
    let model = definitions(&["list", "reply"], &[("probe", &body), ("good", &good)]);
    let engine = engine_over(Arc::new(MemoryStore::new()), &model);
    receive(&engine, list("bad"), at(NOW));
    receive(&engine, arrival("reply", "good", Context::new().with("key", "good")), at(NOW));
    settle_all(&engine, at(NOW));
    assert_eq!(outcome(&engine, "good").as_deref(), Some("OK"));
    let aside = engine.put_aside_items(10).expect("readable");
    assert_eq!(aside.len(), 1);
    assert!(aside[0].what == "message" && aside[0].reason.contains("lane"), "{aside:?}");
    let partition = Partition::new(aside[0].partition).expect("a partition");
    assert!(engine.take_up_again(aside[0].id, partition, at(NOW)).expect("taken"));
    settle_all(&engine, at(NOW));
    assert_eq!(engine.put_aside_items(10).expect("readable").len(), 1, "tried again and put aside again");
}

struct Panics;

impl LocalTask for Panics {
    fn perform(&self, call: &LocalCall<'_>, _: &mut LocalTools<'_>) -> Result<LocalOutcome, String> {
        match call.request.get("iin").and_then(rules::Value::as_str) {
            Some("bad") => panic!("a defect"),
            _ => Ok(LocalOutcome::Done(rules::Value::Null)),
        }
    }
}

#[test]
fn a_defect_that_panics_puts_its_input_aside_and_the_others_go_on() {
    let body = [
        start("s", "list", "do"),
        task("do", "local:fragile", r#"<zeebe:input source="={iin: iin}" target="request" />"#, "s", "done"),
        end("done", "T08", "do"),
    ]
    .concat();
    let model = definitions(&["list"], &[("probe", &body)]);
    let engine = engine_over(Arc::new(MemoryStore::new()), &model).with_local("fragile", Arc::new(Panics));
    for iin in ["one", "bad", "two"] {
        receive(&engine, arrival("list", iin, Context::new().with("iin", iin).with("key", iin)), at(NOW));
    }
    settle_all(&engine, at(NOW));
    assert_eq!(outcome(&engine, "one").as_deref(), Some("T08"));
    assert_eq!(outcome(&engine, "two").as_deref(), Some("T08"));
    assert_eq!(engine.put_aside_items(10).expect("readable").len(), 1);
}

#[test]
fn rows_of_one_envelope_under_one_key_are_neither_lost_nor_in_each_others_way() {
    let engine = engine_over(Arc::new(MemoryStore::new()), &keyed());
    // Two receipts in one envelope, whose business keys live elsewhere than their correlation key.
    for business in ["b1", "b2"] {
        let mut receipt = arrival("receipt", business, Context::new().with("from", business));
        receipt.correlation = "sms-1".into();
        receipt.message_id = "one envelope".into();
        let row = format!("row/{business}");
        assert_eq!(engine.receive(vec![(row, receipt)], at(NOW)).expect("taken"), [Received::Accepted]);
    }
    settle_all(&engine, at(NOW));
    for case_ref in ["c1", "c2"] {
        receive(&engine, list(case_ref), at(NOW));
    }
    settle_all(&engine, at(NOW));
    answer_all(&engine, NOW, &Context::new().with("number", "sms-1"));
    assert_eq!(outcome(&engine, "c1").as_deref(), Some("T08"));
    assert_eq!(outcome(&engine, "c2").as_deref(), Some("T08"), "each receipt reached a case");
}

#[test]
fn what_nobody_asks_for_does_not_stay_for_ever() {
    let store = Arc::new(MemoryStore::new());
    let engine = engine_over(Arc::clone(&store), &keyed());
    receive(&engine, arrival("receipt", "sms-9", Context::new()), at(NOW));
    settle_all(&engine, at(NOW));
    let held = |store: &MemoryStore| {
        store::Store::rows_everywhere(store, "held-by-key", &[], 10).expect("rows").len()
    };
    assert_eq!(held(&store), 1);
    settle_all(&engine, at("2024-04-01T20:00:00Z"));
    assert_eq!(held(&store), 1, "a day has not passed");
    settle_all(&engine, at("2024-04-02T06:00:01Z"));
    assert_eq!(held(&store), 0);
}

#[test]
fn a_message_held_is_delivered_although_the_power_fails_between_the_commits_of_a_turn() {
    let store = Arc::new(MemoryStore::new());
    let model = keyed();
    let engine = engine_over(Arc::clone(&store), &model);
    receive(&engine, arrival("receipt", "sms-1", Context::new()), at(NOW));
    receive(&engine, list("c1"), at(NOW));
    settle_all(&engine, at(NOW));
    let item = engine.outgoing(at(NOW), 10).expect("readable").remove(0);
    engine.settle_outgoing(&item, Settlement::Answered(Context::new().with("number", "sms-1")));
    // The transition that begins to wait is kept, the delivery that follows it is not.
    store.set_faults(FaultPlan::none().at(1, Fault::CutAfter));
    assert!(engine.turn(at(NOW)).is_err());
    let engine = engine_over(Arc::new(store.crash(0)), &model);
    settle_all(&engine, at(NOW));
    assert_eq!(outcome(&engine, "c1").as_deref(), Some("T08"));
}

#[test]
fn a_reply_in_time_is_not_overtaken_by_the_deadline_while_it_is_moved() {
    for number in 0..12 {
        let engine = engine_over(Arc::new(MemoryStore::new()), &keyed());
        receive(&engine, list("c1"), at(NOW));
        settle_all(&engine, at(NOW));
        answer_all(&engine, NOW, &Context::new().with("number", "sms-1"));
        let mut receipt = arrival("receipt", &format!("elsewhere-{number}"), Context::new());
        receipt.correlation = "sms-1".into();
        receive(&engine, receipt, at("2024-04-04T18:59:59Z"));
        // The machine was busy: the turn comes after the end of the day.
        settle_all(&engine, at("2024-04-04T19:00:05Z"));
        assert_eq!(outcome(&engine, "c1").as_deref(), Some("T08"));
    }
}

fn erase(engine: &Engine, case_ref: &str) -> engine::CaseSummary {
    let case = engine.cases_of(case_ref).expect("readable").remove(0);
    let partition = Partition::of(case_ref);
    engine.keeper().destroy(partition, &case.case, at(NOW), b"erased by order".to_vec()).expect("destroyed");
    case
}

#[test]
fn an_erased_case_stops_nobody_and_shows_that_it_was_erased() {
    let engine = engine_over(Arc::new(MemoryStore::new()), &asking());
    for case_ref in ["gone", "waits", "stays"] {
        receive(&engine, list(case_ref), at(NOW));
    }
    settle_all(&engine, at(NOW));
    // One erased while its effect waits to go out, one while it is away.
    erase(&engine, "gone");
    let out = engine.outgoing(at(NOW), 10).expect("one unreadable effect must not keep the others in");
    assert_eq!(out.len(), 2);
    let erased = erase(&engine, "waits");
    for item in &out {
        engine.settle_outgoing(item, Settlement::Answered(Context::new()));
    }
    settle_all(&engine, at(NOW));
    receive(&engine, arrival("reply", "waits", Context::new().with("key", "waits")), at(NOW));
    receive(&engine, arrival("reply", "stays", Context::new().with("key", "stays")), at(NOW));
    settle_all(&engine, at(NOW));
    settle_all(&engine, at("2024-05-01T05:00:00Z"));
    assert_eq!(outcome(&engine, "stays").as_deref(), Some("T08"));
    assert!(engine.put_aside_items(10).expect("readable").is_empty(), "an erasure is no trouble");
    assert_eq!(engine.in_flight(), 0);
    assert_eq!(engine.store().counts().expect("counts").outbox, 0);
    let history = engine.history(erased.case, Partition::of("waits")).expect("readable");
    assert!(history.iter().any(|record| record.events.is_none()));
    assert!(history.iter().any(|record| record.header.note.contains("erased")));
}

#[test]
fn a_question_repeated_under_its_id_is_answered_the_same_though_the_world_has_moved() {
    let register = [
        start("s", "list", "reg"),
        task(
            "reg",
            "local:register",
            r#"<zeebe:input source='={kind: "application", iin: iin, service: "probe"}' target="request" />"#,
            "s",
            "done",
        ),
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
    let ask = |id: &str| {
        let variables = Context::new().with("iin", "880101300011");
        engine
            .query("applications", "c1", variables, id, at(NOW))
            .expect("an answer")
            .get("application")
            .cloned()
    };
    assert_eq!(ask("q1"), Some(false.into()));
    receive(&engine, list("c1"), at(NOW));
    settle_all(&engine, at(NOW));
    assert_eq!(ask("q1"), Some(false.into()), "as it was answered then");
    assert_eq!(ask("q2"), Some(true.into()));
}

#[test]
fn what_a_turn_registers_is_found_later_in_the_same_turn() {
    let body = [
        start("s", "list", "find"),
        task("find", "local:find-cases", r#"<zeebe:input source='={iin: iin, service: "probe"}' target="request" /><zeebe:output source="=count(response.cases)" target="before" />"#, "s", "reg"),
        task("reg", "local:register", r#"<zeebe:input source='={kind: "application", iin: iin, service: "probe"}' target="request" />"#, "find", "ask"),
        task("ask", "gateway:REGISTER", r#"<zeebe:input source="={before: before}" target="request" />"#, "reg", "done"),
        end("done", "T08", "ask"),
    ]
    .concat();
    let engine = engine_over(Arc::new(MemoryStore::new()), &definitions(&["list"], &[("probe", &body)]));
    receive(&engine, list("c1"), at(NOW));
    receive(&engine, list("c2"), at(NOW));
    settle_all(&engine, at(NOW));
    let mut found: Vec<String> = Vec::new();
    for item in engine.outgoing(at(NOW), 10).expect("readable") {
        found.push(item.request.get("before").expect("counted").to_string());
    }
    found.sort();
    assert_eq!(found, ["0", "1"]);
}

#[test]
fn the_same_row_in_another_envelope_is_a_repeat_and_another_row_under_its_name_is_refused() {
    let engine = engine_over(Arc::new(MemoryStore::new()), &asking());
    let take = |envelope: &str, iin: &str| {
        let mut row = arrival("list", "c1", Context::new().with("iin", iin).with("key", "c1"));
        row.message_id = envelope.into();
        engine.receive(vec![("row-1".into(), row)], at(NOW)).expect("taken")[0]
    };
    assert_eq!(take("envelope 1", "880101300011"), Received::Accepted);
    assert_eq!(take("envelope 2", "880101300011"), Received::Duplicate);
    assert_eq!(take("envelope 3", "990101300011"), Received::Conflict);
}

/// list → wait at most three working days for the key → ask a register → end.
fn queueing() -> String {
    let body = [
        start("s", "list", "queue"),
        task(
            "queue",
            "local:acquire",
            r#"<zeebe:input source='={key: "consent"}' target="request" />"#,
            "s",
            "again",
        ),
        task(
            "again",
            "local:acquire",
            r#"<zeebe:input source='={key: "consent"}' target="request" />"#,
            "queue",
            "ask",
        ),
        task(
            "ask",
            "gateway:REGISTER",
            r#"<zeebe:input source="={iin: iin}" target="request" />"#,
            "again",
            "done",
        ),
        end("done", "T08", "ask"),
    ]
    .concat();
    definitions(&["list"], &[("probe", &body)])
}

#[test]
fn a_case_never_waits_for_itself_and_one_given_up_in_the_row_does_not_get_the_key() {
    let engine = engine_over(Arc::new(MemoryStore::new()), &queueing());
    for case_ref in ["c1", "c2", "c3"] {
        receive(&engine, list(case_ref), at(NOW));
        settle_all(&engine, at(NOW));
    }
    let second = engine.cases_of("c2").expect("readable").remove(0);
    engine.cancel_case(second.case, Partition::of("c2"), "operator", "by mistake", at(NOW)).expect("taken");
    settle_all(&engine, at(NOW));
    assert!(engine.cases_of("c2").expect("readable")[0].ended);
    for expected in ["c1", "c3"] {
        let out = engine.outgoing(at(NOW), 10).expect("readable");
        assert_eq!(out.iter().map(|item| item.case_ref.as_str()).collect::<Vec<_>>(), [expected]);
        engine.settle_outgoing(&out[0], Settlement::Answered(Context::new()));
        settle_all(&engine, at(NOW));
    }
    assert_eq!(store::Store::rows_everywhere(&**engine.store(), "locks", &[], 10).expect("rows"), []);
}

#[test]
fn lists_by_status_are_newest_first_and_follow_the_case() {
    let engine = engine_over(Arc::new(MemoryStore::new()), &asking());
    for (number, case_ref) in ["old", "middle", "new"].iter().enumerate() {
        let now = at(&format!("2024-04-01T0{}:00:00Z", number + 1));
        receive(&engine, list(case_ref), now);
        settle_all(&engine, now);
    }
    let names = |status| -> Vec<String> {
        let cases = engine.cases_in(status, 10).expect("readable");
        cases.into_iter().map(|case| case.case_ref).collect()
    };
    assert_eq!(names(CaseStatus::Running), ["new", "middle", "old"]);
    let middle = engine.cases_of("middle").expect("readable").remove(0);
    engine.cancel_case(middle.case, Partition::of("middle"), "operator", "test", at(NOW)).expect("taken");
    settle_all(&engine, at(NOW));
    assert_eq!(names(CaseStatus::Running), ["new", "old"]);
    assert_eq!(names(CaseStatus::Ended), ["middle"]);
    assert_eq!(engine.recount_deadlines(at(NOW)).expect("told"), 2);
    settle_all(&engine, at(NOW));
    assert!(engine.put_aside_items(10).expect("readable").is_empty());
}
