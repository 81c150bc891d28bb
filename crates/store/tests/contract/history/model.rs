//! A model of the rules, written from the words of the design and not from the
//! code: a list of logins, each walked along its timeline as time moves. It knows
//! nothing of batches, commits or restarts.

use rollcall_core::model::event::Reason;

/// Milliseconds.
pub(crate) type Millis = i64;

pub(crate) const POOL_IDLE: Millis = 100_000;
pub(crate) const POOL_LIFETIME: Millis = 300_000;
pub(crate) const TOKEN_LIFETIME: Millis = 150_000;

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
    idle: Millis,
    lifetime: Millis,
}

#[derive(Clone, Debug)]
pub(crate) struct Token {
    expires_at: Millis,
    used_at: Option<Millis>,
    successor: Option<usize>,
    cancelled: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Login {
    pub(crate) user: usize,
    pub(crate) application: usize,
    begun_at: Millis,
    last_seen: Millis,
    pub(crate) end: Option<(Reason, Millis)>,
    pub(crate) tokens: Vec<Token>,
    /// The number of the newest access token.
    pub(crate) newest: i64,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Presented {
    Rotated,
    Reused,
    Invalid,
}

#[derive(Clone, Debug)]
pub(crate) struct Model {
    pub(crate) now: Millis,
    pub(crate) users: Vec<User>,
    pub(crate) applications: Vec<Application>,
    pub(crate) logins: Vec<Login>,
}

impl Model {
    pub(crate) fn new(now: Millis, users: usize, applications: usize) -> Self {
        let user = User {
            status: Status::Active,
            password_version: 1,
        };
        let application = Application {
            status: Status::Active,
            idle: POOL_IDLE,
            lifetime: POOL_LIFETIME,
        };
        Self {
            now,
            users: vec![user; users],
            applications: vec![application; applications],
            logins: Vec::new(),
        }
    }

    /// Time moves; whatever reaches its limit on the way ends there.
    pub(crate) fn advance_to(&mut self, now: Millis) {
        self.now = now.max(self.now);
        for login in 0..self.logins.len() {
            let (limit, reason) = self.limit(login);
            let login = &mut self.logins[login];
            if login.end.is_none() && self.now >= limit {
                login.end = Some((reason, limit));
            }
        }
    }

    /// When a login ends by itself, and why.
    pub(crate) fn limit(&self, login: usize) -> (Millis, Reason) {
        let login = &self.logins[login];
        let application = &self.applications[login.application];
        let idle = login.last_seen + application.idle;
        let lifetime = login.begun_at + application.lifetime;
        if idle < lifetime {
            (idle, Reason::IdleTimeout)
        } else {
            (lifetime, Reason::MaxLifetime)
        }
    }

    pub(crate) fn is_active(&self, user: usize, application: usize) -> bool {
        self.logins.iter().any(|login| {
            login.user == user && login.application == application && login.end.is_none()
        })
    }

    pub(crate) fn may_sign_in(&self, user: usize, application: usize) -> bool {
        self.users[user].status == Status::Active
            && self.applications[application].status == Status::Active
    }

    pub(crate) fn sign_in(&mut self, user: usize, application: usize) {
        let lifetime = self.applications[application].lifetime;
        self.logins.push(Login {
            user,
            application,
            begun_at: self.now,
            last_seen: self.now,
            end: None,
            tokens: vec![self.token(self.now + lifetime)],
            newest: 1,
        });
    }

    fn token(&self, lifetime_limit: Millis) -> Token {
        Token {
            expires_at: lifetime_limit.min(self.now + TOKEN_LIFETIME),
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
        if now - login.last_seen >= 60_000.min(idle / 20) {
            login.last_seen = now;
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
        let lifetime = self.applications[self.logins[login].application].lifetime;
        let new = self.token(self.logins[login].begun_at + lifetime);
        let now = self.now;
        let login = &mut self.logins[login];
        login.tokens.push(new);
        login.newest += 1;
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
        let now = self.now;
        let end = &mut self.logins[login].end;
        *end = end.or(Some((reason, now)));
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
