//! Multi-instance activities.

use flow::Effect;

use crate::run::Run;

const MODEL: &str = "process p {
    start s
    service a call=bank
    in a request = {bank: bank, place: loopCounter}
    out a answer = response
    loop a over=banks item=bank into=answers from=answer KIND
    boundary late on=a timer=P1D
    end e outcome=done
    end l outcome=late
    s -> a -> e
    late -> l
}";

#[test]
fn rounds_at_once_collect_their_outputs_in_order() {
    let mut run = Run::started(&MODEL.replace("KIND", ""), r#"{"banks": ["A", "B", "C"]}"#);
    let indices = run.effects.iter().filter_map(|effect| match effect {
        Effect::Call { index, .. } => *index,
        _ => None,
    });
    assert_eq!(indices.collect::<Vec<_>>(), [1, 2, 3]);
    for (index, answer) in [(2, "\"b\""), (1, "\"a\""), (3, "\"c\"")] {
        let (work, _) = run
            .open
            .works
            .iter()
            .find(|(_, effect)| matches!(effect, Effect::Call { index: Some(found), .. } if *found == index))
            .map(|(work, effect)| (*work, effect.clone()))
            .unwrap();
        run.open.works.remove(&work);
        let result = crate::run::context(&format!("{{\"response\": {answer}}}"));
        run.step(flow::Input::Completed { work, result });
    }
    assert_eq!(run.variable("answers"), r#"["a","b","c"]"#);
    assert_eq!(run.variable("answer"), "none", "what a round maps for its output stays in the round");
    assert_eq!(run.outcome().as_deref(), Some("done"));
}

#[test]
fn rounds_one_after_another() {
    let mut run = Run::started(&MODEL.replace("KIND", "sequential"), r#"{"banks": ["A", "B"]}"#);
    for answer in ["1", "2"] {
        assert_eq!(run.state.works.len(), 1);
        run.complete("a", &format!("{{\"response\": {answer}}}"));
    }
    assert_eq!(run.variable("answers"), "[1,2]");
}

#[test]
fn an_empty_list_is_passed() {
    let run = Run::started(&MODEL.replace("KIND", ""), r#"{"banks": []}"#);
    assert_eq!((run.outcome().as_deref(), run.variable("answers").as_str()), (Some("done"), "[]"));
}

#[test]
fn what_is_not_a_list_is_an_incident() {
    let mut run = Run::started(&MODEL.replace("KIND", ""), r#"{"banks": 3}"#);
    assert_eq!(run.incident().1, "a: its inputCollection, `banks`, gave a number, not a list");
    run.retry(r#"{"banks": []}"#);
    assert!(run.state.has_ended());
}

#[test]
fn a_boundary_event_interrupts_all_rounds() {
    let mut run = Run::started(&MODEL.replace("KIND", ""), r#"{"banks": ["A", "B", "C"]}"#);
    assert_eq!(run.state.timers.len(), 1, "the whole has one boundary event, not each round");
    run.complete("a", r#"{"response": 1}"#);
    run.fire("late");
    assert_eq!(run.outcome().as_deref(), Some("late"));
    assert_eq!(run.withdrawn().len(), 3);
}

#[test]
fn a_completion_condition_ends_early() {
    let model = MODEL.replace("KIND", "until='answer = true or numberOfCompletedInstances = 3'");
    let mut run = Run::started(&model, r#"{"banks": ["A", "B", "C", "D"]}"#);
    run.complete("a", r#"{"response": false}"#);
    assert_eq!(run.state.works.len(), 3);
    run.complete("a", r#"{"response": true}"#);
    assert_eq!(run.variable("answers"), "[false,true,null,null]");
}

#[test]
fn sub_processes_and_calls_repeat_with_their_own_variables() {
    let model = "process p {
        start s
        sub c {
            start cs
            service a call=a
            call k process=q
            end ce
            cs -> a -> k -> ce
        }
        loop c over=rows item=row into=sums from=sum
        end e
        s -> c -> e
    }
    process q {
        start qs
        script x expression='row * 10' result=sum
        end qe
        qs -> x -> qe
    }";
    let mut run = Run::started(model, r#"{"rows": [1, 2]}"#);
    assert_eq!(run.state.works.len(), 2);
    run.complete("a", "{}");
    run.complete("a", "{}");
    assert_eq!(run.variable("sums"), "[10,20]");
    assert_eq!(run.variable("sum"), "none");
}

#[test]
fn an_error_of_a_round_is_caught_on_the_boundary_of_the_whole() {
    let model = "process p {\n start s\n service a call=a\n loop a over=[1,2]\n boundary b on=a error=E\n end e\n end x outcome=x\n s -> a -> e\n b -> x\n}";
    let mut run = Run::started(model, "{}");
    run.fail("a", Some("E"));
    assert_eq!(run.outcome().as_deref(), Some("x"));
}

#[test]
fn a_user_task_of_a_round_is_due_by_the_boundary_of_the_whole() {
    let model = "process p {\n start s\n user u groups=g\n loop u over=[1,2]\n boundary b on=u timer=PT1H\n end e\n end x\n s -> u -> e\n b -> x\n}";
    let run = Run::started(model, "{}");
    let Some(Effect::OpenUserTask { due, index, .. }) = run.effects.last() else { panic!() };
    assert_eq!((due.unwrap().to_string().as_str(), *index), ("2024-04-01T06:00:00Z", Some(2)));
}

#[test]
fn many_rounds_are_carried_out() {
    let model = "process p {\n start s\n script x expression='i * 2' result=r\n loop x over='for i in 1..2000 return i' item=i into=all from=r\n end e\n s -> x -> e\n}";
    let run = Run::started(model, "{}");
    assert!(run.variable("all").ends_with(",4000]"), "{}", run.incident().1);
}
