//! From what a caller typed to the user that is meant.

use super::Authority;
use super::batch::{RowOutcome, in_order};
use crate::ids::PoolId;
use crate::model::identifier::{IdentifierKind, UserSelector};
use crate::model::pool::DEFAULT_COUNTRY_CODE;
use crate::model::user::User;
use crate::ports::users::Found;
use crate::refusal::{Field, Record, Refusal};

/// A user as a caller names one: `userId` and its `userIdType`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UserReference {
    /// The text.
    pub text: String,
    /// Which kind of identifier it is; without it, a user id.
    pub kind: Option<IdentifierKind>,
}

impl UserReference {
    /// A user id.
    pub fn id(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            kind: None,
        }
    }

    /// The selector of a reference whose kind defaults to `user_id`.
    pub(super) fn selector(&self, field: Field) -> Result<UserSelector, Refusal> {
        let kind = self.kind.unwrap_or(IdentifierKind::UserId);
        UserSelector::of_kind(kind, &self.text, field)
    }

    /// The selector of a reference that may be any identifier unless it names a kind.
    pub(super) fn selector_of_any_kind(&self, field: Field) -> Result<UserSelector, Refusal> {
        match self.kind {
            Some(kind) => UserSelector::of_kind(kind, &self.text, field),
            None => UserSelector::any(&self.text, field),
        }
    }
}

/// The field that names the user in most calls.
pub(super) const USER_ID: Field = "userId";

impl Authority {
    /// The pool's default country code. Asked for only where a phone may be meant.
    pub(super) async fn country_code(&self, pool: PoolId) -> Result<String, Refusal> {
        let pool = self.store.pool(pool).await?;
        Ok(pool.map_or_else(
            || DEFAULT_COUNTRY_CODE.to_owned(),
            |pool| pool.default_country_code,
        ))
    }

    /// The users that are meant, or why nobody is, each by itself and all on one
    /// snapshot.
    pub(super) async fn users(
        &self,
        pool: PoolId,
        kind: Option<IdentifierKind>,
        texts: &[String],
        field: Field,
    ) -> Result<Vec<RowOutcome<User>>, Refusal> {
        let kind = kind.unwrap_or(IdentifierKind::UserId);
        let selector = |text: &String| UserSelector::of_kind(kind, text, field);
        let selectors: Vec<_> = texts.iter().map(selector).collect();
        let known = selectors.iter().flatten().cloned().collect();
        let found = self.store.find_users(pool, known).await?;
        in_order(selectors, found.into_iter().map(one))
    }

    /// The one user that is meant.
    pub(super) async fn user(
        &self,
        pool: PoolId,
        reference: &UserReference,
    ) -> Result<User, Refusal> {
        let selector = reference.selector(USER_ID)?;
        one(self.store.find_user(pool, selector).await?)
    }
}

/// The one that was found, or why not.
pub(super) fn one<T>(found: Found<T>) -> Result<T, Refusal> {
    match found {
        Found::One(user) => Ok(user),
        Found::Nobody => Err(Refusal::NotFound(Record::User)),
        Found::Ambiguous(kinds) => Err(Refusal::AmbiguousUser(kinds)),
    }
}
