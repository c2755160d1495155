//! Pictures of contacts: made smaller for Exchange, and never replaced by what they were made.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono_tz::Tz;
use exchange_core::mapping::{self, Context, Remote};
use exchange_core::model::{Key, Kind, Record, Value};
use image::{DynamicImage, GenericImageView, ImageFormat, Rgba, RgbaImage};
use std::io::Cursor;

const CONTEXT: Context = Context::new(
    Tz::Europe__Vienna,
    chrono::NaiveDate::from_ymd_opt(2026, 1, 1).unwrap(),
);

const PHOTO: Key = Key::of(mapping::PHOTO);

fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let byte = |value: u32| u8::try_from(value % 256).unwrap();
    let clear = |x: u32, y: u32| if x < y { 0 } else { 255 };
    let image = RgbaImage::from_fn(width, height, |x, y| {
        Rgba([byte(x), byte(y), 128, clear(x, y)])
    });
    let image = DynamicImage::from(image);
    let image = match format {
        ImageFormat::Jpeg => DynamicImage::from(image.to_rgb8()),
        _ => image,
    };
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn card(lines: &str) -> String {
    format!(
        "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:c\r\nFN:Ada Example\r\nN:Example;Ada;;;\r\n{lines}END:VCARD\r\n"
    )
}

fn embedded(bytes: &[u8]) -> String {
    format!(
        "PHOTO:data:image/jpeg;base64,{}\r\n",
        STANDARD.encode(bytes)
    )
}

fn read(text: &str) -> Record {
    mapping::read_local(Kind::Contact, text, &CONTEXT)
        .unwrap()
        .record
}

fn photo(record: &Record) -> Option<Vec<u8>> {
    match record.get(PHOTO) {
        Some(Value::Bytes(bytes)) => Some(bytes.to_vec()),
        _ => None,
    }
}

fn write(text: &str, target: &Record) -> String {
    mapping::write_local(Kind::Contact, Some(text), "c", target, &[PHOTO], &CONTEXT).unwrap()
}

#[test]
fn a_large_picture_is_made_smaller_the_same_way_everywhere() {
    for format in [ImageFormat::Jpeg, ImageFormat::Png] {
        let large = picture(1600, 900, format);
        let local = photo(&read(&card(&embedded(&large)))).unwrap();
        let small = image::load_from_memory(&local).unwrap();
        assert_eq!((small.width(), small.height()), (648, 365));
        assert_eq!(image::guess_format(&local).unwrap(), ImageFormat::Jpeg);
        if format == ImageFormat::Png {
            let Rgba([red, green, blue, _]) = small.get_pixel(2, 360);
            assert!(red.min(green).min(blue) > 240, "what was clear is white");
        }
        // The same picture in Exchange, whole or made smaller, is the same.
        for held in [&large, &local] {
            let mut remote = Remote::default();
            mapping::add_photo(&mut remote, held);
            assert_eq!(photo(&remote.record), Some(local.clone()));
        }
    }
}

#[test]
fn a_picture_of_the_right_size_or_kind_stays_as_it_is() {
    let words = b"no picture at all".to_vec();
    let mut broken = picture(1600, 900, ImageFormat::Jpeg);
    broken.truncate(30);
    for bytes in [
        picture(648, 648, ImageFormat::Png),
        picture(96, 96, ImageFormat::Jpeg),
        words,
        broken,
    ] {
        assert_eq!(photo(&read(&card(&embedded(&bytes)))), Some(bytes));
    }
}

#[test]
fn the_original_stays_until_another_picture_comes() {
    let text = card(&embedded(&picture(1600, 900, ImageFormat::Jpeg)));
    let same = read(&text);
    assert_eq!(write(&text, &same), text);

    let new = picture(96, 96, ImageFormat::Jpeg);
    let mut target = same.clone();
    target.set(PHOTO, Value::Bytes(new.clone().into()));
    assert_eq!(write(&text, &target), card_folded(&embedded(&new)));

    target.remove(PHOTO);
    assert_eq!(write(&text, &target), card(""));
}

/// The lines of the card as new lines are folded.
fn card_folded(lines: &str) -> String {
    let line = exchange_core::dav::Line::of(lines.trim_end());
    card(&line.raw())
}

#[test]
fn a_link_stays_when_pictures_come_and_go() {
    let text = card("PHOTO;VALUE=uri:https://example.org/ada.jpg\r\n");
    let item = mapping::read_local(Kind::Contact, &text, &CONTEXT).unwrap();
    assert_eq!(photo(&item.record), None);
    assert!(item.losses.iter().any(|loss| loss.property == "photo"));
    assert_eq!(write(&text, &item.record), text);

    let both = text.replace(
        "END:",
        &(embedded(&picture(96, 96, ImageFormat::Jpeg)) + "END:"),
    );
    let mut target = read(&both);
    assert!(photo(&target).is_some());
    target.remove(PHOTO);
    assert_eq!(write(&both, &target), text);
}
