//! Pictures of models.

use flow::Program;
use flow::diagram::{Marks, svg, svg_named};

use crate::run::Run;

/// What a modeller writes for a pool with a sub-process, a boundary event and a neighbour.
const MODEL: &str = r##"<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:q="https://qyzmet.kz/schema/bpmn/1.0" xmlns:modeler="http://camunda.org/schema/modeler/1.0" id="Definitions_1" targetNamespace="http://bpmn.io/schema/bpmn" exporter="Camunda Modeler" exporterVersion="5.20.0" modeler:executionPlatform="Camunda Cloud" modeler:executionPlatformVersion="8.4.0">
  <bpmn:collaboration id="Collaboration_1">
    <bpmn:participant id="Pool_1" name="E-maket" processRef="Process_1" />
    <bpmn:participant id="Pool_2" name="Bank" />
    <bpmn:messageFlow id="Message_flow" name="question" sourceRef="Task_ask" targetRef="Pool_2" />
  </bpmn:collaboration>
  <bpmn:process id="Process_1" name="Account &lt;check&gt;" isExecutable="true">
    <bpmn:laneSet id="Lanes"><bpmn:lane id="Lane_1" name="Official"><bpmn:flowNodeRef>Start</bpmn:flowNodeRef><bpmn:flowNodeRef>Task_ask</bpmn:flowNodeRef><bpmn:flowNodeRef>Late</bpmn:flowNodeRef><bpmn:flowNodeRef>End</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>
    <bpmn:startEvent id="Start"><bpmn:outgoing>Flow_1</bpmn:outgoing></bpmn:startEvent>
    <bpmn:serviceTask id="Task_ask" name="Банк шотын тексеру &amp; сақтау">
      <bpmn:extensionElements>
        <zeebe:taskDefinition type="gateway:BANK_ACCOUNTS_1" />
        <q:law act="424-458" par="18" /><q:law act="424-458" par="19(1)" /><q:default point="OP-02" />
      </bpmn:extensionElements>
      <bpmn:incoming>Flow_1</bpmn:incoming><bpmn:outgoing>Flow_2</bpmn:outgoing>
    </bpmn:serviceTask>
    <bpmn:boundaryEvent id="Late" attachedToRef="Task_ask"><bpmn:outgoing>Flow_3</bpmn:outgoing><bpmn:timerEventDefinition><bpmn:timeDuration>PT1H</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>
    <bpmn:endEvent id="End"><bpmn:incoming>Flow_2</bpmn:incoming><bpmn:incoming>Flow_3</bpmn:incoming></bpmn:endEvent>
    <bpmn:sequenceFlow id="Flow_1" sourceRef="Start" targetRef="Task_ask" />
    <bpmn:sequenceFlow id="Flow_2" name="answered" sourceRef="Task_ask" targetRef="End" />
    <bpmn:sequenceFlow id="Flow_3" sourceRef="Late" targetRef="End" />
    <bpmn:textAnnotation id="Note"><bpmn:text>Ask once a day</bpmn:text></bpmn:textAnnotation>
    <bpmn:association id="Association_1" sourceRef="Task_ask" targetRef="Note" />
    <bpmn:dataObjectReference id="Data_1" name="Account" dataObjectRef="Data" /><bpmn:dataObject id="Data" />
  </bpmn:process>
  <bpmndi:BPMNDiagram id="Diagram_1">
    <bpmndi:BPMNPlane id="Plane_1" bpmnElement="Collaboration_1">
      <bpmndi:BPMNShape id="Pool_1_di" bpmnElement="Pool_1" isHorizontal="true"><dc:Bounds x="100" y="100" width="600" height="250" /></bpmndi:BPMNShape>
      <bpmndi:BPMNShape id="Lane_1_di" bpmnElement="Lane_1" isHorizontal="true"><dc:Bounds x="130" y="100" width="570" height="250" /></bpmndi:BPMNShape>
      <bpmndi:BPMNShape id="Start_di" bpmnElement="Start"><dc:Bounds x="182" y="182" width="36" height="36" /></bpmndi:BPMNShape>
      <bpmndi:BPMNShape id="Task_di" bpmnElement="Task_ask"><dc:Bounds x="270" y="160" width="100" height="80" /></bpmndi:BPMNShape>
      <bpmndi:BPMNShape id="Late_di" bpmnElement="Late"><dc:Bounds x="302" y="222" width="36" height="36" /></bpmndi:BPMNShape>
      <bpmndi:BPMNShape id="End_di" bpmnElement="End"><dc:Bounds x="482" y="182" width="36" height="36" /></bpmndi:BPMNShape>
      <bpmndi:BPMNShape id="Note_di" bpmnElement="Note"><dc:Bounds x="400" y="110" width="100" height="30" /></bpmndi:BPMNShape>
      <bpmndi:BPMNShape id="Data_di" bpmnElement="Data_1"><dc:Bounds x="550" y="120" width="36" height="50" /></bpmndi:BPMNShape>
      <bpmndi:BPMNShape id="Pool_2_di" bpmnElement="Pool_2" isHorizontal="true"><dc:Bounds x="100" y="420" width="600" height="60" /></bpmndi:BPMNShape>
      <bpmndi:BPMNEdge id="Flow_1_di" bpmnElement="Flow_1"><di:waypoint x="218" y="200" /><di:waypoint x="270" y="200" /></bpmndi:BPMNEdge>
      <bpmndi:BPMNEdge id="Flow_2_di" bpmnElement="Flow_2"><di:waypoint x="370" y="200" /><di:waypoint x="482" y="200" /></bpmndi:BPMNEdge>
      <bpmndi:BPMNEdge id="Flow_3_di" bpmnElement="Flow_3"><di:waypoint x="320" y="258" /><di:waypoint x="320" y="300" /><di:waypoint x="500" y="300" /><di:waypoint x="500" y="218" /></bpmndi:BPMNEdge>
      <bpmndi:BPMNEdge id="Message_di" bpmnElement="Message_flow"><di:waypoint x="290" y="240" /><di:waypoint x="290" y="420" /></bpmndi:BPMNEdge>
      <bpmndi:BPMNEdge id="Association_di" bpmnElement="Association_1"><di:waypoint x="370" y="165" /><di:waypoint x="400" y="140" /></bpmndi:BPMNEdge>
    </bpmndi:BPMNPlane>
  </bpmndi:BPMNDiagram>
</bpmn:definitions>"##;

fn program() -> Program {
    Program::read(&[("m.bpmn", MODEL)]).unwrap_or_else(|error| panic!("{error}"))
}

/// The titles of the shapes and lines of a picture, which must be well-formed.
fn titles(picture: &str) -> Vec<String> {
    let document = xml::Document::parse(picture.as_bytes(), &xml::Limits::model()).unwrap();
    let svg = "http://www.w3.org/2000/svg";
    let groups = document.elements().filter(|element| element.attribute("", "data-element").is_some());
    groups.map(|group| group.child(svg, "title").unwrap().text().into_owned()).collect()
}

#[test]
fn a_collaboration_is_drawn_whole() {
    let picture = svg(&program(), "Collaboration_1", &Marks::default()).unwrap();
    let titles = titles(&picture);
    assert_eq!(titles.len(), 9 + 5);
    for expected in [
        "E-maket (participant)",
        "Bank (participant)",
        "Official (lane)",
        "Банк шотын тексеру & сақтау (service task); par. 18, 19(1); rests on OP-02",
        "Late (boundary event, timer)",
        "Ask once a day (text annotation)",
        "Account (data object reference)",
        "question (message flow)",
        "answered (sequence flow)",
    ] {
        assert!(titles.iter().any(|title| title == expected), "{expected}: {titles:#?}");
    }
    assert!(
        picture.contains(r#"role="img""#)
            && picture.contains(">§18, 19(1)</text>")
            && picture.contains(">OP-02</text>")
    );
}

#[test]
fn of_a_process_only_its_pool_is_drawn() {
    let program = program();
    let by_process = svg(&program, "Process_1", &Marks::default()).unwrap();
    let by_pool = svg(&program, "Pool_1", &Marks::default()).unwrap();
    assert_eq!(by_process.replace("Process-1", "Pool-1"), by_pool);
    assert!(
        !titles(&by_process).iter().any(|title| title.starts_with("Bank") || title.starts_with("question"))
    );
    assert!(by_process.contains(r#"viewBox="84 84 632 282""#), "{}", &by_process[..300]);
    assert_eq!(svg(&program, "nothing", &Marks::default()), None);
}

#[test]
fn the_marks_of_a_case_do_not_rest_on_colour() {
    let mut run = Run::of(program());
    run.start("{}");
    run.fail("Task_ask", None);
    let marks = Marks::of(&run.state, &run.events);
    let picture = svg(&run.program, "Process_1", &marks).unwrap();
    let titles = titles(&picture);
    for expected in [
        "Start (start event); carried out",
        "Flow_1 (sequence flow); taken",
        "Банк шотын тексеру & сақтау (service task); par. 18, 19(1); rests on OP-02; incident; the case is here",
    ] {
        assert!(titles.iter().any(|title| title == expected), "{expected}: {titles:#?}");
    }
    assert!(picture.contains(r#"class="element serviceTask token incident""#));
    assert!(picture.contains(
        "The case is at: Банк шотын тексеру &amp; сақтау. Incidents at: Банк шотын тексеру &amp; сақтау."
    ));
}

#[test]
fn names_may_be_given_in_the_readers_language() {
    let names = |id: &str| (id == "Task_ask").then(|| "Ask & keep".to_owned());
    let picture = svg_named(&program(), "Process_1", &Marks::default(), &names).expect("drawn");
    assert!(picture.contains("Ask &amp; keep") && !picture.contains("Банк шотын"), "{picture}");
    assert_eq!(svg_named(&program(), "Nothing", &Marks::default(), &names), None);
}

#[test]
fn nothing_comes_from_outside_and_nothing_runs() {
    let hostile = MODEL
        .replace("Ask once a day", "&lt;script&gt;alert(1)&lt;/script&gt;")
        .replace("name=\"Bank\"", "name=\"&quot;&gt;&lt;a href='x'\"");
    let program = Program::read(&[("m.bpmn", hostile)]).unwrap();
    let picture = svg(&program, "Collaboration_1", &Marks::default()).unwrap();
    let document = xml::Document::parse(picture.as_bytes(), &xml::Limits::model()).unwrap();
    for element in document.elements() {
        assert!(!["script", "a", "style", "image", "use", "foreignObject"].contains(&element.local_name()));
        for attribute in element.attributes() {
            assert!(
                !attribute.local_name().starts_with("on")
                    && !["href", "style"].contains(&attribute.local_name())
            );
            let value = attribute.value();
            assert!(!value.contains("url(") || value.starts_with("url(#"), "{value}");
        }
    }
}

#[test]
fn places_that_are_no_numbers_are_not_drawn() {
    let broken = MODEL
        .replace("x=\"182\"", "x=\"NaN\"")
        .replace("x=\"270\" y=\"160\"", "x=\"1e300\" y=\"160\"")
        .replace("width=\"36\" height=\"50\"", "width=\"-36\" height=\"50\"");
    let picture =
        svg(&Program::read(&[("m", broken)]).unwrap(), "Collaboration_1", &Marks::default()).unwrap();
    let titles = titles(&picture);
    for gone in ["Start", "Банк", "Account"] {
        assert!(!titles.iter().any(|title| title.starts_with(gone)), "{gone}: {titles:#?}");
    }
}
