//! Gateways: which ways are taken, and who waits for whom.

use crate::run::Run;

#[test]
fn an_exclusive_gateway_takes_the_first_way_that_holds_else_the_default() {
    let model = "process p {
        start s
        exclusive g
        end many outcome=many
        end some outcome=some
        end none outcome=none
        s -> g
        g -> many if n > 3
        g -> some if n > 0
        g -> none default
    }";
    let outcome = |n: i32| Run::started(model, &format!("{{\"n\": {n}}}")).outcome().unwrap();
    assert_eq!((outcome(4), outcome(1), outcome(0)), ("many".into(), "some".into(), "none".into()));
}

#[test]
fn without_a_way_there_is_an_incident_that_a_person_can_mend() {
    let model = "process p {
        start s
        exclusive g
        end a outcome=a
        end b outcome=b
        s -> g
        g -> a if n > 3
        g -> b if n < 2
    }";
    let mut run = Run::started(model, r#"{"n": 2}"#);
    assert_eq!(run.incident().1, "g: none of its conditions holds and it has no default flow");
    run.retry(r#"{"n": 5}"#);
    assert_eq!(run.outcome().as_deref(), Some("a"));
}

#[test]
fn a_condition_that_is_neither_true_nor_false_is_an_incident() {
    let model = "process p {\n start s\n exclusive g\n end a\n end b\n s -> g\n g -> a if missing > 3\n g -> b default\n}";
    let run = Run::started(model, "{}");
    let (_, reason) = run.incident();
    assert!(reason.contains("`missing > 3`") && reason.contains("neither true nor false"), "{reason}");
}

#[test]
fn a_parallel_gateway_waits_for_every_way() {
    let model = "process p {
        start s
        parallel fork
        parallel join
        service a call=a
        service b call=b
        service c call=c
        end e
        s -> fork
        fork -> a -> join
        fork -> b -> join
        fork -> c -> join
        join -> e
    }";
    let mut run = Run::started(model, "{}");
    assert_eq!(run.at(), "a b c");
    run.complete("b", "{}");
    run.complete("a", "{}");
    assert_eq!(run.at(), "c join");
    run.complete("c", "{}");
    assert_eq!(run.completed(), "s fork b a c join e p");
}

#[test]
fn two_tokens_of_one_way_do_not_make_up_for_another() {
    let model = "process p {
        start s
        parallel fork
        exclusive merge
        parallel join
        service a call=a
        service b call=b
        service c call=c
        end e
        s -> fork
        fork -> a -> merge
        fork -> b -> merge
        merge -> join
        fork -> c -> join
        join -> e
    }";
    let mut run = Run::started(model, "{}");
    run.complete("a", "{}");
    run.complete("b", "{}");
    assert_eq!(run.at(), "c join");
    assert!(run.open.ended.is_none());
    run.complete("c", "{}");
    let (_, reason) = run.incident();
    assert!(reason.starts_with("p: tokens wait at `join`"), "the second token is not lost: {reason}");
}

#[test]
fn an_inclusive_gateway_takes_every_way_that_holds_and_joins_just_those() {
    let model = "process p {
        start s
        inclusive fork
        inclusive join
        service a call=a
        service b call=b
        service c call=c
        end e
        s -> fork
        fork -> a if n > 0
        fork -> b if n > 1
        fork -> c default
        a -> join
        b -> join
        c -> join
        join -> e
    }";
    let mut run = Run::started(model, r#"{"n": 2}"#);
    assert_eq!(run.at(), "a b");
    run.complete("a", "{}");
    assert_eq!(run.at(), "b join", "b can still come");
    run.complete("b", "{}");
    assert_eq!(run.completed(), "s fork a b join e p");
    let mut run = Run::started(model, r#"{"n": 1}"#);
    run.complete("a", "{}");
    assert_eq!(run.completed(), "s fork a join e p", "nobody else can come");
    let mut run = Run::started(model, r#"{"n": 0}"#);
    run.complete("c", "{}");
    assert_eq!(run.completed(), "s fork c join e p");
}

#[test]
fn an_inclusive_join_sees_tokens_that_may_come_by_a_boundary_event() {
    let model = "process p {
        start s
        inclusive fork
        inclusive join
        service a call=a
        service b call=b
        boundary late on=b timer=PT1H
        end e
        end other
        s -> fork
        fork -> a if true
        fork -> b if true
        a -> join
        b -> other
        late -> join
        join -> e
    }";
    let mut run = Run::started(model, "{}");
    run.complete("a", "{}");
    assert_eq!(run.at(), "b join");
    run.fire("late");
    assert_eq!(run.completed(), "s fork a late join e p");
}

#[test]
fn the_first_event_wins_and_the_others_are_given_up() {
    let model = "process p {
        start s
        first g
        catch yes message=consent key=caseRef
        receive no message=refusal key=caseRef
        catch late days='=parameters.bank reply days'
        end e1 outcome=yes
        end e2 outcome=no
        end e3 outcome=late
        s -> g
        g -> yes -> e1
        g -> no -> e2
        g -> late -> e3
    }";
    let mut run = Run::started(model, r#"{"caseRef": "c"}"#);
    assert_eq!(run.at(), "g");
    assert_eq!((run.state.timers.len(), run.state.subscriptions.len()), (1, 2));
    run.message("consent", r#"{"text": "7#1"}"#);
    assert_eq!(run.outcome().as_deref(), Some("yes"));
    assert_eq!(run.variable("text"), "\"7#1\"");
    assert_eq!(run.completed(), "s g yes e1 p");

    let mut run = Run::started(model, r#"{"caseRef": "c"}"#);
    run.message("refusal", "{}");
    assert_eq!(run.outcome().as_deref(), Some("no"));

    let mut run = Run::started(model, r#"{"caseRef": "c"}"#);
    assert_eq!(run.state.timers.values().next().unwrap().due.to_string(), "2024-04-04T18:59:59Z");
    run.fire("late");
    assert_eq!(run.outcome().as_deref(), Some("late"));
}

#[test]
fn a_task_with_several_ways_out_takes_them_all() {
    let model = "process p {\n start s\n task t\n service a call=a\n service b call=b\n end e\n s -> t\n t -> a -> e\n t -> b -> e\n}";
    let mut run = Run::started(model, "{}");
    assert_eq!(run.at(), "a b");
    run.complete("a", "{}");
    assert!(run.open.ended.is_none(), "a case lives as long as a token does");
    run.complete("b", "{}");
    assert_eq!(run.completed(), "s t a e b e p");
}

#[test]
fn a_loop_comes_back_to_the_same_task() {
    let model = "process p {
        start s
        exclusive again
        script count expression='if n = null then 1 else n + 1' result=n
        service try call=x
        exclusive done
        end e
        s -> again -> count -> try -> done
        done -> e if n > 2
        done -> again default
    }";
    let mut run = Run::started(model, "{}");
    for _ in 0..3 {
        run.complete("try", "{}");
    }
    assert_eq!(run.variable("n"), "3");
}

#[test]
fn an_inclusive_join_does_not_wait_for_a_token_that_waits_for_it() {
    let model = "process p {
        start s
        exclusive again
        script count expression='if n = null then 1 else n + 1' result=n
        parallel fork
        parallel join
        service side call=side
        inclusive choose
        service a call=a
        service b call=b
        inclusive chosen
        exclusive done
        end e
        s -> again -> count -> fork
        fork -> side -> join
        fork -> choose
        choose -> a if false
        choose -> b default
        a -> chosen
        b -> chosen
        chosen -> join
        join -> done
        done -> again if n < 2
        done -> e default
    }";
    let mut run = Run::started(model, "{}");
    for _ in 0..2 {
        run.complete("side", "{}");
        run.complete("b", "{}");
    }
    assert!(run.state.has_ended(), "tokens at {}", run.at());
}
