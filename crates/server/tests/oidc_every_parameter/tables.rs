//! What is told, for each parameter: missing, empty, doubled, long; of another
//! application, of another pool, expired, replayed.
//!
//! `code`, `bye` and `ok` are the answers as they should be. `back:` is an error that
//! goes to the application; a page of ours is its kind and status, with its error if it
//! shows one; a number is an answer to an application, with its error.

use super::NOTHING as N;

/// A parameter with what is told, in the order of [`super::KINDS`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) told: [&'static str; 8],
}

const fn row(name: &'static str, form: [&'static str; 4], origin: [&'static str; 4]) -> Row {
    let ([missing, empty, doubled, long], [application, pool, expired, replayed]) = (form, origin);
    Row {
        name,
        told: [
            missing,
            empty,
            doubled,
            long,
            application,
            pool,
            expired,
            replayed,
        ],
    }
}

/// A sign-out that leads nowhere: the same attempt is over with it.
pub(crate) const SIGNED_OUT: &str = "signed-out 200";

/// Each endpoint; some with each of their methods and grants.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Endpoint {
    Authorization,
    AuthorizationByPost,
    SignIn,
    Account,
    Consent,
    TokenForCode,
    TokenForRefreshToken,
    TokenOfItsOwn,
    Introspection,
    Revocation,
    Userinfo,
    EndSession,
    EndSessionByPost,
    SignOut,
}

impl Endpoint {
    pub(crate) const ALL: &[Self] = &[
        Self::Authorization,
        Self::AuthorizationByPost,
        Self::SignIn,
        Self::Account,
        Self::Consent,
        Self::TokenForCode,
        Self::TokenForRefreshToken,
        Self::TokenOfItsOwn,
        Self::Introspection,
        Self::Revocation,
        Self::Userinfo,
        Self::EndSession,
        Self::EndSessionByPost,
        Self::SignOut,
    ];

    pub(crate) const fn path(self) -> &'static str {
        match self {
            Self::Authorization | Self::AuthorizationByPost => "/oidc/auth",
            Self::SignIn => "/oidc/auth/sign-in",
            Self::Account => "/oidc/auth/account",
            Self::Consent => "/oidc/auth/consent",
            Self::TokenForCode | Self::TokenForRefreshToken | Self::TokenOfItsOwn => "/oidc/token",
            Self::Introspection => "/oidc/token/introspection",
            Self::Revocation => "/oidc/token/revocation",
            Self::Userinfo => "/oidc/me",
            Self::EndSession | Self::EndSessionByPost => "/oidc/session/end",
            Self::SignOut => "/oidc/session/end/confirm",
        }
    }

    /// The answer as it should be.
    pub(crate) const fn usual(self) -> &'static str {
        match self {
            Self::Authorization
            | Self::AuthorizationByPost
            | Self::SignIn
            | Self::Account
            | Self::Consent => "code",
            Self::EndSession | Self::EndSessionByPost | Self::SignOut => "bye",
            _ => "ok",
        }
    }

    pub(crate) const fn rows(self) -> &'static [Row] {
        match self {
            Self::Authorization | Self::AuthorizationByPost => AUTHORIZATION,
            Self::SignIn => SIGN_IN,
            Self::Account => ACCOUNT,
            Self::Consent => CONSENT,
            Self::TokenForCode => TOKEN_FOR_CODE,
            Self::TokenForRefreshToken => TOKEN_FOR_REFRESH_TOKEN,
            Self::TokenOfItsOwn => TOKEN_OF_ITS_OWN,
            Self::Introspection => INTROSPECTION,
            Self::Revocation => REVOCATION,
            Self::Userinfo => USERINFO,
            Self::EndSession | Self::EndSessionByPost => END_SESSION,
            Self::SignOut => SIGN_OUT,
        }
    }
}

const BAD: &str = "error 400 invalid_request";
const NO_CLIENT: &str = "error 400 invalid_client";
const EXPIRED_FORM: &str = "error 403 form_expired";
const BACK: &str = "back:invalid_request";
const REQUEST: &str = "400 invalid_request";
const GRANT: &str = "400 invalid_grant";
const CLIENT: &str = "401 invalid_client";

/// Changes nothing, and may not come twice. It may come again with the next request:
/// whether it should is the application's matter.
const fn free(name: &'static str) -> Row {
    row(name, ["code", "code", BACK, "code"], [N, N, N, "code"])
}

const AUTHORIZATION: &[Row] = &[
    row("client_id", [NO_CLIENT; 4], [BAD, BAD, N, "code"]),
    row("redirect_uri", [BAD; 4], [BAD, BAD, N, "code"]),
    row(
        "response_type",
        [BACK, BACK, BACK, "back:unsupported_response_type"],
        [N; 4],
    ),
    row("response_mode", ["code", "code", BACK, BACK], [N; 4]),
    row(
        "scope",
        [
            "back:invalid_scope",
            "back:invalid_scope",
            BACK,
            "back:invalid_scope",
        ],
        [N; 4],
    ),
    row("state", ["code", "code", BACK, BACK], [N, N, N, "code"]),
    row("nonce", ["code", "code", BACK, BACK], [N, N, N, "code"]),
    row("prompt", ["code", "code", BACK, BACK], [N; 4]),
    row("max_age", ["code", "code", BACK, BACK], [N; 4]),
    free("login_hint"),
    row(
        "id_token_hint",
        ["code", "code", BACK, BACK],
        [BACK, BACK, "code", "code"],
    ),
    free("ui_locales"),
    free("acr_values"),
    free("display"),
    free("claims"),
    free("claims_locales"),
    row("code_challenge", [BACK; 4], [N, N, N, "code"]),
    row("code_challenge_method", [BACK; 4], [N; 4]),
    row(
        "request",
        ["code", "code", BACK, "back:request_not_supported"],
        [N; 4],
    ),
    row(
        "request_uri",
        ["code", "code", BACK, "back:request_uri_not_supported"],
        [N; 4],
    ),
    row(
        "registration",
        ["code", "code", BACK, "back:registration_not_supported"],
        [N; 4],
    ),
];

/// A field of another page's: it is read, and changes nothing here.
const fn unused(name: &'static str) -> Row {
    row(name, ["code", "code", BAD, "code"], [N; 4])
}

const SIGN_IN: &[Row] = &[
    row(
        "request",
        [NO_CLIENT, NO_CLIENT, BAD, NO_CLIENT],
        [
            "sign-in 403 form_expired",
            "sign-in 403 form_expired",
            "sign-in 403 form_expired",
            "code",
        ],
    ),
    row(
        "csrf",
        [
            "sign-in 403 form_expired",
            "sign-in 403 form_expired",
            BAD,
            "sign-in 403 form_expired",
        ],
        [
            "sign-in 403 form_expired",
            "sign-in 403 form_expired",
            "sign-in 403 form_expired",
            "code",
        ],
    ),
    row(
        "identifier",
        [
            "sign-in 400 missing_identifier",
            "sign-in 400 missing_identifier",
            BAD,
            "sign-in 401 wrong_credentials",
        ],
        [N, "sign-in 401 wrong_credentials", N, "code"],
    ),
    row(
        "password",
        [
            "sign-in 400 missing_password",
            "sign-in 400 missing_password",
            BAD,
            "sign-in 401 wrong_credentials",
        ],
        [N, N, N, "code"],
    ),
    unused("choice"),
    unused("decision"),
    row(
        "evidence",
        ["code", "code", BAD, "sign-in 403 form_expired"],
        [N; 4],
    ),
];

/// What a session decides shows no form again.
const ACCOUNT: &[Row] = &[
    row(
        "request",
        [NO_CLIENT, NO_CLIENT, BAD, NO_CLIENT],
        [EXPIRED_FORM, EXPIRED_FORM, EXPIRED_FORM, "code"],
    ),
    row(
        "csrf",
        [EXPIRED_FORM, EXPIRED_FORM, BAD, EXPIRED_FORM],
        [EXPIRED_FORM, EXPIRED_FORM, EXPIRED_FORM, "code"],
    ),
    unused("identifier"),
    unused("password"),
    row(
        "choice",
        ["sign-in 200", "sign-in 200", BAD, "sign-in 200"],
        [N; 4],
    ),
    unused("decision"),
    row("evidence", ["code", "code", BAD, EXPIRED_FORM], [N; 4]),
];

const CONSENT: &[Row] = &[
    row(
        "request",
        [NO_CLIENT, NO_CLIENT, BAD, NO_CLIENT],
        [EXPIRED_FORM, EXPIRED_FORM, EXPIRED_FORM, "code"],
    ),
    row(
        "csrf",
        [EXPIRED_FORM, EXPIRED_FORM, BAD, EXPIRED_FORM],
        [EXPIRED_FORM, EXPIRED_FORM, EXPIRED_FORM, "code"],
    ),
    unused("identifier"),
    unused("password"),
    unused("choice"),
    row(
        "decision",
        [
            "back:access_denied",
            "back:access_denied",
            BAD,
            "back:access_denied",
        ],
        [N; 4],
    ),
    row(
        "evidence",
        [EXPIRED_FORM, EXPIRED_FORM, BAD, EXPIRED_FORM],
        [N, N, EXPIRED_FORM, "code"],
    ),
];

const CLIENT_ID: Row = row(
    "client_id",
    [CLIENT, CLIENT, REQUEST, CLIENT],
    [CLIENT, CLIENT, N, "ok"],
);
const CLIENT_SECRET: Row = row(
    "client_secret",
    [CLIENT, CLIENT, REQUEST, CLIENT],
    [CLIENT, CLIENT, CLIENT, "ok"],
);

/// A parameter of another grant.
const fn ignored(name: &'static str) -> Row {
    row(name, ["ok", "ok", REQUEST, "ok"], [N; 4])
}

const GRANT_TYPE: Row = row(
    "grant_type",
    [REQUEST, REQUEST, REQUEST, "400 unsupported_grant_type"],
    [N; 4],
);

const TOKEN_FOR_CODE: &[Row] = &[
    GRANT_TYPE,
    CLIENT_ID,
    CLIENT_SECRET,
    row("code", [REQUEST, REQUEST, REQUEST, GRANT], [GRANT; 4]),
    row(
        "redirect_uri",
        [REQUEST, REQUEST, REQUEST, GRANT],
        [GRANT, GRANT, N, "ok"],
    ),
    row(
        "code_verifier",
        [GRANT, GRANT, REQUEST, GRANT],
        [GRANT, N, N, "ok"],
    ),
    ignored("refresh_token"),
    ignored("scope"),
];

const TOKEN_FOR_REFRESH_TOKEN: &[Row] = &[
    GRANT_TYPE,
    CLIENT_ID,
    CLIENT_SECRET,
    ignored("code"),
    ignored("redirect_uri"),
    ignored("code_verifier"),
    row(
        "refresh_token",
        [REQUEST, REQUEST, REQUEST, GRANT],
        [GRANT; 4],
    ),
    row("scope", ["ok", "ok", REQUEST, "400 invalid_scope"], [N; 4]),
];

const TOKEN_OF_ITS_OWN: &[Row] = &[
    GRANT_TYPE,
    CLIENT_ID,
    CLIENT_SECRET,
    ignored("code"),
    ignored("redirect_uri"),
    ignored("code_verifier"),
    ignored("refresh_token"),
    row("scope", ["ok", "ok", REQUEST, "400 invalid_scope"], [N; 4]),
];

const INTROSPECTION: &[Row] = &[
    row(
        "token",
        [REQUEST, REQUEST, REQUEST, "inactive"],
        ["inactive", "inactive", "inactive", "ok"],
    ),
    ignored("token_type_hint"),
    CLIENT_ID,
    CLIENT_SECRET,
];

/// Of a token that is none of this application's any more there is nothing to revoke
/// (RFC 7009 section 2.2).
const REVOCATION: &[Row] = &[
    row("token", [REQUEST, REQUEST, REQUEST, "ok"], ["ok"; 4]),
    ignored("token_type_hint"),
    CLIENT_ID,
    CLIENT_SECRET,
];

/// It takes the access token of any application of whichever pool: what it tells is
/// its own person's.
const USERINFO: &[Row] = &[row(
    "access_token",
    ["401", "401", REQUEST, "401 invalid_token"],
    ["ok", "ok", "401 invalid_token", "ok"],
)];

const END_SESSION: &[Row] = &[
    row(
        "id_token_hint",
        ["sign-out 200", "sign-out 200", BAD, BAD],
        [BAD, BAD, "bye", "bye"],
    ),
    row("logout_hint", ["bye", "bye", BAD, "bye"], [N; 4]),
    row(
        "client_id",
        ["bye", "bye", BAD, NO_CLIENT],
        [BAD, BAD, N, "bye"],
    ),
    row(
        "post_logout_redirect_uri",
        [SIGNED_OUT, SIGNED_OUT, BAD, BAD],
        [BAD, BAD, N, "bye"],
    ),
    row("state", ["bye", "bye", BAD, BAD], [N, N, N, "bye"]),
    row("ui_locales", ["bye", "bye", BAD, "bye"], [N; 4]),
];

const SIGN_OUT: &[Row] = &[
    row(
        "request",
        [EXPIRED_FORM, EXPIRED_FORM, BAD, EXPIRED_FORM],
        [EXPIRED_FORM, EXPIRED_FORM, EXPIRED_FORM, EXPIRED_FORM],
    ),
    row(
        "csrf",
        [EXPIRED_FORM, EXPIRED_FORM, BAD, EXPIRED_FORM],
        [EXPIRED_FORM, EXPIRED_FORM, EXPIRED_FORM, EXPIRED_FORM],
    ),
    row(
        "decision",
        [
            "not-signed-out 200",
            "not-signed-out 200",
            BAD,
            "not-signed-out 200",
        ],
        [N; 4],
    ),
];
