//! What the document says in words, and the code does not.

use crate::routes::{Classified, Shape, Who};
use rollcall_wire::v3::paths;
use serde_json::{Value, json};

/// The document's own description.
pub(super) const ABOUT: &str = "\
A V3 call answers HTTP 200 with JSON, and `statusCode` in the body decides: 200 with `data`, or \
what failed, with `message` and perhaps `apiCode`. Text in `message` follows the language header. \
Headers are accepted in two families, `x-genauth-*` and `x-authing-*`. The endpoints under `/oidc` \
follow their RFCs instead.\n\n\
Management calls take a token of `get-management-token`, or a signature on each request as the \
published SDKs make it. In a request `null` is as good as left out, and members that are not known \
are passed over. Calls that this server adds to the published V3 API are marked as ours.";

const SESSIONS: &str = "Sessions";
const USERS: &str = "Users";
const APPLICATIONS: &str = "Applications";
const SOURCES: &str = "Identity sources";
const KEYS: &str = "Access keys";
const SETTINGS: &str = "Settings";
const WEBHOOKS: &str = "Webhooks";
const LOGS: &str = "Logs";
const SERVER: &str = "Server";
const SIGN_IN: &str = "Signing in";
const ACCOUNT: &str = "One's own account";
const OIDC: &str = "OpenID Connect";
const OPERATIONS: &str = "Operations";
const NOT_BUILT: &str = "Not built";

const TAGS: &[(&str, &str)] = &[
    (SESSIONS, "Who is signed in where: asking, ending, listing."),
    (USERS, "People, and their identities elsewhere."),
    (APPLICATIONS, "What people sign in to."),
    (SOURCES, "Other identity providers."),
    (KEYS, "Who may call the management API."),
    (SETTINGS, "How the pool is set."),
    (WEBHOOKS, "Who is told of what happens."),
    (LOGS, "What people and administrators did."),
    (SERVER, "The server as a whole."),
    (SIGN_IN, "What applications call to sign people in."),
    (
        ACCOUNT,
        "What a person sees and changes with their own access token.",
    ),
    (
        OIDC,
        "The standard protocols, in short; `docs/oidc.md` has more.",
    ),
    (
        OPERATIONS,
        "For whoever runs the server, and for developers.",
    ),
    (
        NOT_BUILT,
        "Calls of the published V3 API that answer 501 here.",
    ),
];

/// By path, without `/api/v3/` where it begins so: tag and summary.
const WORDS: &[(&str, &str, &str)] = &[
    (
        "get-management-token",
        KEYS,
        "Get a token for an access key",
    ),
    (
        "check-session-status",
        SESSIONS,
        "Is this user signed in to this application, right now?",
    ),
    (
        "kick-users",
        SESSIONS,
        "End a user's logins in some applications",
    ),
    (
        "end-all-sessions",
        SESSIONS,
        "End all sessions of a user, an application or the pool",
    ),
    (
        "list-application-active-users",
        SESSIONS,
        "Who is signed in to an application",
    ),
    (
        "list-logout-deliveries",
        SESSIONS,
        "Which applications were told of which ends",
    ),
    (
        "get-user-login-history",
        SESSIONS,
        "A user's logins, past and present",
    ),
    (
        "get-user-loggedin-apps",
        SESSIONS,
        "Where a user is signed in",
    ),
    (
        "get-user-logged-in-identities",
        SESSIONS,
        "Identities that a user signed in through",
    ),
    ("get-user-action-logs", LOGS, "What people did"),
    ("get-admin-audit-logs", LOGS, "What administrators did"),
    ("create-user", USERS, "Create a user"),
    ("create-users-batch", USERS, "Create many users"),
    ("get-user", USERS, "One user"),
    ("get-user-batch", USERS, "Many users by their identifiers"),
    ("list-users", USERS, "Users, page by page"),
    ("list-archived-users", USERS, "Archived users, page by page"),
    ("update-user", USERS, "Change a user"),
    ("update-user-batch", USERS, "Change many users"),
    ("delete-users-batch", USERS, "Delete users"),
    ("is-user-exists", USERS, "Whether there is such a user"),
    ("resign-user", USERS, "Resign a user"),
    ("resign-user-batch", USERS, "Resign many users"),
    ("get-user-mfa-info", USERS, "A user's further factors"),
    (
        "get-user-accessible-apps",
        USERS,
        "Applications that a user may use",
    ),
    (
        "get-user-identities",
        USERS,
        "A user's identities elsewhere",
    ),
    ("link-identity", USERS, "Link an identity to a user"),
    ("unlink-identity", USERS, "Unlink an identity"),
    ("create-application", APPLICATIONS, "Create an application"),
    ("get-application", APPLICATIONS, "One application"),
    (
        "list-applications",
        APPLICATIONS,
        "Applications, page by page",
    ),
    ("update-application", APPLICATIONS, "Change an application"),
    (
        "delete-application",
        APPLICATIONS,
        "Delete an application and end its logins",
    ),
    (
        "get-application-secret",
        APPLICATIONS,
        "An application's secret",
    ),
    (
        "refresh-application-secret",
        APPLICATIONS,
        "Give an application a new secret",
    ),
    (
        "get-application-simple-info",
        APPLICATIONS,
        "One application, in short",
    ),
    (
        "list-application-simple-info",
        APPLICATIONS,
        "Applications in short, page by page",
    ),
    ("create-ext-idp", SOURCES, "Create an identity source"),
    ("get-ext-idp", SOURCES, "One identity source"),
    ("list-ext-idp", SOURCES, "Identity sources"),
    ("update-ext-idp", SOURCES, "Change an identity source"),
    ("delete-ext-idp", SOURCES, "Delete an identity source"),
    ("create-access-key", KEYS, "Create an access key"),
    ("get-access-key", KEYS, "One access key"),
    ("list-access-key", KEYS, "Access keys"),
    ("update-access-key", KEYS, "Switch an access key on or off"),
    ("delete-access-key", KEYS, "Delete an access key"),
    ("rotate-access-key", KEYS, "Give an access key a new secret"),
    (
        "rotate-signing-keys",
        SERVER,
        "Rotate the keys that sign tokens",
    ),
    ("create-user-pool", SERVER, "Create a user pool"),
    (
        "get-security-settings",
        SETTINGS,
        "The pool's security settings",
    ),
    (
        "update-security-settings",
        SETTINGS,
        "Change the pool's security settings",
    ),
    ("create-webhook", WEBHOOKS, "Create a webhook"),
    ("get-webhook", WEBHOOKS, "One webhook"),
    ("list-webhooks", WEBHOOKS, "Webhooks, page by page"),
    ("update-webhook", WEBHOOKS, "Change a webhook"),
    ("delete-webhook", WEBHOOKS, "Delete webhooks"),
    ("trigger-webhook", WEBHOOKS, "Send a webhook now"),
    (
        "get-webhook-logs",
        WEBHOOKS,
        "What was sent, and what was answered",
    ),
    (
        "get-webhook-event-list",
        WEBHOOKS,
        "What a webhook can ask for",
    ),
    ("signin", SIGN_IN, "Sign a person in by password"),
    ("signup", SIGN_IN, "Register a person"),
    ("system", SERVER, "What anybody may know of the server"),
    ("get-profile", ACCOUNT, "My profile"),
    ("update-profile", ACCOUNT, "Change my profile"),
    ("update-password", ACCOUNT, "Change my password"),
    ("get-security-info", ACCOUNT, "How my account is secured"),
    ("get-identities", ACCOUNT, "My identities elsewhere"),
    ("get-my-logged-in-apps", ACCOUNT, "Where I am signed in"),
    ("get-my-accessible-apps", ACCOUNT, "What I may use"),
    (
        "get-my-login-history",
        ACCOUNT,
        "My logins, past and present",
    ),
    ("mydevices/list", ACCOUNT, "My devices"),
    ("mydevices/revoke-session", ACCOUNT, "End a session of mine"),
    ("mydevices/unbind", ACCOUNT, "Forget a device of mine"),
    ("/oidc/.well-known/openid-configuration", OIDC, "Discovery"),
    (
        "/.well-known/oauth-authorization-server/oidc",
        OIDC,
        "Discovery, as RFC 8414 places it",
    ),
    (
        "/oidc/.well-known/jwks.json",
        OIDC,
        "The keys that verify our tokens",
    ),
    (
        "/oidc/auth",
        OIDC,
        "Authorization: sign a person in, with PKCE",
    ),
    ("/oidc/auth/sign-in", OIDC, "The sign-in form"),
    ("/oidc/auth/account", OIDC, "The choice of the account"),
    ("/oidc/auth/consent", OIDC, "The consent form"),
    (
        "/oidc/token",
        OIDC,
        "Tokens for a code, a refresh token or client credentials",
    ),
    ("/oidc/me", OIDC, "Userinfo"),
    (
        "/oidc/token/introspection",
        OIDC,
        "Whether a token is good now",
    ),
    ("/oidc/token/revocation", OIDC, "Revoke a token"),
    ("/oidc/session/end", OIDC, "Sign out"),
    ("/oidc/session/end/confirm", OIDC, "The sign-out question"),
    ("/oidc/logo/{client_id}", OIDC, "An application's logo"),
    ("/healthz", OPERATIONS, "Whether the process runs"),
    (
        "/readyz",
        OPERATIONS,
        "Whether the store can be read and written",
    ),
    ("/openapi.json", OPERATIONS, "This document"),
    ("/docs", OPERATIONS, "A page to read this and try calls"),
    ("/docs/{part}", OPERATIONS, "What that page is made of"),
];

/// The words for one operation.
pub(super) struct Words {
    pub(super) id: String,
    pub(super) tag: &'static str,
    pub(super) summary: &'static str,
    pub(super) description: String,
}

pub(super) fn tags() -> Value {
    TAGS.iter()
        .map(|(name, description)| json!({ "name": name, "description": description }))
        .collect()
}

/// The words for a route. A test fails if a built one has none.
pub(super) fn of(row: &Classified, shape: Shape) -> Words {
    let verb = row.path.strip_prefix("/api/v3/").unwrap_or(row.path);
    let found = WORDS.iter().find(|(path, _, _)| *path == verb);
    let (tag, summary) = match shape {
        Shape::NotBuilt => (NOT_BUILT, "Answers 501"),
        Shape::V3 { .. } | Shape::Protocol { .. } | Shape::Page | Shape::Plain(_) => {
            found.map_or(("", ""), |(_, tag, summary)| (*tag, *summary))
        }
    };
    Words {
        id: camel_case(verb),
        tag,
        summary,
        description: description(row),
    }
}

fn description(row: &Classified) -> String {
    let who = match row.who {
        Who::ManagementKey(permission) => {
            format!("For access keys with `{}`.", permission.as_str())
        }
        Who::ServerRoot => "For the root key of the server's first pool alone.".to_owned(),
        Who::Client => "For applications with their credentials.".to_owned(),
        Who::Person => "For a person, by the access token of their login.".to_owned(),
        Who::Browser => "For people's browsers.".to_owned(),
        Who::Console(_) => "For administrators in the console.".to_owned(),
        Who::Anyone => "For anyone.".to_owned(),
        Who::NotBuilt => "Of the published V3 API; not built here.".to_owned(),
    };
    if paths::OWN_PATHS.contains(&(row.method, row.path)) {
        format!("{who} Ours: not in the published V3 API.")
    } else {
        who
    }
}

/// `mydevices/revoke-session` is `mydevicesRevokeSession`.
fn camel_case(verb: &str) -> String {
    let words = verb.split(|c: char| !c.is_ascii_alphanumeric());
    let mut name = String::new();
    for word in words.filter(|word| !word.is_empty()) {
        let (first, rest) = word.split_at(1);
        if name.is_empty() {
            name.push_str(first);
        } else {
            name.push_str(&first.to_ascii_uppercase());
        }
        name.push_str(rest);
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::openapi::told_of;

    #[test]
    fn every_built_route_has_words_and_no_other() {
        let mut left: Vec<_> = WORDS.iter().map(|(path, _, _)| *path).collect();
        for (row, shape) in told_of() {
            let words = of(&row, shape);
            assert!(!words.summary.is_empty(), "{} has no words", row.path);
            assert!(
                TAGS.iter().any(|(tag, _)| *tag == words.tag),
                "{}",
                words.tag
            );
            if row.who != Who::NotBuilt {
                let verb = row.path.strip_prefix("/api/v3/").unwrap_or(row.path);
                left.retain(|path| *path != verb);
            }
        }
        assert_eq!(left, [""; 0], "no route has these words");
    }

    #[test]
    fn an_operation_is_named_after_its_path() {
        assert_eq!(camel_case("check-session-status"), "checkSessionStatus");
        assert_eq!(
            camel_case("mydevices/revoke-session"),
            "mydevicesRevokeSession"
        );
        assert_eq!(camel_case("/oidc/logo/{client_id}"), "oidcLogoClientId");
    }
}
