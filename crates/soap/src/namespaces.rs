//! Namespace names of the gateway's interface description and of the standards it rests on.

/// SOAP 1.1 envelope: the only version spoken.
pub const SOAP: &str = "http://schemas.xmlsoap.org/soap/envelope/";
/// SOAP 1.2 envelope: recognised, to be refused with a VersionMismatch fault.
pub const SOAP_12: &str = "http://www.w3.org/2003/05/soap-envelope";
/// WS-Security extension: `wsse`.
pub const WSSE: &str = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";
/// WS-Security utility: `wsu`.
pub const WSU: &str = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd";
/// XML signature: `ds`.
pub const DS: &str = "http://www.w3.org/2000/09/xmldsig#";
/// Wrapper elements and fault element of the synchronous channel.
pub const SYNC_TYPES: &str = "http://bip.bee.kz/SyncChannel/v10/Types";
/// Wrapper elements and fault elements of the asynchronous channel.
pub const ASYNC_TYPES: &str = "http://bip.bee.kz/AsyncChannel/v10/Types";
/// Wrapper elements and fault element of the subscriber's status notification.
pub const ASYNC_CLIENT_TYPES: &str = "http://bip.bee.kz/AsyncChannel/v10/Types/Client";
/// What all namespaces of the interface description begin with.
pub(crate) const GATEWAY: &str = "http://bip.bee.kz/";
/// XML Schema: `xs`.
pub const XSD: &str = "http://www.w3.org/2001/XMLSchema";
/// XML Schema instance: `xsi`.
pub const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";
