//! The typed messages of the synchronous channel. What they carry in `data` is kept apart: see [`crate::Data`].

use crate::{Code, MessageDate, Refusal};
use std::fmt;

/// `requestInfo` of a SendMessage request.
#[derive(Clone, Debug)]
pub struct SyncRequest {
    /// Identifier in the sender's system; empty when the sender gave none (OP-02).
    pub message_id: String,
    /// Identifier of the chain of messages.
    pub correlation_id: Option<String>,
    /// The service; empty when missing: see [`SyncRequest::check`].
    pub service_id: String,
    /// When the message was made; empty text when missing: see [`SyncRequest::check`].
    pub message_date: MessageDate,
    /// The route, when the message needs another than the registered one.
    pub route_id: Option<String>,
    /// Who sends.
    pub sender: Sender,
    /// Pairs agreed between sender and recipient.
    pub properties: Vec<Property>,
    /// Session of the gateway. What a client writes here is of no consequence.
    pub session_id: Option<String>,
}

/// Login and password with the gateway.
#[derive(Clone, Debug)]
pub struct Sender {
    /// Login; empty when missing.
    pub id: String,
    /// Password.
    pub password: Option<Password>,
}

/// A password. It is never printed, and on purpose cannot be compared with `==`: compare keyed digests in constant time.
#[derive(Clone)]
pub struct Password(String);

impl Password {
    /// Takes a password.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Password {
        Password(text.into())
    }

    /// The text, for the digest or for the envelope to send.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// One pair of `properties`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Property {
    /// At most 30 characters.
    pub key: String,
    /// At most 500 characters.
    pub value: String,
}

impl SyncRequest {
    /// Value of the first property with this key.
    #[must_use]
    pub fn property(&self, key: &str) -> Option<&str> {
        self.properties.iter().find(|property| property.key == key).map(|property| property.value.as_str())
    }

    /// Checks what the interface description demands of the fields. Reading does not do so by itself, because a gateway
    /// authenticates the sender before it judges his message (`gateway.md` V2).
    ///
    /// # Errors
    /// [`Refusal`] that names the field.
    pub fn check(&self) -> Result<(), Refusal> {
        let missing =
            |field: &str| Refusal::new(Code::FieldMissing, format!("{field} is missing; it is mandatory"));
        if self.service_id.is_empty() {
            return Err(missing("requestInfo/serviceId"));
        }
        if self.message_date.text().is_empty() {
            return Err(missing("requestInfo/messageDate"));
        }
        if self.message_date.moment().is_none() {
            return Err(Refusal::envelope(
                "requestInfo/messageDate is no date; write it as 2024-05-20T10:00:00.000+05:00",
            ));
        }
        for property in &self.properties {
            if property.key.is_empty() {
                return Err(missing("properties/key"));
            }
            if property.key.chars().count() > 30 || property.value.chars().count() > 500 {
                let message = "properties: a key has at most 30 characters, a value at most 500; shorten it or move it into data";
                return Err(Refusal::envelope(message));
            }
        }
        Ok(())
    }
}

/// `responseInfo` of a SendMessage response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyncResponse {
    /// Identifier in the system that answers; empty when it gave none.
    pub message_id: String,
    /// The messageId of the request, as providers answer it.
    pub correlation_id: Option<String>,
    /// When the answer was made; empty text when missing.
    pub response_date: MessageDate,
    /// How the request ended.
    pub status: Status,
    /// Session of the gateway.
    pub session_id: Option<String>,
}

/// How a request ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// A text by the interface description, `SCSS001` for success.
    pub code: String,
    /// At most 250 characters.
    pub message: String,
}

impl Status {
    /// The code of success.
    pub const SUCCESS: &'static str = "SCSS001";
    /// The code of a business error.
    pub const BUSINESS_ERROR: &'static str = "SCSE001";

    /// A status; a message beyond the 250 characters of the interface description is cut and ends with "…".
    #[must_use]
    pub fn new(code: impl Into<String>, message: &str) -> Status {
        let message = match message.char_indices().nth(250) {
            None => message.to_owned(),
            Some(_) => message.chars().take(249).chain(['…']).collect(),
        };
        Status { code: code.into(), message }
    }

    /// "Message has been processed successfully".
    #[must_use]
    pub fn success() -> Status {
        Status::new(Status::SUCCESS, "Message has been processed successfully")
    }

    /// Whether the request succeeded: providers answer `SCSS001` or, in the operator's sample, `Success`.
    #[must_use]
    pub fn is_success(&self) -> bool {
        self.code == Status::SUCCESS || self.code.eq_ignore_ascii_case("success")
    }
}

/// An identifier in braces, the form of `sessionId` (type guid of the interface description).
#[must_use]
pub fn braced(id: impl fmt::Display) -> String {
    format!("{{{id}}}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_never_printed() {
        let sender = Sender { id: "login".into(), password: Some(Password::new("secret")) };
        assert!(!format!("{sender:?}").contains("secret"));
    }

    #[test]
    fn long_status_messages_are_cut_visibly() {
        let status = Status::new("SCSE001", &"ә".repeat(300));
        assert_eq!(status.message.chars().count(), 250);
        assert!(status.message.ends_with('…'));
        assert_eq!(Status::new("SCSE001", &"ә".repeat(250)).message, "ә".repeat(250));
    }
}
