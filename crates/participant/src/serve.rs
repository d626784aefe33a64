//! The endpoint of a participant: `POST /shep` from its gateway.

use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use gateway::Reply;
use gateway::server::{self, Bounds, Handler, NotRead};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::{Method, Request, Response};
use jiff::Timestamp;
use soap::Code;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};

use crate::Provider;

/// The path that takes messages.
pub const PATH: &str = "/shep";

/// What the endpoint is made of.
pub struct ServerParts {
    /// Answers.
    pub provider: Arc<Provider>,
    /// The legal clock.
    pub clock: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    /// Messages at the same time; further ones are turned away.
    pub calls: usize,
    /// Bounds of the server.
    pub bounds: Bounds,
}

/// The endpoint.
pub struct Server {
    parts: ServerParts,
    room: Arc<Semaphore>,
}

impl Server {
    /// An endpoint.
    #[must_use]
    pub fn new(parts: ServerParts) -> Arc<Server> {
        let room = Arc::new(Semaphore::new(parts.calls));
        Arc::new(Server { parts, room })
    }

    /// Serves until `stop` becomes true; then finishes what is under way.
    pub async fn serve(self: Arc<Self>, listener: TcpListener, stop: watch::Receiver<bool>) {
        let bounds = self.parts.bounds;
        server::serve(listener, self, bounds, stop).await;
    }

    async fn call(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let now = (self.parts.clock)();
        let provider = Arc::clone(&self.parts.provider);
        let Ok(place) = Arc::clone(&self.room).try_acquire_owned() else {
            let reason = "as many messages are under way as are taken at once; send the same message again in a second";
            let reply = provider.turn_away(Code::RateLimit, reason, now);
            return server::envelope(503, reply.body);
        };
        let largest = provider.setup().limits.max_bytes;
        let reply = match server::read_body(request.into_body(), largest, self.parts.bounds.body).await {
            Ok(raw) => {
                // The answer waits for a commit: on a thread that may wait.
                let working = Arc::clone(&provider);
                let worked = tokio::task::spawn_blocking(move || {
                    let reply = working.answer(&raw, now);
                    drop(place);
                    reply
                });
                worked.await.unwrap_or_else(|error| {
                    tracing::error!(%error, "a message ended in disorder");
                    provider.turn_away(
                        Code::Internal,
                        "the message could not be carried out; send it again",
                        now,
                    )
                })
            }
            Err(NotRead::TooLarge) => {
                let reason = format!("the message has more than {largest} bytes; send fewer rows at once");
                provider.turn_away(Code::EnvelopeInvalid, &reason, now)
            }
            Err(NotRead::TooSlow | NotRead::Broken) => provider.turn_away(
                Code::EnvelopeInvalid,
                "the message did not arrive whole; send it again",
                now,
            ),
        };
        let Reply { status, body } = reply;
        server::envelope(status, body)
    }
}

impl Handler for Server {
    async fn answer(self: Arc<Self>, request: Request<Incoming>, _: SocketAddr) -> Response<Full<Bytes>> {
        match (request.method(), request.uri().path()) {
            (&Method::POST, PATH | "/shep/") => self.call(request).await,
            (_, PATH | "/shep/") => server::text(405, "POST a SOAP 1.1 envelope here\n"),
            (&Method::GET, "/health/live" | "/health/ready") => server::text(200, "alive\n"),
            _ => server::text(404, "nothing is here\n"),
        }
    }
}
