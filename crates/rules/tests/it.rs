//! Tests of the room as its users see it.

#[path = "it/tck.rs"]
mod tck;
