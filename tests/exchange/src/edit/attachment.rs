//! What comes along with an item: attachments and iCalendar.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::element::Element;
use crate::envelope::Call;
use crate::failure::Failure;
use crate::item::{Attachment, Class, Content, Item};
use crate::store;
use crate::version::Level;
use crate::zone::Zone;

use super::{Draft, read_only};

impl Draft<'_> {
    pub(super) fn set_attachments(&mut self, element: &Element) -> Result<(), Failure> {
        if !self.is_new || self.call.level < Level::of("Exchange2013") {
            return Err(read_only("Attachments"));
        }
        for part in &element.children {
            self.parts.push(attachment(self.call, part)?);
        }
        Ok(())
    }

    pub(super) fn set_mime(&mut self, element: &Element) -> Result<(), Failure> {
        let invalid = |why: &str| {
            Failure::new(
                "ErrorMimeContentInvalid",
                format!("The MIME content is invalid: {why}"),
            )
        };
        if self.class != Class::Event {
            return Err(Failure::new(
                "ErrorMimeContentConversionFailed",
                "Only calendar items are made from iCalendar.",
            ));
        }
        let bytes = STANDARD.decode(element.text.split_whitespace().collect::<String>());
        let text = String::from_utf8(bytes.map_err(|_| invalid("no base64."))?)
            .map_err(|_| invalid("no UTF-8."))?;
        let zone = self.call.zone.unwrap_or(Zone::UTC);
        let item = crate::mime::read(&text, zone).map_err(|why| invalid(&why))?;
        self.bag = self.bag.overlaid(&item.bag);
        self.recurrence = item.recurrence.clone();
        self.series = Some(item);
        Ok(())
    }
}

/// An attachment from its element in a request.
pub fn attachment(call: &Call, element: &Element) -> Result<Attachment, Failure> {
    let text = |name: &str| {
        element
            .text_of(name)
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
    };
    let flag = |name: &str| {
        element
            .text_of(name)
            .and_then(crate::envelope::boolean)
            .unwrap_or(false)
    };
    let content = match element.name.as_str() {
        "FileAttachment" => {
            let encoded: String = element
                .text_of("Content")
                .unwrap_or_default()
                .split_whitespace()
                .collect();
            let bytes = STANDARD.decode(encoded);
            Content::File(
                bytes.map_err(|_| Failure::new("ErrorItemSave", "The content is no base64."))?,
            )
        }
        "ItemAttachment" => Content::Item(Box::new(embedded(call, element)?)),
        _ => Content::Link(link(call, element)?),
    };
    let name = text("Name").unwrap_or_default();
    let photo = flag("IsContactPhoto") || name.eq_ignore_ascii_case("ContactPicture.jpg");
    Ok(Attachment {
        number: 0,
        content_type: text("ContentType").unwrap_or_default(),
        content_id: text("ContentId"),
        content_location: text("ContentLocation"),
        inline: flag("IsInline"),
        contact_photo: photo,
        modified: store::now(),
        name,
        content,
    })
}

/// What a ReferenceAttachment says beside its name, in schema order.
const LINK: [&str; 8] = [
    "AttachLongPathName",
    "ProviderType",
    "ProviderEndpointUrl",
    "AttachmentThumbnailUrl",
    "AttachmentPreviewUrl",
    "PermissionType",
    "OriginalPermissionType",
    "AttachmentIsFolder",
];

fn link(call: &Call, element: &Element) -> Result<Vec<(&'static str, String)>, Failure> {
    if call.level < Level::of("Exchange2016") {
        let text = "Reference attachments are not known at the requested server version.";
        return Err(Failure::new("ErrorIncorrectSchemaVersion", text));
    }
    let said = |name: &&'static str| Some((*name, element.text_of(name)?.to_owned()));
    let link: Vec<_> = LINK.iter().filter_map(said).collect();
    match link.first() {
        Some(("AttachLongPathName", url)) if !url.is_empty() => Ok(link),
        _ => Err(Failure::new(
            "ErrorItemSave",
            "A reference attachment needs an AttachLongPathName.",
        )),
    }
}

fn embedded(call: &Call, element: &Element) -> Result<Item, Failure> {
    let found = element
        .children
        .iter()
        .find_map(|child| Some((child, Class::of_element(&child.name)?)));
    let (child, class) = found.ok_or_else(|| {
        Failure::new(
            "ErrorInvalidItemForOperationCreateItemAttachment",
            "This kind of item cannot be attached.",
        )
    })?;
    let mut draft = Draft::create(call, class);
    for property in &child.children {
        draft.set(property)?;
    }
    Ok(draft.into_item())
}
