//! A small HTTP/1.1 server for SOAP: bounded connections, headers, bodies and times, and an orderly end.
//!
//! Gateways and participants serve by it. Must never hold a connection without a limit of time, nor read a body without a bound.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

/// Bounds of a server.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Connections at the same time; further ones wait to be accepted.
    pub connections: usize,
    /// Longest time for the head of a request.
    pub head: Duration,
    /// Longest time for the body of a request.
    pub body: Duration,
    /// Longest time that calls under way are waited for at the end.
    pub drain: Duration,
}

impl Default for Bounds {
    fn default() -> Self {
        Bounds {
            connections: 2_000,
            head: Duration::from_secs(10),
            body: Duration::from_secs(30),
            drain: Duration::from_secs(35),
        }
    }
}

/// Answers requests.
pub trait Handler: Send + Sync + 'static {
    /// Answers one.
    fn answer(
        self: Arc<Self>,
        request: Request<Incoming>,
        peer: SocketAddr,
    ) -> impl Future<Output = Response<Full<Bytes>>> + Send;
}

/// Serves until `stop` becomes true, then finishes the calls under way.
pub async fn serve<H: Handler>(
    listener: TcpListener,
    handler: Arc<H>,
    bounds: Bounds,
    mut stop: watch::Receiver<bool>,
) {
    let room = Arc::new(Semaphore::new(bounds.connections));
    let mut connections = JoinSet::new();
    loop {
        let permit = tokio::select! {
            permit = Arc::clone(&room).acquire_owned() => permit,
            () = stopped(&mut stop) => break,
        };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stopped(&mut stop) => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                if let Err(error) = stream.set_nodelay(true) {
                    tracing::debug!(%peer, %error, "a connection without TCP_NODELAY");
                }
                let (handler, mut stop) = (Arc::clone(&handler), stop.clone());
                connections.spawn(async move {
                    connection(TokioIo::new(stream), peer, handler, bounds, &mut stop).await;
                    drop(permit);
                });
            }
            Err(error) => {
                // Out of file handles, most likely: others end meanwhile.
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
        while connections.try_join_next().is_some() {}
    }
    let ended = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(bounds.drain, ended).await.is_err() {
        tracing::warn!("calls under way were cut off after {} s", bounds.drain.as_secs());
    }
}

async fn stopped(stop: &mut watch::Receiver<bool>) {
    // The sender gone means stop as well.
    let _ = stop.wait_for(|stop| *stop).await;
}

async fn connection<H: Handler>(
    io: TokioIo<tokio::net::TcpStream>,
    peer: SocketAddr,
    handler: Arc<H>,
    bounds: Bounds,
    stop: &mut watch::Receiver<bool>,
) {
    let service = service_fn(move |request| {
        let handler = Arc::clone(&handler);
        async move { Ok::<_, std::convert::Infallible>(handler.answer(request, peer).await) }
    });
    let mut builder = hyper::server::conn::http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(bounds.head).max_headers(64).max_buf_size(64 * 1024);
    let served = builder.serve_connection(io, service);
    tokio::pin!(served);
    let ended = tokio::select! {
        ended = served.as_mut() => ended,
        () = stopped(stop) => {
            served.as_mut().graceful_shutdown();
            served.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%peer, %error, "a connection ended early");
    }
}

/// Why a body was not read to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotRead {
    /// More than the bound.
    TooLarge,
    /// It did not come in time.
    TooSlow,
    /// The connection broke.
    Broken,
}

/// Reads a body of at most `largest` bytes. A little more is read and dropped, so that the one who sent too much hears the refusal
/// rather than a broken connection.
///
/// # Errors
/// Why it was not read.
pub async fn read_body(body: Incoming, largest: usize, longest: Duration) -> Result<Bytes, NotRead> {
    tokio::time::timeout(longest, read(body, largest)).await.unwrap_or(Err(NotRead::TooSlow))
}

async fn read(mut body: Incoming, largest: usize) -> Result<Bytes, NotRead> {
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    let mut kept = BytesMut::with_capacity(announced.min(largest).min(256 * 1024));
    let mut total = 0_usize;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| NotRead::Broken)?;
        let Ok(data) = frame.into_data() else { continue };
        total = total.saturating_add(data.len());
        if total > largest.saturating_mul(4) {
            return Err(NotRead::TooLarge);
        }
        if total > largest {
            kept = BytesMut::new();
        } else if kept.is_empty() && body.is_end_stream() {
            return Ok(data);
        } else {
            kept.extend_from_slice(&data);
        }
    }
    if total > largest { Err(NotRead::TooLarge) } else { Ok(kept.freeze()) }
}

/// A response with a body of this type.
#[must_use]
pub fn response(status: u16, content_type: &'static str, body: Bytes) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

/// A SOAP envelope as response.
#[must_use]
pub fn envelope(status: u16, body: Bytes) -> Response<Full<Bytes>> {
    response(status, "text/xml; charset=utf-8", body)
}

/// A line of text as response.
#[must_use]
pub fn text(status: u16, text: impl Into<String>) -> Response<Full<Bytes>> {
    response(status, "text/plain; charset=utf-8", Bytes::from(text.into()))
}
