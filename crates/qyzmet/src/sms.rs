//! The SMS gateway's link: `smpp:submit` effects go out over SMPP, replies and receipts come in as messages of its pool.
//!
//! The centre is acknowledged only after the message stands in the participant's inbox. A submission whose outcome is unknown is
//! repeated under the same order id: at most one repeat per doubt, which the case shows as a trouble.

use std::sync::Arc;
use std::time::Duration;

use engine::{Arrival, Engine, LegalClock, Outgoing, Settlement};
use jiff::Timestamp;
use notify::smpp::{
    Acceptance, Delivery, DeliveryState, Handover, NotAccepted, SmppClient, SmppConfig, SmsOrder,
};
use rules::temporal::DateTime;
use rules::{Context, Value};

/// The short number of the platform (OP-27).
const NUMBER: &str = "1414";
/// Pause before a submission is repeated.
const AGAIN: Duration = Duration::from_secs(5);
/// How long a receipt waits for its order.
const RECEIPT_WAITS_MS: i64 = 3 * 86_400_000;

/// Takes what the centre brings into the inbox of the SMS gateway.
struct Intake {
    engine: Arc<Engine>,
    clock: Arc<LegalClock>,
}

impl Acceptance for Intake {
    fn accept(&self, delivery: Delivery) -> Handover<'_> {
        Box::pin(async move {
            let Some(arrival) = arrival(delivery, self.clock.now()) else { return Ok(()) };
            let (engine, now) = (Arc::clone(&self.engine), self.clock.now());
            let row = format!("{}/{}", arrival.message, arrival.message_id);
            let taken = tokio::task::spawn_blocking(move || engine.receive(vec![(row, arrival)], now)).await;
            match taken {
                Ok(Ok(_)) => Ok(()),
                Ok(Err(error)) => Err(NotAccepted::Later(error.to_string())),
                Err(error) => Err(NotAccepted::Later(error.to_string())),
            }
        })
    }
}

/// A delivery as a message of the pool; a receipt that says nothing final is none.
fn arrival(delivery: Delivery, now: Timestamp) -> Option<Arrival> {
    let zone = calendar::almaty();
    let (message, key, payload, wait) = match delivery {
        Delivery::Message(incoming) => {
            // A redelivery has another id; the same words from the same phone within the same second are one message.
            let said = format!("{}/{}/{}", incoming.phone, incoming.text, incoming.received_at.as_second());
            let key = civic::SmsId::derive([5; 16], &said).to_string();
            let phone = incoming.phone.trim_start_matches('+');
            let payload = Context::new()
                .with("phone", format!("+{phone}"))
                .with("text", incoming.text)
                .with("receivedAt", DateTime::from_timestamp(incoming.received_at, &zone))
                .with("smppId", key.as_str());
            ("incoming sms", key, payload, 0)
        }
        Delivery::Receipt(receipt) => {
            let state = match &receipt.state {
                DeliveryState::Delivered => "delivered",
                state if state.is_final() => "undeliverable",
                _ => return None,
            };
            let payload = Context::new()
                .with("smppId", receipt.smsc_message_id.as_str())
                .with("state", state)
                .with("at", DateTime::from_timestamp(now, &zone));
            ("delivery receipt", receipt.smsc_message_id, payload, RECEIPT_WAITS_MS)
        }
    };
    Some(Arrival {
        message: message.to_owned(),
        case_ref: key.clone(),
        correlation: key.clone(),
        payload,
        message_id: key,
        sender: "smsc".to_owned(),
        time_to_live_ms: wait,
        by_key: false,
    })
}

/// Opens the link.
///
/// # Errors
/// A setting that cannot be.
pub fn link(
    address: &str,
    password: &str,
    engine: Arc<Engine>,
    clock: Arc<LegalClock>,
) -> anyhow::Result<SmppClient> {
    let config = SmppConfig::new(address, "sms-gateway", password);
    let legal = Arc::clone(&clock);
    Ok(SmppClient::start(config, Arc::new(move || legal.now()), Arc::new(Intake { engine, clock }), None)?)
}

/// Carries out one `smpp:submit`.
pub async fn submit(client: &SmppClient, item: &Outgoing) -> Settlement {
    let text = |name: &str| item.request.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let order = SmsOrder {
        id: civic::OutboxId::from_bytes(item.id).to_string(),
        source: NUMBER.to_owned(),
        destination: text("phone"),
        text: text("text"),
        registered_delivery: true,
    };
    match client.submit(&order).await {
        Ok(accepted) => {
            let at = DateTime::from_timestamp(accepted.at, &calendar::almaty());
            Settlement::Answered(Context::new().with("smppId", accepted.smsc_message_id()).with("at", at))
        }
        Err(error) if error.retryable => {
            let doubt = if error.possibly_sent { "; possibly repeated" } else { "" };
            Settlement::Later { reason: format!("the SMS centre: {error}{doubt}"), after: AGAIN }
        }
        Err(error) => Settlement::Refused { code: "SMPP".to_owned(), message: error.to_string() },
    }
}
