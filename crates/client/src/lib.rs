#![doc = include_str!("../README.md")]

mod builder;
mod call;
mod check_session_status;
mod error;
mod management_client;
mod rotate_signing_keys;
mod token;

pub use builder::{DEFAULT_CONNECT_TIMEOUT, DEFAULT_TIMEOUT, ManagementClientBuilder};
pub use error::Error;
pub use management_client::ManagementClient;
pub use rollcall_wire::v3::signing_keys::{SigningKeyDto, SigningKeyState};
pub use rollcall_wire::v3::{ApiCode, HeaderFamily, Language, UserIdType};
