//! The embedded engine: one `SQLite` file, one writer, inline point reads.
//!
//! Reads run on read-only connections, each in one transaction and so on one
//! snapshot; changes on the one connection that may write.

pub mod backup;
pub(crate) mod connection;
mod open;
mod refused;
pub(crate) mod schema;

pub(crate) use connection::Readers;
pub(crate) use open::{open, open_alone, open_to_look};
