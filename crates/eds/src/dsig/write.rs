//! Writing of signatures. What is written is already in canonical form, so that the signed bytes and the sent bytes are the same text
//! but for the namespace declaration that the canonical form repeats.

use std::fmt::Write;

use super::NAMESPACE;
use crate::algorithm::{Digest, SignatureAlgorithm};
use crate::text::base64;

/// What a `ds:SignedInfo` says.
pub(crate) struct SignedInfo<'a> {
    pub(crate) canonicalisation: &'a str,
    pub(crate) method: SignatureAlgorithm,
    pub(crate) uri: &'a str,
    pub(crate) transforms: &'a [&'a str],
    pub(crate) digest: &'a Digest,
}

impl SignedInfo<'_> {
    /// The element as it stands under a `ds:Signature` that declares the prefix.
    pub(crate) fn text(&self) -> String {
        self.with_declaration("")
    }

    /// The exclusive canonical form of the element.
    pub(crate) fn exclusive_canonical(&self) -> String {
        self.with_declaration(&format!(" xmlns:ds=\"{NAMESPACE}\""))
    }

    fn with_declaration(&self, declaration: &str) -> String {
        let mut out = String::with_capacity(1024);
        // Writing to a string cannot fail.
        let _ = write!(
            out,
            "<ds:SignedInfo{declaration}>\
             <ds:CanonicalizationMethod Algorithm=\"{}\"></ds:CanonicalizationMethod>\
             <ds:SignatureMethod Algorithm=\"{}\"></ds:SignatureMethod>\
             <ds:Reference URI=\"{}\"><ds:Transforms>",
            self.canonicalisation,
            self.method.xml(),
            self.uri,
        );
        for transform in self.transforms {
            let _ = write!(out, "<ds:Transform Algorithm=\"{transform}\"></ds:Transform>");
        }
        let _ = write!(
            out,
            "</ds:Transforms><ds:DigestMethod Algorithm=\"{}\"></ds:DigestMethod>\
             <ds:DigestValue>{}</ds:DigestValue></ds:Reference></ds:SignedInfo>",
            self.method.digest().xml(),
            base64(self.digest.as_ref()),
        );
        out
    }
}
