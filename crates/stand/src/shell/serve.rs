//! The outside systems on HTTP: `POST /systems/PARTICIPANT` takes an envelope.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};

use super::Stand;
use crate::systems::Reply;

/// Largest envelope taken.
const MOST_OCTETS: usize = 16 << 20;
/// How long a silent system keeps the connection: longer than any asker waits.
const SILENCE: Duration = Duration::from_secs(600);

pub(super) fn routes(stand: Arc<Stand>) -> Router {
    Router::new()
        .route("/systems/{participant}", post(answer))
        .route("/health/live", get(|| async { "live" }))
        .layer(DefaultBodyLimit::max(MOST_OCTETS))
        .with_state(stand)
}

async fn answer(State(stand): State<Arc<Stand>>, Path(system): Path<String>, body: Bytes) -> Response {
    if !stand.systems.identities().contains_key(&system) {
        return (StatusCode::NOT_FOUND, "no such system").into_response();
    }
    let now = stand.now();
    let reply = stand.systems.handle_envelope(&system, &body, now);
    // What the answer recorded is durable before the answer leaves.
    if stand.act(|_| ()).await.is_err() {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    match reply {
        Reply::Down => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        Reply::Silent => {
            tokio::time::sleep(SILENCE).await;
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
        Reply::Answer { http, body, delay_ms } => {
            tokio::time::sleep(Duration::from_millis(delay_ms)).await;
            let status = StatusCode::from_u16(http).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            (status, [(header::CONTENT_TYPE, "text/xml; charset=utf-8")], body).into_response()
        }
    }
}
