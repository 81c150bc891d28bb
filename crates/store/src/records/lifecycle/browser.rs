//! How a browser signs in, and signs on to one application after the other.

use super::begin::{self, Barred, Beginning, Counted, OfBrowser, fault};
use super::extend;
use super::room::{self, Newcomer, Room};
use super::session_end::{self, of_cookie};
use super::state::{LoginState, PoolRules};
use crate::records::statements as sql;
use crate::records::{Commit, WriteError, codes, consents, grants, user_actions, users};
use crate::sql::{Connection, OptionalExtension as _, params};
use rollcall_core::ids::{ApplicationId, PoolId, UserId};
use rollcall_core::model::application::Application;
use rollcall_core::model::event::{Actor, End, Origin, Position, Reason};
use rollcall_core::model::grant::{Grant, PASSWORD_METHOD};
use rollcall_core::model::session::Session;
use rollcall_core::model::sign_on::{self, BrowserSession, Need, SignOnSettings};
use rollcall_core::model::standing::Standing;
use rollcall_core::model::user::UserStatus;
use rollcall_core::model::user_action::{BY_SINGLE_SIGN_ON, UserAction, UserActionKind};
use rollcall_core::ports::browser_sessions::{BrowserSignIn, BrowserSignedIn, SignOn, SignedOn};
use rollcall_core::ports::logins::LoginView;
use rollcall_core::secret::TokenDigest;
use rollcall_core::time::Timestamp;

/// The session of a cookie, as an application looks at it.
pub(crate) fn browser_session(
    conn: &Connection,
    pool: PoolId,
    cookie: TokenDigest,
    application: ApplicationId,
    now: Timestamp,
) -> crate::sql::Result<Option<BrowserSession>> {
    let Some(session) = of_cookie(conn, pool, cookie.as_bytes())? else {
        return Ok(None);
    };
    let rules = PoolRules::of(conn, pool)?;
    let (browser, _) = seen_by(conn, pool, &rules, session, application, now)?;
    Ok(Some(browser))
}

/// The session as the application looks at it, and its live login there.
fn seen_by(
    conn: &Connection,
    pool: PoolId,
    rules: &PoolRules,
    session: Session,
    application: ApplicationId,
    now: Timestamp,
) -> crate::sql::Result<(BrowserSession, Option<LoginState>)> {
    let mut standing = rules.session_standing(&session, now);
    let is_activated = users::status_of(conn, pool, session.user)? == Some(UserStatus::Activated);
    if standing.is_live() && !is_activated {
        // The mass end that goes with it was written in the same commit.
        standing = Standing::Ended(End {
            at: now,
            reason: Reason::UserDisabled,
            actor: Actor::System,
        });
    }
    let login = room::live_login_of_session(conn, pool, rules, &session, application, now)?;
    let browser = BrowserSession {
        is_logged_in: login.is_some(),
        kicked: kick_mark(conn, pool, session.user, application)?,
        consented_scope: consents::scope(conn, pool, session.user, application)?,
        session,
        standing,
        now,
    };
    Ok((browser, login))
}

fn kick_mark(
    conn: &Connection,
    pool: PoolId,
    user: UserId,
    application: ApplicationId,
) -> crate::sql::Result<Option<Position>> {
    conn.prepare_cached(sql::KICK_MARK)?
        .query_row(
            (pool.as_bytes(), user.as_bytes(), application.as_bytes()),
            |row| {
                Ok(Position {
                    revision: row.get(0)?,
                    index: row.get(1)?,
                })
            },
        )
        .optional()
}

fn settings(application: &Application) -> SignOnSettings {
    SignOnSettings {
        single_sign_on: application.sso_enabled_at.is_some(),
        skip_consent: application.oauth.skip_consent,
    }
}

/// An interactive authentication, if what was read before the password was hashed
/// still holds in this commit.
pub(crate) fn sign_in_browser(
    commit: &mut Commit<'_>,
    pool: PoolId,
    sign_in: &BrowserSignIn,
    origin: &Origin,
) -> Result<BrowserSignedIn, WriteError> {
    if let Some(barred) = begin::user_barred(commit, pool, sign_in.user, sign_in.password_version)?
    {
        return Ok(match barred {
            Barred::CredentialChanged => BrowserSignedIn::CredentialChanged,
            Barred::Locked => BrowserSignedIn::UserLocked,
            Barred::Disabled => BrowserSignedIn::UserDisabled,
        });
    }
    let wanted = &sign_in.sign_on;
    let Some(application) = begin::enabled_application(commit, pool, wanted.application)? else {
        return Ok(BrowserSignedIn::ApplicationUnavailable);
    };
    let rules = commit.rules(pool)?;
    let present = present_session(commit, pool, &rules, sign_in.presented)?;
    let (own, other) = match present {
        Some(session) if session.user == sign_in.user => (Some(session), None),
        other => (None, other),
    };
    let consented = consents::scope(commit.conn(), pool, sign_in.user, application.id)?;
    let consent_first = sign_on::needs_consent(
        &wanted.demands,
        settings(&application),
        consented.as_deref(),
    );
    let newcomer = Newcomer {
        user: sign_in.user,
        session: own.as_ref().map(|session| session.id),
        login: (!consent_first).then_some((application.id, application.session_limit)),
    };
    let Some(room) = Room::find(commit, pool, &rules, newcomer)? else {
        return Ok(BrowserSignedIn::SessionLimit);
    };
    if let Some(other) = &other {
        session_end::end_now(commit, pool, &rules, other, Reason::Replaced, origin)?;
    }
    room.make(commit, pool, &rules, origin)?;
    let is_new = own.is_none();
    let session = authenticate(commit, pool, &rules, own, sign_in)?;
    begin::count_sign_in(commit, pool, &counted(sign_in), origin)?;
    if consent_first {
        return Ok(BrowserSignedIn::NeedsConsent(Box::new(session)));
    }
    let (conn, now) = (commit.conn(), commit.now());
    let live = if is_new {
        None
    } else {
        room::live_login_of_session(conn, pool, &rules, &session, application.id, now)?
    };
    let issuing = Issuing {
        rules: &rules,
        application: &application,
        wanted,
        live,
        way: Way::SignIn,
    };
    let view = issue(commit, session, issuing, origin)?;
    if room.is_empty() && other.is_none() {
        commit.left_rules_alone();
    }
    Ok(BrowserSignedIn::SignedOn(Box::new(view)))
}

fn counted(sign_in: &BrowserSignIn) -> Counted<'_> {
    Counted {
        user: sign_in.user,
        application: sign_in.sign_on.application,
        device: &sign_in.sign_on.device,
        failure_key: sign_in.failure_key,
        rehashed: sign_in.rehashed.as_ref(),
    }
}

/// The live session of the presented cookie.
fn present_session(
    commit: &Commit<'_>,
    pool: PoolId,
    rules: &PoolRules,
    presented: Option<TokenDigest>,
) -> Result<Option<Session>, WriteError> {
    let Some(cookie) = presented else {
        return Ok(None);
    };
    let session = of_cookie(commit.conn(), pool, cookie.as_bytes())?;
    Ok(session.filter(|session| rules.session_standing(session, commit.now()).is_live()))
}

/// The session with its new cookie, both limits counted from now.
fn authenticate(
    commit: &mut Commit<'_>,
    pool: PoolId,
    rules: &PoolRules,
    own: Option<Session>,
    sign_in: &BrowserSignIn,
) -> Result<Session, WriteError> {
    let fresh = begin::new_session(commit, pool, sign_in.session, sign_in.user)?;
    let Some(own) = own else {
        let due_at = due(rules, &fresh, commit.now())?;
        let browser = OfBrowser {
            cookie: sign_in.cookie,
            former_cookie: sign_in.presented,
            due_at,
        };
        begin::insert_session(commit, pool, &fresh, Some(&browser))?;
        return Ok(fresh);
    };
    let renewed = Session {
        id: own.id,
        begun: own.begun,
        ..fresh
    };
    let due_at = due(rules, &renewed, commit.now())?;
    commit
        .conn()
        .prepare_cached(sql::RENEW_SESSION)?
        .perform(params![
            pool.as_bytes(),
            renewed.id.as_bytes(),
            sign_in.cookie.as_bytes(),
            renewed.begun_at.as_millis(),
            renewed.authenticated.revision,
            renewed.authenticated.index,
            due_at.as_millis(),
            sign_in.presented.map(|cookie| *cookie.as_bytes()),
        ])?;
    Ok(renewed)
}

fn due(rules: &PoolRules, session: &Session, now: Timestamp) -> Result<Timestamp, WriteError> {
    match rules.session_standing(session, now) {
        Standing::Live { expires_at } => Ok(expires_at),
        Standing::Ended(_) => Err(fault("an authenticated session is not live")),
    }
}

/// Signs on with the session of a cookie, if nothing is needed first.
pub(crate) fn sign_on(
    commit: &mut Commit<'_>,
    pool: PoolId,
    cookie: TokenDigest,
    wanted: &SignOn,
    origin: &Origin,
) -> Result<SignedOn, WriteError> {
    let Some(application) = begin::enabled_application(commit, pool, wanted.application)? else {
        return Ok(SignedOn::ApplicationUnavailable);
    };
    let Some(session) = of_cookie(commit.conn(), pool, cookie.as_bytes())? else {
        return Ok(SignedOn::Needs(Need::SignIn));
    };
    let rules = commit.rules(pool)?;
    let (conn, now) = (commit.conn(), commit.now());
    let (browser, live) = seen_by(conn, pool, &rules, session, application.id, now)?;
    if let Some(need) = sign_on::need(&wanted.demands, settings(&application), &browser) {
        return Ok(SignedOn::Needs(need));
    }
    let way = if sign_on::has_authenticated(&wanted.demands, &browser) {
        Way::SignInBefore
    } else {
        Way::Silence
    };
    let mut session = browser.session;
    let newcomer = Newcomer {
        user: session.user,
        session: Some(session.id),
        login: Some((application.id, application.session_limit)),
    };
    let Some(room) = Room::find(commit, pool, &rules, newcomer)? else {
        return Ok(SignedOn::SessionLimit);
    };
    // Of this session nothing gives way: what was found live still is.
    room.make(commit, pool, &rules, origin)?;
    touch(commit, pool, &rules, &mut session)?;
    let issuing = Issuing {
        rules: &rules,
        application: &application,
        wanted,
        live,
        way,
    };
    let view = issue(commit, session, issuing, origin)?;
    if room.is_empty() {
        commit.left_rules_alone();
    }
    Ok(SignedOn::SignedOn(Box::new(view)))
}

/// What leads to a login.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// An authentication in this commit.
    SignIn,
    /// One that was made for this very request before, and then came the page of
    /// consent.
    SignInBefore,
    /// Single sign-on.
    Silence,
}

/// What a code is issued for.
struct Issuing<'a> {
    rules: &'a PoolRules,
    /// As it was read in this commit: enabled.
    application: &'a Application,
    wanted: &'a SignOn,
    /// The session's live login in it.
    live: Option<LoginState>,
    way: Way,
}

/// The login, begun or continued, with a new grant and its code. The session's
/// activity is written already.
fn issue(
    commit: &mut Commit<'_>,
    session: Session,
    issuing: Issuing<'_>,
    origin: &Origin,
) -> Result<LoginView, WriteError> {
    let Issuing {
        rules,
        application,
        wanted,
        live,
        way,
    } = issuing;
    let (pool, now) = (application.pool, commit.now());
    let expires_at = now + wanted.code.lifetime;
    let state = if let Some(mut state) = live {
        // It may have been read before the session's activity was written.
        state.session = session.clone();
        go_on(commit, rules, state, expires_at, way, origin)?
    } else {
        let beginning = Beginning {
            id: wanted.login,
            application,
            redeem_by: Some(expires_at),
            position: (way == Way::SignIn).then_some(session.authenticated),
            device: &wanted.device,
        };
        if way == Way::Silence {
            record_silent(commit, pool, session.user, wanted, origin)?;
        }
        begin::begin_in_session(commit, pool, rules, &session, &beginning, origin)?
    };
    let grant = Grant {
        id: wanted.grant,
        login: state.login.id,
        application: wanted.application,
        scope: wanted.scope.clone(),
        authentication_methods: vec![PASSWORD_METHOD.to_owned()],
        authenticated_at: session.authenticated_at,
        newest_token: 1,
        created_at: now,
    };
    grants::insert_grant(commit, pool, &grant)?;
    codes::insert(commit, pool, &grant, &wanted.code)?;
    if wanted.demands.done.consented {
        consents::add(
            commit,
            pool,
            session.user,
            wanted.application,
            &wanted.scope,
        )?;
    }
    Ok(LoginView {
        standing: rules.standing(&state, now),
        login: state.login,
        session,
        grant: Some(grant),
        refresh_token_expires_at: None,
        now,
    })
}

/// Writes a login that nobody was asked for. One that somebody was is written where
/// they are counted, whatever comes of it.
fn record_silent(
    commit: &Commit<'_>,
    pool: PoolId,
    user: UserId,
    wanted: &SignOn,
    origin: &Origin,
) -> Result<(), WriteError> {
    let action = UserAction {
        user,
        application: Some(wanted.application),
        kind: UserActionKind::Login,
        failure: None,
        detail: BY_SINGLE_SIGN_ON.to_owned(),
        device: wanted.device.clone(),
    };
    user_actions::record(commit, pool, &action, origin)
}

/// Writes the session's activity and when to look at it again, if it is worth a
/// write.
fn touch(
    commit: &Commit<'_>,
    pool: PoolId,
    rules: &PoolRules,
    session: &mut Session,
) -> Result<(), WriteError> {
    let now = commit.now();
    if now.since(session.last_seen) < rules.session_granularity() {
        return Ok(());
    }
    session.last_seen = now;
    let due_at = due(rules, session, now)?;
    commit
        .conn()
        .prepare_cached(sql::TOUCH_SESSION)?
        .perform(params![
            pool.as_bytes(),
            session.id.as_bytes(),
            now.as_millis(),
            due_at.as_millis(),
        ])?;
    Ok(())
}

/// A live login goes on with a new grant. An authentication that was made for it
/// restarts its limits, as it did the session's: from its own instant on, so that
/// showing its evidence again adds nothing. Silence is activity, and written like it.
fn go_on(
    commit: &mut Commit<'_>,
    rules: &PoolRules,
    mut state: LoginState,
    code_expires_at: Timestamp,
    way: Way,
    origin: &Origin,
) -> Result<LoginState, WriteError> {
    let (pool, now) = (state.pool, commit.now());
    let waits = state.login.redeem_by.is_some();
    if way == Way::Silence && !waits && !extend::is_worth_writing(&state, rules, now) {
        return Ok(state);
    }
    let login = &mut state.login;
    login.last_seen = now;
    if way != Way::Silence {
        login.begun_at = login.begun_at.max(state.session.authenticated_at);
    }
    login.redeem_by = login.redeem_by.map(|by| by.max(code_expires_at));
    let Standing::Live { expires_at } = rules.standing(&state, now) else {
        return Err(fault("a login that goes on is not live"));
    };
    let login = &state.login;
    commit
        .conn()
        .prepare_cached(sql::CONTINUE_LOGIN)?
        .perform(params![
            pool.as_bytes(),
            login.id.as_bytes(),
            login.begun_at.as_millis(),
            login.last_seen.as_millis(),
            login.redeem_by.map(Timestamp::as_millis),
            expires_at.as_millis(),
        ])?;
    extend::tell(commit, &state, expires_at, origin)?;
    Ok(state)
}
