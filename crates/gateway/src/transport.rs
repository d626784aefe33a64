//! Moving a message to an address and its answer back. The simulator has its own [`Transport`]; here is the one over HTTP.
//!
//! Never follows a redirect, never reads an answer without bound, never waits without limit, never says more than that the bytes
//! arrived: whether they mean anything is decided by the cores.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::{Method, Request, StatusCode, Uri};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};

/// Where a message goes: an absolute `http://` address.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Address(Uri);

impl Address {
    /// An address.
    ///
    /// # Errors
    /// In words: not an absolute http address.
    pub fn parse(text: &str) -> Result<Address, String> {
        let uri: Uri = text.parse().map_err(|error| format!("`{text}` is no address: {error}"))?;
        match (uri.scheme_str(), uri.authority()) {
            (Some("http"), Some(_)) => Ok(Address(uri)),
            (Some("https"), Some(_)) => Err(format!(
                "`{text}`: TLS ends before this process (gateway network); write the http address behind it"
            )),
            _ => Err(format!("`{text}` is no absolute address; write http://HOST:PORT/PATH")),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Reply {
    /// HTTP status: 200, or 500 with a fault.
    pub status: u16,
    /// The body.
    pub body: Bytes,
}

/// Why nothing came back that could be an answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransportFailure {
    /// No connection: the message was not handed over.
    #[error("cannot be reached: {0}")]
    Unreachable(String),
    /// The connection broke; whether the message arrived is not known.
    #[error("broke off: {0}")]
    Broken(String),
    /// No answer within the limit; whether the message arrived is not known.
    #[error("gave no answer within {} ms", .0.as_millis())]
    TimedOut(Duration),
    /// More than is read.
    #[error("answered with more than {0} bytes")]
    TooLarge(usize),
    /// An HTTP status that comes with no SOAP message.
    #[error("answered with HTTP status {0}")]
    Status(u16),
}

/// A future that may be kept in a box.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Moves messages.
pub trait Transport: Send + Sync {
    /// Posts a message and waits for the answer, `limit` of monotonic time at most.
    fn post<'a>(
        &'a self,
        to: &'a Address,
        message: Bytes,
        limit: Duration,
    ) -> BoxFuture<'a, Result<Reply, TransportFailure>>;
}

/// How long an idle connection is kept: less than the servers here keep it, so that none is used as it closes.
const IDLE: Duration = Duration::from_secs(5);

/// Over HTTP/1.1 with connections kept open.
pub struct HttpTransport {
    client: Client<HttpConnector, Full<Bytes>>,
    largest: usize,
}

impl fmt::Debug for HttpTransport {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "HttpTransport(answers up to {} bytes)", self.largest)
    }
}

impl HttpTransport {
    /// A transport that gives up connecting after `connect` and reads answers of at most `largest` bytes.
    #[must_use]
    pub fn new(connect: Duration, largest: usize) -> HttpTransport {
        let mut connector = HttpConnector::new();
        connector.set_connect_timeout(Some(connect));
        connector.set_nodelay(true);
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .pool_max_idle_per_host(64)
            .build(connector);
        HttpTransport { client, largest }
    }

    async fn exchange(&self, to: &Address, message: Bytes) -> Result<Reply, TransportFailure> {
        let mut request = Request::new(Full::new(message));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = to.0.clone();
        request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/xml; charset=utf-8"));
        request.headers_mut().insert("soapaction", HeaderValue::from_static("\"\""));
        let response = self.client.request(request).await.map_err(|error| match error.is_connect() {
            true => TransportFailure::Unreachable(innermost(&error)),
            false => TransportFailure::Broken(innermost(&error)),
        })?;
        let status = response.status();
        if status != StatusCode::OK && status != StatusCode::INTERNAL_SERVER_ERROR {
            return Err(TransportFailure::Status(status.as_u16()));
        }
        let body = Limited::new(response.into_body(), self.largest).collect().await;
        let body = body.map_err(|error| match error.downcast_ref::<LengthLimitError>() {
            Some(_) => TransportFailure::TooLarge(self.largest),
            None => TransportFailure::Broken(innermost(&*error)),
        })?;
        Ok(Reply { status: status.as_u16(), body: body.to_bytes() })
    }
}

impl Transport for HttpTransport {
    fn post<'a>(
        &'a self,
        to: &'a Address,
        message: Bytes,
        limit: Duration,
    ) -> BoxFuture<'a, Result<Reply, TransportFailure>> {
        Box::pin(async move {
            let answer = tokio::time::timeout(limit, self.exchange(to, message)).await;
            answer.unwrap_or(Err(TransportFailure::TimedOut(limit)))
        })
    }
}

/// The cause below all others, which says what happened.
fn innermost(error: &(dyn std::error::Error + 'static)) -> String {
    let mut error = error;
    while let Some(below) = error.source() {
        error = below;
    }
    error.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_absolute_http_addresses_are_taken() {
        assert_eq!(
            Address::parse("http://127.0.0.1:8090/shep").unwrap().to_string(),
            "http://127.0.0.1:8090/shep"
        );
        for text in ["", "/shep", "127.0.0.1:80", "https://host/", "ftp://host/", "http://"] {
            assert!(Address::parse(text).is_err(), "{text}");
        }
    }
}
