//! What people do: the log of their actions, each written in the commit of what it
//! tells of.

use crate::ids::{ApplicationId, UserId};
use crate::model::event::Origin;
use crate::model::login::LoginDevice;
use crate::refusal::Refusal;
use crate::time::Timestamp;

macro_rules! named {
    ($(#[doc = $about:literal])+ $name:ident { $($variant:ident = $text:literal, $doc:literal;)+ }) => {
        $(#[doc = $about])+
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum $name { $(#[doc = $doc] $variant,)+ }

        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The name in storage.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }

            /// The one with this name.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.as_str() == name)
            }
        }
    };
}

named! {
    /// What somebody did: the published contract's kinds, of which those are written
    /// that the product has.
    UserActionKind {
        Login = "login", "Signed in, by password or silently.";
        Logout = "logout", "Signed out here or, by hand, somewhere else.";
        Register = "register", "Made an account.";
        VerifyMfa = "verify_mfa", "Showed a second factor.";
        UpdateProfile = "update_profile", "Changed the own profile.";
        UpdatePassword = "update_password", "Changed the own password.";
        UpdateEmail = "update_email", "Changed the own e-mail.";
        UpdatePhone = "update_phone", "Changed the own phone.";
        BindMfa = "bind_mfa", "Added a second factor.";
        BindEmail = "bind_email", "Added an e-mail.";
        BindPhone = "bind_phone", "Added a phone.";
        UnbindPhone = "unbind_phone", "Removed the phone.";
        UnbindEmail = "unbind_email", "Removed the e-mail.";
        UnbindMfa = "unbind_mfa", "Removed a second factor.";
        RefreshToken = "refresh_token", "Refreshed a token by hand.";
        DeleteAccount = "delete_account", "Deleted the own account.";
        VerifyFirstLogin = "verify_first_login", "Verified the first sign-in.";
        AccessResource = "access_resource", "Opened a guarded resource.";
    }
}

named! {
    /// Why something that somebody tried was refused.
    ActionFailure {
        WrongCredentials = "wrong_credentials", "Signing in with a wrong password.";
        WrongPassword = "wrong_password", "The old password was wrong.";
        UserLocked = "user_locked", "The right password of an account that is locked.";
        PasswordMustBeReset = "password_must_be_reset", "The right password, to be replaced.";
        SignInNotAllowed = "sign_in_not_allowed", "The application was closed meanwhile.";
        SessionLimit = "session_limit", "Too many sessions.";
    }
}

impl ActionFailure {
    /// The failure that a refusal is, if the log tells it.
    pub fn of(refusal: &Refusal) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|failure| failure.refusal() == *refusal)
    }

    /// What the person was answered.
    pub const fn refusal(self) -> Refusal {
        match self {
            Self::WrongCredentials => Refusal::WrongCredentials,
            Self::WrongPassword => Refusal::WrongPassword,
            Self::UserLocked => Refusal::UserLocked,
            Self::PasswordMustBeReset => Refusal::PasswordMustBeReset,
            Self::SignInNotAllowed => Refusal::SignInNotAllowed,
            Self::SessionLimit => Refusal::SessionLimit,
        }
    }
}

/// The `detail` of a sign-in by password.
pub const BY_PASSWORD: &str = "password";
/// The `detail` of a sign-in with the browser's session.
pub const BY_SINGLE_SIGN_ON: &str = "sso";

/// Something that somebody did, or tried, to be written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UserAction {
    /// Who.
    pub user: UserId,
    /// In which application, if in one.
    pub application: Option<ApplicationId>,
    /// What.
    pub kind: UserActionKind,
    /// Why it was refused; none: it was done.
    pub failure: Option<ActionFailure>,
    /// How, or the names of what was changed, comma-separated. Never a value: a
    /// deleted user's data must not live on here.
    pub detail: String,
    /// From where.
    pub device: LoginDevice,
}

impl UserAction {
    /// Something that was done, from where its call came.
    pub fn done(
        user: UserId,
        application: Option<ApplicationId>,
        kind: UserActionKind,
        detail: impl Into<String>,
        origin: &Origin,
    ) -> Self {
        Self {
            user,
            application,
            kind,
            failure: None,
            detail: detail.into(),
            device: origin.device(),
        }
    }
}

/// One row of the log.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UserActionRow {
    /// What was done, by whom, from where. The device is erased with the user.
    pub action: UserAction,
    /// When.
    pub at: Timestamp,
    /// The `requestId` of the call.
    pub request_id: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_failure_is_the_refusal_that_it_was() {
        for failure in ActionFailure::ALL {
            assert_eq!(ActionFailure::of(&failure.refusal()), Some(*failure));
            assert_eq!(ActionFailure::from_name(failure.as_str()), Some(*failure));
        }
        assert_eq!(ActionFailure::of(&Refusal::Fault), None);
    }
}
