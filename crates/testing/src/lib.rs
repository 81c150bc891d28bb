//! What tests and benches start beside us, and end again whatever happens to them.
//!
//! Nothing of the product depends on this crate: see
//! `docs/decisions/0006-a-crate-for-tests.md`.
#![allow(
    clippy::print_stderr,
    reason = "a test that is skipped says so where people look"
)]

pub mod postgres;
pub mod process;
mod processes;
pub mod small_disk;
