//! From what a caller typed to the user that is meant.

use super::Authority;
use super::batch::{RowOutcome, in_order};
use crate::ids::{PoolId, looks_like_id};
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

    /// The selector of a reference whose kind defaults to `user_id`.
    pub(super) async fn selector(
        &self,
        pool: PoolId,
        reference: &UserReference,
        field: Field,
    ) -> Result<UserSelector, Refusal> {
        let kind = reference.kind.unwrap_or(IdentifierKind::UserId);
        let country_code = match kind {
            IdentifierKind::Phone => self.country_code(pool).await?,
            _ => String::new(),
        };
        UserSelector::of_kind(kind, &reference.text, &country_code, field)
    }

    /// The selector of a reference that may be any identifier unless it names a kind.
    pub(super) async fn selector_of_any_kind(
        &self,
        pool: PoolId,
        reference: &UserReference,
        field: Field,
    ) -> Result<UserSelector, Refusal> {
        if reference.kind.is_some() || looks_like_id(&reference.text) {
            return self.selector(pool, reference, field).await;
        }
        UserSelector::any(&reference.text, &self.country_code(pool).await?, field)
    }

    /// The selectors of many references of one kind, each by itself.
    pub(super) async fn selectors(
        &self,
        pool: PoolId,
        kind: Option<IdentifierKind>,
        texts: &[String],
        field: Field,
    ) -> Result<Vec<Result<UserSelector, Refusal>>, Refusal> {
        let kind = kind.unwrap_or(IdentifierKind::UserId);
        let country_code = match kind {
            IdentifierKind::Phone => self.country_code(pool).await?,
            _ => String::new(),
        };
        let selector = |text: &String| UserSelector::of_kind(kind, text, &country_code, field);
        Ok(texts.iter().map(selector).collect())
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
        let selectors = self.selectors(pool, kind, texts, field).await?;
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
        let selector = self.selector(pool, reference, USER_ID).await?;
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
