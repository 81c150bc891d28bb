//! `get-user-mfa-info`: which further factors a user has bound.

use super::{Authority, UserReference};
use crate::model::access_key::{ManagementCaller, Permission};
use crate::refusal::Refusal;

/// A kind of further factor (V3 `UserMfaRespDto`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MfaFactor {
    /// One-time passwords.
    Totp,
    /// A face.
    Face,
    /// Codes by text message.
    Sms,
    /// Codes by e-mail.
    Email,
}

/// The factors that the user has bound. A password is the only authenticator that a
/// user's record can hold, so there are none: an e-mail or phone receives no codes.
pub async fn get_user_mfa_info(
    authority: &Authority,
    caller: &ManagementCaller,
    user: UserReference,
) -> Result<Vec<MfaFactor>, Refusal> {
    caller.require(Permission::UsersRead)?;
    authority.user(caller.pool, &user).await?;
    Ok(Vec::new())
}
