//! The stored form of events and state. Journals written today have to be read tomorrow: when one of these texts has to change, old
//! ones need an upcast in the engine.

use flow::{CaseState, Event};

use crate::run::Run;

fn run() -> Run {
    let model = "process p {
        start s
        service a call=gateway:X
        in a request = n
        boundary late on=a days=3
        catch c message=answer key=caseRef
        end e outcome=T05
        end l
        s -> a -> c -> e
        late -> l
    }";
    let mut run = Run::started(model, r#"{"caseRef": "c-1", "n": 0.5}"#);
    run.complete("a", r#"{"found": {"$date": "2024-04-01"}}"#);
    run
}

const STATE: &str = r#"{"status":"running","last_number":7,"activations":{"1":{"element":"p","parent":null,"role":"case","children":1,"variables":{"caseRef":"c-1","n":{"$number":"0.5"},"found":{"$date":"2024-04-01"}}},"6":{"element":"c","parent":1,"role":{"node":null},"children":0,"waits":1}},"works":{},"timers":{},"subscriptions":{"7":{"activation":6,"element":"c","message":"answer","key":"c-1"}},"incidents":{},"outcome":null}"#;

const EVENTS: &[&str] = &[
    r#"{"at":"2024-04-01T05:00:00Z","fact":{"case-started":{"process":"p","start_event":"s","message_id":null}}}"#,
    r#"{"at":"2024-04-01T05:00:00Z","fact":{"entered":{"activation":1,"element":"p","parent":null,"role":"case","joined":[]}}}"#,
    r#"{"at":"2024-04-01T05:00:00Z","fact":{"variables-set":{"activation":1,"variables":{"caseRef":"c-1","n":{"$number":"0.5"}}}}}"#,
    r#"{"at":"2024-04-01T05:00:00Z","fact":{"entered":{"activation":2,"element":"s","parent":1,"role":{"node":null},"joined":[]}}}"#,
    r#"{"at":"2024-04-01T05:00:00Z","fact":{"completed":{"activation":2,"element":"s"}}}"#,
    r#"{"at":"2024-04-01T05:00:00Z","fact":{"flow-taken":{"flow":"s_a_1"}}}"#,
    r#"{"at":"2024-04-01T05:00:00Z","fact":{"entered":{"activation":3,"element":"a","parent":1,"role":{"node":null},"joined":[]}}}"#,
    r#"{"at":"2024-04-01T05:00:00Z","fact":{"variables-set":{"activation":3,"variables":{"request":{"$number":"0.5"}}}}}"#,
    r#"{"at":"2024-04-01T05:00:00Z","fact":{"timer-set":{"timer":4,"activation":3,"element":"late","due":"2024-04-04T18:59:59Z","cause":{"term":{"cause":{"paragraph":"19","start":"2024-04-01T05:00:00Z","rule":{"amount":3,"unit":"working-days","count":"after"},"zone":"Asia/Almaty","calendar_version":"VERSION"},"due":"2024-04-04T18:59:59Z"}},"repeats":0}}}"#,
    r#"{"at":"2024-04-01T05:00:00Z","fact":{"work-opened":{"work":5,"activation":3,"element":"a","kind":{"call":"gateway:X"}}}}"#,
    r#"{"at":"2024-04-01T05:00:00Z","fact":{"work-completed":{"work":5,"element":"a","by":null}}}"#,
    r#"{"at":"2024-04-01T05:00:00Z","fact":{"variables-set":{"activation":1,"variables":{"found":{"$date":"2024-04-01"}}}}}"#,
    r#"{"at":"2024-04-01T05:00:00Z","fact":{"timer-withdrawn":{"timer":4,"element":"late"}}}"#,
    r#"{"at":"2024-04-01T05:00:00Z","fact":{"completed":{"activation":3,"element":"a"}}}"#,
    r#"{"at":"2024-04-01T05:00:00Z","fact":{"flow-taken":{"flow":"a_c_2"}}}"#,
    r#"{"at":"2024-04-01T05:00:00Z","fact":{"entered":{"activation":6,"element":"c","parent":1,"role":{"node":null},"joined":[]}}}"#,
    r#"{"at":"2024-04-01T05:00:00Z","fact":{"subscribed":{"subscription":7,"activation":6,"element":"c","message":"answer","key":"c-1"}}}"#,
];

#[test]
fn events_are_stored_in_this_form() {
    let run = run();
    // The edition of the calendar is not part of the form.
    let version = calendar::Calendar::kazakhstan().version();
    let written: Vec<String> = run
        .events
        .iter()
        .map(|event| serde_json::to_string(event).unwrap().replace(&format!("{version:?}"), "\"VERSION\""))
        .collect();
    assert_eq!(written, EVENTS);
}

#[test]
fn a_stored_journal_gives_the_case_and_it_goes_on() {
    let journal: Vec<Event> = EVENTS.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    let mut again = run();
    again.state = CaseState::fold(&journal);
    assert_eq!(serde_json::to_string(&again.state).unwrap(), STATE);
    again.message("answer", "{}");
    assert_eq!(again.outcome().as_deref(), Some("T05"));
}
