//! A node that is killed: an engine over a store on disk, a front that acknowledges what is durable, a courier to the receiver.
//!
//! Lines over TCP: `KIND CASE` is answered by `KIND CASE` once its commit is durable, and by nothing when it was refused; `rest` is
//! answered by how much still waits. It says its port on the standard output and ends in order when its standard input ends.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;

use engine::{Engine, LegalClock, Worker};

use super::world::{self, Message};
use crate::courier::{self, Bell};

/// First argument of a process that plays the node.
pub const ROLE: &str = "as-node";

/// Plays the node over `folder`, paying through `receiver`.
///
/// # Errors
/// When it cannot start.
pub fn play(folder: &Path, receiver: SocketAddr) -> anyhow::Result<()> {
    let (store, engine) = world::open(folder, None)?;
    let clock = Arc::new(LegalClock::production());
    let (bell, rung) = Bell::new();
    let mut worker = Worker::start(Arc::clone(&engine), Arc::clone(&clock), move || bell.ring())?;
    {
        let (engine, clock) = (Arc::clone(&engine), Arc::clone(&clock));
        std::thread::spawn(move || courier::carry(&engine, &clock, receiver, &rung));
    }
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    println!("{}", listener.local_addr()?.port());
    {
        let (engine, clock) = (Arc::clone(&engine), Arc::clone(&clock));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // A caller that goes away repeats what was not acknowledged.
                let _ = answer(&engine, &clock, &stream);
            }
        });
    }
    std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink())?;
    worker.stop();
    store.close();
    Ok(())
}

fn answer(engine: &Engine, clock: &LegalClock, stream: &TcpStream) -> anyhow::Result<()> {
    stream.set_nodelay(true)?;
    let (mut lines, mut out) = (BufReader::new(stream), stream);
    let mut line = String::new();
    loop {
        line.clear();
        if lines.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let said = line.trim_end();
        if said == "rest" {
            let counts = engine.store().counts()?;
            let waiting = counts.inbox + counts.outbox + counts.timers + counts.subscriptions;
            writeln!(out, "{waiting}")?;
            continue;
        }
        let message = match said.split_once(' ') {
            Some(("list", case_ref)) => Message { kind: "list", case_ref: case_ref.to_owned() },
            Some(("event", case_ref)) => Message { kind: "event", case_ref: case_ref.to_owned() },
            _ => anyhow::bail!("not understood: {said}"),
        };
        if engine.receive(vec![message.arrival()], clock.now()).is_ok() {
            writeln!(out, "{said}")?;
        }
    }
}
