//! What people did, and what was done to a pool: the two logs.

use super::failures::failure_of;
use super::records::page;
use super::{Harness, SignedIn, World};
use rollcall_core::ids::{ApplicationId, PoolId, UserId};
use rollcall_core::limits;
use rollcall_core::model::event::{Actor, Origin, Reason};
use rollcall_core::model::login::LoginDevice;
use rollcall_core::model::user::{Gender, NewPassword, UserChange};
use rollcall_core::model::user_action::{
    ActionFailure, BY_PASSWORD, BY_SINGLE_SIGN_ON, UserAction, UserActionKind,
};
use rollcall_core::ports::audit_log::AuditFilter;
use rollcall_core::ports::grants::RevokedToken;
use rollcall_core::ports::logins::SessionKey;
use rollcall_core::ports::sign_in_failures::SignInFailure;
use rollcall_core::ports::user_actions::{ActionFilter, ListedAction};
use rollcall_core::secret::PasswordHash;
use rollcall_core::time::Span;

async fn actions<H: Harness>(
    w: &World<H>,
    pool: PoolId,
    filter: ActionFilter,
) -> Vec<ListedAction> {
    let store = w.store();
    let mut list = Vec::new();
    for number in 1.. {
        let rows = store.user_actions(pool, filter.clone(), page(number, 3));
        let rows = rows.await.unwrap();
        if rows.list.is_empty() {
            assert_eq!(rows.total_count, list.len() as u64, "{filter:?}");
            break;
        }
        list.extend(rows.list);
    }
    list
}

async fn of_user<H: Harness>(w: &World<H>, user: UserId) -> Vec<UserAction> {
    let filter = ActionFilter {
        user: Some(user),
        ..ActionFilter::default()
    };
    let list = actions(w, w.pool, filter).await.into_iter();
    list.map(|listed| listed.row.action).collect()
}

fn refused(user: UserId, application: ApplicationId, failure: ActionFailure) -> UserAction {
    UserAction {
        user,
        application: Some(application),
        kind: UserActionKind::Login,
        failure: Some(failure),
        detail: BY_PASSWORD.to_owned(),
        device: LoginDevice {
            address: Some([198, 51, 100, 7].into()),
            user_agent: Some("Another browser".to_owned()),
        },
    }
}

async fn refuse<H: Harness>(w: &World<H>, action: UserAction, origin: Origin) {
    let store = w.store();
    let recorded = store.record_refused_action(w.pool, action, origin);
    recorded.await.unwrap();
}

fn by(who: &SignedIn) -> Origin {
    Origin {
        actor: Actor::Person(who.user),
        request_id: "a call".to_owned(),
        address: Some([198, 51, 100, 23].into()),
        user_agent: Some("An app".to_owned()),
    }
}

pub(crate) async fn a_sign_in_is_told_with_whom_and_what_it_names<H: Harness>(w: World<H>) {
    let who = w.someone_signed_in(w.pool).await;
    let list = actions(&w, w.pool, ActionFilter::default()).await;
    let [listed] = &list[..] else {
        panic!("{list:?}");
    };
    let row = &listed.row;
    assert_eq!((row.at, row.action.failure), (w.now(), None));
    assert_eq!(row.action.user, who.user);
    assert_eq!(row.action.application, Some(who.application));
    assert_eq!(row.action.kind, UserActionKind::Login);
    assert_eq!(row.action.detail, BY_PASSWORD);
    assert_eq!(
        row.action.device,
        w.new_login(who.user, who.application).device
    );
    assert!(row.request_id.starts_with("request-"), "{row:?}");
    assert_eq!(listed.user.as_ref().map(|user| user.id), Some(who.user));
    assert_eq!(
        listed.user.as_ref().map(|user| user.sign_ins.count),
        Some(1)
    );
    assert!(!listed.application_name.is_empty());
    let theirs = actions(&w, w.other_pool, ActionFilter::default()).await;
    assert_eq!(theirs, []);
    let same_user = ActionFilter {
        user: Some(who.user),
        ..ActionFilter::default()
    };
    assert_eq!(actions(&w, w.other_pool, same_user).await, []);
}

/// Compared with a filter in memory: each member, and each two of them.
pub(crate) async fn a_filter_finds_what_fits_it_in_order<H: Harness>(w: World<H>) {
    let (one, two) = (
        w.someone_signed_in(w.pool).await,
        w.someone_signed_in(w.pool).await,
    );
    w.someone_signed_in(w.other_pool).await;
    try_variously(&w, one, two).await;
    let all = actions(&w, w.pool, ActionFilter::default()).await;
    assert_eq!(all.len(), 14);
    assert!(all.is_sorted_by(|a, b| a.row.at >= b.row.at));
    let first = w.now() - Span::from_millis(2);
    let narrow: [fn(&mut ActionFilter, SignedIn, &World<H>); 7] = [
        |filter, who, _| filter.user = Some(who.user),
        |filter, who, _| filter.application = Some(who.application),
        |filter, _, _| filter.request_id = Some("call 2".to_owned()),
        |filter, _, _| filter.address = Some([192, 0, 2, 1].into()),
        |filter, _, _| filter.kind = Some(UserActionKind::Login),
        |filter, _, _| filter.success = Some(false),
        |filter, _, w| filter.from = Some(w.now() - Span::from_millis(2)),
    ];
    for a in narrow {
        for b in narrow {
            let mut filter = ActionFilter::default();
            a(&mut filter, one, &w);
            b(&mut filter, one, &w);
            let fitting = all.iter().filter(|listed| fits(&filter, listed)).cloned();
            assert_eq!(
                actions(&w, w.pool, filter.clone()).await,
                fitting.collect::<Vec<_>>()
            );
        }
    }
    let at_once = ActionFilter {
        from: Some(first),
        until: Some(first),
        success: Some(true),
        ..ActionFilter::default()
    };
    assert_eq!(actions(&w, w.pool, at_once.clone()).await, []);
    let at_once = ActionFilter {
        success: None,
        ..at_once
    };
    assert_eq!(actions(&w, w.pool, at_once).await.len(), 3);
}

/// Twelve refusals over four instants, of both users, in both applications and none.
async fn try_variously<H: Harness>(w: &World<H>, one: SignedIn, two: SignedIn) {
    for n in 0..12_u8 {
        if n % 3 == 0 {
            w.advance(Span::from_millis(1));
        }
        let who = if n % 2 == 0 { one } else { two };
        let mut action = refused(
            who.user,
            if n % 5 < 2 {
                one.application
            } else {
                two.application
            },
            if n < 6 {
                ActionFailure::WrongCredentials
            } else {
                ActionFailure::UserLocked
            },
        );
        action.device.address = Some([192, 0, 2, n % 3].into());
        if n % 4 == 0 {
            action.kind = UserActionKind::UpdatePassword;
            action.application = None;
        }
        let request_id = format!("call {}", n / 2);
        refuse(
            w,
            action,
            Origin {
                request_id,
                ..w.origin()
            },
        )
        .await;
    }
}

fn fits(filter: &ActionFilter, listed: &ListedAction) -> bool {
    let (row, action) = (&listed.row, &listed.row.action);
    filter.user.is_none_or(|user| user == action.user)
        && (filter.application.is_none() || filter.application == action.application)
        && filter
            .request_id
            .as_ref()
            .is_none_or(|id| *id == row.request_id)
        && (filter.address.is_none() || filter.address == action.device.address)
        && filter.kind.is_none_or(|kind| kind == action.kind)
        && filter
            .success
            .is_none_or(|success| success == action.failure.is_none())
        && filter.from.is_none_or(|from| from <= row.at)
}

pub(crate) async fn a_wrong_password_is_written_with_its_count<H: Harness>(w: World<H>) {
    let store = w.store();
    let who = w.someone_signed_in(w.pool).await;
    let tried = refused(who.user, who.application, ActionFailure::WrongCredentials);
    let failure = SignInFailure {
        action: Some(tried.clone()),
        ..failure_of(w.digest(), Some(who.user))
    };
    let recorded = store.record_sign_in_failure(w.pool, failure.clone(), w.origin());
    recorded.await.unwrap();
    assert_eq!(of_user(&w, who.user).await[0], tried);
    // Who is of another pool is nobody there.
    let elsewhere = store.record_sign_in_failure(w.other_pool, failure, w.origin());
    elsewhere.await.unwrap();
    assert_eq!(actions(&w, w.other_pool, ActionFilter::default()).await, []);
}

pub(crate) async fn the_newest_refusals_of_a_user_are_kept<H: Harness>(w: World<H>) {
    let store = w.store();
    let (bob, eve) = (
        w.someone_signed_in(w.pool).await,
        w.someone_signed_in(w.pool).await,
    );
    let action = |who: &SignedIn| refused(who.user, who.application, ActionFailure::UserLocked);
    refuse(&w, action(&eve), w.origin()).await;
    let refusals = |user| ActionFilter {
        user: Some(user),
        success: Some(false),
        ..ActionFilter::default()
    };
    let count = async |filter| {
        let rows = store.user_actions(w.pool, filter, page(1, 1));
        rows.await.unwrap().total_count
    };
    let most = limits::MAX_REFUSED_ACTIONS_PER_USER;
    for n in 0..most {
        let request_id = format!("{n}");
        refuse(
            &w,
            action(&bob),
            Origin {
                request_id,
                ..w.origin()
            },
        )
        .await;
    }
    assert_eq!(count(refusals(bob.user)).await, u64::from(most));
    let first = ActionFilter {
        request_id: Some("0".to_owned()),
        ..ActionFilter::default()
    };
    assert_eq!(count(first.clone()).await, 1);
    refuse(&w, action(&bob), w.origin()).await;
    assert_eq!(count(refusals(bob.user)).await, u64::from(most));
    assert_eq!(count(first).await, 0, "the oldest made room");
    assert_eq!(count(refusals(eve.user)).await, 1);
    let done = ActionFilter {
        success: Some(true),
        ..ActionFilter::default()
    };
    assert_eq!(count(done).await, 2, "what was done stays");
}

pub(crate) async fn a_sign_in_with_a_page_is_told_once_and_a_silent_one_as_that<H: Harness>(
    w: World<H>,
) {
    let browser = w.someone_in_browser().await;
    let user = browser.user();
    let other = w.new_application(w.pool).await;
    w.go_on_to(&browser, other).await;
    // Into a live login: no new one begins.
    w.go_on_to(&browser, other).await;
    let again = w.enter_again(&browser, user, browser.application()).await;
    let told: Vec<_> = of_user(&w, user)
        .await
        .into_iter()
        .map(|action| (action.application, action.detail))
        .collect();
    let expected = [
        (Some(again.application()), BY_PASSWORD),
        (Some(other), BY_SINGLE_SIGN_ON),
        (Some(browser.application()), BY_PASSWORD),
    ];
    assert_eq!(told, expected.map(|(at, how)| (at, how.to_owned())));
}

pub(crate) async fn signing_out_is_told_where_somebody_did<H: Harness>(w: World<H>) {
    let store = w.store();
    let logouts = async |user| {
        let all = of_user(&w, user).await.into_iter();
        all.filter(|action| action.kind == UserActionKind::Logout)
            .collect::<Vec<_>>()
    };
    let who = w.someone_signed_in(w.pool).await;
    let key = SessionKey::Login(who.login);
    for _ in 0..2 {
        let ended = store.end_session(w.pool, key, Reason::SignedOut, by(&who));
        ended.await.unwrap();
    }
    let expected = UserAction {
        user: who.user,
        application: Some(who.application),
        kind: UserActionKind::Logout,
        failure: None,
        detail: "signed_out".to_owned(),
        device: by(&who).device(),
    };
    assert_eq!(
        logouts(who.user).await,
        [expected],
        "the second ended nothing"
    );

    let browser = w.someone_in_browser().await;
    let other = w.new_application(w.pool).await;
    w.go_on_to(&browser, other).await;
    let person = Origin {
        actor: Actor::Person(browser.user()),
        ..w.origin()
    };
    let key = SessionKey::Cookie(browser.cookie);
    let ended = store.end_session(w.pool, key, Reason::SignedOut, person);
    ended.await.unwrap();
    let told = logouts(browser.user()).await;
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].application, None, "of two at once");

    let kicked = w.someone_signed_in(w.pool).await;
    let key = SessionKey::Login(kicked.login);
    let ended = store.end_session(w.pool, key, Reason::SessionRevoked, w.origin());
    ended.await.unwrap();
    assert_eq!(logouts(kicked.user).await, [], "somebody else did that");

    let revoked = w.someone_signed_in(w.pool).await;
    for _ in 0..2 {
        let token = RevokedToken::Refresh(revoked.refresh_token);
        let done = store.revoke_token(w.pool, revoked.application, token, w.origin());
        done.await.unwrap();
    }
    let told = logouts(revoked.user).await;
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].detail, "token_revoked");
}

pub(crate) async fn ones_own_password_is_told_and_is_no_management<H: Harness>(w: World<H>) {
    let store = w.store();
    let who = w.someone_signed_in(w.pool).await;
    let management = AuditFilter::default();
    let before = store.management_rows(w.pool, management.clone(), page(1, 50));
    let before = before.await.unwrap();
    let password = NewPassword {
        hash: PasswordHash::from_phc("$argon2id$another"),
        security_level: Some(3),
    };
    let change = w.own_password((who.user, who.login), 1, password);
    let changed = store.change_own_password(w.pool, change, by(&who));
    assert_eq!(changed.await, Ok(true));
    let told = of_user(&w, who.user).await;
    assert_eq!(told[0].kind, UserActionKind::UpdatePassword);
    assert_eq!(told[0].application, Some(who.application));
    assert_eq!(told[0].device, by(&who).device());
    let after = store.management_rows(w.pool, management, page(1, 50));
    assert_eq!(after.await.unwrap(), before);
}

pub(crate) async fn a_deleted_persons_devices_leave_both_logs<H: Harness>(w: World<H>) {
    let store = w.store();
    let (bob, eve) = (
        w.someone_signed_in(w.pool).await,
        w.someone_signed_in(w.pool).await,
    );
    for who in [&bob, &eve] {
        let tried = refused(who.user, who.application, ActionFailure::WrongCredentials);
        refuse(&w, tried, w.origin()).await;
        let change = UserChange {
            gender: Some(Gender::Male),
            ..UserChange::default()
        };
        let updated = store.update_user(w.pool, who.user, change, by(who));
        updated.await.unwrap();
    }
    let eves = of_user(&w, eve.user).await;
    let deleted = store.delete_users(w.pool, vec![bob.user], w.origin());
    assert_eq!(deleted.await, Ok(true));
    let bobs = ActionFilter {
        user: Some(bob.user),
        ..ActionFilter::default()
    };
    let kept = actions(&w, w.pool, bobs.clone()).await;
    assert_eq!(kept.len(), 2, "that it was stays");
    for listed in &kept {
        assert_eq!(listed.row.action.device, LoginDevice::default());
        assert_eq!(listed.user, None);
    }
    assert_eq!(of_user(&w, eve.user).await, eves);
    let rows = store.audit_rows(w.pool, page(1, 50)).await.unwrap();
    let of = |who: &SignedIn| {
        let mut rows = rows.list.iter();
        let row = rows
            .find(|row| row.actor == Actor::Person(who.user))
            .unwrap();
        (row.address, row.user_agent.clone())
    };
    assert_eq!(of(&bob), (None, None));
    assert_eq!(of(&eve), (by(&eve).address, by(&eve).user_agent));
    // What was under way is not kept of nobody.
    let tried = refused(bob.user, bob.application, ActionFailure::WrongCredentials);
    refuse(&w, tried, w.origin()).await;
    assert_eq!(actions(&w, w.pool, bobs).await, kept);
}

pub(crate) async fn actions_are_forgotten_at_the_retention_time<H: Harness>(w: World<H>) {
    let store = w.store();
    let begun = w.now();
    let who = w.someone_signed_in(w.pool).await;
    w.advance(Span::from_millis(1));
    let tried = refused(who.user, who.application, ActionFailure::UserLocked);
    refuse(&w, tried.clone(), w.origin()).await;
    let forget = async || {
        while store
            .forget_old(limits::DEFAULT_RETENTION, 4)
            .await
            .unwrap()
            .more
        {}
    };
    w.advance_to(begun + limits::DEFAULT_RETENTION - Span::from_millis(1));
    forget().await;
    assert_eq!(of_user(&w, who.user).await.len(), 2);
    w.advance(Span::from_millis(1));
    forget().await;
    assert_eq!(of_user(&w, who.user).await, [tried]);
}
