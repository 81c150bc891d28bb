//! What the benches share.

pub mod servers;
pub mod survival;
