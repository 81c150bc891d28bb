//! What is true: the rules of sessions.
//!
//! Pure domain code. It knows nothing of HTTP, SQL or serialisation, and takes
//! the clock and randomness as arguments. Storage is reached through [`ports`];
//! what a caller can do is one file per verb in [`operations`].

pub mod entropy;
pub mod histogram;
pub mod ids;
pub mod limits;
pub mod model;
pub mod operations;
pub mod page;
pub mod ports;
pub mod refusal;
pub mod secret;
pub mod time;

pub use refusal::Refusal;
