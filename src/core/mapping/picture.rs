//! A contact's picture as both sides are compared: no larger than Exchange has use for. A larger one stays as it is where it
//! was put, and counts as what it is when it is made smaller, so that neither side ever replaces the other's.

use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, RgbImage};
use std::io::Cursor;

/// The longer side, in pixels: the largest picture that Exchange keeps of a person (GetUserPhoto HR648x648).
const SIDE: u32 = 648;

const QUALITY: u8 = 85;

/// What decoding may take, so that a small file that claims to be a huge picture does no harm.
const MOST_MEMORY: u64 = 256 << 20;

/// The picture, made smaller where it is larger than that. What is no JPEG or PNG, or broken, stays as it is.
pub fn sized(image: Vec<u8>) -> Vec<u8> {
    smaller(&image).unwrap_or(image)
}

fn smaller(image: &[u8]) -> Option<Vec<u8>> {
    let format = image::guess_format(image).ok()?;
    if !matches!(format, ImageFormat::Jpeg | ImageFormat::Png) {
        return None;
    }
    let mut decoder = ImageReader::with_format(Cursor::new(image), format)
        .into_decoder()
        .ok()?;
    let (width, height) = decoder.dimensions();
    if width.max(height) <= SIDE {
        return None;
    }
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MOST_MEMORY);
    decoder.set_limits(limits).ok()?;
    let orientation = decoder.orientation().ok()?;
    let large = DynamicImage::from_decoder(decoder).ok()?;
    let mut small = large.resize(SIDE, SIDE, FilterType::Triangle);
    small.apply_orientation(orientation);
    let mut bytes = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut bytes, QUALITY);
    on_white(&small).write_with_encoder(encoder).ok()?;
    Some(bytes)
}

/// JPEG knows no transparency.
fn on_white(image: &DynamicImage) -> RgbImage {
    if !image.color().has_alpha() {
        return image.to_rgb8();
    }
    let image = image.to_rgba8();
    let mut opaque = RgbImage::new(image.width(), image.height());
    for (from, to) in image.pixels().zip(opaque.pixels_mut()) {
        let [red, green, blue, alpha] = from.0;
        let mixed = |value: u8| {
            let value = u16::from(value) * u16::from(alpha) + 255 * (255 - u16::from(alpha));
            u8::try_from(value / 255).unwrap_or(u8::MAX)
        };
        to.0 = [mixed(red), mixed(green), mixed(blue)];
    }
    opaque
}
