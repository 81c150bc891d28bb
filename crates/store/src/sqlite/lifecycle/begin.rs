//! How a login begins.

use super::events::{self, Cause};
use crate::sqlite::columns::Columns;
use crate::sqlite::statements as sql;
use crate::sqlite::{Commit, WriteError, grants, sign_in_failures};
use rollcall_core::ids::PoolId;
use rollcall_core::limits;
use rollcall_core::model::event::{EventKind, Origin, Position};
use rollcall_core::model::grant::Grant;
use rollcall_core::model::login::{Login, LoginDevice};
use rollcall_core::model::policy::{SessionLimits, SessionPolicy};
use rollcall_core::model::session::Session;
use rollcall_core::model::standing::{Rules, Standing, standing};
use rollcall_core::model::user::UserStatus;
use rollcall_core::ports::Detail;
use rollcall_core::ports::logins::{Begun, LoginView, NewLogin};
use rollcall_core::time::Timestamp;
use rusqlite::{OptionalExtension as _, params};

/// Begins a login in a session of its own, if what was read before the password
/// was hashed still holds in this commit.
pub(crate) fn begin_login(
    commit: &mut Commit<'_>,
    pool: PoolId,
    new: &NewLogin,
    origin: &Origin,
) -> Result<Begun, WriteError> {
    let rules = match rules_for(commit, pool, new)? {
        Ok(rules) => rules,
        Err(refused) => return Ok(refused),
    };
    let now = commit.now();
    let position = commit.position(pool)?;
    let (login, session) = rows(new, position, now);
    // The pool's pending mass ends come before it and do not concern it.
    let standing = standing(&login, &session, rules, &[], now);
    let Standing::Live { expires_at } = standing else {
        let detail = "a new login is not live".to_owned();
        return Err(WriteError::Fault(Detail(detail)));
    };
    insert_session(commit, pool, &session)?;
    insert_login(commit, pool, &login, expires_at, &new.device)?;
    let cause = Cause {
        actor: origin.actor,
        request_id: &origin.request_id,
    };
    let kind = EventKind::Began { expires_at };
    events::write(commit, pool, position, &login, now, kind, cause)?;
    count(commit, pool, new)?;
    let lifetime_limit = rules.login_limits().lifetime_limit(now);
    let (grant, refresh_token_expires_at) = insert_grant(commit, pool, new, lifetime_limit)?;
    Ok(Begun::Begun(Box::new(LoginView {
        login,
        session,
        standing,
        grant: Some(grant),
        refresh_token_expires_at,
        now,
    })))
}

/// The limits that will hold, or what stands in the way now. The password comes
/// first: that a user is disabled is only told to who knows it.
fn rules_for(
    commit: &Commit<'_>,
    pool: PoolId,
    new: &NewLogin,
) -> Result<Result<Rules, Begun>, WriteError> {
    let conn = commit.conn();
    let user = conn
        .prepare_cached(sql::USER_FOR_BEGIN)?
        .query_row((pool.as_bytes(), new.user.as_bytes()), |row| {
            let mut columns = Columns::of(row);
            let status = columns.meaning(UserStatus::from_name)?;
            let version: i64 = columns.get()?;
            let has_password: bool = columns.get()?;
            let failures: u32 = columns.get()?;
            let is_verified = has_password && version == new.password_version;
            Ok((status, is_verified, failures))
        })
        .optional()?;
    let status = match user {
        None | Some((_, false, _)) => return Ok(Err(Begun::CredentialChanged)),
        // Others may have failed while this one was hashed.
        Some((_, true, limits::FAILURES_BEFORE_LOCK..)) => return Ok(Err(Begun::UserLocked)),
        Some((status, true, _)) => status,
    };
    if status != UserStatus::Activated {
        return Ok(Err(Begun::UserDisabled));
    }
    let application = conn
        .prepare_cached(sql::APPLICATION_FOR_BEGIN)?
        .query_row((pool.as_bytes(), new.application.as_bytes()), |row| {
            let mut columns = Columns::of(row);
            let enabled: bool = columns.get()?;
            let application = SessionPolicy {
                idle_timeout: columns.optional_span()?,
                max_lifetime: columns.optional_span()?,
            };
            let pool = SessionLimits {
                idle_timeout: columns.span()?,
                max_lifetime: columns.span()?,
            };
            let api_sign_in: bool = columns.get()?;
            let secret_version: i64 = columns.get()?;
            let may = enabled && api_sign_in && secret_version == new.secret_version;
            Ok(may.then_some(Rules { pool, application }))
        })
        .optional()?;
    Ok(application.flatten().ok_or(Begun::ApplicationUnavailable))
}

fn rows(new: &NewLogin, position: Position, now: Timestamp) -> (Login, Session) {
    let login = Login {
        id: new.login,
        session: new.session,
        user: new.user,
        application: new.application,
        begun: position,
        begun_at: now,
        last_seen: now,
        end: None,
    };
    let session = Session {
        id: new.session,
        user: new.user,
        begun: position,
        begun_at: now,
        authenticated: position,
        authenticated_at: now,
        last_seen: now,
        end: None,
    };
    (login, session)
}

fn insert_session(commit: &Commit<'_>, pool: PoolId, session: &Session) -> Result<(), WriteError> {
    let mut insert = commit.conn().prepare_cached(sql::INSERT_SESSION)?;
    insert.execute(params![
        pool.as_bytes(),
        session.id.as_bytes(),
        session.user.as_bytes(),
        session.begun.revision,
        session.begun.index,
        session.begun_at.as_millis(),
    ])?;
    Ok(())
}

fn insert_login(
    commit: &Commit<'_>,
    pool: PoolId,
    login: &Login,
    due_at: Timestamp,
    device: &LoginDevice,
) -> Result<(), WriteError> {
    let mut insert = commit.conn().prepare_cached(sql::INSERT_LOGIN)?;
    insert.execute(params![
        pool.as_bytes(),
        login.id.as_bytes(),
        login.session.as_bytes(),
        login.user.as_bytes(),
        login.application.as_bytes(),
        login.begun.revision,
        login.begun.index,
        login.begun_at.as_millis(),
        due_at.as_millis(),
        device.address.map(|address| address.to_string()),
        device.user_agent,
    ])?;
    Ok(())
}

fn insert_grant(
    commit: &Commit<'_>,
    pool: PoolId,
    new: &NewLogin,
    lifetime_limit: Timestamp,
) -> Result<(Grant, Option<Timestamp>), WriteError> {
    let grant = Grant {
        id: new.grant,
        login: new.login,
        application: new.application,
        scope: new.scope.clone(),
        authentication_methods: new.authentication_methods.clone(),
        newest_token: 1,
        created_at: commit.now(),
    };
    grants::insert_grant(commit, pool, &grant)?;
    let Some((digest, lifetime)) = new.refresh_token else {
        return Ok((grant, None));
    };
    let expires_at = (commit.now() + lifetime).min(lifetime_limit);
    grants::insert_refresh_token(commit, pool, &grant, digest, expires_at)?;
    Ok((grant, Some(expires_at)))
}

/// Counts the sign-in, and forgets the failures before it.
fn count(commit: &Commit<'_>, pool: PoolId, new: &NewLogin) -> Result<(), WriteError> {
    let mut count = commit.conn().prepare_cached(sql::COUNT_SIGN_IN)?;
    count.execute(params![
        pool.as_bytes(),
        new.user.as_bytes(),
        commit.now().as_millis(),
        new.device.address.map(|address| address.to_string()),
        new.application.as_bytes(),
    ])?;
    sign_in_failures::forget(commit.conn(), pool, new.failure_key)?;
    Ok(())
}
