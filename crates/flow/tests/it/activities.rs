//! Tasks: what they ask for, and what comes of the answer.

use flow::{Effect, Fact};

use crate::run::{Run, context};

#[test]
fn a_service_task_sends_only_what_its_input_mappings_made() {
    let model = "process p {
        start s
        service a call=gateway:GBDFL_FAMILY header=urgent
        in a request = {iin: iin, n: n + 1}
        out a family = response.family
        end e outcome=T05
        s -> a -> e
    }";
    let mut run = Run::started(model, r#"{"iin": "000000000000", "n": 1, "secret": true}"#);
    assert_eq!(run.at(), "a");
    let [Effect::Call { task_type, headers, input, index, retries, element, .. }] = &run.effects[..] else {
        panic!("{:?}", run.effects)
    };
    assert_eq!(
        (task_type.as_str(), element.as_str(), *index, *retries),
        ("gateway:GBDFL_FAMILY", "a", None, Some(3))
    );
    assert_eq!(headers, &[("h".to_owned(), "urgent".to_owned())]);
    assert_eq!(*input, context(r#"{"request": {"iin": "000000000000", "n": 2}}"#));
    run.complete("a", r#"{"response": {"family": [1, 2]}, "noise": 1}"#);
    assert_eq!(run.outcome().as_deref(), Some("T05"));
    assert_eq!(run.variable("family"), "[1,2]");
    assert_eq!(run.variable("response"), "none", "with output mappings nothing else comes into the case");
    assert_eq!(run.variable("request"), "none", "input mappings are local");
}

#[test]
fn without_output_mappings_the_whole_answer_comes_into_the_case() {
    let mut run =
        Run::started("process p {\n start s\n service a call=local:find\n end e\n s -> a -> e\n}", "{}");
    run.complete("a", r#"{"found": 3}"#);
    assert_eq!(run.variable("found"), "3");
    assert_eq!(run.outcome(), None);
}

#[test]
fn a_user_task_stands_in_the_inbox_of_its_groups_until_a_person_completes_it() {
    let model = "process p {
        start s
        user sign groups='officials, heads' form=decision
        boundary late on=sign days=3 gentle
        end e
        end told
        s -> sign -> e
        late -> told
    }";
    let mut run = Run::started(model, "{}");
    let Some(Effect::OpenUserTask { candidate_groups, assignee, form, due, name, .. }) = run.effects.last()
    else {
        panic!("{:?}", run.effects)
    };
    assert_eq!(
        (candidate_groups.join("+"), assignee, form.as_deref(), name.as_str()),
        ("officials+heads".to_owned(), &None, Some("decision"), "sign")
    );
    assert_eq!(
        due.unwrap().to_string(),
        "2024-04-04T18:59:59Z",
        "three working days after Monday, end of day in Almaty"
    );
    run.complete("sign", r#"{"signed": true}"#);
    assert_eq!(run.variable("signed"), "true");
    let by = run.events.iter().find_map(|event| match &event.fact {
        Fact::WorkCompleted { by, .. } => by.clone(),
        _ => None,
    });
    assert_eq!(by.as_deref(), Some("A. Official"));
}

#[test]
fn a_due_date_and_computed_groups_are_evaluated() {
    let model =
        "process p {\n start s\n user u groups='=[unit, \"heads\"]' due='=from'\n end e\n s -> u -> e\n}";
    let run = Run::started(model, r#"{"unit": "almaty", "from": "2024-04-05T18:00:00"}"#);
    let Some(Effect::OpenUserTask { candidate_groups, due, .. }) = run.effects.last() else { panic!() };
    assert_eq!(candidate_groups.join("+"), "almaty+heads");
    assert_eq!(due.unwrap().to_string(), "2024-04-05T13:00:00Z");
}

#[test]
fn a_user_task_for_nobody_is_an_incident() {
    let run = Run::started("process p {\n start s\n user u groups='=unit'\n end e\n s -> u -> e\n}", "{}");
    assert!(run.incident().1.contains("nobody would see the task"), "{}", run.incident().1);
}

#[test]
fn a_receive_task_waits_for_the_message_of_its_key() {
    let model = "process p {\n start s\n receive r message=answer key=caseRef\n end e\n s -> r -> e\n}";
    let mut run = Run::started(model, r#"{"caseRef": "c-7"}"#);
    let [Effect::Subscribe { message, key, .. }] = &run.effects[..] else { panic!("{:?}", run.effects) };
    assert_eq!((message.as_str(), key.as_str()), ("answer", "c-7"));
    run.message("answer", r#"{"text": "7#1"}"#);
    assert_eq!(run.variable("text"), "\"7#1\"");
    let id = run.events.iter().find_map(|event| match &event.fact {
        Fact::MessageArrived { message_id, .. } => message_id.clone(),
        _ => None,
    });
    assert_eq!(id.as_deref(), Some("m-1"), "the history names the message");
}

#[test]
fn scripts_and_decisions_are_carried_out_at_once() {
    let model = "process p {
        start s
        script a expression='n + 1' result=n
        rule b decision=double result=twice
        out b answer = twice
        task c
        manual d
        end e
        s -> a -> b -> c -> d -> e
    }";
    let run = Run::started(model, r#"{"n": 20}"#);
    assert_eq!(
        (run.variable("n"), run.variable("answer"), run.variable("twice")),
        ("21".into(), "63".into(), "none".into())
    );
    let trace = run.events.iter().find_map(|event| match &event.fact {
        Fact::Decided { decision, trace, .. } => {
            Some((decision.clone(), trace[0].tables[0].rules[0].id.clone(), trace[0].law[0].par.clone()))
        }
        _ => None,
    });
    assert_eq!(
        trace,
        Some(("double".to_owned(), "rule_large".to_owned(), "9".to_owned())),
        "the trace is in the history"
    );
}

#[test]
fn messages_are_thrown_by_calls() {
    let model = "process p {
        start s
        send a call=send:SDU_STATUS
        throw b call=send:EMAKET_LIST
        throw c
        end e call=send:SMS_SEND
        s -> a -> b -> c -> e
    }";
    let mut run = Run::started(model, "{}");
    for element in ["a", "b", "e"] {
        assert_eq!(run.at(), element);
        run.complete(element, "{}");
    }
    assert_eq!(run.completed(), "s a b c e p");
}

#[test]
fn an_answer_comes_once() {
    let mut run = Run::started(
        "process p {\n start s\n service a call=x\n service b call=y\n end e\n s -> a -> b -> e\n}",
        "{}",
    );
    let work = run.work("a");
    run.complete("a", "{}");
    let late = flow::Input::Completed { work, result: context("{}") };
    assert_eq!(run.try_step(late), Err(flow::StepError::NotOpen { what: "call", number: work.0 }));
    let wrong = flow::Input::UserCompleted { work: run.work("b"), by: "x".into(), result: context("{}") };
    assert!(run.try_step(wrong).is_err(), "a call is not completed as a user task");
    run.complete("b", "{}");
    let late = flow::Input::Completed { work, result: context("{}") };
    assert_eq!(run.try_step(late), Err(flow::StepError::Ended));
}
