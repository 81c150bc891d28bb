//! Ends that administrators cause: kicks, and the end of all sessions of a scope.
//! Each is decided here and written by `lifecycle`.

use super::lifecycle;
use super::logins::has_application;
use super::statements as sql;
use super::users;
use super::{Commit, WriteError};
use crate::sql::params;
use rollcall_core::ids::{ApplicationId, PoolId, UserId};
use rollcall_core::model::audit::{AuditAction, AuditResource};
use rollcall_core::model::event::{Origin, Reason};
use rollcall_core::model::identifier::UserSelector;
use rollcall_core::model::mass_end::{Effect, Scope};
use rollcall_core::ports::logins::{EndScope, EndedAll, Kicked};
use rollcall_core::ports::users::Found;

/// Ends a user's logins in these applications, and sets the marks.
pub(super) fn kick(
    commit: &mut Commit<'_>,
    pool: PoolId,
    user: &UserSelector,
    mut applications: Vec<ApplicationId>,
    origin: &Origin,
) -> Result<Kicked, WriteError> {
    applications.sort_unstable();
    applications.dedup();
    for application in &applications {
        if !has_application(commit.conn(), pool, *application)? {
            return Ok(Kicked::ApplicationNotFound);
        }
    }
    let user = match users::resolve(commit.conn(), pool, user)? {
        Found::One(user) => user,
        Found::Nobody => return Ok(Kicked::UserNotFound),
        Found::Ambiguous(kinds) => return Ok(Kicked::AmbiguousUser(kinds)),
    };
    for application in &applications {
        kick_from(commit, pool, user, *application, origin)?;
    }
    let names: Vec<String> = applications.iter().map(ToString::to_string).collect();
    commit.audit(
        pool,
        origin,
        AuditAction::Kick,
        AuditResource::User,
        user.to_string(),
        names.join(","),
    )?;
    Ok(Kicked::Kicked)
}

/// Ends the user's logins in one application, however many, and sets the mark.
fn kick_from(
    commit: &mut Commit<'_>,
    pool: PoolId,
    user: UserId,
    application: ApplicationId,
    origin: &Origin,
) -> Result<(), WriteError> {
    let mark = commit.position(pool)?;
    commit
        .conn()
        .prepare_cached(sql::SET_KICK_MARK)?
        .perform(params![
            pool.as_bytes(),
            user.as_bytes(),
            application.as_bytes(),
            mark.revision,
            mark.index,
            commit.now().as_millis(),
        ])?;
    let key = (pool.as_bytes(), user.as_bytes(), application.as_bytes());
    let any = commit
        .conn()
        .prepare_cached(sql::ANY_OF_USER_IN_APPLICATION)?
        .exists(key)?;
    if !any {
        return Ok(());
    }
    let scope = Scope::UserInApplication { user, application };
    lifecycle::mass_end(commit, pool, scope, Effect::End(Reason::Kicked), origin)?;
    Ok(())
}

/// Ends all sessions of a scope, by one mass end.
pub(super) fn end_all(
    commit: &mut Commit<'_>,
    pool: PoolId,
    scope: &EndScope,
    origin: &Origin,
) -> Result<EndedAll, WriteError> {
    let (scope, resource, id) = match scope {
        EndScope::Pool => (Scope::Pool, AuditResource::Pool, pool.to_string()),
        EndScope::Application(application) => {
            if !has_application(commit.conn(), pool, *application)? {
                return Ok(EndedAll::ApplicationNotFound);
            }
            let scope = Scope::Application(*application);
            (scope, AuditResource::Application, application.to_string())
        }
        EndScope::User(user) => match users::resolve(commit.conn(), pool, user)? {
            Found::One(user) => {
                let scope = Scope::User { user, except: None };
                (scope, AuditResource::User, user.to_string())
            }
            Found::Nobody => return Ok(EndedAll::UserNotFound),
            Found::Ambiguous(kinds) => return Ok(EndedAll::AmbiguousUser(kinds)),
        },
    };
    let effect = Effect::End(Reason::SessionRevoked);
    lifecycle::mass_end(commit, pool, scope, effect, origin)?;
    commit.audit(pool, origin, AuditAction::EndSessions, resource, id, "")?;
    Ok(EndedAll::Ended)
}
