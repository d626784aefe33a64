//! XML signatures (W3C XML-DSig) in the platform's closed profile.
//!
//! The profile: one `Reference`, to the whole document (`URI=""`, the signature itself left out) or to one element by its
//! identifier; canonicalisation inclusive or exclusive; algorithms of [`crate::algorithm`]; the certificate in the key information.
//! Everything else the standard offers (XPath, XSLT, external references, `Object`, `Manifest`, keys by value) is refused while the
//! signature is read, before anything is computed.
//!
//! `WithComments` and plain canonicalisation mean the same here: a reference inside the document selects nodes without comments
//! (XML-DSig 4.4.3.2), and a signature element with comments in it is refused.
//!
//! [`enveloped`] signs and verifies documents of business data and officials' decisions; [`crate::wssec`] does the transport signature.

pub mod enveloped;
pub(crate) mod key_info;
pub(crate) mod read;
pub(crate) mod write;

use std::sync::Arc;

use jiff::Timestamp;
use xml::{Document, NodeId, canonical};

use crate::algorithm::{AlgorithmError, Digest, Digester, SignatureAlgorithm, SignatureForm};
use crate::certificate::Certificate;
use crate::name::DistinguishedName;
use crate::path::{Purpose, Validator, Verdict};
use crate::refusal::{RefusalKind, SignatureRefusal};
use crate::{certificate::SerialNumber, dsig::key_info::Named};
use read::{Canonicalisation, Parts};

/// Namespace of XML-DSig.
pub const NAMESPACE: &str = "http://www.w3.org/2000/09/xmldsig#";

/// Whose signature is expected.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ExpectedHolder {
    /// Any holder whose certificate is trusted; the caller decides by the result.
    #[default]
    Anyone,
    /// The organization with this BIN (twelve digits).
    Bin(String),
    /// The person with this IIN (twelve digits).
    Iin(String),
}

impl ExpectedHolder {
    pub(crate) fn check(&self, certificate: &Certificate) -> Result<(), SignatureRefusal> {
        let holder = certificate.holder();
        let (label, expected, found) = match self {
            Self::Anyone => return Ok(()),
            Self::Bin(bin) => ("BIN", bin, &holder.bin),
            Self::Iin(iin) => ("IIN", iin, &holder.iin),
        };
        if found.as_ref() == Some(expected) {
            return Ok(());
        }
        let found = found.as_deref().unwrap_or("none");
        Err(SignatureRefusal::new(
            RefusalKind::OtherHolder,
            format!("the signature is of the holder with {label} {found}, expected {expected}"),
            "sign with the certificate registered for the sender, or have the registered number corrected",
        ))
    }
}

/// Certificates known beforehand, for signatures that name their certificate by issuer and serial number only. Being in it is not
/// trust: the certificate is validated all the same.
pub trait CertificateDirectory: Send + Sync {
    /// The certificate with this issuer and serial number.
    fn find(&self, issuer: &DistinguishedName, serial: &SerialNumber) -> Option<Arc<Certificate>>;
}

/// A [`CertificateDirectory`] held in memory.
#[derive(Clone, Debug, Default)]
pub struct KnownCertificates(std::collections::HashMap<(DistinguishedName, SerialNumber), Arc<Certificate>>);

impl FromIterator<Arc<Certificate>> for KnownCertificates {
    fn from_iter<I: IntoIterator<Item = Arc<Certificate>>>(certificates: I) -> Self {
        let keyed = |certificate: Arc<Certificate>| {
            ((certificate.issuer().clone(), certificate.serial().clone()), certificate)
        };
        Self(certificates.into_iter().map(keyed).collect())
    }
}

impl CertificateDirectory for KnownCertificates {
    fn find(&self, issuer: &DistinguishedName, serial: &SerialNumber) -> Option<Arc<Certificate>> {
        self.0.get(&(issuer.clone(), serial.clone())).cloned()
    }
}

/// What is needed to decide about a signer.
#[derive(Clone, Copy)]
pub struct Judge<'a> {
    /// Decides about certificates.
    pub validator: &'a Validator,
    /// The legal moment the signature is judged at: for messages the moment of receipt (OP-23).
    pub moment: Timestamp,
    /// Certificates known beforehand, where there are such.
    pub directory: Option<&'a dyn CertificateDirectory>,
}

impl Judge<'_> {
    fn certificate(&self, named: Named) -> Result<Arc<Certificate>, SignatureRefusal> {
        match named {
            Named::Certificate { der, also } => {
                let certificate = self.validator.certificate(&der).map_err(|error| {
                    SignatureRefusal::new(
                        RefusalKind::CertificateNotValid,
                        format!("the certificate in the signature cannot be read: {error}"),
                        "put the whole DER certificate in base64 into the key information",
                    )
                })?;
                match also {
                    Some((issuer, serial))
                        if (&issuer, &serial) != (certificate.issuer(), certificate.serial()) =>
                    {
                        Err(SignatureRefusal::wrong(
                            "the key information names another certificate by issuer and serial number than the one it carries",
                            "name one certificate",
                        ))
                    }
                    _ => Ok(certificate),
                }
            }
            Named::ByNumber(issuer, serial) => {
                let known = self.directory.and_then(|directory| directory.find(&issuer, &serial));
                known.ok_or_else(|| {
                    SignatureRefusal::new(
                        RefusalKind::CertificateNotValid,
                        format!("certificate {} of {issuer} is not known here", serial.to_decimal()),
                        "send the whole certificate in wsse:KeyIdentifier, or have the certificate registered",
                    )
                })
            }
        }
    }

    /// The accepting verdict on a signer's certificate; `brought` came with the signature and may stand in the chain.
    pub(crate) fn verdict(
        &self,
        certificate: &Arc<Certificate>,
        brought: &[Arc<Certificate>],
    ) -> Result<Arc<Verdict>, SignatureRefusal> {
        let verdict = self.validator.verdict_with(certificate, brought, Purpose::Signature, self.moment);
        SignatureRefusal::of_verdict(&verdict).map_or(Ok(verdict), Err)
    }
}

/// The node a reference covers, and what of it is left out.
pub(crate) struct Covered<'a> {
    pub(crate) node: NodeId,
    pub(crate) exclude: &'a [NodeId],
}

/// A signature found good, before it is known what it covers means.
pub(crate) struct Verified {
    pub(crate) certificate: Arc<Certificate>,
    pub(crate) verdict: Arc<Verdict>,
    pub(crate) algorithm: SignatureAlgorithm,
    pub(crate) digest: Digest,
}

/// Verifies a signature whose reference the caller has resolved: digest, signature value, holder, certificate; in this order, so that
/// what costs most and says least comes last.
pub(crate) fn verify(
    document: &Document,
    parts: &Parts<'_>,
    covered: &Covered<'_>,
    expected: &ExpectedHolder,
    judge: &Judge<'_>,
) -> Result<Verified, SignatureRefusal> {
    let line = || parts.element.line();
    let certificate = judge.certificate(key_info::read(parts.key_info)?)?;
    let key =
        certificate.verifying_key().map_err(|error| SignatureRefusal::algorithm("key", line(), &error))?;
    if key.algorithm() != parts.method {
        return Err(SignatureRefusal::wrong(
            format!(
                "line {}: signature method is {}, the certificate's key is for {}",
                line(),
                parts.method.row().name,
                key.algorithm().row().name
            ),
            "write the signature method of the key",
        ));
    }
    let reference = &parts.reference;
    let digest = digest(document, covered, &reference.canonicalisation, reference.digest)
        .map_err(|error| error.refusal(line()))?;
    if digest.as_ref() != reference.digest_value {
        return Err(SignatureRefusal::wrong(
            format!(
                "line {}: the digest of the signed part does not match: it was changed after signing",
                line()
            ),
            "sign the final text; change nothing afterwards, white space included",
        ));
    }
    let signed_info = canonical_bytes(document, parts.signed_info.id(), &parts.canonicalisation)
        .map_err(|error| error.refusal(line()))?;
    key.verify(&signed_info, &parts.value, SignatureForm::Xml).map_err(|error| {
        SignatureRefusal::wrong(
            format!("line {}: {error}", line()),
            "sign with the key of the certificate that is sent along",
        )
    })?;
    expected.check(&certificate)?;
    let verdict = judge.verdict(&certificate, &[])?;
    Ok(Verified { certificate, verdict, algorithm: parts.method, digest })
}

/// Why nothing was computed over a node.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ComputeError {
    #[error(transparent)]
    Canonical(#[from] canonical::CanonicalError),
    #[error(transparent)]
    Algorithm(#[from] AlgorithmError),
}

impl ComputeError {
    fn refusal(&self, line: usize) -> SignatureRefusal {
        SignatureRefusal::wrong(
            format!("line {line}: {self}"),
            "keep to the signature profile of the gateway",
        )
    }
}

/// Canonical bytes of a node straight into a digest.
pub(crate) fn digest(
    document: &Document,
    covered: &Covered<'_>,
    canonicalisation: &Canonicalisation<'_>,
    algorithm: crate::algorithm::DigestAlgorithm,
) -> Result<Digest, ComputeError> {
    let mut digester = Digester::new(algorithm)?;
    let mut blocks = canonical::Blocks::new(|bytes: &[u8]| digester.update(bytes));
    canonicalise(document, covered, canonicalisation, &mut blocks)?;
    blocks.finish();
    Ok(digester.finish())
}

pub(crate) fn canonical_bytes(
    document: &Document,
    node: NodeId,
    canonicalisation: &Canonicalisation<'_>,
) -> Result<Vec<u8>, ComputeError> {
    let mut bytes = Vec::with_capacity(1024);
    canonicalise(document, &Covered { node, exclude: &[] }, canonicalisation, &mut bytes)?;
    Ok(bytes)
}

fn canonicalise(
    document: &Document,
    covered: &Covered<'_>,
    canonicalisation: &Canonicalisation<'_>,
    sink: &mut impl canonical::Sink,
) -> Result<(), canonical::CanonicalError> {
    let options = canonical::Options {
        inclusive_prefixes: &canonicalisation.prefixes,
        exclude: covered.exclude,
        ..canonical::Options::default()
    };
    if canonicalisation.exclusive {
        canonical::exclusive(document, covered.node, &options, sink)
    } else {
        canonical::inclusive(document, covered.node, &options, sink)
    }
}

#[cfg(test)]
mod tests;
