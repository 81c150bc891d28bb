//! Whose sessions end.

use super::user_reference::{agreed_user_id_type, user_reference};
use rollcall_core::Refusal;
use rollcall_core::operations::end_all_sessions::EndAllSessions;
use rollcall_core::refusal::Field;
use rollcall_wire::v3::sessions::{EndAllScope, EndAllSessionsDto};

/// The scope that a body asks for. What belongs to another scope than the named one
/// is refused: whoever wrote it meant something else.
pub(crate) fn end_all_scope(dto: EndAllSessionsDto) -> Result<EndAllSessions, Refusal> {
    let in_options = dto.options.and_then(|options| options.user_id_type);
    let of_user = dto.user_id.is_some() || dto.user_id_type.is_some() || in_options.is_some();
    let scope = dto.scope;
    let mut wrong: Vec<Field> = Vec::new();
    if of_user && scope != EndAllScope::User {
        wrong.push(if dto.user_id.is_some() {
            "userId"
        } else {
            "userIdType"
        });
    }
    if dto.app_id.is_some() && scope != EndAllScope::Application {
        wrong.push("appId");
    }
    if !wrong.is_empty() {
        return Err(Refusal::Invalid(wrong));
    }
    match scope {
        EndAllScope::User => {
            let user_id_type = agreed_user_id_type(dto.user_id_type, in_options)?;
            let user_id = dto.user_id.ok_or_else(|| Refusal::invalid("userId"))?;
            let user = user_reference(user_id, user_id_type)?;
            Ok(EndAllSessions::OfUser(user))
        }
        EndAllScope::Application => {
            let app_id = dto.app_id.ok_or_else(|| Refusal::invalid("appId"))?;
            Ok(EndAllSessions::OfApplication(app_id))
        }
        EndAllScope::Pool => Ok(EndAllSessions::OfPool),
    }
}
