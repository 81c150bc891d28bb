//! Sessions and logins: the port. What changes a login is in `lifecycle`.

use super::columns::Columns;
use super::lifecycle::{self, LoginState, PoolRules};
use super::statements as sql;
use super::users;
use super::{Commit, SqlStore, WriteError, access_keys, ends, grants, online};
use crate::postgres::{Asked, Question};
use crate::remembered::Verdict;
use crate::sql::{Connection, OptionalExtension as _, Result, Row, params};
use async_trait::async_trait;
use rollcall_core::ids::{AccessKeyId, ApplicationId, GrantId, LoginId, PoolId, UserId};
use rollcall_core::model::event::{Event, Origin, Position, Reason};
use rollcall_core::model::identifier::UserSelector;
use rollcall_core::model::login::{LoginDevice, LoginHistoryRow};
use rollcall_core::model::session::Session;
use rollcall_core::model::standing::Standing;
use rollcall_core::model::user::User;
use rollcall_core::page::{PageOf, PageRequest};
use rollcall_core::ports::StoreResult;
use rollcall_core::ports::logins::{
    Activity, Begun, EndScope, EndedAll, HistoryFilter, Kicked, LoggedInApplication, LoginView,
    Logins, NewLogin, SessionCheck, SessionEnd, SessionKey, SessionStatus,
};
use rollcall_core::ports::users::Found;
use rollcall_core::time::Timestamp;
use std::ops::ControlFlow;

/// A login with what its tokens say.
pub(super) fn view(
    conn: &Connection,
    pool: PoolId,
    login: LoginId,
    grant: Option<GrantId>,
    now: Timestamp,
) -> Result<Option<LoginView>> {
    let Some(state) = LoginState::of_login(conn, pool, login)? else {
        return Ok(None);
    };
    let rules = PoolRules::of(conn, pool)?;
    let standing = rules.standing(&state, now);
    view_of(conn, state, standing, grant, now).map(Some)
}

fn view_of(
    conn: &Connection,
    state: LoginState,
    standing: Standing,
    grant: Option<GrantId>,
    now: Timestamp,
) -> Result<LoginView> {
    let grant = match grant {
        Some(grant) => grants::grant(conn, state.pool, grant)?,
        None => None,
    };
    Ok(LoginView {
        grant: grant.filter(|grant| grant.login == state.login.id),
        login: state.login,
        session: state.session,
        standing,
        refresh_token_expires_at: None,
        now,
    })
}

/// The answer, and what may be remembered of it.
fn session_status(
    conn: &Connection,
    pool: PoolId,
    application: ApplicationId,
    user: &UserSelector,
    now: Timestamp,
) -> Result<(SessionStatus, Option<Verdict>)> {
    if !has_application(conn, pool, application)? {
        return Ok((SessionStatus::ApplicationNotFound, None));
    }
    let user = match users::resolve(conn, pool, user)? {
        Found::One(user) => user,
        Found::Nobody => return Ok((SessionStatus::UserNotFound, None)),
        Found::Ambiguous(kinds) => return Ok((SessionStatus::AmbiguousUser(kinds), None)),
    };
    let verdict = verdict(conn, pool, user, application, now)?;
    let active = verdict.is_live();
    Ok((SessionStatus::Known { active }, Some(verdict)))
}

/// Stops at the first live one: a user may have any number of logins.
pub(super) fn verdict(
    conn: &Connection,
    pool: PoolId,
    user: UserId,
    application: ApplicationId,
    now: Timestamp,
) -> Result<Verdict> {
    let mut select = conn.prepare_cached(sql::STATES_OF_USER_IN_APPLICATION)?;
    let key = (pool.as_bytes(), user.as_bytes(), application.as_bytes());
    let mut states = select.query_map(key, LoginState::read)?.peekable();
    if states.peek().is_none() {
        return Ok(Verdict::NotLive);
    }
    let rules = PoolRules::of(conn, pool)?;
    let all_ended = rules.all_ended_until(user, application);
    for state in states {
        match decided(&rules, all_ended, &state?, now) {
            ControlFlow::Break(verdict) => return Ok(verdict),
            ControlFlow::Continue(()) => {}
        }
    }
    Ok(Verdict::NotLive)
}

/// Whether a login makes the answer yes, or a mass end has ended it and all that come
/// after it: they come newest first, and places in history are given in the order in
/// which logins are stored.
fn decided(
    rules: &PoolRules,
    all_ended: Option<Position>,
    state: &LoginState,
    now: Timestamp,
) -> ControlFlow<Verdict> {
    if all_ended.is_some_and(|until| state.login.begun < until) {
        return ControlFlow::Break(Verdict::NotLive);
    }
    match rules.standing(state, now) {
        Standing::Live { expires_at } => ControlFlow::Break(Verdict::LiveUntil(expires_at)),
        Standing::Ended(_) => ControlFlow::Continue(()),
    }
}

/// The same of logins that were read together, the newest first; none: others that
/// follow decide.
pub(crate) fn any_live(
    rules: &PoolRules,
    (user, application): (UserId, ApplicationId),
    states: &[LoginState],
    now: Timestamp,
) -> Option<bool> {
    let all_ended = rules.all_ended_until(user, application);
    let mut each = states.iter();
    each.try_for_each(|state| decided(rules, all_ended, state, now))
        .break_value()
        .map(Verdict::is_live)
}

pub(super) fn has_application(
    conn: &Connection,
    pool: PoolId,
    application: ApplicationId,
) -> Result<bool> {
    conn.prepare_cached(sql::APPLICATION_ENABLED)?
        .exists((pool.as_bytes(), application.as_bytes()))
}

/// What activity means before anything is written.
enum Seen {
    Gone,
    Recent(Box<LoginView>),
    WorthWriting,
}

fn seen(
    conn: &Connection,
    pool: PoolId,
    login: LoginId,
    grant: Option<GrantId>,
    now: Timestamp,
) -> Result<Seen> {
    let Some(state) = LoginState::of_login(conn, pool, login)? else {
        return Ok(Seen::Gone);
    };
    let rules = PoolRules::of(conn, pool)?;
    let standing = rules.standing(&state, now);
    if !standing.is_live() {
        return Ok(Seen::Gone);
    }
    if lifecycle::is_worth_writing(&state, &rules, now) {
        return Ok(Seen::WorthWriting);
    }
    let view = view_of(conn, state, standing, grant, now)?;
    Ok(Seen::Recent(Box::new(view)))
}

fn record_activity(
    commit: &mut Commit<'_>,
    pool: PoolId,
    login: LoginId,
    grant: Option<GrantId>,
    origin: &Origin,
) -> Result<Activity, WriteError> {
    let Some(mut state) = LoginState::of_login(commit.conn(), pool, login)? else {
        return Ok(Activity::Ended);
    };
    let rules = PoolRules::of(commit.conn(), pool)?;
    let standing = lifecycle::extend(commit, &mut state, &rules, origin)?;
    if !standing.is_live() {
        return Ok(Activity::Ended);
    }
    let view = view_of(commit.conn(), state, standing, grant, commit.now())?;
    Ok(Activity::Live(Box::new(view)))
}

fn login_history(
    conn: &Connection,
    pool: PoolId,
    user: UserId,
    filter: &HistoryFilter,
    page: PageRequest,
) -> Result<PageOf<LoginHistoryRow>> {
    let application = filter.application.map(|id| *id.as_bytes());
    let address = filter.address.map(|address| address.to_string());
    let from = filter.from.map(Timestamp::as_millis);
    let until = filter.until.map(Timestamp::as_millis);
    let total_count: i64 = conn.prepare_cached(sql::HISTORY_COUNT)?.query_row(
        params![
            pool.as_bytes(),
            user.as_bytes(),
            application,
            address,
            from,
            until
        ],
        |row| row.get(0),
    )?;
    let list = conn
        .prepare_cached(sql::HISTORY)?
        .query_map(
            params![
                pool.as_bytes(),
                user.as_bytes(),
                application,
                address,
                from,
                until,
                page.limit(),
                i64::try_from(page.offset()).unwrap_or(i64::MAX),
            ],
            history_row,
        )?
        .collect::<Result<_>>()?;
    Ok(PageOf {
        total_count: total_count.unsigned_abs(),
        list,
    })
}

fn history_row(row: &Row<'_>) -> Result<LoginHistoryRow> {
    let mut columns = Columns::of(row);
    Ok(LoginHistoryRow {
        application: ApplicationId::from_bytes(columns.get()?),
        application_name: columns.get::<Option<_>>()?.unwrap_or_default(),
        application_logo: columns.get::<Option<_>>()?.unwrap_or_default(),
        application_login_url: columns.get::<Option<_>>()?.unwrap_or_default(),
        device: LoginDevice {
            address: columns.optional_meaning(|text| text.parse().ok())?,
            user_agent: columns.get()?,
        },
        at: columns.instant()?,
    })
}

fn logged_in_applications(
    conn: &Connection,
    pool: PoolId,
    user: UserId,
    now: Timestamp,
) -> Result<Vec<LoggedInApplication>> {
    let key = (pool.as_bytes(), user.as_bytes());
    let states = LoginState::all(conn, sql::STATES_OF_USER, key)?;
    if states.is_empty() {
        return Ok(Vec::new());
    }
    let rules = PoolRules::of(conn, pool)?;
    let live = states
        .iter()
        .filter(|state| rules.standing(state, now).is_live());
    let mut ids: Vec<ApplicationId> = live.map(|state| state.login.application).collect();
    ids.dedup();
    let mut applications = Vec::with_capacity(ids.len());
    for id in ids {
        let tile = conn
            .prepare_cached(sql::APPLICATION_TILE)?
            .query_row((pool.as_bytes(), id.as_bytes()), |row| {
                let mut columns = Columns::of(row);
                Ok(LoggedInApplication {
                    id,
                    name: columns.get()?,
                    logo: columns.get()?,
                    login_url: columns.get()?,
                })
            })
            .optional()?;
        applications.extend(tile);
    }
    applications.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
    Ok(applications)
}

#[async_trait]
impl Logins for SqlStore {
    async fn session_status(
        &self,
        key: AccessKeyId,
        application: ApplicationId,
        user: &UserSelector,
    ) -> StoreResult<Option<SessionCheck>> {
        let remembered = self.remembered();
        let known = remembered.and_then(|all| all.find(key, application, user, self.now()));
        if known.is_some() {
            self.check_there()?;
            return Ok(known);
        }
        let noted = remembered.map(|all| (all, all.before_read(application, user)));
        let question = Question {
            key,
            application,
            user: user.clone(),
        };
        let question = match self.ask(question).await? {
            Asked::Told(check) => return Ok(check),
            Asked::NotHere(question) => question,
        };
        let read = self.read(move |conn| {
            let Some(key) = access_keys::calling(conn, question.key)? else {
                return Ok(None);
            };
            let Question {
                application, user, ..
            } = &question;
            let now = conn.now()?;
            let (status, verdict) = session_status(conn, key.pool, *application, user, now)?;
            Ok(Some((SessionCheck { key, status }, verdict, now)))
        });
        let Some((check, verdict, now)) = read.await? else {
            return Ok(None);
        };
        if let Some((remembered, noted)) = noted {
            remembered.keep(&noted, &check.key, verdict, now);
        }
        Ok(Some(check))
    }

    async fn begin_login(&self, pool: PoolId, new: NewLogin, origin: Origin) -> StoreResult<Begun> {
        self.write(move |commit| lifecycle::begin_login(commit, pool, &new, &origin))
            .await
    }

    async fn live_session(
        &self,
        pool: PoolId,
        session: SessionKey,
    ) -> StoreResult<Option<Session>> {
        self.read(move |conn| lifecycle::live_session_of(conn, pool, session, conn.now()?))
            .await
    }

    async fn end_session(
        &self,
        pool: PoolId,
        session: SessionKey,
        reason: Reason,
        origin: Origin,
    ) -> StoreResult<SessionEnd> {
        self.write(move |commit| lifecycle::end_session(commit, pool, session, reason, &origin))
            .await
    }

    async fn login(
        &self,
        pool: PoolId,
        login: LoginId,
        grant: Option<GrantId>,
    ) -> StoreResult<Option<LoginView>> {
        self.read(move |conn| view(conn, pool, login, grant, conn.now()?))
            .await
    }

    async fn record_activity(
        &self,
        pool: PoolId,
        login: LoginId,
        grant: Option<GrantId>,
        origin: Origin,
    ) -> StoreResult<Activity> {
        match self
            .read(move |conn| seen(conn, pool, login, grant, conn.now()?))
            .await?
        {
            Seen::Gone => Ok(Activity::Ended),
            Seen::Recent(view) => Ok(Activity::Live(view)),
            Seen::WorthWriting => {
                self.write(move |commit| record_activity(commit, pool, login, grant, &origin))
                    .await
            }
        }
    }

    async fn kick_user(
        &self,
        pool: PoolId,
        user: UserSelector,
        applications: Vec<ApplicationId>,
        origin: Origin,
    ) -> StoreResult<Kicked> {
        self.write(move |commit| ends::kick(commit, pool, &user, applications, &origin))
            .await
    }

    async fn end_all_sessions(
        &self,
        pool: PoolId,
        scope: EndScope,
        origin: Origin,
    ) -> StoreResult<EndedAll> {
        self.write(move |commit| ends::end_all(commit, pool, &scope, &origin))
            .await
    }

    async fn active_users(
        &self,
        pool: PoolId,
        application: ApplicationId,
        page: PageRequest,
    ) -> StoreResult<Option<PageOf<User>>> {
        self.scan(move |conn| online::page(conn, pool, application, page, conn.now()?))
            .await
    }

    async fn login_history(
        &self,
        pool: PoolId,
        user: UserId,
        filter: HistoryFilter,
        page: PageRequest,
    ) -> StoreResult<PageOf<LoginHistoryRow>> {
        self.scan(move |conn| login_history(conn, pool, user, &filter, page))
            .await
    }

    async fn logged_in_applications(
        &self,
        pool: PoolId,
        user: UserId,
    ) -> StoreResult<Vec<LoggedInApplication>> {
        self.scan(move |conn| logged_in_applications(conn, pool, user, conn.now()?))
            .await
    }

    async fn events_after(
        &self,
        pool: PoolId,
        after: Position,
        limit: u32,
    ) -> StoreResult<Vec<Event>> {
        self.scan(move |conn| lifecycle::events_after(conn, pool, after, limit))
            .await
    }
}
