//! The server's signing keys.

pub(crate) mod rotate_signing_keys;
