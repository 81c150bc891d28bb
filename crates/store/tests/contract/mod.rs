//! The contract suite: what every engine promises, written against the ports
//! alone. A case takes a [`World`] of its own: a new store, a clock that is moved
//! by hand, seeded randomness.

pub(crate) mod access_keys;
pub(crate) mod actions;
pub(crate) mod administrators;
pub(crate) mod applications;
pub(crate) mod audit;
pub(crate) mod browser;
pub(crate) mod checks;
pub(crate) mod codes;
pub(crate) mod console;
pub(crate) mod deliveries;
pub(crate) mod devices;
pub(crate) mod end_all;
pub(crate) mod ends;
pub(crate) mod ext_idps;
pub(crate) mod failures;
mod given;
pub(crate) mod grants;
pub(crate) mod history;
pub(crate) mod identities;
pub(crate) mod lists;
pub(crate) mod logins;
pub(crate) mod maintenance;
pub(crate) mod nonces;
pub(crate) mod pool_settings;
pub(crate) mod pools;
pub(crate) mod records;
pub(crate) mod shared_commits;
pub(crate) mod sign_ups;
pub(crate) mod signing_keys;
pub(crate) mod users;
pub(crate) mod webhooks;

pub(crate) use given::{ManualClock, SeededEntropy};

use rollcall_core::entropy::Entropy;
use rollcall_core::ids::{AccessKeyId, ApplicationId, GrantId, LoginId, PoolId, SessionId, UserId};
use rollcall_core::limits;
use rollcall_core::model::application::{
    Application, ApplicationChange, ApplicationType, ApplicationWithSecret, OauthSettings,
};
use rollcall_core::model::event::{Actor, End, Event, Origin, Position};
use rollcall_core::model::identifier::UserSelector;
use rollcall_core::model::login::LoginDevice;
use rollcall_core::model::policy::{ConcurrencyLimit, SessionLimits, SessionPolicy};
use rollcall_core::model::pool::{DEFAULT_COUNTRY_CODE, NewPool, Pool};
use rollcall_core::model::user::{
    Gender, NewPassword, Password, Profile, SignInStatistics, User, UserSource, UserStatus,
};
use rollcall_core::ports::Store;
use rollcall_core::ports::applications::{Created, Updated};
use rollcall_core::ports::logins::{Begun, LoginView, NewLogin, SessionStatus};
use rollcall_core::ports::users::OwnPasswordChange;
use rollcall_core::ports::users::Saved;
use rollcall_core::secret::{PasswordHash, Secret, TokenDigest};
use rollcall_core::time::{Clock as _, Span, Timestamp};
use rollcall_store::SqlStore;
use std::sync::Arc;

/// An engine under test.
pub(crate) trait Harness: Send + Sync + Sized {
    /// Whether the engine can be tested here; what is missing is said.
    fn is_there() -> bool {
        true
    }

    /// Whether used nonces are there after a restart, rather than refused by age.
    const KEEPS_NONCES: bool = false;

    /// A new, empty store.
    fn start() -> Self;

    /// The store.
    fn store(&self) -> Arc<dyn Store>;

    /// The store that does the work behind the scenes: of several nodes one has the lease.
    fn worker(&self) -> Arc<dyn Store> {
        self.store()
    }

    /// The clock that the store was given.
    fn clock(&self) -> &ManualClock;

    /// The randomness that the store was given.
    fn entropy(&self) -> &dyn Entropy;

    /// Closes the store and opens it again.
    fn restart(&mut self);

    /// The same store, or the first of several, with what is for tests alone.
    fn engine(&self) -> &SqlStore;

    /// Sets how many logins a mass end records in its own commit, until the next
    /// restart.
    fn set_end_batch(&self, logins: u32);

    /// What of the stored records does not agree with the rest.
    fn unsound(&self) -> Vec<String> {
        Vec::new()
    }
}

/// A store, and short ways to put things into it.
pub(crate) struct World<H> {
    pub(crate) harness: H,
    /// A pool, in which most of a case happens.
    pub(crate) pool: PoolId,
    /// Its twin, of which nothing must ever be found from the first.
    pub(crate) other_pool: PoolId,
}

/// A person who signed in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SignedIn {
    pub(crate) user: UserId,
    pub(crate) application: ApplicationId,
    pub(crate) session: SessionId,
    pub(crate) login: LoginId,
    pub(crate) grant: GrantId,
    pub(crate) refresh_token: TokenDigest,
}

impl<H: Harness> World<H> {
    pub(crate) async fn new() -> Self {
        let mut world = Self {
            harness: H::start(),
            pool: PoolId::from_bytes([0; 12]),
            other_pool: PoolId::from_bytes([0; 12]),
        };
        world.pool = world.new_pool().await;
        world.other_pool = world.new_pool().await;
        world
    }

    pub(crate) fn is_there() -> bool {
        H::is_there()
    }

    pub(crate) fn store(&self) -> Arc<dyn Store> {
        self.harness.store()
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.harness.clock().now()
    }

    pub(crate) fn advance(&self, span: Span) {
        self.harness.clock().set(self.now() + span);
    }

    pub(crate) fn advance_to(&self, now: Timestamp) {
        self.harness.clock().set(now);
    }

    pub(crate) fn digest(&self) -> TokenDigest {
        let mut bytes = [0; 32];
        self.harness.entropy().fill(&mut bytes);
        TokenDigest::from_bytes(bytes)
    }

    /// An origin with a request id of its own.
    pub(crate) fn origin(&self) -> Origin {
        let mut bytes = [0; 4];
        self.harness.entropy().fill(&mut bytes);
        Origin {
            actor: Actor::Key(AccessKeyId::from_bytes([9; 12])),
            request_id: format!("request-{}", u32::from_le_bytes(bytes)),
            address: Some([192, 0, 2, 1].into()),
            user_agent: None,
        }
    }

    pub(crate) async fn new_pool(&self) -> PoolId {
        self.new_pool_with(SessionLimits::default()).await
    }

    pub(crate) async fn new_pool_with(&self, session_limits: SessionLimits) -> PoolId {
        self.new_pool_of(session_limits, ConcurrencyLimit::default())
            .await
    }

    pub(crate) async fn new_pool_of(
        &self,
        session_limits: SessionLimits,
        session_limit: ConcurrencyLimit,
    ) -> PoolId {
        let limits = (session_limits, session_limit);
        self.stored_pool(limits, DEFAULT_COUNTRY_CODE).await
    }

    /// A pool whose people are of this country unless they say otherwise.
    pub(crate) async fn new_pool_in(&self, country_code: &str) -> PoolId {
        self.stored_pool(Default::default(), country_code).await
    }

    async fn stored_pool(
        &self,
        (session_limits, session_limit): (SessionLimits, ConcurrencyLimit),
        country_code: &str,
    ) -> PoolId {
        let id = PoolId::generate(self.now(), self.harness.entropy());
        let new = NewPool {
            pool: Pool {
                id,
                name: "A pool".to_owned(),
                created_at: self.now(),
                session_limits,
                session_limit,
                cookie_ends_with_browser: false,
                default_country_code: country_code.to_owned(),
                registration_open: false,
            },
            root_secret: Secret::generate(self.harness.entropy()),
        };
        let created = self.store().create_pool(new, self.origin()).await;
        created.unwrap();
        id
    }

    pub(crate) async fn new_application(&self, pool: PoolId) -> ApplicationId {
        self.new_application_with(pool, SessionPolicy::default())
            .await
    }

    pub(crate) async fn new_application_with(
        &self,
        pool: PoolId,
        session_policy: SessionPolicy,
    ) -> ApplicationId {
        let application = self.application(pool, session_policy);
        let id = application.id;
        let new = ApplicationWithSecret {
            application,
            secret: Secret::generate(self.harness.entropy()),
        };
        let created = self.store().create_application(new, self.origin()).await;
        assert_eq!(created, Ok(Created::Created));
        id
    }

    /// An application that is not stored yet.
    pub(crate) fn application(&self, pool: PoolId, session_policy: SessionPolicy) -> Application {
        let id = ApplicationId::generate(self.now(), self.harness.entropy());
        Application {
            id,
            pool,
            identifier: format!("app-{id}"),
            name: format!("Application {id}"),
            logo: format!("https://example.com/{id}.png"),
            description: None,
            kind: ApplicationType::Web,
            enabled: true,
            redirect_uris: vec!["https://example.com/callback".to_owned()],
            logout_redirect_uris: Vec::new(),
            init_login_uri: format!("https://example.com/{id}"),
            sso_enabled_at: Some(self.now()),
            api_sign_in: true,
            password_methods: Vec::new(),
            oauth: OauthSettings::default(),
            session_policy,
            session_limit: ConcurrencyLimit::default(),
            secret_version: 1,
            created_at: self.now(),
            updated_at: self.now(),
        }
    }

    pub(crate) async fn new_user(&self, pool: PoolId) -> UserId {
        let user = self.user(pool);
        let id = user.id;
        let created = self
            .store()
            .create_user(user, Vec::new(), self.origin())
            .await;
        assert!(matches!(created, Ok(Saved::Saved(_))), "{created:?}");
        id
    }

    /// A user with a password of version 1 who is not stored yet.
    pub(crate) fn user(&self, pool: PoolId) -> User {
        let id = UserId::generate(self.now(), self.harness.entropy());
        User {
            id,
            pool,
            status: UserStatus::Activated,
            status_changed_at: self.now(),
            created_at: self.now(),
            updated_at: self.now(),
            username: Some(format!("user-{id}")),
            email: None,
            email_verified: false,
            phone: None,
            phone_verified: false,
            unproven: rollcall_core::model::user::Unproven::default(),
            external_id: None,
            gender: Gender::Unknown,
            profile: Profile::default(),
            custom_data: None,
            source: UserSource::AdminCreated,
            password: Password {
                hash: Some(PasswordHash::from_phc("$argon2id$first")),
                version: 1,
                last_set_at: Some(self.now()),
                ..Password::default()
            },
            sign_ins: SignInStatistics::default(),
        }
    }

    /// What a sign-in commits, with new ids and the first version of a password.
    pub(crate) fn new_login(&self, user: UserId, application: ApplicationId) -> NewLogin {
        let (now, entropy) = (self.now(), self.harness.entropy());
        NewLogin {
            user,
            password_version: 1,
            rehashed: None,
            application,
            secret_version: 1,
            session: SessionId::generate(now, entropy),
            login: LoginId::generate(now, entropy),
            grant: GrantId::generate(now, entropy),
            scope: "openid offline_access".to_owned(),
            authentication_methods: vec!["pwd".to_owned()],
            refresh_token: Some((self.digest(), limits::DEFAULT_REFRESH_TOKEN_LIFETIME)),
            device: LoginDevice {
                address: Some([203, 0, 113, 7].into()),
                user_agent: Some("A browser".to_owned()),
            },
            failure_key: self.digest(),
        }
    }

    /// A person's own change of password in one of their logins.
    pub(crate) fn own_password(
        &self,
        (user, login): (UserId, LoginId),
        verified_version: i64,
        password: NewPassword,
    ) -> OwnPasswordChange {
        OwnPasswordChange {
            user,
            verified_version,
            login,
            password,
            failure_key: self.digest(),
        }
    }

    pub(crate) async fn begin(&self, pool: PoolId, new: NewLogin) -> Begun {
        let begun = self.store().begin_login(pool, new, self.origin()).await;
        begun.unwrap()
    }

    pub(crate) async fn sign_in(
        &self,
        pool: PoolId,
        user: UserId,
        application: ApplicationId,
    ) -> SignedIn {
        let new = self.new_login(user, application);
        let signed_in = SignedIn {
            user,
            application,
            session: new.session,
            login: new.login,
            grant: new.grant,
            refresh_token: new.refresh_token.unwrap().0,
        };
        let begun = self.begin(pool, new).await;
        assert!(matches!(begun, Begun::Begun(_)), "{begun:?}");
        signed_in
    }

    /// A new user of the pool who signed in to a new application.
    pub(crate) async fn someone_signed_in(&self, pool: PoolId) -> SignedIn {
        let user = self.new_user(pool).await;
        let application = self.new_application(pool).await;
        self.sign_in(pool, user, application).await
    }

    /// What the pool's root key is told.
    pub(crate) async fn status(
        &self,
        pool: PoolId,
        application: ApplicationId,
        user: &UserSelector,
    ) -> SessionStatus {
        let store = self.store();
        let check = store.session_status(pool.root_key(), application, user);
        let check = check.await.unwrap().unwrap();
        assert_eq!((check.key.id, check.key.pool), (pool.root_key(), pool));
        check.status
    }

    /// The answer to the product's one question.
    pub(crate) async fn is_active(
        &self,
        pool: PoolId,
        user: UserId,
        application: ApplicationId,
    ) -> bool {
        let selector = UserSelector::id(user);
        match self.status(pool, application, &selector).await {
            SessionStatus::Known { active } => active,
            other => panic!("{other:?}"),
        }
    }

    /// The same for somebody who signed in.
    pub(crate) async fn is_signed_in(&self, who: &SignedIn) -> bool {
        self.is_active(self.pool, who.user, who.application).await
    }

    pub(crate) async fn view(&self, pool: PoolId, login: LoginId) -> Option<LoginView> {
        self.store().login(pool, login, None).await.unwrap()
    }

    /// The recorded end of a login.
    pub(crate) async fn recorded_end(&self, login: LoginId) -> Option<End> {
        let view = self.view(self.pool, login).await;
        view.unwrap().login.end
    }

    /// All events of the pool.
    pub(crate) async fn events(&self, pool: PoolId) -> Vec<Event> {
        let events = self
            .store()
            .events_after(pool, Position::default(), u32::MAX)
            .await;
        events.unwrap()
    }

    /// Lets the background work finish.
    pub(crate) async fn settle(&self, batch: u32) {
        let store = self.harness.worker();
        while store.record_mass_ends(batch).await.unwrap().more {}
        while store.record_expired(batch).await.unwrap().more {}
    }

    pub(crate) async fn change_application(
        &self,
        pool: PoolId,
        application: ApplicationId,
        change: ApplicationChange,
    ) {
        let updated = self
            .store()
            .update_application(pool, application, change, self.origin())
            .await;
        assert!(matches!(updated, Ok(Updated::Updated(_))), "{updated:?}");
    }

    pub(crate) async fn set_policy(
        &self,
        application: ApplicationId,
        session_policy: SessionPolicy,
    ) {
        let change = ApplicationChange {
            session_policy,
            ..ApplicationChange::default()
        };
        self.change_application(self.pool, application, change)
            .await;
    }

    pub(crate) async fn set_enabled(&self, application: ApplicationId, enabled: bool) {
        let change = ApplicationChange {
            enabled: Some(enabled),
            ..ApplicationChange::default()
        };
        self.change_application(self.pool, application, change)
            .await;
    }
}

/// A policy with this idle timeout.
pub(crate) fn idle(seconds: i64) -> SessionPolicy {
    SessionPolicy {
        idle_timeout: Some(Span::from_seconds(seconds)),
        max_lifetime: None,
    }
}

/// A policy with this maximum lifetime.
pub(crate) fn lifetime(seconds: i64) -> SessionPolicy {
    SessionPolicy {
        idle_timeout: None,
        max_lifetime: Some(Span::from_seconds(seconds)),
    }
}

pub(crate) const MILLISECOND: Span = Span::from_millis(1);
