//! The shared engine: one PostgreSQL database, any number of nodes.
//!
//! Changes of all nodes are made one transaction after the other: each begins by
//! taking one lock, which it gives back when it is committed and visible. So what a
//! change reads is what the one before it left, and revisions are given in the
//! order of commits. Reads take no lock.

mod checks;
mod clock;
mod connect;
mod dialect;
mod failure;
mod open;
mod readers;
mod schema;
mod session;
mod shared;
mod tls;
mod values;

#[cfg(test)]
pub(crate) use connect::SETTINGS;
#[cfg(test)]
pub(crate) use dialect::translated;

pub(crate) use checks::{Asked, Checks, Question};
#[cfg(test)]
pub(crate) use checks::{PLANS, STATEMENTS};
pub use connect::{DatabaseClock, Pooler, PostgresOptions, described};
pub(crate) use failure::Failure;
pub(crate) use open::{exists, is_served, open, open_alone, open_to_look};
pub(crate) use readers::Readers;
pub(crate) use session::Session;
pub(crate) use values::cell;
