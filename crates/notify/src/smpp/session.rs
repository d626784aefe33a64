//! One bound session: requests out and their responses, deliveries in, the link tested while idle.
//!
//! When the session ends, every request still open learns it: its outcome is in doubt, never assumed.

use std::collections::HashMap;
use std::str::FromStr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rusmpp::pdus::{BindTransceiver, DeliverSm, DeliverSmResp};
use rusmpp::types::COctetString;
use rusmpp::values::InterfaceVersion;
use rusmpp::{Command, CommandStatus, Pdu};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::timeout;

use super::SmppConfig;
use super::frame::{self, Frame, FrameError};

/// PDUs waiting to be written.
const OUT_QUEUE: usize = 256;

/// A response, or the `generic_nack` in its place.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: CommandStatus,
    pub(crate) pdu: Option<Pdu>,
}

/// Why a session ended or did not begin.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SessionEnd {
    #[error("cannot connect: {0}")]
    Connect(std::io::Error),
    #[error("{0} took longer than allowed")]
    TimedOut(&'static str),
    #[error("the centre refused to bind: {0:?}")]
    BindRefused(CommandStatus),
    #[error("the centre answered the bind with another PDU")]
    NotBind,
    #[error("a setting of the link does not fit the protocol: {0}")]
    Setting(&'static str),
    #[error(transparent)]
    Frame(#[from] FrameError),
    #[error("writing failed: {0}")]
    Write(std::io::Error),
    #[error("the centre closed the connection")]
    Closed,
    #[error("the centre unbound")]
    Unbound,
    #[error("the centre does not answer enquire_link")]
    Silent,
    #[error("the client was closed")]
    Asked,
}

/// A delivery on its way to the reception.
pub(crate) struct Job {
    pub(crate) pdu: DeliverSm,
    pub(crate) sequence: u32,
    pub(crate) session: u64,
    pub(crate) link: Arc<Link>,
}

/// The sending side of a session.
#[derive(Debug)]
pub(crate) struct Link {
    out: mpsc::Sender<Vec<u8>>,
    open: Mutex<Option<HashMap<u32, oneshot::Sender<Answer>>>>,
    sequence: AtomicU32,
}

/// The session is over.
#[derive(Debug)]
pub(crate) struct Gone;

impl Link {
    /// Queues a request; the receiver gives its answer, or an error when the session ends first.
    pub(crate) async fn request(
        &self,
        pdu: impl Into<Pdu>,
    ) -> Result<(u32, oneshot::Receiver<Answer>), Gone> {
        let sequence = self.next_sequence();
        let (answer, receiver) = oneshot::channel();
        let octets = frame::encode(CommandStatus::EsmeRok, sequence, pdu);
        let permit = self.out.reserve().await.map_err(|_| Gone)?;
        self.locked().as_mut().ok_or(Gone)?.insert(sequence, answer);
        permit.send(octets);
        Ok((sequence, receiver))
    }

    /// No longer waits for an answer.
    pub(crate) fn give_up(&self, sequence: u32) {
        if let Some(open) = self.locked().as_mut() {
            open.remove(&sequence);
        }
    }

    pub(crate) async fn answer(&self, octets: Vec<u8>) {
        // The session may be over: then the centre repeats its request in the next one.
        drop(self.out.send(octets).await);
    }

    pub(crate) async fn answer_delivery(&self, sequence: u32, status: CommandStatus) {
        self.answer(frame::encode(status, sequence, DeliverSmResp::default())).await;
    }

    fn next_sequence(&self) -> u32 {
        let next = |sequence: u32| Some(if sequence >= 0x7FFF_FFFF { 1 } else { sequence + 1 });
        self.sequence.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next).map_or(1, |sequence| sequence)
    }

    fn resolve(&self, sequence: u32, answer: Answer) -> bool {
        let waiting = self.locked().as_mut().and_then(|open| open.remove(&sequence));
        waiting.is_some_and(|waiting| waiting.send(answer).is_ok())
    }

    fn end(&self) {
        self.locked().take();
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, Option<HashMap<u32, oneshot::Sender<Answer>>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connected and bound session, not yet served.
pub(crate) struct Bound {
    stream: TcpStream,
    pub(crate) link: Arc<Link>,
    queue: mpsc::Receiver<Vec<u8>>,
}

/// Connects and binds as a transceiver.
pub(crate) async fn bind(config: &SmppConfig) -> Result<Bound, SessionEnd> {
    timeout(config.bind_timeout, connect_and_bind(config))
        .await
        .map_err(|_| SessionEnd::TimedOut("binding"))?
}

async fn connect_and_bind(config: &SmppConfig) -> Result<Bound, SessionEnd> {
    let mut stream = TcpStream::connect(&config.address).await.map_err(SessionEnd::Connect)?;
    stream.set_nodelay(true).map_err(SessionEnd::Connect)?;
    let setting = |name| move |_| SessionEnd::Setting(name);
    let request = BindTransceiver::builder()
        .system_id(COctetString::from_str(&config.system_id).map_err(setting("system_id"))?)
        .password(COctetString::from_str(&config.password).map_err(setting("password"))?)
        .system_type(COctetString::from_str(&config.system_type).map_err(setting("system_type"))?)
        .interface_version(InterfaceVersion::Smpp3_4)
        .build();
    let octets = frame::encode(CommandStatus::EsmeRok, 1, request);
    stream.write_all(&octets).await.map_err(SessionEnd::Write)?;
    let Some(Frame::Command(response)) = frame::read(&mut stream, config.most_octets).await? else {
        return Err(SessionEnd::NotBind);
    };
    match (response.status, response.pdu()) {
        (CommandStatus::EsmeRok, Some(Pdu::BindTransceiverResp(_))) => {}
        (CommandStatus::EsmeRok, _) => return Err(SessionEnd::NotBind),
        (status, _) => return Err(SessionEnd::BindRefused(status)),
    }
    let (out, queue) = mpsc::channel(OUT_QUEUE);
    let link = Link { out, open: Mutex::new(Some(HashMap::new())), sequence: AtomicU32::new(2) };
    Ok(Bound { stream, link: Arc::new(link), queue })
}

/// Serves the session until it ends.
pub(crate) async fn serve(
    bound: Bound,
    session: u64,
    config: &SmppConfig,
    lanes: &[mpsc::Sender<Job>],
    mut closing: watch::Receiver<bool>,
) -> SessionEnd {
    let Bound { stream, link, queue } = bound;
    let (reading, writing) = stream.into_split();
    // Buffered: a burst of small PDUs costs few system calls.
    let reading = tokio::io::BufReader::new(reading);
    let end = tokio::select! {
        end = read_loop(reading, session, config, &link, lanes) => end,
        end = write_loop(writing, queue, config) => end,
        end = keep_loop(config, &link) => end,
        end = close(&mut closing, config, &link) => end,
    };
    link.end();
    end
}

async fn read_loop(
    mut stream: impl AsyncReadExt + Unpin,
    session: u64,
    config: &SmppConfig,
    link: &Arc<Link>,
    lanes: &[mpsc::Sender<Job>],
) -> SessionEnd {
    loop {
        match frame::read(&mut stream, config.most_octets).await {
            Ok(Some(Frame::Command(command))) => {
                if let Some(end) = handle(*command, session, link, lanes).await {
                    return end;
                }
            }
            Ok(Some(Frame::Unreadable { id, status, sequence, reason })) => {
                tracing::warn!(id, sequence, reason, "an SMPP PDU could not be read");
                if id & 0x8000_0000 == 0 {
                    link.answer(frame::generic_nack(CommandStatus::EsmeRsyserr, sequence)).await;
                } else if status != CommandStatus::EsmeRok {
                    link.resolve(sequence, Answer { status, pdu: None });
                }
            }
            Ok(None) => return SessionEnd::Closed,
            Err(error) => {
                link.answer(frame::generic_nack(CommandStatus::EsmeRinvcmdlen, 0)).await;
                return error.into();
            }
        }
    }
}

async fn handle(
    command: Command,
    session: u64,
    link: &Arc<Link>,
    lanes: &[mpsc::Sender<Job>],
) -> Option<SessionEnd> {
    let (sequence, status, id) = (command.sequence_number(), command.status, command.id());
    if frame::is_response(id) {
        let pdu = command.pdu().cloned();
        if !link.resolve(sequence, Answer { status, pdu }) {
            tracing::warn!(sequence, ?id, ?status, "a response came that nobody waits for");
        }
        return None;
    }
    match command.pdu() {
        Some(Pdu::DeliverSm(pdu)) => deliver(pdu.clone(), sequence, session, link, lanes).await,
        Some(Pdu::EnquireLink) => {
            link.answer(frame::encode(CommandStatus::EsmeRok, sequence, Pdu::EnquireLinkResp)).await;
        }
        Some(Pdu::Unbind) => {
            link.answer(frame::encode(CommandStatus::EsmeRok, sequence, Pdu::UnbindResp)).await;
            // The answer must leave before the connection closes; the centre closes it, or a second passes.
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
            return Some(SessionEnd::Unbound);
        }
        Some(Pdu::AlertNotification(_) | Pdu::Outbind(_)) => {}
        _ => link.answer(frame::generic_nack(CommandStatus::EsmeRinvcmdid, sequence)).await,
    }
    None
}

/// Puts a delivery into the lane of its phone, so that messages of one phone keep their order. A full lane refuses for now.
async fn deliver(pdu: DeliverSm, sequence: u32, session: u64, link: &Arc<Link>, lanes: &[mpsc::Sender<Job>]) {
    let hash = pdu
        .source_addr
        .as_str()
        .bytes()
        .fold(0_usize, |hash, octet| hash.wrapping_mul(31) + usize::from(octet));
    let job = Job { pdu, sequence, session, link: Arc::clone(link) };
    let refused = match lanes.get(hash % lanes.len().max(1)) {
        Some(lane) => lane.try_send(job).is_err(),
        None => true,
    };
    if refused {
        link.answer_delivery(sequence, CommandStatus::EsmeRxTAppn).await;
    }
}

async fn write_loop(
    mut stream: impl AsyncWriteExt + Unpin,
    mut queue: mpsc::Receiver<Vec<u8>>,
    config: &SmppConfig,
) -> SessionEnd {
    let mut octets = Vec::new();
    while let Some(first) = queue.recv().await {
        octets.clear();
        octets.extend(first);
        // What waits goes out in one write.
        while octets.len() < 16_384 {
            let Ok(next) = queue.try_recv() else { break };
            octets.extend(next);
        }
        match timeout(config.response_timeout, stream.write_all(&octets)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => return SessionEnd::Write(error),
            Err(_) => return SessionEnd::TimedOut("writing"),
        }
    }
    SessionEnd::Closed
}

async fn keep_loop(config: &SmppConfig, link: &Link) -> SessionEnd {
    loop {
        tokio::time::sleep(config.enquire_link).await;
        let Ok((_, answer)) = link.request(Pdu::EnquireLink).await else { return SessionEnd::Closed };
        if !matches!(timeout(config.response_timeout, answer).await, Ok(Ok(_))) {
            return SessionEnd::Silent;
        }
    }
}

async fn close(closing: &mut watch::Receiver<bool>, config: &SmppConfig, link: &Link) -> SessionEnd {
    if closing.wait_for(|closing| *closing).await.is_err() {
        return SessionEnd::Asked;
    }
    if let Ok((_, answer)) = link.request(Pdu::Unbind).await {
        // Without an answer the connection is closed all the same.
        drop(timeout(config.response_timeout, answer).await);
    }
    SessionEnd::Asked
}
