//! The console's reads: what another pool has, nobody sees; what has ended, nobody is
//! told of as live.

use super::{Harness, World, idle};
use rollcall_core::ids::UserId;
use rollcall_core::limits;
use rollcall_core::model::event::Reason;
use rollcall_core::model::identifier::UserSelector;
use rollcall_core::model::standing::Standing;
use rollcall_core::ports::console_reads::{StandingAnswer, Tallied};
use rollcall_core::time::Span;

/// In parts, each user once, and whoever's time is up is not among them.
pub(crate) async fn who_is_online_comes_in_parts_of_its_pool_alone<H: Harness>(w: World<H>) {
    let application = w.new_application_with(w.pool, idle(600)).await;
    let mut users = Vec::new();
    for _ in 0..3 {
        let user = w.new_user(w.pool).await;
        w.sign_in(w.pool, user, application).await;
        users.push(user);
    }
    w.sign_in(w.pool, users[0], application).await;
    users.sort_unstable();
    let part = async |pool, after| {
        let found = w.store().online_users(pool, application, after, 2).await;
        found.unwrap()
    };
    let first = part(w.pool, None).await.unwrap();
    let second = part(w.pool, first.next).await.unwrap();
    let both = first.users.iter().chain(&second.users);
    let ids: Vec<UserId> = both.map(|online| online.user.id).collect();
    assert_eq!((ids, second.next), (users.clone(), None));
    let logins: usize = first
        .users
        .iter()
        .chain(&second.users)
        .map(|user| user.logins.len())
        .sum();
    assert_eq!(logins, 4);
    assert_eq!(part(w.other_pool, None).await, None);
    // Expired, and nobody has recorded it.
    w.advance(Span::from_seconds(600));
    let none = part(w.pool, None).await.unwrap();
    assert_eq!((none.users.len(), none.next), (0, None));
}

/// What the check decides by is what is told.
pub(crate) async fn a_standing_is_told_with_its_logins_in_its_pool_alone<H: Harness>(w: World<H>) {
    let who = w.someone_signed_in(w.pool).await;
    let facts = async |pool| {
        let user = UserSelector::id(who.user);
        let answer = w.store().standing_facts(pool, who.application, user).await;
        answer.unwrap()
    };
    let StandingAnswer::Known(found) = facts(w.pool).await else {
        panic!("the user and the application are there")
    };
    assert_eq!(found.logins.len(), 1);
    assert!(found.logins[0].standing.is_live() && found.last.is_none());
    assert_eq!(
        facts(w.other_pool).await,
        StandingAnswer::ApplicationNotFound
    );
    w.advance(limits::DEFAULT_SESSION_IDLE_TIMEOUT);
    let StandingAnswer::Known(found) = facts(w.pool).await else {
        panic!("the user and the application are there")
    };
    let Standing::Ended(end) = found.logins[0].standing else {
        panic!("its time is up")
    };
    assert_eq!(end.reason, Reason::IdleTimeout);
    w.settle(10).await;
    let StandingAnswer::Known(found) = facts(w.pool).await else {
        panic!("the user and the application are there")
    };
    assert!(found.logins.is_empty());
    assert_eq!(found.last.map(|(_, end)| end), Some(end));
}

/// Sessions, history and figures are those of the pool.
pub(crate) async fn sessions_history_and_figures_are_their_pools_alone<H: Harness>(w: World<H>) {
    let who = w.someone_signed_in(w.pool).await;
    let store = w.store();
    let trees = store.session_trees(w.pool, who.user).await.unwrap();
    assert_eq!((trees.len(), trees[0].logins.len()), (1, 1));
    assert!(
        store
            .session_trees(w.other_pool, who.user)
            .await
            .unwrap()
            .is_empty()
    );
    let past = store.past_logins(w.pool, who.user, None, 10).await.unwrap();
    assert_eq!((past.len(), past[0].end), (1, None));
    assert!(
        store
            .past_logins(w.other_pool, who.user, None, 10)
            .await
            .unwrap()
            .is_empty()
    );
    let before = store
        .past_logins(w.pool, who.user, Some(past[0].begun_at), 10)
        .await;
    assert!(before.unwrap().is_empty());
    while store.tally(1).await.unwrap().more {}
    let found = store
        .overview(w.pool, w.now() - Span::from_seconds(3_600))
        .await
        .unwrap();
    let began: u64 = found
        .hours
        .iter()
        .filter(|count| count.what == Tallied::Began)
        .map(|count| count.number)
        .sum();
    assert_eq!((began, found.live[0].number), (1, 1));
    let other = store
        .overview(w.other_pool, w.now() - Span::from_seconds(3_600))
        .await
        .unwrap();
    assert!(other.hours.is_empty() && other.live.iter().all(|row| row.number == 0));
    assert!(
        store.pool_revision(w.pool).await.unwrap()
            > store.pool_revision(w.other_pool).await.unwrap()
    );
}

/// By the beginning of what an index knows, and by age in parts.
pub(crate) async fn people_are_found_in_their_pool_alone<H: Harness>(w: World<H>) {
    let store = w.store();
    let mut all = Vec::new();
    for _ in 0..3 {
        all.push(w.new_user(w.pool).await);
    }
    let first = store.newest_users(w.pool, None, 2).await.unwrap();
    let last = first.last().map(|user| (user.created_at, user.id));
    let second = store.newest_users(w.pool, last, 2).await.unwrap();
    let mut found: Vec<UserId> = first.iter().chain(&second).map(|user| user.id).collect();
    found.sort_unstable();
    all.sort_unstable();
    assert_eq!(found, all);
    assert!(
        store
            .newest_users(w.other_pool, None, 9)
            .await
            .unwrap()
            .is_empty()
    );
    let name = first[0].username.clone().unwrap();
    let prefix: String = name
        .to_lowercase()
        .chars()
        .take(name.chars().count() - 1)
        .collect();
    let by = async |pool, text: &str| {
        let found = store
            .users_beginning(pool, text.to_owned(), text.to_owned(), 9)
            .await;
        found.unwrap().iter().any(|user| user.id == first[0].id)
    };
    assert!(by(w.pool, &prefix).await && by(w.pool, &name.to_lowercase()).await);
    assert!(!by(w.pool, &format!("{}x", name.to_lowercase())).await);
    assert!(!by(w.other_pool, &prefix).await);
}
