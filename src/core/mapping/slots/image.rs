use super::keyed::is_kept_out;
use super::vcard::is_four;
use crate::dav::{Component, Entry, Line};
use crate::error::Result;
use crate::mapping::row::Slot;
use crate::mapping::scope::Scope;
use crate::mapping::{LARGEST, picture};
use crate::model::Value;
use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// PHOTO with the picture in it: base64 in vCard 3.0 (RFC 2426 section 3.1.4), a data: URI in 4.0 (RFC 6350 section 6.2.4).
pub struct Photo;

pub(super) const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

fn decode(line: &Line) -> Option<Vec<u8>> {
    let value = line.value();
    let start = value.get(..5);
    let encoded = if start.is_some_and(|start| start.eq_ignore_ascii_case("data:")) {
        let (head, data) = value.split_once(',')?;
        head.to_ascii_lowercase()
            .ends_with(";base64")
            .then_some(data)?
    } else {
        let encoding = line.param("ENCODING")?;
        (encoding.eq_ignore_ascii_case("b") || encoding.eq_ignore_ascii_case("base64"))
            .then_some(value)?
    };
    let encoded: Vec<u8> = encoded
        .bytes()
        .filter(|byte| !byte.is_ascii_whitespace())
        .collect();
    BASE64
        .decode(encoded)
        .ok()
        .filter(|image| !image.is_empty())
}

/// The kind of picture by its first bytes.
fn kind(image: &[u8]) -> &'static str {
    match image {
        [0x89, b'P', b'N', b'G', ..] => "PNG",
        [b'G', b'I', b'F', ..] => "GIF",
        _ => "JPEG",
    }
}

impl Slot for Photo {
    fn names(&self) -> Vec<String> {
        vec!["PHOTO".to_owned()]
    }

    fn spare(&self, component: &Component, _: &mut Scope) -> Vec<usize> {
        let own = place(component);
        let places = component.places("PHOTO");
        places.filter(|at| Some(*at) != own).collect()
    }

    fn read(&self, component: &Component, scope: &mut Scope) -> Result<Option<Value>> {
        let mut lines = component.all("PHOTO").filter(|line| !is_kept_out(line));
        let image = lines.by_ref().find_map(decode);
        let empty = |line: &Line| line.value().trim().is_empty();
        if image.is_none() && !component.all("PHOTO").all(empty) {
            scope.lose("photo", "The photo is a link or cannot be read; only pictures within the card go to Exchange.");
        }
        let image = image.map(picture::sized);
        if image.as_ref().is_some_and(|image| image.len() > LARGEST) {
            scope.lose(
                "photo",
                "The photo is too large for Exchange; it stays here.",
            );
            return Ok(None);
        }
        Ok(image.map(|image| Value::Bytes(image.into())))
    }

    fn write(
        &self,
        component: &mut Component<'_>,
        value: Option<&Value>,
        _: &mut Scope,
    ) -> Result<()> {
        let old = place(component);
        let Some(Value::Bytes(image)) = value else {
            // A picture goes, a link to one stays.
            component.remove_places(|at| Some(at) == old);
            return Ok(());
        };
        let kind = kind(image);
        let data = BASE64.encode(image);
        let line = if is_four(component) {
            let media = kind.to_ascii_lowercase();
            Line::new("PHOTO", &[], &format!("data:image/{media};base64,{data}"))
        } else {
            Line::new("PHOTO", &[("ENCODING", "b"), ("TYPE", kind)], &data)
        };
        match old.and_then(|place| component.line_at_mut(place)) {
            Some(old) => *old = line.with_eol_of(old),
            None => component.set(line),
        }
        Ok(())
    }
}

/// Where the picture that counts stands: the first that is no link.
fn place(component: &Component) -> Option<usize> {
    let mut places = component.places("PHOTO");
    places.find(|at| match component.entries().get(*at) {
        Some(Entry::Line(line)) => !is_kept_out(line) && decode(line).is_some(),
        _ => false,
    })
}
