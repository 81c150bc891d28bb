//! Access keys: who may call the management API, and for what.

use crate::ids::{AccessKeyId, PoolId, UserId};
use crate::model::event::Actor;
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
    SessionsEnd = "sessions:end", "Kick users, and end sessions.";
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

    /// The first permission of this set that the other lacks.
    pub fn first_beyond(self, other: Self) -> Option<Permission> {
        self.iter().find(|permission| !other.contains(*permission))
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

/// The type of a key that nobody gave one: the published service's of a key that
/// reaches its user pool.
pub const DEFAULT_KEY_TYPE: &str = "userpool";

/// What is noted on a key for those who look after keys. None of it says what the
/// key may do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeyLabels {
    /// V3 `type`, any name.
    pub kind: String,
    /// For whom the key was made (V3 `userId`): whoever administers, who need not
    /// be a user of this pool.
    pub owner: Option<String>,
}

impl Default for KeyLabels {
    fn default() -> Self {
        Self {
            kind: DEFAULT_KEY_TYPE.to_owned(),
            owner: None,
        }
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
    /// When it last proved a caller, within `limits::KEY_USE_GRANULARITY`; none
    /// before the first time.
    pub last_used_at: Option<Timestamp>,
    /// What is noted on it.
    pub labels: KeyLabels,
}

impl AccessKey {
    /// What each of its calls looks at.
    pub fn calling(&self) -> CallingKey {
        CallingKey {
            id: self.id,
            pool: self.pool,
            permissions: self.permissions,
            enabled: self.enabled,
            secret_version: self.secret_version,
            last_used_at: self.last_used_at,
        }
    }

    /// What lists tell of the key.
    pub fn report(&self) -> KeyReport {
        KeyReport {
            id: self.id,
            pool: self.pool,
            permissions: self.permissions,
            enabled: self.enabled,
            created_at: self.created_at,
            last_used_at: self.last_used_at,
            labels: self.labels.clone(),
        }
    }
}

/// What is read of a key with each of its calls.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CallingKey {
    /// The key's id.
    pub id: AccessKeyId,
    /// The pool whose data the key reaches.
    pub pool: PoolId,
    /// What it may do.
    pub permissions: Permissions,
    /// Whether it is on.
    pub enabled: bool,
    /// Which of its secrets it has.
    pub secret_version: i64,
    /// When it last proved a caller, as in [`AccessKey`].
    pub last_used_at: Option<Timestamp>,
}

impl CallingKey {
    /// What whoever has its secret can claim.
    pub const fn claim(&self) -> KeyClaim {
        KeyClaim {
            key: self.id,
            pool: self.pool,
            secret_version: self.secret_version,
        }
    }
}

/// What a caller has proved: that it was given this by the key with that secret. It is
/// no permission, nor does it say that the key is still there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct KeyClaim {
    /// The access key.
    pub key: AccessKeyId,
    /// Its pool.
    pub pool: PoolId,
    /// The version of its secret.
    pub secret_version: i64,
}

impl KeyClaim {
    /// The caller, if the key is as claimed now, and on. Switching it off, rotating its
    /// secret and taking permissions from it act at once.
    pub fn confirm(self, key: Option<&CallingKey>) -> Result<ManagementCaller, Refusal> {
        let is_as_claimed = |key: &&CallingKey| {
            key.enabled
                && key.id == self.key
                && key.pool == self.pool
                && key.secret_version == self.secret_version
        };
        let key = key.filter(is_as_claimed).ok_or(Refusal::NotAuthenticated)?;
        Ok(ManagementCaller {
            pool: key.pool,
            proof: Proof::Key {
                id: key.id,
                secret_version: key.secret_version,
            },
            permissions: key.permissions,
        })
    }
}

/// A key without its secret: what lists tell.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeyReport {
    /// The key's id.
    pub id: AccessKeyId,
    /// Its pool.
    pub pool: PoolId,
    /// What it may do.
    pub permissions: Permissions,
    /// Whether it is on.
    pub enabled: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last proved a caller.
    pub last_used_at: Option<Timestamp>,
    /// What is noted on it.
    pub labels: KeyLabels,
}

/// What a key's state is called (V3 `status`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeyStatus {
    /// It may be used.
    Activated,
    /// It was switched off.
    Revoked,
}

impl KeyStatus {
    /// The published name. `staging`, its third, is of keys about to be replaced,
    /// and no key here ever is: a rotated secret replaces the former one at once.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Activated => "activated",
            Self::Revoked => "revoked",
        }
    }
}

impl KeyReport {
    /// Whether it may be used, by its published name.
    pub const fn status(&self) -> KeyStatus {
        if self.enabled {
            KeyStatus::Activated
        } else {
            KeyStatus::Revoked
        }
    }

    /// Whose it is: who it was made for, or else its pool. A caller must name this
    /// to be told of the key, so that it is never empty.
    pub fn owner(&self) -> String {
        let owner = self.labels.owner.clone();
        owner.unwrap_or_else(|| self.pool.to_string())
    }
}

/// A change to a key: absent members stay.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct KeyChange {
    /// On or off.
    pub enabled: Option<bool>,
    /// What it may do.
    pub permissions: Option<Permissions>,
}

/// What proved a caller.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Proof {
    /// An access key.
    Key {
        /// Its id.
        id: AccessKeyId,
        /// Which of its secrets was shown.
        secret_version: i64,
    },
    /// A sign-in to the console, of this user of the administrators' pool.
    Administrator(UserId),
}

/// Who calls for management, after proof.
#[derive(Clone, Copy, Debug)]
pub struct ManagementCaller {
    /// The pool that the call reaches.
    pub pool: PoolId,
    /// What proved it.
    pub proof: Proof,
    /// What it may do, read with this call.
    pub permissions: Permissions,
}

impl ManagementCaller {
    /// Who is kept with what the call changes.
    pub const fn actor(&self) -> Actor {
        match self.proof {
            Proof::Key { id, .. } => Actor::Key(id),
            Proof::Administrator(user) => Actor::Administrator(user),
        }
    }

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
    fn the_first_permission_beyond_a_set_is_named() {
        let few: Permissions = [Permission::Check, Permission::Keys].into_iter().collect();
        assert_eq!(few.first_beyond(Permissions::all()), None);
        assert_eq!(few.first_beyond(few), None);
        assert_eq!(
            Permissions::all().first_beyond(few),
            Some(Permission::SessionsRead)
        );
    }

    #[test]
    fn a_claim_holds_while_the_key_is_as_claimed_and_on() {
        let key = CallingKey {
            id: AccessKeyId::from_bytes([1; 12]),
            pool: PoolId::from_bytes([2; 12]),
            permissions: Permissions::NONE,
            enabled: true,
            secret_version: 3,
            last_used_at: None,
        };
        let claim = KeyClaim {
            key: key.id,
            pool: key.pool,
            secret_version: 3,
        };
        let caller = claim.confirm(Some(&key)).unwrap();
        let proof = Proof::Key {
            id: key.id,
            secret_version: 3,
        };
        assert_eq!((caller.pool, caller.proof), (key.pool, proof));
        let refused = |key: Option<CallingKey>| {
            let refusal = claim.confirm(key.as_ref()).unwrap_err();
            assert_eq!(refusal, Refusal::NotAuthenticated);
        };
        refused(None);
        refused(Some(CallingKey {
            enabled: false,
            ..key
        }));
        refused(Some(CallingKey {
            secret_version: 4,
            ..key
        }));
        refused(Some(CallingKey {
            pool: PoolId::from_bytes([3; 12]),
            ..key
        }));
        refused(Some(CallingKey {
            id: AccessKeyId::from_bytes([2; 12]),
            ..key
        }));
    }

    #[test]
    fn names_read_back() {
        for permission in Permission::ALL {
            assert_eq!(permission.as_str().parse(), Ok(*permission));
        }
    }
}
