//! For machines: whether the node lives, whether it can work, and its numbers in the text format of Prometheus.

use std::fmt::Write as _;

use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

use crate::ask::{Answer, Ask};

const TEXT: [(axum::http::HeaderName, &str); 1] = [(CONTENT_TYPE, "text/plain; charset=utf-8")];

/// The process answers.
pub(crate) async fn live() -> Response {
    (TEXT, "alive\n").into_response()
}

/// Every store can be read.
pub(crate) async fn ready(ask: Ask) -> Answer {
    ask.blocking(|ask| {
        let (mut said, mut status) = (String::new(), StatusCode::OK);
        let state = &ask.portal.state;
        let engines = state.engines.iter().map(|engine| (engine.participant(), engine.store()));
        let logs = state.gateways.iter().map(|log| (log.id.as_str(), &log.store));
        for (name, store) in engines.chain(logs).chain([("portal", &state.home.store)]) {
            let word = match store.chain() {
                Ok(_) => "ready",
                Err(error) => {
                    tracing::error!(name, %error, "a store is not ready");
                    status = StatusCode::SERVICE_UNAVAILABLE;
                    "not ready"
                }
            };
            let _ = writeln!(said, "{name} {word}");
        }
        Ok((status, TEXT, said).into_response())
    })
    .await
}

/// Numbers of every participant's store, and what other rooms add.
pub(crate) async fn metrics(ask: Ask) -> Answer {
    ask.blocking(|ask| {
        let mut said = String::new();
        let mut counted = Vec::new();
        for engine in &ask.portal.state.engines {
            counted.push((engine.participant(), engine.store().counts()?));
        }
        type Of = fn(&store::Counts) -> u64;
        let numbers: [(&str, &str, Of); 7] = [
            ("cases", "Cases, running and ended.", |counts| counts.heads),
            ("timers", "Moments that cases wait for.", |counts| counts.timers),
            ("outbox", "Effects that were not carried out yet.", |counts| counts.outbox),
            ("outbox_parked", "Effects that wait for a person.", |counts| counts.parked),
            ("inbox", "Arrivals that were not taken up yet.", |counts| counts.inbox),
            ("documents", "Sealed documents.", |counts| counts.documents),
            ("journal_rows", "Rows of the journal.", |counts| counts.journal),
        ];
        for (name, about, of) in numbers {
            let _ = writeln!(said, "# HELP qyzmet_{name} {about}\n# TYPE qyzmet_{name} gauge");
            for (participant, counts) in &counted {
                let _ = writeln!(said, "qyzmet_{name}{{participant=\"{participant}\"}} {}", of(counts));
            }
        }
        for source in &ask.portal.state.metrics {
            said.push_str(&source());
        }
        let format = [(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
        Ok((format, said).into_response())
    })
    .await
}
