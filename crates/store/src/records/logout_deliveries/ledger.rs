//! The ledger: which applications had to be told of which ends, and what came of it.

use super::attempt::read_state;
use crate::records::columns::{Columns, limit_and_offset};
use crate::records::statements::deliveries as sql;
use crate::sql::{Connection, Result, Row, params};
use rollcall_core::ids::{ApplicationId, LoginId, PoolId, SessionId, UserId};
use rollcall_core::model::event::Reason;
use rollcall_core::model::logout_delivery::{DeliveryStatus, LedgerAttempt, LogoutDelivery};
use rollcall_core::page::{PageOf, PageRequest};
use rollcall_core::ports::logout_deliveries::DeliveryFilter;

/// A page of a part of the ledger, the end that was recorded last first.
pub(super) fn list(
    conn: &Connection,
    pool: PoolId,
    filter: DeliveryFilter,
    page: PageRequest,
) -> Result<PageOf<LogoutDelivery>> {
    let (list, count) = match filter {
        DeliveryFilter { login: Some(_), .. } => (sql::LEDGER_OF_LOGIN, sql::LEDGER_OF_LOGIN_COUNT),
        DeliveryFilter { user: Some(_), .. } => (sql::LEDGER_OF_USER, sql::LEDGER_OF_USER_COUNT),
        DeliveryFilter {
            application: Some(_),
            ..
        } => (sql::LEDGER_OF_APPLICATION, sql::LEDGER_OF_APPLICATION_COUNT),
        DeliveryFilter { .. } => (sql::LEDGER, sql::LEDGER_COUNT),
    };
    let user = filter.user.map(|id| *id.as_bytes());
    let application = filter.application.map(|id| *id.as_bytes());
    let login = filter.login.map(|id| *id.as_bytes());
    let state = filter.status.map(DeliveryStatus::as_str);
    let total_count: i64 = conn.prepare_cached(count)?.query_row(
        params![pool.as_bytes(), user, application, login, state],
        |row| row.get(0),
    )?;
    let (limit, offset) = limit_and_offset(page);
    let mut list: Vec<LogoutDelivery> = conn
        .prepare_cached(list)?
        .query_map(
            params![
                pool.as_bytes(),
                user,
                application,
                login,
                state,
                limit,
                offset
            ],
            read,
        )?
        .collect::<Result<_>>()?;
    for delivery in &mut list {
        delivery.attempts = attempts(conn, pool, delivery.login)?;
    }
    Ok(PageOf {
        total_count: total_count.unsigned_abs(),
        list,
    })
}

fn read(row: &Row<'_>) -> Result<LogoutDelivery> {
    let mut columns = Columns::of(row);
    Ok(LogoutDelivery {
        login: LoginId::from_bytes(columns.get()?),
        session: SessionId::from_bytes(columns.get()?),
        user: UserId::from_bytes(columns.get()?),
        application: ApplicationId::from_bytes(columns.get()?),
        reason: columns.meaning(Reason::from_name)?,
        ended_at: columns.instant()?,
        uri: columns.get()?,
        state: read_state(&mut columns)?,
        attempts: Vec::new(),
    })
}

fn attempts(conn: &Connection, pool: PoolId, login: LoginId) -> Result<Vec<LedgerAttempt>> {
    conn.prepare_cached(sql::ATTEMPTS)?
        .query_map((pool.as_bytes(), login.as_bytes()), |row| {
            let mut columns = Columns::of(row);
            Ok(LedgerAttempt {
                number: columns.get()?,
                at: columns.instant()?,
                outcome: columns.get()?,
                status: columns.get()?,
            })
        })?
        .collect()
}
