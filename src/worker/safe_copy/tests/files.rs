//! Files as no encoder makes them: headers that promise, pictures that move, and what cameras write beside a picture.

use std::io::Write as _;

use flate2::{Compression, Crc, write::ZlibEncoder};

use super::*;

/// What is said of a header that promises no more than is drawn: its pixels are missing.
pub(super) const WITHIN: NoCopy = NoCopy::Damaged;

pub(super) fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn chunk(kind: &[u8; 4], bytes: &[u8]) -> Vec<u8> {
    let length = u32::try_from(bytes.len()).unwrap().to_be_bytes();
    let mut sum = Crc::new();
    sum.update(kind);
    sum.update(bytes);
    [&length, &kind[..], bytes, &sum.sum().to_be_bytes()].concat()
}

/// A PNG of these rows; `kind` is bits and kind of colour.
pub(super) fn png_file(width: u32, height: u32, kind: (u8, u8), rows: &[u8]) -> Vec<u8> {
    let sides = [width.to_be_bytes(), height.to_be_bytes()].concat();
    let header = [&sides[..], &[kind.0, kind.1, 0, 0, 0]].concat();
    [
        b"\x89PNG\r\n\x1a\n".to_vec(),
        chunk(b"IHDR", &header),
        chunk(b"IDAT", rows),
        chunk(b"IEND", b""),
    ]
    .concat()
}

/// A PNG without its pixels.
pub(super) fn header(width: u32, height: u32, kind: (u8, u8)) -> Vec<u8> {
    png_file(width, height, kind, &deflated(b""))
}

/// What a camera writes (Exif 2.3): how it was held, and where.
pub(super) fn exif(orientation: u16) -> Vec<u8> {
    let entry = |tag: u16, kind: u16, count: u32, value: [u8; 4]| {
        let mut entry = [tag.to_be_bytes(), kind.to_be_bytes()].concat();
        entry.extend(count.to_be_bytes());
        entry.extend(value);
        entry
    };
    let [high, low] = orientation.to_be_bytes();
    [
        b"MM\0*\0\0\0\x08\0\x03".to_vec(),
        // The maker's text stands behind both lists, at 68; the place's list at 50.
        entry(0x010f, 2, 8, [0, 0, 0, 68]),
        entry(0x0112, 3, 1, [high, low, 0, 0]),
        entry(0x8825, 4, 1, [0, 0, 0, 50]),
        vec![0; 4],
        b"\0\x01".to_vec(),
        entry(0x0001, 2, 2, *b"N\0\0\0"),
        vec![0; 4],
        b"GPSMARK\0".to_vec(),
    ]
    .concat()
}

/// A JPEG with a segment more behind its start.
pub(super) fn with_exif(jpeg: &[u8], marker: u8, bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], &[0xff, marker], &length, bytes, &jpeg[2..]].concat()
}

pub(super) fn turned_jpeg(picture: &DynamicImage, orientation: u16) -> Vec<u8> {
    let segment = [&b"Exif\0\0"[..], &exif(orientation)].concat();
    with_exif(&file(picture, ImageFormat::Jpeg), 0xe1, &segment)
}

/// A WebP that moves (RFC 9649, 2.7.1).
pub(super) fn animation(pictures: &[DynamicImage]) -> Vec<u8> {
    let part = |kind: &[u8; 4], bytes: &[u8]| {
        let length = u32::try_from(bytes.len()).unwrap().to_le_bytes();
        let pad = vec![0; bytes.len() % 2];
        [&kind[..], &length, bytes, &pad].concat()
    };
    let three = |n: u32| n.to_le_bytes()[..3].to_vec();
    let sides = [
        three(pictures[0].width() - 1),
        three(pictures[0].height() - 1),
    ]
    .concat();
    let mut parts = part(b"VP8X", &[&[0x02, 0, 0, 0], &sides[..]].concat());
    parts.extend(part(b"ANIM", &[0; 6]));
    for picture in pictures {
        let still = file(picture, ImageFormat::WebP);
        assert_eq!(&still[12..16], b"VP8L");
        let frame = [&[0; 6], &sides[..], &three(100), &[0], &still[12..]].concat();
        parts.extend(part(b"ANMF", &frame));
    }
    part(b"RIFF", &[b"WEBP", &parts[..]].concat())
}
