//! Applications that prove themselves (RFC 6749 section 2.3, OIDC Core section 9).

use super::authorization::{Basic, BrokenBasic, authorization, basic};
use super::family;
use crate::middleware::Context;
use crate::state::AppState;
use crate::v3::Failure;
use http::{HeaderMap, HeaderValue};
use rollcall_core::Refusal;
use rollcall_core::ids::ApplicationId;
use rollcall_core::limits::MAX_USER_AGENT_BYTES;
use rollcall_core::model::application::{
    Application, ApplicationWithSecret, ClientAuthMethod, ClientEndpoint,
};
use rollcall_core::model::event::{Actor, Origin};
use rollcall_core::model::login::LoginDevice;
use rollcall_core::ports::StoreError;
use rollcall_core::secret::Secret;
use rollcall_wire::oidc::introspection::TokenQuery;
use rollcall_wire::oidc::token::TokenRequest;
use rollcall_wire::v3::SecretText;
use rollcall_wire::v3::authentication::SigninByCredentialsDto;
use rollcall_wire::v3::headers::Header;
use rollcall_wire::v3::sign_up::SignUpDto;

/// A body in which a client may prove itself (`client_secret_post`, `none`).
pub(crate) trait ClientCredentials {
    /// `client_id`
    fn client_id(&self) -> Option<&str>;
    /// `client_secret`
    fn client_secret(&self) -> Option<&SecretText>;
}

macro_rules! client_credentials {
    ($($name:ty),+) => {
        $(impl ClientCredentials for $name {
            fn client_id(&self) -> Option<&str> {
                self.client_id.as_deref()
            }

            fn client_secret(&self) -> Option<&SecretText> {
                self.client_secret.as_ref()
            }
        })+
    };
}

client_credentials!(SigninByCredentialsDto, SignUpDto, TokenRequest, TokenQuery);

/// An application that has proved itself, or that has nothing to prove with.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    /// The application; it is enabled.
    pub(crate) application: Application,
    /// How it proved itself.
    pub(crate) method: ClientAuthMethod,
}

impl Client {
    /// Whether it has shown a secret. Anybody can say a public client's id.
    pub(crate) fn is_authenticated(&self) -> bool {
        self.method != ClientAuthMethod::None
    }
}

/// A call of an application.
#[derive(Debug)]
pub(crate) struct ClientCall<T> {
    /// Which application.
    pub(crate) client: Client,
    /// What is kept with every change that the call makes.
    pub(crate) origin: Origin,
    /// Where the call came from, for the login history.
    pub(crate) device: LoginDevice,
    /// What is asked for.
    pub(crate) request: T,
}

impl<T> ClientCall<T> {
    pub(crate) fn new(client: Client, context: &Context, request: T) -> Self {
        let origin = context.origin(Actor::Client(client.application.id));
        let device = origin.device();
        Self {
            client,
            origin,
            device,
            request,
        }
    }
}

/// Why an application could not be taken for who it says it is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum ClientRefusal {
    /// It used two ways at once (RFC 6749 section 2.3: it must not).
    TwoWays,
    /// It is unknown, switched off, its secret is wrong, or it may not prove
    /// itself in this way. Which of them is nobody's business.
    Unproven {
        /// Whether it used HTTP Basic, which asks for a challenge (section 5.2).
        by_basic: bool,
    },
    /// A header names another application or pool.
    NamesAnother(Refusal),
    /// The store could not answer.
    Store(StoreError),
}

/// What a request says of its client.
struct Claimed<'a> {
    id: &'a str,
    secret: Option<&'a SecretText>,
    method: ClientAuthMethod,
}

/// The client of a request under `/oidc`.
pub(crate) async fn from_oidc_request(
    app: &AppState,
    endpoint: ClientEndpoint,
    headers: &HeaderMap,
    form: &impl ClientCredentials,
) -> Result<Client, ClientRefusal> {
    let in_header = basic_of(headers)?;
    let claimed = claimed(in_header.as_ref(), form)?;
    let claimed = claimed.ok_or(ClientRefusal::Unproven { by_basic: false })?;
    let client = prove(app, endpoint, claimed).await?;
    check_named(headers, &client).map_err(ClientRefusal::NamesAnother)?;
    Ok(client)
}

/// V3's headers may name the client and its pool, but no others.
fn check_named(headers: &HeaderMap, client: &Client) -> Result<(), Refusal> {
    family::check_pool(headers, client.application.pool)?;
    family::check_application(headers, client.application.id)
}

/// The client of `/api/v3/signin`: as at the token endpoint, or, with nothing
/// to prove, by the header that the published SDKs send.
pub(crate) async fn from_v3_request(
    app: &AppState,
    headers: &HeaderMap,
    body: &impl ClientCredentials,
) -> Result<Client, Failure> {
    let in_header = basic_of(headers).map_err(v3_failure)?;
    let claimed = claimed_in_v3(in_header.as_ref(), headers, body)?;
    let client = prove(app, ClientEndpoint::Token, claimed)
        .await
        .map_err(v3_failure)?;
    check_named(headers, &client)?;
    Ok(client)
}

fn claimed_in_v3<'a>(
    in_header: Option<&'a Basic>,
    headers: &'a HeaderMap,
    body: &'a impl ClientCredentials,
) -> Result<Claimed<'a>, Failure> {
    if let Some(claimed) = claimed(in_header, body).map_err(v3_failure)? {
        return Ok(claimed);
    }
    let named = family::family_values(headers, Header::AppId).next();
    Ok(Claimed {
        id: named.ok_or(Refusal::NotAuthenticated)?,
        secret: None,
        method: ClientAuthMethod::None,
    })
}

/// The client of `/api/v3/signup`, which the published SDKs name by the header
/// alone even where the application has a secret. Nothing comes of the call that
/// is the application's: to name it is enough. A secret that is shown is verified,
/// since more is believed of who has shown it.
pub(crate) async fn named_in_v3_request(
    app: &AppState,
    headers: &HeaderMap,
    body: &impl ClientCredentials,
) -> Result<Client, Failure> {
    let in_header = basic_of(headers).map_err(v3_failure)?;
    let claimed = claimed_in_v3(in_header.as_ref(), headers, body)?;
    let client = match claimed.secret {
        Some(_) => prove(app, ClientEndpoint::Token, claimed).await,
        None => named(app, claimed.id).await,
    };
    let client = client.map_err(v3_failure)?;
    check_named(headers, &client)?;
    Ok(client)
}

/// The enabled application with this id, of which nothing was proved.
async fn named(app: &AppState, id: &str) -> Result<Client, ClientRefusal> {
    let found = match id.parse::<ApplicationId>() {
        Ok(id) => app.authority.store.client(id).await,
        Err(_) => Ok(None),
    };
    let found = found.map_err(ClientRefusal::Store)?;
    let application = found.map(|found| found.application);
    match application.filter(|application| application.enabled) {
        Some(application) => Ok(Client {
            application,
            method: ClientAuthMethod::None,
        }),
        None => Err(ClientRefusal::Unproven { by_basic: false }),
    }
}

fn v3_failure(refusal: ClientRefusal) -> Failure {
    match refusal {
        ClientRefusal::TwoWays => Refusal::Invalid(vec!["client_id", "client_secret"]).into(),
        ClientRefusal::Unproven { .. } => Refusal::NotAuthenticated.into(),
        ClientRefusal::NamesAnother(refusal) => refusal.into(),
        ClientRefusal::Store(error) => error.into(),
    }
}

fn basic_of(headers: &HeaderMap) -> Result<Option<Basic>, ClientRefusal> {
    match authorization(headers).and_then(basic) {
        None => Ok(None),
        Some(Ok(basic)) => Ok(Some(basic)),
        Some(Err(BrokenBasic)) => Err(ClientRefusal::Unproven { by_basic: true }),
    }
}

/// Which client the request claims to come from. A `client_id` beside HTTP
/// Basic is no second way as long as it is the same one.
fn claimed<'a>(
    in_header: Option<&'a Basic>,
    body: &'a impl ClientCredentials,
) -> Result<Option<Claimed<'a>>, ClientRefusal> {
    let id = body.client_id().filter(|id| !id.is_empty());
    let secret = body
        .client_secret()
        .filter(|secret| !secret.as_str().is_empty());
    let claimed = match (in_header, id, secret) {
        (Some(_), _, Some(_)) => return Err(ClientRefusal::TwoWays),
        (Some(basic), Some(id), None) if id != basic.id => return Err(ClientRefusal::TwoWays),
        (Some(basic), _, None) => Claimed {
            id: &basic.id,
            secret: Some(&basic.secret),
            method: ClientAuthMethod::Basic,
        },
        (None, Some(id), Some(secret)) => Claimed {
            id,
            secret: Some(secret),
            method: ClientAuthMethod::Post,
        },
        (None, Some(id), None) => Claimed {
            id,
            secret: None,
            method: ClientAuthMethod::None,
        },
        (None, None, _) => return Ok(None),
    };
    Ok(Some(claimed))
}

async fn prove(
    app: &AppState,
    endpoint: ClientEndpoint,
    claimed: Claimed<'_>,
) -> Result<Client, ClientRefusal> {
    let found = match claimed.id.parse::<ApplicationId>() {
        Ok(id) => app.authority.store.client(id).await,
        Err(_) => Ok(None),
    };
    let found = found.map_err(ClientRefusal::Store)?;
    let method = claimed.method;
    if is_proven(found.as_ref(), endpoint, &claimed)
        && let Some(ApplicationWithSecret { application, .. }) = found
    {
        return Ok(Client {
            application,
            method,
        });
    }
    Err(ClientRefusal::Unproven {
        by_basic: method == ClientAuthMethod::Basic,
    })
}

/// The secret is compared whether there is such a client or not, so that the
/// time tells nothing.
fn is_proven(
    found: Option<&ApplicationWithSecret>,
    endpoint: ClientEndpoint,
    claimed: &Claimed<'_>,
) -> bool {
    let nobody = Secret::of_nobody();
    let secret = found.map_or(&nobody, |found| &found.secret);
    let fits = match claimed.secret {
        Some(presented) => secret.matches(presented.as_str()),
        None => claimed.method == ClientAuthMethod::None,
    };
    found.is_some_and(|found| {
        let application = &found.application;
        fits && application.enabled && application.accepts(endpoint, claimed.method)
    })
}

/// A user agent, cut at its limit between two characters.
pub(crate) fn user_agent(value: &HeaderValue) -> Option<String> {
    let text = value.to_str().ok()?;
    let end = text.floor_char_boundary(MAX_USER_AGENT_BYTES);
    text.get(..end).map(ToOwned::to_owned)
}

#[cfg(test)]
#[path = "client_tests.rs"]
mod tests;
