//! The pages over the whole system in virtual time: engines, models and texts are those of the installation.

mod browser;
mod pages;
mod personal;
mod pictures;
mod refusals;
mod signing;
mod system;
mod world;
