//! Telling applications of ends, and the ledger of it.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "logout_deliveries/ledger.rs"]
mod ledger;
#[path = "logout_deliveries/sending.rs"]
mod sending;
mod support;

use rollcall_core::model::application::{ApplicationChange, OauthChange};
use rollcall_core::model::event::Origin;
use rollcall_core::ports::applications::Updated;
use support::TestServer;

impl TestServer {
    /// An application of this name that wants to be told of ends.
    async fn add_told_application(&self, name: &str) -> String {
        let app_id = self.add_application(name).await;
        let oauth = OauthChange {
            backchannel_logout_uri: Some(format!("https://{name}.example/logout")),
            ..OauthChange::default()
        };
        let change = ApplicationChange {
            oauth,
            ..ApplicationChange::default()
        };
        let application = app_id.parse().unwrap();
        let store = &self.authority.store;
        let updated =
            store.update_application(self.root.pool, application, change, Origin::system());
        assert!(matches!(updated.await, Ok(Updated::Updated(_))));
        app_id
    }
}
