//! `create-user`: makes a user.

use super::get_user::UserDetails;
use super::given_password::CheckedPassword;
use super::{Authority, NewIdentity, UserFields};
use crate::ids::{PoolId, UserId};
use crate::model::access_key::{ManagementCaller, Permission};
use crate::model::event::Origin;
use crate::model::password::Holder;
use crate::model::user::{
    Gender, Identity, NewPassword, Password, SignInStatistics, Unproven, User, UserChange,
    UserSource, UserStatus,
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

/// A user that may be made, but for the password and what others have.
pub(super) struct PreparedUser {
    id: UserId,
    change: UserChange,
    identities: Vec<Identity>,
    /// Taken out to be hashed.
    pub(super) password: Option<CheckedPassword>,
}

impl PreparedUser {
    /// The user as it is to be stored.
    pub(super) fn with_password(
        self,
        pool: PoolId,
        password: Option<NewPassword>,
        now: Timestamp,
    ) -> (User, Vec<Identity>) {
        let change = UserChange {
            password,
            ..self.change
        };
        (new_user(self.id, pool, change, now), self.identities)
    }
}

impl Authority {
    /// Checks all that can be said of a new user before it is stored.
    pub(super) async fn prepared_user(
        &self,
        pool: PoolId,
        country_code: &str,
        holder: Holder,
        request: CreateUser,
    ) -> Result<PreparedUser, Refusal> {
        let fields = request.fields;
        if fields.username.is_none() && fields.phone.is_none() && fields.email.is_none() {
            return Err(Refusal::NoName);
        }
        let change = fields.checked(country_code, None)?;
        let id = UserId::generate(self.now(), self.entropy.as_ref());
        let identities = self.checked_identities(pool, id, request.identities);
        Ok(PreparedUser {
            id,
            change,
            identities: identities.await?,
            password: self.checked_password(fields.password.as_ref(), holder, "password")?,
        })
    }
}

/// The user that was made, or why none was.
pub(super) fn created(saved: Saved) -> Result<User, Refusal> {
    match saved {
        Saved::Saved(user) => Ok(*user),
        Saved::Taken(fields) => Err(Refusal::Taken(fields)),
        Saved::ExtIdpNotFound => Err(Refusal::NotFound(Record::ExtIdp)),
        Saved::NotFound => Err(Refusal::Fault),
    }
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
    let pool = caller.pool;
    let country_code = authority.country_code(pool).await?;
    let holder = authority.holders_in(pool).await?;
    let mut prepared = authority
        .prepared_user(pool, &country_code, holder, request)
        .await?;
    let password = authority.hashed(vec![prepared.password.take()]).await?;
    authority.still_may(caller, Permission::UsersWrite).await?;
    let password = password.into_iter().next().flatten();
    let (user, identities) = prepared.with_password(pool, password, authority.now());
    let saved = authority
        .store
        .create_user(user, identities, origin)
        .await?;
    authority.one_with_details(created(saved)?, false).await
}

/// A user of whom this is said, as an administrator makes one.
pub(super) fn new_user(id: UserId, pool: PoolId, said: UserChange, now: Timestamp) -> User {
    let password = said
        .password
        .map_or_else(Password::default, |new| Password {
            hash: Some(new.hash),
            last_set_at: Some(now),
            security_level: new.security_level,
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
