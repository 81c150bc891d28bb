//! Every route on one page.
//!
//! A line is the method, the path, who may call (`v3::key(permission, …)`,
//! `v3::person(…)`, `v3::client(…)`, `v3::anyone(…)` and their like under
//! `oidc`), and the handler. Contract paths without a line answer 501.

use crate::middleware::{BodyBudget, Surroundings, wrap};
use crate::pages::action;
use crate::routes::{Classified, Routes};
use crate::state::AppState;
use crate::v3::authentication;
use crate::v3::failure::Failure;
use crate::v3::management::get_management_token::get_management_token;
use crate::v3::management::{
    applications, ext_idps, identities, logs, sessions, settings, signing_keys, users,
};
use crate::{health, oidc, v3};
use axum::Router;
use rollcall_core::model::access_key::Permission::{
    AppsRead, AppsSecret, AppsWrite, Audit, Check, SessionsEnd, SessionsRead, Settings, UsersRead,
    UsersWrite,
};
use rollcall_core::model::application::ClientEndpoint;
use rollcall_wire::v3::paths;
use std::sync::Arc;

/// The management API: who is signed in where.
fn management_sessions() -> Routes {
    Routes::default()
        .post(
            paths::GET_MANAGEMENT_TOKEN,
            v3::anyone(get_management_token),
        )
        .post(
            paths::CHECK_SESSION_STATUS,
            v3::key(Check, sessions::check_session_status::check_session_status),
        )
        .post(
            paths::KICK_USERS,
            v3::key(SessionsEnd, sessions::kick_users::kick_users),
        )
        .post(
            paths::LIST_APPLICATION_ACTIVE_USERS,
            v3::key(
                SessionsRead,
                sessions::list_application_active_users::list_application_active_users,
            ),
        )
        .post(
            paths::LIST_LOGOUT_DELIVERIES,
            v3::key(
                SessionsRead,
                sessions::list_logout_deliveries::list_logout_deliveries,
            ),
        )
        .get(
            paths::GET_USER_LOGIN_HISTORY,
            v3::key(
                SessionsRead,
                sessions::get_user_login_history::get_user_login_history,
            ),
        )
        .get(
            paths::GET_USER_LOGGEDIN_APPS,
            v3::key(
                SessionsRead,
                sessions::get_user_loggedin_apps::get_user_loggedin_apps,
            ),
        )
}

/// The management API: what people and administrators did.
fn management_logs() -> Routes {
    Routes::default()
        .post(
            paths::GET_USER_ACTION_LOGS,
            v3::key(Audit, logs::get_user_action_logs::get_user_action_logs),
        )
        .post(
            paths::GET_ADMIN_AUDIT_LOGS,
            v3::key(Audit, logs::get_admin_audit_logs::get_admin_audit_logs),
        )
}

/// The management API: users and their identities.
fn management_users() -> Routes {
    Routes::default()
        .post(
            paths::CREATE_USER,
            v3::key(UsersWrite, users::create_user::create_user),
        )
        .get(
            paths::GET_USER,
            v3::key(UsersRead, users::get_user::get_user),
        )
        .get(
            paths::LIST_USERS,
            v3::key(UsersRead, users::list_users::list_users_by_query),
        )
        .post(
            paths::LIST_USERS,
            v3::key(UsersRead, users::list_users::list_users),
        )
        .get(
            paths::GET_USER_BATCH,
            v3::key(UsersRead, users::get_user_batch::get_user_batch),
        )
        .post(
            paths::UPDATE_USER,
            v3::key(UsersWrite, users::update_user::update_user),
        )
        .post(
            paths::DELETE_USERS_BATCH,
            v3::key(UsersWrite, users::delete_users::delete_users),
        )
        .post(
            paths::IS_USER_EXISTS,
            v3::key(UsersRead, users::is_user_exists::is_user_exists),
        )
        .get(
            paths::GET_USER_IDENTITIES,
            v3::key(
                UsersRead,
                identities::get_user_identities::get_user_identities,
            ),
        )
        .post(
            paths::LINK_IDENTITY,
            v3::key(UsersWrite, identities::link_identity::link_identity),
        )
        .post(
            paths::UNLINK_IDENTITY,
            v3::key(UsersWrite, identities::unlink_identity::unlink_identity),
        )
}

/// The management API: many users at once, and what else there is to know of one.
fn management_more_users() -> Routes {
    Routes::default()
        .post(
            paths::CREATE_USERS_BATCH,
            v3::key(UsersWrite, users::create_users_batch::create_users_batch),
        )
        .post(
            paths::UPDATE_USER_BATCH,
            v3::key(UsersWrite, users::update_user_batch::update_user_batch),
        )
        .post(
            paths::RESIGN_USER,
            v3::key(UsersWrite, users::resign_user::resign_user),
        )
        .post(
            paths::RESIGN_USER_BATCH,
            v3::key(UsersWrite, users::resign_user_batch::resign_user_batch),
        )
        .get(
            paths::LIST_ARCHIVED_USERS,
            v3::key(UsersRead, users::list_archived_users::list_archived_users),
        )
        .get(
            paths::GET_USER_MFA_INFO,
            v3::key(UsersRead, users::get_user_mfa_info::get_user_mfa_info),
        )
        .get(
            paths::GET_USER_ACCESSIBLE_APPS,
            v3::key(
                UsersRead,
                users::get_user_accessible_apps::get_user_accessible_apps,
            ),
        )
        .get(
            paths::GET_USER_LOGGED_IN_IDENTITIES,
            v3::key(
                SessionsRead,
                identities::get_user_logged_in_identities::get_user_logged_in_identities,
            ),
        )
}

/// The management API: applications and identity sources.
fn management_applications() -> Routes {
    Routes::default()
        .post(
            paths::CREATE_APPLICATION,
            v3::key(
                AppsWrite,
                applications::create_application::create_application,
            ),
        )
        .get(
            paths::GET_APPLICATION,
            v3::key(AppsRead, applications::get_application::get_application),
        )
        .get(
            paths::LIST_APPLICATIONS,
            v3::key(AppsRead, applications::list_applications::list_applications),
        )
        .post(
            paths::UPDATE_APPLICATION,
            v3::key(
                AppsWrite,
                applications::update_application::update_application,
            ),
        )
        .post(
            paths::DELETE_APPLICATION,
            v3::key(
                AppsWrite,
                applications::delete_application::delete_application,
            ),
        )
        .get(
            paths::GET_APPLICATION_SECRET,
            v3::key(
                AppsSecret,
                applications::get_application_secret::get_application_secret,
            ),
        )
        .post(
            paths::REFRESH_APPLICATION_SECRET,
            v3::key(
                AppsSecret,
                applications::refresh_application_secret::refresh_application_secret,
            ),
        )
        .post(
            paths::CREATE_EXT_IDP,
            v3::key(AppsWrite, ext_idps::create_ext_idp::create_ext_idp),
        )
        .get(
            paths::GET_EXT_IDP,
            v3::key(AppsRead, ext_idps::get_ext_idp::get_ext_idp),
        )
}

/// The management API: the server itself.
fn management_server() -> Routes {
    Routes::default().post(
        paths::ROTATE_SIGNING_KEYS,
        v3::server_root(signing_keys::rotate_signing_keys::rotate_signing_keys),
    )
}

/// The management API: settings of the pool.
fn management_settings() -> Routes {
    Routes::default()
        .get(
            paths::GET_SECURITY_SETTINGS,
            v3::key(
                Settings,
                settings::get_security_settings::get_security_settings,
            ),
        )
        .post(
            paths::UPDATE_SECURITY_SETTINGS,
            v3::key(
                Settings,
                settings::update_security_settings::update_security_settings,
            ),
        )
}

/// What applications and end users call.
fn authentication() -> Routes {
    Routes::default()
        .post(paths::SIGNIN, v3::client(authentication::signin::signin))
        .post(
            paths::SIGNUP,
            v3::named_client(authentication::signup::signup),
        )
        .get(paths::SYSTEM, v3::anyone(authentication::system::system))
        .get(
            paths::GET_PROFILE,
            v3::person(authentication::get_profile::get_profile),
        )
        .post(
            paths::UPDATE_PASSWORD,
            v3::person(authentication::update_password::update_password),
        )
        .get(
            paths::GET_MY_LOGGED_IN_APPS,
            v3::person(authentication::get_my_logged_in_apps::get_my_logged_in_apps),
        )
        .get(
            paths::GET_MY_LOGIN_HISTORY,
            v3::person(authentication::get_my_login_history::get_my_login_history),
        )
        .merge(own_account())
}

/// What end users see and change of their own account.
fn own_account() -> Routes {
    use authentication::my_devices;
    Routes::default()
        .get(
            paths::GET_MY_ACCESSIBLE_APPS,
            v3::person(authentication::get_my_accessible_apps::get_my_accessible_apps),
        )
        .get(
            paths::GET_IDENTITIES,
            v3::person(authentication::get_identities::get_identities),
        )
        .get(
            paths::GET_SECURITY_INFO,
            v3::person(authentication::get_security_info::get_security_info),
        )
        .post(
            paths::UPDATE_PROFILE,
            v3::person(authentication::update_profile::update_profile),
        )
        .get(
            paths::MYDEVICES_LIST,
            v3::person(my_devices::list_my_devices),
        )
        .post(
            paths::MYDEVICES_REVOKE_SESSION,
            v3::person(my_devices::revoke_device_session),
        )
        .post(
            paths::MYDEVICES_UNBIND,
            v3::person(my_devices::unbind_device),
        )
}

/// Pages, and what leads to them.
fn browsers() -> Routes {
    use oidc::{authorize, end_session};
    Routes::default()
        .get(
            paths::OIDC_AUTHORIZATION,
            oidc::browser(authorize::authorize),
        )
        .post(
            paths::OIDC_AUTHORIZATION,
            oidc::browser(authorize::authorize),
        )
        .post(action::SIGN_IN, oidc::browser(authorize::sign_in))
        .post(action::ACCOUNT, oidc::browser(authorize::account))
        .post(action::CONSENT, oidc::browser(authorize::consent))
        .get(
            paths::OIDC_END_SESSION,
            oidc::browser(end_session::end_session),
        )
        .post(
            paths::OIDC_END_SESSION,
            oidc::browser(end_session::end_session),
        )
        .post(action::SIGN_OUT, oidc::browser(end_session::confirm))
}

/// The standard protocols.
fn protocols() -> Routes {
    use ClientEndpoint::{Introspection, Revocation, Token};
    Routes::default()
        .get(
            paths::OIDC_DISCOVERY,
            oidc::anyone(oidc::discovery::discovery),
        )
        .get(
            oidc::discovery::OAUTH_METADATA,
            oidc::anyone(oidc::discovery::discovery),
        )
        .get(paths::OIDC_JWKS, oidc::anyone(oidc::jwks::jwks))
        .merge(browsers())
        .post(paths::OIDC_TOKEN, oidc::client(Token, oidc::token::token))
        .get(
            paths::OIDC_USERINFO,
            oidc::person(oidc::user_info::user_info),
        )
        .post(
            paths::OIDC_USERINFO,
            oidc::person(oidc::user_info::user_info),
        )
        .post(
            paths::OIDC_INTROSPECTION,
            oidc::client(Introspection, oidc::introspect_token::introspect_token),
        )
        .post(
            paths::OIDC_REVOCATION,
            oidc::client(Revocation, oidc::revoke_token::revoke_token),
        )
        .get(oidc::logo::LOGO, oidc::image(oidc::logo::logo))
}

/// For whoever runs the server.
fn operations() -> Routes {
    Routes::default()
        .get("/healthz", health::healthz())
        .get("/readyz", health::readyz())
}

fn all() -> Routes {
    let (under_oidc, v3_authentication): (Vec<_>, Vec<_>) = paths::AUTHENTICATION_PATHS
        .iter()
        .copied()
        .partition(|(_, path)| path.starts_with("/oidc/"));
    Routes::default()
        .merge(management_sessions())
        .merge(management_logs())
        .merge(management_users())
        .merge(management_more_users())
        .merge(management_applications())
        .merge(management_server())
        .merge(management_settings())
        .merge(authentication())
        .merge(protocols())
        .merge(operations())
        .fill(paths::MANAGEMENT_PATHS, v3::not_built)
        .fill(&v3_authentication, v3::not_built)
        .fill(paths::OWN_PATHS, v3::not_built)
        .fill(&under_oidc, oidc::not_built)
}

/// All routes and who may call them.
pub fn classified() -> Vec<Classified> {
    all().into_parts().1
}

/// The server's service. It needs the peer's address from the listener
/// (`into_make_service_with_connect_info::<SocketAddr>()`).
pub fn router(state: AppState) -> Router {
    let surroundings = Surroundings {
        entropy: Arc::clone(&state.authority.entropy),
        settings: Arc::clone(&state.settings),
        bodies: BodyBudget::default(),
    };
    let (all, _) = all().into_parts();
    let router = all
        .fallback(v3::fails(Failure::UnknownPath))
        .method_not_allowed_fallback(v3::fails(Failure::WrongMethod));
    wrap(router, surroundings).with_state(state)
}

#[cfg(test)]
mod tests;
