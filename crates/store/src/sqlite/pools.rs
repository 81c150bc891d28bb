//! User pools.

use super::SqliteStore;
use super::access_keys;
use super::columns::Columns;
use async_trait::async_trait;
use rollcall_core::ids::PoolId;
use rollcall_core::model::access_key::{AccessKey, Permissions};
use rollcall_core::model::audit::{AuditAction, AuditResource};
use rollcall_core::model::event::Origin;
use rollcall_core::model::policy::{ConcurrencyLimit, LimitAction, SessionLimits};
use rollcall_core::model::pool::{NewPool, Pool};
use rollcall_core::ports::StoreResult;
use rollcall_core::ports::pools::Pools;
use rusqlite::{Connection, OptionalExtension as _, Result, Row};

pub(crate) const BY_ID: &str = "SELECT id, name, created_at, session_idle_ms, session_max_ms,
        max_sessions, session_limit_action, cookie_ends_with_browser, default_country_code
    FROM pools WHERE id = ?1";
pub(crate) const FIRST: &str = "SELECT id, name, created_at, session_idle_ms, session_max_ms,
        max_sessions, session_limit_action, cookie_ends_with_browser, default_country_code
    FROM pools ORDER BY ordinal LIMIT 1";

fn read(row: &Row<'_>) -> Result<Pool> {
    let mut columns = Columns::of(row);
    Ok(Pool {
        id: PoolId::from_bytes(columns.get()?),
        name: columns.get()?,
        created_at: columns.instant()?,
        session_limits: SessionLimits {
            idle_timeout: columns.span()?,
            max_lifetime: columns.span()?,
        },
        session_limit: ConcurrencyLimit {
            max: columns.get()?,
            action: columns.meaning(LimitAction::from_name)?,
        },
        cookie_ends_with_browser: columns.get()?,
        default_country_code: columns.get()?,
    })
}

fn insert(conn: &Connection, pool: &Pool) -> Result<()> {
    conn.prepare_cached(
        "INSERT INTO pools (id, ordinal, name, created_at, session_idle_ms, session_max_ms,
            default_country_code, max_sessions, session_limit_action, cookie_ends_with_browser)
        VALUES (?1, (SELECT coalesce(max(ordinal), 0) + 1 FROM pools), ?2, ?3, ?4, ?5, ?6, ?7, ?8,
            ?9)",
    )?
    .execute((
        pool.id.as_bytes(),
        &pool.name,
        pool.created_at.as_millis(),
        pool.session_limits.idle_timeout.as_millis(),
        pool.session_limits.max_lifetime.as_millis(),
        &pool.default_country_code,
        pool.session_limit.max,
        pool.session_limit.action.as_str(),
        pool.cookie_ends_with_browser,
    ))?;
    Ok(())
}

#[async_trait]
impl Pools for SqliteStore {
    async fn create_pool(&self, new: NewPool, origin: Origin) -> StoreResult<()> {
        self.write(move |commit| {
            let pool = new.pool;
            insert(commit.conn(), &pool)?;
            let root_key = AccessKey {
                id: pool.id.root_key(),
                pool: pool.id,
                secret: new.root_secret,
                permissions: Permissions::all(),
                enabled: true,
                secret_version: 1,
                created_at: pool.created_at,
            };
            access_keys::insert(commit, &root_key)?;
            commit.audit(
                pool.id,
                &origin,
                AuditAction::Create,
                AuditResource::Pool,
                pool.id.to_string(),
                String::new(),
            )
        })
        .await
    }

    async fn pool(&self, pool: PoolId) -> StoreResult<Option<Pool>> {
        self.read(|conn| {
            conn.prepare_cached(BY_ID)?
                .query_row([pool.as_bytes()], read)
                .optional()
        })
    }

    async fn first_pool(&self) -> StoreResult<Option<Pool>> {
        self.read(|conn| conn.prepare_cached(FIRST)?.query_row([], read).optional())
    }
}
