//! Logins as they are answered: where somebody is signed in, and was.

use super::instant;
use super::page::whole;
use rollcall_core::model::login::LoginHistoryRow;
use rollcall_core::page::PageOf;
use rollcall_core::ports::logins::LoggedInApplication;
use rollcall_wire::v3::sessions::{
    UserLoggedInAppsDto, UserLoginHistoryDto, UserLoginHistoryPagingDto,
};

/// An application in which a user is signed in (V3 `UserLoggedInAppsDto`).
pub(crate) fn logged_in_app_dto(application: &LoggedInApplication) -> UserLoggedInAppsDto {
    UserLoggedInAppsDto {
        app_id: application.id.to_string(),
        app_name: application.name.clone(),
        app_logo: application.logo.clone(),
        app_login_url: application.login_url.clone(),
    }
}

/// A page of the login history (V3 `UserLoginHistoryPagingDto`).
pub(crate) fn login_history_dto(page: &PageOf<LoginHistoryRow>) -> UserLoginHistoryPagingDto {
    UserLoginHistoryPagingDto {
        total_count: whole(page.total_count),
        list: page.list.iter().map(login_history_row_dto).collect(),
    }
}

/// `clientIp` is required by the schema: empty where no address is known.
fn login_history_row_dto(row: &LoginHistoryRow) -> UserLoginHistoryDto {
    let address = row.device.address.map(|address| address.to_string());
    UserLoginHistoryDto {
        app_id: row.application.to_string(),
        app_name: row.application_name.clone(),
        app_logo: row.application_logo.clone(),
        app_login_url: row.application_login_url.clone(),
        client_ip: address.unwrap_or_default(),
        user_agent: row.device.user_agent.clone(),
        time: instant(row.at),
    }
}
