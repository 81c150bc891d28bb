//! People who register by themselves.

use super::columns::Columns;
use super::{
    Commit, SqlStore, WriteError, applications, pools, statements as sql, user_actions, users,
};
use crate::sql::{OptionalExtension as _, params};
use async_trait::async_trait;
use rollcall_core::ids::{ApplicationId, PoolId};
use rollcall_core::model::event::Origin;
use rollcall_core::model::sign_up::SignUpCount;
use rollcall_core::model::user::User;
use rollcall_core::model::user_action::{BY_PASSWORD, UserAction, UserActionKind};
use rollcall_core::ports::StoreResult;
use rollcall_core::ports::sign_ups::{Registered, SignUps};
use rollcall_core::ports::users::Saved;
use rollcall_core::secret::TokenDigest;
use rollcall_core::time::Span;

fn count(commit: &Commit<'_>, pool: PoolId, key: TokenDigest) -> Result<Option<Span>, WriteError> {
    let conn = commit.conn();
    let former = conn
        .prepare_cached(sql::SIGN_UPS)?
        .query_row((pool.as_bytes(), key.as_bytes()), |row| {
            let mut columns = Columns::of(row);
            Ok(SignUpCount {
                began_at: columns.instant()?,
                attempts: columns.get()?,
            })
        })
        .optional()?;
    let count = match SignUpCount::after_attempt(former, commit.now()) {
        Ok(count) => count,
        Err(wait) => return Ok(Some(wait)),
    };
    conn.prepare_cached(sql::SET_SIGN_UPS)?.perform(params![
        pool.as_bytes(),
        key.as_bytes(),
        count.began_at.as_millis(),
        count.attempts,
    ])?;
    Ok(None)
}

fn register(
    commit: &mut Commit<'_>,
    user: User,
    application: ApplicationId,
    origin: &Origin,
) -> Result<Registered, WriteError> {
    let conn = commit.conn();
    let pool = pools::by_id(conn, user.pool)?;
    if !pool.is_some_and(|pool| pool.registration_open) {
        return Ok(Registered::RegistrationDisabled);
    }
    let stored = applications::stored(conn, user.pool, application)?;
    let takes_passwords = stored.is_some_and(|application| {
        application.enabled && application.api_sign_in && application.oauth.skip_consent
    });
    if !takes_passwords {
        return Ok(Registered::ApplicationUnavailable);
    }
    match users::register(commit, user, origin)? {
        Saved::Saved(user) => {
            let kind = UserActionKind::Register;
            let action = UserAction::done(user.id, Some(application), kind, BY_PASSWORD, origin);
            user_actions::record(commit, user.pool, &action, origin)?;
            Ok(Registered::Registered(user))
        }
        Saved::Taken(fields) => Ok(Registered::Taken(fields)),
        Saved::ExtIdpNotFound | Saved::NotFound => Err(WriteError::Fault(
            rollcall_core::ports::Detail("a registration has no source and no record".to_owned()),
        )),
    }
}

#[async_trait]
impl SignUps for SqlStore {
    async fn count_sign_up(&self, pool: PoolId, key: TokenDigest) -> StoreResult<Option<Span>> {
        self.write(move |commit| count(commit, pool, key)).await
    }

    async fn register_user(
        &self,
        user: User,
        application: ApplicationId,
        origin: Origin,
    ) -> StoreResult<Registered> {
        self.write(move |commit| register(commit, user, application, &origin))
            .await
    }
}
