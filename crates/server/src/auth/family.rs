//! V3 request headers, whose two families mean the same.

use http::{HeaderMap, HeaderName};
use rollcall_core::Refusal;
use rollcall_core::ids::{ApplicationId, PoolId};
use rollcall_wire::v3::HeaderFamily;
use rollcall_wire::v3::headers::Header;
use std::sync::LazyLock;

/// The names of all headers of both families: to parse them with each request would cost
/// more than to look for them.
static NAMES: LazyLock<[[HeaderName; HeaderFamily::ALL.len()]; Header::ALL.len()]> =
    LazyLock::new(|| {
        Header::ALL.map(|header| {
            HeaderFamily::ALL.map(|family| HeaderName::from_static(family.header(header)))
        })
    });

/// The values of a header in both families; empty ones are absent.
pub(crate) fn family_values(headers: &HeaderMap, header: Header) -> impl Iterator<Item = &str> {
    NAMES[header as usize]
        .iter()
        .flat_map(move |name| headers.get_all(name))
        // What is not text cannot be anybody's id: it is there, and wrong.
        .map(|value| value.to_str().map_or("\u{fffd}", str::trim))
        .filter(|value| !value.is_empty())
}

/// Refuses a call that names another pool than its caller's.
pub(crate) fn check_pool(headers: &HeaderMap, pool: PoolId) -> Result<(), Refusal> {
    let mut named = family_values(headers, Header::UserPoolId);
    if named.all(|value| value.parse() == Ok(pool)) {
        Ok(())
    } else {
        Err(Refusal::OutsideOfCaller("userpool-id"))
    }
}

/// Refuses a call that names another application than its caller's.
pub(super) fn check_application(
    headers: &HeaderMap,
    application: ApplicationId,
) -> Result<(), Refusal> {
    let mut named = family_values(headers, Header::AppId);
    if named.all(|value| value.parse() == Ok(application)) {
        Ok(())
    } else {
        Err(Refusal::OutsideOfCaller("app-id"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect()
    }

    #[test]
    fn every_header_has_its_own_names() {
        for header in Header::ALL {
            let names = HeaderFamily::ALL.map(|family| family.header(header));
            assert_eq!(
                NAMES[header as usize].each_ref().map(HeaderName::as_str),
                names
            );
        }
    }

    #[test]
    fn another_pool_in_either_family_is_refused_and_empty_is_absent() {
        let pool = PoolId::from_bytes([0xab; 12]);
        let own = pool.to_string();
        let other = "0".repeat(24);
        let check = |pairs: &[(&'static str, &str)]| check_pool(&headers(pairs), pool);
        assert_eq!(check(&[]), Ok(()));
        assert_eq!(check(&[("x-genauth-userpool-id", "")]), Ok(()));
        assert_eq!(check(&[("x-genauth-userpool-id", &own)]), Ok(()));
        assert_eq!(
            check(&[("x-authing-userpool-id", &own.to_uppercase())]),
            Ok(())
        );
        let refused = Err(Refusal::OutsideOfCaller("userpool-id"));
        assert_eq!(check(&[("x-authing-userpool-id", &other)]), refused);
        assert_eq!(
            check(&[
                ("x-genauth-userpool-id", &own),
                ("x-authing-userpool-id", &other)
            ]),
            refused
        );
        assert_eq!(check(&[("x-genauth-userpool-id", "pool")]), refused);
    }
}
