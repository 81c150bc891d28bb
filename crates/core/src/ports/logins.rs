//! Sessions and logins: who is signed in where.

use super::StoreResult;
use crate::ids::{AccessKeyId, ApplicationId, GrantId, LoginId, PoolId, SessionId, UserId};
use crate::model::access_key::CallingKey;
use crate::model::event::{Event, Origin, Reason};
use crate::model::grant::Grant;
use crate::model::identifier::{IdentifierKind, UserSelector};
use crate::model::login::{Login, LoginDevice, LoginHistoryRow};
use crate::model::session::Session;
use crate::model::standing::Standing;
use crate::model::user::{NewPassword, User};
use crate::page::{PageOf, PageRequest};
use crate::secret::TokenDigest;
use crate::time::{Span, Timestamp};
use async_trait::async_trait;
use std::net::IpAddr;

/// The answer to the product's one question, and what stood in its way. The
/// application is looked up before the user.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SessionStatus {
    /// Both exist; whether the user is signed in to the application.
    Known {
        /// The answer.
        active: bool,
    },
    /// The pool has no such application.
    ApplicationNotFound,
    /// The pool has no such user.
    UserNotFound,
    /// The text fits different users, by these kinds of identifier.
    AmbiguousUser(Vec<IdentifierKind>),
}

/// The answer, and who asked for it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SessionCheck {
    /// The access key that asked. Whether it may is for the operation to say.
    pub key: CallingKey,
    /// The answer.
    pub status: SessionStatus,
}

/// A sign-in to be committed: a new session with one login and one grant.
#[derive(Clone, Debug)]
pub struct NewLogin {
    /// The user whose password was verified.
    pub user: UserId,
    /// The version of the password that was verified.
    pub password_version: i64,
    /// The verified password hashed anew, where the stored hash was made elsewhere:
    /// kept from now on. It is no other password, so nothing ends, and its version
    /// stays.
    pub rehashed: Option<NewPassword>,
    /// The application.
    pub application: ApplicationId,
    /// The version of the application's secret with which it proved itself.
    pub secret_version: i64,
    /// Id of the new session.
    pub session: SessionId,
    /// Id of the new login.
    pub login: LoginId,
    /// Id of the new grant.
    pub grant: GrantId,
    /// Granted scopes.
    pub scope: String,
    /// `amr` of the sign-in.
    pub authentication_methods: Vec<String>,
    /// A refresh token's digest and lifetime, if one is issued.
    pub refresh_token: Option<(TokenDigest, Span)>,
    /// Where the person came from.
    pub device: LoginDevice,
    /// The throttled pair, to be forgotten: the key of `SignInFailures`.
    pub failure_key: TokenDigest,
}

/// What became of a sign-in. The commit looks again at what was read before the
/// password was hashed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Begun {
    /// The login is live.
    Begun(Box<LoginView>),
    /// The user is no longer `Activated`.
    UserDisabled,
    /// The account was locked by failures meanwhile.
    UserLocked,
    /// The user is gone, or the password was changed meanwhile.
    CredentialChanged,
    /// The application is gone, switched off, may no longer sign people in by the
    /// API, or has another secret.
    ApplicationUnavailable,
    /// The user has as many sessions as the pool or the application allows.
    SessionLimit,
}

/// A login with what its tokens say, as of `now`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LoginView {
    /// The login.
    pub login: Login,
    /// Its session.
    pub session: Session,
    /// How it stands; `Ended` also when user or application are disabled or gone.
    pub standing: Standing,
    /// The grant that was asked for, if any was and it belongs to the login.
    pub grant: Option<Grant>,
    /// When a refresh token presented or issued with it expires.
    pub refresh_token_expires_at: Option<Timestamp>,
    /// The instant of the answer.
    pub now: Timestamp,
}

/// What names a session to be ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SessionKey {
    /// The cookie of its browser.
    Cookie(TokenDigest),
    /// One of its logins.
    Login(LoginId),
    /// The cookie that its browser presented when it last authenticated, if that was
    /// then or later: a sign-out that began then meant whatever has taken the place
    /// of the session of that cookie since, though the browser did not know it yet.
    FormerCookie {
        /// As the browser presented it.
        cookie: TokenDigest,
        /// When the sign-out began.
        since: Timestamp,
    },
}

/// What became of the end of a session.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SessionEnd {
    /// It has ended now, and with it these logins: those that were live.
    Ended(Vec<LoginId>),
    /// It had ended before; without a cookie also with the last of its logins.
    AlreadyEnded,
    /// The pool has no such session.
    NotFound,
}

/// What became of activity.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Activity {
    /// The login is live; `last_seen` moved if that was worth a write.
    Live(Box<LoginView>),
    /// It has ended, or there is no such login.
    Ended,
}

/// What became of a kick.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Kicked {
    /// The logins have ended and the marks are set.
    Kicked,
    /// One of the applications is unknown; nobody was kicked.
    ApplicationNotFound,
    /// The pool has no such user.
    UserNotFound,
    /// The text fits different users.
    AmbiguousUser(Vec<IdentifierKind>),
}

/// Whose sessions are ended all at once.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum EndScope {
    /// All sessions of a user, with their logins.
    User(UserSelector),
    /// All logins in an application; their sessions live on.
    Application(ApplicationId),
    /// All sessions of the pool, with their logins.
    Pool,
}

/// What became of the end of all sessions of a scope.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum EndedAll {
    /// They have ended, however many there were.
    Ended,
    /// The pool has no such application.
    ApplicationNotFound,
    /// The pool has no such user.
    UserNotFound,
    /// The text fits different users.
    AmbiguousUser(Vec<IdentifierKind>),
}

/// An application in which a user is signed in now.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LoggedInApplication {
    /// Its id.
    pub id: ApplicationId,
    /// Its name.
    pub name: String,
    /// Its logo.
    pub logo: String,
    /// Where people sign in to it.
    pub login_url: String,
}

/// Which rows of the login history.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct HistoryFilter {
    /// Only this application.
    pub application: Option<ApplicationId>,
    /// Only from this address.
    pub address: Option<IpAddr>,
    /// Only at or after this instant.
    pub from: Option<Timestamp>,
    /// Only before or at this instant.
    pub until: Option<Timestamp>,
}

/// Sessions and logins of a pool.
#[async_trait]
pub trait Logins: Send + Sync {
    /// Whether the user is signed in to the application, and how the access key that
    /// asks is: all from one snapshot that is no older than the call, and by one
    /// question, since nothing is asked as often. The pool is that of the key. None:
    /// there is no such key. Not activity.
    async fn session_status(
        &self,
        key: AccessKeyId,
        application: ApplicationId,
        user: &UserSelector,
    ) -> StoreResult<Option<SessionCheck>>;

    /// Commits a sign-in: session, login, grant, refresh token, `began` event,
    /// statistics; forgets the failures of the pair and of the user, and keeps a
    /// rehashed password.
    async fn begin_login(&self, pool: PoolId, new: NewLogin, origin: Origin) -> StoreResult<Begun>;

    /// The session of this key, if it is live.
    async fn live_session(&self, pool: PoolId, session: SessionKey)
    -> StoreResult<Option<Session>>;

    /// Ends a session and all its logins. What had ended before keeps its instant
    /// and reason.
    async fn end_session(
        &self,
        pool: PoolId,
        session: SessionKey,
        reason: Reason,
        origin: Origin,
    ) -> StoreResult<SessionEnd>;

    /// A login and, if asked for, its grant. None: the pool has no such login.
    async fn login(
        &self,
        pool: PoolId,
        login: LoginId,
        grant: Option<GrantId>,
    ) -> StoreResult<Option<LoginView>>;

    /// Activity of a login: moves `last_seen` of it and its session when that
    /// moves it by the policy's granularity, with an `extended` event. Never
    /// revives.
    async fn record_activity(
        &self,
        pool: PoolId,
        login: LoginId,
        grant: Option<GrantId>,
        origin: Origin,
    ) -> StoreResult<Activity>;

    /// Ends the user's logins in these applications on every device, sets the
    /// kick's mark for each (user, application), writes an audit row.
    async fn kick_user(
        &self,
        pool: PoolId,
        user: UserSelector,
        applications: Vec<ApplicationId>,
        origin: Origin,
    ) -> StoreResult<Kicked>;

    /// Ends all sessions of a scope by one mass end (`session_revoked`), with an
    /// audit row. What begins after the commit is not touched, and no kick's mark is
    /// set: single sign-on goes on where the session does.
    async fn end_all_sessions(
        &self,
        pool: PoolId,
        scope: EndScope,
        origin: Origin,
    ) -> StoreResult<EndedAll>;

    /// Users signed in to the application now, each once, in order of their
    /// ids, and how many there are. None: no such application.
    async fn active_users(
        &self,
        pool: PoolId,
        application: ApplicationId,
        page: PageRequest,
    ) -> StoreResult<Option<PageOf<User>>>;

    /// Logins that the user began, the newest first.
    async fn login_history(
        &self,
        pool: PoolId,
        user: UserId,
        filter: HistoryFilter,
        page: PageRequest,
    ) -> StoreResult<PageOf<LoginHistoryRow>>;

    /// Applications in which the user is signed in now, each once, by name.
    async fn logged_in_applications(
        &self,
        pool: PoolId,
        user: UserId,
    ) -> StoreResult<Vec<LoggedInApplication>>;

    /// The pool's events after a position, in order, at most `limit`.
    async fn events_after(
        &self,
        pool: PoolId,
        after: crate::model::event::Position,
        limit: u32,
    ) -> StoreResult<Vec<Event>>;
}
