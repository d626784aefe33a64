//! Names that people give to participants, services and senders: short texts of a narrow alphabet, safe in a file name, a URL and a log.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Why a text is not such a name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a {what}: {rule}")]
pub struct SlugError {
    what: &'static str,
    text: String,
    rule: &'static str,
}

macro_rules! slug {
    ($(#[$doc:meta])* $name:ident, $what:literal, $rule:literal, $max:literal, $first:expr, $rest:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = SlugError;

            fn from_str(text: &str) -> Result<Self, SlugError> {
                let first: fn(u8) -> bool = $first;
                let rest: fn(u8) -> bool = $rest;
                let fine = text.len() <= $max
                    && text.bytes().next().is_some_and(first)
                    && text.bytes().all(|byte| first(byte) || rest(byte));
                match fine {
                    true => Ok(Self(text.into())),
                    false => Err(SlugError { what: $what, text: text.chars().take(40).collect(), rule: $rule }),
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str(&self.0)
            }
        }

        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, output: S) -> Result<S::Ok, S::Error> {
                output.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(input)?;
                text.parse().map_err(de::Error::custom)
            }
        }
    };
}

slug!(
    /// A participant of the exchange: `emaket`, `egov-portal`.
    ParticipantId,
    "participant",
    "write 1 to 40 lower-case Latin letters, digits and hyphens, a letter first",
    40,
    |byte| byte.is_ascii_lowercase(),
    |byte| byte.is_ascii_digit() || byte == b'-'
);

slug!(
    /// A service on the wire: `GBDFL_FAMILY`. Existing services have small letters, hyphens and points too.
    ServiceId,
    "service id",
    "write 1 to 80 Latin letters, digits, `_`, `-` and `.`, a letter first",
    80,
    |byte| byte.is_ascii_alphabetic(),
    |byte| byte.is_ascii_digit() || b"_-.".contains(&byte)
);

slug!(
    /// The login of a sender in an envelope (`senderInfo/senderId`).
    SenderId,
    "sender id",
    "write 1 to 80 Latin letters, digits, `_`, `-`, `.` and `@`, a letter or a digit first",
    80,
    |byte| byte.is_ascii_alphanumeric(),
    |byte| b"_-.@".contains(&byte)
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_use_are_names() {
        for text in ["sdu", "egov-portal", "a1"] {
            assert_eq!(text.parse::<ParticipantId>().unwrap().as_str(), text);
        }
        for text in ["GBDFL_FAMILY", "BANK_ACCOUNTS_1", "shepService.v2-test"] {
            assert_eq!(text.parse::<ServiceId>().unwrap().as_str(), text);
        }
        assert!("1414".parse::<SenderId>().is_ok());
    }

    #[test]
    fn nothing_that_could_leave_a_folder_or_break_a_line_is_a_name() {
        for text in ["", "..", "../x", "a/b", "a b", "a\n", ".a", "_A", "Ы", "a\0", "A%2e"] {
            assert!(text.parse::<ServiceId>().is_err(), "{text:?}");
            assert!(text.parse::<ParticipantId>().is_err(), "{text:?}");
        }
        assert!("Sdu".parse::<ParticipantId>().is_err() && "-a".parse::<ParticipantId>().is_err());
        assert!(
            "a".repeat(41).parse::<ParticipantId>().is_err() && "A".repeat(81).parse::<ServiceId>().is_err()
        );
        assert!("x ".repeat(1 << 20).parse::<SenderId>().unwrap_err().to_string().len() < 250);
    }

    #[test]
    fn a_name_is_a_plain_string_in_files() {
        let id: ServiceId = serde_json::from_str("\"SDU_FACTS\"").unwrap();
        assert_eq!(serde_json::to_string(&id).unwrap(), "\"SDU_FACTS\"");
        assert!(serde_json::from_str::<ServiceId>("\"../x\"").is_err());
    }
}
