//! What people did: written with what it tells of, read in order.

use super::columns::{Columns, limit_and_offset};
use super::statements as sql;
use super::statements::actions;
use super::{Commit, SqlStore, WriteError, users};
use crate::sql::{Connection, OptionalExtension as _, Row, params};
use async_trait::async_trait;
use rollcall_core::ids::{ApplicationId, PoolId, UserId};
use rollcall_core::limits;
use rollcall_core::model::event::Origin;
use rollcall_core::model::login::LoginDevice;
use rollcall_core::model::user_action::{ActionFailure, UserAction, UserActionKind, UserActionRow};
use rollcall_core::page::{PageOf, PageRequest};
use rollcall_core::ports::StoreResult;
use rollcall_core::ports::user_actions::{ActionFilter, ListedAction, UserActions};
use rollcall_core::time::Timestamp;

/// Writes what somebody did, in the commit that did it, or what was refused. What
/// was refused to somebody who is gone is not written: it would be kept of nobody.
pub(crate) fn record(
    commit: &Commit<'_>,
    pool: PoolId,
    action: &UserAction,
    origin: &Origin,
) -> Result<(), WriteError> {
    let (conn, user) = (commit.conn(), action.user);
    if action.failure.is_some() && users::status_of(conn, pool, user)?.is_none() {
        return Ok(());
    }
    conn.prepare_cached(actions::INSERT_USER_ACTION)?
        .perform(params![
            pool.as_bytes(),
            user.as_bytes(),
            commit.now().as_millis(),
            action.kind.as_str(),
            action
                .application
                .map(|application| *application.as_bytes()),
            action.failure.map(ActionFailure::as_str),
            action.detail,
            action.device.address.map(|address| address.to_string()),
            action.device.user_agent,
            origin.request_id,
        ])?;
    if action.failure.is_some() {
        conn.prepare_cached(actions::KEEP_NEWEST_REFUSALS)?
            .perform((
                pool.as_bytes(),
                user.as_bytes(),
                limits::MAX_REFUSED_ACTIONS_PER_USER,
            ))?;
    }
    Ok(())
}

/// Erases where a person who is being deleted acted from.
pub(super) fn forget_devices(
    conn: &Connection,
    pool: PoolId,
    user: UserId,
) -> crate::sql::Result<()> {
    conn.prepare_cached(actions::FORGET_DEVICES)?
        .perform((pool.as_bytes(), user.as_bytes()))?;
    Ok(())
}

/// The statements of the part that the filter names, cut by what is likely to be
/// the rarest.
fn part_of(filter: &ActionFilter) -> (&'static str, &'static str) {
    if filter.request_id.is_some() {
        (actions::OF_REQUEST, actions::OF_REQUEST_COUNT)
    } else if filter.user.is_some() {
        (actions::OF_USER, actions::OF_USER_COUNT)
    } else if filter.address.is_some() {
        (actions::FROM_ADDRESS, actions::FROM_ADDRESS_COUNT)
    } else if filter.application.is_some() {
        (actions::OF_APPLICATION, actions::OF_APPLICATION_COUNT)
    } else {
        (actions::OF_POOL, actions::OF_POOL_COUNT)
    }
}

fn list(
    conn: &Connection,
    pool: PoolId,
    filter: &ActionFilter,
    page: PageRequest,
) -> crate::sql::Result<PageOf<ListedAction>> {
    let (list, count) = part_of(filter);
    let user = filter.user.map(|id| *id.as_bytes());
    let application = filter.application.map(|id| *id.as_bytes());
    let address = filter.address.map(|address| address.to_string());
    let kind = filter.kind.map(UserActionKind::as_str);
    let from = filter.from.map_or(i64::MIN, Timestamp::as_millis);
    let until = filter.until.map_or(i64::MAX, Timestamp::as_millis);
    let (limit, offset) = limit_and_offset(page);
    let part = params![
        pool.as_bytes(),
        user,
        application,
        filter.request_id,
        address,
        kind,
        filter.success,
        from,
        until,
        limit,
        offset,
    ];
    let total_count: i64 = conn
        .prepare_cached(count)?
        .query_row(&part[..9], |row| row.get(0))?;
    let rows: Vec<UserActionRow> = conn
        .prepare_cached(list)?
        .query_map(part, read)?
        .collect::<crate::sql::Result<_>>()?;
    let list = rows.into_iter().map(|row| listed(conn, pool, row));
    Ok(PageOf {
        total_count: total_count.unsigned_abs(),
        list: list.collect::<crate::sql::Result<_>>()?,
    })
}

fn read(row: &Row<'_>) -> crate::sql::Result<UserActionRow> {
    let mut columns = Columns::of(row);
    Ok(UserActionRow {
        action: UserAction {
            user: UserId::from_bytes(columns.get()?),
            application: columns.get::<Option<_>>()?.map(ApplicationId::from_bytes),
            kind: columns.meaning(UserActionKind::from_name)?,
            failure: columns.optional_meaning(ActionFailure::from_name)?,
            detail: columns.get()?,
            device: LoginDevice {
                address: columns.optional_meaning(|text| text.parse().ok())?,
                user_agent: columns.get()?,
            },
        },
        at: columns.instant()?,
        request_id: columns.get()?,
    })
}

fn listed(conn: &Connection, pool: PoolId, row: UserActionRow) -> crate::sql::Result<ListedAction> {
    let mut users = users::by_ids(conn, pool, &[row.action.user])?;
    let tile = match row.action.application {
        None => None,
        Some(application) => conn
            .prepare_cached(sql::APPLICATION_TILE)?
            .query_row((pool.as_bytes(), application.as_bytes()), |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })
            .optional()?,
    };
    let (application_name, application_logo, application_login_url) = tile.unwrap_or_default();
    Ok(ListedAction {
        user: users.pop().map(Box::new),
        row,
        application_name,
        application_logo,
        application_login_url,
    })
}

#[async_trait]
impl UserActions for SqlStore {
    async fn record_refused_action(
        &self,
        pool: PoolId,
        action: UserAction,
        origin: Origin,
    ) -> StoreResult<()> {
        self.write(move |commit| record(commit, pool, &action, &origin))
            .await
    }

    async fn user_actions(
        &self,
        pool: PoolId,
        filter: ActionFilter,
        page: PageRequest,
    ) -> StoreResult<PageOf<ListedAction>> {
        self.scan(move |conn| list(conn, pool, &filter, page)).await
    }
}
