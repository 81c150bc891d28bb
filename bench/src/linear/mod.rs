//! Is the answer linearizable? A load of calls against one or more nodes, while they and
//! their database are hurt; every call's start, end and answer is recorded and judged.
//!
//! `docs/linearizability.md` explains the test and its model; [`model`] is the model itself.
//! The judge is porcupine-rs, an implementation of the WGL search (Wing and Gong, with Lowe's
//! memory of states).

pub mod cluster;
pub mod faults;
pub mod judge;
pub mod model;
pub mod run;
pub mod stale;
pub mod untold;

mod actions;
mod client;
mod known;
mod load;
