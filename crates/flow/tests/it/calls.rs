//! Call activities: a process of the bundle carried out inside the case.

use crate::run::Run;

fn model(options: &str, mappings: &str) -> String {
    format!(
        "process p {{
        start s
        call c process=q {options}
        {mappings}
        boundary b on=c error=REFUSED
        end e outcome=done
        end r outcome=refused
        s -> c -> e
        b -> r
    }}
    process q {{
        start qs
        service a call=a
        exclusive g
        end qe
        end qx error=REFUSED
        qs -> a -> g
        g -> qx if refused
        g -> qe default
    }}"
    )
}

#[test]
fn a_called_process_gets_and_gives_all_variables_unless_told_otherwise() {
    let mut run = Run::started(&model("", ""), r#"{"x": 1, "refused": false}"#);
    assert_eq!(run.at(), "a");
    run.complete("a", r#"{"x": 2, "y": 3}"#);
    assert_eq!((run.variable("x"), run.variable("y")), ("2".into(), "3".into()));
    assert_eq!(run.completed(), "s qs a g qe q c e p");
}

#[test]
fn it_gets_only_what_is_mapped_and_gives_only_what_is_mapped() {
    let mappings = "in c only = x\n in c refused = false\n out c result = y + only";
    let mut run = Run::started(&model("alone silent", mappings), r#"{"x": 1, "secret": 9}"#);
    let called = run.state.activations.values().find(|activation| activation.element == "q").unwrap();
    assert_eq!(serde_json::to_string(&called.variables).unwrap(), r#"{"only":1,"refused":false}"#);
    run.complete("a", r#"{"y": 3}"#);
    assert_eq!(
        (run.variable("result"), run.variable("y"), run.variable("only")),
        ("4".into(), "none".into(), "none".into())
    );
}

#[test]
fn it_does_not_see_its_caller() {
    let mappings = "in c refused = secret = null";
    let mut run = Run::started(&model("alone silent", mappings), r#"{"secret": 9}"#);
    run.complete("a", "{}");
    assert_eq!(run.outcome().as_deref(), Some("done"));
    assert_eq!(run.variable("refused"), "none", "nothing came back");
}

#[test]
fn an_error_goes_up_to_the_caller() {
    let mut run = Run::started(&model("", ""), r#"{"refused": false}"#);
    run.complete("a", r#"{"refused": true}"#);
    assert_eq!(run.outcome().as_deref(), Some("refused"));
    assert_eq!(run.withdrawn(), ["qx", "q", "c"]);
}

#[test]
fn terminate_inside_ends_only_the_called_process() {
    let model = "process p {
        start s
        call c process=q
        service after call=after
        end e
        s -> c -> after -> e
    }
    process q {
        start qs
        parallel f
        service a call=a
        end stop terminate
        qs -> f
        f -> a -> stop
        f -> stop
    }";
    let run = Run::started(model, "{}");
    assert_eq!(run.at(), "after");
}

#[test]
fn a_process_that_calls_itself_for_ever_is_an_incident() {
    let model = "process p {\n start s\n call c process=p\n end e\n s -> c -> e\n}";
    let run = Run::started(model, "{}");
    assert!(run.incident().1.contains("does one call itself?"), "{}", run.incident().1);
}

#[test]
fn event_sub_processes_of_the_called_process_are_armed() {
    let model = "process p {\n start s\n call c process=q\n end e\n s -> c -> e\n}
    process q {
        start qs
        service a call=a
        event d {
            start ds message=stop key=caseRef
            end de
            ds -> de
        }
        end qe
        qs -> a -> qe
    }";
    let mut run = Run::started(model, r#"{"caseRef": "c"}"#);
    run.message("stop", "{}");
    assert_eq!(run.completed(), "s qs ds de d q c e p");
}
