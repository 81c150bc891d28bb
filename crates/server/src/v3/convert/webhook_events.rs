//! What webhooks can be told of: names, words for people, groups.

use rollcall_core::Refusal;
use rollcall_core::model::webhook::WebhookEvent;
use rollcall_wire::v3::webhooks::{
    WebhookCategoryDto, WebhookEventDto, WebhookEventListData, WebhookEventName,
};

/// The event of a name. Most of the contract's never happen here: nothing would
/// ever come, so nothing is stored.
pub(crate) fn event(name: WebhookEventName) -> Result<WebhookEvent, Refusal> {
    WebhookEvent::from_name(name.as_str()).ok_or(Refusal::NotSupported(name.as_str()))
}

/// The name of an event.
pub(crate) fn event_name(event: WebhookEvent) -> WebhookEventName {
    use WebhookEvent as Of;
    use WebhookEventName as Name;
    match event {
        Of::Test => Name::Test,
        Of::Register => Name::Register,
        Of::Login => Name::Login,
        Of::LoginEnded => Name::LoginEnded,
        Of::Kick => Name::Kick,
        Of::UserCreated => Name::UserCreated,
        Of::UserPasswordChanged => Name::UserPasswordChanged,
        Of::UserUpdated => Name::UserUpdated,
        Of::UserArchived => Name::UserArchived,
        Of::UserUnarchived => Name::UserUnarchived,
        Of::UserBlocked => Name::UserBlocked,
        Of::UserUnblocked => Name::UserUnblocked,
        Of::UserDeleted => Name::UserDeleted,
        Of::UserLinkAccount => Name::UserLinkAccount,
        Of::UserPoolUpdated => Name::UserPoolUpdated,
        Of::UserPoolSecretRefreshed => Name::UserPoolSecretRefreshed,
        Of::ApplicationCreated => Name::ApplicationCreated,
        Of::ApplicationUpdated => Name::ApplicationUpdated,
        Of::ApplicationDeleted => Name::ApplicationDeleted,
        Of::ApplicationSecretRefreshed => Name::ApplicationSecretRefreshed,
    }
}

/// Group, name in Chinese, name in English.
type Words = (&'static str, &'static str, &'static str);

/// Value, name in Chinese, name in English.
const CATEGORIES: [Words; 5] = [
    ("test", "测试", "Test"),
    ("session", "登录状态", "Sessions"),
    ("user", "用户", "Users"),
    ("user-pool", "用户池", "User pool"),
    ("application", "应用", "Applications"),
];

const fn words(event: WebhookEvent) -> Words {
    use WebhookEvent as Of;
    match event {
        Of::Test => ("test", "测试", "Test"),
        Of::Register => ("user", "用户注册", "A user registered"),
        Of::Login => ("session", "用户登录", "A login began"),
        Of::LoginEnded => ("session", "登录状态结束", "A login ended"),
        Of::Kick => ("session", "强制下线", "A user was kicked"),
        Of::UserCreated => ("user", "创建用户", "A user was created"),
        Of::UserPasswordChanged => ("user", "修改密码", "A password was changed"),
        Of::UserUpdated => ("user", "修改用户信息", "A user was changed"),
        Of::UserArchived => ("user", "归档用户", "A user was archived"),
        Of::UserUnarchived => ("user", "取消归档用户", "A user was unarchived"),
        Of::UserBlocked => ("user", "禁用用户", "A user was blocked"),
        Of::UserUnblocked => ("user", "启用用户", "A user was unblocked"),
        Of::UserDeleted => ("user", "删除用户", "A user was deleted"),
        Of::UserLinkAccount => ("user", "绑定身份", "An identity was linked"),
        Of::UserPoolUpdated => ("user-pool", "修改用户池", "The user pool was changed"),
        Of::UserPoolSecretRefreshed => (
            "user-pool",
            "刷新用户池密钥",
            "The user pool's secret was refreshed",
        ),
        Of::ApplicationCreated => ("application", "创建应用", "An application was created"),
        Of::ApplicationUpdated => ("application", "修改应用", "An application was changed"),
        Of::ApplicationDeleted => ("application", "删除应用", "An application was deleted"),
        Of::ApplicationSecretRefreshed => (
            "application",
            "刷新应用密钥",
            "An application's secret was refreshed",
        ),
    }
}

/// The events with their groups.
pub(crate) fn event_list(events: &[WebhookEvent]) -> WebhookEventListData {
    let categories = CATEGORIES.map(|(value, name, name_en)| WebhookCategoryDto {
        name: name.to_owned(),
        name_en: name_en.to_owned(),
        value: value.to_owned(),
    });
    let events = events.iter().map(|event| {
        let (category, name, name_en) = words(*event);
        WebhookEventDto {
            name: name.to_owned(),
            name_en: name_en.to_owned(),
            value: event_name(*event),
            category: category.to_owned(),
        }
    });
    WebhookEventListData {
        categories: categories.into(),
        events: events.collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_has_the_name_that_it_is_asked_for_by() {
        for of in WebhookEvent::ALL {
            assert_eq!(event_name(*of).as_str(), of.as_str());
            assert_eq!(event(event_name(*of)), Ok(*of));
        }
    }

    #[test]
    fn what_never_happens_here_is_refused_by_its_name() {
        let name = WebhookEventName::MfaVerified;
        assert_eq!(event(name), Err(Refusal::NotSupported("mfa:verified")));
        let happen = WebhookEventName::ALL
            .iter()
            .filter(|name| event(**name).is_ok());
        assert_eq!(happen.count(), WebhookEvent::ALL.len());
    }

    #[test]
    fn every_event_is_in_a_group_that_is_listed() {
        let list = event_list(WebhookEvent::ALL);
        for event in list.events {
            let mut groups = list.categories.iter();
            assert!(groups.any(|group| group.value == event.category));
        }
    }
}
