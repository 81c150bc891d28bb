//! Administrators: the first owner, further ones, and what each may do. None of this
//! is in the API: only the console and the command line call it.

use super::create_application::blank;
use super::create_user::new_user;
use super::create_user_pool::{blank_pool, is_pool_name};
use super::user_input::is_name;
use super::{Authority, given_password::GivenPassword};
use crate::ids::{ApplicationId, PoolId, UserId};
use crate::limits;
use crate::model::access_key::{ManagementCaller, Permission, Proof};
use crate::model::application::{
    Application, ApplicationChange, ApplicationWithSecret, GrantType, OauthChange, PasswordMethod,
};
use crate::model::console::{
    Administrator, ConsoleFacts, Invitation, NewAdministrator, NewConsole, Role, Roles,
};
use crate::model::event::{Actor, Origin};
use crate::model::identifier::email_key;
use crate::model::password::Holder;
use crate::model::policy::SessionLimits;
use crate::model::pool::{NewPool, Pool};
use crate::model::user::{NewPassword, ProfileField, User, UserChange};
use crate::ports::applications::Updated;
use crate::ports::console::{AdministratorAdded, ConsoleMade, RoleSet};
use crate::refusal::{Record, Refusal, Rule};
use crate::secret::{Secret, TokenDigest};

/// The name of the administrators' pool.
pub const CONSOLE_POOL_NAME: &str = "Administrators";

/// The console's name, as its sign-in page shows it.
pub const CONSOLE_NAME: &str = "Rollcall Console";

/// A link's secret part, shown this once.
#[derive(Clone, Debug)]
pub struct Link {
    /// What the link carries.
    pub secret: Secret,
    invitation: Invitation,
}

impl Authority {
    fn new_link(&self) -> Link {
        let first = Secret::generate(self.entropy.as_ref());
        let second = Secret::generate(self.entropy.as_ref());
        let secret = Secret::new([first.reveal(), second.reveal()].concat());
        let digest = TokenDigest::of(secret.reveal());
        let expires_at = self.now() + limits::INVITATION_LIFETIME;
        Link {
            secret,
            invitation: Invitation { digest, expires_at },
        }
    }

    /// The roles of an administrator; none where there is no console.
    pub async fn roles_of(&self, user: UserId) -> Result<Option<Roles>, Refusal> {
        let Some(console) = self.store.console().await? else {
            return Ok(None);
        };
        Ok(Some(Roles {
            user,
            console: console.pool,
            given: self.store.roles(user).await?,
        }))
    }

    pub(super) async fn role_in(
        &self,
        user: UserId,
        pool: PoolId,
    ) -> Result<Option<Role>, Refusal> {
        let roles = self.roles_of(user).await?;
        Ok(roles.and_then(|roles| roles.in_pool(pool)))
    }

    pub(super) async fn is_server_owner(&self, user: UserId) -> Result<bool, Refusal> {
        let roles = self.roles_of(user).await?;
        Ok(roles.is_some_and(|roles| roles.is_server_owner()))
    }

    fn administrator(
        &self,
        pool: PoolId,
        email: &str,
        password: Option<NewPassword>,
    ) -> Result<User, Refusal> {
        let email = email_key(email).filter(|key| is_name(key));
        let email = email.ok_or(Refusal::invalid("email"))?;
        let now = self.now();
        let change = UserChange {
            email: Some(email),
            email_verified: Some(true),
            password,
            ..UserChange::default()
        };
        let id = UserId::generate(now, self.entropy.as_ref());
        Ok(new_user(id, pool, change, now))
    }

    /// A console that is not stored yet.
    fn new_console(&self) -> NewConsole {
        let (now, entropy) = (self.now(), self.entropy.as_ref());
        let id = PoolId::generate(now, entropy);
        let pool = Pool {
            session_limits: SessionLimits {
                idle_timeout: limits::CONSOLE_IDLE_TIMEOUT,
                max_lifetime: limits::CONSOLE_MAX_LIFETIME,
            },
            ..blank_pool(id, CONSOLE_POOL_NAME.to_owned(), now)
        };
        let application = blank(id, ApplicationId::generate(now, entropy), now);
        let application = application.changed_by(console_settings(), now);
        NewConsole {
            pool: NewPool {
                pool,
                // Known to nobody: the pool is managed in the console.
                root_secret: Secret::generate(entropy),
            },
            application: ApplicationWithSecret {
                application,
                // Nobody's either: the console redeems codes by itself.
                secret: Secret::generate(entropy),
            },
        }
    }
}

/// What the console is as an application: the code flow with PKCE, and no other way
/// in. Where it is reached is settled when the server starts.
fn console_settings() -> ApplicationChange {
    ApplicationChange {
        identifier: Some("rollcall-console".to_owned()),
        name: Some(CONSOLE_NAME.to_owned()),
        api_sign_in: Some(false),
        password_methods: Some(vec![PasswordMethod::Email]),
        oauth: OauthChange {
            grant_types: Some(vec![GrantType::AuthorizationCode]),
            require_pkce: Some(true),
            skip_consent: Some(true),
            ..OauthChange::default()
        },
        ..ApplicationChange::default()
    }
}

/// The first owner of a server without a console, with a password: whoever holds the
/// server's one-time code.
pub async fn set_up_console(
    authority: &Authority,
    email: &str,
    password: String,
    origin: Origin,
) -> Result<(), Refusal> {
    let given = GivenPassword::Clear(password);
    let password = authority
        .set_password(Some(&given), Holder::Administrator)
        .await?;
    let console = authority.new_console();
    let pool = console.pool.pool.id;
    let owner = NewAdministrator {
        user: authority.administrator(pool, email, password)?,
        scope: pool,
        role: Role::Owner,
        invitation: None,
    };
    made(
        authority
            .store
            .set_up_console(console, owner, origin)
            .await?,
    )
}

fn made(made: ConsoleMade) -> Result<(), Refusal> {
    match made {
        ConsoleMade::Made => Ok(()),
        ConsoleMade::AlreadyThere => Err(Refusal::Taken(vec!["console"])),
        ConsoleMade::TooManyPools => Err(Refusal::Rule(Rule::TooMany("userPools"))),
    }
}

/// An owner of the whole server, by whoever runs the command line on its folder:
/// makes the console if there is none. They choose a password with the link.
pub async fn make_owner(
    authority: &Authority,
    email: &str,
    origin: Origin,
) -> Result<Secret, Refusal> {
    let link = authority.new_link();
    let owner = |pool| -> Result<NewAdministrator, Refusal> {
        Ok(NewAdministrator {
            user: authority.administrator(pool, email, None)?,
            scope: pool,
            role: Role::Owner,
            invitation: Some(link.invitation),
        })
    };
    let store = &authority.store;
    if let Some(console) = store.console().await? {
        added(
            store
                .add_administrator(owner(console.pool)?, origin)
                .await?,
        )?;
    } else {
        let console = authority.new_console();
        let owner = owner(console.pool.pool.id)?;
        made(store.set_up_console(console, owner, origin).await?)?;
    }
    Ok(link.secret)
}

fn added(added: AdministratorAdded) -> Result<UserId, Refusal> {
    match added {
        AdministratorAdded::Added(user) => Ok(user),
        AdministratorAdded::NotFound => Err(Refusal::NotFound(Record::Pool)),
        AdministratorAdded::TooMany => Err(Refusal::Rule(Rule::TooMany("administrators"))),
        AdministratorAdded::Elsewhere => Err(Refusal::Taken(vec!["email"])),
    }
}

/// Another administrator of the caller's pool, by one of its owners.
pub async fn invite_administrator(
    authority: &Authority,
    caller: &ManagementCaller,
    email: &str,
    role: Role,
    origin: Origin,
) -> Result<Secret, Refusal> {
    require_owner(authority, caller).await?;
    let store = &authority.store;
    let console = store.console().await?;
    let console = console.ok_or(Refusal::NotFound(Record::Pool))?;
    let link = authority.new_link();
    let new = NewAdministrator {
        user: authority.administrator(console.pool, email, None)?,
        scope: caller.pool,
        role,
        invitation: Some(link.invitation),
    };
    added(store.add_administrator(new, origin).await?)?;
    Ok(link.secret)
}

/// The administrators of the caller's pool.
pub async fn list_administrators(
    authority: &Authority,
    caller: &ManagementCaller,
) -> Result<Vec<Administrator>, Refusal> {
    require_owner(authority, caller).await?;
    Ok(authority.store.administrators(caller.pool).await?)
}

/// Changes what an administrator is in the caller's pool; none takes it away.
pub async fn set_administrator_role(
    authority: &Authority,
    caller: &ManagementCaller,
    administrator: UserId,
    role: Option<Role>,
    origin: Origin,
) -> Result<(), Refusal> {
    require_owner(authority, caller).await?;
    let set = authority
        .store
        .set_role(administrator, caller.pool, role, origin)
        .await?;
    match set {
        RoleSet::Set => Ok(()),
        RoleSet::NotFound => Err(Refusal::NotFound(Record::User)),
        RoleSet::LastOwner => Err(Refusal::Taken(vec!["owner"])),
    }
}

/// Access keys make no administrators: a key that leaks must not leave one behind.
async fn require_owner(authority: &Authority, caller: &ManagementCaller) -> Result<(), Refusal> {
    caller.require(Permission::Settings)?;
    let Proof::Administrator(user) = caller.proof else {
        return Err(Refusal::PermissionMissing(Permission::Settings));
    };
    match authority.role_in(user, caller.pool).await? {
        Some(Role::Owner) => Ok(()),
        Some(Role::Viewer | Role::Operator) | None => {
            Err(Refusal::PermissionMissing(Permission::Settings))
        }
    }
}

/// Whom a link invites, by e-mail, while it may be used.
pub async fn invited(authority: &Authority, link: &str) -> Result<Option<String>, Refusal> {
    let user = authority.store.invited(TokenDigest::of(link)).await?;
    Ok(user.and_then(|user| user.email))
}

/// Uses a link to choose a password.
pub async fn accept_invitation(
    authority: &Authority,
    link: &str,
    password: String,
    origin: Origin,
) -> Result<UserId, Refusal> {
    let digest = TokenDigest::of(link);
    let known = authority.store.invited(digest).await?;
    known.ok_or(Refusal::NotAuthenticated)?;
    let given = GivenPassword::Clear(password);
    let password = authority
        .set_password(Some(&given), Holder::Administrator)
        .await?;
    let password = password.ok_or(Refusal::Fault)?;
    let used = authority.store.accept_invitation(digest, password, origin);
    used.await?.ok_or(Refusal::NotAuthenticated)
}

/// An administrator in a pool, for the operations that everybody calls. None: nothing
/// there is theirs, and the pool is as unknown to them as one that is not there.
pub async fn administrator_in(
    authority: &Authority,
    roles: &Roles,
    pool: PoolId,
) -> Result<Option<(ManagementCaller, Role, Pool)>, Refusal> {
    let Some(role) = roles.in_pool(pool) else {
        return Ok(None);
    };
    let Some(known) = authority.store.pool(pool).await? else {
        return Ok(None);
    };
    let caller = ManagementCaller {
        pool,
        proof: Proof::Administrator(roles.user),
        permissions: role.permissions(),
    };
    Ok(Some((caller, role, known)))
}

/// The pools in which an administrator is anything.
pub async fn pools_of(authority: &Authority, roles: &Roles) -> Result<Vec<Pool>, Refusal> {
    let all = authority.store.all_pools().await?;
    let theirs = |pool: &Pool| roles.in_pool(pool.id).is_some();
    Ok(all.into_iter().filter(theirs).collect())
}

/// Where the console is reached, as its own sign-ins need it: settled at each start,
/// since the public URL is a setting of the server.
pub async fn settle_console(
    authority: &Authority,
    facts: ConsoleFacts,
    callback: &str,
    home: &str,
) -> Result<(), Refusal> {
    let store = &authority.store;
    let application = store.application(facts.pool, facts.application).await?;
    let application = application.ok_or(Refusal::NotFound(Record::Application))?;
    if is_settled(&application, callback, home) {
        return Ok(());
    }
    let change = ApplicationChange {
        enabled: Some(true),
        redirect_uris: Some(vec![callback.to_owned()]),
        logout_redirect_uris: Some(vec![home.to_owned()]),
        init_login_uri: Some(home.to_owned()),
        ..console_settings()
    };
    let origin = Origin {
        actor: Actor::System,
        ..Origin::system()
    };
    match store
        .update_application(facts.pool, facts.application, change, origin)
        .await?
    {
        Updated::Updated(_) => Ok(()),
        Updated::Refused(rule) => Err(Refusal::Rule(rule)),
        Updated::IdentifierTaken => Err(Refusal::Taken(vec!["appIdentifier"])),
        Updated::NotFound => Err(Refusal::NotFound(Record::Application)),
    }
}

fn is_settled(application: &Application, callback: &str, home: &str) -> bool {
    application.enabled
        && application.redirect_uris == [callback]
        && application.logout_redirect_uris == [home]
        && application.init_login_uri == home
}

/// How an administrator is called: by name, or by e-mail.
pub fn administrator_name(user: &User) -> String {
    let name = user.profile.get(&ProfileField::Name);
    let name = name.filter(|name| !name.is_empty()).cloned();
    name.or_else(|| user.email.clone())
        .or_else(|| user.username.clone())
        .unwrap_or_else(|| user.id.to_string())
}

/// Whether a pool can have this name.
pub fn can_name_pool(name: &str) -> bool {
    is_pool_name(name)
}
