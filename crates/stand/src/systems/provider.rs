//! A system answers a request: read, verified, bound to the contract, answered from the tables, signed – and then the switches.

use jiff::Timestamp;
use soap::{Code, Data, Fault, MessageDate, Refusal, Status, SyncRequest, SyncResponse};
use xml::Limits;

use super::envelope::{body_id, derived, signed};
use super::{Identity, Systems};
use crate::faults::{Drawn, Nonsense};
use crate::registers::Service;
use crate::world::{AnswerError, Answered};

/// What goes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// An HTTP answer.
    Answer {
        /// HTTP status: 200, or 500 for a fault.
        http: u16,
        /// The envelope.
        body: Vec<u8>,
        /// How much later it goes out (a switch).
        delay_ms: u64,
    },
    /// HTTP 503 without a body (a switch).
    Down,
    /// Nothing, ever (a switch).
    Silent,
}

/// What an answer is made of before it is written.
struct Answer {
    request: SyncRequest,
    service_id: String,
    answered: Answered,
}

impl Systems {
    /// Answers an envelope that came to a system, at the legal moment `now`.
    pub fn handle_envelope(&self, system: &str, bytes: &[u8], now: Timestamp) -> Reply {
        let Some(identity) = self.identities.get(system) else { return Reply::Down };
        let incoming = match soap::read(bytes, &Limits::message()) {
            Ok(incoming) => incoming,
            Err(refusal) => return fault(identity, &refusal, None, now),
        };
        let request = match incoming.request() {
            Ok(request) => request.clone(),
            Err(refusal) => return fault(identity, &refusal, None, now),
        };
        let drawn = self.world().faults.draw(system, &request.service_id);
        if drawn.down {
            return Reply::Down;
        }
        let answer = self.answer(system, &incoming, request.clone(), &drawn, now);
        if drawn.silent {
            return Reply::Silent;
        }
        let reply = match answer {
            Ok(answer) => self.write(identity, answer, &drawn, now),
            Err(refusal) => fault(identity, &refusal, Some(&request), now),
        };
        match reply {
            Reply::Answer { http, body, .. } => Reply::Answer { http, body, delay_ms: drawn.slow_ms },
            other => other,
        }
    }

    fn answer(
        &self,
        system: &str,
        incoming: &soap::Incoming,
        request: SyncRequest,
        drawn: &Drawn,
        now: Timestamp,
    ) -> Result<Answer, Refusal> {
        self.verify(system, incoming, now)?;
        request.check()?;
        let service_id = request.service_id.clone();
        let mut world = self.world();
        let unknown =
            || Refusal::new(Code::ServiceUnavailable, format!("{system} offers no service {service_id}"));
        let service = world.services().get(&service_id).filter(|service| service.passport.provider == system);
        let root = service.map(|service| service.passport.request.element.clone()).ok_or_else(unknown)?;
        let contract = self.contracts.get(&service_id).ok_or_else(unknown)?;
        let data = incoming.data().ok_or_else(|| Refusal::envelope("the request has no data"))?;
        // Providers of the field answer data that do not fit the contract as SCE001 (gateway-wire 9).
        let bound = contract.decode(&root, data).map_err(|error| Refusal::envelope(error.to_string()))?;
        let internal = |error: AnswerError| {
            tracing::error!(%error, "the stand cannot answer");
            Refusal::new(Code::Internal, error.to_string())
        };
        if let Some(code) = &drawn.status_code {
            let message = "this answer was ordered by a switch of the stand".to_owned();
            let answered = Answered::Status { code: code.clone(), message };
            return Ok(Answer { request, service_id, answered });
        }
        let mut answered = world.answer(&service_id, &bound, now).map_err(internal)?;
        if let Some(lie) = &drawn.lie {
            answered = world.lie(&service_id, lie, &bound, &answered, now).map_err(internal)?;
        }
        Ok(Answer { request, service_id, answered })
    }

    fn write(&self, identity: &Identity, answer: Answer, drawn: &Drawn, now: Timestamp) -> Reply {
        match self.response(identity, &answer, drawn.nonsense, now) {
            Ok(body) => Reply::Answer { http: 200, body, delay_ms: 0 },
            Err(reason) => {
                tracing::error!(
                    reason,
                    service = answer.service_id,
                    "an answer of the stand cannot be written"
                );
                fault(identity, &Refusal::new(Code::Internal, reason), Some(&answer.request), now)
            }
        }
    }

    fn response(
        &self,
        identity: &Identity,
        answer: &Answer,
        nonsense: Option<Nonsense>,
        now: Timestamp,
    ) -> Result<Vec<u8>, String> {
        if nonsense == Some(Nonsense::Malformed) {
            return Ok(b"<soap:Envelope><oops".to_vec());
        }
        let request = &answer.request;
        let message_id = derived(&["answer", &answer.service_id, &request.message_id]).to_string();
        let correlation = match nonsense {
            Some(Nonsense::WrongCorrelation) => derived(&["another message", &message_id]).to_string(),
            _ => request.message_id.clone(),
        };
        let (status, fragment) = match &answer.answered {
            Answered::Status { code, message } => (Status::new(code.clone(), message), None),
            Answered::Response(response) => {
                let (contract, root) = self.contract_of(&answer.service_id)?;
                let fragment =
                    contract.encode(&root, response).map_err(|error| format!("the answer: {error}"))?;
                (Status::success(), Some(fragment))
            }
        };
        let response = SyncResponse {
            message_id: message_id.clone(),
            correlation_id: Some(correlation),
            response_date: MessageDate::at(now),
            status,
            session_id: request.session_id.clone(),
        };
        let data = match nonsense {
            Some(Nonsense::WrongSchema) => Some(Data::from_text("бұл келісімшарт бойынша емес")),
            _ => fragment.as_ref().map(Data::from_fragment),
        };
        let id = (nonsense != Some(Nonsense::Unsigned)).then(|| body_id(&message_id));
        let outgoing =
            soap::write::response(&response, data, id.as_deref()).map_err(|error| error.to_string())?;
        let envelope = signed(&outgoing, identity.signer.as_ref()).map_err(|error| error.to_string())?;
        Ok(match nonsense {
            Some(Nonsense::WrongSignature) => {
                envelope.replacen("<message>", "<message>\u{2009}", 1).into_bytes()
            }
            _ => envelope.into_bytes(),
        })
    }

    fn contract_of(&self, service_id: &str) -> Result<(&soap::contract::Contract, String), String> {
        let contract =
            self.contracts.get(service_id).ok_or_else(|| format!("no contract of {service_id}"))?;
        let root = |service: &Service| service.passport.response.element.clone();
        let root = self.world().services().get(service_id).map(root);
        Ok((contract, root.ok_or_else(|| format!("no service {service_id}"))?))
    }
}

/// A fault, signed like any other answer.
fn fault(identity: &Identity, refusal: &Refusal, request: Option<&SyncRequest>, now: Timestamp) -> Reply {
    let fault: Fault = refusal.fault(now, request.and_then(|request| request.session_id.as_deref()));
    let named = request.map_or("", |request| request.message_id.as_str());
    let id = body_id(&derived(&["fault", named, &refusal.reason]).to_string());
    let written = soap::write::fault(&fault, Some(&id)).map_err(|error| error.to_string());
    let envelope = written
        .and_then(|outgoing| signed(&outgoing, identity.signer.as_ref()).map_err(|error| error.to_string()));
    match envelope {
        Ok(envelope) => Reply::Answer { http: 500, body: envelope.into_bytes(), delay_ms: 0 },
        Err(reason) => {
            tracing::error!(reason, "a fault of the stand cannot be written");
            Reply::Down
        }
    }
}
