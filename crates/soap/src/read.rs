//! From the bytes of an HTTP body to a typed message that keeps its document.
//!
//! Lenient where clients of the field differ (`gateway-wire.md` section 6): several prefixes of one namespace, order of children,
//! empty optional elements, dates, own identifiers. Strict where leniency would let two readers see two messages: one Body, one
//! wrapper, one Security header, no field twice. The wrapper in the Body decides what a message is, never an HTTP header.

use crate::namespaces::{ASYNC_CLIENT_TYPES, ASYNC_TYPES, GATEWAY, SOAP, SOAP_12, SYNC_TYPES, WSSE, WSU};
use crate::{
    ErrorInfo, Fault, FaultCode, MessageDate, Password, Property, Refusal, Sender, Status, SyncRequest,
    SyncResponse,
};
use xml::{Document, Element, Limits, NodeId};

mod fields;
use fields::{Fields, shown};

/// Pairs of `properties` in one message.
const MOST_PROPERTIES: usize = 100;
/// Errors inside one another in a fault.
const MOST_SUB_ERRORS: usize = 8;

/// What a Body says.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Message {
    /// A request of the synchronous channel.
    SyncRequest(SyncRequest),
    /// A response of the synchronous channel.
    SyncResponse(SyncResponse),
    /// A fault.
    Fault(Fault),
}

/// A received message with its document, from which signatures are verified and `data` is cut.
#[derive(Debug)]
pub struct Incoming {
    document: Document,
    header: Option<NodeId>,
    security: Option<NodeId>,
    body: NodeId,
    data: Option<NodeId>,
    message: Message,
}

impl Incoming {
    /// The document as received.
    #[must_use]
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// What the Body says.
    #[must_use]
    pub fn message(&self) -> &Message {
        &self.message
    }

    /// The SOAP Header.
    #[must_use]
    pub fn header(&self) -> Option<NodeId> {
        self.header
    }

    /// The one `wsse:Security` header.
    #[must_use]
    pub fn security(&self) -> Option<NodeId> {
        self.security
    }

    /// The one SOAP Body, a direct child of the Envelope.
    #[must_use]
    pub fn body(&self) -> NodeId {
        self.body
    }

    /// The `data` element.
    #[must_use]
    pub fn data(&self) -> Option<Element<'_>> {
        self.document.element(self.data?)
    }

    /// The bytes of the `data` element as they were sent, its tags included.
    #[must_use]
    pub fn data_source(&self) -> Option<&str> {
        self.data().map(|data| data.source())
    }

    /// The request, or the refusal that says that something else came.
    ///
    /// # Errors
    /// GW-2001 when the message is a response or a fault.
    pub fn request(&self) -> Result<&SyncRequest, Refusal> {
        match &self.message {
            Message::SyncRequest(request) => Ok(request),
            _ => Err(Refusal::envelope(
                "a SendMessage request is expected here; the Body holds something else",
            )),
        }
    }

    /// Takes the message and the document apart.
    #[must_use]
    pub fn into_parts(self) -> (Message, Document) {
        (self.message, self.document)
    }
}

/// Reads a message; the bytes are copied once.
///
/// # Errors
/// [`Refusal`] when the bytes are no SOAP 1.1 envelope with one message of the synchronous channel.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Incoming, Refusal> {
    envelope(Document::parse(bytes, limits)?)
}

/// Reads a message and keeps the buffer it came in.
///
/// # Errors
/// As [`read`].
pub fn read_owned(bytes: Vec<u8>, limits: &Limits) -> Result<Incoming, Refusal> {
    envelope(Document::parse_owned(bytes, limits)?)
}

fn envelope(document: Document) -> Result<Incoming, Refusal> {
    let root = document.root();
    match root.name() {
        (Some(SOAP), "Envelope") => {}
        (Some(namespace), "Envelope") => {
            let version = if namespace == SOAP_12 { "SOAP 1.2" } else { "another envelope namespace" };
            let reason = format!("the message is in {version}; send SOAP 1.1 (namespace {SOAP})");
            return Err(Refusal { fault_code: FaultCode::VersionMismatch, ..Refusal::envelope(reason) });
        }
        _ => return Err(Refusal::envelope(format!("the root element is not Envelope of {SOAP}"))),
    }
    let (header, body) = parts(root)?;
    let security = match header {
        Some(header) => security(header)?,
        None => None,
    };
    let mut content = body.children();
    let wrapper =
        content.next().ok_or_else(|| Refusal::envelope("the Body is empty; it holds one message"))?;
    if content.next().is_some() {
        return Err(Refusal::envelope("the Body holds more than one element; send one message at a time"));
    }
    let (message, data) = message(wrapper)?;
    let (header, body) = (header.map(|header| header.id()), body.id());
    Ok(Incoming { header, security, body, data, message, document })
}

/// Header and Body: at most one, exactly one, and nothing else.
fn parts(root: Element<'_>) -> Result<(Option<Element<'_>>, Element<'_>), Refusal> {
    let mut header = None;
    let mut body = None;
    for child in root.children() {
        match child.name() {
            (Some(SOAP), "Header") if header.is_none() && body.is_none() => header = Some(child),
            (Some(SOAP), "Body") if body.is_none() => body = Some(child),
            (Some(SOAP), "Header" | "Body") => {
                let reason = "the Envelope holds at most one Header and exactly one Body, in this order; remove the others";
                return Err(Refusal::envelope(reason));
            }
            _ => {
                let reason =
                    format!("the Envelope holds {}; only Header and Body are read, remove it", shown(child));
                return Err(Refusal::envelope(reason));
            }
        }
    }
    let body = body.ok_or_else(|| Refusal::envelope("the Envelope has no Body; put the message into one"))?;
    Ok((header, body))
}

/// The Security header; refuses a second one, and headers that must be understood but are not.
fn security(header: Element<'_>) -> Result<Option<NodeId>, Refusal> {
    let mut security = None;
    for entry in header.children() {
        if entry.is(WSSE, "Security") {
            if security.replace(entry.id()).is_some() {
                return Err(Refusal::envelope("two wsse:Security headers; a message carries one"));
            }
            continue;
        }
        let demanded = matches!(entry.attribute(SOAP, "mustUnderstand"), Some("1" | "true"));
        let actor = entry.attribute(SOAP, "actor").unwrap_or_default();
        let for_us = actor.is_empty() || actor == "http://schemas.xmlsoap.org/soap/actor/next";
        if demanded && for_us {
            let reason = format!("the header {} must be understood but is not; leave it out", shown(entry));
            return Err(Refusal { fault_code: FaultCode::MustUnderstand, ..Refusal::envelope(reason) });
        }
    }
    Ok(security)
}

fn message(wrapper: Element<'_>) -> Result<(Message, Option<NodeId>), Refusal> {
    let namespace = wrapper.namespace().unwrap_or_default();
    match wrapper.local_name() {
        "Fault" if namespace == SOAP => Ok((Message::Fault(fault(wrapper)?), None)),
        // Some generated clients write the last part of the name in lower case.
        "SendMessage" if namespace.eq_ignore_ascii_case(SYNC_TYPES) => {
            let (info, data) = halves(wrapper, "request", "requestInfo", "requestData")?;
            Ok((Message::SyncRequest(request(&info)?), data))
        }
        "SendMessageResponse" if namespace.eq_ignore_ascii_case(SYNC_TYPES) => {
            let (info, data) = halves(wrapper, "response", "responseInfo", "responseData")?;
            Ok((Message::SyncResponse(response(&info)?), data))
        }
        _ if namespace.eq_ignore_ascii_case(ASYNC_TYPES)
            || namespace.eq_ignore_ascii_case(ASYNC_CLIENT_TYPES) =>
        {
            let reason = format!(
                "{} belongs to the asynchronous channel; this address serves SendMessage of {SYNC_TYPES}",
                shown(wrapper)
            );
            Err(Refusal::envelope(reason))
        }
        _ => {
            let reason =
                format!("the Body holds {}; this address serves SendMessage of {SYNC_TYPES}", shown(wrapper));
            Err(Refusal::envelope(reason))
        }
    }
}

/// The fields of the information part and the `data` of the data part.
fn halves<'d>(
    wrapper: Element<'d>,
    outer: &'static str,
    info: &'static str,
    part: &'static str,
) -> Result<(Fields<'d>, Option<NodeId>), Refusal> {
    let missing =
        |what: &str| Refusal::envelope(format!("{} has no {what}; it is mandatory", shown(wrapper)));
    let outer = Fields::of(wrapper).element(outer)?.ok_or_else(|| missing(outer))?;
    let outer = Fields::of(outer);
    let fields = outer.element(info)?.ok_or_else(|| missing(info))?;
    let data = match outer.element(part)? {
        Some(part) => Fields::of(part).element("data")?.map(|data| data.id()),
        None => return Err(missing(part)),
    };
    Ok((Fields::of(fields), data))
}

fn request(info: &Fields<'_>) -> Result<SyncRequest, Refusal> {
    let sender = match info.element("sender")? {
        Some(sender) => {
            let sender = Fields::of(sender);
            Sender {
                id: sender.id("senderId")?.unwrap_or_default(),
                password: sender.text("password", 1024)?.map(Password::new),
            }
        }
        None => Sender { id: String::new(), password: None },
    };
    Ok(SyncRequest {
        message_id: info.id("messageId")?.unwrap_or_default(),
        correlation_id: info.id("correlationId")?,
        service_id: info.id("serviceId")?.unwrap_or_default(),
        message_date: MessageDate::read(&info.id("messageDate")?.unwrap_or_default()),
        route_id: info.id("routeId")?,
        sender,
        properties: properties(info)?,
        session_id: info.id("sessionId")?,
    })
}

fn properties(info: &Fields<'_>) -> Result<Vec<Property>, Refusal> {
    let mut properties = Vec::new();
    for pair in info.all("properties").map(Fields::of) {
        if properties.len() == MOST_PROPERTIES {
            return Err(Refusal::envelope(format!(
                "more than {MOST_PROPERTIES} properties; move them into data"
            )));
        }
        let (key, value) = (pair.text("key", 1000)?, pair.text("value", 10_000)?);
        // An empty element is what some clients write for "none".
        if key.is_some() || value.is_some() {
            properties.push(Property { key: key.unwrap_or_default(), value: value.unwrap_or_default() });
        }
    }
    Ok(properties)
}

fn response(info: &Fields<'_>) -> Result<SyncResponse, Refusal> {
    let status = match info.element("status")? {
        Some(status) => {
            let status = Fields::of(status);
            Status {
                code: status.id("code")?.unwrap_or_default(),
                message: status.text("message", 10_000)?.unwrap_or_default(),
            }
        }
        None => return Err(Refusal::envelope("responseInfo has no status; it is mandatory")),
    };
    Ok(SyncResponse {
        message_id: info.id("messageId")?.unwrap_or_default(),
        correlation_id: info.id("correlationId")?,
        response_date: MessageDate::read(&info.id("responseDate")?.unwrap_or_default()),
        status,
        session_id: info.id("sessionId")?,
    })
}

fn fault(wrapper: Element<'_>) -> Result<Fault, Refusal> {
    let fields = Fields::of(wrapper);
    let code = fields.id("faultcode")?.unwrap_or_default();
    let detail = fields.element("detail")?.and_then(|detail| detail.children().next());
    Ok(Fault {
        code: FaultCode::read(&code),
        reason: fields.text("faultstring", 10_000)?.unwrap_or_default(),
        error: detail.map(error_info).transpose()?,
    })
}

fn error_info(element: Element<'_>) -> Result<ErrorInfo, Refusal> {
    // From the innermost outwards, so that nothing recurses.
    let mut chain = vec![element];
    while let Some(inner) =
        chain.last().map(|last| Fields::of(*last).element("subError")).transpose()?.flatten()
    {
        if chain.len() == MOST_SUB_ERRORS {
            break;
        }
        chain.push(inner);
    }
    let mut below = None;
    for element in chain.into_iter().skip(1).rev() {
        below = Some(Box::new(one_error(element, below)?));
    }
    one_error(element, below)
}

fn one_error(element: Element<'_>, sub_error: Option<Box<ErrorInfo>>) -> Result<ErrorInfo, Refusal> {
    let fields = Fields::of(element);
    Ok(ErrorInfo {
        code: fields.id("errorCode")?.unwrap_or_default(),
        message: fields.text("errorMessage", 10_000)?.unwrap_or_default(),
        data: fields.text("errorData", 100_000)?,
        date: fields.id("errorDate")?.map(|date| MessageDate::read(&date)),
        sub_error,
        session_id: fields.id("sessionId")?,
    })
}

impl Incoming {
    /// The `wsu:Id` of the Body, or the `Id` without namespace that older clients write.
    #[must_use]
    pub fn body_id(&self) -> Option<&str> {
        let body = self.document.element(self.body)?;
        body.attribute(WSU, "Id").or_else(|| body.attribute("", "Id"))
    }
}

/// Whether a namespace is one that the unqualified elements of the interface description are seen in.
fn is_unqualified(namespace: Option<&str>) -> bool {
    namespace.is_none_or(|name| name == SOAP || name.starts_with(GATEWAY))
}
