//! What an application calls: signing people in, holding their tokens, and the
//! calls that people make for themselves.

mod builder;
mod client;
mod get_my_logged_in_apps;
mod get_my_login_history;
mod get_profile;
mod id_token;
mod jws;
mod key_set;
mod my_account;
mod sign_on;
mod sign_out;
mod signin;
mod signup;
mod system;
mod tokens;
mod update_password;
mod user_info;

pub use builder::{AuthenticationClientBuilder, ClientAuthentication};
pub use client::AuthenticationClient;
pub use sign_on::{PendingSignOn, SignOn, SignedOn};
pub use signin::SignIn;
