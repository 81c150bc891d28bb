//! Administrators: what each is in which pool, and how they come to be that.

use super::records::audit_of;
use super::{Harness, World};
use rollcall_core::ids::{PoolId, UserId};
use rollcall_core::limits::{self, MAX_ADMINISTRATORS_PER_POOL};
use rollcall_core::model::application::ApplicationWithSecret;
use rollcall_core::model::audit::{AuditAction, AuditResource};
use rollcall_core::model::console::{Invitation, NewAdministrator, NewConsole, Role, RoleIn};
use rollcall_core::model::event::{Actor, Origin};
use rollcall_core::model::identifier::UserSelector;
use rollcall_core::model::policy::{ConcurrencyLimit, SessionLimits, SessionPolicy};
use rollcall_core::model::pool::{DEFAULT_COUNTRY_CODE, NewPool, Pool};
use rollcall_core::model::user::{NewPassword, User};
use rollcall_core::ports::console::{AdministratorAdded, ConsoleMade, RoleSet};
use rollcall_core::ports::users::Found;
use rollcall_core::secret::{PasswordHash, Secret, TokenDigest};
use rollcall_core::time::Span;

const OWNER: &str = "ann@example.com";

/// A world with a console: its pool, and the owner of the server.
struct Given {
    console: PoolId,
    owner: UserId,
}

fn person<H: Harness>(w: &World<H>, pool: PoolId, email: &str) -> User {
    User {
        email: Some(email.to_owned()),
        email_verified: true,
        username: None,
        ..w.user(pool)
    }
}

fn new_console<H: Harness>(w: &World<H>) -> (NewConsole, NewAdministrator) {
    let id = PoolId::generate(w.now(), w.harness.entropy());
    let pool = Pool {
        id,
        name: "Administrators".to_owned(),
        created_at: w.now(),
        session_limits: SessionLimits::default(),
        session_limit: ConcurrencyLimit::default(),
        cookie_ends_with_browser: false,
        default_country_code: DEFAULT_COUNTRY_CODE.to_owned(),
        registration_open: false,
    };
    let console = NewConsole {
        pool: NewPool {
            pool,
            root_secret: Secret::generate(w.harness.entropy()),
        },
        application: ApplicationWithSecret {
            application: w.application(id, SessionPolicy::default()),
            secret: Secret::generate(w.harness.entropy()),
        },
    };
    let owner = NewAdministrator {
        user: person(w, id, OWNER),
        scope: id,
        role: Role::Owner,
        invitation: None,
    };
    (console, owner)
}

async fn set_up<H: Harness>(w: &World<H>) -> Given {
    let (console, owner) = new_console(w);
    let given = Given {
        console: console.pool.pool.id,
        owner: owner.user.id,
    };
    let made = w.store().set_up_console(console, owner, w.origin()).await;
    assert_eq!(made, Ok(ConsoleMade::Made));
    given
}

/// An administrator at work.
fn by<H: Harness>(w: &World<H>, administrator: UserId) -> Origin {
    Origin {
        actor: Actor::Administrator(administrator),
        ..w.origin()
    }
}

impl Given {
    /// Adds somebody to a pool, with a link, and answers what came of it.
    async fn add<H: Harness>(
        &self,
        w: &World<H>,
        email: &str,
        (scope, role): (PoolId, Role),
        (origin, digest): (Origin, TokenDigest),
    ) -> AdministratorAdded {
        let new = NewAdministrator {
            user: person(w, self.console, email),
            scope,
            role,
            invitation: Some(Invitation {
                digest,
                expires_at: w.now() + limits::INVITATION_LIFETIME,
            }),
        };
        w.store().add_administrator(new, origin).await.unwrap()
    }

    /// The same by the owner of the server, who adds whom they like.
    async fn added<H: Harness>(
        &self,
        w: &World<H>,
        email: &str,
        scope: PoolId,
        role: Role,
    ) -> UserId {
        let how = (by(w, self.owner), w.digest());
        match self.add(w, email, (scope, role), how).await {
            AdministratorAdded::Added(user) => user,
            other => panic!("{other:?}"),
        }
    }
}

async fn listed<H: Harness>(w: &World<H>, pool: PoolId) -> Vec<(UserId, Role)> {
    let found = w.store().administrators(pool).await.unwrap();
    found.iter().map(|one| (one.user.id, one.role)).collect()
}

/// Pool, application, owner and role come in one commit, and stay.
pub(crate) async fn a_console_is_made_once_with_its_owner<H: Harness>(mut w: World<H>) {
    assert_eq!(w.store().console().await, Ok(None));
    let given = set_up(&w).await;
    let (console, owner) = new_console(&w);
    let again = w.store().set_up_console(console, owner, w.origin()).await;
    assert_eq!(again, Ok(ConsoleMade::AlreadyThere));
    w.harness.restart();
    let facts = w.store().console().await.unwrap().unwrap();
    assert_eq!(facts.pool, given.console);
    let application = w.store().application(facts.pool, facts.application).await;
    assert!(application.unwrap().is_some());
    let role = RoleIn {
        pool: given.console,
        role: Role::Owner,
    };
    assert_eq!(w.store().roles(given.owner).await, Ok(vec![role]));
    let pools = w.store().all_pools().await.unwrap();
    let ids: Vec<PoolId> = pools.iter().map(|pool| pool.id).collect();
    assert_eq!(ids, [w.pool, w.other_pool, given.console]);
}

/// Found by e-mail, and what they are changes; in another pool nobody knows of it.
pub(crate) async fn an_administrator_is_one_of_their_pool_alone<H: Harness>(w: World<H>) {
    let given = set_up(&w).await;
    let email = "olga@example.com";
    let olga = given.added(&w, email, w.pool, Role::Viewer).await;
    assert_eq!(listed(&w, w.pool).await, [(olga, Role::Viewer)]);
    assert_eq!(listed(&w, w.other_pool).await, []);
    assert_eq!(given.added(&w, email, w.pool, Role::Operator).await, olga);
    assert_eq!(listed(&w, w.pool).await, [(olga, Role::Operator)]);
    let set = async |pool, role| {
        let set = w.store().set_role(olga, pool, role, w.origin()).await;
        set.unwrap()
    };
    assert_eq!(
        set(w.other_pool, Some(Role::Owner)).await,
        RoleSet::NotFound
    );
    assert_eq!(set(w.pool, Some(Role::Owner)).await, RoleSet::Set);
    assert_eq!(listed(&w, w.pool).await, [(olga, Role::Owner)]);
    assert_eq!(set(w.pool, None).await, RoleSet::Set);
    assert_eq!(listed(&w, w.pool).await, []);
    assert_eq!(w.store().roles(olga).await, Ok(Vec::new()));
    let row = |action, role: &str| (action, olga.to_string(), role.to_owned());
    assert_eq!(
        audit_of(&w, w.pool, AuditResource::Administrator).await,
        [
            row(AuditAction::Update, "viewer"),
            row(AuditAction::Update, "operator"),
            row(AuditAction::Update, "owner"),
            row(AuditAction::Delete, ""),
        ]
    );
    assert_eq!(
        audit_of(&w, w.other_pool, AuditResource::Administrator).await,
        []
    );
    let nowhere = PoolId::from_bytes([9; 12]);
    let how = (by(&w, given.owner), w.digest());
    let nobody = given.add(&w, email, (nowhere, Role::Viewer), how).await;
    assert_eq!(nobody, AdministratorAdded::NotFound);
}

/// The link would let an owner of one pool choose the password of who owns another, or
/// the server.
pub(crate) async fn who_is_something_elsewhere_is_added_by_an_owner_of_the_server_alone<
    H: Harness,
>(
    w: World<H>,
) {
    let given = set_up(&w).await;
    let mallory = given
        .added(&w, "mallory@example.com", w.pool, Role::Owner)
        .await;
    let olga = given
        .added(&w, "olga@example.com", w.other_pool, Role::Viewer)
        .await;
    for email in [OWNER, "olga@example.com"] {
        let link = w.digest();
        let how = (by(&w, mallory), link);
        let refused = given.add(&w, email, (w.pool, Role::Viewer), how).await;
        assert_eq!(refused, AdministratorAdded::Elsewhere, "{email}");
        assert_eq!(w.store().invited(link).await, Ok(None), "{email}");
    }
    assert_eq!(listed(&w, w.pool).await, [(mallory, Role::Owner)]);
    // Somebody of that pool alone they may invite again, and the owner everybody.
    let petra = given.add(
        &w,
        "petra@example.com",
        (w.pool, Role::Viewer),
        (by(&w, mallory), w.digest()),
    );
    let AdministratorAdded::Added(petra) = petra.await else {
        panic!("she is nothing elsewhere")
    };
    let how = (by(&w, mallory), w.digest());
    let again = given.add(&w, "petra@example.com", (w.pool, Role::Operator), how);
    assert_eq!(again.await, AdministratorAdded::Added(petra));
    assert_eq!(
        given
            .added(&w, "olga@example.com", w.pool, Role::Viewer)
            .await,
        olga
    );
}

fn password(text: &str) -> NewPassword {
    NewPassword {
        hash: PasswordHash::from_phc(text),
        security_level: None,
    }
}

pub(crate) async fn a_link_is_used_once_and_in_time<H: Harness>(w: World<H>) {
    let given = set_up(&w).await;
    let (first, late) = (w.digest(), w.digest());
    let ends_at = w.now() + limits::INVITATION_LIFETIME;
    for (email, link) in [("olga@example.com", first), ("petra@example.com", late)] {
        let how = (by(&w, given.owner), link);
        given.add(&w, email, (w.pool, Role::Viewer), how).await;
    }
    let store = w.store();
    let accept = async |link| {
        let used = store.accept_invitation(link, password("$argon2id$new"), w.origin());
        used.await.unwrap()
    };
    assert_eq!(accept(w.digest()).await, None);
    w.advance_to(ends_at - Span::from_millis(1));
    let olga = store.invited(first).await.unwrap().unwrap();
    assert_eq!(olga.email.as_deref(), Some("olga@example.com"));
    assert_eq!(accept(first).await, Some(olga.id));
    assert_eq!(store.invited(first).await, Ok(None));
    assert_eq!(accept(first).await, None);
    let found = store
        .find_user(given.console, UserSelector::id(olga.id))
        .await;
    let Ok(Found::One(user)) = found else {
        panic!("{found:?}")
    };
    assert_eq!(user.password.hash.unwrap().as_phc(), "$argon2id$new");
    w.advance_to(ends_at);
    assert_eq!(store.invited(late).await, Ok(None));
    assert_eq!(accept(late).await, None);
}

pub(crate) async fn a_newer_link_replaces_the_former_one<H: Harness>(w: World<H>) {
    let given = set_up(&w).await;
    let (former, newer) = (w.digest(), w.digest());
    for link in [former, newer] {
        let how = (by(&w, given.owner), link);
        given
            .add(&w, "olga@example.com", (w.pool, Role::Viewer), how)
            .await;
    }
    assert_eq!(w.store().invited(former).await, Ok(None));
    assert!(w.store().invited(newer).await.unwrap().is_some());
}

/// The last one neither goes nor becomes less; with another one they may.
pub(crate) async fn somebody_always_owns_the_server<H: Harness>(w: World<H>) {
    let given = set_up(&w).await;
    let store = w.store();
    let set = async |role| {
        let set = store.set_role(given.owner, given.console, role, w.origin());
        set.await.unwrap()
    };
    assert_eq!(set(None).await, RoleSet::LastOwner);
    assert_eq!(set(Some(Role::Operator)).await, RoleSet::LastOwner);
    let email = "olga@example.com";
    given.added(&w, email, given.console, Role::Viewer).await;
    assert_eq!(set(None).await, RoleSet::LastOwner);
    let olga = given.added(&w, email, given.console, Role::Owner).await;
    assert_eq!(set(None).await, RoleSet::Set);
    assert_eq!(listed(&w, given.console).await, [(olga, Role::Owner)]);
}

pub(crate) async fn who_is_deleted_administers_nothing<H: Harness>(w: World<H>) {
    let given = set_up(&w).await;
    let link = w.digest();
    let how = (by(&w, given.owner), link);
    let added = given.add(&w, "olga@example.com", (w.pool, Role::Owner), how);
    let AdministratorAdded::Added(olga) = added.await else {
        panic!("nothing is in the way")
    };
    let store = w.store();
    let deleted = store.delete_users(given.console, vec![olga], w.origin());
    deleted.await.unwrap();
    assert_eq!(store.roles(olga).await, Ok(Vec::new()));
    assert_eq!(store.invited(link).await, Ok(None));
    assert_eq!(listed(&w, w.pool).await, []);
    assert_eq!(w.harness.unsound(), Vec::<String>::new());
}

pub(crate) async fn a_pool_has_its_administrators_and_not_one_more<H: Harness>(w: World<H>) {
    let given = set_up(&w).await;
    for number in 0..MAX_ADMINISTRATORS_PER_POOL {
        let email = format!("a{number}@example.com");
        given.added(&w, &email, w.pool, Role::Viewer).await;
    }
    let how = (by(&w, given.owner), w.digest());
    let one_more = given.add(&w, OWNER, (w.pool, Role::Viewer), how).await;
    assert_eq!(one_more, AdministratorAdded::TooMany);
    given.added(&w, OWNER, w.other_pool, Role::Viewer).await;
    let all = listed(&w, w.pool).await;
    assert_eq!(
        all.len(),
        usize::try_from(MAX_ADMINISTRATORS_PER_POOL).unwrap()
    );
}
