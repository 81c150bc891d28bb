//! Applications.

use super::StoreResult;
use crate::ids::{ApplicationId, PoolId};
use crate::model::application::{
    Application, ApplicationChange, ApplicationFilter, ApplicationWithSecret,
};
use crate::model::event::Origin;
use crate::page::{PageOf, PageRequest};
use crate::refusal::Rule;
use crate::secret::Secret;
use async_trait::async_trait;

/// What became of a new application.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Created {
    /// It is stored.
    Created,
    /// Another application of the pool has this identifier.
    IdentifierTaken,
}

/// What became of a change.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Updated {
    /// The application as it is now.
    Updated(Box<Application>),
    /// It would break this rule between its members.
    Refused(Rule),
    /// Another application of the pool has this identifier.
    IdentifierTaken,
    /// The pool has no such application.
    NotFound,
}

/// An application that a person may sign in to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AccessibleApplication {
    /// Its id.
    pub id: ApplicationId,
    /// Its name.
    pub name: String,
    /// Its logo.
    pub logo: String,
    /// Where people sign in to it.
    pub login_url: String,
}

/// Applications of a pool.
#[async_trait]
pub trait Applications: Send + Sync {
    /// Stores a new application, with an audit row.
    async fn create_application(
        &self,
        new: ApplicationWithSecret,
        origin: Origin,
    ) -> StoreResult<Created>;

    /// An application by its id.
    async fn application(
        &self,
        pool: PoolId,
        application: ApplicationId,
    ) -> StoreResult<Option<Application>>;

    /// An application and its secret by `client_id`, in whichever pool it is:
    /// the pool follows from it.
    async fn client(
        &self,
        application: ApplicationId,
    ) -> StoreResult<Option<ApplicationWithSecret>>;

    /// Applications of the pool that are switched on, the newest first, at most
    /// `limit`.
    async fn enabled_applications(
        &self,
        pool: PoolId,
        limit: u32,
    ) -> StoreResult<Vec<AccessibleApplication>>;

    /// Applications of the pool, the newest first.
    async fn list_applications(
        &self,
        pool: PoolId,
        filter: ApplicationFilter,
        page: PageRequest,
    ) -> StoreResult<PageOf<Application>>;

    /// Applies the change (`Application::changed_by`), if `Application::check` passes
    /// what comes of it, with an audit row. In the
    /// same commit, `enabled: false` on an enabled application is a mass end
    /// (`app_disabled`), and any change of its session policy a mass end of
    /// `Effect::ApplicationPolicy`.
    async fn update_application(
        &self,
        pool: PoolId,
        application: ApplicationId,
        change: ApplicationChange,
        origin: Origin,
    ) -> StoreResult<Updated>;

    /// Deletes it, with a mass end (`app_deleted`) in the same commit; its grants
    /// and tokens die with their logins.
    /// False if the pool has no such application.
    async fn delete_application(
        &self,
        pool: PoolId,
        application: ApplicationId,
        origin: Origin,
    ) -> StoreResult<bool>;

    /// The secret, with an audit row for the reading. None: no such application.
    async fn application_secret(
        &self,
        pool: PoolId,
        application: ApplicationId,
        origin: Origin,
    ) -> StoreResult<Option<Secret>>;

    /// Replaces the secret and raises its version. False: no such application.
    async fn rotate_application_secret(
        &self,
        pool: PoolId,
        application: ApplicationId,
        secret: Secret,
        origin: Origin,
    ) -> StoreResult<bool>;
}
