//! A picture of a transfer's receipt, drawn from nothing: bars where a real one has words.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};

const WIDTH: u32 = 360;
const HEIGHT: u32 = 480;
const PAPER: Rgb<u8> = Rgb([255, 255, 255]);
const HEAD: Rgb<u8> = Rgb([0, 94, 165]);
const WORDS: Rgb<u8> = Rgb([150, 158, 165]);
/// Height of a line, and from one to the next.
const LINE: (u32, u32) = (12, 40);
const MARGIN: u32 = 30;

/// The bytes of a PNG.
pub(super) fn receipt() -> Option<Vec<u8>> {
    let picture = RgbImage::from_fn(WIDTH, HEIGHT, colour);
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::ImageRgb8(picture)
        .write_to(&mut bytes, ImageFormat::Png)
        .ok()?;
    Some(bytes.into_inner())
}

fn colour(x: u32, y: u32) -> Rgb<u8> {
    let (height, step) = LINE;
    if y < 2 * step {
        return HEAD;
    }
    // Each line is as long as another word would be.
    let length = WIDTH / 2 + (y / step) * 37 % (WIDTH / 3);
    let is_word = y % step < height && (MARGIN..length).contains(&x) && y + step < HEIGHT;
    if is_word { WORDS } else { PAPER }
}
