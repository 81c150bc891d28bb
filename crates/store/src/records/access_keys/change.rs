//! Making and changing keys. Whoever does it is looked at in the commit: what was
//! true when the call began may not be any more.

use super::super::commit::{Commit, WriteError, given_of};
use super::super::console;
use super::{COUNT, SECRET, TABLE, insert, permissions_to_text, report};
use rollcall_core::ids::{AccessKeyId, PoolId};
use rollcall_core::limits;
use rollcall_core::model::access_key::{AccessKey, KeyChange, KeyReport, Permissions};
use rollcall_core::model::audit::{AuditAction, AuditResource};
use rollcall_core::model::console::Role;
use rollcall_core::model::event::{Actor, Origin};
use rollcall_core::ports::access_keys::{KeyChanged, KeyCreated};
use rollcall_core::secret::Secret;

pub(crate) const UPDATE: &str =
    "UPDATE access_keys SET enabled = ?3, permissions = ?4 WHERE id = ?2 AND pool = ?1";
pub(crate) const ROTATE: &str = "UPDATE access_keys
    SET secret = ?3, secret_version = secret_version + 1 WHERE id = ?2 AND pool = ?1";
pub(crate) const DELETE: &str = "DELETE FROM access_keys WHERE id = ?2 AND pool = ?1";

/// What the maker of a change may give and touch. None: it is no key of the pool
/// any more, or is switched off.
fn reach_of_maker(
    commit: &Commit<'_>,
    pool: PoolId,
    origin: &Origin,
) -> Result<Option<Permissions>, WriteError> {
    match origin.actor {
        Actor::System | Actor::Operator => Ok(Some(Permissions::all())),
        Actor::Key(maker) => {
            let maker = report(commit.conn(), pool, maker)?.filter(|key| key.enabled);
            Ok(maker.map(|key| key.permissions))
        }
        Actor::Administrator(user) => {
            let role = console::role_in(commit.conn(), user, pool)?;
            Ok(role.map(Role::permissions))
        }
        Actor::Person(_) | Actor::Client(_) => Ok(None),
    }
}

/// Stores a new key.
pub(super) fn create(
    commit: &mut Commit<'_>,
    key: &AccessKey,
    origin: &Origin,
) -> Result<KeyCreated, WriteError> {
    let Some(reach) = reach_of_maker(commit, key.pool, origin)? else {
        return Ok(KeyCreated::MakerGone);
    };
    if let Some(permission) = key.permissions.first_beyond(reach) {
        return Ok(KeyCreated::Beyond(permission));
    }
    let present: u32 = commit
        .conn()
        .prepare_cached(COUNT)?
        .query_row([key.pool.as_bytes()], |row| row.get(0))?;
    if present >= limits::MAX_ACCESS_KEYS_PER_POOL {
        return Ok(KeyCreated::TooMany);
    }
    insert(commit, key)?;
    audit(commit, &key.report(), AuditAction::Create, "", origin)?;
    Ok(KeyCreated::Created)
}

/// The key, if the maker may touch it; otherwise why not.
fn touched(
    commit: &mut Commit<'_>,
    pool: PoolId,
    key: AccessKeyId,
    gets: Option<Permissions>,
    origin: &Origin,
) -> Result<Result<KeyReport, KeyChanged>, WriteError> {
    let Some(reach) = reach_of_maker(commit, pool, origin)? else {
        return Ok(Err(KeyChanged::MakerGone));
    };
    let Some(found) = report(commit.conn(), pool, key)? else {
        return Ok(Err(KeyChanged::NotFound));
    };
    commit.touches.keys();
    let beyond = found.permissions.first_beyond(reach);
    let beyond = beyond.or_else(|| gets.and_then(|gets| gets.first_beyond(reach)));
    Ok(match beyond {
        Some(permission) => Err(KeyChanged::Beyond(permission)),
        None => Ok(found),
    })
}

/// Switches a key, and says what it may do.
pub(super) fn update(
    commit: &mut Commit<'_>,
    pool: PoolId,
    key: AccessKeyId,
    change: KeyChange,
    origin: &Origin,
) -> Result<KeyChanged, WriteError> {
    let found = match touched(commit, pool, key, change.permissions, origin)? {
        Ok(found) => found,
        Err(refused) => return Ok(refused),
    };
    let changed = KeyReport {
        enabled: change.enabled.unwrap_or(found.enabled),
        permissions: change.permissions.unwrap_or(found.permissions),
        ..found
    };
    let is_whole = changed.enabled && changed.permissions == Permissions::all();
    if key == pool.root_key() && !is_whole {
        return Ok(KeyChanged::RootKeyStays);
    }
    commit.conn().prepare_cached(UPDATE)?.perform((
        pool.as_bytes(),
        key.as_bytes(),
        changed.enabled,
        permissions_to_text(changed.permissions),
    ))?;
    let given = [
        ("enable", change.enabled.is_some()),
        ("permissions", change.permissions.is_some()),
    ];
    let given: Vec<_> = given_of(&given).collect();
    audit(
        commit,
        &changed,
        AuditAction::Update,
        &given.join(","),
        origin,
    )?;
    Ok(KeyChanged::Changed(Box::new(changed)))
}

/// Deletes a key.
pub(super) fn delete(
    commit: &mut Commit<'_>,
    pool: PoolId,
    key: AccessKeyId,
    origin: &Origin,
) -> Result<KeyChanged, WriteError> {
    let found = match touched(commit, pool, key, None, origin)? {
        Ok(_) if key == pool.root_key() => return Ok(KeyChanged::RootKeyStays),
        Ok(found) => found,
        Err(refused) => return Ok(refused),
    };
    commit
        .conn()
        .prepare_cached(DELETE)?
        .perform((pool.as_bytes(), key.as_bytes()))?;
    audit(commit, &found, AuditAction::Delete, "", origin)?;
    Ok(KeyChanged::Changed(Box::new(found)))
}

/// Replaces a key's secret.
pub(super) fn rotate(
    commit: &mut Commit<'_>,
    pool: PoolId,
    key: AccessKeyId,
    secret: &Secret,
    origin: &Origin,
) -> Result<KeyChanged, WriteError> {
    let found = match touched(commit, pool, key, None, origin)? {
        Ok(found) => found,
        Err(refused) => return Ok(refused),
    };
    // The root key of the first pool may do what no permission says, so a key that
    // has them all may not come by it.
    let by_another = match origin.actor {
        Actor::Key(maker) => maker != key,
        Actor::Administrator(user) => !console::is_server_owner(commit.conn(), user)?,
        Actor::System | Actor::Operator | Actor::Person(_) | Actor::Client(_) => false,
    };
    if key == pool.root_key() && by_another {
        return Ok(KeyChanged::RootKeyNeeded);
    }
    let sealed = commit.seal_secret(TABLE, pool, key.as_bytes(), SECRET, secret)?;
    commit
        .conn()
        .prepare_cached(ROTATE)?
        .perform((pool.as_bytes(), key.as_bytes(), sealed))?;
    audit(commit, &found, AuditAction::RotateSecret, "", origin)?;
    Ok(KeyChanged::Changed(Box::new(found)))
}

fn audit(
    commit: &mut Commit<'_>,
    key: &KeyReport,
    action: AuditAction,
    detail: &str,
    origin: &Origin,
) -> Result<(), WriteError> {
    commit.audit(
        key.pool,
        origin,
        action,
        AuditResource::AccessKey,
        key.id.to_string(),
        detail,
    )
}
