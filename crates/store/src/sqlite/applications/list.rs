//! Lists of applications.

use super::super::columns::{containing, limit_and_offset};
use super::rows;
use rollcall_core::ids::{ApplicationId, PoolId};
use rollcall_core::model::application::{Application, ApplicationFilter};
use rollcall_core::page::{PageOf, PageRequest};
use rusqlite::{Connection, Result, named_params};

// Absent key words are a NULL pattern.
macro_rules! condition {
    () => {
        r"pool = :pool
            AND (NOT :sso_enabled OR sso_enabled_at IS NOT NULL)
            AND NOT :integrated
            AND (:pattern IS NULL
                OR name LIKE :pattern ESCAPE '\'
                OR identifier LIKE :pattern ESCAPE '\'
                OR hex(id) LIKE :pattern ESCAPE '\')"
    };
}

pub(crate) const COUNT: &str = concat!("SELECT count(*) FROM applications WHERE ", condition!());
pub(crate) const IDS: &str = concat!(
    "SELECT id FROM applications WHERE ",
    condition!(),
    " ORDER BY created_at DESC, id DESC LIMIT :limit OFFSET :offset"
);

// There are few that are not enabled: all of the pool's are looked at.
pub(crate) const ENABLED: &str =
    "SELECT id FROM applications WHERE pool = ?1 AND enabled ORDER BY created_at, id";

/// The pool's applications that are switched on, by name.
pub(super) fn enabled(conn: &Connection, pool: PoolId) -> Result<Vec<Application>> {
    let ids: Vec<ApplicationId> = conn
        .prepare_cached(ENABLED)?
        .query_map([pool.as_bytes()], |row| row.get(0))?
        .map(|id| id.map(ApplicationId::from_bytes))
        .collect::<Result<_>>()?;
    let mut applications = of_ids(conn, pool, ids)?;
    applications.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
    Ok(applications)
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
