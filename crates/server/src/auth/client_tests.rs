//! Who an application is, without a store.

use super::*;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::AUTHORIZATION;
use rollcall_core::ids::PoolId;
use rollcall_core::model::application::{ApplicationType, OauthSettings, PasswordMethod};
use rollcall_core::model::policy::SessionPolicy;
use rollcall_core::time::Timestamp;

fn found(kind: ApplicationType) -> ApplicationWithSecret {
    let now = Timestamp::from_millis(0);
    ApplicationWithSecret {
        application: Application {
            id: ApplicationId::from_bytes([1; 12]),
            pool: PoolId::from_bytes([2; 12]),
            identifier: "app".to_owned(),
            name: "App".to_owned(),
            logo: String::new(),
            description: None,
            kind,
            enabled: true,
            redirect_uris: Vec::new(),
            logout_redirect_uris: Vec::new(),
            init_login_uri: String::new(),
            sso_enabled_at: None,
            api_sign_in: true,
            password_methods: PasswordMethod::ALL.to_vec(),
            oauth: OauthSettings::default(),
            session_policy: SessionPolicy::default(),
            session_limit: rollcall_core::model::policy::ConcurrencyLimit::default(),
            secret_version: 1,
            created_at: now,
            updated_at: now,
        },
        secret: Secret::new("secret"),
    }
}

fn form(id: Option<&str>, secret: Option<&str>) -> TokenRequest {
    TokenRequest {
        client_id: id.map(ToOwned::to_owned),
        client_secret: secret.map(Into::into),
        ..TokenRequest::default()
    }
}

fn basic_header(text: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let value = format!("Basic {}", STANDARD.encode(text));
    headers.insert(AUTHORIZATION, value.parse().unwrap());
    headers
}

fn method(
    headers: &HeaderMap,
    form: &TokenRequest,
) -> Result<Option<ClientAuthMethod>, ClientRefusal> {
    let in_header = basic_of(headers)?;
    Ok(claimed(in_header.as_ref(), form)?.map(|claimed| claimed.method))
}

#[test]
fn a_client_proves_itself_in_one_way() {
    let none = HeaderMap::new();
    let basic = basic_header("id:secret");
    let post = form(Some("id"), Some("secret"));
    assert_eq!(method(&none, &post), Ok(Some(ClientAuthMethod::Post)));
    assert_eq!(
        method(&none, &form(Some("id"), None)),
        Ok(Some(ClientAuthMethod::None))
    );
    assert_eq!(method(&none, &form(None, None)), Ok(None));
    assert_eq!(method(&none, &form(None, Some("secret"))), Ok(None));
    assert_eq!(
        method(&basic, &form(None, None)),
        Ok(Some(ClientAuthMethod::Basic))
    );
    assert_eq!(
        method(&basic, &form(Some("id"), None)),
        Ok(Some(ClientAuthMethod::Basic))
    );
    assert_eq!(method(&basic, &post), Err(ClientRefusal::TwoWays));
    assert_eq!(
        method(&basic, &form(Some("other"), None)),
        Err(ClientRefusal::TwoWays)
    );
    assert_eq!(
        method(&basic_header("no colon"), &form(None, None)),
        Err(ClientRefusal::Unproven { by_basic: true })
    );
}

fn proves(found: Option<&ApplicationWithSecret>, method: ClientAuthMethod, secret: &str) -> bool {
    let secret = SecretText::from(secret);
    let shown = (method != ClientAuthMethod::None).then_some(&secret);
    let claimed = Claimed {
        id: "",
        secret: shown,
        method,
    };
    is_proven(found, ClientEndpoint::Token, &claimed)
}

#[test]
fn only_the_right_secret_of_an_enabled_client_proves_anything() {
    use ClientAuthMethod::{Basic, None as Nothing, Post};
    let web = found(ApplicationType::Web);
    for way in [Basic, Post] {
        assert!(proves(Some(&web), way, "secret"));
        assert!(!proves(Some(&web), way, "Secret"));
        assert!(!proves(Some(&web), way, ""));
        // The secret that unknown clients are compared with.
        assert!(!proves(None, way, &"0".repeat(32)));
    }
    assert!(!proves(Some(&web), Nothing, ""));
    assert!(!proves(None, Nothing, ""));
    let mut off = web;
    off.application.enabled = false;
    assert!(!proves(Some(&off), Basic, "secret"));
}

#[test]
fn a_public_client_has_nothing_to_prove_and_no_other_way() {
    use ClientAuthMethod::{Basic, None as Nothing, Post};
    let spa = found(ApplicationType::Spa);
    assert!(proves(Some(&spa), Nothing, ""));
    assert!(!proves(Some(&spa), Post, "secret"));
    assert!(!proves(Some(&spa), Basic, "secret"));
}

#[test]
fn the_chosen_way_is_the_only_one() {
    use ClientAuthMethod::{Basic, Post};
    let mut web = found(ApplicationType::Web);
    web.application.oauth.token_endpoint_auth_method = Some(Basic);
    assert!(proves(Some(&web), Basic, "secret"));
    assert!(!proves(Some(&web), Post, "secret"));
}

#[test]
fn a_user_agent_is_cut_between_characters() {
    let long = "x".repeat(MAX_USER_AGENT_BYTES + 1);
    let long = user_agent(&long.parse().unwrap());
    assert_eq!(long.unwrap().len(), MAX_USER_AGENT_BYTES);
}
