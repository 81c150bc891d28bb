//! The end user behind an access token.

use super::Authority;
use crate::ids::{ApplicationId, LoginId, PoolId};
use crate::limits;
use crate::model::event::Origin;
use crate::model::grant::TokenNumber;
use crate::model::identifier::UserSelector;
use crate::model::user::User;
use crate::ports::logins::{Activity, LoginView};
use crate::ports::users::Found;
use crate::refusal::Refusal;
use crate::time::expired;

/// An end user's caller: what a verified access token says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PersonCaller {
    /// The token's pool.
    pub pool: PoolId,
    /// The token's application.
    pub application: ApplicationId,
    /// The login that it belongs to.
    pub login: LoginId,
    /// Its grant and number: its `jti`.
    pub number: TokenNumber,
}

impl Authority {
    /// The login of a token, which counts this as activity. A token whose login
    /// has ended, or that was revoked itself, is not signed in.
    pub(super) async fn signed_in(
        &self,
        person: &PersonCaller,
        origin: Origin,
    ) -> Result<LoginView, Refusal> {
        if self
            .store
            .is_revoked(person.pool, &person.number.to_string())
            .await?
        {
            return Err(Refusal::NotSignedIn);
        }
        let grant = Some(person.number.grant);
        match self
            .store
            .record_activity(person.pool, person.login, grant, origin)
            .await?
        {
            Activity::Live(view) if belongs_to(&view, person) => Ok(*view),
            Activity::Live(_) | Activity::Ended => Err(Refusal::NotSignedIn),
        }
    }

    /// The user of a token that is signed in.
    pub(super) async fn person(
        &self,
        person: &PersonCaller,
        view: &LoginView,
    ) -> Result<User, Refusal> {
        match self
            .store
            .find_user(person.pool, UserSelector::id(view.login.user))
            .await?
        {
            Found::One(user) => Ok(user),
            Found::Nobody | Found::Ambiguous(_) => Err(Refusal::NotSignedIn),
        }
    }
}

/// Refuses unless the last interactive sign-in is recent: who found a device open,
/// or a token, may not change what its person is found or kept safe by.
pub(super) fn require_recent_sign_in(view: &LoginView) -> Result<(), Refusal> {
    let recent_until = view.session.authenticated_at + limits::RECENT_SIGN_IN;
    if expired(recent_until, view.now) {
        Err(Refusal::RecentSignInNeeded)
    } else {
        Ok(())
    }
}

/// Whether the token's grant and application are the login's.
pub(super) fn belongs_to(view: &LoginView, person: &PersonCaller) -> bool {
    let grant_fits = view
        .grant
        .as_ref()
        .is_some_and(|grant| grant.id == person.number.grant);
    grant_fits && view.login.application == person.application
}
