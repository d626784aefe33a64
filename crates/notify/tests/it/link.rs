//! Submission, doubt, throttling, deliveries and reconnection, against the scripted centre.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use notify::smpp::{
    Acceptance, Delivery, DeliveryState, Handover, LinkState, LongText, NotAccepted, Part, PartKeeper,
    SmppClient, SmppConfig, SmsOrder, SubmitFault,
};

use super::scripted::*;

/// Accepts what it is told to, and remembers.
pub struct Desk {
    pub seen: Mutex<Vec<Delivery>>,
    refuse_next: Mutex<Vec<NotAccepted>>,
    hold: tokio::sync::Semaphore,
    holding: bool,
}

impl Default for Desk {
    fn default() -> Self {
        let hold = tokio::sync::Semaphore::new(0);
        Self { seen: Mutex::default(), refuse_next: Mutex::default(), hold, holding: false }
    }
}

impl Acceptance for Desk {
    fn accept(&self, delivery: Delivery) -> Handover<'_> {
        Box::pin(async move {
            if self.holding {
                self.hold.acquire().await.unwrap().forget();
            }
            if let Some(refusal) = self.refuse_next.lock().unwrap().pop() {
                return Err(refusal);
            }
            self.seen.lock().unwrap().push(delivery);
            Ok(())
        })
    }
}

impl Desk {
    pub fn texts(&self) -> Vec<String> {
        let text = |delivery: &Delivery| match delivery {
            Delivery::Message(message) => message.text.clone(),
            Delivery::Receipt(receipt) => format!("{}={:?}", receipt.smsc_message_id, receipt.state),
        };
        self.seen.lock().unwrap().iter().map(text).collect()
    }
}

pub fn moment() -> Timestamp {
    "2024-04-01T05:00:00Z".parse().unwrap()
}

fn config(address: &str) -> SmppConfig {
    SmppConfig {
        response_timeout: Duration::from_millis(400),
        patience: Duration::from_secs(3),
        reconnect: (Duration::from_millis(20), Duration::from_millis(100)),
        ..SmppConfig::new(address, "esme", "secret")
    }
}

fn start(config: SmppConfig, desk: &Arc<Desk>) -> SmppClient {
    let acceptance: Arc<dyn Acceptance> = Arc::clone(desk) as _;
    SmppClient::start(config, Arc::new(moment), acceptance, None).unwrap()
}

fn order(text: &str) -> SmsOrder {
    SmsOrder {
        id: "case-1/consent".into(),
        source: "1414".into(),
        destination: "+77011234567".into(),
        text: text.into(),
        registered_delivery: true,
    }
}

/// A client bound to a scripted centre.
async fn linked(
    adjust: impl FnOnce(&mut SmppConfig),
) -> (SmppClient, Centre, tokio::net::TcpListener, Arc<Desk>) {
    let (listener, address) = listen().await;
    let desk = Arc::new(Desk::default());
    let mut config = config(&address);
    adjust(&mut config);
    let client = start(config, &desk);
    let centre = Centre::bound(&listener).await;
    (client, centre, listener, desk)
}

#[tokio::test]
async fn an_order_is_accepted_with_the_centres_id_and_the_callers_clock() {
    let (client, mut centre, ..) = linked(|_| {}).await;
    let order = order("7#1");
    let (accepted, submit) = tokio::join!(client.submit(&order), centre.take("A1"));
    let accepted = accepted.unwrap();
    assert_eq!((accepted.smsc_message_id(), accepted.at), ("A1", moment()));
    assert_eq!(user_data(&submit.body), b"7#1");
}

#[tokio::test]
async fn a_kazakh_text_goes_out_in_segments_and_every_id_comes_back() {
    let (client, mut centre, ..) = linked(|_| {}).await;
    let order = order(&"Құрметті азамат! ".repeat(6));
    let script = async { (centre.take("A1").await, centre.take("A2").await) };
    let (accepted, (first, second)) = tokio::join!(client.submit(&order), script);
    assert_eq!(accepted.unwrap().smsc_message_ids, ["A1", "A2"]);
    let (first, second) = (user_data(&first.body), user_data(&second.body));
    assert_eq!(first[..3], [5, 0, 3]);
    assert_eq!(first[4..6], [2, 1]);
    assert_eq!(second[4..6], [2, 2]);
    assert_eq!(first[3], second[3], "one reference");
}

#[tokio::test]
async fn a_lost_response_leaves_doubt_and_nothing_is_repeated_by_itself() {
    let (client, mut centre, ..) = linked(|_| {}).await;
    let order = order("7#1");
    let (error, submit) = tokio::join!(client.submit(&order), centre.read());
    let error = error.unwrap_err();
    assert_eq!(error.fault, SubmitFault::NoResponse);
    assert!(error.possibly_sent && error.retryable);
    assert_eq!(submit.id, SUBMIT);
    let quiet = tokio::time::timeout(Duration::from_millis(600), centre.read_or_end()).await;
    assert!(quiet.is_err(), "the client repeated a submission in doubt: {quiet:?}");
}

#[tokio::test]
async fn a_link_that_breaks_before_the_response_leaves_doubt() {
    let (client, mut centre, ..) = linked(|_| {}).await;
    let order = order("7#1");
    let script = async move {
        centre.read().await;
        drop(centre);
    };
    let (error, ()) = tokio::join!(client.submit(&order), script);
    let error = error.unwrap_err();
    assert_eq!((error.fault.clone(), error.possibly_sent), (SubmitFault::Disconnected, true), "{error}");
}

#[tokio::test]
async fn a_second_segment_refused_names_the_first_as_sent() {
    let (client, mut centre, ..) = linked(|_| {}).await;
    let order = order(&"ә".repeat(100));
    let script = async {
        centre.take("A1").await;
        centre.refuse(0x0B).await;
    };
    let (error, ()) = tokio::join!(client.submit(&order), script);
    let error = error.unwrap_err();
    assert_eq!(error.smsc_message_ids, ["A1"]);
    assert!(error.possibly_sent && !error.retryable);
    assert_eq!(
        error.to_string(),
        "the message centre refused the message (status 0x0000000b EsmeRinvdstadr) (the message may have been sent)"
    );
}

#[tokio::test]
async fn throttling_is_waited_out_and_the_order_goes_through() {
    let (client, mut centre, ..) = linked(|_| {}).await;
    let order = order("7#1");
    let script = async {
        centre.refuse(0x58).await;
        centre.refuse(0x14).await;
        centre.take("A1").await;
    };
    let begin = std::time::Instant::now();
    let (accepted, ()) = tokio::join!(client.submit(&order), script);
    assert_eq!(accepted.unwrap().smsc_message_id(), "A1");
    assert!(begin.elapsed() >= Duration::from_millis(600), "no pause was made: {:?}", begin.elapsed());
}

#[tokio::test]
async fn throttling_beyond_patience_is_a_retryable_error_without_doubt() {
    let (client, mut centre, ..) = linked(|config| config.patience = Duration::from_millis(500)).await;
    let order = order("7#1");
    let script = async {
        while let Ok(Some(submit)) =
            tokio::time::timeout(Duration::from_millis(900), centre.read_or_end()).await
        {
            centre.write(SUBMIT | RESPONSE, 0x58, submit.sequence, b"").await;
        }
    };
    let (error, ()) = tokio::join!(client.submit(&order), script);
    let error = error.unwrap_err();
    assert_eq!(error.fault, SubmitFault::Throttled { status: 0x58 });
    assert!(error.retryable && !error.possibly_sent);
}

#[tokio::test]
async fn a_generic_nack_refuses_the_order() {
    let (client, mut centre, ..) = linked(|_| {}).await;
    let order = order("7#1");
    let script = async {
        let submit = centre.read().await;
        centre.write(NACK, 3, submit.sequence, b"").await;
    };
    let (error, ()) = tokio::join!(client.submit(&order), script);
    let error = error.unwrap_err();
    assert!(
        matches!(error.fault, SubmitFault::Refused { status: 3, .. })
            && !error.retryable
            && !error.possibly_sent
    );
}

#[tokio::test]
async fn the_window_bounds_what_is_under_way() {
    let (client, mut centre, ..) = linked(|config| {
        config.window = 2;
        config.response_timeout = Duration::from_secs(5);
    })
    .await;
    let tasks: Vec<_> = (0..3)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.submit(&order("7#1")).await })
        })
        .collect();
    let (first, second) = (centre.read().await, centre.read().await);
    let third = tokio::time::timeout(Duration::from_millis(300), centre.read_or_end()).await;
    assert!(third.is_err(), "a third submission left although two are under way");
    // Answers out of order are matched by their sequence numbers.
    centre.write(SUBMIT | RESPONSE, 0, second.sequence, b"B\0").await;
    centre.write(SUBMIT | RESPONSE, 0, first.sequence, b"A\0").await;
    centre.take("C").await;
    let mut ids = Vec::new();
    for task in tasks {
        ids.push(task.await.unwrap().unwrap().smsc_message_id().to_owned());
    }
    ids.sort();
    assert_eq!(ids, ["A", "B", "C"]);
}

#[tokio::test]
async fn orders_wait_for_the_link_and_it_comes_back_after_a_break() {
    let (client, centre, listener, _) = linked(|_| {}).await;
    drop(centre);
    let mut states = client.watch();
    within(states.wait_for(|state| matches!(state, LinkState::Down { .. }))).await.unwrap();
    let order = order("7#1");
    let script = async {
        let mut centre = Centre::bound(&listener).await;
        centre.take("A1").await;
        centre
    };
    let (accepted, _centre) = tokio::join!(client.submit(&order), script);
    assert_eq!(accepted.unwrap().smsc_message_id(), "A1");
}

#[tokio::test]
async fn without_a_link_the_order_fails_without_doubt() {
    let (listener, address) = listen().await;
    drop(listener);
    let desk = Arc::new(Desk::default());
    let client = start(SmppConfig { patience: Duration::from_millis(300), ..config(&address) }, &desk);
    let error = client.submit(&order("7#1")).await.unwrap_err();
    assert_eq!(error.fault, SubmitFault::NotBound);
    assert!(error.retryable && !error.possibly_sent);
}

#[tokio::test]
async fn a_refused_bind_is_tried_again_and_its_reason_shown() {
    let (listener, address) = listen().await;
    let desk = Arc::new(Desk::default());
    let client = start(config(&address), &desk);
    let mut centre = Centre::connected(&listener).await;
    let bind = centre.read().await;
    centre.write(BIND_TRANSCEIVER | RESPONSE, 0x0E, bind.sequence, b"").await;
    let mut states = client.watch();
    let state =
        within(states.wait_for(|state| matches!(state, LinkState::Down { .. }))).await.unwrap().clone();
    assert_eq!(state, LinkState::Down { reason: "the centre refused to bind: EsmeRinvpaswd".into() });
    Centre::bound(&listener).await;
}

#[tokio::test]
async fn a_silent_centre_is_found_out_while_idle() {
    let (client, mut centre, ..) = linked(|config| config.enquire_link = Duration::from_millis(100)).await;
    assert_eq!(centre.read().await.id, ENQUIRE);
    let mut states = client.watch();
    let state =
        within(states.wait_for(|state| matches!(state, LinkState::Down { .. }))).await.unwrap().clone();
    assert_eq!(state, LinkState::Down { reason: "the centre does not answer enquire_link".into() });
}

#[tokio::test]
async fn the_client_answers_enquire_link_and_unbind() {
    let (client, mut centre, ..) = linked(|_| {}).await;
    centre.write(ENQUIRE, 0, 77, b"").await;
    let answer = centre.read().await;
    assert_eq!((answer.id, answer.sequence), (ENQUIRE | RESPONSE, 77));
    centre.write(UNBIND, 0, 78, b"").await;
    assert_eq!(centre.read().await.id, UNBIND | RESPONSE);
    let mut states = client.watch();
    within(states.wait_for(|state| matches!(state, LinkState::Down { .. }))).await.unwrap();
}

#[tokio::test]
async fn unknown_and_broken_requests_are_nacked_and_the_link_stays() {
    let (_client, mut centre, ..) = linked(|_| {}).await;
    centre.write(0x0000_0ABC, 0, 5, b"whatever").await;
    let nack = centre.read().await;
    assert_eq!((nack.id, nack.status, nack.sequence), (NACK, 3, 5));
    centre.write(DELIVER, 0, 6, b"no such body").await;
    let nack = centre.read().await;
    assert_eq!((nack.id, nack.sequence), (NACK, 6));
    assert_eq!(centre.bring(7, "77011234567", 0, 0, b"7#1").await, 0, "the link is still in step");
}

#[tokio::test]
async fn an_impossible_length_is_nacked_and_ends_the_session() {
    let (client, mut centre, listener, _) = linked(|_| {}).await;
    centre.write_octets(&[0xFF; 16]).await;
    let mut states = client.watch();
    within(states.wait_for(|state| matches!(state, LinkState::Down { .. }))).await.unwrap();
    Centre::bound(&listener).await;
}

#[tokio::test]
async fn a_message_is_acknowledged_only_after_it_was_accepted() {
    let (listener, address) = listen().await;
    let desk = Arc::new(Desk { holding: true, ..Desk::default() });
    let _client = start(config(&address), &desk);
    let mut centre = Centre::bound(&listener).await;
    centre.write(DELIVER, 0, 9, &delivery("77011234567", 0, 0, b"7#1")).await;
    let early = tokio::time::timeout(Duration::from_millis(300), centre.read_or_end()).await;
    assert!(early.is_err(), "acknowledged before acceptance: {early:?}");
    desk.hold.add_permits(1);
    let answer = centre.read().await;
    assert_eq!((answer.id, answer.status, answer.sequence), (DELIVER | RESPONSE, 0, 9));
    assert_eq!(desk.texts(), ["7#1"]);
}

#[tokio::test]
async fn what_is_not_accepted_is_answered_so_that_the_centre_repeats_or_drops_it() {
    let (_client, mut centre, _, desk) = linked(|_| {}).await;
    desk.refuse_next.lock().unwrap().push(NotAccepted::Later("the journal is full".into()));
    assert_eq!(centre.bring(1, "77011234567", 0, 0, b"7#1").await, 0x64);
    desk.refuse_next.lock().unwrap().push(NotAccepted::Never("no such service".into()));
    assert_eq!(centre.bring(2, "77011234567", 0, 0, b"7#1").await, 0x65);
    assert_eq!(centre.bring(3, "77011234567", 0, 4, b"\x01\x02").await, 0x65, "binary is no text");
    assert_eq!(centre.bring(4, "77011234567", 0, 0, b"7#1").await, 0);
    assert_eq!(desk.texts(), ["7#1"]);
}

#[tokio::test]
async fn messages_of_one_phone_keep_their_order() {
    let (_client, mut centre, _, desk) = linked(|_| {}).await;
    for number in 0..50_u32 {
        centre
            .write(DELIVER, 0, number + 1, &delivery("77011234567", 0, 0, number.to_string().as_bytes()))
            .await;
    }
    for _ in 0..50 {
        centre.read().await;
    }
    assert_eq!(desk.texts(), (0..50).map(|number| number.to_string()).collect::<Vec<_>>());
}

#[tokio::test]
async fn receipts_are_told_from_messages() {
    let (_client, mut centre, _, desk) = linked(|_| {}).await;
    let text =
        b"id:A1 sub:001 dlvrd:001 submit date:2404011000 done date:2404011001 stat:DELIVRD err:000 text:";
    assert_eq!(centre.bring(1, "77011234567", 0x04, 0, text).await, 0);
    assert_eq!(centre.bring(2, "77011234567", 0x04, 0, b"nonsense").await, 0x65);
    let seen = desk.seen.lock().unwrap().clone();
    assert!(
        matches!(&seen[..], [Delivery::Receipt(receipt)] if receipt.smsc_message_id == "A1" && receipt.state == DeliveryState::Delivered)
    );
}

#[tokio::test]
async fn parts_of_a_long_message_are_joined_whatever_their_order() {
    let (_client, mut centre, _, desk) = linked(|_| {}).await;
    let part = |number: u8, text: &str| {
        let mut octets = vec![5, 0, 3, 0x42, 2, number];
        octets.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
        octets
    };
    assert_eq!(centre.bring(1, "77011234567", 0x40, 8, &part(2, "әлем")).await, 0);
    assert_eq!(desk.texts(), Vec::<String>::new());
    desk.refuse_next.lock().unwrap().push(NotAccepted::Later("busy".into()));
    assert_eq!(centre.bring(2, "77011234567", 0x40, 8, &part(1, "Сәлем, ")).await, 0x64);
    assert_eq!(
        centre.bring(3, "77011234567", 0x40, 8, &part(1, "Сәлем, ")).await,
        0,
        "the repeat completes it"
    );
    assert_eq!(desk.texts(), ["Сәлем, әлем"]);
}

/// Keeps parts in memory across clients, as a store would.
#[derive(Default)]
struct Shelf(Mutex<Vec<Part>>);

impl PartKeeper for Shelf {
    fn kept(&self) -> Vec<Part> {
        self.0.lock().unwrap().clone()
    }
    fn keep<'a>(&'a self, part: &'a Part) -> Handover<'a> {
        self.0.lock().unwrap().push(part.clone());
        Box::pin(async { Ok(()) })
    }
    fn forget<'a>(&'a self, _: &'a Part) -> Handover<'a> {
        self.0.lock().unwrap().clear();
        Box::pin(async { Ok(()) })
    }
}

#[tokio::test]
async fn a_kept_part_survives_a_restart_of_the_client() {
    let (listener, address) = listen().await;
    let shelf = Arc::new(Shelf::default());
    let desk = Arc::new(Desk::default());
    let acceptance: Arc<dyn Acceptance> = Arc::clone(&desk) as _;
    let begin = || {
        SmppClient::start(
            config(&address),
            Arc::new(moment),
            Arc::clone(&acceptance),
            Some(Arc::clone(&shelf) as _),
        )
        .unwrap()
    };
    let first = begin();
    let mut centre = Centre::bound(&listener).await;
    assert_eq!(centre.bring(1, "77011234567", 0x40, 0, b"\x05\0\x03\x42\x02\x01Hello, ").await, 0);
    let (_, unbind) = tokio::join!(first.close(), async {
        let unbind = centre.read().await;
        centre.write(UNBIND | RESPONSE, 0, unbind.sequence, b"").await;
        unbind
    });
    assert_eq!(unbind.id, UNBIND);
    let _second = begin();
    let mut centre = Centre::bound(&listener).await;
    assert_eq!(centre.bring(1, "77011234567", 0x40, 0, b"\x05\0\x03\x42\x02\x02world").await, 0);
    assert_eq!(desk.texts(), ["Hello, world"]);
    assert!(shelf.0.lock().unwrap().is_empty(), "the parts of a finished message are let go");
}

#[tokio::test]
async fn closing_waits_for_what_is_under_way_and_unbinds() {
    let (client, mut centre, ..) = linked(|config| config.response_timeout = Duration::from_secs(5)).await;
    let submitting = tokio::spawn({
        let client = client.clone();
        async move { client.submit(&order("7#1")).await }
    });
    let submit = centre.read().await;
    let closing = tokio::spawn({
        let client = client.clone();
        async move { client.close().await }
    });
    centre.write(SUBMIT | RESPONSE, 0, submit.sequence, b"A1\0").await;
    assert_eq!(submitting.await.unwrap().unwrap().smsc_message_id(), "A1");
    let unbind = centre.read().await;
    assert_eq!(unbind.id, UNBIND);
    centre.write(UNBIND | RESPONSE, 0, unbind.sequence, b"").await;
    within(closing).await.unwrap();
    assert_eq!(client.state(), LinkState::Closed);
    assert_eq!(client.submit(&order("x")).await.unwrap_err().fault, SubmitFault::Closed);
}

#[tokio::test]
async fn a_long_text_as_payload_is_one_submission() {
    let (client, mut centre, ..) = linked(|config| config.long_text = LongText::Payload).await;
    let order = order(&"ә".repeat(300));
    let (accepted, submit) = tokio::join!(client.submit(&order), centre.take("A1"));
    assert_eq!(accepted.unwrap().smsc_message_ids, ["A1"]);
    let tail = &submit.body[submit.body.len() - 604..];
    assert_eq!(tail[..4], [0x04, 0x24, 0x02, 0x58], "message_payload with 600 octets");
}

#[tokio::test]
async fn settings_out_of_range_are_refused_by_name() {
    let desk = Arc::new(Desk::default());
    let bad = SmppConfig { window: 0, ..config("127.0.0.1:1") };
    let acceptance: Arc<dyn Acceptance> = desk;
    let error = SmppClient::start(bad, Arc::new(moment), acceptance, None).unwrap_err();
    assert_eq!(error.to_string(), "SMPP setting window: is 0, must be 1–1000");
}
