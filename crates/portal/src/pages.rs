//! The pages, one module each. A page reads, and hands on what people answer; it decides nothing.

pub(crate) mod about;
pub(crate) mod assets;
pub(crate) mod case;
pub(crate) mod cases;
pub(crate) mod clock;
pub(crate) mod error;
pub(crate) mod health;
pub(crate) mod inbox;
pub(crate) mod ledger;
pub(crate) mod log;
pub(crate) mod overview;
pub(crate) mod parameters;
pub(crate) mod sign_in;
pub(crate) mod task;
