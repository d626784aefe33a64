//! What crosses between participants: by the registry's connections, encoded and decoded by the contract, as on the wire.

use std::time::Duration;

use engine::{Arrival, Engine, Outgoing, Received, Settlement};
use jiff::{SignedDuration, Timestamp};
use registry::{Service, ServiceKind};
use rules::temporal::DateTime;
use rules::{Context, Env, Functions, Scope, Value};
use soap::contract::Contract;
use stand::smsc::{Answer, Submission, Waiting};
use stand::world::{Answered, Sent};
use xml::{Document, Limits};

use crate::{HOSTED, Simulation, SimulationError, engine_error};

/// How long the sender waits before it tries again.
const TRY_AGAIN: Duration = Duration::from_secs(300);

/// A message that crossed.
#[derive(Debug, Clone)]
pub struct Crossed {
    /// When.
    pub at: Timestamp,
    /// Who asked.
    pub sender: String,
    /// What.
    pub service: String,
    /// Who answers.
    pub provider: String,
    /// The question or row, as the provider read it.
    pub request: Context,
    /// How it ended: `answered`, `accepted`, `duplicate`, or the reason.
    pub outcome: String,
}

impl Simulation {
    /// Carries out what an engine has to send now. True when anything was carried out.
    pub(crate) fn deliver_outgoing(&mut self, engine: &Engine) -> Result<bool, SimulationError> {
        let items =
            engine.outgoing(self.now, 1_000).map_err(|error| engine_error(engine.participant(), error))?;
        let any = !items.is_empty();
        for item in items {
            let settlement = self.carry_out(engine, &item)?;
            if let Settlement::Later { after, .. } = &settlement {
                let after = SignedDuration::try_from(*after).unwrap_or(SignedDuration::from_secs(60));
                self.retries.push(self.now + after);
            }
            engine.settle_outgoing(&item, settlement);
        }
        Ok(any)
    }

    fn carry_out(&mut self, engine: &Engine, item: &Outgoing) -> Result<Settlement, SimulationError> {
        let (kind, service) = item.task_type.split_once(':').unwrap_or((&item.task_type, ""));
        match kind {
            "smpp" => Ok(self.submit_sms(item)),
            "gateway" | "send" => self.exchange(engine.participant(), service, item),
            other => Ok(Settlement::Refused {
                code: String::new(),
                message: format!("nobody carries out `{other}`"),
            }),
        }
    }

    fn exchange(
        &mut self,
        sender: &str,
        service: &str,
        item: &Outgoing,
    ) -> Result<Settlement, SimulationError> {
        let registry = std::sync::Arc::clone(&self.content.registry);
        let grant = match registry.connection(sender, service) {
            Ok(grant) => grant,
            Err(refusal) => {
                let message = format!("{} may not use {service}: {refusal}", sender);
                return Ok(Settlement::Refused { code: refusal.code().to_owned(), message });
            }
        };
        let rows = matches!(grant.service.kind, ServiceKind::Rows(_));
        let request = if rows {
            let mut row = item.request.clone();
            if !row.contains("rowId") {
                row.insert("rowId", engine_id(&item.id));
            }
            Context::new().with("row", Value::list([Value::Context(row)]))
        } else {
            item.request.clone()
        };
        let provider = grant.provider.id.as_str().to_owned();
        let request = match self.cross(grant.service, &grant.service.request, &request) {
            Ok(request) => request,
            Err(reason) => return Ok(Settlement::Refused { code: "SCE001".into(), message: reason }),
        };
        let answer = match &grant.service.kind {
            ServiceKind::Rows(_) => self.hand_rows(sender, grant.service, &request, &engine_id(&item.id))?,
            ServiceKind::Query(query) => self.ask_hosted(&provider, &query.message, item, &request)?,
            ServiceKind::Exchange => self.ask_outside(&provider, service, &request)?,
        };
        let settlement = match answer {
            Settlement::Answered(answer) => match self.cross(grant.service, &grant.service.response, &answer)
            {
                Ok(answer) if rows => one_result(&answer),
                Ok(answer) => Settlement::Answered(answer),
                Err(reason) => Settlement::Later {
                    reason: format!("{provider} answers nonsense: {reason}"),
                    after: TRY_AGAIN,
                },
            },
            other => other,
        };
        let outcome = match &settlement {
            Settlement::Answered(_) => "answered".to_owned(),
            Settlement::Refused { code, message } => format!("{code}: {message}"),
            Settlement::Later { reason, .. } => reason.clone(),
        };
        self.crossed.push(Crossed {
            at: self.now,
            sender: sender.to_owned(),
            service: service.to_owned(),
            provider,
            request,
            outcome,
        });
        Ok(settlement)
    }

    /// Whether `sender` could ask this at all: the connection is there and the question fits the contract.
    ///
    /// # Errors
    /// Why it is refused.
    pub fn would_pass(&self, sender: &str, service: &str, request: &Context) -> Result<(), String> {
        let grant =
            self.content.registry.connection(sender, service).map_err(|refusal| refusal.to_string())?;
        self.cross(grant.service, &grant.service.request, request).map(|_| ())
    }

    /// A context as the other side reads it: encoded and decoded by the contract.
    fn cross(&self, service: &Service, root: &str, context: &Context) -> Result<Context, String> {
        let contract: &Contract = self
            .content
            .contracts
            .get(service.id.as_str())
            .ok_or_else(|| format!("{} has no contract", service.id))?;
        let fragment = contract.encode(root, context).map_err(|error| format!("{}: {error}", service.id))?;
        let document = Document::parse(fragment.as_str().as_bytes(), &Limits::message())
            .map_err(|error| error.to_string())?;
        contract.decode(root, document.root()).map_err(|error| format!("{}: {error}", service.id))
    }

    /// Rows for a hosted participant.
    fn hand_rows(
        &mut self,
        sender: &str,
        service: &Service,
        request: &Context,
        message_id: &str,
    ) -> Result<Settlement, SimulationError> {
        let ServiceKind::Rows(kind) = &service.kind else {
            return Err(SimulationError::Content(format!("{} takes no rows", service.id)));
        };
        let Some(engine) = self.engine(service.provider.as_str()).cloned() else {
            return Err(SimulationError::Content(format!("{} is not hosted", service.provider)));
        };
        let mut results = Vec::new();
        let rows =
            request.get(&kind.element).and_then(Value::as_list).map(|rows| rows.to_vec()).unwrap_or_default();
        for row in rows {
            let Some(row) = row.as_context().cloned() else { continue };
            let row_id = text(&row, "rowId");
            let evaluated = |feel: &Option<registry::Feel>| -> Result<String, String> {
                match feel {
                    None => Ok(text(&row, "caseRef")),
                    Some(feel) => self.evaluate(&feel.expression, &row),
                }
            };
            let (case_ref, correlation) = match (evaluated(&kind.case_ref), evaluated(&kind.correlation)) {
                (Ok(case_ref), Ok(correlation)) => (case_ref, correlation),
                (Err(reason), _) | (_, Err(reason)) => {
                    results.push(result(&row_id, "refused", Some(&reason)));
                    continue;
                }
            };
            let arrival = Arrival {
                message: kind.message.clone(),
                case_ref,
                correlation,
                payload: row,
                message_id: message_id.to_owned(),
                sender: sender.to_owned(),
                time_to_live_ms: i64::try_from(kind.wait.as_millis()).unwrap_or(i64::MAX / 4),
                by_key: false,
            };
            let received = engine
                .receive(vec![(format!("{}/{row_id}", service.id), arrival)], self.now)
                .map_err(|error| engine_error(engine.participant(), error))?;
            let (status, reason) = match received.first() {
                Some(Received::Accepted) => ("accepted", None),
                Some(Received::Duplicate) => ("duplicate", None),
                Some(Received::Conflict) | None => ("refused", Some("another row came under this rowId")),
            };
            results.push(result(&row_id, status, reason));
        }
        Ok(Settlement::Answered(Context::new().with("result", Value::list(results))))
    }

    fn evaluate(&self, expression: &rules::Expression, row: &Context) -> Result<String, String> {
        let functions = Functions::new();
        let env = Env::new(self.now, calendar::almaty(), &functions);
        let scope = Scope::new(&env).with(Context::new().with("row", row.clone()));
        match expression.evaluate(&scope) {
            Ok(Value::String(key)) => Ok(key.to_string()),
            Ok(other) => Err(format!("the key of the row is a {}, a text is needed", other.type_name())),
            Err(error) => Err(error.to_string()),
        }
    }

    fn ask_hosted(
        &mut self,
        provider: &str,
        message: &str,
        item: &Outgoing,
        request: &Context,
    ) -> Result<Settlement, SimulationError> {
        let Some(engine) = self.engine(provider).cloned() else {
            return Err(SimulationError::Content(format!("{provider} is not hosted")));
        };
        let answer = engine.query(message, &item.case_ref, request.clone(), &engine_id(&item.id), self.now);
        Ok(match answer {
            Ok(answer) => Settlement::Answered(answer),
            Err(error) => Settlement::Later { reason: format!("{provider}: {error}"), after: TRY_AGAIN },
        })
    }

    fn ask_outside(
        &mut self,
        provider: &str,
        service: &str,
        request: &Context,
    ) -> Result<Settlement, SimulationError> {
        let drawn = self.world.faults.draw(provider, service);
        if drawn.down {
            return Ok(Settlement::Later {
                reason: format!("{provider} refuses the connection"),
                after: TRY_AGAIN,
            });
        }
        let mut answer = self.world.answer(service, request, self.now);
        if let (Some(lie), Ok(honest)) = (&drawn.lie, &answer) {
            answer = self.world.lie(service, lie, request, honest, self.now);
        }
        if drawn.silent {
            return Ok(Settlement::Later { reason: format!("{provider} does not answer"), after: TRY_AGAIN });
        }
        if drawn.nonsense.is_some() {
            return Ok(Settlement::Later {
                reason: format!("{provider} answers nonsense"),
                after: TRY_AGAIN,
            });
        }
        if let Some(code) = drawn.status_code {
            return Ok(Settlement::Refused { code, message: "status set by a switch".into() });
        }
        match answer {
            Ok(Answered::Response(response)) => Ok(Settlement::Answered(response)),
            Ok(Answered::Status { code, message }) => Ok(Settlement::Refused { code, message }),
            Err(error) => Err(SimulationError::Stand(error.to_string())),
        }
    }

    fn submit_sms(&mut self, item: &Outgoing) -> Settlement {
        let submission = Submission {
            source: "1414".into(),
            destination: text(&item.request, "phone"),
            text: text(&item.request, "text"),
            part: None,
            receipt: true,
        };
        match self.smsc.submit("sms-gateway", submission, self.now) {
            Answer::Accepted(id) => {
                let at = DateTime::from_timestamp(self.now, &calendar::almaty());
                Settlement::Answered(Context::new().with("smppId", id).with("at", at))
            }
            Answer::BadNumber => {
                Settlement::Refused { code: "SMPP-0B".into(), message: "no such number".into() }
            }
            _ => Settlement::Later { reason: "the message centre does not answer".into(), after: TRY_AGAIN },
        }
    }

    /// Receipts and messages of people, to the sms-gateway.
    pub(crate) fn deliver_sms(&mut self) -> Result<bool, SimulationError> {
        let Some(engine) = self.engine("sms-gateway").cloned() else { return Ok(false) };
        let mut any = false;
        while let Some(waiting) = self.smsc.take_waiting("sms-gateway") {
            any = true;
            let at = DateTime::from_timestamp(self.now, &calendar::almaty());
            let (message, key, payload) = match waiting {
                Waiting::Incoming { phone, text, .. } => {
                    let id = format!("sms/{}/{}", self.now.as_millisecond(), self.crossed.len());
                    self.crossed.push(Crossed {
                        at: self.now,
                        sender: format!("+{phone}"),
                        service: "SMS".into(),
                        provider: "sms-gateway".into(),
                        request: Context::new().with("text", text.as_str()),
                        outcome: "accepted".into(),
                    });
                    let payload = Context::new()
                        .with("phone", format!("+{phone}"))
                        .with("text", text)
                        .with("receivedAt", at)
                        .with("smppId", id.as_str());
                    ("incoming sms", id, payload)
                }
                Waiting::Receipt { message_id, delivered, .. } => {
                    let state = if delivered { "delivered" } else { "undeliverable" };
                    let payload = Context::new()
                        .with("smppId", message_id.as_str())
                        .with("state", state)
                        .with("at", at);
                    ("delivery receipt", message_id, payload)
                }
            };
            let arrival = Arrival {
                message: message.into(),
                case_ref: key.clone(),
                correlation: key.clone(),
                payload,
                message_id: key.clone(),
                sender: "smsc".into(),
                time_to_live_ms: 86_400_000,
                by_key: false,
            };
            let row = format!("{message}/{key}");
            engine
                .receive(vec![(row, arrival)], self.now)
                .map_err(|error| engine_error(engine.participant(), error))?;
        }
        Ok(any)
    }

    /// What the outside systems send by themselves.
    pub(crate) fn deliver_facts(&mut self) -> Result<bool, SimulationError> {
        let waiting: Vec<stand::world::Outgoing> = self.world.waiting().cloned().collect();
        let any = !waiting.is_empty();
        let registry = std::sync::Arc::clone(&self.content.registry);
        for outgoing in waiting {
            let grant = registry.connection(&outgoing.sender, &outgoing.service);
            let grant = grant.map_err(|refusal| SimulationError::Content(refusal.to_string()))?;
            if !HOSTED.contains(&grant.provider.id.as_str()) {
                return Err(SimulationError::Content(format!("{} is not hosted", grant.provider.id)));
            }
            let request = Context::new().with("row", Value::list([Value::Context(outgoing.row.clone())]));
            let request = self
                .cross(grant.service, &grant.service.request, &request)
                .map_err(SimulationError::Stand)?;
            let mut answer = self.hand_rows(&outgoing.sender, grant.service, &request, &outgoing.id)?;
            if self.world.faults.draw_duplicate(&outgoing.sender, &outgoing.service) {
                answer = self.hand_rows(&outgoing.sender, grant.service, &request, &outgoing.id)?;
            }
            self.crossed.push(Crossed {
                at: self.now,
                sender: outgoing.sender.clone(),
                service: outgoing.service.clone(),
                provider: grant.provider.id.as_str().to_owned(),
                request,
                outcome: match &answer {
                    Settlement::Answered(results) => match one_result(results) {
                        Settlement::Answered(result) => text(&result, "status"),
                        Settlement::Refused { message, .. } | Settlement::Later { reason: message, .. } => {
                            message
                        }
                    },
                    Settlement::Refused { message, .. } | Settlement::Later { reason: message, .. } => {
                        message.clone()
                    }
                },
            });
            let sent = match answer {
                Settlement::Answered(_) => Sent::Taken("accepted".into()),
                _ => Sent::Refused("refused".into()),
            };
            self.world
                .settle(&outgoing.id, sent)
                .map_err(|error| SimulationError::Stand(error.to_string()))?;
        }
        Ok(any)
    }
}

/// The settlement of the one row of an envelope.
fn one_result(answer: &Context) -> Settlement {
    let results =
        answer.get("result").and_then(Value::as_list).map(|results| results.to_vec()).unwrap_or_default();
    match results.first().and_then(Value::as_context) {
        Some(result) if text(result, "status") == "refused" => {
            Settlement::Refused { code: "refused".into(), message: text(result, "reason") }
        }
        Some(result) => Settlement::Answered(result.clone()),
        None => Settlement::Later { reason: "the answer does not name the row".into(), after: TRY_AGAIN },
    }
}

fn result(row_id: &str, status: &str, reason: Option<&str>) -> Value {
    let mut result = Context::new().with("rowId", row_id).with("status", status);
    if let Some(reason) = reason {
        result.insert("reason", reason);
    }
    result.into()
}

fn text(context: &Context, name: &str) -> String {
    context.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn engine_id(id: &[u8; 16]) -> String {
    civic::OutboxId::from_bytes(*id).to_string()
}
