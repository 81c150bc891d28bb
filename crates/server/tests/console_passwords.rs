//! Administrators' passwords: the only factor that opens the console is long, whichever
//! way it is set.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod browser;
mod console;
mod relying_party;
mod support;

use browser::Browser;
use console::{Admin, OWNER, SECRET};
use http::StatusCode;
use rollcall_core::Refusal;
use rollcall_core::ids::PoolId;
use rollcall_core::limits::{MIN_ADMINISTRATOR_PASSWORD_CHARS, MIN_PASSWORD_CHARS};
use rollcall_core::model::access_key::{ManagementCaller, Proof};
use rollcall_core::model::application::ApplicationChange;
use rollcall_core::model::console::Role;
use rollcall_core::model::event::Origin;
use rollcall_core::model::grant::TokenNumber;
use rollcall_core::model::identifier::{Identifier, UserSelector};
use rollcall_core::model::login::LoginDevice;
use rollcall_core::model::pool::PoolChange;
use rollcall_core::model::user::Profile;
use rollcall_core::operations;
use rollcall_core::operations::console_access::make_owner;
use rollcall_core::operations::create_application::create_application;
use rollcall_core::operations::create_user::{CreateUser, create_user};
use rollcall_core::operations::create_users_batch::create_users_batch;
use rollcall_core::operations::person::PersonCaller;
use rollcall_core::operations::sign_in::{Account, SignIn};
use rollcall_core::operations::sign_up::SignUp;
use rollcall_core::operations::update_password::{UpdatePassword, update_password};
use rollcall_core::operations::update_security_settings::{
    UpdateSecuritySettings, update_security_settings,
};
use rollcall_core::operations::update_user::{UpdateUser, update_user};
use rollcall_core::operations::update_user_batch::{
    ChangedUser, UpdateUserBatch, update_user_batch,
};
use rollcall_core::operations::{GivenPassword, UserFields, UserReference};
use rollcall_core::ports::users::Found;
use rollcall_core::refusal::Rule;
use rollcall_server::console::prepare;
use support::TestServer;

const RULE: Refusal = Refusal::Rule(Rule::AdministratorPasswordTooShort);

fn password(chars: usize) -> String {
    "pass word".chars().cycle().take(chars).collect()
}

fn short() -> String {
    password(MIN_ADMINISTRATOR_PASSWORD_CHARS - 1)
}

#[tokio::test]
async fn the_first_owner_chooses_a_long_one() {
    let server = TestServer::start().await;
    let code = prepare(&server.app).await.unwrap().unwrap().reveal();
    let mut browser = Browser::default();
    let page = browser.open(&server, "/console").await.page();
    assert!(page.answer.text.contains("At least 15 characters"));
    let (short, long) = (short(), password(MIN_ADMINISTRATOR_PASSWORD_CHARS));
    let tried = |password| {
        [
            ("code", code.as_str()),
            ("email", OWNER),
            ("password", password),
            ("again", password),
        ]
    };
    let refused = browser.submit(&server, &page, &tried(short.as_str())).await;
    let refused = refused.page();
    assert_eq!(refused.answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.answer.text.contains("at least 15 characters."));
    let made = browser.submit(&server, &page, &tried(long.as_str())).await;
    assert_eq!(made.page().kind, "sign-in");
}

#[tokio::test]
async fn a_link_takes_a_long_one_and_is_not_used_up_by_a_short_one() {
    let server = TestServer::start().await;
    let link = make_owner(&server.authority, OWNER, Origin::system()).await;
    let link = link.unwrap();
    prepare(&server.app).await.unwrap();
    let mut browser = Browser::default();
    let welcome = format!("/console/welcome?link={}", link.reveal());
    let page = browser.open(&server, &welcome).await.page();
    let short = short();
    let fields = [("password", short.as_str()), ("again", short.as_str())];
    let refused = browser.submit(&server, &page, &fields).await.page();
    assert_eq!(refused.answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.answer.text.contains("at least 15 characters."));
    let fields = [("password", SECRET), ("again", SECRET)];
    let next = browser.submit(&server, &refused, &fields).await.page();
    Admin::sign_in(&server, browser, &next, OWNER).await;
}

/// Somebody who manages the console's own pool, and a first person there.
async fn owner_of_console(server: &TestServer) -> (ManagementCaller, UserReference) {
    Admin::first(server).await;
    let store = &server.authority.store;
    let pool = store.console().await.unwrap().unwrap().pool;
    let owner = Identifier::Email(OWNER.to_owned());
    let found = store.find_user(pool, UserSelector::any_of(vec![owner]));
    let Found::One(owner) = found.await.unwrap() else {
        panic!("no owner");
    };
    (
        caller(pool, owner.id),
        UserReference::id(owner.id.to_string()),
    )
}

fn caller(pool: PoolId, user: rollcall_core::ids::UserId) -> ManagementCaller {
    ManagementCaller {
        pool,
        proof: Proof::Administrator(user),
        permissions: Role::Owner.permissions(),
    }
}

fn fields(name: &str, password: GivenPassword) -> UserFields {
    UserFields {
        username: Some(name.to_owned()),
        password: Some(password),
        ..UserFields::default()
    }
}

#[tokio::test]
async fn no_call_sets_a_short_one_in_the_consoles_pool() {
    let server = TestServer::start().await;
    let (caller, owner) = owner_of_console(&server).await;
    let authority = &server.authority;
    let hashed = GivenPassword::Imported {
        hash: "$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy".to_owned(),
        salt: None,
    };
    for (number, given) in [GivenPassword::Clear(short()), hashed]
        .into_iter()
        .enumerate()
    {
        let new = || CreateUser {
            fields: fields(&format!("new{number}"), given.clone()),
            identities: Vec::new(),
        };
        let made = create_user(authority, &caller, new(), Origin::system()).await;
        assert_eq!(made.err(), Some(RULE));
        let made = create_users_batch(authority, &caller, vec![Ok(new())], Origin::system());
        assert_eq!(made.await.unwrap().remove(0).err(), Some(RULE));
        let fields = UserFields {
            password: Some(given.clone()),
            ..UserFields::default()
        };
        let request = UpdateUser {
            user: owner.clone(),
            fields: fields.clone(),
        };
        let changed = update_user(authority, &caller, request, Origin::system()).await;
        assert_eq!(changed.err(), Some(RULE));
        let Proof::Administrator(id) = caller.proof else {
            panic!("no administrator");
        };
        let row = ChangedUser {
            user_id: id.to_string(),
            fields,
        };
        let request = UpdateUserBatch {
            rows: vec![Ok(row)],
            user_id_type: None,
        };
        let changed = update_user_batch(authority, &caller, request, Origin::system());
        assert_eq!(changed.await.unwrap().remove(0).err(), Some(RULE));
    }
    // The same calls take a long one, and people's stay as short as they may be.
    let long = GivenPassword::Clear(password(MIN_ADMINISTRATOR_PASSWORD_CHARS));
    let request = UpdateUser {
        user: owner,
        fields: UserFields {
            password: Some(long),
            ..UserFields::default()
        },
    };
    let changed = update_user(authority, &caller, request, Origin::system()).await;
    assert!(changed.is_ok());
}

/// Who is in the console's pool and signs in to an application of it.
#[tokio::test]
async fn nobody_of_the_consoles_pool_chooses_a_short_one() {
    let server = TestServer::start().await;
    let (caller, _) = owner_of_console(&server).await;
    let authority = &server.authority;
    let said = ApplicationChange {
        name: Some("Tools".to_owned()),
        ..ApplicationChange::default()
    };
    let tools = create_application(authority, &caller, said, Origin::system()).await;
    let tools = tools.unwrap();
    let sign_up = |password| SignUp {
        application: tools.clone(),
        username: Some("newcomer".to_owned()),
        email: None,
        phone: None,
        password,
        gender: None,
        profile: Profile::default(),
        told_address: None,
    };
    let open = UpdateSecuritySettings {
        cookie_expires_in: None,
        change: PoolChange {
            registration_open: Some(true),
            ..PoolChange::default()
        },
    };
    let opened = update_security_settings(authority, &caller, open, Origin::system()).await;
    assert!(opened.is_ok());
    let refused = operations::sign_up::sign_up(authority, sign_up(short()), Origin::system());
    assert_eq!(refused.await.err(), Some(RULE));
    let long = password(MIN_ADMINISTRATOR_PASSWORD_CHARS);
    let made = operations::sign_up::sign_up(authority, sign_up(long.clone()), Origin::system());
    assert!(made.await.is_ok());
    let sign_in = SignIn {
        application: tools,
        account: Account::Username("newcomer".to_owned()),
        password: long.clone(),
        scope: None,
        device: LoginDevice::default(),
    };
    let signed_in = operations::sign_in::sign_in(authority, sign_in, Origin::system()).await;
    let view = signed_in.unwrap().view;
    let grant = view.grant.unwrap();
    let person = PersonCaller {
        pool: caller.pool,
        application: view.login.application,
        login: view.login.id,
        number: TokenNumber {
            grant: grant.id,
            number: grant.newest_token,
        },
    };
    let change = |new_password| UpdatePassword {
        new_password,
        old_password: Some(long.clone()),
    };
    let refused = update_password(authority, &person, change(short()), Origin::system()).await;
    assert_eq!(refused, Err(RULE));
    let longer = password(MIN_ADMINISTRATOR_PASSWORD_CHARS + 1);
    let changed = update_password(authority, &person, change(longer), Origin::system()).await;
    assert_eq!(changed, Ok(()));
}

#[tokio::test]
async fn peoples_passwords_stay_as_short_as_they_may_be() {
    let server = TestServer::start().await;
    let mut owner = Admin::first(&server).await;
    let person = server.add_user("paula").await;
    let reset = format!("users/{}/password", person.id);
    let short = password(MIN_PASSWORD_CHARS);
    let fields = [("password", short.as_str()), ("again", short.as_str())];
    let answer = owner.post(&server, &server.root, &reset, &fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
}

#[tokio::test]
async fn an_administrators_reset_asks_for_a_long_one() {
    let server = TestServer::start().await;
    let mut owner = Admin::first(&server).await;
    owner
        .invite(&server, &server.root, "vera@example.com", "viewer")
        .await;
    let store = &server.authority.store;
    let pool = store.console().await.unwrap().unwrap().pool;
    let vera = Identifier::Email("vera@example.com".to_owned());
    let found = store.find_user(pool, UserSelector::any_of(vec![vera]));
    let Found::One(vera) = found.await.unwrap() else {
        panic!("no vera");
    };
    let short = short();
    let token = owner.token(&server).await;
    let form = [
        ("csrf", token.as_str()),
        ("password", short.as_str()),
        ("again", short.as_str()),
    ];
    let path = format!("/console/{pool}/users/{}/password", vera.id);
    let answer = owner
        .browser
        .send(&server, support::post_form(&path, &form))
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        answer.text.contains("at least 15 characters."),
        "{}",
        answer.text
    );
}
