//! FEEL and DMN: the rules of the acts, evaluated.
//!
//! A pure room: no clock, no socket, no file, no randomness. The moment and the zone come in with [`feel::Env`];
//! every step costs fuel, so no rule runs without end; whatever comes from outside is bounded.

pub mod decimal;
pub mod dmn;
pub mod feel;
pub mod temporal;
pub mod value;

pub use decimal::{Decimal, Rounding};
pub use feel::{Env, Expression, FeelError, Functions, Scope};
pub use value::{Context, Value};
