//! The safe copy of a picture: decoded, put upright, and drawn anew. What it shows is kept, and nothing else: no place, no
//! device, no colour profile, no comment, no second file behind the first.
//!
//! What an officer sees is this copy. It shows less than the original where the original is larger than
//! [`MAX_COPY_PIXELS`] or [`MAX_COPY_BYTES`] (then it is made smaller), where it moves (its first picture is taken), and
//! where it has more than eight bits a colour. Colours of a profile look a little different.

use std::io::Cursor;

use image::{
    DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, RgbImage, RgbaImage,
    codecs::{
        jpeg::JpegEncoder,
        png::{CompressionType, FilterType, PngEncoder},
    },
    metadata::Orientation,
};
use serde::{Deserialize, Serialize};

use crate::domain::evidence::{FileKind, MAX_FILE_BYTES, sniff};

/// Longest side of a picture, in pixels.
const MAX_SIDE: u32 = 12_000;
/// Pixels of a picture of which a copy is made.
const MAX_PIXELS: u64 = 40_000_000;
/// Memory that a decoded picture may take: [`MAX_PIXELS`] of four bytes, and some for the decoder.
const MAX_ALLOC: u64 = 160 << 20;
/// Pixels of a copy: a page of A4 at 300 points an inch has 8.7 million, a screenshot of ten screens 25 million. Not the sides are
/// bounded: a long conversation is narrow, and would not be readable any more.
pub const MAX_COPY_PIXELS: u64 = 16_000_000;
/// Bytes of a copy: as many as any file of the vault may have.
const MAX_COPY_BYTES: usize = MAX_FILE_BYTES;
/// Bytes of an answer: the copy, and its head.
pub(super) const MAX_ANSWER_BYTES: usize = MAX_COPY_BYTES + 32;
/// How often a copy that has too many bytes is made half as large: from 16 million pixels to one, of which even noise has
/// fewer.
const HALVINGS: u32 = 4;
/// Quality of a JPEG: writing in photographs stays readable, and few are larger than what came.
const QUALITY: u8 = 85;

/// A picture that was drawn anew.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SafeCopy {
    /// PNG or JPEG.
    pub kind: FileKind,
    /// In pixels, upright.
    pub width: u32,
    /// In pixels, upright.
    pub height: u32,
    /// Whether it has fewer pixels than what came.
    pub is_reduced: bool,
    /// The file.
    pub bytes: Vec<u8>,
}

/// Why there is no copy.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum NoCopy {
    /// It is no picture of a kind that is taken.
    NotAPicture,
    /// It begins as a picture and can't be drawn.
    Damaged,
    /// It has more pixels than are drawn, or takes more memory.
    TooLarge,
}

/// A copy, or why there is none.
pub type CopyAnswer = Result<SafeCopy, NoCopy>;

/// What an answer begins with; the file follows.
#[derive(Serialize, Deserialize)]
struct Head {
    kind: FileKind,
    width: u32,
    height: u32,
    is_reduced: bool,
}

/// Draws a picture (PNG, JPEG or WebP) anew.
pub(super) fn draw(file: &[u8]) -> CopyAnswer {
    let kind = sniff(file).map_err(|_| NoCopy::NotAPicture)?;
    let format = match kind {
        FileKind::Png => ImageFormat::Png,
        FileKind::Jpeg => ImageFormat::Jpeg,
        FileKind::Webp => ImageFormat::WebP,
        FileKind::Pdf => return Err(NoCopy::NotAPicture),
    };
    let (picture, turned) = decoded(file, format)?;
    let whole = pixels(&picture);
    let mut picture = eight_bits(shrunk(picture, MAX_COPY_PIXELS));
    picture.apply_orientation(turned);
    let made = |kind, picture: &DynamicImage, bytes| SafeCopy {
        kind,
        width: picture.width(),
        height: picture.height(),
        is_reduced: pixels(picture) < whole,
        bytes,
    };
    if kind == FileKind::Png || picture.color().has_alpha() {
        let bytes = png(&picture)?;
        if bytes.len() <= MAX_COPY_BYTES {
            return Ok(made(FileKind::Png, &picture, bytes));
        }
    }
    let mut picture = on_white(picture);
    for halving in 0..=HALVINGS {
        picture = shrunk(picture, MAX_COPY_PIXELS >> halving);
        let bytes = jpeg(&picture)?;
        if bytes.len() <= MAX_COPY_BYTES {
            return Ok(made(FileKind::Jpeg, &picture, bytes));
        }
    }
    Err(NoCopy::TooLarge)
}

/// The picture as it lies in its file, and how it is to be turned.
fn decoded(file: &[u8], format: ImageFormat) -> Result<(DynamicImage, Orientation), NoCopy> {
    let mut reader = ImageReader::with_format(Cursor::new(file), format);
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_ALLOC);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(why)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MAX_PIXELS || decoder.total_bytes() > MAX_ALLOC {
        return Err(NoCopy::TooLarge);
    }
    let turned = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let picture = DynamicImage::from_decoder(decoder).map_err(why)?;
    Ok((picture, turned))
}

fn why(error: ImageError) -> NoCopy {
    match error {
        ImageError::Limits(_) => NoCopy::TooLarge,
        ImageError::Decoding(_)
        | ImageError::Encoding(_)
        | ImageError::Parameter(_)
        | ImageError::Unsupported(_)
        | ImageError::IoError(_) => NoCopy::Damaged,
    }
}

fn pixels(picture: &DynamicImage) -> u64 {
    u64::from(picture.width()) * u64::from(picture.height())
}

/// The picture with no more pixels than this, and its sides in the same proportion.
fn shrunk(picture: DynamicImage, most: u64) -> DynamicImage {
    let whole = pixels(&picture);
    if whole <= most {
        return picture;
    }
    let scale = (most as f64 / whole as f64).sqrt();
    let scaled = |side: u32| ((f64::from(side) * scale) as u32).max(1);
    picture.thumbnail_exact(scaled(picture.width()), scaled(picture.height()))
}

/// The picture in eight bits a colour, and without the transparency of which it makes no use.
fn eight_bits(picture: DynamicImage) -> DynamicImage {
    let color = picture.color();
    if !color.has_alpha() {
        return match color.has_color() {
            true => picture.into_rgb8().into(),
            false => picture.into_luma8().into(),
        };
    }
    let picture = picture.into_rgba8();
    if picture.pixels().all(|pixel| pixel.0[3] == u8::MAX) {
        return DynamicImage::from(picture).into_rgb8().into();
    }
    picture.into()
}

/// A picture of [`eight_bits`], on white where it is transparent: a JPEG has to be.
fn on_white(picture: DynamicImage) -> DynamicImage {
    match picture.as_rgba8() {
        Some(transparent) => over_white(transparent).into(),
        None => picture,
    }
}

fn over_white(picture: &RgbaImage) -> RgbImage {
    RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        let [red, green, blue, alpha] = picture.get_pixel(x, y).0;
        let over = |shade: u8| {
            let alpha = u16::from(alpha);
            let sum = u16::from(shade) * alpha + 255 * (255 - alpha);
            u8::try_from(sum / 255).unwrap_or(u8::MAX)
        };
        image::Rgb([red, green, blue].map(over))
    })
}

fn png(picture: &DynamicImage) -> Result<Vec<u8>, NoCopy> {
    let mut bytes = Vec::new();
    let encoder =
        PngEncoder::new_with_quality(&mut bytes, CompressionType::Default, FilterType::Adaptive);
    picture.write_with_encoder(encoder).map_err(why)?;
    Ok(bytes)
}

fn jpeg(picture: &DynamicImage) -> Result<Vec<u8>, NoCopy> {
    let mut bytes = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut bytes, QUALITY);
    picture.write_with_encoder(encoder).map_err(why)?;
    Ok(bytes)
}

/// What a child answers.
pub(super) fn write(answer: &CopyAnswer) -> Option<Vec<u8>> {
    let head = answer.as_ref().map_err(|why| *why).map(|copy| Head {
        kind: copy.kind,
        width: copy.width,
        height: copy.height,
        is_reduced: copy.is_reduced,
    });
    let mut bytes = postcard::to_stdvec(&head).ok()?;
    if let Ok(copy) = answer {
        bytes.extend(&copy.bytes);
    }
    Some(bytes)
}

/// What a child says of a picture; none when it is no answer.
pub(super) fn read(answer: &[u8]) -> Option<CopyAnswer> {
    let (head, file) = postcard::take_from_bytes::<Result<Head, NoCopy>>(answer).ok()?;
    let head = match head {
        Ok(head) => head,
        Err(why) => return file.is_empty().then_some(Err(why)),
    };
    let (width, height) = (head.width, head.height);
    let has_size = [width, height]
        .iter()
        .all(|side| (1..=MAX_SIDE).contains(side))
        && u64::from(width) * u64::from(height) <= MAX_COPY_PIXELS;
    let is_copy =
        matches!(head.kind, FileKind::Png | FileKind::Jpeg) && sniff(file) == Ok(head.kind);
    (has_size && is_copy).then(|| {
        Ok(SafeCopy {
            kind: head.kind,
            width,
            height,
            is_reduced: head.is_reduced,
            bytes: file.to_vec(),
        })
    })
}

#[cfg(test)]
mod tests;
