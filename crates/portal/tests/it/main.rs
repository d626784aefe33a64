//! The pages over the whole system in virtual time: engines, models and texts are those of the installation.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a failed step of a test has nobody to report to but the test"
)]

mod browser;
mod pages;
mod personal;
mod pictures;
mod refusals;
mod signing;
mod system;
mod world;
