//! The tokens of a login's grant: after a sign-in and after a refresh.

use crate::tokens::{KeyFault, Tokens};
use rollcall_core::model::application::Application;
use rollcall_core::model::grant::{Grant, has_scope};
use rollcall_core::ports::logins::LoginView;
use rollcall_core::time::Span;
use rollcall_wire::v3::{SecretText, Whole};

/// Tokens that were just signed.
#[derive(Debug)]
pub(crate) struct Issued {
    /// The access token.
    pub(crate) access_token: SecretText,
    /// The ID token, where `openid` was granted (OIDC Core section 3.1.2.1).
    pub(crate) id_token: Option<SecretText>,
    /// Life of the access token, in seconds.
    pub(crate) expires_in: Whole,
}

/// Signs an access token and, where the grant has `openid`, an ID token, as the
/// application wants them signed. The
/// access token lives for the application's own time even where its login ends
/// sooner: whether the login lives is what introspection, userinfo and the check
/// say, and they say it at once.
pub(crate) async fn issue(
    tokens: &Tokens,
    application: &Application,
    view: &LoginView,
    grant: &Grant,
    nonce: Option<&str>,
) -> Result<Issued, KeyFault> {
    let lifetimes = application.oauth.lifetimes;
    let algorithm = application.oauth.signing_algorithm;
    let (pool, lifetime) = (application.pool, lifetimes.access_token);
    let access = tokens
        .mint_access_token(algorithm, pool, view, grant, lifetime)
        .await?;
    let id_token = if has_scope(&grant.scope, "openid") {
        // The nonce belongs to an authorization request (OIDC Core section
        // 2); a refresh answers none (section 12.2), the API's sign-in has none.
        let (token, lifetime) = (&access.token, lifetimes.id_token);
        let id = tokens.mint_id_token(algorithm, view, grant, token, nonce, lifetime);
        Some(SecretText::from(id.await?.token))
    } else {
        None
    };
    Ok(Issued {
        access_token: access.token.into(),
        id_token,
        expires_in: seconds(access.lifetime),
    })
}

/// A lifetime on the wire. Those that can be set are between nothing and a day.
pub(crate) fn seconds(span: Span) -> Whole {
    Whole::try_from(span.as_seconds()).unwrap_or_default()
}
