//! Callers of the management API: an access key, by token or by signature.

use super::authorization::{authorization, bearer};
use super::{family, signature};
use crate::middleware::Context;
use crate::state::AppState;
use crate::v3::{Failure, V3Result};
use http::HeaderMap;
use http::request::Parts;
use rollcall_core::Refusal;
use rollcall_core::model::access_key::{AccessKey, ManagementCaller, Proof as Proven};
use rollcall_core::model::event::Origin;
use rollcall_wire::v3::signature::SignatureAuthorization;
use rollcall_wire::v3::{ApiCode, HeaderFamily};
use std::fmt;

/// A call of the management API, from a caller that has proved itself.
#[derive(Debug)]
pub(crate) struct ManagementCall<T> {
    /// Who calls, with which permissions.
    pub(crate) caller: ManagementCaller,
    /// What is kept with every change that the call makes.
    pub(crate) origin: Origin,
    /// What is asked for.
    pub(crate) request: T,
}

impl<T> ManagementCall<T> {
    pub(crate) fn new(caller: ManagementCaller, context: &Context, request: T) -> Self {
        let origin = context.origin(caller.actor());
        Self {
            caller,
            origin,
            request,
        }
    }
}

/// What a caller brings as proof, not yet looked at.
pub(crate) enum Proof {
    /// A management token.
    Token(String),
    /// A signature of this request.
    Signature(SignatureAuthorization),
}

/// Without the token, which is a credential.
impl fmt::Debug for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Token(_) => "Token",
            Self::Signature(_) => "Signature",
        })
    }
}

impl Proof {
    /// The proof in `Authorization`.
    pub(crate) fn of(headers: &HeaderMap) -> V3Result<Self> {
        let value = authorization(headers).ok_or(Refusal::NotAuthenticated)?;
        if let Some(token) = bearer(value) {
            return Ok(Self::Token(token.to_owned()));
        }
        match value.parse() {
            Ok(signature) => Ok(Self::Signature(signature)),
            Err(_) if is_signature(value) => Err(Failure::Signature(ApiCode::BadSignature)),
            Err(_) => Err(Refusal::NotAuthenticated.into()),
        }
    }
}

/// Whether the scheme is that of signed requests, whatever follows.
fn is_signature(value: &str) -> bool {
    let word = value.split_once(' ').map_or(value, |(word, _)| word);
    HeaderFamily::ALL
        .iter()
        .any(|family| family.scheme().eq_ignore_ascii_case(word))
}

/// The caller, if the proof is good. The key is read on every call: switching
/// it off, rotating its secret and taking permissions from it act at once, on
/// every node.
pub(crate) async fn authenticate(
    app: &AppState,
    parts: &Parts,
    proof: Proof,
    body: &[u8],
) -> V3Result<ManagementCaller> {
    let key = match proof {
        Proof::Token(token) => by_token(app, &token).await?,
        Proof::Signature(signature) => signature::verify(app, parts, &signature, body).await?,
    };
    app.authority.store.note_key_use(&key);
    family::check_pool(&parts.headers, key.pool)?;
    Ok(ManagementCaller {
        pool: key.pool,
        proof: Proven::Key {
            id: key.id,
            secret_version: key.secret_version,
        },
        permissions: key.permissions,
    })
}

async fn by_token(app: &AppState, token: &str) -> V3Result<AccessKey> {
    let store = &app.authority.store;
    let claims = app
        .tokens
        .verify_management_token(token, store.now())
        .map_err(|_| Refusal::NotAuthenticated)?;
    let key = store.access_key(claims.key).await?;
    let counts = |key: &AccessKey| {
        key.enabled && key.pool == claims.pool && key.secret_version == claims.secret_version
    };
    key.filter(counts)
        .ok_or(Failure::Refused(Refusal::NotAuthenticated))
}
