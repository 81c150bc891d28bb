//! `POST /api/v3/signup`

use crate::auth::ClientCall;
use crate::state::AppState;
use crate::to_its_end::to_its_end;
use crate::v3::V3Result;
use crate::v3::convert::sign_up::{as_sent, sign_up};
use crate::v3::convert::user::{UserView, user_dto};
use rollcall_core::operations::sign_up as operation;
use rollcall_wire::v3::sign_up::SignUpDto;
use rollcall_wire::v3::users::UserDto;

pub(crate) async fn signup(app: AppState, call: ClientCall<SignUpDto>) -> V3Result<UserDto> {
    let request = sign_up(call.request, &call.client)?;
    let (authority, origin) = (app.authority.clone(), call.origin);
    let made = to_its_end(async move { operation::sign_up(&authority, request, origin).await });
    Ok(user_dto(
        &made.await.map_err(as_sent)?,
        &UserView::default(),
    ))
}
