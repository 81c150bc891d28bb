//! Every parameter of every endpoint of browsers and applications, as it should not
//! be: missing, empty, doubled, 10 kB long, of another application, of another pool,
//! expired, and replayed. What is told for each is in the tables of `tables`; a
//! parameter that the server reads and no table knows fails.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "oidc_every_parameter/attempts.rs"]
mod attempts;
mod browser;
mod relying_party;
mod support;
#[path = "oidc_every_parameter/tables.rs"]
mod tables;

use attempts::World;
use rollcall_server::router::parameters;
use tables::{Endpoint, Row, SIGNED_OUT};

/// How a parameter is not as it should be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    Missing,
    Empty,
    Doubled,
    Long,
    OfAnotherApplication,
    OfAnotherPool,
    Expired,
    Replayed,
}

const KINDS: [Kind; 8] = [
    Kind::Missing,
    Kind::Empty,
    Kind::Doubled,
    Kind::Long,
    Kind::OfAnotherApplication,
    Kind::OfAnotherPool,
    Kind::Expired,
    Kind::Replayed,
];

/// What stands in a table where there is nothing to try: a text that belongs to
/// nobody, or that has no time.
const NOTHING: &str = "-";

#[test]
fn no_parameter_is_left_out() {
    for (path, read) in parameters() {
        let endpoints = Endpoint::ALL.iter().filter(|e| e.path() == *path);
        let endpoints: Vec<_> = endpoints.collect();
        assert!(!endpoints.is_empty(), "{path} has no table");
        for endpoint in endpoints {
            let rows: Vec<_> = endpoint.rows().iter().map(|row| row.name).collect();
            assert_eq!(&rows, read, "{endpoint:?}");
        }
    }
    for endpoint in Endpoint::ALL {
        let is_known = parameters()
            .iter()
            .any(|(path, _)| *path == endpoint.path());
        assert!(is_known, "{endpoint:?}");
    }
}

/// Tries each row of an endpoint in each way.
async fn try_all(endpoint: Endpoint) {
    let mut world = World::new().await;
    let good = world.good(endpoint).await;
    let told = world.send(good).await;
    assert_eq!(told, endpoint.usual(), "{endpoint:?}: as it should be");
    for row in endpoint.rows() {
        for (kind, expected) in KINDS.into_iter().zip(row.told) {
            if expected == NOTHING {
                continue;
            }
            let label = format!("{endpoint:?}: {} {kind:?}", row.name);
            let told = try_one(&mut world, endpoint, row, kind).await;
            assert_eq!(told, expected, "{label}");
        }
        // Nothing of it stands in the way of who does it right.
        let good = world.good(endpoint).await;
        let told = world.send(good).await;
        assert_eq!(told, endpoint.usual(), "after {endpoint:?}: {}", row.name);
    }
}

/// What is told of this parameter in this way. What is refused for its form has used
/// nothing up: the same attempt as it should be is answered as usual then.
async fn try_one(world: &mut World, endpoint: Endpoint, row: &Row, kind: Kind) -> String {
    let name = row.name;
    let good = match kind {
        Kind::Expired => world.expired(endpoint, name).await,
        Kind::Replayed => world.replayed(endpoint, name).await,
        _ => world.good(endpoint).await,
    };
    let mut bad = good.clone();
    match kind {
        Kind::Missing => bad.remove(name),
        Kind::Empty => bad.set(name, ""),
        Kind::Doubled => {
            let value = bad.value(name).unwrap_or("1").to_owned();
            bad.set(name, &value);
            bad.add(name, &value);
        }
        Kind::Long => bad.set(name, &"7".repeat(10 * 1024)),
        Kind::OfAnotherApplication | Kind::OfAnotherPool => {
            let value = world.foreign(endpoint, name, kind).await;
            bad.set(name, &value);
        }
        Kind::Expired | Kind::Replayed => {}
    }
    let told = world.send(bad).await;
    let is_of_form = matches!(kind, Kind::Missing | Kind::Empty | Kind::Doubled);
    if is_of_form && told != endpoint.usual() && told != SIGNED_OUT {
        let usual = world.send(good).await;
        assert_eq!(
            usual,
            endpoint.usual(),
            "{endpoint:?}: {name} after {kind:?}"
        );
    }
    told
}

macro_rules! endpoints {
    ($($name:ident: $endpoint:ident,)+) => {
        $(#[tokio::test]
        async fn $name() {
            try_all(Endpoint::$endpoint).await;
        })+
    };
}

endpoints! {
    an_authorization_request: Authorization,
    an_authorization_request_by_post: AuthorizationByPost,
    the_form_of_the_sign_in_page: SignIn,
    the_form_of_the_account_page: Account,
    the_form_of_the_consent_page: Consent,
    a_token_for_a_code: TokenForCode,
    a_token_for_a_refresh_token: TokenForRefreshToken,
    a_token_of_an_applications_own: TokenOfItsOwn,
    introspection: Introspection,
    revocation: Revocation,
    userinfo: Userinfo,
    a_request_to_sign_out: EndSession,
    a_request_to_sign_out_by_post: EndSessionByPost,
    the_form_of_the_sign_out_page: SignOut,
}
