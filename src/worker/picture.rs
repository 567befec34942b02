//! QR codes in pictures: opened and searched, within bounds of pixels, memory and time.

mod watched;

use std::{borrow::Cow, io::Cursor, time::Duration};

use image::{
    DynamicImage, GrayAlphaImage, GrayImage, ImageDecoder, ImageFormat, ImageReader, Limits, Luma,
    imageops::{self, FilterType},
    metadata::Orientation,
};

use watched::{Watch, search};

/// Longest side of a picture, in pixels.
const MAX_SIDE: u32 = 12_000;
/// Pixels of a picture: a telephone's camera makes 12 million, some 48. Decoding can't be stopped; the slowest of half as many
/// (a JPEG of a hundred passes) takes 1.1 s.
const MAX_PIXELS: u64 = 50_000_000;
/// Memory that decoding one picture may take: [`MAX_PIXELS`] of three bytes, and some for the decoder.
const MAX_ALLOC: u64 = 156 << 20;
/// Longer sides are shrunk before the first search, and larger pictures are searched by parts of this side.
const SEARCH_SIDE: u32 = 1_600;
/// Longest side of a picture that is searched by parts before it is at its full size.
const MIDDLE_SIDE: u32 = 3_200;
/// How far parts reach into each other: codes that were too small for the search of the whole are smaller than this.
const OVERLAP: u32 = 500;
/// What a second search smoothes: noise finer than a code's squares, and the grid of a photographed screen.
const BLUR: f32 = 1.5;
/// Pixels of the squares that are brought to the same light: smaller than a code, and some of its own squares.
const EVENED: u32 = 64;
/// What the mean of such a square becomes.
const MIDDLE_GREY: u32 = 128;

/// The texts of the codes in a picture (PNG, JPEG, WebP, or the first picture of a GIF), each once; none when it is no
/// picture, or when `time` is over.
pub(super) fn texts(bytes: &[u8], time: Duration) -> Vec<String> {
    let watch = Watch::new(time);
    grey(bytes)
        .map(|grey| look(&grey, &watch))
        .unwrap_or_default()
}

/// The picture in shades of grey, upright, and on white where it is transparent.
fn grey(bytes: &[u8]) -> Option<GrayImage> {
    let mut reader = ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .ok()?;
    let known = [
        ImageFormat::Png,
        ImageFormat::Jpeg,
        ImageFormat::WebP,
        ImageFormat::Gif,
    ];
    if !known.contains(&reader.format()?) {
        return None;
    }
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_ALLOC);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().ok()?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MAX_PIXELS || decoder.total_bytes() > MAX_ALLOC {
        return None;
    }
    let turned = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let picture = DynamicImage::from_decoder(decoder).ok()?;
    let mut grey = DynamicImage::from(match picture.color().has_alpha() {
        true => on_white(&picture.into_luma_alpha8()),
        false => picture.into_luma8(),
    });
    grey.apply_orientation(turned);
    Some(grey.into_luma8())
}

fn on_white(picture: &GrayAlphaImage) -> GrayImage {
    GrayImage::from_fn(picture.width(), picture.height(), |x, y| {
        let [shade, alpha] = picture.get_pixel(x, y).0;
        let over = u16::from(shade) * u16::from(alpha) + 255 * (255 - u16::from(alpha));
        Luma([u8::try_from(over / 255).unwrap_or(255)])
    })
}

/// The texts of the codes in a picture. Only when there are none is it looked at in other ways: light on dark, without
/// fine noise, from further away; then, if it is large, part by part.
fn look(picture: &GrayImage, watch: &Watch) -> Vec<String> {
    let whole = shrunk(picture, SEARCH_SIDE);
    // The cheap ones first.
    let ways: [fn(&GrayImage) -> GrayImage; 10] = [
        GrayImage::clone,
        half,
        |picture| inverted(half(picture)),
        |picture| inverted(picture.clone()),
        blurred,
        |picture| inverted(blurred(picture)),
        |picture| evened(picture, EVENED),
        |picture| evened(&blurred(picture), EVENED),
        |picture| evened(picture, EVENED / 3),
        two_shades,
    ];
    let texts = first(ways.iter().map(|way| way(&whole)), watch);
    if !texts.is_empty() || picture.width().max(picture.height()) <= SEARCH_SIDE {
        return texts;
    }
    let middle = shrunk(picture, MIDDLE_SIDE);
    let is_large = matches!(middle, Cow::Owned(_));
    let sizes = [Some(&*middle), is_large.then_some(picture)];
    let parts = || sizes.into_iter().flatten().flat_map(parts);
    first(parts().chain(parts().map(inverted)), watch)
}

/// The texts of the first of these that has any, while there is time.
fn first(mut pictures: impl Iterator<Item = GrayImage>, watch: &Watch) -> Vec<String> {
    while !watch.is_over() {
        let Some(picture) = pictures.next() else {
            break;
        };
        let texts = search(picture, watch);
        if !texts.is_empty() {
            return texts;
        }
    }
    Vec::new()
}

/// Parts of a picture that reach into each other, from its middle outwards: there people hold what they photograph.
fn parts(picture: &GrayImage) -> impl Iterator<Item = GrayImage> {
    let (width, height) = picture.dimensions();
    let starts = |length: u32| {
        let last = length.saturating_sub(SEARCH_SIDE);
        let step = usize::try_from(SEARCH_SIDE - OVERLAP).unwrap_or(1);
        (0..last).step_by(step).chain([last])
    };
    let mut places: Vec<(u32, u32)> = starts(width)
        .flat_map(|x| starts(height).map(move |y| (x, y)))
        .collect();
    let from_middle = |(x, y): &(u32, u32)| {
        let away = |start: u32, length: u32| {
            u64::from((2 * start + SEARCH_SIDE.min(length)).abs_diff(length)).pow(2)
        };
        away(*x, width) + away(*y, height)
    };
    places.sort_by_key(from_middle);
    places.into_iter().map(move |(x, y)| {
        imageops::crop_imm(
            picture,
            x,
            y,
            SEARCH_SIDE.min(width),
            SEARCH_SIDE.min(height),
        )
        .to_image()
    })
}

/// The picture with no side longer than this.
fn shrunk(picture: &GrayImage, most: u32) -> Cow<'_, GrayImage> {
    if picture.width().max(picture.height()) <= most {
        return Cow::Borrowed(picture);
    }
    let scale = |side: u32| {
        let longest = u64::from(picture.width().max(picture.height()));
        let scaled = u64::from(side) * u64::from(most) / longest;
        u32::try_from(scaled).unwrap_or(most).max(1)
    };
    Cow::Owned(imageops::thumbnail(
        picture,
        scale(picture.width()),
        scale(picture.height()),
    ))
}

fn inverted(mut picture: GrayImage) -> GrayImage {
    imageops::invert(&mut picture);
    picture
}

fn half(picture: &GrayImage) -> GrayImage {
    let (width, height) = (picture.width().div_ceil(2), picture.height().div_ceil(2));
    imageops::resize(picture, width, height, FilterType::Triangle)
}

/// The picture as if all of it stood in the same light: each pixel against the mean of the square around it.
fn evened(picture: &GrayImage, square: u32) -> GrayImage {
    let (width, height) = picture.dimensions();
    let small = imageops::thumbnail(picture, width.div_ceil(square), height.div_ceil(square));
    let means = imageops::resize(&small, width, height, FilterType::Triangle);
    GrayImage::from_fn(width, height, |x, y| {
        let [shade, mean] = [picture, &means].map(|of| u32::from(of.get_pixel(x, y).0[0]));
        Luma([u8::try_from(shade * MIDDLE_GREY / mean.max(1)).unwrap_or(255)])
    })
}

/// Black below half of the mean of all, else white: the edge of a shadow is no edge then.
fn two_shades(picture: &GrayImage) -> GrayImage {
    let sum: u64 = picture.iter().map(|shade| u64::from(*shade)).sum();
    let half = sum / (2 * u64::from(picture.width()) * u64::from(picture.height())).max(1);
    let mut picture = picture.clone();
    for shade in picture.iter_mut() {
        *shade = if u64::from(*shade) < half { 0 } else { 255 };
    }
    picture
}

fn blurred(picture: &GrayImage) -> GrayImage {
    imageops::blur(picture, BLUR)
}

#[cfg(test)]
mod tests;
