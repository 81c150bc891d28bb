//! Applications.

use super::records::{
    APPLICATION_SECRET, application, at, audit_of, fresh, origin, page, stored_application,
};
use super::{Harness, World};
use rollcall_core::ids::{ApplicationId, PoolId};
use rollcall_core::model::application::{
    Application, ApplicationChange, ApplicationFilter, ApplicationType, ApplicationWithSecret,
    ClientAuthMethod, GrantType, OauthChange, OauthSettings, PasswordMethod, SigningAlgorithm,
    TokenLifetimes,
};
use rollcall_core::model::audit::{AuditAction, AuditResource};
use rollcall_core::model::policy::{ConcurrencyLimit, LimitAction, SessionPolicy};
use rollcall_core::page::PageRequest;
use rollcall_core::ports::applications::{Created, Updated};
use rollcall_core::refusal::Rule;
use rollcall_core::secret::Secret;
use rollcall_core::time::Span;

const HOUR: Span = Span::from_seconds(3_600);

/// No member has its default.
fn full(pool: PoolId, identifier: &str) -> Application {
    Application {
        logo: "https://example.com/logo.png".to_owned(),
        description: Some("For \"staff\"".to_owned()),
        kind: ApplicationType::MiniProgram,
        enabled: false,
        redirect_uris: vec![
            "https://a.example/cb".to_owned(),
            "https://b.example".to_owned(),
        ],
        logout_redirect_uris: vec!["https://a.example/bye".to_owned()],
        init_login_uri: "https://a.example/login".to_owned(),
        sso_enabled_at: Some(at(77)),
        api_sign_in: false,
        password_methods: vec![PasswordMethod::Email],
        oauth: OauthSettings {
            grant_types: vec![GrantType::ClientCredentials],
            token_endpoint_auth_method: Some(ClientAuthMethod::Basic),
            introspection_endpoint_auth_method: Some(ClientAuthMethod::Post),
            revocation_endpoint_auth_method: Some(ClientAuthMethod::None),
            lifetimes: TokenLifetimes {
                access_token: Span::from_seconds(1),
                id_token: Span::from_seconds(2),
                refresh_token: Span::from_seconds(3),
                authorization_code: Span::from_seconds(4),
                refresh_token_retry_window: Span::from_seconds(5),
            },
            skip_consent: false,
            require_pkce: false,
            signing_algorithm: SigningAlgorithm::EdDsa,
            backchannel_logout_uri: Some("https://a.example/logout".to_owned()),
            backchannel_logout_session_required: true,
        },
        session_limit: ConcurrencyLimit {
            max: Some(3),
            action: LimitAction::Refuse,
        },
        session_policy: SessionPolicy {
            idle_timeout: Some(HOUR),
            max_lifetime: Some(Span::from_days(1)),
        },
        secret_version: 3,
        ..application(pool, identifier)
    }
}

async fn find(w: &World<impl Harness>, pool: PoolId, id: ApplicationId) -> Option<Application> {
    w.store().application(pool, id).await.unwrap()
}

pub(crate) async fn an_application_reads_back_in_its_pool_alone<H: Harness>(w: World<H>) {
    let (pool, other) = (w.pool, w.other_pool);
    let new = stored_application(&w, full(pool, "full")).await;
    assert_eq!(find(&w, pool, new.id).await.as_ref(), Some(&new));
    assert_eq!(find(&w, other, new.id).await, None);
    let plain = stored_application(&w, application(pool, "plain")).await;
    assert_eq!(find(&w, pool, plain.id).await.as_ref(), Some(&plain));
    let audit = audit_of(&w, pool, AuditResource::Application).await;
    let created = |app: &Application| (AuditAction::Create, app.id.to_string(), String::new());
    assert_eq!(audit, [created(&new), created(&plain)]);
    assert_eq!(audit_of(&w, other, AuditResource::Application).await, []);
}

/// Its pool and secret follow from the client id alone.
pub(crate) async fn a_client_is_found_in_whichever_pool<H: Harness>(w: World<H>) {
    for pool in [w.pool, w.other_pool] {
        let new = stored_application(&w, application(pool, "shop")).await;
        let client = w.store().client(new.id).await.unwrap().unwrap();
        assert_eq!(client.application, new);
        assert_eq!(client.secret.reveal(), APPLICATION_SECRET);
    }
    let unknown = ApplicationId::from_bytes(fresh());
    assert!(w.store().client(unknown).await.unwrap().is_none());
}

pub(crate) async fn an_identifier_is_unique_in_its_pool<H: Harness>(w: World<H>) {
    let (pool, other) = (w.pool, w.other_pool);
    stored_application(&w, application(pool, "shop")).await;
    let twin = application(pool, "shop");
    let id = twin.id;
    let new = ApplicationWithSecret {
        application: twin,
        secret: Secret::new("x"),
    };
    let created = w.store().create_application(new, origin(pool)).await;
    assert_eq!(created, Ok(Created::IdentifierTaken));
    assert_eq!(find(&w, pool, id).await, None);
    stored_application(&w, application(other, "shop")).await;

    let second = stored_application(&w, application(pool, "second")).await;
    let rename = |identifier: &str| ApplicationChange {
        identifier: Some(identifier.to_owned()),
        ..ApplicationChange::default()
    };
    let store = w.store();
    let update = |change| store.update_application(pool, second.id, change, origin(pool));
    assert_eq!(update(rename("shop")).await, Ok(Updated::IdentifierTaken));
    assert_eq!(find(&w, pool, second.id).await.as_ref(), Some(&second));
    let own_name = update(rename("second")).await.unwrap();
    assert!(matches!(own_name, Updated::Updated(_)));
    let new_name = update(rename("third")).await.unwrap();
    assert!(matches!(new_name, Updated::Updated(_)));
    stored_application(&w, application(pool, "second")).await;
}

/// Two changes, each of them right, are wrong together: the second is refused.
pub(crate) async fn members_keep_their_rules_in_the_commit<H: Harness>(w: World<H>) {
    let pool = w.pool;
    let shop = stored_application(&w, application(pool, "shop")).await;
    let public = ApplicationChange {
        kind: Some(ApplicationType::Spa),
        ..ApplicationChange::default()
    };
    let own_tokens = ApplicationChange {
        oauth: OauthChange {
            grant_types: Some(vec![GrantType::ClientCredentials]),
            ..OauthChange::default()
        },
        ..ApplicationChange::default()
    };
    let store = w.store();
    let update = |change| store.update_application(pool, shop.id, change, origin(pool));
    let (first, second) = tokio::join!(update(public), update(own_tokens));
    let refused = Updated::Refused(Rule::ClientCredentialsNeedSecret);
    let answers = [first.unwrap(), second.unwrap()];
    assert_eq!(
        answers.iter().filter(|answer| **answer == refused).count(),
        1
    );
    assert!(find(&w, pool, shop.id).await.unwrap().check().is_ok());
}

pub(crate) async fn a_change_applies_whole_and_names_its_fields<H: Harness>(w: World<H>) {
    let (pool, other) = (w.pool, w.other_pool);
    let former = stored_application(&w, application(pool, "shop")).await;
    w.advance(HOUR);
    let change = ApplicationChange {
        name: Some("The shop".to_owned()),
        sso_enabled: Some(true),
        oauth: OauthChange {
            require_pkce: Some(false),
            ..OauthChange::default()
        },
        session_policy: SessionPolicy {
            idle_timeout: Some(HOUR),
            max_lifetime: None,
        },
        ..ApplicationChange::default()
    };
    let store = w.store();
    let elsewhere = store
        .update_application(other, former.id, change.clone(), origin(other))
        .await;
    assert_eq!(elsewhere, Ok(Updated::NotFound));
    assert_eq!(find(&w, pool, former.id).await.as_ref(), Some(&former));

    let expected = former.clone().changed_by(change.clone(), w.now());
    let updated = store
        .update_application(pool, former.id, change, origin(pool))
        .await;
    assert_eq!(updated, Ok(Updated::Updated(Box::new(expected.clone()))));
    assert_eq!(find(&w, pool, former.id).await, Some(expected));
    let client = store.client(former.id).await.unwrap().unwrap();
    assert_eq!(client.secret.reveal(), APPLICATION_SECRET);
    let (action, resource_id, detail) = audit_of(&w, pool, AuditResource::Application)
        .await
        .pop()
        .unwrap();
    assert_eq!(
        (action, resource_id),
        (AuditAction::Update, former.id.to_string())
    );
    assert_eq!(detail, "appName,ssoEnabled,oidcConfig,sessionPolicy");
    assert_eq!(audit_of(&w, other, AuditResource::Application).await, []);
}

pub(crate) async fn a_deleted_application_is_gone_from_its_pool_alone<H: Harness>(w: World<H>) {
    let (pool, other) = (w.pool, w.other_pool);
    let shop = stored_application(&w, application(pool, "shop")).await;
    let store = w.store();
    let delete = |pool| store.delete_application(pool, shop.id, origin(pool));
    assert_eq!(delete(other).await, Ok(false));
    assert!(find(&w, pool, shop.id).await.is_some());
    assert_eq!(delete(pool).await, Ok(true));
    assert_eq!(find(&w, pool, shop.id).await, None);
    assert!(w.store().client(shop.id).await.unwrap().is_none());
    assert_eq!(delete(pool).await, Ok(false));
    let audit = audit_of(&w, pool, AuditResource::Application).await;
    let actions: Vec<_> = audit.iter().map(|(action, ..)| *action).collect();
    assert_eq!(actions, [AuditAction::Create, AuditAction::Delete]);
    stored_application(&w, application(pool, "shop")).await;
}

/// Reading it leaves a trace; another pool reads nothing.
pub(crate) async fn a_secret_is_read_and_rotated_on_the_record<H: Harness>(w: World<H>) {
    let (pool, other) = (w.pool, w.other_pool);
    let shop = stored_application(&w, application(pool, "shop")).await;
    let store = w.store();
    let read = |pool| store.application_secret(pool, shop.id, origin(pool));
    let rotate = |pool| {
        let secret = Secret::new("the new one");
        store.rotate_application_secret(pool, shop.id, secret, origin(pool))
    };
    assert!(read(other).await.unwrap().is_none());
    assert_eq!(rotate(other).await, Ok(false));
    let secret = read(pool).await.unwrap().unwrap();
    assert_eq!(secret.reveal(), APPLICATION_SECRET);
    w.advance(HOUR);
    assert_eq!(rotate(pool).await, Ok(true));
    let client = store.client(shop.id).await.unwrap().unwrap();
    assert_eq!(client.secret.reveal(), "the new one");
    assert_eq!(client.application.secret_version, shop.secret_version + 1);
    assert_eq!(client.application.updated_at, w.now());
    let told = |action| (action, shop.id.to_string(), String::new());
    assert_eq!(
        audit_of(&w, pool, AuditResource::ApplicationSecret).await,
        [
            told(AuditAction::ReadSecret),
            told(AuditAction::RotateSecret)
        ]
    );
    assert_eq!(
        audit_of(&w, other, AuditResource::ApplicationSecret).await,
        []
    );
}

async fn listed(
    w: &World<impl Harness>,
    pool: PoolId,
    filter: ApplicationFilter,
    page: PageRequest,
) -> (u64, Vec<String>) {
    let page = w
        .store()
        .list_applications(pool, filter, page)
        .await
        .unwrap();
    let names = page.list.into_iter().map(|app| app.identifier).collect();
    (page.total_count, names)
}

fn key_words(text: &str) -> ApplicationFilter {
    ApplicationFilter {
        keywords: Some(text.to_owned()),
        ..ApplicationFilter::default()
    }
}

pub(crate) async fn a_list_begins_with_the_newest<H: Harness>(w: World<H>) {
    let (pool, other) = (w.pool, w.other_pool);
    for (identifier, created_at) in [("b", 20), ("a", 10), ("c", 20), ("d", 40)] {
        let new = Application {
            created_at: at(created_at),
            ..application(pool, identifier)
        };
        stored_application(&w, new).await;
    }
    let all = ApplicationFilter::default;
    let names = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(
        listed(&w, pool, all(), page(1, 3)).await,
        (4, names(&["d", "c", "b"]))
    );
    assert_eq!(
        listed(&w, pool, all(), page(2, 3)).await,
        (4, names(&["a"]))
    );
    assert_eq!(listed(&w, pool, all(), page(3, 3)).await, (4, names(&[])));
    assert_eq!(listed(&w, other, all(), page(1, 3)).await, (0, names(&[])));
}

pub(crate) async fn a_list_is_filtered<H: Harness>(w: World<H>) {
    let pool = w.pool;
    let shop = Application {
        name: "100% Shop_1".to_owned(),
        sso_enabled_at: Some(at(5)),
        ..application(pool, "alpha")
    };
    let shop = stored_application(&w, shop).await;
    stored_application(&w, application(pool, "beta")).await;
    let found = async |filter| listed(&w, pool, filter, page(1, 10)).await.1;
    assert_eq!(
        found(key_words("shop")).await,
        ["alpha"],
        "the name, without case"
    );
    assert_eq!(found(key_words("ALPH")).await, ["alpha"], "the identifier");
    assert_eq!(
        found(key_words(&shop.id.to_string())).await,
        ["alpha"],
        "the id"
    );
    assert_eq!(found(key_words("0% S")).await, ["alpha"]);
    assert_eq!(found(key_words("1% S")).await, [""; 0], "no wildcard");
    assert_eq!(found(key_words("Shop_")).await, ["alpha"]);
    assert_eq!(found(key_words("_hop")).await, [""; 0], "no wildcard");
    let single_sign_on = ApplicationFilter {
        sso_enabled: true,
        ..ApplicationFilter::default()
    };
    assert_eq!(found(single_sign_on).await, ["alpha"]);
    let integrated = ApplicationFilter {
        integrated: true,
        ..ApplicationFilter::default()
    };
    assert_eq!(found(integrated).await, [""; 0], "there are none");
}

pub(crate) async fn a_secret_is_there_after_a_restart<H: Harness>(mut w: World<H>) {
    let shop = stored_application(&w, application(w.pool, "shop")).await;
    w.harness.restart();
    let client = w.store().client(shop.id).await.unwrap().unwrap();
    assert_eq!(client.secret.reveal(), APPLICATION_SECRET);
    assert_eq!(client.application, shop);
}
