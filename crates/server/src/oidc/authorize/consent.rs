//! `POST /oidc/auth/consent`: the person's answer.

use super::evidence;
use super::form::{self, Form};
use crate::routes::Incoming;
use crate::state::AppState;
use axum::response::Response;
use rollcall_core::model::sign_on::Done;

pub(crate) async fn consent(app: AppState, incoming: Incoming) -> Response {
    let (view, fields) = match form::read(&app, &incoming).await {
        Ok(read) => read,
        Err(response) => return response,
    };
    if !view.is_genuine(Form::Consent, &fields) {
        return view.expired();
    }
    if fields.decision != "allow" {
        return view.return_error("access_denied", "the person did not consent");
    }
    let done = Done {
        consented: true,
        ..evidence::from_text(&fields.evidence)
    };
    view.with(done).await
}
