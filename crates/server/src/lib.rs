//! Rollcall server.
