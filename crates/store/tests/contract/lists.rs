//! Lists of who is signed in where, and who was.

use super::{Harness, MILLISECOND, World, idle};
use rollcall_core::ids::{ApplicationId, PoolId, UserId};
use rollcall_core::model::login::{LoginDevice, LoginHistoryRow};
use rollcall_core::page::PageRequest;
use rollcall_core::ports::logins::HistoryFilter;
use rollcall_core::time::{Span, Timestamp};

fn page(page: i64, limit: i64) -> PageRequest {
    PageRequest::new(Some(page), Some(limit)).unwrap()
}

pub(crate) async fn active_users_are_listed_once_in_the_order_of_their_ids<H: Harness>(
    world: World<H>,
) {
    let application = world.new_application_with(world.pool, idle(100)).await;
    let gone = world.new_user(world.pool).await;
    world.sign_in(world.pool, gone, application).await;
    world.advance(Span::from_seconds(50));
    let mut users = Vec::new();
    for _ in 0..5 {
        let user = world.new_user(world.pool).await;
        world.sign_in(world.pool, user, application).await;
        world.sign_in(world.pool, user, application).await;
        users.push(user);
    }
    world.new_user(world.pool).await;
    users.sort_unstable();
    world.advance(Span::from_seconds(50));
    let store = world.store();
    let list = async |number| {
        let list = store.active_users(world.pool, application, page(number, 2));
        let list = list.await.unwrap().unwrap();
        let ids: Vec<UserId> = list.list.iter().map(|user| user.id).collect();
        (list.total_count, ids)
    };
    assert_eq!(list(1).await, (5, users[..2].to_vec()));
    assert_eq!(list(3).await, (5, users[4..].to_vec()));
    assert_eq!(list(4).await, (5, Vec::new()));
    let elsewhere = store.active_users(world.other_pool, application, page(1, 10));
    assert_eq!(elsewhere.await, Ok(None));
}

pub(crate) async fn who_is_online_is_read_on_by_a_cursor<H: Harness>(world: World<H>) {
    let application = world.new_application_with(world.pool, idle(100)).await;
    let store = world.store();
    let mut users = Vec::new();
    for _ in 0..6 {
        users.push(world.new_user(world.pool).await);
    }
    users.sort_unstable();
    // The second one's login expires, and so does one of the two of the third one.
    for user in [users[1], users[2]] {
        world.sign_in(world.pool, user, application).await;
    }
    world.advance(Span::from_seconds(50));
    for user in [users[0], users[2], users[2], users[3], users[5]] {
        world.sign_in(world.pool, user, application).await;
    }
    world.advance(Span::from_seconds(50));
    let read = async |after, limit| {
        let page = store.online_users(world.pool, application, after, limit);
        let page = page.await.unwrap().unwrap();
        let ids: Vec<UserId> = page.users.iter().map(|found| found.user.id).collect();
        (ids, page.next)
    };
    let all = vec![users[0], users[2], users[3], users[5]];
    for recorded in [false, true] {
        assert_eq!(read(None, 2).await, (all[..2].to_vec(), Some(users[2])));
        assert_eq!(read(Some(users[2]), 2).await, (all[2..].to_vec(), None));
        // Where it stands need not be somebody who is signed in.
        assert_eq!(
            read(Some(users[1]), 1).await,
            (vec![users[2]], Some(users[2]))
        );
        assert_eq!(read(Some(users[4]), 1).await, (vec![users[5]], None));
        assert_eq!(read(Some(users[5]), 1).await, (Vec::new(), None));
        // As many as a page holds, and one at least.
        assert_eq!(read(None, u32::MAX).await, (all.clone(), None));
        assert_eq!(read(None, 0).await, (vec![users[0]], Some(users[0])));
        if !recorded {
            world.settle(10).await;
        }
    }
    let elsewhere = store.online_users(world.other_pool, application, None, 10);
    assert_eq!(elsewhere.await, Ok(None));
}

/// More than are decided one by one.
pub(crate) async fn very_many_that_time_has_ended_do_not_count<H: Harness>(world: World<H>) {
    let application = world.new_application_with(world.pool, idle(100)).await;
    let (gone, there) = (
        world.new_user(world.pool).await,
        world.new_user(world.pool).await,
    );
    for _ in 0..1_001 {
        world.sign_in(world.pool, gone, application).await;
    }
    world.advance(Span::from_seconds(50));
    world.sign_in(world.pool, there, application).await;
    world.advance(Span::from_seconds(50));
    let store = world.store();
    let list = store.active_users(world.pool, application, page(1, 10));
    let list = list.await.unwrap().unwrap();
    assert_eq!((list.total_count, list.list.len()), (1, 1));
    let page = store.online_users(world.pool, application, None, 10);
    let page = page.await.unwrap().unwrap();
    assert_eq!(page.users[0].user.id, there);
    let census = store.census(1).await.unwrap();
    assert_eq!(census.applications[0].logins, 1);
}

/// A user who signed in to one application, and ten seconds later to another
/// from another device.
struct Past {
    user: UserId,
    first: ApplicationId,
    second: ApplicationId,
    begun_at: Timestamp,
    device: LoginDevice,
}

async fn past<H: Harness>(world: &World<H>) -> Past {
    let user = world.new_user(world.pool).await;
    let first = world.new_application(world.pool).await;
    let second = world.new_application(world.pool).await;
    let begun_at = world.now();
    world.sign_in(world.pool, user, first).await;
    world.advance(Span::from_seconds(10));
    let mut new = world.new_login(user, second);
    new.device = LoginDevice {
        address: Some([203, 0, 113, 8].into()),
        user_agent: None,
    };
    let device = new.device.clone();
    world.begin(world.pool, new).await;
    Past {
        user,
        first,
        second,
        begun_at,
        device,
    }
}

async fn history<H: Harness>(
    world: &World<H>,
    pool: PoolId,
    user: UserId,
    filter: HistoryFilter,
) -> Vec<LoginHistoryRow> {
    let store = world.store();
    let rows = store.login_history(pool, user, filter, page(1, 10)).await;
    let rows = rows.unwrap();
    assert_eq!(rows.total_count, rows.list.len() as u64);
    rows.list
}

pub(crate) async fn the_history_has_one_row_for_each_login_begun<H: Harness>(world: World<H>) {
    let past = past(&world).await;
    let all = HistoryFilter::default;
    let rows = history(&world, world.pool, past.user, all()).await;
    assert_eq!(rows.len(), 2);
    assert_eq!(
        (rows[0].application, rows[0].at),
        (past.second, world.now())
    );
    assert_eq!(rows[0].device, past.device);
    assert_eq!(
        (rows[1].application, rows[1].at),
        (past.first, past.begun_at)
    );
    let name = format!("Application {}", past.first);
    assert_eq!(rows[1].application_name, name);
    let elsewhere = history(&world, world.other_pool, past.user, all()).await;
    assert!(elsewhere.is_empty());
    let store = world.store();
    let deleted = store
        .delete_application(world.pool, past.first, world.origin())
        .await;
    assert_eq!(deleted, Ok(true));
    let rows = history(&world, world.pool, past.user, all()).await;
    assert_eq!(rows[1].application_name, "");
    let second_page = store
        .login_history(world.pool, past.user, all(), page(2, 1))
        .await
        .unwrap();
    assert_eq!((second_page.total_count, second_page.list.len()), (2, 1));
    assert_eq!(second_page.list[0].application, past.first);
}

pub(crate) async fn the_history_is_cut_by_its_filter<H: Harness>(world: World<H>) {
    let past = past(&world).await;
    let (now, ms) = (world.now(), MILLISECOND);
    let by_time = |from, until| HistoryFilter {
        from,
        until,
        ..HistoryFilter::default()
    };
    let by_application = HistoryFilter {
        application: Some(past.first),
        ..HistoryFilter::default()
    };
    let by_address = HistoryFilter {
        address: past.device.address,
        ..HistoryFilter::default()
    };
    for (filter, expected) in [
        (by_application, vec![past.first]),
        (by_address, vec![past.second]),
        (by_time(Some(now), None), vec![past.second]),
        (by_time(Some(now + ms), None), vec![]),
        (by_time(None, Some(past.begun_at)), vec![past.first]),
        (by_time(None, Some(past.begun_at - ms)), vec![]),
    ] {
        let rows = history(&world, world.pool, past.user, filter).await;
        let applications: Vec<_> = rows.iter().map(|row| row.application).collect();
        assert_eq!(applications, expected);
    }
}

pub(crate) async fn applications_of_a_user_are_listed_once_by_name<H: Harness>(world: World<H>) {
    let user = world.new_user(world.pool).await;
    let mut applications = Vec::new();
    for _ in 0..3 {
        let application = world.new_application(world.pool).await;
        world.sign_in(world.pool, user, application).await;
        world.sign_in(world.pool, user, application).await;
        applications.push(application);
    }
    world.set_enabled(applications[1], false).await;
    applications.remove(1);
    applications.sort_by_key(|id| format!("Application {id}"));
    let store = world.store();
    let listed = store
        .logged_in_applications(world.pool, user)
        .await
        .unwrap();
    let ids: Vec<_> = listed.iter().map(|application| application.id).collect();
    assert_eq!(ids, applications);
    assert_eq!(listed[0].name, format!("Application {}", ids[0]));
    assert_eq!(
        listed[0].login_url,
        format!("https://example.com/{}", ids[0])
    );
    let elsewhere = store.logged_in_applications(world.other_pool, user).await;
    assert_eq!(elsewhere, Ok(Vec::new()));
}
