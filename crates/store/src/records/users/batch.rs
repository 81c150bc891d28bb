//! Many users in one commit. A row that cannot be carried out writes nothing, so
//! that its neighbours can be: both changes look before they write.

use super::super::commit::{Commit, WriteError};
use super::write;
use rollcall_core::ids::{PoolId, UserId};
use rollcall_core::model::event::Origin;
use rollcall_core::model::user::{Identity, User, UserChange};
use rollcall_core::ports::users::Saved;

/// Stores new users, each as if it were alone; a later row sees the earlier ones.
pub(super) fn create(
    commit: &mut Commit<'_>,
    pool: PoolId,
    rows: Vec<(User, Vec<Identity>)>,
    origin: &Origin,
) -> Result<Vec<Saved>, WriteError> {
    let rows = rows.into_iter().map(|(user, identities)| {
        let user = User { pool, ..user };
        write::create(commit, user, &identities, origin)
    });
    rows.collect()
}

/// Changes users, each as if it were alone.
pub(super) fn update(
    commit: &mut Commit<'_>,
    pool: PoolId,
    rows: Vec<(UserId, UserChange)>,
    origin: &Origin,
) -> Result<Vec<Saved>, WriteError> {
    let rows = rows
        .into_iter()
        .map(|(user, change)| write::update(commit, pool, user, change, origin));
    rows.collect()
}
