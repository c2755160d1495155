//! A SOAP request taken apart, and an answer put together.

use chrono::{DateTime, NaiveDateTime, Utc};

use crate::element::{Element, Ns};
use crate::failure::Failure;
use crate::version::{Level, Release};
use crate::zone::Zone;

/// A request that was understood as far as the envelope goes.
#[derive(Clone, Debug)]
pub struct Call {
    /// The local name of the body's element, such as `GetItem`.
    pub operation: String,
    pub body: Element,
    pub level: Level,
    /// Of `ExchangeImpersonation`: how the mailbox is named (`PrimarySmtpAddress`), and its name.
    pub connecting: Option<(String, String)>,
    /// The zone in `TimeZoneContext`.
    pub zone: Option<Zone>,
}

impl Call {
    /// Takes a request apart; the failure goes out as a fault.
    pub fn parse(xml: &[u8], release: Release) -> Result<Call, Failure> {
        let envelope = Element::parse(xml).map_err(|why| {
            Failure::new(
                "ErrorSchemaValidation",
                format!("The request failed schema validation: {why}"),
            )
        })?;
        let body = envelope
            .get("Body")
            .filter(|body| envelope.name == "Envelope" && body.ns == Ns::Soap)
            .and_then(|body| body.children.first())
            .ok_or_else(|| {
                Failure::new(
                    "ErrorInvalidRequest",
                    "The request is invalid: no SOAP body.",
                )
            })?;
        let header = envelope.get("Header");
        let named = header
            .and_then(|header| header.get("RequestServerVersion"))
            .and_then(|version| version.attr("Version"))
            .unwrap_or("Exchange2007");
        let level = Level::of(named);
        if !release.understands(level) {
            return Err(Failure::new(
                "ErrorInvalidServerVersion",
                "The specified server version is invalid.",
            ));
        }
        let zone = header
            .and_then(|header| header.find(&["TimeZoneContext", "TimeZoneDefinition"]))
            .and_then(|zone| zone.attr("Id"))
            .and_then(Zone::windows);
        let connecting = header
            .and_then(|header| header.find(&["ExchangeImpersonation", "ConnectingSID"]))
            .and_then(|sid| sid.children.first())
            .map(|sid| (sid.name.clone(), sid.text.trim().to_owned()));
        Ok(Call {
            operation: body.name.clone(),
            connecting,
            body: body.clone(),
            level,
            zone,
        })
    }

    /// An xs:dateTime of this request: with Z or offset absolute, else in the zone given, the context's or UTC.
    pub fn time(&self, text: &str, zone: Option<Zone>) -> Result<DateTime<Utc>, Failure> {
        let text = text.trim();
        if let Ok(absolute) = DateTime::parse_from_rfc3339(text) {
            return Ok(absolute.to_utc());
        }
        let local = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").map_err(|_| {
            Failure::new(
                "ErrorInvalidPropertySet",
                format!("{text:?} is no date and time."),
            )
        })?;
        Ok(zone.or(self.zone).unwrap_or(Zone::UTC).to_utc(local))
    }
}

/// The answer's document.
pub fn answer(release: Release, body: Element) -> Element {
    Element::new(Ns::Soap, "Envelope")
        .with(Element::new(Ns::Soap, "Header").with(release.header()))
        .with(Element::new(Ns::Soap, "Body").with(body))
}

/// `xs:dateTime` in UTC with whole seconds.
pub fn utc(time: DateTime<Utc>) -> String {
    time.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// An xs:boolean in any of its forms.
pub fn boolean(text: &str) -> Option<bool> {
    match text.trim() {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}
