//! The link to the message centre: an SMPP 3.4 client (ESME) that keeps itself bound, sends within a window and a pace, and
//! takes incoming messages and delivery receipts.
//!
//! It must never acknowledge a message of the centre before the caller has accepted it durably, and never repeat a
//! submission whose outcome is unknown: it reports the doubt ([`SubmitError::possibly_sent`]) and leaves the choice to the
//! caller, who records it.

mod address;
mod client;
mod frame;
mod incoming;
mod order;
mod pace;
mod receipt;
mod session;

pub use address::AddressError;
pub use client::{Clock, ConfigError, LinkState, SmppClient};
pub use incoming::{Acceptance, Delivery, Handover, Incoming, NotAccepted, Part, PartKeeper};
pub use receipt::{DeliveryState, Receipt};

use std::time::Duration;

use jiff::Timestamp;

use crate::sms::SegmentError;

/// How a text beyond one message travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LongText {
    /// Segments with an 8-bit reference: what every phone and centre understands.
    #[default]
    EightBit,
    /// Segments with a 16-bit reference: fewer collisions, one character less in a segment.
    SixteenBit,
    /// One PDU with `message_payload`; the centre cuts it. One submission, one id, one receipt.
    Payload,
}

/// Settings of one link. Durations are monotonic time.
#[derive(Debug, Clone)]
pub struct SmppConfig {
    /// Name of the link in logs and in [`Incoming::delivery_id`].
    pub link: String,
    /// `host:port` of the centre.
    pub address: String,
    /// Account, at most 15 characters.
    pub system_id: String,
    /// Password, at most 8 characters (SMPP 3.4).
    pub password: String,
    /// System type, usually empty.
    pub system_type: String,
    /// Submissions under way at once, 1–1000.
    pub window: usize,
    /// Submissions per second, at least 1.
    pub per_second: u32,
    /// Most segments of one text, 1–255.
    pub most_segments: u8,
    /// How long texts travel.
    pub long_text: LongText,
    /// Idle time after which the link is tested.
    pub enquire_link: Duration,
    /// How long a response is awaited; afterwards the outcome is in doubt.
    pub response_timeout: Duration,
    /// How long connecting and binding may take.
    pub bind_timeout: Duration,
    /// How long an order waits for a bound link and for the end of the centre's throttling.
    pub patience: Duration,
    /// First and longest pause between attempts to bind.
    pub reconnect: (Duration, Duration),
    /// Largest PDU read, in octets.
    pub most_octets: usize,
    /// Most parts of unfinished incoming messages held.
    pub most_parts: usize,
    /// Age at which an unfinished incoming message is let go (by the clock given to the client).
    pub parts_live: Duration,
}

impl SmppConfig {
    /// A link with the settings a usual centre expects: window 10, 50 a second, link tested every 30 s.
    pub fn new(address: &str, system_id: &str, password: &str) -> Self {
        Self {
            link: "smsc".to_owned(),
            address: address.to_owned(),
            system_id: system_id.to_owned(),
            password: password.to_owned(),
            system_type: String::new(),
            window: 10,
            per_second: 50,
            most_segments: 20,
            long_text: LongText::default(),
            enquire_link: Duration::from_secs(30),
            response_timeout: Duration::from_secs(20),
            bind_timeout: Duration::from_secs(10),
            patience: Duration::from_secs(30),
            reconnect: (Duration::from_millis(500), Duration::from_secs(30)),
            most_octets: 70_000,
            most_parts: 2_000,
            parts_live: Duration::from_secs(24 * 3600),
        }
    }
}

/// One message to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmsOrder {
    /// The caller's key; also fixes the concatenation reference, so that a repeat merges with the first on the phone.
    pub id: String,
    /// Sender: short number, phone or up to 11 Latin letters.
    pub source: String,
    /// Recipient's phone, with or without `+`.
    pub destination: String,
    /// The text.
    pub text: String,
    /// Ask for delivery receipts.
    pub registered_delivery: bool,
}

/// The centre took every segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The centre's id of each segment, in order; receipts name them.
    pub smsc_message_ids: Vec<String>,
    /// When the last segment was accepted, by the clock given to the client.
    pub at: Timestamp,
}

impl Accepted {
    /// The centre's id of the first segment.
    pub fn smsc_message_id(&self) -> &str {
        self.smsc_message_ids.first().map_or("", String::as_str)
    }
}

/// The order was not wholly accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{fault}{}", if *.possibly_sent { " (the message may have been sent)" } else { "" })]
pub struct SubmitError {
    /// What happened.
    pub fault: SubmitFault,
    /// Whether the same order may succeed later.
    pub retryable: bool,
    /// Whether the phone may receive (part of) the message nevertheless: a repeat must be recorded as possibly repeated.
    pub possibly_sent: bool,
    /// Ids of the segments that the centre did accept.
    pub smsc_message_ids: Vec<String>,
}

/// What went wrong with an order.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SubmitFault {
    /// The text cannot be sent.
    #[error(transparent)]
    Text(#[from] SegmentError),
    /// A number cannot be used.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// No bound link within the configured patience.
    #[error("the link to the message centre is not up")]
    NotBound,
    /// The centre asked to slow down for longer than the configured patience.
    #[error("the message centre is throttling (status {status:#010x})")]
    Throttled {
        /// `command_status`.
        status: u32,
    },
    /// The centre refused the message.
    #[error("the message centre refused the message (status {status:#010x} {name})")]
    Refused {
        /// `command_status`.
        status: u32,
        /// Its name in the standard.
        name: String,
    },
    /// No response in time.
    #[error("the message centre did not respond in time")]
    NoResponse,
    /// The link broke before the response.
    #[error("the link broke before the response")]
    Disconnected,
    /// The client was closed.
    #[error("the link was closed")]
    Closed,
}
