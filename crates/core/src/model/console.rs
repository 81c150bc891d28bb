//! Administrators: users of a pool of their own, and what each may do in which pool.

use crate::ids::{ApplicationId, PoolId, UserId};
use crate::model::access_key::{Permission, Permissions};
use crate::model::application::ApplicationWithSecret;
use crate::model::pool::NewPool;
use crate::model::user::User;
use crate::secret::TokenDigest;
use crate::time::Timestamp;

/// What an administrator is in a pool. Each may do what those before it may.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Role {
    /// Sees everything but secrets and settings.
    Viewer,
    /// May end sessions.
    Operator,
    /// May do everything in the pool.
    Owner,
}

impl Role {
    /// All roles, the least first.
    pub const ALL: &[Self] = &[Self::Viewer, Self::Operator, Self::Owner];

    /// The name, as it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Operator => "operator",
            Self::Owner => "owner",
        }
    }

    /// The role of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|role| role.as_str() == name)
    }

    /// What it may do: the same words as for access keys, so that every operation
    /// asks one question of every caller.
    pub fn permissions(self) -> Permissions {
        use Permission as May;
        let sees = [
            May::Check,
            May::SessionsRead,
            May::UsersRead,
            May::AppsRead,
            May::Audit,
        ];
        match self {
            Self::Viewer => sees.into_iter().collect(),
            Self::Operator => sees.into_iter().chain([May::SessionsEnd]).collect(),
            Self::Owner => Permissions::all(),
        }
    }
}

/// Where administrators sign in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ConsoleFacts {
    /// Their pool. An owner of it is an owner of every pool.
    pub pool: PoolId,
    /// The console, as an application of that pool.
    pub application: ApplicationId,
}

/// A console to be made: the pool, and the application that signs in to it.
#[derive(Clone, Debug)]
pub struct NewConsole {
    /// The administrators' pool.
    pub pool: NewPool,
    /// The console in it.
    pub application: ApplicationWithSecret,
}

/// A link that lets an administrator choose a password, once.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Invitation {
    /// What is stored of it.
    pub digest: TokenDigest,
    /// Until when it may be used.
    pub expires_at: Timestamp,
}

/// Somebody who is to be an administrator.
#[derive(Clone, Debug)]
pub struct NewAdministrator {
    /// Who, in the administrators' pool. Somebody there who has the same e-mail is
    /// taken instead, with the password that they have.
    pub user: User,
    /// Of which pool; the administrators' own: of all.
    pub scope: PoolId,
    /// What they are there.
    pub role: Role,
    /// Their link, if they are to choose a password.
    pub invitation: Option<Invitation>,
}

/// An administrator of a pool.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Administrator {
    /// Who, in the administrators' pool.
    pub user: User,
    /// What they are in the pool that was asked for.
    pub role: Role,
}

/// A role of an administrator.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RoleIn {
    /// In which pool.
    pub pool: PoolId,
    /// Which.
    pub role: Role,
}

/// The roles of an administrator, as they count.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Roles {
    /// Who.
    pub user: UserId,
    /// The administrators' pool.
    pub console: PoolId,
    /// What is stored.
    pub given: Vec<RoleIn>,
}

impl Roles {
    /// Whether they own the whole server.
    pub fn is_server_owner(&self) -> bool {
        let owns = |given: &RoleIn| given.pool == self.console && given.role == Role::Owner;
        self.given.iter().any(owns)
    }

    /// What they are in a pool; none: nothing, and they are not to know that it is
    /// there.
    pub fn in_pool(&self, pool: PoolId) -> Option<Role> {
        if self.is_server_owner() {
            return Some(Role::Owner);
        }
        let mut given = self.given.iter();
        given
            .find(|given| given.pool == pool)
            .map(|given| given.role)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roles(given: &[(u8, Role)]) -> Roles {
        let role = |(pool, role): &(u8, Role)| RoleIn {
            pool: PoolId::from_bytes([*pool; 12]),
            role: *role,
        };
        Roles {
            user: UserId::from_bytes([9; 12]),
            console: PoolId::from_bytes([1; 12]),
            given: given.iter().map(role).collect(),
        }
    }

    #[test]
    fn each_role_may_do_what_those_before_it_may() {
        for pair in Role::ALL.windows(2) {
            let [less, more] = pair else { continue };
            assert_eq!(less.permissions().first_beyond(more.permissions()), None);
            assert!(
                more.permissions()
                    .first_beyond(less.permissions())
                    .is_some()
            );
        }
        assert!(!Role::Viewer.permissions().contains(Permission::SessionsEnd));
        assert!(
            !Role::Operator
                .permissions()
                .contains(Permission::UsersWrite)
        );
    }

    #[test]
    fn a_role_counts_in_its_own_pool_alone() {
        let operator = roles(&[(2, Role::Operator)]);
        let pool = |byte| PoolId::from_bytes([byte; 12]);
        assert_eq!(operator.in_pool(pool(2)), Some(Role::Operator));
        assert_eq!(operator.in_pool(pool(3)), None);
        assert_eq!(operator.in_pool(pool(1)), None);
    }

    #[test]
    fn who_owns_the_administrators_pool_owns_all() {
        let owner = roles(&[(1, Role::Owner), (2, Role::Viewer)]);
        assert_eq!(
            owner.in_pool(PoolId::from_bytes([7; 12])),
            Some(Role::Owner)
        );
        assert_eq!(
            owner.in_pool(PoolId::from_bytes([2; 12])),
            Some(Role::Owner)
        );
        let viewer = roles(&[(1, Role::Viewer)]);
        assert!(!viewer.is_server_owner());
        assert_eq!(viewer.in_pool(PoolId::from_bytes([7; 12])), None);
    }
}
