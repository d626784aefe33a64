//! From typed messages to envelopes. The output is parsed literally in the field (`gateway-wire.md` section 6): prefixes `soap` and
//! `ns2`, nothing below the wrapper qualified, no default namespace. The same message gives the same bytes.
//!
//! A message that will be signed is written in two steps, so that nothing is parsed again: [`Outgoing::to_sign`] gives the canonical
//! Body to a digest, [`Outgoing::envelope`] puts the Security header that came of it into the envelope.

use crate::namespaces::{SOAP, SYNC_TYPES, WSU};
use crate::{Data, ErrorInfo, Fault, FaultCode, SyncRequest, SyncResponse};
use eds::algorithm::Digester;
use xml::canonical::{Blocks, CanonicalError, Sink};
use xml::{WriteError, Writer};

/// A message that is written but for its Security header.
#[derive(Debug)]
pub struct Outgoing<'d> {
    body_id: Option<String>,
    /// From the wrapper to the place of `data`; canonical.
    before: String,
    data: Option<Data<'d>>,
    /// From behind `data` to the end of the wrapper; canonical.
    after: String,
    wrapper_namespace: &'static str,
}

/// The Body of a message that is to be signed.
#[derive(Debug)]
pub struct ToSign<'o, 'd> {
    outgoing: &'o Outgoing<'d>,
    id: &'o str,
}

/// Why a message was not signed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum SignError {
    /// The message was written without an identifier of its Body.
    #[error("the Body has no wsu:Id; write the message with one to sign it")]
    NoIdentifier,
    /// `data` holds a namespace name without canonical form.
    #[error(transparent)]
    Canonical(#[from] CanonicalError),
    /// The key does not sign.
    #[error(transparent)]
    Key(#[from] eds::wssec::SignError),
}

/// Writes a SendMessage request. `body_id` is the `wsu:Id` of a Body that will be signed: a name, `id-` and a UUID by custom.
///
/// # Errors
/// [`WriteError`] when a field holds a character that XML cannot carry, or the id is no name.
pub fn request<'d>(
    request: &SyncRequest,
    data: Option<Data<'d>>,
    body_id: Option<&str>,
) -> Result<Outgoing<'d>, WriteError> {
    let mut writer = open_wrapper("ns2:SendMessage");
    writer.open("request").open("requestInfo");
    writer.element("messageId", &request.message_id);
    optional(&mut writer, "correlationId", request.correlation_id.as_deref());
    writer.element("serviceId", &request.service_id);
    writer.element("messageDate", request.message_date.text());
    optional(&mut writer, "routeId", request.route_id.as_deref());
    writer.open("sender").element("senderId", &request.sender.id);
    optional(&mut writer, "password", request.sender.password.as_ref().map(|password| password.reveal()));
    writer.close();
    for property in &request.properties {
        writer.open("properties").element("key", &property.key).element("value", &property.value).close();
    }
    optional(&mut writer, "sessionId", request.session_id.as_deref());
    writer.close().open("requestData");
    finish(writer, 3, data, body_id)
}

/// Writes a SendMessage response. `body_id` as for [`request`].
///
/// # Errors
/// As [`request`].
pub fn response<'d>(
    response: &SyncResponse,
    data: Option<Data<'d>>,
    body_id: Option<&str>,
) -> Result<Outgoing<'d>, WriteError> {
    let mut writer = open_wrapper("ns2:SendMessageResponse");
    writer.open("response").open("responseInfo");
    writer.element("messageId", &response.message_id);
    optional(&mut writer, "correlationId", response.correlation_id.as_deref());
    writer.element("responseDate", response.response_date.text());
    writer
        .open("status")
        .element("code", &response.status.code)
        .element("message", &response.status.message)
        .close();
    optional(&mut writer, "sessionId", response.session_id.as_deref());
    writer.close().open("responseData");
    finish(writer, 3, data, body_id)
}

/// Writes a fault of the synchronous channel. `body_id` as for [`request`].
///
/// # Errors
/// As [`request`].
pub fn fault(fault: &Fault, body_id: Option<&str>) -> Result<Outgoing<'static>, WriteError> {
    let mut writer = Writer::with_capacity(1024);
    // In the canonical Body the prefix is declared already, as it is on the Envelope.
    writer.open("soap:Fault");
    let code = match &fault.code {
        FaultCode::Other(_) => FaultCode::Server.name(),
        known => known.name(),
    };
    writer.element("faultcode", &format!("soap:{code}")).element("faultstring", &fault.reason);
    if let Some(error) = &fault.error {
        writer
            .open("detail")
            .open("ns2:SendMessageFault1_SendMessageFault")
            .attribute("xmlns:ns2", SYNC_TYPES);
        error_info(&mut writer, error);
        writer.close().close();
    }
    finish(writer, 1, None, body_id)
}

fn error_info(writer: &mut Writer, error: &ErrorInfo) {
    let mut open = 0;
    let mut chain = vec![error];
    while let Some(below) = chain.last().and_then(|last| last.sub_error.as_deref()) {
        chain.push(below);
    }
    // sessionId stands behind subError: the chain is written downwards to subError, then upwards.
    for error in &chain {
        if open > 0 {
            writer.open("subError");
        }
        open += 1;
        writer.element("errorCode", &error.code).element("errorMessage", &error.message);
        optional(writer, "errorData", error.data.as_deref());
        optional(writer, "errorDate", error.date.as_ref().map(|date| date.text()));
    }
    for (depth, error) in chain.iter().enumerate().rev() {
        optional(writer, "sessionId", error.session_id.as_deref());
        if depth > 0 {
            writer.close();
        }
    }
}

fn open_wrapper(name: &str) -> Writer {
    let mut writer = Writer::with_capacity(1024);
    writer.open(name).attribute("xmlns:ns2", SYNC_TYPES);
    writer
}

fn optional(writer: &mut Writer, name: &str, text: Option<&str>) {
    if let Some(text) = text.filter(|text| !text.is_empty()) {
        writer.element(name, text);
    }
}

/// Closes the elements still open and remembers the place of `data`.
fn finish<'d>(
    mut writer: Writer,
    open: usize,
    data: Option<Data<'d>>,
    body_id: Option<&str>,
) -> Result<Outgoing<'d>, WriteError> {
    let place = writer.position();
    for _ in 0..open {
        writer.close();
    }
    let mut before = writer.finish()?;
    let after = before.split_off(place);
    if let Some(id) = body_id.filter(|id| !xml::is_ncname(id)) {
        return Err(WriteError::Name(id.to_owned()));
    }
    Ok(Outgoing { body_id: body_id.map(str::to_owned), before, data, after, wrapper_namespace: SYNC_TYPES })
}

impl<'d> Outgoing<'d> {
    /// The Body to sign; `None` when it was written without an id.
    #[must_use]
    pub fn to_sign(&self) -> Option<ToSign<'_, 'd>> {
        self.body_id.as_deref().map(|id| ToSign { outgoing: self, id })
    }

    /// The envelope, signed: the Body is digested while its canonical form is made, nothing is parsed or copied again.
    ///
    /// # Errors
    /// [`SignError`].
    pub fn signed(&self, signer: &dyn eds::Signer) -> Result<String, SignError> {
        let body = self.to_sign().ok_or(SignError::NoIdentifier)?;
        let algorithm = signer.algorithm().digest();
        let mut digester =
            Digester::new(algorithm).map_err(|error| eds::wssec::SignError::Key(error.into()))?;
        let mut blocks = Blocks::new(|bytes: &[u8]| digester.update(bytes));
        body.canonical(&mut blocks)?;
        blocks.finish();
        let security = eds::wssec::sign_digest(signer, body.id(), &digester.finish())?;
        Ok(self.envelope(Some(&security)))
    }

    /// The envelope, with the `wsse:Security` element (as XML text) in its Header when there is one.
    #[must_use]
    pub fn envelope(&self, security: Option<&str>) -> String {
        let data = self.data.as_ref().map_or(0, Data::len);
        let size = self.before.len() + data + self.after.len() + security.map_or(0, str::len) + 512;
        let mut out = String::with_capacity(size);
        push(&mut out, &["<soap:Envelope xmlns:soap=\"", SOAP, "\">"]);
        if let Some(security) = security {
            push(&mut out, &["<soap:Header>", security, "</soap:Header>"]);
        }
        out.push_str("<soap:Body");
        if let Some(id) = &self.body_id {
            push(&mut out, &[" xmlns:wsu=\"", WSU, "\" wsu:Id=\"", id, "\""]);
        }
        push(&mut out, &[">", &self.before]);
        if let Some(data) = &self.data {
            data.write(&mut out);
        }
        push(&mut out, &[&self.after, "</soap:Body></soap:Envelope>"]);
        out
    }
}

impl ToSign<'_, '_> {
    /// The `wsu:Id` of the Body.
    #[must_use]
    pub fn id(&self) -> &str {
        self.id
    }

    /// Writes the exclusive canonical form (without comments) that the Body has in the envelope.
    ///
    /// # Errors
    /// [`CanonicalError`] when `data` came with a namespace name that has no canonical form.
    pub fn canonical(&self, out: &mut impl Sink) -> Result<(), CanonicalError> {
        let message = self.outgoing;
        for piece in [
            "<soap:Body xmlns:soap=\"",
            SOAP,
            "\" xmlns:wsu=\"",
            WSU,
            "\" wsu:Id=\"",
            self.id,
            "\">",
            &message.before,
        ] {
            out.write(piece.as_bytes());
        }
        if let Some(data) = &message.data {
            data.write_canonical(&[("soap", SOAP), ("wsu", WSU), ("ns2", message.wrapper_namespace)], out)?;
        }
        out.write(message.after.as_bytes());
        out.write(b"</soap:Body>");
        Ok(())
    }
}

fn push(out: &mut String, pieces: &[&str]) {
    for piece in pieces {
        out.push_str(piece);
    }
}
