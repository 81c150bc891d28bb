//! What the benches share.

pub mod servers;
