//! Browsers: what they present, and how forms of ours know that they come back to
//! the browser that they were given to.

pub(crate) mod cookies;
mod forms;
mod visitor;

pub use forms::Forms;
pub(crate) use visitor::Visitor;
