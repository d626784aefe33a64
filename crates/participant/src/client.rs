//! The client: effects of the engine become messages, answers become settlements.
//!
//! [`Client::prepare`] and [`Client::conclude`] are functions of their inputs; whoever has a way to move bytes calls the one, moves, and
//! calls the other. The same effect always has the same messageId, so that a repeat is known as one all along the way. Never call
//! silence an outcome: what is not an answer is [`Settlement::Later`].

mod conclude;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use engine::{Outgoing, Settlement};
use jiff::Timestamp;
use registry::{Rows, Service, ServiceKind};
use rules::{Context, Value};
use soap::contract::Contract;
use soap::{Data, MessageDate, Property, Sender, SyncRequest};

use crate::Setup;

/// Rows of one envelope become one messageId under this name.
const BATCH: [u8; 16] = *b"rows in one mail";
/// How much longer than the service's own limit an answer is waited for, so that the gateway's time-out is heard.
const MARGIN: Duration = Duration::from_secs(2);
/// First and longest pause before a repeat.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(300);

/// The client of one participant.
#[derive(Debug)]
pub struct Client {
    setup: Arc<Setup>,
}

/// What is to be sent.
#[derive(Debug, Default)]
pub struct Prepared {
    /// Messages, each for one or several effects.
    pub calls: Vec<Call>,
    /// Effects that cannot be sent as they are.
    pub settled: Vec<(Outgoing, Settlement)>,
    /// Effects of other kinds, not for the gateway.
    pub others: Vec<Outgoing>,
}

/// One message to the gateway.
#[derive(Clone, Debug)]
pub struct Call {
    /// The service asked for.
    pub service: String,
    /// Who provides it.
    pub provider: String,
    /// `messageId`.
    pub message_id: String,
    /// The envelope, signed.
    pub bytes: Bytes,
    /// How long to wait, in monotonic time.
    pub limit: Duration,
    items: Vec<Item>,
    kind: Kind,
}

#[derive(Clone, Debug)]
struct Item {
    outgoing: Outgoing,
    /// The row's id, where it is one of several.
    row_id: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// `gateway:`: the answer is the outcome.
    Question,
    /// `send:`: every row has its outcome.
    Rows,
}

impl Call {
    /// The effects it carries.
    pub fn outgoing(&self) -> impl ExactSizeIterator<Item = &Outgoing> {
        self.items.iter().map(|item| &item.outgoing)
    }
}

impl Client {
    /// A client.
    #[must_use]
    pub fn new(setup: Arc<Setup>) -> Client {
        Client { setup }
    }

    /// Who it is.
    #[must_use]
    pub fn setup(&self) -> &Arc<Setup> {
        &self.setup
    }

    /// Makes messages of effects: one for each `gateway:` effect, one for all `send:` rows of a service (up to its maximum).
    #[must_use]
    pub fn prepare(&self, items: Vec<Outgoing>, now: Timestamp) -> Prepared {
        let mut prepared = Prepared::default();
        let mut rows: BTreeMap<String, Vec<Outgoing>> = BTreeMap::new();
        for item in items {
            if let Some(service) = item.task_type.strip_prefix("send:") {
                rows.entry(service.to_owned()).or_default().push(item);
            } else if let Some(service) = item.task_type.strip_prefix("gateway:") {
                let service = service.to_owned();
                self.question(&service, item, now, &mut prepared);
            } else {
                prepared.others.push(item);
            }
        }
        for (service, items) in rows {
            self.rows(&service, items, now, &mut prepared);
        }
        prepared
    }

    fn question(&self, service: &str, item: Outgoing, now: Timestamp, prepared: &mut Prepared) {
        let (service, contract) = match self.service(service) {
            Ok(found) => found,
            Err(reason) => return prepared.settled.push(later(item, reason)),
        };
        let id = civic::OutboxId::from_bytes(item.id).to_string();
        let mut request = item.request.clone();
        let wants_id = !matches!(service.kind, ServiceKind::Rows(_));
        if wants_id && request.get("requestId").is_none_or(Value::is_null) {
            request.insert("requestId", id.clone());
        }
        let fragment = match contract.encode(&service.request, &request) {
            Ok(fragment) => fragment,
            Err(error) => return prepared.settled.push(refused(item, &service.id, &error)),
        };
        match self.envelope(service, &id, &fragment, now) {
            Ok(bytes) => {
                let items = vec![Item { outgoing: item, row_id: String::new() }];
                prepared.calls.push(call(service, id, bytes, items, Kind::Question));
            }
            Err(reason) => prepared.settled.push(later(item, reason)),
        }
    }

    fn rows(&self, service: &str, items: Vec<Outgoing>, now: Timestamp, prepared: &mut Prepared) {
        let found = self.service(service).and_then(|(service, contract)| match &service.kind {
            ServiceKind::Rows(rows) => Ok((service, contract, rows)),
            _ => Err(format!(
                "{service} takes no rows; its model has to ask by gateway:{service}",
                service = service.id
            )),
        });
        let (service, contract, rows) = match found {
            Ok(found) => found,
            Err(reason) => {
                return prepared.settled.extend(items.into_iter().map(|item| later(item, reason.clone())));
            }
        };
        let maximum = usize::try_from(rows.maximum).unwrap_or(usize::MAX).max(1);
        let mut batch: Vec<(Item, Value)> = Vec::new();
        for outgoing in items {
            match self.row(service, contract, rows, outgoing) {
                Ok(row) => batch.push(row),
                Err(settled) => prepared.settled.push(*settled),
            }
            if batch.len() == maximum {
                self.batch(service, contract, rows, std::mem::take(&mut batch), now, prepared);
            }
        }
        if !batch.is_empty() {
            self.batch(service, contract, rows, batch, now, prepared);
        }
    }

    /// One row with its id, when the contract takes it; a row that it does not take must not hold up the others.
    fn row(
        &self,
        service: &Service,
        contract: &Contract,
        rows: &Rows,
        outgoing: Outgoing,
    ) -> Result<(Item, Value), Box<(Outgoing, Settlement)>> {
        let mut row = outgoing.request.clone();
        let own = row.get("rowId").and_then(Value::as_str).map(str::to_owned);
        let row_id = own.unwrap_or_else(|| civic::OutboxId::from_bytes(outgoing.id).to_string());
        row.insert("rowId", row_id.clone());
        let alone = Context::new().with(rows.element.as_str(), Value::list([Value::Context(row.clone())]));
        match contract.encode(&service.request, &alone) {
            Ok(_) => Ok((Item { outgoing, row_id }, Value::Context(row))),
            Err(error) => Err(Box::new(refused(outgoing, &service.id, &error))),
        }
    }

    fn batch(
        &self,
        service: &Service,
        contract: &Contract,
        rows: &Rows,
        batch: Vec<(Item, Value)>,
        now: Timestamp,
        prepared: &mut Prepared,
    ) {
        let (items, values): (Vec<Item>, Vec<Value>) = batch.into_iter().unzip();
        let id = batch_id(&items);
        let list = Context::new().with(rows.element.as_str(), Value::list(values));
        let written = contract.encode(&service.request, &list).map_err(|error| error.to_string());
        match written.and_then(|fragment| self.envelope(service, &id, &fragment, now)) {
            Ok(bytes) => prepared.calls.push(call(service, id, bytes, items, Kind::Rows)),
            Err(reason) => {
                prepared.settled.extend(items.into_iter().map(|item| later(item.outgoing, reason.clone())))
            }
        }
    }

    fn service(&self, id: &str) -> Result<(&Service, &Contract), String> {
        let service = self.setup.registry.service(id).zip(self.setup.contracts.get(id));
        service.ok_or_else(|| format!("registers: there is no service {id}; add its folder and start again"))
    }

    fn envelope(
        &self,
        service: &Service,
        message_id: &str,
        fragment: &soap::contract::Fragment,
        now: Timestamp,
    ) -> Result<Bytes, String> {
        let login = &self.setup.login;
        let request = SyncRequest {
            message_id: message_id.to_owned(),
            correlation_id: None,
            service_id: service.id.to_string(),
            message_date: MessageDate::at(now),
            route_id: None,
            sender: Sender { id: login.id.clone(), password: Some(login.password.clone()) },
            properties: vec![Property { key: "idempotencyKey".to_owned(), value: message_id.to_owned() }],
            session_id: None,
        };
        let data = Some(Data::from_fragment(fragment));
        let outgoing = soap::write::request(&request, data, Some(&format!("id-{message_id}")));
        let outgoing = outgoing.map_err(|error| format!("the message could not be written: {error}"))?;
        self.setup
            .identity
            .sign(&outgoing)
            .map_err(|error| format!("the message could not be signed: {error}"))
    }
}

fn call(service: &Service, message_id: String, bytes: Bytes, items: Vec<Item>, kind: Kind) -> Call {
    Call {
        service: service.id.to_string(),
        provider: service.provider.to_string(),
        message_id,
        bytes,
        limit: service.maximum + MARGIN,
        items,
        kind,
    }
}

/// One row keeps its own id; several have one that follows from theirs, so that the same rows again are the same message.
fn batch_id(items: &[Item]) -> String {
    if let [only] = items {
        return civic::OutboxId::from_bytes(only.outgoing.id).to_string();
    }
    let mut names = String::with_capacity(items.len() * 40);
    for item in items {
        names.push_str(&item.row_id);
        names.push('\n');
    }
    civic::MessageId::derive(BATCH, &names).to_string()
}

/// The pause before the next try: doubled each time.
fn pause(attempts: u32) -> Duration {
    FIRST_PAUSE.saturating_mul(1 << attempts.min(10)).min(LONGEST_PAUSE)
}

fn later(item: Outgoing, reason: String) -> (Outgoing, Settlement) {
    let after = pause(item.attempts);
    (item, Settlement::Later { reason, after })
}

/// A request that breaks its contract will never pass: a mistake of the model, for a person to see.
fn refused(
    item: Outgoing,
    service: &civic::ServiceId,
    error: &soap::contract::BindError,
) -> (Outgoing, Settlement) {
    let message = format!("the request breaks the contract of {service}: {error}");
    (item, Settlement::Refused { code: soap::Code::DataInvalid.number().to_owned(), message })
}
