//! Many servers, and who comes back to which.

use crate::client::{Fixture, Reply, USER, body, codes};

use super::wire::{Stream, call_as, post_as};
use super::{ALL, configure, get_streaming_events, id, subscribe, unsubscribe};

const PREFERS: (&str, &str) = ("X-PreferServerAffinity", "true");
const ANCHOR: (&str, &str) = ("X-AnchorMailbox", USER);

fn farm() -> Fixture {
    let fixture = Fixture::new();
    configure(&fixture, |settings| settings.farm = true);
    fixture
}

fn ask(fixture: &Fixture, operation: &str, headers: &[(&str, &str)]) -> Reply {
    post_as(fixture, USER, "", operation, headers)
}

fn cookie(reply: &Reply) -> Option<String> {
    let cookie = reply.header("Set-Cookie")?.split(';').next()?;
    Some(cookie.to_owned())
}

#[test]
fn a_subscription_is_known_where_it_was_made() {
    let fixture = farm();
    let made = ask(&fixture, &subscribe("", ALL), &[PREFERS, ANCHOR]);
    let cookie = cookie(&made).expect("a cookie");
    let back = [PREFERS, ANCHOR, ("Cookie", cookie.as_str())];
    let second = ask(&fixture, &subscribe("", ALL), &back);
    assert_eq!(self::cookie(&second), None, "it knows already");
    let ids = [id(&body(&made)), id(&body(&second))];
    let stream = get_streaming_events(&[&ids[0], &ids[1]]);
    for too_little in [&back[..0], &back[..2], &back[1..], &back[2..]] {
        let code = codes(&body(&ask(&fixture, &stream, too_little))).remove(0);
        assert_eq!(code, "ErrorSubscriptionNotFound", "{too_little:?}");
    }
    let mut open = Stream::open_as(&fixture, USER, "", &stream, &[back[0], back[2]]);
    assert_eq!(open.status(), "OK");
    fixture.create("<t:Contact/>");
    open.wait_for("CreatedEvent ItemId");
    assert_eq!(
        codes(&call_as(&fixture, USER, "", &unsubscribe(&ids[0]))),
        ["ErrorSubscriptionNotFound"]
    );
    let gone = ask(&fixture, &unsubscribe(&ids[0]), &back);
    assert_eq!(codes(&body(&gone)), ["NoError"]);
}

#[test]
fn who_does_not_ask_to_stay_gets_no_cookie() {
    let fixture = farm();
    assert_eq!(
        cookie(&ask(&fixture, &subscribe("", ALL), &[PREFERS])),
        None
    );
    assert_eq!(cookie(&ask(&fixture, &subscribe("", ALL), &[ANCHOR])), None);
    let one = cookie(&ask(&fixture, &subscribe("", ALL), &[PREFERS, ANCHOR]));
    let other = cookie(&ask(&fixture, &subscribe("", ALL), &[PREFERS, ANCHOR]));
    assert!(one.is_some() && one != other, "{one:?} {other:?}");
}
