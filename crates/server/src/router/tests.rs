//! The table of routes.

use super::classified;
use crate::routes::Who;
use rollcall_core::model::access_key::Permission::Check;
use rollcall_wire::v3::paths;

/// What is ours and not in the style of V3.
const OUTSIDE_OF_THE_CONTRACT: &[paths::Route] = &[
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("GET", "/openapi.json"),
    ("GET", "/docs"),
    ("GET", "/docs/{part}"),
    ("GET", "/.well-known/oauth-authorization-server/oidc"),
    ("GET", "/oidc/logo/{client_id}"),
    ("POST", "/oidc/auth"),
    ("POST", "/oidc/session/end"),
    ("POST", "/oidc/auth/sign-in"),
    ("POST", "/oidc/auth/account"),
    ("POST", "/oidc/auth/consent"),
    ("POST", "/oidc/session/end/confirm"),
];

#[test]
fn every_contract_path_is_classified_once_and_no_other_is_there() {
    let routed: Vec<_> = classified()
        .iter()
        .filter(|row| !matches!(row.who, Who::Console(_)))
        .map(|row| (row.method, row.path))
        .collect();
    let expected = [
        paths::MANAGEMENT_PATHS,
        paths::AUTHENTICATION_PATHS,
        paths::OWN_PATHS,
        OUTSIDE_OF_THE_CONTRACT,
    ]
    .concat();
    for route in &routed {
        let times = routed.iter().filter(|other| *other == route).count();
        assert!(expected.contains(route), "{route:?} is no route of ours");
        assert_eq!(times, 1, "{route:?} is routed twice");
    }
    for route in &expected {
        assert!(routed.contains(route), "{route:?} is not routed");
    }
}

#[test]
fn what_browsers_go_to_answers_pages_whatever_happens() {
    for row in classified() {
        let is_page = crate::pages::is_of_browsers(row.path);
        let is_for_people = matches!(row.who, Who::Browser | Who::Console(_));
        assert_eq!(is_page, is_for_people, "{}", row.path);
    }
}

#[test]
fn the_headline_call_needs_its_own_permission() {
    let row = classified()
        .into_iter()
        .find(|row| row.path == paths::CHECK_SESSION_STATUS)
        .unwrap();
    assert_eq!(row.who, Who::ManagementKey(Check));
}
