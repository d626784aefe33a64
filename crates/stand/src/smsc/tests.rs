use super::*;

fn now() -> Timestamp {
    "2024-04-01T05:00:00Z".parse().unwrap()
}

fn centre() -> Smsc {
    Smsc::new(vec![
        Account { system_id: "gov".into(), password: "secret".into(), numbers: vec!["1414".into()] },
        Account { system_id: "other".into(), password: "word".into(), numbers: vec!["1450".into()] },
    ])
}

fn submission(text: &str) -> Submission {
    Submission {
        source: "1414".into(),
        destination: "+77011234567".into(),
        text: text.into(),
        part: None,
        receipt: true,
    }
}

#[test]
fn a_message_reaches_the_thread_and_a_receipt_waits() {
    let mut centre = centre();
    let answer = centre.submit("gov", submission("Сәлем"), now());
    assert_eq!(answer, Answer::Accepted("00000001".into()));
    assert_eq!(centre.thread("77011234567")[0].text, "Сәлем");
    assert!(matches!(centre.take_waiting("gov"), Some(Waiting::Receipt { delivered: true, .. })));
    assert_eq!(centre.take_waiting("gov"), None);
}

#[test]
fn two_equal_submissions_are_two_in_the_books() {
    let mut centre = centre();
    centre.submit("gov", submission("x"), now());
    centre.submit("gov", submission("x"), now());
    assert_eq!(centre.books().count(), 2);
    assert_eq!(centre.thread("77011234567").len(), 2);
}

#[test]
fn a_lost_response_is_in_the_books_as_not_answered() {
    let mut centre = centre();
    centre.faults.drop_response = Times::Next(1);
    assert!(matches!(centre.submit("gov", submission("x"), now()), Answer::Lost(_)));
    assert!(matches!(centre.submit("gov", submission("x"), now()), Answer::Accepted(_)));
    assert_eq!(centre.books().map(|entry| entry.answered).collect::<Vec<_>>(), [false, true]);
}

#[test]
fn a_throttled_submission_is_not_in_the_books() {
    let mut centre = centre();
    centre.faults.throttle = Times::Always;
    assert_eq!(centre.submit("gov", submission("x"), now()), Answer::Throttled);
    assert_eq!((centre.books().count(), centre.submissions()), (0, 0));
}

#[test]
fn segments_are_counted_each_and_shown_joined() {
    let mut centre = centre();
    for (number, text) in [(2, "әлем"), (1, "Сәлем, ")] {
        centre.submit("gov", Submission { part: Some((7, 2, number)), ..submission(text) }, now());
    }
    assert_eq!(centre.books().count(), 2);
    let thread = centre.thread("+7 701 123-45-67");
    assert_eq!((thread.len(), thread[0].text.as_str(), thread[0].segments), (1, "Сәлем, әлем", 2));
}

#[test]
fn a_reply_waits_for_the_account_that_owns_the_number() {
    let mut centre = centre();
    centre.write("77011234567", "1414", "7#1", now()).unwrap();
    assert_eq!((centre.waiting("gov"), centre.waiting("other")), (1, 0));
    let taken = centre.take_waiting("gov").unwrap();
    centre.put_back("gov", taken.clone());
    assert_eq!(centre.take_waiting("gov"), Some(taken), "what was not acknowledged comes again");
    assert_eq!(centre.write("77011234567", "9999", "x", now()), Err(ReplyError::NoSuchNumber("9999".into())));
    assert_eq!(centre.write("12", "1414", "x", now()), Err(ReplyError::Phone("12".into())));
    assert_eq!(centre.write("77011234567", "1414", "", now()), Err(ReplyError::Length(0)));
}

#[test]
fn a_duplicated_reply_is_brought_twice_but_written_once() {
    let mut centre = centre();
    centre.faults.duplicate_incoming = Times::Next(1);
    centre.write("77011234567", "1414", "7#1", now()).unwrap();
    assert_eq!((centre.waiting("gov"), centre.thread("77011234567").len()), (2, 1));
}

#[test]
fn an_undeliverable_message_is_receipted_so_and_does_not_reach_the_phone() {
    let mut centre = centre();
    centre.faults.undeliverable = Times::Always;
    centre.submit("gov", submission("x"), now());
    assert!(centre.thread("77011234567").is_empty());
    assert!(matches!(centre.take_waiting("gov"), Some(Waiting::Receipt { delivered: false, .. })));
}

#[test]
fn only_accounts_may_bind() {
    let mut centre = centre();
    assert!(centre.may_bind("gov", "secret"));
    assert!(!centre.may_bind("gov", "word"));
    centre.faults.refuse_bind = Times::Next(1);
    assert!(!centre.may_bind("gov", "secret"));
    assert!(centre.may_bind("gov", "secret"));
}
