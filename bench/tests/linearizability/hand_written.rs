//! Histories written by hand, good ones and bad ones.

use Answer::{No, Unknown, Yes};
use rollcall_bench::linear::judge::{Record, Verdict, judge, shortest_rejected};
use rollcall_bench::linear::model::{Answer, App, Call, Name, Op};
use rollcall_bench::linear::untold::untold;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(20);

fn record(user: u32, began: i64, ended: i64, call: Call, answer: Answer) -> Record {
    let op = Op { call, answer };
    Record {
        user,
        client: 0,
        began,
        ended,
        op,
    }
}

/// Calls of one user, each begun after the one before has ended.
fn in_turn(calls: &[(Call, Answer)]) -> Vec<Record> {
    let calls = (0..).step_by(10).zip(calls);
    calls
        .map(|(at, (call, answer))| record(1, at, at + 5, *call, *answer))
        .collect()
}

fn verdict(history: &[Record]) -> Verdict {
    judge(history, PATIENCE)
}

#[track_caller]
fn good(calls: &[(Call, Answer)]) {
    assert_eq!(verdict(&in_turn(calls)), Verdict::Linearizable);
}

/// The last call is the one that nothing explains.
#[track_caller]
fn bad(calls: &[(Call, Answer)]) {
    let history = in_turn(calls);
    assert_eq!(verdict(&history), Verdict::Rejected { user: 1 });
    let before = &history[..history.len() - 1];
    assert_eq!(
        verdict(before),
        Verdict::Linearizable,
        "without the last one"
    );
    let shortest = shortest_rejected(&history, 1, PATIENCE);
    assert_eq!(shortest.len(), history.len());
}

const A: App = 0;
const B: App = 1;

fn check(app: App) -> Call {
    Call::Check { app }
}
fn api(app: App, grant: Name) -> Call {
    Call::ApiSignIn { app, grant }
}
fn form(app: App, shown: Option<Name>, given: Name) -> Call {
    Call::FormSignIn {
        app,
        shown,
        given,
        grant: given + 1,
    }
}
fn silent(app: App, shown: Name, grant: Name) -> Call {
    Call::SilentSignOn { app, shown, grant }
}
fn redeem(grant: Name) -> Call {
    Call::Redeem { grant }
}
fn refresh(grant: Name, number: u32) -> Call {
    Call::Refresh { grant, number }
}
fn kick(apps: u8) -> Call {
    Call::Kick { apps }
}
fn sign_out(shown: Name) -> Call {
    Call::SignOut { shown }
}

#[test]
fn nobody_is_signed_in_before_a_sign_in_and_somebody_is_after() {
    good(&[
        (check(A), No),
        (api(A, 1), Yes),
        (check(A), Yes),
        (check(B), No),
    ]);
    bad(&[(check(A), Yes)]);
    // A lost answer: what was answered was durable first.
    bad(&[(api(A, 1), Yes), (check(A), No)]);
}

#[test]
fn a_yes_after_a_kick_is_stale_unless_they_overlap() {
    good(&[(api(A, 1), Yes), (kick(1), Yes), (check(A), No)]);
    bad(&[(api(A, 1), Yes), (kick(1), Yes), (check(A), Yes)]);
    good(&[(api(A, 1), Yes), (kick(2), Yes), (check(A), Yes)]);
    let begun = record(1, 0, 5, api(A, 1), Yes);
    let kicked = record(1, 10, 20, kick(1), Yes);
    for answer in [Yes, No] {
        let history = [begun, kicked, record(1, 19, 30, check(A), answer)];
        assert_eq!(verdict(&history), Verdict::Linearizable);
    }
    // Two checks beside the kick: what the second one says is not older.
    let checks = [
        record(1, 11, 13, check(A), No),
        record(1, 14, 19, check(A), Yes),
    ];
    let history = [begun, kicked, checks[0], checks[1]];
    assert_eq!(verdict(&history), Verdict::Rejected { user: 1 });
}

#[test]
fn what_was_not_answered_happened_once_or_never_and_at_any_time() {
    good(&[(api(A, 1), Unknown), (check(A), No), (check(A), No)]);
    good(&[
        (api(A, 1), Unknown),
        (check(A), No),
        (check(A), Yes),
        (check(A), Yes),
    ]);
    bad(&[(api(A, 1), Unknown), (check(A), Yes), (check(A), No)]);
    good(&[
        (api(A, 1), Yes),
        (kick(1), Unknown),
        (check(A), Yes),
        (check(A), No),
    ]);
    bad(&[
        (api(A, 1), Yes),
        (kick(1), Unknown),
        (check(A), No),
        (check(A), Yes),
    ]);
    // It does not happen before it was asked for.
    bad(&[(check(A), No), (check(A), Yes)]);
}

#[test]
fn after_a_kick_only_a_new_authentication_signs_on() {
    let began = [(form(A, None, 10), Yes), (kick(1), Yes)];
    good(&[&began[..], &[(silent(A, 10, 20), No)]].concat());
    bad(&[&began[..], &[(silent(A, 10, 20), Yes)]].concat());
    // The session lives, and is as good as before for the other application.
    good(&[&began[..], &[(silent(B, 10, 20), Yes), (check(B), Yes)]].concat());
    bad(&[&began[..], &[(silent(B, 10, 20), No)]].concat());
    let again = [(form(A, Some(10), 30), Yes), (silent(A, 30, 40), Yes)];
    good(&[&began[..], &again[..]].concat());
}

#[test]
fn a_replaced_cookie_is_worth_nothing() {
    let began = [(form(A, None, 10), Yes), (form(A, Some(10), 20), Yes)];
    good(&[&began[..], &[(silent(A, 20, 30), Yes)]].concat());
    bad(&[&began[..], &[(silent(A, 10, 30), Yes)]].concat());
    // It was the same session all along, so its login in the other one lives.
    good(&[
        (form(A, None, 10), Yes),
        (silent(B, 10, 20), Yes),
        (form(A, Some(10), 30), Yes),
        (sign_out(30), Yes),
        (check(B), No),
    ]);
}

#[test]
fn a_refresh_token_works_once_and_again_ends_its_login() {
    let began = [(api(A, 1), Yes), (refresh(1, 1), Yes), (refresh(1, 2), Yes)];
    good(&[&began[..], &[(refresh(1, 3), Yes), (check(A), Yes)]].concat());
    good(
        &[
            &began[..],
            &[(refresh(1, 1), No), (check(A), No), (refresh(1, 3), No)],
        ]
        .concat(),
    );
    bad(&[&began[..], &[(refresh(1, 2), Yes)]].concat());
    bad(&[&began[..], &[(refresh(1, 1), No), (check(A), Yes)]].concat());
    // A refresh that nobody heard of may have used it.
    let unheard = [(api(A, 1), Yes), (refresh(1, 1), Unknown)];
    good(&[&unheard[..], &[(refresh(1, 1), Yes), (check(A), Yes)]].concat());
    good(&[&unheard[..], &[(refresh(1, 1), No), (check(A), No)]].concat());
    bad(&[&unheard[..], &[(refresh(1, 1), No), (check(A), Yes)]].concat());
}

#[test]
fn a_code_works_once_and_dies_with_its_login() {
    let began = [(form(A, None, 10), Yes), (redeem(11), Yes)];
    good(&[&began[..], &[(refresh(11, 1), Yes)]].concat());
    good(
        &[
            &began[..],
            &[(redeem(11), No), (refresh(11, 1), No), (check(A), No)],
        ]
        .concat(),
    );
    bad(&[&began[..], &[(redeem(11), Yes)]].concat());
    bad(&[&began[..], &[(redeem(11), No), (check(A), Yes)]].concat());
    bad(&[(form(A, None, 10), Yes), (kick(1), Yes), (redeem(11), Yes)]);
}

/// A sign-out from 20 on while the person authenticates in the same browser, and a check once
/// both are over.
fn signed_out_meanwhile(form_ended: i64, checked: Answer) -> Vec<Record> {
    let out = Call::SignOut { shown: 10 };
    let mut history = vec![
        record(1, 0, 5, form(A, None, 10), Yes),
        record(1, 10, form_ended, form(B, Some(10), 20), Yes),
        record(1, 20, 40, out, Yes),
        record(1, 50, 55, check(B), checked),
    ];
    history.extend(untold(&history));
    history
}

#[test]
fn a_sign_out_may_reach_what_takes_its_cookies_place_meanwhile_and_nothing_older() {
    for checked in [Yes, No] {
        let history = signed_out_meanwhile(30, checked);
        assert_eq!(verdict(&history), Verdict::Linearizable, "{checked:?}");
    }
    // The browser showed a cookie that had been replaced before.
    assert_eq!(
        verdict(&signed_out_meanwhile(15, No)),
        Verdict::Rejected { user: 1 }
    );
    assert_eq!(
        verdict(&signed_out_meanwhile(15, Yes)),
        Verdict::Linearizable
    );
}

#[test]
fn a_code_that_nobody_redeems_may_end_its_login_and_another_may_not() {
    let expired = (Call::CodeExpires { grant: 11 }, Unknown);
    let began = [(form(A, None, 10), Yes), expired];
    for answer in [Yes, No] {
        good(&[&began[..], &[(check(A), answer)]].concat());
    }
    bad(&[&began[..], &[(check(A), No), (redeem(11), Yes)]].concat());
    bad(&[
        (form(A, None, 10), Yes),
        (redeem(11), Yes),
        expired,
        (check(A), No),
    ]);
    // Another code of the same login was redeemed.
    bad(&[
        (form(A, None, 10), Yes),
        (silent(A, 10, 20), Yes),
        (redeem(20), Yes),
        expired,
        (check(A), No),
    ]);
}

#[test]
fn the_oldest_session_gives_way_to_a_fourth() {
    let began = [
        (api(A, 1), Yes),
        (form(A, None, 10), Yes),
        (api(A, 3), Yes),
        (api(A, 4), Yes),
    ];
    good(&[&began[..], &[(refresh(1, 1), No), (silent(A, 10, 20), Yes)]].concat());
    bad(&[&began[..], &[(refresh(1, 1), Yes)]].concat());
    bad(&[&began[..], &[(silent(A, 10, 20), No)]].concat());
    // One that has ended does not count.
    let revoked = [
        (api(A, 1), Yes),
        (api(A, 2), Yes),
        (Call::Revoke { grant: 2 }, Yes),
        (api(A, 3), Yes),
        (api(A, 4), Yes),
        (refresh(1, 1), Yes),
    ];
    good(&revoked);
}

#[test]
fn the_oldest_login_gives_way_where_an_application_allows_two() {
    let began = [(form(B, None, 10), Yes), (api(B, 2), Yes), (api(B, 3), Yes)];
    good(&[&began[..], &[(redeem(11), No), (refresh(2, 1), Yes)]].concat());
    bad(&[&began[..], &[(redeem(11), Yes)]].concat());
    // The browser's session lives on, and comes back as the newest.
    let back = [
        (silent(B, 10, 20), Yes),
        (refresh(2, 1), No),
        (refresh(3, 1), Yes),
    ];
    good(&[&began[..], &back[..]].concat());
    // Signing on again is no addition.
    let twice = [
        (form(B, None, 10), Yes),
        (api(B, 2), Yes),
        (silent(B, 10, 20), Yes),
    ];
    good(&[&twice[..], &[(refresh(2, 1), Yes), (redeem(20), Yes)]].concat());
}

#[test]
fn a_sign_out_ends_the_session_everywhere_and_no_other() {
    let began = [
        (form(A, None, 10), Yes),
        (silent(B, 10, 20), Yes),
        (sign_out(10), Yes),
    ];
    good(
        &[
            &began[..],
            &[(check(A), No), (check(B), No), (silent(A, 10, 30), No)],
        ]
        .concat(),
    );
    bad(&[&began[..], &[(check(B), Yes)]].concat());
    bad(&[&began[..], &[(silent(A, 10, 30), Yes)]].concat());
    good(&[
        (form(A, None, 10), Yes),
        (api(A, 2), Yes),
        (sign_out(10), Yes),
        (check(A), Yes),
    ]);
    // Over already: done, or asked first. A live one is not asked about.
    good(&[&began[..], &[(sign_out(10), Yes), (sign_out(10), No)]].concat());
    bad(&[(form(A, None, 10), Yes), (sign_out(10), No)]);
}

#[test]
fn people_are_judged_apart() {
    let history = [
        record(1, 0, 5, api(A, 1), Yes),
        record(2, 0, 5, api(A, 2), Yes),
        record(1, 10, 15, kick(1), Yes),
        record(2, 20, 25, check(A), Yes),
        record(1, 20, 25, check(A), No),
    ];
    assert_eq!(verdict(&history), Verdict::Linearizable);
    let stale = record(2, 30, 35, kick(1), Yes);
    let history = [&history[..], &[stale, record(2, 40, 45, check(A), Yes)]].concat();
    assert_eq!(verdict(&history), Verdict::Rejected { user: 2 });
}

#[test]
fn a_search_that_is_given_up_is_no_verdict() {
    // Twenty-four sign-ins that may have happened in any order, and none explains the last.
    let open = (1..=24).map(|grant| record(1, 0, 5, api(A, grant), Unknown));
    let mut history: Vec<Record> = open.collect();
    history.push(record(1, 10, 15, check(B), Yes));
    let verdict = judge(&history, Duration::from_millis(20));
    assert_eq!(verdict, Verdict::Undecided { user: 1 });
}
