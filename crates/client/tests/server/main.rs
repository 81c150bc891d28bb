//! The client against the real server, in this process and over HTTP; the examples
//! among it.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod account;
mod batches;
mod browser;
mod coverage;
mod examples;
mod guide;
mod keys;
mod management;
mod person;
mod sign_on;
mod webhooks;
mod world;
