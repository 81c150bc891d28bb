//! Token revocation (RFC 7009).

use super::Authority;
use super::introspect_token::PresentedToken;
use crate::model::application::Application;
use crate::model::event::{Actor, Origin};
use crate::ports::grants::RevokedToken;
use crate::refusal::Refusal;
use crate::time::Timestamp;

/// Revokes a token of this application: a refresh token or the newest access
/// token of a grant ends the login, any other access token only itself. Another
/// client's token, or an unknown one, changes nothing and is no error. An expired
/// access token needs no revocation and is not presented here.
pub async fn revoke_token(
    authority: &Authority,
    client: &Application,
    token: PresentedToken,
    expires_at: Timestamp,
    origin: Origin,
) -> Result<(), Refusal> {
    let token = match token {
        PresentedToken::Access(person) if person.application == client.id => RevokedToken::Access {
            login: person.login,
            number: person.number,
            expires_at,
        },
        PresentedToken::Client(token) if token.application == client.id => RevokedToken::Client {
            token_id: token.token_id,
            expires_at,
        },
        PresentedToken::Opaque(digest) => RevokedToken::Refresh(digest),
        PresentedToken::Access(_) | PresentedToken::Client(_) => return Ok(()),
    };
    let origin = Origin {
        actor: Actor::Client(client.id),
        ..origin
    };
    Ok(authority
        .store
        .revoke_token(client.pool, client.id, token, origin)
        .await?)
}
