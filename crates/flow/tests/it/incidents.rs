//! What goes wrong waits for a person, and no token is lost.

use flow::{Input, Resolution, StepError};

use crate::run::{Run, context};

#[test]
fn a_failed_attempt_is_history_and_nothing_else() {
    let mut run = Run::started("process p {\n start s\n service a call=a\n end e\n s -> a -> e\n}", "{}");
    let before = run.state.clone();
    let work = run.work("a");
    run.step(Input::Failed { work, code: None, message: "timeout".into(), retry: true });
    assert_eq!(run.state, before);
    run.complete("a", "{}");
}

#[test]
fn every_stage_of_an_element_can_be_mended() {
    let model = "process p {
        start s
        service a call=a
        in a request = if x instance of number then x else function(y) y
        out a result = if response instance of number then response else function(y) y
        end e
        s -> a -> e
    }";
    let mut run = Run::started(model, "{}");
    assert!(run.incident().1.starts_with("a: a function cannot be kept"), "{}", run.incident().1);
    run.retry(r#"{"x": 1}"#);
    run.complete("a", r#"{"response": "text"}"#);
    assert!(run.incident().1.starts_with("a: a function cannot be kept"), "{}", run.incident().1);
    run.retry(r#"{"response": 4}"#);
    assert_eq!(run.variable("result"), "4");
}

#[test]
fn a_person_can_give_the_result_of_a_task_by_hand() {
    let mut run = Run::started("process p {\n start s\n service a call=a\n end e\n s -> a -> e\n}", "{}");
    run.fail("a", None);
    let (incident, _) = run.incident();
    let resolution = Resolution::Complete { result: context(r#"{"found": 1}"#) };
    run.step(Input::Resolve { incident, by: "A. Operator".into(), resolution });
    assert_eq!(run.variable("found"), "1");
}

#[test]
fn a_gateway_gives_no_result() {
    let run = Run::started(
        "process p {\n start s\n exclusive g\n end a\n end b\n s -> g\n g -> a if false\n g -> b if false\n}",
        "{}",
    );
    let (incident, _) = run.incident();
    let resolution = Resolution::Complete { result: context("{}") };
    let refused = run.try_step(Input::Resolve { incident, by: "x".into(), resolution });
    assert!(matches!(refused, Err(StepError::Resolution { .. })), "{refused:?}");
}

#[test]
fn a_loop_that_never_waits_is_an_incident_and_goes_on_when_told() {
    let model = "process p {
        start s
        exclusive again
        script count expression='if n = null then 1 else n + 1' result=n
        exclusive g
        end e
        s -> again -> count -> g
        g -> e if enough != null and n > enough
        g -> again default
    }";
    let mut run = Run::new(model);
    run.fuel = 2_000;
    run.start("{}");
    let (_, reason) = run.incident();
    assert!(reason.contains("the step used up its fuel"), "{reason}");
    assert_eq!(run.state.incidents.len(), 1);
    run.retry(r#"{"enough": 0}"#);
    assert!(run.state.has_ended());
}

#[test]
fn every_token_survives_when_the_fuel_runs_out() {
    let model = "process p {
        start s
        parallel f
        task a
        task b
        task c
        parallel j
        end e
        s -> f
        f -> a -> j
        f -> b -> j
        f -> c -> j
        j -> e
    }";
    for fuel in 0..400 {
        let mut run = Run::new(model);
        run.fuel = fuel;
        run.start("{}");
        run.fuel = 1_000_000;
        let mut patience = 20;
        while let Some((incident, open)) = run.state.incidents.first_key_value() {
            assert!(open.reason.contains("fuel"), "{}", open.reason);
            let resolution = Resolution::Retry { variables: context("{}") };
            run.step(Input::Resolve { incident: *incident, by: "x".into(), resolution });
            patience -= 1;
            assert!(patience > 0);
        }
        assert!(run.state.has_ended(), "fuel {fuel}: tokens at {}", run.at());
        assert_eq!(run.completed().matches(" j").count(), 1, "fuel {fuel}");
    }
}

#[test]
fn a_decision_without_its_input_gives_null() {
    let run = Run::started(
        "process p {\n start s\n rule r decision=double result=x\n end e\n s -> r -> e\n}",
        "{}",
    );
    assert_eq!(run.variable("x"), "null");
}

#[test]
fn an_incident_goes_with_its_element() {
    let model = "process p {\n start s\n service a call=a\n boundary b on=a timer=PT1H\n end e\n end x\n s -> a -> e\n b -> x\n}";
    let mut run = Run::started(model, "{}");
    run.fail("a", None);
    assert_eq!(run.state.incidents.len(), 1);
    run.fire("b");
    assert!(run.state.has_ended() && run.open.incidents.is_empty());
}

#[test]
fn a_case_of_another_program_is_refused() {
    let mut run = Run::started(
        "process p {\n start s\n service a call=a\n service b call=b\n end e\n s -> a -> b -> e\n}",
        "{}",
    );
    let work = run.work("a");
    run.program = crate::run::program("process p {\n start s\n end e\n s -> e\n}");
    let refused = run.try_step(Input::Completed { work, result: context("{}") });
    assert_eq!(refused, Err(StepError::OtherProgram("a".into())));
}

#[test]
fn tokens_that_multiply_without_end_are_stopped_and_none_is_lost() {
    let model = "process p {
        start s
        exclusive again
        parallel more
        catch wait timer=PT1H
        end e
        s -> again -> more
        more -> again
        more -> wait -> e
    }";
    let mut run = Run::new(model);
    run.fuel = 100_000_000;
    let variables = context("{}");
    let start = Input::Start { process: "p".into(), start_event: None, variables, message_id: None };
    run.state = run.try_step(start).unwrap().state;
    assert!(run.incident().1.contains("the case has too many tokens"), "{}", run.incident().1);
    assert_eq!(run.state.activations.len(), 1 + run.state.timers.len() + run.state.incidents.len());
    let ended = run.try_step(Input::Cancel { reason: "a runaway".into() }).unwrap().state;
    assert!(ended.has_ended() && ended.timers.is_empty() && ended.incidents.is_empty());
}
