//! How one login ends.

use super::events::{self, Cause};
use super::state::{LoginState, PoolRules};
use crate::records::statements as sql;
use crate::records::{Commit, WriteError, actors, counters, logout_deliveries};
use crate::sql::params;
use rollcall_core::model::event::{End, EventKind, Origin, Reason};
use rollcall_core::model::standing::Standing;
use std::borrow::Cow;

/// Ends a login now. What had ended it before, by a limit or a mass end, is
/// recorded instead.
pub(crate) fn end_now(
    commit: &mut Commit<'_>,
    state: &LoginState,
    rules: &PoolRules,
    reason: Reason,
    origin: &Origin,
) -> Result<(), WriteError> {
    match rules.standing_by_rules(state, commit.now()) {
        Standing::Ended(end) => record_ended(commit, state, rules, end),
        Standing::Live { .. } => {
            commit.touches.user(state.login.user);
            let end = End {
                at: commit.now(),
                reason,
                actor: origin.actor,
            };
            record(commit, state, end, &origin.request_id)
        }
    }
}

/// Records the end that a limit or a mass end has made already.
pub(super) fn record_ended(
    commit: &mut Commit<'_>,
    state: &LoginState,
    rules: &PoolRules,
    end: End,
) -> Result<(), WriteError> {
    let cause = rules.cause(&state.login, end);
    let request_id = cause.map_or("", |pending| &pending.request_id);
    record(commit, state, end, request_id)
}

/// Writes the end of a login with its event and what its application is owed,
/// unless one is written already. A session ends with the last of its logins, and
/// in the same way.
fn record(
    commit: &mut Commit<'_>,
    state: &LoginState,
    end: End,
    request_id: &str,
) -> Result<(), WriteError> {
    let (pool, login) = (state.pool, &state.login);
    let write = |commit: &Commit<'_>, statement, id| {
        commit.conn().prepare_cached(statement)?.execute(params![
            pool.as_bytes(),
            id,
            end.at.as_millis(),
            end.reason.as_str(),
            actors::to_text(end.actor),
        ])
    };
    if write(commit, sql::END_LOGIN, login.id.as_bytes())? == 0 {
        return Ok(());
    }
    counters::ended(commit.conn(), pool, login)?;
    write(commit, sql::END_SESSION, login.session.as_bytes())?;
    let position = commit.position(pool)?;
    let kind = EventKind::Ended(end.reason);
    let cause = Cause {
        actor: end.actor,
        request_id,
    };
    events::write(commit, pool, position, login, end.at, kind, cause)?;
    match logout_uri(commit, state)? {
        Some(uri) => logout_deliveries::add(commit, pool, login, end, &uri),
        None => Ok(()),
    }
}

/// Where the application of a login wants to be told of its end. A deleted one
/// still does: it holds tokens, and shows the person as signed in.
fn logout_uri<'a>(
    commit: &Commit<'_>,
    state: &'a LoginState,
) -> Result<Option<Cow<'a, str>>, WriteError> {
    if state.has_application() {
        return Ok(state.backchannel_logout_uri.as_deref().map(Cow::Borrowed));
    }
    let (conn, application) = (commit.conn(), state.login.application);
    let former = logout_deliveries::former_uri(conn, state.pool, application)?;
    Ok(former.map(Cow::Owned))
}
