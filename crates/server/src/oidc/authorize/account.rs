//! `POST /oidc/auth/account`: the account choice.

use super::form::{self, Form};
use crate::routes::Incoming;
use crate::state::AppState;
use axum::response::Response;
use rollcall_core::model::sign_on::Done;

pub(crate) async fn account(app: AppState, incoming: Incoming) -> Response {
    let (view, fields) = match form::read(&app, &incoming).await {
        Ok(read) => read,
        Err(response) => return response,
    };
    if !view.is_genuine(Form::Account, &fields) {
        return view.expired();
    }
    if fields.choice != "continue" {
        return view.sign_in_page(Some(String::new()), None).await;
    }
    let done = Done {
        chose_account: true,
        ..Done::default()
    };
    view.with(done).await
}
