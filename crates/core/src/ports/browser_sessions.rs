//! Sessions of browsers: signing in with a page, and signing on silently.

use super::StoreResult;
use super::logins::LoginView;
use crate::ids::{ApplicationId, GrantId, LoginId, PoolId, SessionId, UserId};
use crate::model::event::Origin;
use crate::model::login::LoginDevice;
use crate::model::session::Session;
use crate::model::sign_on::{BrowserSession, Need, SignOnDemands};
use crate::model::user::NewPassword;
use crate::secret::TokenDigest;
use crate::time::Span;
use async_trait::async_trait;

/// An authorization code to be issued (RFC 6749, section 4.1.2).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewCode {
    /// What is stored of it.
    pub digest: TokenDigest,
    /// How long it may be redeemed.
    pub lifetime: Span,
    /// The redirect URI, exactly as it was asked for.
    pub redirect_uri: String,
    /// The PKCE challenge (S256), if one was sent.
    pub challenge: Option<String>,
    /// The nonce, which the ID token repeats.
    pub nonce: Option<String>,
}

/// What an application gets of a session: a login, begun or continued, with a
/// grant of its own and an authorization code.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SignOn {
    /// The application.
    pub application: ApplicationId,
    /// Id of the login, if a new one begins.
    pub login: LoginId,
    /// Id of the new grant.
    pub grant: GrantId,
    /// Granted scopes.
    pub scope: String,
    /// The code.
    pub code: NewCode,
    /// Where the person came from.
    pub device: LoginDevice,
    /// What the request demands, and what was done for it. A consent that was
    /// given for it is stored.
    pub demands: SignOnDemands,
}

/// An interactive authentication in a browser.
#[derive(Clone, Debug)]
pub struct BrowserSignIn {
    /// The user whose password was verified.
    pub user: UserId,
    /// The version of the password that was verified.
    pub password_version: i64,
    /// The verified password hashed anew, where the stored hash was made elsewhere:
    /// kept from now on. It is no other password, so nothing ends, and its version
    /// stays.
    pub rehashed: Option<NewPassword>,
    /// The cookie of this pool that the browser presented.
    pub presented: Option<TokenDigest>,
    /// The session's new cookie: the former one is worth nothing from now on.
    pub cookie: TokenDigest,
    /// Id of the session, if a new one begins.
    pub session: SessionId,
    /// The throttled pair, to be forgotten: the key of `SignInFailures`.
    pub failure_key: TokenDigest,
    /// What it is for.
    pub sign_on: SignOn,
}

/// What became of an interactive authentication.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum BrowserSignedIn {
    /// The session is live, and the code is issued.
    SignedOn(Box<LoginView>),
    /// The session is live; the person must consent before a code is issued.
    NeedsConsent(Box<Session>),
    /// The user is no longer `Activated`.
    UserDisabled,
    /// The account was locked by failures meanwhile.
    UserLocked,
    /// The user is gone, or the password was changed meanwhile.
    CredentialChanged,
    /// The application is gone or switched off.
    ApplicationUnavailable,
    /// The user has as many sessions as the pool or the application allows.
    SessionLimit,
}

/// What became of a sign-on without authentication.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SignedOn {
    /// The code is issued.
    SignedOn(Box<LoginView>),
    /// The person must do this first; nothing was changed.
    Needs(Need),
    /// The application is gone or switched off.
    ApplicationUnavailable,
    /// The user has as many logins as the application allows.
    SessionLimit,
}

/// Sessions of browsers in a pool.
#[async_trait]
pub trait BrowserSessions: Send + Sync {
    /// The session of a cookie, as this application looks at it; none if no
    /// session has this cookie. Not activity.
    async fn browser_session(
        &self,
        pool: PoolId,
        cookie: TokenDigest,
        application: ApplicationId,
    ) -> StoreResult<Option<BrowserSession>>;

    /// Commits an interactive authentication: the browser's session of this user
    /// goes on with a new cookie and both limits restarted, another user's ends
    /// (`replaced`), otherwise a new one begins; then signs on, unless consent is
    /// needed. Limits of sessions are kept in the same commit. Forgets the
    /// failures of the pair and of the user.
    async fn sign_in_browser(
        &self,
        pool: PoolId,
        sign_in: BrowserSignIn,
        origin: Origin,
    ) -> StoreResult<BrowserSignedIn>;

    /// Signs on with the session of a cookie, if nothing is needed first: decided
    /// in the commit. Activity of session and login.
    async fn sign_on(
        &self,
        pool: PoolId,
        cookie: TokenDigest,
        sign_on: SignOn,
        origin: Origin,
    ) -> StoreResult<SignedOn>;
}
