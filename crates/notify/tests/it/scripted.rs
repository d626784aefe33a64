//! A message centre written octet by octet, so that it shares no code with the client under test.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

pub const BIND_TRANSCEIVER: u32 = 9;
pub const SUBMIT: u32 = 4;
pub const DELIVER: u32 = 5;
pub const UNBIND: u32 = 6;
pub const ENQUIRE: u32 = 0x15;
pub const RESPONSE: u32 = 0x8000_0000;
pub const NACK: u32 = 0x8000_0000;

/// A PDU as it stood on the wire.
#[derive(Debug, Clone)]
pub struct Pdu {
    pub id: u32,
    pub status: u32,
    pub sequence: u32,
    pub body: Vec<u8>,
}

/// One accepted connection.
pub struct Centre {
    stream: TcpStream,
}

pub async fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    (listener, address)
}

impl Centre {
    /// Waits for a connection without answering anything.
    pub async fn connected(listener: &TcpListener) -> Self {
        let (stream, _) = within(listener.accept()).await.unwrap();
        Self { stream }
    }

    /// Waits for a connection and binds it.
    pub async fn bound(listener: &TcpListener) -> Self {
        let mut centre = Self::connected(listener).await;
        let bind = centre.read().await;
        assert_eq!(bind.id, BIND_TRANSCEIVER);
        assert!(bind.body.starts_with(b"esme\0secret\0\0\x34"), "{:?}", bind.body);
        centre.write(BIND_TRANSCEIVER | RESPONSE, 0, bind.sequence, b"centre\0").await;
        centre
    }

    pub async fn read(&mut self) -> Pdu {
        within(self.read_or_end()).await.expect("the client closed the connection")
    }

    /// The next PDU, or `None` when the client closed.
    pub async fn read_or_end(&mut self) -> Option<Pdu> {
        let mut header = [0_u8; 16];
        self.stream.read_exact(&mut header).await.ok()?;
        let word = |at: usize| u32::from_be_bytes(header[at..at + 4].try_into().unwrap());
        let mut body = vec![0; word(0) as usize - 16];
        self.stream.read_exact(&mut body).await.ok()?;
        Some(Pdu { id: word(4), status: word(8), sequence: word(12), body })
    }

    pub async fn write(&mut self, id: u32, status: u32, sequence: u32, body: &[u8]) {
        let mut octets = Vec::new();
        for word in [16 + body.len() as u32, id, status, sequence] {
            octets.extend(word.to_be_bytes());
        }
        octets.extend(body);
        self.write_octets(&octets).await;
    }

    pub async fn write_octets(&mut self, octets: &[u8]) {
        self.stream.write_all(octets).await.unwrap();
    }

    /// Takes a submission and gives it an id.
    pub async fn take(&mut self, message_id: &str) -> Pdu {
        let submit = self.read().await;
        assert_eq!(submit.id, SUBMIT);
        self.write(SUBMIT | RESPONSE, 0, submit.sequence, format!("{message_id}\0").as_bytes()).await;
        submit
    }

    /// Refuses a submission with a status and no body.
    pub async fn refuse(&mut self, status: u32) {
        let submit = self.read().await;
        assert_eq!(submit.id, SUBMIT);
        self.write(SUBMIT | RESPONSE, status, submit.sequence, b"").await;
    }

    /// Brings a message and gives the status of the answer.
    pub async fn bring(
        &mut self,
        sequence: u32,
        from: &str,
        esm_class: u8,
        coding: u8,
        octets: &[u8],
    ) -> u32 {
        self.write(DELIVER, 0, sequence, &delivery(from, esm_class, coding, octets)).await;
        let answer = self.read().await;
        assert_eq!((answer.id, answer.sequence), (DELIVER | RESPONSE, sequence));
        answer.status
    }
}

/// The body of a `deliver_sm` to 1414.
pub fn delivery(from: &str, esm_class: u8, coding: u8, octets: &[u8]) -> Vec<u8> {
    let mut body = b"\0\x01\x01".to_vec();
    body.extend(from.as_bytes());
    body.extend(b"\0\x03\x011414\0");
    body.extend([esm_class, 0, 0, 0, 0, 0, 0, coding, 0, octets.len() as u8]);
    body.extend(octets);
    body
}

/// The user data of a `submit_sm`: its last field, behind a length octet.
pub fn user_data(body: &[u8]) -> &[u8] {
    let text_ends: Vec<usize> =
        body.iter().enumerate().filter(|(_, octet)| **octet == 0).map(|(at, _)| at).collect();
    // service_type NUL, ton npi source NUL, ton npi destination NUL, then 3 octets, 2 NULs, 4 octets, length.
    let destination_end = text_ends.iter().copied().find(|at| body[..*at].ends_with(b"77011234567")).unwrap();
    &body[destination_end + 1 + 3 + 2 + 5..]
}

pub async fn within<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(10), future).await.expect("nothing happened for 10 seconds")
}
