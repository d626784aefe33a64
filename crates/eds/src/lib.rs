//! Electronic digital signatures: XML-DSig, the WS-Security transport signature of the gateway, CMS; X.509 certificates, path
//! validation and revocation; keys and algorithms.
//!
//! Everything here is a function of its arguments: time comes in as a moment, certificates and revocation lists come in as bytes.
//! The room opens no file and no socket and reads no clock; the only thing it takes from outside is the randomness a signature
//! or a new key needs, and that comes from `aws-lc-rs`.
//!
//! What it must never do: call a signature good without saying what it covers; trust a certificate because it is known rather than
//! because an authority vouches for it; accept an algorithm that is not in the table of [`algorithm`]; panic on any input.
//!
//! Map: [`algorithm`] names and runs the algorithms; [`key`] holds private keys; [`name`], [`certificate`] and [`crl`] read X.509;
//! [`revocation`] answers "was it withdrawn"; [`path`] puts these together into a [`path::Verdict`];
//! [`dsig`] does XML signatures in documents, [`wssec`] the transport signature, [`cms`] signatures of officials' programs; all
//! three refuse with a [`refusal::SignatureRefusal`];
//! [`issue`] is a certifying authority for demonstration and tests.

pub mod algorithm;
pub mod certificate;
pub mod cms;
pub mod crl;
pub mod dsig;
pub mod issue;
pub mod key;
pub mod name;
pub mod path;
pub mod refusal;
pub mod revocation;
#[cfg(test)]
mod sample;
mod text;
pub mod wssec;

pub use algorithm::{AlgorithmError, DigestAlgorithm, SignatureAlgorithm, VerifyingKey};
pub use certificate::Certificate;
pub use crl::RevocationList;
pub use dsig::{CertificateDirectory, ExpectedHolder, Judge, KnownCertificates};
pub use key::{PemSigner, Signer, SigningKey};
pub use name::DistinguishedName;
pub use path::{Purpose, TrustStore, Validator, Verdict};
pub use refusal::{RefusalKind, SignatureRefusal};
pub use revocation::{CrlStore, RevocationPolicy, RevocationSource};
