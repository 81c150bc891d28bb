//! Which deliveries are attempted next.

use super::{Target, former_target, target};
use crate::records::columns::Columns;
use crate::records::outbox::{Outbox, visit};
use crate::records::statements::deliveries as sql;
use crate::records::{Commit, WriteError};
use crate::sql::{Connection, OptionalExtension as _, Result, Row, params};
use rollcall_core::ids::{ApplicationId, LoginId, PoolId, UserId};
use rollcall_core::limits;
use rollcall_core::model::application::SigningAlgorithm;
use rollcall_core::model::logout_delivery::{Delivery, DeliveryPlaces};
use rollcall_core::time::Timestamp;

/// A delivery that is due.
pub(super) struct Due {
    seq: i64,
    pool: PoolId,
    login: LoginId,
    user: UserId,
    application: ApplicationId,
    uri: String,
}

/// The outbox of back-channel logout.
pub(super) struct LogoutOutbox;

impl Outbox for LogoutOutbox {
    type Receiver = ApplicationId;
    type Due = Due;

    fn next(conn: &Connection, after: Option<ApplicationId>) -> Result<Option<ApplicationId>> {
        let after: &[u8] = match &after {
            Some(application) => application.as_bytes(),
            None => &[],
        };
        conn.prepare_cached(sql::NEXT_WAITING_APPLICATION)?
            .query_row([after], |row| row.get(0))
            .optional()
            .map(|id| id.map(ApplicationId::from_bytes))
    }

    fn due(
        conn: &Connection,
        application: ApplicationId,
        now: Timestamp,
        most: i64,
    ) -> Result<Vec<Due>> {
        conn.prepare_cached(sql::DUE_DELIVERIES)?
            .query_map(params![application.as_bytes(), now.as_millis(), most], read)?
            .collect()
    }
}

/// Leases what is due and has a place.
pub(super) fn claim(
    commit: &mut Commit<'_>,
    mut places: DeliveryPlaces,
) -> std::result::Result<Vec<Delivery>, WriteError> {
    let now = commit.now();
    let mut due = Vec::new();
    visit::<LogoutOutbox>(commit.conn(), &mut places, now, |delivery| {
        due.push(delivery);
        true
    })?;
    let leased_until = now + limits::DELIVERY_LEASE;
    let mut claimed = Vec::with_capacity(due.len());
    for Due {
        seq,
        pool,
        login,
        user,
        application,
        uri,
    } in due
    {
        let (uri, signing_algorithm) = destination(commit.conn(), pool, application, uri)?;
        commit
            .conn()
            .prepare_cached(sql::LEASE_DELIVERY)?
            .perform(params![seq, leased_until.as_millis(), uri])?;
        claimed.push(Delivery {
            pool,
            login,
            user,
            application,
            uri,
            signing_algorithm,
            claimed_at: now,
        });
    }
    Ok(claimed)
}

/// Where to, and how it is signed. An administrator repairs a wrong URI, and what
/// waits goes to the new one; without any, the one of the end still stands.
fn destination(
    conn: &Connection,
    pool: PoolId,
    application: ApplicationId,
    stored: String,
) -> Result<(String, SigningAlgorithm)> {
    let target = match target(conn, pool, application)? {
        Some(registered) => Some(registered),
        None => former_target(conn, pool, application)?,
    };
    Ok(match target {
        Some(Target {
            uri,
            signing_algorithm,
        }) => (uri.unwrap_or(stored), signing_algorithm),
        // It had taken its URI away before it was deleted.
        None => (stored, SigningAlgorithm::Rs256),
    })
}

fn read(row: &Row<'_>) -> Result<Due> {
    let mut columns = Columns::of(row);
    Ok(Due {
        seq: columns.get()?,
        pool: PoolId::from_bytes(columns.get()?),
        login: LoginId::from_bytes(columns.get()?),
        user: UserId::from_bytes(columns.get()?),
        application: ApplicationId::from_bytes(columns.get()?),
        uri: columns.get()?,
    })
}
