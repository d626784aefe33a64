//! The handle of a link: binds, stays bound, sends orders.

use std::fmt;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use rusmpp::pdus::SubmitSm;
use rusmpp::{CommandStatus, Pdu};
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::time::{Instant, sleep, sleep_until, timeout, timeout_at};

use super::incoming::{Acceptance, PartKeeper, Reception};
use super::pace::Pace;
use super::session::{self, Answer, Job, Link, SessionEnd};
use super::{Accepted, SmppConfig, SmsOrder, SubmitError, SubmitFault, order};

/// Phones are spread over so many lanes; each lane hands over one delivery after the other.
const LANES: usize = 16;
/// Deliveries waiting in a lane before the centre is told to come again.
const LANE_QUEUE: usize = 64;

/// The clock that dates acceptances and deliveries (legal time).
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// A setting that cannot be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("SMPP setting {setting}: {reason}")]
pub struct ConfigError {
    /// Name of the setting.
    pub setting: &'static str,
    /// What is wrong and what would be right.
    pub reason: String,
}

/// How the link stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkState {
    /// Connecting or binding.
    Connecting,
    /// Bound; orders flow.
    Bound,
    /// Waiting before the next attempt.
    Down {
        /// Why.
        reason: String,
    },
    /// Closed for good.
    Closed,
}

/// A client of one message centre. Clones share the link.
#[derive(Clone)]
pub struct SmppClient {
    shared: Arc<Shared>,
}

impl fmt::Debug for SmppClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmppClient")
            .field("link", &self.shared.config.link)
            .field("state", &self.state())
            .finish()
    }
}

struct Shared {
    config: SmppConfig,
    clock: Clock,
    window: Semaphore,
    pace: Pace,
    link: watch::Sender<Option<Arc<Link>>>,
    state: watch::Sender<LinkState>,
    closing: watch::Sender<bool>,
}

impl SmppClient {
    /// Checks the settings and starts the link in the background of the current tokio runtime.
    ///
    /// # Errors
    /// A setting outside its range.
    pub fn start(
        config: SmppConfig,
        clock: Clock,
        acceptance: Arc<dyn Acceptance>,
        keeper: Option<Arc<dyn PartKeeper>>,
    ) -> Result<Self, ConfigError> {
        check(&config)?;
        let parts_live = SignedDuration::try_from(config.parts_live).unwrap_or(SignedDuration::MAX);
        let reception = Arc::new(Reception::new(acceptance, keeper, config.most_parts, parts_live));
        let shared = Arc::new(Shared {
            window: Semaphore::new(config.window),
            pace: Pace::new(config.per_second),
            link: watch::Sender::new(None),
            state: watch::Sender::new(LinkState::Connecting),
            closing: watch::Sender::new(false),
            config,
            clock,
        });
        let lanes = (0..LANES).map(|_| open_lane(Arc::clone(&reception), Arc::clone(&shared))).collect();
        tokio::spawn(run(Arc::clone(&shared), lanes));
        Ok(Self { shared })
    }

    /// How the link stands now.
    pub fn state(&self) -> LinkState {
        self.shared.state.borrow().clone()
    }

    /// Follows the state of the link.
    pub fn watch(&self) -> watch::Receiver<LinkState> {
        self.shared.state.subscribe()
    }

    /// Sends an order: all its segments, one after the other, within the window and the pace of the link.
    ///
    /// # Errors
    /// [`SubmitError`] says whether a repeat can help and whether the message may have been sent all the same.
    pub async fn submit(&self, order: &SmsOrder) -> Result<Accepted, SubmitError> {
        let mut smsc_message_ids = Vec::new();
        match self.submit_all(order, &mut smsc_message_ids).await {
            Ok(()) => Ok(Accepted { smsc_message_ids, at: (self.shared.clock)() }),
            Err((fault, in_doubt)) => {
                let retryable = match &fault {
                    SubmitFault::Text(_) | SubmitFault::Address(_) | SubmitFault::Closed => false,
                    SubmitFault::Refused { status, .. } => is_passing(*status),
                    _ => true,
                };
                let possibly_sent = in_doubt || !smsc_message_ids.is_empty();
                Err(SubmitError { fault, retryable, possibly_sent, smsc_message_ids })
            }
        }
    }

    async fn submit_all(&self, order: &SmsOrder, ids: &mut Vec<String>) -> Result<(), (SubmitFault, bool)> {
        let config = &self.shared.config;
        let pdus =
            order::pdus(order, config.long_text, config.most_segments).map_err(|fault| (fault, false))?;
        let deadline = Instant::now() + config.patience;
        for pdu in pdus {
            ids.push(self.submit_segment(&pdu, deadline).await?);
        }
        Ok(())
    }

    /// Sends one segment until the centre takes it, refuses it, or patience ends. `true` in the error: in doubt.
    async fn submit_segment(&self, pdu: &SubmitSm, deadline: Instant) -> Result<String, (SubmitFault, bool)> {
        let shared = &self.shared;
        let mut throttled = None;
        loop {
            let given_up =
                || throttled.map_or(SubmitFault::NotBound, |status| SubmitFault::Throttled { status });
            let link = self
                .bound(deadline)
                .await
                .map_err(|closed| (if closed { SubmitFault::Closed } else { given_up() }, false))?;
            let Ok(Ok(_permit)) = timeout_at(deadline, shared.window.acquire()).await else {
                return Err((given_up(), false));
            };
            let slot = shared.pace.slot();
            if slot > deadline {
                return Err((given_up(), false));
            }
            sleep_until(slot).await;
            // A link that ended in the meantime took nothing from us: look for the next one.
            let Ok((sequence, answer)) = link.request(pdu.clone()).await else { continue };
            match timeout(shared.config.response_timeout, answer).await {
                Ok(Ok(answer)) => match read_answer(answer) {
                    Outcome::Accepted(id) => {
                        shared.pace.recovered();
                        return Ok(id);
                    }
                    Outcome::Throttled(status) => {
                        shared.pace.slow_down();
                        throttled = Some(status);
                    }
                    Outcome::Refused(fault) => return Err((fault, false)),
                },
                Ok(Err(_)) => return Err((SubmitFault::Disconnected, true)),
                Err(_) => {
                    link.give_up(sequence);
                    return Err((SubmitFault::NoResponse, true));
                }
            }
        }
    }

    /// The bound link, as soon as there is one before the deadline. The error says whether the client was closed.
    async fn bound(&self, deadline: Instant) -> Result<Arc<Link>, bool> {
        let mut links = self.shared.link.subscribe();
        let mut closing = self.shared.closing.subscribe();
        tokio::select! {
            biased;
            _ = closing.wait_for(|closing| *closing) => Err(true),
            found = timeout_at(deadline, links.wait_for(Option::is_some)) => match found {
                Ok(Ok(link)) => link.clone().ok_or(false),
                _ => Err(false),
            },
        }
    }

    /// Takes no more orders, waits for those under way (as long as a response may take), unbinds and closes.
    pub async fn close(&self) {
        let shared = &self.shared;
        let window = u32::try_from(shared.config.window).unwrap_or(u32::MAX);
        let under_way = timeout(shared.config.response_timeout, shared.window.acquire_many(window)).await;
        shared.closing.send_replace(true);
        drop(under_way);
        // An error means that the link task is gone, which is what we wait for.
        drop(shared.state.subscribe().wait_for(|state| *state == LinkState::Closed).await);
    }
}

enum Outcome {
    Accepted(String),
    Throttled(u32),
    Refused(SubmitFault),
}

fn read_answer(answer: Answer) -> Outcome {
    let status = u32::from(answer.status);
    match (answer.status, answer.pdu) {
        (CommandStatus::EsmeRok, Some(Pdu::SubmitSmResp(response))) => {
            Outcome::Accepted(response.message_id().as_str().to_owned())
        }
        (CommandStatus::EsmeRthrottled | CommandStatus::EsmeRmsgqful, _) => Outcome::Throttled(status),
        (name, _) => Outcome::Refused(SubmitFault::Refused { status, name: format!("{name:?}") }),
    }
}

/// Statuses that speak of the centre's condition, not of the message.
fn is_passing(status: u32) -> bool {
    const PASSING: [CommandStatus; 5] = [
        CommandStatus::EsmeRsyserr,
        CommandStatus::EsmeRsubmitfail,
        CommandStatus::EsmeRxTAppn,
        CommandStatus::EsmeRdeliveryfailure,
        CommandStatus::EsmeRunknownerr,
    ];
    PASSING.contains(&CommandStatus::from(status))
}

fn check(config: &SmppConfig) -> Result<(), ConfigError> {
    let within = |setting, found: usize, range: std::ops::RangeInclusive<usize>| {
        let reason = format!("is {found}, must be {}–{}", range.start(), range.end());
        if range.contains(&found) { Ok(()) } else { Err(ConfigError { setting, reason }) }
    };
    within("system_id length", config.system_id.len(), 1..=15)?;
    within("password length", config.password.len(), 0..=8)?;
    within("system_type length", config.system_type.len(), 0..=12)?;
    within("window", config.window, 1..=1000)?;
    within("per_second", config.per_second as usize, 1..=100_000)?;
    within("most_segments", usize::from(config.most_segments), 1..=255)?;
    within("most_octets", config.most_octets, 512..=1 << 20)?;
    within("enquire_link in seconds", config.enquire_link.as_millis().div_ceil(1000) as usize, 1..=86_400)?;
    Ok(())
}

fn open_lane(reception: Arc<Reception>, shared: Arc<Shared>) -> mpsc::Sender<Job> {
    let (lane, mut jobs) = mpsc::channel::<Job>(LANE_QUEUE);
    tokio::spawn(async move {
        while let Some(Job { pdu, sequence, session, link }) = jobs.recv().await {
            let delivery_id = format!("{}-{session}-{sequence}", shared.config.link);
            let status = reception.receive(&pdu, delivery_id, (shared.clock)()).await;
            link.answer_delivery(sequence, status).await;
        }
    });
    lane
}

/// Binds, serves, waits, again – until closed.
async fn run(shared: Arc<Shared>, lanes: Vec<mpsc::Sender<Job>>) {
    let (first, longest) = shared.config.reconnect;
    let mut pause = first;
    let mut closing = shared.closing.subscribe();
    // Sessions are named by the moment of their beginning, so that ids differ from those of an earlier start.
    while !*closing.borrow() {
        shared.state.send_replace(LinkState::Connecting);
        let bound = tokio::select! {
            bound = session::bind(&shared.config) => bound,
            _ = closing.wait_for(|closing| *closing) => break,
        };
        let end = match bound {
            Ok(bound) => {
                pause = first;
                shared.link.send_replace(Some(Arc::clone(&bound.link)));
                shared.state.send_replace(LinkState::Bound);
                let session = u64::try_from((shared.clock)().as_millisecond()).unwrap_or_default();
                let end =
                    session::serve(bound, session, &shared.config, &lanes, shared.closing.subscribe()).await;
                shared.link.send_replace(None);
                end
            }
            Err(end) => end,
        };
        if matches!(end, SessionEnd::Asked) {
            break;
        }
        tracing::warn!(link = shared.config.link, reason = %end, ?pause, "the SMPP link is down");
        shared.state.send_replace(LinkState::Down { reason: end.to_string() });
        tokio::select! {
            () = sleep(pause) => {}
            _ = closing.wait_for(|closing| *closing) => break,
        }
        pause = (pause * 2).min(longest);
    }
    shared.link.send_replace(None);
    shared.state.send_replace(LinkState::Closed);
}
