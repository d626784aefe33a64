//! Measurements beside their bounds, and the long rounds that kill, cut the power and fill the disk.
//!
//! Nothing here is used by the platform. A number is printed only where it was measured in the same run.

pub mod courier;
pub mod exchange;
pub mod flow;
pub mod procedure;
pub mod raw;
pub mod receiver;
pub mod rows;
pub mod small;
pub mod torture;
pub mod up;
