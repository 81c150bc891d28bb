//! A connection that checks are asked on, and its statements.

use super::memory::Memory;
use super::questions::{Arrays, Batch, Typed};
use super::statements;
use super::warming::{PAGE, Place};
use crate::postgres::connect::{Connector, SETTINGS};
use crate::postgres::failure::Failure;
use futures_util::future;
use rollcall_core::ids::PoolId;
use std::time::Duration;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Row, Statement};

/// A connection and its statements.
pub(super) struct Line {
    pub(super) client: Client,
    /// What is remembered goes with the connection.
    pub(super) memory: Option<Memory>,
    // Where statements may be kept.
    by_id: Option<Statement>,
    by_any: Option<Statement>,
    whole: Option<Statement>,
    mass_ends: Option<Statement>,
    live_logins: Option<Statement>,
}

/// The server's answer, or that there was none in time.
pub(super) async fn in_time<T>(
    limit: Duration,
    asking: impl Future<Output = Result<T, tokio_postgres::Error>>,
) -> Result<T, Failure> {
    let told = tokio::time::timeout(limit, asking).await;
    told.map_err(|_| Failure::TimedOut)?
        .map_err(Failure::Server)
}

impl Line {
    /// Connects.
    pub(super) async fn open(connector: &Connector, remembers: bool) -> Result<Self, Failure> {
        let client = connector.client().await?;
        let is_kept = connector.is_kept();
        let (mut by_id, mut by_any, mut whole) = (None, None, None);
        let (mut mass_ends, mut live_logins) = (None, None);
        if is_kept {
            in_time(connector.answer_time(), async {
                client.batch_execute(SETTINGS).await?;
                client.batch_execute(PLANS).await?;
                by_id = Some(client.prepare(&statements::by_id()).await?);
                by_any = Some(client.prepare(&statements::by_any()).await?);
                whole = Some(client.prepare(&statements::whole()).await?);
                mass_ends = Some(client.prepare(&statements::mass_ends()).await?);
                live_logins = Some(client.prepare(&statements::live_logins()).await?);
                Ok(())
            })
            .await?;
        }
        Ok(Self {
            client,
            memory: remembers.then(Memory::default),
            by_id,
            by_any,
            whole,
            mass_ends,
            live_logins,
        })
    }

    /// The quick rows of a batch.
    pub(super) async fn rows(
        &self,
        batch: &Batch<'_>,
        by_id: bool,
    ) -> Result<Vec<Row>, tokio_postgres::Error> {
        match by_id {
            true => {
                self.ask(self.by_id.as_ref(), statements::by_id, &batch.by_id())
                    .await
            }
            false => {
                self.ask(self.by_any.as_ref(), statements::by_any, &batch.by_any())
                    .await
            }
        }
    }

    async fn ask(
        &self,
        kept: Option<&Statement>,
        text: fn() -> String,
        values: &[Typed<'_>],
    ) -> Result<Vec<Row>, tokio_postgres::Error> {
        match kept {
            Some(statement) => {
                let values: Vec<&(dyn ToSql + Sync)> =
                    values.iter().map(|(value, _)| *value).collect();
                self.client.query(statement, &values).await
            }
            None => self.client.query_typed(&text(), values).await,
        }
    }

    /// The whole rows of a batch, and the mass ends of these pools, all on one snapshot.
    pub(super) async fn rows_with_ends(
        &self,
        arrays: &Arrays<'_>,
        pools: &[PoolId],
    ) -> Result<(Vec<Row>, Vec<(PoolId, Vec<Row>)>), tokio_postgres::Error> {
        const BEGIN: &str = "START TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY";
        let of_pools = pools.iter().map(|pool| async move {
            let rows = self.mass_ends_of(*pool).await?;
            Ok::<_, tokio_postgres::Error>((*pool, rows))
        });
        // Sent in this order, and waited for together.
        let (begin, rows, ends, commit) = future::join4(
            self.client.batch_execute(BEGIN),
            self.ask(self.whole.as_ref(), statements::whole, &arrays.all()),
            future::try_join_all(of_pools),
            self.client.batch_execute("COMMIT"),
        )
        .await;
        begin?;
        commit?;
        Ok((rows?, ends?))
    }

    /// The next live logins of a pool, in the order that they are read in.
    pub(super) async fn live_logins(
        &self,
        place: &Place,
    ) -> Result<Vec<Row>, tokio_postgres::Error> {
        let (user, application): (&[u8], &[u8]) = (&place.user, &place.application);
        let pool: &[u8] = place.pool.as_bytes();
        let values: [Typed<'_>; 5] = [
            (&pool, Type::BYTEA),
            (&user, Type::BYTEA),
            (&application, Type::BYTEA),
            (&place.seq, Type::INT8),
            (&PAGE, Type::INT8),
        ];
        let kept = self.live_logins.as_ref();
        self.ask(kept, statements::live_logins, &values).await
    }

    async fn mass_ends_of(&self, pool: PoolId) -> Result<Vec<Row>, tokio_postgres::Error> {
        let pool: &[u8] = pool.as_bytes();
        let values: [Typed<'_>; 1] = [(&pool, Type::BYTEA)];
        self.ask(self.mass_ends.as_ref(), statements::mass_ends, &values)
            .await
    }
}

/// Each of a batch is a few look-ups in indexes, however many there are: planned once,
/// and never by reading tables as a whole.
pub(crate) const PLANS: &str = "SET plan_cache_mode = force_generic_plan;
    SET enable_hashjoin = off; SET enable_mergejoin = off; SET enable_memoize = off;
    SET statement_timeout = '10s'";
