//! The crate `openidconnect` as a client: its discovery, its checks of tokens, its
//! calls. The person's browser is a few lines that keep cookies and fill in forms.

use crate::http::{post, token};
use crate::run::{Key, Serving, init};
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreIdTokenClaims, CoreProviderMetadata, CoreTokenResponse,
    CoreUserInfoClaims,
};
use openidconnect::{
    AccessTokenHash, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet,
    EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, IssuerUrl, Nonce,
    OAuth2TokenResponse as _, PkceCodeChallenge, RedirectUrl, Scope, TokenResponse as _,
};
use reqwest::Client;
use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use serde_json::json;
use std::collections::BTreeMap;
use tempfile::{TempDir, tempdir};
use url::Url;

/// Nobody listens there: the code is taken from the redirect.
const CALLBACK: &str = "http://127.0.0.1:9/callback";

/// What discovery sets.
type Party = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

fn http() -> Client {
    let none = reqwest::redirect::Policy::none();
    Client::builder().redirect(none).no_proxy().build().unwrap()
}

/// The crate asks through our reqwest.
async fn call(request: HttpRequest) -> Result<HttpResponse, reqwest::Error> {
    let response = http().execute(request.try_into()?).await?;
    let mut answer = http::Response::builder().status(response.status());
    *answer.headers_mut().unwrap() = response.headers().clone();
    let body = response.bytes().await?.to_vec();
    Ok(answer.body(body).unwrap())
}

/// A server with one person and one application.
struct World {
    _data: TempDir,
    serving: Serving,
    key: Key,
    app_id: String,
    user_id: String,
    party: Party,
}

impl World {
    async fn new() -> Self {
        let data = tempdir().unwrap();
        let key = init(data.path(), &[]);
        let serving = Serving::start(data.path());
        let address = &serving.address;
        let token = token(address, &key);
        let v3 = |name: &str, body| {
            let path = format!("/api/v3/{name}");
            post(address, &path, Some(&token), &body)
        };
        let person =
            json!({ "username": "mira", "password": "Passw0rd!", "email": "mira@example.com" });
        let user = v3("create-user", person);
        let application = v3(
            "create-application",
            json!({ "appName": "Harbour Notes", "redirectUris": [CALLBACK] }),
        );
        let app_id = application["appId"].as_str().unwrap().to_owned();
        // By reqwest, since it is the only V3 call here that is a GET.
        let secret = format!("http://{address}/api/v3/get-application-secret?appId={app_id}");
        let secret = http().get(secret).bearer_auth(&token).send().await.unwrap();
        let secret: serde_json::Value = secret.json().await.unwrap();
        let secret = secret["data"]["secret"].as_str().unwrap().to_owned();
        Self {
            party: discover(address, &app_id, secret).await,
            user_id: user["userId"].as_str().unwrap().to_owned(),
            app_id,
            key,
            serving,
            _data: data,
        }
    }

    /// What the check says.
    fn is_active(&self) -> bool {
        let address = &self.serving.address;
        let token = token(address, &self.key);
        let body = json!({ "appId": self.app_id, "userId": self.user_id });
        let answer = post(address, "/api/v3/check-session-status", Some(&token), &body);
        answer["active"].as_bool().unwrap()
    }

    /// Its subject is the person; whoever asks says what nonce is expected.
    fn claims<'a>(
        &self,
        tokens: &'a CoreTokenResponse,
        nonce: impl openidconnect::NonceVerifier,
    ) -> &'a CoreIdTokenClaims {
        let verifier = self.party.id_token_verifier();
        let id_token = tokens.id_token().unwrap();
        let claims = id_token.claims(&verifier, nonce).unwrap();
        let hash = AccessTokenHash::from_token(
            tokens.access_token(),
            id_token.signing_alg().unwrap(),
            id_token.signing_key(&verifier).unwrap(),
        );
        assert_eq!(claims.access_token_hash(), Some(&hash.unwrap()));
        assert_eq!(claims.subject().as_str(), self.user_id);
        claims
    }
}

async fn discover(address: &str, app_id: &str, secret: String) -> Party {
    let issuer = IssuerUrl::new(format!("http://{address}/oidc")).unwrap();
    let metadata = CoreProviderMetadata::discover_async(issuer, &call).await;
    let (id, secret) = (ClientId::new(app_id.to_owned()), ClientSecret::new(secret));
    CoreClient::from_provider_metadata(metadata.unwrap(), id, Some(secret))
        .set_redirect_uri(RedirectUrl::new(CALLBACK.to_owned()).unwrap())
}

/// Keeps cookies, goes no further than it is told to.
struct Browser {
    http: Client,
    cookies: BTreeMap<String, String>,
}

impl Browser {
    /// The page's text, or where the answer leads.
    async fn send(&mut self, request: reqwest::RequestBuilder) -> Result<String, Url> {
        let pairs = self.cookies.iter();
        let cookies: Vec<_> = pairs
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let response = request
            .header(COOKIE, cookies.join("; "))
            .send()
            .await
            .unwrap();
        for line in response.headers().get_all(SET_COOKIE) {
            let pair = line.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        match response.headers().get(LOCATION) {
            Some(location) => Err(location.to_str().unwrap().parse().unwrap()),
            None => Ok(response.text().await.unwrap()),
        }
    }

    async fn open(&mut self, url: Url) -> Result<String, Url> {
        let request = self.http.get(url);
        self.send(request).await
    }

    /// Fills in the sign-in page.
    async fn sign_in(&mut self, address: &str, page: &str) -> Result<String, Url> {
        let form = [
            ("request", hidden(page, "request")),
            ("csrf", hidden(page, "csrf")),
            ("identifier", "mira".to_owned()),
            ("password", "Passw0rd!".to_owned()),
        ];
        let url = format!("http://{address}/oidc/auth/sign-in");
        let request = self.http.post(url).form(&form);
        self.send(request).await
    }
}

/// The value of a hidden field.
fn hidden(page: &str, name: &str) -> String {
    let start = format!("name=\"{name}\" value=\"");
    let (_, rest) = page.split_once(&start).unwrap();
    let (value, _) = rest.split_once('"').unwrap();
    let value = value.replace("&#34;", "\"").replace("&#39;", "'");
    let value = value.replace("&#60;", "<").replace("&#62;", ">");
    value.replace("&#38;", "&")
}

#[tokio::test]
async fn the_crate_openidconnect_signs_a_person_in() {
    let world = World::new().await;
    let mut browser = Browser {
        http: http(),
        cookies: BTreeMap::new(),
    };
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let flow = CoreAuthenticationFlow::AuthorizationCode;
    let (url, state, nonce) = world
        .party
        .authorize_url(flow, CsrfToken::new_random, Nonce::new_random)
        .add_scopes(["email", "offline_access"].map(|scope| Scope::new(scope.to_owned())))
        .set_pkce_challenge(challenge)
        .url();
    let page = browser.open(url).await.unwrap();
    assert!(!world.is_active());
    let back = browser.sign_in(&world.serving.address, &page).await;
    let back = back.unwrap_err();
    assert!(back.as_str().starts_with(CALLBACK), "{back}");
    assert!(world.is_active());

    let answer: BTreeMap<_, _> = back.query_pairs().into_owned().collect();
    assert_eq!(&answer["state"], state.secret());
    let code = AuthorizationCode::new(answer["code"].clone());
    let redeemed = world.party.exchange_code(code).unwrap();
    let redeemed = redeemed.set_pkce_verifier(verifier).request_async(&call);
    let tokens = redeemed.await.unwrap();
    let first = world.claims(&tokens, &nonce);
    assert!(world.is_active());

    let subject = Some(first.subject().clone());
    let asked = world
        .party
        .user_info(tokens.access_token().clone(), subject);
    let told: CoreUserInfoClaims = asked.unwrap().request_async(&call).await.unwrap();
    assert_eq!(told.email().unwrap().as_str(), "mira@example.com");

    let refresh_token = tokens.refresh_token().unwrap();
    let asked = world.party.exchange_refresh_token(refresh_token).unwrap();
    let refreshed = asked.request_async(&call).await.unwrap();
    // OIDC Core, section 12.2: a refresh answers no request, so it has no nonce.
    let without = |nonce: Option<&Nonce>| match nonce {
        None => Ok(()),
        Some(_) => Err("there is a nonce".to_owned()),
    };
    let second = world.claims(&refreshed, without);
    assert_eq!(second.auth_time(), first.auth_time());
    assert_ne!(
        refreshed.refresh_token().unwrap().secret(),
        refresh_token.secret()
    );
    assert!(world.is_active());
}
