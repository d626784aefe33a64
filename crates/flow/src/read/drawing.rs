//! What a file draws: shapes and edges of its diagram interchange, each with what is needed to paint it.
#[derive(Debug)]
pub(crate) struct Drawing {}
