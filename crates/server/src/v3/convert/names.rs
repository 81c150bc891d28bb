//! Enumerations that have the same values on the wire and in the domain.

use rollcall_core::model::{application, ext_idp, user};
use rollcall_wire::v3::{applications, ext_idps, users};

/// Two functions between two enumerations, each exhaustive: a value that one side
/// gains does not compile until the other has it.
macro_rules! same_values {
    (
        $(#[$doc:meta])* $to_domain:ident: $wire:ty => $domain:ty,
        $(#[$back_doc:meta])* $to_wire:ident,
        { $($variant:ident),+ $(,)? }
    ) => {
        $(#[$doc])*
        pub(crate) const fn $to_domain(value: $wire) -> $domain {
            type Wire = $wire;
            type Domain = $domain;
            match value { $(Wire::$variant => Domain::$variant,)+ }
        }

        $(#[$back_doc])*
        pub(crate) const fn $to_wire(value: $domain) -> $wire {
            type Wire = $wire;
            type Domain = $domain;
            match value { $(Domain::$variant => Wire::$variant,)+ }
        }
    };
}

same_values! {
    /// A status to set or to look for.
    user_status: users::UserStatus => user::UserStatus,
    /// A user's status.
    user_status_dto,
    { Suspended, Resigned, Activated, Archived, Deactivated }
}

same_values! {
    /// A gender to set.
    gender: users::Gender => user::Gender,
    /// A user's gender.
    gender_dto,
    { Male, Female, Unknown }
}

same_values! {
    /// A kind of application to make.
    application_type: applications::AppType => application::ApplicationType,
    /// An application's kind.
    application_type_dto,
    { Web, Spa, Native, Api, Mfa, MiniProgram }
}

same_values! {
    /// A kind of identity source to record.
    provider: ext_idps::ExtIdpType => ext_idp::ProviderType,
    /// An identity source's kind.
    provider_dto,
    {
        Oidc, Oauth2, Saml, Ldap, Ad, Cas, AzureAd, Wechat, Google, Qq, Wechatwork, Dingtalk,
        Weibo, Github, Alipay, Apple, Baidu, Lark, Gitlab, Twitter, Facebook, Slack, Linkedin,
        Yidun, Qingcloud, Gitee, Instagram, Welink, Huawei, Honor, Xiaomi, Oppo, Aws, Amazon,
        Douyin, Kuaishou, Line, Sdbz,
    }
}

/// Where a user came from.
pub(crate) const fn user_source_dto(source: user::UserSource) -> users::UserSourceType {
    match source {
        user::UserSource::Excel => users::UserSourceType::Excel,
        user::UserSource::Register => users::UserSourceType::Register,
        user::UserSource::AdminCreated => users::UserSourceType::AdminCreated,
        user::UserSource::Sync => users::UserSourceType::Sync,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sides_have_the_same_names() {
        for value in user::UserStatus::ALL {
            assert_eq!(user_status_dto(*value).as_str(), value.as_str());
        }
        for value in user::Gender::ALL {
            assert_eq!(gender_dto(*value).as_str(), value.as_str());
        }
        for value in user::UserSource::ALL {
            assert_eq!(user_source_dto(*value).as_str(), value.as_str());
        }
        for value in application::ApplicationType::ALL {
            assert_eq!(application_type_dto(*value).as_str(), value.as_str());
        }
        for value in ext_idp::ProviderType::ALL {
            assert_eq!(provider_dto(*value).as_str(), value.as_str());
            assert_eq!(provider(provider_dto(*value)), *value);
        }
    }
}
