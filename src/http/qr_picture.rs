//! Reads the text of a QR code in a picture. The picture is looked at and forgotten.

use std::io::Cursor;

use actix_web::web;

use image::{ImageFormat, ImageReader, Limits, imageops::FilterType};

use super::{problem::Problem, state::State};
use crate::domain::identifier::{Identifier, Reason, Unreadable};

/// Largest picture file, in bytes.
pub const MAX_BYTES: usize = 5 << 20;
/// Longest side of a picture, in pixels: a phone camera's 108 megapixels.
const MAX_SIDE: u32 = 12_000;
/// Memory that decoding one picture may take: 40 megapixels of four bytes. [`LOOKING`] pictures are looked at at once.
const MAX_ALLOC: u64 = 160 << 20;
/// Pictures looked at at the same time; further ones wait in line.
pub const LOOKING: usize = 2;
/// Longer sides are shrunk before the search: a code that fills a fifth of such a picture is still read.
const SEARCH_SIDE: u32 = 1_600;

/// What the code in a picture identifies.
///
/// # Errors
/// 503 while shutting down.
pub async fn identify(
    state: &State,
    bytes: impl AsRef<[u8]> + Send + 'static,
) -> Result<Result<Identifier, Unreadable>, Problem> {
    let stopped = || Problem::new("shutting-down");
    let _turn = state.pictures.acquire().await.map_err(|_| stopped())?;
    let read = web::block(move || read(bytes.as_ref())).await;
    let read = read.map_err(|_| stopped())?;
    Ok(read.and_then(|text| Identifier::parse(&text)))
}

/// The text of the one QR code in a picture (PNG, JPEG or WebP).
///
/// # Errors
/// [`Reason::BadQr`] when there is no picture or no code, [`Reason::SeveralNumbers`] when codes with different texts are
/// in it.
pub fn read(bytes: &[u8]) -> Result<String, Unreadable> {
    let bad = || Unreadable::from(Reason::BadQr);
    let mut reader = ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .map_err(|_| bad())?;
    let known = [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP];
    if !reader
        .format()
        .is_some_and(|format| known.contains(&format))
    {
        return Err(bad());
    }
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_ALLOC);
    reader.limits(limits);
    let picture = reader.decode().map_err(|_| bad())?;
    let small = picture.width().max(picture.height()) <= SEARCH_SIDE;
    let grey = match small {
        true => picture.into_luma8(),
        false => picture
            .resize(SEARCH_SIDE, SEARCH_SIDE, FilterType::Triangle)
            .into_luma8(),
    };
    let (width, height) = (grey.width() as usize, grey.height() as usize);
    let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| {
        grey.get_pixel(x as u32, y as u32).0[0]
    });
    let mut texts: Vec<String> = prepared
        .detect_grids()
        .iter()
        .filter_map(|grid| grid.decode().ok())
        .map(|(_, text)| text)
        .collect();
    texts.sort();
    texts.dedup();
    match texts.len() {
        0 => Err(bad()),
        1 => Ok(texts.remove(0)),
        _ => Err(Reason::SeveralNumbers.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(text: &str, format: ImageFormat) -> Vec<u8> {
        let code = qrcode::QrCode::new(text).expect("a code");
        let side = code.width() as u32 + 8;
        let grey = image::GrayImage::from_fn(side * 6, side * 6, |x, y| {
            let at = |n: u32| (n / 6).checked_sub(4).map(|n| n as usize);
            let dark = match (at(x), at(y)) {
                (Some(x), Some(y)) if x < code.width() && y < code.width() => {
                    code[(x, y)] == qrcode::Color::Dark
                }
                _ => false,
            };
            image::Luma([if dark { 20 } else { 240 }])
        });
        let mut bytes = Cursor::new(Vec::new());
        grey.write_to(&mut bytes, format).expect("a picture");
        bytes.into_inner()
    }

    #[test]
    fn a_code_is_read_from_each_kind_of_picture() {
        for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
            let read = read(&picture("phone:+84950001001", format));
            assert_eq!(read.as_deref(), Ok("phone:+84950001001"), "{format:?}");
        }
    }

    #[test]
    fn what_is_no_picture_of_a_code_is_refused() {
        let empty = {
            let mut bytes = Cursor::new(Vec::new());
            let grey = image::GrayImage::from_pixel(300, 300, image::Luma([255]));
            grey.write_to(&mut bytes, ImageFormat::Png)
                .expect("a picture");
            bytes.into_inner()
        };
        // A header that promises 60,000 x 60,000 pixels.
        let mut bomb = empty.clone();
        bomb[16..24].copy_from_slice(&[0, 0, 0xEA, 0x60, 0, 0, 0xEA, 0x60]);
        for bytes in [&b""[..], b"GIF89a", b"<svg/>", &empty[..40], &empty, &bomb] {
            assert_eq!(read(bytes).map_err(|e| e.reason), Err(Reason::BadQr));
        }
    }
}
