//! CMS signatures (RFC 5652), in the profile an official's signing program gives: SHA-256, RSA or P-256, signed attributes, the
//! signer's certificate inside; CAdES-BES when the certificate is among the signed attributes (RFC 5035).
//!
//! A signature is accepted only with signed attributes: without them the same value could be shown as a signature of the attributes'
//! own encoding. Time stamps among the unsigned attributes are not judged; the moment is the caller's.

mod ber;
mod read;
mod write;

use std::sync::Arc;

use jiff::Timestamp;

pub use write::sign_detached;

use crate::algorithm::{DigestAlgorithm, Digester, SignatureAlgorithm, SignatureForm};
use crate::certificate::Certificate;
use crate::dsig::{ExpectedHolder, Judge};
use crate::path::Verdict;
use crate::refusal::{RefusalKind, SignatureRefusal};
use crate::text::base64_bytes;
use read::{Message, Signer};

/// Longest CMS message in bytes, content included.
pub const LONGEST_MESSAGE: usize = 16 * 1024 * 1024;
/// Most signers, and most certificates, of one message.
const MOST: usize = 16;

const HINT: &str = "sign with SHA-256, signed attributes and the certificate inside (CAdES-BES)";

/// One good signature of a content.
#[derive(Clone, Debug)]
pub struct SignedContent {
    /// The signer.
    pub certificate: Arc<Certificate>,
    /// Why the signer is trusted.
    pub verdict: Arc<Verdict>,
    /// The algorithm.
    pub algorithm: SignatureAlgorithm,
    /// The signing time the signer claims; nobody vouches for it.
    pub claimed_time: Option<Timestamp>,
}

/// Takes the message out of the text a signing program gives: base64, with or without PEM lines around it.
///
/// # Errors
/// Text that is not base64 or longer than accepted.
pub fn from_text(text: &str) -> Result<Vec<u8>, SignatureRefusal> {
    let inside: String = text.lines().filter(|line| !line.trim_start().starts_with("-----")).collect();
    base64_bytes(&inside, LONGEST_MESSAGE / 3 * 4)
        .ok_or_else(|| SignatureRefusal::wrong("the CMS signature is not base64", "send it as base64 or PEM"))
}

/// Verifies every signature of `message` over `content`. When the message carries a content itself it must be the same.
///
/// # Errors
/// No signature, one that does not hold, or a signer who is not expected or not trusted.
pub fn verify_detached(
    content: &[u8],
    message: &[u8],
    expected: &ExpectedHolder,
    judge: &Judge<'_>,
) -> Result<Vec<SignedContent>, SignatureRefusal> {
    let der = definite(message)?;
    let parsed = parse(&der)?;
    if parsed.content.is_some_and(|carried| carried != content) {
        return Err(SignatureRefusal::wrong(
            "the CMS message carries another content than the one to be verified",
            "send the signature of this content, best without the content (detached)",
        ));
    }
    verify_all(content, &parsed, expected, judge)
}

/// Verifies every signature of a message that carries its content; gives the content and the signers.
///
/// # Errors
/// As [`verify_detached`]; a message without content.
pub fn verify_attached(
    message: &[u8],
    expected: &ExpectedHolder,
    judge: &Judge<'_>,
) -> Result<(Vec<u8>, Vec<SignedContent>), SignatureRefusal> {
    let der = definite(message)?;
    let parsed = parse(&der)?;
    let content =
        parsed.content.ok_or_else(|| SignatureRefusal::wrong("the CMS message carries no content", HINT))?;
    Ok((content.to_vec(), verify_all(content, &parsed, expected, judge)?))
}

fn definite(message: &[u8]) -> Result<Vec<u8>, SignatureRefusal> {
    if message.len() > LONGEST_MESSAGE {
        let reason = format!("the CMS message of {} bytes is longer than {LONGEST_MESSAGE}", message.len());
        return Err(SignatureRefusal::wrong(reason, HINT));
    }
    ber::to_definite(message).ok_or_else(|| SignatureRefusal::wrong("the CMS message is not ASN.1", HINT))
}

fn parse(der: &[u8]) -> Result<Message<'_>, SignatureRefusal> {
    Message::read(der)
        .map_err(|error| SignatureRefusal::wrong(format!("the CMS message cannot be read: {error}"), HINT))
}

fn verify_all(
    content: &[u8],
    message: &Message<'_>,
    expected: &ExpectedHolder,
    judge: &Judge<'_>,
) -> Result<Vec<SignedContent>, SignatureRefusal> {
    if message.signers.is_empty() {
        let hint = "sign the content; the message has certificates only";
        return Err(SignatureRefusal::new(RefusalKind::NotSigned, "the CMS message has no signer", hint));
    }
    if message.signers.len() > MOST || message.certificates.len() > MOST {
        let reason = format!("the CMS message has more than {MOST} signers or certificates");
        return Err(SignatureRefusal::wrong(reason, HINT));
    }
    let mut brought = Vec::with_capacity(message.certificates.len());
    for der in &message.certificates {
        brought.push(judge.validator.certificate(der).map_err(|error| {
            let reason = format!("a certificate in the CMS message cannot be read: {error}");
            SignatureRefusal::new(RefusalKind::CertificateNotValid, reason, HINT)
        })?);
    }
    message
        .signers
        .iter()
        .map(|signer| verify_one(content, message, signer, &brought, expected, judge))
        .collect()
}

fn verify_one(
    content: &[u8],
    message: &Message<'_>,
    signer: &Signer<'_>,
    brought: &[Arc<Certificate>],
    expected: &ExpectedHolder,
    judge: &Judge<'_>,
) -> Result<SignedContent, SignatureRefusal> {
    let wrong = |reason: String| SignatureRefusal::wrong(reason, HINT);
    let refused = |error: crate::AlgorithmError| wrong(format!("CMS signer: {error}"));
    let digest_algorithm = DigestAlgorithm::from_oid(signer.digest_algorithm).map_err(refused)?;
    let certificate = find(signer, brought, judge)?;
    let key = certificate.verifying_key().map_err(refused)?;
    let algorithm = signer.algorithm().map_err(refused)?;
    if algorithm != key.algorithm() || algorithm.digest() != digest_algorithm {
        return Err(wrong("CMS signer: digest, signature algorithm and key do not belong together".into()));
    }
    let attributes = &signer.attributes;
    if attributes.content_type != message.content_type {
        return Err(wrong("CMS signer: the signed content type is not that of the message".into()));
    }
    let digest = Digester::of(digest_algorithm, content).map_err(refused)?;
    if digest.as_ref() != attributes.message_digest {
        return Err(SignatureRefusal::wrong(
            "the digest of the content does not match the CMS signature: it was changed after signing",
            "sign exactly the bytes that are sent",
        ));
    }
    if attributes.signing_certificate.is_some_and(|hash| hash != certificate.fingerprint()) {
        return Err(wrong("CMS signer: the signed certificate reference names another certificate".into()));
    }
    key.verify(&signer.signed_bytes(), signer.signature, SignatureForm::Der)
        .map_err(|error| wrong(format!("CMS signer: {error}")))?;
    expected.check(&certificate)?;
    let verdict = judge.verdict(&certificate, brought)?;
    Ok(SignedContent { certificate, verdict, algorithm, claimed_time: attributes.signing_time })
}

fn find(
    signer: &Signer<'_>,
    brought: &[Arc<Certificate>],
    judge: &Judge<'_>,
) -> Result<Arc<Certificate>, SignatureRefusal> {
    let found = brought.iter().find(|certificate| signer.names(certificate)).cloned();
    let known = || match &signer.identifier {
        read::Identifier::Number(issuer, serial) => judge.directory?.find(issuer, serial),
        read::Identifier::Key(_) => None,
    };
    found.or_else(known).ok_or_else(|| {
        let reason = "the CMS message does not carry the signer's certificate, and it is not known here";
        SignatureRefusal::new(RefusalKind::CertificateNotValid, reason, "include the signer's certificate")
    })
}

#[cfg(test)]
mod tests;
