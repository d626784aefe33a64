//! Signed envelopes: written and verified.

use eds::Signer;
use eds::dsig::{ExpectedHolder, Judge};
use eds::refusal::{RefusalKind, SignatureRefusal};
use eds::wssec::{self, Expectations};
use jiff::Timestamp;
use soap::write::Outgoing;
use soap::{Code, Incoming, Refusal};

use super::Systems;

/// Why an envelope of ours cannot be written. Every case is a fault of the stand.
#[derive(Debug, thiserror::Error)]
pub(super) enum WriteFailure {
    #[error(transparent)]
    Canonical(#[from] xml::canonical::CanonicalError),
    #[error(transparent)]
    Sign(#[from] wssec::SignError),
    #[error(transparent)]
    Write(#[from] xml::WriteError),
}

/// The envelope, signed when its Body has an id.
pub(super) fn signed(outgoing: &Outgoing<'_>, signer: &dyn Signer) -> Result<String, WriteFailure> {
    let Some(body) = outgoing.to_sign() else { return Ok(outgoing.envelope(None)) };
    let mut canonical = Vec::new();
    body.canonical(&mut canonical)?;
    let security = wssec::sign(signer, body.id(), &canonical)?;
    Ok(outgoing.envelope(Some(&security)))
}

impl Systems {
    /// Verifies that a message was signed by the gateway of this system, and over the Body that was read.
    pub(super) fn verify(&self, system: &str, incoming: &Incoming, now: Timestamp) -> Result<(), Refusal> {
        let bin = self.gateway_bins.get(system).cloned().unwrap_or_default();
        let judge = Judge { validator: &self.validator, moment: now, directory: None };
        let expectations = Expectations { holder: ExpectedHolder::Bin(bin), older_form: false };
        let signed = wssec::verify(incoming.document(), &judge, &expectations)
            .map_err(|refusal| refusal_of(&refusal))?;
        if signed.body == incoming.body() {
            Ok(())
        } else {
            Err(Refusal::new(
                Code::SignatureWrong,
                "the signature covers another Body than the one that is read",
            ))
        }
    }
}

fn refusal_of(refusal: &SignatureRefusal) -> Refusal {
    let code = match refusal.kind {
        RefusalKind::NotSigned => Code::SignatureMissing,
        RefusalKind::Wrong => Code::SignatureWrong,
        RefusalKind::OtherHolder => Code::IdentityMismatch,
        RefusalKind::CertificateNotValid => Code::CertificateInvalid,
        RefusalKind::RevocationUnknown => Code::RevocationUnknown,
    };
    Refusal::new(code, format!("{}; {}", refusal.reason, refusal.hint))
}

/// The `wsu:Id` of a message's Body: fixed by what the message is, so that the same message gives the same bytes.
pub(super) fn body_id(message: &str) -> String {
    format!("id-{}", derived(&["body", message]))
}

/// A UUID derived from the parts of a name.
pub(super) fn derived(parts: &[&str]) -> uuid::Uuid {
    uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_OID, parts.join("\u{0}").as_bytes())
}
