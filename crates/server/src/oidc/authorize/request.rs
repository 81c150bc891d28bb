//! An authorization request, checked step by step: each step has its rule, and what
//! comes out is of another type than what went in.

use super::parameters::Parameters;
use super::rejection::Rejection;
use super::target::{self, ResponseMode, Target};
use crate::pages::ErrorKind;
use crate::state::AppState;
use crate::tokens::unknown_keys;
use rollcall_core::limits::MAX_STATE_BYTES;
use rollcall_core::model::application::{Application, GrantType};
use rollcall_core::model::grant::has_scope;
use rollcall_core::model::sign_on::SignOnDemands;
use rollcall_core::operations::sign_on::granted_to;
use rollcall_core::time::Span;

/// What OIDC Core knows here. `claims`, `claims_locales`, `display` and `acr_values`
/// change nothing (sections 3.1.2.1 and 5.5), but are given once like all others (RFC
/// 6749 section 3.1).
pub(crate) const KNOWN: &[&str] = &[
    "client_id",
    "redirect_uri",
    "response_type",
    "response_mode",
    "scope",
    "state",
    "nonce",
    "prompt",
    "max_age",
    "login_hint",
    "id_token_hint",
    "ui_locales",
    "acr_values",
    "display",
    "claims",
    "claims_locales",
    "code_challenge",
    "code_challenge_method",
    "request",
    "request_uri",
    "registration",
];

/// `prompt` (OIDC Core section 3.1.2.1): what discovery answers as
/// `prompt_values_supported`.
pub(crate) const PROMPTS: &[&str] = &["none", "login", "consent", "select_account"];

/// A request that may be answered with a code.
#[derive(Clone, Debug)]
pub(crate) struct Authorization {
    pub(crate) application: Application,
    pub(crate) target: Target,
    /// `prompt=none`: no page may be shown.
    pub(crate) silent: bool,
    pub(crate) demands: SignOnDemands,
    pub(crate) challenge: Option<String>,
    pub(crate) nonce: Option<String>,
    pub(crate) login_hint: Option<String>,
    pub(crate) ui_locales: Option<String>,
    /// The request itself, as forms carry it on.
    pub(crate) query: String,
}

/// The parameters of a request, and its languages: what even an error page needs.
pub(crate) fn parameters(text: &[u8]) -> Result<Parameters, Rejection> {
    Parameters::read(text, KNOWN)
        .map_err(|_| Rejection::local(ErrorKind::BadRequest, "invalid_request"))
}

/// Checks a request. Nothing is sent to a redirect URI before that is known to be
/// the application's own.
pub(crate) async fn check(
    app: &AppState,
    parameters: &Parameters,
) -> Result<Authorization, Rejection> {
    let application = target::application(app, parameters).await?;
    let target = target::target(&application, parameters)?;
    let reject = |(error, description)| Rejection::to(&target, error, description);
    check_form(parameters).map_err(reject)?;
    check_flow(&application, parameters).map_err(reject)?;
    let challenge = challenge(&application, parameters).map_err(reject)?;
    let nonce = nonce(&application, parameters, challenge.is_some()).map_err(reject)?;
    let scope = scope(&application, parameters).map_err(reject)?;
    let mut demands = demands(parameters).map_err(reject)?;
    demands.scope = scope;
    if let Some(hint) = parameters.get("id_token_hint") {
        app.tokens.keep_up_with(hint).await.map_err(unknown_keys)?;
        let hint = app.tokens.verify_id_token_hint(hint);
        let hint = hint.ok().filter(|hint| hint.client == application.id);
        let hint = hint.ok_or_else(|| reject(("invalid_request", "id_token_hint is not ours")))?;
        demands.subject = Some(hint.subject);
    }
    Ok(Authorization {
        silent: prompts(parameters).any(|prompt| prompt == "none"),
        demands,
        challenge,
        nonce,
        login_hint: parameters.get("login_hint").map(ToOwned::to_owned),
        ui_locales: parameters.get("ui_locales").map(ToOwned::to_owned),
        query: parameters.to_query(),
        application,
        target,
    })
}

type Step<T> = Result<T, (&'static str, &'static str)>;

/// No parameter twice, none too long, and no request in another form than this one
/// (OIDC Core section 6: what is not supported is refused, never ignored).
fn check_form(parameters: &Parameters) -> Step<()> {
    if parameters.repeated().is_some() {
        return Err(("invalid_request", "a parameter is repeated"));
    }
    let too_long = |name| {
        let value: Option<&str> = parameters.get(name);
        value.is_some_and(|value| value.len() > MAX_STATE_BYTES)
    };
    if too_long("state") || too_long("nonce") {
        return Err(("invalid_request", "state or nonce is too long"));
    }
    for (name, error) in [
        ("request", "request_not_supported"),
        ("request_uri", "request_uri_not_supported"),
        ("registration", "registration_not_supported"),
    ] {
        if parameters.get(name).is_some() {
            return Err((error, "this form of request is not supported"));
        }
    }
    Ok(())
}

/// The code flow, and nothing else (ASVS 5.0, 10.4.4).
fn check_flow(application: &Application, parameters: &Parameters) -> Step<()> {
    match parameters.get("response_type") {
        Some("code") => {}
        Some(_) => return Err(("unsupported_response_type", "response_type must be code")),
        None => return Err(("invalid_request", "response_type is missing")),
    }
    let known = |mode| ResponseMode::NAMES.iter().any(|(name, _)| *name == mode);
    if !parameters.get("response_mode").is_none_or(known) {
        return Err(("invalid_request", "response_mode is unknown"));
    }
    let grants = &application.oauth.grant_types;
    if grants.contains(&GrantType::AuthorizationCode) {
        Ok(())
    } else {
        Err(("unauthorized_client", "the application may not use codes"))
    }
}

/// PKCE, by S256 alone (RFC 7636 section 4.3; RFC 9700 section 2.1.1).
fn challenge(application: &Application, parameters: &Parameters) -> Step<Option<String>> {
    let method = parameters.get("code_challenge_method");
    let Some(challenge) = parameters.get("code_challenge") else {
        let is_needed = application.oauth.require_pkce || application.is_public();
        return if is_needed || method.is_some() {
            Err(("invalid_request", "code_challenge is missing"))
        } else {
            Ok(None)
        };
    };
    if method != Some("S256") {
        return Err(("invalid_request", "code_challenge_method must be S256"));
    }
    // The base64url of a SHA-256.
    let is_base64url = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    if challenge.len() == 43 && challenge.bytes().all(is_base64url) {
        Ok(Some(challenge.to_owned()))
    } else {
        Err(("invalid_request", "code_challenge is malformed"))
    }
}

/// Who sends no challenge binds the code by the nonce (RFC 9700 section 2.1.1).
fn nonce(
    application: &Application,
    parameters: &Parameters,
    has_challenge: bool,
) -> Step<Option<String>> {
    match parameters.get("nonce") {
        Some(nonce) => Ok(Some(nonce.to_owned())),
        None if has_challenge => Ok(None),
        None if application.oauth.require_pkce => Ok(None),
        None => Err((
            "invalid_request",
            "without code_challenge a nonce is needed",
        )),
    }
}

/// What is granted of the scope; `openid` is what this endpoint is for (OIDC Core
/// section 3.1.2.1).
fn scope(application: &Application, parameters: &Parameters) -> Step<String> {
    let asked = super::super::scope::requested(parameters.get("scope"));
    let asked = asked.map_err(|_| ("invalid_scope", "scope is malformed"))?;
    let granted = granted_to(application, asked.as_deref().unwrap_or_default());
    if has_scope(&granted, "openid") {
        Ok(granted)
    } else {
        Err(("invalid_scope", "scope must contain openid"))
    }
}

fn prompts(parameters: &Parameters) -> impl Iterator<Item = &str> {
    let prompt = parameters.get("prompt").unwrap_or_default();
    prompt.split_ascii_whitespace()
}

fn demands(parameters: &Parameters) -> Step<SignOnDemands> {
    if prompts(parameters).any(|prompt| !PROMPTS.contains(&prompt)) {
        return Err(("invalid_request", "prompt has an unknown value"));
    }
    let has = |value| prompts(parameters).any(|prompt| prompt == value);
    if has("none") && prompts(parameters).count() > 1 {
        return Err(("invalid_request", "prompt=none stands alone"));
    }
    let max_age = match parameters.get("max_age") {
        None => None,
        Some(text) => {
            let seconds: Option<u32> = text.parse().ok();
            let seconds = seconds.filter(|_| text.bytes().all(|b| b.is_ascii_digit()));
            let seconds = seconds.ok_or(("invalid_request", "max_age is no number of seconds"))?;
            Some(Span::from_seconds(i64::from(seconds)))
        }
    };
    Ok(SignOnDemands {
        login: has("login"),
        select_account: has("select_account"),
        consent: has("consent"),
        max_age,
        ..SignOnDemands::default()
    })
}
