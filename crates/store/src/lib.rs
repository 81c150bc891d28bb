//! Rollcall store.
