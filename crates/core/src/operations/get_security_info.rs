//! `get-security-info`: how safe the end user's account is.

use super::Authority;
use super::person::PersonCaller;
use crate::model::event::Origin;
use crate::model::user::User;
use crate::refusal::Refusal;

/// What a person is told of the safety of their account (V3 `GetSecurityInfoDto`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SecurityInfo {
    /// 1 weak, 2 medium, 3 strong; 0: there is no password.
    pub password_level: u8,
    /// Whether there is a password.
    pub has_password: bool,
    /// Whether there is an e-mail by which the person is found.
    pub has_email: bool,
    /// Whether there is a phone by which the person is found.
    pub has_phone: bool,
}

impl SecurityInfo {
    fn of(user: &User) -> Self {
        let has_password = user.password.hash.is_some();
        let level = user.password.security_level.unwrap_or_default();
        Self {
            password_level: if has_password { level } else { 0 },
            has_password,
            has_email: user.email.is_some() && !user.unproven.email,
            has_phone: user.phone.is_some() && !user.unproven.phone,
        }
    }

    /// From 0 to 80 of a hundred: 20 for each level of the password, 10 for the
    /// e-mail, 10 for the phone. The rest is for a second factor, of which there
    /// is none.
    pub fn score(self) -> u8 {
        self.password_level.min(3) * 20
            + u8::from(self.has_email) * 10
            + u8::from(self.has_phone) * 10
    }
}

/// How safe the person's account is. Counts as activity.
pub async fn get_security_info(
    authority: &Authority,
    person: &PersonCaller,
    origin: Origin,
) -> Result<SecurityInfo, Refusal> {
    let view = authority.signed_in(person, origin).await?;
    let user = authority.person(person, &view).await?;
    Ok(SecurityInfo::of(&user))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_score_grows_with_all_that_there_is_and_leaves_room_for_a_factor() {
        let info = |password_level, has_email, has_phone| SecurityInfo {
            password_level,
            has_password: password_level > 0,
            has_email,
            has_phone,
        };
        assert_eq!(info(0, false, false).score(), 0);
        assert_eq!(info(1, false, false).score(), 20);
        assert_eq!(info(2, true, false).score(), 50);
        assert_eq!(info(3, true, true).score(), 80);
    }
}
