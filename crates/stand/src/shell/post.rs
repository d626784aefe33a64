//! Reports on their way: posted to the gateway, again and again with growing pauses, until the gateway's own word settles them.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::{Request, header};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until, timeout};

use super::Stand;
use crate::systems::{ComposeError, Letter, Outcome};
use crate::world::{Outgoing, Sent};

/// Reports under way at once.
const AT_ONCE: usize = 8;
/// How long an answer is awaited: the gateway's own limit and something for the way.
const PATIENCE: Duration = Duration::from_secs(40);
/// First and longest pause before the next attempt.
const FIRST_PAUSE: Duration = Duration::from_millis(300);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// Largest answer read.
const MOST_OCTETS: usize = 4 << 20;

type Http = Client<HttpConnector, Full<Bytes>>;

/// Sends the reports of the world until the process ends.
pub(super) async fn deliver(stand: Arc<Stand>, gateways: BTreeMap<String, String>) {
    let http: Http = Client::builder(TokioExecutor::new()).build_http();
    let gateways = Arc::new(gateways);
    let mut under_way: HashSet<String> = HashSet::new();
    let mut pauses: std::collections::HashMap<String, (Instant, Duration)> = std::collections::HashMap::new();
    let (ended, mut ends) = mpsc::unbounded_channel::<(String, bool)>();
    let mut tasks = JoinSet::new();
    loop {
        let queued = stand.queued.notified();
        let now = Instant::now();
        let due: Vec<Outgoing> = {
            let world = stand.systems.world();
            let free = |outgoing: &&Outgoing| {
                !under_way.contains(&outgoing.id)
                    && pauses.get(&outgoing.id).is_none_or(|(until, _)| *until <= now)
            };
            world.waiting().filter(free).take(AT_ONCE.saturating_sub(under_way.len())).cloned().collect()
        };
        for outgoing in due {
            under_way.insert(outgoing.id.clone());
            let (stand, http, gateways, ended) =
                (Arc::clone(&stand), http.clone(), Arc::clone(&gateways), ended.clone());
            tasks.spawn(async move {
                let settled = send(&stand, &http, &gateways, &outgoing).await;
                // The receiver lives as long as this loop.
                drop(ended.send((outgoing.id, settled)));
            });
        }
        while tasks.try_join_next().is_some() {}
        let next = pauses.values().map(|(until, _)| *until).filter(|until| *until > now).min();
        let next = next.unwrap_or(now + LONGEST_PAUSE);
        tokio::select! {
            () = queued => {}
            () = sleep_until(next) => {}
            Some((id, settled)) = ends.recv() => {
                under_way.remove(&id);
                if settled {
                    pauses.remove(&id);
                } else {
                    let pause = pauses.get(&id).map_or(FIRST_PAUSE, |(_, pause)| (*pause * 2).min(LONGEST_PAUSE));
                    pauses.insert(id, (Instant::now() + pause, pause));
                }
            }
        }
    }
}

/// One attempt; true when the report is settled.
async fn send(stand: &Stand, http: &Http, gateways: &BTreeMap<String, String>, outgoing: &Outgoing) -> bool {
    let outcome = attempt(stand, http, gateways, outgoing).await;
    let sent = match outcome {
        Outcome::Settled(sent) => sent,
        Outcome::Again(reason) => {
            tracing::debug!(service = outgoing.service, reason, "a report will be sent again");
            let mut troubles = stand.troubles();
            let trouble = troubles.entry(outgoing.id.clone()).or_default();
            *trouble = (trouble.0 + 1, reason);
            return false;
        }
    };
    if let Sent::Refused(reason) = &sent {
        tracing::warn!(service = outgoing.service, reason, "a report was refused");
    }
    match stand.act(|world| world.settle(&outgoing.id, sent)).await {
        Ok(Ok(())) => {
            stand.troubles().remove(&outgoing.id);
            true
        }
        Ok(Err(error)) => {
            tracing::error!(%error, "a report cannot be settled");
            false
        }
        Err(error) => {
            tracing::error!(%error, "a report cannot be settled");
            false
        }
    }
}

async fn attempt(
    stand: &Stand,
    http: &Http,
    gateways: &BTreeMap<String, String>,
    outgoing: &Outgoing,
) -> Outcome {
    let letter = match stand.systems.compose(outgoing, stand.now()) {
        Ok(letter) => letter,
        Err(error @ ComposeError::Contract(_)) => return Outcome::Settled(Sent::Refused(error.to_string())),
        Err(error) => return Outcome::Again(error.to_string()),
    };
    let Some(address) = gateways.get(&letter.gateway) else {
        return Outcome::Again(format!("the stand was given no address of {}", letter.gateway));
    };
    let answer = post(http, address, &letter).await;
    if letter.twice {
        // The same message again, as a sender does whose answer got lost; what comes of it is of no interest.
        drop(post(http, address, &letter).await);
    }
    match answer {
        Ok(bytes) => stand.systems.read_answer(outgoing, &bytes, stand.now()),
        Err(reason) => Outcome::Again(reason),
    }
}

async fn post(http: &Http, address: &str, letter: &Letter) -> Result<Bytes, String> {
    let request = Request::post(address)
        .header(header::CONTENT_TYPE, "text/xml; charset=utf-8")
        .header("SOAPAction", "\"\"")
        .body(Full::new(Bytes::from(letter.body.clone())))
        .map_err(|error| error.to_string())?;
    let exchange = async {
        let response = http.request(request).await.map_err(|error| error.to_string())?;
        let body = Limited::new(response.into_body(), MOST_OCTETS)
            .collect()
            .await
            .map_err(|error| error.to_string())?;
        Ok(body.to_bytes())
    };
    timeout(PATIENCE, exchange).await.unwrap_or_else(|_| Err("the gateway did not answer in time".to_owned()))
}
