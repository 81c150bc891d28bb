//! Finding out which user is meant, by point look-ups alone.

use super::super::columns::Columns;
use super::rows::{self, whole_user};
use crate::sql::{Connection, OptionalExtension as _, Result, ToSql};
use rollcall_core::ids::{PoolId, UserId};
use rollcall_core::model::identifier::{Identifier, IdentifierKind, UserSelector};
use rollcall_core::model::user::{User, UserStatus};
use rollcall_core::ports::users::Found;

/// Two statements by one condition: who it is, and the whole user.
macro_rules! by {
    ($who:ident, $whole:ident, $whom:literal) => {
        pub(crate) const $who: &str = concat!("SELECT id FROM users WHERE pool = ?1 AND ", $whom);
        pub(crate) const $whole: &str = whole_user!($whom);
    };
}

pub(crate) const BY_OWN_ID: &str = "SELECT id FROM users WHERE pool = ?1 AND id = ?2";
// Nobody is found by an address that they have not shown to own.
by!(
    BY_EMAIL,
    WHOLE_BY_EMAIL,
    "email = ?2 AND email_unproven = 0"
);
by!(
    BY_PHONE,
    WHOLE_BY_PHONE,
    "phone_e164 = ?2 AND phone_unproven = 0"
);
by!(
    BY_NATIONAL_PHONE,
    WHOLE_BY_NATIONAL_PHONE,
    "phone_e164 = (SELECT default_country_code FROM pools WHERE id = ?1) || ?2
    AND phone_unproven = 0"
);
by!(BY_USERNAME, WHOLE_BY_USERNAME, "username_key = ?2");
by!(BY_EXTERNAL_ID, WHOLE_BY_EXTERNAL_ID, "external_id = ?2");
pub(crate) const BY_EXTERNAL_ID_IN_ANY_CASE: &str = "SELECT id FROM users
    WHERE pool = ?1 AND lower(external_id) = ?2 AND external_id IS NOT NULL AND id <> ?3
    LIMIT 1";
macro_rules! user_of_identity {
    () => {
        "SELECT user FROM identities
    WHERE pool = ?1 AND ext_idp = ?2 AND user_id_in_idp = ?3
        AND EXISTS (SELECT 1 FROM ext_idps e
            WHERE e.pool = ?1 AND e.id = ?2 AND e.deleted_at IS NULL)"
    };
}
pub(crate) const BY_IDENTITY: &str = user_of_identity!();
pub(crate) const WHOLE_BY_IDENTITY: &str = whole_user!("id = (", user_of_identity!(), ")");
pub(crate) const STATUS: &str = "SELECT status FROM users WHERE pool = ?1 AND id = ?2";

/// Which user of the pool the selector means. Each candidate is one look-up in
/// an index; candidates that lead to the same user agree.
pub(crate) fn resolve(
    conn: &Connection,
    pool: PoolId,
    selector: &UserSelector,
) -> Result<Found<UserId>> {
    let mut hits: Vec<(IdentifierKind, UserId)> = Vec::new();
    for candidate in selector.candidates() {
        if let Some(user) = by_identifier(conn, pool, candidate)? {
            hits.push((candidate.kind(), user));
        }
    }
    let Some((_, first)) = hits.first().copied() else {
        return Ok(Found::Nobody);
    };
    if hits.iter().all(|(_, user)| *user == first) {
        return Ok(Found::One(first));
    }
    let mut kinds: Vec<_> = hits.into_iter().map(|(kind, _)| kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    Ok(Found::Ambiguous(kinds))
}

/// The one user of the pool that has this identifier, by one statement.
pub(super) fn whole(
    conn: &Connection,
    pool: PoolId,
    identifier: &Identifier,
) -> Result<Option<User>> {
    with_look_up(pool, identifier, |_, whole, key| {
        rows::by_key(conn, whole, pool, key)
    })
}

/// Who of the pool has this identifier.
pub(super) fn by_identifier(
    conn: &Connection,
    pool: PoolId,
    identifier: &Identifier,
) -> Result<Option<UserId>> {
    with_look_up(pool, identifier, |who, _, key| point(conn, who, key))
}

/// Hands over the two statements of an identifier, who it is and the whole user, and their key.
fn with_look_up<T>(
    pool: PoolId,
    identifier: &Identifier,
    run: impl FnOnce(&'static str, &'static str, &[&dyn ToSql]) -> T,
) -> T {
    let id = pool.as_bytes();
    match identifier {
        Identifier::Id(user) => run(BY_OWN_ID, rows::BY_ID, &[id, user.as_bytes()]),
        Identifier::Email(email) => run(BY_EMAIL, WHOLE_BY_EMAIL, &[id, email]),
        Identifier::Phone(e164) => run(BY_PHONE, WHOLE_BY_PHONE, &[id, e164]),
        Identifier::NationalPhone(digits) => {
            run(BY_NATIONAL_PHONE, WHOLE_BY_NATIONAL_PHONE, &[id, digits])
        }
        Identifier::Username(key) => run(BY_USERNAME, WHOLE_BY_USERNAME, &[id, key]),
        Identifier::ExternalId(external) => {
            run(BY_EXTERNAL_ID, WHOLE_BY_EXTERNAL_ID, &[id, external])
        }
        Identifier::Identity {
            ext_idp,
            user_id_in_idp,
        } => run(
            BY_IDENTITY,
            WHOLE_BY_IDENTITY,
            &[id, ext_idp.as_bytes(), user_id_in_idp],
        ),
    }
}

fn point(conn: &Connection, sql: &str, key: &[&dyn ToSql]) -> Result<Option<UserId>> {
    conn.prepare_cached(sql)?
        .query_row(key, |row| row.get(0))
        .optional()
        .map(|id| id.map(UserId::from_bytes))
}

/// The users with these ids, in the order of the ids; those that the pool does
/// not have are left out.
pub(crate) fn by_ids(conn: &Connection, pool: PoolId, users: &[UserId]) -> Result<Vec<User>> {
    users
        .iter()
        .filter_map(|user| rows::by_id(conn, pool, *user).transpose())
        .collect()
}

/// The status of the pool's user, if there is one.
pub(crate) fn status_of(
    conn: &Connection,
    pool: PoolId,
    user: UserId,
) -> Result<Option<UserStatus>> {
    conn.prepare_cached(STATUS)?
        .query_row((pool.as_bytes(), user.as_bytes()), |row| {
            Columns::of(row).meaning(UserStatus::from_name)
        })
        .optional()
}
