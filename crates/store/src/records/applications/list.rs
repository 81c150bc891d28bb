//! Lists of applications.

use super::super::columns::{Columns, containing, limit_and_offset};
use super::rows;
use crate::sql::{Connection, Result, named_params};
use rollcall_core::ids::{ApplicationId, PoolId};
use rollcall_core::model::application::{Application, ApplicationFilter};
use rollcall_core::page::{PageOf, PageRequest};
use rollcall_core::ports::applications::AccessibleApplication;

// Absent key words are a NULL pattern.
macro_rules! condition {
    () => {
        r"pool = :pool
            AND (:sso_enabled = 0 OR sso_enabled_at IS NOT NULL)
            AND :integrated = 0
            AND (name LIKE :pattern ESCAPE '\'
                OR identifier LIKE :pattern ESCAPE '\'
                OR hex(id) LIKE :pattern ESCAPE '\'
                OR :pattern IS NULL)"
    };
}

pub(crate) const COUNT: &str = concat!("SELECT count(*) FROM applications WHERE ", condition!());
pub(crate) const IDS: &str = concat!(
    "SELECT id FROM applications WHERE ",
    condition!(),
    " ORDER BY created_at DESC, id DESC LIMIT :limit OFFSET :offset"
);

pub(crate) const ENABLED: &str = "SELECT id, name, logo, init_login_uri FROM applications
    WHERE pool = ?1 AND enabled = 1 ORDER BY created_at DESC, id DESC LIMIT ?2";

pub(crate) const NAMES: &str = "SELECT id, name FROM applications
    WHERE pool = ?1 ORDER BY created_at DESC, id DESC LIMIT ?2";

/// All of a pool by name, the newest first.
pub(crate) fn names(
    conn: &Connection,
    pool: PoolId,
    limit: u32,
) -> Result<Vec<(ApplicationId, String)>> {
    conn.prepare_cached(NAMES)?
        .query_map((pool.as_bytes(), limit), |row| {
            Ok((ApplicationId::from_bytes(row.get(0)?), row.get(1)?))
        })?
        .collect()
}

/// Those that are switched on, the newest first.
pub(super) fn enabled(
    conn: &Connection,
    pool: PoolId,
    limit: u32,
) -> Result<Vec<AccessibleApplication>> {
    conn.prepare_cached(ENABLED)?
        .query_map((pool.as_bytes(), limit), |row| {
            let mut columns = Columns::of(row);
            Ok(AccessibleApplication {
                id: ApplicationId::from_bytes(columns.get()?),
                name: columns.get()?,
                logo: columns.get()?,
                login_url: columns.get()?,
            })
        })?
        .collect()
}

fn of_ids(conn: &Connection, pool: PoolId, ids: Vec<ApplicationId>) -> Result<Vec<Application>> {
    ids.into_iter()
        .filter_map(|id| rows::by_id(conn, pool, id).transpose())
        .map(|row| row.map(|row| row.application))
        .collect()
}

/// A page of the pool's applications, the newest first, and how many there are.
pub(super) fn page(
    conn: &Connection,
    pool: PoolId,
    filter: &ApplicationFilter,
    page: PageRequest,
) -> Result<PageOf<Application>> {
    let pattern = filter.keywords.as_deref().map(containing);
    let total_count: i64 = conn.prepare_cached(COUNT)?.query_row(
        named_params! {
            ":pool": pool.as_bytes(),
            ":sso_enabled": filter.sso_enabled,
            ":integrated": filter.integrated,
            ":pattern": pattern,
        },
        |row| row.get(0),
    )?;
    let (limit, offset) = limit_and_offset(page);
    let ids: Vec<ApplicationId> = conn
        .prepare_cached(IDS)?
        .query_map(
            named_params! {
                ":pool": pool.as_bytes(),
                ":sso_enabled": filter.sso_enabled,
                ":integrated": filter.integrated,
                ":pattern": pattern,
                ":limit": limit,
                ":offset": offset,
            },
            |row| row.get(0),
        )?
        .map(|id| id.map(ApplicationId::from_bytes))
        .collect::<Result<_>>()?;
    Ok(PageOf {
        total_count: total_count.unsigned_abs(),
        list: of_ids(conn, pool, ids)?,
    })
}
