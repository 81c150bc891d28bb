//! The steps of browsers.

use super::any_step::Step;
use super::model::{CODE_LIFETIME, Limit, Millis, SignIn, Status, TOKEN_LIFETIME};
use super::model_browser::{Asked, Redeemed};
use super::{IssuedCode, Run};
use crate::contract::browser::{CHALLENGE, REDIRECT_URI};
use crate::contract::{Harness, SignedIn};
use rollcall_core::ids::ApplicationId;
use rollcall_core::model::application::ApplicationChange;
use rollcall_core::model::event::Reason;
use rollcall_core::model::policy::{ConcurrencyChange, LimitAction};
use rollcall_core::model::sign_on::Need;
use rollcall_core::ports::browser_sessions::{BrowserSignedIn, SignOn, SignedOn};
use rollcall_core::ports::grants::{self, Redemption};
use rollcall_core::ports::logins::{LoginView, SessionEnd, SessionKey};
use rollcall_core::time::{Span, Timestamp};

pub(super) fn action(refuses: bool) -> LimitAction {
    if refuses {
        LimitAction::Refuse
    } else {
        LimitAction::EndOldest
    }
}

impl<H: Harness> Run<H> {
    pub(super) async fn take_in_browser(&mut self, step: &Step) {
        match *step {
            Step::BrowserSignIn {
                user,
                application,
                browser,
                consents,
            } => {
                let asked = Asked {
                    consents,
                    ..Asked::default()
                };
                self.sign_in_browser(user, application, browser, asked)
                    .await;
            }
            Step::SignOn {
                browser,
                application,
                max_age,
                consents,
                authenticated,
            } => {
                let asked = Asked {
                    max_age,
                    consents,
                    authenticated,
                };
                self.sign_on(browser, application, asked).await;
            }
            Step::Redeem { back, wrongly } => self.redeem(back, wrongly).await,
            Step::SignOut { browser } => self.sign_out(browser).await,
            Step::SetLimit {
                application,
                max,
                refuses,
            } => self.set_limit(application, max, refuses).await,
            Step::SetSingleSignOn {
                application,
                enabled,
            } => self.set_single_sign_on(application, enabled).await,
            Step::AdvanceToSessionLimit { browser, offset } => {
                if let Some(session) = self.model.browsers[browser] {
                    let (limit, _) = self.model.session_limit(session);
                    self.advance_to(limit + offset);
                }
            }
            Step::AdvanceToCode { back, offset } => {
                if let Some(code) = self.code(back) {
                    let limit = self.model.codes[code].expires_at;
                    self.advance_to(limit + offset);
                }
            }
            ref other => panic!("{other:?} is no step of a browser"),
        }
    }

    fn wanted(&self, application: usize, asked: Asked) -> SignOn {
        let mut wanted = self.world.new_sign_on(self.applications[application]);
        wanted.code.lifetime = Span::from_millis(CODE_LIFETIME);
        wanted.demands.max_age = asked.max_age.map(Span::from_millis);
        wanted.demands.done.consented = asked.consents;
        wanted
    }

    /// A code was issued to a login, which is a new one or one that is known.
    fn issued(&mut self, wanted: &SignOn, view: &LoginView) -> SignIn {
        let known = self
            .logins
            .iter()
            .position(|who| who.login == view.login.id);
        let login = known.unwrap_or(self.logins.len());
        if known.is_none() {
            assert_eq!(view.login.id, wanted.login);
            self.logins.push(SignedIn {
                user: view.login.user,
                application: view.login.application,
                session: view.session.id,
                login: view.login.id,
                grant: wanted.grant,
                // None yet: this one is nobody's.
                refresh_token: wanted.code.digest,
            });
            self.tokens.push(Vec::new());
            self.grants.push(Vec::new());
        }
        self.grants[login].push(wanted.grant);
        self.codes.push(IssuedCode {
            digest: wanted.code.digest,
            application: wanted.application,
        });
        SignIn::SignedOn(login)
    }

    async fn sign_in_browser(
        &mut self,
        user: usize,
        application: usize,
        browser: usize,
        asked: Asked,
    ) {
        let presented = self.cookies[browser];
        let (user_id, application_id) = (self.users[user], self.applications[application]);
        let mut sign_in = self
            .world
            .new_browser_sign_in(user_id, application_id, presented);
        sign_in.password_version = self.model.users[user].password_version;
        sign_in.sign_on = self.wanted(application, asked);
        let (wanted, cookie) = (sign_in.sign_on.clone(), sign_in.cookie);
        let answer = self.world.sign_in_browser(self.world.pool, sign_in).await;
        let expected = self
            .model
            .sign_in_browser(user, application, browser, asked);
        let told = match answer {
            BrowserSignedIn::SignedOn(view) => self.issued(&wanted, &view),
            BrowserSignedIn::NeedsConsent(_) => SignIn::NeedsConsent,
            BrowserSignedIn::UserDisabled | BrowserSignedIn::CredentialChanged => {
                SignIn::UserBarred
            }
            BrowserSignedIn::ApplicationUnavailable => SignIn::ApplicationUnavailable,
            BrowserSignedIn::SessionLimit => SignIn::Limit,
            BrowserSignedIn::UserLocked => panic!("nobody failed"),
        };
        assert_eq!(told, expected);
        if matches!(told, SignIn::SignedOn(_) | SignIn::NeedsConsent) {
            self.cookies[browser] = Some(cookie);
        }
    }

    async fn sign_on(&mut self, browser: usize, application: usize, asked: Asked) {
        let Some(cookie) = self.cookies[browser] else {
            return;
        };
        let mut wanted = self.wanted(application, asked);
        if let (Some(session), true) = (self.model.browsers[browser], asked.authenticated) {
            let at = self.model.sessions[session].authenticated_at;
            wanted.demands.done.authenticated_at = Some(Timestamp::from_millis(at));
        }
        let answer = self
            .world
            .sign_on(self.world.pool, cookie, wanted.clone())
            .await;
        let told = match answer {
            SignedOn::SignedOn(view) => self.issued(&wanted, &view),
            SignedOn::Needs(Need::SignIn) => SignIn::MustAuthenticate,
            SignedOn::Needs(Need::Consent) => SignIn::NeedsConsent,
            SignedOn::Needs(Need::ChooseAccount) => panic!("no choice was asked for"),
            SignedOn::ApplicationUnavailable => SignIn::ApplicationUnavailable,
            SignedOn::SessionLimit => SignIn::Limit,
        };
        assert_eq!(told, self.model.sign_on(browser, application, asked));
    }

    /// A code, counted back from the newest.
    fn code(&self, back: usize) -> Option<usize> {
        self.codes.len().checked_sub(1 + back)
    }

    async fn redeem(&mut self, back: usize, wrongly: Option<usize>) {
        let Some(code) = self.code(back) else {
            return;
        };
        let issued = self.codes[code];
        let token = self.world.digest();
        let mut redemption = Redemption {
            application: issued.application,
            code: issued.digest,
            redirect_uri: REDIRECT_URI.to_owned(),
            challenge: Some(CHALLENGE.to_owned()),
            refresh_token: Some((token, Span::from_millis(TOKEN_LIFETIME))),
        };
        match wrongly {
            Some(0) => redemption.application = ApplicationId::from_bytes([8; 12]),
            Some(1) => redemption.redirect_uri.push('/'),
            Some(2) => redemption.challenge = None,
            Some(_) => redemption.code = self.world.digest(),
            None => {}
        }
        let told = match self.world.redeem_with(self.world.pool, redemption).await {
            grants::Redeemed::Redeemed { .. } => {
                let login = self.model.codes[code].login;
                self.tokens[login].push(token);
                Redeemed::Good
            }
            grants::Redeemed::Reused => Redeemed::Reused,
            grants::Redeemed::Invalid => Redeemed::Invalid,
        };
        let expected = match wrongly {
            Some(_) => Redeemed::Invalid,
            None => self.model.redeem(code),
        };
        assert_eq!(told, expected);
    }

    async fn sign_out(&mut self, browser: usize) {
        if let (Some(cookie), Some(session)) = (self.cookies[browser], self.model.browsers[browser])
        {
            self.end_session(SessionKey::Cookie(cookie), session).await;
        }
    }

    pub(super) async fn sign_out_by_login(&mut self, login: usize) {
        let key = SessionKey::Login(self.logins[login].login);
        let session = self.model.logins[login].session;
        self.end_session(key, session).await;
    }

    async fn end_session(&mut self, key: SessionKey, session: usize) {
        let (pool, origin) = (self.world.pool, self.world.origin());
        let store = self.world.store();
        let told = store.end_session(pool, key, Reason::SignedOut, origin);
        let was_live = self.model.sessions[session].end.is_none();
        let ended = self.model.end_session(session, Reason::SignedOut);
        let ended = ended.iter().map(|login| self.logins[*login].login);
        let expected = if was_live {
            SessionEnd::Ended(ended.collect())
        } else {
            SessionEnd::AlreadyEnded
        };
        assert_eq!(told.await, Ok(expected));
    }

    async fn set_limit(&mut self, application: usize, max: u32, refuses: bool) {
        let change = ApplicationChange {
            session_limit: ConcurrencyChange {
                max: Some(max),
                action: Some(action(refuses)),
            },
            ..ApplicationChange::default()
        };
        if self.model.applications[application].status == Status::Gone {
            return;
        }
        let (pool, id) = (self.world.pool, self.applications[application]);
        self.world.change_application(pool, id, change).await;
        self.model.applications[application].limit = Limit::new(max, refuses);
    }

    async fn set_single_sign_on(&mut self, application: usize, enabled: bool) {
        if self.model.applications[application].status == Status::Gone {
            return;
        }
        self.world
            .set_sso(self.applications[application], enabled)
            .await;
        self.model.applications[application].single_sign_on = enabled;
    }

    /// Each browser's session, as each application looks at it.
    pub(super) async fn compare_browsers(&self) {
        for (b, cookie) in self.cookies.iter().enumerate() {
            let Some((cookie, session)) = cookie.zip(self.model.browsers[b]) else {
                continue;
            };
            let expected = &self.model.sessions[session];
            let limit: Millis = self.model.session_limit(session).0;
            let expected_end = expected.end.ok_or(limit);
            for (a, application) in self.applications.iter().enumerate() {
                let found = self.world.look(cookie, *application).await.unwrap();
                assert_eq!(found.session.user, self.users[expected.user]);
                let counted = [found.session.begun_at, found.session.last_seen];
                let counted = counted.map(Timestamp::as_millis);
                assert_eq!(
                    counted,
                    [expected.begun_at, expected.last_seen],
                    "browser {b}"
                );
                let told = super::told(found.standing);
                assert_eq!(told, expected_end, "browser {b}, application {a}");
                let logged_in = self.model.live_login(session, a).is_some();
                assert_eq!(
                    found.is_logged_in, logged_in,
                    "browser {b}, application {a}"
                );
            }
        }
    }

    /// What is recorded of the browsers' sessions.
    pub(super) async fn compare_recorded_sessions(&self) {
        for (b, cookie) in self.cookies.iter().enumerate() {
            let Some((cookie, session)) = cookie.zip(self.model.browsers[b]) else {
                continue;
            };
            let found = self.world.look(cookie, self.applications[0]).await.unwrap();
            let recorded = found.session.end;
            let recorded = recorded.map(|end| (end.reason, end.at.as_millis()));
            let expected = self.model.sessions[session].end;
            assert_eq!(recorded, expected, "record of browser {b}");
        }
    }
}
