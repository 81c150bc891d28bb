//! The management API: what access keys may call.

use crate::routes::Routes;
use crate::v3;
use crate::v3::management::get_management_token::get_management_token;
use crate::v3::management::{
    access_keys, applications, ext_idps, identities, logs, sessions, settings, signing_keys,
    user_pools, users, webhooks,
};
use rollcall_core::model::access_key::Permission::{
    AppsRead, AppsSecret, AppsWrite, Audit, Check, Keys, SessionsEnd, SessionsRead, Settings,
    UsersRead, UsersWrite,
};
use rollcall_wire::v3::paths;

/// All of it.
pub(super) fn management() -> Routes {
    Routes::default()
        .merge(sessions_routes())
        .merge(logs_routes())
        .merge(users_routes())
        .merge(more_users_routes())
        .merge(applications_routes())
        .merge(ext_idps_routes())
        .merge(keys_routes())
        .merge(server_routes())
        .merge(settings_routes())
        .merge(webhooks_routes())
}

/// who is signed in where.
fn sessions_routes() -> Routes {
    Routes::default()
        .post(
            paths::GET_MANAGEMENT_TOKEN,
            v3::anyone(get_management_token),
        )
        .post(
            paths::CHECK_SESSION_STATUS,
            v3::claimed_key(Check, sessions::check_session_status::check_session_status),
        )
        .post(
            paths::KICK_USERS,
            v3::key(SessionsEnd, sessions::kick_users::kick_users),
        )
        .post(
            paths::END_ALL_SESSIONS,
            v3::key(SessionsEnd, sessions::end_all_sessions::end_all_sessions),
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

/// what people and administrators did.
fn logs_routes() -> Routes {
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

/// users and their identities.
fn users_routes() -> Routes {
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

/// many users at once, and what else there is to know of one.
fn more_users_routes() -> Routes {
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

/// applications.
fn applications_routes() -> Routes {
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
        .get(
            paths::GET_APPLICATION_SIMPLE_INFO,
            v3::key(
                AppsRead,
                applications::get_application_simple_info::get_application_simple_info,
            ),
        )
        .get(
            paths::LIST_APPLICATION_SIMPLE_INFO,
            v3::key(
                AppsRead,
                applications::list_application_simple_info::list_application_simple_info,
            ),
        )
}

/// identity sources.
fn ext_idps_routes() -> Routes {
    Routes::default()
        .post(
            paths::CREATE_EXT_IDP,
            v3::key(AppsWrite, ext_idps::create_ext_idp::create_ext_idp),
        )
        .get(
            paths::GET_EXT_IDP,
            v3::key(AppsRead, ext_idps::get_ext_idp::get_ext_idp),
        )
        .get(
            paths::LIST_EXT_IDP,
            v3::key(AppsRead, ext_idps::list_ext_idp::list_ext_idp),
        )
        .post(
            paths::UPDATE_EXT_IDP,
            v3::key(AppsWrite, ext_idps::update_ext_idp::update_ext_idp),
        )
        .post(
            paths::DELETE_EXT_IDP,
            v3::key(AppsWrite, ext_idps::delete_ext_idp::delete_ext_idp),
        )
}

/// who may call it.
fn keys_routes() -> Routes {
    Routes::default()
        .post(
            paths::CREATE_ACCESS_KEY,
            v3::key(Keys, access_keys::create_access_key::create_access_key),
        )
        .get(
            paths::GET_ACCESS_KEY,
            v3::key(Keys, access_keys::get_access_key::get_access_key),
        )
        .get(
            paths::LIST_ACCESS_KEY,
            v3::key(Keys, access_keys::list_access_key::list_access_key),
        )
        .post(
            paths::UPDATE_ACCESS_KEY,
            v3::key(Keys, access_keys::update_access_key::update_access_key),
        )
        .post(
            paths::DELETE_ACCESS_KEY,
            v3::key(Keys, access_keys::delete_access_key::delete_access_key),
        )
        .post(
            paths::ROTATE_ACCESS_KEY,
            v3::key(Keys, access_keys::rotate_access_key::rotate_access_key),
        )
}

/// the server itself.
fn server_routes() -> Routes {
    Routes::default()
        .post(
            paths::ROTATE_SIGNING_KEYS,
            v3::server_root(signing_keys::rotate_signing_keys::rotate_signing_keys),
        )
        .post(
            paths::CREATE_USER_POOL,
            v3::server_root(user_pools::create_user_pool::create_user_pool),
        )
}

/// settings of the pool.
fn settings_routes() -> Routes {
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

/// who is told of what happens.
fn webhooks_routes() -> Routes {
    Routes::default()
        .post(
            paths::CREATE_WEBHOOK,
            v3::key(Settings, webhooks::create_webhook::create_webhook),
        )
        .get(
            paths::GET_WEBHOOK,
            v3::key(Settings, webhooks::get_webhook::get_webhook),
        )
        .get(
            paths::LIST_WEBHOOKS,
            v3::key(Settings, webhooks::list_webhooks::list_webhooks),
        )
        .post(
            paths::UPDATE_WEBHOOK,
            v3::key(Settings, webhooks::update_webhook::update_webhook),
        )
        .post(
            paths::DELETE_WEBHOOK,
            v3::key(Settings, webhooks::delete_webhook::delete_webhook),
        )
        .post(
            paths::TRIGGER_WEBHOOK,
            v3::key(Settings, webhooks::trigger_webhook::trigger_webhook),
        )
        .post(
            paths::GET_WEBHOOK_LOGS,
            v3::key(Settings, webhooks::get_webhook_logs::get_webhook_logs),
        )
        .get(
            paths::GET_WEBHOOK_EVENT_LIST,
            v3::key(
                Settings,
                webhooks::get_webhook_event_list::get_webhook_event_list,
            ),
        )
}
