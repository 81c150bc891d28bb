//! `get-user`: one user, by any kind of identifier.

use super::{Authority, UserReference};
use crate::ids::{PoolId, UserId};
use crate::model::access_key::{ManagementCaller, Permission};
use crate::model::user::{Identity, User};
use crate::page::PageOf;
use crate::refusal::Refusal;

/// A user, with identities where they were asked for.
#[derive(Clone, Debug)]
pub struct UserDetails {
    /// The user.
    pub user: User,
    /// Their identities; absent unless asked for.
    pub identities: Option<Vec<Identity>>,
}

impl UserDetails {
    /// A user whose identities were not asked for.
    pub(super) fn plain(user: User) -> Self {
        Self {
            user,
            identities: None,
        }
    }
}

/// Finds the one user that is meant.
pub async fn get_user(
    authority: &Authority,
    caller: &ManagementCaller,
    user: UserReference,
    with_identities: bool,
) -> Result<UserDetails, Refusal> {
    caller.require(Permission::UsersRead)?;
    let user = authority.user(caller.pool, &user).await?;
    authority.one_with_details(user, with_identities).await
}

impl Authority {
    /// One user with identities if asked for.
    pub(super) async fn one_with_details(
        &self,
        user: User,
        with_identities: bool,
    ) -> Result<UserDetails, Refusal> {
        let identities = if with_identities {
            Some(self.store.identities(user.pool, vec![user.id]).await?)
        } else {
            None
        };
        Ok(UserDetails { user, identities })
    }

    /// A page of users with identities if asked for, read at once.
    pub(super) async fn page_with_details(
        &self,
        pool: PoolId,
        page: PageOf<User>,
        with_identities: bool,
    ) -> Result<PageOf<UserDetails>, Refusal> {
        let ids: Vec<UserId> = page.list.iter().map(|user| user.id).collect();
        let all = if with_identities {
            Some(self.store.identities(pool, ids).await?)
        } else {
            None
        };
        let of = |user: UserId| {
            let mine = |all: &Vec<Identity>| {
                all.iter()
                    .filter(|identity| identity.user == user)
                    .cloned()
                    .collect()
            };
            all.as_ref().map(mine)
        };
        let details = |user: User| UserDetails {
            identities: of(user.id),
            user,
        };
        let list = page.list.into_iter().map(details).collect();
        Ok(PageOf {
            total_count: page.total_count,
            list,
        })
    }
}
