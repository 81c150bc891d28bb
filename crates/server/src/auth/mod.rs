//! Who calls: an access key, an application, or a person.

pub(crate) mod authorization;
pub(crate) mod client;
mod family;
pub(crate) mod management_caller;
pub(crate) mod person;
mod signature;

pub(crate) use client::ClientCall;
pub(crate) use family::{check_pool, family_values};
pub(crate) use management_caller::{ClaimedCall, ManagementCall};
pub(crate) use person::PersonCall;
