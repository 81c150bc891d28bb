//! The audit log, read. Its rows are written by the commits of the changes.

use super::SqlStore;
use super::actors;
use super::columns::{Columns, limit_and_offset};
use crate::sql::{Connection, Result, Row, params};
use async_trait::async_trait;
use rollcall_core::ids::{AuditId, PoolId, UserId};
use rollcall_core::model::audit::{AuditAction, AuditResource, AuditRow};
use rollcall_core::model::event::Actor;
use rollcall_core::page::{PageOf, PageRequest};
use rollcall_core::ports::StoreResult;
use rollcall_core::ports::audit_log::{AuditFilter, AuditLog};
use rollcall_core::time::Timestamp;

pub(crate) const PAGE: &str =
    "SELECT id, at, actor, address, user_agent, request_id, action, resource, resource_id, detail
    FROM audit_rows WHERE pool = ?1 ORDER BY seq DESC LIMIT ?2 OFFSET ?3";

pub(crate) const COUNT: &str = "SELECT count(*) FROM audit_rows WHERE pool = ?1";

pub(crate) const FORGET_DEVICES: &str = "UPDATE audit_rows SET address = NULL, user_agent = NULL
    WHERE pool = ?1 AND actor = ?2 AND (address IS NOT NULL OR user_agent IS NOT NULL)";

/// A part of the management log, and how large that part is. Both take the actor as
/// ?2, the request as ?3, the address as ?4, the changes as ?5, and the first and the
/// last instant as ?6 and ?7. The index is named: of two texts that are given the
/// planner cannot know which one is rare.
macro_rules! management {
    ($select:literal $index:literal $which:literal $page:literal) => {
        concat!(
            "SELECT ",
            $select,
            " FROM audit_rows INDEXED BY management_rows_",
            $index,
            " WHERE pool = ?1 AND substr(actor, 1, 7) <> 'person:'",
            $which,
            " AND at >= ?6 AND at <= ?7
            AND (instr(?5, '|' || action || ':' || resource || '|') > 0 OR ?5 IS NULL)",
            $page
        )
    };
    (list $index:literal $which:literal) => {
        management!(
            "id, at, actor, address, user_agent, request_id, action, resource, resource_id, detail"
            $index $which " ORDER BY at DESC, seq DESC LIMIT ?8 OFFSET ?9"
        )
    };
    (count $index:literal $which:literal) => {
        management!("count(*)" $index $which "")
    };
}

pub(crate) const MANAGEMENT: &str = management!(list "in_order" "");
pub(crate) const MANAGEMENT_COUNT: &str = management!(count "in_order" "");
pub(crate) const MANAGEMENT_OF_ACTOR: &str = management!(list "of_actor"
    " AND actor = ?2 AND (address = ?4 OR ?4 IS NULL)");
const MANAGEMENT_OF_ACTOR_COUNT: &str = management!(count "of_actor"
    " AND actor = ?2 AND (address = ?4 OR ?4 IS NULL)");
pub(crate) const MANAGEMENT_FROM_ADDRESS: &str =
    management!(list "from_address" " AND address = ?4");
const MANAGEMENT_FROM_ADDRESS_COUNT: &str = management!(count "from_address" " AND address = ?4");
pub(crate) const MANAGEMENT_OF_REQUEST: &str = management!(list "of_request"
    " AND request_id = ?3 AND (actor = ?2 OR ?2 IS NULL) AND (address = ?4 OR ?4 IS NULL)");
const MANAGEMENT_OF_REQUEST_COUNT: &str = management!(count "of_request"
    " AND request_id = ?3 AND (actor = ?2 OR ?2 IS NULL) AND (address = ?4 OR ?4 IS NULL)");

fn read(row: &Row<'_>) -> Result<AuditRow> {
    let mut columns = Columns::of(row);
    Ok(AuditRow {
        id: AuditId::from_bytes(columns.get()?),
        at: columns.instant()?,
        actor: columns.meaning(actors::from_text)?,
        address: columns.optional_meaning(|text| text.parse().ok())?,
        user_agent: columns.get()?,
        request_id: columns.get()?,
        action: columns.meaning(|name| named(AuditAction::ALL, AuditAction::as_str, name))?,
        resource: columns.meaning(|name| named(AuditResource::ALL, AuditResource::as_str, name))?,
        resource_id: columns.get()?,
        detail: columns.get()?,
    })
}

fn named<T: Copy>(all: &[T], name_of: fn(T) -> &'static str, name: &str) -> Option<T> {
    all.iter().copied().find(|one| name_of(*one) == name)
}

/// Erases from where a person who is being deleted made changes.
pub(super) fn forget_devices(conn: &Connection, pool: PoolId, person: UserId) -> Result<()> {
    conn.prepare_cached(FORGET_DEVICES)?
        .perform((pool.as_bytes(), actors::to_text(Actor::Person(person))))?;
    Ok(())
}

fn page_of(conn: &Connection, pool: PoolId, page: PageRequest) -> Result<PageOf<AuditRow>> {
    let total_count: i64 = conn
        .prepare_cached(COUNT)?
        .query_row([pool.as_bytes()], |row| row.get(0))?;
    let (limit, offset) = limit_and_offset(page);
    let list = conn
        .prepare_cached(PAGE)?
        .query_map((pool.as_bytes(), limit, offset), read)?
        .collect::<Result<_>>()?;
    Ok(PageOf {
        total_count: total_count.unsigned_abs(),
        list,
    })
}

/// The statements of the part that the filter names, cut by what is likely to be
/// the rarest.
fn part_of(filter: &AuditFilter) -> (&'static str, &'static str) {
    if filter.request_id.is_some() {
        (MANAGEMENT_OF_REQUEST, MANAGEMENT_OF_REQUEST_COUNT)
    } else if filter.actor.is_some() {
        (MANAGEMENT_OF_ACTOR, MANAGEMENT_OF_ACTOR_COUNT)
    } else if filter.address.is_some() {
        (MANAGEMENT_FROM_ADDRESS, MANAGEMENT_FROM_ADDRESS_COUNT)
    } else {
        (MANAGEMENT, MANAGEMENT_COUNT)
    }
}

fn management(
    conn: &Connection,
    pool: PoolId,
    filter: &AuditFilter,
    page: PageRequest,
) -> Result<PageOf<AuditRow>> {
    let (list, count) = part_of(filter);
    let actor = filter.actor.map(actors::to_text);
    let address = filter.address.map(|address| address.to_string());
    let changes = filter.changes.as_deref().map(|changes| {
        let name = |(action, resource): &(AuditAction, AuditResource)| {
            format!("|{}:{}|", action.as_str(), resource.as_str())
        };
        changes.iter().map(name).collect::<String>()
    });
    let from = filter.from.map_or(i64::MIN, Timestamp::as_millis);
    let until = filter.until.map_or(i64::MAX, Timestamp::as_millis);
    let (limit, offset) = limit_and_offset(page);
    let part = params![
        pool.as_bytes(),
        actor,
        filter.request_id,
        address,
        changes,
        from,
        until,
        limit,
        offset,
    ];
    let total_count: i64 = conn
        .prepare_cached(count)?
        .query_row(&part[..7], |row| row.get(0))?;
    let list = conn
        .prepare_cached(list)?
        .query_map(part, read)?
        .collect::<Result<_>>()?;
    Ok(PageOf {
        total_count: total_count.unsigned_abs(),
        list,
    })
}

#[async_trait]
impl AuditLog for SqlStore {
    async fn audit_rows(&self, pool: PoolId, page: PageRequest) -> StoreResult<PageOf<AuditRow>> {
        self.scan(move |conn| page_of(conn, pool, page)).await
    }

    async fn management_rows(
        &self,
        pool: PoolId,
        filter: AuditFilter,
        page: PageRequest,
    ) -> StoreResult<PageOf<AuditRow>> {
        self.scan(move |conn| management(conn, pool, &filter, page))
            .await
    }
}
