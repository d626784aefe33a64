//! What an official signs, and whether the signature holds.
//!
//! The text is canonical JSON that holds the ruling and the whole document it rules on, so that a signature over it says everything.
//! The platform never holds an official's key: the CMS signature comes from the official's own signing program.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use eds::cms;
use eds::{ExpectedHolder, Judge, RefusalKind, SignatureRefusal, Validator};
use jiff::Timestamp;
use rules::Context;
use rules::temporal::DateTime;
use serde::Serialize;

use crate::canonical::{self, NotCanonical};
use crate::document::{CaseDocument, Content};

/// Who has to have signed. Both, where both are given.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ExpectedOfficial {
    /// The official's IIN.
    pub iin: Option<String>,
    /// The BIN of the official's organisation.
    pub bin: Option<String>,
}

/// A signature that holds, as it is kept with the decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedRecord {
    /// The document ruled on, or the task where there is none.
    pub document_id: String,
    /// SHA-256 of the signed text.
    pub digest: String,
    /// The signed text.
    pub text: String,
    /// The holder of the certificate.
    pub signed_by: String,
    /// IIN of the holder.
    pub iin: Option<String>,
    /// BIN of the holder's organisation.
    pub bin: Option<String>,
    /// The legal moment at which it was verified.
    pub at: Timestamp,
    /// Serial number of the certificate.
    pub serial: String,
    /// Its issuer.
    pub issuer: String,
    /// First moment of its validity.
    pub valid_from: Timestamp,
    /// Last moment of its validity.
    pub valid_until: Timestamp,
    /// SHA-256 of the certificate.
    pub fingerprint: String,
    /// The algorithm.
    pub algorithm: String,
    /// The checks that were made, in words.
    pub verdict: String,
    /// The CMS message in base64.
    pub cms: String,
}

impl SignedRecord {
    /// As a variable of the case: `signature`.
    pub fn to_context(&self) -> Context {
        let zone = calendar::almaty();
        let moment = |at: Timestamp| DateTime::from_timestamp(at, &zone);
        let certificate = Context::new()
            .with("serial", self.serial.as_str())
            .with("issuer", self.issuer.as_str())
            .with("validFrom", moment(self.valid_from))
            .with("validUntil", moment(self.valid_until))
            .with("fingerprint", self.fingerprint.as_str())
            .with("algorithm", self.algorithm.as_str());
        Context::new()
            .with("documentId", self.document_id.as_str())
            .with("signedBy", self.signed_by.as_str())
            .with("at", moment(self.at))
            .with("signerIin", self.iin.clone())
            .with("signerBin", self.bin.clone())
            .with("digest", self.digest.as_str())
            .with("text", self.text.as_str())
            .with("certificate", certificate)
            .with("verdict", self.verdict.as_str())
            .with("cms", self.cms.as_str())
    }
}

/// What is signed when a task is completed.
#[derive(Debug, Clone, Copy)]
pub struct Ruling<'a> {
    /// The business key.
    pub case_ref: &'a str,
    /// The service.
    pub service: &'a str,
    /// The element of the task.
    pub element: &'a str,
    /// The document ruled on.
    pub document: Option<&'a CaseDocument>,
    /// The form as filled in, without the signature.
    pub answers: &'a Context,
}

/// The canonical text of a ruling.
///
/// # Errors
/// Answers without a canonical form.
pub fn signed_text(ruling: &Ruling<'_>) -> Result<String, NotCanonical> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Document<'a> {
        id: String,
        digest: &'a str,
        kind: &'a str,
        title: &'a str,
        content: &'a serde_json::Value,
    }
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Text<'a> {
        kind: &'static str,
        case_ref: &'a str,
        service: &'a str,
        task: &'a str,
        ruling: &'a Context,
        document: Option<Document<'a>>,
    }
    let document = ruling.document.and_then(|document| match &document.content {
        Content::Whole { value, .. } => Some(Document {
            id: document.id.to_string(),
            digest: &document.digest,
            kind: &document.kind,
            title: &document.title,
            content: value,
        }),
        _ => None,
    });
    canonical::text(&Text {
        kind: "ruling",
        case_ref: ruling.case_ref,
        service: ruling.service,
        task: ruling.element,
        ruling: ruling.answers,
        document,
    })
}

/// Verifies a detached CMS signature over `text`: one signer, who is the expected official, with a certificate that is to be trusted
/// at `at`. `document_id` is kept with the record.
///
/// # Errors
/// [`SignatureRefusal`]: what is wrong and how to mend it.
pub fn verify_signature(
    message: &[u8],
    text: &str,
    document_id: &str,
    expected: &ExpectedOfficial,
    validator: &Validator,
    at: Timestamp,
) -> Result<SignedRecord, SignatureRefusal> {
    let holder = match (&expected.iin, &expected.bin) {
        (Some(iin), _) => ExpectedHolder::Iin(iin.clone()),
        (None, Some(bin)) => ExpectedHolder::Bin(bin.clone()),
        (None, None) => ExpectedHolder::Anyone,
    };
    let judge = Judge { validator, moment: at, directory: None };
    let mut signed = cms::verify_detached(text.as_bytes(), message, &holder, &judge)?;
    let (Some(signature), true) = (signed.pop(), signed.is_empty()) else {
        return Err(refusal(
            RefusalKind::Wrong,
            "the message has several signers",
            "sign with one certificate",
        ));
    };
    let certificate = &signature.certificate;
    let found = certificate.holder();
    if expected.bin.is_some() && found.bin != expected.bin {
        let reason = "the certificate belongs to another organisation than the official's";
        return Err(refusal(
            RefusalKind::OtherHolder,
            reason,
            "sign with the certificate of your organisation",
        ));
    }
    let name = found.common_name.clone().or_else(|| found.organization.clone());
    Ok(SignedRecord {
        document_id: document_id.to_owned(),
        digest: canonical::digest(text.as_bytes()),
        text: text.to_owned(),
        signed_by: name.unwrap_or_else(|| certificate.subject().to_string()),
        iin: found.iin.clone(),
        bin: found.bin.clone(),
        at,
        serial: certificate.serial().to_string(),
        issuer: certificate.issuer().to_string(),
        valid_from: certificate.not_before(),
        valid_until: certificate.not_after(),
        fingerprint: hex::encode(certificate.fingerprint()),
        algorithm: signature.algorithm.row().name.to_owned(),
        verdict: signature.verdict.to_string(),
        cms: STANDARD.encode(message),
    })
}

fn refusal(kind: RefusalKind, reason: &str, hint: &str) -> SignatureRefusal {
    SignatureRefusal { kind, reason: reason.to_owned(), hint: hint.to_owned(), verdict: None }
}
