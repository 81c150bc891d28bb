//! `get-security-settings`: how long people stay signed in to a pool, and how often.

use super::Authority;
use crate::model::access_key::{ManagementCaller, Permission};
use crate::model::pool::Pool;
use crate::refusal::{Record, Refusal};

/// The caller's pool.
pub async fn get_security_settings(
    authority: &Authority,
    caller: &ManagementCaller,
) -> Result<Pool, Refusal> {
    caller.require(Permission::Settings)?;
    let pool = authority.store.pool(caller.pool).await?;
    pool.ok_or(Refusal::NotFound(Record::Pool))
}
