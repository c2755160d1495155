//! Autodiscover: which server has a mailbox. Two forms of the same question, as documents; no sockets.
//!
//! <https://learn.microsoft.com/exchange/client-developer/exchange-web-services/autodiscover-for-exchange>

use super::{Element, Writer};
use crate::error::{Error, ErrorKind, Result};

/// The two forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Form {
    /// `autodiscover.svc`, since Exchange 2010.
    Soap,
    /// `autodiscover.xml`, “plain old XML”, which all versions have.
    Plain,
}

/// What a server answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Discovered {
    /// The address of Exchange Web Services.
    Url(String),
    /// Ask again with another e-mail address.
    OtherAddress(String),
    /// Ask again at another address.
    OtherUrl(String),
    /// Ask again later.
    Busy,
    /// A refusal in the server's words.
    Refused(String),
}

impl Form {
    /// The last part of the path.
    pub const fn file(self) -> &'static str {
        match self {
            Self::Soap => "autodiscover.svc",
            Self::Plain => "autodiscover.xml",
        }
    }

    /// The bytes of a question about `address`, to be posted to `url`.
    pub fn request(self, address: &str, url: &str) -> Vec<u8> {
        match self {
            Self::Soap => soap(address, url),
            Self::Plain => plain(address),
        }
    }

    /// `ErrorKind::Protocol` where the answer is none (a web page, say).
    pub fn read(self, bytes: &[u8]) -> Result<Discovered> {
        let document = Element::parse(bytes)?;
        match self {
            Self::Soap => read_soap(&document),
            Self::Plain => read_plain(&document),
        }
        .ok_or_else(|| {
            Error::new(
                ErrorKind::Protocol,
                "The answer is not one of Autodiscover. Give the server's address itself.",
            )
        })
    }
}

/// <https://learn.microsoft.com/exchange/client-developer/web-service-reference/pox-autodiscover-request-for-exchange>
fn plain(address: &str) -> Vec<u8> {
    const REQUEST: &str =
        "http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006";
    const RESPONSE: &str =
        "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a";
    let mut w = Writer::new();
    w.raw(r#"<?xml version="1.0" encoding="utf-8"?>"#);
    w.element("Autodiscover", &[("xmlns", REQUEST)], |w| {
        w.element("Request", &[], |w| {
            w.text("EMailAddress", address);
            w.text("AcceptableResponseSchema", RESPONSE);
        });
    });
    w.finish()
}

/// <https://learn.microsoft.com/exchange/client-developer/web-service-reference/getusersettings-operation-soap>
fn soap(address: &str, url: &str) -> Vec<u8> {
    let mut w = Writer::new();
    w.raw(concat!(
        r#"<?xml version="1.0" encoding="utf-8"?>"#,
        r#"<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/""#,
        r#" xmlns:w="http://www.w3.org/2005/08/addressing""#,
        r#" xmlns:a="http://schemas.microsoft.com/exchange/2010/Autodiscover">"#,
    ));
    w.element("s:Header", &[], |w| {
        w.text("a:RequestedServerVersion", "Exchange2010");
        w.text(
            "w:Action",
            "http://schemas.microsoft.com/exchange/2010/Autodiscover/Autodiscover/GetUserSettings",
        );
        w.text("w:To", url);
    });
    w.element("s:Body", &[], |w| {
        w.element("a:GetUserSettingsRequestMessage", &[], |w| {
            w.element("a:Request", &[], |w| {
                w.element("a:Users", &[], |w| {
                    w.element("a:User", &[], |w| w.text("a:Mailbox", address));
                });
                w.element("a:RequestedSettings", &[], |w| {
                    for setting in SETTINGS {
                        w.text("a:Setting", setting);
                    }
                });
            });
        });
    });
    w.raw("</s:Envelope>");
    w.finish()
}

/// From outside first: this server is seldom in the same network as Exchange.
const SETTINGS: [&str; 2] = ["ExternalEwsUrl", "InternalEwsUrl"];

/// <https://learn.microsoft.com/exchange/client-developer/web-service-reference/pox-autodiscover-response-for-exchange>
fn read_plain(document: &Element) -> Option<Discovered> {
    let response = document
        .child("Response")
        .filter(|_| document.name == "Autodiscover")?;
    if let Some(error) = response.child("Error") {
        let message = error.child_text("Message").unwrap_or_default();
        let code = error.child_text("ErrorCode").unwrap_or_default();
        return Some(Discovered::Refused(format!("{message} ({code})")));
    }
    let account = response.child("Account")?;
    let text = |name| account.child_text(name).map(|text| text.trim().to_owned());
    match text("Action").as_deref() {
        Some("redirectAddr") => return text("RedirectAddr").map(Discovered::OtherAddress),
        Some("redirectUrl") => return text("RedirectUrl").map(Discovered::OtherUrl),
        _ => {}
    }
    let url_of = |kind: &str| {
        let protocol = account
            .children
            .iter()
            .filter(|child| child.name == "Protocol")
            .find(|protocol| protocol.child_text("Type").map(str::trim) == Some(kind))?;
        // Exchange 2007 names it after one of its services.
        ["EwsUrl", "ASUrl"]
            .into_iter()
            .find_map(|name| protocol.child_text(name))
            .map(str::trim)
            .filter(|url| !url.is_empty())
    };
    let url = url_of("EXPR").or_else(|| url_of("EXCH"));
    Some(url.map_or_else(no_url, |url| Discovered::Url(url.to_owned())))
}

/// <https://learn.microsoft.com/exchange/client-developer/web-service-reference/getusersettingsresponsemessage-soap>
fn read_soap(document: &Element) -> Option<Discovered> {
    let body = document
        .child("Body")
        .filter(|_| document.name == "Envelope")?;
    if let Some(fault) = body.child("Fault") {
        let words = fault.child_text("faultstring").unwrap_or_default();
        return Some(Discovered::Refused(words.trim().to_owned()));
    }
    let response = body.at(&["GetUserSettingsResponseMessage", "Response"])?;
    let user = response.at(&["UserResponses", "UserResponse"]);
    let asked = user.unwrap_or(response);
    let code_of = |element: &Element| {
        element
            .child_text("ErrorCode")
            .map(|code| code.trim().to_owned())
    };
    let code = match code_of(response).as_deref() {
        None | Some("NoError") => code_of(asked).unwrap_or_default(),
        Some(code) => code.to_owned(),
    };
    let target = asked
        .child_text("RedirectTarget")
        .map(|target| target.trim().to_owned());
    match code.as_str() {
        "RedirectAddress" => return target.map(Discovered::OtherAddress),
        "RedirectUrl" => return target.map(Discovered::OtherUrl),
        "ServerBusy" => return Some(Discovered::Busy),
        "NoError" | "" => {}
        code => {
            let words = asked.child_text("ErrorMessage").unwrap_or_default().trim();
            return Some(Discovered::Refused(format!("{words} ({code})")));
        }
    }
    let settings = asked.child("UserSettings")?;
    let value = |wanted: &str| {
        settings
            .children
            .iter()
            .find(|setting| setting.child_text("Name").map(str::trim) == Some(wanted))
            .and_then(|setting| setting.child_text("Value"))
            .map(str::trim)
            .filter(|url| !url.is_empty())
    };
    let url = SETTINGS.into_iter().find_map(value);
    Some(url.map_or_else(no_url, |url| Discovered::Url(url.to_owned())))
}

fn no_url() -> Discovered {
    Discovered::Refused("It names no address of Exchange Web Services.".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn plain(account: &str) -> Discovered {
        let xml = format!(
            "<?xml version='1.0'?><Autodiscover xmlns='a'><Response xmlns='b'><User/>{account}</Response></Autodiscover>"
        );
        Form::Plain.read(xml.as_bytes()).unwrap()
    }

    fn soap(response: &str) -> Discovered {
        let xml = format!(
            "<s:Envelope xmlns:s='s'><s:Header/><s:Body><GetUserSettingsResponseMessage xmlns='a'><Response>\
             {response}</Response></GetUserSettingsResponseMessage></s:Body></s:Envelope>"
        );
        Form::Soap.read(xml.as_bytes()).unwrap()
    }

    #[test]
    fn the_address_from_outside_comes_first() {
        let inside = "<Protocol><Type>EXCH</Type><EwsUrl>https://in/e</EwsUrl></Protocol>";
        let outside = "<Protocol><Type>EXPR</Type><EwsUrl> https://out/e </EwsUrl></Protocol>";
        let url = |url: &str| Discovered::Url(url.to_owned());
        let account = |protocols: &str| {
            plain(&format!(
                "<Account><Action>settings</Action>{protocols}</Account>"
            ))
        };
        assert_eq!(account(&format!("{inside}{outside}")), url("https://out/e"));
        assert_eq!(account(inside), url("https://in/e"));
        assert_eq!(
            account(
                "<Protocol Type='mapiHttp'/><Protocol><Type>EXCH</Type><ASUrl>https://old/e</ASUrl></Protocol>"
            ),
            url("https://old/e")
        );
        assert!(matches!(
            account("<Protocol><Type>WEB</Type></Protocol>"),
            Discovered::Refused(_)
        ));
    }

    #[test]
    fn plain_redirects_and_errors_are_read() {
        assert_eq!(
            plain(
                "<Account><Action>redirectAddr</Action><RedirectAddr>anna@host.example</RedirectAddr></Account>"
            ),
            Discovered::OtherAddress("anna@host.example".to_owned())
        );
        assert_eq!(
            plain(
                "<Account><Action>redirectUrl</Action><RedirectUrl>https://x/a.xml</RedirectUrl></Account>"
            ),
            Discovered::OtherUrl("https://x/a.xml".to_owned())
        );
        assert_eq!(
            plain(
                "<Error Time='1'><ErrorCode>500</ErrorCode><Message>The email address can't be found.</Message></Error>"
            ),
            Discovered::Refused("The email address can't be found. (500)".to_owned())
        );
    }

    #[test]
    fn soap_settings_redirects_and_errors_are_read() {
        let user = |code: &str, rest: &str| {
            soap(&format!(
                "<ErrorCode>NoError</ErrorCode><UserResponses><UserResponse><ErrorCode>{code}</ErrorCode>\
                 <ErrorMessage>Words.</ErrorMessage>{rest}</UserResponse></UserResponses>"
            ))
        };
        let setting = |name: &str, value: &str| {
            format!("<UserSetting><Name>{name}</Name><Value>{value}</Value></UserSetting>")
        };
        let both =
            setting("InternalEwsUrl", "https://in/e") + &setting("ExternalEwsUrl", "https://out/e");
        assert_eq!(
            user("NoError", &format!("<UserSettings>{both}</UserSettings>")),
            Discovered::Url("https://out/e".to_owned())
        );
        assert!(matches!(
            user("NoError", "<UserSettings/>"),
            Discovered::Refused(_)
        ));
        assert_eq!(
            user(
                "RedirectAddress",
                "<RedirectTarget>a@b.example</RedirectTarget>"
            ),
            Discovered::OtherAddress("a@b.example".to_owned())
        );
        assert_eq!(
            user(
                "RedirectUrl",
                "<RedirectTarget>https://x/a.svc</RedirectTarget>"
            ),
            Discovered::OtherUrl("https://x/a.svc".to_owned())
        );
        assert_eq!(
            user("InvalidUser", ""),
            Discovered::Refused("Words. (InvalidUser)".to_owned())
        );
        assert_eq!(user("ServerBusy", ""), Discovered::Busy);
        assert_eq!(soap("<ErrorCode>ServerBusy</ErrorCode>"), Discovered::Busy);
    }

    #[test]
    fn what_is_no_answer_is_told() {
        for text in [
            "",
            "<html/>",
            "<html><body>x</body></html>",
            "<Autodiscover/>",
            "<Envelope><Body/></Envelope>",
        ] {
            for form in [Form::Soap, Form::Plain] {
                assert_eq!(
                    form.read(text.as_bytes()).unwrap_err().kind(),
                    ErrorKind::Protocol
                );
            }
        }
    }

    #[test]
    fn an_address_cannot_break_out_of_the_question() {
        for form in [Form::Soap, Form::Plain] {
            let bytes = form.request("a<b>&\"@example.org", "https://x/?a&b");
            let question = Element::parse(&bytes).unwrap();
            assert!(format!("{question:?}").contains("a<b>&\\\"@example.org"));
        }
    }

    proptest! {
        #[test]
        fn never_panics(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = Form::Soap.read(&bytes);
            let _ = Form::Plain.read(&bytes);
        }
    }
}
