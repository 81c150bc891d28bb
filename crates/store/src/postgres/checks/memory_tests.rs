//! What a memory believes, and when it stops to.

use super::super::Question;
use super::{MOST_COMMITS, MOST_ENDS, Memory, READ_AGAIN, Told};
use crate::records::ApplicationState;
use rollcall_core::ids::{AccessKeyId, ApplicationId, PoolId, UserId};
use rollcall_core::model::identifier::UserSelector;
use rollcall_core::model::policy::{SessionLimits, SessionPolicy};
use rollcall_core::time::{Span, Timestamp};

const POOL: PoolId = PoolId::from_bytes([1; 12]);
const OTHER_POOL: PoolId = PoolId::from_bytes([2; 12]);
const KEY: AccessKeyId = AccessKeyId::from_bytes([3; 12]);
const OTHER_KEY: AccessKeyId = AccessKeyId::from_bytes([4; 12]);
const APPLICATION: ApplicationId = ApplicationId::from_bytes([5; 12]);
const OTHER_APPLICATION: ApplicationId = ApplicationId::from_bytes([6; 12]);
const LIMITS: SessionLimits = SessionLimits {
    idle_timeout: Span::from_seconds(100),
    max_lifetime: Span::from_seconds(100),
};

fn user(number: u16) -> UserId {
    let mut bytes = [0; 12];
    bytes[..2].copy_from_slice(&number.to_be_bytes());
    UserId::from_bytes(bytes)
}

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

fn question(key: AccessKeyId, application: ApplicationId, user: UserId) -> Question {
    Question {
        key,
        application,
        user: UserSelector::id(user),
    }
}

fn asked(number: u16) -> Question {
    question(KEY, APPLICATION, user(number))
}

fn told(revision: i64, since: Option<i64>, ended: &[(UserId, ApplicationId)]) -> Told<'_> {
    Told {
        server: 9,
        key: KEY,
        pool: POOL,
        revision,
        since,
        ended,
        application: APPLICATION,
        state: Some(ApplicationState::enabled(SessionPolicy::default())),
        limits: LIMITS,
    }
}

/// One that has followed to revision 5, and remembers users 1 and 2 until 100.
fn memory() -> Memory {
    let mut memory = Memory::sized(2, 8);
    assert_eq!(memory.since(KEY), None);
    memory.follow(&told(5, None, &[]), at(10));
    for number in [1, 2] {
        memory.keep(POOL, APPLICATION, user(number), at(100));
    }
    assert_eq!(memory.since(KEY), Some(5));
    memory
}

#[test]
fn those_are_live_who_were_told_to_be() {
    let memory = memory();
    assert!(memory.has(&asked(1)));
    assert!(memory.is_live(POOL, &asked(2), at(99)));
    assert!(!memory.is_live(POOL, &asked(2), at(100)));
    assert!(!memory.has(&asked(3)));
    assert!(!memory.has(&question(OTHER_KEY, APPLICATION, user(1))));
    assert!(!memory.has(&question(KEY, OTHER_APPLICATION, user(1))));
    assert!(!memory.is_live(OTHER_POOL, &asked(1), at(10)));
}

#[test]
fn a_limit_that_has_passed_is_looked_up_and_may_have_moved() {
    let mut memory = memory();
    memory.follow(&told(5, Some(5), &[]), at(100));
    assert!(!memory.has(&asked(1)));
    memory.keep(POOL, APPLICATION, user(1), at(200));
    assert!(memory.has(&asked(1)));
}

#[test]
fn whose_login_ended_is_forgotten_alone() {
    let mut memory = memory();
    let ended = [(user(1), APPLICATION), (user(2), OTHER_APPLICATION)];
    memory.follow(&told(7, Some(5), &ended), at(11));
    assert!(!memory.has(&asked(1)));
    assert!(memory.has(&asked(2)));
    assert_eq!(memory.since(KEY), Some(7));
}

#[test]
fn a_group_that_did_not_ask_leaves_the_revision_where_it_was() {
    let mut memory = memory();
    let mut other = told(7, None, &[]);
    other.key = OTHER_KEY;
    memory.follow(&other, at(11));
    assert_eq!(memory.since(KEY), Some(5));
    assert_eq!(memory.since(OTHER_KEY), Some(5));
}

#[test]
fn all_of_a_pool_is_forgotten_where_not_all_is_known() {
    let many = vec![(user(9), APPLICATION); MOST_ENDS + 1];
    let late = 5 + MOST_COMMITS;
    let mut memory = memory();
    memory.follow(&told(late, Some(5), &[]), at(11));
    assert!(memory.has(&asked(2)));
    for (revision, ended) in [(4, &[][..]), (6, &many), (late + 1, &[])] {
        let mut memory = self::memory();
        memory.follow(&told(revision, Some(5), ended), at(11));
        assert!(!memory.has(&asked(2)));
        assert_eq!(memory.since(KEY), Some(revision));
    }
}

#[test]
fn another_server_is_believed_nothing_of_the_former_one() {
    let mut memory = memory();
    let mut other = told(5, Some(5), &[]);
    other.server = 10;
    memory.follow(&other, at(11));
    assert!(!memory.has(&asked(1)));
    memory.keep(POOL, APPLICATION, user(1), at(100));
    assert!(memory.has(&asked(1)));
}

#[test]
fn other_rules_make_other_limits() {
    let short = SessionPolicy {
        idle_timeout: Some(Span::from_seconds(1)),
        ..SessionPolicy::default()
    };
    let tight = SessionLimits {
        idle_timeout: Span::from_seconds(1),
        ..LIMITS
    };
    let plain = ApplicationState::enabled(SessionPolicy::default());
    for (state, limits) in [
        (Some(ApplicationState::enabled(short)), LIMITS),
        (Some(plain), tight),
        (None, LIMITS),
    ] {
        let mut memory = memory();
        let changed = Told {
            state,
            limits,
            ..told(6, Some(5), &[])
        };
        memory.follow(&changed, at(11));
        assert!(!memory.has(&asked(1)));
        // Nor when they come back.
        memory.follow(&told(7, Some(6), &[]), at(12));
        assert!(!memory.has(&asked(1)));
    }
}

#[test]
fn there_is_room_for_so_many() {
    let mut memory = memory();
    for number in 0..200 {
        memory.keep(POOL, APPLICATION, user(number), at(100));
        assert!(memory.has(&asked(number)));
    }
    let kept = (0..200).filter(|number| memory.has(&asked(*number)));
    assert!(kept.count() <= 8);
    assert!(memory.entries <= 8);
    assert!(memory.next_place().is_none());
}

#[test]
fn a_pool_is_read_once_from_its_beginning_on() {
    let mut memory = memory();
    let mut place = memory.next_place().unwrap();
    assert_eq!((place.pool, place.seq), (POOL, 0));
    place.seq = 7;
    memory.go_on_from(place);
    assert_eq!(memory.next_place().unwrap().seq, 7);
    memory.has_read(POOL);
    memory.follow(&told(6, Some(5), &[]), at(11));
    assert!(memory.next_place().is_none());
    // Forgotten soon after, and once more later.
    memory.follow(&told(5, Some(6), &[]), at(12));
    assert!(memory.next_place().is_none());
    memory.follow(&told(4, Some(5), &[]), at(10) + READ_AGAIN);
    assert_eq!(memory.next_place().unwrap().seq, 0);
}
