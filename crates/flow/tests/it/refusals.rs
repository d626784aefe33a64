//! What is refused, where, and what is proposed instead: all of it at once.

use flow::Program;

use crate::notation::bpmn;

/// The refusal of a model in the short notation, without the name of the file.
fn refusal(text: &str) -> String {
    refusal_of(&bpmn(text))
}

fn refusal_of(xml: &str) -> String {
    match Program::read(&[("f", xml)]) {
        Ok(_) => panic!("it is carried out:\n{xml}"),
        Err(error) => error.to_string(),
    }
}

/// A file with these lines in an executable process `p`.
fn file(process: &str) -> String {
    format!(
        r#"<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:q="https://qyzmet.kz/schema/bpmn/1.0" id="d">
<bpmn:process id="p" isExecutable="true">
{process}
</bpmn:process>
</bpmn:definitions>"#
    )
}

/// The refusal of a start event followed by the element `x` (in line 5) and an end event.
fn refused_element(xml: &str) -> String {
    let tag_end = xml.find([' ', '>', '/']).unwrap();
    assert!(xml[1..tag_end].starts_with("bpmn:"));
    refusal_of(&file(&format!(
        "<bpmn:startEvent id=\"s\"/><bpmn:sequenceFlow id=\"f1\" sourceRef=\"s\" targetRef=\"x\"/>\n<bpmn:endEvent id=\"e\"/><bpmn:sequenceFlow id=\"f2\" sourceRef=\"x\" targetRef=\"e\"/>\n{xml}"
    )))
}

#[test]
fn every_problem_is_told_at_once_in_the_order_of_the_lines() {
    let text = refusal_of(&file(
        "<bpmn:startEvent id=\"s\"/>
<bpmn:serviceTask id=\"a\"/>
<bpmn:userTask id=\"u\"/>
<bpmn:callActivity id=\"c\"/>
<bpmn:endEvent id=\"e\"/>
<bpmn:sequenceFlow id=\"f1\" sourceRef=\"s\" targetRef=\"a\"/>
<bpmn:sequenceFlow id=\"f2\" sourceRef=\"a\" targetRef=\"nowhere\"/>
<bpmn:sequenceFlow id=\"f3\" sourceRef=\"u\" targetRef=\"c\"/>
<bpmn:sequenceFlow id=\"f4\" sourceRef=\"c\" targetRef=\"e\"/>",
    ));
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(
        lines,
        [
            "f:4: serviceTask `a`: it does not say what it calls; add zeebe:taskDefinition with a type such as gateway:SERVICE_ID",
            "f:5: userTask `u`: it does not say who may do it, so nobody would see it; add zeebe:assignmentDefinition candidateGroups=\"…\"",
            "f:6: callActivity `c`: it does not say which process it calls; add zeebe:calledElement processId=\"…\" with a fixed id; choose between several with a gateway",
            "f:9: sequenceFlow `f2`: targetRef names `nowhere`, which is not a node of the same process or sub-process; connect it inside; between pools use messages, out of a sub-process use events",
        ]
    );
}

#[test]
fn what_is_not_executable_names_its_substitute() {
    let cases = [
        (
            "<bpmn:complexGateway id=\"x\"/>",
            "f:5: complexGateway `x`: complexGateway is not executable; use an inclusive gateway",
        ),
        (
            "<bpmn:transaction id=\"x\"/>",
            "transaction is not executable; use a subProcess with error boundary events",
        ),
        ("<bpmn:adHocSubProcess id=\"x\"/>", "adHocSubProcess is not executable"),
        (
            "<bpmn:intermediateCatchEvent id=\"x\"><bpmn:signalEventDefinition/></bpmn:intermediateCatchEvent>",
            "f:5: intermediateCatchEvent `x`: signalEventDefinition is not executable; use a message to each receiver",
        ),
        (
            "<bpmn:intermediateThrowEvent id=\"x\"><bpmn:compensateEventDefinition/></bpmn:intermediateThrowEvent>",
            "compensateEventDefinition is not executable; draw the undoing",
        ),
        (
            "<bpmn:intermediateThrowEvent id=\"x\"><bpmn:linkEventDefinition/></bpmn:intermediateThrowEvent>",
            "linkEventDefinition is not executable; draw a sequence flow",
        ),
        (
            "<bpmn:intermediateCatchEvent id=\"x\"/>",
            "it does not say what it waits for; give it a message or timer definition",
        ),
        (
            "<bpmn:task id=\"x\"><bpmn:standardLoopCharacteristics/></bpmn:task>",
            "a standard loop is not executable; draw the loop with an exclusive gateway",
        ),
        ("<bpmn:task id=\"x\" isForCompensation=\"true\"/>", "compensation is not executable"),
        ("<bpmn:receiveTask id=\"x\"/>", "it does not say which message it waits for"),
        (
            "<bpmn:scriptTask id=\"x\" scriptFormat=\"javascript\"/>",
            "it has no FEEL script; add zeebe:script",
        ),
        (
            "<bpmn:businessRuleTask id=\"x\"/>",
            "it does not say which decision it makes; add zeebe:calledDecision",
        ),
        (
            "<bpmn:task id=\"x\"><bpmn:extensionElements><zeebe:executionListeners/></bpmn:extensionElements></bpmn:task>",
            "zeebe:executionListeners has no effect here; remove it, or write one of taskDefinition",
        ),
        (
            "<bpmn:task id=\"x\"><bpmn:extensionElements><q:law act=\"424-458\" par=\"§19\"/></bpmn:extensionElements></bpmn:task>",
            "`§19` is not a paragraph",
        ),
        (
            "<bpmn:task id=\"x\"><bpmn:extensionElements><q:default point=\"2\"/></bpmn:extensionElements></bpmn:task>",
            "`2` is not an open point: write OP-02",
        ),
        (
            "<bpmn:eventBasedGateway id=\"x\" instantiate=\"true\"/>",
            "an event-based gateway cannot begin a process",
        ),
        ("<bpmn:task id=\"x\" default=\"f2\"/>", "only exclusive and inclusive gateways have a default flow"),
        ("<bpmn:exclusiveGateway id=\"x\" default=\"f1\"/>", "its default flow `f1` does not leave it"),
        (
            "<bpmn:serviceTask id=\"x\"><bpmn:extensionElements><zeebe:taskDefinition type=\"=t\"/></bpmn:extensionElements></bpmn:serviceTask>",
            "the type of a task cannot be computed",
        ),
        (
            "<bpmn:serviceTask id=\"x\"><bpmn:extensionElements><zeebe:taskDefinition type=\"t\"/><zeebe:ioMapping><zeebe:input source=\"=1 +\" target=\"a\"/></zeebe:ioMapping></bpmn:extensionElements></bpmn:serviceTask>",
            "f:5: serviceTask `x`: the FEEL expression `1 +` cannot be read: line 1, column",
        ),
        (
            "<bpmn:intermediateCatchEvent id=\"x\"><bpmn:timerEventDefinition/></bpmn:intermediateCatchEvent>",
            "it does not say when; give one of timeDate",
        ),
        (
            "<bpmn:intermediateCatchEvent id=\"x\"><bpmn:timerEventDefinition><bpmn:timeDuration>3 days</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>",
            "`3 days` is no timeDuration of ISO 8601",
        ),
        (
            "<bpmn:intermediateCatchEvent id=\"x\"><bpmn:timerEventDefinition><bpmn:timeCycle>R3/PT1H</bpmn:timeCycle></bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>",
            "it can fire only once, so a cycle means nothing",
        ),
        (
            "<bpmn:intermediateCatchEvent id=\"x\"><bpmn:timerEventDefinition><bpmn:extensionElements><q:deadline amount=\"3\" unit=\"days\"/></bpmn:extensionElements></bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>",
            "`days` is not a unit of a term: write working-days",
        ),
    ];
    for (xml, expected) in cases {
        let text = refused_element(xml);
        assert!(text.contains(expected), "{xml}\n{text}");
        assert_eq!(text.lines().count(), 1, "one cause, one problem: {xml}\n{text}");
    }
}

#[test]
fn the_graph_is_checked() {
    let cases = [
        ("process p {\n end e\n}", "process `p`: no start event; draw where it begins"),
        (
            "process p {\n start s\n start t\n end e\n s -> e\n t -> e\n}",
            "startEvent `t`: a second plain start event",
        ),
        ("process p {\n start s\n task a\n end e\n s -> e\n a -> e\n}", "task `a`: no token can come to it"),
        (
            "process p {\n start s\n end e\n task a\n s -> e\n e -> a\n}",
            "endEvent `e`: a sequence flow leaves it",
        ),
        (
            "process p {\n start s\n task a\n end e\n s -> a\n a -> s\n a -> e\n}",
            "startEvent `s`: a sequence flow leads to it",
        ),
        ("process p {\n start s\n}", "startEvent `s`: no sequence flow leaves it"),
        (
            "process p {\n start s\n exclusive g\n s -> g\n}",
            "exclusiveGateway `g`: no sequence flow leaves it",
        ),
        (
            "process p {\n start s\n exclusive g\n end a\n end b\n s -> g\n g -> a\n g -> b default\n}",
            "sequenceFlow `g_a_2`: no condition; add one, or make this the default flow",
        ),
        (
            "process p {\n start s\n task t\n end a\n s -> t\n t -> a if true\n}",
            "a condition where nothing is chosen",
        ),
        (
            "process p {\n start s\n parallel t\n end a\n s -> t\n t -> a if true\n}",
            "a condition where nothing is chosen",
        ),
        (
            "process p {\n start s\n first g\n task t\n catch c timer=PT1H\n end e\n s -> g\n g -> t -> e\n g -> c -> e\n}",
            "task `t`: an event-based gateway cannot wait for it",
        ),
        (
            "process p {\n start s\n first g\n catch c timer=PT1H\n end e\n s -> g\n g -> c -> e\n}",
            "eventBasedGateway `g`: fewer than two events to choose from",
        ),
        (
            "process p {\n start s\n parallel f\n first g\n catch c timer=PT1H\n catch d timer=PT1H\n end e\n s -> f\n f -> g\n g -> c -> e\n g -> d -> e\n f -> d\n}",
            "intermediateCatchEvent `d`: other flows than the gateway's lead to it",
        ),
        (
            "process p {\n start s\n boundary b on=e timer=PT1H\n end e\n end x\n s -> e\n b -> x\n}",
            "boundaryEvent `b`: it is not attached to an activity",
        ),
        (
            "process p {\n start s\n task t\n boundary b on=t error gentle\n end e\n end x\n s -> t -> e\n b -> x\n}",
            "boundaryEvent `b`: an error always interrupts",
        ),
        (
            "process p {\n start s\n task t\n boundary b on=t cycle=R/PT1H\n end e\n end x\n s -> t -> e\n b -> x\n}",
            "it can fire only once",
        ),
        (
            "process p {\n start s\n sub c {\n task t\n }\n end e\n s -> c -> e\n}",
            "subProcess `c`: no start event inside",
        ),
        (
            "process p {\n start s\n sub c {\n start cs timer=PT1H\n end ce\n cs -> ce\n }\n end e\n s -> c -> e\n}",
            "startEvent `cs`: an embedded sub-process begins with a plain start event",
        ),
        (
            "process p {\n start s\n event c {\n start cs\n end ce\n cs -> ce\n }\n end e\n s -> e\n}",
            "startEvent `cs`: an event sub-process begins with an event",
        ),
        (
            "process p {\n start s error=E\n end e\n s -> e\n}",
            "startEvent `s`: a process cannot begin with an error",
        ),
        (
            "process p {\n start s\n catch c message=M\n end e\n s -> c -> e\n}",
            "the message has no correlation key",
        ),
        (
            "process p {\n start s\n call c process=q\n end e\n s -> c -> e\n}",
            "callActivity `c`: the bundle has no executable process `q`",
        ),
        (
            "process p {\n start s\n call c process=q\n end e\n s -> c -> e\n}\nprocess q {\n start qs message=M\n end qe\n qs -> qe\n}",
            "the called process `q` has no plain start event",
        ),
        (
            "process p pool=sdu {\n start s\n call c process=q\n end e\n s -> c -> e\n}\nprocess q pool=emaket {\n start qs\n end qe\n qs -> qe\n}",
            "it calls from the pool of `sdu` into that of `emaket`; send a message",
        ),
        (
            "process p {\n start s\n rule r decision=d result=x\n end e\n s -> r -> e\n}",
            "no DMN file of the bundle has a decision `d`",
        ),
        (
            "process p pool=a {\n start s message=M\n end e\n s -> e\n}\nprocess q pool=a {\n start t message=M\n end f\n t -> f\n}",
            "startEvent `t`: the message `M` begins another process already",
        ),
        (
            "process p {\n start s\n task t\n end e\n s -> t -> e\n}\nprocess q {\n start qs\n task t2\n end e\n qs -> t2 -> e\n}",
            "the id `e` stands in line",
        ),
        (
            "process p {\n start s\n task t outcome=T05\n end e\n s -> t -> e\n}",
            "task `t`: q:outcome stands for the end of a case",
        ),
    ];
    for (model, expected) in cases {
        let text = refusal(model);
        assert!(text.contains(expected), "{model}\n{text}");
    }
}

#[test]
fn ids_are_unique_in_the_whole_bundle() {
    let (a, b) = (
        bpmn("process p {\n start s\n end e\n s -> e\n}"),
        bpmn("process q {\n start s\n end f\n s -> f\n}"),
    );
    let error = Program::read(&[("a.bpmn", a), ("b.bpmn", b)]).unwrap_err().to_string();
    assert!(error.contains("b.bpmn:4: startEvent `s`: the id stands in a.bpmn:4 already"), "{error}");
}

#[test]
fn what_is_no_model_is_refused() {
    let refused = |bytes: &[u8]| Program::read(&[("f", bytes)]).unwrap_err().to_string();
    assert!(
        refused(b"").starts_with("f: not readable as XML") || refused(b"").starts_with("f:1: not readable"),
        "{}",
        refused(b"")
    );
    assert!(refused(b"<a/>").contains("the root element is not bpmn:definitions"));
    assert!(refused(b"<!DOCTYPE a><a/>").contains("not readable as XML"));
    assert!(refused(&[0xFF, 0xFE, 0x00]).contains("not readable as XML"));
    assert!(refused_nothing().contains("no process in it is executable"));
    let many: Vec<_> = (0..201).map(|at| (format!("{at}.bpmn"), "<a/>")).collect();
    assert!(Program::read(&many).unwrap_err().to_string().contains("more than 200 files"));
}

fn refused_nothing() -> String {
    Program::read::<&str, &str>(&[]).unwrap_err().to_string()
}

#[test]
fn a_process_says_whether_it_is_executable() {
    let model = "process p {\n start s\n end e\n s -> e\n}";
    let silent = bpmn(model).replace(" isExecutable=\"true\"", "");
    assert!(refusal_of(&silent).contains("it is not said whether the process is executable"));
    let drawn = bpmn(
        "process p executable=false {\n start s\n task lonely\n}\nprocess q {\n start t\n end f\n t -> f\n}",
    );
    let program = Program::read(&[("f", drawn)]).unwrap();
    assert_eq!(program.processes().len(), 1, "a drawing is not judged and not carried out");
}

#[test]
fn latin_1_is_read_when_the_file_says_so() {
    let model = bpmn("process p {\n start s\n task caf\u{e9}\n end e\n s -> caf\u{e9} -> e\n}");
    let bytes: Vec<u8> = model
        .replace("UTF-8", "ISO-8859-1")
        .chars()
        .map(|letter| u8::try_from(u32::from(letter)).unwrap())
        .collect();
    assert_eq!(Program::read(&[("f", bytes)]).unwrap().element("café").unwrap().name, "café");
}

#[test]
fn problems_are_bounded() {
    let tasks: String = (0..2000).map(|at| format!("<bpmn:serviceTask id=\"t{at}\"/>\n")).collect();
    let error = Program::read(&[("f", file(&tasks))]).unwrap_err();
    assert_eq!(error.problems.len(), 500);
}

proptest::proptest! {
    /// Attributes and elements that go missing, change places or turn into others: refused or carried out, never a panic.
    #[test]
    fn damaged_models_are_judged(
        cuts in proptest::collection::vec((0_usize..10_000, 0_usize..10_000, 0_usize..12), 1..6),
    ) {
        let sound = bpmn(DAMAGED);
        let mut lines: Vec<String> = sound.lines().flat_map(|line| line.split_inclusive('>')).map(str::to_owned).collect();
        for (from, to, how) in cuts {
            let (from, to) = (from % lines.len(), to % lines.len());
            match how {
                0 => lines.swap(from, to),
                1 => drop(lines.remove(from)),
                2 => lines.insert(to, lines[from].clone()),
                3 => lines[from] = lines[from].replace("id=", "name="),
                4 => lines[from] = lines[from].replace("sourceRef=\"a\"", "sourceRef=\"e\""),
                5 => lines[from] = lines[from].replace("Task", "Event"),
                6 => lines[from] = lines[from].replace("timeDuration", "timeCycle"),
                7 => lines[from] = lines[from].replace("=\"=", "=\"=(1 + "),
                8 => lines[from] = lines[from].replace("attachedToRef=\"a\"", "attachedToRef=\"b\""),
                9 => lines[from] = lines[from].replace("subProcess", "transaction"),
                10 => lines[from] = lines[from].replace("working-days", "moons"),
                _ => lines[from] = lines[from].replace("bpmn:", "zeebe:"),
            }
            if lines.is_empty() {
                lines.push(String::new());
            }
        }
        if let Err(error) = Program::read(&[("f", lines.concat())]) {
            proptest::prop_assert!(error.problems.iter().all(|problem| !problem.what.is_empty()));
        }
    }
}

const DAMAGED: &str = "process p pool=emaket {
    start s
    service a call=gateway:X
    in a request = {n: 1}
    boundary b on=a timer=PT1H gentle
    exclusive g
    sub c {
        start cs
        user u groups=officials
        loop u over=[1,2] item=i into=all from=i
        end ce
        cs -> u -> ce
    }
    event d {
        start ds message=M key=caseRef
        end de outcome=T05
        ds -> de
    }
    catch t days=3
    call k process=q
    end e
    end x error=E
    s -> a -> g
    g -> c if n > 1
    g -> t default
    c -> k -> e
    t -> x
    b -> e
}
process q pool=emaket {
    start qs
    end qe
    qs -> qe
}";

#[test]
fn the_model_that_is_damaged_is_sound() {
    assert!(Program::read(&[("f", bpmn(DAMAGED))]).is_ok());
}
