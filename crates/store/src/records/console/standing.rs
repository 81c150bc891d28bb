//! How a user stands in an application, and their sessions and history.

use crate::records::columns::Columns;
use crate::records::lifecycle::{self, LoginState, PoolRules};
use crate::records::statements as sql;
use crate::records::{actors, applications, users};
use crate::sql::{Connection, OptionalExtension as _, Result, Row, params};
use rollcall_core::ids::{ApplicationId, LoginId, PoolId, SessionId, UserId};
use rollcall_core::limits;
use rollcall_core::model::event::{End, Reason};
use rollcall_core::model::identifier::UserSelector;
use rollcall_core::model::login::LoginDevice;
use rollcall_core::ports::console_reads::{
    PastLogin, SeenLogin, SessionTree, StandingAnswer, StandingFacts,
};
use rollcall_core::ports::users::Found;
use rollcall_core::time::Timestamp;

/// What a login's state does not say.
pub(crate) const DETAILS: &str =
    "SELECT l.address, l.user_agent, coalesce(l.first_begun_at, l.begun_at), a.name
    FROM logins l LEFT JOIN applications a ON a.pool = l.pool AND a.id = l.application
    WHERE l.pool = ?1 AND l.id = ?2";
pub(crate) const OPEN: &str = "SELECT id FROM logins
    WHERE pool = ?1 AND user = ?2 AND application = ?3 AND ended_at IS NULL
    ORDER BY seq DESC LIMIT ?4";
/// Of the newest ones in whatever application, the one that ended last in this.
pub(crate) const LAST_ENDED: &str = "SELECT id FROM logins
    WHERE pool = ?1 AND user = ?2 AND application = ?3 AND ended_at IS NOT NULL
    ORDER BY begun_revision DESC, begun_index DESC LIMIT 20";
pub(crate) const PAST: &str = "SELECT l.id, l.session, l.application, a.name,
        coalesce(l.first_begun_at, l.begun_at), l.address, l.user_agent,
        l.ended_at, l.end_reason, l.end_actor
    FROM logins l LEFT JOIN applications a ON a.pool = l.pool AND a.id = l.application
    WHERE l.pool = ?1 AND l.user = ?2 AND coalesce(l.first_begun_at, l.begun_at) < ?3
    ORDER BY l.begun_revision DESC, l.begun_index DESC LIMIT ?4";

/// A login as it is shown.
pub(super) fn seen(
    conn: &Connection,
    rules: &PoolRules,
    state: &LoginState,
    now: Timestamp,
) -> Result<SeenLogin> {
    let key = (state.pool.as_bytes(), state.login.id.as_bytes());
    conn.prepare_cached(DETAILS)?.query_row(key, |row| {
        seen_with(rules, state, now, &mut Columns::of(row))
    })
}

/// The same with what [`DETAILS`] tells.
pub(super) fn seen_with(
    rules: &PoolRules,
    state: &LoginState,
    now: Timestamp,
    details: &mut Columns<'_>,
) -> Result<SeenLogin> {
    let device = device(details)?;
    let first_begun_at = details.instant()?;
    let name: Option<String> = details.get()?;
    Ok(SeenLogin {
        login: state.login.clone(),
        session: state.session.clone(),
        standing: rules.standing(state, now),
        rules: rules.rules(state),
        device,
        first_begun_at,
        application_name: name.unwrap_or_default(),
    })
}

fn device(columns: &mut Columns<'_>) -> Result<LoginDevice> {
    Ok(LoginDevice {
        address: columns.optional_meaning(|text| text.parse().ok())?,
        user_agent: columns.get()?,
    })
}

fn ids(conn: &Connection, sql: &str, parameters: impl crate::sql::Params) -> Result<Vec<LoginId>> {
    conn.prepare_cached(sql)?
        .query_map(parameters, |row| row.get(0).map(LoginId::from_bytes))?
        .collect()
}

/// How a user stands in an application.
pub(super) fn facts(
    conn: &Connection,
    pool: PoolId,
    application: ApplicationId,
    user: &UserSelector,
    now: Timestamp,
) -> Result<StandingAnswer> {
    let Some(application) = applications::stored(conn, pool, application)? else {
        return Ok(StandingAnswer::ApplicationNotFound);
    };
    let user = match users::resolve(conn, pool, user)? {
        Found::One(user) => user,
        Found::Nobody => return Ok(StandingAnswer::UserNotFound),
        Found::Ambiguous(kinds) => return Ok(StandingAnswer::AmbiguousUser(kinds)),
    };
    let Some(user) = users::by_ids(conn, pool, &[user])?.into_iter().next() else {
        return Ok(StandingAnswer::UserNotFound);
    };
    let rules = PoolRules::of(conn, pool)?;
    let key = (
        pool.as_bytes(),
        user.id.as_bytes(),
        application.id.as_bytes(),
    );
    let open = ids(
        conn,
        OPEN,
        params![key.0, key.1, key.2, limits::SESSIONS_SHOWN],
    )?;
    let mut logins = Vec::with_capacity(open.len());
    for id in open {
        if let Some(state) = LoginState::of_login(conn, pool, id)? {
            logins.push(seen(conn, &rules, &state, now)?);
        }
    }
    let mut last: Option<(SeenLogin, End)> = None;
    for id in ids(conn, LAST_ENDED, key)? {
        let Some(state) = LoginState::of_login(conn, pool, id)? else {
            continue;
        };
        let Some(end) = state.login.end else { continue };
        if last.as_ref().is_none_or(|(_, known)| end.at > known.at) {
            last = Some((seen(conn, &rules, &state, now)?, end));
        }
    }
    Ok(StandingAnswer::Known(Box::new(StandingFacts {
        user,
        application,
        logins,
        last,
        now,
    })))
}

/// A user's live sessions with their live logins.
pub(super) fn trees(
    conn: &Connection,
    pool: PoolId,
    user: UserId,
    now: Timestamp,
) -> Result<Vec<SessionTree>> {
    let most = usize::try_from(limits::SESSIONS_SHOWN).unwrap_or(usize::MAX);
    let rules = PoolRules::of(conn, pool)?;
    let mut select = conn.prepare_cached(sql::SESSIONS_OF_USER)?;
    let sessions = select.query_map((pool.as_bytes(), user.as_bytes()), lifecycle::read_session)?;
    let mut trees = Vec::new();
    for session in sessions {
        let session = session?;
        let standing = rules.session_standing(&session, now);
        if !standing.is_live() {
            continue;
        }
        let key = (pool.as_bytes(), session.id.as_bytes());
        let is_browser = conn.prepare_cached(sql::IS_BROWSER)?.exists(key)?;
        let states = LoginState::all(conn, sql::STATES_OF_SESSION, key)?;
        let mut logins = Vec::new();
        for state in &states {
            if rules.standing(state, now).is_live() && logins.len() < most {
                logins.push(seen(conn, &rules, state, now)?);
            }
        }
        if logins.is_empty() && !is_browser {
            // It ends with its last login.
            continue;
        }
        trees.push(SessionTree {
            session,
            standing,
            is_browser,
            logins,
        });
        if trees.len() >= most {
            break;
        }
    }
    trees.sort_by_key(|tree| std::cmp::Reverse(tree.session.last_seen));
    Ok(trees)
}

/// Logins that a user began, the newest first.
pub(super) fn past(
    conn: &Connection,
    pool: PoolId,
    user: UserId,
    before: Option<Timestamp>,
    limit: u32,
) -> Result<Vec<PastLogin>> {
    let before = before.map_or(i64::MAX, Timestamp::as_millis);
    conn.prepare_cached(PAST)?
        .query_map(
            params![pool.as_bytes(), user.as_bytes(), before, limit],
            past_login,
        )?
        .collect()
}

fn past_login(row: &Row<'_>) -> Result<PastLogin> {
    let mut columns = Columns::of(row);
    let login = LoginId::from_bytes(columns.get()?);
    let session = SessionId::from_bytes(columns.get()?);
    let application = ApplicationId::from_bytes(columns.get()?);
    let application_name: Option<String> = columns.get()?;
    let begun_at = columns.instant()?;
    let device = device(&mut columns)?;
    let ended_at = columns.optional_instant()?;
    let reason = columns.optional_meaning(Reason::from_name)?;
    let actor = columns.optional_meaning(actors::from_text)?;
    let end = ended_at.zip(reason).zip(actor);
    Ok(PastLogin {
        login,
        session,
        application,
        application_name: application_name.unwrap_or_default(),
        begun_at,
        device,
        end: end.map(|((at, reason), actor)| End { at, reason, actor }),
    })
}

/// The pool's revision.
pub(super) fn revision(conn: &Connection, pool: PoolId) -> Result<Option<i64>> {
    conn.prepare_cached("SELECT revision FROM pools WHERE id = ?1")?
        .query_row([pool.as_bytes()], |row| row.get(0))
        .optional()
}
