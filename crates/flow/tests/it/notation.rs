//! A short notation for models, turned into the BPMN XML that a modeller would write.
//!
//! ```text
//! process p pool=emaket {
//!   start s
//!   service a call=gateway:X
//!   in a request = {n: 1}
//!   exclusive g
//!   boundary b on=a error=E1
//!   sub c { … }        event d { … }
//!   s -> a -> g        g -> x if n > 1        g -> y default
//! }
//! ```

use std::collections::BTreeMap;
use std::fmt::Write;

/// The XML of a model in the short notation.
pub fn bpmn(text: &str) -> String {
    let mut writer = Writer::default();
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    while let Some(line) = lines.next() {
        let words = words(line);
        assert_eq!(words[0], "process", "{line}");
        let options = options(&words[2..]);
        let mut block = Block::default();
        block.read(&mut lines, &mut writer);
        let id = &words[1];
        if let Some(pool) = options.get("pool") {
            writeln!(
                writer.pools,
                r#"<bpmn:participant id="pool_{id}" name="{pool}" processRef="{id}"><bpmn:extensionElements><q:participant id="{pool}"/></bpmn:extensionElements></bpmn:participant>"#
            )
            .unwrap();
        }
        let executable = options.get("executable").map_or("true", String::as_str);
        writeln!(
            writer.processes,
            "<bpmn:process id=\"{id}\" isExecutable=\"{executable}\">\n{}</bpmn:process>",
            block.xml()
        )
        .unwrap();
    }
    writer.finish()
}

#[derive(Default)]
struct Writer {
    processes: String,
    pools: String,
    messages: BTreeMap<String, Option<String>>,
    errors: BTreeMap<String, String>,
    flows: usize,
}

impl Writer {
    fn finish(self) -> String {
        let mut xml = String::from(
            r#"<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:q="https://qyzmet.kz/schema/bpmn/1.0" id="definitions">
"#,
        );
        if !self.pools.is_empty() {
            writeln!(xml, "<bpmn:collaboration id=\"collaboration\">{}</bpmn:collaboration>", self.pools)
                .unwrap();
        }
        xml.push_str(&self.processes);
        for (name, key) in &self.messages {
            let key = key.as_ref().map_or(String::new(), |key| {
                format!(
                    "<bpmn:extensionElements><zeebe:subscription correlationKey=\"={}\"/></bpmn:extensionElements>",
                    escape(key)
                )
            });
            writeln!(xml, "<bpmn:message id=\"message_{name}\" name=\"{name}\">{key}</bpmn:message>")
                .unwrap();
        }
        for (code, id) in &self.errors {
            writeln!(xml, "<bpmn:error id=\"{id}\" name=\"{code}\" errorCode=\"{code}\"/>").unwrap();
        }
        xml.push_str("</bpmn:definitions>\n");
        xml
    }
}

#[derive(Default)]
struct Part {
    tag: &'static str,
    attributes: String,
    mappings: String,
    extensions: String,
    children: String,
}

/// What stands between two braces.
#[derive(Default)]
struct Block {
    order: Vec<String>,
    parts: BTreeMap<String, Part>,
    flows: String,
}

impl Block {
    fn read<'l>(&mut self, lines: &mut impl Iterator<Item = &'l str>, writer: &mut Writer) {
        let mut flows = Vec::new();
        while let Some(line) = lines.next() {
            if line == "}" {
                break;
            }
            if line.contains(" -> ") {
                flows.push(line);
                continue;
            }
            let words = words(line);
            let id = words[1].clone();
            match words[0].as_str() {
                "in" | "out" => self.mapping(line),
                "law" => {
                    let xml = format!("<q:law act=\"424-458\" par=\"{}\"/>", words[2]);
                    self.parts.get_mut(&id).unwrap().extensions.push_str(&xml);
                }
                "loop" => self.repeat(&id, &options(&words[2..])),
                kind => {
                    let options = options(&words[2..]);
                    let mut part = part(kind, &options, writer);
                    if kind == "sub" || kind == "event" {
                        let mut inside = Block::default();
                        inside.read(lines, writer);
                        part.children = inside.xml();
                    }
                    self.order.push(id.clone());
                    self.parts.insert(id, part);
                }
            }
        }
        for line in flows {
            self.flow(line, writer);
        }
    }

    fn flow(&mut self, line: &str, writer: &mut Writer) {
        let (path, condition) = match line.split_once(" if ") {
            Some((path, condition)) => (path, Some(condition)),
            None => (line, None),
        };
        let (path, default) = match path.strip_suffix(" default") {
            Some(path) => (path, true),
            None => (path, false),
        };
        let stops: Vec<&str> = path.split(" -> ").map(str::trim).collect();
        for pair in stops.windows(2) {
            writer.flows += 1;
            let id = format!("{}_{}_{}", pair[0], pair[1], writer.flows);
            if default {
                write!(self.parts.get_mut(pair[0]).unwrap().attributes, " default=\"{id}\"").unwrap();
            }
            let condition = condition.map_or(String::new(), |condition| {
                format!("<bpmn:conditionExpression>={}</bpmn:conditionExpression>", escape(condition))
            });
            writeln!(
                self.flows,
                "<bpmn:sequenceFlow id=\"{id}\" sourceRef=\"{}\" targetRef=\"{}\">{condition}</bpmn:sequenceFlow>",
                pair[0], pair[1]
            )
            .unwrap();
        }
    }

    /// `in task target = expression`
    fn mapping(&mut self, line: &str) {
        let (left, source) = line.split_once(" = ").unwrap_or_else(|| panic!("{line}"));
        let words = words(left);
        let tag = if words[0] == "in" { "input" } else { "output" };
        let xml = format!("<zeebe:{tag} source=\"={}\" target=\"{}\"/>", escape(source), words[2]);
        self.parts.get_mut(&words[1]).unwrap_or_else(|| panic!("{line}")).mappings.push_str(&xml);
    }

    fn repeat(&mut self, id: &str, options: &BTreeMap<String, String>) {
        let mut zeebe = format!("inputCollection=\"={}\"", escape(&options["over"]));
        if let Some(item) = options.get("item") {
            write!(zeebe, " inputElement=\"{item}\"").unwrap();
        }
        if let Some(collection) = options.get("into") {
            write!(
                zeebe,
                " outputCollection=\"{collection}\" outputElement=\"={}\"",
                escape(&options["from"])
            )
            .unwrap();
        }
        let completion = options.get("until").map_or(String::new(), |until| {
            format!("<bpmn:completionCondition>={}</bpmn:completionCondition>", escape(until))
        });
        let sequential = options.contains_key("sequential");
        let xml = format!(
            "<bpmn:multiInstanceLoopCharacteristics isSequential=\"{sequential}\"><bpmn:extensionElements><zeebe:loopCharacteristics {zeebe}/></bpmn:extensionElements>{completion}</bpmn:multiInstanceLoopCharacteristics>"
        );
        self.parts.get_mut(id).unwrap().children.push_str(&xml);
    }

    fn xml(&self) -> String {
        let mut xml = String::new();
        for id in &self.order {
            let part = &self.parts[id];
            let mut extensions = part.extensions.clone();
            if !part.mappings.is_empty() {
                write!(extensions, "<zeebe:ioMapping>{}</zeebe:ioMapping>", part.mappings).unwrap();
            }
            if !extensions.is_empty() {
                extensions = format!("<bpmn:extensionElements>{extensions}</bpmn:extensionElements>");
            }
            writeln!(
                xml,
                "<bpmn:{tag} id=\"{id}\" name=\"{id}\"{}>{extensions}{}</bpmn:{tag}>",
                part.attributes,
                part.children,
                tag = part.tag
            )
            .unwrap();
        }
        xml.push_str(&self.flows);
        xml
    }
}

fn part(kind: &str, options: &BTreeMap<String, String>, writer: &mut Writer) -> Part {
    let tag = match kind {
        "start" => "startEvent",
        "end" => "endEvent",
        "catch" => "intermediateCatchEvent",
        "throw" => "intermediateThrowEvent",
        "boundary" => "boundaryEvent",
        "task" => "task",
        "manual" => "manualTask",
        "service" => "serviceTask",
        "send" => "sendTask",
        "receive" => "receiveTask",
        "user" => "userTask",
        "rule" => "businessRuleTask",
        "script" => "scriptTask",
        "call" => "callActivity",
        "sub" | "event" => "subProcess",
        "exclusive" => "exclusiveGateway",
        "parallel" => "parallelGateway",
        "inclusive" => "inclusiveGateway",
        "first" => "eventBasedGateway",
        other => panic!("the notation has no {other}"),
    };
    let mut part = Part { tag, ..Part::default() };
    if kind == "event" {
        part.attributes.push_str(" triggeredByEvent=\"true\"");
    }
    let gentle = options.contains_key("gentle");
    if gentle {
        part.attributes.push_str(if kind == "start" {
            " isInterrupting=\"false\""
        } else {
            " cancelActivity=\"false\""
        });
    }
    let event = tag.ends_with("Event");
    for (name, value) in options {
        let text = escape(value);
        match name.as_str() {
            "on" => write!(part.attributes, " attachedToRef=\"{value}\"").unwrap(),
            "call" => {
                write!(part.extensions, "<zeebe:taskDefinition type=\"{text}\" retries=\"3\"/>").unwrap();
                if event {
                    part.children.push_str("<bpmn:messageEventDefinition/>");
                }
            }
            "header" => {
                write!(
                    part.extensions,
                    "<zeebe:taskHeaders><zeebe:header key=\"h\" value=\"{text}\"/></zeebe:taskHeaders>"
                )
                .unwrap();
            }
            "message" => {
                writer.messages.insert(value.clone(), options.get("key").cloned());
                if event {
                    write!(part.children, "<bpmn:messageEventDefinition messageRef=\"message_{value}\"/>")
                        .unwrap();
                } else {
                    write!(part.attributes, " messageRef=\"message_{value}\"").unwrap();
                }
            }
            "error" if value.is_empty() => part.children.push_str("<bpmn:errorEventDefinition/>"),
            "error" => {
                writer.errors.insert(value.clone(), format!("error_{value}"));
                write!(part.children, "<bpmn:errorEventDefinition errorRef=\"error_{value}\"/>").unwrap();
            }
            "terminate" => part.children.push_str("<bpmn:terminateEventDefinition/>"),
            "timer" | "date" | "cycle" => {
                let tag = match name.as_str() {
                    "timer" => "timeDuration",
                    "date" => "timeDate",
                    _ => "timeCycle",
                };
                write!(
                    part.children,
                    "<bpmn:timerEventDefinition><bpmn:{tag}>{text}</bpmn:{tag}></bpmn:timerEventDefinition>"
                )
                .unwrap();
            }
            // `days=3`: three working days after `from`.
            "days" => {
                let from =
                    options.get("from").map_or(String::new(), |from| format!(" from=\"={}\"", escape(from)));
                write!(part.children, "<bpmn:timerEventDefinition><bpmn:extensionElements><q:deadline amount=\"{text}\" unit=\"working-days\"{from} par=\"19\"/></bpmn:extensionElements></bpmn:timerEventDefinition>").unwrap();
            }
            "outcome" => write!(part.extensions, "<q:outcome code=\"{text}\"/>").unwrap(),
            "groups" => write!(
                part.extensions,
                "<zeebe:userTask/><zeebe:assignmentDefinition candidateGroups=\"{text}\"/>"
            )
            .unwrap(),
            "form" => write!(part.extensions, "<zeebe:formDefinition formId=\"{text}\"/>").unwrap(),
            "due" => write!(part.extensions, "<zeebe:taskSchedule dueDate=\"{text}\"/>").unwrap(),
            "decision" => {
                write!(
                    part.extensions,
                    "<zeebe:calledDecision decisionId=\"{text}\" resultVariable=\"{}\"/>",
                    options["result"]
                )
                .unwrap();
            }
            "expression" => {
                write!(
                    part.extensions,
                    "<zeebe:script expression=\"={text}\" resultVariable=\"{}\"/>",
                    options["result"]
                )
                .unwrap();
            }
            "process" => {
                let down = !options.contains_key("alone");
                let back = !options.contains_key("silent");
                write!(part.extensions, "<zeebe:calledElement processId=\"{text}\" propagateAllParentVariables=\"{down}\" propagateAllChildVariables=\"{back}\"/>").unwrap();
            }
            "gentle" | "key" | "result" | "alone" | "silent" | "from" => {}
            other => panic!("the notation has no option {other}"),
        }
    }
    part
}

/// `name=value name='a value' flag`
fn options(words: &[String]) -> BTreeMap<String, String> {
    let pairs = words.iter().filter(|word| *word != "{").map(|word| match word.split_once('=') {
        Some((name, value)) => (name.to_owned(), value.to_owned()),
        None => (word.clone(), String::new()),
    });
    pairs.collect()
}

/// Words of a line; quotes keep words together.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted) = (Vec::new(), String::new(), false);
    for letter in line.chars() {
        match letter {
            '\'' => quoted = !quoted,
            ' ' if !quoted => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
            }
            letter => word.push(letter),
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
