//! One participant over the store in memory with a small model, for the tests of this room.

use std::sync::Arc;

use engine::bundle::Bundle;
use engine::{Arrival, CaseSummary, Engine};
use jiff::Timestamp;
use rules::Context;
use store::seal::{Keeper, MemoryKeys};
use store::{MemoryStore, Store};

use crate::ledger::{Access, Deed};
use crate::with_local_tasks;

/// The IIN of an invented person.
pub const MOTHER: &str = "900101400132";

const SERVICE: &str = r#"
id = "probe"
code = "PR"
sms_service_code = "1"
act = "424-458"
chapter = 2
paragraphs = { from = 6, to = 28 }
valid_from = 2023-10-03
valid_to = 2024-10-03
provider = "mintrud"
authorised_body = "committee-territorial"
priority = 1
trigger = "birth"
[names]
en = "Probe"
[processes]
emaket = ["probe"]
"#;

/// start → the task given → end.
pub fn model(task_type: &str, mappings: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"
  xmlns:q="https://qyzmet.kz/schema/bpmn/1.0" id="definitions" targetNamespace="probe">
<bpmn:message id="m-list" name="list" />
<bpmn:collaboration id="collaboration"><bpmn:participant id="pool" name="E-maket" processRef="probe"><bpmn:extensionElements>
<q:participant id="emaket" /></bpmn:extensionElements></bpmn:participant></bpmn:collaboration>
<bpmn:process id="probe" isExecutable="true">
<bpmn:startEvent id="s"><bpmn:outgoing>a</bpmn:outgoing><bpmn:messageEventDefinition messageRef="m-list" id="sm" /></bpmn:startEvent>
<bpmn:serviceTask id="t" name="Task"><bpmn:extensionElements><zeebe:taskDefinition type="{task_type}" />
<zeebe:ioMapping>{mappings}<zeebe:output source="=response" target="answer" /></zeebe:ioMapping></bpmn:extensionElements>
<bpmn:incoming>a</bpmn:incoming><bpmn:outgoing>b</bpmn:outgoing></bpmn:serviceTask>
<bpmn:userTask id="u" name="Decide"><bpmn:extensionElements><zeebe:userTask /><zeebe:assignmentDefinition candidateGroups="authorised-body" />
</bpmn:extensionElements><bpmn:incoming>b</bpmn:incoming><bpmn:outgoing>c</bpmn:outgoing></bpmn:userTask>
<bpmn:endEvent id="e"><bpmn:incoming>c</bpmn:incoming></bpmn:endEvent>
<bpmn:sequenceFlow id="a" sourceRef="s" targetRef="t" /><bpmn:sequenceFlow id="b" sourceRef="t" targetRef="u" />
<bpmn:sequenceFlow id="c" sourceRef="u" targetRef="e" />
</bpmn:process></bpmn:definitions>"#
    )
}

/// An engine of E-maket with this model and the local tasks of the room.
pub fn engine(model: &str) -> Engine {
    engine_over(&Arc::new(MemoryStore::new()), model)
}

/// The same over a store whose faults the test scripts.
pub fn engine_over(store: &Arc<MemoryStore>, model: &str) -> Engine {
    let files = vec![
        ("probe/service.toml".to_owned(), SERVICE.into()),
        ("probe/probe.bpmn".to_owned(), model.into()),
        (
            "probe/texts/kk.ftl".to_owned(),
            "own = Меншікті { $count ->\n  [one] { $count } бала\n *[other] { $count } балалар\n }\n".into(),
        ),
        ("shared/texts/kk.ftl".to_owned(), "greeting = Құрметті { $name }! { $day }\n".into()),
    ];
    let bundle = Arc::new(Bundle::load(files).unwrap_or_else(|error| panic!("{error}")));
    let store: Arc<dyn Store> = Arc::clone(store) as Arc<dyn Store>;
    let keys = Arc::new(MemoryKeys::from_seed([7; 32]));
    let keeper = Arc::new(Keeper::new(Arc::clone(&store), keys).expect("keys"));
    with_local_tasks(Engine::new("emaket", store, keeper, vec![bundle]).expect("an engine"))
}

/// A moment in the pilot.
pub fn now() -> Timestamp {
    "2024-04-01T04:00:00Z".parse().expect("a moment")
}

/// Brings a list row in and lets the engine come to rest.
pub fn start(engine: &Engine, case_ref: &str, payload: Context) -> CaseSummary {
    let arrival = Arrival {
        message: "list".into(),
        case_ref: case_ref.into(),
        correlation: case_ref.into(),
        payload,
        message_id: format!("list/{case_ref}"),
        sender: "sdu".into(),
        by_key: false,
        time_to_live_ms: 1_000,
    };
    engine.receive(vec![(arrival.message_id.clone(), arrival)], now()).expect("received");
    while engine.turn(now()).expect("a turn").applied > 0 {}
    engine.cases_of(case_ref).expect("cases").pop().expect("the case")
}

/// An access by an operator.
pub fn access(case_ref: &str) -> Access {
    Access {
        who: "operator".into(),
        deed: Deed::Seen,
        what: "case file".into(),
        reason: "a citizen called".into(),
        case_ref: case_ref.into(),
        message_id: None,
        at: now(),
    }
}
