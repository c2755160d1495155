//! Validation against the EWS schema with libxml2, the validator that the schemas were tried with.

use libxml::error::StructuredError;
use libxml::parser::{Parser, ParserOptions};
use libxml::schemas::{SchemaParserContext, SchemaValidationContext};
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

/// A validator for whole SOAP envelopes, for any number of threads.
///
/// libxml2's objects may not leave their thread, so one thread owns the parsed schema and answers the others in turn.
/// (Measured: 0.1 s to parse the schema, about 20 µs for a small request.)
#[derive(Clone)]
pub struct Validator {
    jobs: Sender<Job>,
}

struct Job {
    xml: Vec<u8>,
    verdict: Sender<Result<(), String>>,
}

impl Validator {
    /// Loads `ews-soap.xsd` of a schema directory. `None` where there is no such file or it cannot be parsed.
    pub fn load(directory: &Path) -> Option<Self> {
        let driver = directory.join("ews-soap.xsd");
        if !driver.is_file() {
            return None;
        }
        let driver = driver.to_str()?.to_owned();
        let (jobs, queue) = channel();
        let (ready, loaded) = channel();
        let work = move || {
            let mut parser = SchemaParserContext::from_file(&driver);
            let schema = SchemaValidationContext::from_parser(&mut parser);
            // The receiver waits for exactly this message.
            let _ = ready.send(schema.is_ok());
            if let Ok(schema) = schema {
                serve(schema, &queue);
            }
        };
        thread::Builder::new()
            .name("schema".into())
            .spawn(work)
            .ok()?;
        loaded.recv().ok()?.then_some(Self { jobs })
    }

    /// Checks a document. The error says what is not well-formed or not valid, and where.
    pub fn validate(&self, xml: &[u8]) -> Result<(), String> {
        let (verdict, answer) = channel();
        let gone = |_| "The schema validator has stopped.".to_owned();
        self.jobs
            .send(Job {
                xml: xml.to_vec(),
                verdict,
            })
            .map_err(|_| gone(()))?;
        answer.recv().map_err(|_| gone(()))?
    }
}

/// Answers until the last [`Validator`] is dropped.
fn serve(mut schema: SchemaValidationContext, queue: &Receiver<Job>) {
    while let Ok(Job { xml, verdict }) = queue.recv() {
        // Whoever asked may have gone; that is its business.
        let _ = verdict.send(check(&mut schema, &xml));
    }
}

fn check(schema: &mut SchemaValidationContext, xml: &[u8]) -> Result<(), String> {
    let options = ParserOptions {
        recover: false,
        no_error: true,
        no_warning: true,
        no_net: true,
        huge: true,
        ..ParserOptions::default()
    };
    let (document, _) = Parser::default()
        .parse_string_with_diagnostics(xml, options)
        .map_err(|failure| format!("The document is not well-formed: {failure}"))?;
    schema
        .validate_document(&document)
        .map_err(|errors| sentences(&errors))
}

fn sentences(errors: &[StructuredError]) -> String {
    let sentence = |error: &StructuredError| {
        let message = error.message.as_deref().unwrap_or("not valid").trim();
        match error.line {
            Some(line) => format!("line {line}: {message}"),
            None => message.to_owned(),
        }
    };
    errors
        .iter()
        .take(5)
        .map(sentence)
        .collect::<Vec<_>>()
        .join(" ")
}

/// An envelope of a stream with `t:` where the schema says so; real servers, and streams here, have `m:` there.
pub fn as_the_schema_says(wire: &str) -> String {
    let xml = wire.replace("m:Notification>", "t:Notification>");
    let lines = xml
        .lines()
        .map(|line| match line.contains("ErrorSubscriptionIds") {
            true => line.replace("m:SubscriptionId>", "t:SubscriptionId>"),
            false => line.to_owned(),
        });
    lines.collect::<Vec<_>>().join("\n")
}

/// The schema directory that `EWS_SCHEMA_DIR` names, or the one beside the checkout.
pub fn directory() -> std::path::PathBuf {
    std::env::var_os("EWS_SCHEMA_DIR").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/ews/se-15.2.2562.17"),
        Into::into,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::element::Element;
    use crate::zone::Zone;
    use std::time::Instant;

    /// The validator, or a notice that the schemas are absent.
    fn validator() -> Option<Validator> {
        let found = Validator::load(&directory());
        if found.is_none() {
            eprintln!(
                "skipped: no schema in {} (set EWS_SCHEMA_DIR)",
                directory().display()
            );
        }
        found
    }

    #[test]
    fn all_samples_are_valid() {
        let Some(validator) = validator() else { return };
        let samples = directory().join("../samples");
        let mut seen = 0;
        for entry in std::fs::read_dir(&samples).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if name.ends_with(".xml") {
                let xml = std::fs::read_to_string(&path).unwrap();
                let xml = match name.contains(".wire.") {
                    true => as_the_schema_says(&xml),
                    false => xml,
                };
                assert_eq!(validator.validate(xml.as_bytes()), Ok(()), "{name}");
                seen += 1;
            }
        }
        assert!(seen > 20, "only {seen} samples in {}", samples.display());
    }

    const SYNC: &str = r#"<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"
        xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages"
        xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"><s:Body><m:SyncFolderItems>
        <m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape>
        <m:SyncFolderId><t:DistinguishedFolderId Id="calendar"/></m:SyncFolderId>
        <m:MaxChangesReturned>512</m:MaxChangesReturned></m:SyncFolderItems></s:Body></s:Envelope>"#;

    #[test]
    fn says_what_is_wrong() {
        let Some(validator) = validator() else { return };
        assert_eq!(validator.validate(SYNC.as_bytes()), Ok(()));
        let beyond = validator
            .validate(SYNC.replace("512", "513").as_bytes())
            .unwrap_err();
        assert!(beyond.contains("MaxChangesReturned"), "{beyond}");
        let order = SYNC
            .replace("<m:ItemShape>", "<m:Shape>")
            .replace("</m:ItemShape>", "</m:Shape>");
        let unknown = validator.validate(order.as_bytes()).unwrap_err();
        assert!(
            unknown.starts_with("line 4: ") && unknown.contains("Shape"),
            "{unknown}"
        );
        let broken = validator.validate(b"<a><b></a>").unwrap_err();
        assert!(broken.contains("well-formed"), "{broken}");
        assert_eq!(
            validator.validate(SYNC.as_bytes()),
            Ok(()),
            "an error must not stick"
        );
    }

    #[test]
    fn many_threads_share_it_and_it_costs_little() {
        let Some(validator) = validator() else { return };
        let started = Instant::now();
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..50 {
                        assert_eq!(validator.validate(SYNC.as_bytes()), Ok(()));
                        assert!(validator.validate(b"<x/>").is_err());
                    }
                });
            }
        });
        let each = started.elapsed() / 400;
        eprintln!("{each:?} a validation");
        assert!(each.as_millis() < 10, "{each:?} a validation");
    }

    #[test]
    fn an_absent_schema_is_no_validator() {
        assert!(Validator::load(Path::new("/nonexistent")).is_none());
    }

    #[test]
    fn every_zone_definition_is_valid() {
        let Some(validator) = validator() else { return };
        let zones = Zone::all()
            .iter()
            .map(|zone| zone.definition("TimeZoneDefinition"));
        let message = Element::m("GetServerTimeZonesResponseMessage")
            .with_attr("ResponseClass", "Success")
            .with(Element::m("ResponseCode").with_text("NoError"))
            .with(Element::m("TimeZoneDefinitions").with_all(zones));
        let response = Element::m("GetServerTimeZonesResponse")
            .with(Element::m("ResponseMessages").with(message));
        assert_eq!(
            validator.validate(response.to_document().as_bytes()),
            Ok(())
        );
    }
}
