//! Who attempts which delivery, and when.

use super::super::{Harness, MILLISECOND, SignedIn, World};
use super::{URI, failed, logins};
use rollcall_core::ids::ApplicationId;
use rollcall_core::limits;
use rollcall_core::model::application::{OauthChange, SigningAlgorithm};
use rollcall_core::model::logout_delivery::{AttemptResult, DeliveryPlaces};
use rollcall_core::time::Span;

pub(crate) async fn a_claim_is_leased_and_outlives_its_process<H: Harness>(mut world: World<H>) {
    let application = world.told_application().await;
    let who = world.someone_signed_out(application).await;
    world.harness.restart();
    let claimed = world.claim_any().await;
    assert_eq!(logins(&claimed), [who.login]);
    let delivery = &claimed[0];
    assert_eq!((delivery.pool, delivery.user), (world.pool, who.user));
    assert_eq!(delivery.application, application);
    assert_eq!(delivery.uri, URI);
    assert_eq!(delivery.claimed_at, world.now());
    assert!(world.claim_any().await.is_empty(), "it is under way");
    let lost_at = world.now() + limits::DELIVERY_LEASE;
    // Nothing is heard of the attempt.
    world.harness.restart();
    world.advance_to(lost_at - MILLISECOND);
    assert!(world.claim_any().await.is_empty());
    world.advance_to(lost_at);
    let again = world.claim_any().await;
    assert_eq!(logins(&again), [who.login]);
    assert_eq!(again[0].claimed_at, lost_at);
}

async fn many_signed_out<H: Harness>(
    world: &World<H>,
    application: ApplicationId,
    count: usize,
) -> Vec<SignedIn> {
    let mut all = Vec::new();
    for _ in 0..count {
        all.push(world.someone_signed_out(application).await);
        world.advance(MILLISECOND);
    }
    all
}

pub(crate) async fn an_application_has_its_share_of_the_places<H: Harness>(world: World<H>) {
    let share = limits::MAX_DELIVERIES_AT_ONCE_PER_APPLICATION;
    let busy = world.told_application().await;
    let all = many_signed_out(&world, busy, share + 2).await;
    let quiet = world.told_application().await;
    let other = world.someone_signed_out(quiet).await;
    let mut places = DeliveryPlaces::default();
    let first = world.claim(&places).await;
    assert_eq!(first.len(), 2, "one for each of whom nothing is known");
    assert!(logins(&first).contains(&other.login));
    assert!(logins(&first).contains(&all[0].login), "the oldest first");
    for delivery in &first {
        places.take(delivery.application);
    }
    assert!(world.claim(&places).await.is_empty());
    places.give_back(busy, true);
    let claimed = world.claim(&places).await;
    assert_eq!(claimed.len(), share);
    let expected: Vec<_> = all[1..=share].iter().map(|who| who.login).collect();
    assert_eq!(logins(&claimed), expected);
    for delivery in &claimed {
        places.take(delivery.application);
    }
    assert!(world.claim(&places).await.is_empty());
    places.give_back(busy, true);
    let last = world.claim(&places).await;
    assert_eq!(logins(&last), [all[share + 1].login]);
}

pub(crate) async fn who_was_not_served_last_comes_first<H: Harness>(world: World<H>) {
    let mut applications = Vec::new();
    for _ in 0..3 {
        let application = world.told_application().await;
        many_signed_out(&world, application, 2).await;
        applications.push(application);
    }
    applications.sort_unstable();
    // One place is left.
    let mut places = DeliveryPlaces::default();
    for n in 1..limits::MAX_DELIVERIES_AT_ONCE {
        let mut bytes = [0; 12];
        bytes[4..].copy_from_slice(&n.to_be_bytes());
        places.take(ApplicationId::from_bytes(bytes));
    }
    let mut served = Vec::new();
    for _ in 0..6 {
        let claimed = world.claim(&places).await;
        assert_eq!(claimed.len(), 1);
        let application = claimed[0].application;
        places.take(application);
        assert!(world.claim(&places).await.is_empty(), "no place is left");
        places.give_back(application, true);
        served.push(application);
    }
    assert_eq!(served, [&applications[..], &applications[..]].concat());
}

pub(crate) async fn what_waits_goes_where_the_application_is_now<H: Harness>(world: World<H>) {
    let application = world.told_application().await;
    let who = world.someone_signed_out(application).await;
    let es256 = OauthChange {
        backchannel_logout_uri: Some("https://rp.example/repaired".to_owned()),
        signing_algorithm: Some(SigningAlgorithm::Es256),
        ..OauthChange::default()
    };
    world.change_oauth(application, es256).await;
    let delivery = world.claim_any().await.pop().unwrap();
    assert_eq!(delivery.uri, "https://rp.example/repaired");
    assert_eq!(delivery.signing_algorithm, SigningAlgorithm::Es256);
    let entry = world.entry(who.login).await.unwrap();
    assert_eq!(entry.uri, delivery.uri, "the ledger says where it went");
    world.attempt(who.login, failed()).await;
    world.set_logout_uri(application, "").await;
    world.advance(limits::FIRST_DELIVERY_DELAY);
    let delivery = world.claim_any().await.pop().unwrap();
    assert_eq!(delivery.uri, "https://rp.example/repaired");
}

pub(crate) async fn a_deleted_application_is_told_of_what_is_recorded_later<H: Harness>(
    mut world: World<H>,
) {
    let application = world.told_application().await;
    let algorithm = OauthChange {
        signing_algorithm: Some(SigningAlgorithm::EdDsa),
        ..OauthChange::default()
    };
    world.change_oauth(application, algorithm).await;
    let mut all = Vec::new();
    for _ in 0..3 {
        let user = world.new_user(world.pool).await;
        all.push(world.sign_in(world.pool, user, application).await);
    }
    world.harness.set_end_batch(1);
    let store = world.store();
    let deleted = store.delete_application(world.pool, application, world.origin());
    assert_eq!(deleted.await, Ok(true));
    drop(store);
    world.harness.restart();
    world.advance(Span::from_seconds(1));
    world.settle(1).await;
    let mut places = DeliveryPlaces::default();
    places.give_back(application, true);
    let claimed = world.claim(&places).await;
    let mut told = logins(&claimed);
    told.sort_unstable();
    let mut expected: Vec<_> = all.iter().map(|who| who.login).collect();
    expected.sort_unstable();
    assert_eq!(told, expected);
    for delivery in claimed {
        assert_eq!(delivery.uri, URI);
        assert_eq!(delivery.signing_algorithm, SigningAlgorithm::EdDsa);
    }
    // What is still owed keeps the URI, whatever its age.
    world.advance(limits::DEFAULT_RETENTION);
    world
        .store()
        .forget_old(limits::DEFAULT_RETENTION, 100)
        .await
        .unwrap();
    let again = world.claim(&places).await;
    assert_eq!(again.len(), 3);
    assert_eq!(again[0].signing_algorithm, SigningAlgorithm::EdDsa);
}

pub(crate) async fn whoever_waits_for_deliveries_is_woken_once<H: Harness>(world: World<H>) {
    let store = world.store();
    let is_woken = async || {
        tokio::select! {
            biased;
            () = store.deliveries_added() => true,
            () = async {} => false,
        }
    };
    let silent = world.new_application(world.pool).await;
    world.someone_signed_out(silent).await;
    assert!(!is_woken().await, "nobody is owed anything");
    let application = world.told_application().await;
    let who = world.someone_signed_out(application).await;
    world.someone_signed_out(application).await;
    assert!(is_woken().await);
    assert!(!is_woken().await);
    world.attempt(who.login, AttemptResult::Answered(200)).await;
    assert!(!is_woken().await, "an attempt is no news to who made it");
}
