//! Signatures inside the document they sign: business data and officials' decisions (gateway-wire 5).
//!
//! A signature is the last child of the root element and covers the whole document but itself. Further signatures may follow; each
//! covers the earlier ones, so they are verified from the last to the first, and what is left when all are verified is what
//! every signer saw or a part of it.

use std::sync::Arc;

use xml::{Document, Element, Limits, NodeId};

use super::read::{self, Canonicalisation};
use super::write::SignedInfo;
use super::{Covered, ExpectedHolder, Judge, NAMESPACE, canonical_bytes, digest};
use crate::algorithm::SignatureAlgorithm;
use crate::certificate::Certificate;
use crate::key::{KeyError, Signer};
use crate::path::Verdict;
use crate::refusal::{RefusalKind, SignatureRefusal};
use crate::text::base64;

const CANONICAL: &str = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315";
const CANONICAL_WITH_COMMENTS: &str = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments";
const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";

/// Most signatures in one document.
pub const MOST_SIGNATURES: usize = 16;

/// Why a document was not signed.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// The document cannot be read.
    #[error("the document to sign cannot be read: {0}")]
    Document(#[from] xml::XmlError),
    /// A node has no canonical form, or an algorithm is not computed here.
    #[error("the document cannot be signed: {0}")]
    Compute(String),
    /// The key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// More signatures than accepted, or a signature that is not at the end.
    #[error("the document has signatures where none can be added: {0}")]
    Placement(String),
}

/// One good signature of a document.
#[derive(Clone, Debug)]
pub struct SignedDocument {
    /// The signature element.
    pub signature: NodeId,
    /// The signer.
    pub certificate: Arc<Certificate>,
    /// Why the signer is trusted.
    pub verdict: Arc<Verdict>,
    /// The algorithm.
    pub algorithm: SignatureAlgorithm,
}

/// Verifies every signature of a document; gives them in the order made.
///
/// Each must be by the expected holder; with several signers expect [`ExpectedHolder::Anyone`] and look at the result.
///
/// # Errors
/// No signature, one that does not hold, or a signer who is not trusted. One bad signature refuses the document.
pub fn verify(
    document: &Document,
    expected: &ExpectedHolder,
    judge: &Judge<'_>,
) -> Result<Vec<SignedDocument>, SignatureRefusal> {
    let signatures = trailing_signatures(document.root())?;
    if signatures.is_empty() {
        return Err(SignatureRefusal::new(
            RefusalKind::NotSigned,
            format!("<{}> has no ds:Signature as its last child", document.root().qualified_name()),
            "sign the document; the signature must be the last child of the root element",
        ));
    }
    let ids: Vec<NodeId> = signatures.iter().map(Element::id).collect();
    let mut good = Vec::with_capacity(ids.len());
    for (position, element) in signatures.iter().enumerate().rev() {
        let parts = read::signature(*element)?;
        if !parts.reference.uri.is_empty() || !parts.reference.enveloped {
            return Err(read::malformed(
                *element,
                "must refer to the whole document (URI=\"\") with the enveloped-signature transform",
            ));
        }
        // Without itself, and without the later ones, which were not there yet.
        let covered = Covered { node: document.top(), exclude: &ids[position..] };
        let verified = super::verify(document, &parts, &covered, expected, judge)?;
        good.push(SignedDocument {
            signature: element.id(),
            certificate: verified.certificate,
            verdict: verified.verdict,
            algorithm: verified.algorithm,
        });
    }
    good.reverse();
    Ok(good)
}

/// The signatures among the children of the root, which must be its last elements.
fn trailing_signatures(root: Element<'_>) -> Result<Vec<Element<'_>>, SignatureRefusal> {
    let mut signatures = Vec::new();
    for child in root.children() {
        if child.is(NAMESPACE, "Signature") {
            signatures.push(child);
        } else if let Some(signature) = signatures.first() {
            return Err(read::malformed(*signature, "must be the last child of the root element"));
        }
    }
    if signatures.len() > MOST_SIGNATURES {
        return Err(read::malformed(root, format!("has more than {MOST_SIGNATURES} signatures")));
    }
    Ok(signatures)
}

/// Signs a document: gives its text with one more signature at the end of the root element.
///
/// # Errors
/// A document beyond `limits`, with signatures elsewhere than at the end, or a key that does not sign.
pub fn sign(document: &str, signer: &dyn Signer, limits: &Limits) -> Result<String, SignError> {
    let parsed = Document::parse(document.as_bytes(), limits)?;
    let present =
        trailing_signatures(parsed.root()).map_err(|refusal| SignError::Placement(refusal.reason))?;
    if present.len() == MOST_SIGNATURES {
        return Err(SignError::Placement(format!("it has {MOST_SIGNATURES} already")));
    }
    let method = signer.algorithm();
    let compute = |error: super::ComputeError| SignError::Compute(error.to_string());
    let covered = Covered { node: parsed.top(), exclude: &[] };
    let digest = digest(&parsed, &covered, &Canonicalisation::INCLUSIVE, method.digest()).map_err(compute)?;
    let transforms = &[ENVELOPED, CANONICAL_WITH_COMMENTS];
    let signed_info =
        SignedInfo { canonicalisation: CANONICAL, method, uri: "", transforms, digest: &digest }.text();

    // The inclusive canonical form depends on what the document has declared around the signature, so it is taken from the
    // document as it will be.
    let certificate = base64(signer.certificate().der());
    let with_value = |value: &str| {
        let signature = format!(
            "<ds:Signature xmlns:ds=\"{NAMESPACE}\">{signed_info}<ds:SignatureValue>{value}</ds:SignatureValue>\
             <ds:KeyInfo><ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>\
             </ds:Signature>"
        );
        appended(parsed.root(), &signature)
    };
    let draft = with_value("");
    let drafted = Document::parse(draft.as_bytes(), limits)?;
    let placed = drafted.root().children().last();
    let placed = placed.and_then(|signature| signature.child(NAMESPACE, "SignedInfo"));
    let placed =
        placed.ok_or_else(|| SignError::Compute("the signature has no place in the root element".into()))?;
    let bytes = canonical_bytes(&drafted, placed.id(), &Canonicalisation::INCLUSIVE).map_err(compute)?;
    Ok(with_value(&base64(&signer.sign(&bytes)?)))
}

/// The source with `content` put before the end tag of the root; a root without content gets an end tag.
fn appended(root: Element<'_>, content: &str) -> String {
    let source = root.document().source();
    let outer = root.byte_range();
    match source[outer.clone()].strip_suffix("/>") {
        Some(start_tag) => {
            let (before, after) = (&source[..outer.start], &source[outer.end..]);
            format!("{before}{start_tag}>{content}</{}>{after}", root.qualified_name())
        }
        None => {
            let at = root.inner_range().end;
            format!("{}{content}{}", &source[..at], &source[at..])
        }
    }
}
