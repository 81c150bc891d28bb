//! Access keys.

use super::instant;
use super::unsupported::refuse;
use rollcall_core::Refusal;
use rollcall_core::model::access_key::{KeyReport, KeyStatus};
use rollcall_core::operations::create_access_key::CreateAccessKey;
use rollcall_core::operations::list_access_key::KeyFilter;
use rollcall_core::secret::Secret;
use rollcall_wire::v3::access_keys::{
    AccessKeyDto, AccessKeyStatus, CreateAccessKeyDto, ListAccessKeyQuery,
};

/// What stands for a secret that is not told again. It is the same for every key,
/// so that it tells nothing.
const MASK: &str = "********************************";

/// The key that a body asks for. One of a tenant would be expected to reach that
/// alone, which is not built.
pub(crate) fn new_access_key(dto: CreateAccessKeyDto) -> Result<CreateAccessKey, Refusal> {
    refuse(&[("tenantId", &dto.tenant_id)])?;
    Ok(CreateAccessKey {
        kind: dto.r#type,
        owner: dto.user_id,
        permissions: dto.permissions,
    })
}

/// Which keys a query asks for.
pub(crate) fn key_filter(query: ListAccessKeyQuery) -> KeyFilter {
    KeyFilter {
        owner: query.user_id,
        tenant_id: query.tenant_id,
        kind: query.r#type,
        statuses: query.status,
    }
}

/// A key; its secret where it is told this once. A key that was never used was last
/// touched when it was made: the contract's `lastDate` may not be missing.
pub(crate) fn access_key_dto(key: &KeyReport, secret: Option<&Secret>) -> AccessKeyDto {
    let permissions = key.permissions.iter();
    AccessKeyDto {
        access_key_id: key.id.to_string(),
        access_key_secret: secret.map_or(MASK, Secret::reveal).into(),
        user_id: key.owner(),
        created_at: instant(key.created_at),
        status: match key.status() {
            KeyStatus::Activated => AccessKeyStatus::Activated,
            KeyStatus::Revoked => AccessKeyStatus::Revoked,
        },
        last_date: instant(key.last_used_at.unwrap_or(key.created_at)),
        user_pool_id: key.pool.to_string(),
        enable: key.enabled,
        r#type: Some(key.labels.kind.clone()),
        permissions: Some(permissions.map(|each| each.as_str().to_owned()).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sides_have_the_same_names() {
        for (status, told) in [
            (KeyStatus::Activated, AccessKeyStatus::Activated),
            (KeyStatus::Revoked, AccessKeyStatus::Revoked),
        ] {
            assert_eq!(status.as_str(), told.as_str());
        }
    }
}
