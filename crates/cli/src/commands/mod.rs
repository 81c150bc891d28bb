//! One command, one file.

pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod config_check;
pub(crate) mod init;
pub(crate) mod remote;
pub(crate) mod serve;
pub(crate) mod signing_keys;
