//! What was found about a certificate, check by check.

use std::fmt;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::Purpose;
use crate::certificate::Certificate;
use crate::crl::Reason;

/// The kind of a failed check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// No chain leads to a trusted authority.
    IssuerNotTrusted,
    /// A signature on a certificate does not verify.
    CertificateSignature,
    /// Not valid yet.
    NotYetValid,
    /// Not valid any more.
    Expired,
    /// Key usage does not allow what the key was used for.
    NotForPurpose,
    /// A certificate in the chain may not issue certificates.
    NotAuthority,
    /// More authorities in the chain than one of them allows.
    PathTooLong,
    /// A critical extension that is not processed.
    UnknownCritical,
    /// Revoked.
    Revoked {
        /// Since when.
        since: Timestamp,
        /// Why.
        reason: Reason,
    },
    /// Nobody can say whether it is revoked.
    RevocationUnknown,
}

impl Problem {
    /// What the holder or the operator can do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::IssuerNotTrusted | Self::CertificateSignature => {
                "use a certificate issued by an authority this contour trusts; test and production trust different ones"
            }
            Self::NotYetValid => "wait until the certificate becomes valid, or check the clock",
            Self::Expired => "get a new certificate and sign with its key",
            Self::NotForPurpose => {
                "sign with the certificate for signing, not with the one for authentication"
            }
            Self::NotAuthority | Self::PathTooLong | Self::UnknownCritical => {
                "ask the authority that issued the certificate"
            }
            Self::Revoked { .. } => "get a new certificate; this one is withdrawn",
            Self::RevocationUnknown => "try again later; the operator must renew the revocation list",
        }
    }
}

/// One check and its outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// The certificate it is about.
    pub subject: String,
    /// What was found, in words.
    pub words: String,
    /// What is wrong; `None`: passed.
    pub problem: Option<Problem>,
}

/// The first failed check of a verdict.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("certificate of {subject}: {words}")]
pub struct Refusal {
    /// The certificate it is about.
    pub subject: String,
    /// What is wrong, in words.
    pub words: String,
    /// What is wrong.
    pub problem: Problem,
}

/// The outcome of path validation. `Display` writes one line for each check.
#[derive(Clone, Debug)]
pub struct Verdict {
    chain: Vec<Arc<Certificate>>,
    purpose: Purpose,
    moment: Timestamp,
    valid_until: Timestamp,
    checks: Vec<Check>,
}

impl Verdict {
    /// Whether every check passed.
    #[must_use]
    pub fn is_accepted(&self) -> bool {
        !self.checks.is_empty() && self.checks.iter().all(|check| check.problem.is_none())
    }

    /// The checks, in the order made.
    #[must_use]
    pub fn checks(&self) -> &[Check] {
        &self.checks
    }

    /// The chain, from the holder to the anchor; the holder alone when no chain was found.
    #[must_use]
    pub fn chain(&self) -> &[Arc<Certificate>] {
        &self.chain
    }

    /// What for.
    #[must_use]
    pub fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// The moment the checks were made for.
    #[must_use]
    pub fn moment(&self) -> Timestamp {
        self.moment
    }

    /// Last moment at which an accepting verdict may be used again.
    #[must_use]
    pub fn valid_until(&self) -> Timestamp {
        self.valid_until
    }

    /// The first failed check; `None` when accepted.
    #[must_use]
    pub fn refusal(&self) -> Option<Refusal> {
        let failed = |check: &Check| {
            let problem = check.problem.clone()?;
            Some(Refusal { subject: check.subject.clone(), words: check.words.clone(), problem })
        };
        self.checks.iter().find_map(failed)
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let outcome = if self.is_accepted() { "accepted" } else { "refused" };
        writeln!(formatter, "{outcome} at {}", self.moment)?;
        for check in &self.checks {
            let mark = if check.problem.is_none() { "good" } else { "BAD" };
            writeln!(formatter, "{mark}: {}: {}", check.subject, check.words)?;
        }
        Ok(())
    }
}

/// A verdict in the making.
pub(super) struct Draft(Verdict);

impl Draft {
    pub(super) fn new(
        chain: Vec<Arc<Certificate>>,
        purpose: Purpose,
        moment: Timestamp,
        keep: SignedDuration,
    ) -> Self {
        let valid_until = moment.checked_add(keep).unwrap_or(Timestamp::MAX);
        Self(Verdict { chain, purpose, moment, valid_until, checks: Vec::new() })
    }

    pub(super) fn pass(&mut self, certificate: &Certificate, words: String) {
        self.0.checks.push(Check { subject: certificate.subject().to_string(), words, problem: None });
    }

    pub(super) fn fail(&mut self, certificate: &Certificate, problem: Problem, words: String) {
        self.0.checks.push(Check {
            subject: certificate.subject().to_string(),
            words,
            problem: Some(problem),
        });
    }

    /// The verdict does not outlive `moment`.
    pub(super) fn fresh_until(&mut self, moment: Timestamp) {
        self.0.valid_until = self.0.valid_until.min(moment);
    }

    pub(super) fn finish(self) -> Verdict {
        self.0
    }
}
