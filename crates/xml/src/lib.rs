//! The room `xml`.
