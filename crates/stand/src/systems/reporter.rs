//! A system reports something: the envelope to send to its gateway, and what the gateway's answer means.

use jiff::Timestamp;
use rules::{Context, Value};
use soap::contract::BindError;
use soap::{Data, Fault, FaultCode, Message, MessageDate, Password, Property, Sender, SyncRequest};
use xml::Limits;

use super::Systems;
use super::envelope::{WriteFailure, body_id, signed};
use crate::world::{Outgoing, Sent};

/// An envelope on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Gateway of the sender.
    pub gateway: String,
    /// The envelope; the same for every attempt but for its date and signature.
    pub body: Vec<u8>,
    /// Whether a switch wants it sent twice.
    pub twice: bool,
}

/// Why a report cannot be written. It stays in the queue: the data or the contract have to be mended.
#[derive(Debug, thiserror::Error)]
pub enum ComposeError {
    /// The sender is no system of the stand.
    #[error("{0} is no system of the stand")]
    Sender(String),
    /// There is no such service.
    #[error("there is no service {0} in the registers")]
    Service(String),
    /// The row does not fit the contract.
    #[error("the row does not fit the contract: {0}")]
    Contract(#[from] BindError),
    /// The envelope cannot be written or signed.
    #[error("the envelope cannot be written: {0}")]
    Envelope(String),
}

/// What an answer means for the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is settled.
    Settled(Sent),
    /// It is to be sent again later, under the same id.
    Again(String),
}

impl Systems {
    /// The envelope of a report.
    ///
    /// # Errors
    /// When the row does not fit the contract, or the key does not sign.
    pub fn compose(&self, outgoing: &Outgoing, now: Timestamp) -> Result<Letter, ComposeError> {
        let identity = self
            .identities
            .get(&outgoing.sender)
            .ok_or_else(|| ComposeError::Sender(outgoing.sender.clone()))?;
        let unknown = || ComposeError::Service(outgoing.service.clone());
        let contract = self.contracts.get(&outgoing.service).ok_or_else(unknown)?;
        let (root, twice) = {
            let mut world = self.world();
            let twice = world.faults.draw_duplicate(&outgoing.sender, &outgoing.service);
            let root = world
                .services()
                .get(&outgoing.service)
                .map(|service| service.passport.request.element.clone());
            (root.ok_or_else(unknown)?, twice)
        };
        let rows = Context::new().with("row", Value::list([Value::Context(outgoing.row.clone())]));
        let fragment = contract.encode(&root, &rows)?;
        let request = SyncRequest {
            message_id: outgoing.id.clone(),
            correlation_id: None,
            service_id: outgoing.service.clone(),
            message_date: MessageDate::at(now),
            route_id: None,
            sender: Sender {
                id: identity.sender_id.clone(),
                password: Some(Password::new(identity.password.clone())),
            },
            properties: vec![Property { key: "idempotencyKey".to_owned(), value: outgoing.id.clone() }],
            session_id: None,
        };
        let id = body_id(&outgoing.id);
        let failed = |error: WriteFailure| ComposeError::Envelope(error.to_string());
        let written = soap::write::request(&request, Some(Data::from_fragment(&fragment)), Some(&id));
        let written = written.map_err(|error| failed(error.into()))?;
        let body = signed(&written, identity.signer.as_ref()).map_err(failed)?.into_bytes();
        Ok(Letter { gateway: identity.row.gateway.clone(), body, twice })
    }

    /// What the gateway's answer means. An answer that is not verifiably the gateway's settles nothing.
    pub fn read_answer(&self, outgoing: &Outgoing, bytes: &[u8], now: Timestamp) -> Outcome {
        let incoming = match soap::read(bytes, &Limits::message()) {
            Ok(incoming) => incoming,
            Err(refusal) => return Outcome::Again(format!("the answer cannot be read: {}", refusal.reason)),
        };
        if let Err(refusal) = self.verify(&outgoing.sender, &incoming, now) {
            return Outcome::Again(format!("the answer is not the gateway's: {}", refusal.reason));
        }
        match incoming.message() {
            Message::Fault(fault) => of_fault(fault),
            Message::SyncResponse(response) => {
                let foreign = response.correlation_id.as_ref().is_some_and(|id| *id != outgoing.id);
                if foreign {
                    return Outcome::Again("the answer belongs to another message".to_owned());
                }
                if !response.status.is_success() {
                    let text = format!("{} {}", response.status.code, response.status.message);
                    let passing = response.status.code == "SCSE003";
                    return if passing {
                        Outcome::Again(text)
                    } else {
                        Outcome::Settled(Sent::Refused(text))
                    };
                }
                self.of_results(outgoing, &incoming)
            }
            _ => Outcome::Again("the answer is no answer".to_owned()),
        }
    }

    /// Reads `<results>` for the one row that was sent.
    fn of_results(&self, outgoing: &Outgoing, incoming: &soap::Incoming) -> Outcome {
        let root = {
            let world = self.world();
            world.services().get(&outgoing.service).map(|service| service.passport.response.element.clone())
        };
        let bound = match (self.contracts.get(&outgoing.service), root, incoming.data()) {
            (Some(contract), Some(root), Some(data)) => contract.decode(&root, data),
            _ => return Outcome::Again("the answer has no data".to_owned()),
        };
        let results = match bound {
            Ok(results) => results,
            Err(error) => return Outcome::Again(format!("the answer does not fit the contract: {error}")),
        };
        let row_id = outgoing.row.get("rowId");
        let list = results.get("result").and_then(Value::as_list);
        let own = list
            .into_iter()
            .flat_map(|list| list.iter())
            .filter_map(Value::as_context)
            .find(|row| row.get("rowId") == row_id);
        let text = |name: &str| {
            own.and_then(|row| row.get(name)).and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        match text("status").as_str() {
            status @ ("accepted" | "duplicate") => Outcome::Settled(Sent::Taken(status.to_owned())),
            "refused" => Outcome::Settled(Sent::Refused(text("reason"))),
            _ => Outcome::Again("the answer does not speak of this row".to_owned()),
        }
    }
}

/// A message at fault in itself is given up; everything that people or time can mend is tried again.
fn of_fault(fault: &Fault) -> Outcome {
    let text = format!("{}: {}", fault.error_code(), fault.reason);
    let hopeless = matches!(fault.error_code(), "SCE001" | "GW-2001" | "GW-2002" | "GW-2003");
    if hopeless && fault.code != FaultCode::Server {
        Outcome::Settled(Sent::Refused(text))
    } else {
        Outcome::Again(text)
    }
}
