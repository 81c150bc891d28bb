//! What is known of a delivery after an attempt.

use crate::records::columns::Columns;
use crate::records::statements::deliveries as sql;
use crate::records::{Commit, WriteError};
use crate::sql::{Connection, Error, OptionalExtension as _, Result, params};
use rollcall_core::ids::{LoginId, PoolId};
use rollcall_core::model::logout_delivery::{Attempt, DeliveryState, DeliveryStatus};
use rollcall_core::ports::logout_deliveries::AttemptRecorded;
use rollcall_core::time::Timestamp;

struct Stored {
    seq: i64,
    attempts: u32,
    recorded_at: Timestamp,
    state: DeliveryState,
}

/// Writes an attempt, and how the delivery stands after it.
pub(super) fn record(
    commit: &mut Commit<'_>,
    pool: PoolId,
    login: LoginId,
    attempt: &Attempt,
) -> std::result::Result<AttemptRecorded, WriteError> {
    let conn = commit.conn();
    let stored = conn
        .prepare_cached(sql::DELIVERY)?
        .query_row((pool.as_bytes(), login.as_bytes()), |row| {
            let mut columns = Columns::of(row);
            Ok(Stored {
                seq: columns.get()?,
                attempts: columns.get()?,
                recorded_at: columns.instant()?,
                state: read_state(&mut columns)?,
            })
        })
        .optional()?;
    let Some(stored) = stored else {
        return Ok(AttemptRecorded::NotFound);
    };
    let number = stored.attempts + 1;
    conn.prepare_cached(sql::INSERT_ATTEMPT)?.perform(params![
        pool.as_bytes(),
        login.as_bytes(),
        number,
        attempt.at.as_millis(),
        attempt.result.outcome(),
        attempt.result.status(),
    ])?;
    let state = match stored.state {
        DeliveryState::Waiting { .. } => DeliveryState::after(
            attempt.result.verdict(),
            number,
            stored.recorded_at,
            commit.now(),
        ),
        // Its lease had run out, and the attempt after it was faster.
        finished @ (DeliveryState::Confirmed { .. } | DeliveryState::GivenUp { .. }) => finished,
    };
    let (next_at, finished_at) = match state {
        DeliveryState::Waiting { next_at } => (Some(next_at), None),
        DeliveryState::Confirmed { at } | DeliveryState::GivenUp { at } => (None, Some(at)),
    };
    conn.prepare_cached(sql::COUNT_ATTEMPT)?.perform(params![
        stored.seq,
        number,
        state.status().as_str(),
        next_at.map(Timestamp::as_millis),
        finished_at.map(Timestamp::as_millis),
    ])?;
    Ok(AttemptRecorded::Recorded(state))
}

/// The state of a delivery: its name, when it is tried next, when it was finished.
pub(super) fn read_state(columns: &mut Columns<'_>) -> Result<DeliveryState> {
    let status = columns.meaning(DeliveryStatus::from_name)?;
    let next_at = columns.optional_instant()?;
    let finished_at = columns.optional_instant()?;
    match (status, next_at, finished_at) {
        (DeliveryStatus::Waiting, Some(next_at), None) => Ok(DeliveryState::Waiting { next_at }),
        (DeliveryStatus::Confirmed, None, Some(at)) => Ok(DeliveryState::Confirmed { at }),
        (DeliveryStatus::GivenUp, None, Some(at)) => Ok(DeliveryState::GivenUp { at }),
        _ => Err(Error::unreadable("state of a delivery")),
    }
}

/// Whether one of these logins' deliveries was never attempted.
pub(super) fn any_missing(conn: &Connection, pool: PoolId, logins: &[LoginId]) -> Result<bool> {
    let mut never_attempted = conn.prepare_cached(sql::NEVER_ATTEMPTED)?;
    for login in logins {
        if never_attempted.exists((pool.as_bytes(), login.as_bytes()))? {
            return Ok(true);
        }
    }
    Ok(false)
}
