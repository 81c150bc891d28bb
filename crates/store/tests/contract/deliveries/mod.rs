//! What applications are owed for ends, who attempts it when, and the ledger.

mod claims;
mod ledger;
mod reasons;

pub(crate) use claims::*;
pub(crate) use ledger::*;
pub(crate) use reasons::*;

use super::{Harness, SignedIn, World};
use rollcall_core::ids::{ApplicationId, LoginId, PoolId};
use rollcall_core::model::application::{ApplicationChange, OauthChange};
use rollcall_core::model::event::Reason;
use rollcall_core::model::logout_delivery::{
    Attempt, AttemptResult, Delivery, DeliveryPlaces, DeliveryState, LogoutDelivery,
};
use rollcall_core::page::{PageOf, PageRequest};
use rollcall_core::ports::logins::{SessionEnd, SessionKey};
use rollcall_core::ports::logout_deliveries::{AttemptRecorded, DeliveryFilter};

/// Where applications want to be told.
const URI: &str = "https://rp.example/logout";

impl<H: Harness> World<H> {
    /// Says where an application of the pool wants to be told; empty: nowhere.
    async fn set_logout_uri(&self, application: ApplicationId, uri: &str) {
        let oauth = OauthChange {
            backchannel_logout_uri: Some(uri.to_owned()),
            ..OauthChange::default()
        };
        self.change_oauth(application, oauth).await;
    }

    async fn change_oauth(&self, application: ApplicationId, oauth: OauthChange) {
        let change = ApplicationChange {
            oauth,
            ..ApplicationChange::default()
        };
        self.change_application(self.pool, application, change)
            .await;
    }

    /// A new application that wants to be told.
    async fn told_application(&self) -> ApplicationId {
        let application = self.new_application(self.pool).await;
        self.set_logout_uri(application, URI).await;
        application
    }

    /// Somebody new who signed in to the application and out again.
    async fn someone_signed_out(&self, application: ApplicationId) -> SignedIn {
        let user = self.new_user(self.pool).await;
        let who = self.sign_in(self.pool, user, application).await;
        self.sign_out(&who, Reason::SignedOut).await;
        who
    }

    async fn sign_out(&self, who: &SignedIn, reason: Reason) {
        let key = SessionKey::Login(who.login);
        let ended = self
            .store()
            .end_session(self.pool, key, reason, self.origin())
            .await;
        assert_eq!(ended, Ok(SessionEnd::Ended(vec![who.login])));
    }

    async fn claim(&self, places: &DeliveryPlaces) -> Vec<Delivery> {
        self.store().claim_deliveries(places).await.unwrap()
    }

    /// What is claimed when nothing is under way and nothing known.
    async fn claim_any(&self) -> Vec<Delivery> {
        self.claim(&DeliveryPlaces::default()).await
    }

    /// Records an attempt of now.
    async fn attempt(&self, login: LoginId, result: AttemptResult) -> DeliveryState {
        let at = self.now();
        let recorded = self
            .store()
            .record_attempt(self.pool, login, Attempt { at, result })
            .await;
        match recorded {
            Ok(AttemptRecorded::Recorded(state)) => state,
            other => panic!("{other:?}"),
        }
    }

    async fn ledger(&self, pool: PoolId, filter: DeliveryFilter) -> PageOf<LogoutDelivery> {
        let page = PageRequest::new(None, Some(50)).unwrap();
        let list = self
            .store()
            .list_logout_deliveries(pool, filter, page)
            .await;
        list.unwrap()
    }

    /// The entry of a login, if there is one.
    async fn entry(&self, login: LoginId) -> Option<LogoutDelivery> {
        let filter = DeliveryFilter {
            login: Some(login),
            ..DeliveryFilter::default()
        };
        let mut found = self.ledger(self.pool, filter).await;
        assert_eq!(found.total_count, found.list.len() as u64);
        found.list.pop()
    }
}

fn logins(deliveries: &[Delivery]) -> Vec<LoginId> {
    deliveries.iter().map(|delivery| delivery.login).collect()
}

fn failed() -> AttemptResult {
    AttemptResult::Failed("timed_out".to_owned())
}
