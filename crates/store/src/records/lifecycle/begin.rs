//! How a login begins.

use super::events::{self, Cause};
use super::room::{Newcomer, Room};
use super::state::{LoginState, PoolRules};
use crate::records::columns::Columns;
use crate::records::statements as sql;
use crate::records::{Commit, WriteError, counters, grants, sign_in_failures, user_actions};
use crate::sql::{OptionalExtension as _, params};
use rollcall_core::ids::{ApplicationId, LoginId, PoolId, SessionId, UserId};
use rollcall_core::limits;
use rollcall_core::model::application::Application;
use rollcall_core::model::event::{EventKind, Origin, Position};
use rollcall_core::model::grant::Grant;
use rollcall_core::model::login::{Login, LoginDevice};
use rollcall_core::model::session::Session;
use rollcall_core::model::standing::Standing;
use rollcall_core::model::user::{NewPassword, UserStatus};
use rollcall_core::model::user_action::{BY_PASSWORD, UserAction, UserActionKind};
use rollcall_core::ports::Detail;
use rollcall_core::ports::logins::{Begun, LoginView, NewLogin};
use rollcall_core::secret::TokenDigest;
use rollcall_core::time::Timestamp;
use std::sync::Arc;

/// Begins a login in a session of its own, if what was read before the password
/// was hashed still holds in this commit.
pub(crate) fn begin_login(
    commit: &mut Commit<'_>,
    pool: PoolId,
    new: &NewLogin,
    origin: &Origin,
) -> Result<Begun, WriteError> {
    if let Some(barred) = user_barred(commit, pool, new.user, new.password_version)? {
        return Ok(match barred {
            Barred::CredentialChanged => Begun::CredentialChanged,
            Barred::Locked => Begun::UserLocked,
            Barred::Disabled => Begun::UserDisabled,
        });
    }
    let Some(application) = enabled_application(commit, pool, new.application)? else {
        return Ok(Begun::ApplicationUnavailable);
    };
    if !application.api_sign_in || application.secret_version != new.secret_version {
        return Ok(Begun::ApplicationUnavailable);
    }
    let rules = commit.rules(pool)?;
    let newcomer = Newcomer {
        user: new.user,
        session: None,
        login: Some((application.id, application.session_limit)),
    };
    let Some(room) = Room::find(commit, pool, &rules, newcomer)? else {
        return Ok(Begun::SessionLimit);
    };
    room.make(commit, pool, &rules, origin)?;
    let nothing_gave_way = room.is_empty();
    let session = new_session(commit, pool, new.session, new.user)?;
    insert_session(commit, pool, &session, None)?;
    let beginning = Beginning {
        id: new.login,
        application: &application,
        redeem_by: None,
        position: Some(session.begun),
        device: &new.device,
    };
    let state = begin_in_session(commit, pool, &rules, &session, &beginning, origin)?;
    let count = Counted {
        user: new.user,
        application: new.application,
        device: &new.device,
        failure_key: new.failure_key,
        rehashed: new.rehashed.as_ref(),
    };
    count_sign_in(commit, pool, &count, origin)?;
    let (grant, refresh_token_expires_at) =
        insert_grant(commit, pool, new, rules.lifetime_limit(&state))?;
    if nothing_gave_way {
        commit.left_rules_alone();
    }
    Ok(Begun::Begun(Box::new(LoginView {
        standing: rules.standing(&state, commit.now()),
        login: state.login,
        session: state.session,
        grant: Some(grant),
        refresh_token_expires_at,
        now: commit.now(),
    })))
}

/// What stands in a user's way now.
#[derive(Clone, Copy)]
pub(super) enum Barred {
    /// The user is gone, or the password is another one.
    CredentialChanged,
    /// Others may have failed while this one was hashed.
    Locked,
    /// The user is not `Activated`.
    Disabled,
}

/// Whether the user may sign in with the password that was verified. The password
/// comes first: that a user is disabled is only told to who knows it.
pub(super) fn user_barred(
    commit: &Commit<'_>,
    pool: PoolId,
    user: UserId,
    password_version: i64,
) -> Result<Option<Barred>, WriteError> {
    let found = commit
        .conn()
        .prepare_cached(sql::USER_FOR_BEGIN)?
        .query_row((pool.as_bytes(), user.as_bytes()), |row| {
            let mut columns = Columns::of(row);
            let status = columns.meaning(UserStatus::from_name)?;
            let version: i64 = columns.get()?;
            let has_password: bool = columns.get()?;
            let failures: u32 = columns.get()?;
            Ok((
                status,
                has_password && version == password_version,
                failures,
            ))
        })
        .optional()?;
    Ok(match found {
        None | Some((_, false, _)) => Some(Barred::CredentialChanged),
        Some((_, true, limits::FAILURES_BEFORE_LOCK..)) => Some(Barred::Locked),
        Some((UserStatus::Activated, true, _)) => None,
        Some((_, true, _)) => Some(Barred::Disabled),
    })
}

/// The application as it is now, if people may sign in to it.
pub(super) fn enabled_application(
    commit: &mut Commit<'_>,
    pool: PoolId,
    application: ApplicationId,
) -> Result<Option<Arc<Application>>, WriteError> {
    let application = commit.application(pool, application)?;
    Ok(application.filter(|application| application.enabled))
}

/// A session that begins now, in the next place of the pool's history.
pub(super) fn new_session(
    commit: &mut Commit<'_>,
    pool: PoolId,
    id: SessionId,
    user: UserId,
) -> Result<Session, WriteError> {
    let position = commit.position(pool)?;
    let now = commit.now();
    Ok(Session {
        id,
        user,
        begun: position,
        begun_at: now,
        authenticated: position,
        authenticated_at: now,
        last_seen: now,
        end: None,
    })
}

/// What is kept of the browser that a session is made for.
pub(super) struct OfBrowser {
    pub(super) cookie: TokenDigest,
    /// The cookie that it presented, which this one takes the place of.
    pub(super) former_cookie: Option<TokenDigest>,
    /// When to look at the session again.
    pub(super) due_at: Timestamp,
}

/// Stores a new session.
pub(super) fn insert_session(
    commit: &Commit<'_>,
    pool: PoolId,
    session: &Session,
    browser: Option<&OfBrowser>,
) -> Result<(), WriteError> {
    let former = browser.and_then(|browser| browser.former_cookie);
    let mut insert = commit.conn().prepare_cached(sql::INSERT_SESSION)?;
    insert.perform(params![
        pool.as_bytes(),
        session.id.as_bytes(),
        session.user.as_bytes(),
        session.begun.revision,
        session.begun.index,
        session.begun_at.as_millis(),
        browser.map(|browser| *browser.cookie.as_bytes()),
        browser.map(|browser| browser.due_at.as_millis()),
        former.map(|cookie| *cookie.as_bytes()),
    ])?;
    Ok(())
}

/// A login that is to begin.
pub(super) struct Beginning<'a> {
    pub(super) id: LoginId,
    /// As it was read in this commit: enabled.
    pub(super) application: &'a Application,
    pub(super) redeem_by: Option<Timestamp>,
    /// The place that its session took in this commit, if it did.
    pub(super) position: Option<Position>,
    pub(super) device: &'a LoginDevice,
}

/// Begins a login in a live session of a user who was read in this commit and is
/// activated, with its event.
pub(super) fn begin_in_session(
    commit: &mut Commit<'_>,
    pool: PoolId,
    rules: &PoolRules,
    session: &Session,
    beginning: &Beginning<'_>,
    origin: &Origin,
) -> Result<LoginState, WriteError> {
    let now = commit.now();
    let position = match beginning.position {
        Some(position) => position,
        None => commit.position(pool)?,
    };
    let login = Login {
        id: beginning.id,
        session: session.id,
        user: session.user,
        application: beginning.application.id,
        begun: position,
        begun_at: now,
        last_seen: now,
        redeem_by: beginning.redeem_by,
        end: None,
    };
    let state = LoginState::beginning(login, session, beginning.application);
    let Standing::Live { expires_at } = rules.standing(&state, now) else {
        return Err(fault("a new login is not live"));
    };
    insert_login(commit, &state, beginning.device, expires_at)?;
    let cause = Cause {
        actor: origin.actor,
        request_id: &origin.request_id,
    };
    let kind = EventKind::Began { expires_at };
    events::write(commit, pool, position, &state.login, now, kind, cause)?;
    Ok(state)
}

pub(super) fn fault(detail: &str) -> WriteError {
    WriteError::Fault(Detail(detail.to_owned()))
}

fn insert_login(
    commit: &mut Commit<'_>,
    state: &LoginState,
    device: &LoginDevice,
    due_at: Timestamp,
) -> Result<(), WriteError> {
    let (pool, login) = (state.pool, &state.login);
    commit.touches.user(login.user);
    counters::begun(commit.conn(), pool, login)?;
    let mut insert = commit.conn().prepare_cached(sql::INSERT_LOGIN)?;
    insert.perform(params![
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
        login.redeem_by.map(Timestamp::as_millis),
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
        authenticated_at: commit.now(),
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

/// An interactive authentication that is to be counted.
pub(super) struct Counted<'a> {
    pub(super) user: UserId,
    pub(super) application: ApplicationId,
    pub(super) device: &'a LoginDevice,
    pub(super) failure_key: TokenDigest,
    /// The password that was verified, hashed anew.
    pub(super) rehashed: Option<&'a NewPassword>,
}

/// Counts the sign-in and writes it to the log, forgets the failures before it, and
/// keeps a password that was hashed anew. It is the one of the version that this
/// commit has found in force (`user_barred`), and stays that version.
pub(super) fn count_sign_in(
    commit: &Commit<'_>,
    pool: PoolId,
    counted: &Counted<'_>,
    origin: &Origin,
) -> Result<(), WriteError> {
    let mut count = commit.conn().prepare_cached(sql::COUNT_SIGN_IN)?;
    count.perform(params![
        pool.as_bytes(),
        counted.user.as_bytes(),
        commit.now().as_millis(),
        counted.device.address.map(|address| address.to_string()),
        counted.application.as_bytes(),
    ])?;
    if let Some(rehashed) = counted.rehashed {
        let mut rehash = commit.conn().prepare_cached(sql::REHASH)?;
        rehash.perform(params![
            pool.as_bytes(),
            counted.user.as_bytes(),
            rehashed.hash.as_phc(),
            rehashed.security_level,
        ])?;
    }
    sign_in_failures::forget(commit.conn(), pool, counted.failure_key)?;
    let action = UserAction {
        user: counted.user,
        application: Some(counted.application),
        kind: UserActionKind::Login,
        failure: None,
        detail: BY_PASSWORD.to_owned(),
        device: counted.device.clone(),
    };
    user_actions::record(commit, pool, &action, origin)
}
