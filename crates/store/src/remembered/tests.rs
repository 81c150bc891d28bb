//! What is remembered, without a disk.

use super::*;
use rollcall_core::model::access_key::{KeyLabels, Permissions};
use rollcall_core::secret::Secret;

const NOW: Timestamp = Timestamp::from_millis(1_000_000);
const LIMIT: Timestamp = Timestamp::from_millis(2_000_000);
const POOL: PoolId = PoolId::from_bytes([9; 12]);

fn user(number: u32) -> UserId {
    let [a, b, c, d] = number.to_be_bytes();
    UserId::from_bytes([7, 7, 7, 7, 7, 7, 7, 7, a, b, c, d])
}

fn application(number: u8) -> ApplicationId {
    ApplicationId::from_bytes([number; 12])
}

fn key(pool: PoolId) -> CallingKey {
    CallingKey {
        id: pool.root_key(),
        pool,
        permissions: Permissions::all(),
        enabled: true,
        secret_version: 1,
        last_used_at: None,
    }
}

/// What is answered at this instant.
fn asked(remembered: &Remembered, user_number: u32, at: Timestamp) -> Option<SessionStatus> {
    let selector = UserSelector::id(user(user_number));
    let check = remembered.find(POOL.root_key(), application(1), &selector, at)?;
    assert_eq!(check.key, key(POOL));
    Some(check.status)
}

fn learned(remembered: &Remembered, user_number: u32, verdict: Option<Verdict>) {
    let selector = UserSelector::id(user(user_number));
    let noted = remembered.before_read(application(1), &selector);
    remembered.keep(&noted, &key(POOL), verdict, NOW);
}

fn commit(remembered: &Remembered, touch: impl FnOnce(&mut Touched)) {
    let mut touched = Touched::default();
    touch(&mut touched);
    drop(remembered.begin(&touched));
}

const LIVE: Option<Verdict> = Some(Verdict::LiveUntil(LIMIT));
const ACTIVE: Option<SessionStatus> = Some(SessionStatus::Known { active: true });
const INACTIVE: Option<SessionStatus> = Some(SessionStatus::Known { active: false });

#[test]
fn nothing_is_known_that_was_not_read() {
    let remembered = Remembered::default();
    assert_eq!(asked(&remembered, 1, NOW), None);
    learned(&remembered, 1, LIVE);
    assert_eq!(asked(&remembered, 1, NOW), ACTIVE);
    assert_eq!(asked(&remembered, 2, NOW), None);
    let selector = UserSelector::id(user(1));
    let elsewhere = remembered.find(POOL.root_key(), application(2), &selector, NOW);
    assert_eq!(elsewhere, None);
    let other = PoolId::from_bytes([8; 12]).root_key();
    assert_eq!(remembered.find(other, application(1), &selector, NOW), None);
}

#[test]
fn another_pool_has_answers_of_its_own() {
    let remembered = Remembered::default();
    learned(&remembered, 1, LIVE);
    let other = PoolId::from_bytes([8; 12]);
    let selector = UserSelector::id(user(1));
    // Its key is known, by a question about an application that it does not have.
    let noted = remembered.before_read(application(1), &selector);
    remembered.keep(&noted, &key(other), None, NOW);
    let theirs = remembered.find(other.root_key(), application(1), &selector, NOW);
    assert_eq!(theirs, None);
}

#[test]
fn a_limit_is_not_outlived_by_a_millisecond() {
    let remembered = Remembered::default();
    learned(&remembered, 1, LIVE);
    let before = Timestamp::from_millis(LIMIT.as_millis() - 1);
    assert_eq!(asked(&remembered, 1, before), ACTIVE);
    assert_eq!(asked(&remembered, 1, LIMIT), None);
    learned(&remembered, 1, Some(Verdict::NotLive));
    assert_eq!(asked(&remembered, 1, LIMIT), INACTIVE);
}

#[test]
fn a_commit_takes_what_it_touches() {
    type Touch = fn(&mut Touched);
    let remembered = Remembered::default();
    let touches: [(Touch, bool, bool); 6] = [
        (|touched| touched.user(user(1)), false, true),
        (|touched| touched.user(user(2)), true, false),
        (|touched| touched.application(application(1)), false, false),
        (|touched| touched.application(application(2)), true, true),
        (Touched::pool, false, false),
        (Touched::keys, false, false),
    ];
    for (touch, first, second) in touches {
        learned(&remembered, 1, LIVE);
        learned(&remembered, 2, Some(Verdict::NotLive));
        commit(&remembered, touch);
        assert_eq!(asked(&remembered, 1, NOW), ACTIVE.filter(|_| first));
        assert_eq!(asked(&remembered, 2, NOW), INACTIVE.filter(|_| second));
    }
}

#[test]
fn what_was_read_before_a_commit_is_not_remembered_after_it() {
    let remembered = Remembered::default();
    learned(&remembered, 9, LIVE);
    let selector = UserSelector::id(user(1));
    let noted = remembered.before_read(application(1), &selector);
    commit(&remembered, |touched| touched.user(user(1)));
    remembered.keep(&noted, &key(POOL), LIVE, NOW);
    assert_eq!(asked(&remembered, 1, NOW), None);
    // Nor what is read while it is under way.
    let mut touched = Touched::default();
    touched.user(user(1));
    let under_way = remembered.begin(&touched);
    learned(&remembered, 1, LIVE);
    assert_eq!(asked(&remembered, 1, NOW), None);
    drop(under_way);
    assert_eq!(asked(&remembered, 1, NOW), None);
    learned(&remembered, 1, LIVE);
    assert_eq!(asked(&remembered, 1, NOW), ACTIVE);
}

/// Two users, or the same one twice, in one place of one commit.
#[test]
fn a_place_that_is_touched_twice_is_open_after_the_commit() {
    let remembered = Remembered::default();
    commit(&remembered, |touched| {
        for number in [1, 2, 1] {
            touched.user(user(number));
        }
        touched.application(application(1));
        touched.application(application(1));
        touched.pool();
    });
    learned(&remembered, 1, LIVE);
    assert_eq!(asked(&remembered, 1, NOW), ACTIVE);
}

/// What has passed its limit goes first, and all of a shard if that is not enough.
#[test]
fn no_more_is_remembered_than_the_limit_and_the_newest_is() {
    let remembered = Remembered::sized(2, 64);
    for number in 0..1_000 {
        learned(&remembered, number, LIVE);
        assert_eq!(asked(&remembered, number, NOW), ACTIVE);
    }
    let kept = remembered.shards.iter().map(|shard| shard.read().len());
    assert!(kept.sum::<usize>() <= 64);
}

#[test]
fn a_key_is_known_with_its_secret_until_any_key_changes() {
    let remembered = Remembered::default();
    let whole = |id: AccessKeyId| AccessKey {
        id,
        pool: POOL,
        secret: Secret::new("s"),
        permissions: Permissions::all(),
        enabled: true,
        secret_version: 1,
        created_at: NOW,
        last_used_at: None,
        labels: KeyLabels::default(),
    };
    let id = POOL.root_key();
    let seen = remembered.before_key_read().unwrap();
    remembered.keep_whole_key(seen, &whole(id));
    let found = remembered.find_key(id).unwrap();
    assert_eq!((found.id, found.secret.reveal()), (id, "s"));
    assert!(
        remembered
            .find_key(AccessKeyId::from_bytes([1; 12]))
            .is_none()
    );
    commit(&remembered, Touched::keys);
    assert!(remembered.find_key(id).is_none());
    remembered.keep_whole_key(seen, &whole(id));
    assert!(remembered.find_key(id).is_none());
    for number in 0..=MAX_REMEMBERED_KEYS {
        let [.., a, b, c, d] = number.to_be_bytes();
        let id = AccessKeyId::from_bytes([0, 0, 0, 0, 0, 0, 0, 1, a, b, c, d]);
        let seen = remembered.before_key_read().unwrap();
        remembered.keep_whole_key(seen, &whole(id));
        assert!(remembered.find_key(id).is_some());
    }
    assert!(remembered.whole_keys.read().len() <= MAX_REMEMBERED_KEYS);
}

#[test]
fn an_answer_takes_32_bytes() {
    assert_eq!(size_of::<Entry>(), 32);
}

fn foreseen(remembered: &Remembered, user_number: u32) -> Ahead {
    let noted = remembered.foresee(user(user_number), application(1));
    remembered.keep_ahead(POOL, &noted.unwrap(), LIMIT, NOW)
}

const KEPT: Ahead = Ahead {
    kept: 1,
    is_full: false,
};
const NEEDLESS: Ahead = Ahead {
    kept: 0,
    is_full: false,
};

#[test]
fn what_is_remembered_ahead_is_answered_until_it_is_touched() {
    let remembered = Remembered::default();
    learned(&remembered, 9, LIVE);
    assert_eq!(foreseen(&remembered, 1), KEPT);
    assert_eq!(asked(&remembered, 1, NOW), ACTIVE);
    assert_eq!(asked(&remembered, 1, LIMIT), None);
    assert_eq!(remembered.answers(), 2);
    commit(&remembered, |touched| touched.user(user(1)));
    assert_eq!(asked(&remembered, 1, NOW), None);
    assert_eq!(foreseen(&remembered, 1), KEPT);
    assert_eq!(asked(&remembered, 1, NOW), ACTIVE);
    assert_eq!(remembered.answers(), 2);
}

#[test]
fn what_was_read_ahead_of_a_commit_is_not_kept_after_it() {
    type Touch = fn(&mut Touched);
    let each: [Touch; 3] = [
        |touched| touched.user(user(1)),
        |touched| touched.application(application(1)),
        Touched::pool,
    ];
    for touch in each {
        let remembered = Remembered::default();
        let noted = remembered.foresee(user(1), application(1)).unwrap();
        commit(&remembered, touch);
        let ahead = remembered.keep_ahead(POOL, &noted, LIMIT, NOW);
        assert_eq!((ahead, remembered.answers()), (NEEDLESS, 0));
        // Nor is anything noted while it is under way.
        let mut touched = Touched::default();
        touch(&mut touched);
        let under_way = remembered.begin(&touched);
        assert!(remembered.foresee(user(1), application(1)).is_none());
        drop(under_way);
        assert_eq!(foreseen(&remembered, 1), KEPT);
    }
}

#[test]
fn what_is_known_better_stays() {
    let remembered = Remembered::default();
    let later = Timestamp::from_millis(LIMIT.as_millis() + 1);
    learned(&remembered, 1, Some(Verdict::LiveUntil(later)));
    assert_eq!(foreseen(&remembered, 1), NEEDLESS);
    assert_eq!(asked(&remembered, 1, LIMIT), ACTIVE);
    let earlier = Timestamp::from_millis(LIMIT.as_millis() - 1);
    learned(&remembered, 1, Some(Verdict::LiveUntil(earlier)));
    assert_eq!(foreseen(&remembered, 1), KEPT);
    assert_eq!(asked(&remembered, 1, earlier), ACTIVE);
    learned(&remembered, 2, Some(Verdict::NotLive));
    assert_eq!(foreseen(&remembered, 2), NEEDLESS);
    assert_eq!(asked(&remembered, 2, NOW), INACTIVE);
}

#[test]
fn nothing_that_was_asked_for_makes_room_for_what_was_not() {
    let remembered = Remembered::sized(2, 64);
    remembered.expect(1_000);
    for number in 0..20 {
        learned(&remembered, number, LIVE);
    }
    let full = (20..1_000).find(|number| foreseen(&remembered, *number).is_full);
    assert!(full.is_some_and(|number| number >= 32), "{full:?}");
    for number in 20..1_000 {
        foreseen(&remembered, number);
    }
    assert_eq!(remembered.answers(), 64);
    for number in 0..20 {
        assert_eq!(asked(&remembered, number, NOW), ACTIVE);
    }
    // What has passed its limit does, when a shard would grow.
    let small = Remembered::sized(1, 64);
    for number in 0..28 {
        learned(&small, number, LIVE);
    }
    let noted = small.foresee(user(99), application(1)).unwrap();
    let far = Timestamp::from_millis(LIMIT.as_millis() * 2);
    assert_eq!(small.keep_ahead(POOL, &noted, far, LIMIT), KEPT);
    assert_eq!(small.answers(), 1);
}

/// Bytes for each answer, at any number of them: tables double, so the worst number is
/// one beyond a double.
#[test]
fn a_table_grows_at_once_to_what_is_expected() {
    let remembered = Remembered::sized(1, 10_000);
    remembered.expect(5_000);
    foreseen(&remembered, 0);
    let capacity = remembered.shards[0].read().capacity();
    assert!((5_000..10_000).contains(&capacity), "{capacity}");
    for number in 1..5_000 {
        assert_eq!(foreseen(&remembered, number), KEPT);
    }
    assert_eq!(remembered.shards[0].read().capacity(), capacity);
}
