//! The other side of a call: a process of its own that carries out what it is told and keeps books, without de-duplication.
//!
//! Lines over TCP, many under way on one connection: `KEY CONTENT` is answered by `KEY {"done":true}` after it stands in the
//! books; `books` is answered by the whole books as JSON. Books count every request by its key and notice another content under the
//! same key, so that a sender cannot hide a repeat or a change.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context as _, bail};
use serde::{Deserialize, Serialize};

/// First argument of a process that plays the receiver.
pub const ROLE: &str = "as-receiver";

/// What the books say of one key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// What was asked the first time.
    pub content: String,
    /// How often it was asked.
    pub times: u64,
    /// Whether it was once asked with other content.
    pub changed: bool,
}

/// All that was ever asked, by key.
pub type Books = BTreeMap<String, Entry>;

/// Plays the receiver: says its port on the standard output, serves until the standard input ends.
///
/// # Errors
/// When no socket can be had.
pub fn play() -> anyhow::Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    println!("{}", listener.local_addr()?.port());
    std::thread::spawn(move || serve(&listener));
    std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink())?;
    Ok(())
}

fn serve(listener: &TcpListener) {
    let books: Arc<Mutex<Books>> = Arc::default();
    for stream in listener.incoming().flatten() {
        let books = Arc::clone(&books);
        std::thread::spawn(move || {
            // A connection that breaks ends with its sender, who repeats what was not answered.
            let _ = answer(&stream, &books);
        });
    }
}

fn answer(stream: &TcpStream, books: &Mutex<Books>) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut lines = BufReader::with_capacity(1 << 16, stream);
    let mut out = BufWriter::with_capacity(1 << 16, stream);
    let mut line = String::new();
    loop {
        line.clear();
        if lines.read_line(&mut line)? == 0 {
            return Ok(());
        }
        match line.trim_end().split_once(' ') {
            Some((key, content)) => {
                book(&mut books.lock().unwrap_or_else(PoisonError::into_inner), key, content);
                writeln!(out, "{key} {{\"done\":true}}")?;
            }
            None => {
                let books = books.lock().unwrap_or_else(PoisonError::into_inner);
                writeln!(out, "{}", serde_json::to_string(&*books)?)?;
            }
        }
        // Whatever else has arrived is answered in the same packet.
        if !lines.buffer().contains(&b'\n') {
            out.flush()?;
        }
    }
}

fn book(books: &mut Books, key: &str, content: &str) {
    match books.get_mut(key) {
        Some(entry) => {
            entry.times += 1;
            entry.changed |= entry.content != content;
        }
        None => {
            books.insert(key.to_owned(), Entry { content: content.to_owned(), times: 1, changed: false });
        }
    }
}

/// A receiver that runs as a process of its own; ends with this value.
#[derive(Debug)]
pub struct Receiver {
    process: Child,
    address: SocketAddr,
}

impl Receiver {
    /// Starts `program` in the role of the receiver.
    ///
    /// # Errors
    /// When it does not start or does not say its port.
    pub fn start(program: &std::path::Path) -> anyhow::Result<Receiver> {
        let mut process =
            Command::new(program).arg(ROLE).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let port = first_line(&mut process)?.parse::<u16>().context("the receiver said no port")?;
        Ok(Receiver { process, address: SocketAddr::from((Ipv4Addr::LOCALHOST, port)) })
    }

    /// Where it takes requests.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its books.
    ///
    /// # Errors
    /// When it does not answer.
    pub fn books(&self) -> anyhow::Result<Books> {
        let mut stream = TcpStream::connect(self.address)?;
        stream.write_all(b"books\n")?;
        let mut line = String::new();
        BufReader::new(stream).read_line(&mut line)?;
        Ok(serde_json::from_str(&line)?)
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        // It holds nothing that must be saved.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The first line that a process says.
///
/// # Errors
/// When it ends without one.
pub fn first_line(process: &mut Child) -> anyhow::Result<String> {
    let Some(out) = process.stdout.take() else { bail!("the output of the process is not ours") };
    let (line, rest) = line_of(out)?;
    // Kept, so that the process can go on speaking.
    process.stdout = Some(rest);
    Ok(line)
}

fn line_of(mut out: ChildStdout) -> anyhow::Result<(String, ChildStdout)> {
    let mut line = Vec::new();
    let mut byte = [0];
    while line.len() < 4_096 {
        if out.read(&mut byte)? == 0 {
            bail!("the process ended before it was ready");
        }
        if byte[0] == b'\n' {
            return Ok((String::from_utf8(line)?, out));
        }
        line.push(byte[0]);
    }
    bail!("the process said no line")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_books_count_repeats_and_notice_another_content() {
        let mut books = Books::new();
        for content in ["a", "a", "b"] {
            book(&mut books, "k", content);
        }
        assert_eq!(books["k"], Entry { content: "a".into(), times: 3, changed: true });
    }
}
