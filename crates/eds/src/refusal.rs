//! Why a signature is not accepted, in the terms of the gateway: its fault codes, the reason, the way to mend it.

use std::fmt;
use std::sync::Arc;

use crate::algorithm::AlgorithmError;
use crate::path::{Problem, Verdict};

/// The kind of a refusal. Each has a code of the gateway (gateway.md section 7) and codes of the field (gateway-wire 9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RefusalKind {
    /// There is no signature.
    NotSigned,
    /// The signature does not hold, or does not cover what it must, or is not of the accepted shape.
    Wrong,
    /// The signature is somebody else's: IIN or BIN differ from the expected ones.
    OtherHolder,
    /// The certificate is not to be trusted at the moment.
    CertificateNotValid,
    /// Nobody can say whether the certificate is revoked.
    RevocationUnknown,
}

impl RefusalKind {
    /// The gateway's own code, `GW-3001` to `GW-3005`.
    #[must_use]
    pub fn gateway_code(self) -> &'static str {
        match self {
            Self::NotSigned => "GW-3001",
            Self::Wrong => "GW-3002",
            Self::OtherHolder => "GW-3003",
            Self::CertificateNotValid => "GW-3004",
            Self::RevocationUnknown => "GW-3005",
        }
    }

    /// The code of the field for a transport signature.
    #[must_use]
    pub fn transport_code(self) -> &'static str {
        match self {
            Self::NotSigned => "SCE007",
            Self::Wrong => "SCE006",
            Self::OtherHolder | Self::CertificateNotValid | Self::RevocationUnknown => "SCE005",
        }
    }

    /// The code of the field for the signature of business data.
    #[must_use]
    pub fn business_code(self) -> &'static str {
        match self {
            Self::NotSigned => "SCE017",
            Self::Wrong => "SCE016",
            Self::OtherHolder | Self::CertificateNotValid | Self::RevocationUnknown => "SCE015",
        }
    }
}

/// A refused signature.
#[derive(Clone, Debug)]
pub struct SignatureRefusal {
    /// The kind; the codes follow from it.
    pub kind: RefusalKind,
    /// What is wrong and where.
    pub reason: String,
    /// How to mend it.
    pub hint: String,
    /// The verdict on the certificate, when it was the reason.
    pub verdict: Option<Arc<Verdict>>,
}

impl fmt::Display for SignatureRefusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}; {}", self.kind.gateway_code(), self.reason, self.hint)
    }
}

impl std::error::Error for SignatureRefusal {}

impl SignatureRefusal {
    pub(crate) fn new(kind: RefusalKind, reason: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { kind, reason: reason.into(), hint: hint.into(), verdict: None }
    }

    pub(crate) fn wrong(reason: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(RefusalKind::Wrong, reason, hint)
    }

    pub(crate) fn algorithm(place: &str, line: usize, error: &AlgorithmError) -> Self {
        Self::wrong(
            format!("line {line}: {place}: {error}"),
            "sign with RSA-SHA256 or ECDSA P-256 SHA-256 and digest with SHA-256",
        )
    }

    /// The refusal that a verdict means; `None` when it accepts.
    pub(crate) fn of_verdict(verdict: &Arc<Verdict>) -> Option<Self> {
        let refusal = verdict.refusal()?;
        let kind = match refusal.problem {
            Problem::RevocationUnknown => RefusalKind::RevocationUnknown,
            _ => RefusalKind::CertificateNotValid,
        };
        let hint = refusal.problem.hint().to_owned();
        Some(Self { kind, reason: refusal.to_string(), hint, verdict: Some(Arc::clone(verdict)) })
    }
}
