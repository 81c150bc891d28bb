//! Reads what is live before anybody asks, so that the first question about somebody costs
//! no more than the second.
//!
//! A page is a statement of its own on the connection that the memory belongs to, asked
//! after the pool has been followed up to a revision. Ends after that revision are told with
//! the next questions, so what has ended since the page was read is forgotten then, and what
//! rules have changed gives their application another number.

use super::line::Line;
use super::memory::Memory;
use super::statements::RULES_OF_LOGIN;
use crate::postgres::failure::Failure;
use crate::records::{ApplicationState, Columns, PoolRules};
use crate::sql::{Result, Row};
use rollcall_core::ids::{ApplicationId, PoolId, UserId};

/// Logins that are read at once: who asks meanwhile waits a millisecond or two.
pub(super) const PAGE: i64 = 256;

/// How far a pool has been read: the last login.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) pool: PoolId,
    pub(super) user: [u8; 12],
    pub(super) application: [u8; 12],
    pub(super) seq: i64,
}

impl Place {
    /// Before the first login of a pool.
    pub(super) fn before(pool: PoolId) -> Self {
        Self {
            pool,
            user: [0; 12],
            application: [0; 12],
            seq: 0,
        }
    }
}

/// Reads the next page of what is to be remembered, if there is any.
pub(super) async fn read_page(line: &mut Line) -> Option<Result<()>> {
    let place = line.memory.as_ref()?.next_place()?;
    let rows = line.live_logins(&place).await;
    let memory = line.memory.as_mut()?;
    Some(match rows {
        Ok(rows) => take_in(memory, place, &rows),
        Err(error) => Err(Failure::Server(error).into()),
    })
}

fn take_in(memory: &mut Memory, mut place: Place, rows: &[tokio_postgres::Row]) -> Result<()> {
    for row in rows {
        let row = Row::Postgres(row);
        let mut columns = Columns::of(&row);
        place.user = columns.get()?;
        place.application = columns.get()?;
        place.seq = columns.get()?;
        let moments = columns.moments()?;
        let is_session_there: bool = columns.get()?;
        let mut rules = Columns::from(&row, RULES_OF_LOGIN);
        let state = ApplicationState::read_columns(&mut rules)?;
        let pool_rules = PoolRules::read_limits(&mut rules)?;
        let (Some(state), true) = (state, is_session_there) else {
            continue;
        };
        let application = ApplicationId::from_bytes(place.application);
        let limits = pool_rules.limits();
        memory.take_rules(place.pool, application, Some(state), limits);
        if let Some(limit) = pool_rules.live_until(&state, &moments, memory.now()) {
            let user = UserId::from_bytes(place.user);
            memory.keep(place.pool, application, user, limit);
        }
    }
    match i64::try_from(rows.len()).is_ok_and(|rows| rows < PAGE) {
        true => memory.has_read(place.pool),
        false => memory.go_on_from(place),
    }
    Ok(())
}
