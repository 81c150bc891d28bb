//! External identity sources.

use super::names::{provider, provider_dto};
use super::page::whole;
use super::unsupported::refuse;
use rollcall_core::Refusal;
use rollcall_core::model::ext_idp::ExtIdp;
use rollcall_core::operations::create_ext_idp::CreateExtIdp;
use rollcall_core::operations::get_ext_idp::GetExtIdp;
use rollcall_wire::v3::JsonObject;
use rollcall_wire::v3::ext_idps::{
    CreateExtIdpDto, ExtIdpDetail, ExtIdpDto, ExtIdpGroup, ExtIdpListPagingDto, GetExtIdpQuery,
    ListExtIdpQuery,
};

/// The source that a body asks for.
pub(crate) fn new_ext_idp(dto: CreateExtIdpDto) -> CreateExtIdp {
    CreateExtIdp {
        name: dto.name,
        provider: provider(dto.r#type),
        tenant_id: dto.tenant_id,
    }
}

/// The source that is asked for. `appId` narrows its connections, of which there
/// are none.
pub(crate) fn wanted_ext_idp(query: GetExtIdpQuery) -> GetExtIdp {
    GetExtIdp {
        id: query.id,
        tenant_id: query.tenant_id,
        is_social: query.r#type.map(|group| group == ExtIdpGroup::Social),
    }
}

/// The tenant whose sources are asked for. Those of an application would be its
/// connections, which are not built.
pub(crate) fn wanted_tenant(query: ListExtIdpQuery) -> Result<Option<String>, Refusal> {
    refuse(&[("appId", &query.app_id)])?;
    Ok(query.tenant_id)
}

/// All sources that were asked for (V3 `ExtIdpListPagingDto`).
pub(crate) fn ext_idp_list_dto(sources: &[ExtIdp]) -> ExtIdpListPagingDto {
    ExtIdpListPagingDto {
        total_count: whole(sources.len() as u64),
        list: sources.iter().map(ext_idp_dto).collect(),
    }
}

/// A source (V3 `ExtIdpDto`). Sources are records without a logo of their own.
pub(crate) fn ext_idp_dto(source: &ExtIdp) -> ExtIdpDto {
    ExtIdpDto {
        id: source.id.to_string(),
        name: source.name.clone(),
        logo: String::new(),
        tenant_id: source.tenant_id.clone(),
        r#type: provider_dto(source.provider),
    }
}

/// A source with its connections (V3 `ExtIdpDetail`). The contract's schema says
/// that `connections` is an object; there are none.
pub(crate) fn ext_idp_detail(source: &ExtIdp) -> ExtIdpDetail {
    let source = ext_idp_dto(source);
    ExtIdpDetail {
        id: source.id,
        name: source.name,
        logo: source.logo,
        tenant_id: source.tenant_id,
        r#type: source.r#type,
        connections: JsonObject::new(),
        auto_join: false,
    }
}
