//! The canonical text of an identifier.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::identifier::{Identifier, Unreadable};

/// Canonical text of an identifier, e.g. `phone:+84950001001`: what is stored, compared, signed and exchanged.
///
/// Two spellings of one identifier have one key. Made only from an [`Identifier`], so a `Key` is always canonical.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(Box<str>);

impl Key {
    /// Only [`Identifier::key`] calls this: the text is canonical by construction there.
    pub(super) fn of_canonical(text: String) -> Self {
        Self(text.into_boxed_str())
    }

    /// Reads a key that somebody else wrote.
    ///
    /// # Errors
    /// The text is not exactly the key of an identifier.
    pub fn parse(text: &str) -> Result<Self, Unreadable> {
        Identifier::from_key(text).map(|identifier| identifier.key())
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

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        // The reason only: an identifier must not travel in an error text.
        Self::parse(&text).map_err(|error| serde::de::Error::custom(error.reason.code()))
    }
}

/// `…` and the last three characters: what a log line may show of an identifier.
pub(super) fn masked(text: &str) -> String {
    let length = text.chars().count();
    // A text of three characters or fewer would be shown whole.
    let shown = length.saturating_sub(3).min(3);
    let tail: String = text.chars().skip(length - shown).collect();
    format!("…{tail}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_three_characters_at_most() -> Result<(), Unreadable> {
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
