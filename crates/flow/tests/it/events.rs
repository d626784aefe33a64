//! Events: timers, messages, boundaries.

use flow::{DeadlineCause, Effect, Fact, Input, StartKind, next_start};

use crate::run::{Run, context, program};

#[test]
fn a_term_of_the_law_keeps_its_cause() {
    let model = "process p {\n start s\n catch c days=3 from=accepted\n end e\n s -> c -> e\n}";
    let run = Run::started(model, r#"{"accepted": "2024-03-20T16:00:00+05:00"}"#);
    let [Effect::Schedule { due, cause: DeadlineCause::Term(deadline), .. }] = &run.effects[..] else {
        panic!("{:?}", run.effects)
    };
    // 21 to 25 March 2024 were Nauryz with moved days.
    assert_eq!(due.to_string(), "2024-03-28T18:59:59Z");
    assert_eq!(deadline.cause.paragraph.as_deref(), Some("19"));
    assert_eq!(deadline.cause.start.to_string(), "2024-03-20T11:00:00Z");
    assert_eq!(deadline.cause.rule.amount, 3);
}

#[test]
fn plain_durations_and_dates_work_too() {
    let due = |event: &str, variables: &str| {
        let run = Run::started(
            &format!("process p {{\n start s\n catch c {event}\n end e\n s -> c -> e\n}}"),
            variables,
        );
        run.state.timers.values().next().unwrap_or_else(|| panic!("{}", run.incident().1)).due.to_string()
    };
    assert_eq!(due("timer=PT90M", "{}"), "2024-04-01T06:30:00Z");
    assert_eq!(due("timer='=duration(\"P1D\")'", "{}"), "2024-04-02T05:00:00Z");
    assert_eq!(due("timer='=wait'", r#"{"wait": "P1M"}"#), "2024-05-01T05:00:00Z");
    assert_eq!(due("date=2024-05-01T09:00:00", "{}"), "2024-05-01T04:00:00Z");
    assert_eq!(due("date='=day'", r#"{"day": {"$date": "2024-05-01"}}"#), "2024-04-30T19:00:00Z");
}

#[test]
fn a_timer_that_cannot_be_computed_is_an_incident() {
    let model = "process p {\n start s\n catch c timer='=wait'\n end e\n s -> c -> e\n}";
    let mut run = Run::started(model, "{}");
    assert_eq!(run.incident().1, "c: its duration gave null, which is no duration");
    run.retry(r#"{"wait": "PT1H"}"#);
    run.fire("c");
    assert!(run.state.has_ended());
}

const BOUNDARY: &str = "process p {
    start s
    service a call=x
    boundary late on=a timer=PT1H KIND
    boundary stop on=a message=stop key=caseRef KIND
    service remind call=remind
    end e outcome=done
    end r outcome=late
    s -> a -> e
    late -> remind -> r
    stop -> r
}";

#[test]
fn an_interrupting_boundary_event_takes_the_place_of_its_activity() {
    let mut run = Run::started(&BOUNDARY.replace("KIND", ""), r#"{"caseRef": "c"}"#);
    let work = run.work("a");
    run.fire("late");
    assert_eq!(run.at(), "remind");
    assert!(run.effects.contains(&Effect::CancelCall { work }));
    assert_eq!(run.state.subscriptions.len(), 0, "the other boundary event is given up");
    assert_eq!(run.withdrawn(), ["a"]);
    run.complete("remind", "{}");
    assert_eq!(run.outcome().as_deref(), Some("late"));
}

#[test]
fn a_non_interrupting_boundary_event_adds_a_token() {
    let mut run = Run::started(&BOUNDARY.replace("KIND", "gentle"), r#"{"caseRef": "c"}"#);
    run.fire("late");
    assert_eq!(run.at(), "a remind");
    run.message("stop", "{}");
    run.message("stop", "{}");
    assert_eq!(run.at(), "a remind", "each message made a token that ended");
    run.complete("a", "{}");
    assert_eq!(run.state.subscriptions.len(), 0, "the boundary events go with their activity");
    run.complete("remind", "{}");
    assert_eq!(run.completed(), "s late stop r stop r a e remind r p");
}

#[test]
fn boundary_events_do_not_outlive_their_activity() {
    let mut run = Run::started(&BOUNDARY.replace("KIND", ""), r#"{"caseRef": "c"}"#);
    let timer = run.timer("late");
    run.complete("a", "{}");
    assert!(run.effects.contains(&Effect::CancelTimer { timer }));
    assert_eq!(run.outcome().as_deref(), Some("done"));
}

#[test]
fn a_cycle_fires_as_often_as_it_says() {
    let model = "process p {\n start s\n service a call=x\n boundary b on=a cycle=R3/PT1H gentle\n end e\n end r\n s -> a -> e\n b -> r\n}";
    let mut run = Run::started(model, "{}");
    for hour in 6..9 {
        assert_eq!(run.state.timers[&run.timer("b")].due.to_string(), format!("2024-04-01T{hour:02}:00:00Z"));
        run.fire("b");
    }
    assert!(run.state.timers.is_empty());
    assert_eq!(run.completed(), "s b r b r b r");
}

#[test]
fn a_message_event_maps_what_it_brings() {
    let model = "process p {
        start s
        catch c message=reply key=caseRef
        out c answer = upper case(text)
        end e
        s -> c -> e
    }";
    let mut run = Run::started(model, r#"{"caseRef": "c"}"#);
    run.message("reply", r#"{"text": "иә"}"#);
    assert_eq!((run.variable("answer"), run.variable("text")), ("\"ИӘ\"".into(), "none".into()));
}

#[test]
fn a_message_without_key_is_an_incident() {
    let run = Run::started(
        "process p {\n start s\n catch c message=reply key=caseRef\n end e\n s -> c -> e\n}",
        "{}",
    );
    assert_eq!(run.incident().1, "c: the correlation key of `reply` is a Null, not a text or number");
}

#[test]
fn a_process_begins_with_a_message() {
    let model = "process p pool=emaket {
        start rows message=EMAKET_LIST
        start plain
        out rows child = row.child
        service a call=x
        end e
        rows -> a
        plain -> a -> e
    }";
    let mut run = Run::new(model);
    let starts: Vec<_> = run.program.message_starts("EMAKET_LIST").collect();
    assert_eq!(starts.len(), 1);
    assert_eq!((starts[0].process.as_str(), starts[0].participant.as_deref()), ("p", Some("emaket")));
    let start_event = Some(starts[0].start_event.clone());
    let variables = context(r#"{"row": {"child": 3}}"#);
    run.step(Input::Start { process: "p".into(), start_event, variables, message_id: Some("m".into()) });
    assert_eq!(
        (run.variable("child"), run.variable("row")),
        ("3".into(), "none".into()),
        "the event maps its message"
    );
    assert_eq!(run.at(), "a");
}

#[test]
fn a_start_that_the_program_does_not_have_is_refused() {
    let run = Run::new("process p {\n start m message=M\n end e\n m -> e\n}");
    let start = |process: &str, start_event: Option<&str>| {
        run.try_step(Input::Start {
            process: process.into(),
            start_event: start_event.map(Into::into),
            variables: context("{}"),
            message_id: None,
        })
    };
    assert_eq!(start("q", None).unwrap_err().to_string(), "the program has no executable process `q`");
    assert_eq!(start("p", None).unwrap_err().to_string(), "the process `p` has no plain start event");
    assert_eq!(start("p", Some("e")).unwrap_err().to_string(), "the process `p` has no start event `e`");
    assert!(start("p", Some("m")).is_ok());
    assert_eq!(run.try_step(Input::CalendarChanged), Err(flow::StepError::NotStarted));
}

#[test]
fn timer_starts_tell_when_they_are_due_next() {
    let model = "process p {\n start daily cycle=R/P1D\n end e\n daily -> e\n}";
    let program = program(model);
    assert_eq!(program.start_points().next().unwrap().kind, StartKind::Timer);
    let (functions, zone, parameters) = (rules::Functions::new(), calendar::almaty(), context("{}"));
    let now = "2024-04-01T05:00:00Z".parse().unwrap();
    let env = flow::Env {
        now,
        zone: &zone,
        calendar: calendar::Calendar::kazakhstan(),
        parameters: &parameters,
        functions: &functions,
        decisions: &program,
        fuel: 1000,
    };
    let next = next_start(&program, "daily", now, &env).unwrap().unwrap();
    assert_eq!(next.to_string(), "2024-04-02T05:00:00Z");
    assert!(next_start(&program, "e", now, &env).is_err());
}

#[test]
fn a_changed_calendar_moves_deadlines_of_the_law() {
    let model = "process p {\n start s\n catch c days=3\n end e\n s -> c -> e\n}";
    let mut run = Run::started(model, "{}");
    run.step(Input::CalendarChanged);
    assert!(
        run.events.iter().all(|event| !matches!(event.fact, Fact::TimerMoved { .. })),
        "the same calendar moves nothing"
    );
    // As if the deadline had been counted by an edition in which 2 April was a holiday.
    let timer = run.timer("c");
    let counted = run.state.timers.get_mut(&timer).unwrap();
    let DeadlineCause::Term(deadline) = &mut counted.cause else { panic!() };
    counted.due = "2024-04-05T18:59:59Z".parse().unwrap();
    deadline.due = counted.due;
    deadline.cause.calendar_version = "older".to_owned();
    let moved = run.try_step(Input::CalendarChanged).unwrap();
    assert_eq!(moved.state.timers[&timer].due.to_string(), "2024-04-04T18:59:59Z");
    assert!(matches!(&moved.effects[..], [Effect::Schedule { timer: same, .. }] if *same == timer));
}
