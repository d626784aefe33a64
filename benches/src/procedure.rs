//! Small procedures to measure and to torture with, as a modeller would write them (without the drawing).

use std::sync::Arc;

use engine::bundle::{Bundle, BundleError};

/// The participant that carries them out.
pub const PARTICIPANT: &str = "emaket";

const SERVICE: &str = r#"
id = "probe"
code = "PR"
sms_service_code = "1"
act = "424-458"
chapter = 2
paragraphs = { from = 6, to = 28 }
valid_from = 2023-10-03
valid_to = 2034-10-03
provider = "mintrud"
authorised_body = "committee-territorial"
priority = 1
trigger = "birth"
[names]
en = "Probe"
[processes]
emaket = ["probe"]
"#;

/// Eight rules over two inputs.
const DECISION: &str = r##"<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="d">
<inputData id="i1" name="children"><variable id="v1" name="children" typeRef="number"/></inputData>
<inputData id="i2" name="income"><variable id="v2" name="income" typeRef="number"/></inputData>
<decision id="amount" name="amount"><variable id="v3" name="amount" typeRef="number"/>
<informationRequirement id="r1"><requiredInput href="#i1"/></informationRequirement>
<informationRequirement id="r2"><requiredInput href="#i2"/></informationRequirement>
<decisionTable id="t" hitPolicy="FIRST"><input id="c1"><inputExpression id="e1" typeRef="number"><text>children</text></inputExpression></input>
<input id="c2"><inputExpression id="e2" typeRef="number"><text>income</text></inputExpression></input><output id="o" typeRef="number"/>
RULES</decisionTable></decision></definitions>"##;

fn decision() -> String {
    let rules: String = (0..8)
        .map(|n| {
            let children = 8 - n;
            format!(
                "<rule id=\"u{n}\"><inputEntry id=\"a{n}\"><text>&gt;= {children}</text></inputEntry><inputEntry id=\"b{n}\"><text>&lt; 90000.50</text></inputEntry><outputEntry id=\"w{n}\"><text>3692 * 16.03</text></outputEntry></rule>"
            )
        })
        .collect();
    DECISION.replace("RULES", &rules)
}

fn flow(from: &str, to: &str) -> String {
    format!("<bpmn:sequenceFlow id=\"{from}-{to}\" sourceRef=\"{from}\" targetRef=\"{to}\"/>")
}

fn node(kind: &str, id: &str, before: &str, after: Option<&str>, inside: &str, extension: &str) -> String {
    let extension = match extension {
        "" => String::new(),
        some => format!("<bpmn:extensionElements>{some}</bpmn:extensionElements>"),
    };
    let leaving =
        after.map(|after| format!("<bpmn:outgoing>{id}-{after}</bpmn:outgoing>")).unwrap_or_default();
    let flow = after.map(|after| flow(id, after)).unwrap_or_default();
    format!(
        "<bpmn:{kind} id=\"{id}\" name=\"{id}\">{extension}<bpmn:incoming>{before}-{id}</bpmn:incoming>{leaving}{inside}</bpmn:{kind}>{flow}\n"
    )
}

fn start(after: &str) -> String {
    format!(
        "<bpmn:startEvent id=\"start\"><bpmn:outgoing>start-{after}</bpmn:outgoing><bpmn:messageEventDefinition id=\"start-on\" messageRef=\"m-list\"/></bpmn:startEvent>{}\n",
        flow("start", after)
    )
}

fn script(id: &str, before: &str, after: &str, expression: &str) -> String {
    let script = format!("<zeebe:script expression=\"={expression}\" resultVariable=\"{id}\"/>");
    node("scriptTask", id, before, Some(after), "", &script)
}

fn call(id: &str, kind: &str, before: &str, after: &str, request: &str) -> String {
    let task = format!(
        "<zeebe:taskDefinition type=\"{kind}\"/><zeebe:ioMapping><zeebe:input source=\"={request}\" target=\"request\"/><zeebe:output source=\"=response.done\" target=\"{id}\"/></zeebe:ioMapping>"
    );
    node("serviceTask", id, before, Some(after), "", &task)
}

fn bundle(body: &str) -> Result<Arc<Bundle>, BundleError> {
    let model = format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"
  xmlns:q="https://qyzmet.kz/schema/bpmn/1.0" id="definitions" targetNamespace="probe">
<bpmn:message id="m-list" name="list"/>
<bpmn:message id="m-event" name="event"><bpmn:extensionElements><zeebe:subscription correlationKey="=key"/></bpmn:extensionElements></bpmn:message>
<bpmn:collaboration id="c"><bpmn:participant id="pool" name="E-maket" processRef="probe"><bpmn:extensionElements><q:participant id="emaket"/></bpmn:extensionElements></bpmn:participant></bpmn:collaboration>
<bpmn:process id="probe" isExecutable="true">
{body}</bpmn:process></bpmn:definitions>"#
    );
    let files = vec![
        ("probe/service.toml".to_owned(), SERVICE.as_bytes().to_vec()),
        ("probe/probe.bpmn".to_owned(), model.into_bytes()),
        ("probe/amount.dmn".to_owned(), decision().into_bytes()),
    ];
    Ok(Arc::new(Bundle::load(files)?))
}

const OUTCOME: &str = "<q:outcome code=\"T08\"/>";
/// The local task that says that an instance comes to its end.
pub const FINISHED: &str = "finished";

/// P10: ten steps. Seven are local (three scripts, a decision table of eight rules, an exclusive gateway, a script on the way it
/// chooses, a local task), two are calls to another process, one is a timer of 100 ms.
///
/// # Errors
/// Never, unless the dialect of the models changes.
pub fn ten_steps() -> Result<Arc<Bundle>, BundleError> {
    let timer = "<bpmn:timerEventDefinition id=\"pause-on\"><bpmn:timeDuration>PT0.1S</bpmn:timeDuration></bpmn:timerEventDefinition>";
    let choose = "<bpmn:incoming>table-choose</bpmn:incoming><bpmn:outgoing>choose-more</bpmn:outgoing><bpmn:outgoing>choose-none</bpmn:outgoing>";
    let decide = "<zeebe:calledDecision decisionId=\"amount\" resultVariable=\"amount\"/>";
    bundle(
        &[
            start("children"),
            script("children", "start", "table", "count(family)"),
            node("businessRuleTask", "table", "children", Some("choose"), "", decide),
            format!("<bpmn:exclusiveGateway id=\"choose\" default=\"choose-none\">{choose}</bpmn:exclusiveGateway>"),
            "<bpmn:sequenceFlow id=\"choose-more\" sourceRef=\"choose\" targetRef=\"more\"><bpmn:conditionExpression>=amount &gt; 0</bpmn:conditionExpression></bpmn:sequenceFlow>".to_owned(),
            flow("choose", "none"),
            node("endEvent", "none", "choose", None, "", "<q:outcome code=\"T01\"/>"),
            script("more", "choose", "ask", "amount * children"),
            call("ask", "gateway:REGISTER", "more", "total", "{iin: iin, children: children}"),
            script("total", "ask", "pause", "more + 1"),
            node("intermediateCatchEvent", "pause", "total", Some("text"), timer, ""),
            script("text", "pause", "pay", "&quot;order &quot; + key"),
            call("pay", "gateway:PAYMENT", "text", "finish", "{order: text, amount: total}"),
            node("serviceTask", "finish", "pay", Some("done"), "", "<zeebe:taskDefinition type=\"local:finished\"/>"),
            node("endEvent", "done", "finish", None, "", OUTCOME),
        ]
        .concat(),
    )
}

/// A procedure that pays, waits for an event and pays again: what the torture drives.
///
/// # Errors
/// Never, unless the dialect of the models changes.
pub fn two_payments() -> Result<Arc<Bundle>, BundleError> {
    let message = "<bpmn:messageEventDefinition id=\"wait-on\" messageRef=\"m-event\"/>";
    let timer = "<bpmn:timerEventDefinition id=\"pause-on\"><bpmn:timeDuration>PT0.02S</bpmn:timeDuration></bpmn:timerEventDefinition>";
    bundle(
        &[
            start("first"),
            call(
                "first",
                "gateway:PAYMENT",
                "start",
                "wait",
                "{order: key + &quot;/1&quot;, amount: amount}",
            ),
            node("intermediateCatchEvent", "wait", "first", Some("pause"), message, ""),
            node("intermediateCatchEvent", "pause", "wait", Some("second"), timer, ""),
            call(
                "second",
                "gateway:PAYMENT",
                "pause",
                "done",
                "{order: key + &quot;/2&quot;, amount: amount}",
            ),
            node("endEvent", "done", "second", None, "", OUTCOME),
        ]
        .concat(),
    )
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_procedures_load() {
        super::ten_steps().expect("P10 loads");
        super::two_payments().expect("the payments load");
    }
}
