//! Making, changing and deleting users.

use super::super::commit::{Commit, WriteError, given_of};
use super::super::{
    audit_log, console, counters, identities, lifecycle, sign_in_failures, user_actions, webhooks,
};
use super::resolve::{BY_EXTERNAL_ID_IN_ANY_CASE, by_identifier};
use super::rows;
use crate::sql::Connection;
use rollcall_core::ids::{PoolId, UserId};
use rollcall_core::model::audit::{AuditAction, AuditResource};
use rollcall_core::model::event::{Origin, Reason};
use rollcall_core::model::identifier::{Identifier, username_key};
use rollcall_core::model::mass_end::{Effect, Scope};
use rollcall_core::model::user::{
    Identity, NewPassword, Password, ProfileField, User, UserChange, UserStatus,
};
use rollcall_core::model::user_action::{UserAction, UserActionKind};
use rollcall_core::ports::users::{OwnPasswordChange, OwnProfileChange, Saved};
use rollcall_core::refusal::Field;
use rollcall_core::time::Timestamp;

/// Stores a new user with identities.
pub(super) fn create(
    commit: &mut Commit<'_>,
    user: User,
    new_identities: &[Identity],
    origin: &Origin,
) -> Result<Saved, WriteError> {
    let conn = commit.conn();
    if !identities::sources_exist(conn, user.pool, new_identities)? {
        return Ok(Saved::ExtIdpNotFound);
    }
    let mut taken = taken_by_others(conn, &user)?;
    if identities::any_taken(conn, user.pool, new_identities)? {
        taken.push("identities");
    }
    if !taken.is_empty() {
        return Ok(Saved::Taken(taken));
    }
    rows::insert(conn, &user)?;
    counters::user_stored(conn, user.pool, user.status)?;
    for identity in new_identities {
        identities::insert(commit, user.pool, identity)?;
    }
    audit(
        commit,
        &user,
        AuditAction::Create,
        &given_at_creation(&user, new_identities),
        origin,
    )?;
    Ok(Saved::Saved(Box::new(user)))
}

/// Changes a user, and ends the logins that the change ends.
pub(super) fn update(
    commit: &mut Commit<'_>,
    pool: PoolId,
    user: UserId,
    change: UserChange,
    origin: &Origin,
) -> Result<Saved, WriteError> {
    let Some(former) = rows::by_id(commit.conn(), pool, user)? else {
        return Ok(Saved::NotFound);
    };
    let fields = changed_fields(&change);
    let sets_password = change.password.is_some();
    let former_status = former.status;
    let disables =
        former_status == UserStatus::Activated && change.status.is_some_and(|s| s != former_status);
    let changed = changed_by(former, change, commit.now());
    let taken = taken_by_others(commit.conn(), &changed)?;
    if !taken.is_empty() {
        return Ok(Saved::Taken(taken));
    }
    let everywhere = Scope::User { user, except: None };
    if disables {
        let effect = Effect::End(Reason::UserDisabled);
        lifecycle::mass_end(commit, pool, everywhere, effect, origin)?;
    }
    if sets_password {
        let effect = Effect::End(Reason::PasswordChanged);
        lifecycle::mass_end(commit, pool, everywhere, effect, origin)?;
        audit(
            commit,
            &changed,
            AuditAction::SetPassword,
            &["password"],
            origin,
        )?;
    }
    rows::update(commit.conn(), &changed)?;
    counters::user_changed(commit.conn(), pool, former_status, changed.status)?;
    if !sets_password || !fields.is_empty() {
        audit(commit, &changed, AuditAction::Update, &fields, origin)?;
    }
    webhooks::tell_of_status(commit, former_status, &changed, origin)?;
    Ok(Saved::Saved(Box::new(changed)))
}

/// The person's own change of password, if the verified one is still theirs and
/// the login that it is made in has not ended meanwhile.
pub(super) fn change_own_password(
    commit: &mut Commit<'_>,
    pool: PoolId,
    change: OwnPasswordChange,
    origin: &Origin,
) -> Result<bool, WriteError> {
    let now = commit.now();
    let user = change.user;
    let live = lifecycle::live_login(commit.conn(), pool, user, change.login, now)?;
    let Some((session, application)) = live else {
        return Ok(false);
    };
    let stored = rows::by_id(commit.conn(), pool, user)?;
    let verified = change.verified_version;
    let Some(mut changed) = stored.filter(|user| user.password.version == verified) else {
        return Ok(false);
    };
    changed.password = replaced(&changed.password, change.password, now);
    changed.updated_at = now;
    sign_in_failures::forget(commit.conn(), pool, change.failure_key)?;
    let elsewhere = Scope::User {
        user,
        except: Some(session),
    };
    let effect = Effect::End(Reason::PasswordChanged);
    lifecycle::mass_end(commit, pool, elsewhere, effect, origin)?;
    rows::update(commit.conn(), &changed)?;
    audit(
        commit,
        &changed,
        AuditAction::SetPassword,
        &["password"],
        origin,
    )?;
    let action = UserAction::done(
        user,
        Some(application),
        UserActionKind::UpdatePassword,
        "password",
        origin,
    );
    user_actions::record(commit, pool, &action, origin)?;
    Ok(true)
}

/// Stores who registered by themselves.
pub(super) fn register(
    commit: &mut Commit<'_>,
    user: User,
    origin: &Origin,
) -> Result<Saved, WriteError> {
    if is_anothers_external_id(commit.conn(), &user)? {
        return Ok(Saved::Taken(vec!["username"]));
    }
    create(commit, user, &[], origin)
}

/// The person's own change of their record, if the login that it is made in has
/// not ended meanwhile.
pub(super) fn change_own_profile(
    commit: &mut Commit<'_>,
    pool: PoolId,
    OwnProfileChange {
        user,
        login,
        change,
    }: OwnProfileChange,
    origin: &Origin,
) -> Result<Saved, WriteError> {
    let now = commit.now();
    let live = lifecycle::live_login(commit.conn(), pool, user, login, now)?;
    let Some((_, application)) = live else {
        return Ok(Saved::NotFound);
    };
    if change.username.is_some() {
        let Some(former) = rows::by_id(commit.conn(), pool, user)? else {
            return Ok(Saved::NotFound);
        };
        let renamed = changed_by(former, change.clone(), now);
        if is_anothers_external_id(commit.conn(), &renamed)? {
            return Ok(Saved::Taken(vec!["username"]));
        }
    }
    let kind = UserActionKind::UpdateProfile;
    let fields = changed_fields(&change).join(",");
    let saved = update(commit, pool, user, change, origin)?;
    if let Saved::Saved(_) = &saved {
        let action = UserAction::done(user, Some(application), kind, fields, origin);
        user_actions::record(commit, pool, &action, origin)?;
    }
    Ok(saved)
}

/// Whether a self-chosen username is what another user is known by elsewhere:
/// their id would then fit two people, and name nobody.
fn is_anothers_external_id(conn: &Connection, user: &User) -> crate::sql::Result<bool> {
    let Some(username) = user.username.as_deref().map(username_key) else {
        return Ok(false);
    };
    conn.prepare_cached(BY_EXTERNAL_ID_IN_ANY_CASE)?.exists((
        user.pool.as_bytes(),
        username.to_ascii_lowercase(),
        user.id.as_bytes(),
    ))
}

/// Deletes all of these users, or nobody.
pub(super) fn delete(
    commit: &mut Commit<'_>,
    pool: PoolId,
    mut users: Vec<UserId>,
    origin: &Origin,
) -> Result<bool, WriteError> {
    users.sort_unstable();
    users.dedup();
    let mut statuses = Vec::with_capacity(users.len());
    for user in &users {
        let Some(status) = super::status_of(commit.conn(), pool, *user)? else {
            return Ok(false);
        };
        statuses.push(status);
    }
    for (user, status) in users.into_iter().zip(statuses) {
        let everywhere = Scope::User { user, except: None };
        let effect = Effect::End(Reason::UserDeleted);
        lifecycle::mass_end(commit, pool, everywhere, effect, origin)?;
        lifecycle::forget_user_devices(commit, pool, user)?;
        let conn = commit.conn();
        audit_log::forget_devices(conn, pool, user)?;
        user_actions::forget_devices(conn, pool, user)?;
        identities::delete_of_user(conn, pool, user)?;
        console::forget(conn, user)?;
        conn.prepare_cached("DELETE FROM users WHERE pool = ?1 AND id = ?2")?
            .perform((pool.as_bytes(), user.as_bytes()))?;
        counters::user_deleted(conn, pool, status)?;
        commit.audit(
            pool,
            origin,
            AuditAction::Delete,
            AuditResource::User,
            user.to_string(),
            String::new(),
        )?;
    }
    Ok(true)
}

/// Which of the user's unique values other users of the pool have.
fn taken_by_others(conn: &Connection, user: &User) -> crate::sql::Result<Vec<Field>> {
    let username = user.username.as_deref().map(username_key);
    // An address that is only asserted belongs to nobody.
    let phone = user.phone.as_ref().filter(|_| !user.unproven.phone);
    let phone = phone.map(|phone| phone.e164.clone());
    let email = user.email.clone().filter(|_| !user.unproven.email);
    let values = [
        ("username", username.map(Identifier::Username)),
        ("email", email.map(Identifier::Email)),
        ("phone", phone.map(Identifier::Phone)),
        (
            "externalId",
            user.external_id.clone().map(Identifier::ExternalId),
        ),
    ];
    let mut taken = Vec::new();
    for (field, value) in values {
        let Some(value) = value else { continue };
        let owner = by_identifier(conn, user.pool, &value)?;
        if owner.is_some_and(|owner| owner != user.id) {
            taken.push(field);
        }
    }
    Ok(taken)
}

/// The user after a change.
fn changed_by(mut user: User, change: UserChange, now: Timestamp) -> User {
    if let Some(status) = change.status
        && status != user.status
    {
        user.status = status;
        user.status_changed_at = now;
    }
    user.username = change.username.or(user.username);
    // Who has shown to own the former address has shown nothing of a new one.
    let same_email = change.email.is_none() || change.email == user.email;
    user.email_verified = change
        .email_verified
        .unwrap_or(user.email_verified && same_email);
    // What an administrator sets is found at once, and so is what was shown to be
    // the person's; people do not come this way with an address.
    if change.email.is_some() || user.email_verified {
        user.unproven.email = false;
    }
    user.email = change.email.or(user.email);
    let e164 = user.phone.as_ref().map(|phone| &phone.e164);
    let same_phone = match &change.phone {
        Some(phone) => e164 == Some(&phone.e164),
        None => true,
    };
    user.phone_verified = change
        .phone_verified
        .unwrap_or(user.phone_verified && same_phone);
    if change.phone.is_some() || user.phone_verified {
        user.unproven.phone = false;
    }
    user.phone = change.phone.or(user.phone);
    user.external_id = change.external_id.or(user.external_id);
    user.gender = change.gender.unwrap_or(user.gender);
    user.profile.extend(change.profile);
    user.custom_data = change.custom_data.or(user.custom_data);
    if let Some(password) = change.password {
        user.password = replaced(&user.password, password, now);
    }
    if let Some(reset) = change.reset_on_next_login {
        user.password.reset_on_next_login = reset;
    }
    user.updated_at = now;
    user
}

/// The password after a new one was set: that is also the reset that was asked
/// for, and its failures are none.
fn replaced(former: &Password, new: NewPassword, now: Timestamp) -> Password {
    Password {
        hash: Some(new.hash),
        version: former.version.saturating_add(1),
        last_set_at: Some(now),
        security_level: new.security_level,
        reset_on_next_login: false,
        failures_in_a_row: 0,
    }
}

/// The names of what a change sets, apart from the password, which has an audit
/// row of its own.
fn changed_fields(change: &UserChange) -> Vec<Field> {
    let given = [
        ("status", change.status.is_some()),
        ("username", change.username.is_some()),
        ("email", change.email.is_some()),
        ("emailVerified", change.email_verified.is_some()),
        ("phone", change.phone.is_some()),
        ("phoneVerified", change.phone_verified.is_some()),
        ("externalId", change.external_id.is_some()),
        ("gender", change.gender.is_some()),
        ("customData", change.custom_data.is_some()),
        (
            "resetPasswordOnNextLogin",
            change.reset_on_next_login.is_some(),
        ),
    ];
    let profile = change.profile.keys().copied().map(ProfileField::as_str);
    given_of(&given).chain(profile).collect()
}

/// The names of what a new user was given.
fn given_at_creation(user: &User, identities: &[Identity]) -> Vec<Field> {
    let given = [
        ("username", user.username.is_some()),
        ("email", user.email.is_some()),
        ("phone", user.phone.is_some()),
        ("externalId", user.external_id.is_some()),
        ("customData", user.custom_data.is_some()),
        ("password", user.password.hash.is_some()),
        ("identities", !identities.is_empty()),
    ];
    let profile = user.profile.keys().copied().map(ProfileField::as_str);
    given_of(&given).chain(profile).collect()
}

fn audit(
    commit: &mut Commit<'_>,
    user: &User,
    action: AuditAction,
    fields: &[Field],
    origin: &Origin,
) -> Result<(), WriteError> {
    commit.audit(
        user.pool,
        origin,
        action,
        AuditResource::User,
        user.id.to_string(),
        fields.join(","),
    )
}
