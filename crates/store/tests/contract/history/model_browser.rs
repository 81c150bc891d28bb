//! The model's browsers: who signs in with a page, who signs on in silence, and
//! who gives way.

use super::model::{
    CODE_LIFETIME, Code, Limit, Millis, Model, POOL_IDLE, SignIn, Status, granularity,
};
use rollcall_core::model::event::Reason;

/// What an authorization request asks, and what was done for it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Asked {
    /// At most this old.
    pub(super) max_age: Option<Millis>,
    /// The person consented.
    pub(super) consents: bool,
    /// They also authenticated for it: the last authentication of the session.
    pub(super) authenticated: bool,
}

/// How a code is presented.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Redeemed {
    Good,
    Reused,
    Invalid,
}

impl Limit {
    /// How many of those present give way to one more; none: it is refused.
    fn room(self, present: usize) -> Option<usize> {
        match self.max {
            Some(max) if present < max => Some(0),
            Some(_) if self.refuses => None,
            Some(max) => Some(present - (max - 1)),
            None => Some(0),
        }
    }
}

impl Model {
    fn live_session(&self, browser: usize) -> Option<usize> {
        self.browsers[browser].filter(|session| self.sessions[*session].end.is_none())
    }

    pub(super) fn live_login(&self, session: usize, application: usize) -> Option<usize> {
        let mut live = (0..self.logins.len()).filter(|login| {
            let login = &self.logins[*login];
            login.session == session && login.application == application && login.end.is_none()
        });
        let first = live.next();
        assert_eq!(live.next(), None, "at most one is live");
        first
    }

    /// Ends what must give way to what begins in a session of its own or in this
    /// one; false: it is refused, and nothing ends.
    pub(super) fn make_room(
        &mut self,
        user: usize,
        session: Option<usize>,
        application: Option<usize>,
    ) -> bool {
        let mut sessions = Vec::new();
        if session.is_none() {
            sessions = (0..self.sessions.len())
                .filter(|s| self.sessions[*s].user == user && self.sessions[*s].end.is_none())
                .collect();
            let Some(gone) = self.limit.room(sessions.len()) else {
                return false;
            };
            sessions.truncate(gone);
        }
        let mut logins = Vec::new();
        let goes_on = |a| session.is_some_and(|session| self.live_login(session, a).is_some());
        if let Some(application) = application.filter(|a| !goes_on(*a)) {
            logins = (0..self.logins.len())
                .filter(|login| {
                    let login = &self.logins[*login];
                    login.user == user
                        && login.application == application
                        && login.end.is_none()
                        && !sessions.contains(&login.session)
                })
                .collect();
            let Some(gone) = self.applications[application].limit.room(logins.len()) else {
                return false;
            };
            logins.truncate(gone);
        }
        for session in sessions {
            self.end_session(session, Reason::Replaced);
        }
        for login in logins {
            self.end(login, Reason::Replaced);
        }
        true
    }

    fn needs_consent(&self, user: usize, application: usize, asked: Asked) -> bool {
        self.applications[application].asks_consent
            && !asked.consents
            && !self.consents.contains(&(user, application))
    }

    pub(super) fn sign_in_browser(
        &mut self,
        user: usize,
        application: usize,
        browser: usize,
        asked: Asked,
    ) -> SignIn {
        if self.users[user].status != Status::Active {
            return SignIn::UserBarred;
        }
        if self.applications[application].status != Status::Active {
            return SignIn::ApplicationUnavailable;
        }
        let present = self.live_session(browser);
        let own = present.filter(|session| self.sessions[*session].user == user);
        let consent_first = self.needs_consent(user, application, asked);
        let wanted = (!consent_first).then_some(application);
        if !self.make_room(user, own, wanted) {
            return SignIn::Limit;
        }
        if let (Some(other), None) = (present, own) {
            self.end_session(other, Reason::Replaced);
        }
        let session = own.unwrap_or_else(|| self.begin_session(user, true));
        let (now, step) = (self.now, self.step);
        let renewed = &mut self.sessions[session];
        (renewed.begun_at, renewed.last_seen) = (now, now);
        (renewed.authenticated_at, renewed.authenticated) = (now, step);
        self.browsers[browser] = Some(session);
        if consent_first {
            return SignIn::NeedsConsent;
        }
        self.issue(
            session,
            application,
            Asked {
                authenticated: true,
                ..asked
            },
        )
    }

    pub(super) fn sign_on(&mut self, browser: usize, application: usize, asked: Asked) -> SignIn {
        if self.applications[application].status != Status::Active {
            return SignIn::ApplicationUnavailable;
        }
        let Some(session) = self.live_session(browser) else {
            return SignIn::MustAuthenticate;
        };
        let found = &self.sessions[session];
        let user = found.user;
        let kick = self.kicks.get(&(user, application));
        if kick.is_some_and(|kick| found.authenticated < *kick) {
            return SignIn::MustAuthenticate;
        }
        let too_old = asked
            .max_age
            .is_some_and(|max_age| max_age == 0 || self.now - found.authenticated_at > max_age);
        let apart = !self.applications[application].single_sign_on
            && self.live_login(session, application).is_none();
        if (too_old || apart) && !asked.authenticated {
            return SignIn::MustAuthenticate;
        }
        if self.needs_consent(user, application, asked) {
            return SignIn::NeedsConsent;
        }
        if !self.make_room(user, Some(session), Some(application)) {
            return SignIn::Limit;
        }
        let now = self.now;
        let signing_on = &mut self.sessions[session];
        if now - signing_on.last_seen >= granularity(POOL_IDLE) {
            signing_on.last_seen = now;
        }
        self.issue(session, application, asked)
    }

    fn issue(&mut self, session: usize, application: usize, asked: Asked) -> SignIn {
        let expires_at = self.now + CODE_LIFETIME;
        let live = self.live_login(session, application);
        let login = match live {
            None => self.begin_login(session, application, Some(expires_at)),
            Some(login) => {
                let authenticated_at = self.sessions[session].authenticated_at;
                let (now, idle) = (self.now, self.applications[application].idle);
                let going_on = &mut self.logins[login];
                let is_more_than_activity = asked.authenticated || going_on.redeem_by.is_some();
                if is_more_than_activity || now - going_on.last_seen >= granularity(idle) {
                    going_on.last_seen = now;
                }
                if asked.authenticated {
                    going_on.begun_at = going_on.begun_at.max(authenticated_at);
                }
                going_on.redeem_by = going_on.redeem_by.map(|_| expires_at);
                going_on.grants.push(1);
                login
            }
        };
        self.codes.push(Code {
            login,
            grant: self.logins[login].grants.len() - 1,
            expires_at,
            is_used: false,
        });
        if asked.consents {
            let user = self.sessions[session].user;
            self.consents.insert((user, application));
        }
        SignIn::SignedOn(login)
    }

    /// Presents a code as it was issued.
    pub(super) fn redeem(&mut self, code: usize) -> Redeemed {
        let Code {
            login,
            grant,
            expires_at,
            is_used,
        } = self.codes[code];
        if is_used {
            self.end(login, Reason::CodeReused);
            return Redeemed::Reused;
        }
        if self.now >= expires_at || self.logins[login].end.is_some() {
            return Redeemed::Invalid;
        }
        self.codes[code].is_used = true;
        self.logins[login].redeem_by = None;
        let token = self.token(login, grant);
        self.logins[login].tokens.push(token);
        Redeemed::Good
    }
}
