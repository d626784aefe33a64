//! What an answer means for the effects that its message carried.

use std::collections::HashMap;

use engine::{Outgoing, Settlement};
use gateway::{Reply, TransportFailure};
use jiff::Timestamp;
use rules::{Context, Value};
use soap::{Code, Fault, FaultCode, Incoming, Message, Status};

use super::{Call, Client, Kind, later};
use crate::Disclosure;

/// Codes of faults that say that this message will never pass as it is.
const OF_THE_CONTENT: [Code; 6] = [
    Code::EnvelopeInvalid,
    Code::DataInvalid,
    Code::FieldMissing,
    Code::CorrelationMissing,
    Code::UnknownRoute,
    Code::IdentifierUsed,
];

impl Client {
    /// What became of every effect of a call.
    #[must_use]
    pub fn conclude(
        &self,
        call: Call,
        outcome: Result<Reply, TransportFailure>,
        now: Timestamp,
    ) -> Vec<(Outgoing, Settlement)> {
        let concluded = match outcome {
            Ok(reply) => self.weigh(&call, &reply.body, now),
            Err(failure) => Err(Unsettled::Later(format!("gateway: {failure}"))),
        };
        match concluded {
            Ok(answer) => self.settle(call, &answer, now),
            Err(Unsettled::Later(reason)) => {
                call.items.into_iter().map(|item| later(item.outgoing, reason.clone())).collect()
            }
            Err(Unsettled::Refused { code, message }) => {
                let settlement = || Settlement::Refused { code: code.clone(), message: message.clone() };
                call.items.into_iter().map(|item| (item.outgoing, settlement())).collect()
            }
        }
    }

    /// Verifies and reads an answer.
    fn weigh(&self, call: &Call, body: &[u8], now: Timestamp) -> Result<Context, Unsettled> {
        let later = |reason: String| Unsettled::Later(reason);
        let incoming = soap::read(body, &self.setup.limits)
            .map_err(|refusal| later(format!("gateway: its answer cannot be read: {}", refusal.reason)))?;
        let expected = self.setup.gateway();
        let expected =
            expected.ok_or_else(|| later("registers: this participant has no gateway".to_owned()))?;
        let trusted = self.setup.identity.verify(&incoming, expected, now);
        match incoming.message() {
            Message::Fault(fault) => Err(of_fault(call, fault, trusted.is_ok())),
            Message::SyncResponse(response) => {
                if let Err(distrust) = trusted {
                    return Err(later(format!(
                        "gateway: its answer is not believed: {}",
                        distrust.refusal.reason
                    )));
                }
                if response.correlation_id.as_deref().is_some_and(|id| id != call.message_id) {
                    return Err(later("gateway: it answered another message".to_owned()));
                }
                self.read(call, &incoming, &response.status)
            }
            _ => Err(later("gateway: it answered with something that is no answer".to_owned())),
        }
    }

    fn read(&self, call: &Call, incoming: &Incoming, status: &Status) -> Result<Context, Unsettled> {
        if !status.is_success() {
            let code = status.code.chars().take(40).collect();
            let message = status.message.chars().take(1000).collect();
            return Err(Unsettled::Refused { code, message });
        }
        let nonsense = |reason: String| {
            Unsettled::Later(format!(
                "{}: its answer breaks the contract of {}: {reason}",
                call.provider, call.service
            ))
        };
        let (service, contract) = self.service(&call.service).map_err(Unsettled::Later)?;
        let data = incoming.data().ok_or_else(|| nonsense("it has no data".to_owned()))?;
        contract.decode(&service.response, data).map_err(|error| nonsense(error.to_string()))
    }

    fn settle(&self, call: Call, answer: &Context, now: Timestamp) -> Vec<(Outgoing, Settlement)> {
        self.disclosed(&call, now);
        if call.kind == Kind::Question {
            let answered = |item: super::Item| (item.outgoing, Settlement::Answered(answer.clone()));
            return call.items.into_iter().map(answered).collect();
        }
        let results = answer.get("result").and_then(Value::as_list);
        let mut by_row: HashMap<&str, &Context> = HashMap::new();
        for result in results.into_iter().flatten().filter_map(Value::as_context) {
            if let Some(row_id) = result.get("rowId").and_then(Value::as_str) {
                by_row.entry(row_id).or_insert(result);
            }
        }
        let settle = |item: super::Item| {
            let result = by_row.get(item.row_id.as_str()).copied();
            let text = |name: &str| result.and_then(|result| result.get(name)).and_then(Value::as_str);
            match (result, text("status")) {
                (Some(result), Some("accepted" | "duplicate")) => {
                    (item.outgoing, Settlement::Answered(result.clone()))
                }
                (Some(_), Some("refused")) => {
                    let message = text("reason").unwrap_or("no reason was given").to_owned();
                    (item.outgoing, Settlement::Refused { code: "refused".to_owned(), message })
                }
                _ => later(item.outgoing, format!("{}: its answer says nothing of the row", call.provider)),
            }
        };
        call.items.into_iter().map(settle).collect()
    }

    /// An answered question brought data here; an answered list gave data away.
    fn disclosed(&self, call: &Call, at: Timestamp) {
        if !self.setup.registry.service(&call.service).is_some_and(|service| service.personal_data) {
            return;
        }
        let (own, other) = (&self.setup.participant, &call.provider);
        let (from, to) = if call.kind == Kind::Question { (other, own) } else { (own, other) };
        for item in &call.items {
            self.setup.disclosures.on_disclosure(&Disclosure {
                from: from.clone(),
                to: to.clone(),
                service: call.service.clone(),
                case_ref: item.outgoing.case_ref.clone(),
                message_id: call.message_id.clone(),
                at,
            });
        }
    }
}

/// Why there is no answer.
enum Unsettled {
    /// It may come yet.
    Later(String),
    /// It was refused.
    Refused { code: String, message: String },
}

/// A fault. Only the gateway's signed word that the message itself is wrong ends an effect; all else may be mended outside of it
/// (an address, a connection, a certificate), and the effect is tried again.
fn of_fault(call: &Call, fault: &Fault, signed: bool) -> Unsettled {
    let error = fault.error.as_ref();
    let own = error.and_then(|error| error.data.as_deref()).unwrap_or_default();
    let code = fault.error_code();
    let known = OF_THE_CONTENT
        .iter()
        .any(|known| [own, code].contains(&known.number()) || known.on_the_wire() == code);
    let reason: String = fault.reason.chars().take(500).collect();
    if signed && known && fault.code == FaultCode::Client {
        return Unsettled::Refused { code: code.chars().take(40).collect(), message: reason };
    }
    let mark = if signed { "" } else { " (not signed)" };
    Unsettled::Later(format!("{}: {code}{mark}: {reason}", call.provider))
}
