//! Sessions of browsers.

mod ends;
mod limits;
mod signing_in;
mod signing_on;

pub(crate) use ends::*;
pub(crate) use limits::*;
pub(crate) use signing_in::*;
pub(crate) use signing_on::*;

use super::{Harness, World};
use rollcall_core::ids::{ApplicationId, GrantId, LoginId, PoolId, SessionId, UserId};
use rollcall_core::limits::DEFAULT_AUTHORIZATION_CODE_LIFETIME;
use rollcall_core::model::application::{ApplicationChange, OauthChange};
use rollcall_core::model::event::{EventKind, Reason};
use rollcall_core::model::login::LoginDevice;
use rollcall_core::model::sign_on::{BrowserSession, SignOnDemands};
use rollcall_core::ports::browser_sessions::{
    BrowserSignIn, BrowserSignedIn, NewCode, SignOn, SignedOn,
};
use rollcall_core::ports::logins::LoginView;
use rollcall_core::secret::TokenDigest;
use rollcall_core::time::{Span, Timestamp};

pub(crate) const CODE_LIFETIME: Span = DEFAULT_AUTHORIZATION_CODE_LIFETIME;
pub(crate) const REDIRECT_URI: &str = "https://example.com/callback";
pub(crate) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// A person who signed in to an application with a browser.
#[derive(Clone, Debug)]
pub(crate) struct InBrowser {
    /// The browser's cookie.
    pub(crate) cookie: TokenDigest,
    /// The code that was issued.
    pub(crate) code: TokenDigest,
    pub(crate) view: LoginView,
}

impl InBrowser {
    pub(crate) fn user(&self) -> UserId {
        self.view.login.user
    }

    pub(crate) fn application(&self) -> ApplicationId {
        self.view.login.application
    }

    pub(crate) fn login(&self) -> LoginId {
        self.view.login.id
    }

    pub(crate) fn session(&self) -> SessionId {
        self.view.session.id
    }
}

impl<H: Harness> World<H> {
    /// A sign-on that demands nothing, with new ids and a new code.
    pub(crate) fn new_sign_on(&self, application: ApplicationId) -> SignOn {
        let (now, entropy) = (self.now(), self.harness.entropy());
        let scope = "openid offline_access";
        SignOn {
            application,
            login: LoginId::generate(now, entropy),
            grant: GrantId::generate(now, entropy),
            scope: scope.to_owned(),
            code: NewCode {
                digest: self.digest(),
                lifetime: CODE_LIFETIME,
                redirect_uri: REDIRECT_URI.to_owned(),
                challenge: Some(CHALLENGE.to_owned()),
                nonce: Some("a nonce".to_owned()),
            },
            device: LoginDevice {
                address: Some([203, 0, 113, 8].into()),
                user_agent: Some("A browser".to_owned()),
            },
            demands: SignOnDemands {
                scope: scope.to_owned(),
                ..SignOnDemands::default()
            },
        }
    }

    /// The first version of the password, in a browser that presents this cookie.
    pub(crate) fn new_browser_sign_in(
        &self,
        user: UserId,
        application: ApplicationId,
        presented: Option<TokenDigest>,
    ) -> BrowserSignIn {
        BrowserSignIn {
            user,
            password_version: 1,
            rehashed: None,
            presented,
            cookie: self.digest(),
            session: SessionId::generate(self.now(), self.harness.entropy()),
            failure_key: self.digest(),
            sign_on: self.new_sign_on(application),
        }
    }

    pub(crate) async fn sign_in_browser(
        &self,
        pool: PoolId,
        sign_in: BrowserSignIn,
    ) -> BrowserSignedIn {
        let store = self.store();
        let signed_in = store.sign_in_browser(pool, sign_in, self.origin()).await;
        signed_in.unwrap()
    }

    /// Signs in with a page; panics unless a code is issued.
    pub(crate) async fn enter_as(&self, pool: PoolId, sign_in: BrowserSignIn) -> InBrowser {
        let (cookie, code) = (sign_in.cookie, sign_in.sign_on.code.digest);
        match self.sign_in_browser(pool, sign_in).await {
            BrowserSignedIn::SignedOn(view) => InBrowser {
                cookie,
                code,
                view: *view,
            },
            other => panic!("{other:?}"),
        }
    }

    /// Signs in with a new browser.
    pub(crate) async fn enter(&self, user: UserId, application: ApplicationId) -> InBrowser {
        let sign_in = self.new_browser_sign_in(user, application, None);
        self.enter_as(self.pool, sign_in).await
    }

    /// Signs in with a browser that has a session.
    pub(crate) async fn enter_again(
        &self,
        browser: &InBrowser,
        user: UserId,
        application: ApplicationId,
    ) -> InBrowser {
        let sign_in = self.new_browser_sign_in(user, application, Some(browser.cookie));
        self.enter_as(self.pool, sign_in).await
    }

    /// A new user who signed in to a new application with a new browser.
    pub(crate) async fn someone_in_browser(&self) -> InBrowser {
        let user = self.new_user(self.pool).await;
        let application = self.new_application(self.pool).await;
        self.enter(user, application).await
    }

    pub(crate) async fn sign_on(
        &self,
        pool: PoolId,
        cookie: TokenDigest,
        sign_on: SignOn,
    ) -> SignedOn {
        let store = self.store();
        let signed_on = store.sign_on(pool, cookie, sign_on, self.origin()).await;
        signed_on.unwrap()
    }

    /// Signs on silently; panics unless a code is issued.
    pub(crate) async fn go_on_to(
        &self,
        browser: &InBrowser,
        application: ApplicationId,
    ) -> InBrowser {
        let sign_on = self.new_sign_on(application);
        let code = sign_on.code.digest;
        match self.sign_on(self.pool, browser.cookie, sign_on).await {
            SignedOn::SignedOn(view) => InBrowser {
                cookie: browser.cookie,
                code,
                view: *view,
            },
            other => panic!("{other:?}"),
        }
    }

    /// The session of a cookie, as an application looks at it.
    pub(crate) async fn look(
        &self,
        cookie: TokenDigest,
        application: ApplicationId,
    ) -> Option<BrowserSession> {
        let store = self.store();
        let session = store.browser_session(self.pool, cookie, application).await;
        session.unwrap()
    }

    pub(crate) async fn is_live(&self, login: LoginId) -> bool {
        let view = self.view(self.pool, login).await.unwrap();
        view.standing.is_live()
    }

    /// Whether a browser's session is live.
    pub(crate) async fn is_in(&self, browser: &InBrowser) -> bool {
        let session = self.look(browser.cookie, browser.application()).await;
        session.is_some_and(|session| session.standing.is_live())
    }

    /// How the login's end is told by events: once, or not at all.
    pub(crate) async fn told_end(&self, login: LoginId) -> Option<(Reason, Timestamp)> {
        let events = self.events(self.pool).await;
        let mut ends = events.iter().filter_map(|event| match event.kind {
            EventKind::Ended(reason) if event.login == login => Some((reason, event.at)),
            _ => None,
        });
        let end = ends.next();
        assert_eq!(ends.next(), None, "a login ends once");
        end
    }

    /// Makes an application ask for consent.
    pub(crate) async fn set_third_party(&self, application: ApplicationId) {
        let change = ApplicationChange {
            oauth: OauthChange {
                skip_consent: Some(false),
                ..OauthChange::default()
            },
            ..ApplicationChange::default()
        };
        self.change_application(self.pool, application, change)
            .await;
    }

    pub(crate) async fn set_sso(&self, application: ApplicationId, enabled: bool) {
        let change = ApplicationChange {
            sso_enabled: Some(enabled),
            ..ApplicationChange::default()
        };
        self.change_application(self.pool, application, change)
            .await;
    }
}
