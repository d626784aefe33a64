//! Strict reading of a `ds:Signature` element: exactly the children, attributes and identifiers of the profile, nothing else.

use std::borrow::Cow;

use xml::{Element, Node};

use super::NAMESPACE;
use crate::algorithm::{DigestAlgorithm, SignatureAlgorithm};
use crate::refusal::SignatureRefusal;
use crate::text::base64_bytes;

const EXCLUSIVE: [&str; 2] =
    ["http://www.w3.org/2001/10/xml-exc-c14n#", "http://www.w3.org/2001/10/xml-exc-c14n#WithComments"];
const INCLUSIVE: [&str; 2] = [
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments",
];
const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";

/// Most prefixes in the `PrefixList` of an exclusive canonicalisation.
const MOST_PREFIXES: usize = 32;
/// Longest text of a digest value and of a signature value.
const LONGEST_DIGEST_TEXT: usize = 1024;
const LONGEST_VALUE_TEXT: usize = 8 * 1024;

const HINT: &str =
    "build the signature exactly as the gateway's description of the transport signature shows it";

/// Which canonical form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Canonicalisation<'d> {
    pub(crate) exclusive: bool,
    /// The `PrefixList` of `InclusiveNamespaces`, for the exclusive form.
    pub(crate) prefixes: Vec<&'d str>,
}

impl Canonicalisation<'_> {
    pub(crate) const INCLUSIVE: Self = Self { exclusive: false, prefixes: Vec::new() };
}

/// The one reference of a signature.
#[derive(Debug)]
pub(crate) struct Reference<'d> {
    pub(crate) uri: &'d str,
    /// Whether the enveloped-signature transform is there.
    pub(crate) enveloped: bool,
    pub(crate) canonicalisation: Canonicalisation<'d>,
    pub(crate) digest: DigestAlgorithm,
    pub(crate) digest_value: Vec<u8>,
}

/// A signature element, read.
#[derive(Debug)]
pub(crate) struct Parts<'d> {
    pub(crate) element: Element<'d>,
    pub(crate) signed_info: Element<'d>,
    pub(crate) canonicalisation: Canonicalisation<'d>,
    pub(crate) method: SignatureAlgorithm,
    pub(crate) reference: Reference<'d>,
    pub(crate) value: Vec<u8>,
    pub(crate) key_info: Element<'d>,
}

pub(crate) fn malformed(element: Element<'_>, reason: impl std::fmt::Display) -> SignatureRefusal {
    SignatureRefusal::wrong(format!("line {}: <{}> {reason}", element.line(), element.qualified_name()), HINT)
}

/// Reads a `ds:Signature`.
pub(crate) fn signature(element: Element<'_>) -> Result<Parts<'_>, SignatureRefusal> {
    only_attributes(element, &["Id"])?;
    let [signed_info, value, key_info] =
        exactly(element, [("SignedInfo", &["Id"]), ("SignatureValue", &["Id"]), ("KeyInfo", &["Id"])])?;
    let [canonicalisation, method, reference] = exactly(
        signed_info,
        [
            ("CanonicalizationMethod", &["Algorithm"]),
            ("SignatureMethod", &["Algorithm"]),
            ("Reference", &["Id", "URI"]),
        ],
    )?;
    let name = algorithm(method)?;
    empty(method)?;
    let method = SignatureAlgorithm::from_xml(name)
        .map_err(|error| SignatureRefusal::algorithm("ds:SignatureMethod", method.line(), &error))?;
    Ok(Parts {
        element,
        signed_info,
        canonicalisation: canonicalisation_of(canonicalisation)?.ok_or_else(|| {
            malformed(canonicalisation, "names a transform that is not a canonicalisation of the profile")
        })?,
        method,
        reference: read_reference(reference)?,
        value: base64_of(value, LONGEST_VALUE_TEXT)?,
        key_info,
    })
}

fn read_reference(element: Element<'_>) -> Result<Reference<'_>, SignatureRefusal> {
    let uri = element.attribute("", "URI").ok_or_else(|| malformed(element, "has no URI"))?;
    let children: Vec<Element<'_>> = elements(element)?;
    let (transforms, rest) = match children.as_slice() {
        [first, rest @ ..] if first.is(NAMESPACE, "Transforms") => (Some(*first), rest),
        rest => (None, rest),
    };
    let [method, value] = rest else {
        return Err(malformed(element, "needs ds:DigestMethod and ds:DigestValue after the transforms"));
    };
    for (child, local, attributes) in
        [(method, "DigestMethod", &["Algorithm"][..]), (value, "DigestValue", &[])]
    {
        if !child.is(NAMESPACE, local) {
            return Err(malformed(*child, format!("stands where ds:{local} is expected")));
        }
        only_attributes(*child, attributes)?;
    }
    let name = algorithm(*method)?;
    empty(*method)?;
    let digest = DigestAlgorithm::from_xml(name)
        .map_err(|error| SignatureRefusal::algorithm("ds:DigestMethod", method.line(), &error))?;
    let (enveloped, canonicalisation) = transforms.map_or(Ok((false, None)), read_transforms)?;
    Ok(Reference {
        uri,
        enveloped,
        // Without a canonicalisation the standard prescribes the inclusive one.
        canonicalisation: canonicalisation.unwrap_or(Canonicalisation::INCLUSIVE),
        digest,
        digest_value: base64_of(*value, LONGEST_DIGEST_TEXT)?,
    })
}

/// At most the enveloped-signature transform and one canonicalisation.
fn read_transforms(element: Element<'_>) -> Result<(bool, Option<Canonicalisation<'_>>), SignatureRefusal> {
    only_attributes(element, &[])?;
    let mut enveloped = false;
    let mut canonicalisation = None;
    let list = elements(element)?;
    if list.is_empty() {
        return Err(malformed(element, "is empty"));
    }
    for transform in list {
        if !transform.is(NAMESPACE, "Transform") {
            return Err(malformed(transform, "stands where ds:Transform is expected"));
        }
        only_attributes(transform, &["Algorithm"])?;
        let name = algorithm(transform)?;
        if name == ENVELOPED && !enveloped {
            empty(transform)?;
            enveloped = true;
        } else if let (None, Some(form)) = (&canonicalisation, canonicalisation_of(transform)?) {
            canonicalisation = Some(form);
        } else {
            return Err(malformed(transform, "is a transform that is not accepted here, or stands twice"));
        }
    }
    Ok((enveloped, canonicalisation))
}

/// The canonicalisation an element names; `None` when it names something else.
fn canonicalisation_of(element: Element<'_>) -> Result<Option<Canonicalisation<'_>>, SignatureRefusal> {
    let name = algorithm(element)?;
    if INCLUSIVE.contains(&name) {
        empty(element)?;
        return Ok(Some(Canonicalisation::INCLUSIVE));
    }
    if !EXCLUSIVE.contains(&name) {
        return Ok(None);
    }
    let prefixes = match elements(element)?.as_slice() {
        [] => Vec::new(),
        [list] if list.is(EXCLUSIVE[0], "InclusiveNamespaces") => {
            only_attributes(*list, &["PrefixList"])?;
            empty(*list)?;
            list.attribute("", "PrefixList").unwrap_or("").split_ascii_whitespace().collect()
        }
        [other, ..] => return Err(malformed(*other, "is not accepted as a parameter of a canonicalisation")),
    };
    if prefixes.len() > MOST_PREFIXES {
        return Err(malformed(element, format!("lists more than {MOST_PREFIXES} prefixes")));
    }
    Ok(Some(Canonicalisation { exclusive: true, prefixes }))
}

fn algorithm<'d>(element: Element<'d>) -> Result<&'d str, SignatureRefusal> {
    element.attribute("", "Algorithm").ok_or_else(|| malformed(element, "has no Algorithm"))
}

/// The children of an element, which must be exactly these, each with no other attributes than listed.
fn exactly<'d, const N: usize>(
    element: Element<'d>,
    wanted: [(&str, &[&str]); N],
) -> Result<[Element<'d>; N], SignatureRefusal> {
    let found: Result<[Element<'d>; N], _> = elements(element)?.try_into();
    let names = || wanted.map(|(local, _)| format!("ds:{local}")).join(", ");
    let found = found.map_err(|_| malformed(element, format!("must have exactly {}", names())))?;
    for (child, (local, attributes)) in found.iter().zip(wanted) {
        if !child.is(NAMESPACE, local) {
            return Err(malformed(*child, format!("stands where ds:{local} is expected")));
        }
        only_attributes(*child, attributes)?;
    }
    Ok(found)
}

/// Child elements; anything beside them but white space is refused.
pub(crate) fn elements(element: Element<'_>) -> Result<Vec<Element<'_>>, SignatureRefusal> {
    let mut children = Vec::new();
    for node in element.nodes() {
        match node {
            Node::Element(child) => children.push(child),
            Node::Text(text) if text.trim_ascii().is_empty() => {}
            Node::Text(_) => return Err(malformed(element, "has text between its elements")),
            Node::Comment(_) => return Err(malformed(element, "has a comment")),
            Node::Instruction { .. } => return Err(malformed(element, "has a processing instruction")),
        }
    }
    Ok(children)
}

fn empty(element: Element<'_>) -> Result<(), SignatureRefusal> {
    match elements(element)?.as_slice() {
        [] => Ok(()),
        [child, ..] => Err(malformed(*child, "is not accepted here")),
    }
}

/// Attributes without namespace must be among these; attributes with a namespace (`wsu:Id`, `xml:…`) are refused.
fn only_attributes(element: Element<'_>, allowed: &[&str]) -> Result<(), SignatureRefusal> {
    for attribute in element.attributes() {
        if attribute.namespace().is_some() || !allowed.contains(&attribute.local_name()) {
            return Err(malformed(
                element,
                format!("has attribute {}, which is not accepted", attribute.qualified_name()),
            ));
        }
    }
    Ok(())
}

/// The text of an element that has nothing but text. A comment that splits it is refused: readers differ in what they then see.
pub(crate) fn only_text(element: Element<'_>) -> Result<Cow<'_, str>, SignatureRefusal> {
    for node in element.nodes() {
        if !matches!(node, Node::Text(_)) {
            return Err(malformed(element, "must hold text and nothing else"));
        }
    }
    Ok(element.text())
}

/// The bytes of an element's base64 text.
pub(crate) fn base64_of(element: Element<'_>, longest: usize) -> Result<Vec<u8>, SignatureRefusal> {
    let text = only_text(element)?;
    let bytes = base64_bytes(&text, longest).filter(|bytes| !bytes.is_empty());
    bytes.ok_or_else(|| malformed(element, format!("is not base64 of at most {longest} characters")))
}
