//! Autodiscover in both forms: `autodiscover.xml` and `autodiscover.svc`.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use crate::element::Element;

/// The two forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Plain,
    Soap,
}

/// What is answered. The first of these that is set counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Rules {
    /// Ask again with that address.
    pub redirect_address: Option<String>,
    /// Ask again there.
    pub redirect_url: Option<String>,
    /// Exchange Web Services are there.
    pub url: String,
}

impl Form {
    /// By the path of a request.
    pub fn of(path: &str) -> Option<Form> {
        match path.to_lowercase().as_str() {
            "/autodiscover/autodiscover.xml" => Some(Form::Plain),
            "/autodiscover/autodiscover.svc" => Some(Form::Soap),
            _ => None,
        }
    }

    /// The answer's document about an address that is known here or not.
    pub fn answer(self, rules: &Rules, known: bool, address: &str) -> String {
        match self {
            Form::Plain => plain(rules, known, address),
            Form::Soap => soap(rules, known),
        }
    }
}

/// The address that a question of either form is about.
pub fn asked(xml: &[u8]) -> String {
    let document = Element::parse(xml).ok();
    let address = document.as_ref().and_then(|document| {
        let plain = document.find(&["Request", "EMailAddress"]);
        let path = [
            "Body",
            "GetUserSettingsRequestMessage",
            "Request",
            "Users",
            "User",
            "Mailbox",
        ];
        plain.or_else(|| document.find(&path))
    });
    address.map_or_else(String::new, |address| address.text.trim().to_owned())
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

fn plain(rules: &Rules, known: bool, address: &str) -> String {
    const OUTER: &str = "http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006";
    const INNER: &str =
        "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a";
    let account = match rules {
        Rules {
            redirect_address: Some(other),
            ..
        } => format!(
            "<Action>redirectAddr</Action><RedirectAddr>{}</RedirectAddr>",
            escaped(other)
        ),
        Rules {
            redirect_url: Some(url),
            ..
        } => format!("<Action>redirectUrl</Action><RedirectUrl>{}</RedirectUrl>", escaped(url)),
        Rules { url, .. } => ["EXCH", "EXPR"].iter().fold(
            "<AccountType>email</AccountType><Action>settings</Action>".to_owned(),
            |mut text, kind| {
                let url = escaped(url);
                let _ = write!(
                    text,
                    "<Protocol><Type>{kind}</Type><ASUrl>{url}</ASUrl><EwsUrl>{url}</EwsUrl></Protocol>"
                );
                text
            },
        ),
    };
    let response = if known || rules.redirect_address.is_some() {
        let address = escaped(address);
        format!(
            "<Response xmlns=\"{INNER}\"><User><DisplayName>{address}</DisplayName><AutoDiscoverSMTPAddress>{address}\
             </AutoDiscoverSMTPAddress></User><Account>{account}</Account></Response>"
        )
    } else {
        "<Response><Error Time=\"08:00:00.0000000\" Id=\"1\"><ErrorCode>500</ErrorCode><Message>The email address can't \
         be found.</Message><DebugData /></Error></Response>"
            .to_owned()
    };
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><Autodiscover xmlns=\"{OUTER}\">{response}</Autodiscover>"
    )
}

fn soap(rules: &Rules, known: bool) -> String {
    const SERVICE: &str = "http://schemas.microsoft.com/exchange/2010/Autodiscover";
    let (code, target, settings) = match rules {
        Rules {
            redirect_address: Some(other),
            ..
        } => ("RedirectAddress", Some(other), String::new()),
        _ if !known => ("InvalidUser", None, String::new()),
        Rules {
            redirect_url: Some(url),
            ..
        } => ("RedirectUrl", Some(url), String::new()),
        Rules { url, .. } => {
            let setting = |name: &str| {
                format!(
                    "<UserSetting i:type=\"StringSetting\"><Name>{name}</Name><Value>{}</Value></UserSetting>",
                    escaped(url)
                )
            };
            let both = setting("ExternalEwsUrl") + &setting("InternalEwsUrl");
            ("NoError", None, both)
        }
    };
    let target = target.map_or_else(
        || "<RedirectTarget i:nil=\"true\"/>".to_owned(),
        |target| format!("<RedirectTarget>{}</RedirectTarget>", escaped(target)),
    );
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" \
         xmlns:a=\"http://www.w3.org/2005/08/addressing\"><s:Header><a:Action s:mustUnderstand=\"1\">{SERVICE}/Autodiscover/\
         GetUserSettingsResponse</a:Action><h:ServerVersionInfo xmlns:h=\"{SERVICE}\"><h:MajorVersion>15</h:MajorVersion>\
         <h:MinorVersion>2</h:MinorVersion><h:MajorBuildNumber>2562</h:MajorBuildNumber><h:MinorBuildNumber>17\
         </h:MinorBuildNumber><h:Version>Exchange2016</h:Version></h:ServerVersionInfo></s:Header><s:Body>\
         <GetUserSettingsResponseMessage xmlns=\"{SERVICE}\" xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\"><Response>\
         <ErrorCode>NoError</ErrorCode><ErrorMessage/><UserResponses><UserResponse><ErrorCode>{code}</ErrorCode>\
         <ErrorMessage>{code}</ErrorMessage>{target}<UserSettingErrors/><UserSettings>{settings}</UserSettings>\
         </UserResponse></UserResponses></Response></GetUserSettingsResponseMessage></s:Body></s:Envelope>"
    )
}
