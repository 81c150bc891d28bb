//! User pools.

use super::SqlStore;
use super::access_keys;
use super::columns::Columns;
use super::commit::{Commit, WriteError, given_of};
use super::lifecycle;
use crate::sql::{Connection, OptionalExtension as _, Result, Row};
use async_trait::async_trait;
use rollcall_core::ids::PoolId;
use rollcall_core::limits;
use rollcall_core::model::access_key::{AccessKey, KeyLabels, Permissions};
use rollcall_core::model::audit::{AuditAction, AuditResource};
use rollcall_core::model::event::{Actor, Origin};
use rollcall_core::model::mass_end::{Effect, Scope};
use rollcall_core::model::policy::{ConcurrencyLimit, LimitAction, SessionLimits};
use rollcall_core::model::pool::{NewPool, Pool, PoolChange};
use rollcall_core::ports::StoreResult;
use rollcall_core::ports::pools::{PoolCreated, Pools};
use rollcall_core::refusal::Field;

pub(crate) const BY_ID: &str = "SELECT id, name, created_at, session_idle_ms, session_max_ms,
        max_sessions, session_limit_action, cookie_ends_with_browser, default_country_code,
        registration_open
    FROM pools WHERE id = ?1";
pub(crate) const FIRST: &str = "SELECT id, name, created_at, session_idle_ms, session_max_ms,
        max_sessions, session_limit_action, cookie_ends_with_browser, default_country_code,
        registration_open
    FROM pools ORDER BY ordinal LIMIT 1";

pub(crate) const COUNT: &str = "SELECT count(*) FROM pools";

pub(crate) const UPDATE_SETTINGS: &str =
    "UPDATE pools SET session_idle_ms = ?2, session_max_ms = ?3,
        max_sessions = ?4, session_limit_action = ?5, cookie_ends_with_browser = ?6,
        registration_open = ?7
    WHERE id = ?1";

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
        registration_open: columns.get()?,
    })
}

fn insert(conn: &Connection, pool: &Pool) -> Result<()> {
    conn.prepare_cached(
        "INSERT INTO pools (id, ordinal, name, created_at, session_idle_ms, session_max_ms,
            default_country_code, max_sessions, session_limit_action, cookie_ends_with_browser,
            registration_open)
        VALUES (?1, (SELECT coalesce(max(ordinal), 0) + 1 FROM pools), ?2, ?3, ?4, ?5, ?6, ?7, ?8,
            ?9, ?10)",
    )?
    .perform((
        pool.id.as_bytes(),
        &pool.name,
        pool.created_at.as_millis(),
        pool.session_limits.idle_timeout.as_millis(),
        pool.session_limits.max_lifetime.as_millis(),
        &pool.default_country_code,
        pool.session_limit.max,
        pool.session_limit.action.as_str(),
        pool.cookie_ends_with_browser,
        pool.registration_open,
    ))?;
    Ok(())
}

/// A pool by its id.
pub(super) fn by_id(conn: &Connection, pool: PoolId) -> Result<Option<Pool>> {
    conn.prepare_cached(BY_ID)?
        .query_row([pool.as_bytes()], read)
        .optional()
}

/// Stores a pool and its root key.
pub(super) fn create(
    commit: &mut Commit<'_>,
    new: NewPool,
    origin: &Origin,
) -> std::result::Result<PoolCreated, WriteError> {
    let present: u32 = commit
        .conn()
        .prepare_cached(COUNT)?
        .query_row((), |row| row.get(0))?;
    if present >= limits::MAX_USER_POOLS {
        return Ok(PoolCreated::TooMany);
    }
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
        last_used_at: None,
        labels: KeyLabels::default(),
    };
    access_keys::insert(commit, &root_key)?;
    // Also where its maker's administrators look.
    let makers = match origin.actor {
        Actor::Key(maker) => access_keys::pool_of(commit.conn(), maker)?,
        Actor::System
        | Actor::Operator
        | Actor::Person(_)
        | Actor::Client(_)
        | Actor::Administrator(_) => None,
    };
    let makers = makers.filter(|makers| *makers != pool.id);
    for told in [Some(pool.id), makers].into_iter().flatten() {
        commit.audit(
            told,
            origin,
            AuditAction::Create,
            AuditResource::Pool,
            pool.id.to_string(),
            String::new(),
        )?;
    }
    Ok(PoolCreated::Created)
}

/// Changes a pool's settings, and ends the sessions that the change ends.
fn update_settings(
    commit: &mut Commit<'_>,
    pool: PoolId,
    change: PoolChange,
    origin: &Origin,
) -> std::result::Result<Option<Pool>, WriteError> {
    let Some(row) = by_id(commit.conn(), pool)? else {
        return Ok(None);
    };
    commit.changes_rules();
    let former = row.session_limits;
    let changed = row.changed_by(change);
    let new = changed.session_limits;
    if former != new {
        let effect = Effect::PoolLimits { former, new };
        lifecycle::mass_end(commit, pool, Scope::Pool, effect, origin)?;
    }
    commit.conn().prepare_cached(UPDATE_SETTINGS)?.perform((
        pool.as_bytes(),
        new.idle_timeout.as_millis(),
        new.max_lifetime.as_millis(),
        changed.session_limit.max,
        changed.session_limit.action.as_str(),
        changed.cookie_ends_with_browser,
        changed.registration_open,
    ))?;
    commit.audit(
        pool,
        origin,
        AuditAction::Update,
        AuditResource::Pool,
        pool.to_string(),
        given_fields(change).join(","),
    )?;
    Ok(Some(changed))
}

/// The names of what a change sets.
fn given_fields(change: PoolChange) -> Vec<Field> {
    let limit = change.session_limit;
    let given = [
        ("idleTimeout", change.idle_timeout.is_some()),
        ("maxLifetime", change.max_lifetime.is_some()),
        ("maxSessionsPerUser", limit.max.is_some()),
        ("sessionLimitAction", limit.action.is_some()),
        (
            "cookieExpiresOnBrowserSession",
            change.cookie_ends_with_browser.is_some(),
        ),
        ("registerDisabled", change.registration_open.is_some()),
    ];
    given_of(&given).collect()
}

#[async_trait]
impl Pools for SqlStore {
    async fn create_pool(&self, new: NewPool, origin: Origin) -> StoreResult<PoolCreated> {
        self.write(move |commit| create(commit, new, &origin)).await
    }

    async fn pool(&self, pool: PoolId) -> StoreResult<Option<Pool>> {
        self.look(move |conn| by_id(conn, pool)).await
    }

    async fn update_pool_settings(
        &self,
        pool: PoolId,
        change: PoolChange,
        origin: Origin,
    ) -> StoreResult<Option<Pool>> {
        self.write(move |commit| update_settings(commit, pool, change, &origin))
            .await
    }

    async fn first_pool(&self) -> StoreResult<Option<Pool>> {
        self.look(move |conn| conn.prepare_cached(FIRST)?.query_row((), read).optional())
            .await
    }
}
