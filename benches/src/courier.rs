//! The shell of an engine without a gateway: takes effects out, sends them to the receiver over one connection, brings the
//! answers back.
//!
//! Never answers for the receiver: what breaks off is settled as "later" and goes out again under the same key.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use engine::{Engine, LegalClock, Outgoing, Settlement};
use rules::Context;

/// How many effects are taken out at once.
const BATCH: usize = 512;

/// Rings when the outbox may hold something.
#[derive(Clone, Debug)]
pub struct Bell(SyncSender<()>);

impl Bell {
    /// A bell and what waits for it.
    pub fn new() -> (Bell, Receiver<()>) {
        let (sender, receiver) = sync_channel(1);
        (Bell(sender), receiver)
    }

    /// Rings; ringing twice before it is heard is ringing once.
    pub fn ring(&self) {
        // Full: it rings already. Gone: nobody listens any more.
        let _ = self.0.try_send(());
    }
}

type UnderWay = Arc<Mutex<HashMap<String, Outgoing>>>;

/// Carries effects until the bell is gone.
pub fn carry(engine: &Arc<Engine>, clock: &LegalClock, receiver: SocketAddr, bell: &Receiver<()>) {
    let under_way: UnderWay = Arc::default();
    let mut out: Option<BufWriter<TcpStream>> = None;
    loop {
        match bell.recv_timeout(Duration::from_millis(50)) {
            Ok(()) | Err(std::sync::mpsc::RecvTimeoutError::Timeout) => {}
            Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => return,
        }
        // A store that cannot be read now is asked again at the next ring.
        while let Ok(items) = engine.outgoing(clock.now(), BATCH) {
            if items.is_empty() {
                break;
            }
            if let Err(error) = send(engine, receiver, &mut out, &under_way, &items) {
                out = None;
                break_off(engine, &under_way, &error.to_string());
            }
        }
    }
}

fn send(
    engine: &Arc<Engine>,
    receiver: SocketAddr,
    out: &mut Option<BufWriter<TcpStream>>,
    under_way: &UnderWay,
    items: &[Outgoing],
) -> std::io::Result<()> {
    {
        let mut under_way = under_way.lock().unwrap_or_else(PoisonError::into_inner);
        under_way.extend(items.iter().map(|item| (hex::encode(item.id), item.clone())));
    }
    if out.is_none() {
        let stream = TcpStream::connect(receiver)?;
        stream.set_nodelay(true)?;
        let (engine, under_way, answers) = (Arc::clone(engine), Arc::clone(under_way), stream.try_clone()?);
        std::thread::spawn(move || {
            let reason = hear(&engine, &under_way, answers);
            break_off(&engine, &under_way, &reason);
        });
        *out = Some(BufWriter::with_capacity(1 << 16, stream));
    }
    let Some(out) = out else { return Ok(()) };
    for item in items {
        let content = serde_json::to_string(&item.request)?;
        writeln!(out, "{} {content}", hex::encode(item.id))?;
    }
    out.flush()
}

/// Brings answers back until the connection ends; says why it ended.
fn hear(engine: &Engine, under_way: &UnderWay, answers: TcpStream) -> String {
    for line in BufReader::with_capacity(1 << 16, answers).lines() {
        let line = match line {
            Ok(line) => line,
            Err(error) => return error.to_string(),
        };
        let Some((key, _)) = line.split_once(' ') else { return format!("no answer: {line}") };
        let item = under_way.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
        if let Some(item) = item {
            engine.settle_outgoing(&item, Settlement::Answered(Context::new().with("done", true)));
        }
    }
    "the connection ended".to_owned()
}

/// What was under way is not known to be done: it goes out again.
fn break_off(engine: &Engine, under_way: &UnderWay, reason: &str) {
    let items: Vec<Outgoing> =
        under_way.lock().unwrap_or_else(PoisonError::into_inner).drain().map(|(_, item)| item).collect();
    for item in items {
        let after = Duration::from_millis(20);
        engine.settle_outgoing(&item, Settlement::Later { reason: reason.to_owned(), after });
    }
}
