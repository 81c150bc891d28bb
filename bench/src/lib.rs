//! What the benches share.

pub mod html;
pub mod linear;
pub mod servers;
