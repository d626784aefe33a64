//! Gateways and providers on sockets of their own.

use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use gateway::http::{Addresses, Parts as ShellParts, Shell};
use gateway::log::{Query, search};
use gateway::server::{self, Bounds, Handler};
use gateway::{Address, Core, ExchangeRow, HttpTransport, Reply, State, Transport, TransportFailure};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::{Request, Response};
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::sample::NOW;

/// A gateway on a socket.
pub struct Node {
    pub base: String,
    pub core: Arc<Core>,
    pub stop: watch::Sender<bool>,
    pub ended: tokio::task::JoinHandle<()>,
}

impl Node {
    pub async fn start(core: Arc<Core>, addresses: &Arc<Addresses>) -> Node {
        Node::with(core, addresses, 64).await
    }

    pub async fn with(core: Arc<Core>, addresses: &Arc<Addresses>, calls: usize) -> Node {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let address = Address::parse(&format!("{base}/bip-sync-wss-gost/")).unwrap();
        addresses.set(core.gateway().participant(), address);
        let shell = Shell::new(ShellParts {
            core: Arc::clone(&core),
            transport: Arc::new(transport()),
            addresses: Arc::clone(addresses),
            clock: Arc::new(|| NOW),
            public: base.clone(),
            calls,
            late: Duration::from_secs(5),
            bounds: Bounds { drain: Duration::from_secs(10), ..Bounds::default() },
        });
        let (stop, stopping) = watch::channel(false);
        let ended = tokio::spawn(shell.serve(listener, stopping));
        Node { base, core, stop, ended }
    }

    pub fn channel(&self) -> Address {
        Address::parse(&format!("{}/shep/bip-sync-wss-gost/", self.base)).unwrap()
    }

    pub fn rows(&self) -> Vec<ExchangeRow> {
        search(&**self.core.store(), &Query { limit: 500, ..Query::default() }).unwrap().rows
    }

    /// Waits until a call stands so.
    pub async fn until(&self, state: State) -> ExchangeRow {
        let began = Instant::now();
        loop {
            if let Some(row) = self.rows().into_iter().find(|row| row.state == state) {
                return row;
            }
            assert!(
                began.elapsed() < Duration::from_secs(10),
                "no call came to {state:?}: {:?}",
                self.rows()
            );
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

pub fn transport() -> HttpTransport {
    HttpTransport::new(Duration::from_secs(2), 1_000_000)
}

pub async fn post(to: &Address, message: Bytes) -> Result<Reply, TransportFailure> {
    transport().post(to, message, Duration::from_secs(20)).await
}

type Answering = dyn Fn(Bytes) -> Pin<Box<dyn Future<Output = Response<Full<Bytes>>> + Send>> + Send + Sync;

/// A provider whose answers a closure makes.
pub struct Provider(Box<Answering>);

impl Handler for Provider {
    async fn answer(self: Arc<Self>, request: Request<Incoming>, _: SocketAddr) -> Response<Full<Bytes>> {
        match request.into_body().collect().await {
            Ok(body) => (self.0)(body.to_bytes()).await,
            Err(_) => server::text(400, "broken"),
        }
    }
}

/// Starts a provider; gives its address.
pub async fn provider<F>(answering: impl Fn(Bytes) -> F + Send + Sync + 'static) -> String
where
    F: Future<Output = Response<Full<Bytes>>> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/soap", listener.local_addr().unwrap());
    let handler = Arc::new(Provider(Box::new(move |body| Box::pin(answering(body)))));
    tokio::spawn(async move {
        // The sender lives as long as the server, which the runtime ends.
        let (_keep, stop) = watch::channel(false);
        server::serve(listener, handler, Bounds::default(), stop).await;
    });
    address
}
