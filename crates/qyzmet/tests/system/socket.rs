//! A small WebSocket client (RFC 6455), enough to ask the official's signing program one question.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// Connects, waits for the greeting, sends `request`, gives the answer to it.
pub fn ask(port: u16, request: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("the signing program listens");
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let hello = format!(
        "GET / HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nupgrade: websocket\r\nconnection: Upgrade\r\n\
         sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-version: 13\r\n\r\n"
    );
    stream.write_all(hello.as_bytes()).unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        head.push(byte[0]);
    }
    assert!(head.starts_with(b"HTTP/1.1 101"), "{}", String::from_utf8_lossy(&head));
    let greeting = read(&mut stream);
    assert!(greeting.contains("version"), "{greeting}");
    write(&mut stream, request.as_bytes());
    read(&mut stream)
}

/// One whole text frame, masked as clients must.
fn write(stream: &mut TcpStream, text: &[u8]) {
    let mask = [0x51, 0x79, 0x7a, 0x6d];
    let mut frame = vec![0x81];
    match text.len() {
        length @ 0..126 => frame.push(0x80 | u8::try_from(length).unwrap()),
        length @ 126..65_536 => {
            frame.push(0x80 | 126);
            frame.extend(u16::try_from(length).unwrap().to_be_bytes());
        }
        length => {
            frame.push(0x80 | 127);
            frame.extend(u64::try_from(length).unwrap().to_be_bytes());
        }
    }
    frame.extend(mask);
    frame.extend(text.iter().enumerate().map(|(at, byte)| byte ^ mask[at % 4]));
    stream.write_all(&frame).unwrap();
}

/// One text message; frames of other kinds are passed over.
fn read(stream: &mut TcpStream) -> String {
    let mut message = Vec::new();
    loop {
        let mut head = [0; 2];
        stream.read_exact(&mut head).unwrap();
        let length = match head[1] & 0x7f {
            126 => {
                let mut length = [0; 2];
                stream.read_exact(&mut length).unwrap();
                usize::from(u16::from_be_bytes(length))
            }
            127 => {
                let mut length = [0; 8];
                stream.read_exact(&mut length).unwrap();
                usize::try_from(u64::from_be_bytes(length)).unwrap()
            }
            length => usize::from(length),
        };
        let mut payload = vec![0; length];
        stream.read_exact(&mut payload).unwrap();
        match head[0] & 0x0f {
            0 | 1 => message.extend(payload),
            8 => panic!("the signing program closed the connection"),
            _ => continue,
        }
        if head[0] & 0x80 != 0 {
            return String::from_utf8(message).unwrap();
        }
    }
}
