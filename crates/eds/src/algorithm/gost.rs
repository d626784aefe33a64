//! The place of the national GOST algorithms. They are recognised by name and refused: no key of theirs is parsed, no digest
//! computed.
//!
//! To fill it: `public_key` returns a type that implements [`super::Verify`], `private_key` one that implements [`super::Sign`],
//! `digest` starts Streebog or GOST 34.311, and the rows of [`super::TABLE`] become [`super::Support::Here`]. What the algorithms
//! are exactly (curves, byte order, parameter sets) stands in gateway-wire 8.2.

use super::{AlgorithmError, DigestAlgorithm, GOST_LATER, Row};

pub(super) fn public_key(row: &Row) -> AlgorithmError {
    AlgorithmError::NotSupported { name: row.name, reason: GOST_LATER }
}

pub(super) fn private_key(row: &Row) -> AlgorithmError {
    AlgorithmError::NotSupported { name: row.name, reason: GOST_LATER }
}

pub(super) fn digest(algorithm: DigestAlgorithm) -> AlgorithmError {
    AlgorithmError::NotSupported { name: algorithm.name(), reason: GOST_LATER }
}
