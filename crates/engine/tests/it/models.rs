//! Small models for the tests of the engine, as a standard modeller would write them (without the drawing).

/// A bundle's files around one BPMN file.
pub fn bundle(bpmn: &str) -> Vec<(String, Vec<u8>)> {
    let service = r#"
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
late_processes = ["late-reply"]
[names]
en = "Probe"
[processes]
emaket = ["probe"]
"#;
    let parameters = r#"
[[parameter]]
name = "reply days"
about = "How long a reply is awaited."
values = [{ from = 2023-10-03, value = 3 }]
"#;
    vec![
        ("probe/service.toml".into(), service.into()),
        ("probe/parameters.toml".into(), parameters.into()),
        ("probe/probe.bpmn".into(), bpmn.into()),
    ]
}

/// Wraps processes into definitions with one pool of `emaket` for each.
pub fn definitions(messages: &[&str], processes: &[(&str, &str)]) -> String {
    let mut xml = String::from(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"
  xmlns:q="https://qyzmet.kz/schema/bpmn/1.0" id="definitions" targetNamespace="probe">
"#,
    );
    for message in messages {
        let id = message.replace(' ', "-");
        xml.push_str(&format!(
            r#"<bpmn:message id="m-{id}" name="{message}"><bpmn:extensionElements><zeebe:subscription correlationKey="=key" /></bpmn:extensionElements></bpmn:message>
"#
        ));
    }
    xml.push_str("<bpmn:collaboration id=\"collaboration\">\n");
    for (id, _) in processes {
        xml.push_str(&format!(
            r#"<bpmn:participant id="pool-{id}" name="E-maket" processRef="{id}"><bpmn:extensionElements><q:participant id="emaket" /></bpmn:extensionElements></bpmn:participant>
"#
        ));
    }
    xml.push_str("</bpmn:collaboration>\n");
    for (id, body) in processes {
        xml.push_str(&format!("<bpmn:process id=\"{id}\" isExecutable=\"true\">\n{body}\n</bpmn:process>\n"));
    }
    xml.push_str("</bpmn:definitions>\n");
    xml
}

/// A message start event with its flow.
pub fn start(id: &str, message: &str, to: &str) -> String {
    format!(
        r#"<bpmn:startEvent id="{id}"><bpmn:outgoing>{id}-{to}</bpmn:outgoing><bpmn:messageEventDefinition id="{id}-def" messageRef="m-{}" /></bpmn:startEvent>
<bpmn:sequenceFlow id="{id}-{to}" sourceRef="{id}" targetRef="{to}" />"#,
        message.replace(' ', "-")
    )
}

/// A task of this type with its flow; `io` are zeebe mappings.
pub fn task(id: &str, kind: &str, io: &str, from: &str, to: &str) -> String {
    format!(
        r#"<bpmn:serviceTask id="{id}" name="{id}"><bpmn:extensionElements><zeebe:taskDefinition type="{kind}" /><zeebe:ioMapping>{io}</zeebe:ioMapping></bpmn:extensionElements><bpmn:incoming>{from}-{id}</bpmn:incoming><bpmn:outgoing>{id}-{to}</bpmn:outgoing></bpmn:serviceTask>
<bpmn:sequenceFlow id="{id}-{to}" sourceRef="{id}" targetRef="{to}" />"#
    )
}

/// An end event with an outcome.
pub fn end(id: &str, outcome: &str, from: &str) -> String {
    format!(
        r#"<bpmn:endEvent id="{id}"><bpmn:extensionElements><q:outcome code="{outcome}" /></bpmn:extensionElements><bpmn:incoming>{from}-{id}</bpmn:incoming></bpmn:endEvent>"#
    )
}

/// An event-based gateway that waits for a message or the deadline of `reply days` working days.
pub fn message_or_deadline(id: &str, from: &str, message: &str, on_message: &str, on_time: &str) -> String {
    format!(
        r#"<bpmn:eventBasedGateway id="{id}"><bpmn:incoming>{from}-{id}</bpmn:incoming><bpmn:outgoing>{id}-{id}m</bpmn:outgoing><bpmn:outgoing>{id}-{id}t</bpmn:outgoing></bpmn:eventBasedGateway>
<bpmn:sequenceFlow id="{id}-{id}m" sourceRef="{id}" targetRef="{id}m" /><bpmn:sequenceFlow id="{id}-{id}t" sourceRef="{id}" targetRef="{id}t" />
<bpmn:intermediateCatchEvent id="{id}m"><bpmn:incoming>{id}-{id}m</bpmn:incoming><bpmn:outgoing>{id}m-{on_message}</bpmn:outgoing><bpmn:messageEventDefinition id="{id}m-def" messageRef="m-{}" /></bpmn:intermediateCatchEvent>
<bpmn:intermediateCatchEvent id="{id}t"><bpmn:incoming>{id}-{id}t</bpmn:incoming><bpmn:outgoing>{id}t-{on_time}</bpmn:outgoing><bpmn:timerEventDefinition id="{id}t-def"><bpmn:extensionElements><q:deadline amount="=parameters.reply days" unit="working-days" count="after" from="=now()" par="19" /></bpmn:extensionElements></bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>
<bpmn:sequenceFlow id="{id}m-{on_message}" sourceRef="{id}m" targetRef="{on_message}" /><bpmn:sequenceFlow id="{id}t-{on_time}" sourceRef="{id}t" targetRef="{on_time}" />"#,
        message.replace(' ', "-")
    )
}
