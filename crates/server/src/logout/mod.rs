//! Telling applications that a login has ended (OIDC Back-Channel Logout 1.0). What
//! is owed is written by the store with each end; here it is sent.

mod deliver;
mod first_attempts;
mod send;

pub use deliver::Deliverer;
pub use first_attempts::FirstAttempts;
pub use send::{LogoutSender, LogoutTokens, SendFailure};
