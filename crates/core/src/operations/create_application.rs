//! `create-application`: makes something that people sign in to.

use super::Authority;
use super::application_input::check_application;
use crate::ids::{ApplicationId, PoolId};
use crate::model::access_key::{ManagementCaller, Permission};
use crate::model::application::{
    Application, ApplicationChange, ApplicationType, ApplicationWithSecret, OauthSettings,
    PasswordMethod,
};
use crate::model::event::Origin;
use crate::model::policy::{ConcurrencyLimit, SessionLimits, SessionPolicy};
use crate::ports::applications::Created;
use crate::refusal::{Record, Refusal};
use crate::secret::Secret;
use crate::time::Timestamp;

/// Makes an application. It is the defaults, changed by what was said; a name is
/// required.
pub async fn create_application(
    authority: &Authority,
    caller: &ManagementCaller,
    said: ApplicationChange,
    origin: Origin,
) -> Result<Application, Refusal> {
    caller.require(Permission::AppsWrite)?;
    if said.name.is_none() {
        return Err(Refusal::invalid("appName"));
    }
    let limits = authority.session_limits(caller).await?;
    let now = authority.now();
    let blank = blank(
        caller.pool,
        ApplicationId::generate(now, authority.entropy.as_ref()),
        now,
    );
    check_application(&said, said.kind.unwrap_or(blank.kind), limits)?;
    let application = blank.changed_by(said, now);
    application.check().map_err(Refusal::Rule)?;
    let new = ApplicationWithSecret {
        application: application.clone(),
        secret: Secret::generate(authority.entropy.as_ref()),
    };
    match authority.store.create_application(new, origin).await? {
        Created::Created => Ok(application),
        Created::IdentifierTaken => Err(Refusal::Taken(vec!["appIdentifier"])),
    }
}

impl Authority {
    /// The caller's pool's session limits.
    pub(super) async fn session_limits(
        &self,
        caller: &ManagementCaller,
    ) -> Result<SessionLimits, Refusal> {
        let pool = self.store.pool(caller.pool).await?;
        pool.map(|pool| pool.session_limits)
            .ok_or(Refusal::NotFound(Record::Pool))
    }
}

/// The defaults of an application.
pub(super) fn blank(pool: PoolId, id: ApplicationId, now: Timestamp) -> Application {
    Application {
        id,
        pool,
        identifier: id.to_string(),
        name: String::new(),
        logo: String::new(),
        description: None,
        kind: ApplicationType::Web,
        enabled: true,
        redirect_uris: Vec::new(),
        logout_redirect_uris: Vec::new(),
        init_login_uri: String::new(),
        sso_enabled_at: Some(now),
        api_sign_in: true,
        password_methods: PasswordMethod::ALL.to_vec(),
        oauth: OauthSettings::default(),
        session_policy: SessionPolicy::default(),
        session_limit: ConcurrencyLimit::default(),
        secret_version: 1,
        created_at: now,
        updated_at: now,
    }
}
