//! Codes in the ways that people photograph, save and send them on: each is read.

use image::{Rgb, RgbImage, Rgba, RgbaImage, codecs::jpeg::JpegEncoder};

use super::*;

const VIETQR: &str = "00020101021138570010A00000072701270006970436011300000000700010208QRIBFTTA53037045802VN62150811MAU QR THU63047C5E";
/// What the codes say: few letters and many.
const SAYS: [&str; 2] = [KEY, VIETQR];

/// A code of this text, dark on light.
fn drawn(text: &str, module: u32) -> GrayImage {
    let code = qrcode::QrCode::new(text).expect("a code");
    let width = u32::try_from(code.width()).expect("small");
    let side = (width + 8) * module;
    GrayImage::from_fn(side, side, |x, y| {
        let at = |n: u32| (n / module).checked_sub(4).filter(|n| *n < width);
        let is_dark = at(x)
            .zip(at(y))
            .is_some_and(|(x, y)| code[(x as usize, y as usize)] == qrcode::Color::Dark);
        Luma([if is_dark { 20 } else { 240 }])
    })
}

/// The code of a text, so many pixels wide.
fn sized(text: &str, side: u32) -> GrayImage {
    let big = drawn(text, 12);
    imageops::resize(&big, side, side, FilterType::Triangle)
}

/// A picture whose pixels are taken from places of another one; grey outside of it.
fn warped(from: &GrayImage, place: impl Fn(f32, f32) -> (f32, f32)) -> GrayImage {
    let side = from.width() * 3 / 2;
    let half = side as f32 / 2.0;
    let middle = from.width() as f32 / 2.0;
    GrayImage::from_fn(side, side, |x, y| {
        let (x, y) = place(x as f32 - half, y as f32 - half);
        imageops::interpolate_bilinear(from, x + middle, y + middle).unwrap_or(Luma([200]))
    })
}

fn turned(text: &str, degrees: f32) -> GrayImage {
    let (sin, cos) = degrees.to_radians().sin_cos();
    warped(&drawn(text, 6), |x, y| {
        (x * cos + y * sin, y * cos - x * sin)
    })
}

/// Seen from below, as a poster is.
fn leaning(text: &str, by: f32) -> GrayImage {
    warped(&drawn(text, 8), |x, y| {
        let far = 1.0 + y * by / 1000.0;
        (x * far, y * far)
    })
}

fn noisy(mut picture: GrayImage, by: u8) -> GrayImage {
    let mut chance = noise();
    for pixel in picture.pixels_mut() {
        let up = chance() % by.max(1);
        let down = chance() % by.max(1);
        pixel.0[0] = pixel.0[0].saturating_add(up).saturating_sub(down);
    }
    picture
}

/// A photograph of this size: light from one side, and grain.
fn photograph(width: u32, height: u32) -> GrayImage {
    let mut chance = noise();
    GrayImage::from_fn(width, height, |x, y| {
        let light = (x * 70 / width) + (y * 50 / height);
        Luma([90 + u8::try_from(light).unwrap_or(120) + chance() % 12])
    })
}

/// A screenshot of this size: lines of text.
fn screenshot(width: u32, height: u32) -> GrayImage {
    GrayImage::from_fn(width, height, |x, y| {
        let is_ink = y % 40 < 18 && (x * 7 + y / 40 * 13) % 23 < 9 && x > 60 && x + 60 < width;
        Luma([if is_ink { 60 } else { 250 }])
    })
}

fn laid(mut ground: GrayImage, code: &GrayImage, x: u32, y: u32) -> GrayImage {
    imageops::overlay(&mut ground, code, i64::from(x), i64::from(y));
    ground
}

fn jpeg(picture: &DynamicImage, quality: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut bytes, quality);
    picture.write_with_encoder(encoder).expect("a picture");
    bytes
}

fn png(picture: GrayImage) -> Vec<u8> {
    file(picture, ImageFormat::Png)
}

/// Says in a JPEG how it is turned (EXIF 2.32, 4.6.5.1.1).
fn with_orientation(jpeg: &[u8], orientation: u8) -> Vec<u8> {
    let exif = [
        b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".as_slice(),
        &[orientation, 0, 0, 0, 0, 0, 0, 0],
    ]
    .concat();
    let length = u16::try_from(exif.len() + 2).expect("short").to_be_bytes();
    [&jpeg[..2], &[0xff, 0xe1], &length, &exif, &jpeg[2..]].concat()
}

/// A code on a ground that is not there.
fn transparent(text: &str) -> Vec<u8> {
    let code = drawn(text, 6);
    let picture = RgbaImage::from_fn(code.width(), code.height(), |x, y| {
        match code.get_pixel(x, y).0[0] {
            0..=127 => Rgba([0, 0, 0, 255]),
            _ => Rgba([0, 0, 0, 0]),
        }
    });
    let mut bytes = Cursor::new(Vec::new());
    picture
        .write_to(&mut bytes, ImageFormat::Png)
        .expect("a picture");
    bytes.into_inner()
}

fn coloured(text: &str) -> Vec<u8> {
    let code = drawn(text, 6);
    let picture = RgbImage::from_fn(code.width(), code.height(), |x, y| {
        match code.get_pixel(x, y).0[0] {
            0..=127 => Rgb([20, 30, 140]),
            _ => Rgb([250, 220, 90]),
        }
    });
    jpeg(&picture.into(), 80)
}

fn shaded(mut picture: GrayImage, light: impl Fn(u32, u32) -> u32) -> GrayImage {
    for (x, y, pixel) in picture.enumerate_pixels_mut() {
        let shade = u32::from(pixel.0[0]) * light(x, y).min(100) / 100;
        pixel.0[0] = u8::try_from(shade).unwrap_or(255);
    }
    picture
}

/// A white disc or a dark one over a part of the code.
fn covered(mut picture: GrayImage, part: u32, shade: u8) -> GrayImage {
    let (side, radius) = (picture.width(), picture.width() * part / 200);
    for (x, y, pixel) in picture.enumerate_pixels_mut() {
        let (dx, dy) = (x.abs_diff(side / 2), y.abs_diff(side / 2));
        if dx * dx + dy * dy < radius * radius {
            pixel.0[0] = shade;
        }
    }
    picture
}

fn striped(mut picture: GrayImage) -> GrayImage {
    for (x, y, pixel) in picture.enumerate_pixels_mut() {
        if (x + 2 * y) % 5 == 0 {
            pixel.0[0] = pixel.0[0].saturating_sub(60);
        }
    }
    picture
}

fn contrast(mut picture: GrayImage, dark: u8, light: u8) -> GrayImage {
    for pixel in picture.pixels_mut() {
        pixel.0[0] = if pixel.0[0] < 128 { dark } else { light };
    }
    picture
}

type Taken = (&'static str, fn(&str) -> Vec<u8>);

/// How many of the last ways are of large pictures.
const LARGE: usize = 5;

/// The ways, each with the picture of a code of this text.
const WAYS: [Taken; 38] = [
    ("PNG, six pixels a module", |t| png(drawn(t, 6))),
    ("two pixels a module", |t| png(drawn(t, 2))),
    ("three pixels a module", |t| png(drawn(t, 3))),
    ("twenty pixels a module", |t| png(drawn(t, 20))),
    ("light on dark", |t| png(contrast(drawn(t, 6), 240, 20))),
    ("light on dark, small", |t| {
        png(contrast(drawn(t, 3), 240, 20))
    }),
    ("faint", |t| png(contrast(drawn(t, 6), 110, 160))),
    ("faint, light on dark", |t| {
        png(contrast(drawn(t, 6), 150, 100))
    }),
    ("grain", |t| png(noisy(drawn(t, 6), 60))),
    ("strong grain", |t| png(noisy(drawn(t, 8), 120))),
    ("unsharp", |t| png(imageops::blur(&drawn(t, 6), 1.5))),
    ("very unsharp", |t| png(imageops::blur(&drawn(t, 8), 2.5))),
    ("JPEG, quality 50", |t| jpeg(&drawn(t, 5).into(), 50)),
    ("JPEG, quality 20", |t| jpeg(&drawn(t, 6).into(), 20)),
    ("WebP", |t| file(drawn(t, 6), ImageFormat::WebP)),
    ("GIF", |t| file(drawn(t, 6), ImageFormat::Gif)),
    ("on its side", |t| png(imageops::rotate90(&drawn(t, 6)))),
    ("upside down", |t| png(imageops::rotate180(&drawn(t, 6)))),
    ("turned by 7 degrees", |t| png(turned(t, 7.0))),
    ("turned by 30 degrees", |t| png(turned(t, 30.0))),
    ("turned by 45 degrees", |t| png(turned(t, 45.0))),
    ("seen from below", |t| png(leaning(t, 0.6))),
    ("seen from above", |t| png(leaning(t, -0.6))),
    ("EXIF says turned", |t| {
        with_orientation(&jpeg(&imageops::rotate270(&drawn(t, 6)).into(), 80), 6)
    }),
    ("EXIF says mirrored", |t| {
        with_orientation(
            &jpeg(&imageops::flip_horizontal(&drawn(t, 6)).into(), 80),
            2,
        )
    }),
    ("light from one side", |t| {
        png(shaded(drawn(t, 6), |x, _| 35 + x / 4))
    }),
    ("a shadow over half", |t| {
        png(shaded(drawn(t, 6), |x, y| if x > y { 40 } else { 100 }))
    }),
    ("a reflection", |t| png(covered(drawn(t, 8), 14, 255))),
    ("a logo in the middle", |t| {
        png(covered(drawn(t, 8), 16, 90))
    }),
    ("the lines of a screen", |t| png(striped(drawn(t, 6)))),
    ("no ground at all", transparent),
    ("blue on yellow", coloured),
    ("without its margin", |t| {
        let code = drawn(t, 6);
        let side = code.width() - 36;
        png(imageops::crop_imm(&code, 18, 18, side, side).to_image())
    }),
    ("500 pixels in a screenshot", |t| {
        png(laid(screenshot(1080, 2400), &sized(t, 500), 290, 900))
    }),
    ("400 pixels in a screenshot of 9,000", |t| {
        png(laid(screenshot(1080, 9000), &sized(t, 400), 340, 6200))
    }),
    ("300 pixels in a photograph of 12 megapixels", |t| {
        jpeg(
            &laid(photograph(4000, 3000), &sized(t, 300), 2900, 600).into(),
            85,
        )
    }),
    ("800 pixels in one of 48 megapixels", |t| {
        jpeg(
            &laid(photograph(8000, 6000), &sized(t, 800), 5200, 3900).into(),
            80,
        )
    }),
    ("a corner of a photograph", |t| {
        jpeg(
            &laid(photograph(4000, 3000), &sized(t, 420), 40, 2500).into(),
            85,
        )
    }),
];

/// The ways in which a code of these is not read.
fn unread(ways: &[Taken], says: &[&str]) -> Vec<&'static str> {
    let is_read = |way: fn(&str) -> Vec<u8>, text: &str| texts(&way(text), LONG) == [text];
    let unread = ways.iter();
    let unread = unread.filter(|(_, way)| !says.iter().all(|text| is_read(*way, text)));
    unread.map(|(name, _)| *name).collect()
}

#[test]
fn a_code_is_read_however_it_was_taken() {
    // The large ones take seconds each in a debug build.
    let (small, large) = WAYS.split_at(WAYS.len() - LARGE);
    let failed = std::thread::scope(|scope| {
        let of_large = scope.spawn(|| unread(large, &SAYS[1..]));
        let of_small = unread(small, &SAYS);
        [of_small, of_large.join().expect("no panic")].concat()
    });
    assert!(failed.is_empty(), "{failed:?}");
}

#[test]
fn two_codes_of_a_picture_are_both_read() {
    let ground = screenshot(1080, 1400);
    let both = laid(
        laid(ground, &sized(KEY, 420), 60, 80),
        &sized(VIETQR, 460),
        560,
        760,
    );
    let mut read = texts(&png(both), LONG);
    read.sort();
    let mut wanted = SAYS.map(str::to_owned);
    wanted.sort();
    assert_eq!(read, wanted);
}
