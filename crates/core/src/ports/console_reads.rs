//! What the console shows beyond what the API lists. Every read is bounded, however
//! many are signed in.

use super::StoreResult;
use super::maintenance::Progress;
use crate::ids::{ApplicationId, LoginId, PoolId, SessionId, UserId};
use crate::model::application::Application;
use crate::model::event::{End, Reason};
use crate::model::identifier::{IdentifierKind, UserSelector};
use crate::model::login::{Login, LoginDevice};
use crate::model::session::Session;
use crate::model::standing::{Rules, Standing};
use crate::model::user::User;
use crate::time::Timestamp;
use async_trait::async_trait;

/// A login as it is shown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SeenLogin {
    /// The login.
    pub login: Login,
    /// Its session.
    pub session: Session,
    /// How it stands; `Ended` also when its user or application is disabled or gone.
    pub standing: Standing,
    /// The limits in force for it.
    pub rules: Rules,
    /// Where it began.
    pub device: LoginDevice,
    /// When it truly began: signing in again restarts its limits.
    pub first_begun_at: Timestamp,
    /// The application's name; empty: deleted.
    pub application_name: String,
}

/// A person who is signed in to an application.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OnlineUser {
    /// Who.
    pub user: User,
    /// Their live logins there, at most `limits::DEVICES_SHOWN`, the oldest first.
    pub logins: Vec<SeenLogin>,
    /// Whether there are more.
    pub has_more: bool,
}

/// A part of those who are signed in to an application.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OnlinePage {
    /// Who, in the order of their ids.
    pub users: Vec<OnlineUser>,
    /// After whom the next part begins; none: this is the last.
    pub next: Option<UserId>,
    /// The instant of the answer.
    pub now: Timestamp,
}

/// How a user stands in an application, and why.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StandingFacts {
    /// The user.
    pub user: User,
    /// The application.
    pub application: Application,
    /// The logins whose end is not recorded, the newest first, at most
    /// `limits::SESSIONS_SHOWN`; live ones and others.
    pub logins: Vec<SeenLogin>,
    /// The login that ended last, of those whose end is recorded.
    pub last: Option<(SeenLogin, End)>,
    /// The instant of the answer.
    pub now: Timestamp,
}

/// The answer to [`ConsoleReads::standing_facts`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum StandingAnswer {
    /// Both exist.
    Known(Box<StandingFacts>),
    /// The pool has no such application.
    ApplicationNotFound,
    /// The pool has no such user.
    UserNotFound,
    /// The text fits different users.
    AmbiguousUser(Vec<IdentifierKind>),
}

/// A session with its logins.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SessionTree {
    /// The session.
    pub session: Session,
    /// How it stands.
    pub standing: Standing,
    /// Whether it is a browser's; the others end with their last login.
    pub is_browser: bool,
    /// Its logins that are live.
    pub logins: Vec<SeenLogin>,
}

/// A login in a user's history.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PastLogin {
    /// The login.
    pub login: LoginId,
    /// Its session.
    pub session: SessionId,
    /// Its application.
    pub application: ApplicationId,
    /// The application's name; empty: deleted.
    pub application_name: String,
    /// When it began.
    pub begun_at: Timestamp,
    /// Where.
    pub device: LoginDevice,
    /// How it ended, if that is recorded.
    pub end: Option<End>,
}

/// What is counted.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Tallied {
    /// Logins that began.
    Began,
    /// Logins that ended for this reason.
    Ended(Reason),
    /// Sign-ins that were refused to a known user.
    Refused,
}

/// How often something happened in an application within an hour.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct HourCount {
    /// The application; none: refused before one was known.
    pub application: Option<ApplicationId>,
    /// When the hour began.
    pub hour: Timestamp,
    /// What.
    pub what: Tallied,
    /// How often.
    pub number: u64,
}

/// An application and how many are signed in to it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LiveCount {
    /// Its id.
    pub application: ApplicationId,
    /// Its name.
    pub name: String,
    /// Logins that have begun and whose end is not recorded.
    pub number: u64,
}

/// A pool at a glance.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Overview {
    /// Of each application, the fullest first.
    pub live: Vec<LiveCount>,
    /// Since the asked instant.
    pub hours: Vec<HourCount>,
    /// Deliveries of logouts that wait, counted up to `limits::DELIVERIES_COUNTED`.
    pub waiting: u64,
    /// Of the newest deliveries, that many of them: those that were given up.
    pub given_up: u64,
    /// The instant of the answer.
    pub now: Timestamp,
}

/// Reads for the console.
#[async_trait]
pub trait ConsoleReads: Send + Sync {
    /// Who is signed in to the application now, after a person in the order of ids.
    /// None: no such application.
    async fn online_users(
        &self,
        pool: PoolId,
        application: ApplicationId,
        after: Option<UserId>,
        limit: u32,
    ) -> StoreResult<Option<OnlinePage>>;

    /// How a user stands in an application: the logins that `session_status` decides
    /// by, and the last of those before. Not activity.
    async fn standing_facts(
        &self,
        pool: PoolId,
        application: ApplicationId,
        user: UserSelector,
    ) -> StoreResult<StandingAnswer>;

    /// The user's live sessions with their live logins, at most
    /// `limits::SESSIONS_SHOWN`.
    async fn session_trees(&self, pool: PoolId, user: UserId) -> StoreResult<Vec<SessionTree>>;

    /// Logins that the user began, the newest first, before an instant.
    async fn past_logins(
        &self,
        pool: PoolId,
        user: UserId,
        before: Option<Timestamp>,
        limit: u32,
    ) -> StoreResult<Vec<PastLogin>>;

    /// Users, the newest first, after one of them by instant and id: a part of the list
    /// that costs the same however long it is.
    async fn newest_users(
        &self,
        pool: PoolId,
        after: Option<(Timestamp, UserId)>,
        limit: u32,
    ) -> StoreResult<Vec<User>>;

    /// Users whose username or e-mail begins like this, in the form in which they are
    /// compared; each at most `limit`.
    async fn users_beginning(
        &self,
        pool: PoolId,
        username_key: String,
        email: String,
        limit: u32,
    ) -> StoreResult<Vec<User>>;

    /// The pool's applications by name, the newest first, at most so many.
    async fn application_names(
        &self,
        pool: PoolId,
        limit: u32,
    ) -> StoreResult<Vec<(ApplicationId, String)>>;

    /// The last commit that began, extended or ended logins of the pool; none: no
    /// such pool.
    async fn pool_revision(&self, pool: PoolId) -> StoreResult<Option<i64>>;

    /// A pool at a glance, with hourly figures since an instant.
    async fn overview(&self, pool: PoolId, since: Timestamp) -> StoreResult<Overview>;

    /// Background work of all pools: counts at most `batch` events that are not
    /// counted yet, and forgets figures that are no longer shown.
    async fn tally(&self, batch: u32) -> StoreResult<Progress>;
}
