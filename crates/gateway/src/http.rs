//! The gateway over HTTP: takes requests in, has the core judge them, moves the bytes between caller, store and provider.
//!
//! Decides nothing itself. Holds no lock while it waits; a call once admitted is carried to its end and journaled even when its
//! caller goes away.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::{Method, Request, Response};
use jiff::Timestamp;
use registry::Host;
use soap::Code;
use store::{Commit, CommitError, Receipt, Store};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, oneshot, watch};

use crate::core::{Accepted, Answer, Core, Destination, Entered, Entry, Exchange, Outbound, PeerInfo};
use crate::journal::State;
use crate::metrics::Metrics;
use crate::server::{self, Bounds, Handler, NotRead};
use crate::transport::{Address, Reply, Transport, TransportFailure};

/// The paths of the synchronous channel in the field.
pub const PATHS: [&str; 2] = ["/bip-sync-wss-gost/", "/shep/bip-sync-wss-gost/"];

/// Where those take requests that the registry only knows as "here", and the other gateway. Filled as listeners are opened.
#[derive(Debug, Default)]
pub struct Addresses(RwLock<HashMap<String, Address>>);

impl Addresses {
    /// Notes where a participant takes requests.
    pub fn set(&self, participant: &str, address: Address) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(participant.to_owned(), address);
    }

    /// Where a participant takes requests.
    #[must_use]
    pub fn get(&self, participant: &str) -> Option<Address> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(participant).cloned()
    }
}

/// What the shell is made of.
pub struct Parts {
    /// Decides.
    pub core: Arc<Core>,
    /// Moves messages on.
    pub transport: Arc<dyn Transport>,
    /// Where participants of this process take requests.
    pub addresses: Arc<Addresses>,
    /// The legal clock.
    pub clock: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    /// The address that clients know, for the interface description: `http://HOST:PORT`.
    pub public: String,
    /// Calls at the same time; further ones are turned away.
    pub calls: usize,
    /// How long an answer is waited for after its caller was told of the time-out, to be journaled.
    pub late: Duration,
    /// Bounds of the server.
    pub bounds: Bounds,
}

/// The gateway as a server.
pub struct Shell {
    parts: Parts,
    room: Arc<Semaphore>,
    metrics: Metrics,
    draining: AtomicBool,
}

impl Shell {
    /// A shell around a core.
    #[must_use]
    pub fn new(parts: Parts) -> Arc<Shell> {
        let room = Arc::new(Semaphore::new(parts.calls));
        Arc::new(Shell { parts, room, metrics: Metrics::default(), draining: AtomicBool::new(false) })
    }

    /// Its counters.
    #[must_use]
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// The core.
    #[must_use]
    pub fn core(&self) -> &Arc<Core> {
        &self.parts.core
    }

    /// Serves until `stop` becomes true; then says that it is not ready and finishes the calls under way.
    pub async fn serve(self: Arc<Self>, listener: TcpListener, stop: watch::Receiver<bool>) {
        let bounds = self.parts.bounds;
        let (shell, mut watching) = (Arc::clone(&self), stop.clone());
        let watcher = tokio::spawn(async move {
            let _ = watching.wait_for(|stop| *stop).await;
            shell.draining.store(true, Ordering::Relaxed);
        });
        server::serve(listener, self, bounds, stop).await;
        watcher.abort();
    }

    fn now(&self) -> Timestamp {
        (self.parts.clock)()
    }

    async fn call(self: Arc<Self>, request: Request<Incoming>, peer: SocketAddr) -> Response<Full<Bytes>> {
        let peer = PeerInfo { address: peer.to_string() };
        let Ok(place) = Arc::clone(&self.room).try_acquire_owned() else {
            self.metrics.turned_away();
            let reason = "the gateway has as many calls under way as it takes; send the same message again in a second";
            let answer = self.turn_away(Code::RateLimit, reason, &peer, false).await;
            let mut response = server::envelope(answer.status, answer.body);
            response.headers_mut().insert("retry-after", hyper::header::HeaderValue::from_static("1"));
            return response;
        };
        let largest = self.parts.core.limits().max_bytes;
        let body = server::read_body(request.into_body(), largest, self.parts.bounds.body).await;
        let answer = match body {
            Ok(raw) => {
                // In a task of its own: a caller who goes away does not stop what was begun.
                let shell = Arc::clone(&self);
                let carried = tokio::spawn(async move {
                    let answer = shell.carry(raw, &peer).await;
                    drop(place);
                    answer
                });
                match carried.await {
                    Ok(answer) => answer,
                    Err(error) => {
                        tracing::error!(%error, "a call ended in disorder");
                        let reason = "the gateway could not carry the call out; send the same message again";
                        self.turn_away(Code::Internal, reason, &PeerInfo::default(), true).await
                    }
                }
            }
            Err(NotRead::TooLarge) => {
                let reason = format!(
                    "the message has more than {largest} bytes; send large documents by the file storage"
                );
                self.turn_away(Code::EnvelopeInvalid, &reason, &peer, true).await
            }
            Err(NotRead::TooSlow | NotRead::Broken) => {
                let reason = "the message did not arrive whole; send it again";
                self.turn_away(Code::EnvelopeInvalid, reason, &peer, true).await
            }
        };
        server::envelope(answer.status, answer.body)
    }

    /// One call from its bytes to its answer.
    async fn carry(self: &Arc<Self>, raw: Bytes, peer: &PeerInfo) -> Answer {
        let began = Instant::now();
        self.metrics.received();
        let entry = self.parts.core.judge(raw, peer, self.now());
        match self.enter(entry).await {
            Accepted::Refused(answer) => {
                self.metrics.ended(State::Refused, answer.code, began.elapsed());
                answer
            }
            Accepted::Forward(outbound) => self.forward(*outbound, began).await,
        }
    }

    async fn enter(&self, mut entry: Entry) -> Accepted {
        loop {
            let outcome = committed(&**self.parts.core.store(), entry.take_commit()).await;
            match self.parts.core.entered(entry, outcome, self.now()) {
                Entered::Again(again) => entry = again,
                Entered::Done(accepted) => return accepted,
            }
        }
    }

    async fn turn_away(&self, code: Code, reason: &str, peer: &PeerInfo, wait: bool) -> Answer {
        let core = &self.parts.core;
        let mut entry = core.turn_away(code, reason, peer, self.now());
        let commit = entry.take_commit();
        let outcome = if wait {
            committed(&**core.store(), commit).await
        } else {
            // No room: the record is written, but nobody waits for it.
            let noted = |outcome: Result<Receipt, CommitError>| {
                if let Err(error) = outcome {
                    tracing::error!(%error, "a call that was turned away could not be recorded");
                }
            };
            core.store().submit(commit, Box::new(noted));
            Ok(Receipt { partition: store::Partition::of(""), seq: 0 })
        };
        match core.entered(entry, outcome, self.now()) {
            Entered::Done(Accepted::Refused(answer)) => answer,
            // Nothing was admitted, so nothing else can come of it.
            _ => Answer { status: 500, body: Bytes::new(), code: None },
        }
    }

    async fn forward(self: &Arc<Self>, outbound: Outbound, began: Instant) -> Answer {
        let Outbound { destination, bytes, limit, exchange } = outbound;
        let started = Instant::now();
        let outcome = match self.address(&destination) {
            Ok(address) => self.post(address, bytes, limit, &exchange).await,
            Err(reason) => Err(TransportFailure::Unreachable(reason)),
        };
        let core = &self.parts.core;
        let mut closing = core.judge_answer(&exchange, outcome, started.elapsed(), self.now());
        let outcome = committed(&**core.store(), closing.take_commit()).await;
        let (state, answer) = (closing.state(), core.closed(closing, outcome, self.now()));
        self.metrics.ended(state, answer.code, began.elapsed());
        answer
    }

    fn address(&self, destination: &Destination) -> Result<Address, String> {
        match destination {
            Destination::Provider(_, Host::At(address)) => Address::parse(address),
            Destination::Provider(_, Host::Here) | Destination::Gateway(_) => self
                .parts
                .addresses
                .get(destination.participant())
                .ok_or_else(|| "it has no address in this process".to_owned()),
        }
    }

    /// Posts and waits for the limit. An answer that comes after it is waited for apart and journaled.
    async fn post(
        self: &Arc<Self>,
        address: Address,
        bytes: Bytes,
        limit: Duration,
        exchange: &Exchange,
    ) -> Result<Reply, TransportFailure> {
        let (shell, started, longest) = (Arc::clone(self), Instant::now(), limit + self.parts.late);
        let (told, answered) = oneshot::channel();
        let exchange = exchange.clone();
        tokio::spawn(async move {
            let outcome = shell.parts.transport.post(&address, bytes, longest).await;
            if let Err(Ok(reply)) = told.send(outcome) {
                shell.note_late(&exchange, &reply, started.elapsed()).await;
            }
        });
        match tokio::time::timeout(limit, answered).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_)) => Err(TransportFailure::Broken("the call ended in disorder".to_owned())),
            Err(_) => Err(TransportFailure::TimedOut(limit)),
        }
    }

    async fn note_late(&self, exchange: &Exchange, reply: &Reply, elapsed: Duration) {
        let core = &self.parts.core;
        let Some(commit) = core.late(exchange, reply, elapsed, self.now()) else { return };
        if let Err(error) = committed(&**core.store(), commit).await {
            tracing::error!(exchange = %exchange.row().id, %error, "a late answer could not be recorded");
        }
    }

    fn ready(&self) -> Response<Full<Bytes>> {
        if self.draining.load(Ordering::Relaxed) {
            return server::text(503, "ending: calls under way are finished, no new ones are taken\n");
        }
        match self.parts.core.store().chain() {
            Ok(_) => server::text(200, "ready\n"),
            Err(error) => {
                tracing::error!(%error, "not ready");
                server::text(503, "the store cannot be read\n")
            }
        }
    }
}

impl Handler for Shell {
    async fn answer(self: Arc<Self>, request: Request<Incoming>, peer: SocketAddr) -> Response<Full<Bytes>> {
        let path = request.uri().path();
        let channel = PATHS.into_iter().find(|known| path == *known || path == known.trim_end_matches('/'));
        match (request.method(), channel, path) {
            (&Method::POST, Some(_), _) => self.call(request, peer).await,
            (&Method::GET, Some(channel), _) => {
                let address = format!("{}{channel}", self.parts.public);
                match crate::wsdl::description(request.uri().query().unwrap_or_default(), &address) {
                    Some(text) => server::envelope(200, Bytes::from(text)),
                    None => server::text(
                        405,
                        "POST a SOAP 1.1 envelope here; the interface description is at ?wsdl\n",
                    ),
                }
            }
            (_, Some(_), _) => server::text(405, "POST a SOAP 1.1 envelope here\n"),
            (&Method::GET, None, "/health/live") => server::text(200, "alive\n"),
            (&Method::GET, None, "/health/ready") => self.ready(),
            (&Method::GET, None, "/metrics") => {
                server::text(200, self.metrics.text(self.parts.core.gateway().participant()))
            }
            _ => server::text(404, "nothing is here\n"),
        }
    }
}

/// Hands a commit to the store and waits for it without holding a thread: calls at the same time share one write to the disk.
pub async fn committed(store: &dyn Store, commit: Commit) -> Result<Receipt, CommitError> {
    let (done, outcome) = oneshot::channel();
    store.submit(
        commit,
        Box::new(move |result| {
            // The waiting task may be gone; the commit stands all the same.
            let _ = done.send(result);
        }),
    );
    outcome.await.unwrap_or(Err(CommitError::Closed))
}
