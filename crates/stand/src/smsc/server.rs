//! SMPP 3.4 around the centre: binds, submissions, deliveries with their acknowledgements.
//!
//! A delivery stays the centre's until the account acknowledges it with `ESME_ROK`; otherwise it is brought again.

use std::collections::HashMap;
use std::str::FromStr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use rusmpp::pdus::{BindReceiverResp, BindTransceiverResp, BindTransmitterResp, SubmitSm, SubmitSmResp};
use rusmpp::types::COctetString;
use rusmpp::values::InterfaceVersion;
use rusmpp::{Command, CommandId, CommandStatus, Pdu};
use tokio::io::{AsyncWriteExt, BufReader};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, mpsc};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::frame::{self, Frame};
use super::{Answer, Smsc, Waiting, reading};

/// Deliveries under way at once.
const WINDOW: usize = 10;
/// A delivery not answered in this time is brought again.
const PATIENCE: Duration = Duration::from_secs(20);
/// Pause before a refused delivery is brought again.
const AGAIN: Duration = Duration::from_millis(500);
/// Connections at once; more are closed.
const MOST_CONNECTIONS: usize = 64;
/// A client must bind within this time.
const BIND_TIME: Duration = Duration::from_secs(10);

/// The clock of the stand (legal time).
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// The centre shared by its connections and by the pages.
#[derive(Clone)]
pub struct Shared {
    smsc: Arc<Mutex<Smsc>>,
    news: Arc<Notify>,
    clock: Clock,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared").finish_non_exhaustive()
    }
}

impl Shared {
    /// Shares a centre.
    pub fn new(smsc: Smsc, clock: Clock) -> Self {
        Self { smsc: Arc::new(Mutex::new(smsc)), news: Arc::new(Notify::new()), clock }
    }

    /// Does something with the centre; deliveries that come of it go out at once.
    pub fn with<T>(&self, act: impl FnOnce(&mut Smsc, Timestamp) -> T) -> T {
        let done = act(&mut self.smsc.lock().unwrap_or_else(PoisonError::into_inner), (self.clock)());
        self.news.notify_waiters();
        done
    }
}

/// Serves connections until the listener fails.
///
/// # Errors
/// When the listener fails.
pub async fn serve(listener: TcpListener, shared: Shared) -> std::io::Result<()> {
    let mut connections = JoinSet::new();
    loop {
        let (stream, _) = listener.accept().await?;
        while connections.try_join_next().is_some() {}
        if connections.len() < MOST_CONNECTIONS {
            let shared = shared.clone();
            connections.spawn(async move {
                if let Err(error) = connection(stream, shared).await {
                    tracing::debug!(%error, "an SMPP connection ended");
                }
            });
        }
    }
}

struct Peer {
    out: mpsc::Sender<Vec<u8>>,
    account: String,
    shared: Shared,
    /// Deliveries not answered yet, by sequence number.
    open: Mutex<HashMap<u32, Waiting>>,
    window: Notify,
    /// A delivery was refused for now: pause before the next.
    refused: AtomicBool,
    receives: bool,
    submits: bool,
}

async fn connection(stream: TcpStream, shared: Shared) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let (read, mut write) = stream.into_split();
    let mut read = BufReader::new(read);
    let Ok(bound) = timeout(BIND_TIME, bind(&mut read, &mut write, &shared)).await else { return Ok(()) };
    let Some((account, receives, submits)) = bound? else { return Ok(()) };
    let (out, queue) = mpsc::channel(256);
    let (open, window) = (Mutex::default(), Notify::new());
    let refused = AtomicBool::new(false);
    let peer = Peer { out, account, shared, open, window, refused, receives, submits };
    let end = tokio::select! {
        end = reading_loop(&mut read, &peer) => end,
        end = writing_loop(write, queue) => end,
        () = delivering_loop(&peer) => Ok(()),
    };
    // What was not acknowledged is brought again, in its old order.
    let mut left: Vec<_> = peer.lock_open().drain().collect();
    left.sort_unstable_by_key(|(sequence, _)| std::cmp::Reverse(*sequence));
    peer.shared
        .with(|smsc, _| left.into_iter().for_each(|(_, waiting)| smsc.put_back(&peer.account, waiting)));
    end
}

/// Reads binds until one succeeds: account, may receive, may submit.
async fn bind(
    read: &mut BufReader<OwnedReadHalf>,
    write: &mut OwnedWriteHalf,
    shared: &Shared,
) -> std::io::Result<Option<(String, bool, bool)>> {
    let system_id = COctetString::from_str("stand").unwrap_or_else(|_| COctetString::null());
    let version = Some(InterfaceVersion::Smpp3_4);
    loop {
        let Some(Frame::Command(command)) = frame::read(read).await? else { return Ok(None) };
        let sequence = command.sequence_number();
        let (id, name, password, response, rights): (_, _, _, Pdu, _) = match command.pdu() {
            Some(Pdu::BindTransceiver(bind)) => {
                let response = BindTransceiverResp::new(system_id.clone(), version);
                (command.id(), &bind.system_id, &bind.password, response.into(), (true, true))
            }
            Some(Pdu::BindTransmitter(bind)) => {
                let response = BindTransmitterResp::new(system_id.clone(), version);
                (command.id(), &bind.system_id, &bind.password, response.into(), (false, true))
            }
            Some(Pdu::BindReceiver(bind)) => {
                let response = BindReceiverResp::new(system_id.clone(), version);
                (command.id(), &bind.system_id, &bind.password, response.into(), (true, false))
            }
            _ => {
                write
                    .write_all(&frame::bare(u32::from(command.id()), CommandStatus::EsmeRinvbndsts, sequence))
                    .await?;
                continue;
            }
        };
        let (name, password) = (name.as_str().to_owned(), password.as_str().to_owned());
        if shared.with(|smsc, _| smsc.may_bind(&name, &password)) {
            write.write_all(&frame::encode(CommandStatus::EsmeRok, sequence, response)).await?;
            return Ok(Some((name, rights.0, rights.1)));
        }
        write.write_all(&frame::bare(u32::from(id), CommandStatus::EsmeRbindfail, sequence)).await?;
    }
}

async fn writing_loop(mut write: OwnedWriteHalf, mut queue: mpsc::Receiver<Vec<u8>>) -> std::io::Result<()> {
    while let Some(octets) = queue.recv().await {
        write.write_all(&octets).await?;
    }
    Ok(())
}

async fn reading_loop(read: &mut BufReader<OwnedReadHalf>, peer: &Peer) -> std::io::Result<()> {
    while let Some(frame) = frame::read(read).await? {
        let ended = match frame {
            Frame::Command(command) => peer.handle(&command).await,
            Frame::Unreadable { id, sequence } if id & 0x8000_0000 == 0 => {
                peer.send(frame::encode(CommandStatus::EsmeRinvcmdlen, sequence, Pdu::GenericNack)).await;
                false
            }
            Frame::Unreadable { .. } => false,
        };
        if ended {
            // The last answer leaves before the connection closes.
            sleep(Duration::from_millis(50)).await;
            return Ok(());
        }
    }
    Ok(())
}

async fn delivering_loop(peer: &Peer) {
    if !peer.receives {
        return std::future::pending().await;
    }
    let mut sequence = 0_u32;
    loop {
        if peer.refused.swap(false, Ordering::Relaxed) {
            sleep(AGAIN).await;
        }
        let news = peer.shared.news.notified();
        let window = peer.window.notified();
        let room = peer.lock_open().len() < WINDOW;
        let next =
            if room { peer.shared.with_quietly(|smsc| smsc.take_waiting(&peer.account)) } else { None };
        match next {
            Some(waiting) => {
                sequence = sequence % 0x7FFF_FFFF + 1;
                let octets = frame::encode(CommandStatus::EsmeRok, sequence, reading::delivery(&waiting));
                peer.lock_open().insert(sequence, waiting);
                peer.send(octets).await;
            }
            None if room => tokio::select! { () = news => {}, () = window => {}, () = sleep(AGAIN) => {} },
            None => {
                if timeout(PATIENCE, window).await.is_err() {
                    return; // Nothing is acknowledged: the session is of no use.
                }
            }
        }
    }
}

impl Shared {
    /// Like [`Shared::with`], without waking the deliverers (used by them).
    fn with_quietly<T>(&self, act: impl FnOnce(&mut Smsc) -> T) -> T {
        act(&mut self.smsc.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Peer {
    fn lock_open(&self) -> std::sync::MutexGuard<'_, HashMap<u32, Waiting>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn send(&self, octets: Vec<u8>) {
        // When the writer is gone the connection is ending: its other loops see that.
        drop(self.out.send(octets).await);
    }

    /// Handles one PDU; true when the session is over.
    async fn handle(&self, command: &Command) -> bool {
        let sequence = command.sequence_number();
        match command.pdu() {
            Some(Pdu::SubmitSm(pdu)) if self.submits => return self.submit(pdu, sequence).await,
            Some(Pdu::EnquireLink) => {
                if !self.shared.with_quietly(|smsc| smsc.faults.silent.is_on()) {
                    self.send(frame::encode(CommandStatus::EsmeRok, sequence, Pdu::EnquireLinkResp)).await;
                }
            }
            Some(Pdu::Unbind) => {
                self.send(frame::encode(CommandStatus::EsmeRok, sequence, Pdu::UnbindResp)).await;
                return true;
            }
            _ if command.id() == CommandId::DeliverSmResp => self.answered(sequence, command.status),
            _ if u32::from(command.id()) & 0x8000_0000 != 0 => {
                self.answered(sequence, CommandStatus::EsmeRunknownerr);
            }
            _ => {
                let id = u32::from(command.id());
                let known = matches!(
                    command.id(),
                    CommandId::SubmitSm
                        | CommandId::BindTransceiver
                        | CommandId::BindReceiver
                        | CommandId::BindTransmitter
                );
                let octets = if known {
                    frame::bare(id, CommandStatus::EsmeRinvbndsts, sequence)
                } else {
                    frame::encode(CommandStatus::EsmeRinvcmdid, sequence, Pdu::GenericNack)
                };
                self.send(octets).await;
            }
        }
        false
    }

    async fn submit(&self, pdu: &SubmitSm, sequence: u32) -> bool {
        let answer = match reading::submission(pdu) {
            Some(submission) => self.shared.with(|smsc, now| smsc.submit(&self.account, submission, now)),
            None => {
                self.send(frame::bare(4, CommandStatus::EsmeRinvdcs, sequence)).await;
                return false;
            }
        };
        match answer {
            Answer::Accepted(id) => {
                let id = COctetString::from_str(&id).unwrap_or_else(|_| COctetString::null());
                let response = SubmitSmResp::builder().message_id(id).build();
                self.send(frame::encode(CommandStatus::EsmeRok, sequence, response)).await;
            }
            Answer::Throttled => self.send(frame::bare(4, CommandStatus::EsmeRthrottled, sequence)).await,
            Answer::BadNumber => self.send(frame::bare(4, CommandStatus::EsmeRinvdstadr, sequence)).await,
            Answer::Lost(_) | Answer::Nothing => {}
            Answer::Broken(_) => return true,
        }
        false
    }

    /// The account answered a delivery: done, dropped for good, or to be brought again after a pause.
    fn answered(&self, sequence: u32, status: CommandStatus) {
        let Some(waiting) = self.lock_open().remove(&sequence) else { return };
        if !matches!(status, CommandStatus::EsmeRok | CommandStatus::EsmeRxPAppn | CommandStatus::EsmeRxRAppn)
        {
            self.refused.store(true, Ordering::Relaxed);
            self.shared.with_quietly(|smsc| smsc.put_back(&self.account, waiting));
        }
        self.window.notify_one();
    }
}
