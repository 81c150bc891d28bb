//! What the console says, in the four languages, side by side: a text that a language
//! lacks does not compile, and whoever changes one sees the others.

mod apps;
mod common;
mod doors;
mod people;
mod problems;
mod reasons;
mod records;
mod rules;

use rollcall_core::model::application::ApplicationType;
use rollcall_core::model::console::Role;
use rollcall_core::model::logout_delivery::DeliveryStatus;
use rollcall_core::model::user::UserStatus;
use rollcall_wire::v3::Language;

/// Texts of one kind: a name, and what it is in English, simplified Chinese,
/// traditional Chinese and Japanese.
macro_rules! texts {
    ($(#[$doc:meta])* $name:ident { $($key:ident: $en:literal | $cn:literal | $tw:literal | $ja:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub(in crate::console) struct $name { $(pub(in crate::console) $key: &'static str,)+ }

        impl $name {
            pub(super) const EN: Self = Self { $($key: $en,)+ };
            pub(super) const CN: Self = Self { $($key: $cn,)+ };
            pub(super) const TW: Self = Self { $($key: $tw,)+ };
            pub(super) const JA: Self = Self { $($key: $ja,)+ };

            #[cfg(test)]
            pub(super) const ALL: &[(&str, [&str; 4])] = &[$((stringify!($key), [$en, $cn, $tw, $ja]),)+];
        }
    };
}
use texts;

/// All texts of one language.
#[derive(Debug)]
pub(super) struct Texts {
    pub(super) common: common::Common,
    pub(super) doors: doors::Doors,
    pub(super) people: people::People,
    pub(super) apps: apps::Apps,
    pub(super) records: records::Records,
    pub(super) reasons: reasons::Reasons,
    pub(super) problems: problems::Problems,
    pub(super) rules: rules::Rules,
}

macro_rules! language {
    ($of:ident) => {
        Texts {
            common: common::Common::$of,
            doors: doors::Doors::$of,
            people: people::People::$of,
            apps: apps::Apps::$of,
            records: records::Records::$of,
            reasons: reasons::Reasons::$of,
            problems: problems::Problems::$of,
            rules: rules::Rules::$of,
        }
    };
}

static EN: Texts = language!(EN);
static CN: Texts = language!(CN);
static TW: Texts = language!(TW);
static JA: Texts = language!(JA);

impl Texts {
    /// The texts of a language.
    pub(super) fn of(language: Language) -> &'static Self {
        match language {
            Language::EnUs => &EN,
            Language::ZhCn => &CN,
            Language::ZhTw => &TW,
            Language::JaJp => &JA,
        }
    }

    pub(super) fn role(&self, role: Role) -> &'static str {
        match role {
            Role::Viewer => self.records.viewer,
            Role::Operator => self.records.operator,
            Role::Owner => self.records.owner,
        }
    }

    pub(super) fn status(&self, status: UserStatus) -> &'static str {
        match status {
            UserStatus::Activated => self.people.status_activated,
            UserStatus::Suspended => self.people.status_suspended,
            UserStatus::Resigned => self.people.status_resigned,
            UserStatus::Archived => self.people.status_archived,
            UserStatus::Deactivated => self.people.status_deactivated,
        }
    }

    pub(super) fn delivery(&self, status: DeliveryStatus) -> &'static str {
        match status {
            DeliveryStatus::Waiting => self.records.waiting,
            DeliveryStatus::Confirmed => self.records.confirmed,
            DeliveryStatus::GivenUp => self.records.given_up,
        }
    }

    /// What a form calls a field that the API calls this.
    pub(super) fn field<'a>(&'a self, wire: &'a str) -> &'a str {
        let (a, p, d) = (&self.apps, &self.people, &self.doors);
        match wire {
            "idleTimeout" => a.idle_minutes,
            "maxLifetime" | "cookieExpiresIn" => a.max_minutes,
            "maxSessionsPerUser" => a.sessions_per_user,
            "redirectUris" => a.redirect_uris,
            "logoutRedirectUris" => a.logout_redirect_uris,
            "backchannel_logout_uri" => a.backchannel,
            "appName" | "name" | "userPoolName" => self.common.name,
            "email" => p.email,
            "username" => p.username,
            "phone" | "phoneNumber" => p.phone,
            "password" | "newPassword" => d.password,
            "permissions" => self.records.permissions,
            other => other,
        }
    }

    pub(super) fn kind(&self, kind: ApplicationType) -> &'static str {
        match kind {
            ApplicationType::Web => self.apps.kind_web,
            ApplicationType::Spa => self.apps.kind_spa,
            ApplicationType::Native => self.apps.kind_native,
            ApplicationType::Api => self.apps.kind_api,
            ApplicationType::Mfa => "MFA",
            ApplicationType::MiniProgram => self.apps.kind_mini,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_the_same_places_to_fill() {
        let all = [
            common::Common::ALL,
            doors::Doors::ALL,
            people::People::ALL,
            apps::Apps::ALL,
            records::Records::ALL,
            reasons::Reasons::ALL,
            problems::Problems::ALL,
            rules::Rules::ALL,
        ];
        for (key, texts) in all.into_iter().flatten() {
            let places = |text: &str| text.matches("{}").count();
            for text in texts {
                assert!(!text.trim().is_empty(), "{key}");
                assert_eq!(places(text), places(texts[0]), "{key}: {text}");
            }
        }
    }
}
