//! What goes wrong: the error of one item of a request, and the fault of a whole one.

use crate::element::{Element, Ns};

/// The outcome of one part of a request: a response message of class `Error`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// An EWS response code.
    pub code: &'static str,
    pub message: String,
    /// `MessageXml` values by name.
    pub values: Vec<(&'static str, String)>,
}

impl Failure {
    pub fn new(code: &'static str, message: impl Into<String>) -> Failure {
        Failure {
            code,
            message: message.into(),
            values: Vec::new(),
        }
    }

    pub fn item_not_found() -> Failure {
        Failure::new(
            "ErrorItemNotFound",
            "The specified object was not found in the store.",
        )
    }

    pub fn folder_not_found() -> Failure {
        Failure::new(
            "ErrorFolderNotFound",
            "The specified folder could not be found in the store.",
        )
    }

    pub fn malformed_id() -> Failure {
        Failure::new("ErrorInvalidIdMalformed", "Id is malformed.")
    }

    /// Busy for that long.
    pub fn busy(back_off_ms: u64) -> Failure {
        let mut failure = Failure::new(
            "ErrorServerBusy",
            "The server cannot service this request right now. Try again later.",
        );
        failure
            .values
            .push(("BackOffMilliseconds", back_off_ms.to_string()));
        failure
    }

    pub fn with_value(mut self, name: &'static str, value: impl ToString) -> Failure {
        self.values.push((name, value.to_string()));
        self
    }

    /// `MessageXml`, where there is something to say.
    fn message_xml(&self, ns: Ns) -> Option<Element> {
        let values = self
            .values
            .iter()
            .map(|(name, value)| Element::leaf("Value", value).with_attr("Name", name));
        (!self.values.is_empty()).then(|| Element::new(ns, "MessageXml").with_all(values))
    }
}

impl From<crate::recurrence::Invalid> for Failure {
    fn from(invalid: crate::recurrence::Invalid) -> Failure {
        Failure::new(invalid.code, invalid.message)
    }
}

/// `<m:…ResponseMessage ResponseClass="Success">` with its children.
pub fn success(operation: &str, children: impl IntoIterator<Item = Element>) -> Element {
    Element::m(format!("{operation}ResponseMessage"))
        .with_attr("ResponseClass", "Success")
        .with(Element::m("ResponseCode").with_text("NoError"))
        .with_all(children)
}

/// `<m:…ResponseMessage ResponseClass="Error">`; `children` are what the operation's message has even then.
pub fn error(
    operation: &str,
    failure: &Failure,
    children: impl IntoIterator<Item = Element>,
) -> Element {
    // The rest of a batch that was not looked at is told as a warning.
    let class = if failure.code == "ErrorBatchProcessingStopped" {
        "Warning"
    } else {
        "Error"
    };
    Element::m(format!("{operation}ResponseMessage"))
        .with_attr("ResponseClass", class)
        .with(Element::m("MessageText").with_text(&failure.message))
        .with(Element::m("ResponseCode").with_text(failure.code))
        .with(Element::m("DescriptiveLinkKey").with_text(0))
        .with_all(failure.message_xml(Ns::Messages))
        .with_all(children)
}

/// The body of a SOAP fault with that failure.
pub fn fault(failure: &Failure) -> Element {
    let detail = Element::new(Ns::None, "detail")
        .with(Element::new(Ns::Errors, "ResponseCode").with_text(failure.code))
        .with(Element::new(Ns::Errors, "Message").with_text(&failure.message))
        .with_all(failure.message_xml(Ns::Types));
    Element::new(Ns::Soap, "Fault")
        .with(Element::new(Ns::None, "faultcode").with_text(format!("t:{}", failure.code)))
        .with(
            Element::new(Ns::None, "faultstring")
                .with_attr("xml:lang", "en-US")
                .with_text(&failure.message),
        )
        .with(detail)
}
