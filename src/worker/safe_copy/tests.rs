//! Copies of pictures as people send them, and of pictures that attack.

use super::*;

mod files;

use files::{WITHIN, animation, deflated, exif, header, png_file, turned_jpeg, with_exif};

const RED: [u8; 3] = [220, 20, 20];
const BLUE: [u8; 3] = [20, 20, 220];

/// Red on the left, blue on the right.
fn two_colours(width: u32, height: u32) -> DynamicImage {
    RgbImage::from_fn(width, height, |x, _| {
        image::Rgb(if x < width / 2 { RED } else { BLUE })
    })
    .into()
}

fn file(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// A copy of which what is told is true.
fn copy(bytes: &[u8]) -> SafeCopy {
    let copy = draw(bytes).unwrap();
    assert_eq!(sniff(&copy.bytes), Ok(copy.kind));
    let shown = image::load_from_memory(&copy.bytes).unwrap();
    assert_eq!((shown.width(), shown.height()), (copy.width, copy.height));
    let answer = write(&Ok(copy.clone())).unwrap();
    assert!(answer.len() <= MAX_ANSWER_BYTES);
    assert_eq!(read(&answer), Some(Ok(copy.clone())));
    copy
}

fn shows(copy: &SafeCopy, x: u32, y: u32, colour: [u8; 3]) -> bool {
    let shown = image::load_from_memory(&copy.bytes).unwrap().into_rgb8();
    let seen = shown.get_pixel(x, y).0;
    seen.iter().zip(colour).all(|(a, b)| a.abs_diff(b) < 30)
}

fn has(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|window| window == word)
}

#[test]
fn a_copy_shows_what_the_picture_shows() {
    for (format, kind) in [
        (ImageFormat::Png, FileKind::Png),
        (ImageFormat::Jpeg, FileKind::Jpeg),
        (ImageFormat::WebP, FileKind::Jpeg),
    ] {
        let copy = copy(&file(&two_colours(60, 40), format));
        assert_eq!(copy.kind, kind);
        assert_eq!((copy.width, copy.height, copy.is_reduced), (60, 40, false));
        assert!(
            shows(&copy, 5, 20, RED) && shows(&copy, 55, 20, BLUE),
            "{format:?}"
        );
    }
}

#[test]
fn transparency_is_kept_where_there_is_any() {
    let of = |alpha| {
        let picture = RgbaImage::from_fn(20, 20, |x, _| {
            image::Rgba([200, 0, 0, if x < 10 { 255 } else { alpha }])
        });
        DynamicImage::from(picture)
    };
    for (format, alpha, kind) in [
        (ImageFormat::Png, 0, FileKind::Png),
        (ImageFormat::WebP, 0, FileKind::Png),
        (ImageFormat::Png, 255, FileKind::Png),
        (ImageFormat::WebP, 255, FileKind::Jpeg),
    ] {
        let copy = copy(&file(&of(alpha), format));
        let shown = image::load_from_memory(&copy.bytes).unwrap();
        assert_eq!((copy.kind, shown.color().has_alpha()), (kind, alpha == 0));
    }
    let white = on_white(of(0)).into_rgb8();
    assert_eq!(
        (white.get_pixel(5, 5).0, white.get_pixel(15, 5).0),
        ([200, 0, 0], [255; 3])
    );
}

#[test]
fn place_device_comment_and_profile_are_gone() {
    let mut png = Vec::new();
    let mut encoder = PngEncoder::new(&mut png);
    image::ImageEncoder::set_exif_metadata(&mut encoder, exif(1)).unwrap();
    image::ImageEncoder::set_icc_profile(&mut encoder, b"PROFILE-GPSMARK".to_vec()).unwrap();
    two_colours(30, 30).write_with_encoder(encoder).unwrap();
    let jpeg = turned_jpeg(&two_colours(30, 30), 1);
    for bytes in [jpeg, png] {
        assert!(has(&bytes, b"GPSMARK"));
        let copy = copy(&bytes);
        for word in [&b"GPSMARK"[..], b"Exif", b"eXIf", b"iCCP", b"ICC_PROFILE"] {
            assert!(!has(&copy.bytes, word), "{}", word.escape_ascii());
        }
        assert!(shows(&copy, 5, 5, RED));
    }
}

#[test]
fn a_picture_that_was_taken_sideways_stands_upright() {
    let picture = two_colours(60, 40);
    let jpeg = |orientation| turned_jpeg(&picture, orientation);
    let upright = copy(&jpeg(6));
    assert_eq!((upright.width, upright.height), (40, 60));
    assert!(shows(&upright, 20, 5, RED) && shows(&upright, 20, 55, BLUE));
    let other = copy(&jpeg(8));
    assert!(shows(&other, 20, 5, BLUE) && shows(&other, 20, 55, RED));
    let around = copy(&jpeg(3));
    assert!(shows(&around, 5, 20, BLUE) && shows(&around, 55, 20, RED));
    assert_eq!((copy(&jpeg(77)).width, copy(&jpeg(77)).height), (60, 40));
}

#[test]
fn what_stands_behind_a_picture_is_gone() {
    for behind in [
        &b"PK\x03\x04hidden.apk"[..],
        b"<html><script>hidden</script>",
    ] {
        for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
            let bytes = [&file(&two_colours(30, 30), format), behind].concat();
            let copy = copy(&bytes);
            assert!(!has(&copy.bytes, b"hidden") && shows(&copy, 5, 5, RED));
        }
    }
    let comment = with_exif(
        &file(&two_colours(30, 30), ImageFormat::Jpeg),
        0xfe,
        b"<script>",
    );
    assert!(has(&comment, b"<script>") && !has(&copy(&comment).bytes, b"<script>"));
}

#[test]
fn of_a_moving_picture_the_first_is_shown() {
    let still = |colour| DynamicImage::from(RgbImage::from_pixel(24, 16, image::Rgb(colour)));
    let copy = copy(&animation(&[still(RED), still(BLUE)]));
    assert_eq!((copy.width, copy.height), (24, 16));
    assert!(shows(&copy, 12, 8, RED));
}

#[test]
fn a_picture_that_was_cut_shows_what_came_or_is_told_damaged() {
    let picture = two_colours(200, 200);
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
        let bytes = file(&picture, format);
        for end in (20..bytes.len()).step_by(bytes.len() / 20) {
            match draw(&bytes[..end]) {
                Ok(copy) => assert_eq!((copy.width, copy.height), (200, 200)),
                Err(why) => assert_eq!(why, NoCopy::Damaged, "{format:?} {end}"),
            }
        }
    }
    // A photograph whose sending broke off is worth something.
    let jpeg = file(&picture, ImageFormat::Jpeg);
    let half = copy(&jpeg[..jpeg.len() * 2 / 3]);
    assert!(shows(&half, 5, 5, RED) && shows(&half, 195, 5, BLUE));
}

#[test]
fn what_is_no_picture_gets_no_copy() {
    for bytes in [&b""[..], b"%PDF-1.7", b"<svg/>", b"GIF89a", b"PK\x03\x04"] {
        assert_eq!(draw(bytes), Err(NoCopy::NotAPicture));
    }
    assert_eq!(draw(b"\xff\xd8\xff\xe0\0\0"), Err(NoCopy::Damaged));
}

#[test]
fn a_picture_may_be_so_large_and_no_larger() {
    let (grey, deep) = ((8, 0), (16, 6));
    let most = u32::try_from(MAX_PIXELS / u64::from(MAX_SIDE)).unwrap();
    // 16 bits and four colours: eight bytes.
    let deepest = u32::try_from(MAX_ALLOC / 8 / 4_096).unwrap();
    for (width, height, kind, expected) in [
        (30_000, 30_000, grey, NoCopy::TooLarge),
        (MAX_SIDE, 1, grey, WITHIN),
        (MAX_SIDE + 1, 1, grey, NoCopy::TooLarge),
        (1, MAX_SIDE, grey, WITHIN),
        (1, MAX_SIDE + 1, grey, NoCopy::TooLarge),
        (MAX_SIDE, most, grey, WITHIN),
        (MAX_SIDE, most + 1, grey, NoCopy::TooLarge),
        (8_000, 5_000, grey, WITHIN),
        (8_000, 5_001, grey, NoCopy::TooLarge),
        (deepest, 4_096, deep, WITHIN),
        (deepest, 4_097, deep, NoCopy::TooLarge),
    ] {
        let made = draw(&header(width, height, kind));
        assert_eq!(made, Err(expected), "{width} x {height}");
    }
}

#[test]
fn a_large_picture_of_one_colour_is_no_bomb() {
    let rows = deflated(&vec![0; (7_800 + 1) * 5_000]);
    let bytes = png_file(7_800, 5_000, (8, 0), &rows);
    assert!(bytes.len() < 1 << 20);
    let copy = copy(&bytes);
    assert!(copy.is_reduced);
    let area = u64::from(copy.width) * u64::from(copy.height);
    assert!((MAX_COPY_PIXELS * 99 / 100..=MAX_COPY_PIXELS).contains(&area));
    // The sides keep their proportion.
    assert!((copy.width * 50).abs_diff(copy.height * 78) < 78);
}

#[test]
fn a_copy_has_so_many_pixels_and_a_long_conversation_stays_as_wide_as_it_is() {
    let grey = |width, height| {
        let rows = deflated(&vec![0; (width as usize + 1) * height as usize]);
        copy(&png_file(width, height, (8, 0), &rows))
    };
    let most = grey(4_000, 4_000);
    assert_eq!(
        (most.width, most.height, most.is_reduced),
        (4_000, 4_000, false)
    );
    assert!(grey(4_000, 4_001).is_reduced);
    let long = grey(1_080, MAX_SIDE);
    assert_eq!(
        (long.width, long.height, long.is_reduced),
        (1_080, MAX_SIDE, false)
    );
}

#[test]
fn a_copy_that_would_have_too_many_bytes_is_made_smaller() {
    // Noise in two bits of grey: four million bytes, and many more when they are drawn with eight.
    let mut state = 88_172_645_463_325_252_u64;
    let mut noise = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[3]
    };
    let side = 4_000;
    let mut rows = Vec::new();
    for _ in 0..side {
        rows.push(0);
        rows.extend((0..side / 4).map(|_| noise()));
    }
    let bytes = png_file(side, side, (2, 0), &deflated(&rows));
    let copy = copy(&bytes);
    assert_eq!((copy.kind, copy.is_reduced), (FileKind::Jpeg, true));
    assert!(copy.bytes.len() <= MAX_COPY_BYTES && copy.width >= 1_000);
}

#[test]
fn an_answer_says_no_more_than_a_copy_can() {
    let png = file(&two_colours(3, 2), ImageFormat::Png);
    let jpeg = file(&two_colours(3, 2), ImageFormat::Jpeg);
    let webp = file(&two_colours(3, 2), ImageFormat::WebP);
    let said = |kind, width, height, bytes: &[u8]| {
        let copy = SafeCopy {
            kind,
            width,
            height,
            is_reduced: false,
            bytes: bytes.to_vec(),
        };
        read(&write(&Ok(copy)).unwrap()).is_some()
    };
    assert!(said(FileKind::Png, 3, 2, &png) && said(FileKind::Jpeg, 3, 2, &jpeg));
    assert!(!said(FileKind::Jpeg, 3, 2, &png) && !said(FileKind::Png, 3, 2, &jpeg));
    assert!(!said(FileKind::Webp, 3, 2, &webp) && !said(FileKind::Pdf, 3, 2, b"%PDF-1.7"));
    assert!(!said(FileKind::Png, 3, 2, b"") && !said(FileKind::Png, 3, 2, b"<html>"));
    assert!(!said(FileKind::Png, 0, 2, &png) && !said(FileKind::Png, 3, 0, &png));
    assert!(said(FileKind::Png, MAX_SIDE, 2, &png) && !said(FileKind::Png, MAX_SIDE + 1, 2, &png));
    assert!(said(FileKind::Png, 4_000, 4_000, &png) && !said(FileKind::Png, 4_000, 4_001, &png));
    let mut long = png.clone();
    long.resize(MAX_COPY_BYTES, 0);
    assert!(said(FileKind::Png, 3, 2, &long));
    long.push(0);
    assert!(!said(FileKind::Png, 3, 2, &long));
    for why in [NoCopy::NotAPicture, NoCopy::Damaged, NoCopy::TooLarge] {
        let answer = write(&Err(why)).unwrap();
        assert_eq!(read(&answer), Some(Err(why)));
        assert_eq!(read(&[&answer[..], b"x"].concat()), None);
    }
    assert_eq!(read(b""), None);
}
