//! Making, changing and deleting applications.

use super::super::commit::{Commit, WriteError, given_of};
use super::super::lifecycle;
use super::super::logout_deliveries;
use super::rows::{self, SealedApplication};
use super::{SECRET, TABLE};
use rollcall_core::ids::{ApplicationId, PoolId};
use rollcall_core::model::application::{
    Application, ApplicationChange, ApplicationWithSecret, OauthChange,
};
use rollcall_core::model::audit::{AuditAction, AuditResource};
use rollcall_core::model::event::{Origin, Reason};
use rollcall_core::model::mass_end::{Effect, Scope};
use rollcall_core::model::policy::{ConcurrencyChange, SessionPolicy};
use rollcall_core::operations::client_credentials::may_have_own_token;
use rollcall_core::ports::applications::{Created, Updated};
use rollcall_core::refusal::Field;
use rollcall_core::secret::Secret;

/// Stores a new application.
pub(super) fn create(
    commit: &mut Commit<'_>,
    new: ApplicationWithSecret,
    origin: &Origin,
) -> Result<Created, WriteError> {
    let ApplicationWithSecret {
        application,
        secret,
    } = new;
    let (pool, id) = (application.pool, application.id);
    if rows::by_identifier(commit.conn(), pool, &application.identifier)?.is_some() {
        return Ok(Created::IdentifierTaken);
    }
    let row = SealedApplication {
        secret: commit.seal_secret(TABLE, pool, id.as_bytes(), SECRET, &secret)?,
        application,
    };
    rows::insert(commit.conn(), &row)?;
    let resource = AuditResource::Application;
    audit(commit, pool, id, AuditAction::Create, resource, &[], origin)?;
    Ok(Created::Created)
}

/// Changes an application, and ends the logins that the change ends.
pub(super) fn update(
    commit: &mut Commit<'_>,
    pool: PoolId,
    id: ApplicationId,
    change: ApplicationChange,
    origin: &Origin,
) -> Result<Updated, WriteError> {
    let Some(row) = rows::by_id(commit.conn(), pool, id)? else {
        return Ok(Updated::NotFound);
    };
    if let Some(identifier) = &change.identifier {
        let owner = rows::by_identifier(commit.conn(), pool, identifier)?;
        if owner.is_some_and(|owner| owner != id) {
            return Ok(Updated::IdentifierTaken);
        }
    }
    let fields = changed_fields(&change);
    let (was_enabled, former) = (row.application.enabled, row.application.session_policy);
    let had_own_tokens = may_have_own_token(&row.application);
    let mut application = row.application.changed_by(change, commit.now());
    if let Err(rule) = application.check() {
        return Ok(Updated::Refused(rule));
    }
    if had_own_tokens && !may_have_own_token(&application) {
        // Its tokens stay dead when it is switched on again.
        application.secret_version += 1;
    }
    commit.changes_rules();
    end_logins(commit, was_enabled, former, &application, origin)?;
    let row = SealedApplication { application, ..row };
    rows::update(commit.conn(), &row)?;
    let (action, resource) = (AuditAction::Update, AuditResource::Application);
    audit(commit, pool, id, action, resource, &fields, origin)?;
    Ok(Updated::Updated(Box::new(row.application)))
}

fn end_logins(
    commit: &mut Commit<'_>,
    was_enabled: bool,
    former: SessionPolicy,
    application: &Application,
    origin: &Origin,
) -> Result<(), WriteError> {
    let scope = Scope::Application(application.id);
    let new = application.session_policy;
    if was_enabled && !application.enabled {
        let effect = Effect::End(Reason::AppDisabled);
        lifecycle::mass_end(commit, application.pool, scope, effect, origin)?;
    }
    if former != new {
        let effect = Effect::ApplicationPolicy { former, new };
        lifecycle::mass_end(commit, application.pool, scope, effect, origin)?;
    }
    Ok(())
}

/// Deletes an application; false if there is none.
pub(super) fn delete(
    commit: &mut Commit<'_>,
    pool: PoolId,
    id: ApplicationId,
    origin: &Origin,
) -> Result<bool, WriteError> {
    let Some(row) = rows::by_id(commit.conn(), pool, id)? else {
        return Ok(false);
    };
    commit.changes_rules();
    logout_deliveries::keep_former_uri(commit, &row.application)?;
    let effect = Effect::End(Reason::AppDeleted);
    lifecycle::mass_end(commit, pool, Scope::Application(id), effect, origin)?;
    lifecycle::forget_application(commit, pool, id)?;
    commit
        .conn()
        .prepare_cached("DELETE FROM applications WHERE pool = ?1 AND id = ?2")?
        .perform((pool.as_bytes(), id.as_bytes()))?;
    let resource = AuditResource::Application;
    audit(commit, pool, id, AuditAction::Delete, resource, &[], origin)?;
    Ok(true)
}

/// The secret, and an audit row for the reading.
pub(super) fn read_secret(
    commit: &mut Commit<'_>,
    pool: PoolId,
    id: ApplicationId,
    origin: &Origin,
) -> Result<Option<Secret>, WriteError> {
    let Some(row) = rows::by_id(commit.conn(), pool, id)? else {
        return Ok(None);
    };
    let secret = commit.open_secret(TABLE, pool, id.as_bytes(), SECRET, &row.secret)?;
    let (action, resource) = (AuditAction::ReadSecret, AuditResource::ApplicationSecret);
    audit(commit, pool, id, action, resource, &[], origin)?;
    Ok(Some(secret))
}

/// Replaces the secret; false if there is no such application.
pub(super) fn rotate_secret(
    commit: &mut Commit<'_>,
    pool: PoolId,
    id: ApplicationId,
    secret: &Secret,
    origin: &Origin,
) -> Result<bool, WriteError> {
    let Some(mut row) = rows::by_id(commit.conn(), pool, id)? else {
        return Ok(false);
    };
    commit.changes_rules();
    row.secret = commit.seal_secret(TABLE, pool, id.as_bytes(), SECRET, secret)?;
    row.application.secret_version += 1;
    row.application.updated_at = commit.now();
    rows::update(commit.conn(), &row)?;
    let (action, resource) = (AuditAction::RotateSecret, AuditResource::ApplicationSecret);
    audit(commit, pool, id, action, resource, &[], origin)?;
    Ok(true)
}

/// The names of what a change sets.
fn changed_fields(change: &ApplicationChange) -> Vec<Field> {
    let policy = change.session_policy;
    let given = [
        ("appIdentifier", change.identifier.is_some()),
        ("appName", change.name.is_some()),
        ("appLogo", change.logo.is_some()),
        ("appDescription", change.description.is_some()),
        ("appType", change.kind.is_some()),
        ("enabled", change.enabled.is_some()),
        ("redirectUris", change.redirect_uris.is_some()),
        ("logoutRedirectUris", change.logout_redirect_uris.is_some()),
        ("initLoginUri", change.init_login_uri.is_some()),
        ("ssoEnabled", change.sso_enabled.is_some()),
        ("apiSignIn", change.api_sign_in.is_some()),
        ("loginConfig", change.password_methods.is_some()),
        ("oidcConfig", change.oauth != OauthChange::default()),
        (
            "sessionPolicy",
            policy != SessionPolicy::default()
                || change.session_limit != ConcurrencyChange::default(),
        ),
    ];
    given_of(&given).collect()
}

fn audit(
    commit: &mut Commit<'_>,
    pool: PoolId,
    id: ApplicationId,
    action: AuditAction,
    resource: AuditResource,
    fields: &[Field],
    origin: &Origin,
) -> Result<(), WriteError> {
    commit.audit(
        pool,
        origin,
        action,
        resource,
        id.to_string(),
        fields.join(","),
    )
}
