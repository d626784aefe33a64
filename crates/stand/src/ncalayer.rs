//! A double of NCALayer, the signing program on an official's computer: its protocol as browsers speak it, with synthetic keys.
//!
//! Text in, text out; the socket is the shell's. It signs what it is asked to sign with the token that is inserted, without asking:
//! the person at the screen is played by the switches. Unlike the real program it lets every token sign whatever the page
//! demands of the signer, so that a page can be shown a foreign, expired or revoked certificate.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use eds::{cms, dsig};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use xml::Limits;

use crate::officials::Official;

/// Longest request read, in octets.
pub const MOST_OCTETS: usize = 8 << 20;
/// Most documents signed by one request.
const MOST_DOCUMENTS: usize = 500;
/// Version the double reports.
const VERSION: &str = "1.4";

/// What the person at the screen does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Behaviour {
    /// Signs.
    #[default]
    Sign,
    /// Presses "cancel".
    Cancel,
    /// Does nothing: no answer comes.
    Ignore,
    /// The program signs other data than it was given.
    OtherData,
}

/// The computer of an official: tokens, the one that is inserted, and the person.
#[derive(Debug, Default)]
pub struct Desk {
    officials: Vec<Official>,
    inserted: Option<String>,
    /// What the person does.
    pub behaviour: Behaviour,
    signatures: u64,
}

/// Why a token cannot be inserted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no token {0:?}")]
pub struct NoToken(pub String);

impl Desk {
    /// A desk with these officials' tokens; the first one is inserted.
    pub fn new(officials: Vec<Official>) -> Self {
        let inserted = officials.iter().find(|official| official.id == "head").or(officials.first());
        Self { inserted: inserted.map(|official| official.id.clone()), officials, ..Self::default() }
    }

    /// The tokens.
    pub fn officials(&self) -> &[Official] {
        &self.officials
    }

    /// The token that is inserted.
    pub fn inserted(&self) -> Option<&Official> {
        let inserted = self.inserted.as_deref()?;
        self.officials.iter().find(|official| official.id == inserted)
    }

    /// How many signatures were made.
    pub fn signatures(&self) -> u64 {
        self.signatures
    }

    /// Inserts a token, or takes it out.
    ///
    /// # Errors
    /// When there is no such token.
    pub fn insert(&mut self, id: Option<&str>) -> Result<(), NoToken> {
        match id {
            Some(id) if !self.officials.iter().any(|official| official.id == id) => {
                Err(NoToken(id.chars().take(60).collect()))
            }
            _ => {
                self.inserted = id.map(str::to_owned);
                Ok(())
            }
        }
    }

    /// What the program says when a page connects.
    pub fn greeting() -> String {
        json!({ "result": { "version": VERSION } }).to_string()
    }

    /// Answers one message of a page; `None` when the person ignores it.
    pub fn handle(&mut self, text: &str, now: Timestamp) -> Option<String> {
        let Ok(request) = serde_json::from_str::<Value>(text) else {
            return Some(old_error("the request is not JSON"));
        };
        let module = request.get("module").and_then(Value::as_str).unwrap_or_default();
        let method = request.get("method").and_then(Value::as_str).unwrap_or_default();
        let arguments = request.get("args").cloned().unwrap_or(Value::Null);
        let signs = !matches!(method, "getActiveTokens" | "getKeyInfo" | "changeLocale");
        if signs && self.behaviour == Behaviour::Ignore {
            return None;
        }
        Some(match module {
            "kz.gov.pki.knca.basics" => self.basics(method, &arguments, now),
            "kz.gov.pki.knca.commonUtils" => self.common_utils(method, &arguments, now),
            _ => old_error("module not found"),
        })
    }

    fn basics(&mut self, method: &str, arguments: &Value, now: Timestamp) -> String {
        if method != "sign" {
            return new_error("METHOD_NOT_FOUND", "the double knows the method sign");
        }
        if self.behaviour == Behaviour::Cancel {
            return json!({ "status": true, "body": {} }).to_string();
        }
        let documents = match arguments.get("data") {
            Some(Value::String(one)) => vec![one.clone()],
            Some(Value::Array(many)) => {
                many.iter().filter_map(|one| Some(one.as_str()?.to_owned())).collect()
            }
            _ => Vec::new(),
        };
        if documents.is_empty() || documents.len() > MOST_DOCUMENTS {
            return new_error("INVALID_DATA", "data is a text or a list of 1–500 texts");
        }
        let parameters = arguments.get("signingParams").cloned().unwrap_or_default();
        let flag =
            |name: &str, otherwise: bool| parameters.get(name).and_then(Value::as_bool).unwrap_or(otherwise);
        let format = arguments.get("format").and_then(Value::as_str).unwrap_or_default();
        let sign = |desk: &mut Self, document: &String| match format {
            // By default the text is base64 and the content is left out only when asked so.
            "cms" if flag("digested", false) => Err("the double does not sign digests".to_owned()),
            "cms" => desk.sign_cms(document, flag("decode", true), flag("encapsulate", true), now),
            "xml" => desk.sign_xml(document),
            other => Err(format!("the double signs the formats cms and xml, not {other:?}")),
        };
        let signed: Result<Vec<String>, String> =
            documents.iter().map(|document| sign(self, document)).collect();
        match signed {
            Ok(result) => json!({ "status": true, "body": { "result": result } }).to_string(),
            Err(reason) => new_error("SIGN_ERROR", &reason),
        }
    }

    fn common_utils(&mut self, method: &str, arguments: &Value, now: Timestamp) -> String {
        let text = |at: usize| arguments.get(at).and_then(Value::as_str).unwrap_or_default().to_owned();
        let result = match method {
            "getActiveTokens" => {
                let active: &[&str] = if self.inserted.is_some() { &["AKKaztokenStore"] } else { &[] };
                return old_result(json!(active));
            }
            "changeLocale" => return old_result(Value::Null),
            "getKeyInfo" => return self.key_info(),
            _ if self.behaviour == Behaviour::Cancel => {
                return json!({ "code": "500", "message": "action.canceled" }).to_string();
            }
            "createCAdESFromBase64" | "createCMSSignatureFromBase64" => {
                let attached = arguments.get(3).and_then(Value::as_bool).unwrap_or(false);
                self.sign_cms(&text(2), true, attached, now).map(Value::String)
            }
            "signXml" => self.sign_xml(&text(2)).map(Value::String),
            "signXmls" => {
                let documents = arguments.get(2).and_then(Value::as_array).cloned().unwrap_or_default();
                if documents.len() > MOST_DOCUMENTS {
                    return old_error("too many documents");
                }
                let texts =
                    documents.iter().map(|document| self.sign_xml(document.as_str().unwrap_or_default()));
                texts.collect::<Result<Vec<_>, _>>().map(|signed| json!(signed))
            }
            _ => return old_error("method not found"),
        };
        result.map_or_else(|reason| old_error(&reason), old_result)
    }

    fn key_info(&self) -> String {
        let Some(official) = self.inserted() else { return old_error("no token is inserted") };
        let certificate = official.signer.certificate();
        old_result(json!({
            "alias": official.id,
            "algorithm": format!("{:?}", official.signer.algorithm()),
            "serialNumber": certificate.serial().to_decimal(),
            "subjectCn": official.subject,
            "subjectDn": certificate.subject().to_string(),
            "issuerDn": certificate.issuer().to_string(),
            "certNotBefore": certificate.not_before().as_millisecond().to_string(),
            "certNotAfter": certificate.not_after().as_millisecond().to_string(),
            "pem": certificate.to_pem().unwrap_or_default(),
        }))
    }

    fn sign_cms(
        &mut self,
        document: &str,
        decode: bool,
        attached: bool,
        now: Timestamp,
    ) -> Result<String, String> {
        if attached {
            return Err("the double signs detached; ask with encapsulate: false".to_owned());
        }
        let mut content = if decode {
            STANDARD.decode(document.trim()).map_err(|_| "the data are not base64".to_owned())?
        } else {
            document.as_bytes().to_vec()
        };
        if self.behaviour == Behaviour::OtherData {
            content.push(b' ');
        }
        let official = self.inserted().ok_or("no token is inserted")?;
        let signed =
            cms::sign_detached(&content, official.signer.as_ref(), now).map_err(|error| error.to_string())?;
        self.signatures += 1;
        Ok(STANDARD.encode(signed))
    }

    fn sign_xml(&mut self, document: &str) -> Result<String, String> {
        let changed;
        let document = if self.behaviour == Behaviour::OtherData {
            changed = "<document>басқа</document>".to_owned();
            &changed
        } else {
            document
        };
        let official = self.inserted().ok_or("no token is inserted")?;
        let signed = dsig::enveloped::sign(document, official.signer.as_ref(), &Limits::message());
        let signed = signed.map_err(|error| error.to_string())?;
        self.signatures += 1;
        Ok(signed)
    }
}

fn old_result(result: Value) -> String {
    json!({ "code": "200", "responseObject": result }).to_string()
}

fn old_error(message: &str) -> String {
    json!({ "code": "500", "message": message }).to_string()
}

fn new_error(code: &str, details: &str) -> String {
    json!({ "status": false, "code": code, "message": "sign error", "details": details }).to_string()
}

#[cfg(test)]
mod tests;
