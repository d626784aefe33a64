//! Who asks and who answers, each a process of its own, over plain HTTP/1.1 with connections kept open.
//!
//! Both only move bytes that were made beforehand, so that they take little from the gateway that shares their cores.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::{CALLERS, complaint, needed};
use crate::receiver::first_line;

/// First argument of the process that answers.
pub const ANSWERS: &str = "as-provider";
/// First argument of the process that asks.
pub const ASKS: &str = "as-caller";

/// An envelope and the message it belongs to.
#[derive(Debug, Clone)]
pub struct Envelope {
    /// The identifier of the question.
    pub message_id: String,
    /// The signed bytes.
    pub bytes: Bytes,
}

/// Writes envelopes where the other processes find them.
///
/// # Errors
/// When the file cannot be written.
pub fn keep(path: &Path, envelopes: &[Envelope]) -> anyhow::Result<()> {
    let mut file = std::io::BufWriter::new(std::fs::File::create(path)?);
    for envelope in envelopes {
        writeln!(file, "{} {}", envelope.message_id, envelope.bytes.len())?;
        file.write_all(&envelope.bytes)?;
    }
    Ok(file.flush()?)
}

fn kept(path: &Path) -> anyhow::Result<Vec<Envelope>> {
    let mut file = BufReader::new(std::fs::File::open(path)?);
    let (mut envelopes, mut line) = (Vec::new(), String::new());
    while file.read_line(&mut line)? > 0 {
        let (message_id, length) = needed(line.trim_end().split_once(' '), "the length")?;
        let mut bytes = vec![0; length.parse()?];
        file.read_exact(&mut bytes)?;
        envelopes.push(Envelope { message_id: message_id.to_owned(), bytes: bytes.into() });
        line.clear();
    }
    Ok(envelopes)
}

/// What a series of questions came to.
#[derive(Debug, Serialize, Deserialize)]
pub struct Result {
    count: usize,
    seconds: f64,
    /// Half of the answers came within this time.
    pub p50_ms: f64,
    /// Of a hundred answers one took longer.
    pub p99_ms: f64,
}

impl Result {
    /// Exchanges per second.
    pub fn per_second(&self) -> f64 {
        self.count as f64 / self.seconds
    }
}

/// Has another process ask `count` questions from number `from` on.
///
/// # Errors
/// When one is not answered with success.
pub fn ask(
    program: &Path,
    questions: &Path,
    port: u16,
    path: &str,
    (from, count): (usize, usize),
) -> anyhow::Result<Result> {
    let output = Command::new(program)
        .arg(ASKS)
        .arg(questions)
        .args([port.to_string(), path.to_owned(), from.to_string(), count.to_string()])
        .stderr(Stdio::inherit())
        .output()?;
    ensure!(output.status.success(), "who asks ended with {}", output.status);
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// Plays who asks; says the result on the standard output.
///
/// # Errors
/// When a question is not answered with success.
pub fn play_asking(arguments: &[String]) -> anyhow::Result<()> {
    let [questions, port, path, from, count] = arguments else { bail!("who asks needs five arguments") };
    let (port, from, count): (u16, usize, usize) = (port.parse()?, from.parse()?, count.parse()?);
    let questions = kept(Path::new(questions))?;
    let questions = needed(questions.get(from..from + count), "a question")?;
    let (next, began) = (AtomicUsize::new(0), Instant::now());
    let mut waits: Vec<Duration> = std::thread::scope(|scope| {
        let callers: Vec<_> =
            (0..CALLERS).map(|_| scope.spawn(|| call(port, path, questions, &next))).collect();
        let mut waits = Vec::with_capacity(count);
        for caller in callers {
            let done = caller.join().map_err(|_| anyhow::anyhow!("a caller ended in disorder"))?;
            waits.extend(done?);
        }
        anyhow::Ok(waits)
    })?;
    let seconds = began.elapsed().as_secs_f64();
    waits.sort_unstable();
    let at = |share: usize| waits.get(waits.len() * share / 100).map_or(0.0, |wait| wait.as_secs_f64() * 1e3);
    let result = Result { count: waits.len(), seconds, p50_ms: at(50), p99_ms: at(99) };
    println!("{}", serde_json::to_string(&result)?);
    Ok(())
}

/// One caller: the next question as soon as the last is answered.
fn call(port: u16, path: &str, questions: &[Envelope], next: &AtomicUsize) -> anyhow::Result<Vec<Duration>> {
    let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.set_nodelay(true)?;
    let (mut input, mut output) = (BufReader::with_capacity(1 << 14, &stream), &stream);
    let mut waits = Vec::new();
    while let Some(question) = questions.get(next.fetch_add(1, Ordering::Relaxed)) {
        let length = question.bytes.len();
        let mut request =
            format!("POST {path} HTTP/1.1\r\nhost: g\r\ncontent-type: text/xml; charset=utf-8\r\ncontent-length: {length}\r\n\r\n")
                .into_bytes();
        request.extend_from_slice(&question.bytes);
        let asked = Instant::now();
        output.write_all(&request)?;
        let (head, body) = message(&mut input)?.context("the gateway closed the connection")?;
        waits.push(asked.elapsed());
        ensure!(head.starts_with("HTTP/1.1 200"), "not answered: {head} {}", complaint(&body));
    }
    Ok(waits)
}

/// Reads one HTTP message: its first line and its body.
fn message(input: &mut impl BufRead) -> anyhow::Result<Option<(String, Vec<u8>)>> {
    let (mut first, mut line, mut length) = (String::new(), String::new(), 0);
    if input.read_line(&mut first)? == 0 {
        return Ok(None);
    }
    loop {
        line.clear();
        input.read_line(&mut line)?;
        let header = line.trim_end();
        if header.is_empty() {
            break;
        }
        if let Some((name, value)) = header.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse::<usize>()?;
        }
    }
    ensure!(length <= 1 << 20, "a message of {length} bytes");
    let mut body = vec![0; length];
    input.read_exact(&mut body)?;
    Ok(Some((first.trim_end().to_owned(), body)))
}

/// The process that answers; ends with this value.
#[derive(Debug)]
pub struct Provider {
    process: Child,
    port: u16,
}

impl Provider {
    /// Starts it with the answers it gives.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start(program: &Path, answers: &Path) -> anyhow::Result<Provider> {
        let mut process = Command::new(program)
            .arg(ANSWERS)
            .arg(answers)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let port = first_line(&mut process)?.parse().context("who answers said no port")?;
        Ok(Provider { process, port })
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/soap", self.port)
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        // It holds nothing that must be saved.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Plays who answers: to every question the answer that was signed for it.
///
/// # Errors
/// When no socket can be had.
pub fn play_answering(answers: &Path) -> anyhow::Result<()> {
    let answers: HashMap<String, Bytes> =
        kept(answers)?.into_iter().map(|envelope| (envelope.message_id, envelope.bytes)).collect();
    let (answers, listener) = (Arc::new(answers), TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?);
    println!("{}", listener.local_addr()?.port());
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let answers = Arc::clone(&answers);
            std::thread::spawn(move || {
                if let Err(error) = answer(&stream, &answers) {
                    eprintln!("who answers: {error:#}");
                }
            });
        }
    });
    std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink())?;
    Ok(())
}

fn answer(stream: &TcpStream, answers: &HashMap<String, Bytes>) -> anyhow::Result<()> {
    stream.set_nodelay(true)?;
    let (mut input, mut output) = (BufReader::with_capacity(1 << 14, stream), stream);
    while let Some((_, question)) = message(&mut input)? {
        let text = std::str::from_utf8(&question)?;
        let after = needed(text.split_once("<messageId>"), "messageId")?.1;
        let message_id = needed(after.split_once('<'), "the end of messageId")?.0;
        let body = needed(answers.get(message_id), message_id)?;
        let mut response = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: text/xml; charset=utf-8\r\ncontent-length: {}\r\n\r\n",
            body.len()
        )
        .into_bytes();
        response.extend_from_slice(body);
        output.write_all(&response)?;
    }
    Ok(())
}
