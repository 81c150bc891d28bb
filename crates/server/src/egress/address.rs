//! Which addresses an outgoing request may reach.

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What outgoing requests may reach beyond the public Internet.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct EgressPolicy {
    /// Networks that may be reached whatever they are.
    pub allow: Vec<IpNet>,
    /// Whether this machine may be reached: where our own public URL is on
    /// loopback, whoever is asked to sign in is on this machine too.
    pub loopback: bool,
}

/// What an address is to a request that somebody else chose.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    /// Everybody can reach it.
    Public,
    /// This machine.
    Loopback,
    /// It means something only from where we stand, or nothing at all.
    Special,
}

impl EgressPolicy {
    /// Whether this address may be connected to.
    pub(crate) fn permits(&self, address: IpAddr) -> bool {
        // The system connects to `::ffff:10.0.0.1` as to 10.0.0.1.
        let address = address.to_canonical();
        self.allow.iter().any(|network| network.contains(&address))
            || match kind(address) {
                Kind::Public => true,
                Kind::Loopback => self.loopback,
                Kind::Special => false,
            }
    }
}

fn kind(address: IpAddr) -> Kind {
    let special = match address {
        IpAddr::V4(address) if address.is_loopback() => return Kind::Loopback,
        IpAddr::V6(address) if address.is_loopback() => return Kind::Loopback,
        IpAddr::V4(address) => is_special_v4(address),
        IpAddr::V6(address) => is_special_v6(address),
    };
    if special { Kind::Special } else { Kind::Public }
}

const fn v4(a: u8, b: u8, c: u8, d: u8, prefix: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), prefix)
}

const fn v6(a: u16, b: u16, prefix: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, 0, 0, 0, 0, 0, 0), prefix)
}

/// The IANA IPv4 Special-Purpose Address Registry (RFC 6890), without those
/// of its networks that are globally reachable; multicast; and what clouds
/// answer their machines' secrets at, where that looks like a public address.
const SPECIAL_V4: &[Ipv4Net] = &[
    v4(0, 0, 0, 0, 8),        // this network; Linux takes 0.0.0.0 for itself
    v4(10, 0, 0, 0, 8),       // private (RFC 1918)
    v4(100, 64, 0, 0, 10),    // carriers' NAT (RFC 6598); a cloud's metadata
    v4(127, 0, 0, 0, 8),      // loopback, inside of another address
    v4(168, 63, 129, 16, 32), // Azure's metadata and wire server
    v4(169, 254, 0, 0, 16),   // link-local (RFC 3927); clouds' metadata
    v4(172, 16, 0, 0, 12),    // private (RFC 1918)
    v4(192, 0, 0, 0, 24),     // protocol assignments; a cloud's metadata
    v4(192, 0, 2, 0, 24),     // documentation (RFC 5737)
    v4(192, 88, 99, 0, 24),   // 6to4 relays, given up (RFC 7526)
    v4(192, 168, 0, 0, 16),   // private (RFC 1918)
    v4(198, 18, 0, 0, 15),    // benchmarks (RFC 2544)
    v4(198, 51, 100, 0, 24),  // documentation (RFC 5737)
    v4(203, 0, 113, 0, 24),   // documentation (RFC 5737)
    v4(224, 0, 0, 0, 4),      // multicast (RFC 5771)
    v4(240, 0, 0, 0, 4),      // reserved (RFC 1112), and the broadcast address
];

/// All that is global unicast so far (RFC 4291 section 2.4, IANA): unspecified,
/// IPv4-compatible, unique-local, link-local and multicast addresses lie
/// outside, and the local NAT64 prefix 64:ff9b:1::/48 (RFC 8215) too.
const GLOBAL_UNICAST: Ipv6Net = v6(0x2000, 0, 3);

/// What of that is special all the same (IANA IPv6 Special-Purpose Address
/// Registry, RFC 6890).
const SPECIAL_V6: &[Ipv6Net] = &[
    v6(0x2001, 0, 23),     // protocol assignments; Teredo hides an IPv4 address
    v6(0x2001, 0xdb8, 32), // documentation (RFC 3849)
    v6(0x3fff, 0, 20),     // documentation (RFC 9637)
];

/// NAT64: the last 32 bits are the IPv4 address that is meant (RFC 6052).
const NAT64: Ipv6Net = v6(0x64, 0xff9b, 96);

/// 6to4: the IPv4 address of a relay follows the prefix (RFC 3056).
const SIX_TO_FOUR: Ipv6Net = v6(0x2002, 0, 16);

fn is_special_v4(address: Ipv4Addr) -> bool {
    SPECIAL_V4.iter().any(|network| network.contains(&address))
}

fn is_special_v6(address: Ipv6Addr) -> bool {
    let [_, a, b, .., c, d] = address.segments();
    if NAT64.contains(&address) {
        return is_special_v4(joined(c, d));
    }
    if SIX_TO_FOUR.contains(&address) {
        return is_special_v4(joined(a, b));
    }
    !GLOBAL_UNICAST.contains(&address)
        || SPECIAL_V6.iter().any(|network| network.contains(&address))
}

fn joined(high: u16, low: u16) -> Ipv4Addr {
    Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    /// First and last address of each network that is refused, between their
    /// neighbours where those are public.
    const EDGES: &[&str] = &[
        "-               0.0.0.0       0.255.255.255   1.0.0.0",
        "9.255.255.255   10.0.0.0      10.255.255.255  11.0.0.0",
        "100.63.255.255  100.64.0.0    100.127.255.255 100.128.0.0",
        "126.255.255.255 -             -               128.0.0.0",
        "168.63.129.15   168.63.129.16 168.63.129.16   168.63.129.17",
        "169.253.255.255 169.254.0.0   169.254.255.255 169.255.0.0",
        "172.15.255.255  172.16.0.0    172.31.255.255  172.32.0.0",
        "191.255.255.255 192.0.0.0     192.0.0.255     192.0.1.0",
        "192.0.1.255     192.0.2.0     192.0.2.255     192.0.3.0",
        "192.88.98.255   192.88.99.0   192.88.99.255   192.88.100.0",
        "192.167.255.255 192.168.0.0   192.168.255.255 192.169.0.0",
        "198.17.255.255  198.18.0.0    198.19.255.255  198.20.0.0",
        "198.51.99.255   198.51.100.0  198.51.100.255  198.51.101.0",
        "203.0.112.255   203.0.113.0   203.0.113.255   203.0.114.0",
        "223.255.255.255 224.0.0.0     239.255.255.255 -",
        "-               240.0.0.0     255.255.255.255 -",
    ];

    #[test]
    fn ipv4_addresses_are_refused_up_to_the_edges_of_their_networks() {
        for line in EDGES {
            let expected = [Kind::Public, Kind::Special, Kind::Special, Kind::Public];
            for (text, expected) in line.split_whitespace().zip(expected) {
                if text != "-" {
                    assert_eq!(kind(address(text)), expected, "{text}");
                }
            }
        }
        assert_eq!(kind(address("169.254.169.254")), Kind::Special);
        for loopback in ["127.0.0.0", "127.0.0.1", "127.255.255.255", "::1"] {
            assert_eq!(kind(address(loopback)), Kind::Loopback, "{loopback}");
        }
    }

    #[test]
    fn ipv6_addresses_are_public_inside_of_global_unicast_alone() {
        for public in [
            "2000::",
            "2001:200::",
            "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff",
            "2001:db9::",
            "2003::1",
            "2606:4700::1111",
            "3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
            "3fff:1000::",
            "3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
        ] {
            assert_eq!(kind(address(public)), Kind::Public, "{public}");
        }
        for special in [
            "::",
            "::2",
            "::7f00:1",
            "::10.0.0.1",
            "::8.8.8.8",
            "64:ff9b:1::808:808",
            "100::1",
            "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
            "2001::",
            "2001:0:4136:e378:8000:63bf:3fff:fdd2",
            "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff",
            "2001:db8::",
            "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
            "3fff::",
            "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff",
            "4000::",
            "5f00::1",
            "fc00::",
            "fd00:ec2::254",
            "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
            "fe80::1",
            "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
            "fec0::1",
            "ff00::",
            "ff02::1",
            "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
        ] {
            assert_eq!(kind(address(special)), Kind::Special, "{special}");
        }
    }

    #[test]
    fn an_ipv4_address_inside_of_another_counts_as_what_it_is() {
        let policy = EgressPolicy::default();
        for (inside, permitted) in [
            ("8.8.8.8", true),
            ("10.0.0.1", false),
            ("127.0.0.1", false),
            ("169.254.169.254", false),
            ("100.64.0.1", false),
            ("0.0.0.0", false),
        ] {
            let v4: Ipv4Addr = inside.parse().unwrap();
            let [a, b, c, d] = v4.octets();
            for text in [
                format!("::ffff:{inside}"),
                format!("64:ff9b::{inside}"),
                format!("2002:{a:02x}{b:02x}:{c:02x}{d:02x}::1"),
            ] {
                assert_eq!(policy.permits(address(&text)), permitted, "{text}");
            }
        }
        // This machine is not behind a gateway.
        let with_loopback = EgressPolicy {
            loopback: true,
            ..EgressPolicy::default()
        };
        assert!(with_loopback.permits(address("::ffff:127.0.0.1")));
        assert!(!with_loopback.permits(address("64:ff9b::127.0.0.1")));
        assert!(!with_loopback.permits(address("2002:7f00:1::1")));
    }

    #[test]
    fn what_is_listed_may_be_reached_and_nothing_beside_it() {
        let policy = |networks: &[&str], loopback| EgressPolicy {
            allow: networks.iter().map(|text| text.parse().unwrap()).collect(),
            loopback,
        };
        let listed = policy(&["10.1.0.0/16", "fd00:1::/32", "169.254.169.254/32"], false);
        for (text, permitted) in [
            ("10.0.255.255", false),
            ("10.1.0.0", true),
            ("10.1.255.255", true),
            ("10.2.0.0", false),
            ("::ffff:10.1.0.1", true),
            // What a gateway calls 10.1.0.1 is another network's.
            ("64:ff9b::10.1.0.1", false),
            ("fd00:1::1", true),
            ("fd00:2::1", false),
            ("169.254.169.254", true),
            ("169.254.169.253", false),
            ("127.0.0.1", false),
            ("1.1.1.1", true),
        ] {
            assert_eq!(listed.permits(address(text)), permitted, "{text}");
        }
        for (loopback, v4, v6) in [
            (policy(&[], false), false, false),
            (policy(&[], true), true, true),
            (policy(&["127.0.0.0/8"], false), true, false),
            (policy(&["::1/128"], false), false, true),
        ] {
            assert_eq!(loopback.permits(address("127.0.0.1")), v4);
            assert_eq!(loopback.permits(address("::1")), v6);
        }
    }
}
