//! Rollcall server.

mod auth;
pub mod boot;
pub mod browser;
pub mod clock;
pub mod config;
mod delivery;
pub mod egress;
pub mod entropy;
mod health;
pub mod logout;
pub mod metrics;
mod middleware;
mod oidc;
pub(crate) mod pages;
pub mod passwords;
mod redirect;
pub mod request_log;
pub mod router;
pub mod routes;
pub mod serve;
pub mod state;
mod stop;
pub mod tls;
mod to_its_end;
pub mod tokens;
mod v3;
pub mod webhooks;
