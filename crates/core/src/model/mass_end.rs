//! Mass ends: one row in the acknowledging commit that ends any number of logins.

use crate::ids::{ApplicationId, SessionId, UserId};
use crate::model::event::{Actor, Position, Reason};
use crate::model::login::Login;
use crate::model::policy::{SessionLimits, SessionPolicy};
use crate::model::session::Session;
use crate::time::Timestamp;

/// Whose logins a mass end covers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scope {
    /// Every login of the pool.
    Pool,
    /// Every login in an application.
    Application(ApplicationId),
    /// Every login of a user, but for those of one session if named.
    User {
        /// The user.
        user: UserId,
        /// The session that lives on: the one in which a person changed the password.
        except: Option<SessionId>,
    },
    /// Every login of a user in an application: a kick.
    UserInApplication {
        /// The user.
        user: UserId,
        /// The application.
        application: ApplicationId,
    },
}

impl Scope {
    /// Whether the login is one of those that the scope names.
    pub fn names(self, login: &Login) -> bool {
        match self {
            Self::Pool => true,
            Self::Application(application) => login.application == application,
            Self::User { user, except } => login.user == user && except != Some(login.session),
            Self::UserInApplication { user, application } => {
                login.user == user && login.application == application
            }
        }
    }
}

/// What a mass end does to the logins in its scope.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Effect {
    /// It ends all of them, for this reason.
    End(Reason),
    /// An application's policy changed: those that had outlived the new one end
    /// (`policy_changed`), and what had expired under the former one stays
    /// expired although it is longer now.
    ApplicationPolicy {
        /// Until this commit.
        former: SessionPolicy,
        /// From this commit on.
        new: SessionPolicy,
    },
    /// The same for the pool's limits.
    PoolLimits {
        /// Until this commit.
        former: SessionLimits,
        /// From this commit on.
        new: SessionLimits,
    },
}

/// A mass end: in force from its commit on, recorded on each login in bounded
/// batches afterwards.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MassEnd {
    /// Its place in the pool's history: only logins that began before it are touched.
    pub position: Position,
    /// Whose logins.
    pub scope: Scope,
    /// What happens to them.
    pub effect: Effect,
    /// From this instant on the answer is no.
    pub at: Timestamp,
    /// By whom.
    pub actor: Actor,
}

impl MassEnd {
    /// Whether this session lies in its scope and began before it. What ends
    /// logins of an application leaves their sessions.
    pub fn concerns_session(&self, session: &Session) -> bool {
        let names = match self.scope {
            Scope::Pool => true,
            Scope::User { user, except } => session.user == user && except != Some(session.id),
            Scope::Application(_) | Scope::UserInApplication { .. } => false,
        };
        names && session.begun < self.position
    }

    /// Whether this login lies in its scope and began before it.
    pub fn concerns(&self, login: &Login) -> bool {
        login.begun < self.position && self.scope.names(login)
    }
}
