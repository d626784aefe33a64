//! The room `portal`.
