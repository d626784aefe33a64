//! The checks of a request, in their order, and the envelope that is handed on when all passed.

use bytes::Bytes;
use jiff::Timestamp;
use registry::{CertificateExpectation, Gateway, Grant, Hop, Participant, Registry, Service};
use soap::{Code, Data, Incoming, Property, Refusal, Sender, SyncRequest};
use std::time::Duration;
use uuid::Uuid;
use xml::canonical::{Blocks, Options};

use super::{Core, Destination, Rejection, internal};
use crate::exchange::{Admitted, ORIGINAL_SENDER, Repeated};
use crate::journal::{CertificateFacts, ExchangeRow, shortened};

/// Longest time for an answer (A2, table 1), whatever a passport says.
const LONGEST: Duration = Duration::from_secs(30);
/// What the second gateway on a way leaves to the first, so that its own time-out is heard.
const MARGIN: Duration = Duration::from_millis(500);
/// Sender and messageId become one id under this name.
const MESSAGE: [u8; 16] = *b"exchange message";

impl Core {
    /// All checks. What is known so far is noted in `row`, so that a refusal is journaled with it.
    pub(super) fn examine(
        &self,
        raw: Bytes,
        row: &mut ExchangeRow,
        now: Timestamp,
    ) -> Result<Admitted, Rejection> {
        let incoming = soap::read(&raw, &self.limits)?;
        let mut request = incoming.request()?.clone();
        note_claims(row, &request);
        let registry = self.registry();
        let bearer = self.authenticate(&registry, &request.sender)?;
        row.sender = bearer.id.to_string();
        self.check_signature(&incoming, bearer, row, now)?;
        if request.message_id.is_empty() {
            // OP-02: the sender's value is passed on; where there is none, one is given.
            request.message_id = row.id.to_string();
            row.message_id.clone_from(&request.message_id);
        }
        request.check()?;
        let sender = self.original_sender(&registry, bearer, &mut request, row)?;
        let grant = self.authorise(&registry, bearer, sender, &request, row)?;
        let (destination, expected) = self.next(&registry, &grant)?;
        let outbound = self.outbound(&incoming, &request, row, &grant, &destination)?;
        let repeated = if grant.service.repeat.may_resend() { Repeated::Forward } else { Repeated::Refuse };
        Ok(Admitted {
            answering: destination.participant().to_owned(),
            limit: self.limit(grant.service, &destination, bearer),
            message: civic::MessageId::derive(MESSAGE, &format!("{}/{}", sender.id, request.message_id))
                .into_bytes(),
            content: content_digest(&incoming, &request.service_id)?,
            row: row.clone(),
            raw,
            outbound,
            destination,
            expected,
            repeated,
        })
    }

    /// V2: login and password, before anything else is believed (§ 53(2), OP-03).
    fn authenticate<'r>(&self, registry: &'r Registry, sender: &Sender) -> Result<&'r Participant, Refusal> {
        let password = sender.password.as_ref().map_or("", |password| password.reveal());
        if sender.id.is_empty() || password.is_empty() {
            let reason =
                "sender/senderId and sender/password are needed in every call; the operator issues them";
            return Err(Refusal::new(Code::AuthenticationFailed, reason));
        }
        let found = registry.by_sender(&sender.id);
        let fits = self.passwords.fits(found.and_then(|one| one.sender.as_ref()), &sender.id, password);
        found.filter(|_| fits).ok_or_else(|| {
            let reason =
                "senderId is not known or the password is wrong; write both as the operator issued them";
            Refusal::new(Code::AuthenticationFailed, reason)
        })
    }

    /// § 58: the signature is the bearer's and valid at the moment of receipt (OP-23).
    fn check_signature(
        &self,
        incoming: &Incoming,
        bearer: &Participant,
        row: &mut ExchangeRow,
        now: Timestamp,
    ) -> Result<(), Rejection> {
        match self.identity.verify(incoming, &bearer.certificate, now) {
            Ok(signed) => {
                row.certificate = Some(CertificateFacts::of(&signed.certificate));
                row.body_digest = Some(hex::encode(signed.body_digest));
                Ok(())
            }
            Err(distrust) => {
                row.certificate = distrust.certificate.map(|facts| *facts);
                Err(Rejection { refusal: distrust.refusal, noted: Some(distrust.noted) })
            }
        }
    }

    /// Whose message it is: the bearer's own, or that of a participant of the other gateway. Takes the property out.
    fn original_sender<'r>(
        &self,
        registry: &'r Registry,
        bearer: &'r Participant,
        request: &mut SyncRequest,
        row: &mut ExchangeRow,
    ) -> Result<&'r Participant, Refusal> {
        let written = request.property(ORIGINAL_SENDER).map(str::to_owned);
        request.properties.retain(|property| property.key != ORIGINAL_SENDER);
        let from_gateway = bearer.id.as_str() == other(self.gateway).participant();
        match (from_gateway, written) {
            (false, None) => Ok(bearer),
            (false, Some(_)) => {
                let reason = "the property originalSender is written between gateways only; leave it out";
                Err(Refusal::envelope(reason))
            }
            (true, None) => {
                let reason = "a message of a gateway names its sender in the property originalSender";
                Err(Refusal::new(Code::FieldMissing, reason))
            }
            (true, Some(login)) => {
                row.bearer = Some(bearer.id.to_string());
                row.sender = shortened(&login, 80);
                let session = request.session_id.as_deref().and_then(|text| Uuid::try_parse(text).ok());
                if let Some(session) = session {
                    // One session through both gateways, so that both logs can be laid side by side.
                    row.session = session.to_string();
                }
                let sender = registry.by_sender(&login).ok_or_else(|| {
                    Refusal::new(
                        Code::AuthenticationFailed,
                        "the sender named by the gateway is not known here",
                    )
                })?;
                row.sender = sender.id.to_string();
                Ok(sender)
            }
        }
    }

    /// V1, V6: the sender is connected to the service, and the bearer may hand its message over here (§ 4, 6).
    fn authorise<'r>(
        &self,
        registry: &'r Registry,
        bearer: &Participant,
        sender: &'r Participant,
        request: &SyncRequest,
        row: &mut ExchangeRow,
    ) -> Result<Grant<'r>, Refusal> {
        let grant = registry.connection(sender.id.as_str(), &request.service_id).map_err(connection)?;
        row.provider = Some(grant.provider.id.to_string());
        row.personal = grant.service.personal_data;
        if !grant.may_be_handed_by(bearer.id.as_str(), self.gateway) {
            let first = grant.route.gateways().next().unwrap_or(self.gateway).participant();
            let reason = format!(
                "messages of {} for {} are taken by {first}, from their sender; send it there",
                sender.id, grant.service.id
            );
            return Err(Refusal::new(Code::NotConnected, reason));
        }
        if request.route_id.is_some() {
            let reason = "routeId names no registered route; leave it out, the registry knows the way";
            return Err(Refusal::new(Code::UnknownRoute, reason));
        }
        Ok(grant)
    }

    /// Who gets the message next, and whose certificate the answer has to carry.
    fn next(
        &self,
        registry: &Registry,
        grant: &Grant<'_>,
    ) -> Result<(Destination, CertificateExpectation), Refusal> {
        let unreachable = |reason: String| Refusal::new(Code::RecipientUnreachable, reason);
        match grant.route.after(self.gateway) {
            Some(Hop::Provider) => {
                let provider = grant.provider;
                let host = provider.host.clone().ok_or_else(|| {
                    unreachable(format!("{} has no address yet; the operator enters it", provider.id))
                })?;
                Ok((Destination::Provider(provider.id.clone(), host), provider.certificate.clone()))
            }
            Some(Hop::Gateway(gateway)) => {
                let participant =
                    registry.participant(gateway.participant()).filter(|_| self.login.is_some());
                let participant = participant.ok_or_else(|| {
                    unreachable(format!(
                        "the way to {} is not set up; the operator does it",
                        gateway.participant()
                    ))
                })?;
                Ok((Destination::Gateway(gateway), participant.certificate.clone()))
            }
            None => Err(unreachable("the message does not pass this gateway".to_owned())),
        }
    }

    fn limit(&self, service: &Service, destination: &Destination, bearer: &Participant) -> Duration {
        let limit = service.maximum.min(LONGEST);
        let second = matches!(destination, Destination::Provider(..))
            && bearer.id.as_str() == other(self.gateway).participant();
        if second { limit.saturating_sub(MARGIN).max(MARGIN) } else { limit }
    }

    /// The envelope to hand on: signed by this gateway, with its session, without the password, `data` byte for byte.
    fn outbound(
        &self,
        incoming: &Incoming,
        request: &SyncRequest,
        row: &ExchangeRow,
        grant: &Grant<'_>,
        destination: &Destination,
    ) -> Result<Bytes, Refusal> {
        let login = grant.sender.sender.as_ref().map_or("", |sender| sender.id.as_str());
        let mut message = request.clone();
        message.session_id = Some(soap::braced(&row.session));
        message.sender = Sender { id: login.to_owned(), password: None };
        if let (Destination::Gateway(_), Some(own)) = (destination, &self.login) {
            message.sender = Sender { id: own.id.clone(), password: Some(own.password.clone()) };
            let value = login.to_owned();
            message.properties.push(Property { key: ORIGINAL_SENDER.to_owned(), value });
        }
        let data = incoming.data().map(Data::from_element).transpose()?;
        let body_id = format!("id-{}", row.id);
        let written = soap::write::request(&message, data, Some(&body_id));
        let signed = written
            .map_err(|error| error.to_string())
            .and_then(|outgoing| self.identity.sign(&outgoing).map_err(|error| error.to_string()));
        signed.map_err(|error| {
            tracing::error!(exchange = %row.id, %error, "a message could not be signed to be handed on");
            internal()
        })
    }
}

fn note_claims(row: &mut ExchangeRow, request: &SyncRequest) {
    row.message_id.clone_from(&request.message_id);
    row.correlation_id.clone_from(&request.correlation_id);
    row.service = shortened(&request.service_id, 80);
    row.sender = shortened(&request.sender.id, 80);
}

fn connection(refusal: registry::Refusal) -> Refusal {
    let (code, mend) = match &refusal {
        registry::Refusal::NotConnected { .. } => (Code::NotConnected, "apply for a connection"),
        registry::Refusal::Suspended { .. } => (Code::ConnectionSuspended, "ask the operator"),
        registry::Refusal::UnknownService { .. } => {
            (Code::ServiceUnavailable, "write serviceId as the registry has it")
        }
        registry::Refusal::Closed { state: registry::ServiceState::TechnologicalBreak, .. } => {
            (Code::TechnologicalBreak, "send it again after the break")
        }
        registry::Refusal::Closed { .. } => (Code::ServiceUnavailable, "ask the operator"),
    };
    Refusal::new(code, format!("{refusal}; {mend}"))
}

fn other(gateway: Gateway) -> Gateway {
    match gateway {
        Gateway::Internal => Gateway::External,
        Gateway::External => Gateway::Internal,
    }
}

/// What a message says, whatever envelope it stands in: a repeat has a new Id and perhaps a new date, but the same content.
fn content_digest(incoming: &Incoming, service: &str) -> Result<[u8; 32], Refusal> {
    let mut context = aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA256);
    context.update(service.as_bytes());
    context.update(&[0]);
    if let Some(data) = incoming.data() {
        let mut blocks = Blocks::new(|bytes: &[u8]| context.update(bytes));
        xml::canonical::exclusive(incoming.document(), data.id(), &Options::default(), &mut blocks)
            .map_err(|error| Refusal::envelope(format!("data has no canonical form: {error}")))?;
        blocks.finish();
    }
    let mut digest = [0; 32];
    digest.copy_from_slice(context.finish().as_ref());
    Ok(digest)
}
