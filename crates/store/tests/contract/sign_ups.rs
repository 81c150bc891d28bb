//! People who register by themselves, and what they change of their own record.

use super::records::audit_of;
use super::{Harness, World};
use rollcall_core::ids::{ApplicationId, PoolId, UserId};
use rollcall_core::limits;
use rollcall_core::model::application::{ApplicationChange, OauthChange};
use rollcall_core::model::audit::{AuditAction, AuditResource};
use rollcall_core::model::identifier::{IdentifierKind, UserSelector};
use rollcall_core::model::pool::PoolChange;
use rollcall_core::model::user::{Phone, Unproven, User, UserChange, UserSource};
use rollcall_core::ports::sign_ups::Registered;
use rollcall_core::ports::users::{Found, OwnProfileChange, Saved};
use rollcall_core::secret::TokenDigest;
use rollcall_core::time::Span;

const EMAIL: &str = "ann@example.com";
const PHONE: &str = "+8613800138000";

async fn set_open<H: Harness>(w: &World<H>, pool: PoolId, open: bool) {
    let change = PoolChange {
        registration_open: Some(open),
        ..PoolChange::default()
    };
    let store = w.store();
    let changed = store.update_pool_settings(pool, change, w.origin()).await;
    assert_eq!(changed.unwrap().unwrap().registration_open, open);
}

/// Somebody who asserts both addresses.
fn somebody<H: Harness>(w: &World<H>) -> User {
    User {
        email: Some(EMAIL.to_owned()),
        phone: Some(Phone {
            given: "13800138000".to_owned(),
            country_code: "+86".to_owned(),
            e164: PHONE.to_owned(),
        }),
        unproven: Unproven {
            email: true,
            phone: true,
        },
        source: UserSource::Register,
        ..w.user(w.pool)
    }
}

async fn register<H: Harness>(w: &World<H>, user: User, application: ApplicationId) -> Registered {
    let store = w.store();
    let registered = store.register_user(user, application, w.origin()).await;
    registered.unwrap()
}

async fn find<H: Harness>(w: &World<H>, kind: IdentifierKind, text: &str) -> Option<UserId> {
    let selector = UserSelector::of_kind(kind, text, "userId").unwrap();
    match w.store().find_user(w.pool, selector).await.unwrap() {
        Found::One(user) => Some(user.id),
        Found::Nobody => None,
        Found::Ambiguous(kinds) => panic!("{kinds:?}"),
    }
}

async fn change<H: Harness>(w: &World<H>, user: UserId, change: UserChange) -> Saved {
    let store = w.store();
    let saved = store.update_user(w.pool, user, change, w.origin()).await;
    saved.unwrap()
}

/// In their pool, by their key.
pub(crate) async fn one_registration_too_many_waits_for_the_windows_end<H: Harness>(w: World<H>) {
    let key = TokenDigest::of("here");
    let store = w.store();
    let count = async |pool, key| store.count_sign_up(pool, key).await.unwrap();
    for _ in 0..limits::SIGN_UPS_PER_ADDRESS {
        assert_eq!(count(w.pool, key).await, None);
    }
    assert_eq!(count(w.pool, key).await, Some(limits::SIGN_UP_WINDOW));
    assert_eq!(count(w.other_pool, key).await, None);
    assert_eq!(count(w.pool, TokenDigest::of("there")).await, None);
    w.advance_to(w.now() + limits::SIGN_UP_WINDOW - Span::from_millis(1));
    assert_eq!(count(w.pool, key).await, Some(Span::from_millis(1)));
    w.advance(Span::from_millis(1));
    assert_eq!(count(w.pool, key).await, None);
}

/// The switch is the pool's own, and looked at in the commit.
pub(crate) async fn people_register_where_the_pool_lets_them<H: Harness>(w: World<H>) {
    let application = w.new_application(w.pool).await;
    set_open(&w, w.other_pool, true).await;
    let refused = register(&w, somebody(&w), application).await;
    assert_eq!(refused, Registered::RegistrationDisabled);
    set_open(&w, w.pool, true).await;
    let user = somebody(&w);
    let expected = Registered::Registered(Box::new(user.clone()));
    assert_eq!(register(&w, user.clone(), application).await, expected);
    let stored = w.store().find_user(w.pool, UserSelector::id(user.id)).await;
    assert_eq!(stored, Ok(Found::One(user.clone())));
    let audit = audit_of(&w, w.pool, AuditResource::User).await;
    let (action, id, _) = audit.last().unwrap();
    assert_eq!((*action, id), (AuditAction::Create, &user.id.to_string()));
    set_open(&w, w.pool, false).await;
    let refused = register(&w, somebody(&w), application).await;
    assert_eq!(refused, Registered::RegistrationDisabled);
}

/// Nor through one that is off, third-party, or another pool's.
pub(crate) async fn an_application_must_take_passwords<H: Harness>(w: World<H>) {
    set_open(&w, w.pool, true).await;
    let unavailable = Registered::ApplicationUnavailable;
    let theirs = w.new_application(w.other_pool).await;
    assert_eq!(register(&w, somebody(&w), theirs).await, unavailable);
    let off = w.new_application(w.pool).await;
    w.set_enabled(off, false).await;
    let no_api = w.new_application(w.pool).await;
    let change = ApplicationChange {
        api_sign_in: Some(false),
        ..ApplicationChange::default()
    };
    w.change_application(w.pool, no_api, change).await;
    let third_party = w.new_application(w.pool).await;
    let change = ApplicationChange {
        oauth: OauthChange {
            skip_consent: Some(false),
            ..OauthChange::default()
        },
        ..ApplicationChange::default()
    };
    w.change_application(w.pool, third_party, change).await;
    for application in [off, no_api, third_party] {
        assert_eq!(register(&w, somebody(&w), application).await, unavailable);
    }
}

/// It names nobody and is nobody's, until it is verified or an administrator says
/// so; then it is the one that has it.
pub(crate) async fn an_asserted_address_is_nobodys_name<H: Harness>(w: World<H>) {
    use IdentifierKind::{Email, Phone};
    set_open(&w, w.pool, true).await;
    let application = w.new_application(w.pool).await;
    let (one, other) = (somebody(&w), somebody(&w));
    let (one_id, other_id) = (one.id, other.id);
    for user in [one, other] {
        let registered = register(&w, user, application).await;
        assert!(
            matches!(registered, Registered::Registered(_)),
            "{registered:?}"
        );
    }
    assert_eq!(find(&w, Email, EMAIL).await, None);
    assert_eq!(find(&w, Phone, PHONE).await, None);
    let verified = |email: bool, phone: bool| UserChange {
        email_verified: email.then_some(true),
        phone_verified: phone.then_some(true),
        ..UserChange::default()
    };
    // A change of something else proves nothing.
    change(&w, one_id, UserChange::default()).await;
    assert_eq!(find(&w, Email, EMAIL).await, None);
    let saved = change(&w, one_id, verified(true, true)).await;
    assert!(matches!(saved, Saved::Saved(_)), "{saved:?}");
    assert_eq!(find(&w, Email, EMAIL).await, Some(one_id));
    assert_eq!(find(&w, Phone, PHONE).await, Some(one_id));
    let saved = change(&w, other_id, verified(true, true)).await;
    assert_eq!(saved, Saved::Taken(vec!["email", "phone"]));
    // Nor may an administrator give it to another.
    let given = UserChange {
        email: Some(EMAIL.to_owned()),
        ..UserChange::default()
    };
    assert_eq!(
        change(&w, other_id, given).await,
        Saved::Taken(vec!["email"])
    );
    // What they set is found at once.
    let given = UserChange {
        email: Some("other@example.com".to_owned()),
        ..UserChange::default()
    };
    change(&w, other_id, given).await;
    let found = find(&w, Email, "other@example.com").await;
    assert_eq!(found, Some(other_id));
}

pub(crate) async fn a_chosen_username_is_nobody_elses_name<H: Harness>(w: World<H>) {
    set_open(&w, w.pool, true).await;
    let application = w.new_application(w.pool).await;
    let employee = User {
        external_id: Some("EMP-77".to_owned()),
        username: Some("anna".to_owned()),
        ..w.user(w.pool)
    };
    let elsewhere = User {
        external_id: Some("free".to_owned()),
        ..w.user(w.other_pool)
    };
    for user in [employee, elsewhere] {
        let store = w.store();
        store
            .create_user(user, Vec::new(), w.origin())
            .await
            .unwrap();
    }
    let named = |username: &str| User {
        username: Some(username.to_owned()),
        ..somebody(&w)
    };
    let taken = Registered::Taken(vec!["username"]);
    for name in ["emp-77", "EMP-77", "Ａnna"] {
        assert_eq!(
            register(&w, named(name), application).await,
            taken,
            "{name}"
        );
    }
    let registered = register(&w, named("free"), application).await;
    assert!(matches!(registered, Registered::Registered(_)));
}

/// By whoever is signed in, in the commit; the same rule for a new username.
pub(crate) async fn people_change_their_own_record_while_signed_in<H: Harness>(w: World<H>) {
    let who = w.someone_signed_in(w.pool).await;
    let other = w.someone_signed_in(w.pool).await;
    let employee = User {
        external_id: Some("emp-78".to_owned()),
        ..w.user(w.pool)
    };
    let store = w.store();
    store
        .create_user(employee, Vec::new(), w.origin())
        .await
        .unwrap();
    let rename = async |pool, login, username: &str| {
        let change = OwnProfileChange {
            user: who.user,
            login,
            change: UserChange {
                username: Some(username.to_owned()),
                ..UserChange::default()
            },
        };
        store
            .change_own_profile(pool, change, w.origin())
            .await
            .unwrap()
    };
    let Saved::Saved(saved) = rename(w.pool, who.login, "renamed").await else {
        panic!("not saved");
    };
    assert_eq!(saved.username.as_deref(), Some("renamed"));
    assert!(w.is_signed_in(&who).await);
    let audit = audit_of(&w, w.pool, AuditResource::User).await;
    let (action, _, fields) = audit.last().unwrap();
    assert_eq!(
        (*action, fields.as_str()),
        (AuditAction::Update, "username")
    );
    let taken = Saved::Taken(vec!["username"]);
    assert_eq!(rename(w.pool, who.login, "Emp-78").await, taken);
    // Another's login, another pool, and none any more.
    assert_eq!(rename(w.pool, other.login, "x").await, Saved::NotFound);
    assert_eq!(rename(w.other_pool, who.login, "x").await, Saved::NotFound);
    w.set_enabled(who.application, false).await;
    assert_eq!(rename(w.pool, who.login, "x").await, Saved::NotFound);
}

pub(crate) async fn the_applications_of_a_pool_that_are_on<H: Harness>(w: World<H>) {
    let first = w.new_application(w.pool).await;
    w.advance(Span::from_seconds(1));
    let second = w.new_application(w.pool).await;
    let off = w.new_application(w.pool).await;
    w.set_enabled(off, false).await;
    w.new_application(w.other_pool).await;
    let ids = async |limit| {
        let found = w.store().enabled_applications(w.pool, limit).await.unwrap();
        found.into_iter().map(|each| each.id).collect::<Vec<_>>()
    };
    assert_eq!(ids(10).await, [second, first]);
    assert_eq!(ids(1).await, [second]);
}
