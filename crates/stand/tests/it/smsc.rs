//! The message centre over SMPP.

use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use stand::faults::Times;
use stand::smsc::server::{Shared, serve};
use stand::smsc::{Account, Smsc};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::Command;

use super::peers::python;

async fn centre() -> (Shared, u16) {
    let accounts =
        vec![Account { system_id: "gov".into(), password: "secret".into(), numbers: vec!["1414".into()] }];
    let now: Timestamp = "2024-04-01T05:00:00Z".parse().unwrap();
    let shared = Shared::new(Smsc::new(accounts), Arc::new(move || now));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(serve(listener, shared.clone()));
    (shared, port)
}

/// A client octet by octet.
struct Esme(TcpStream);

impl Esme {
    async fn bound(port: u16) -> Self {
        let mut esme = Self(TcpStream::connect(("127.0.0.1", port)).await.unwrap());
        esme.write(9, 0, 1, b"gov\0secret\0\0\x34\0\0\0").await;
        let (id, status, ..) = esme.read().await.unwrap();
        assert_eq!((id, status), (0x8000_0009, 0));
        esme
    }

    async fn write(&mut self, id: u32, status: u32, sequence: u32, body: &[u8]) {
        let mut octets: Vec<u8> =
            [16 + body.len() as u32, id, status, sequence].into_iter().flat_map(u32::to_be_bytes).collect();
        octets.extend(body);
        self.0.write_all(&octets).await.unwrap();
    }

    /// Id, status, sequence and body of the next PDU; `None` when nothing came for a second or the connection ended.
    async fn read(&mut self) -> Option<(u32, u32, u32, Vec<u8>)> {
        tokio::time::timeout(Duration::from_secs(1), async {
            let mut header = [0_u8; 16];
            self.0.read_exact(&mut header).await.ok()?;
            let word = |at: usize| u32::from_be_bytes(header[at..at + 4].try_into().unwrap());
            let mut body = vec![0; word(0) as usize - 16];
            self.0.read_exact(&mut body).await.ok()?;
            Some((word(4), word(8), word(12), body))
        })
        .await
        .ok()?
    }

    async fn submit(&mut self, sequence: u32) {
        let body = b"\0\x03\x011414\0\x01\x0177011234567\0\0\0\0\0\0\0\0\0\0\x037#1";
        self.write(4, 0, sequence, body).await;
    }
}

#[tokio::test]
async fn a_client_of_another_maker_sends_gets_receipts_and_the_reply() {
    let Some(python) = python("smpplib") else { return };
    let (shared, port) = centre().await;
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/foreign/esme.py");
    let mut esme = Command::new(python)
        .args([script, &port.to_string()])
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut said = BufReader::new(esme.stdout.take().unwrap()).lines();
    let mut lines = Vec::new();
    while let Ok(Some(line)) = tokio::time::timeout(Duration::from_secs(30), said.next_line()).await.unwrap()
    {
        if line == "READY" {
            shared.with(|smsc, now| smsc.write("+77011234567", "1414", "7#1", now)).unwrap();
        }
        lines.push(line);
    }
    assert_eq!(lines, ["ids 00000001 00000002", "receipts 2", "READY", "reply 77011234567 1414 7#1"]);
    assert!(esme.wait().await.unwrap().success());
    let thread = shared.with(|smsc, _| smsc.thread("77011234567"));
    let text = "Құрметті Азамат! Сіздің жәрдемақы алуға құқығыңыз бар. Келісім үшін жіберіңіз - 7#1";
    assert_eq!(thread[0].text, text, "the segments are joined in the thread");
    assert_eq!((thread.len(), thread[1].text.as_str()), (2, "7#1"));
    assert_eq!(shared.with(|smsc, _| smsc.books().count()), 2, "every segment stands in the books");
}

#[tokio::test]
async fn a_dropped_response_is_in_the_books_and_on_the_phone() {
    let (shared, port) = centre().await;
    let mut esme = Esme::bound(port).await;
    shared.with(|smsc, _| smsc.faults.drop_response = Times::Next(1));
    esme.submit(2).await;
    assert_eq!(esme.read().await, None);
    esme.submit(3).await;
    assert_eq!(
        esme.read().await.map(|(id, status, sequence, _)| (id, status, sequence)),
        Some((0x8000_0004, 0, 3))
    );
    assert_eq!(
        shared.with(|smsc, _| smsc.books().map(|entry| entry.answered).collect::<Vec<_>>()),
        [false, true]
    );
    assert_eq!(shared.with(|smsc, _| smsc.thread("77011234567").len()), 2);
}

#[tokio::test]
async fn throttling_disconnection_and_silence_are_seen_by_the_client() {
    let (shared, port) = centre().await;
    let mut esme = Esme::bound(port).await;
    shared.with(|smsc, _| smsc.faults.throttle = Times::Next(1));
    esme.submit(2).await;
    assert_eq!(esme.read().await.unwrap().1, 0x58);
    shared.with(|smsc, _| smsc.faults.silent = Times::Next(1));
    esme.submit(3).await;
    assert_eq!(esme.read().await, None);
    shared.with(|smsc, _| smsc.faults.disconnect = Times::Next(1));
    esme.submit(4).await;
    assert_eq!(esme.read().await, None);
    assert_eq!(shared.with(|smsc, _| smsc.books().count()), 1, "only the last was accepted");
}

#[tokio::test]
async fn an_unacknowledged_reply_is_brought_again_in_the_next_session() {
    let (shared, port) = centre().await;
    let mut esme = Esme::bound(port).await;
    shared.with(|smsc, now| smsc.write("77011234567", "1414", "7#1", now)).unwrap();
    let (id, .., body) = esme.read().await.unwrap();
    assert!(id == 5 && body.ends_with(b"\x037#1"), "{body:?}");
    drop(esme);
    let mut esme = Esme::bound(port).await;
    let (id, _, sequence, _) = esme.read().await.expect("the delivery comes again");
    assert_eq!(id, 5);
    esme.write(0x8000_0005, 0x64, sequence, b"\0").await;
    let (id, _, sequence, _) = esme.read().await.expect("refused for now: it comes again");
    assert_eq!(id, 5);
    esme.write(0x8000_0005, 0, sequence, b"\0").await;
    assert_eq!(esme.read().await, None, "acknowledged: it does not come again");
}

#[tokio::test]
async fn broken_pdus_are_nacked_and_impossible_lengths_end_the_connection() {
    let (_, port) = centre().await;
    let mut esme = Esme::bound(port).await;
    esme.write(4, 0, 5, b"no such body").await;
    assert_eq!(esme.read().await.map(|(id, _, sequence, _)| (id, sequence)), Some((0x8000_0000, 5)));
    esme.write(0xABC, 0, 6, b"").await;
    assert_eq!(esme.read().await.map(|(id, status, ..)| (id, status)), Some((0x8000_0000, 3)));
    esme.0.write_all(&[0xFF; 16]).await.unwrap();
    assert_eq!(esme.read().await, None);
}

#[tokio::test]
async fn nothing_is_taken_before_a_bind() {
    let (shared, port) = centre().await;
    let mut esme = Esme(TcpStream::connect(("127.0.0.1", port)).await.unwrap());
    esme.submit(2).await;
    assert_eq!(esme.read().await.map(|(id, status, ..)| (id, status)), Some((0x8000_0004, 4)));
    assert_eq!(shared.with(|smsc, _| smsc.books().count()), 0);
}
