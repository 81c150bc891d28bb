//! What was answered, and whether it holds after a crash.
//!
//! Clients work on a server at the same time: each on a user pool of its own, one call
//! after the other, so that it knows what must be true. What they were told is kept with
//! the order of asking and answering, and judged on whatever comes up afterwards.

mod client;
mod crew;
mod judge;
mod node;
mod told;

pub use crew::{AtWork, Crew};
pub use judge::Judged;
pub use node::{Key, Node, check_integrity, copy_data, init};
pub use told::Moment;
