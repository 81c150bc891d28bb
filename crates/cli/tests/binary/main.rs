//! The real binary, as people and scripts run it.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests fail as tests do"
)]

mod apps;
mod check;
mod config_check;
mod demo;
mod http;
mod import;
mod init;
mod keys;
mod man;
mod openid_connect;
mod run;
mod serve;
mod served;
mod sessions;
mod shared_database;
mod signing_keys;
mod store_trouble;
mod users;
mod webhooks;
