//! What people did, as it is answered.

use super::instant;
use super::page::whole;
use super::user::NEUTRAL_PHOTO;
use super::user_agent::parsed_user_agent;
use crate::v3::failure::Failure;
use crate::v3::messages::message;
use rollcall_core::model::user::{ProfileField, User};
use rollcall_core::model::user_action::{ActionFailure, UserActionKind};
use rollcall_core::page::PageOf;
use rollcall_core::ports::user_actions::ListedAction;
use rollcall_wire::v3::Language;
use rollcall_wire::v3::logs::{
    GeoIp, LoginHistoryDto, LoginHistoryPaginatedRespDto, UserActionLogDto, UserActionLogRespData,
    UserEventType,
};

/// The kind of a filter.
pub(crate) fn action_kind(kind: UserEventType) -> UserActionKind {
    match kind {
        UserEventType::Login => UserActionKind::Login,
        UserEventType::Logout => UserActionKind::Logout,
        UserEventType::Register => UserActionKind::Register,
        UserEventType::VerifyMfa => UserActionKind::VerifyMfa,
        UserEventType::UpdateUserProfile => UserActionKind::UpdateProfile,
        UserEventType::UpdateUserPassword => UserActionKind::UpdatePassword,
        UserEventType::UpdateUserEmail => UserActionKind::UpdateEmail,
        UserEventType::UpdateUserPhone => UserActionKind::UpdatePhone,
        UserEventType::BindMfa => UserActionKind::BindMfa,
        UserEventType::BindEmail => UserActionKind::BindEmail,
        UserEventType::BindPhone => UserActionKind::BindPhone,
        UserEventType::UnbindPhone => UserActionKind::UnbindPhone,
        UserEventType::UnbindEmail => UserActionKind::UnbindEmail,
        UserEventType::UnbindMfa => UserActionKind::UnbindMfa,
        UserEventType::RefreshUserTokenBySelf => UserActionKind::RefreshToken,
        UserEventType::DeleteAccount => UserActionKind::DeleteAccount,
        UserEventType::VerifyFirstLogin => UserActionKind::VerifyFirstLogin,
        UserEventType::SecurityResourceAccess => UserActionKind::AccessResource,
    }
}

fn event_type(kind: UserActionKind) -> UserEventType {
    match kind {
        UserActionKind::Login => UserEventType::Login,
        UserActionKind::Logout => UserEventType::Logout,
        UserActionKind::Register => UserEventType::Register,
        UserActionKind::VerifyMfa => UserEventType::VerifyMfa,
        UserActionKind::UpdateProfile => UserEventType::UpdateUserProfile,
        UserActionKind::UpdatePassword => UserEventType::UpdateUserPassword,
        UserActionKind::UpdateEmail => UserEventType::UpdateUserEmail,
        UserActionKind::UpdatePhone => UserEventType::UpdateUserPhone,
        UserActionKind::BindMfa => UserEventType::BindMfa,
        UserActionKind::BindEmail => UserEventType::BindEmail,
        UserActionKind::BindPhone => UserEventType::BindPhone,
        UserActionKind::UnbindPhone => UserEventType::UnbindPhone,
        UserActionKind::UnbindEmail => UserEventType::UnbindEmail,
        UserActionKind::UnbindMfa => UserEventType::UnbindMfa,
        UserActionKind::RefreshToken => UserEventType::RefreshUserTokenBySelf,
        UserActionKind::DeleteAccount => UserEventType::DeleteAccount,
        UserActionKind::VerifyFirstLogin => UserEventType::VerifyFirstLogin,
        UserActionKind::AccessResource => UserEventType::SecurityResourceAccess,
    }
}

/// A page of the log (V3 `UserActionLogRespData`).
pub(crate) fn action_logs_dto(page: &PageOf<ListedAction>) -> UserActionLogRespData {
    UserActionLogRespData {
        total_count: whole(page.total_count),
        list: page.list.iter().map(action_dto).collect(),
    }
}

fn action_dto(listed: &ListedAction) -> UserActionLogDto {
    let (row, action) = (&listed.row, &listed.row.action);
    let user = listed.user.as_deref();
    let device = &action.device;
    let detail = match action.failure {
        Some(failure) => with_code(failure),
        None => action.detail.clone(),
    };
    UserActionLogDto {
        user_id: action.user.to_string(),
        user_avatar: user.map(avatar).unwrap_or_default(),
        user_display_name: user.map(display_name).unwrap_or_default(),
        user_logins_count: whole(user.map_or(0, |user| user.sign_ins.count)),
        app_id: action
            .application
            .map(|id| id.to_string())
            .unwrap_or_default(),
        app_name: listed.application_name.clone(),
        client_ip: device.address.map(|address| address.to_string()),
        event_type: event_type(action.kind),
        event_detail: Some(detail).filter(|detail| !detail.is_empty()),
        success: action.failure.is_none(),
        app_login_url: listed.application_login_url.clone(),
        app_logo: listed.application_logo.clone(),
        parsed_user_agent: parsed_user_agent(device.user_agent.as_deref()),
        user_agent: device.user_agent.clone().unwrap_or_default(),
        geoip: GeoIp::default(),
        timestamp: instant(row.at),
        request_id: row.request_id.clone(),
    }
}

/// A page of somebody's own sign-ins (V3 `LoginHistoryPaginatedRespDto`).
pub(crate) fn my_login_history_dto(page: &PageOf<ListedAction>) -> LoginHistoryPaginatedRespDto {
    LoginHistoryPaginatedRespDto {
        total_count: whole(page.total_count),
        list: page.list.iter().map(login_dto).collect(),
    }
}

fn login_dto(listed: &ListedAction) -> LoginHistoryDto {
    let (row, action) = (&listed.row, &listed.row.action);
    let device = &action.device;
    let address = device.address.map(|address| address.to_string());
    LoginHistoryDto {
        user_id: action.user.to_string(),
        app_id: action
            .application
            .map(|id| id.to_string())
            .unwrap_or_default(),
        app_name: listed.application_name.clone(),
        app_login_url: listed.application_login_url.clone(),
        app_logo: listed.application_logo.clone(),
        login_at: instant(row.at),
        client_ip: address.unwrap_or_default(),
        success: action.failure.is_none(),
        error_message: action.failure.map(told),
        parsed_user_agent: parsed_user_agent(device.user_agent.as_deref()),
        user_agent: device.user_agent.clone().unwrap_or_default(),
        login_method: action.detail.clone(),
        geoip: GeoIp::default(),
        tenant_id: None,
    }
}

/// What the person was told, in the language of the log.
fn told(failure: ActionFailure) -> String {
    message(&Failure::Refused(failure.refusal()), Language::EnUs)
}

/// The same behind its `apiCode`, if it has one.
fn with_code(failure: ActionFailure) -> String {
    let text = told(failure);
    match Failure::Refused(failure.refusal()).codes().api {
        Some(code) => format!("{} {text}", code.number()),
        None => text,
    }
}

fn avatar(user: &User) -> String {
    let photo = user.profile.get(&ProfileField::Photo);
    let photo = photo.filter(|photo| !photo.is_empty());
    photo.cloned().unwrap_or_else(|| NEUTRAL_PHOTO.to_owned())
}

/// The first that there is: name, nickname, username, e-mail, phone.
fn display_name(user: &User) -> String {
    let text = |field: ProfileField| user.profile.get(&field).cloned();
    let names = [
        text(ProfileField::Name),
        text(ProfileField::Nickname),
        user.username.clone(),
        user.email.clone(),
        user.phone.as_ref().map(|phone| phone.given.clone()),
    ];
    let mut names = names.into_iter().flatten().filter(|name| !name.is_empty());
    names.next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_there_and_back() {
        for kind in UserEventType::ALL {
            assert_eq!(event_type(action_kind(*kind)), *kind);
        }
        assert_eq!(UserEventType::ALL.len(), UserActionKind::ALL.len());
    }

    #[test]
    fn a_refusal_is_told_with_its_code() {
        let wrong = with_code(ActionFailure::WrongCredentials);
        assert!(wrong.starts_with("2333 "), "{wrong}");
        let limit = with_code(ActionFailure::SessionLimit);
        assert_eq!(limit, told(ActionFailure::SessionLimit));
    }
}
