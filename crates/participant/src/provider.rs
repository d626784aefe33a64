//! The provider: what a participant answers to the messages its gateway brings.
//!
//! A list becomes arrivals that are durable before the answer is written; a question runs a process to its end. Every refusal is a
//! fault that says what is wrong and how to mend it; what went wrong inside is for the log alone.

use std::sync::Arc;

use bytes::Bytes;
use engine::{Arrival, Engine, EngineError, Received};
use gateway::Reply;
use jiff::Timestamp;
use registry::{Feel, Query, Rows, Service, ServiceKind};
use rules::feel::{Env, Functions, Scope};
use rules::{Context, Value};
use soap::contract::{BindError, Contract};
use soap::{Code, Data, Incoming, MessageDate, Refusal, Status, SyncRequest, SyncResponse};

use crate::{Disclosure, Setup};

/// Answers become one id with the message they answer under this name.
const ANSWER: [u8; 16] = *b"exchange answer.";
/// Fuel for the two expressions of a row: they only put names together.
const FUEL: u64 = 20_000;
/// Longest key of a case, in bytes.
const LONGEST_KEY: usize = 400;

/// What a provider hands messages to: the engine, or a double in tests.
pub trait Business: Send + Sync {
    /// Takes rows in. Durable when it returns.
    ///
    /// # Errors
    /// The store refuses; the sender repeats all rows.
    fn receive(&self, arrivals: Vec<(String, Arrival)>, now: Timestamp)
    -> Result<Vec<Received>, EngineError>;

    /// Answers a question.
    ///
    /// # Errors
    /// No process answers, or not at once; the store refuses.
    fn query(
        &self,
        message: &str,
        case_ref: &str,
        variables: Context,
        message_id: &str,
        now: Timestamp,
    ) -> Result<Context, EngineError>;
}

impl Business for Engine {
    fn receive(
        &self,
        arrivals: Vec<(String, Arrival)>,
        now: Timestamp,
    ) -> Result<Vec<Received>, EngineError> {
        Engine::receive(self, arrivals, now)
    }

    fn query(
        &self,
        message: &str,
        case_ref: &str,
        variables: Context,
        message_id: &str,
        now: Timestamp,
    ) -> Result<Context, EngineError> {
        Engine::query(self, message, case_ref, variables, message_id, now)
    }
}

/// The provider of one participant.
pub struct Provider {
    setup: Arc<Setup>,
    business: Arc<dyn Business>,
}

/// A request that came from the gateway, for a service of this participant, by somebody who may ask.
struct Admitted<'a> {
    request: &'a SyncRequest,
    sender: String,
    service: &'a Service,
    contract: &'a Contract,
    payload: Context,
}

/// A refusal, and whether the one who asked is the gateway: to others nothing is signed.
struct Rejection {
    refusal: Refusal,
    session: Option<String>,
    signed: bool,
}

impl Provider {
    /// A provider over the business of a participant.
    #[must_use]
    pub fn new(setup: Arc<Setup>, business: Arc<dyn Business>) -> Provider {
        Provider { setup, business }
    }

    /// Who it is.
    #[must_use]
    pub fn setup(&self) -> &Arc<Setup> {
        &self.setup
    }

    /// Answers one message. Waits for the commit of what it takes in.
    #[must_use]
    pub fn answer(&self, raw: &[u8], now: Timestamp) -> Reply {
        match self.try_answer(raw, now) {
            Ok(body) => Reply { status: 200, body },
            Err(rejection) => self.fault(&rejection, now),
        }
    }

    /// The fault for a message that was not looked at.
    #[must_use]
    pub fn turn_away(&self, code: Code, reason: &str, now: Timestamp) -> Reply {
        let refusal = Refusal::new(code, reason);
        self.fault(&Rejection { refusal, session: None, signed: false }, now)
    }

    fn try_answer(&self, raw: &[u8], now: Timestamp) -> Result<Bytes, Rejection> {
        let stranger = |refusal: Refusal| Rejection { refusal, session: None, signed: false };
        let incoming = soap::read(raw, &self.setup.limits).map_err(stranger)?;
        let request = incoming.request().map_err(stranger)?;
        let Some(expected) = self.setup.gateway() else {
            tracing::error!(participant = %self.setup.participant, "the registry does not name this participant's gateway");
            return Err(stranger(internal()));
        };
        self.setup
            .identity
            .verify(&incoming, expected, now)
            .map_err(|distrust| stranger(distrust.refusal))?;
        let known =
            |refusal: Refusal| Rejection { refusal, session: request.session_id.clone(), signed: true };
        let admitted = self.admit(&incoming, request).map_err(known)?;
        let response = match &admitted.service.kind {
            ServiceKind::Rows(rows) => self.rows(&admitted, rows, now),
            ServiceKind::Query(query) => self.query(&admitted, query, now),
            ServiceKind::Exchange => Err(not_here(&admitted.service.id)),
        };
        let response = response.map_err(known)?;
        self.write(&admitted, &response, now).map_err(known)
    }

    fn admit<'a>(&'a self, incoming: &Incoming, request: &'a SyncRequest) -> Result<Admitted<'a>, Refusal> {
        request.check()?;
        let sender = self.setup.sender(&request.sender.id).ok_or_else(|| {
            Refusal::new(Code::NotConnected, "the sender named by the gateway is not known here")
        })?;
        let sender = sender.id.to_string();
        let service = self
            .setup
            .registry
            .service(&request.service_id)
            .filter(|service| service.provider.as_str() == self.setup.participant)
            .ok_or_else(|| not_here(&request.service_id))?;
        if !service.consumers.iter().any(|consumer| consumer.as_str() == sender) {
            let reason =
                format!("{sender} is not among the consumers of {}; apply for a connection", service.id);
            return Err(Refusal::new(Code::NotConnected, reason));
        }
        let contract = self.setup.contracts.get(service.id.as_str()).ok_or_else(|| {
            tracing::error!(service = %service.id, "the contract of a service was not loaded");
            internal()
        })?;
        let data = incoming.data().ok_or_else(|| {
            Refusal::new(Code::FieldMissing, "requestData/data is missing; it carries the request")
        })?;
        let payload = contract.decode(&service.request, data)?;
        Ok(Admitted { request, sender, service, contract, payload })
    }

    /// A list: every row is taken, known already, or refused with the reason.
    fn rows(&self, admitted: &Admitted<'_>, rows: &Rows, now: Timestamp) -> Result<Context, Refusal> {
        let list = admitted.payload.get(&rows.element).and_then(Value::as_list);
        let list = list.map_or(&[][..], |list| &list[..]);
        if list.len() > usize::try_from(rows.maximum).unwrap_or(usize::MAX) {
            let reason = format!(
                "{} rows; at most {} are taken at once, send the rest apart",
                list.len(),
                rows.maximum
            );
            return Err(Refusal::new(Code::DataInvalid, reason));
        }
        let mut arrivals = Vec::with_capacity(list.len());
        let mut results: Vec<(String, Result<usize, String>)> = Vec::with_capacity(list.len());
        for row in list {
            let Some(row) = row.as_context() else { continue };
            let row_id = row.get("rowId").and_then(Value::as_str).unwrap_or_default().to_owned();
            match self.arrival(admitted, rows, row, now) {
                Ok(arrival) => {
                    results.push((row_id.clone(), Ok(arrivals.len())));
                    arrivals.push((format!("{}/{row_id}", admitted.service.id), arrival));
                }
                Err(reason) => results.push((row_id, Err(reason))),
            }
        }
        let told: Vec<String> = arrivals.iter().map(|(_, arrival)| arrival.case_ref.clone()).collect();
        let received = self.business.receive(arrivals, now).map_err(|error| self.inside(admitted, &error))?;
        for case_ref in &told {
            self.disclosed(admitted, &admitted.sender, &self.setup.participant, case_ref, now);
        }
        let results = results.into_iter().map(|(row_id, outcome)| {
            let (status, reason) = match outcome {
                Ok(at) => match received.get(at) {
                    Some(Received::Accepted) => ("accepted", None),
                    Some(Received::Duplicate) => ("duplicate", None),
                    Some(Received::Conflict) => (
                        "refused",
                        Some(
                            "another row was received before under this rowId; give every row its own"
                                .to_owned(),
                        ),
                    ),
                    None => ("refused", Some("the row was not taken; send it again".to_owned())),
                },
                Err(reason) => ("refused", Some(reason)),
            };
            let result = Context::new().with("rowId", row_id).with("status", status);
            Value::Context(match reason {
                Some(reason) => result.with("reason", reason),
                None => result,
            })
        });
        Ok(Context::new().with("result", Value::list(results)))
    }

    fn arrival(
        &self,
        admitted: &Admitted<'_>,
        rows: &Rows,
        row: &Context,
        now: Timestamp,
    ) -> Result<Arrival, String> {
        let functions = Functions::new();
        let mut env = Env::new(now, calendar::almaty(), &functions);
        env.fuel = FUEL;
        let scope = Scope::new(&env).with(Context::new().with("row", row.clone()));
        let key = |feel: Option<&Feel>, what: &str| feel.map(|feel| key_of(feel, &scope, what)).transpose();
        let case_ref = key(rows.case_ref.as_ref(), "case")?;
        let correlation = key(rows.correlation.as_ref(), "correlation")?;
        let either = || "the passport names neither case nor correlation".to_owned();
        let case_ref = case_ref.or_else(|| correlation.clone()).ok_or_else(either)?;
        Ok(Arrival {
            message: rows.message.clone(),
            correlation: correlation.unwrap_or_else(|| case_ref.clone()),
            case_ref,
            payload: row.clone(),
            message_id: admitted.request.message_id.clone(),
            sender: admitted.sender.clone(),
            time_to_live_ms: i64::try_from(rows.wait.as_millis()).unwrap_or(i64::MAX),
            by_key: false,
        })
    }

    fn query(&self, admitted: &Admitted<'_>, query: &Query, now: Timestamp) -> Result<Context, Refusal> {
        let field = |name: &str| admitted.payload.get(name).and_then(Value::as_str);
        let message_id = &admitted.request.message_id;
        let case_ref = field("caseRef").or_else(|| field("requestId")).unwrap_or(message_id).to_owned();
        let response = self
            .business
            .query(&query.message, &case_ref, admitted.payload.clone(), message_id, now)
            .map_err(|error| self.inside(admitted, &error))?;
        self.disclosed(admitted, &self.setup.participant, &admitted.sender, &case_ref, now);
        Ok(response)
    }

    fn disclosed(&self, admitted: &Admitted<'_>, from: &str, to: &str, case_ref: &str, at: Timestamp) {
        if admitted.service.personal_data {
            self.setup.disclosures.on_disclosure(&Disclosure {
                from: from.to_owned(),
                to: to.to_owned(),
                service: admitted.service.id.to_string(),
                case_ref: case_ref.to_owned(),
                message_id: admitted.request.message_id.clone(),
                at,
            });
        }
    }

    /// What went wrong inside: in full for the log, no more than "later" for the one who asked.
    fn inside(&self, admitted: &Admitted<'_>, error: &EngineError) -> Refusal {
        let participant = &self.setup.participant;
        tracing::error!(%participant, service = %admitted.service.id, message = admitted.request.message_id, %error, "a message could not be carried out");
        internal()
    }

    fn write(&self, admitted: &Admitted<'_>, response: &Context, now: Timestamp) -> Result<Bytes, Refusal> {
        let wrong = |error: String| {
            tracing::error!(participant = %self.setup.participant, service = %admitted.service.id, error, "an answer could not be written");
            internal()
        };
        let fragment = admitted
            .contract
            .encode(&admitted.service.response, response)
            .map_err(|error: BindError| wrong(format!("it breaks the contract: {error}")))?;
        let request = admitted.request;
        let id = civic::MessageId::derive(ANSWER, &request.message_id);
        let message = SyncResponse {
            message_id: id.to_string(),
            correlation_id: Some(request.message_id.clone()),
            response_date: MessageDate::at(now),
            status: Status::success(),
            session_id: request.session_id.clone(),
        };
        let data = Some(Data::from_fragment(&fragment));
        let outgoing = soap::write::response(&message, data, Some(&format!("id-{id}")))
            .map_err(|error| wrong(error.to_string()))?;
        self.setup.identity.sign(&outgoing).map_err(|error| wrong(error.to_string()))
    }

    fn fault(&self, rejection: &Rejection, now: Timestamp) -> Reply {
        let fault = rejection.refusal.fault(now, rejection.session.as_deref());
        let body_id =
            format!("id-{}", civic::MessageId::derive(ANSWER, rejection.session.as_deref().unwrap_or("")));
        let written = soap::write::fault(&fault, rejection.signed.then_some(body_id.as_str()));
        let body = match written {
            Ok(outgoing) if rejection.signed => {
                self.setup.identity.sign(&outgoing).map_err(|error| error.to_string())
            }
            Ok(outgoing) => Ok(Bytes::from(outgoing.envelope(None))),
            Err(error) => Err(error.to_string()),
        };
        let body = body.unwrap_or_else(|error| {
            tracing::error!(participant = %self.setup.participant, error, "a fault could not be written");
            Bytes::new()
        });
        Reply { status: 500, body }
    }
}

fn key_of(feel: &Feel, scope: &Scope<'_>, what: &str) -> Result<String, String> {
    let value = feel.expression.evaluate(scope).map_err(|error| format!("the {what} of the row: {error}"))?;
    match value.as_str() {
        Some(text) if !text.is_empty() && text.len() <= LONGEST_KEY => Ok(text.to_owned()),
        _ => Err(format!("`{}` gives no text for the {what}; fill the fields that it reads", feel.text)),
    }
}

fn not_here(service: impl std::fmt::Display) -> Refusal {
    let shown: String = service.to_string().chars().take(80).collect();
    Refusal::new(
        Code::ServiceUnavailable,
        format!("{shown} is no service of this participant; write serviceId as the registry has it"),
    )
}

fn internal() -> Refusal {
    Refusal::new(Code::Internal, "the message cannot be carried out now; send the same message again later")
}

#[cfg(test)]
mod tests;
