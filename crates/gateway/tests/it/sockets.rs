//! Whole passes over sockets: two gateways, slow and lying providers, too much of everything, an orderly end.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use gateway::http::Addresses;
use gateway::{Address, State, server};
use hyper::header::{HeaderValue, LOCATION};
use registry::Gateway;
use soap::{Fault, Message};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::net::{Node, post, provider};
use crate::sample::{self, core, registry, request, world};

fn read(bytes: &[u8]) -> soap::Incoming {
    soap::read(bytes, &xml::Limits::message()).unwrap()
}

fn fault(bytes: &[u8]) -> Fault {
    match read(bytes).message() {
        Message::Fault(fault) => fault.clone(),
        other => panic!("no fault: {other:?}"),
    }
}

async fn good_provider(participant: &'static str, pause: Duration) -> String {
    provider(move |body| async move {
        tokio::time::sleep(pause).await;
        server::envelope(200, sample::answer(&body, "<data><ok/></data>", &world().identity(participant)))
    })
    .await
}

async fn inner(hosts: &[(&str, &str)], seconds: u32) -> Node {
    Node::start(core(Gateway::Internal, registry(hosts, "", seconds)), &Arc::default()).await
}

async fn get(base: &str, path: &str) -> (u16, String) {
    let mut stream = tokio::net::TcpStream::connect(base.strip_prefix("http://").unwrap()).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nhost: gateway\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    (answer[9..12].parse().unwrap(), answer)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_passes_both_gateways_to_a_bank_and_back() {
    let bank = good_provider("bank-1", Duration::ZERO).await;
    let (registry, addresses) = (registry(&[("bank-1", &bank)], "", 30), Arc::new(Addresses::default()));
    let inner = Node::start(core(Gateway::Internal, Arc::clone(&registry)), &addresses).await;
    let outer = Node::start(core(Gateway::External, Arc::clone(&registry)), &addresses).await;
    for number in 0..20 {
        let answer =
            post(&inner.channel(), request("sdu", "ACCOUNTS", &format!("m-{number}"))).await.unwrap();
        assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
        let incoming = read(&answer.body);
        assert_eq!(incoming.data_source(), Some("<data><ok/></data>"));
        let expected = &registry.participant("gateway").unwrap().certificate;
        world().identity("sdu").verify(&incoming, expected, sample::NOW).unwrap();
    }
    assert_eq!((inner.rows().len(), outer.rows().len()), (20, 20));
    assert!(inner.rows().iter().chain(&outer.rows()).all(|row| row.state == State::Answered));
    let metrics = get(&inner.base, "/metrics").await.1;
    assert!(
        metrics.contains("qyzmet_gateway_ended_total{gateway=\"gateway\",state=\"answered\",code=\"\"} 20"),
        "{metrics}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn many_calls_at_once_are_all_answered_and_journaled() {
    let ministry = good_provider("ministry", Duration::from_millis(20)).await;
    let node = Arc::new(inner(&[("ministry", &ministry)], 30).await);
    let calls: Vec<_> = (0..50)
        .map(|number| {
            let channel = node.channel();
            tokio::spawn(async move {
                post(&channel, request("sdu", "PERSONS", &format!("m-{number}"))).await.unwrap().status
            })
        })
        .collect();
    for call in calls {
        assert_eq!(call.await.unwrap(), 200);
    }
    assert_eq!(node.rows().iter().filter(|row| row.state == State::Answered).count(), 50);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_provider_is_cut_off_and_its_late_answer_is_noted() {
    let slow = good_provider("ministry", Duration::from_millis(1600)).await;
    let node = inner(&[("ministry", &slow)], 1).await;
    let answer = post(&node.channel(), request("sdu", "PERSONS", "m-1")).await.unwrap();
    assert_eq!((answer.status, fault(&answer.body).error_code()), (500, "GW-4002"));
    assert_eq!(node.until(State::TimedOut).await.answer_digest, None);
    let row = node.until(State::Late).await;
    assert!(row.answer_digest.is_some() && row.milliseconds.unwrap() >= 1600);
    assert_eq!(node.rows().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn dead_redirecting_and_talkative_providers_are_failures() {
    let reserved = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let dead = format!("http://{}/", reserved.local_addr().unwrap());
    drop(reserved);
    let followed = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&followed);
    let trap = provider(move |_| {
        counter.fetch_add(1, Ordering::Relaxed);
        std::future::ready(server::text(200, "trap"))
    })
    .await;
    let redirecting = provider(move |_| {
        let mut response = server::text(307, "");
        response.headers_mut().insert(LOCATION, HeaderValue::from_str(&trap).unwrap());
        std::future::ready(response)
    })
    .await;
    let talkative =
        provider(|_| std::future::ready(server::envelope(200, Bytes::from(vec![b'<'; 2_000_000])))).await;
    for (address, words) in [(dead, "cannot be reached"), (redirecting, "307"), (talkative, "more than")] {
        let node = inner(&[("ministry", &address)], 30).await;
        let answer = post(&node.channel(), request("sdu", "PERSONS", "m-1")).await.unwrap();
        assert_eq!(fault(&answer.body).error_code(), "GW-4001", "{words}");
        assert!(node.rows()[0].reason.as_ref().unwrap().contains(words), "{:?}", node.rows()[0].reason);
    }
    assert_eq!(followed.load(Ordering::Relaxed), 0, "a redirect is not followed");
}

#[tokio::test(flavor = "multi_thread")]
async fn too_much_is_refused_in_words() {
    let node = inner(&[], 30).await;
    let answer = post(&node.channel(), Bytes::from(vec![b'x'; 150_000])).await.unwrap();
    let fault = fault(&answer.body);
    assert_eq!((answer.status, fault.error_code()), (500, "SCE001"));
    assert!(fault.reason.contains("more than 100000 bytes"), "{}", fault.reason);
    assert_eq!((node.rows().len(), node.rows()[0].state), (1, State::Refused));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_room_a_call_is_turned_away_with_a_fault() {
    let slow = good_provider("ministry", Duration::from_millis(700)).await;
    let core = core(Gateway::Internal, registry(&[("ministry", &slow)], "", 30));
    let node = Node::with(core, &Arc::default(), 1).await;
    let channel = node.channel();
    let first = tokio::spawn(async move { post(&channel, request("sdu", "PERSONS", "m-1")).await });
    node.until(State::Forwarded).await;
    let turned_away = post(&node.channel(), request("sdu", "PERSONS", "m-2")).await;
    // The transport of a caller takes 503 for no answer; the bytes say why.
    assert!(matches!(turned_away, Err(gateway::TransportFailure::Status(503))), "{turned_away:?}");
    assert_eq!(first.await.unwrap().unwrap().status, 200);
    assert_eq!(node.until(State::Refused).await.code.as_deref(), Some("GW-4003"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_whose_caller_left_is_carried_to_its_end() {
    let slow = good_provider("ministry", Duration::from_millis(400)).await;
    let node = inner(&[("ministry", &slow)], 30).await;
    let mut stream =
        tokio::net::TcpStream::connect(node.base.strip_prefix("http://").unwrap()).await.unwrap();
    let message = request("sdu", "PERSONS", "m-1");
    let head =
        format!("POST /bip-sync-wss-gost/ HTTP/1.1\r\nhost: g\r\ncontent-length: {}\r\n\r\n", message.len());
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&message).await.unwrap();
    node.until(State::Forwarded).await;
    drop(stream);
    node.until(State::Answered).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_waits_for_calls_under_way() {
    let slow = good_provider("ministry", Duration::from_millis(500)).await;
    let node = inner(&[("ministry", &slow)], 30).await;
    let channel = node.channel();
    let call = tokio::spawn(async move { post(&channel, request("sdu", "PERSONS", "m-1")).await });
    node.until(State::Forwarded).await;
    node.stop.send(true).unwrap();
    assert_eq!(call.await.unwrap().unwrap().status, 200);
    node.ended.await.unwrap();
    let refused = gateway::HttpTransport::new(Duration::from_millis(300), 1000);
    let address = Address::parse(&node.base).unwrap();
    let after = gateway::Transport::post(&refused, &address, Bytes::new(), Duration::from_secs(1)).await;
    assert!(matches!(after, Err(gateway::TransportFailure::Unreachable(_))), "{after:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_beside_the_channel() {
    let node = inner(&[], 30).await;
    for (path, status, words) in [
        ("/health/live", 200, "alive"),
        ("/health/ready", 200, "ready"),
        ("/metrics", 200, "qyzmet_gateway_received_total"),
        ("/bip-sync-wss-gost/?wsdl", 200, "soap:address location=\"http://127.0.0.1:"),
        ("/shep/bip-sync-wss-gost/?wsdl=ISyncChannel", 200, "SyncMessageInfo"),
        ("/bip-sync-wss-gost/", 405, "POST"),
        ("/", 404, ""),
        ("/bip-sync-wss-gost/../etc", 404, ""),
    ] {
        let (found, text) = get(&node.base, path).await;
        assert_eq!(found, status, "{path}");
        assert!(text.contains(words), "{path}: {text}");
    }
}
