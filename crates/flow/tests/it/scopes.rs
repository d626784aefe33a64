//! Sub-processes, event sub-processes, the end of scopes.

use flow::Input;

use crate::run::Run;

#[test]
fn a_sub_process_ends_when_all_its_tokens_have_ended() {
    let model = "process p {
        start s
        sub c {
            start cs
            parallel fork
            service a call=a
            service b call=b
            end ce
            cs -> fork
            fork -> a -> ce
            fork -> b -> ce
        }
        in c n = 1
        out c result = n + found
        end e
        s -> c -> e
    }";
    let mut run = Run::started(model, r#"{"n": 100}"#);
    run.complete("a", r#"{"found": 5}"#);
    assert_eq!(run.at(), "b");
    run.complete("b", "{}");
    assert_eq!(run.completed(), "s cs fork a ce b ce c e p");
    assert_eq!((run.variable("result"), run.variable("n")), ("6".into(), "100".into()));
}

#[test]
fn a_variable_goes_where_it_is_defined_else_to_the_process() {
    let model = "process p {
        start s
        sub c {
            start cs
            service a call=a
            end ce
            cs -> a -> ce
        }
        in c local = 1
        out c seen = local
        end e
        s -> c -> e
    }";
    let mut run = Run::started(model, "{}");
    run.complete("a", r#"{"local": 2, "fresh": 3}"#);
    assert_eq!(
        (run.variable("local"), run.variable("seen"), run.variable("fresh")),
        ("none".into(), "2".into(), "3".into())
    );
}

#[test]
fn a_boundary_event_interrupts_everything_inside() {
    let model = "process p {
        start s
        sub c {
            start cs
            parallel fork
            parallel join
            service a call=a
            user u groups=g
            catch m message=M key='\"k\"'
            end ce
            cs -> fork
            fork -> a -> join
            fork -> u -> join
            fork -> m -> join
            join -> ce
        }
        boundary late on=c timer=P1D
        end e outcome=done
        end l outcome=late
        s -> c -> e
        late -> l
    }";
    let mut run = Run::started(model, "{}");
    run.complete("a", "{}");
    assert_eq!(run.at(), "join m u");
    run.fire("late");
    assert_eq!(run.outcome().as_deref(), Some("late"));
    assert_eq!(run.withdrawn(), ["m", "u", "c"]);
}

#[test]
fn terminate_ends_its_scope_and_no_more() {
    let model = "process p {
        start s
        sub c {
            start cs
            parallel fork
            service a call=a
            service b call=b
            end stop terminate
            end ce
            cs -> fork
            fork -> a -> stop
            fork -> b -> ce
        }
        service after call=after
        end e
        s -> c -> after -> e
    }";
    let mut run = Run::started(model, "{}");
    run.complete("a", "{}");
    assert_eq!(run.at(), "after");
    assert_eq!(run.withdrawn(), ["b"]);
    run.complete("after", "{}");
    assert!(run.state.has_ended());
}

#[test]
fn terminate_drops_tokens_that_are_on_their_way_or_wait_at_joins() {
    let model = "process p {
        start s
        parallel fork
        parallel join
        service a call=a
        service b call=b
        end stop terminate outcome=stopped
        end e
        s -> fork
        fork -> a -> join
        fork -> b -> stop
        fork -> join
        join -> e
    }";
    let mut run = Run::started(model, "{}");
    run.complete("b", "{}");
    assert_eq!(run.outcome().as_deref(), Some("stopped"));
}

const EVENT: &str = "process p {
    start s
    service a call=a
    event d {
        start ds message=withdrawn key=caseRef KIND
        service b call=b
        end de outcome=withdrawn
        ds -> b -> de
    }
    end e outcome=done
    s -> a -> e
}";

#[test]
fn an_interrupting_event_sub_process_takes_the_place_of_its_scope() {
    let mut run = Run::started(&EVENT.replace("KIND", ""), r#"{"caseRef": "c"}"#);
    assert_eq!(run.at(), "a");
    run.message("withdrawn", r#"{"when": 1}"#);
    assert_eq!(run.at(), "b");
    assert_eq!(run.withdrawn(), ["a"]);
    assert!(run.state.subscriptions.is_empty(), "it is set off once");
    run.complete("b", "{}");
    assert_eq!(run.outcome().as_deref(), Some("withdrawn"));
    assert_eq!(run.variable("when"), "1");
}

#[test]
fn a_non_interrupting_event_sub_process_runs_beside_its_scope_each_time() {
    let mut run = Run::started(&EVENT.replace("KIND", "gentle"), r#"{"caseRef": "c"}"#);
    run.message("withdrawn", "{}");
    run.message("withdrawn", "{}");
    assert_eq!(run.at(), "a b");
    assert_eq!(run.state.works.len(), 3);
    run.complete("a", "{}");
    run.complete("b", "{}");
    assert!(run.open.ended.is_none());
    run.complete("b", "{}");
    assert!(run.state.has_ended());
}

#[test]
fn an_event_sub_process_is_not_armed_after_its_scope() {
    let mut run = Run::started(&EVENT.replace("KIND", ""), r#"{"caseRef": "c"}"#);
    let subscription = run.subscription("withdrawn");
    run.complete("a", "{}");
    assert!(run.effects.contains(&flow::Effect::Unsubscribe { subscription }));
    assert_eq!(run.outcome().as_deref(), Some("done"));
}

#[test]
fn nothing_begins_before_the_event_sub_processes_are_armed() {
    let mut run = Run::started(&EVENT.replace("KIND", ""), "{}");
    assert!(run.incident().1.starts_with("p: the correlation key"), "{}", run.incident().1);
    assert!(run.state.works.is_empty(), "nothing was asked for while a withdrawal could not be noticed");
    run.retry(r#"{"caseRef": "c"}"#);
    assert_eq!(run.at(), "a");
    assert_eq!(run.state.subscriptions.len(), 1);
}

#[test]
fn a_case_can_be_given_up_at_any_time() {
    let mut run = Run::started(&EVENT.replace("KIND", ""), r#"{"caseRef": "c"}"#);
    run.step(Input::Cancel { reason: "a double".into() });
    let Some(flow::Effect::Ended { cancelled, outcome, variables }) = &run.open.ended else { panic!() };
    assert_eq!((cancelled.as_deref(), outcome, variables.len()), (Some("a double"), &None, 1));
    assert_eq!(run.state.status, flow::Status::Ended(Some("a double".into())));
    assert_eq!(run.try_step(Input::Cancel { reason: "again".into() }), Err(flow::StepError::Ended));
}

#[test]
fn a_stuck_scope_is_freed_by_an_interrupting_event() {
    let model = "process p {
        start s
        parallel join
        exclusive g
        task a
        task b
        end e
        s -> g
        g -> a if true
        g -> b default
        a -> join
        b -> join
        join -> e
        event d {
            start ds message=stop key=caseRef
            end de outcome=stopped
            ds -> de
        }
    }";
    let mut run = Run::started(model, r#"{"caseRef": "c"}"#);
    assert!(run.incident().1.starts_with("p: tokens wait at `join`"), "{}", run.incident().1);
    run.retry("{}");
    assert_eq!(run.state.incidents.len(), 1, "trying again does not help here");
    run.message("stop", "{}");
    assert_eq!(run.outcome().as_deref(), Some("stopped"));
    assert!(run.open.incidents.is_empty());
}
