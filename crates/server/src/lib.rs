//! Rollcall server.

mod auth;
pub mod boot;
pub mod browser;
pub mod clock;
pub mod config;
mod delivery;
pub mod egress;
pub mod entropy;
mod explorer;
mod health;
pub mod logout;
mod middleware;
mod oidc;
pub mod openapi;
pub(crate) mod pages;
pub mod passwords;
pub mod router;
pub mod routes;
pub mod serve;
pub mod state;
mod to_its_end;
pub mod tokens;
mod v3;
pub mod webhooks;
