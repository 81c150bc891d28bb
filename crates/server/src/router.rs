//! Every route on two pages: those of access keys are in `management.rs`.
//!
//! A line is the method, the path, who may call (`v3::key(permission, …)`,
//! `v3::person(…)`, `v3::client(…)`, `v3::anyone(…)` and their like under
//! `oidc`), and the handler. Contract paths without a line answer 501.

use crate::front::Front;
use crate::pages::action;
use crate::routes::{Classified, Routes, Shape};
use crate::state::AppState;
use crate::v3::authentication;
use crate::v3::failure::Failure;
use crate::{console, explorer, health, oidc, openapi, v3};
use axum::Router;
use rollcall_core::model::application::ClientEndpoint;
use rollcall_wire::v3::paths;
use std::future::ready;

mod management;

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
            oidc::anyone(|app| ready(oidc::discovery::discovery(&app))),
        )
        .get(
            oidc::discovery::OAUTH_METADATA,
            oidc::anyone(|app| ready(oidc::discovery::discovery(&app))),
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
        .get(health::READYZ, health::readyz())
}

/// For developers: what can be called, and a page to call it from.
fn explanations() -> Routes {
    Routes::default()
        .get(openapi::PATH, openapi::openapi_json())
        .get(explorer::PATH, explorer::page())
        .get(explorer::PART, explorer::part())
}

fn all() -> Routes {
    let (under_oidc, v3_authentication): (Vec<_>, Vec<_>) = paths::AUTHENTICATION_PATHS
        .iter()
        .copied()
        .partition(|(_, path)| path.starts_with("/oidc/"));
    Routes::default()
        .merge(management::management())
        .merge(authentication())
        .merge(protocols())
        .merge(operations())
        .merge(console::routes())
        .merge(explanations())
        .fill(paths::MANAGEMENT_PATHS, v3::not_built)
        .fill(&v3_authentication, v3::not_built)
        .fill(paths::OWN_PATHS, v3::not_built)
        .fill(&under_oidc, oidc::not_built)
}

/// All routes and who may call them.
pub fn classified() -> Vec<Classified> {
    described().into_iter().map(|(row, _)| row).collect()
}

/// All routes with what they take and answer.
pub(crate) fn described() -> Vec<(Classified, Shape)> {
    all().into_parts().1
}

/// What each endpoint of browsers and applications reads, by path.
pub fn parameters() -> &'static [(&'static str, &'static [&'static str])] {
    oidc::parameters::OF_ENDPOINTS
}

/// The server's service. It needs the peer's address from the listener
/// (`into_make_service_with_connect_info::<SocketAddr>()`).
pub fn router(state: AppState) -> Router {
    routed(all(), state)
}

/// The same with a shorter way to the one call that is made all the time.
pub fn front(state: AppState) -> Front {
    let all = all();
    let check = all.check().map(|check| (check, state.clone()));
    Front::new(routed(all, state), check)
}

fn routed(all: Routes, state: AppState) -> Router {
    let (all, _) = all.into_parts();
    all.fallback(v3::fails(Failure::UnknownPath))
        .method_not_allowed_fallback(v3::fails(Failure::WrongMethod))
        .with_state(state)
}

#[cfg(test)]
mod tests;
