//! `get-admin-audit-logs`: what was changed, or read of secrets, through the
//! management API and the command line.

use super::{Authority, log_filter};
use crate::model::access_key::{ManagementCaller, Permission};
use crate::model::audit::{AuditAction, AuditResource, AuditRow};
use crate::model::event::Actor;
use crate::page::{PageOf, PageRequest};
use crate::ports::audit_log::AuditFilter;
use crate::refusal::Refusal;
use crate::time::Timestamp;

/// Which rows of the log.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct GetAdminAuditLogs {
    /// Only what this one did: a key's id, `operator` or `system`.
    pub actor: Option<String>,
    /// Only what this call did.
    pub request_id: Option<String>,
    /// Only what was done from this address.
    pub client_ip: Option<String>,
    /// Only one of these things, done to a record of that kind.
    pub changes: Option<Vec<(AuditAction, AuditResource)>>,
    /// Only what was done, or only what was refused.
    pub success: Option<bool>,
    /// Only at or after this instant.
    pub start: Option<Timestamp>,
    /// Only before or at this instant.
    pub end: Option<Timestamp>,
}

/// The newest first. A refused call changes nothing and leaves no row, so that
/// there is nothing to find of those.
pub async fn get_admin_audit_logs(
    authority: &Authority,
    caller: &ManagementCaller,
    request: GetAdminAuditLogs,
    page: PageRequest,
) -> Result<PageOf<AuditRow>, Refusal> {
    caller.require(Permission::Audit)?;
    let request_id = log_filter::text(request.request_id, "requestId")?;
    let address = log_filter::address(request.client_ip.as_deref())?;
    let named = log_filter::text(request.actor, "userId")?;
    let actor = named.as_deref().map(administrator);
    if actor == Some(None) || request.success == Some(false) {
        return Ok(PageOf {
            total_count: 0,
            list: Vec::new(),
        });
    }
    let filter = AuditFilter {
        actor: actor.flatten(),
        request_id,
        address,
        changes: request.changes,
        from: request.start,
        until: request.end,
    };
    let rows = authority.store.management_rows(caller.pool, filter, page);
    Ok(rows.await?)
}

/// Before the id of an administrator, which a key's would look like.
pub const ADMINISTRATOR: &str = "administrator:";

/// Who is meant; none if nobody can be.
fn administrator(text: &str) -> Option<Actor> {
    match text {
        "operator" => Some(Actor::Operator),
        "system" => Some(Actor::System),
        id => match id.strip_prefix(ADMINISTRATOR) {
            Some(id) => id.parse().ok().map(Actor::Administrator),
            None => id.parse().ok().map(Actor::Key),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::AccessKeyId;

    #[test]
    fn administrators_are_keys_and_whoever_runs_the_server() {
        let key = AccessKeyId::from_bytes([7; 12]);
        assert_eq!(administrator(&key.to_string()), Some(Actor::Key(key)));
        assert_eq!(administrator("operator"), Some(Actor::Operator));
        assert_eq!(administrator("system"), Some(Actor::System));
        assert_eq!(administrator("root"), None);
    }
}
