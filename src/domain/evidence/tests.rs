//! Files by their content, and the limits of one report.

use proptest::prelude::*;

use super::*;
use crate::domain::message::{self, Lang};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x01";
const JPEG: &[u8] = b"\xff\xd8\xff\xe0\0\x10JFIF\0";
const WEBP: &[u8] = b"RIFF\x24\0\0\0WEBPVP8 ";
const PDF: &[u8] = b"%PDF-1.7\n";

#[test]
fn a_file_is_taken_by_its_content() {
    for (bytes, kind) in [
        (PNG, FileKind::Png),
        (JPEG, FileKind::Jpeg),
        (b"\xff\xd8\xff\xe1", FileKind::Jpeg),
        (b"\xff\xd8\xff\xdb", FileKind::Jpeg),
        (WEBP, FileKind::Webp),
        (b"RIFF\x24\0\0\0WEBPVP8L", FileKind::Webp),
        (b"RIFF\x24\0\0\0WEBPVP8X", FileKind::Webp),
        (PDF, FileKind::Pdf),
        (b"%PDF-2.0", FileKind::Pdf),
    ] {
        assert_eq!(sniff(bytes), Ok(kind), "{}", bytes.escape_ascii());
    }
}

#[test]
fn a_beginning_that_is_only_nearly_right_is_not_taken() {
    for bytes in [
        &PNG[..15],
        b"\x89PNG\r\n\x1a\n\0\0\0\x0dIDAT",
        b"\x89PNG\n\x1a\n\0\0\0\x0dIHDR",
        b"\xff\xd8\xff",
        b"\xff\xd8\xff\x00",
        b"\xff\xd8\xff\xff",
        b"RIFF\x24\0\0\0WEBP",
        b"RIFF\x24\0\0\0WEBPVP9 ",
        b"RIFF\x24\0\0\0WEB",
        b"%PDF-",
        b"%PDF-1.",
        b"%PDF-x.y",
        b"%PDF-3.0",
        b" %PDF-1.7",
        b"junk\n%PDF-1.7",
        b"photo.png",
        b"data:image/png;base64,iVBORw0KGgo=",
    ] {
        assert_eq!(
            sniff(bytes),
            Err(FileRefused::Unknown),
            "{}",
            bytes.escape_ascii()
        );
    }
}

#[test]
fn what_is_not_taken_is_called_by_its_name() {
    let tar = [&[b'a'; 257][..], b"ustar\x0000"].concat();
    let apk = [b"PK\x03\x04", &[0; 20_000][..], b"AndroidManifest.xml"].concat();
    for (bytes, what) in [
        (&b""[..], FileRefused::Empty),
        (b"<svg xmlns='x'>", FileRefused::Svg),
        (
            b"\xef\xbb\xbf\n<?xml version='1.0'?><!-- a --><SVG>",
            FileRefused::Svg,
        ),
        (b"<!DOCTYPE HTML><svg>", FileRefused::Html),
        (b"  <html><body>", FileRefused::Html),
        (b"<!-- saved --><html>", FileRefused::Html),
        (b"From: <Saved by Blink>", FileRefused::Html),
        (b"PK\x03\x04....[Content_Types].xml", FileRefused::Office),
        (
            b"PK\x03\x04..mimetypeapplication/vnd.oasis.opendocument.text",
            FileRefused::Office,
        ),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....", FileRefused::Office),
        (b"{\\rtf1", FileRefused::Office),
        (b"PK\x03\x04....a.png", FileRefused::Archive),
        (b"PK\x05\x06", FileRefused::Archive),
        (b"Rar!\x1a\x07\x01\0", FileRefused::Archive),
        (b"7z\xbc\xaf\x27\x1c", FileRefused::Archive),
        (b"\x1f\x8b\x08", FileRefused::Archive),
        (&tar, FileRefused::Archive),
        (&apk, FileRefused::Program),
        (b"MZ\x90\0", FileRefused::Program),
        (b"\x7fELF", FileRefused::Program),
        (b"\0\0\0\x18ftypheic", FileRefused::Heif),
        (b"\0\0\0\x18ftypmif1", FileRefused::Heif),
        (b"\0\0\0\x18ftypavif", FileRefused::Heif),
        (b"GIF89a", FileRefused::Gif),
        (b"BM\x36\0", FileRefused::OtherPicture),
        (b"II*\0", FileRefused::OtherPicture),
        (b"\0\0\0\x18ftypisom", FileRefused::Video),
        (b"\0\0\0\x14ftypqt  ", FileRefused::Video),
        (b"RIFF\0\0\0\0AVI LIST", FileRefused::Video),
        (b"\x1a\x45\xdf\xa3", FileRefused::Video),
        (b"\0\0\0\x18ftypM4A ", FileRefused::Sound),
        (b"#!AMR\n", FileRefused::Sound),
        (b"ID3\x04", FileRefused::Sound),
        (b"RIFF\0\0\0\0WAVEfmt ", FileRefused::Sound),
        ("Họ bảo tôi chuyển tiền".as_bytes(), FileRefused::Unknown),
        (b"<note>hello</note>", FileRefused::Unknown),
    ] {
        assert_eq!(sniff(bytes), Err(what), "{}", bytes.escape_ascii());
    }
}

#[test]
fn a_file_may_have_so_many_bytes_and_no_more() {
    let long = |head: &[u8], length: usize| {
        let mut bytes = head.to_vec();
        bytes.resize(length, 0);
        sniff(&bytes)
    };
    assert_eq!(long(PNG, MAX_FILE_BYTES), Ok(FileKind::Png));
    assert_eq!(long(PNG, MAX_FILE_BYTES + 1), Err(FileRefused::TooLarge));
    assert_eq!(long(PDF, MAX_FILE_BYTES), Ok(FileKind::Pdf));
    assert_eq!(long(PDF, MAX_FILE_BYTES + 1), Err(FileRefused::TooLarge));
    // What would not be taken when it was smaller is told so.
    let film = b"\0\0\0\x18ftypisom";
    assert_eq!(long(film, MAX_FILE_BYTES + 1), Err(FileRefused::Video));
}

#[test]
fn a_report_may_have_so_many_files_and_so_many_bytes_and_no_more() {
    assert_eq!(check_sizes(&[]), Ok(()));
    assert_eq!(check_sizes(&[1; MAX_FILES]), Ok(()));
    assert_eq!(check_sizes(&[1; MAX_FILES + 1]), Err(FileRefused::TooMany));
    assert_eq!(check_sizes(&[MAX_FILE_BYTES; 4]), Ok(()));
    assert_eq!(
        check_sizes(&[MAX_FILE_BYTES + 1]),
        Err(FileRefused::TooLarge)
    );
    let mut sizes = [MAX_FILE_BYTES; MAX_FILES];
    sizes[4] = MAX_TOTAL_BYTES - 4 * MAX_FILE_BYTES;
    assert_eq!(check_sizes(&sizes), Ok(()));
    sizes[4] += 1;
    assert_eq!(check_sizes(&sizes), Err(FileRefused::TooMuch));
}

#[test]
fn every_refusal_has_its_own_words_and_they_name_the_limits() {
    for lang in [Lang::Vi, Lang::En] {
        let texts = FileRefused::ALL.map(|refused| refused.text(lang));
        for (at, text) in texts.iter().enumerate() {
            assert_ne!(*text, message::text("nonsense", lang));
            assert!(!texts[..at].contains(text), "{text}");
            assert!(text.chars().count() <= 240, "{text}");
        }
        let tells = |refused: FileRefused, limit: String| refused.text(lang).contains(&limit);
        let megabytes = |bytes: usize| format!("{} MB", bytes >> 20);
        assert!(tells(FileRefused::TooLarge, megabytes(MAX_FILE_BYTES)));
        assert!(tells(FileRefused::TooMuch, megabytes(MAX_TOTAL_BYTES)));
        assert!(tells(FileRefused::TooMany, MAX_FILES.to_string()));
    }
}

#[test]
fn a_kind_is_written_as_its_word() {
    for kind in FileKind::ALL {
        let word = serde_json::to_string(&kind).unwrap();
        assert_eq!(word, format!("\"{}\"", kind.as_str()));
        assert_eq!(serde_json::from_str::<FileKind>(&word).unwrap(), kind);
        assert_eq!(kind.is_picture(), kind.media_type().starts_with("image/"));
    }
}

proptest! {
    #[test]
    fn what_stands_behind_a_file_changes_nothing(
        head in prop::sample::select(vec![PNG, JPEG, WEBP, PDF]),
        behind in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let bytes = [head, &behind].concat();
        prop_assert_eq!(sniff(&bytes), sniff(head));
    }

    #[test]
    fn any_bytes_are_taken_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = sniff(&bytes);
    }
}
