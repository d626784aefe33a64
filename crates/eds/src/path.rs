//! Whether a certificate is to be trusted for a purpose at a moment: path validation for signature certificates (RFC 5280 section 6,
//! narrowed to what the platform uses).
//!
//! Trust means one thing: an unbroken chain of signatures to an authority in the [`TrustStore`], every certificate of it valid at the
//! moment, allowed to do what it does, and not revoked. Knowing a certificate (a list of fingerprints) is not trust, and the store
//! does not take holders' certificates. Each step is a [`Check`] of the [`Verdict`], good or bad, in words, so that the verdict can
//! be kept as evidence.
//!
//! The length of a chain and the number of signatures tried are bounded, whatever certificates a message brings along.

mod cache;
mod trust;
mod verdict;

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

pub use trust::{TrustError, TrustStore};
pub use verdict::{Check, Problem, Refusal, Verdict};

use crate::certificate::{Certificate, CertificateError};
use crate::revocation::{RevocationPolicy, RevocationSource, Status, Unknown};
use verdict::Draft;

/// Most certificates in a chain, the holder's and the anchor included.
pub const LONGEST_CHAIN: usize = 6;
/// Most signatures on certificates tried while a chain is sought.
const MOST_SIGNATURES: usize = 32;
/// Most certificates a message may bring along.
const MOST_EXTRA: usize = 16;

/// What the holder used the key for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// Signing messages and documents: key usage `digitalSignature` and `nonRepudiation` (gateway-wire 7).
    Signature,
    /// Proving identity at login: key usage `digitalSignature`.
    Authentication,
}

/// How a [`Validator`] decides.
#[derive(Clone, Debug)]
pub struct Policy {
    /// What revocation must be checked.
    pub revocation: RevocationPolicy,
    /// How long an accepting verdict may be used again for the same certificate. A change in the source of revocation ends it at once.
    pub keep: SignedDuration,
}

impl Default for Policy {
    fn default() -> Self {
        Self { revocation: RevocationPolicy::strict(), keep: SignedDuration::from_mins(5) }
    }
}

/// Decides about certificates, and remembers accepting verdicts for a stated time.
pub struct Validator {
    trust: Arc<TrustStore>,
    revocation: Arc<dyn RevocationSource>,
    policy: Policy,
    cache: cache::Cache,
}

impl Validator {
    /// A validator over a trust store and a source of revocation. To change either store of trust or policy, make a new validator.
    #[must_use]
    pub fn new(trust: Arc<TrustStore>, revocation: Arc<dyn RevocationSource>, policy: Policy) -> Self {
        Self { trust, revocation, policy, cache: cache::Cache::default() }
    }

    /// The trusted authorities.
    #[must_use]
    pub fn trust(&self) -> &TrustStore {
        &self.trust
    }

    /// Reads a DER certificate, or finds it among those accepted before, with its public key parsed.
    ///
    /// # Errors
    /// As [`Certificate::from_der`].
    pub fn certificate(&self, der: &[u8]) -> Result<Arc<Certificate>, CertificateError> {
        match self.cache.certificate(der) {
            Some(known) => Ok(known),
            None => Certificate::from_der(der).map(Arc::new),
        }
    }

    /// The verdict on a certificate.
    pub fn verdict(
        &self,
        certificate: &Arc<Certificate>,
        purpose: Purpose,
        moment: Timestamp,
    ) -> Arc<Verdict> {
        self.verdict_with(certificate, &[], purpose, moment)
    }

    /// The verdict on a certificate that came with further certificates, which may stand in the chain but are not trusted by
    /// themselves.
    pub fn verdict_with(
        &self,
        certificate: &Arc<Certificate>,
        extra: &[Arc<Certificate>],
        purpose: Purpose,
        moment: Timestamp,
    ) -> Arc<Verdict> {
        let version = self.revocation.version();
        if let Some(kept) = self.cache.verdict(certificate, purpose, version, moment) {
            return kept;
        }
        let mut search = Search {
            validator: self,
            extra: &extra[..extra.len().min(MOST_EXTRA)],
            purpose,
            moment,
            signatures_left: MOST_SIGNATURES,
            refused: None,
        };
        let mut links = Vec::new();
        let accepted = search.extend(&mut vec![Arc::clone(certificate)], &mut links);
        let verdict = accepted.or(search.refused);
        let verdict =
            Arc::new(verdict.unwrap_or_else(|| self.unlinked(certificate, &links, purpose, moment)));
        if verdict.is_accepted() {
            self.cache.keep(certificate, purpose, version, Arc::clone(&verdict));
        }
        verdict
    }

    /// The verdict on a certificate no chain was found for.
    fn unlinked(
        &self,
        certificate: &Arc<Certificate>,
        links: &[Link],
        purpose: Purpose,
        moment: Timestamp,
    ) -> Verdict {
        let mut draft = Draft::new(vec![Arc::clone(certificate)], purpose, moment, self.policy.keep);
        for link in links {
            draft.fail(certificate, link.problem.clone(), link.words.clone());
        }
        draft.finish()
    }
}

/// Why a chain could not be continued.
struct Link {
    problem: Problem,
    words: String,
}

/// The search for a chain, depth first.
struct Search<'a> {
    validator: &'a Validator,
    extra: &'a [Arc<Certificate>],
    purpose: Purpose,
    moment: Timestamp,
    signatures_left: usize,
    /// The first complete chain that was refused.
    refused: Option<Verdict>,
}

impl Search<'_> {
    fn extend(&mut self, chain: &mut Vec<Arc<Certificate>>, links: &mut Vec<Link>) -> Option<Verdict> {
        let last = Arc::clone(chain.last()?);
        let validator = self.validator;
        let trusted = validator.trust.named(last.issuer());
        let brought =
            self.extra.iter().filter(|extra| extra.subject() == last.issuer()).map(|extra| (extra, false));
        let mut candidates: Vec<_> = trusted.chain(brought).collect();
        // Authorities valid at the moment first, so that a renewed authority is found before its expired namesake.
        candidates.sort_by_key(|(authority, _)| !valid_at(authority, self.moment));
        if candidates.is_empty() {
            let words = format!("no authority named {} is trusted", last.issuer());
            links.push(Link { problem: Problem::IssuerNotTrusted, words });
        }
        for (authority, is_anchor) in candidates {
            let authority = Arc::clone(authority);
            if chain.contains(&authority) || !key_identifiers_agree(&last, &authority) {
                continue;
            }
            if chain.len() + 1 > LONGEST_CHAIN || self.signatures_left == 0 {
                let words = format!("no trusted authority within {LONGEST_CHAIN} certificates");
                links.push(Link { problem: Problem::IssuerNotTrusted, words });
                return None;
            }
            self.signatures_left -= 1;
            if let Err(error) = last.verify_signed_by(&authority) {
                let words = format!("signature of {} on the certificate: {error}", authority.subject());
                links.push(Link { problem: Problem::CertificateSignature, words });
                continue;
            }
            chain.push(authority);
            let found = if is_anchor { self.judge(chain) } else { self.extend(chain, links) };
            chain.pop();
            if found.is_some() {
                return found;
            }
        }
        if links.is_empty() {
            let words = format!("no trusted authority named {} has the key that issued it", last.issuer());
            links.push(Link { problem: Problem::IssuerNotTrusted, words });
        }
        None
    }

    /// Judges a complete chain; keeps the first refusal and goes on searching.
    fn judge(&mut self, chain: &[Arc<Certificate>]) -> Option<Verdict> {
        let validator = self.validator;
        let mut draft = Draft::new(chain.to_vec(), self.purpose, self.moment, validator.policy.keep);
        let names: Vec<String> = chain.iter().skip(1).map(|link| link.subject().to_string()).collect();
        draft.pass(&chain[0], format!("issued under {}, each signature verified", names.join(", under ")));
        check_use(&mut draft, &chain[0], self.purpose);
        for (position, certificate) in chain.iter().enumerate() {
            check_dates(&mut draft, certificate, self.moment);
            check_critical(&mut draft, certificate);
            if position > 0 {
                check_authority(&mut draft, certificate, &chain[1..position]);
            }
        }
        for pair in
            chain.windows(2).take(if validator.policy.revocation.whole_chain { chain.len() } else { 1 })
        {
            if let [certificate, issuer] = pair {
                self.check_revocation(&mut draft, certificate, issuer);
            }
        }
        let verdict = draft.finish();
        if verdict.is_accepted() {
            return Some(verdict);
        }
        self.refused.get_or_insert(verdict);
        None
    }

    fn check_revocation(&self, draft: &mut Draft, certificate: &Arc<Certificate>, issuer: &Certificate) {
        let policy = &self.validator.policy.revocation;
        match self.validator.revocation.status(certificate, issuer, self.moment, policy.grace) {
            Status::Good { source, fresh_until } => {
                draft.fresh_until(fresh_until);
                draft.pass(certificate, format!("not revoked by {source}"));
            }
            Status::Revoked { since, reason, source } => {
                let words = format!("revoked since {since} ({reason}) by {source}");
                draft.fail(certificate, Problem::Revoked { since, reason }, words);
            }
            Status::Unknown { reason } => match policy.unknown {
                Unknown::Refuse => draft.fail(certificate, Problem::RevocationUnknown, reason),
                Unknown::Accept(why) => {
                    draft.pass(
                        certificate,
                        format!("revocation not checked: {reason}; accepted because {why}"),
                    );
                }
            },
        }
    }
}

fn valid_at(certificate: &Certificate, moment: Timestamp) -> bool {
    (certificate.not_before()..=certificate.not_after()).contains(&moment)
}

/// Whether the key identifiers, where both are stated, name the same key. They choose among authorities of one name; they prove nothing.
fn key_identifiers_agree(certificate: &Certificate, authority: &Certificate) -> bool {
    match (certificate.authority_key_identifier(), authority.subject_key_identifier()) {
        (Some(wanted), Some(found)) => wanted == found,
        _ => true,
    }
}

fn check_use(draft: &mut Draft, holder: &Arc<Certificate>, purpose: Purpose) {
    if holder.authority().is_some() {
        draft.fail(
            holder,
            Problem::NotForPurpose,
            "it is an authority's certificate, which signs certificates only".into(),
        );
    }
    let usage = holder.key_usage().unwrap_or_default();
    let (fits, wanted) = match purpose {
        Purpose::Signature => {
            (usage.digital_signature && usage.non_repudiation, "digitalSignature and nonRepudiation")
        }
        Purpose::Authentication => (usage.digital_signature, "digitalSignature"),
    };
    if fits {
        draft.pass(holder, format!("key usage has {wanted}"));
    } else {
        draft.fail(holder, Problem::NotForPurpose, format!("key usage lacks {wanted}"));
    }
}

fn check_dates(draft: &mut Draft, certificate: &Arc<Certificate>, moment: Timestamp) {
    let (from, to) = (certificate.not_before(), certificate.not_after());
    if moment < from {
        draft.fail(
            certificate,
            Problem::NotYetValid,
            format!("valid only from {from}, the moment is {moment}"),
        );
    } else if moment > to {
        draft.fail(certificate, Problem::Expired, format!("expired on {to}, the moment is {moment}"));
    } else {
        draft.fresh_until(to);
        draft.pass(certificate, format!("valid from {from} to {to}"));
    }
}

fn check_critical(draft: &mut Draft, certificate: &Arc<Certificate>) {
    for extension in certificate.unprocessed_critical() {
        let words = format!("critical extension {extension} is not processed");
        draft.fail(certificate, Problem::UnknownCritical, words);
    }
}

/// `below`: the authorities between this one and the holder.
fn check_authority(draft: &mut Draft, authority: &Arc<Certificate>, below: &[Arc<Certificate>]) {
    let Some(constraints) = authority.authority() else {
        draft.fail(authority, Problem::NotAuthority, "basic constraints do not make it an authority".into());
        return;
    };
    if !authority.key_usage().is_some_and(|usage| usage.certificate_sign) {
        draft.fail(authority, Problem::NotAuthority, "key usage lacks keyCertSign".into());
        return;
    }
    // Self-issued certificates (a key renewed under the same name) do not count (RFC 5280, 4.2.1.9).
    let length = below.iter().filter(|certificate| !certificate.is_self_issued()).count();
    match constraints.path_length {
        Some(most) if length > usize::from(most) => {
            let words = format!("allows {most} further authorities below it, the chain has {length}");
            draft.fail(authority, Problem::PathTooLong, words);
        }
        _ => draft.pass(authority, "may issue certificates (basic constraints, keyCertSign)".into()),
    }
}

#[cfg(test)]
mod tests;
