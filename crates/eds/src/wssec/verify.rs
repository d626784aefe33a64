//! Verification of the transport signature, and the defence against moved, doubled and hidden parts.

use xml::{Document, Element, XML_NAMESPACE};

use super::{Expectations, SOAP, Signed, WSU};
use crate::dsig::key_info::WSSE;
use crate::dsig::read::{self, Parts, malformed};
use crate::dsig::{self, Covered, Judge, NAMESPACE};
use crate::refusal::{RefusalKind, SignatureRefusal};

/// Verifies the transport signature of a SOAP 1.1 message.
///
/// # Errors
/// A refusal with the gateway's code, the reason and the way to mend it. What is checked, in order: there is one Envelope with
/// one Body and at most one Header; the Header has one Security with one Signature and no other signature anywhere in the Header; the
/// signature is of the profile; its one Reference names the Body by an identifier no other element has; digest and signature
/// value hold; the signer is the expected one; the certificate is trusted at the moment.
pub fn verify(
    document: &Document,
    judge: &Judge<'_>,
    expectations: &Expectations,
) -> Result<Signed, SignatureRefusal> {
    let message = Message::of(document)?;
    let signature = message.signature(expectations.older_form)?;
    let parts = read::signature(signature)?;
    message.check_coverage(document, &parts, expectations.older_form)?;
    let covered = Covered { node: message.body.id(), exclude: &[] };
    let verified = dsig::verify(document, &parts, &covered, &expectations.holder, judge)?;
    Ok(Signed {
        body: message.body.id(),
        certificate: verified.certificate,
        verdict: verified.verdict,
        algorithm: verified.algorithm,
        body_digest: verified.digest,
    })
}

/// The parts of a SOAP message, each where it belongs.
struct Message<'d> {
    header: Option<Element<'d>>,
    body: Element<'d>,
}

impl<'d> Message<'d> {
    fn of(document: &'d Document) -> Result<Self, SignatureRefusal> {
        let root = document.root();
        if !root.is(SOAP, "Envelope") {
            return Err(malformed(root, "is not a SOAP 1.1 Envelope"));
        }
        let (mut header, mut body) = (None, None);
        for child in root.children() {
            if child.is(SOAP, "Header") && header.is_none() && body.is_none() {
                header = Some(child);
            } else if child.is(SOAP, "Body") && body.is_none() {
                body = Some(child);
            } else {
                return Err(malformed(
                    child,
                    "is not expected here: an Envelope has one Header, then one Body",
                ));
            }
        }
        let body = body.ok_or_else(|| malformed(root, "has no Body"))?;
        Ok(Self { header, body })
    }

    /// The one signature of the Header.
    fn signature(&self, older_form: bool) -> Result<Element<'d>, SignatureRefusal> {
        let Some(header) = self.header else { return Err(not_signed("the message has no Header")) };
        let mut securities = header.children().filter(|child| child.is(WSSE, "Security"));
        let security = securities.next();
        if let Some(second) = securities.next() {
            return Err(malformed(second, "stands twice in the Header"));
        }
        let mut signatures = header.descendants().filter(|element| element.is(NAMESPACE, "Signature"));
        let Some(signature) = signatures.next() else {
            return Err(not_signed("the Header has no ds:Signature"));
        };
        if let Some(second) = signatures.next() {
            return Err(malformed(second, "is a second signature in the Header"));
        }
        let place = signature.parent();
        let in_security = security.is_some() && place == security;
        let in_header = older_form && security.is_none() && place == Some(header);
        if !in_security && !in_header {
            return Err(malformed(signature, "must stand directly in wsse:Security in the Header"));
        }
        Ok(signature)
    }

    /// The reference must be to the Body, by an identifier that names it alone, with the transforms of the profile.
    fn check_coverage(
        &self,
        document: &Document,
        parts: &Parts<'d>,
        older_form: bool,
    ) -> Result<(), SignatureRefusal> {
        let reference = &parts.reference;
        let older = reference.enveloped || !reference.canonicalisation.exclusive;
        if older && !older_form {
            return Err(malformed(
                parts.element,
                "must transform the Body with exclusive canonicalisation alone",
            ));
        }
        let id = reference.uri.strip_prefix('#').filter(|id| xml::is_ncname(id));
        let id = id.ok_or_else(|| malformed(parts.element, "must refer to the Body by URI=\"#…\""))?;
        let mut named = document.elements().filter(|element| has_id(*element, id));
        match (named.next(), named.next()) {
            (Some(element), None) if element == self.body => Ok(()),
            (Some(element), None) => {
                Err(malformed(element, "is what the signature covers, not the Body of the message"))
            }
            (Some(_), Some(second)) => {
                Err(malformed(second, "has the identifier the signature refers to a second time"))
            }
            (None, _) => Err(malformed(self.body, "does not have the identifier the signature refers to")),
        }
    }
}

/// Whether an element has the identifier, under any of the names that some reader takes for an identifier.
fn has_id(element: Element<'_>, id: &str) -> bool {
    element.attributes().any(|attribute| {
        attribute.value() == id
            && (attribute.is(WSU, "Id")
                || attribute.is(XML_NAMESPACE, "id")
                || (attribute.namespace().is_none() && attribute.local_name().eq_ignore_ascii_case("id")))
    })
}

fn not_signed(reason: &str) -> SignatureRefusal {
    SignatureRefusal::new(
        RefusalKind::NotSigned,
        reason,
        "sign the Body and put the signature into wsse:Security in the Header",
    )
}
