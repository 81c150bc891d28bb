//! Callers of the management API: an access key, by token or by signature.

use super::authorization::{authorization, bearer};
use super::{family, signature};
use crate::middleware::Context;
use crate::state::AppState;
use crate::tokens::unknown_keys;
use crate::v3::{Failure, V3Result};
use http::HeaderMap;
use http::request::Parts;
use rollcall_core::Refusal;
use rollcall_core::model::access_key::{KeyClaim, ManagementCaller};
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

/// A call whose key is read together with what it asks for. Until then the caller has
/// proved what it claims and no more, and is told nothing of its request.
#[derive(Debug)]
pub(crate) struct ClaimedCall<T> {
    /// What was proved.
    pub(crate) claim: KeyClaim,
    /// What is asked for, or what is wrong with it.
    pub(crate) request: V3Result<T>,
}

/// What a caller brings as proof, not yet looked at.
pub(crate) enum Proof<'a> {
    /// A management token.
    Token(&'a str),
    /// A signature of this request.
    Signature(SignatureAuthorization),
}

/// Without the token, which is a credential.
impl fmt::Debug for Proof<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Token(_) => "Token",
            Self::Signature(_) => "Signature",
        })
    }
}

impl<'a> Proof<'a> {
    /// The proof in `Authorization`.
    pub(crate) fn of(headers: &'a HeaderMap) -> V3Result<Self> {
        let value = authorization(headers).ok_or(Refusal::NotAuthenticated)?;
        if let Some(token) = bearer(value) {
            return Ok(Self::Token(token));
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
    proof: Proof<'_>,
    body: &[u8],
) -> V3Result<ManagementCaller> {
    let authority = &app.authority;
    let caller = match proof {
        Proof::Token(token) => {
            authority
                .confirm_caller(by_token(app, token).await?)
                .await?
        }
        Proof::Signature(signature) => {
            let key = signature::verify(app, parts, &signature, body).await?;
            authority.confirm(key.claim(), Some(&key))?
        }
    };
    family::check_pool(&parts.headers, caller.pool)?;
    Ok(caller)
}

/// What the proof proves, for an operation that reads the key with what it is asked.
pub(crate) async fn claim(
    app: &AppState,
    parts: &Parts,
    proof: Proof<'_>,
    body: &[u8],
) -> V3Result<KeyClaim> {
    let claim = match proof {
        Proof::Token(token) => by_token(app, token).await?,
        Proof::Signature(signature) => {
            let key = signature::verify(app, parts, &signature, body).await?;
            key.claim()
        }
    };
    if let Err(outside) = family::check_pool(&parts.headers, claim.pool) {
        app.authority.confirm_caller(claim).await?;
        return Err(outside.into());
    }
    Ok(claim)
}

async fn by_token(app: &AppState, token: &str) -> V3Result<KeyClaim> {
    let (tokens, now) = (&app.tokens, app.authority.store.now());
    let claim = match tokens.recall_management_token(token, now) {
        Some(claim) => claim,
        None => {
            tokens.keep_up_with(token).await.map_err(unknown_keys)?;
            tokens.verify_management_token(token, now)
        }
    };
    claim.map_err(|_| Refusal::NotAuthenticated.into())
}
