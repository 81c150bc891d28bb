//! Users.

mod bulk;
mod ends;
mod finding;
mod searching;
mod writing;

pub(crate) use bulk::*;
pub(crate) use ends::*;
pub(crate) use finding::*;
pub(crate) use searching::*;
pub(crate) use writing::*;

use super::records::{at, phone, user};
use super::{Harness, World};
use rollcall_core::ids::{ApplicationId, PoolId, UserId};
use rollcall_core::model::identifier::UserSelector;
use rollcall_core::model::user::{
    Gender, Password, ProfileField, SignInStatistics, User, UserSource, UserStatus,
};
use rollcall_core::ports::users::Found;
use rollcall_core::secret::PasswordHash;
use std::net::IpAddr;

/// The user as stored; panics if there is none.
async fn by_id(w: &World<impl Harness>, pool: PoolId, user: UserId) -> User {
    match find(w, pool, user).await {
        Found::One(user) => user,
        other => panic!("{other:?}"),
    }
}

async fn find(w: &World<impl Harness>, pool: PoolId, user: UserId) -> Found<User> {
    let selector = UserSelector::id(user);
    w.store().find_user(pool, selector).await.unwrap()
}

/// Every member has a value, each another one.
fn full(pool: PoolId, username: &str) -> User {
    User {
        status: UserStatus::Suspended,
        status_changed_at: at(1),
        created_at: at(2),
        updated_at: at(3),
        email: Some("bob@example.com".to_owned()),
        email_verified: true,
        phone: Some(phone("138 0013 8000", "+8613800138000")),
        phone_verified: true,
        unproven: rollcall_core::model::user::Unproven::default(),
        external_id: Some("E-1".to_owned()),
        gender: Gender::Male,
        profile: ProfileField::ALL
            .iter()
            .map(|field| (*field, format!("a \"{}\"", field.as_str())))
            .collect(),
        custom_data: Some(r#"{"b":1,"a":2}"#.to_owned()),
        source: UserSource::Excel,
        password: Password {
            hash: Some(PasswordHash::from_phc("$argon2id$v=19$x")),
            version: 4,
            last_set_at: Some(at(5)),
            security_level: Some(2),
            reset_on_next_login: true,
            failures_in_a_row: 6,
        },
        sign_ins: SignInStatistics {
            count: 7,
            last_at: Some(at(8)),
            last_address: Some(IpAddr::from([192, 0, 2, 9])),
            last_application: Some(ApplicationId::from_bytes([3; 12])),
        },
        ..user(pool, username)
    }
}
