//! The real binary, as people and scripts run it.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests fail as tests do"
)]

mod check;
mod config_check;
mod demo;
mod http;
mod init;
mod openid_connect;
mod run;
mod serve;
mod signing_keys;
mod store_trouble;
