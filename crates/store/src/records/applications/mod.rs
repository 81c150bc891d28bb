//! Applications.

pub(super) mod list;
mod oauth;
pub(super) mod rows;
mod write;

use super::{Commit, SqlStore, WriteError};
use crate::sql::Connection;
use async_trait::async_trait;
use rollcall_core::ids::{ApplicationId, PoolId};
use rollcall_core::model::application::{
    Application, ApplicationChange, ApplicationFilter, ApplicationWithSecret, SigningAlgorithm,
};
use rollcall_core::model::event::Origin;
use rollcall_core::page::{PageOf, PageRequest};
use rollcall_core::ports::StoreResult;
use rollcall_core::ports::applications::{AccessibleApplication, Applications, Created, Updated};
use rollcall_core::secret::Secret;

const TABLE: &str = "applications";
const SECRET: &str = "secret";

/// The pool's application with this id, without its secret.
pub(super) fn stored(
    conn: &Connection,
    pool: PoolId,
    application: ApplicationId,
) -> crate::sql::Result<Option<Application>> {
    Ok(rows::by_id(conn, pool, application)?.map(|row| row.application))
}

/// How an application's tokens are signed, by its stored settings.
pub(super) fn signing_algorithm(settings: &str) -> Option<SigningAlgorithm> {
    Some(oauth::from_text(settings)?.signing_algorithm)
}

/// Stores a new application, in a commit that makes more than it.
pub(super) fn make(
    commit: &mut Commit<'_>,
    new: ApplicationWithSecret,
    origin: &Origin,
) -> Result<Created, WriteError> {
    write::create(commit, new, origin)
}

#[async_trait]
impl Applications for SqlStore {
    async fn create_application(
        &self,
        new: ApplicationWithSecret,
        origin: Origin,
    ) -> StoreResult<Created> {
        self.write(move |commit| write::create(commit, new, &origin))
            .await
    }

    async fn application(
        &self,
        pool: PoolId,
        application: ApplicationId,
    ) -> StoreResult<Option<Application>> {
        let row = self
            .look(move |conn| rows::by_id(conn, pool, application))
            .await?;
        Ok(row.map(|row| row.application))
    }

    async fn client(
        &self,
        application: ApplicationId,
    ) -> StoreResult<Option<ApplicationWithSecret>> {
        let store = self.clone();
        self.look(move |conn| {
            let Some(row) = rows::by_client_id(conn, application)? else {
                return Ok(None);
            };
            let application = row.application;
            let id = application.id.as_bytes();
            let secret = store.open_secret(TABLE, application.pool, id, SECRET, &row.secret)?;
            Ok(Some(ApplicationWithSecret {
                application,
                secret,
            }))
        })
        .await
    }

    async fn enabled_applications(
        &self,
        pool: PoolId,
        limit: u32,
    ) -> StoreResult<Vec<AccessibleApplication>> {
        self.scan(move |conn| list::enabled(conn, pool, limit))
            .await
    }

    async fn list_applications(
        &self,
        pool: PoolId,
        filter: ApplicationFilter,
        page: PageRequest,
    ) -> StoreResult<PageOf<Application>> {
        self.scan(move |conn| list::page(conn, pool, &filter, page))
            .await
    }

    async fn update_application(
        &self,
        pool: PoolId,
        application: ApplicationId,
        change: ApplicationChange,
        origin: Origin,
    ) -> StoreResult<Updated> {
        self.write(move |commit| write::update(commit, pool, application, change, &origin))
            .await
    }

    async fn delete_application(
        &self,
        pool: PoolId,
        application: ApplicationId,
        origin: Origin,
    ) -> StoreResult<bool> {
        self.write(move |commit| write::delete(commit, pool, application, &origin))
            .await
    }

    async fn application_secret(
        &self,
        pool: PoolId,
        application: ApplicationId,
        origin: Origin,
    ) -> StoreResult<Option<Secret>> {
        self.write(move |commit| write::read_secret(commit, pool, application, &origin))
            .await
    }

    async fn rotate_application_secret(
        &self,
        pool: PoolId,
        application: ApplicationId,
        secret: Secret,
        origin: Origin,
    ) -> StoreResult<bool> {
        self.write(move |commit| write::rotate_secret(commit, pool, application, &secret, &origin))
            .await
    }
}
