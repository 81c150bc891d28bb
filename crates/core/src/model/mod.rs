//! The nouns: what they are, and the facts that their states carry.

pub mod access_key;
pub mod application;
pub mod audit;
pub mod console;
pub mod delivery;
pub mod device;
pub mod event;
pub mod ext_idp;
pub mod grant;
pub mod identifier;
pub mod login;
pub mod logout_delivery;
pub mod mass_end;
pub mod password;
pub mod policy;
pub mod pool;
pub mod session;
pub mod sign_on;
pub mod sign_up;
pub mod signing_key;
pub mod standing;
pub mod user;
pub mod user_action;
pub mod webhook;
