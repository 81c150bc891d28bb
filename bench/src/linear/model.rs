//! The model: what one user's sign-in state is, and what each call may do to it and answer.
//!
//! It is written from `docs/signed-in.md` and shares nothing with the code under test. The
//! state is one user's, since no call here touches two users: histories are judged user by
//! user, which is what keeps the search small.
//!
//! Time is left out, since the load sets no limits of time, but for codes that nobody redeems:
//! that one ends its login after 60 seconds is a call of its own, which nobody answers.

use porcupine_rs::Model;
use serde::{Deserialize, Serialize};

/// A name that the test gives to what a call makes, whether or not its answer comes back.
/// None is given twice.
pub type Name = u32;

/// An application, by its place in [`APPLICATIONS`].
pub type App = u8;

/// How many applications the load signs in to.
pub const APPLICATIONS: App = 2;

/// The pool's `maxSessionsPerUser`, with `end_oldest`.
pub const SESSIONS_PER_USER: usize = 3;

/// The application that has a limit of logins, and its `maxSessionsPerUser`, `end_oldest`.
pub const LOGINS_PER_USER: (App, usize) = (1, 2);

/// What is asked of the server.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Call {
    /// `check-session-status`. Yes: signed in. Changes nothing.
    Check {
        /// Asked about.
        app: App,
    },
    /// `POST /api/v3/signin`: a session of its own with one login, which ends with it.
    ApiSignIn {
        /// Signed in to.
        app: App,
        /// The grant, and the session.
        grant: Name,
    },
    /// The sign-in form with the right password.
    ///
    /// With the cookie of a live session that session goes on: another cookie, newer than any
    /// kick, its place in the order of sessions kept. Otherwise a session begins.
    FormSignIn {
        /// Signed in to.
        app: App,
        /// The cookie that the browser showed.
        shown: Option<Name>,
        /// The cookie that it is given.
        given: Name,
        /// The grant that the code is of.
        grant: Name,
    },
    /// `/oidc/auth` with `prompt=none`. No (`login_required`): the cookie's session is not
    /// live, or the user was kicked from the application since they authenticated in it.
    SilentSignOn {
        /// Signed on to.
        app: App,
        /// The cookie that the browser showed.
        shown: Name,
        /// The grant that the code is of.
        grant: Name,
    },
    /// A code at the token endpoint. No: its login has ended, or the code was used before,
    /// which ends the login.
    Redeem {
        /// The grant that the code is of.
        grant: Name,
    },
    /// A code's time is over; nobody calls this, and nobody is told. A login of which no code was
    /// redeemed in time ends.
    CodeExpires {
        /// The grant that the code is of.
        grant: Name,
    },
    /// A refresh token at the token endpoint. No: its login has ended, or the token was used
    /// before, which ends the login.
    Refresh {
        /// The grant that it is of.
        grant: Name,
        /// Which of the grant's refresh tokens: the first is 1.
        number: u32,
    },
    /// A refresh token, used or not, at the revocation endpoint: ends its login. Always yes.
    Revoke {
        /// The grant that it is of.
        grant: Name,
    },
    /// `kick-users`: ends the user's logins in these applications, and single sign-on to them
    /// by sessions of before. Always yes.
    Kick {
        /// One bit for each application.
        apps: u8,
    },
    /// `/oidc/session/end` with a hint of the cookie's session: ends it and its logins. Yes:
    /// nobody is signed in in this browser any more. No: the person is asked first, since the
    /// session ended between two looks.
    SignOut {
        /// The cookie that the browser showed.
        shown: Name,
    },
    /// A sign-out reaches what took the place of its cookie while it was under way; nobody
    /// calls this, and nobody is told.
    EndsSuccessor {
        /// The cookie that took its place.
        given: Name,
    },
}

/// What was answered.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Answer {
    /// Done, or "signed in".
    Yes,
    /// Refused, or "not signed in".
    No,
    /// A 5xx, a broken connection, or patience at its end: it may have happened, may happen
    /// at any later time, or never. The judge is told that such a call never ended; what it
    /// does once all others are over is the same as never.
    Unknown,
}

/// A call and what was answered.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Op {
    /// The call.
    pub call: Call,
    /// The answer.
    pub answer: Answer,
}

/// One user's state: live sessions and live logins, each list with the oldest first. What has
/// ended is not there: nothing brings it back.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct State {
    sessions: Vec<Session>,
    logins: Vec<Login>,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
struct Session {
    /// The cookie that shows it, or the grant of the API's sign-in.
    name: Name,
    /// One of the API ends with its login.
    is_browser: bool,
    /// Applications that the user was kicked from since they authenticated in it.
    kicked: u8,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
struct Login {
    session: Name,
    app: App,
    grants: Vec<Grant>,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
struct Grant {
    name: Name,
    /// The number of its newest refresh token; 0: its code was not redeemed.
    newest: u32,
}

impl State {
    /// What the call answers in this state; the state is then what it leaves.
    pub fn apply(&mut self, call: Call) -> bool {
        match call {
            Call::Check { app } => self.logins.iter().any(|login| login.app == app),
            Call::ApiSignIn { app, grant } => {
                self.make_room_for_session();
                self.make_room_for_login(app);
                self.begin_session(grant, false);
                self.begin_login(
                    grant,
                    app,
                    Grant {
                        name: grant,
                        newest: 1,
                    },
                );
                true
            }
            Call::FormSignIn {
                app,
                shown,
                given,
                grant,
            } => {
                self.form_sign_in(app, shown, given, grant);
                true
            }
            Call::SilentSignOn { app, shown, grant } => self.silent_sign_on(app, shown, grant),
            Call::Redeem { grant } => self.use_token(grant, 0),
            Call::CodeExpires { grant } => {
                self.expire_code(grant);
                true
            }
            Call::Refresh { grant, number } => self.use_token(grant, number),
            Call::Revoke { grant } => {
                self.end_login_of(grant);
                true
            }
            Call::Kick { apps } => {
                self.kick(apps);
                true
            }
            Call::SignOut { shown } => self.sign_out(shown),
            Call::EndsSuccessor { given } => self.sign_out(given),
        }
    }

    fn form_sign_in(&mut self, app: App, shown: Option<Name>, given: Name, grant: Name) {
        let grant = Grant {
            name: grant,
            newest: 0,
        };
        let goes_on = |session: &&mut Session| Some(session.name) == shown;
        if let Some(session) = self.sessions.iter_mut().find(goes_on) {
            let former = std::mem::replace(&mut session.name, given);
            session.kicked = 0;
            for login in &mut self.logins {
                if login.session == former {
                    login.session = given;
                }
            }
            self.sign_on(given, app, grant);
        } else {
            self.make_room_for_session();
            self.make_room_for_login(app);
            self.begin_session(given, true);
            self.begin_login(given, app, grant);
        }
    }

    fn silent_sign_on(&mut self, app: App, shown: Name, grant: Name) -> bool {
        let may = |session: &Session| session.name == shown && session.kicked & (1 << app) == 0;
        if !self.sessions.iter().any(may) {
            return false;
        }
        self.sign_on(
            shown,
            app,
            Grant {
                name: grant,
                newest: 0,
            },
        );
        true
    }

    /// A live session's login goes on with one grant more, or begins.
    fn sign_on(&mut self, session: Name, app: App, grant: Grant) {
        let own = |login: &&mut Login| login.session == session && login.app == app;
        if let Some(login) = self.logins.iter_mut().find(own) {
            login.grants.push(grant);
        } else {
            self.make_room_for_login(app);
            self.begin_login(session, app, grant);
        }
    }

    /// The newest token makes the next one; an older one was used before. An ended login has
    /// no tokens.
    fn use_token(&mut self, grant: Name, number: u32) -> bool {
        let mut grants = self.logins.iter_mut().flat_map(|login| &mut login.grants);
        let Some(found) = grants.find(|found| found.name == grant) else {
            return false;
        };
        if found.newest == number {
            found.newest += 1;
            return true;
        }
        self.end_login_of(grant);
        false
    }

    fn expire_code(&mut self, grant: Name) {
        for login in &mut self.logins {
            login
                .grants
                .retain(|found| found.name != grant || found.newest > 0);
        }
        self.end_logins(|login| login.grants.is_empty());
    }

    fn kick(&mut self, apps: u8) {
        self.end_logins(|login| apps & (1 << login.app) != 0);
        for session in self
            .sessions
            .iter_mut()
            .filter(|session| session.is_browser)
        {
            session.kicked |= apps;
        }
    }

    /// Yes if the session is ended now. If it had ended before, both answers are right: "no"
    /// where it ended between the server's two looks.
    fn sign_out(&mut self, shown: Name) -> bool {
        let was_live = self.sessions.iter().any(|session| session.name == shown);
        self.end_session(shown);
        was_live
    }

    fn begin_session(&mut self, name: Name, is_browser: bool) {
        self.sessions.push(Session {
            name,
            is_browser,
            kicked: 0,
        });
    }

    fn begin_login(&mut self, session: Name, app: App, grant: Grant) {
        let grants = vec![grant];
        self.logins.push(Login {
            session,
            app,
            grants,
        });
    }

    /// The oldest sessions end, with all their logins, until one more fits.
    fn make_room_for_session(&mut self) {
        while self.sessions.len() >= SESSIONS_PER_USER {
            let oldest = self.sessions[0].name;
            self.end_session(oldest);
        }
    }

    /// The oldest logins in the application end until one more fits.
    fn make_room_for_login(&mut self, app: App) {
        let (limited, most) = LOGINS_PER_USER;
        while app == limited && self.logins.iter().filter(|l| l.app == app).count() >= most {
            let oldest = self.logins.iter().position(|login| login.app == app);
            let mut places = 0..;
            self.end_logins(|_| places.next() == oldest);
        }
    }

    fn end_session(&mut self, name: Name) {
        self.logins.retain(|login| login.session != name);
        self.sessions.retain(|session| session.name != name);
    }

    fn end_login_of(&mut self, grant: Name) {
        self.end_logins(|login| login.grants.iter().any(|found| found.name == grant));
    }

    /// Ends logins, and with them the sessions of the API.
    fn end_logins(&mut self, mut ends: impl FnMut(&Login) -> bool) {
        self.logins.retain(|login| !ends(login));
        let logins = &self.logins;
        self.sessions.retain(|session| {
            session.is_browser || logins.iter().any(|login| login.session == session.name)
        });
    }
}

/// The model of one user, as porcupine takes it.
#[derive(Clone, Debug)]
pub struct User;

impl Model for User {
    type State = State;
    type Op = Op;
    type Metadata = ();

    fn init() -> State {
        State::default()
    }

    fn step(state: &State, op: &Op) -> (bool, State) {
        let mut next = state.clone();
        let answer = next.apply(op.call);
        (op.fits(answer), next)
    }
}

impl Op {
    /// Whether what was answered is right where the model answers this.
    fn fits(self, answer: bool) -> bool {
        match (self.answer, self.call) {
            // Of a session that is over, both answers are right.
            (Answer::Unknown, _) | (Answer::Yes, Call::SignOut { .. }) => true,
            (Answer::Yes, _) => answer,
            (Answer::No, _) => !answer,
        }
    }
}

/// The same model for a quicker search, in which a call without an answer happens soon or
/// never: the state is all the states that are possible, and such a call adds those in which
/// it happened. An order that is found here is one of [`User`]'s too, where the call that
/// never happened comes last. That none is found says nothing.
#[derive(Clone, Debug)]
pub struct SoonOrNever;

impl Model for SoonOrNever {
    type State = Vec<State>;
    type Op = Op;
    type Metadata = ();

    fn init() -> Vec<State> {
        vec![State::default()]
    }

    fn step(states: &Vec<State>, op: &Op) -> (bool, Vec<State>) {
        let mut next: Vec<State> = Vec::with_capacity(states.len());
        for state in states {
            let mut changed = state.clone();
            if op.fits(changed.apply(op.call)) {
                next.push(changed);
            }
            if op.answer == Answer::Unknown {
                next.push(state.clone());
            }
        }
        // One order of them, so that equal sets are equal.
        next.sort_unstable();
        next.dedup();
        (!next.is_empty(), next)
    }
}
