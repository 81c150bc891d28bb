//! What the console shows beyond the lists of the API.

use super::Authority;
use super::UserReference;
use super::check_session_status::known_application_id;
use super::select_user::{USER_ID, one};
use super::user_input::is_text;
use crate::ids::{ApplicationId, PoolId, UserId};
use crate::limits;
use crate::model::access_key::{ManagementCaller, Permission};
use crate::model::identifier::username_key;
use crate::model::user::User;
use crate::ports::console_reads::{OnlinePage, Overview, PastLogin, SessionTree};
use crate::refusal::{Record, Refusal};
use crate::time::Timestamp;

/// Who is signed in to an application now, after a person in the order of ids.
pub async fn list_online_users(
    authority: &Authority,
    caller: &ManagementCaller,
    app_id: &str,
    after: Option<UserId>,
) -> Result<OnlinePage, Refusal> {
    caller.require(Permission::SessionsRead)?;
    let id = known_application_id(app_id)?;
    let page = authority
        .store
        .online_users(caller.pool, id, after, limits::ONLINE_ROWS)
        .await?;
    page.ok_or(Refusal::NotFound(Record::Application))
}

/// The pool's applications to choose from, by name, the newest first.
pub async fn list_application_names(
    authority: &Authority,
    caller: &ManagementCaller,
) -> Result<Vec<(ApplicationId, String)>, Refusal> {
    caller.require(Permission::AppsRead)?;
    let names = authority
        .store
        .application_names(caller.pool, limits::APPLICATIONS_SHOWN);
    Ok(names.await?)
}

/// The pool's revision: another one after each commit that began, extended or ended
/// a login.
pub async fn pool_revision(authority: &Authority, pool: PoolId) -> Result<Option<i64>, Refusal> {
    Ok(authority.store.pool_revision(pool).await?)
}

/// The pool at a glance.
pub async fn get_overview(
    authority: &Authority,
    caller: &ManagementCaller,
    since: Timestamp,
) -> Result<Overview, Refusal> {
    caller.require(Permission::SessionsRead)?;
    Ok(authority.store.overview(caller.pool, since).await?)
}

/// A user by any kind of identifier, as `check-session-status` searches.
pub async fn find_any_user(
    authority: &Authority,
    caller: &ManagementCaller,
    text: &str,
) -> Result<User, Refusal> {
    caller.require(Permission::UsersRead)?;
    let reference = UserReference::id(text);
    let selector = reference.selector_of_any_kind(USER_ID)?;
    one(authority.store.find_user(caller.pool, selector).await?)
}

/// The live sessions of a user with their logins.
pub async fn list_sessions_of_user(
    authority: &Authority,
    caller: &ManagementCaller,
    user: UserId,
) -> Result<Vec<SessionTree>, Refusal> {
    caller.require(Permission::SessionsRead)?;
    Ok(authority.store.session_trees(caller.pool, user).await?)
}

/// Logins that a user began, with their ends, the newest first.
pub async fn list_past_logins(
    authority: &Authority,
    caller: &ManagementCaller,
    user: UserId,
    before: Option<Timestamp>,
) -> Result<Vec<PastLogin>, Refusal> {
    caller.require(Permission::SessionsRead)?;
    let rows = limits::HISTORY_ROWS;
    let past = authority.store.past_logins(caller.pool, user, before, rows);
    Ok(past.await?)
}

/// Users, the newest first, after one of them.
pub async fn list_newest_users(
    authority: &Authority,
    caller: &ManagementCaller,
    after: Option<(Timestamp, UserId)>,
) -> Result<Vec<User>, Refusal> {
    caller.require(Permission::UsersRead)?;
    let rows = limits::USERS_SHOWN;
    let users = authority.store.newest_users(caller.pool, after, rows);
    Ok(users.await?)
}

/// Users whose username or e-mail begins like this text. A search of the middle of
/// every name would read every user; the API has that.
pub async fn find_users_beginning(
    authority: &Authority,
    caller: &ManagementCaller,
    text: &str,
) -> Result<Vec<User>, Refusal> {
    caller.require(Permission::UsersRead)?;
    if text.is_empty() || !is_text(text) {
        return Err(Refusal::invalid("q"));
    }
    let (username, email) = (username_key(text), text.to_lowercase());
    let rows = limits::USERS_SHOWN;
    let users = authority
        .store
        .users_beginning(caller.pool, username, email, rows);
    Ok(users.await?)
}
