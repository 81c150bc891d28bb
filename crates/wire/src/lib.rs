//! What goes over the network: the wire types that Rollcall's server, its Rust
//! SDK and its command line share.
//!
//! - [`v3`] holds the V3 API: one envelope around every answer, one module per
//!   noun, and the two ways of proving who calls.
//! - [`oidc`] holds the bodies and claims of the endpoints under `/oidc`, which
//!   follow their RFCs.
//! - [`time`] holds the one textual form of an instant.
//!
//! Nothing here decides anything: no rule of the product, no storage, no I/O.
//! Names of structures follow the published V3 schemas, so that a search for a
//! schema's name finds its type.

pub mod oidc;
pub mod time;
pub mod v3;
