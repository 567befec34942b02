//! The canonical text of an identifier.

use std::fmt;

use compact_str::CompactString;
use serde::{Serialize, Serializer};

use super::text::masked;

/// Canonical text of an identifier, e.g. `phone:+84950001001`: what is stored, compared, signed and exchanged.
///
/// Two spellings of one identifier have one key. Made only from an [`super::identifier::Identifier`], so a `Key` is always canonical.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(CompactString);

impl Key {
    /// Only [`super::identifier::Identifier::key`] calls this: the text is canonical by construction there.
    pub(super) const fn of_canonical(text: CompactString) -> Self {
        Self(text)
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for Key {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl std::borrow::Borrow<str> for Key {
    fn borrow(&self) -> &str {
        &self.0
    }
}

/// The key itself: for answers and stored bytes. Logs get [`fmt::Debug`], which is masked.
impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = self.0.split(':').next().unwrap_or("");
        write!(f, "Key({kind}:{})", masked(&self.0))
    }
}

impl Serialize for Key {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_three_characters_at_most() -> Result<(), crate::domain::reason::Reason> {
        let key = Key::parse("phone:+84950001001")?;
        assert_eq!(format!("{key:?}"), "Key(phone:…001)");
        assert_eq!(masked("113"), "…");
        Ok(())
    }

    #[test]
    fn a_key_travels_as_a_plain_string() -> Result<(), serde_json::Error> {
        let key: Key = serde_json::from_str("\"short_code:VN:5656\"")?;
        assert_eq!(serde_json::to_string(&key)?, "\"short_code:VN:5656\"");
        assert!(serde_json::from_str::<Key>("\"phone:0950001001\"").is_err());
        Ok(())
    }
}
