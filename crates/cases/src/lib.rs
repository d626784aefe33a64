//! The room `cases`.
