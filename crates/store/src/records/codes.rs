//! Authorization codes.

use super::columns::Columns;
use super::lifecycle::{self, LoginState, PoolRules};
use super::statements as sql;
use super::{Commit, WriteError, grants};
use crate::sql::{Connection, OptionalExtension as _, params};
use rollcall_core::ids::{ApplicationId, GrantId, LoginId, PoolId};
use rollcall_core::limits;
use rollcall_core::model::event::{Origin, Reason};
use rollcall_core::model::grant::{Grant, OFFLINE_ACCESS, has_scope};
use rollcall_core::ports::Detail;
use rollcall_core::ports::browser_sessions::NewCode;
use rollcall_core::ports::grants::{Redeemed, Redemption};
use rollcall_core::ports::logins::LoginView;
use rollcall_core::time::{Timestamp, expired};

/// A code as stored.
struct StoredCode {
    grant: GrantId,
    login: LoginId,
    application: ApplicationId,
    redirect_uri: String,
    challenge: Option<String>,
    nonce: Option<String>,
    expires_at: Timestamp,
    used_at: Option<Timestamp>,
}

/// Stores a new code of a grant.
pub(super) fn insert(
    commit: &Commit<'_>,
    pool: PoolId,
    grant: &Grant,
    code: &NewCode,
) -> Result<(), WriteError> {
    let expires_at = commit.now() + code.lifetime;
    commit
        .conn()
        .prepare_cached(sql::INSERT_CODE)?
        .perform(params![
            pool.as_bytes(),
            code.digest.as_bytes(),
            grant.id.as_bytes(),
            grant.login.as_bytes(),
            grant.application.as_bytes(),
            code.redirect_uri,
            code.challenge,
            code.nonce,
            expires_at.as_millis(),
        ])?;
    Ok(())
}

fn stored(
    conn: &Connection,
    pool: PoolId,
    redemption: &Redemption,
) -> crate::sql::Result<Option<StoredCode>> {
    conn.prepare_cached(sql::CODE)?
        .query_row((pool.as_bytes(), redemption.code.as_bytes()), |row| {
            let mut columns = Columns::of(row);
            Ok(StoredCode {
                grant: GrantId::from_bytes(columns.get()?),
                login: LoginId::from_bytes(columns.get()?),
                application: ApplicationId::from_bytes(columns.get()?),
                redirect_uri: columns.get()?,
                challenge: columns.get()?,
                nonce: columns.get()?,
                expires_at: columns.instant()?,
                used_at: columns.optional_instant()?,
            })
        })
        .optional()
}

/// Whether the code is presented as it was issued. A verifier for a code without
/// challenge is refused too: somebody took the challenge away (RFC 9700, section
/// 2.1.1). What is compared are hashes of what only the client knows.
fn fits(code: &StoredCode, redemption: &Redemption) -> bool {
    code.application == redemption.application
        && code.redirect_uri == redemption.redirect_uri
        && code.challenge == redemption.challenge
}

/// Redeems a code.
pub(super) fn redeem(
    commit: &mut Commit<'_>,
    pool: PoolId,
    redemption: &Redemption,
    origin: &Origin,
) -> Result<Redeemed, WriteError> {
    let now = commit.now();
    let code = stored(commit.conn(), pool, redemption)?;
    // Old ones are forgotten some day, so they are as good as unknown.
    let is_remembered = |code: &StoredCode| !expired(code.expires_at + limits::CODE_MEMORY, now);
    let Some(code) = code
        .filter(|code| fits(code, redemption))
        .filter(is_remembered)
    else {
        return Ok(Redeemed::Invalid);
    };
    let Some(mut state) = LoginState::of_login(commit.conn(), pool, code.login)? else {
        return Ok(Redeemed::Invalid);
    };
    let rules = PoolRules::of(commit.conn(), pool)?;
    if code.used_at.is_some() {
        lifecycle::end_now(commit, &state, &rules, Reason::CodeReused, origin)?;
        return Ok(Redeemed::Reused);
    }
    if expired(code.expires_at, now) || !rules.standing(&state, now).is_live() {
        return Ok(Redeemed::Invalid);
    }
    let mut use_up = commit.conn().prepare_cached(sql::USE_CODE)?;
    use_up.perform((pool.as_bytes(), redemption.code.as_bytes(), now.as_millis()))?;
    drop(use_up);
    let standing = lifecycle::redeemed(commit, &mut state, &rules, origin)?;
    let grant = grants::grant(commit.conn(), pool, code.grant)?;
    let gone = || WriteError::Fault(Detail("a code without its grant".to_owned()));
    let grant = grant.ok_or_else(gone)?;
    let token = redemption.refresh_token;
    let token = token.filter(|_| has_scope(&grant.scope, OFFLINE_ACCESS));
    let mut refresh_token_expires_at = None;
    if let Some((digest, lifetime)) = token {
        let expires_at = (now + lifetime).min(rules.lifetime_limit(&state));
        grants::insert_refresh_token(commit, pool, &grant, digest, expires_at)?;
        refresh_token_expires_at = Some(expires_at);
    }
    let view = Box::new(LoginView {
        login: state.login,
        session: state.session,
        standing,
        grant: Some(grant),
        refresh_token_expires_at,
        now,
    });
    let nonce = code.nonce;
    Ok(Redeemed::Redeemed { view, nonce })
}
