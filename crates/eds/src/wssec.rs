//! The transport signature: a WS-Security header with one XML signature over the Body (gateway-wire 7).
//!
//! [`sign`] writes the header exactly as the clients of the field expect it, down to the prefixes. [`verify`] is the gateway's duty
//! of Rules § 58: that the signature belongs to the sender, and that it is valid. A signature is only ever accepted for the one Body that
//! is the direct child of the Envelope, and the result names that element, so that the reader of the message and the verifier of the
//! signature cannot look at different ones.

mod verify;

use std::sync::Arc;

use xml::NodeId;

use crate::algorithm::{Digest, Digester, SignatureAlgorithm};
use crate::certificate::Certificate;
use crate::dsig::key_info::{BASE64_BINARY, WSSE, X509V3};
use crate::dsig::write::SignedInfo;
use crate::dsig::{ExpectedHolder, NAMESPACE};
use crate::key::{KeyError, Signer};
use crate::path::Verdict;
use crate::text::base64;

pub use verify::verify;

/// Namespace of SOAP 1.1.
pub const SOAP: &str = "http://schemas.xmlsoap.org/soap/envelope/";
/// Namespace of WS-Security's `Id` attribute.
pub const WSU: &str = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd";
const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";

/// Why a message was not signed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// The Body's identifier.
    #[error("Body identifier {0:?} is not an XML name without colon")]
    Identifier(String),
    /// The key.
    #[error(transparent)]
    Key(#[from] KeyError),
}

/// What the signature must satisfy beyond holding.
#[derive(Clone, Debug, Default)]
pub struct Expectations {
    /// Whose signature it must be: the IIN or BIN registered for the sender (Rules, annex 6).
    pub holder: ExpectedHolder,
    /// Whether the older form of some clients is accepted too: `ds:Signature` directly in the Header, inclusive canonicalisation,
    /// enveloped-signature transform.
    pub older_form: bool,
}

/// A message with a good transport signature.
#[derive(Clone, Debug)]
pub struct Signed {
    /// The Body that is covered. Nothing else of the message is.
    pub body: NodeId,
    /// The signer's certificate.
    pub certificate: Arc<Certificate>,
    /// Why the signer is trusted, check by check.
    pub verdict: Arc<Verdict>,
    /// The signature algorithm.
    pub algorithm: SignatureAlgorithm,
    /// Digest of the Body's canonical form, as verified.
    pub body_digest: Digest,
}

/// Writes the `wsse:Security` element for a Body with this `wsu:Id` whose exclusive canonical form is `canonical_body`.
///
/// The element stands in `soap:Header`; the prefix `soap` must be bound to [`SOAP`] there.
///
/// # Errors
/// An identifier that is not an NCName, or a key that does not sign.
pub fn sign(signer: &dyn Signer, body_id: &str, canonical_body: &[u8]) -> Result<String, SignError> {
    let digest = Digester::of(signer.algorithm().digest(), canonical_body).map_err(KeyError::from)?;
    sign_digest(signer, body_id, &digest)
}

/// As [`sign`], for a Body whose canonical form was fed to a digester of the signer's algorithm already.
///
/// # Errors
/// As [`sign`].
pub fn sign_digest(signer: &dyn Signer, body_id: &str, digest: &Digest) -> Result<String, SignError> {
    if !xml::is_ncname(body_id) {
        return Err(SignError::Identifier(body_id.to_owned()));
    }
    let signed_info = SignedInfo {
        canonicalisation: EXCLUSIVE,
        method: signer.algorithm(),
        uri: &format!("#{body_id}"),
        transforms: &[EXCLUSIVE],
        digest,
    };
    let value = signer.sign(signed_info.exclusive_canonical().as_bytes())?;
    Ok(format!(
        "<wsse:Security xmlns:wsse=\"{WSSE}\" soap:mustUnderstand=\"1\"><ds:Signature xmlns:ds=\"{NAMESPACE}\">{}\
         <ds:SignatureValue>{}</ds:SignatureValue><ds:KeyInfo><wsse:SecurityTokenReference>\
         <wsse:KeyIdentifier EncodingType=\"{BASE64_BINARY}\" ValueType=\"{X509V3}\">{}</wsse:KeyIdentifier>\
         </wsse:SecurityTokenReference></ds:KeyInfo></ds:Signature></wsse:Security>",
        signed_info.text(),
        base64(&value),
        base64(signer.certificate().der()),
    ))
}

#[cfg(test)]
mod tests;
