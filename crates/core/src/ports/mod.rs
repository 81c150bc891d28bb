//! What the product needs of storage and of the machine: one trait per noun.
//!
//! Rules for every store:
//! - Every method takes the pool, or finds it from a key or client id; nothing of
//!   another pool is ever visible.
//! - Each change is one method and one commit, with its audit and event rows in
//!   it, and an outcome enum for what can happen. An `Ok` was durable first.
//! - The instant of a decision is the store's: the injected clock when embedded,
//!   the database's where nodes share one. It never runs backwards.
//! - Logins begin, extend and end in one place of the store, which also writes
//!   the reason and the event.

pub mod access_keys;
pub mod applications;
pub mod audit_log;
pub mod browser_sessions;
pub mod census;
pub mod console;
pub mod console_reads;
pub mod devices;
pub mod ext_idps;
pub mod grants;
pub mod logins;
pub mod logout_deliveries;
pub mod maintenance;
pub mod passwords;
pub mod pools;
pub mod sign_in_failures;
pub mod sign_ups;
pub mod signature_nonces;
pub mod signing_keys;
pub mod user_actions;
pub mod users;
pub mod webhook_sender;
pub mod webhooks;

/// An error's internal detail: for the log, never for a caller, so it has no
/// `Display`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Detail(pub String);

/// The store could not do what was asked. Nothing was changed.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum StoreError {
    /// Too much work is waiting.
    #[error("the store is busy")]
    Busy,
    /// It cannot be reached, is full, or may not be written.
    #[error("the store is unavailable")]
    Unavailable(Detail),
    /// It broke a promise: a fault of ours or of the disk.
    #[error("the store failed")]
    Fault(Detail),
}

/// What ports answer.
pub type StoreResult<T> = Result<T, StoreError>;

/// Everything at once: what a node needs of its store.
pub trait Store:
    access_keys::AccessKeys
    + applications::Applications
    + audit_log::AuditLog
    + browser_sessions::BrowserSessions
    + console::Console
    + console_reads::ConsoleReads
    + census::Censuses
    + devices::Devices
    + ext_idps::ExtIdps
    + grants::Grants
    + logins::Logins
    + logout_deliveries::LogoutDeliveries
    + maintenance::Maintenance
    + pools::Pools
    + signature_nonces::SignatureNonces
    + sign_in_failures::SignInFailures
    + sign_ups::SignUps
    + signing_keys::SigningKeys
    + user_actions::UserActions
    + users::Users
    + webhooks::Webhooks
{
}

impl<T> Store for T where
    T: access_keys::AccessKeys
        + applications::Applications
        + audit_log::AuditLog
        + browser_sessions::BrowserSessions
        + census::Censuses
        + console::Console
        + console_reads::ConsoleReads
        + devices::Devices
        + ext_idps::ExtIdps
        + grants::Grants
        + logins::Logins
        + logout_deliveries::LogoutDeliveries
        + maintenance::Maintenance
        + pools::Pools
        + signature_nonces::SignatureNonces
        + sign_in_failures::SignInFailures
        + sign_ups::SignUps
        + signing_keys::SigningKeys
        + user_actions::UserActions
        + users::Users
        + webhooks::Webhooks
{
}
