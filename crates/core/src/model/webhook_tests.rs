use super::*;
use crate::ids::{AccessKeyId, PoolId};

const KEY: Actor = Actor::Key(AccessKeyId::from_bytes([1; 12]));
const POOL: PoolId = PoolId::from_bytes([3; 12]);
const USER: &str = "010101010101010101010101";
const APP: &str = "020202020202020202020202";

fn told(action: AuditAction, resource: AuditResource, id: &str, detail: &str) -> Option<Told> {
    let change = AuditedChange {
        pool: POOL,
        action,
        resource,
        resource_id: id,
        detail,
        actor: KEY,
    };
    change.told()
}

#[test]
fn a_kick_names_its_applications() {
    let kick = told(AuditAction::Kick, AuditResource::User, USER, APP).unwrap();
    assert_eq!(kick.events, [WebhookEvent::Kick]);
    assert_eq!(kick.subjects.user, USER.parse().ok());
    assert_eq!(kick.subjects.applications, [APP.parse().unwrap()]);
    assert_eq!(kick.fields, [""; 0]);
}

#[test]
fn only_a_person_registers() {
    let client = Actor::Client(APP.parse().unwrap());
    for (actor, registers) in [(KEY, false), (Actor::Operator, false), (client, true)] {
        let change = AuditedChange {
            pool: POOL,
            action: AuditAction::Create,
            resource: AuditResource::User,
            resource_id: USER,
            detail: "username",
            actor,
        };
        let events = change.told().unwrap().events;
        assert_eq!(events.contains(&WebhookEvent::Register), registers);
        assert!(events.contains(&WebhookEvent::UserCreated));
    }
}

#[test]
fn a_change_names_fields_and_an_identity_its_source() {
    let update = told(AuditAction::Update, AuditResource::User, USER, "name,phone").unwrap();
    assert_eq!(update.fields, ["name", "phone"]);
    let link = told(AuditAction::Create, AuditResource::Identity, USER, APP).unwrap();
    assert_eq!(link.events, [WebhookEvent::UserLinkAccount]);
    assert_eq!(link.subjects.ext_idp, APP.parse().ok());
    let unlink = told(AuditAction::Delete, AuditResource::Identity, USER, APP).unwrap();
    assert_eq!(unlink.events, [WebhookEvent::UserUpdated]);
    assert_eq!(unlink.fields, ["identities"]);
}

#[test]
fn reading_a_secret_and_what_the_contract_has_no_event_for_is_not_told() {
    use AuditResource as Of;
    for (action, resource) in [
        (AuditAction::ReadSecret, Of::ApplicationSecret),
        (AuditAction::Create, Of::AccessKey),
        (AuditAction::RotateSecret, Of::AccessKey),
        (AuditAction::Create, Of::ExtIdp),
        (AuditAction::Create, Of::Pool),
        (AuditAction::Update, Of::Webhook),
        (AuditAction::Create, Of::SigningKey),
    ] {
        assert_eq!(told(action, resource, APP, ""), None, "{resource:?}");
    }
}

#[test]
fn a_new_secret_of_the_pool_is_its_root_keys() {
    let root = POOL.root_key().to_string();
    let rotated = told(
        AuditAction::RotateSecret,
        AuditResource::AccessKey,
        &root,
        "",
    );
    let rotated = rotated.unwrap();
    assert_eq!(rotated.events, [WebhookEvent::UserPoolSecretRefreshed]);
    assert_eq!(rotated.subjects, Subjects::default());
    for action in [AuditAction::Create, AuditAction::Update] {
        assert_eq!(told(action, AuditResource::AccessKey, &root, ""), None);
    }
}

#[test]
fn a_status_is_told_when_it_changes_what_the_user_may_do() {
    use UserStatus::{Activated, Archived, Deactivated, Resigned, Suspended};
    for (former, new, event) in [
        (Activated, Activated, None),
        (Activated, Suspended, Some(WebhookEvent::UserBlocked)),
        (Activated, Deactivated, Some(WebhookEvent::UserBlocked)),
        (Activated, Resigned, Some(WebhookEvent::UserBlocked)),
        (Suspended, Deactivated, None),
        (Suspended, Activated, Some(WebhookEvent::UserUnblocked)),
        (Suspended, Archived, Some(WebhookEvent::UserArchived)),
        (Archived, Activated, Some(WebhookEvent::UserUnarchived)),
        (Archived, Suspended, Some(WebhookEvent::UserUnarchived)),
    ] {
        assert_eq!(told_of_status(former, new), event, "{former:?} {new:?}");
    }
}

#[test]
fn a_success_confirms_and_not_now_is_tried_again() {
    for status in 100..=599 {
        let answer = CallAnswer {
            status,
            headers: Vec::new(),
            body: String::new(),
        };
        let expected = match status {
            200..=299 => Verdict::Confirmed,
            408 | 429 | 500..=599 => Verdict::Recoverable,
            _ => Verdict::Final,
        };
        assert_eq!(CallResult::Answered(answer).verdict(), expected, "{status}");
    }
    let failed = CallResult::Failed("timed_out");
    assert_eq!(failed.verdict(), Verdict::Recoverable);
    assert_eq!(failed.status(), None);
}
