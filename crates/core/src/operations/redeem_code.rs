//! The authorization-code grant (RFC 6749, section 4.1.3; RFC 7636, section 4.5).

use super::Authority;
use crate::model::application::{Application, GrantType};
use crate::model::event::{Actor, Origin};
use crate::model::grant::{OFFLINE_ACCESS, has_scope};
use crate::ports::grants::{Redeemed, Redemption};
use crate::ports::logins::LoginView;
use crate::refusal::Refusal;
use crate::secret::{RefreshToken, TokenDigest, pkce_challenge};

/// A redemption by an authenticated application.
#[derive(Clone)]
pub struct RedeemCode {
    /// The application.
    pub application: Application,
    /// The code that it presents.
    pub code: String,
    /// The redirect URI that it names.
    pub redirect_uri: String,
    /// The PKCE verifier, if it sends one.
    pub verifier: Option<String>,
}

/// Why there are no tokens (RFC 6749, section 5.2).
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RedeemError {
    /// `invalid_grant`: unknown, expired, used, another client's or URI's, without
    /// its verifier, or signed out.
    InvalidGrant,
    /// `unauthorized_client`: the application may not use codes.
    UnauthorizedClient,
    /// Anything else.
    Refused(Refusal),
}

impl<E: Into<Refusal>> From<E> for RedeemError {
    fn from(error: E) -> Self {
        Self::Refused(error.into())
    }
}

/// The first tokens of a grant.
#[derive(Clone, Debug)]
pub struct RedeemedCode {
    /// The login with its grant.
    pub view: LoginView,
    /// The nonce that the ID token repeats.
    pub nonce: Option<String>,
    /// The refresh token, if `offline_access` was granted.
    pub refresh_token: Option<RefreshToken>,
}

/// Redeems the code in one commit. A second use ends the login.
pub async fn redeem_code(
    authority: &Authority,
    request: RedeemCode,
    origin: Origin,
) -> Result<RedeemedCode, RedeemError> {
    let application = &request.application;
    let grants = &application.oauth.grant_types;
    if !grants.contains(&GrantType::AuthorizationCode) {
        return Err(RedeemError::UnauthorizedClient);
    }
    let challenge = match &request.verifier {
        Some(verifier) => Some(pkce_challenge(verifier).ok_or(RedeemError::InvalidGrant)?),
        None => None,
    };
    let may_refresh = grants.contains(&GrantType::RefreshToken);
    let refresh_token = may_refresh.then(|| RefreshToken::generate(authority.entropy.as_ref()));
    let lifetime = application.oauth.lifetimes.refresh_token;
    let redemption = Redemption {
        application: application.id,
        code: TokenDigest::of(&request.code),
        redirect_uri: request.redirect_uri,
        challenge,
        refresh_token: refresh_token
            .as_ref()
            .map(|token| (token.digest(), lifetime)),
    };
    let origin = Origin {
        actor: Actor::Client(application.id),
        ..origin
    };
    match authority
        .store
        .redeem_code(application.pool, redemption, origin)
        .await?
    {
        Redeemed::Redeemed { view, nonce } => {
            let scope = view.grant.as_ref().map_or("", |grant| grant.scope.as_str());
            let is_offline = has_scope(scope, OFFLINE_ACCESS);
            Ok(RedeemedCode {
                refresh_token: refresh_token.filter(|_| is_offline),
                view: *view,
                nonce,
            })
        }
        Redeemed::Reused | Redeemed::Invalid => Err(RedeemError::InvalidGrant),
    }
}
