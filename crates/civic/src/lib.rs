//! The room `civic`.
