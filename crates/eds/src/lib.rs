//! The room `eds`.
