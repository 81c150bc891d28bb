//! An application as a row.

use super::super::columns::{Columns, all_named, to_json};
use super::oauth;
use crate::sql::{Connection, OptionalExtension as _, Result, Row, named_params};
use rollcall_core::ids::{ApplicationId, PoolId};
use rollcall_core::model::application::{
    Application, ApplicationType, OauthSettings, PasswordMethod,
};
use rollcall_core::model::policy::{ConcurrencyLimit, LimitAction, SessionPolicy};
use rollcall_core::time::{Span, Timestamp};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT pool, id, identifier, name, logo, description, kind, enabled,
                redirect_uris, logout_redirect_uris, init_login_uri, sso_enabled_at, api_sign_in,
                password_methods, oauth, backchannel_logout_uri, idle_timeout_ms, max_lifetime_ms,
                max_sessions, session_limit_action, secret_version, created_at, updated_at, secret
            FROM applications WHERE ",
            $rest
        )
    };
}

pub(crate) const BY_ID: &str = select!("pool = ?1 AND id = ?2");
pub(crate) const BY_CLIENT_ID: &str = select!("id = ?1");
pub(crate) const BY_IDENTIFIER: &str =
    "SELECT id FROM applications WHERE pool = ?1 AND identifier = ?2";

const INSERT: &str = "INSERT INTO applications (pool, id, identifier, name, logo, description,
        kind, enabled, redirect_uris, logout_redirect_uris, init_login_uri, sso_enabled_at,
        api_sign_in, password_methods, oauth, backchannel_logout_uri, idle_timeout_ms,
        max_lifetime_ms, max_sessions, session_limit_action, secret, secret_version, created_at, updated_at)
    VALUES (:pool, :id, :identifier, :name, :logo, :description,
        :kind, :enabled, :redirect_uris, :logout_redirect_uris, :init_login_uri, :sso_enabled_at,
        :api_sign_in, :password_methods, :oauth, :backchannel_logout_uri, :idle_timeout_ms,
        :max_lifetime_ms, :max_sessions, :session_limit_action, :secret, :secret_version, :created_at, :updated_at)";

const UPDATE: &str = "UPDATE applications SET identifier = :identifier, name = :name,
        logo = :logo, description = :description, kind = :kind, enabled = :enabled,
        redirect_uris = :redirect_uris, logout_redirect_uris = :logout_redirect_uris,
        init_login_uri = :init_login_uri, sso_enabled_at = :sso_enabled_at,
        api_sign_in = :api_sign_in, password_methods = :password_methods, oauth = :oauth,
        backchannel_logout_uri = :backchannel_logout_uri,
        idle_timeout_ms = :idle_timeout_ms, max_lifetime_ms = :max_lifetime_ms,
        max_sessions = :max_sessions, session_limit_action = :session_limit_action,
        secret = :secret, secret_version = :secret_version,
        created_at = :created_at, updated_at = :updated_at
    WHERE pool = :pool AND id = :id";

/// An application and its secret as stored.
pub(super) struct SealedApplication {
    pub(super) application: Application,
    pub(super) secret: Vec<u8>,
}

/// The pool's application with this id.
pub(super) fn by_id(
    conn: &Connection,
    pool: PoolId,
    application: ApplicationId,
) -> Result<Option<SealedApplication>> {
    conn.prepare_cached(BY_ID)?
        .query_row((pool.as_bytes(), application.as_bytes()), read)
        .optional()
}

/// The application with this id, in whichever pool.
pub(super) fn by_client_id(
    conn: &Connection,
    application: ApplicationId,
) -> Result<Option<SealedApplication>> {
    conn.prepare_cached(BY_CLIENT_ID)?
        .query_row([application.as_bytes()], read)
        .optional()
}

/// The pool's application with this identifier.
pub(super) fn by_identifier(
    conn: &Connection,
    pool: PoolId,
    identifier: &str,
) -> Result<Option<ApplicationId>> {
    conn.prepare_cached(BY_IDENTIFIER)?
        .query_row((pool.as_bytes(), identifier), |row| row.get(0))
        .optional()
        .map(|id| id.map(ApplicationId::from_bytes))
}

/// Stores a new application.
pub(super) fn insert(conn: &Connection, row: &SealedApplication) -> Result<()> {
    execute(conn, INSERT, row)
}

/// Stores an application that is there in its new form.
pub(super) fn update(conn: &Connection, row: &SealedApplication) -> Result<()> {
    execute(conn, UPDATE, row)
}

fn execute(conn: &Connection, sql: &str, row: &SealedApplication) -> Result<()> {
    let SealedApplication {
        application,
        secret,
    } = row;
    let methods = &application.password_methods;
    let methods: Vec<&str> = methods.iter().map(|method| method.as_str()).collect();
    let policy = application.session_policy;
    conn.prepare_cached(sql)?.perform(named_params! {
        ":pool": application.pool.as_bytes(),
        ":id": application.id.as_bytes(),
        ":identifier": application.identifier,
        ":name": application.name,
        ":logo": application.logo,
        ":description": application.description,
        ":kind": application.kind.as_str(),
        ":enabled": application.enabled,
        ":redirect_uris": to_json(&application.redirect_uris)?,
        ":logout_redirect_uris": to_json(&application.logout_redirect_uris)?,
        ":init_login_uri": application.init_login_uri,
        ":sso_enabled_at": application.sso_enabled_at.map(Timestamp::as_millis),
        ":api_sign_in": application.api_sign_in,
        ":password_methods": to_json(&methods)?,
        ":oauth": oauth::to_text(&application.oauth)?,
        ":backchannel_logout_uri": application.oauth.backchannel_logout_uri,
        ":max_sessions": application.session_limit.max,
        ":session_limit_action": application.session_limit.action.as_str(),
        ":idle_timeout_ms": policy.idle_timeout.map(Span::as_millis),
        ":max_lifetime_ms": policy.max_lifetime.map(Span::as_millis),
        ":secret": secret,
        ":secret_version": application.secret_version,
        ":created_at": application.created_at.as_millis(),
        ":updated_at": application.updated_at.as_millis(),
    })?;
    Ok(())
}

fn read(row: &Row<'_>) -> Result<SealedApplication> {
    let mut columns = Columns::of(row);
    let application = Application {
        pool: PoolId::from_bytes(columns.get()?),
        id: ApplicationId::from_bytes(columns.get()?),
        identifier: columns.get()?,
        name: columns.get()?,
        logo: columns.get()?,
        description: columns.get()?,
        kind: columns.meaning(ApplicationType::from_name)?,
        enabled: columns.get()?,
        redirect_uris: columns.json()?,
        logout_redirect_uris: columns.json()?,
        init_login_uri: columns.get()?,
        sso_enabled_at: columns.optional_instant()?,
        api_sign_in: columns.get()?,
        password_methods: columns.meaning(password_methods)?,
        oauth: {
            let settings = columns.meaning(oauth::from_text)?;
            OauthSettings {
                backchannel_logout_uri: columns.get()?,
                ..settings
            }
        },
        session_policy: SessionPolicy {
            idle_timeout: columns.optional_span()?,
            max_lifetime: columns.optional_span()?,
        },
        session_limit: ConcurrencyLimit {
            max: columns.get()?,
            action: columns.meaning(LimitAction::from_name)?,
        },
        secret_version: columns.get()?,
        created_at: columns.instant()?,
        updated_at: columns.instant()?,
    };
    Ok(SealedApplication {
        application,
        secret: columns.get()?,
    })
}

fn password_methods(json: &str) -> Option<Vec<PasswordMethod>> {
    let names: Vec<String> = serde_json::from_str(json).ok()?;
    all_named(&names, PasswordMethod::from_name)
}
