use super::super::options::wrong;
use super::super::reach::Reach;
use crate::error::Result;
use reqwest::Url;

/// Microsoft's own, to which hosted domains point.
const HOSTED: [&str; 4] = [
    "outlook.com",
    "office365.com",
    "office365.us",
    "partner.outlook.cn",
];

/// To which hosts credentials may go: those of the address's own domain, those that an administrator named, and
/// Microsoft's. A host that only the DNS or a redirect names may be an attacker's, with a certificate that is valid.
#[derive(Clone)]
pub struct Rules<'a> {
    reach: &'a Reach,
    domains: Vec<String>,
}

impl<'a> Rules<'a> {
    pub const fn new(reach: &'a Reach) -> Self {
        Self {
            reach,
            domains: Vec::new(),
        }
    }

    /// A domain that the person, or a server that was trusted, gave.
    pub fn trust(&mut self, domain: &str) {
        self.domains.push(domain.to_lowercase());
    }

    /// The address of a redirect, where it may be followed.
    pub fn redirect(&self, from: &Url, to: &str) -> Result<Url> {
        let url = from.join(to).map_err(|_| {
            wrong(format!(
                "{} redirects to what is not an address. Give the server's address itself.",
                from.host_str().unwrap_or_default()
            ))
        })?;
        let same = from.scheme() == "https" && from.host_str() == url.host_str();
        self.check(&url, same)?;
        Ok(url)
    }

    /// Whether credentials may go there.
    pub fn check(&self, url: &Url, same: bool) -> Result<()> {
        let host = url.host_str().unwrap_or_default();
        if url.scheme() != "https" {
            return Err(wrong(format!(
                "Autodiscover points to {host} without https, which would send the password unprotected. Ask the \
                 administrator of the mail server."
            )));
        }
        self.reach.check(url)?;
        let within = |domain: &str| {
            host == domain
                || host
                    .strip_suffix(domain)
                    .is_some_and(|rest| rest.ends_with('.'))
        };
        let ours = self.domains.iter().any(|domain| within(domain));
        if same || ours || HOSTED.into_iter().any(within) || self.reach.names(host) {
            return Ok(());
        }
        Err(wrong(format!(
            "Autodiscover points to {host}, which does not belong to {}. If that is where the mailbox is, give it as the \
             server, or let an administrator allow it with “occ exchange:server {host} --allow”.",
            self.domains.last().map_or("the address", String::as_str)
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_go_to_the_domain_its_hosts_and_named_ones() {
        let reach = Reach {
            allowed: vec!["mail.hoster.example".to_owned()],
            ..Reach::default()
        };
        let mut rules = Rules::new(&reach);
        rules.trust("Example.org");
        let from = Url::parse("http://autodiscover.example.org/").unwrap();
        for to in [
            "https://example.org/a.xml",
            "https://mail.example.org/a.xml",
            "https://autodiscover-s.outlook.com/a.xml",
            "https://mail.hoster.example/a.xml",
        ] {
            assert_eq!(rules.redirect(&from, to).unwrap().as_str(), to);
        }
        for to in [
            "http://mail.example.org/a.xml",
            "/autodiscover/autodiscover.xml",
            "https://badexample.org/",
            "https://example.org.evil.example/",
            "https://outlook.com.evil.example/",
            "https://hoster.example/",
            "ftp://example.org/",
            "https://",
        ] {
            assert!(rules.redirect(&from, to).is_err(), "{to}");
        }
        let from = Url::parse("https://mail.hoster.net/a").unwrap();
        assert!(rules.redirect(&from, "/b").is_ok(), "it has them already");
    }
}
