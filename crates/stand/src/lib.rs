//! The room `stand`.
