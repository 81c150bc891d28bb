//! The real binary, as people and scripts run it.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests fail as tests do"
)]

mod apps;
mod backup;
mod check;
mod config_check;
mod demo;
mod deploy;
mod doctor;
mod drain;
mod failover;
mod full_disk;
mod http;
mod import;
mod init;
mod kept;
mod keys;
mod log_lines;
mod man;
mod metrics;
mod migrate_store;
mod nodes;
mod nodes_at_work;
mod nodes_share;
mod openid_connect;
mod rolling_restart;
mod run;
mod serve;
mod served;
mod sessions;
mod shared_database;
mod signing_keys;
mod store_trouble;
mod survival;
mod tls;
mod users;
mod webhooks;
