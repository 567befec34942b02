//! Pictures as people take them, and pictures that attack.

use std::time::Instant;

use super::watched::MAX_FINDERS;
use super::*;

mod taken;

const KEY: &str = "phone:+84950001001";
const LONG: Duration = Duration::from_secs(60);

fn code(module: u32, dark: u8, light: u8) -> GrayImage {
    let code = qrcode::QrCode::new(KEY).expect("a code");
    let side = (code.width() as u32 + 8) * module;
    GrayImage::from_fn(side, side, |x, y| {
        let at = |n: u32| (n / module).checked_sub(4).map(|n| n as usize);
        let is_dark = match (at(x), at(y)) {
            (Some(x), Some(y)) if x < code.width() && y < code.width() => {
                code[(x, y)] == qrcode::Color::Dark
            }
            _ => false,
        };
        Luma([if is_dark { dark } else { light }])
    })
}

fn file(grey: GrayImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    // GIF knows no shades of grey.
    let written = if format == ImageFormat::Gif {
        DynamicImage::from(grey)
            .into_rgba8()
            .write_to(&mut bytes, format)
    } else {
        grey.write_to(&mut bytes, format)
    };
    written.expect("a picture");
    bytes.into_inner()
}

/// A finder pattern, light around.
fn finder(grey: &mut GrayImage, left: u32, top: u32, module: u32) {
    let side = grey.width().min(grey.height());
    for (x, y) in (0..9 * module).flat_map(|x| (0..9 * module).map(move |y| (x, y))) {
        let ring = (x / module).abs_diff(4).max((y / module).abs_diff(4));
        if left + x < side && top + y < side {
            let dark = matches!(ring, 0 | 1 | 3);
            grey.put_pixel(left + x, top + y, Luma([if dark { 0 } else { 255 }]));
        }
    }
}

fn finders(side: u32, module: u32) -> GrayImage {
    let mut grey = GrayImage::from_pixel(side, side, Luma([255]));
    let step = 9 * module as usize;
    for x in (0..side - 9 * module).step_by(step) {
        for y in (0..side - 9 * module).step_by(step) {
            finder(&mut grey, x, y, module);
        }
    }
    grey
}

/// Numbers that look like chance (xorshift).
fn noise() -> impl FnMut() -> u8 {
    let mut state = 88_172_645_463_325_252_u64;
    move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[3]
    }
}

fn with(mut ground: GrayImage, code: &GrayImage) -> GrayImage {
    imageops::overlay(&mut ground, code, 150, 100);
    ground
}

#[test]
fn a_code_is_read_as_people_take_it() {
    let mut chance = noise();
    let texture = GrayImage::from_fn(500, 400, |_, _| Luma([chance()]));
    let checks = |side: u32| {
        GrayImage::from_fn(500, 400, move |x, y| {
            Luma([if (x / side + y / side).is_multiple_of(2) {
                0
            } else {
                255
            }])
        })
    };
    let photo = GrayImage::from_fn(500, 400, |x, y| {
        Luma([60 + u8::try_from((x + y) / 8).unwrap_or(120) + chance() % 24])
    });
    let plain = code(6, 20, 240);
    // Read only when smoothed or seen from further away.
    let mut grainy = code(6, 40, 220);
    for pixel in grainy.pixels_mut() {
        pixel.0[0] = pixel.0[0]
            .saturating_add(chance() / 2)
            .saturating_sub(chance() / 2);
    }
    assert!(search(grainy.clone(), &Watch::new(LONG)).is_empty());
    for (name, grey) in [
        ("light on dark", code(6, 240, 20)),
        ("faint", code(6, 110, 160)),
        ("grainy", grainy),
        ("in noise", with(texture, &plain)),
        ("on a chessboard", with(checks(8), &plain)),
        ("on a fine chessboard", with(checks(1), &plain)),
        ("on a photograph", with(photo, &plain)),
    ] {
        assert_eq!(texts(&file(grey, ImageFormat::Png), LONG), [KEY], "{name}");
    }
}

#[test]
fn a_code_is_read_from_each_kind_of_picture() {
    for format in [
        ImageFormat::Png,
        ImageFormat::Jpeg,
        ImageFormat::WebP,
        ImageFormat::Gif,
    ] {
        let picture = file(code(6, 20, 240), format);
        assert_eq!(texts(&picture, LONG), [KEY], "{format:?}");
    }
}

#[test]
fn what_is_no_picture_of_a_code_says_nothing() {
    let empty = file(
        GrayImage::from_pixel(300, 300, Luma([255])),
        ImageFormat::Png,
    );
    // A header that promises 60,000 x 60,000 pixels.
    let mut bomb = empty.clone();
    bomb[16..24].copy_from_slice(&[0, 0, 0xEA, 0x60, 0, 0, 0xEA, 0x60]);
    for bytes in [&b""[..], b"GIF89a", b"<svg/>", &empty[..40], &empty, &bomb] {
        assert!(texts(bytes, LONG).is_empty());
    }
}

#[test]
fn many_finder_patterns_end_the_search_at_once() {
    for (side, module) in [(200, 1), (600, 1), (600, 3), (1_600, 5), (1_600, 16)] {
        let begun = Instant::now();
        assert!(texts(&file(finders(side, module), ImageFormat::Png), LONG).is_empty());
        // Without the bound: minutes.
        assert!(begun.elapsed() < Duration::from_secs(30), "{side} {module}");
    }
}

#[test]
fn as_many_finder_patterns_as_ten_codes_have_and_no_more() {
    let lone = |count: u32| {
        let mut grey = GrayImage::from_pixel(500, 500, Luma([255]));
        for at in 0..count {
            finder(&mut grey, at % 8 * 40 + 3 * (at / 8), 250 + at / 8 * 40, 2);
        }
        imageops::overlay(&mut grey, &code(4, 0, 255), 0, 0);
        grey
    };
    let watch = Watch::new(LONG);
    assert_eq!(search(lone(MAX_FINDERS - 3), &watch), [KEY]);
    assert!(search(lone(MAX_FINDERS - 2), &watch).is_empty());
}

#[test]
fn the_search_ends_with_its_time() {
    let picture = file(code(6, 20, 240), ImageFormat::Png);
    assert!(texts(&picture, Duration::ZERO).is_empty());
    // Ten damaged codes of the largest kind: every group of their patterns is tried.
    let mut chance = noise();
    let mut grey = finders(1_500, 18);
    for pixel in grey.pixels_mut() {
        if chance() < 8 {
            pixel.0[0] = !pixel.0[0];
        }
    }
    let time = Duration::from_millis(200);
    let watch = Watch::new(time);
    let begun = Instant::now();
    assert!(look(&grey, &watch).is_empty());
    assert!(begun.elapsed() < time + Duration::from_secs(10));
}

#[test]
fn as_many_pixels_as_allowed_and_no_more() {
    let high = |height: u32| {
        let grey = GrayImage::from_pixel(MAX_SIDE, height, Luma([255]));
        self::grey(&file(grey, ImageFormat::Png)).map(|grey| grey.dimensions())
    };
    let most = u32::try_from(MAX_PIXELS).expect("32 bits") / MAX_SIDE;
    assert!(high(most).is_some_and(|(width, _)| width == MAX_SIDE));
    assert_eq!(high(most + 1), None);
    let wide = |width: u32| {
        let grey = GrayImage::from_pixel(width, 10, Luma([255]));
        self::grey(&file(grey, ImageFormat::Png)).is_some()
    };
    assert!(wide(MAX_SIDE) && !wide(MAX_SIDE + 1));
}
