//! The WebSocket of the double of NCALayer.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use axum::routing::any;

use super::Stand;
use crate::ncalayer::{Desk, MOST_OCTETS};

pub(super) fn routes(stand: Arc<Stand>) -> Router {
    Router::new().route("/", any(connect)).with_state(stand)
}

async fn connect(State(stand): State<Arc<Stand>>, upgrade: WebSocketUpgrade) -> Response {
    upgrade.max_message_size(MOST_OCTETS).on_upgrade(move |socket| speak(socket, stand))
}

async fn speak(mut socket: WebSocket, stand: Arc<Stand>) {
    if socket.send(Message::Text(Desk::greeting().into())).await.is_err() {
        return;
    }
    while let Some(Ok(message)) = socket.recv().await {
        let Message::Text(text) = message else { continue };
        let now = stand.now();
        let answer = stand.desk().handle(&text, now);
        if let Some(answer) = answer
            && socket.send(Message::Text(answer.into())).await.is_err()
        {
            return;
        }
    }
}
