//! What a file draws: shapes and edges of its diagram interchange, each with what is needed to paint it.

/// One plane of a file.
#[derive(Debug)]
pub(crate) struct Drawing {}

/// The drawings of a file.
pub(crate) fn read(document: &xml::Document) -> Vec<Drawing> {
    let _ = document;
    Vec::new()
}
