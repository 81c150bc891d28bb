//! The outbox of back-channel logout and its ledger: the port, and what is written
//! with an end.

mod attempt;
mod claim;
mod forget;
mod ledger;

pub(super) use forget::forget_old;

use super::applications;
use super::columns::Columns;
use super::outbox::any_due;
use super::statements::deliveries as sql;
use super::{Commit, SqlStore, WriteError};
use crate::sql::{Connection, OptionalExtension as _, Result, params};
use async_trait::async_trait;
use claim::LogoutOutbox;
use rollcall_core::ids::{ApplicationId, LoginId, PoolId};
use rollcall_core::model::application::{Application, SigningAlgorithm};
use rollcall_core::model::event::End;
use rollcall_core::model::login::Login;
use rollcall_core::model::logout_delivery::{Attempt, Delivery, DeliveryPlaces, LogoutDelivery};
use rollcall_core::page::{PageOf, PageRequest};
use rollcall_core::ports::StoreResult;
use rollcall_core::ports::logout_deliveries::{AttemptRecorded, DeliveryFilter, LogoutDeliveries};

/// Where and how an application wants to be told of ends.
struct Target {
    uri: Option<String>,
    signing_algorithm: SigningAlgorithm,
}

/// As the application is registered now.
fn target(conn: &Connection, pool: PoolId, application: ApplicationId) -> Result<Option<Target>> {
    conn.prepare_cached(sql::LOGOUT_TARGET)?
        .query_row((pool.as_bytes(), application.as_bytes()), |row| {
            let mut columns = Columns::of(row);
            Ok(Target {
                uri: columns.get()?,
                signing_algorithm: columns.meaning(applications::signing_algorithm)?,
            })
        })
        .optional()
}

/// As a deleted application was registered.
fn former_target(
    conn: &Connection,
    pool: PoolId,
    application: ApplicationId,
) -> Result<Option<Target>> {
    conn.prepare_cached(sql::FORMER_LOGOUT_URI)?
        .query_row((pool.as_bytes(), application.as_bytes()), |row| {
            let mut columns = Columns::of(row);
            Ok(Target {
                uri: Some(columns.get()?),
                signing_algorithm: columns.meaning(SigningAlgorithm::from_name)?,
            })
        })
        .optional()
}

/// Where a deleted application wanted to be told.
pub(super) fn former_uri(
    conn: &Connection,
    pool: PoolId,
    application: ApplicationId,
) -> Result<Option<String>> {
    let target = former_target(conn, pool, application)?;
    Ok(target.and_then(|target| target.uri))
}

/// Remembers where an application that is being deleted wants to be told: it is
/// owed the ends of its logins, which may be recorded later.
pub(super) fn keep_former_uri(
    commit: &Commit<'_>,
    application: &Application,
) -> std::result::Result<(), WriteError> {
    let Some(uri) = &application.oauth.backchannel_logout_uri else {
        return Ok(());
    };
    let mut keep = commit.conn().prepare_cached(sql::KEEP_FORMER_LOGOUT_URI)?;
    keep.perform(params![
        application.pool.as_bytes(),
        application.id.as_bytes(),
        uri,
        application.oauth.signing_algorithm.as_str(),
        commit.now().as_millis(),
    ])?;
    Ok(())
}

/// Adds the delivery of an end that is being recorded. At most one for a login.
pub(super) fn add(
    commit: &mut Commit<'_>,
    pool: PoolId,
    login: &Login,
    end: End,
    uri: &str,
) -> std::result::Result<(), WriteError> {
    let added = commit
        .conn()
        .prepare_cached(sql::ADD_DELIVERY)?
        .execute(params![
            pool.as_bytes(),
            login.id.as_bytes(),
            login.session.as_bytes(),
            login.user.as_bytes(),
            login.application.as_bytes(),
            end.reason.as_str(),
            end.at.as_millis(),
            commit.now().as_millis(),
            uri,
        ])?;
    commit.deliveries_added |= added > 0;
    Ok(())
}

#[async_trait]
impl LogoutDeliveries for SqlStore {
    async fn claim_deliveries(&self, places: &DeliveryPlaces) -> StoreResult<Vec<Delivery>> {
        let (looking, taking) = (places.clone(), places.clone());
        let any = self.scan(move |conn| any_due::<LogoutOutbox>(conn, looking, conn.now()?));
        if !any.await? {
            return Ok(Vec::new());
        }
        self.write(move |commit| claim::claim(commit, taking)).await
    }

    async fn record_attempt(
        &self,
        pool: PoolId,
        login: LoginId,
        attempt: Attempt,
    ) -> StoreResult<AttemptRecorded> {
        self.write(move |commit| attempt::record(commit, pool, login, &attempt))
            .await
    }

    async fn awaits_first_attempt(&self, pool: PoolId, logins: &[LoginId]) -> StoreResult<bool> {
        let logins = logins.to_vec();
        self.read(move |conn| attempt::any_missing(conn, pool, &logins))
            .await
    }

    async fn list_logout_deliveries(
        &self,
        pool: PoolId,
        filter: DeliveryFilter,
        page: PageRequest,
    ) -> StoreResult<PageOf<LogoutDelivery>> {
        self.scan(move |conn| ledger::list(conn, pool, filter, page))
            .await
    }

    async fn deliveries_added(&self) {
        self.inner.deliveries_added.notified().await;
    }
}
