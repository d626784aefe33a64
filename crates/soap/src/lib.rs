//! The room `soap`.
