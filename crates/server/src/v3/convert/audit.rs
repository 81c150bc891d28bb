//! The audit log in the contract's words. It has no word for some of our records:
//! they go by what they belong to, and `eventDetail` names them.

use super::instant;
use super::page::whole;
use super::user_agent::parsed_user_agent;
use rollcall_core::ids::PoolId;
use rollcall_core::model::audit::{AuditAction, AuditResource, AuditRow};
use rollcall_core::model::event::Actor;
use rollcall_core::page::PageOf;
use rollcall_wire::v3::logs::{
    AdminAuditLogDto, AdminAuditLogRespData, GeoIp, OperationType, ResourceType,
};

const fn operation_type(action: AuditAction) -> OperationType {
    match action {
        AuditAction::Create => OperationType::Create,
        AuditAction::Update | AuditAction::SetPassword => OperationType::Update,
        AuditAction::Delete => OperationType::Delete,
        AuditAction::ReadSecret => OperationType::Query,
        AuditAction::RotateSecret => OperationType::Refresh,
        AuditAction::Kick | AuditAction::EndSessions => OperationType::Remove,
    }
}

const fn resource_type(action: AuditAction, resource: AuditResource) -> ResourceType {
    match (action, resource) {
        (AuditAction::Kick | AuditAction::EndSessions, _) | (_, AuditResource::Session) => {
            ResourceType::UserLoginState
        }
        (_, AuditResource::User | AuditResource::Identity) => ResourceType::User,
        (_, AuditResource::Application | AuditResource::ApplicationSecret) => {
            ResourceType::Application
        }
        (_, AuditResource::ExtIdp) => ResourceType::SocialConnection,
        (
            _,
            AuditResource::Pool
            | AuditResource::AccessKey
            | AuditResource::SigningKey
            | AuditResource::Webhook
            | AuditResource::Administrator,
        ) => ResourceType::Userpool,
    }
}

/// Which of our rows have these words; none: all.
pub(crate) fn changes(
    operation: Option<OperationType>,
    resource: Option<ResourceType>,
) -> Option<Vec<(AuditAction, AuditResource)>> {
    let operation = operation.filter(|operation| *operation != OperationType::All);
    let resource = resource.filter(|resource| *resource != ResourceType::All);
    if operation.is_none() && resource.is_none() {
        return None;
    }
    let all = AuditAction::ALL.iter().flat_map(|action| {
        let resources = AuditResource::ALL.iter();
        resources.map(move |resource| (*action, *resource))
    });
    let fits = all.filter(|(action, of)| {
        operation.is_none_or(|operation| operation == operation_type(*action))
            && resource.is_none_or(|resource| resource == resource_type(*action, *of))
    });
    Some(fits.collect())
}

/// A page of the log of a pool (V3 `AdminAuditLogRespData`).
pub(crate) fn audit_logs_dto(page: &PageOf<AuditRow>, pool: PoolId) -> AdminAuditLogRespData {
    AdminAuditLogRespData {
        total_count: whole(page.total_count),
        list: page.list.iter().map(|row| row_dto(row, pool)).collect(),
    }
}

/// Values are never kept, and refused calls leave no row.
fn row_dto(row: &AuditRow, pool: PoolId) -> AdminAuditLogDto {
    let (id, name) = administrator(row.actor, pool);
    let (action, resource) = (row.action.as_str(), row.resource.as_str());
    let detail = format!("{action} {resource} {}", row.resource_id);
    AdminAuditLogDto {
        admin_user_id: id,
        admin_user_avatar: String::new(),
        admin_user_display_name: name.to_owned(),
        client_ip: row.address.map(|address| address.to_string()),
        operation_type: operation_type(row.action),
        resource_type: resource_type(row.action, row.resource),
        event_detail: Some(detail),
        operation_param: Some(row.detail.clone()).filter(|detail| !detail.is_empty()),
        origin_value: None,
        target_value: None,
        success: true,
        parsed_user_agent: parsed_user_agent(row.user_agent.as_deref()),
        user_agent: row.user_agent.clone().unwrap_or_default(),
        geoip: GeoIp::default(),
        timestamp: instant(row.at),
        request_id: row.request_id.clone(),
    }
}

fn administrator(actor: Actor, pool: PoolId) -> (String, &'static str) {
    match actor {
        Actor::Key(key) if key == pool.root_key() => (key.to_string(), "root key"),
        Actor::Key(key) => (key.to_string(), "access key"),
        Actor::Operator => ("operator".to_owned(), "command line"),
        Actor::System => ("system".to_owned(), "system"),
        Actor::Client(application) => (application.to_string(), "application"),
        Actor::Person(user) => (user.to_string(), "user"),
        Actor::Administrator(user) => (user.to_string(), "administrator"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_narrows_nothing() {
        assert_eq!(changes(None, None), None);
        assert_eq!(
            changes(Some(OperationType::All), Some(ResourceType::All)),
            None
        );
    }

    #[test]
    fn words_find_what_they_name() {
        let kicks = changes(None, Some(ResourceType::UserLoginState)).unwrap();
        assert!(kicks.contains(&(AuditAction::Kick, AuditResource::User)));
        assert!(!kicks.contains(&(AuditAction::Update, AuditResource::User)));
        let of_users = changes(Some(OperationType::Update), Some(ResourceType::User)).unwrap();
        assert!(of_users.contains(&(AuditAction::SetPassword, AuditResource::User)));
        assert!(!of_users.contains(&(AuditAction::Kick, AuditResource::User)));
        assert_eq!(changes(Some(OperationType::Import), None), Some(Vec::new()));
    }
}
