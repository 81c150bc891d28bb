//! The audit log, read. Its rows are written by the commits of the changes.

use super::SqliteStore;
use super::actors;
use super::columns::{Columns, limit_and_offset};
use async_trait::async_trait;
use rollcall_core::ids::{AuditId, PoolId, UserId};
use rollcall_core::model::audit::{AuditAction, AuditResource, AuditRow};
use rollcall_core::model::event::Actor;
use rollcall_core::page::{PageOf, PageRequest};
use rollcall_core::ports::StoreResult;
use rollcall_core::ports::audit_log::AuditLog;
use rusqlite::{Connection, Result, Row};

pub(crate) const PAGE: &str =
    "SELECT id, at, actor, address, request_id, action, resource, resource_id, detail
    FROM audit_rows WHERE pool = ?1 ORDER BY seq DESC LIMIT ?2 OFFSET ?3";

pub(crate) const COUNT: &str = "SELECT count(*) FROM audit_rows WHERE pool = ?1";

pub(crate) const FORGET_ADDRESSES: &str = "UPDATE audit_rows SET address = NULL
    WHERE pool = ?1 AND actor = ?2 AND address IS NOT NULL";

const ACTIONS: [AuditAction; 7] = [
    AuditAction::Create,
    AuditAction::Update,
    AuditAction::Delete,
    AuditAction::ReadSecret,
    AuditAction::RotateSecret,
    AuditAction::Kick,
    AuditAction::SetPassword,
];

const RESOURCES: [AuditResource; 10] = [
    AuditResource::Pool,
    AuditResource::User,
    AuditResource::Identity,
    AuditResource::Application,
    AuditResource::ApplicationSecret,
    AuditResource::ExtIdp,
    AuditResource::AccessKey,
    AuditResource::Session,
    AuditResource::SigningKey,
    AuditResource::Webhook,
];

fn read(row: &Row<'_>) -> Result<AuditRow> {
    let mut columns = Columns::of(row);
    Ok(AuditRow {
        id: AuditId::from_bytes(columns.get()?),
        at: columns.instant()?,
        actor: columns.meaning(actors::from_text)?,
        address: columns.optional_meaning(|text| text.parse().ok())?,
        request_id: columns.get()?,
        action: columns.meaning(|name| ACTIONS.into_iter().find(|a| a.as_str() == name))?,
        resource: columns.meaning(|name| RESOURCES.into_iter().find(|r| r.as_str() == name))?,
        resource_id: columns.get()?,
        detail: columns.get()?,
    })
}

/// Erases from where a person who is being deleted made changes.
pub(super) fn forget_addresses(conn: &Connection, pool: PoolId, person: UserId) -> Result<()> {
    conn.prepare_cached(FORGET_ADDRESSES)?
        .execute((pool.as_bytes(), actors::to_text(Actor::Person(person))))?;
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

#[async_trait]
impl AuditLog for SqliteStore {
    async fn audit_rows(&self, pool: PoolId, page: PageRequest) -> StoreResult<PageOf<AuditRow>> {
        self.scan(move |conn| page_of(conn, pool, page)).await
    }
}
