//! Why a message is refused, in the codes of the gateway (`gateway.md` section 7), and how that looks on the wire.

use crate::{ErrorInfo, Fault, FaultCode, MessageDate};
use jiff::Timestamp;
use std::fmt;

/// The gateway's own error codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Code {
    /// GW-1001: authentication failed.
    AuthenticationFailed,
    /// GW-1002: sender not connected to the service.
    NotConnected,
    /// GW-1003: connection suspended.
    ConnectionSuspended,
    /// GW-1004: service unknown, suspended, disconnected or removed.
    ServiceUnavailable,
    /// GW-1005: service in technological break.
    TechnologicalBreak,
    /// GW-2001: envelope not valid.
    EnvelopeInvalid,
    /// GW-2002: data not valid against the schema of the service.
    DataInvalid,
    /// GW-2003: mandatory field missing.
    FieldMissing,
    /// GW-2004: correlationId missing for a message other than REQUEST.
    CorrelationMissing,
    /// GW-2005: unknown route.
    UnknownRoute,
    /// GW-2006: messageId used before, for another message or for one that must not be repeated.
    IdentifierUsed,
    /// GW-3001: transport signature missing.
    SignatureMissing,
    /// GW-3002: signature wrong.
    SignatureWrong,
    /// GW-3003: IIN or BIN of the certificate is not that of the sender.
    IdentityMismatch,
    /// GW-3004: certificate expired or revoked.
    CertificateInvalid,
    /// GW-3005: revocation status unknown.
    RevocationUnknown,
    /// GW-3006: decryption failed.
    DecryptionFailed,
    /// GW-4001: recipient not reachable.
    RecipientUnreachable,
    /// GW-4002: time-out.
    TimeOut,
    /// GW-4003: rate limit.
    RateLimit,
    /// GW-5000: internal error.
    Internal,
}

impl Code {
    /// Every code, in the order of their numbers.
    pub const ALL: [Code; 21] = [
        Code::AuthenticationFailed,
        Code::NotConnected,
        Code::ConnectionSuspended,
        Code::ServiceUnavailable,
        Code::TechnologicalBreak,
        Code::EnvelopeInvalid,
        Code::DataInvalid,
        Code::FieldMissing,
        Code::CorrelationMissing,
        Code::UnknownRoute,
        Code::IdentifierUsed,
        Code::SignatureMissing,
        Code::SignatureWrong,
        Code::IdentityMismatch,
        Code::CertificateInvalid,
        Code::RevocationUnknown,
        Code::DecryptionFailed,
        Code::RecipientUnreachable,
        Code::TimeOut,
        Code::RateLimit,
        Code::Internal,
    ];

    /// The gateway's number, `GW-1001` and so on.
    #[must_use]
    pub const fn number(self) -> &'static str {
        match self {
            Code::AuthenticationFailed => "GW-1001",
            Code::NotConnected => "GW-1002",
            Code::ConnectionSuspended => "GW-1003",
            Code::ServiceUnavailable => "GW-1004",
            Code::TechnologicalBreak => "GW-1005",
            Code::EnvelopeInvalid => "GW-2001",
            Code::DataInvalid => "GW-2002",
            Code::FieldMissing => "GW-2003",
            Code::CorrelationMissing => "GW-2004",
            Code::UnknownRoute => "GW-2005",
            Code::IdentifierUsed => "GW-2006",
            Code::SignatureMissing => "GW-3001",
            Code::SignatureWrong => "GW-3002",
            Code::IdentityMismatch => "GW-3003",
            Code::CertificateInvalid => "GW-3004",
            Code::RevocationUnknown => "GW-3005",
            Code::DecryptionFailed => "GW-3006",
            Code::RecipientUnreachable => "GW-4001",
            Code::TimeOut => "GW-4002",
            Code::RateLimit => "GW-4003",
            Code::Internal => "GW-5000",
        }
    }

    /// What stands in `errorCode`: the code that clients of the field know (`gateway-wire.md` section 9), else the number.
    #[must_use]
    pub const fn on_the_wire(self) -> &'static str {
        match self {
            Code::EnvelopeInvalid => "SCE001",
            Code::ServiceUnavailable => "SCE004",
            Code::CertificateInvalid | Code::RevocationUnknown => "SCE005",
            Code::SignatureWrong => "SCE006",
            Code::SignatureMissing => "SCE007",
            Code::Internal => "SCE909",
            other => other.number(),
        }
    }

    /// Whose fault it is in the sense of SOAP 1.1: `Server` where the same message may succeed later.
    #[must_use]
    pub const fn fault_code(self) -> FaultCode {
        match self {
            Code::TechnologicalBreak
            | Code::RevocationUnknown
            | Code::RecipientUnreachable
            | Code::TimeOut
            | Code::RateLimit
            | Code::Internal => FaultCode::Server,
            _ => FaultCode::Client,
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.number())
    }
}

/// A refused message. The reason is for the sender: it says what is wrong and how to mend it, and holds no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The gateway's code.
    pub code: Code,
    /// The SOAP fault code; that of [`Code::fault_code`] unless the envelope itself was not understood.
    pub fault_code: FaultCode,
    /// What is wrong and how to mend it.
    pub reason: String,
}

impl Refusal {
    /// A refusal with the fault code that belongs to the code.
    #[must_use]
    pub fn new(code: Code, reason: impl Into<String>) -> Refusal {
        Refusal { code, fault_code: code.fault_code(), reason: reason.into() }
    }

    /// The envelope is not as the channel prescribes (GW-2001).
    #[must_use]
    pub fn envelope(reason: impl Into<String>) -> Refusal {
        Refusal::new(Code::EnvelopeInvalid, reason)
    }

    /// The fault to answer with. The own number stands in `errorData` where `errorCode` has the code of the field.
    #[must_use]
    pub fn fault(&self, at: Timestamp, session_id: Option<&str>) -> Fault {
        let known = self.code.on_the_wire();
        Fault {
            code: self.fault_code.clone(),
            reason: self.reason.clone(),
            error: Some(ErrorInfo {
                code: known.to_owned(),
                message: self.reason.clone(),
                data: (known != self.code.number()).then(|| self.code.number().to_owned()),
                date: Some(MessageDate::at(at)),
                sub_error: None,
                session_id: session_id.map(str::to_owned),
            }),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.reason)
    }
}

impl std::error::Error for Refusal {}

impl From<eds::SignatureRefusal> for Refusal {
    /// The refusal of a transport signature: GW-3001 to GW-3005.
    fn from(refusal: eds::SignatureRefusal) -> Refusal {
        let code = match refusal.kind {
            eds::RefusalKind::NotSigned => Code::SignatureMissing,
            eds::RefusalKind::Wrong => Code::SignatureWrong,
            eds::RefusalKind::OtherHolder => Code::IdentityMismatch,
            eds::RefusalKind::CertificateNotValid => Code::CertificateInvalid,
            eds::RefusalKind::RevocationUnknown => Code::RevocationUnknown,
        };
        Refusal::new(code, format!("{}; {}", refusal.reason, refusal.hint))
    }
}

impl From<xml::XmlError> for Refusal {
    fn from(error: xml::XmlError) -> Refusal {
        Refusal::envelope(format!("the message is no XML that is read here: {error}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_distinct_and_known_ones_have_the_number_of_the_field() {
        let mut numbers: Vec<&str> = Code::ALL.iter().map(|code| code.number()).collect();
        assert!(numbers.is_sorted());
        numbers.dedup();
        assert_eq!(numbers.len(), Code::ALL.len());
        assert_eq!(Code::SignatureMissing.on_the_wire(), "SCE007");
        assert_eq!(Code::TimeOut.on_the_wire(), "GW-4002");
    }

    #[test]
    fn a_refusal_becomes_a_fault_with_both_codes() {
        let refusal =
            Refusal::new(Code::SignatureWrong, "the Body was changed after it was signed; sign it last");
        let fault = refusal.fault("2024-05-20T05:00:01Z".parse().unwrap(), Some("{s}"));
        let error = fault.error.unwrap();
        assert_eq!(
            (fault.code, error.code.as_str(), error.data.as_deref()),
            (FaultCode::Client, "SCE006", Some("GW-3002"))
        );
        assert_eq!(error.date.unwrap().text(), "2024-05-20T10:00:01.000+05:00");
        assert_eq!(error.session_id.as_deref(), Some("{s}"));
    }
}
