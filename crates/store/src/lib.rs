//! Where it is kept: all SQL of the product.
//!
//! [`sqlite`] is the embedded engine. What every engine promises is written at
//! the ports of `rollcall-core`; the contract suite in `tests/contract` holds
//! each engine to it.

pub mod sealed;
pub mod sqlite;

pub use sealed::MasterKey;
pub use sqlite::{Doctor, Examination, Explanation, Finding, LoginExplained, Mark, Subject};
pub use sqlite::{OpenError, OpenOptions, SqliteStore};
