//! Signing on to an application with a browser: by password, or silently with the
//! browser's session.

use super::Authority;
use super::sign_in::{Account, Authenticated, scope_for, sign_in_attempt};
use crate::ids::{GrantId, LoginId, PoolId, SessionId, UserId};
use crate::model::application::Application;
use crate::model::event::{Actor, Origin};
use crate::model::identifier::UserSelector;
use crate::model::login::LoginDevice;
use crate::model::session::Session;
use crate::model::sign_on::{self, BrowserSession, Need, SignOnDemands, SignOnSettings};
use crate::model::user::User;
use crate::ports::browser_sessions::{BrowserSignIn, BrowserSignedIn, NewCode, SignOn, SignedOn};
use crate::ports::logins::LoginView;
use crate::ports::users::Found;
use crate::refusal::Refusal;
use crate::secret::{AuthorizationCode, SessionCookie, TokenDigest};

/// A valid authorization request, as far as signing on is concerned.
#[derive(Clone, Debug)]
pub struct SignOnRequest {
    /// The application that asks.
    pub application: Application,
    /// The redirect URI, exactly as it was asked for.
    pub redirect_uri: String,
    /// The PKCE challenge (S256), if one was sent.
    pub challenge: Option<String>,
    /// The nonce.
    pub nonce: Option<String>,
    /// What it demands, and what was done for it.
    pub demands: SignOnDemands,
    /// Where the person comes from.
    pub device: LoginDevice,
}

/// A code that was committed, with the login that it belongs to.
#[derive(Clone, Debug)]
pub struct Issued {
    /// The code.
    pub code: AuthorizationCode,
    /// The login with its grant.
    pub view: LoginView,
}

/// What became of a silent sign-on.
#[derive(Clone, Debug)]
pub enum SignOnOutcome {
    /// The code is issued.
    Issued(Box<Issued>),
    /// The person must do this first. The session, if there is one, tells who.
    Needs(Need),
}

/// What became of a sign-in.
#[derive(Clone, Debug)]
pub enum SignInOutcome {
    /// The browser has a new cookie, and the code is issued.
    Issued(SessionCookie, Box<Issued>),
    /// The browser has a new cookie; the person must consent first.
    NeedsConsent(SessionCookie, Box<Session>),
    /// Somebody else signed in than the `id_token_hint` names; nothing was changed.
    AnotherPerson,
}

/// The scope that a request is granted; empty if nothing of it is supported.
pub fn granted_to(application: &Application, asked: &str) -> String {
    scope_for(application, asked)
}

/// The browser's session and its user, whatever its state; none if no session has
/// this cookie.
pub async fn browser_session(
    authority: &Authority,
    application: &Application,
    cookie: TokenDigest,
) -> Result<Option<(BrowserSession, User)>, Refusal> {
    let pool = application.pool;
    let found = authority
        .store
        .browser_session(pool, cookie, application.id)
        .await?;
    let Some(browser) = found else {
        return Ok(None);
    };
    let user = authority.user_of(pool, browser.session.user).await?;
    Ok(user.map(|user| (browser, user)))
}

/// Signs on with the browser's session, if nothing is needed first. The commit
/// decides; what is seen before it saves a commit that would change nothing.
pub async fn sign_on(
    authority: &Authority,
    request: SignOnRequest,
    cookie: Option<TokenDigest>,
    origin: Origin,
) -> Result<SignOnOutcome, Refusal> {
    let Some(cookie) = cookie else {
        return Ok(SignOnOutcome::Needs(Need::SignIn));
    };
    let application = &request.application;
    let pool = application.pool;
    let found = authority
        .store
        .browser_session(pool, cookie, application.id)
        .await?;
    let Some(browser) = found else {
        return Ok(SignOnOutcome::Needs(Need::SignIn));
    };
    let settings = SignOnSettings {
        single_sign_on: application.sso_enabled_at.is_some(),
        skip_consent: application.oauth.skip_consent,
    };
    if let Some(need) = sign_on::need(&request.demands, settings, &browser) {
        return Ok(SignOnOutcome::Needs(need));
    }
    let origin = Origin {
        actor: Actor::Person(browser.session.user),
        ..origin
    };
    let (code, wanted) = authority.wanted(request);
    match authority
        .store
        .sign_on(pool, cookie, wanted, origin)
        .await?
    {
        SignedOn::SignedOn(view) => {
            let view = *view;
            Ok(SignOnOutcome::Issued(Box::new(Issued { code, view })))
        }
        SignedOn::Needs(need) => Ok(SignOnOutcome::Needs(need)),
        SignedOn::ApplicationUnavailable => Err(Refusal::SignInNotAllowed),
        SignedOn::SessionLimit => Err(Refusal::SessionLimit),
    }
}

/// Signs a person in by password: the browser's session gets a new cookie, and
/// the application its code unless consent comes first.
pub async fn sign_in_browser(
    authority: &Authority,
    mut request: SignOnRequest,
    identifier: String,
    password: String,
    presented: Option<TokenDigest>,
    origin: Origin,
) -> Result<SignInOutcome, Refusal> {
    let account = Account::Any(identifier);
    let device = request.device.clone();
    let attempt = sign_in_attempt(&request.application, &device, &origin);
    let Authenticated {
        user,
        failure_key,
        rehashed,
    } = authority
        .authenticate(&attempt, &request.application, &account, &password)
        .await?;
    // OIDC Core, section 3.1.2.1: the hint's person or an error.
    if request
        .demands
        .subject
        .take()
        .is_some_and(|subject| subject != user.id)
    {
        return Ok(SignInOutcome::AnotherPerson);
    }
    let pool = request.application.pool;
    let cookie = SessionCookie::generate(authority.entropy.as_ref());
    let (code, wanted) = authority.wanted(request);
    let sign_in = BrowserSignIn {
        user: user.id,
        password_version: user.password.version,
        rehashed,
        presented,
        cookie: cookie.digest(),
        session: SessionId::generate(authority.now(), authority.entropy.as_ref()),
        failure_key,
        sign_on: wanted,
    };
    let by_person = Origin {
        actor: Actor::Person(user.id),
        ..origin.clone()
    };
    let refusal = match authority
        .store
        .sign_in_browser(pool, sign_in, by_person)
        .await?
    {
        BrowserSignedIn::SignedOn(view) => {
            let view = *view;
            let issued = Box::new(Issued { code, view });
            return Ok(SignInOutcome::Issued(cookie, issued));
        }
        BrowserSignedIn::NeedsConsent(session) => {
            return Ok(SignInOutcome::NeedsConsent(cookie, session));
        }
        BrowserSignedIn::UserDisabled | BrowserSignedIn::UserLocked => Refusal::UserLocked,
        BrowserSignedIn::CredentialChanged => Refusal::WrongCredentials,
        BrowserSignedIn::ApplicationUnavailable => Refusal::SignInNotAllowed,
        BrowserSignedIn::SessionLimit => Refusal::SessionLimit,
    };
    authority.refused(&attempt, user.id, refusal).await
}

impl Authority {
    pub(super) async fn user_of(
        &self,
        pool: PoolId,
        user: UserId,
    ) -> Result<Option<User>, Refusal> {
        match self.store.find_user(pool, UserSelector::id(user)).await? {
            Found::One(user) => Ok(Some(user)),
            Found::Nobody | Found::Ambiguous(_) => Ok(None),
        }
    }

    /// A code, and what the store is to make of the request with it.
    fn wanted(&self, request: SignOnRequest) -> (AuthorizationCode, SignOn) {
        let (now, entropy) = (self.now(), self.entropy.as_ref());
        let code = AuthorizationCode::generate(entropy);
        let sign_on = SignOn {
            application: request.application.id,
            login: LoginId::generate(now, entropy),
            grant: GrantId::generate(now, entropy),
            scope: request.demands.scope.clone(),
            code: NewCode {
                digest: code.digest(),
                lifetime: request.application.oauth.lifetimes.authorization_code,
                redirect_uri: request.redirect_uri,
                challenge: request.challenge,
                nonce: request.nonce,
            },
            device: request.device,
            demands: request.demands,
        };
        (code, sign_on)
    }
}
