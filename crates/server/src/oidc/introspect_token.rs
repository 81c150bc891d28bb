//! `POST /oidc/token/introspection` (RFC 7662).

use super::presented::{self, Presented};
use super::respond::{OAuthFailure, OAuthResult};
use crate::auth::ClientCall;
use crate::state::AppState;
use crate::tokens::{AccessToken, TokenSubject};
use rollcall_core::ids::ApplicationId;
use rollcall_core::operations::introspect_token::{self as operation, ActiveToken, PresentedToken};
use rollcall_core::ports::logins::LoginView;
use rollcall_core::time::Timestamp;
use rollcall_wire::oidc::claims::Audience;
use rollcall_wire::oidc::introspection::{IntrospectionResponse, TokenQuery};
use schemars::JsonSchema;
use serde::Serialize;

/// The answer, with two claims of RFC 9068 section 2.2 that a resource server
/// asks for when it decides how fresh a sign-in must be.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub(crate) struct Introspection {
    #[serde(flatten)]
    told: IntrospectionResponse,
    /// The login, for an access or refresh token of a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    sid: Option<String>,
    /// When the person last proved who they are, seconds since the Unix epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    auth_time: Option<i64>,
}

/// Begins with "inactive" and adds. Whatever is wrong with a token, of an active
/// caller's or not, is that one answer (RFC 7662 section 2.2), and so is everything
/// to who has shown no secret: section 2.1 wants an authorised caller.
pub(crate) async fn introspect_token(
    app: AppState,
    call: ClientCall<TokenQuery>,
) -> OAuthResult<Introspection> {
    let token = call.request.token;
    let token = token.ok_or_else(|| OAuthFailure::invalid_request("token is missing"))?;
    if !call.client.is_authenticated() {
        return Ok(Introspection::default());
    }
    let now = app.authority.store.now();
    let (question, access) = match Presented::read(&app.tokens, token.as_str(), now).await? {
        Presented::Expired => return Ok(Introspection::default()),
        Presented::Access(token) => (presented::access(&token), Some(token)),
        Presented::Opaque(digest) => (PresentedToken::Opaque(digest), None),
    };
    let asker = &call.client.application;
    let active = operation::introspect_token(&app.authority, asker, question).await?;
    let issuer = app.tokens.issuer();
    Ok(match (active, access) {
        (Some(ActiveToken::Access(view)), Some(token)) => Introspection {
            told: of_access(issuer, &token),
            ..of_login(&view)
        },
        (Some(ActiveToken::Client), Some(token)) => Introspection {
            told: of_access(issuer, &token),
            ..Introspection::default()
        },
        (Some(ActiveToken::Refresh(view)), _) => Introspection {
            told: of_refresh(issuer, &view),
            ..of_login(&view)
        },
        (Some(ActiveToken::Access(_) | ActiveToken::Client) | None, _) => Introspection::default(),
    })
}

/// What an access token says of itself, now that it is known to be active.
fn of_access(issuer: &str, token: &AccessToken) -> IntrospectionResponse {
    let client = token.client.to_string();
    let subject = match token.subject {
        TokenSubject::Login { user, .. } => user.to_string(),
        TokenSubject::Client { .. } => client.clone(),
    };
    IntrospectionResponse {
        iat: Some(token.issued_at.as_seconds()),
        jti: Some(token.token_id.clone()),
        token_type: Some("Bearer".to_owned()),
        aud: Some(Audience::One(client)),
        exp: Some(token.expires_at.as_seconds()),
        ..active(issuer, subject, token.client, &token.scope)
    }
}

/// A refresh token says nothing of itself: what its grant says. It has no
/// audience but its client, and no type in the sense of RFC 6749 section 7.1.
fn of_refresh(issuer: &str, view: &LoginView) -> IntrospectionResponse {
    let scope = view.grant.as_ref().map_or("", |grant| &grant.scope);
    let subject = view.login.user.to_string();
    IntrospectionResponse {
        exp: view.refresh_token_expires_at.map(Timestamp::as_seconds),
        ..active(issuer, subject, view.login.application, scope)
    }
}

fn active(
    issuer: &str,
    subject: String,
    client: ApplicationId,
    scope: &str,
) -> IntrospectionResponse {
    IntrospectionResponse {
        active: true,
        iss: Some(issuer.to_owned()),
        sub: Some(subject),
        client_id: Some(client.to_string()),
        scope: (!scope.is_empty()).then(|| scope.to_owned()),
        ..IntrospectionResponse::default()
    }
}

fn of_login(view: &LoginView) -> Introspection {
    Introspection {
        sid: Some(view.login.id.to_string()),
        auth_time: view
            .grant
            .as_ref()
            .map(|grant| grant.authenticated_at.as_seconds()),
        ..Introspection::default()
    }
}
