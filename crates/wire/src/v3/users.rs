//! Users: who can be signed in.

mod about;
mod batch;
mod create;
mod enums;
mod list;
mod update;
mod user;

pub use about::{
    AboutUserQuery, AppDto, ArchivedUsersListPagingDto, DefaultLoginStrategy,
    GetUserAccessibleAppsQuery, GetUserLoggedInIdentitiesQuery, GetUserMfaInfoQuery,
    ListArchivedUsersQuery, ListArchivedUsersRespDto, MfaStatus, UserLoggedInIdentitiesDto,
    UserMfaRespDto,
};
pub use batch::{
    CreateUserBatchReqDto, CreateUserInfoDto, GetUserBatchQuery, ResignUserBatchReqDto,
    ResignUserDataDto, ResignUserReqDto, UpdateUserBatchOptionsDto, UpdateUserBatchReqDto,
    UpdateUserInfoDto,
};
pub use create::{
    CreateUserOptionsDto, CreateUserOtpDto, CreateUserReqDto, SendCreateAccountNotificationDto,
};
pub use enums::{
    DepartmentIdType, DifferingUserIdTypes, FilterOperator, Gender, PasswordEncryptType, SortOrder,
    UserIdType, UserSearchField, UserSortField, UserSourceType, UserStatus, WorkStatus,
};
pub use list::{
    ListUsersAdvancedFilterItemDto, ListUsersOptionsDto, ListUsersQuery, ListUsersRequestDto,
    SortingDto, UserPagingDto,
};
pub use update::{
    DeleteUsersBatchDto, DeleteUsersBatchOptionsDto, SendResetPasswordNotificationDto,
    UpdateUserOptionsDto, UpdateUserReqDto,
};
pub use user::{GetUserQuery, IsUserExistsDto, IsUserExistsReqDto, UserDto};
