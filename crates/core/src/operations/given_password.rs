//! Passwords as administrators give them: in clear, or hashed elsewhere.

use super::Authority;
use crate::ids::PoolId;
use crate::model::password::{Holder, check_new_password, security_level};
use crate::model::user::NewPassword;
use crate::refusal::{Field, Refusal};
use crate::secret::PasswordHash;
use zeroize::Zeroizing;

/// A password that a caller gives a user. It does not print.
#[derive(Clone, PartialEq, Eq)]
pub enum GivenPassword {
    /// In clear, to be hashed here.
    Clear(String),
    /// Hashed elsewhere, to be kept as it is until the person signs in.
    Imported {
        /// The hash with its parameters, in one of the known forms.
        hash: String,
        /// The salt, where it was given beside the hash.
        salt: Option<String>,
    },
}

/// A password that may be set.
pub(super) enum CheckedPassword {
    /// It is to be hashed.
    Clear(Zeroizing<String>),
    /// It came hashed.
    Hashed(PasswordHash),
}

impl Authority {
    /// Whose passwords a pool's are.
    pub(super) async fn holders_in(&self, pool: PoolId) -> Result<Holder, Refusal> {
        let console = self.store.console().await?;
        let is_theirs = console.is_some_and(|console| console.pool == pool);
        Ok(if is_theirs {
            Holder::Administrator
        } else {
            Holder::Person
        })
    }

    /// Refuses a password that cannot be set. Costs no hashing.
    pub(super) fn checked_password(
        &self,
        given: Option<&GivenPassword>,
        holder: Holder,
        field: Field,
    ) -> Result<Option<CheckedPassword>, Refusal> {
        let Some(given) = given else {
            return Ok(None);
        };
        Ok(Some(match given {
            GivenPassword::Clear(password) => {
                check_new_password(password, holder, field)?;
                CheckedPassword::Clear(Zeroizing::new(password.clone()))
            }
            GivenPassword::Imported { hash, salt } => {
                holder.check_import()?;
                CheckedPassword::Hashed(self.passwords.import(hash, salt.as_deref())?)
            }
        }))
    }

    /// Hashes those of the passwords that came in clear, each in its place.
    pub(super) async fn hashed(
        &self,
        passwords: Vec<Option<CheckedPassword>>,
    ) -> Result<Vec<Option<NewPassword>>, Refusal> {
        let clear: Vec<Zeroizing<String>> = passwords
            .iter()
            .filter_map(|password| match password {
                Some(CheckedPassword::Clear(text)) => Some(text.clone()),
                Some(CheckedPassword::Hashed(_)) | None => None,
            })
            .collect();
        let mut hashes = self.passwords.hash_all(clear).await?.into_iter();
        let all = passwords.into_iter().map(|password| match password {
            None => Ok(None),
            Some(CheckedPassword::Hashed(hash)) => Ok(Some(NewPassword {
                hash,
                security_level: None,
            })),
            Some(CheckedPassword::Clear(text)) => Ok(Some(NewPassword {
                hash: hashes.next().ok_or(Refusal::Fault)?,
                security_level: Some(security_level(&text)),
            })),
        });
        all.collect()
    }

    /// Checks and hashes one password, if one was given.
    pub(super) async fn set_password(
        &self,
        given: Option<&GivenPassword>,
        holder: Holder,
    ) -> Result<Option<NewPassword>, Refusal> {
        let checked = self.checked_password(given, holder, "password")?;
        let hashed = self.hashed(vec![checked]).await?;
        Ok(hashed.into_iter().next().flatten())
    }
}
