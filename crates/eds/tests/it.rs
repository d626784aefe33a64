//! The room against foreign peers: `xmlsec1` for XML signatures, `openssl` for CMS, chains and revocation lists.
//!
//! A peer that is not installed makes its tests print that they skip; with `QYZMET_PEERS=required` it makes them fail.

#![expect(clippy::unwrap_used, reason = "a failed step of a test has nobody to report to but the test")]

#[path = "it/peer.rs"]
mod peer;

#[path = "it/openssl.rs"]
mod openssl;
#[path = "it/xmlsec.rs"]
mod xmlsec;
