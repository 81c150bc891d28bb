//! `update-password`: the end user changes the password; all other sessions end.

use super::Authority;
use super::person::{PersonCaller, require_recent_sign_in};
use super::verify_password::{Attempt, CountedFor, Verified, failure_key};
use crate::model::event::{Actor, Origin};
use crate::model::password::check_new_password;
use crate::model::user::User;
use crate::model::user_action::{ActionFailure, UserActionKind};
use crate::ports::logins::LoginView;
use crate::ports::users::OwnPasswordChange;
use crate::refusal::Refusal;
use crate::secret::TokenDigest;

/// A change of the person's own password.
#[derive(Clone)]
pub struct UpdatePassword {
    /// The new one.
    pub new_password: String,
    /// The old one; without it, the sign-in must be of the last ten minutes.
    pub old_password: Option<String>,
}

/// Changes the password in one commit with the end of all other sessions.
pub async fn update_password(
    authority: &Authority,
    person: &PersonCaller,
    request: UpdatePassword,
    origin: Origin,
) -> Result<(), Refusal> {
    let view = authority.signed_in(person, origin.clone()).await?;
    let holder = authority.holders_in(person.pool).await?;
    check_new_password(&request.new_password, holder, "newPassword")?;
    let user = authority.person(person, &view).await?;
    let failure_key = failure_key(&format!("update-password {}", user.id), origin.address);
    authority
        .prove_presence(person, &user, &view, &request, failure_key, &origin)
        .await?;
    let new = authority
        .new_password(Some(&request.new_password), holder, "newPassword")
        .await?;
    let change = OwnPasswordChange {
        user: user.id,
        verified_version: user.password.version,
        login: view.login.id,
        password: new.ok_or(Refusal::Fault)?,
        failure_key,
    };
    let origin = Origin {
        actor: Actor::Person(user.id),
        ..origin
    };
    if authority
        .store
        .change_own_password(person.pool, change, origin)
        .await?
    {
        Ok(())
    } else {
        // Signed out meanwhile, or another change came first: what was proved is
        // no longer so.
        Err(Refusal::NotSignedIn)
    }
}

impl Authority {
    /// The old password, or a recent interactive sign-in.
    async fn prove_presence(
        &self,
        person: &PersonCaller,
        user: &User,
        view: &LoginView,
        request: &UpdatePassword,
        failure_key: TokenDigest,
        origin: &Origin,
    ) -> Result<(), Refusal> {
        let Some(old) = &request.old_password else {
            return require_recent_sign_in(view);
        };
        // Counted apart from sign-ins: who stole a token must not lock its owner
        // out, nor guess faster than anyone.
        let counted = CountedFor::Pair;
        let attempt = Attempt {
            pool: person.pool,
            application: view.login.application,
            kind: UserActionKind::UpdatePassword,
            wrong: ActionFailure::WrongPassword,
            device: &origin.device(),
            origin,
        };
        let right = self
            .verify_password(&attempt, failure_key, Some(user), counted, old)
            .await;
        match right {
            Ok(Verified::Right(_)) => Ok(()),
            Ok(Verified::Wrong) => Err(Refusal::WrongPassword),
            Err(Refusal::Invalid(_)) => Err(Refusal::invalid("oldPassword")),
            Err(other) => Err(other),
        }
    }
}
