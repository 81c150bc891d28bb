//! A model of the rules, written from the words of the design and not from the
//! code: lists of sessions and logins, each walked along its timeline as time
//! moves. It knows nothing of batches, commits or restarts.

use rollcall_core::model::event::Reason;
use std::collections::{HashMap, HashSet};

/// Milliseconds.
pub(crate) type Millis = i64;

pub(crate) const POOL_IDLE: Millis = 100_000;
pub(crate) const POOL_LIFETIME: Millis = 300_000;
pub(crate) const TOKEN_LIFETIME: Millis = 150_000;
pub(crate) const CODE_LIFETIME: Millis = 30_000;

/// How far activity must move `last_seen` to count.
pub(crate) fn granularity(idle: Millis) -> Millis {
    60_000.min(idle / 20)
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Status {
    Active,
    Off,
    Gone,
}

#[derive(Clone, Debug)]
pub(crate) struct User {
    pub(crate) status: Status,
    pub(crate) password_version: i64,
}

#[derive(Clone, Debug)]
pub(crate) struct Application {
    pub(crate) status: Status,
    pub(crate) idle: Millis,
    lifetime: Millis,
    pub(crate) single_sign_on: bool,
    pub(crate) asks_consent: bool,
    pub(crate) limit: Limit,
}

/// How many sessions or logins a user may have, and whether one more is refused.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Limit {
    pub(crate) max: Option<usize>,
    pub(crate) refuses: bool,
}

impl Limit {
    /// As it is set: 0 takes it away.
    pub(crate) fn new(max: u32, refuses: bool) -> Self {
        let max = usize::try_from(max).unwrap();
        Self {
            max: (max > 0).then_some(max),
            refuses,
        }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Session {
    pub(crate) user: usize,
    /// A browser's lives on without logins, one of the API ends with its last.
    pub(crate) is_browser: bool,
    pub(crate) begun_at: Millis,
    pub(crate) last_seen: Millis,
    pub(crate) authenticated_at: Millis,
    /// The step of the last authentication.
    pub(crate) authenticated: usize,
    pub(crate) end: Option<(Reason, Millis)>,
}

/// A code of a grant.
#[derive(Clone, Debug)]
pub(crate) struct Code {
    pub(crate) login: usize,
    pub(crate) grant: usize,
    pub(crate) expires_at: Millis,
    pub(crate) is_used: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Token {
    grant: usize,
    expires_at: Millis,
    used_at: Option<Millis>,
    successor: Option<usize>,
    cancelled: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Login {
    pub(crate) user: usize,
    pub(crate) application: usize,
    pub(crate) session: usize,
    pub(crate) begun_at: Millis,
    pub(crate) last_seen: Millis,
    /// Until one of its codes is redeemed.
    pub(crate) redeem_by: Option<Millis>,
    pub(crate) end: Option<(Reason, Millis)>,
    pub(crate) tokens: Vec<Token>,
    /// Of each grant the number of the newest access token.
    pub(crate) grants: Vec<i64>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Presented {
    Rotated,
    Reused,
    Invalid,
}

/// What becomes of a sign-in or sign-on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum SignIn {
    SignedOn(usize),
    MustAuthenticate,
    NeedsConsent,
    UserBarred,
    ApplicationUnavailable,
    Limit,
}

/// Of two limits at the same instant the first is told.
fn earlier(first: (Millis, Reason), second: (Millis, Reason)) -> (Millis, Reason) {
    if second.0 < first.0 { second } else { first }
}

#[derive(Clone, Debug)]
pub(crate) struct Model {
    pub(crate) now: Millis,
    pub(crate) users: Vec<User>,
    pub(crate) applications: Vec<Application>,
    pub(crate) limit: Limit,
    pub(crate) sessions: Vec<Session>,
    pub(crate) logins: Vec<Login>,
    pub(crate) codes: Vec<Code>,
    /// The sessions of the browsers' cookies.
    pub(crate) browsers: Vec<Option<usize>>,
    /// The last kick of a user from an application, as a step.
    pub(crate) kicks: HashMap<(usize, usize), usize>,
    pub(crate) consents: HashSet<(usize, usize)>,
    /// Counts the steps: what "later" means.
    pub(crate) step: usize,
}

impl Model {
    pub(crate) fn new(now: Millis, users: usize, applications: usize, browsers: usize) -> Self {
        let user = User {
            status: Status::Active,
            password_version: 1,
        };
        let application = Application {
            status: Status::Active,
            idle: POOL_IDLE,
            lifetime: POOL_LIFETIME,
            single_sign_on: true,
            asks_consent: false,
            limit: Limit::default(),
        };
        Self {
            now,
            users: vec![user; users],
            applications: vec![application; applications],
            limit: Limit::default(),
            sessions: Vec::new(),
            logins: Vec::new(),
            codes: Vec::new(),
            browsers: vec![None; browsers],
            kicks: HashMap::new(),
            consents: HashSet::new(),
            step: 0,
        }
    }

    /// Time moves; whatever reaches its limit on the way ends there.
    pub(crate) fn advance_to(&mut self, now: Millis) {
        self.now = now.max(self.now);
        for login in 0..self.logins.len() {
            let (limit, reason) = self.limit(login);
            if self.now >= limit {
                self.end_at(login, reason, limit);
            }
        }
        for session in 0..self.sessions.len() {
            let (limit, reason) = self.session_limit(session);
            if self.now >= limit {
                let end = &mut self.sessions[session].end;
                *end = end.or(Some((reason, limit)));
            }
        }
    }

    /// When a login ends by itself, and why: by the first of its own limits, its
    /// session's, and the expiry of its codes while none is redeemed.
    pub(crate) fn limit(&self, login: usize) -> (Millis, Reason) {
        let login = &self.logins[login];
        let application = &self.applications[login.application];
        let of_session = self.session_limit(login.session);
        let of_codes = login.redeem_by.map(|at| (at, Reason::NotRedeemed));
        let own = earlier(
            (login.begun_at + application.lifetime, Reason::MaxLifetime),
            (login.last_seen + application.idle, Reason::IdleTimeout),
        );
        let both = earlier(own, of_session);
        of_codes.map_or(both, |of_codes| earlier(both, of_codes))
    }

    /// When a session ends by itself, and why.
    pub(crate) fn session_limit(&self, session: usize) -> (Millis, Reason) {
        let session = &self.sessions[session];
        earlier(
            (session.begun_at + POOL_LIFETIME, Reason::MaxLifetime),
            (session.last_seen + POOL_IDLE, Reason::IdleTimeout),
        )
    }

    pub(crate) fn is_active(&self, user: usize, application: usize) -> bool {
        self.logins.iter().any(|login| {
            login.user == user && login.application == application && login.end.is_none()
        })
    }

    /// A sign-in by the API: a session of its own with one login.
    pub(crate) fn sign_in(&mut self, user: usize, application: usize) -> SignIn {
        if self.users[user].status != Status::Active {
            return SignIn::UserBarred;
        }
        if self.applications[application].status != Status::Active {
            return SignIn::ApplicationUnavailable;
        }
        if !self.make_room(user, None, Some(application)) {
            return SignIn::Limit;
        }
        let session = self.begin_session(user, false);
        let login = self.begin_login(session, application, None);
        let token = self.token(login, 0);
        self.logins[login].tokens.push(token);
        SignIn::SignedOn(login)
    }

    pub(crate) fn begin_session(&mut self, user: usize, is_browser: bool) -> usize {
        self.sessions.push(Session {
            user,
            is_browser,
            begun_at: self.now,
            last_seen: self.now,
            authenticated_at: self.now,
            authenticated: self.step,
            end: None,
        });
        self.sessions.len() - 1
    }

    pub(crate) fn begin_login(
        &mut self,
        session: usize,
        application: usize,
        redeem_by: Option<Millis>,
    ) -> usize {
        self.logins.push(Login {
            user: self.sessions[session].user,
            application,
            session,
            begun_at: self.now,
            last_seen: self.now,
            redeem_by,
            end: None,
            tokens: Vec::new(),
            grants: vec![1],
        });
        self.logins.len() - 1
    }

    /// A refresh token: none outlives the lifetimes of its login and session.
    pub(crate) fn token(&self, login: usize, grant: usize) -> Token {
        let login = &self.logins[login];
        let lifetime = login.begun_at + self.applications[login.application].lifetime;
        let of_session = self.sessions[login.session].begun_at + POOL_LIFETIME;
        Token {
            grant,
            expires_at: lifetime.min(of_session).min(self.now + TOKEN_LIFETIME),
            used_at: None,
            successor: None,
            cancelled: false,
        }
    }

    /// Whether the login is live, which the activity then extends.
    pub(crate) fn activity(&mut self, login: usize) -> bool {
        let (now, idle) = (
            self.now,
            self.applications[self.logins[login].application].idle,
        );
        let login = &mut self.logins[login];
        if login.end.is_some() {
            return false;
        }
        if now - login.last_seen >= granularity(idle) {
            login.last_seen = now;
            self.sessions[login.session].last_seen = now;
        }
        true
    }

    pub(crate) fn refresh(&mut self, login: usize, token: usize, window: Millis) -> Presented {
        let presented = self.logins[login].tokens[token].clone();
        if self.now >= presented.expires_at {
            return Presented::Invalid;
        }
        let mut retried = None;
        if let (Some(used_at), Some(successor)) = (presented.used_at, presented.successor) {
            let successor_used = self.logins[login].tokens[successor].used_at.is_some();
            if self.now >= used_at + window || successor_used || presented.cancelled {
                self.end(login, Reason::RefreshTokenReused);
                return Presented::Reused;
            }
            retried = Some(successor);
        } else if presented.cancelled {
            self.end(login, Reason::RefreshTokenReused);
            return Presented::Reused;
        }
        if !self.activity(login) {
            return Presented::Invalid;
        }
        let new = self.token(login, presented.grant);
        let now = self.now;
        let login = &mut self.logins[login];
        login.tokens.push(new);
        login.grants[presented.grant] += 1;
        let successor = login.tokens.len() - 1;
        if let Some(cancelled) = retried {
            login.tokens[cancelled].cancelled = true;
        }
        let presented = &mut login.tokens[token];
        presented.used_at = presented.used_at.or(Some(now));
        presented.successor = Some(successor);
        Presented::Rotated
    }

    /// A login ends now, unless it has.
    pub(crate) fn end(&mut self, login: usize, reason: Reason) {
        self.end_at(login, reason, self.now);
    }

    fn end_at(&mut self, login: usize, reason: Reason, at: Millis) {
        let login = &mut self.logins[login];
        let end = *login.end.get_or_insert((reason, at));
        let session = &mut self.sessions[login.session];
        if !session.is_browser {
            session.end = Some(end);
        }
    }

    /// A session ends now with all its logins, unless it has; answers those that
    /// end with it.
    pub(crate) fn end_session(&mut self, session: usize, reason: Reason) -> Vec<usize> {
        let mut ended = Vec::new();
        for login in 0..self.logins.len() {
            let of_session = self.logins[login].session == session;
            if of_session && self.logins[login].end.is_none() {
                self.end(login, reason);
                ended.push(login);
            }
        }
        let now = self.now;
        self.sessions[session].end.get_or_insert((reason, now));
        ended
    }

    /// All of a user's sessions end now, but for one.
    pub(crate) fn end_user(&mut self, user: usize, reason: Reason, except: Option<usize>) {
        for session in 0..self.sessions.len() {
            if self.sessions[session].user == user && Some(session) != except {
                self.end_session(session, reason);
            }
        }
    }

    /// All logins that are meant end now.
    pub(crate) fn end_all(&mut self, reason: Reason, is_meant: impl Fn(usize, &Login) -> bool) {
        for login in 0..self.logins.len() {
            if is_meant(login, &self.logins[login]) {
                self.end(login, reason);
            }
        }
    }

    /// A policy changes; what has outlived the new one ends now.
    pub(crate) fn set_policy(
        &mut self,
        application: usize,
        idle: Option<Millis>,
        lifetime: Option<Millis>,
    ) {
        let policy = &mut self.applications[application];
        policy.idle = idle.unwrap_or(policy.idle);
        policy.lifetime = lifetime.unwrap_or(policy.lifetime);
        for login in 0..self.logins.len() {
            let outlived = self.limit(login).0 <= self.now;
            if self.logins[login].application == application && outlived {
                self.end(login, Reason::PolicyChanged);
            }
        }
    }
}
