//! Sessions of browsers: the port. What changes a login is in `lifecycle`.

use super::{SqlStore, lifecycle};
use async_trait::async_trait;
use rollcall_core::ids::{ApplicationId, PoolId};
use rollcall_core::model::event::Origin;
use rollcall_core::model::sign_on::BrowserSession;
use rollcall_core::ports::StoreResult;
use rollcall_core::ports::browser_sessions::{
    BrowserSessions, BrowserSignIn, BrowserSignedIn, SignOn, SignedOn,
};
use rollcall_core::secret::TokenDigest;

#[async_trait]
impl BrowserSessions for SqlStore {
    async fn browser_session(
        &self,
        pool: PoolId,
        cookie: TokenDigest,
        application: ApplicationId,
    ) -> StoreResult<Option<BrowserSession>> {
        self.read(move |conn| {
            lifecycle::browser_session(conn, pool, cookie, application, conn.now()?)
        })
        .await
    }

    async fn sign_in_browser(
        &self,
        pool: PoolId,
        sign_in: BrowserSignIn,
        origin: Origin,
    ) -> StoreResult<BrowserSignedIn> {
        self.write(move |commit| lifecycle::sign_in_browser(commit, pool, &sign_in, &origin))
            .await
    }

    async fn sign_on(
        &self,
        pool: PoolId,
        cookie: TokenDigest,
        sign_on: SignOn,
        origin: Origin,
    ) -> StoreResult<SignedOn> {
        self.write(move |commit| lifecycle::sign_on(commit, pool, cookie, &sign_on, &origin))
            .await
    }
}
