//! Participants of the exchange: systems with a BIN, a certificate and a login, attached to one of the two gateways.

use std::fmt;
use std::str::FromStr;

use civic::{Bin, ParticipantId, SenderId, Texts};

/// Whether a participant's system belongs to a state body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// A system of a state body.
    State,
    /// Any other: a bank, an operator. Only through the external gateway (gateway rules, paragraph 4).
    NonState,
}

/// One of the two instances of the gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Gateway {
    /// The gateway inside the transport environment of state bodies.
    Internal,
    /// The external gateway.
    External,
}

impl Gateway {
    /// Its id as a participant: `gateway` or `external-gateway`.
    pub fn participant(self) -> &'static str {
        match self {
            Gateway::Internal => "gateway",
            Gateway::External => "external-gateway",
        }
    }
}

/// Where a participant's requests are delivered to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Host {
    /// In this process.
    Here,
    /// At this address: `http://` or `https://`, a host, and a port or a path where needed.
    At(String),
}

impl FromStr for Host {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Host, &'static str> {
        if text == "here" {
            return Ok(Host::Here);
        }
        let after = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"));
        let host = after.and_then(|rest| rest.split(['/', '?', '#']).next()).unwrap_or("");
        // An address with a login in it would stand in logs with its password.
        let fine = !host.is_empty()
            && text.len() <= 255
            && text.bytes().all(|byte| byte.is_ascii_graphic())
            && !host.contains('@');
        match fine {
            true => Ok(Host::At(text.to_owned())),
            false => {
                Err("write `here` or an address such as http://127.0.0.1:8090/soap, without a login in it")
            }
        }
    }
}

/// A keyed digest of a password: HMAC-SHA-256 under the gateway's key of the sender id, a zero byte and the password.
///
/// The room neither knows the key nor computes the digest; it only compares, in time that does not depend on where they differ.
#[derive(Clone, Copy)]
pub struct PasswordMac([u8; 32]);

impl PasswordMac {
    /// A digest from its bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> PasswordMac {
        PasswordMac(bytes)
    }

    /// Whether another digest equals this one.
    pub fn matches(&self, other: &[u8; 32]) -> bool {
        self.0.iter().zip(other).fold(0, |difference, (one, two)| difference | (one ^ two)) == 0
    }
}

impl fmt::Debug for PasswordMac {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("PasswordMac(…)")
    }
}

impl FromStr for PasswordMac {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<PasswordMac, &'static str> {
        const WRONG: &str = "write the HMAC-SHA-256 in 64 hexadecimal digits, never the password itself";
        let digits = text.as_bytes();
        if digits.len() != 64 {
            return Err(WRONG);
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            let digit = |at: usize| {
                char::from(pair[at]).to_digit(16).and_then(|digit| u8::try_from(digit).ok()).ok_or(WRONG)
            };
            *byte = digit(0)? * 16 + digit(1)?;
        }
        Ok(PasswordMac(bytes))
    }
}

/// The login of a participant in envelopes.
#[derive(Debug, Clone)]
pub struct Sender {
    /// `senderInfo/senderId`.
    pub id: SenderId,
    /// The keyed digest of its password.
    pub password: PasswordMac,
}

/// What the subject of a participant's certificate has to say (gateway rules, annex 6: the IIN or BIN of the signature equals the one
/// entered at registration).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateExpectation {
    /// The BIN in the subject.
    pub bin: Bin,
    /// The common name, where one is registered.
    pub common_name: Option<String>,
}

/// How a certificate differs from what is registered (GW-3003).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SubjectMismatch {
    /// Another BIN, or none.
    #[error("the certificate is of another organisation: its subject has to carry BIN {expected}")]
    Bin {
        /// The BIN that is registered.
        expected: Bin,
    },
    /// Another common name, or none.
    #[error("the certificate is of another system: its common name has to be `{expected}`")]
    CommonName {
        /// The common name that is registered.
        expected: String,
    },
}

impl CertificateExpectation {
    /// Compares the BIN and the common name of a certificate's subject with what is registered.
    ///
    /// # Errors
    /// The first difference.
    pub fn check(&self, bin: Option<&str>, common_name: Option<&str>) -> Result<(), SubjectMismatch> {
        if bin != Some(self.bin.as_str()) {
            return Err(SubjectMismatch::Bin { expected: self.bin });
        }
        match &self.common_name {
            Some(expected) if common_name != Some(expected) => {
                Err(SubjectMismatch::CommonName { expected: expected.clone() })
            }
            _ => Ok(()),
        }
    }
}

/// A participant of the exchange.
#[derive(Debug, Clone)]
pub struct Participant {
    /// Its id.
    pub id: ParticipantId,
    /// Its names.
    pub names: Texts,
    /// The BIN of its owner.
    pub bin: Bin,
    /// State or not.
    pub standing: Standing,
    /// Whether its logic is carried out by the platform.
    pub hosted: bool,
    /// The gateway it is attached to.
    pub gateway: Gateway,
    /// What its certificate has to say.
    pub certificate: CertificateExpectation,
    /// Its contract with the operator. A participant outside the state without one is suspended (paragraph 4).
    pub contract: Option<String>,
    /// Its login; without one it cannot send.
    pub sender: Option<Sender>,
    /// Where it takes requests; without one nothing can be delivered to it.
    pub host: Option<Host>,
}
