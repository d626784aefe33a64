//! `kill -9` at random moments: a node in a process of its own, a receiver in another, a sender that believes only what it hears.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver as Heard, channel};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};

use super::world::{self, Draw, Message, Sender};
use super::{Outcome, Progress, front, tampering};
use crate::receiver::{Receiver, first_line};

/// A node as its callers see it.
struct Node {
    process: Child,
    stream: TcpStream,
    heard: Heard<String>,
}

impl Node {
    fn start(program: &Path, folder: &Path, receiver: SocketAddr) -> anyhow::Result<Node> {
        let mut process = Command::new(program)
            .arg(front::ROLE)
            .arg(folder)
            .arg(receiver.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let port = first_line(&mut process)?.parse::<u16>().context("the node said no port")?;
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
        stream.set_nodelay(true)?;
        let (told, heard) = channel();
        let answers = stream.try_clone()?;
        std::thread::spawn(move || {
            // A line cut off by the kill is no acknowledgement.
            let mut lines = BufReader::new(answers);
            let mut line = String::new();
            while lines.read_line(&mut line).is_ok_and(|read| read > 0) && line.ends_with('\n') {
                if told.send(line.trim_end().to_owned()).is_err() {
                    return;
                }
                line.clear();
            }
        });
        Ok(Node { process, stream, heard })
    }

    /// Says a message; whether it arrives is seen by its acknowledgement alone.
    fn say(&mut self, message: &Message) -> bool {
        writeln!(self.stream, "{} {}", message.kind, message.case_ref).is_ok()
    }

    fn kill(mut self) -> anyhow::Result<Vec<String>> {
        self.process.kill()?;
        self.process.wait()?;
        // What was on the wire counts: it was acknowledged.
        Ok(self.heard.iter().collect())
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        // Dead already when it was killed.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn note(sender: &mut Sender, line: &str) {
    let message = match line.split_once(' ') {
        Some(("list", case_ref)) => Message { kind: "list", case_ref: case_ref.to_owned() },
        Some(("event", case_ref)) => Message { kind: "event", case_ref: case_ref.to_owned() },
        _ => return,
    };
    sender.heard(&message);
}

/// Kills `rounds` times. `program` is the program that plays node and receiver.
///
/// # Errors
/// What was lost or doubled, and a verification that finds too much or too little.
pub fn rounds(
    folder: &Path,
    program: &Path,
    rounds: u32,
    seed: u64,
    progress: Progress<'_>,
) -> anyhow::Result<Outcome> {
    let began = Instant::now();
    let receiver = Receiver::start(program)?;
    let (mut sender, mut draw) = (Sender::default(), Draw(seed));
    let mut slowest = Duration::ZERO;
    for round in 1..=rounds {
        progress("kill", round, rounds);
        let started = Instant::now();
        let mut node = Node::start(program, folder, receiver.address())?;
        slowest = slowest.max(started.elapsed());
        let until = Instant::now() + Duration::from_millis(2 + draw.below(120));
        while Instant::now() < until {
            if sender.open.len() < 20 {
                sender.new_case();
            }
            if !sender.choose(&mut draw, 4).iter().all(|message| node.say(message)) {
                break;
            }
            std::thread::sleep(Duration::from_millis(draw.below(4)));
            node.heard.try_iter().for_each(|line| note(&mut sender, &line));
        }
        node.kill()?.iter().for_each(|line| note(&mut sender, line));
    }
    finish(folder, program, &receiver, &mut sender, &mut draw)?;
    let books = receiver.books()?;
    let counted = {
        let (store, engine) = world::open(folder, None)?;
        world::look_through(&store, &engine, &sender, &books)?
    };
    let found = tampering::all_is_found(folder)?;
    Ok(Outcome {
        name: "kill -9",
        rounds,
        took: began.elapsed(),
        counted: vec![
            ("messages acknowledged", sender.acknowledged.len() as u64),
            ("cases, each once", counted.cases),
            ("journal rows verified", counted.rows),
            ("payments, each under one key", counted.payments),
            ("repeats under the same key", counted.repeats),
            ("ms from start to serving at worst", u64::try_from(slowest.as_millis())?),
            ("kinds of tampering found", found),
        ],
    })
}

/// The last start: everything that was said is said again until it is acknowledged, and all work is done.
fn finish(
    folder: &Path,
    program: &Path,
    receiver: &Receiver,
    sender: &mut Sender,
    draw: &mut Draw,
) -> anyhow::Result<()> {
    let mut node = Node::start(program, folder, receiver.address())?;
    let deadline = Instant::now() + Duration::from_secs(120);
    loop {
        ensure!(
            Instant::now() < deadline,
            "work is not done after 120 s: {} messages open",
            sender.open.len()
        );
        let mut said = 0;
        for message in if sender.open.is_empty() { Vec::new() } else { sender.choose(draw, 40) } {
            ensure!(node.say(&message), "the node went away by itself");
            said += 1;
        }
        for _ in 0..said {
            note(sender, &node.heard.recv_timeout(Duration::from_secs(30)).context("no acknowledgement")?);
        }
        if sender.open.is_empty() {
            writeln!(node.stream, "rest")?;
            if node.heard.recv_timeout(Duration::from_secs(30))? == "0" {
                break;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
    // The end of its input ends it in order.
    drop(node.process.stdin.take());
    let status = node.process.wait()?;
    ensure!(status.success(), "the node ended with {status}");
    Ok(())
}
