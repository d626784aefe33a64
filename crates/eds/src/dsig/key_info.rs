//! The certificate a signature names, in the forms the field uses (gateway-wire 7).

use xml::Element;

use super::NAMESPACE;
use super::read::{base64_of, elements, malformed, only_text};
use crate::certificate::{LONGEST_CERTIFICATE, SerialNumber};
use crate::name::DistinguishedName;
use crate::refusal::SignatureRefusal;

pub(crate) const WSSE: &str =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";
pub(crate) const BASE64_BINARY: &str =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary";
pub(crate) const X509V3: &str =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0#X509v3";

/// Longest base64 text of a certificate, white space included.
const LONGEST_TEXT: usize = LONGEST_CERTIFICATE * 2;

/// How a signature names its certificate.
#[derive(Debug)]
pub(crate) enum Named {
    /// The whole certificate, perhaps named by issuer and serial number as well.
    Certificate {
        /// DER.
        der: Vec<u8>,
        /// The second naming, which must agree.
        also: Option<(DistinguishedName, SerialNumber)>,
    },
    /// By issuer and serial number.
    ByNumber(DistinguishedName, SerialNumber),
}

/// Reads a `ds:KeyInfo`: a token reference, or X.509 data directly.
pub(crate) fn read(key_info: Element<'_>) -> Result<Named, SignatureRefusal> {
    let child = single(key_info)?;
    if child.is(WSSE, "SecurityTokenReference") {
        let inner = single(child)?;
        if inner.is(WSSE, "KeyIdentifier") {
            return key_identifier(inner);
        }
        if inner.is(NAMESPACE, "X509Data") {
            return x509_data(inner);
        }
        return Err(malformed(
            inner,
            "is not accepted in a token reference; use wsse:KeyIdentifier with the X509v3 certificate",
        ));
    }
    if child.is(NAMESPACE, "X509Data") {
        return x509_data(child);
    }
    Err(malformed(child, "is not accepted in the key information; use wsse:SecurityTokenReference"))
}

fn single(element: Element<'_>) -> Result<Element<'_>, SignatureRefusal> {
    match elements(element)?.as_slice() {
        [one] => Ok(*one),
        others => {
            Err(malformed(element, format!("must name one certificate, has {} elements", others.len())))
        }
    }
}

fn key_identifier(element: Element<'_>) -> Result<Named, SignatureRefusal> {
    if element.attribute("", "ValueType") != Some(X509V3) {
        return Err(malformed(element, format!("must have ValueType {X509V3}")));
    }
    // Base64 is the default of the standard, so the attribute may be absent.
    if !matches!(element.attribute("", "EncodingType"), None | Some(BASE64_BINARY)) {
        return Err(malformed(element, format!("must have EncodingType {BASE64_BINARY}")));
    }
    Ok(Named::Certificate { der: base64_of(element, LONGEST_TEXT)?, also: None })
}

fn x509_data(element: Element<'_>) -> Result<Named, SignatureRefusal> {
    let (mut der, mut numbered) = (None, None);
    for child in elements(element)? {
        if child.is(NAMESPACE, "X509Certificate") && der.is_none() {
            der = Some(base64_of(child, LONGEST_TEXT)?);
        } else if child.is(NAMESPACE, "X509IssuerSerial") && numbered.is_none() {
            numbered = Some(issuer_serial(child)?);
        } else {
            return Err(malformed(child, "is not accepted in ds:X509Data, or stands twice"));
        }
    }
    match (der, numbered) {
        (Some(der), also) => Ok(Named::Certificate { der, also }),
        (None, Some((issuer, serial))) => Ok(Named::ByNumber(issuer, serial)),
        (None, None) => Err(malformed(element, "names no certificate")),
    }
}

fn issuer_serial(element: Element<'_>) -> Result<(DistinguishedName, SerialNumber), SignatureRefusal> {
    let children = elements(element)?;
    let (name, number) = match children.as_slice() {
        [name, number]
            if name.is(NAMESPACE, "X509IssuerName") && number.is(NAMESPACE, "X509SerialNumber") =>
        {
            (only_text(*name)?, only_text(*number)?)
        }
        _ => return Err(malformed(element, "must have ds:X509IssuerName and ds:X509SerialNumber")),
    };
    let issuer = DistinguishedName::parse(&name).map_err(|error| malformed(element, error))?;
    let serial = SerialNumber::from_decimal(number.trim_ascii());
    Ok((issuer, serial.ok_or_else(|| malformed(element, "has a serial number that is not decimal digits"))?))
}
