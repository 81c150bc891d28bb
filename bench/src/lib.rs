//! What a check costs, and a sign-in, and many of them: the measuring itself, and what
//! the benches share.
#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "it measures by the machine's clock, waits for other processes, and says how far it is"
)]

pub mod administrator;
pub mod html;
pub mod linear;
pub mod load;
pub mod loader;
pub mod measures;
pub mod numbers;
pub mod oha;
pub mod plot;
pub mod population;
pub mod postgres;
pub mod process;
pub mod report;
pub mod rollcall;
pub mod servers;
pub mod sign_in_rows;
pub mod suite;
pub mod survival;
