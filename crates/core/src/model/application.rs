//! Applications: what people sign in to.

use crate::ids::{ApplicationId, PoolId};
use crate::limits;
use crate::model::policy::{ConcurrencyChange, ConcurrencyLimit, SessionPolicy};
use crate::model::user::named;
use crate::refusal::Rule;
use crate::secret::Secret;
use crate::time::{Span, Timestamp};

named! {
    /// What kind of application it is (V3 `ApplicationDto.appType`).
    ApplicationType {
        Web = "web",
        Spa = "spa",
        Native = "native",
        Api = "api",
        Mfa = "mfa",
        MiniProgram = "mini-program",
    }
}

impl ApplicationType {
    /// Whether it can keep a secret (RFC 6749, section 2.1).
    pub const fn is_confidential(self) -> bool {
        matches!(self, Self::Web | Self::Api | Self::Mfa)
    }
}

named! {
    /// How an application proves itself (OIDC Core, section 9).
    ClientAuthMethod {
        Basic = "client_secret_basic",
        Post = "client_secret_post",
        None = "none",
    }
}

named! {
    /// Grants that an application may use (RFC 6749; RFC 7591 `grant_types`).
    GrantType {
        AuthorizationCode = "authorization_code",
        RefreshToken = "refresh_token",
        ClientCredentials = "client_credentials",
    }
}

named! {
    /// Ways to sign in by password (V3 `enabledBasicLoginMethods`).
    PasswordMethod {
        Phone = "PHONE_PASSWORD",
        Email = "EMAIL_PASSWORD",
        Username = "USERNAME_PASSWORD",
    }
}

named! {
    /// How an application's tokens are signed (RFC 7518, RFC 8037).
    SigningAlgorithm {
        Rs256 = "RS256",
        Es256 = "ES256",
        EdDsa = "EdDSA",
    }
}

/// Lifetimes of what is issued to an application.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TokenLifetimes {
    /// `access_token_expire`
    pub access_token: Span,
    /// `id_token_expire`
    pub id_token: Span,
    /// `refresh_token_expire`; a refresh token never outlives its login.
    pub refresh_token: Span,
    /// `authorization_code_expire`
    pub authorization_code: Span,
    /// `refresh_token_retry_window`: a second use inside it is a retry.
    pub refresh_token_retry_window: Span,
}

impl Default for TokenLifetimes {
    fn default() -> Self {
        Self {
            access_token: limits::DEFAULT_ACCESS_TOKEN_LIFETIME,
            id_token: limits::DEFAULT_ID_TOKEN_LIFETIME,
            refresh_token: limits::DEFAULT_REFRESH_TOKEN_LIFETIME,
            authorization_code: limits::DEFAULT_AUTHORIZATION_CODE_LIFETIME,
            refresh_token_retry_window: Span::ZERO,
        }
    }
}

/// An application's OAuth settings (V3 `oidcConfig`).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OauthSettings {
    /// Grants it may use.
    pub grant_types: Vec<GrantType>,
    /// How it proves itself at the token endpoint; none given: as its type allows.
    pub token_endpoint_auth_method: Option<ClientAuthMethod>,
    /// The same for introspection; none given: as at the token endpoint.
    pub introspection_endpoint_auth_method: Option<ClientAuthMethod>,
    /// The same for revocation.
    pub revocation_endpoint_auth_method: Option<ClientAuthMethod>,
    /// Lifetimes of what is issued.
    pub lifetimes: TokenLifetimes,
    /// First-party applications show no consent page.
    pub skip_consent: bool,
    /// Whether the code flow needs PKCE.
    pub require_pkce: bool,
    /// How its ID, access and logout tokens are signed.
    pub signing_algorithm: SigningAlgorithm,
    /// Where it is told of ends (OIDC Back-Channel Logout, section 2.2).
    pub backchannel_logout_uri: Option<String>,
    /// Whether that message must carry `sid`. It always does.
    pub backchannel_logout_session_required: bool,
}

impl Default for OauthSettings {
    fn default() -> Self {
        Self {
            grant_types: vec![GrantType::AuthorizationCode, GrantType::RefreshToken],
            token_endpoint_auth_method: None,
            introspection_endpoint_auth_method: None,
            revocation_endpoint_auth_method: None,
            lifetimes: TokenLifetimes::default(),
            skip_consent: true,
            require_pkce: true,
            signing_algorithm: SigningAlgorithm::Rs256,
            backchannel_logout_uri: None,
            backchannel_logout_session_required: false,
        }
    }
}

/// An application as stored, without its secret.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Application {
    /// `client_id` on the wire.
    pub id: ApplicationId,
    /// The pool whose people sign in.
    pub pool: PoolId,
    /// A name for URLs, unique in the pool.
    pub identifier: String,
    /// The name that people see.
    pub name: String,
    /// A logo's URL; empty if none was given.
    pub logo: String,
    /// A description.
    pub description: Option<String>,
    /// What kind it is.
    pub kind: ApplicationType,
    /// Switched off, nobody is signed in to it.
    pub enabled: bool,
    /// The exact list of redirect URIs.
    pub redirect_uris: Vec<String>,
    /// The exact list of post-logout redirect URIs.
    pub logout_redirect_uris: Vec<String>,
    /// Where people sign in to it; empty if none was given.
    pub init_login_uri: String,
    /// Since when it takes part in single sign-on; absent: it does not.
    pub sso_enabled_at: Option<Timestamp>,
    /// Whether `/api/v3/signin` may be used.
    pub api_sign_in: bool,
    /// Ways to sign in by password.
    pub password_methods: Vec<PasswordMethod>,
    /// OAuth settings.
    pub oauth: OauthSettings,
    /// Its session policy.
    pub session_policy: SessionPolicy,
    /// How many live logins one user may have in it.
    pub session_limit: ConcurrencyLimit,
    /// Grows when the secret is rotated, the application switched off, or its grant
    /// of own tokens taken away: each kills its client_credentials tokens for good.
    pub secret_version: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// Where an application proves itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ClientEndpoint {
    /// `/oidc/token`, and `/api/v3/signin`.
    Token,
    /// `/oidc/token/introspection`
    Introspection,
    /// `/oidc/token/revocation`
    Revocation,
}

impl Application {
    /// Whether this way of proving itself is accepted there. Confidential
    /// applications may use both forms of their secret unless one was chosen.
    pub fn accepts(&self, endpoint: ClientEndpoint, method: ClientAuthMethod) -> bool {
        let settings = &self.oauth;
        let chosen = match endpoint {
            ClientEndpoint::Token => None,
            ClientEndpoint::Introspection => settings.introspection_endpoint_auth_method,
            ClientEndpoint::Revocation => settings.revocation_endpoint_auth_method,
        };
        match chosen.or(settings.token_endpoint_auth_method) {
            Some(chosen) => chosen == method,
            None => self.kind.is_confidential() == (method != ClientAuthMethod::None),
        }
    }
}

/// An application and its secret, as a client proves itself with it.
#[derive(Clone, Debug)]
pub struct ApplicationWithSecret {
    /// The application.
    pub application: Application,
    /// Its secret.
    pub secret: Secret,
}

/// A change to an application: absent members stay as they are.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ApplicationChange {
    /// New URL name.
    pub identifier: Option<String>,
    /// New name.
    pub name: Option<String>,
    /// New logo.
    pub logo: Option<String>,
    /// New description.
    pub description: Option<String>,
    /// New kind.
    pub kind: Option<ApplicationType>,
    /// Switching off ends all its logins.
    pub enabled: Option<bool>,
    /// New redirect URIs.
    pub redirect_uris: Option<Vec<String>>,
    /// New post-logout redirect URIs.
    pub logout_redirect_uris: Option<Vec<String>>,
    /// New login page.
    pub init_login_uri: Option<String>,
    /// Whether it takes part in single sign-on.
    pub sso_enabled: Option<bool>,
    /// Whether `/api/v3/signin` may be used.
    pub api_sign_in: Option<bool>,
    /// New ways to sign in by password.
    pub password_methods: Option<Vec<PasswordMethod>>,
    /// New OAuth settings; absent members stay.
    pub oauth: OauthChange,
    /// New session policy; absent members stay.
    pub session_policy: SessionPolicy,
    /// New limit of a user's logins; absent members stay.
    pub session_limit: ConcurrencyChange,
}

/// A change to OAuth settings: absent members stay as they are.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct OauthChange {
    /// New grants.
    pub grant_types: Option<Vec<GrantType>>,
    /// New method at the token endpoint.
    pub token_endpoint_auth_method: Option<ClientAuthMethod>,
    /// New method at the introspection endpoint.
    pub introspection_endpoint_auth_method: Option<ClientAuthMethod>,
    /// New method at the revocation endpoint.
    pub revocation_endpoint_auth_method: Option<ClientAuthMethod>,
    /// New access-token lifetime.
    pub access_token_lifetime: Option<Span>,
    /// New ID-token lifetime.
    pub id_token_lifetime: Option<Span>,
    /// New refresh-token lifetime.
    pub refresh_token_lifetime: Option<Span>,
    /// New code lifetime.
    pub authorization_code_lifetime: Option<Span>,
    /// New retry window.
    pub refresh_token_retry_window: Option<Span>,
    /// New consent setting.
    pub skip_consent: Option<bool>,
    /// New PKCE setting.
    pub require_pkce: Option<bool>,
    /// New signing algorithm.
    pub signing_algorithm: Option<SigningAlgorithm>,
    /// New back-channel logout URI; an empty one takes it away.
    pub backchannel_logout_uri: Option<String>,
    /// Whether that message must carry `sid`.
    pub backchannel_logout_session_required: Option<bool>,
}

impl Application {
    /// Whether it shows nobody a secret at the token endpoint (RFC 6749, section 2.1).
    pub fn is_public(&self) -> bool {
        let method = self.oauth.token_endpoint_auth_method;
        !self.kind.is_confidential() || method == Some(ClientAuthMethod::None)
    }

    /// The rules between its members. They are looked at in the commit that stores
    /// it: two changes, each of them right, can be wrong together.
    pub fn check(&self) -> Result<(), Rule> {
        let wants_own_tokens = self
            .oauth
            .grant_types
            .contains(&GrantType::ClientCredentials);
        // RFC 6749, section 4.4: confidential clients only.
        if self.is_public() && wants_own_tokens {
            return Err(Rule::ClientCredentialsNeedSecret);
        }
        let elsewhere = [
            self.oauth.introspection_endpoint_auth_method,
            self.oauth.revocation_endpoint_auth_method,
        ];
        // RFC 9700, section 2.1.1: a public client has nothing but PKCE.
        if self.is_public() && !self.oauth.require_pkce {
            return Err(Rule::PublicNeedsPkce);
        }
        // ASVS 5.0, 10.4.10: who can prove itself must.
        if !self.is_public() && elsewhere.contains(&Some(ClientAuthMethod::None)) {
            return Err(Rule::EndpointNeedsSecret);
        }
        Ok(())
    }
}

impl OauthSettings {
    /// The settings after a change.
    #[must_use]
    pub fn changed_by(mut self, change: OauthChange) -> Self {
        fn set<T>(slot: &mut T, value: Option<T>) {
            if let Some(value) = value {
                *slot = value;
            }
        }
        set(&mut self.grant_types, change.grant_types);
        let methods = [
            (
                &mut self.token_endpoint_auth_method,
                change.token_endpoint_auth_method,
            ),
            (
                &mut self.introspection_endpoint_auth_method,
                change.introspection_endpoint_auth_method,
            ),
            (
                &mut self.revocation_endpoint_auth_method,
                change.revocation_endpoint_auth_method,
            ),
        ];
        for (slot, value) in methods {
            *slot = value.or(*slot);
        }
        set(
            &mut self.lifetimes.access_token,
            change.access_token_lifetime,
        );
        set(&mut self.lifetimes.id_token, change.id_token_lifetime);
        set(
            &mut self.lifetimes.refresh_token,
            change.refresh_token_lifetime,
        );
        set(
            &mut self.lifetimes.authorization_code,
            change.authorization_code_lifetime,
        );
        set(
            &mut self.lifetimes.refresh_token_retry_window,
            change.refresh_token_retry_window,
        );
        set(&mut self.skip_consent, change.skip_consent);
        set(&mut self.require_pkce, change.require_pkce);
        set(&mut self.signing_algorithm, change.signing_algorithm);
        if let Some(uri) = change.backchannel_logout_uri {
            self.backchannel_logout_uri = (!uri.is_empty()).then_some(uri);
        }
        set(
            &mut self.backchannel_logout_session_required,
            change.backchannel_logout_session_required,
        );
        self
    }
}

impl Application {
    /// The application after a change at `now`. One function for making and
    /// changing: a new application is the defaults, changed.
    #[must_use]
    pub fn changed_by(mut self, change: ApplicationChange, now: Timestamp) -> Self {
        fn set<T>(slot: &mut T, value: Option<T>) {
            if let Some(value) = value {
                *slot = value;
            }
        }
        set(&mut self.identifier, change.identifier);
        set(&mut self.name, change.name);
        set(&mut self.logo, change.logo);
        self.description = change.description.or(self.description);
        set(&mut self.kind, change.kind);
        set(&mut self.enabled, change.enabled);
        set(&mut self.redirect_uris, change.redirect_uris);
        set(&mut self.logout_redirect_uris, change.logout_redirect_uris);
        set(&mut self.init_login_uri, change.init_login_uri);
        match change.sso_enabled {
            Some(true) => self.sso_enabled_at = self.sso_enabled_at.or(Some(now)),
            Some(false) => self.sso_enabled_at = None,
            None => {}
        }
        set(&mut self.api_sign_in, change.api_sign_in);
        set(&mut self.password_methods, change.password_methods);
        self.oauth = self.oauth.changed_by(change.oauth);
        let policy = &mut self.session_policy;
        policy.idle_timeout = change.session_policy.idle_timeout.or(policy.idle_timeout);
        policy.max_lifetime = change.session_policy.max_lifetime.or(policy.max_lifetime);
        self.session_limit = self.session_limit.changed_by(change.session_limit);
        self.updated_at = now;
        self
    }
}

/// Which applications a list shows (V3 `list-applications`).
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ApplicationFilter {
    /// The name, identifier or id contains this.
    pub keywords: Option<String>,
    /// Only those that take part in single sign-on.
    pub sso_enabled: bool,
    /// Only integrated applications, of which this product has none.
    pub integrated: bool,
}
