//! Business errors and who catches them.

use flow::Fact;

use crate::run::Run;

#[test]
fn the_nearest_event_for_the_code_catches() {
    let model = "process p {
        start s
        sub c {
            start cs
            service a call=a
            boundary one on=a error=E1
            boundary any on=a error
            end ce
            end e1 outcome=one
            end e9 outcome=any
            cs -> a -> ce
            one -> e1
            any -> e9
        }
        boundary two on=c error=E2
        end e
        end e2 outcome=two
        s -> c -> e
        two -> e2
    }";
    let outcome = |code: &str| {
        let mut run = Run::started(model, "{}");
        run.fail("a", Some(code));
        run.outcome().unwrap_or_default()
    };
    assert_eq!((outcome("E1"), outcome("E2"), outcome("E3")), ("one".into(), "any".into(), "any".into()));
    let mut run = Run::started(
        &model
            .replace("boundary any on=a error\n", "")
            .replace("any -> e9", "")
            .replace("end e9 outcome=any", ""),
        "{}",
    );
    run.fail("a", Some("E2"));
    assert_eq!(run.outcome().as_deref(), Some("two"), "up through the scopes");
}

#[test]
fn an_error_offers_code_and_message_to_the_event() {
    let model = "process p {
        start s
        service a call=a
        boundary b on=a error
        out b why = error.code
        end e
        end x
        s -> a -> e
        b -> x
    }";
    let mut run = Run::started(model, "{}");
    run.fail("a", Some("NOT_FOUND"));
    assert_eq!((run.variable("why"), run.variable("error")), ("\"NOT_FOUND\"".into(), "none".into()));
    let caught = run.events.iter().any(|event| {
        matches!(&event.fact, Fact::ErrorCaught { code, caught_by, .. } if code == "NOT_FOUND" && *caught_by == "b")
    });
    assert!(caught);
}

#[test]
fn an_error_that_nobody_catches_is_an_incident_and_can_be_tried_again() {
    let mut run = Run::started("process p {\n start s\n service a call=a\n end e\n s -> a -> e\n}", "{}");
    run.fail("a", Some("E7"));
    assert_eq!(run.incident().1, "a: no event catches the error `E7`: it did not work");
    assert_eq!(run.at(), "a");
    run.retry("{}");
    run.complete("a", "{}");
    assert!(run.state.has_ended());
}

#[test]
fn an_error_end_event_throws_to_the_scope_around() {
    let model = "process p {
        start s
        sub c {
            start cs
            parallel f
            service a call=a
            end x error=E1 outcome=thrown
            end ce
            cs -> f
            f -> x
            f -> a -> ce
        }
        boundary b on=c error=E1
        end e
        end caught
        s -> c -> e
        b -> caught
    }";
    let run = Run::started(model, "{}");
    assert_eq!(run.outcome().as_deref(), Some("thrown"));
    assert!(run.completed().ends_with("b caught p"), "{}", run.completed());
}

#[test]
fn an_event_sub_process_catches_errors_of_its_scope_but_not_its_own() {
    let model = "process p {
        start s
        sub c {
            start cs
            service a call=a
            end ce
            cs -> a -> ce
            event d {
                start ds error=E1
                out ds why = error.message
                service b call=b
                end de
                ds -> b -> de
            }
        }
        boundary x on=c error
        end e outcome=done
        end xe outcome=outer
        s -> c -> e
        x -> xe
    }";
    let mut run = Run::started(model, "{}");
    run.fail("a", Some("E1"));
    assert_eq!(run.at(), "b");
    let mut failed = Run::started(model, "{}");
    failed.fail("a", Some("E1"));
    failed.fail("b", Some("E1"));
    assert_eq!(failed.outcome().as_deref(), Some("outer"));
    run.complete("b", "{}");
    assert_eq!(run.outcome().as_deref(), Some("done"));
}

#[test]
fn a_failure_without_code_is_never_caught() {
    let model = "process p {\n start s\n service a call=a\n boundary b on=a error\n end e\n end x\n s -> a -> e\n b -> x\n}";
    let mut run = Run::started(model, "{}");
    run.fail("a", None);
    assert_eq!(run.incident().1, "a: it did not work");
}
