//! The linearizability test's short form, and tests of its judge: a judge that accepts
//! everything, or rejects what is right, shows nothing.

mod generated;
mod hand_written;
mod short;
