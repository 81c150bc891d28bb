//! What a client presents at introspection and revocation: any string.

use crate::tokens::{AccessToken, TokenSubject, Tokens, Untrusted, unknown_keys};
use rollcall_core::Refusal;
use rollcall_core::operations::client_credentials::ClientToken;
use rollcall_core::operations::introspect_token::PresentedToken;
use rollcall_core::operations::person::PersonCaller;
use rollcall_core::secret::TokenDigest;
use rollcall_core::time::Timestamp;

/// A presented token, as far as it can be told without the store. What kind it
/// is follows from itself alone: `token_type_hint` is only a hint, and one that
/// is wrong or unknown must not hide the token (RFC 7009 section 2.1, RFC 7662
/// section 2.1).
#[derive(Debug)]
pub(super) enum Presented {
    /// An access token of ours that has not expired.
    Access(AccessToken),
    /// An access token of ours that has: nothing is left of it.
    Expired,
    /// Anything else: a refresh token, or no token of ours for applications.
    Opaque(TokenDigest),
}

impl Presented {
    /// Reads what was presented.
    pub(super) async fn read(
        tokens: &Tokens,
        token: &str,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        tokens.keep_up_with(token).await.map_err(unknown_keys)?;
        Ok(match tokens.verify_access_token(token, now) {
            Ok(access) => Self::Access(access),
            Err(Untrusted::Expired) => Self::Expired,
            Err(Untrusted::Invalid) => Self::Opaque(TokenDigest::of(token)),
        })
    }
}

/// A verified access token, as operations know it.
pub(super) fn access(token: &AccessToken) -> PresentedToken {
    match token.subject {
        TokenSubject::Login { login, number, .. } => PresentedToken::Access(PersonCaller {
            pool: token.pool,
            application: token.client,
            login,
            number,
        }),
        TokenSubject::Client { secret_version } => PresentedToken::Client(ClientToken {
            pool: token.pool,
            application: token.client,
            secret_version,
            token_id: token.token_id.clone(),
        }),
    }
}
