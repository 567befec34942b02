//! Words of a log that another program writes: those of this program, and those of a newer one.

use std::fmt;

use crate::domain::identifier::Kind;

/// Most bytes of a word.
const MAX_WORD: usize = 24;

/// A word that this program does not know: small letters and `_`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NewerWord {
    bytes: [u8; MAX_WORD],
    length: u8,
}

impl NewerWord {
    /// A word in its only spelling.
    pub fn parse(text: &str) -> Option<Self> {
        let plain = |b: u8| b.is_ascii_lowercase() || b == b'_';
        let mut bytes = [0; MAX_WORD];
        let room = bytes.get_mut(..text.len())?;
        room.copy_from_slice(text.as_bytes());
        let length = u8::try_from(text.len()).ok()?;
        (length > 0 && text.bytes().all(plain)).then_some(Self { bytes, length })
    }

    /// The word.
    pub fn as_str(&self) -> &str {
        let written = self.bytes.get(..usize::from(self.length));
        written
            .and_then(|bytes| std::str::from_utf8(bytes).ok())
            .unwrap_or_default()
    }
}

impl fmt::Debug for NewerWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}

/// The word of a kind of identifier.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum KindWord {
    Known(Kind),
    Newer(NewerWord),
}

impl KindWord {
    /// The kind of a word.
    pub fn parse(text: &str) -> Option<Self> {
        let known = Kind::parse(text).map(Self::Known);
        known.or_else(|| NewerWord::parse(text).map(Self::Newer))
    }

    /// The word.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Known(kind) => kind.as_str(),
            Self::Newer(word) => word.as_str(),
        }
    }
}

impl From<Kind> for KindWord {
    fn from(kind: Kind) -> Self {
        Self::Known(kind)
    }
}
