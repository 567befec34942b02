//! Why a file is not taken, and what to do instead.

use thiserror::Error;

use crate::domain::message::{self, Lang};

/// Why a file is not taken.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Error)]
#[error("a file is not taken: {}", self.code())]
pub enum FileRefused {
    /// It has no bytes.
    Empty,
    /// It has more than [`super::MAX_FILE_BYTES`].
    TooLarge,
    /// There are more than [`super::MAX_FILES`].
    TooMany,
    /// Together they have more than [`super::MAX_TOTAL_BYTES`].
    TooMuch,
    /// A drawing that can hold programs.
    Svg,
    /// A saved web page.
    Html,
    /// A document, sheet or presentation of an office program.
    Office,
    /// An archive.
    Archive,
    /// An application, for a telephone or a computer.
    Program,
    /// HEIC, HEIF or AVIF, as some telephones keep photographs.
    Heif,
    /// GIF.
    Gif,
    /// A picture of another kind: BMP, TIFF, JPEG XL, Photoshop.
    OtherPicture,
    /// A film.
    Video,
    /// A recording.
    Sound,
    /// None of these and nothing that is taken.
    Unknown,
}

impl FileRefused {
    /// Every reason.
    pub const ALL: [Self; 15] = [
        Self::Empty,
        Self::TooLarge,
        Self::TooMany,
        Self::TooMuch,
        Self::Svg,
        Self::Html,
        Self::Office,
        Self::Archive,
        Self::Program,
        Self::Heif,
        Self::Gif,
        Self::OtherPicture,
        Self::Video,
        Self::Sound,
        Self::Unknown,
    ];

    /// The machine word, such as `archive`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLarge => "too-large",
            Self::TooMany => "too-many",
            Self::TooMuch => "too-much",
            Self::Svg => "svg",
            Self::Html => "html",
            Self::Office => "office",
            Self::Archive => "archive",
            Self::Program => "program",
            Self::Heif => "heif",
            Self::Gif => "gif",
            Self::OtherPicture => "other-picture",
            Self::Video => "video",
            Self::Sound => "sound",
            Self::Unknown => "unknown",
        }
    }

    /// What it is and what to do, for whoever sent it.
    pub fn text(self, lang: Lang) -> &'static str {
        message::text(&format!("file.{}", self.code()), lang)
    }

    /// Whether the file's size or number is at fault (413 for a face of HTTP) and not its kind (415).
    pub const fn is_of_size(self) -> bool {
        match self {
            Self::TooLarge | Self::TooMany | Self::TooMuch => true,
            Self::Empty
            | Self::Svg
            | Self::Html
            | Self::Office
            | Self::Archive
            | Self::Program
            | Self::Heif
            | Self::Gif
            | Self::OtherPicture
            | Self::Video
            | Self::Sound
            | Self::Unknown => false,
        }
    }
}
