//! Grants and their tokens.

use super::columns::Columns;
use super::lifecycle::{self, LoginState, PoolRules};
use super::statements as sql;
use super::{Commit, SqlStore, WriteError, codes, user_actions};
use crate::sql::{Connection, OptionalExtension as _, params};
use async_trait::async_trait;
use rollcall_core::ids::{ApplicationId, GrantId, LoginId, PoolId};
use rollcall_core::model::event::{Origin, Reason};
use rollcall_core::model::grant::Grant;
use rollcall_core::model::user_action::{UserAction, UserActionKind};
use rollcall_core::ports::grants::{
    Grants, Redeemed, Redemption, RefreshRequest, Refreshed, RevokedToken,
};
use rollcall_core::ports::logins::LoginView;
use rollcall_core::ports::{Detail, StoreResult};
use rollcall_core::secret::TokenDigest;
use rollcall_core::time::{Span, Timestamp, expired};

/// A refresh token as stored.
struct StoredToken {
    digest: TokenDigest,
    grant: GrantId,
    login: LoginId,
    application: ApplicationId,
    expires_at: Timestamp,
    used: Option<Used>,
    cancelled: bool,
}

/// The first use of a refresh token, and what was issued for it last.
struct Used {
    at: Timestamp,
    successor: TokenDigest,
}

/// Stores a new grant.
pub(super) fn insert_grant(
    commit: &Commit<'_>,
    pool: PoolId,
    grant: &Grant,
) -> Result<(), WriteError> {
    commit
        .conn()
        .prepare_cached(sql::INSERT_GRANT)?
        .perform(params![
            pool.as_bytes(),
            grant.id.as_bytes(),
            grant.login.as_bytes(),
            grant.application.as_bytes(),
            grant.scope,
            grant.authentication_methods.join(" "),
            grant.authenticated_at.as_millis(),
            grant.newest_token,
            grant.created_at.as_millis(),
        ])?;
    Ok(())
}

/// Stores a new refresh token of a grant.
pub(super) fn insert_refresh_token(
    commit: &Commit<'_>,
    pool: PoolId,
    grant: &Grant,
    digest: TokenDigest,
    expires_at: Timestamp,
) -> Result<(), WriteError> {
    let mut insert = commit.conn().prepare_cached(sql::INSERT_REFRESH_TOKEN)?;
    insert.perform(params![
        pool.as_bytes(),
        digest.as_bytes(),
        grant.id.as_bytes(),
        grant.login.as_bytes(),
        grant.application.as_bytes(),
        expires_at.as_millis(),
    ])?;
    Ok(())
}

/// A grant by its id.
pub(super) fn grant(
    conn: &Connection,
    pool: PoolId,
    grant: GrantId,
) -> crate::sql::Result<Option<Grant>> {
    conn.prepare_cached(sql::GRANT)?
        .query_row((pool.as_bytes(), grant.as_bytes()), |row| {
            let mut columns = Columns::of(row);
            Ok(Grant {
                id: grant,
                login: LoginId::from_bytes(columns.get()?),
                application: ApplicationId::from_bytes(columns.get()?),
                scope: columns.get()?,
                authentication_methods: columns
                    .get::<String>()?
                    .split_ascii_whitespace()
                    .map(str::to_owned)
                    .collect(),
                authenticated_at: columns.instant()?,
                newest_token: columns.get()?,
                created_at: columns.instant()?,
            })
        })
        .optional()
}

fn stored_token(
    conn: &Connection,
    pool: PoolId,
    digest: TokenDigest,
) -> crate::sql::Result<Option<StoredToken>> {
    conn.prepare_cached(sql::REFRESH_TOKEN)?
        .query_row((pool.as_bytes(), digest.as_bytes()), |row| {
            let mut columns = Columns::of(row);
            let grant = GrantId::from_bytes(columns.get()?);
            let login = LoginId::from_bytes(columns.get()?);
            let application = ApplicationId::from_bytes(columns.get()?);
            let expires_at = columns.instant()?;
            let used_at = columns.optional_instant()?;
            let successor = columns.get::<Option<_>>()?.map(TokenDigest::from_bytes);
            Ok(StoredToken {
                digest,
                grant,
                login,
                application,
                expires_at,
                used: used_at
                    .zip(successor)
                    .map(|(at, successor)| Used { at, successor }),
                cancelled: columns.get()?,
            })
        })
        .optional()
}

/// What a presented refresh token is.
enum Presented {
    /// Its first use.
    First,
    /// A retry of its first use: this unused successor is cancelled.
    Retry(TokenDigest),
    /// It was used, or cancelled, before.
    Reused,
}

fn presented(
    conn: &Connection,
    pool: PoolId,
    token: &StoredToken,
    retry_window: Span,
    now: Timestamp,
) -> crate::sql::Result<Presented> {
    if token.cancelled {
        return Ok(Presented::Reused);
    }
    let Some(used) = &token.used else {
        return Ok(Presented::First);
    };
    if expired(used.at + retry_window, now) {
        return Ok(Presented::Reused);
    }
    let successor = stored_token(conn, pool, used.successor)?;
    let unused = successor.is_some_and(|successor| successor.used.is_none());
    Ok(if unused {
        Presented::Retry(used.successor)
    } else {
        Presented::Reused
    })
}

fn refresh(
    commit: &mut Commit<'_>,
    pool: PoolId,
    request: &RefreshRequest,
    origin: &Origin,
) -> Result<Refreshed, WriteError> {
    let now = commit.now();
    let token = stored_token(commit.conn(), pool, request.presented)?;
    // Expired ones are forgotten some day, so they are as good as unknown.
    let Some(token) = token
        .filter(|token| token.application == request.application)
        .filter(|token| !expired(token.expires_at, now))
    else {
        return Ok(Refreshed::Invalid);
    };
    let Some(mut state) = LoginState::of_login(commit.conn(), pool, token.login)? else {
        return Ok(Refreshed::Invalid);
    };
    let rules = PoolRules::of(commit.conn(), pool)?;
    let use_is = presented(commit.conn(), pool, &token, request.retry_window, now)?;
    let cancelled = match use_is {
        Presented::Reused => {
            lifecycle::end_now(commit, &state, &rules, Reason::RefreshTokenReused, origin)?;
            return Ok(Refreshed::Reused);
        }
        Presented::First => None,
        Presented::Retry(successor) => Some(successor),
    };
    let standing = lifecycle::extend(commit, &mut state, &rules, origin)?;
    if !standing.is_live() {
        return Ok(Refreshed::Invalid);
    }
    let grant = raise_newest_token(commit, pool, token.grant)?;
    let expires_at = (now + request.lifetime).min(rules.lifetime_limit(&state));
    insert_refresh_token(commit, pool, &grant, request.successor, expires_at)?;
    rotate(commit, pool, &token, cancelled, request.successor)?;
    Ok(Refreshed::Refreshed(Box::new(LoginView {
        login: state.login,
        session: state.session,
        standing,
        grant: Some(grant),
        refresh_token_expires_at: Some(expires_at),
        now,
    })))
}

fn raise_newest_token(commit: &Commit<'_>, pool: PoolId, id: GrantId) -> Result<Grant, WriteError> {
    let key = (pool.as_bytes(), id.as_bytes());
    let mut raise = commit.conn().prepare_cached(sql::RAISE_NEWEST_TOKEN)?;
    raise.perform(key)?;
    let gone = || WriteError::Fault(Detail("a refresh token without its grant".to_owned()));
    grant(commit.conn(), pool, id)?.ok_or_else(gone)
}

/// Marks the token as used; the first use keeps its instant, so that retries do
/// not prolong the window.
fn rotate(
    commit: &Commit<'_>,
    pool: PoolId,
    token: &StoredToken,
    cancelled: Option<TokenDigest>,
    successor: TokenDigest,
) -> Result<(), WriteError> {
    if let Some(cancelled) = cancelled {
        let mut cancel = commit.conn().prepare_cached(sql::CANCEL_REFRESH_TOKEN)?;
        cancel.perform((pool.as_bytes(), cancelled.as_bytes()))?;
    }
    let used_at = token.used.as_ref().map_or(commit.now(), |used| used.at);
    commit
        .conn()
        .prepare_cached(sql::USE_REFRESH_TOKEN)?
        .perform(params![
            pool.as_bytes(),
            token.digest.as_bytes(),
            used_at.as_millis(),
            successor.as_bytes(),
        ])?;
    Ok(())
}

fn revoke(
    commit: &mut Commit<'_>,
    pool: PoolId,
    application: ApplicationId,
    token: RevokedToken,
    origin: &Origin,
) -> Result<(), WriteError> {
    match token {
        RevokedToken::Refresh(digest) => {
            let token = stored_token(commit.conn(), pool, digest)?;
            match token.filter(|token| token.application == application) {
                Some(token) => end_by_revocation(commit, pool, token.login, origin),
                None => Ok(()),
            }
        }
        RevokedToken::Access {
            login,
            number,
            expires_at,
        } => {
            let grant = grant(commit.conn(), pool, number.grant)?;
            let grant = grant.filter(|g| g.login == login && g.application == application);
            match grant {
                // An expired or foreign token changes nothing.
                _ if expired(expires_at, commit.now()) => Ok(()),
                None => Ok(()),
                Some(grant) if number.number >= grant.newest_token => {
                    end_by_revocation(commit, pool, login, origin)
                }
                Some(_) => forget_token(commit, pool, &number.to_string(), expires_at),
            }
        }
        RevokedToken::Client {
            token_id,
            expires_at,
        } => {
            if expired(expires_at, commit.now()) {
                return Ok(());
            }
            forget_token(commit, pool, &token_id, expires_at)
        }
    }
}

fn end_by_revocation(
    commit: &mut Commit<'_>,
    pool: PoolId,
    login: LoginId,
    origin: &Origin,
) -> Result<(), WriteError> {
    let Some(state) = LoginState::of_login(commit.conn(), pool, login)? else {
        return Ok(());
    };
    let rules = PoolRules::of(commit.conn(), pool)?;
    let reason = Reason::TokenRevoked;
    if rules.standing(&state, commit.now()).is_live() {
        // How one signs out of an application that signs in through the API.
        let login = &state.login;
        let (application, kind) = (Some(login.application), UserActionKind::Logout);
        let action = UserAction::done(login.user, application, kind, reason.as_str(), origin);
        user_actions::record(commit, pool, &action, origin)?;
    }
    lifecycle::end_now(commit, &state, &rules, reason, origin)
}

fn forget_token(
    commit: &Commit<'_>,
    pool: PoolId,
    token_id: &str,
    expires_at: Timestamp,
) -> Result<(), WriteError> {
    commit
        .conn()
        .prepare_cached(sql::REVOKE_TOKEN)?
        .perform(params![pool.as_bytes(), token_id, expires_at.as_millis(),])?;
    Ok(())
}

fn token_login(
    conn: &Connection,
    pool: PoolId,
    digest: TokenDigest,
    now: Timestamp,
) -> crate::sql::Result<Option<LoginView>> {
    let token = stored_token(conn, pool, digest)?;
    let Some(token) = token.filter(|token| {
        token.used.is_none() && !token.cancelled && !expired(token.expires_at, now)
    }) else {
        return Ok(None);
    };
    let view = super::logins::view(conn, pool, token.login, Some(token.grant), now)?;
    Ok(view.map(|view| LoginView {
        refresh_token_expires_at: Some(token.expires_at),
        ..view
    }))
}

#[async_trait]
impl Grants for SqlStore {
    async fn redeem_code(
        &self,
        pool: PoolId,
        redemption: Redemption,
        origin: Origin,
    ) -> StoreResult<Redeemed> {
        self.write(move |commit| codes::redeem(commit, pool, &redemption, &origin))
            .await
    }

    async fn refresh(
        &self,
        pool: PoolId,
        request: RefreshRequest,
        origin: Origin,
    ) -> StoreResult<Refreshed> {
        self.write(move |commit| refresh(commit, pool, &request, &origin))
            .await
    }

    async fn refresh_token_login(
        &self,
        pool: PoolId,
        presented: TokenDigest,
    ) -> StoreResult<Option<LoginView>> {
        self.read(move |conn| token_login(conn, pool, presented, conn.now()?))
            .await
    }

    async fn is_revoked(&self, pool: PoolId, token_id: &str) -> StoreResult<bool> {
        let token_id = token_id.to_owned();
        self.look(move |conn| {
            conn.prepare_cached(sql::IS_REVOKED)?
                .exists((pool.as_bytes(), token_id))
        })
        .await
    }

    async fn revoke_token(
        &self,
        pool: PoolId,
        application: ApplicationId,
        token: RevokedToken,
        origin: Origin,
    ) -> StoreResult<()> {
        self.write(move |commit| revoke(commit, pool, application, token, &origin))
            .await
    }
}
