//! The transport signature as gateways and participants use it: sign an envelope that is about to leave, verify one that came.
//!
//! Must never call a message good whose signature covers another Body than the one that was read, or is of another holder than
//! the registered one.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use eds::algorithm::{AlgorithmError, Digester};
use eds::dsig::Judge;
use eds::wssec::{self, Expectations, SignError, Signed};
use eds::{CertificateDirectory, ExpectedHolder, RefusalKind, SignatureRefusal, Signer, Validator};
use jiff::Timestamp;
use registry::CertificateExpectation;
use soap::write::Outgoing;
use soap::{Code, Incoming, Refusal};
use xml::canonical::{Blocks, CanonicalError};

use crate::journal::CertificateFacts;

/// A key to sign with, and the means to decide about the signatures of others.
#[derive(Clone)]
pub struct Identity {
    /// The key.
    pub signer: Arc<dyn Signer>,
    /// Decides about certificates.
    pub validator: Arc<Validator>,
    /// Certificates known beforehand, for signatures that name theirs by number only.
    pub directory: Option<Arc<dyn CertificateDirectory>>,
}

impl fmt::Debug for Identity {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Identity({})", self.signer.certificate().subject())
    }
}

/// Why an envelope was not signed.
#[derive(Debug, thiserror::Error)]
pub enum SigningError {
    /// It was written without an identifier of its Body.
    #[error("the Body has no identifier to sign by")]
    NoIdentifier,
    /// `data` has no canonical form.
    #[error(transparent)]
    Canonical(#[from] CanonicalError),
    /// The digest.
    #[error(transparent)]
    Algorithm(#[from] AlgorithmError),
    /// The key.
    #[error(transparent)]
    Sign(#[from] SignError),
}

/// Why a signature is not accepted: for the sender, for the journal, and whose certificate it was where that is known.
#[derive(Debug)]
pub struct Distrust {
    /// For the sender.
    pub refusal: Refusal,
    /// For the journal: the kind in words, without anything personal (subjects of certificates hold an IIN).
    pub noted: &'static str,
    /// The certificate.
    pub certificate: Option<Box<CertificateFacts>>,
}

impl Identity {
    /// The envelope with its signature.
    ///
    /// # Errors
    /// The key does not sign, or `data` has no canonical form.
    pub fn sign(&self, outgoing: &Outgoing<'_>) -> Result<Bytes, SigningError> {
        let to_sign = outgoing.to_sign().ok_or(SigningError::NoIdentifier)?;
        let mut digester = Digester::new(self.signer.algorithm().digest())?;
        let mut blocks = Blocks::new(|bytes: &[u8]| digester.update(bytes));
        to_sign.canonical(&mut blocks)?;
        blocks.finish();
        let security = wssec::sign_digest(&*self.signer, to_sign.id(), &digester.finish())?;
        Ok(outgoing.envelope(Some(&security)).into())
    }

    /// Verifies the transport signature of a message that was read: it is of the expected holder and valid at the legal moment.
    ///
    /// # Errors
    /// The refusal with its code, GW-3001 to GW-3005.
    pub fn verify(
        &self,
        incoming: &Incoming,
        expected: &CertificateExpectation,
        now: Timestamp,
    ) -> Result<Signed, Distrust> {
        let judge = Judge { validator: &self.validator, moment: now, directory: self.directory.as_deref() };
        let holder = ExpectedHolder::Bin(expected.bin.as_str().to_owned());
        let expectations = Expectations { holder, older_form: false };
        let signed = wssec::verify(incoming.document(), &judge, &expectations).map_err(distrust)?;
        if signed.body != incoming.body() {
            let reason =
                "the signature covers another Body than the one that was read; send one Body and sign it";
            let refusal = Refusal::new(Code::SignatureWrong, reason);
            return Err(Distrust { refusal, noted: "signature over another Body", certificate: None });
        }
        let certificate = &signed.certificate;
        let name = certificate.subject().values(eds::name::COMMON_NAME).next().map(str::to_owned);
        if let Err(mismatch) = expected.check(certificate.holder().bin.as_deref(), name.as_deref()) {
            let reason = format!("{mismatch}; sign with the certificate that is registered");
            return Err(Distrust {
                refusal: Refusal::new(Code::IdentityMismatch, reason),
                noted: "certificate of another holder",
                certificate: Some(Box::new(CertificateFacts::of(certificate))),
            });
        }
        Ok(signed)
    }
}

fn distrust(refusal: SignatureRefusal) -> Distrust {
    let (code, noted) = match refusal.kind {
        RefusalKind::NotSigned => (Code::SignatureMissing, "not signed"),
        RefusalKind::Wrong => (Code::SignatureWrong, "signature wrong"),
        RefusalKind::OtherHolder => (Code::IdentityMismatch, "certificate of another holder"),
        RefusalKind::CertificateNotValid => (Code::CertificateInvalid, "certificate not valid"),
        RefusalKind::RevocationUnknown => (Code::RevocationUnknown, "revocation status unknown"),
    };
    let certificate = refusal
        .verdict
        .as_ref()
        .and_then(|verdict| verdict.chain().first())
        .map(|one| Box::new(CertificateFacts::of(one)));
    Distrust {
        refusal: Refusal::new(code, format!("{}; {}", refusal.reason, refusal.hint)),
        noted,
        certificate,
    }
}
