//! A listing as feed and files show it.

use uuid::Uuid;

use crate::domain::{identifier::Kind, phone::Phone};

/// A listing in force. Kind, method, unit and times are words as the feed has them: a copy keeps those of a newer
/// registry, though it does not know them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FeedRow {
    /// Ledger index of its last public change.
    pub seq: u64,
    /// Canonical text of the identifier.
    pub key: String,
    /// First word of the key.
    pub kind: String,
    pub listing: Uuid,
    pub method: String,
    pub unit: String,
    /// RFC 3339, as the other times.
    pub listed_at: String,
    pub valid_until: String,
    pub renewed_at: Option<String>,
    pub disputed: bool,
}

impl FeedRow {
    /// What people dial or type: the last part of the key.
    pub fn number(&self) -> &str {
        self.key.rsplit(':').next().unwrap_or_default()
    }

    /// The telephone number; none for what is none.
    pub fn phone(&self) -> Option<Phone> {
        let is_phone = self.kind == Kind::Phone.as_str();
        is_phone.then(|| Phone::stored(self.number())).flatten()
    }
}
