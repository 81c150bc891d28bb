//! A user as a row.

use super::super::columns::{Columns, to_json};
use crate::sql::{Connection, OptionalExtension as _, Result, Row, ToSql, named_params};
use rollcall_core::ids::{ApplicationId, PoolId, UserId};
use rollcall_core::model::identifier::username_key;
use rollcall_core::model::user::{
    Gender, Password, Phone, Profile, ProfileField, SignInStatistics, Unproven, User, UserSource,
    UserStatus,
};
use rollcall_core::secret::PasswordHash;
use rollcall_core::time::Timestamp;
use std::collections::BTreeMap;

/// Selects whole users by a condition of this pool's.
macro_rules! whole_user {
    ($($whom:tt)*) => {
        concat!(
            "SELECT id, status, status_changed_at, created_at, updated_at,
        username, email, email_verified,
        phone, phone_country_code, phone_e164, phone_verified,
        email_unproven, phone_unproven,
        external_id, gender, profile, custom_data, source,
        password_hash, password_version, password_last_set_at, password_security_level,
        reset_on_next_login, failures_in_a_row,
        sign_in_count, last_sign_in_at, last_sign_in_address, last_sign_in_application
    FROM users WHERE pool = ?1 AND ",
            $($whom)*
        )
    };
}
pub(super) use whole_user;

pub(crate) const BY_ID: &str = whole_user!("id = ?2");

const INSERT: &str = "INSERT INTO users (pool, id, status, status_changed_at, created_at,
        updated_at, username, username_key, email, email_verified,
        phone, phone_country_code, phone_e164, phone_verified,
        email_unproven, phone_unproven,
        external_id, gender, profile, custom_data, source,
        password_hash, password_version, password_last_set_at, password_security_level,
        reset_on_next_login, failures_in_a_row,
        sign_in_count, last_sign_in_at, last_sign_in_address, last_sign_in_application)
    VALUES (:pool, :id, :status, :status_changed_at, :created_at,
        :updated_at, :username, :username_key, :email, :email_verified,
        :phone, :phone_country_code, :phone_e164, :phone_verified,
        :email_unproven, :phone_unproven,
        :external_id, :gender, :profile, :custom_data, :source,
        :password_hash, :password_version, :password_last_set_at, :password_security_level,
        :reset_on_next_login, :failures_in_a_row,
        :sign_in_count, :last_sign_in_at, :last_sign_in_address, :last_sign_in_application)";

const UPDATE: &str = "UPDATE users SET status = :status, status_changed_at = :status_changed_at,
        created_at = :created_at, updated_at = :updated_at,
        username = :username, username_key = :username_key,
        email = :email, email_verified = :email_verified,
        phone = :phone, phone_country_code = :phone_country_code, phone_e164 = :phone_e164,
        phone_verified = :phone_verified,
        email_unproven = :email_unproven, phone_unproven = :phone_unproven,
        external_id = :external_id, gender = :gender, profile = :profile,
        custom_data = :custom_data, source = :source,
        password_hash = :password_hash, password_version = :password_version,
        password_last_set_at = :password_last_set_at,
        password_security_level = :password_security_level,
        reset_on_next_login = :reset_on_next_login, failures_in_a_row = :failures_in_a_row,
        sign_in_count = :sign_in_count, last_sign_in_at = :last_sign_in_at,
        last_sign_in_address = :last_sign_in_address,
        last_sign_in_application = :last_sign_in_application
    WHERE pool = :pool AND id = :id";

/// The pool's user with this id.
pub(super) fn by_id(conn: &Connection, pool: PoolId, user: UserId) -> Result<Option<User>> {
    by_key(conn, BY_ID, pool, &[pool.as_bytes(), user.as_bytes()])
}

/// The pool's user whom one of the statements that select whole users finds.
pub(super) fn by_key(
    conn: &Connection,
    sql: &str,
    pool: PoolId,
    key: &[&dyn ToSql],
) -> Result<Option<User>> {
    conn.prepare_cached(sql)?
        .query_row(key, |row| read(pool, row))
        .optional()
}

/// Stores a new user.
pub(super) fn insert(conn: &Connection, user: &User) -> Result<()> {
    execute(conn, INSERT, user)
}

/// Stores a user that is there in its new form.
pub(super) fn update(conn: &Connection, user: &User) -> Result<()> {
    execute(conn, UPDATE, user)
}

fn execute(conn: &Connection, sql: &str, user: &User) -> Result<()> {
    let phone = user.phone.as_ref();
    let password = &user.password;
    let profile: BTreeMap<&str, &str> = user
        .profile
        .iter()
        .map(|(field, text)| (field.as_str(), text.as_str()))
        .collect();
    conn.prepare_cached(sql)?.perform(named_params! {
        ":pool": user.pool.as_bytes(),
        ":id": user.id.as_bytes(),
        ":status": user.status.as_str(),
        ":status_changed_at": user.status_changed_at.as_millis(),
        ":created_at": user.created_at.as_millis(),
        ":updated_at": user.updated_at.as_millis(),
        ":username": user.username,
        ":username_key": user.username.as_deref().map(username_key),
        ":email": user.email,
        ":email_verified": user.email_verified,
        ":phone": phone.map(|phone| &phone.given),
        ":phone_country_code": phone.map(|phone| &phone.country_code),
        ":phone_e164": phone.map(|phone| &phone.e164),
        ":phone_verified": user.phone_verified,
        ":email_unproven": user.unproven.email,
        ":phone_unproven": user.unproven.phone,
        ":external_id": user.external_id,
        ":gender": user.gender.as_str(),
        ":profile": to_json(&profile)?,
        ":custom_data": user.custom_data,
        ":source": user.source.as_str(),
        ":password_hash": password.hash.as_ref().map(PasswordHash::as_phc),
        ":password_version": password.version,
        ":password_last_set_at": password.last_set_at.map(Timestamp::as_millis),
        ":password_security_level": password.security_level,
        ":reset_on_next_login": password.reset_on_next_login,
        ":failures_in_a_row": password.failures_in_a_row,
        ":sign_in_count": i64::try_from(user.sign_ins.count).unwrap_or(i64::MAX),
        ":last_sign_in_at": user.sign_ins.last_at.map(Timestamp::as_millis),
        ":last_sign_in_address": user.sign_ins.last_address.map(|address| address.to_string()),
        ":last_sign_in_application": user.sign_ins.last_application.map(|id| *id.as_bytes()),
    })?;
    Ok(())
}

fn read(pool: PoolId, row: &Row<'_>) -> Result<User> {
    let mut columns = Columns::of(row);
    Ok(User {
        id: UserId::from_bytes(columns.get()?),
        pool,
        status: columns.meaning(UserStatus::from_name)?,
        status_changed_at: columns.instant()?,
        created_at: columns.instant()?,
        updated_at: columns.instant()?,
        username: columns.get()?,
        email: columns.get()?,
        email_verified: columns.get()?,
        phone: phone(columns.get()?, columns.get()?, columns.get()?),
        phone_verified: columns.get()?,
        unproven: Unproven {
            email: columns.get()?,
            phone: columns.get()?,
        },
        external_id: columns.get()?,
        gender: columns.meaning(Gender::from_name)?,
        profile: columns.meaning(profile)?,
        custom_data: columns.get()?,
        source: columns.meaning(UserSource::from_name)?,
        password: Password {
            hash: columns.get::<Option<String>>()?.map(PasswordHash::from_phc),
            version: columns.get()?,
            last_set_at: columns.optional_instant()?,
            security_level: columns.get()?,
            reset_on_next_login: columns.get()?,
            failures_in_a_row: columns.get()?,
        },
        sign_ins: SignInStatistics {
            count: columns.get::<i64>()?.unsigned_abs(),
            last_at: columns.optional_instant()?,
            last_address: columns.optional_meaning(|text| text.parse().ok())?,
            last_application: columns.get::<Option<_>>()?.map(ApplicationId::from_bytes),
        },
    })
}

fn phone(
    given: Option<String>,
    country_code: Option<String>,
    e164: Option<String>,
) -> Option<Phone> {
    Some(Phone {
        given: given?,
        country_code: country_code?,
        e164: e164?,
    })
}

fn profile(json: &str) -> Option<Profile> {
    let texts: BTreeMap<String, String> = serde_json::from_str(json).ok()?;
    texts
        .into_iter()
        .map(|(name, text)| Some((ProfileField::from_name(&name)?, text)))
        .collect()
}
