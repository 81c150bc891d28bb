//! Events: written with what they tell of, read in order.

use crate::records::columns::Columns;
use crate::records::statements as sql;
use crate::records::{Commit, WriteError, actors, webhooks};
use crate::sql::{Connection, Error, Result, Row, params};
use rollcall_core::ids::{ApplicationId, LoginId, PoolId, SessionId, UserId};
use rollcall_core::model::event::{Actor, Event, EventKind, Position, Reason};
use rollcall_core::model::login::Login;
use rollcall_core::time::Timestamp;

/// Who caused an event, and with which request.
#[derive(Clone, Copy)]
pub(super) struct Cause<'a> {
    pub(super) actor: Actor,
    pub(super) request_id: &'a str,
}

/// Writes the event at this position, and tells the webhooks that want to know: `at` is when it happened, the commit's
/// instant when it is recorded.
pub(super) fn write(
    commit: &mut Commit<'_>,
    pool: PoolId,
    position: Position,
    login: &Login,
    at: Timestamp,
    kind: EventKind,
    cause: Cause<'_>,
) -> Result<(), WriteError> {
    let (name, expires_at, reason) = match kind {
        EventKind::Began { expires_at } => ("began", Some(expires_at), None),
        EventKind::Extended { expires_at } => ("extended", Some(expires_at), None),
        EventKind::Ended(reason) => ("ended", None, Some(reason)),
    };
    commit.tally.count(kind);
    let now = commit.now().as_millis();
    commit
        .conn()
        .prepare_cached(sql::INSERT_EVENT)?
        .perform(params![
            pool.as_bytes(),
            position.revision,
            position.index,
            at.as_millis(),
            now,
            name,
            expires_at.map(Timestamp::as_millis),
            reason.map(Reason::as_str),
            login.user.as_bytes(),
            login.application.as_bytes(),
            login.session.as_bytes(),
            login.id.as_bytes(),
            actors::to_text(cause.actor),
            cause.request_id,
        ])?;
    let cause = (cause.actor, cause.request_id);
    webhooks::tell_of_event(commit, pool, login, at, kind, cause)
}

/// The pool's events after a position, in order.
pub(crate) fn after(
    conn: &Connection,
    pool: PoolId,
    after: Position,
    limit: u32,
) -> Result<Vec<Event>> {
    conn.prepare_cached(sql::EVENTS_AFTER)?
        .query_map(
            params![pool.as_bytes(), after.revision, after.index, limit],
            read,
        )?
        .collect()
}

fn read(row: &Row<'_>) -> Result<Event> {
    let mut columns = Columns::of(row);
    let position = Position {
        revision: columns.get()?,
        index: columns.get()?,
    };
    let at = columns.instant()?;
    let recorded_at = columns.instant()?;
    let kind: String = columns.get()?;
    let expires_at = columns.optional_instant()?;
    let reason = columns.optional_meaning(Reason::from_name)?;
    let kind = match (kind.as_str(), expires_at, reason) {
        ("began", Some(expires_at), None) => EventKind::Began { expires_at },
        ("extended", Some(expires_at), None) => EventKind::Extended { expires_at },
        ("ended", None, Some(reason)) => EventKind::Ended(reason),
        _ => return Err(Error::unreadable("kind of an event")),
    };
    Ok(Event {
        position,
        at,
        recorded_at,
        kind,
        user: UserId::from_bytes(columns.get()?),
        application: ApplicationId::from_bytes(columns.get()?),
        session: SessionId::from_bytes(columns.get()?),
        login: LoginId::from_bytes(columns.get()?),
        actor: columns.meaning(actors::from_text)?,
        request_id: columns.get()?,
    })
}
