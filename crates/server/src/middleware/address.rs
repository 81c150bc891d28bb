//! The client's address, as far as it can be believed.

use http::HeaderMap;
use ipnet::IpNet;
use std::net::IpAddr;

/// The peer's address, or, when the peer is a trusted proxy, the last hop of
/// `X-Forwarded-For` that is not. What stands before that hop was written by
/// whoever wanted it there.
pub(super) fn client_address(
    peer: Option<IpAddr>,
    headers: &HeaderMap,
    trusted: &[IpNet],
) -> Option<IpAddr> {
    let trusts = |address: &IpAddr| trusted.iter().any(|network| network.contains(address));
    let mut client = peer?.to_canonical();
    if !trusts(&client) {
        return Some(client);
    }
    let hops = headers.get_all("x-forwarded-for").iter().rev();
    for hop in hops.flat_map(|value| value.to_str().unwrap_or_default().rsplit(',')) {
        let Ok(address) = hop.trim().parse::<IpAddr>() else {
            break;
        };
        client = address.to_canonical();
        if !trusts(&client) {
            break;
        }
    }
    Some(client)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(peer: &str, forwarded: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", value.parse().unwrap());
        }
        let trusted = ["10.0.0.0/8".parse().unwrap(), "fd00::/8".parse().unwrap()];
        client_address(Some(peer.parse().unwrap()), &headers, &trusted)
            .unwrap()
            .to_string()
    }

    #[test]
    fn a_stranger_cannot_choose_its_address() {
        assert_eq!(address("192.0.2.1", &["198.51.100.1"]), "192.0.2.1");
        assert_eq!(
            address("10.0.0.1", &["1.1.1.1, 198.51.100.1"]),
            "198.51.100.1"
        );
        assert_eq!(
            address("10.0.0.1", &["1.1.1.1", "198.51.100.1, 10.0.0.2"]),
            "198.51.100.1"
        );
    }

    #[test]
    fn what_cannot_be_read_ends_the_trust() {
        assert_eq!(
            address("10.0.0.1", &["1.1.1.1, unknown, 10.0.0.2"]),
            "10.0.0.2"
        );
        assert_eq!(address("10.0.0.1", &[]), "10.0.0.1");
        assert_eq!(address("10.0.0.1", &["10.0.0.3, 10.0.0.2"]), "10.0.0.3");
        assert_eq!(address("::ffff:192.0.2.1", &["1.1.1.1"]), "192.0.2.1");
        assert_eq!(address("fd00::1", &["2001:db8::1"]), "2001:db8::1");
    }
}
