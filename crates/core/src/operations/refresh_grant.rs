//! The refresh grant (RFC 6749, section 6), with rotation.

use super::Authority;
use crate::model::application::{Application, GrantType};
use crate::model::event::{Actor, Origin};
use crate::model::grant::has_scope;
use crate::ports::grants::{RefreshRequest, Refreshed};
use crate::ports::logins::LoginView;
use crate::refusal::Refusal;
use crate::secret::{RefreshToken, TokenDigest};

/// A refresh by an authenticated application.
#[derive(Clone)]
pub struct RefreshGrant {
    /// The application.
    pub application: Application,
    /// The token that it presents.
    pub refresh_token: String,
    /// A narrower scope for the new access token.
    pub scope: Option<String>,
}

/// Why there are no new tokens (RFC 6749, section 5.2).
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RefreshError {
    /// `invalid_grant`: unknown, expired, used, another client's, or signed out.
    InvalidGrant,
    /// `invalid_scope`: more than was granted.
    InvalidScope,
    /// `unauthorized_client`: the application may not refresh.
    UnauthorizedClient,
    /// Anything else.
    Refused(Refusal),
}

impl<E: Into<Refusal>> From<E> for RefreshError {
    fn from(error: E) -> Self {
        Self::Refused(error.into())
    }
}

/// New tokens.
#[derive(Clone, Debug)]
pub struct RefreshedGrant {
    /// The login with its grant, whose `newest_token` numbers the access token.
    pub view: LoginView,
    /// The scope of the new access token.
    pub scope: String,
    /// The successor.
    pub refresh_token: RefreshToken,
}

/// Rotates the token in one commit. Its second use, outside of the retry window,
/// ends the login.
pub async fn refresh_grant(
    authority: &Authority,
    request: RefreshGrant,
    origin: Origin,
) -> Result<RefreshedGrant, RefreshError> {
    let application = &request.application;
    if !application
        .oauth
        .grant_types
        .contains(&GrantType::RefreshToken)
    {
        return Err(RefreshError::UnauthorizedClient);
    }
    let presented = TokenDigest::of(&request.refresh_token);
    if let Some(scope) = &request.scope {
        authority
            .check_narrower(application, presented, scope)
            .await?;
    }
    let successor = RefreshToken::generate(authority.entropy.as_ref());
    let lifetimes = application.oauth.lifetimes;
    let rotation = RefreshRequest {
        application: application.id,
        presented,
        successor: successor.digest(),
        lifetime: lifetimes.refresh_token,
        retry_window: lifetimes.refresh_token_retry_window,
    };
    let origin = Origin {
        actor: Actor::Client(application.id),
        ..origin
    };
    match authority
        .store
        .refresh(application.pool, rotation, origin)
        .await?
    {
        Refreshed::Refreshed(view) => {
            let granted = view.grant.as_ref().map_or("", |grant| grant.scope.as_str());
            let scope = narrowed(granted, request.scope.as_deref());
            Ok(RefreshedGrant {
                view: *view,
                scope,
                refresh_token: successor,
            })
        }
        Refreshed::Reused | Refreshed::Invalid => Err(RefreshError::InvalidGrant),
    }
}

/// What was asked for, and never more than was granted: the check before the
/// rotation does not see a token that was used before, as a retry's was.
fn narrowed(granted: &str, asked: Option<&str>) -> String {
    let Some(asked) = asked else {
        return granted.to_owned();
    };
    let kept = asked
        .split_ascii_whitespace()
        .filter(|part| has_scope(granted, part));
    kept.collect::<Vec<_>>().join(" ")
}

impl Authority {
    /// RFC 6749, section 6: no scope that was not granted. Only a token that the
    /// client could use is looked at, so nothing is told of another's.
    async fn check_narrower(
        &self,
        application: &Application,
        presented: TokenDigest,
        scope: &str,
    ) -> Result<(), RefreshError> {
        let found = self
            .store
            .refresh_token_login(application.pool, presented)
            .await?;
        let mine = found.filter(|view| view.login.application == application.id);
        let Some(grant) = mine.and_then(|view| view.grant) else {
            return Ok(());
        };
        let narrower = scope
            .split_ascii_whitespace()
            .all(|part| has_scope(&grant.scope, part));
        if narrower {
            Ok(())
        } else {
            Err(RefreshError::InvalidScope)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::narrowed;

    #[test]
    fn a_scope_never_grows() {
        assert_eq!(narrowed("openid email", None), "openid email");
        assert_eq!(narrowed("openid email", Some("email phone")), "email");
        assert_eq!(narrowed("openid", Some("phone")), "");
    }
}
