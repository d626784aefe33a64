//! What the centre brings: messages from phones and delivery receipts, handed to the caller before they are acknowledged.
//!
//! It must never answer `ESME_ROK` for anything the caller has not accepted.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use rusmpp::CommandStatus;
use rusmpp::pdus::DeliverSm;
use rusmpp::tlvs::TlvValue;

use super::receipt::{self, Receipt};
use crate::sms;
use crate::sms::concatenation::{Assembly, Joined, Place, Reference, Set, split_header};

/// A whole message from a phone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incoming {
    /// Names this delivery in logs and messages: link, session, sequence. A redelivery has another.
    pub delivery_id: String,
    /// The phone that wrote, digits as the centre gave them.
    pub phone: String,
    /// The number written to.
    pub number: String,
    /// The text.
    pub text: String,
    /// When the last part came, by the clock given to the client.
    pub received_at: Timestamp,
}

/// Something the centre brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    /// A message from a phone.
    Message(Incoming),
    /// A delivery receipt.
    Receipt(Receipt),
}

/// Why a delivery is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAccepted {
    /// The centre shall bring it again.
    #[error("not now: {0}")]
    Later(String),
    /// It will never be accepted; the centre may drop it.
    #[error("never: {0}")]
    Never(String),
}

/// The outcome of handing something over.
pub type Handover<'a> = Pin<Box<dyn Future<Output = Result<(), NotAccepted>> + Send + 'a>>;

/// The caller's side. The future is ready only after the delivery stands durably; only then the centre is answered.
/// A delivery may come twice (the answer was lost); messages of one phone come one after the other, in order.
pub trait Acceptance: Send + Sync + 'static {
    /// Accepts one delivery.
    fn accept(&self, delivery: Delivery) -> Handover<'_>;
}

/// One part of a long message, to be kept until the whole is accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The phone that wrote.
    pub phone: String,
    /// The number written to.
    pub number: String,
    /// Alphabet of the octets.
    pub data_coding: u8,
    /// Where it belongs.
    pub place: Place,
    /// Text octets.
    pub octets: Vec<u8>,
    /// When it came.
    pub received_at: Timestamp,
}

/// Where parts of unfinished messages are kept durably. Without a keeper they are held in memory only, and a crash
/// between two parts loses the unfinished message although its first part was acknowledged.
pub trait PartKeeper: Send + Sync + 'static {
    /// The parts kept before this start.
    fn kept(&self) -> Vec<Part>;
    /// Keeps a part; ready when it is durable. A part kept before is replaced.
    fn keep<'a>(&'a self, part: &'a Part) -> Handover<'a>;
    /// Lets all parts go that share phone, number, alphabet, reference and total with this one.
    fn forget<'a>(&'a self, part: &'a Part) -> Handover<'a>;
}

type Sender = (String, String, u8);

/// The reception desk of one client.
pub(crate) struct Reception {
    acceptance: Arc<dyn Acceptance>,
    keeper: Option<Arc<dyn PartKeeper>>,
    assembly: Mutex<Assembly<Sender>>,
    parts_live: SignedDuration,
}

impl Reception {
    pub(crate) fn new(
        acceptance: Arc<dyn Acceptance>,
        keeper: Option<Arc<dyn PartKeeper>>,
        most_parts: usize,
        parts_live: SignedDuration,
    ) -> Self {
        let mut assembly = Assembly::new(most_parts);
        for part in keeper.iter().flat_map(|keeper| keeper.kept()) {
            let sender = (part.phone, part.number, part.data_coding);
            assembly.add(sender, part.place, part.octets, part.received_at.as_millisecond());
        }
        Self { acceptance, keeper, assembly: Mutex::new(assembly), parts_live }
    }

    /// Hands a `deliver_sm` over and says how to answer it.
    pub(crate) async fn receive(
        &self,
        pdu: &DeliverSm,
        delivery_id: String,
        now: Timestamp,
    ) -> CommandStatus {
        let outcome = match u8::from(pdu.esm_class) & 0x3C {
            0x04 | 0x20 => self.receipt(pdu).await,
            _ => self.message(pdu, &delivery_id, now).await,
        };
        match outcome {
            Ok(()) => CommandStatus::EsmeRok,
            Err(NotAccepted::Later(reason)) => {
                tracing::warn!(
                    delivery_id,
                    reason,
                    "a delivery was not accepted; the centre shall repeat it"
                );
                CommandStatus::EsmeRxTAppn
            }
            Err(NotAccepted::Never(reason)) => {
                tracing::warn!(delivery_id, reason, "a delivery was refused for good");
                CommandStatus::EsmeRxPAppn
            }
        }
    }

    async fn receipt(&self, pdu: &DeliverSm) -> Result<(), NotAccepted> {
        let Some(receipt) = receipt::read(pdu) else {
            return Err(NotAccepted::Never("the receipt names no message and state".to_owned()));
        };
        self.acceptance.accept(Delivery::Receipt(receipt)).await
    }

    async fn message(&self, pdu: &DeliverSm, delivery_id: &str, now: Timestamp) -> Result<(), NotAccepted> {
        let never = |error: &dyn std::error::Error| NotAccepted::Never(error.to_string());
        let (place, octets) = split(pdu).map_err(|error| never(&error))?;
        let data_coding = u8::from(pdu.data_coding);
        let (phone, number) = (pdu.source_addr.as_str().to_owned(), pdu.destination_addr.as_str().to_owned());
        let (part, octets) = match place {
            Some(place) if place.total > 1 => {
                let part = Part {
                    phone: phone.clone(),
                    number: number.clone(),
                    data_coding,
                    place,
                    octets,
                    received_at: now,
                };
                let Some(whole) = self.join(&part).await? else { return Ok(()) };
                (Some(part), whole)
            }
            _ => (None, octets),
        };
        let text = sms::decode(data_coding, &octets).map_err(|error| never(&error));
        if let Ok(text) = &text {
            let message = Incoming {
                delivery_id: delivery_id.to_owned(),
                phone,
                number,
                text: text.clone(),
                received_at: now,
            };
            self.acceptance.accept(Delivery::Message(message)).await?;
        }
        if let Some(part) = part {
            self.forget(&part).await;
        }
        text.map(drop)
    }

    /// Keeps a part; gives the octets of the whole when none is missing.
    async fn join(&self, part: &Part) -> Result<Option<Vec<u8>>, NotAccepted> {
        if let Some(keeper) = &self.keeper {
            keeper.keep(part).await?;
        }
        let now = part.received_at.as_millisecond();
        let (joined, dropped) = {
            let mut assembly = self.assembly.lock().unwrap_or_else(PoisonError::into_inner);
            let mut dropped = assembly
                .expire(now.saturating_sub(i64::try_from(self.parts_live.as_millis()).unwrap_or(i64::MAX)));
            let sender = (part.phone.clone(), part.number.clone(), part.data_coding);
            let (joined, gave_way) = assembly.add(sender, part.place, part.octets.clone(), now);
            dropped.extend(gave_way);
            (joined, dropped)
        };
        for unfinished in dropped {
            tracing::warn!(
                had = unfinished.had,
                total = unfinished.set.total,
                "an unfinished long message was let go"
            );
            let (phone, number, data_coding) = unfinished.set.key;
            let place = Place { reference: unfinished.set.reference, total: unfinished.set.total, number: 1 };
            let part =
                Part { phone, number, data_coding, place, octets: Vec::new(), received_at: part.received_at };
            self.forget_kept(&part).await;
        }
        Ok(match joined {
            Joined::Waiting => None,
            Joined::Whole(octets) => Some(octets),
        })
    }

    async fn forget(&self, part: &Part) {
        let key = (part.phone.clone(), part.number.clone(), part.data_coding);
        let set = Set { key, reference: part.place.reference, total: part.place.total };
        self.assembly.lock().unwrap_or_else(PoisonError::into_inner).forget(&set);
        self.forget_kept(part).await;
    }

    async fn forget_kept(&self, part: &Part) {
        let Some(keeper) = &self.keeper else { return };
        if let Err(error) = keeper.forget(part).await {
            // Harmless: the parts expire at the next start.
            tracing::warn!(%error, "parts of a finished message could not be let go");
        }
    }
}

/// The text octets of a message and its place in a longer one, by user data header or by `sar_*` parameters.
fn split(pdu: &DeliverSm) -> Result<(Option<Place>, Vec<u8>), sms::concatenation::HeaderError> {
    let mut octets = pdu.short_message().as_ref();
    let (mut reference, mut total, mut number) = (None, None, None);
    for tlv in pdu.tlvs() {
        match tlv.value() {
            Some(TlvValue::MessagePayload(payload)) if octets.is_empty() => octets = payload.value.as_ref(),
            Some(TlvValue::SarMsgRefNum(value)) => reference = Some(Reference::SixteenBit(*value)),
            Some(TlvValue::SarTotalSegments(value)) => total = Some(*value),
            Some(TlvValue::SarSegmentSeqnum(value)) => number = Some(*value),
            _ => {}
        }
    }
    if u8::from(pdu.esm_class) & 0x40 != 0 {
        let (place, rest) = split_header(octets)?;
        return Ok((place, rest.to_vec()));
    }
    let place = match (reference, total, number) {
        (Some(reference), Some(total), Some(number)) if (1..=total).contains(&number) => {
            Some(Place { reference, total, number })
        }
        (Some(_), Some(total), Some(number)) => {
            return Err(sms::concatenation::HeaderError::Number { number, total });
        }
        _ => None,
    };
    Ok((place, octets.to_vec()))
}
