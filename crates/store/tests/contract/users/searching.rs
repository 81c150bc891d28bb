//! Lists of users: filters, order, pages.

use crate::contract::records::{at, origin, page, phone, stored_user, user};
use crate::contract::{Harness, World};
use rollcall_core::ids::PoolId;
use rollcall_core::model::user::{
    Gender, ProfileField, SignInStatistics, User, UserFilter, UserFilterField, UserFilterTest,
    UserSort, UserSortField, UserSource, UserStatus,
};
use std::net::IpAddr;

type Column = UserSortField;
type Test = UserFilterTest;

fn text(value: &str) -> String {
    value.to_owned()
}

/// The usernames of the users that a filter shows, and nothing else.
async fn shown(w: &World<impl Harness>, pool: PoolId, filter: UserFilter) -> Vec<String> {
    let users = w
        .store()
        .list_users(pool, filter, page(1, 50))
        .await
        .unwrap();
    assert_eq!(users.total_count, users.list.len() as u64);
    let names = users.list.into_iter().map(|user| user.username.unwrap());
    names.collect()
}

async fn passing(
    w: &World<impl Harness>,
    pool: PoolId,
    field: UserFilterField,
    test: UserFilterTest,
) -> Vec<String> {
    let filter = UserFilter {
        tests: vec![(field, test)],
        ..UserFilter::default()
    };
    shown(w, pool, filter).await
}

/// Three people, the oldest last: ann has everything, bob some, cid nothing. In
/// another pool lives a twin of each.
async fn people(w: &World<impl Harness>) -> PoolId {
    let (pool, other) = (w.pool, w.other_pool);
    for pool in [other, pool] {
        let cid = User {
            created_at: at(10),
            ..user(pool, "cid")
        };
        let bob = User {
            created_at: at(20),
            updated_at: at(2_000),
            status: UserStatus::Archived,
            email: Some(text("bob_100%@example.com")),
            gender: Gender::Male,
            source: UserSource::Excel,
            profile: [(ProfileField::City, text("Köln"))].into(),
            ..user(pool, "Bob")
        };
        let ann = User {
            created_at: at(30),
            updated_at: at(3_000),
            email: Some(text("ann@example.com")),
            phone: Some(phone("13800138000", "+8613800138000")),
            external_id: Some(text("E-7")),
            profile: [
                (ProfileField::City, text("Ulm")),
                (ProfileField::Name, text("Ann O'Neil")),
            ]
            .into(),
            sign_ins: SignInStatistics {
                count: 9,
                last_at: Some(at(500)),
                last_address: Some(IpAddr::from([192, 0, 2, 9])),
                last_application: None,
            },
            ..user(pool, "ann")
        };
        for person in [cid, bob, ann] {
            stored_user(w, person).await;
        }
    }
    pool
}

pub(crate) async fn a_list_shows_the_pool_with_the_newest_first<H: Harness>(w: World<H>) {
    let pool = people(&w).await;
    assert_eq!(
        shown(&w, pool, UserFilter::default()).await,
        ["ann", "Bob", "cid"]
    );
    let empty = w.new_pool().await;
    assert_eq!(shown(&w, empty, UserFilter::default()).await, [""; 0]);
}

/// Texts as texts, without case where identifiers have none.
pub(crate) async fn values_are_equal_as_their_fields_compare<H: Harness>(w: World<H>) {
    let pool = people(&w).await;
    let column = UserFilterField::Column;
    let all = w
        .store()
        .list_users(pool, UserFilter::default(), page(1, 1))
        .await
        .unwrap();
    let ann = all.list[0].id.to_string();
    let cases = [
        (UserFilterField::Id, ann.to_uppercase(), "ann"),
        (column(Column::Email), text("Ann@Example.com"), "ann"),
        (column(Column::Username), text("ＢＯＢ"), "Bob"),
        (column(Column::ExternalId), text("E-7"), "ann"),
        (column(Column::Phone), text("13800138000"), "ann"),
        (column(Column::PhoneCountryCode), text("+86"), "ann"),
        (column(Column::Status), text("Archived"), "Bob"),
        (column(Column::Gender), text("M"), "Bob"),
        (column(Column::UserSourceType), text("excel"), "Bob"),
        (column(Column::CreatedAt), text("20"), "Bob"),
        (column(Column::UpdatedAt), text("3000"), "ann"),
        (column(Column::LoginsCount), text("9"), "ann"),
        (column(Column::LastLogin), text("500"), "ann"),
        (column(Column::LastIp), text("192.0.2.9"), "ann"),
        (
            UserFilterField::Profile(ProfileField::City),
            text("Köln"),
            "Bob",
        ),
        (
            UserFilterField::Profile(ProfileField::Name),
            text("Ann O'Neil"),
            "ann",
        ),
    ];
    for (field, value, expected) in cases {
        let equal = passing(&w, pool, field, Test::Equal(value.clone())).await;
        assert_eq!(equal, [expected], "{field:?} = {value}");
        let different = passing(&w, pool, field, Test::NotEqual(value.clone())).await;
        assert_eq!(different.len(), 2, "{field:?} != {value}");
        assert!(!different.contains(&text(expected)));
        let one_of = Test::In(vec![text("-1"), value.clone()]);
        assert_eq!(passing(&w, pool, field, one_of).await, [expected]);
    }
    let exact = Test::Equal(text("e-7"));
    assert_eq!(
        passing(&w, pool, column(Column::ExternalId), exact).await,
        [""; 0]
    );
    let none_of = Test::In(Vec::new());
    assert_eq!(
        passing(&w, pool, column(Column::Email), none_of).await,
        [""; 0]
    );
}

/// `NOT_` is also true of what is absent, and no character is a wildcard.
pub(crate) async fn a_part_is_found_as_it_is_written<H: Harness>(w: World<H>) {
    let pool = people(&w).await;
    let email = UserFilterField::Column(Column::Email);
    let city = UserFilterField::Profile(ProfileField::City);
    let has = |part: &str| Test::Contains(text(part));
    let has_not = |part: &str| Test::NotContains(text(part));
    assert_eq!(
        passing(&w, pool, email, has("EXAMPLE")).await,
        ["ann", "Bob"]
    );
    assert_eq!(passing(&w, pool, email, has("%")).await, ["Bob"]);
    assert_eq!(passing(&w, pool, email, has("b_1")).await, ["Bob"]);
    assert_eq!(passing(&w, pool, email, has("n_e")).await, [""; 0]);
    assert_eq!(passing(&w, pool, email, has("a%m")).await, [""; 0]);
    assert_eq!(passing(&w, pool, email, has("\\")).await, [""; 0]);
    assert_eq!(
        passing(&w, pool, email, has_not("ann")).await,
        ["Bob", "cid"]
    );
    assert_eq!(passing(&w, pool, city, has("öl")).await, ["Bob"]);
    assert_eq!(passing(&w, pool, city, has_not("öl")).await, ["ann", "cid"]);
    assert_eq!(passing(&w, pool, email, has("' OR 1=1 --")).await, [""; 0]);
}

pub(crate) async fn absence_is_told_from_presence<H: Harness>(w: World<H>) {
    let pool = people(&w).await;
    let cases = [
        (
            UserFilterField::Column(Column::Email),
            &["ann", "Bob"][..],
            &["cid"][..],
        ),
        (
            UserFilterField::Column(Column::LastLogin),
            &["ann"],
            &["Bob", "cid"],
        ),
        (
            UserFilterField::Column(Column::Phone),
            &["ann"],
            &["Bob", "cid"],
        ),
        (
            UserFilterField::Profile(ProfileField::Name),
            &["ann"],
            &["Bob", "cid"],
        ),
        (UserFilterField::Id, &["ann", "Bob", "cid"], &[]),
    ];
    for (field, present, absent) in cases {
        assert_eq!(
            passing(&w, pool, field, Test::NotNull).await,
            present,
            "{field:?}"
        );
        assert_eq!(
            passing(&w, pool, field, Test::IsNull).await,
            absent,
            "{field:?}"
        );
    }
}

/// Instants and counts as numbers: 9 is less than 10. A text that is no number
/// is neither more nor less than one.
pub(crate) async fn values_are_ordered_as_their_fields_compare<H: Harness>(w: World<H>) {
    let pool = people(&w).await;
    let created = UserFilterField::Column(Column::CreatedAt);
    let greater = |value: &str| Test::Greater(text(value));
    let lesser = |value: &str| Test::Lesser(text(value));
    let between = |low: &str, high: &str| Test::Between(text(low), text(high));
    assert_eq!(
        passing(&w, pool, created, greater("9")).await,
        ["ann", "Bob", "cid"]
    );
    assert_eq!(passing(&w, pool, created, greater("20")).await, ["ann"]);
    assert_eq!(passing(&w, pool, created, lesser("20")).await, ["cid"]);
    assert_eq!(
        passing(&w, pool, created, between("10", "20")).await,
        ["Bob", "cid"]
    );
    assert_eq!(
        passing(&w, pool, created, between("20", "10")).await,
        [""; 0]
    );
    for wrong in [greater("soon"), lesser("soon"), Test::Equal(text("soon"))] {
        assert_eq!(passing(&w, pool, created, wrong).await, [""; 0]);
    }
    let all = passing(&w, pool, created, Test::NotEqual(text("soon"))).await;
    assert_eq!(all.len(), 3);
    let logins = UserFilterField::Column(Column::LoginsCount);
    assert_eq!(passing(&w, pool, logins, lesser("10")).await.len(), 3);
    let city = UserFilterField::Profile(ProfileField::City);
    assert_eq!(passing(&w, pool, city, greater("L")).await, ["ann"]);
    assert_eq!(passing(&w, pool, city, between("Köln", "L")).await, ["Bob"]);
}

pub(crate) async fn all_tests_must_hold<H: Harness>(w: World<H>) {
    let pool = people(&w).await;
    let filter = UserFilter {
        tests: vec![
            (UserFilterField::Column(Column::Email), Test::NotNull),
            (
                UserFilterField::Profile(ProfileField::City),
                Test::NotEqual(text("Ulm")),
            ),
        ],
        ..UserFilter::default()
    };
    assert_eq!(shown(&w, pool, filter.clone()).await, ["Bob"]);
    let activated = UserFilter {
        status: Some(UserStatus::Activated),
        ..filter
    };
    assert_eq!(shown(&w, pool, activated).await, [""; 0]);
}

/// In any of the named fields, and only there.
pub(crate) async fn key_words_are_looked_for_where_they_are_asked_for<H: Harness>(w: World<H>) {
    let pool = people(&w).await;
    let search = |keywords: &str, search_in: &[UserFilterField]| UserFilter {
        keywords: Some(text(keywords)),
        search_in: search_in.to_vec(),
        ..UserFilter::default()
    };
    let username = UserFilterField::Column(Column::Username);
    let email = UserFilterField::Column(Column::Email);
    let city = UserFilterField::Profile(ProfileField::City);
    assert_eq!(shown(&w, pool, search("b", &[username])).await, ["Bob"]);
    assert_eq!(shown(&w, pool, search("B", &[username])).await, ["Bob"]);
    assert_eq!(
        shown(&w, pool, search("example", &[username, email])).await,
        ["ann", "Bob"]
    );
    assert_eq!(
        shown(&w, pool, search("example", &[username])).await,
        [""; 0]
    );
    assert_eq!(
        shown(&w, pool, search("ulm", &[username, city])).await,
        ["ann"]
    );
    assert_eq!(shown(&w, pool, search("b", &[])).await, [""; 0]);
}

/// Both ends included.
pub(crate) async fn a_list_is_cut_by_status_and_change<H: Harness>(w: World<H>) {
    let pool = people(&w).await;
    let archived = UserFilter {
        status: Some(UserStatus::Archived),
        ..UserFilter::default()
    };
    assert_eq!(shown(&w, pool, archived).await, ["Bob"]);
    let changed = |from: Option<i64>, until: Option<i64>| UserFilter {
        updated_from: from.map(at),
        updated_until: until.map(at),
        ..UserFilter::default()
    };
    assert_eq!(
        shown(&w, pool, changed(Some(2_000), None)).await,
        ["ann", "Bob"]
    );
    assert_eq!(shown(&w, pool, changed(Some(2_001), None)).await, ["ann"]);
    assert_eq!(
        shown(&w, pool, changed(None, Some(2_000))).await,
        ["Bob", "cid"]
    );
    assert_eq!(shown(&w, pool, changed(None, Some(1_999))).await, ["cid"]);
    assert_eq!(
        shown(&w, pool, changed(Some(2_000), Some(2_000))).await,
        ["Bob"]
    );
}

pub(crate) async fn a_list_is_sorted_with_the_newest_first_among_equals<H: Harness>(w: World<H>) {
    let pool = people(&w).await;
    let by = |field, descending| UserSort { field, descending };
    let sorted = |sort: &[UserSort]| UserFilter {
        sort: sort.to_vec(),
        ..UserFilter::default()
    };
    let cases = [
        (vec![by(Column::Username, false)], ["ann", "Bob", "cid"]),
        (vec![by(Column::Username, true)], ["cid", "Bob", "ann"]),
        (vec![by(Column::CreatedAt, false)], ["cid", "Bob", "ann"]),
        (vec![by(Column::UpdatedAt, true)], ["ann", "Bob", "cid"]),
        (vec![by(Column::Email, true)], ["Bob", "ann", "cid"]),
        (vec![by(Column::Email, false)], ["cid", "ann", "Bob"]),
        (vec![by(Column::Status, false)], ["ann", "cid", "Bob"]),
        (vec![by(Column::LoginsCount, false)], ["Bob", "cid", "ann"]),
        (
            vec![by(Column::LoginsCount, false), by(Column::CreatedAt, false)],
            ["cid", "Bob", "ann"],
        ),
    ];
    for (sort, expected) in cases {
        assert_eq!(shown(&w, pool, sorted(&sort)).await, expected, "{sort:?}");
    }
    // Every column can be sorted by, in both directions.
    for field in Column::ALL {
        for descending in [false, true] {
            let filter = sorted(&[by(*field, descending)]);
            assert_eq!(shown(&w, pool, filter).await.len(), 3, "{field:?}");
        }
    }
}

/// Records of one instant included: their ids order them.
pub(crate) async fn pages_join_without_gap_or_overlap<H: Harness>(w: World<H>) {
    let pool = w.pool;
    for n in 0..7 {
        stored_user(&w, user(pool, &format!("user-{n}"))).await;
    }
    let mut seen = Vec::new();
    for number in 1..=4 {
        let users = w
            .store()
            .list_users(pool, UserFilter::default(), page(number, 2))
            .await
            .unwrap();
        assert_eq!(users.total_count, 7);
        seen.extend(users.list.into_iter().map(|user| user.username.unwrap()));
    }
    let expected: Vec<_> = (0..7).rev().map(|n| format!("user-{n}")).collect();
    assert_eq!(seen, expected);
}

/// Who stays in the list is neither lost nor shown twice by others' going from
/// behind, and the count is always that of the same instant as the page.
pub(crate) async fn pages_hold_while_rows_come_and_go<H: Harness>(w: World<H>) {
    let pool = w.pool;
    let mut ids = Vec::new();
    for n in 0..6 {
        let new = User {
            created_at: at(n),
            ..user(pool, &format!("user-{n}"))
        };
        ids.push(stored_user(&w, new).await.id);
    }
    let oldest_first = || UserFilter {
        sort: vec![UserSort {
            field: Column::CreatedAt,
            descending: false,
        }],
        ..UserFilter::default()
    };
    let store = w.store();
    let list = |number| store.list_users(pool, oldest_first(), page(number, 2));
    let first = list(1).await.unwrap();
    let late = User {
        created_at: at(100),
        ..user(pool, "late")
    };
    let late = stored_user(&w, late).await;
    w.store()
        .delete_users(pool, vec![ids[5]], origin(pool))
        .await
        .unwrap();
    let mut seen: Vec<_> = first.list.into_iter().map(|user| user.id).collect();
    for number in 2..=3 {
        let users = list(number).await.unwrap();
        assert_eq!(users.total_count, 6);
        seen.extend(users.list.into_iter().map(|user| user.id));
    }
    ids[5] = late.id;
    assert_eq!(seen, ids);
    let beyond = list(4).await.unwrap();
    assert_eq!((beyond.total_count, beyond.list.len()), (6, 0));
}

pub(crate) async fn what_is_deleted_is_in_no_list<H: Harness>(w: World<H>) {
    let pool = people(&w).await;
    let everyone = w
        .store()
        .list_users(pool, UserFilter::default(), page(1, 50))
        .await
        .unwrap();
    let ids = everyone.list.iter().map(|user| user.id).collect();
    assert_eq!(
        w.store().delete_users(pool, ids, origin(pool)).await,
        Ok(true)
    );
    assert_eq!(shown(&w, pool, UserFilter::default()).await, [""; 0]);
    let other = w.other_pool;
    assert_eq!(shown(&w, other, UserFilter::default()).await.len(), 3);
}
