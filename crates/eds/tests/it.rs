//! The room against foreign peers: `xmlsec1` for XML signatures, `openssl` for CMS, chains and revocation lists.
//!
//! A peer that is not installed makes its tests print that they skip; with `QYZMET_PEERS=required` it makes them fail.

#[path = "it/peer.rs"]
mod peer;

#[path = "it/openssl.rs"]
mod openssl;
#[path = "it/xmlsec.rs"]
mod xmlsec;
