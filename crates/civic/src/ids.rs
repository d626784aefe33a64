//! The ids of the platform's own records: sixteen bytes, a type for each kind, so that a case is never looked up by a message's id.
//!
//! The list below is append-only: ids live in journals for decades, and a kind's number is written beside them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

/// A text that is not an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an id is 32 hexadecimal digits with hyphens: 8-4-4-4-12")]
pub struct IdError;

macro_rules! ids {
    ($($(#[$doc:meta])* $number:literal $name:ident $label:literal;)*) => {
        /// Every kind of id with its number and name, in order.
        pub const ID_KINDS: &[(u16, &str)] = &[$(($number, $label)),*];

        $(
            $(#[$doc])*
            #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub struct $name([u8; 16]);

            impl $name {
                /// The number of this kind of id, never used for another.
                pub const KIND: u16 = $number;

                /// An id from its bytes.
                pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                    Self(bytes)
                }

                /// An id from sixteen random bytes that the caller drew (UUID version 4).
                pub fn from_random(random: [u8; 16]) -> Self {
                    Self(uuid::Builder::from_random_bytes(random).into_uuid().into_bytes())
                }

                /// The id of a text within a namespace, the same on every machine (UUID version 5).
                pub fn derive(namespace: [u8; 16], text: &str) -> Self {
                    Self(Uuid::new_v5(&Uuid::from_bytes(namespace), text.as_bytes()).into_bytes())
                }

                /// The bytes.
                pub const fn as_bytes(&self) -> &[u8; 16] {
                    &self.0
                }

                /// The bytes, by value.
                pub const fn into_bytes(self) -> [u8; 16] {
                    self.0
                }
            }

            impl FromStr for $name {
                type Err = IdError;

                fn from_str(text: &str) -> Result<Self, IdError> {
                    // The hyphened form only: one id has one spelling in URLs, files and messages (but for the case of letters).
                    match text.len() {
                        36 => Uuid::try_parse(text).map(|id| Self(id.into_bytes())).map_err(|_| IdError),
                        _ => Err(IdError),
                    }
                }
            }

            impl fmt::Display for $name {
                fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                    Uuid::from_bytes(self.0).as_hyphenated().fmt(out)
                }
            }

            impl fmt::Debug for $name {
                fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                    write!(out, "{} {self}", $label)
                }
            }

            impl Serialize for $name {
                fn serialize<S: Serializer>(&self, output: S) -> Result<S::Ok, S::Error> {
                    Uuid::from_bytes(self.0).serialize(output)
                }
            }

            impl<'de> Deserialize<'de> for $name {
                fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
                    Uuid::deserialize(input).map(|id| Self(id.into_bytes()))
                }
            }
        )*
    };
}

// Append only. A number and a label, once used, keep their meaning.
ids! {
    /// A case of a participant.
    1 CaseId "case";
    /// A message of the exchange.
    2 MessageId "message";
    /// A sealed document.
    3 DocumentId "document";
    /// An effect that waits to be carried out.
    4 OutboxId "outbox";
    /// A session of a person at the portal.
    5 SessionId "session";
    /// A business request that survives repeats of its message.
    6 RequestId "request";
    /// A conversation of several messages.
    7 CorrelationId "correlation";
    /// A person, by an id that tells nothing about the person.
    8 PersonId "person";
    /// A consent to the use of personal data.
    9 ConsentId "consent";
    /// A decision of an authorised body.
    10 DecisionId "decision";
    /// A payment order.
    11 PaymentId "payment";
    /// An appointment at an office.
    12 AppointmentId "appointment";
    /// An incident that an operator has to resolve.
    13 IncidentId "incident";
    /// An entry of the ledger of accesses to personal data.
    14 AccessId "access";
    /// A task of an official's inbox.
    15 TaskId "task";
    /// An SMS.
    16 SmsId "sms";
    /// The reference of one recipient, service and fact that all participants share (`caseRef`).
    17 CaseRef "case reference";
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A golden copy: the test fails when a number or a label of the list changes, and is extended when the list is.
    #[test]
    fn the_list_is_append_only() {
        let golden = [
            "case",
            "message",
            "document",
            "outbox",
            "session",
            "request",
            "correlation",
            "person",
            "consent",
            "decision",
            "payment",
            "appointment",
            "incident",
            "access",
            "task",
            "sms",
            "case reference",
        ];
        let expected: Vec<_> = (1u16..).zip(golden).collect();
        assert_eq!(ID_KINDS, expected);
        assert_eq!((CaseId::KIND, CaseRef::KIND), (1, 17));
    }

    #[test]
    fn derived_ids_are_those_of_the_uuid_standard() {
        // RFC 9562, A.4: version 5 of "www.example.com" in the DNS namespace.
        let dns = *Uuid::NAMESPACE_DNS.as_bytes();
        assert_eq!(
            CaseId::derive(dns, "www.example.com").to_string(),
            "2ed6657d-e927-568b-95e1-2665a8aea6a2"
        );
        assert_ne!(CaseId::derive(dns, "a"), CaseId::derive(dns, "b"));
        assert_ne!(CaseId::derive(dns, "a"), CaseId::derive([0; 16], "a"));
    }

    #[test]
    fn a_random_id_is_a_version_4_of_the_bytes_given() {
        assert_eq!(SessionId::from_random([0xff; 16]).to_string(), "ffffffff-ffff-4fff-bfff-ffffffffffff");
        assert_eq!(SessionId::from_random([7; 16]), SessionId::from_random([7; 16]));
    }

    #[test]
    fn an_id_has_one_spelling() {
        let id = CaseId::from_bytes([0xab; 16]);
        assert_eq!(format!("{id:?}"), "case abababab-abab-abab-abab-abababababab");
        for text in [
            "",
            "abab",
            "abababababababababababababababab",
            "{abababab-abab-abab-abab-abababababab}",
            "urn:uuid:abababab-abab-abab-abab-abababababab",
            "gbababab-abab-abab-abab-abababababab",
        ] {
            assert_eq!(text.parse::<CaseId>(), Err(IdError), "{text}");
        }
    }

    proptest! {
        #[test]
        fn text_json_and_bytes_read_back(bytes in any::<[u8; 16]>()) {
            let id = MessageId::from_bytes(bytes);
            prop_assert_eq!(id.to_string().parse::<MessageId>().unwrap(), id);
            prop_assert_eq!(id.into_bytes(), bytes);
            let json = serde_json::to_string(&id).unwrap();
            prop_assert_eq!(&json, &format!("\"{id}\""));
            prop_assert_eq!(serde_json::from_str::<MessageId>(&json).unwrap(), id);
        }

        #[test]
        fn any_text_is_an_id_or_an_error(text in "\\PC{36}") {
            let _ = text.parse::<CaseId>();
        }
    }
}
