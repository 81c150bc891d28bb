//! Lists of users: what `list-users` asks for, in either of its forms.

use super::instant;
use super::names::user_status;
use super::page::{instant_of_millis, page, page_of_options, whole};
use super::unsupported::refuse;
use super::user::{UserView, user_dto, user_paging_dto};
use super::user_filter::{filter_test, search_in, sort};
use crate::v3::{RowIds, V3Result, WithResults, with_results};
use rollcall_core::Refusal;
use rollcall_core::model::user::{ArchivedUser, UserFilter};
use rollcall_core::operations::RowOutcome;
use rollcall_core::operations::get_user::UserDetails;
use rollcall_core::page::{PageOf, PageRequest};
use rollcall_wire::v3::users::{
    ArchivedUsersListPagingDto, ListArchivedUsersRespDto, ListUsersQuery, ListUsersRequestDto,
    UserDto, UserPagingDto,
};

/// Which users are asked for, and how much of each.
#[derive(Debug)]
pub(crate) struct UserList {
    /// Which users.
    pub(crate) filter: UserFilter,
    /// Which of them.
    pub(crate) page: PageRequest,
    /// How much of each.
    pub(crate) view: UserView,
    /// Whether `postIdList` is answered.
    pub(crate) with_post: bool,
}

impl UserList {
    /// What the parameters of the `GET` ask for.
    pub(crate) fn of_query(query: &ListUsersQuery) -> Result<Self, Refusal> {
        Ok(Self {
            filter: UserFilter {
                status: query.status.map(user_status),
                updated_from: query.updated_at_start.map(instant_of_millis),
                updated_until: query.updated_at_end.map(instant_of_millis),
                ..UserFilter::default()
            },
            page: page(query.page, query.limit)?,
            view: UserView {
                with_custom_data: query.with_custom_data.unwrap_or(false),
                with_identities: query.with_identities.unwrap_or(false),
                with_department_ids: query.with_department_ids.unwrap_or(false),
            },
            with_post: query.with_post.unwrap_or(false),
        })
    }

    /// What the body of the `POST` asks for.
    pub(crate) fn of_body(body: ListUsersRequestDto) -> Result<Self, Refusal> {
        let options = body.options.unwrap_or_default();
        refuse(&[
            ("searchQuery", &body.search_query),
            ("flatCustomData", &options.flat_custom_data),
        ])?;
        let tests = body.advanced_filter.into_iter().flatten();
        Ok(Self {
            filter: UserFilter {
                // A search box that was left empty is no search.
                keywords: body.keywords.filter(|keywords| !keywords.is_empty()),
                search_in: search_in(options.fuzzy_search_on.as_deref()),
                tests: tests.map(filter_test).collect::<Result<_, _>>()?,
                sort: sort(options.sort.as_deref().unwrap_or_default())?,
                ..UserFilter::default()
            },
            page: page_of_options(options.pagination.as_ref())?,
            view: UserView {
                with_custom_data: options.with_custom_data.unwrap_or(false),
                with_identities: options.with_identities.unwrap_or(false),
                with_department_ids: options.with_department_ids.unwrap_or(false),
            },
            with_post: options.with_post.unwrap_or(false),
        })
    }
}

/// The users of a bulk change that were saved, in order, and what became of each row.
pub(crate) fn saved_users(
    rows: Vec<RowOutcome<UserDetails>>,
) -> V3Result<WithResults<Vec<UserDto>>> {
    let mut saved = Vec::new();
    let mut ids: RowIds = Vec::with_capacity(rows.len());
    for row in rows {
        ids.push(row.map(|details| {
            saved.push(user_dto(&details, &UserView::default()));
            details.user.id.to_string()
        }));
    }
    with_results(saved, ids)
}

/// A page of archived users (V3 `ArchivedUsersListPagingDto`).
pub(crate) fn archived_users_dto(page: &PageOf<ArchivedUser>) -> ArchivedUsersListPagingDto {
    let row = |archived: &ArchivedUser| ListArchivedUsersRespDto {
        user_id: archived.user.to_string(),
        archived_at: instant(archived.archived_at),
    };
    ArchivedUsersListPagingDto {
        total_count: whole(page.total_count),
        list: page.list.iter().map(row).collect(),
    }
}

/// The answer to such a list.
pub(crate) fn user_list_dto(
    users: &PageOf<UserDetails>,
    view: &UserView,
    with_post: bool,
) -> UserPagingDto {
    let mut answer = user_paging_dto(users, view);
    if with_post {
        for user in &mut answer.list {
            user.post_id_list = Some(Vec::new());
        }
    }
    answer
}
