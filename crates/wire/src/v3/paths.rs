//! Every path of the contract, and of ours beside it.
//!
//! The lists hold all of them, so that a server can answer 501 for a path of
//! the contract that it does not serve, rather than 404.

/// An HTTP method in upper case and a path. A path may hold a parameter in
/// braces.
pub type Route = (&'static str, &'static str);

/// Path of `get-management-token`.
pub const GET_MANAGEMENT_TOKEN: &str = "/api/v3/get-management-token";
/// Path of `check-session-status`.
pub const CHECK_SESSION_STATUS: &str = "/api/v3/check-session-status";
/// Path of `kick-users`.
pub const KICK_USERS: &str = "/api/v3/kick-users";
/// Path of `list-application-active-users`.
pub const LIST_APPLICATION_ACTIVE_USERS: &str = "/api/v3/list-application-active-users";
/// Path of `get-user-login-history`.
pub const GET_USER_LOGIN_HISTORY: &str = "/api/v3/get-user-login-history";
/// Path of `get-user-loggedin-apps`.
pub const GET_USER_LOGGEDIN_APPS: &str = "/api/v3/get-user-loggedin-apps";
/// Path of `list-logout-deliveries`. Ours.
pub const LIST_LOGOUT_DELIVERIES: &str = "/api/v3/list-logout-deliveries";
/// Path of `create-user`.
pub const CREATE_USER: &str = "/api/v3/create-user";
/// Path of `get-user`.
pub const GET_USER: &str = "/api/v3/get-user";
/// Path of `list-users`.
pub const LIST_USERS: &str = "/api/v3/list-users";
/// Path of `update-user`.
pub const UPDATE_USER: &str = "/api/v3/update-user";
/// Path of `delete-users-batch`.
pub const DELETE_USERS_BATCH: &str = "/api/v3/delete-users-batch";
/// Path of `is-user-exists`.
pub const IS_USER_EXISTS: &str = "/api/v3/is-user-exists";
/// Path of `get-user-identities`.
pub const GET_USER_IDENTITIES: &str = "/api/v3/get-user-identities";
/// Path of `link-identity`.
pub const LINK_IDENTITY: &str = "/api/v3/link-identity";
/// Path of `unlink-identity`.
pub const UNLINK_IDENTITY: &str = "/api/v3/unlink-identity";
/// Path of `create-ext-idp`.
pub const CREATE_EXT_IDP: &str = "/api/v3/create-ext-idp";
/// Path of `get-ext-idp`.
pub const GET_EXT_IDP: &str = "/api/v3/get-ext-idp";
/// Path of `create-application`.
pub const CREATE_APPLICATION: &str = "/api/v3/create-application";
/// Path of `get-application`.
pub const GET_APPLICATION: &str = "/api/v3/get-application";
/// Path of `list-applications`.
pub const LIST_APPLICATIONS: &str = "/api/v3/list-applications";
/// Path of `delete-application`.
pub const DELETE_APPLICATION: &str = "/api/v3/delete-application";
/// Path of `get-application-secret`.
pub const GET_APPLICATION_SECRET: &str = "/api/v3/get-application-secret";
/// Path of `refresh-application-secret`.
pub const REFRESH_APPLICATION_SECRET: &str = "/api/v3/refresh-application-secret";
/// Path of `rotate-signing-keys`. Ours.
pub const ROTATE_SIGNING_KEYS: &str = "/api/v3/rotate-signing-keys";
/// Path of `get-security-settings`.
pub const GET_SECURITY_SETTINGS: &str = "/api/v3/get-security-settings";
/// Path of `update-security-settings`.
pub const UPDATE_SECURITY_SETTINGS: &str = "/api/v3/update-security-settings";
/// Path of `update-application`. Ours.
pub const UPDATE_APPLICATION: &str = "/api/v3/update-application";
/// Path of `get-user-batch`.
pub const GET_USER_BATCH: &str = "/api/v3/get-user-batch";
/// Path of `create-users-batch`.
pub const CREATE_USERS_BATCH: &str = "/api/v3/create-users-batch";
/// Path of `update-user-batch`.
pub const UPDATE_USER_BATCH: &str = "/api/v3/update-user-batch";
/// Path of `resign-user`.
pub const RESIGN_USER: &str = "/api/v3/resign-user";
/// Path of `resign-user-batch`.
pub const RESIGN_USER_BATCH: &str = "/api/v3/resign-user-batch";
/// Path of `list-archived-users`.
pub const LIST_ARCHIVED_USERS: &str = "/api/v3/list-archived-users";
/// Path of `get-user-mfa-info`.
pub const GET_USER_MFA_INFO: &str = "/api/v3/get-user-mfa-info";
/// Path of `get-user-logged-in-identities`.
pub const GET_USER_LOGGED_IN_IDENTITIES: &str = "/api/v3/get-user-logged-in-identities";
/// Path of `get-user-accessible-apps`.
pub const GET_USER_ACCESSIBLE_APPS: &str = "/api/v3/get-user-accessible-apps";
/// Path of `list-ext-idp`.
pub const LIST_EXT_IDP: &str = "/api/v3/list-ext-idp";
/// Path of `update-ext-idp`.
pub const UPDATE_EXT_IDP: &str = "/api/v3/update-ext-idp";
/// Path of `delete-ext-idp`.
pub const DELETE_EXT_IDP: &str = "/api/v3/delete-ext-idp";
/// Path of `get-application-simple-info`.
pub const GET_APPLICATION_SIMPLE_INFO: &str = "/api/v3/get-application-simple-info";
/// Path of `list-application-simple-info`.
pub const LIST_APPLICATION_SIMPLE_INFO: &str = "/api/v3/list-application-simple-info";
/// Path of `get-access-key`.
pub const GET_ACCESS_KEY: &str = "/api/v3/get-access-key";
/// Path of `list-access-key`.
pub const LIST_ACCESS_KEY: &str = "/api/v3/list-access-key";
/// Path of `create-access-key`.
pub const CREATE_ACCESS_KEY: &str = "/api/v3/create-access-key";
/// Path of `update-access-key`.
pub const UPDATE_ACCESS_KEY: &str = "/api/v3/update-access-key";
/// Path of `delete-access-key`.
pub const DELETE_ACCESS_KEY: &str = "/api/v3/delete-access-key";
/// Path of `rotate-access-key`. Ours.
pub const ROTATE_ACCESS_KEY: &str = "/api/v3/rotate-access-key";
/// Path of `get-user-action-logs`.
pub const GET_USER_ACTION_LOGS: &str = "/api/v3/get-user-action-logs";
/// Path of `get-admin-audit-logs`.
pub const GET_ADMIN_AUDIT_LOGS: &str = "/api/v3/get-admin-audit-logs";
/// Path of `create-webhook`.
pub const CREATE_WEBHOOK: &str = "/api/v3/create-webhook";
/// Path of `list-webhooks`.
pub const LIST_WEBHOOKS: &str = "/api/v3/list-webhooks";
/// Path of `update-webhook`.
pub const UPDATE_WEBHOOK: &str = "/api/v3/update-webhook";
/// Path of `delete-webhook`.
pub const DELETE_WEBHOOK: &str = "/api/v3/delete-webhook";
/// Path of `get-webhook-logs`.
pub const GET_WEBHOOK_LOGS: &str = "/api/v3/get-webhook-logs";
/// Path of `trigger-webhook`.
pub const TRIGGER_WEBHOOK: &str = "/api/v3/trigger-webhook";
/// Path of `get-webhook`.
pub const GET_WEBHOOK: &str = "/api/v3/get-webhook";
/// Path of `get-webhook-event-list`.
pub const GET_WEBHOOK_EVENT_LIST: &str = "/api/v3/get-webhook-event-list";
/// Path of `create-user-pool`. Ours.
pub const CREATE_USER_POOL: &str = "/api/v3/create-user-pool";
/// Path of `end-all-sessions`. Ours.
pub const END_ALL_SESSIONS: &str = "/api/v3/end-all-sessions";
/// Path of `signin`.
pub const SIGNIN: &str = "/api/v3/signin";
/// Path of `get-profile`.
pub const GET_PROFILE: &str = "/api/v3/get-profile";
/// Path of `update-password`.
pub const UPDATE_PASSWORD: &str = "/api/v3/update-password";
/// Path of `get-my-logged-in-apps`.
pub const GET_MY_LOGGED_IN_APPS: &str = "/api/v3/get-my-logged-in-apps";
/// Path of `signup`.
pub const SIGNUP: &str = "/api/v3/signup";
/// Path of `get-my-login-history`.
pub const GET_MY_LOGIN_HISTORY: &str = "/api/v3/get-my-login-history";
/// Path of `get-my-accessible-apps`.
pub const GET_MY_ACCESSIBLE_APPS: &str = "/api/v3/get-my-accessible-apps";
/// Path of `mydevices/list`.
pub const MYDEVICES_LIST: &str = "/api/v3/mydevices/list";
/// Path of `mydevices/unbind`.
pub const MYDEVICES_UNBIND: &str = "/api/v3/mydevices/unbind";
/// Path of `mydevices/revoke-session`.
pub const MYDEVICES_REVOKE_SESSION: &str = "/api/v3/mydevices/revoke-session";
/// Path of `get-security-info`.
pub const GET_SECURITY_INFO: &str = "/api/v3/get-security-info";
/// Path of `get-identities`.
pub const GET_IDENTITIES: &str = "/api/v3/get-identities";
/// Path of `update-profile`.
pub const UPDATE_PROFILE: &str = "/api/v3/update-profile";
/// Path of `system`.
pub const SYSTEM: &str = "/api/v3/system";
/// Path of the OIDC endpoint `discovery`.
pub const OIDC_DISCOVERY: &str = "/oidc/.well-known/openid-configuration";
/// Path of the OIDC endpoint `jwks`.
pub const OIDC_JWKS: &str = "/oidc/.well-known/jwks.json";
/// Path of the OIDC endpoint `authorization`.
pub const OIDC_AUTHORIZATION: &str = "/oidc/auth";
/// Path of the OIDC endpoint `token`.
pub const OIDC_TOKEN: &str = "/oidc/token";
/// Path of the OIDC endpoint `userinfo`.
pub const OIDC_USERINFO: &str = "/oidc/me";
/// Path of the OIDC endpoint `introspection`.
pub const OIDC_INTROSPECTION: &str = "/oidc/token/introspection";
/// Path of the OIDC endpoint `revocation`.
pub const OIDC_REVOCATION: &str = "/oidc/token/revocation";
/// Path of the OIDC endpoint `end_session`.
pub const OIDC_END_SESSION: &str = "/oidc/session/end";

/// Every method and path of the contract's management API, in order.
pub const MANAGEMENT_PATHS: &[Route] = &[
    ("GET", "/api/v3/get-access-key"),
    ("GET", "/api/v3/get-application"),
    ("GET", "/api/v3/get-application-secret"),
    ("GET", "/api/v3/get-application-simple-info"),
    ("GET", "/api/v3/get-ext-idp"),
    ("GET", "/api/v3/get-global-mfa-settings"),
    ("GET", "/api/v3/get-mfa-status"),
    ("GET", "/api/v3/get-security-settings"),
    ("GET", "/api/v3/get-user"),
    ("GET", "/api/v3/get-user-accessible-apps"),
    ("GET", "/api/v3/get-user-batch"),
    ("GET", "/api/v3/get-user-identities"),
    ("GET", "/api/v3/get-user-logged-in-identities"),
    ("GET", "/api/v3/get-user-loggedin-apps"),
    ("GET", "/api/v3/get-user-login-history"),
    ("GET", "/api/v3/get-user-mfa-info"),
    ("GET", "/api/v3/get-webhook"),
    ("GET", "/api/v3/get-webhook-event-list"),
    ("GET", "/api/v3/list-access-key"),
    ("GET", "/api/v3/list-application-simple-info"),
    ("GET", "/api/v3/list-applications"),
    ("GET", "/api/v3/list-archived-users"),
    ("GET", "/api/v3/list-event-apps"),
    ("GET", "/api/v3/list-events"),
    ("GET", "/api/v3/list-ext-idp"),
    ("GET", "/api/v3/list-users"),
    ("GET", "/api/v3/list-webhooks"),
    ("POST", "/api/v3/change-ext-idp-conn-state"),
    ("POST", "/api/v3/check-session-status"),
    ("POST", "/api/v3/create-access-key"),
    ("POST", "/api/v3/create-application"),
    ("POST", "/api/v3/create-ext-idp"),
    ("POST", "/api/v3/create-ext-idp-conn"),
    ("POST", "/api/v3/create-user"),
    ("POST", "/api/v3/create-users-batch"),
    ("POST", "/api/v3/create-webhook"),
    ("POST", "/api/v3/define-event"),
    ("POST", "/api/v3/delete-access-key"),
    ("POST", "/api/v3/delete-application"),
    ("POST", "/api/v3/delete-device"),
    ("POST", "/api/v3/delete-ext-idp"),
    ("POST", "/api/v3/delete-ext-idp-conn"),
    ("POST", "/api/v3/delete-users-batch"),
    ("POST", "/api/v3/delete-webhook"),
    ("POST", "/api/v3/device-status"),
    ("POST", "/api/v3/disable-device"),
    ("POST", "/api/v3/enable-device"),
    ("POST", "/api/v3/get-admin-audit-logs"),
    ("POST", "/api/v3/get-management-token"),
    ("POST", "/api/v3/get-user-action-logs"),
    ("POST", "/api/v3/get-webhook-logs"),
    ("POST", "/api/v3/import-otp"),
    ("POST", "/api/v3/is-user-exists"),
    ("POST", "/api/v3/kick-users"),
    ("POST", "/api/v3/link-identity"),
    ("POST", "/api/v3/list-application-active-users"),
    ("POST", "/api/v3/list-users"),
    ("POST", "/api/v3/pub-event"),
    ("POST", "/api/v3/refresh-application-secret"),
    ("POST", "/api/v3/resign-user"),
    ("POST", "/api/v3/resign-user-batch"),
    ("POST", "/api/v3/set-mfa-status"),
    ("POST", "/api/v3/suspend-device"),
    ("POST", "/api/v3/trigger-webhook"),
    ("POST", "/api/v3/unlink-identity"),
    ("POST", "/api/v3/update-access-key"),
    ("POST", "/api/v3/update-ext-idp"),
    ("POST", "/api/v3/update-ext-idp-conn"),
    ("POST", "/api/v3/update-global-mfa-settings"),
    ("POST", "/api/v3/update-security-settings"),
    ("POST", "/api/v3/update-user"),
    ("POST", "/api/v3/update-user-batch"),
    ("POST", "/api/v3/update-webhook"),
];

/// Every method and path of the contract's authentication API, in order.
pub const AUTHENTICATION_PATHS: &[Route] = &[
    ("GET", "/api/v3/generate-link-extidp-url"),
    ("GET", "/api/v3/get-application-enabled-extidps"),
    ("GET", "/api/v3/get-factor"),
    ("GET", "/api/v3/get-identities"),
    ("GET", "/api/v3/get-my-accessible-apps"),
    ("GET", "/api/v3/get-my-logged-in-apps"),
    ("GET", "/api/v3/get-my-login-history"),
    ("GET", "/api/v3/get-profile"),
    ("GET", "/api/v3/get-security-info"),
    ("GET", "/api/v3/link-extidp"),
    ("GET", "/api/v3/list-enrolled-factors"),
    ("GET", "/api/v3/list-factors-to-enroll"),
    ("GET", "/api/v3/mydevices/list"),
    ("GET", "/api/v3/signin-by-extidp"),
    ("GET", "/api/v3/system"),
    ("GET", "/api/v3/webauthn/authentication"),
    ("GET", "/api/v3/webauthn/registration"),
    ("GET", "/oidc/.well-known/jwks.json"),
    ("GET", "/oidc/.well-known/openid-configuration"),
    ("GET", "/oidc/auth"),
    ("GET", "/oidc/me"),
    ("GET", "/oidc/session/end"),
    ("POST", "/api/v3/bind-email"),
    ("POST", "/api/v3/delete-account"),
    ("POST", "/api/v3/enroll-factor"),
    ("POST", "/api/v3/mfa-totp-verify"),
    ("POST", "/api/v3/mydevices/revoke-session"),
    ("POST", "/api/v3/mydevices/unbind"),
    ("POST", "/api/v3/reset-factor"),
    ("POST", "/api/v3/reset-password"),
    ("POST", "/api/v3/send-email"),
    ("POST", "/api/v3/send-enroll-factor-request"),
    ("POST", "/api/v3/signin"),
    ("POST", "/api/v3/signup"),
    ("POST", "/api/v3/unbind-email"),
    ("POST", "/api/v3/unlink-extidp"),
    ("POST", "/api/v3/update-email"),
    ("POST", "/api/v3/update-password"),
    ("POST", "/api/v3/update-profile"),
    ("POST", "/api/v3/verify-delete-account-request"),
    ("POST", "/api/v3/verify-reset-password-request"),
    ("POST", "/api/v3/verify-update-email-request"),
    ("POST", "/api/v3/webauthn/authentication"),
    (
        "POST",
        "/api/v3/webauthn/check-valid-credentials-by-credIds",
    ),
    ("POST", "/api/v3/webauthn/page-authenticator-device"),
    ("POST", "/api/v3/webauthn/registration"),
    ("POST", "/api/v3/webauthn/remove-credential/{credentialID}"),
    (
        "POST",
        "/api/v3/webauthn/remove-credentials-by-authenticator-code",
    ),
    ("POST", "/oidc/me"),
    ("POST", "/oidc/token"),
    ("POST", "/oidc/token/introspection"),
    ("POST", "/oidc/token/revocation"),
];

/// What we add in V3 style. All belong to the management API.
pub const OWN_PATHS: &[Route] = &[
    ("POST", "/api/v3/create-user-pool"),
    ("POST", "/api/v3/end-all-sessions"),
    ("POST", "/api/v3/list-logout-deliveries"),
    ("POST", "/api/v3/rotate-access-key"),
    ("POST", "/api/v3/rotate-signing-keys"),
    ("POST", "/api/v3/update-application"),
];
