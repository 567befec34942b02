//! Evidence files: what is taken from a stranger, told by its content alone.
//!
//! A name and a declared type are what the sender says; neither is looked at. A file is what its first bytes are, and
//! whatever else it may be as well (a picture with an archive behind it) dies when the picture is drawn anew.

mod markup;
mod refused;

use serde::{Deserialize, Serialize};

use markup::contains;
pub use refused::FileRefused;

/// Most files that come with one report.
pub const MAX_FILES: usize = 5;
/// Largest file, in bytes: a telephone's photograph has three or four million.
pub const MAX_FILE_BYTES: usize = 5 << 20;
/// Largest sum of the files of one report, in bytes: below five of the largest, since few send so many.
pub const MAX_TOTAL_BYTES: usize = 20 << 20;

/// Bytes at the beginning of an archive in which the names of its first files stand.
const ARCHIVE_HEAD: usize = 4 << 10;
/// Bytes at the end of an archive in which its directory is looked for.
const ARCHIVE_TAIL: usize = 64 << 10;

/// A kind of file that is taken.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FileKind {
    /// Portable Network Graphics (ISO/IEC 15948).
    Png,
    /// JPEG (ISO/IEC 10918-1).
    Jpeg,
    /// WebP (RFC 9649).
    Webp,
    /// PDF (ISO 32000). It is kept as it came and never drawn.
    Pdf,
}

impl FileKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Png, Self::Jpeg, Self::Webp, Self::Pdf];

    /// The word in JSON and in the journal.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpeg",
            Self::Webp => "webp",
            Self::Pdf => "pdf",
        }
    }

    /// The media type it is served as.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Webp => "image/webp",
            Self::Pdf => "application/pdf",
        }
    }

    /// How the name of a download ends.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png | Self::Webp | Self::Pdf => self.as_str(),
        }
    }

    /// Whether a safe copy can be made of it.
    pub const fn is_picture(self) -> bool {
        match self {
            Self::Png | Self::Jpeg | Self::Webp => true,
            Self::Pdf => false,
        }
    }
}

type Verdict = Result<FileKind, FileRefused>;

/// What files begin with, and from which byte on. The kinds that are taken are looked at more closely.
const BEGINNINGS: &[(usize, &[u8], FileRefused)] = &[
    (0, b"GIF8", FileRefused::Gif),
    (0, b"BM", FileRefused::OtherPicture),
    (0, b"II*\0", FileRefused::OtherPicture),
    (0, b"MM\0*", FileRefused::OtherPicture),
    (0, b"8BPS", FileRefused::OtherPicture),
    (0, b"\xff\x0a", FileRefused::OtherPicture),
    (0, b"\0\0\0\x0cJXL ", FileRefused::OtherPicture),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", FileRefused::Office),
    (0, b"{\\rtf", FileRefused::Office),
    (0, b"Rar!\x1a\x07", FileRefused::Archive),
    (0, b"7z\xbc\xaf\x27\x1c", FileRefused::Archive),
    (0, b"\x1f\x8b", FileRefused::Archive),
    (0, b"BZh", FileRefused::Archive),
    (0, b"\xfd7zXZ\0", FileRefused::Archive),
    (0, b"\x28\xb5\x2f\xfd", FileRefused::Archive),
    (257, b"ustar", FileRefused::Archive),
    (0, b"MZ", FileRefused::Program),
    (0, b"\x7fELF", FileRefused::Program),
    (0, b"dex\n", FileRefused::Program),
    (0, b"\x1a\x45\xdf\xa3", FileRefused::Video),
    (0, b"FLV\x01", FileRefused::Video),
    (0, b"\0\0\x01\xba", FileRefused::Video),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", FileRefused::Video),
    (0, b"ID3", FileRefused::Sound),
    (0, b"OggS", FileRefused::Sound),
    (0, b"fLaC", FileRefused::Sound),
    (0, b"#!AMR", FileRefused::Sound),
    (0, b"\xff\xf1", FileRefused::Sound),
    (0, b"\xff\xf3", FileRefused::Sound),
    (0, b"\xff\xfb", FileRefused::Sound),
];

/// What a file is. Of a file that is still coming in, the bytes so far are enough once there are more of them than
/// [`MAX_FILE_BYTES`]: who sends a film that is too large is told that no films are taken.
///
/// # Errors
/// [`FileRefused`]: what it is instead; [`FileRefused::TooLarge`] only when it would have been taken otherwise.
pub fn sniff(bytes: &[u8]) -> Verdict {
    if bytes.is_empty() {
        return Err(FileRefused::Empty);
    }
    let verdict = picture(bytes)
        .or_else(|| pdf(bytes))
        .map_or_else(|| Err(other(bytes)), Ok);
    match verdict {
        Ok(_) | Err(FileRefused::Unknown) if bytes.len() > MAX_FILE_BYTES => {
            Err(FileRefused::TooLarge)
        }
        verdict => verdict,
    }
}

/// Whether so many files of these sizes (in bytes) may come with one report.
///
/// # Errors
/// [`FileRefused::TooMany`], [`FileRefused::TooLarge`] or [`FileRefused::TooMuch`].
pub fn check_sizes(sizes: &[usize]) -> Result<(), FileRefused> {
    if sizes.len() > MAX_FILES {
        return Err(FileRefused::TooMany);
    }
    if sizes.iter().any(|size| *size > MAX_FILE_BYTES) {
        return Err(FileRefused::TooLarge);
    }
    // At most MAX_FILES × MAX_FILE_BYTES.
    if sizes.iter().sum::<usize>() > MAX_TOTAL_BYTES {
        return Err(FileRefused::TooMuch);
    }
    Ok(())
}

fn picture(bytes: &[u8]) -> Option<FileKind> {
    // A PNG's first chunk is its header, of 13 bytes.
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR") {
        return Some(FileKind::Png);
    }
    // Behind the start of a JPEG comes another marker: of a frame, a table, an application or a comment.
    if let [0xff, 0xd8, 0xff, 0xc0..=0xfe, ..] = bytes {
        return Some(FileKind::Jpeg);
    }
    let parts = [b"VP8 ", b"VP8L", b"VP8X"];
    let is_webp = riff(bytes) == Some(b"WEBP")
        && bytes
            .get(12..16)
            .is_some_and(|part| parts.iter().any(|known| part == *known));
    is_webp.then_some(FileKind::Webp)
}

/// A PDF that begins where the file begins. Readers take one behind a thousand other bytes, too: such files are made.
fn pdf(bytes: &[u8]) -> Option<FileKind> {
    let version = bytes.strip_prefix(b"%PDF-")?;
    matches!(version, [b'1' | b'2', b'.', b'0'..=b'9', ..]).then_some(FileKind::Pdf)
}

/// Of a RIFF container, what it contains.
fn riff(bytes: &[u8]) -> Option<&[u8; 4]> {
    bytes
        .strip_prefix(b"RIFF")
        .and_then(|rest| rest.get(4..)?.first_chunk())
}

fn other(bytes: &[u8]) -> FileRefused {
    if let Some(what) = riff(bytes) {
        return match what {
            b"AVI " => FileRefused::Video,
            b"WAVE" => FileRefused::Sound,
            _ => FileRefused::Unknown,
        };
    }
    if bytes.get(4..8) == Some(b"ftyp") {
        return media(bytes.get(8..12).unwrap_or_default());
    }
    if [b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"]
        .iter()
        .any(|sign| bytes.starts_with(*sign))
    {
        return zip(bytes);
    }
    let begins = |(at, sign, _): &&(usize, &[u8], FileRefused)| {
        bytes.get(*at..).is_some_and(|rest| rest.starts_with(sign))
    };
    BEGINNINGS
        .iter()
        .find(begins)
        .map(|(_, _, what)| *what)
        .or_else(|| markup::told(bytes))
        .unwrap_or(FileRefused::Unknown)
}

/// A container of the ISO base media format (ISO/IEC 14496-12), by its main brand.
fn media(brand: &[u8]) -> FileRefused {
    match brand {
        b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" | b"hevm" | b"hevs" | b"mif1"
        | b"msf1" | b"avif" | b"avis" => FileRefused::Heif,
        b"M4A " | b"M4B " => FileRefused::Sound,
        _ => FileRefused::Video,
    }
}

/// What a ZIP is, by the names of the files in it: they stand at its beginning and in the directory at its end.
fn zip(bytes: &[u8]) -> FileRefused {
    let head = &bytes[..bytes.len().min(ARCHIVE_HEAD)];
    let tail = &bytes[bytes.len().saturating_sub(ARCHIVE_TAIL)..];
    let names = |word: &[u8]| [head, tail].iter().any(|part| contains(part, word));
    if names(b"AndroidManifest.xml") || names(b"classes.dex") {
        return FileRefused::Program;
    }
    let office: [&[u8]; 2] = [
        b"[Content_Types].xml",
        b"application/vnd.oasis.opendocument",
    ];
    if office.into_iter().any(names) {
        return FileRefused::Office;
    }
    FileRefused::Archive
}

#[cfg(test)]
mod tests;
