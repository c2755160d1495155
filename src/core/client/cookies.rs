use parking_lot::Mutex;
use reqwest::header::{HeaderMap, HeaderValue, SET_COOKIE};
use std::collections::BTreeMap;

/// The cookies of one mailbox at one address: load balancers keep a mailbox on one server by them.
#[derive(Debug, Default)]
pub struct Cookies(Mutex<BTreeMap<String, String>>);

impl Cookies {
    /// More than any server sets; a limit against one that never stops.
    const MOST: usize = 50;

    pub fn keep(&self, headers: &HeaderMap) {
        let mut jar = self.0.lock();
        for cookie in headers
            .get_all(SET_COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
        {
            let Some((name, value)) = cookie.split(';').next().unwrap_or_default().split_once('=')
            else {
                continue;
            };
            if value.trim().is_empty() {
                jar.remove(name.trim());
            } else if jar.len() < Self::MOST {
                jar.insert(name.trim().to_owned(), value.trim().to_owned());
            }
        }
    }

    pub fn header(&self) -> Option<HeaderValue> {
        let jar = self.0.lock();
        let pairs: Vec<String> = jar
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let mut header = HeaderValue::from_str(&pairs.join("; "))
            .ok()
            .filter(|_| !pairs.is_empty())?;
        header.set_sensitive(true);
        Some(header)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_last_value_and_drops_what_is_cleared() {
        let cookies = Cookies::default();
        assert_eq!(cookies.header(), None);
        let mut headers = HeaderMap::new();
        for cookie in [
            "a=1; path=/; secure",
            "b=2",
            "a=3",
            "b=; expires=Thu, 01 Jan 1970 00:00:00 GMT",
            "broken",
        ] {
            headers.append(SET_COOKIE, HeaderValue::from_static(cookie));
        }
        cookies.keep(&headers);
        assert_eq!(cookies.header().unwrap(), "a=3");
    }
}
