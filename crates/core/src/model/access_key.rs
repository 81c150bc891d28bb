//! Access keys: who may call the management API, and for what.

use crate::ids::{AccessKeyId, PoolId};
use crate::refusal::Refusal;
use crate::secret::Secret;
use crate::time::Timestamp;
use std::fmt;
use std::str::FromStr;

macro_rules! permissions {
    ($($variant:ident = $text:literal, $doc:literal;)+) => {
        /// What an access key may do.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        pub enum Permission { $(#[doc = $doc] $variant,)+ }

        impl Permission {
            /// All permissions, in the order of the documentation.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The permission's name on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }
        }
    };
}

permissions! {
    Check = "check", "Ask whether a user is signed in.";
    SessionsRead = "sessions:read", "Read who is signed in, and login history.";
    SessionsEnd = "sessions:end", "Kick users.";
    UsersRead = "users:read", "Read users and their identities.";
    UsersWrite = "users:write", "Make, change and delete users and identities.";
    AppsRead = "apps:read", "Read applications and identity sources.";
    AppsWrite = "apps:write", "Make, change and delete applications and identity sources.";
    AppsSecret = "apps:secret", "Read and rotate application secrets.";
    Keys = "keys", "Manage access keys.";
    Settings = "settings", "Read and change the pool's settings.";
    Audit = "audit", "Read audit logs and what is kept of deleted users.";
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text names no permission.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("no permission has this name")]
pub struct UnknownPermission;

impl FromStr for Permission {
    type Err = UnknownPermission;
    fn from_str(text: &str) -> Result<Self, UnknownPermission> {
        Self::ALL
            .iter()
            .copied()
            .find(|p| p.as_str() == text)
            .ok_or(UnknownPermission)
    }
}

/// A set of permissions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Permissions(u16);

impl Permissions {
    /// None at all.
    pub const NONE: Self = Self(0);

    /// Every permission: the root key's, and a new key's unless fewer are asked for.
    pub const fn all() -> Self {
        Self((1 << Permission::ALL.len()) - 1)
    }

    /// Whether the permission is in the set.
    pub const fn contains(self, permission: Permission) -> bool {
        self.0 & (1 << permission as u16) != 0
    }

    /// The permissions in the set, in documented order.
    pub fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::ALL
            .iter()
            .copied()
            .filter(move |p| self.contains(*p))
    }
}

impl FromIterator<Permission> for Permissions {
    fn from_iter<I: IntoIterator<Item = Permission>>(iter: I) -> Self {
        Self(iter.into_iter().fold(0, |bits, p| bits | (1 << p as u16)))
    }
}

/// An access key of a pool.
#[derive(Clone, Debug)]
pub struct AccessKey {
    /// The key's id; the pool's own id for its root key.
    pub id: AccessKeyId,
    /// The pool whose data the key reaches.
    pub pool: PoolId,
    /// The shared secret.
    pub secret: Secret,
    /// What the key may do.
    pub permissions: Permissions,
    /// A key that is switched off is refused at once, also its tokens.
    pub enabled: bool,
    /// Grows with each rotation; tokens issued for an earlier secret are refused.
    pub secret_version: i64,
    /// When the key was made.
    pub created_at: Timestamp,
}

/// Who calls the management API, after proof.
#[derive(Clone, Copy, Debug)]
pub struct ManagementCaller {
    /// The pool that the call reaches.
    pub pool: PoolId,
    /// The key that proved itself.
    pub key: AccessKeyId,
    /// What it may do, read with this call.
    pub permissions: Permissions,
}

impl ManagementCaller {
    /// Passes if the caller has the permission.
    pub fn require(&self, permission: Permission) -> Result<(), Refusal> {
        if self.permissions.contains(permission) {
            Ok(())
        } else {
            Err(Refusal::PermissionMissing(permission))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_holds_what_was_put_in_and_nothing_else() {
        let set: Permissions = [Permission::Check, Permission::Audit].into_iter().collect();
        assert_eq!(
            set.iter().collect::<Vec<_>>(),
            [Permission::Check, Permission::Audit]
        );
        assert!(!set.contains(Permission::Keys));
        assert!(
            Permission::ALL
                .iter()
                .all(|p| Permissions::all().contains(*p))
        );
    }

    #[test]
    fn names_read_back() {
        for permission in Permission::ALL {
            assert_eq!(permission.as_str().parse(), Ok(*permission));
        }
    }
}
