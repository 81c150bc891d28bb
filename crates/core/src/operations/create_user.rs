//! `create-user`: makes a user.

use super::get_user::UserDetails;
use super::{Authority, NewIdentity, UserFields};
use crate::ids::{PoolId, UserId};
use crate::model::access_key::{ManagementCaller, Permission};
use crate::model::event::Origin;
use crate::model::user::{
    Gender, Password, SignInStatistics, Unproven, User, UserChange, UserSource, UserStatus,
};
use crate::ports::users::Saved;
use crate::refusal::{Record, Refusal};
use crate::time::Timestamp;

/// The user to make.
#[derive(Clone)]
pub struct CreateUser {
    /// What is said of the user.
    pub fields: UserFields,
    /// Their external identities.
    pub identities: Vec<NewIdentity>,
}

/// Makes a user with a username, phone or e-mail. What an administrator sets is
/// found at once, verified or not.
pub async fn create_user(
    authority: &Authority,
    caller: &ManagementCaller,
    request: CreateUser,
    origin: Origin,
) -> Result<UserDetails, Refusal> {
    caller.require(Permission::UsersWrite)?;
    let fields = request.fields;
    if fields.username.is_none() && fields.phone.is_none() && fields.email.is_none() {
        return Err(Refusal::NoName);
    }
    let country_code = authority.country_code(caller.pool).await?;
    let change = fields.checked(&country_code, None)?;
    let id = UserId::generate(authority.now(), authority.entropy.as_ref());
    let identities = authority
        .checked_identities(caller.pool, id, request.identities)
        .await?;
    let password = authority
        .new_password(fields.password.as_deref(), "password")
        .await?;
    let change = UserChange { password, ..change };
    let user = new_user(id, caller.pool, change, authority.now());
    match authority
        .store
        .create_user(user, identities, origin)
        .await?
    {
        Saved::Saved(user) => authority.one_with_details(*user, false).await,
        Saved::Taken(fields) => Err(Refusal::Taken(fields)),
        Saved::ExtIdpNotFound => Err(Refusal::NotFound(Record::ExtIdp)),
        Saved::NotFound => Err(Refusal::Fault),
    }
}

/// A user of whom this is said, as an administrator makes one.
pub(super) fn new_user(id: UserId, pool: PoolId, said: UserChange, now: Timestamp) -> User {
    let password = said
        .password
        .map_or_else(Password::default, |new| Password {
            hash: Some(new.hash),
            last_set_at: Some(now),
            security_level: Some(new.security_level),
            ..Password::default()
        });
    User {
        id,
        pool,
        status: said.status.unwrap_or(UserStatus::Activated),
        status_changed_at: now,
        created_at: now,
        updated_at: now,
        username: said.username,
        email: said.email,
        email_verified: said.email_verified.unwrap_or(false),
        phone: said.phone,
        phone_verified: said.phone_verified.unwrap_or(false),
        unproven: Unproven::default(),
        external_id: said.external_id,
        gender: said.gender.unwrap_or(Gender::Unknown),
        profile: said.profile,
        custom_data: said.custom_data,
        source: UserSource::AdminCreated,
        password: Password {
            reset_on_next_login: said.reset_on_next_login.unwrap_or(false),
            ..password
        },
        sign_ins: SignInStatistics::default(),
    }
}
