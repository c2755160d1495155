//! Which machines may be connected to: a person who names a server must not get at what only this machine reaches.

use super::options::wrong;
use crate::error::{Error, Result};
use reqwest::Url;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The administrator's rule about servers. By default there is none: everything may be connected to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Reach {
    /// Hosts that are allowed wherever they are: `mail.example.org`, `*.example.org` or an IP address.
    pub allowed: Vec<String>,
    /// What holds for all others.
    pub others: Others,
}

/// Which of the hosts that nobody named are allowed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Others {
    #[default]
    All,
    /// Those with a public address and name, by the rule of Nextcloud's `allow_local_remote_servers`.
    Public,
    None,
}

impl Reach {
    /// Judges an address that a person typed or a server gave, as far as it can be without asking the DNS.
    pub fn check(&self, url: &Url) -> Result<()> {
        let host = url.host_str().unwrap_or_default();
        let name = bare(host);
        let allowed = match name.parse::<IpAddr>() {
            Ok(address) => self.allows(&name, address),
            Err(_) => match self.others {
                _ if self.names(&name) => true,
                Others::All => true,
                Others::Public => !is_local_name(&name),
                Others::None => false,
            },
        };
        if allowed {
            Ok(())
        } else {
            Err(NotAllowed { host: name }.into())
        }
    }

    /// Whether an address that `host` stands for may be connected to.
    pub fn allows(&self, host: &str, address: IpAddr) -> bool {
        self.names(host)
            || match self.others {
                Others::All => true,
                Others::Public => !is_local(address),
                Others::None => false,
            }
    }

    /// Whether an administrator named this host.
    pub fn names(&self, host: &str) -> bool {
        let host = bare(host);
        self.allowed.iter().any(|allowed| {
            let allowed = bare(allowed);
            match allowed.strip_prefix("*.") {
                Some(domain) => host
                    .strip_suffix(domain)
                    .is_some_and(|rest| rest.len() > 1 && rest.ends_with('.')),
                None => allowed == host,
            }
        })
    }
}

/// Without brackets and a dot at the end, in lower case.
fn bare(host: &str) -> String {
    host.trim()
        .trim_start_matches('[')
        .trim_end_matches(']')
        .trim_end_matches('.')
        .to_lowercase()
}

/// A host that the administrator's rule does not allow.
#[derive(Debug)]
pub struct NotAllowed {
    pub host: String,
}

impl fmt::Display for NotAllowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "The administrator does not allow connections to {0}: it is not among the allowed servers, or lies in the \
             local network. If it is the right server, an administrator can allow it with \
             “occ exchange:server {0} --allow”.",
            self.host
        )
    }
}

impl std::error::Error for NotAllowed {}

impl From<NotAllowed> for Error {
    fn from(refused: NotAllowed) -> Self {
        wrong(refused.to_string())
    }
}

/// Names that no public DNS holds (Nextcloud's `HostnameClassifier`).
fn is_local_name(name: &str) -> bool {
    const ENDS: [&str; 8] = [
        "local",
        "localhost",
        "intranet",
        "internal",
        "private",
        "corp",
        "home",
        "lan",
    ];
    match name.rsplit_once('.') {
        Some((_, end)) => ENDS.contains(&end),
        None => true,
    }
}

/// Addresses that are not of the public internet: of this machine, private, shared, reserved, or for documentation.
fn is_local(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_local_v4(address),
        IpAddr::V6(address) => is_local_v6(address),
    }
}

fn is_local_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    matches!(
        (a, b, c),
        (0 | 10 | 127 | 224.., ..)
            | (100, 64..=127, _)
            | (169, 254, _)
            | (172, 16..=31, _)
            | (192, 0, 0 | 2)
            | (192, 168, _)
            | (198, 18 | 19, _)
            | (198, 51, 100)
            | (203, 0, 113)
    )
}

fn is_local_v6(address: Ipv6Addr) -> bool {
    let segments = address.segments();
    let [high, low] = [segments[6], segments[7]].map(u32::from);
    let last = Ipv4Addr::from(high << 16 | low);
    match segments {
        // Unspecified, this machine, and the forms in which an IPv4 address is written as one of IPv6.
        [0, 0, 0, 0, 0, 0 | 0xffff, ..] | [0x64, 0xff9b, 0, 0, 0, 0, ..] => {
            segments[..6] == [0; 6] || is_local_v4(last)
        }
        // 6to4 holds an IPv4 address too.
        [0x2002, first, second, ..] => {
            is_local_v4(Ipv4Addr::from(u32::from(first) << 16 | u32::from(second)))
        }
        // Teredo, documentation, unique local, link-local, site-local, multicast, NAT64 of one's own.
        [0x2001, 0 | 0xdb8, ..]
        | [0x64, 0xff9b, 1, ..]
        | [0xfc00..=0xfdff | 0xfe80..=0xfeff | 0xff00.., ..] => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(others: Others, allowed: &[&str], host: &str) -> bool {
        let reach = Reach {
            allowed: allowed.iter().map(|&host| host.to_owned()).collect(),
            others,
        };
        let url = Url::parse(&format!("https://{host}/EWS/Exchange.asmx")).unwrap();
        reach.check(&url).is_ok()
    }

    #[test]
    fn addresses_of_the_local_network_are_refused_in_every_spelling() {
        for host in [
            "127.0.0.1",
            "127.1",
            "0x7f000001",
            "2130706433",
            "017700000001",
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "169.254.169.254",
            "172.31.255.255",
            "192.168.1.1",
            "192.0.0.8",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "[::]",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "[::ffff:a00:1]",
            "[::127.0.0.1]",
            "[64:ff9b::10.0.0.1]",
            "[2002:7f00:1::]",
            "[2001:db8::1]",
            "[fe80::1]",
            "[fd00::1]",
            "[ff02::1]",
            "localhost",
            "mail",
            "mail.lan",
            "mail.example.internal",
            "MAIL.LOCAL.",
        ] {
            assert!(!check(Others::Public, &[], host), "{host}");
            assert!(check(Others::All, &[], host), "{host}");
        }
    }

    #[test]
    fn public_hosts_are_allowed_unless_only_named_ones_are() {
        for host in [
            "mail.example.org",
            "8.8.8.8",
            "100.63.0.1",
            "172.32.0.1",
            "[2606:4700::1111]",
            "[::ffff:8.8.8.8]",
            "[64:ff9b::8.8.8.8]",
        ] {
            assert!(check(Others::Public, &[], host), "{host}");
            assert!(!check(Others::None, &[], host), "{host}");
        }
    }

    #[test]
    fn named_hosts_are_allowed_wherever_they_are() {
        let allowed = [
            "mail.lan",
            "*.example.org",
            "10.0.0.7",
            "fd00::1",
            "bücher.example",
        ];
        for host in [
            "mail.lan",
            "MAIL.lan.",
            "a.example.org",
            "a.b.example.org",
            "10.0.0.7",
            "[fd00::1]",
        ] {
            assert!(check(Others::None, &allowed, host), "{host}");
        }
        for host in [
            "example.org",
            "badexample.org",
            "10.0.0.8",
            "xmail.lan",
            ".example.org",
        ] {
            assert!(!check(Others::None, &allowed, host), "{host}");
        }
        let reach = Reach {
            allowed: vec!["mail.example.org".to_owned()],
            others: Others::Public,
        };
        let here = IpAddr::from([10, 0, 0, 1]);
        assert!(reach.allows("mail.example.org", here));
        assert!(!reach.allows("other.example.org", here));
    }
}
