//! What a 401 means for each way of signing in, as one sentence.

use crate::error::{Error, ErrorKind};
use reqwest::header::{HeaderMap, WWW_AUTHENTICATE};

/// The ways a server says it takes, in lower case: `basic`, `ntlm`, `negotiate`, `bearer`.
pub fn offers(headers: &HeaderMap) -> Vec<String> {
    headers
        .get_all(WWW_AUTHENTICATE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(schemes)
        .collect()
}

/// One header may list several ways: `Negotiate, Basic realm="x"`. A parameter is no way.
fn schemes(header: &str) -> impl Iterator<Item = String> {
    header
        .split(',')
        .filter_map(|part| part.split_whitespace().next())
        .filter(|word| !word.contains(['=', '"']))
        .map(str::to_ascii_lowercase)
}

fn takes(offers: &[String], way: &str) -> bool {
    // A server that takes Negotiate takes NTLM inside of it.
    offers.is_empty()
        || offers
            .iter()
            .any(|offer| offer == way || (way == "ntlm" && offer == "negotiate"))
}

pub fn of_password(way: &str, headers: &HeaderMap, host: &str) -> Error {
    let offers = offers(headers);
    if !takes(&offers, &way.to_ascii_lowercase()) {
        return other_way(way, &offers, host);
    }
    Error::new(
        ErrorKind::Credentials,
        format!(
            "The server {host} refuses the user name or password. Check both; the user name may have to be written as DOMAIN\\name or as an e-mail address."
        ),
    )
}

pub fn of_ticket(principal: Option<&str>, headers: &HeaderMap, host: &str) -> Error {
    let offers = offers(headers);
    if !takes(&offers, "negotiate") {
        return other_way("Kerberos", &offers, host);
    }
    let whose = principal.map_or_else(String::new, |name| format!(" of {name}"));
    Error::new(
        ErrorKind::Credentials,
        format!(
            "The server {host} refuses the Kerberos ticket{whose}. Check that this account may sign in there, and that the clocks of both machines agree."
        ),
    )
}

pub fn of_token(headers: &HeaderMap, host: &str) -> Error {
    let offers = offers(headers);
    if !takes(&offers, "bearer") {
        return other_way("OAuth", &offers, host);
    }
    Error::new(
        ErrorKind::Credentials,
        format!(
            "The server {host} refuses the access token. Sign in again; if an application signs in, its administrator has to let it use Exchange Web Services for this mailbox."
        ),
    )
}

fn other_way(way: &str, offers: &[String], host: &str) -> Error {
    let names: Vec<&str> = [
        ("basic", "Basic"),
        ("ntlm", "NTLM"),
        ("negotiate", "Kerberos"),
        ("bearer", "OAuth"),
    ]
    .into_iter()
    .filter(|(offer, name)| *name != way && takes(offers, offer))
    .map(|(_, name)| name)
    .collect();
    let instead = match names.as_slice() {
        [] => String::new(),
        names => format!(" (it offers {})", names.join(", ")),
    };
    Error::new(
        ErrorKind::Configuration,
        format!(
            "The server {host} does not offer {way} sign-in{instead}. Choose another way to sign in, or ask its administrator to enable {way} authentication for Exchange Web Services."
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::header::HeaderValue;

    fn headers(lines: &[&'static str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(WWW_AUTHENTICATE, HeaderValue::from_static(line));
        }
        headers
    }

    #[test]
    fn ways_are_read_from_any_form_of_the_header() {
        let all = offers(&headers(&[
            "Negotiate, Basic realm=\"a, b\"",
            "NTLM",
            "Bearer client_id=\"x\", trusted_issuers=\"y\"",
        ]));
        assert_eq!(all, ["negotiate", "basic", "ntlm", "bearer"]);
    }

    #[test]
    fn a_server_that_does_not_offer_the_way_is_told_apart_from_a_wrong_password() {
        let only = headers(&["Negotiate", "NTLM"]);
        let error = of_password("Basic", &only, "h");
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(error.message().contains("it offers NTLM, Kerberos"));
        for offered in [&["NTLM"][..], &["Negotiate"], &[]] {
            let error = of_password("NTLM", &headers(offered), "h");
            assert_eq!(error.kind(), ErrorKind::Credentials);
        }
    }
}
