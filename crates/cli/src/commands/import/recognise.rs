//! Whether a user that stands in a row's way is the one that the row made, in a call
//! whose answer never came.

use super::rows::Row;
use crate::commands::remote::Remote;
use rollcall_client::types::GetUserQuery;
use rollcall_client::{Error, UserIdType};

/// The user's id, if one user has every identifier of the row. Who cannot look, for
/// want of the permission, recognises nobody.
pub(super) async fn recognise(remote: &Remote, row: &Row) -> Result<Option<String>, Error> {
    let mut found: Option<String> = None;
    for (kind, text) in identifiers(row) {
        let query = GetUserQuery {
            user_id: text,
            user_id_type: Some(kind),
            ..GetUserQuery::default()
        };
        let id = match remote.client.get_user(&query).await {
            Ok(user) => user.user_id,
            Err(Error::Api {
                status_code: 400 | 403 | 404,
                ..
            }) => return Ok(None),
            Err(error) => return Err(error),
        };
        if found.get_or_insert_with(|| id.clone()) != &id {
            return Ok(None);
        }
    }
    Ok(found)
}

/// By what the row's user can be looked up.
fn identifiers(row: &Row) -> Vec<(UserIdType, String)> {
    let user = &row.user;
    let phone = user.phone.as_ref().map(|phone| {
        let code = user.phone_country_code.as_deref().unwrap_or_default();
        if code.is_empty() || phone.starts_with('+') {
            phone.clone()
        } else {
            format!("+{}{phone}", code.trim_start_matches('+'))
        }
    });
    let given = [
        (UserIdType::ExternalId, user.external_id.clone()),
        (UserIdType::Username, user.username.clone()),
        (UserIdType::Email, user.email.clone()),
        (UserIdType::Phone, phone),
    ];
    let given = given.into_iter();
    given
        .filter_map(|(kind, text)| Some((kind, text.filter(|text| !text.is_empty())?)))
        .collect()
}
