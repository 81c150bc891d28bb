//! Calls that were made: how their deliveries stand, and the log of them.

use super::sql;
use crate::records::columns::{Columns, limit_and_offset, to_json};
use crate::records::{Commit, WriteError};
use crate::sql::{Connection, OptionalExtension as _, Result, Row, params};
use rollcall_core::ids::{PoolId, WebhookEventId, WebhookId};
use rollcall_core::limits;
use rollcall_core::model::delivery::{DeliveryState, Verdict};
use rollcall_core::model::webhook::{
    CallAnswer, CallResult, WebhookCall, WebhookEvent, WebhookLog,
};
use rollcall_core::page::{PageOf, PageRequest};
use rollcall_core::ports::webhooks::CallRecorded;
use rollcall_core::time::Timestamp;

/// Writes an attempt, and how the delivery stands after it.
pub(super) fn record(
    commit: &mut Commit<'_>,
    pool: PoolId,
    webhook: WebhookId,
    event: WebhookEventId,
    call: &WebhookCall,
) -> std::result::Result<CallRecorded, WriteError> {
    write(commit, pool, webhook, call)?;
    let conn = commit.conn();
    let stored = conn
        .prepare_cached(sql::WEBHOOK_DELIVERY)?
        .query_row(
            (pool.as_bytes(), webhook.as_bytes(), event.as_bytes()),
            |row| {
                let mut columns = Columns::of(row);
                let (seq, attempts): (i64, u32) = (columns.get()?, columns.get()?);
                Ok((seq, attempts, columns.instant()?))
            },
        )
        .optional()?;
    let Some((seq, attempts, recorded_at)) = stored else {
        return Ok(CallRecorded::NotFound);
    };
    let number = attempts + 1;
    let verdict = call.result.verdict();
    let state = DeliveryState::after(verdict, number, recorded_at, commit.now());
    match state {
        DeliveryState::Waiting { next_at } => conn
            .prepare_cached(sql::COUNT_WEBHOOK_ATTEMPT)?
            .execute(params![seq, number, next_at.as_millis()])?,
        DeliveryState::Confirmed { .. } | DeliveryState::GivenUp { .. } => conn
            .prepare_cached(sql::DELETE_WEBHOOK_DELIVERY)?
            .execute([seq])?,
    };
    Ok(CallRecorded::Recorded(state))
}

/// Writes a call into the log of its webhook, if that is still there, and forgets
/// the oldest one if there are too many.
pub(super) fn write(
    commit: &Commit<'_>,
    pool: PoolId,
    webhook: WebhookId,
    call: &WebhookCall,
) -> std::result::Result<(), WriteError> {
    let conn = commit.conn();
    let number: Option<i64> = conn
        .prepare_cached(sql::NUMBER_WEBHOOK_LOG)?
        .query_row((pool.as_bytes(), webhook.as_bytes()), |row| row.get(0))
        .optional()?;
    let Some(number) = number else {
        return Ok(());
    };
    let answer = match &call.result {
        CallResult::Answered(answer) => Some(answer),
        CallResult::Failed(_) => None,
    };
    let headers = answer.map(|answer| to_json(&answer.headers)).transpose()?;
    let error = error_of(&call.result);
    conn.prepare_cached(sql::INSERT_WEBHOOK_LOG)?
        .perform(params![
            pool.as_bytes(),
            webhook.as_bytes(),
            number,
            call.event.as_str(),
            call.at.as_millis(),
            to_json(&call.request_headers)?,
            call.request_body,
            error.is_none(),
            error,
            answer.map(|answer| answer.status),
            headers,
            answer.map(|answer| &answer.body),
        ])?;
    let last_to_go = number - i64::from(limits::MAX_WEBHOOK_LOGS);
    let mut trim = conn.prepare_cached(sql::TRIM_WEBHOOK_LOGS)?;
    trim.perform(params![pool.as_bytes(), webhook.as_bytes(), last_to_go])?;
    Ok(())
}

/// Why a call was no success, in one word.
fn error_of(result: &CallResult) -> Option<&'static str> {
    match (result, result.verdict()) {
        (CallResult::Failed(code), _) => Some(code),
        (CallResult::Answered(_), Verdict::Confirmed) => None,
        (CallResult::Answered(_), verdict) => Some(verdict.as_str()),
    }
}

/// A page of the log, the last call first.
pub(super) fn page(
    conn: &Connection,
    pool: PoolId,
    webhook: WebhookId,
    page: PageRequest,
) -> Result<PageOf<WebhookLog>> {
    let (pool, webhook) = (pool.as_bytes(), webhook.as_bytes());
    let total_count: i64 = conn
        .prepare_cached(sql::WEBHOOK_LOGS_COUNT)?
        .query_row((pool, webhook), |row| row.get(0))?;
    let (limit, offset) = limit_and_offset(page);
    let list = conn
        .prepare_cached(sql::WEBHOOK_LOGS_PAGE)?
        .query_map((pool, webhook, limit, offset), read)?
        .collect::<Result<_>>()?;
    Ok(PageOf {
        total_count: total_count.unsigned_abs(),
        list,
    })
}

fn read(row: &Row<'_>) -> Result<WebhookLog> {
    let mut columns = Columns::of(row);
    let event = columns.meaning(WebhookEvent::from_name)?;
    let at = columns.instant()?;
    let request_headers = columns.json()?;
    let request_body = columns.get()?;
    let success = columns.get()?;
    let error = columns.get()?;
    let status: Option<u16> = columns.get()?;
    let answer = match status {
        Some(status) => Some(CallAnswer {
            status,
            headers: columns.json()?,
            body: columns.get()?,
        }),
        None => None,
    };
    Ok(WebhookLog {
        event,
        at,
        request_headers,
        request_body,
        answer,
        success,
        error,
    })
}

/// Forgets calls that were made by then; answers how many.
pub(in crate::records) fn forget_old(
    commit: &Commit<'_>,
    kept_since: Timestamp,
    limit: u64,
) -> std::result::Result<u64, WriteError> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut delete = commit.conn().prepare_cached(sql::DELETE_OLD_WEBHOOK_LOGS)?;
    let forgotten = delete.execute(params![kept_since.as_millis(), limit])?;
    Ok(forgotten as u64)
}
